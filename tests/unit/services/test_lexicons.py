from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.practices import dentist_desk, desk_of

from parotis.domain import lexicon
from parotis.domain.errors import DataFileRefused, Refused
from parotis.presentation import exam_texts
from parotis.services import lexicons, practices

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(autouse=True)
def shipped_lexicon() -> Iterator[lexicon.Lexicon]:
    """The lexicon in use before, put back after the test."""
    before = lexicon.current()
    yield before
    lexicon.adopt(before)


def changed(name: str, change: Change) -> dict[str, bytes]:
    said = json.loads(lexicons.shipped_files()[name])
    change(said)
    return {name: json.dumps(said, indent=1).encode()}


def line_of(data: bytes, text: str) -> int:
    return next(number for number, line in enumerate(data.decode().splitlines(), 1) if text in line)


def renamed_duct(said: dict[str, Any]) -> None:
    said["attributes"]["duct_mm"]["label"] = "Calibre of the duct"


def test_every_shipped_file_passes() -> None:
    checked = lexicons.check({})
    assert set(checked.lesion_kinds) == {kind.id for kind in lexicon.lesion_kinds()}
    assert sorted(lexicons.shipped_files()) == sorted(lexicons.NAMES)


def put(*path: str | int, value: object) -> Change:
    def change(said: Any) -> None:
        for step in path[:-1]:
            said = said[step]
        said[path[-1]] = value

    return change


def without(*path: str) -> Change:
    def change(said: Any) -> None:
        for step in path[:-1]:
            said = said[step]
        del said[path[-1]]

    return change


A = "attributes"
REFUSALS: list[tuple[str, Change, str, str, str]] = [
    ("gland.json", put("colour", value=1), "colour", '"colour"', "The format has no such key."),
    ("gland.json", put(A, "short_mm", value={}), f"{A}.short_mm", '"short_mm"', "The format has no such key."),
    (
        "gland.json",
        put(A, "surface", "terms", "rough", value="unusual"),
        f"{A}.surface.terms.rough",
        '"rough"',
        "The lexicon has no such term.",
    ),
    (
        "gland.json",
        put(A, "surface", "terms", "smooth", value="fine"),
        f"{A}.surface.terms.smooth",
        '"smooth"',
        "The value must be one of: normal, unusual, abnormal, not-seen.",
    ),
    (
        "lesions.json",
        put("terms", "margin", "terms", "fuzzy", value=None),
        "terms.margin.terms.fuzzy",
        '"fuzzy"',
        "The lexicon has no such term.",
    ),
    ("duct.json", without(A, "duct_mm", "unit"), f"{A}.duct_mm.unit", '"duct_mm"', "The unit of a size must be mm"),
    (
        "duct.json",
        put(A, "duct_mm", "unit", value="cm"),
        f"{A}.duct_mm.unit",
        '"unit"',
        "The unit of a size must be mm",
    ),
    ("duct.json", without(A, "duct_mm"), f"{A}.duct_mm", '"attributes"', "The key is missing."),
    (
        "duct.json",
        put(A, "duct_mm", "phrase", value="duct"),
        f"{A}.duct_mm.phrase",
        '"phrase"',
        "The value does not have",
    ),
    (
        "duct.json",
        put(A, "duct_mm", "after", value="hilum"),
        f"{A}.duct_mm.after",
        '"after"',
        "The case format has no such",
    ),
    (
        "duct.json",
        put(A, "duct_mm", "references", 0, "structures", value=["liver"]),
        f"{A}.duct_mm.references[0].structures[0]",
        '"liver"',
        "The case format has no such structure.",
    ),
    (
        "duct.json",
        put(A, "duct_mm", "references", 0, "study", value="none"),
        f"{A}.duct_mm.references[0].study",
        '"none"',
        "The file has no such study.",
    ),
    (
        "duct.json",
        without(A, "duct_mm", "references", 0, "cutoff"),
        f"{A}.duct_mm.references[0]",
        "{",
        "A reference needs a mean",
    ),
    (
        "joint.json",
        put(A, "capsule_closed_mm", "references", 0, "low", value=9),
        f"{A}.capsule_closed_mm.references[0].low",
        '"low"',
        "The range ends before it begins.",
    ),
    (
        "node.json",
        put("decisive", 0, value="duct_mm"),
        "decisive[0]",
        '"duct_mm"',
        "The case format has no such attribute",
    ),
    (
        "node.json",
        put("lesions", 0, value="polyp"),
        "lesions[0]",
        '"polyp"',
        "The case format has no such kind of lesion.",
    ),
    (
        "gland.json",
        put("limits", "deep_lobe", "structures", value=["spleen"]),
        "limits.deep_lobe.structures[0]",
        '"spleen"',
        "The case format has no such structure.",
    ),
    (
        "gland.json",
        put("limits", "deep_lobe", "words", value=[]),
        "limits.deep_lobe.words",
        '"words": []',
        "The length of",
    ),
    (
        "vessel.json",
        put("views", "compressed", "lesions", value=["polyp"]),
        "views.compressed.lesions[0]",
        '"polyp"',
        "The case format has no such kind of lesion.",
    ),
    (
        "skin.json",
        put("sentences", "normal", value="{name}!"),
        "sentences.normal",
        '"normal"',
        "The value does not have",
    ),
    ("lesions.json", without("kinds", "cyst"), "kinds.cyst", '"kinds"', "The key is missing."),
    ("lesions.json", put("kinds", "polyp", value={}), "kinds.polyp", '"polyp"', "The format has no such key."),
    ("words.json", put("words", "tmj", value=3), "words.tmj", '"tmj"', "The value must be text."),
    (
        "structures.json",
        put(
            "structures",
            "liver",
            value={"name": "liver", "kind": "gland", "paired": False, "snomed": None, "compare_sides": False},
        ),
        "structures.liver",
        '"liver"',
        "The case format has no such structure.",
    ),
    (
        "structures.json",
        put("structures", "tongue", "kind", value="organ"),
        "structures.tongue.kind",
        '"organ"',
        "The value must be one of: gland",
    ),
    ("structures.json", put("structures", "tongue", "name", value="tongue body"), "", "{", "This file is fixed"),
    ("codes.json", put("study", "code", value="1"), "", "{", "This file is fixed"),
]


def _id(value: object) -> str:
    """The same in every process: a function prints with its address."""
    return "change" if callable(value) else str(value)[:40]


@pytest.mark.parametrize(("name", "change", "key", "on_line", "reason"), REFUSALS, ids=_id)
def test_a_bad_file_is_refused_with_file_line_and_key(
    name: str, change: Change, key: str, on_line: str, reason: str
) -> None:
    files = changed(name, change)
    with pytest.raises(DataFileRefused) as caught:
        lexicons.check(files)
    (problem,) = (one for one in caught.value.problems if one.key == key)
    assert problem.file == name
    assert problem.reason.startswith(reason)
    inside = [number for number, line in enumerate(files[name].decode().splitlines(), 1) if on_line in line]
    assert problem.line in inside


def test_a_key_that_stands_twice_is_refused_with_its_line() -> None:
    data = lexicons.shipped_files()["duct.json"].replace(b'"unit": "mm",', b'"unit": "mm",\n      "unit": "mm",')
    with pytest.raises(DataFileRefused) as caught:
        lexicons.check({"duct.json": data})
    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (line_of(data, '"unit"') + 1, "attributes.duct_mm.unit")


def test_a_file_that_the_lexicon_does_not_have_is_refused() -> None:
    with pytest.raises(DataFileRefused) as caught:
        lexicons.check({"liver.json": b"{}"})
    assert caught.value.problems[0].place == "liver.json:1"


def test_problems_of_all_files_are_told_at_once() -> None:
    with pytest.raises(DataFileRefused) as caught:
        lexicons.check({"gland.json": b"{", "duct.json": b""})
    assert [problem.file for problem in caught.value.problems] == ["gland.json", "duct.json"]


def test_a_good_file_is_in_use_at_once_in_form_and_texts() -> None:
    from parotis.domain.case import Case
    from parotis.forms import exam_form

    path = "findings[0].attributes.duct_mm"
    assert exam_texts.where(Case(), path).endswith("Duct width")
    lexicons.load(changed("duct.json", renamed_duct))
    assert exam_texts.where(Case(), path).endswith("Calibre of the duct")
    assert "Calibre of the duct" in {field.label for field in exam_form.attribute_fields("parotid-gland")}


def test_a_bad_set_leaves_the_last_good_one_in_use() -> None:
    lexicons.load(changed("duct.json", renamed_duct))
    good = lexicon.current()
    with pytest.raises(DataFileRefused):
        lexicons.load({**changed("duct.json", renamed_duct), "gland.json": b"{}"})
    assert lexicon.current() is good
    assert lexicon.every_attribute()["duct_mm"].label == "Calibre of the duct"


def test_the_practice_keeps_its_file_and_uses_it_at_the_next_opening(
    tmp_path: Path, shipped_lexicon: lexicon.Lexicon
) -> None:
    desk, passphrase = dentist_desk(tmp_path / "practice")
    try:
        lexicons.add(desk, "duct.json", changed("duct.json", renamed_duct)["duct.json"])
        with pytest.raises(DataFileRefused):
            lexicons.add(desk, "gland.json", b"{}")
        assistant = desk_of("assistant", desk)
        with pytest.raises(Refused):
            lexicons.add(assistant, "duct.json", lexicons.shipped_files()["duct.json"])
        assistant.close()
    finally:
        desk.close()
    lexicon.adopt(shipped_lexicon)
    again = practices.open_desk(desk.machine, desk.folder, desk.session.user.login, passphrase)
    assert lexicons.use_practice_files(again) == ()
    again.close()
    assert lexicon.every_attribute()["duct_mm"].label == "Calibre of the duct"

from __future__ import annotations

import copy
import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from helpers import exam_desk

from parotis.domain import canonical, paths, presets
from parotis.domain.case import Case
from parotis.domain.errors import DataFileRefused, NotFound, Refused
from parotis.domain.phrases import PLACE, defaults_for, facts_at, filled
from parotis.presentation import messages
from parotis.services import phrases, reports, spelling
from parotis.services.desk import Desk
from parotis.system.paths import resource
from parotis.system.spelling import HunspellSpelling

PRESETS = [one.id for one in presets.all_presets()]

GOOD: dict[str, Any] = {
    "format": "parotis-phrases/1",
    "name": "Ours",
    "phrases": [
        {
            "id": "cyst",
            "shortcut": ".cyst",
            "title": "Cyst",
            "fields": ["findings.note", "interpretation.impression"],
            "text": "{side} cyst of {size} mm, [[wall]].",
            "prompts": [{"id": "wall", "kind": "one", "question": "Wall", "choices": ["thin wall", "thick wall"]}],
        }
    ],
    "templates": [
        {"preset": "masseter", "sex": None, "age": [0, 17], "values": {"rationale.why_ultrasound": ["child"]}}
    ],
}


def written(content: Any) -> bytes:
    return json.dumps(content, indent=1).encode()


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    content = copy.deepcopy(GOOD)
    change(content)
    return written(content)


def put(where: str, value: object) -> Callable[[dict[str, Any]], object]:
    """Another value at a path such as ``phrases[0].text``."""

    def change(content: dict[str, Any]) -> None:
        *outer, last = paths.steps(where)
        inner: Any = content
        for step in outer:
            inner = inner[step]
        inner[last] = value

    return change


BAD: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (put("format", "parotis-phrases/2"), "format"),
    (put("colour", "red"), "colour"),
    (put("phrases[0].hotkey", "x"), "phrases[0].hotkey"),
    (put("name", "a/b"), "name"),
    (put("scope", "shipped"), "scope"),
    (put("phrases[0].fields[0]", "findings.remark"), "phrases[0].fields[0]"),
    (put("phrases[0].fields[0]", "findings[0].note"), "phrases[0].fields[0]"),
    (put("phrases[0].fields[0]", "rationale.reason"), "phrases[0].fields[0]"),
    (put("phrases[0].shortcut", "cyst"), "phrases[0].shortcut"),
    (put("phrases[0].text", "{colour} cyst, [[wall]]."), "phrases[0].text"),
    (put("phrases[0].text", "{side!r}, [[wall]]."), "phrases[0].text"),
    (put("phrases[0].text", "{{side}}, [[wall]]."), "phrases[0].text"),
    (put("phrases[0].text", "Of {size}, [[wall]]."), "phrases[0].text"),
    (put("phrases[0].text", "Of {size} cm, [[wall]]."), "phrases[0].text"),
    (put("phrases[0].text", "[[wall]] [[roof]]"), "phrases[0].text"),
    (put("phrases[0].text", "[[wall[[wall]]]]"), "phrases[0].text"),
    (put("phrases[0].text", "nothing asked"), "phrases[0].prompts"),
    (put("phrases[0].text", 7), "phrases[0].text"),
    (put("phrases[0].text", "bell \u0007 [[wall]]"), "phrases[0].text"),
    (put("phrases[0].prompts[0].kind", "number"), "phrases[0].prompts[0].kind"),
    (put("phrases[0].prompts[0].choices", []), "phrases[0].prompts[0].choices"),
    (put("phrases[0].prompts[0].choices[1]", "{side}"), "phrases[0].prompts[0].choices[1]"),
    (put("phrases[0].prompts[0].choices[1]", "thin wall"), "phrases[0].prompts[0].choices[1]"),
    (put("phrases[0].prompts[0].question", "[[Side]]"), "phrases[0].prompts[0].question"),
    (lambda content: content["phrases"].append(content["phrases"][0]), "phrases[1].id"),
    (lambda content: content["phrases"].append({**content["phrases"][0], "id": "b"}), "phrases[1].shortcut"),
    (lambda content: content["phrases"][0].pop("title"), "phrases[0]"),
    (put("templates[0].preset", "five-glands"), "templates[0].preset"),
    (put("templates[0].sex", "x"), "templates[0].sex"),
    (put("templates[0].age", [17, 0]), "templates[0].age"),
    (put("templates[0].values", {"findings": []}), "templates[0].values.findings"),
    (put("templates[0].values", {"rationale.reason": "curiosity"}), "templates[0].values.rationale.reason"),
    (
        put("templates[0].values", {"rationale.why_ultrasound": ["fun"]}),
        "templates[0].values.rationale.why_ultrasound[0]",
    ),
    (put("templates[0].values", {"technique.position": "{side}"}), "templates[0].values.technique.position"),
]  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    return exam_desk.desk()


@pytest.mark.parametrize(("change", "key"), BAD, ids=[f"{number}-{key}" for number, (_, key) in enumerate(BAD)])
def test_a_bad_file_is_refused_with_file_line_and_key_and_nothing_changes(
    desk: Desk, change: Callable[[dict[str, Any]], object], key: str
) -> None:
    phrases.import_file(desk, "ours.json", written(GOOD), is_personal=False)
    before = phrases.active(desk)
    data = changed(change)
    with pytest.raises(DataFileRefused) as refused:
        phrases.import_file(desk, "new.json", data, is_personal=False)
    problem = refused.value.problems[0]
    assert (problem.file, problem.key) == ("new.json", key)
    if not key.endswith("]"):
        assert f'{key.split(".")[-1]}":' in data.decode().splitlines()[problem.line - 1]
    assert messages.text_of(refused.value).startswith(f"new.json, line {problem.line}, {key}: ")
    assert phrases.active(desk) == before


def test_a_key_that_stands_twice_is_refused_with_its_line(desk: Desk) -> None:
    data = b'{"format": "parotis-phrases/1",\n"name": "A",\n"name": "B"}'
    with pytest.raises(DataFileRefused) as refused:
        phrases.import_file(desk, "twice.json", data, is_personal=True)
    assert refused.value.problems[0][:3] == ("twice.json", 3, "name")


def test_every_problem_of_a_file_is_named_in_the_order_of_the_lines(desk: Desk) -> None:
    bad = copy.deepcopy(GOOD)
    first = bad["phrases"][0]
    bad["phrases"] += [
        {**first, "text": "{colour}"},
        {**first, "id": "b", "shortcut": ".b", "prompts": [{**first["prompts"][0], "kind": "number"}] * 2},
        {**first, "id": "c", "shortcut": ".c", "text": "Of {size} cm, [[wall]]."},
    ]
    bad["templates"][0]["values"] = {"rationale.reason": "curiosity", "findings": []}
    data = written(bad)
    with pytest.raises(DataFileRefused) as refused:
        phrases.import_file(desk, "bad.json", data, is_personal=False)
    assert [one.key for one in refused.value.problems] == [
        "phrases[1].id", "phrases[1].shortcut", "phrases[1].text",
        "phrases[2].prompts[0].kind", "phrases[2].prompts[1].id", "phrases[2].prompts[1].kind",
        "phrases[2].prompts[1].question",
        "phrases[3].text", "templates[0].values.rationale.reason", "templates[0].values.findings",
    ]  # fmt: skip
    lines = [one.line for one in refused.value.problems]
    assert lines == sorted(set(lines))
    for problem in refused.value.problems:
        assert f'{problem.key.split(".")[-1]}":' in data.decode().splitlines()[problem.line - 1]


def _paths(value: Any, path: str = "") -> Iterator[str]:
    """Every path in plain values."""
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if "." not in str(key):
            yield from _paths(inner, f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}".lstrip("."))


@pytest.mark.parametrize(
    "value", [None, True, 3, -0.5, "", "x", "[[", "\U0001f9b7" * 5000, [], [[]], [3], {}, {"x": [{}]}]
)
def test_whatever_stands_at_a_key_the_file_is_taken_or_refused(value: Any) -> None:
    for path in _paths(GOOD):
        data = changed(put(path, value))
        try:
            taken = phrases.check("any.json", data)
        except DataFileRefused as refused:
            assert all(one.line >= 1 and one.file == "any.json" for one in refused.problems)
        else:
            assert taken.name


@pytest.mark.parametrize(("scope", "is_personal"), [("personal", False), ("practice", True)])
def test_a_file_for_the_other_scope_is_refused(desk: Desk, scope: str, is_personal: bool) -> None:
    data = changed(put("scope", scope))
    with pytest.raises(DataFileRefused) as refused:
        phrases.import_file(desk, "o.json", data, is_personal=is_personal)
    assert [one.key for one in refused.value.problems] == ["scope"]
    assert phrases.import_file(desk, "o.json", data, is_personal=not is_personal).origin == scope


def test_only_json_is_taken() -> None:
    with pytest.raises(DataFileRefused):
        phrases.check("ours.yaml", b"format: parotis-phrases/1\nname: A\n")


def test_shipped_comes_first_then_the_practice_then_the_person(desk: Desk) -> None:
    phrases.import_file(desk, "m.json", changed(put("name", "Mine")), is_personal=True)
    phrases.import_file(desk, "o.json", written(GOOD), is_personal=False)
    found = [(one.origin, one.content.name, one.version) for one in phrases.active(desk)]
    assert found == [("shipped", "Parotis", 1), ("practice", "Ours", 1), ("personal", "Mine", 1)]


def test_a_personal_set_is_nobody_elses(desk: Desk) -> None:
    phrases.import_file(desk, "m.json", changed(put("name", "Mine")), is_personal=True)
    other = exam_desk.desk(exam_desk.ASSISTANT)
    other.records.files = exam_desk.memory_of(desk).files  # type: ignore[attr-defined]
    assert [one.origin for one in phrases.active(other)] == ["shipped"]


def test_an_assistant_changes_own_phrases_but_not_the_practices() -> None:
    desk = exam_desk.desk(exam_desk.ASSISTANT)
    phrases.import_file(desk, "m.json", written(GOOD), is_personal=True)
    with pytest.raises(Refused):
        phrases.import_file(desk, "o.json", written(GOOD), is_personal=False)
    assert [one.origin for one in phrases.active(desk)] == ["shipped", "personal"]


def test_every_version_can_be_read_again_and_exported_byte_for_byte(desk: Desk) -> None:
    first, second = written(GOOD), changed(put("phrases[0].title", "Other"))
    used = phrases.import_file(desk, "o.json", first, is_personal=False)
    phrases.import_file(desk, "o.json", second, is_personal=False)
    assert phrases.in_use(desk, "Ours").version == 2
    assert phrases.version(desk, used.key, used.version).phrases[0].title == "Cyst"
    assert phrases.export_file(desk, "Ours") == second
    assert phrases.export_file(desk, "Ours", 1) == first
    with pytest.raises(NotFound):
        phrases.version(desk, used.key, 3)


def test_a_newest_version_that_is_no_longer_taken_gives_way_to_the_last_good_one(desk: Desk) -> None:
    phrases.import_file(desk, "o.json", written(GOOD), is_personal=False)
    with desk.unit_of_work() as work:
        entry = desk.entry("test")
        work.libraries.add(phrases.KIND, "Ours", "", b"{}", added_at=entry.at, added_by="u1")
        work.commit()
    assert phrases.in_use(desk, "Ours").version == 1


def test_the_shipped_set_of_an_earlier_release_can_be_read_again(desk: Desk) -> None:
    class OtherRelease:
        def read(self, name: str) -> bytes:
            return changed(put("name", "Parotis")) if name == phrases.SHIPPED_RESOURCE else earlier.read(name)

    earlier = desk.machine.resources
    before = phrases.active(desk)[0]
    updated = dataclasses.replace(desk, machine=dataclasses.replace(desk.machine, resources=OtherRelease()))
    after = phrases.active(updated)[0]
    assert (before.version, after.version) == (1, 2)
    assert phrases.version(updated, before.key, 1) == before.content
    assert phrases.version(updated, after.key, 2).phrases[0].id == "cyst"
    assert phrases.active(desk)[0] == before
    assert len(exam_desk.memory_of(desk).files) == 2
    with pytest.raises(NotFound):
        phrases.version(updated, before.key, 3)


def test_no_word_of_a_shipped_phrase_is_marked_as_misspelt() -> None:
    speller, marked = HunspellSpelling(resource("spelling")), set()
    found = exam_desk.desk()
    machine = dataclasses.replace(found.machine, spelling=speller)
    spelling.load(dataclasses.replace(found, machine=machine), speller)
    for phrase in phrases.shipped(machine).phrases:
        asks = [text for ask in phrase.prompts.values() for text in (ask.question, *ask.choices)]
        for text in (phrase.title, PLACE.sub(" ", phrase.text), *asks):
            marked |= {word for word in re.findall(r"[^\W\d_]{2,}", text) if not speller.is_known(word)}
    assert marked <= {"IIA", "IIB", "VA", "VB", "IA", "IB"}


IMPRESSION_OF = {
    "salivary-work-up": "i-stone", "four-glands": "i-texture", "tmj-both-sides": "i-joint", "masseter": "i-muscle",
    "neck-nodes": "i-nodes", "focal-lump": "i-mass", "infection": "i-abscess", "trauma": "i-haematoma",
    "foreign-body": "i-foreign", "vascular": "i-vessel",
}  # fmt: skip


def test_there_is_an_impression_for_every_preset_and_a_phrase_for_every_part_of_the_report(desk: Desk) -> None:
    shipped = phrases.shipped(desk.machine)
    assert set(IMPRESSION_OF) == set(PRESETS)
    impressions = {one.id for one in shipped.phrases if "interpretation.impression" in one.fields}
    assert set(IMPRESSION_OF.values()) <= impressions
    assert {
        "rationale.question", "rationale.note", "technique.note", "findings.note", "interpretation.impression",
        "interpretation.recommendation", "interpretation.limitations", "interpretation.comparison",
    } <= {field for one in shipped.phrases for field in one.fields}  # fmt: skip


def test_the_shipped_set_proposes_the_required_for_every_preset(desk: Desk) -> None:
    shipped = phrases.shipped(desk.machine)
    for preset in PRESETS:
        proposed = defaults_for([shipped], preset, 40, "female")
        assert {
            "rationale.reason", "rationale.question", "rationale.why_ultrasound",
            "technique.position", "interpretation.limitations",
        } <= set(proposed)  # fmt: skip
        assert ("interpretation.impression" in proposed) is (preset == "four-glands")
        assert "child" in defaults_for([shipped], preset, 9, None)["rationale.why_ultrasound"]


def test_every_shipped_proposal_is_a_value_of_the_case_format(desk: Desk) -> None:
    for preset in PRESETS:
        document = canonical.as_json(Case())
        for path, value in defaults_for([phrases.shipped(desk.machine)], preset, 9, "male").items():
            outer, inner = path.split(".")
            document.setdefault(outer, {})[inner] = value
            assert paths.read(canonical.from_json(document), path) in (value, tuple(value))


def test_no_shipped_phrase_trips_the_checks_of_wording_once_its_blanks_are_filled(desk: Desk) -> None:
    case = Case()
    for phrase in phrases.shipped(desk.machine).phrases:
        made = filled(phrase, facts_at(case, "interpretation.impression"))
        text = made.text
        for ask in made.asks:
            text = text.replace(ask.blank, ask.choices[0] if ask.choices else "something")
        found = reports.issues_of_file(desk.machine, paths.replace(case, "interpretation.impression", (text,)))
        assert not {issue.code for issue in found} & {
            "text.blank", "text.placeholder", "interpretation.impression.histology"
        }, phrase.id  # fmt: skip


def test_an_unanswered_blank_of_a_shipped_phrase_blocks_the_signature(desk: Desk) -> None:
    control = next(one for one in phrases.shipped(desk.machine).phrases if one.id == "r-control")
    text = filled(control, {}).text
    found = reports.issues_of_file(desk.machine, paths.replace(Case(), "interpretation.recommendation", text))
    assert [issue.path for issue in found if issue.code == "text.blank" and issue.blocks] == [
        "interpretation.recommendation"
    ]

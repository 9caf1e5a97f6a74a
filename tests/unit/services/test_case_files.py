from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from helpers import sample_cases

from parotis.domain.errors import UnreadableInput
from parotis.services.case_files import read_case

ROOT = Path(__file__).resolve().parents[3]


def problems(data: bytes) -> dict[str, str]:
    with pytest.raises(UnreadableInput) as caught:
        read_case(data, sample_cases.schema())
    return dict(caught.value.problems)


def changed(path: str, value: Any) -> bytes:
    document = sample_cases.document()
    owner: Any = document
    *outer, last = path.replace("[", ".[").split(".")
    for step in outer:
        owner = owner[int(step[1:-1])] if step.startswith("[") else owner[step]
    owner[int(last[1:-1]) if last.startswith("[") else last] = value
    return sample_cases.as_bytes(document)


def test_the_shipped_schemas_are_those_made_from_the_classes() -> None:
    script = (
        "import json, sys; sys.path.insert(0, 'packaging'); import build_schema as build; "
        "json.dump({name: build.text(name) for name in build.FILES}, sys.stdout)"
    )
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True)
    made = json.loads(told.stdout)
    assert len(made) == 3
    for name, text in made.items():
        assert (ROOT / "resources" / "schema" / name).read_text("utf-8") == text


@pytest.mark.parametrize("name", sample_cases.NAMES)
def test_a_sample_is_read(name: str) -> None:
    assert sample_cases.case(name).patient.chart_number


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("findings[0].lesions[0].colour", "red"),
        ("patient.middle_name", "x"),
        ("findings[0].attributes.shine", 1),
        ("claim.payer.phone", "x"),
        ("extra", {}),
    ],
)
def test_an_unknown_key_is_named_by_its_path(path: str, value: Any) -> None:
    assert problems(changed(path, value)) == {path: "The format has no such key."}


@pytest.mark.parametrize("path", ["patient.chart_number", "patient.birth_date", "exam.performed_at", "format"])
def test_a_missing_key_is_named_by_its_path(path: str) -> None:
    document = sample_cases.document()
    *outer, last = path.split(".")
    owner = document[outer[0]] if outer else document
    del owner[last]
    assert problems(sample_cases.as_bytes(document)) == {path: "The key is missing."}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("complaint", 5),
        ("symptoms[0].severity", "much"),
        ("symptoms[0].severity", 11),
        ("symptoms[0].severity", 1.5),
        ("technique.frequency_mhz", [1, 2, 3]),
        ("findings[0].lesions[0].size_mm", [1, 2]),
        ("findings[0].lesions[0].depth_mm", True),
        ("exam.consent.given", "yes"),
        ("claim.procedures[0].fee", 210),
        ("claim.procedures[0].fee", "1e3"),
        ("patient.sex", "m"),
        ("scan[0].structure", "nose"),
        ("patient.birth_date", "1979-02-30"),
        ("patient.birth_date", "19790614"),
        ("exam.performed_at", "2026-11-12T10:20:00"),
        ("exam.performed_at", "2026-11-12 10:20"),
        ("images", {}),
        ("format", "parotis-case/2"),
        ("findings[0].lesions[0].size_mm[0]", 1e300),
    ],
)
def test_a_wrong_value_is_named_by_its_path_alone(path: str, value: Any) -> None:
    found = problems(changed(path, value))
    assert list(found) == [path] or list(found) == [""]


@pytest.mark.parametrize("bad", ["\x00", "\x1b[31m", "\x7f", "\x85", "\ud800", "\ufffe"])
def test_a_character_that_is_no_text_is_refused_with_its_path(bad: str) -> None:
    found = problems(changed("history", f"canary{bad}"))
    assert list(found) == ["history"]
    assert "canary" not in found["history"]


@pytest.mark.parametrize(
    "kept", ["a\nb\tc\r\nd", "<img src='/etc/passwd'>", "{{7*7}}", "\u202eabc", "\U0001f600", "\u200d"]
)
def test_any_other_text_is_kept_as_typed(kept: str) -> None:
    assert read_case(changed("history", kept), sample_cases.schema()).history == kept


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe{}",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b"[" * 200_000,
        b'{"a": 1e999999999}',
        b'{"a": 123456789012345678901234567890.1234567}',
        b'{"a": ' + b"9" * 10_000 + b"}",
        b'{"format": "parotis-case/1"',
    ],
)
def test_a_file_that_is_no_case_is_refused_in_one_sentence(data: bytes) -> None:
    assert all(text.endswith(".") for text in problems(data).values())


def test_a_key_of_a_foreign_file_is_printed_harmlessly() -> None:
    document = sample_cases.document()
    document["\x1b[31m" + "k" * 500] = 1
    (path,) = problems(sample_cases.as_bytes(document))
    assert path.isprintable()
    assert len(path) <= 60


def test_missing_and_null_mean_the_same() -> None:
    document = sample_cases.document()
    document["findings"][0]["attributes"] = None
    document["interpretation"]["urgent"] = {"notified": None}
    del document["symptoms"][0]["note"]
    case = read_case(sample_cases.as_bytes(document), sample_cases.schema())
    assert case.interpretation.urgent is None
    assert case.findings[0].attributes.echogenicity is None


def test_measurements_keep_the_digits_that_were_typed() -> None:
    case = read_case(changed("findings[0].lesions[0].depth_mm", Decimal("6.05")), sample_cases.schema())
    assert case.findings[0].lesions[0].depth_mm == Decimal("6.05")


def test_a_line_end_behind_a_value_is_no_part_of_its_form() -> None:
    assert list(problems(changed("claim.procedures[0].fee", "210.00\n"))) == ["claim.procedures[0].fee"]

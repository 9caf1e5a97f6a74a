from __future__ import annotations

import pytest
from helpers import sample_cases

from parotis.domain import paths
from parotis.domain.case import Case, Symptom


def test_a_path_reads_through_lists_and_objects() -> None:
    assert str(paths.read(sample_cases.case(), "findings[0].lesions[0].size_mm[0]")) == "14.2"


def test_a_path_into_nothing_reads_as_not_recorded() -> None:
    assert paths.read(Case(), "interpretation.urgent.how") is None
    assert paths.read(Case(), "findings[3].lesions[0].kind") is None


@pytest.mark.parametrize("text", ["a..b", "[x]", "a b", "a[1", ".a"])
def test_text_that_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        paths.steps(text)


def test_replacing_inside_an_unrecorded_object_makes_it_and_clearing_it_removes_it() -> None:
    changed = paths.replace(Case(), "exam.performer.name", "Rosa")
    assert changed.exam.performer.name == "Rosa"
    assert paths.replace(changed, "exam.performer.name", None) == Case()


def test_replacing_one_axis_keeps_the_others() -> None:
    changed = paths.replace(sample_cases.case(), "findings[0].lesions[0].size_mm[2]", None)
    assert [str(axis) for axis in changed.findings[0].lesions[0].size_mm] == ["14.2", "11.0", "None"]


def test_insert_and_remove_undo_each_other() -> None:
    case = sample_cases.case()
    grown = paths.insert(case, "symptoms", 0, Symptom(kind="pain"))
    assert [symptom.kind for symptom in grown.symptoms] == ["pain", "swelling"]
    assert paths.remove(grown, "symptoms", 0) == case


@pytest.mark.parametrize(
    ("path", "position", "by", "expected"),
    [
        ("symptoms[2].onset", 1, -1, "symptoms[1].onset"),
        ("symptoms[1].onset", 1, -1, None),
        ("symptoms[0].onset", 1, -1, "symptoms[0].onset"),
        ("symptoms[1].onset", 1, 1, "symptoms[2].onset"),
        ("patient.birth_date", 0, -1, "patient.birth_date"),
        ("findings[1].lesions[0].depth_mm", 0, -1, "findings[1].lesions[0].depth_mm"),
    ],
)
def test_paths_follow_their_item_when_a_list_changes(path: str, position: int, by: int, expected: str | None) -> None:
    assert paths.shifted(path, "symptoms", position, by) == expected

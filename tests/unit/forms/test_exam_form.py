from __future__ import annotations

import dataclasses
from typing import Any, get_args

import pytest

from parotis.domain import paths
from parotis.domain.case import Case, LesionKind
from parotis.forms import exam_form
from parotis.forms.exam_form import Group, ItemList

NAMES_OF_THE_CONTRACT = {
    "Patient": {"Chart number", "Family name", "Given name", "Date of birth", "Sex"},
    "Symptoms": {"Chief complaint", "History", "Clinical examination"},
    "Rationale": {"Reason for ultrasound", "Clinical question"},
    "Interpretation": {"Impression", "Recommendation", "Limitations", "Comparison"},
}


def _fields() -> set[str]:
    """Every path of the form, positions written as 0."""
    found: set[str] = set()
    for section in exam_form.SECTIONS:
        for part in section.parts:
            owner = f"{part.path}[0]" if isinstance(part, ItemList) else ""
            found |= {exam_form.at(field, owner) for field in part.fields}
    structures = ("parotid-gland", "temporomandibular-joint", "masseter", "parotid-node")
    attributes = (field for name in structures for field in exam_form.attribute_fields(name))
    lesion = (field for kind in get_args(LesionKind) for field in exam_form.lesion_fields(kind))
    found |= {exam_form.at(field, "findings[0]") for field in (*attributes, exam_form.FINDING_NOTE)}
    found |= {exam_form.at(field, "findings[0].lesions[0]") for field in (*lesion, *exam_form.LESION_HEAD)}
    found |= {exam_form.at(field, "images[0]") for field in exam_form.IMAGE_FIELDS}
    return found | {exam_form.at(field, "scan[0]") for field in exam_form.SCAN_FIELDS}


def _leaves(owner: type, path: str = "") -> set[str]:
    found: set[str] = set()
    for field in dataclasses.fields(owner):
        hint: Any = paths.without_none(paths.field_types(owner)[field.name])
        inner = f"{path}.{field.name}" if path else field.name
        arguments = get_args(hint)
        if dataclasses.is_dataclass(hint):
            found |= _leaves(hint, inner)  # type: ignore[arg-type]
        elif arguments and arguments[-1] is Ellipsis and dataclasses.is_dataclass(arguments[0]):
            found |= _leaves(arguments[0], f"{inner}[0]")
        elif getattr(hint, "__origin__", None) is tuple and arguments[-1] is not Ellipsis:
            found |= {f"{inner}[{index}]" for index in range(len(arguments))}
        else:
            found.add(inner)
    return found


def test_every_field_of_the_case_format_can_be_edited() -> None:
    by_other_means = {
        "scan[0].structure", "scan[0].side", "findings[0].structure", "findings[0].side", "findings[0].state",
        "images[0].file", "images[0].frame",
    }  # fmt: skip
    assert _leaves(Case) - _fields() == by_other_means
    assert _fields() <= _leaves(Case)


def test_sections_come_in_their_order() -> None:
    assert " ".join(exam_form.NAMES) == (
        "Patient Symptoms Rationale Region Findings Interpretation Images Claim Review"
    )


@pytest.mark.parametrize("name", NAMES_OF_THE_CONTRACT)
def test_fields_have_the_promised_names(name: str) -> None:
    groups = [part for part in exam_form.section(name).parts if isinstance(part, Group)]
    assert NAMES_OF_THE_CONTRACT[name] <= {field.label for part in groups for field in part.fields}


def test_labels_are_unique_within_their_section() -> None:
    for section in exam_form.SECTIONS:
        labels = [field.label for part in section.parts for field in part.fields]
        assert len(labels) == len(set(labels)), section.name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("patient.birth_date", "Patient"),
        ("exam.performed_at", "Patient"),
        ("exam.performer.name", "Review"),
        ("exam.interpreter", "Review"),
        ("scan[0].status", "Region"),
        ("technique.frequency_mhz", "Region"),
        ("findings[3].lesions[0].size_mm[2]", "Findings"),
        ("claim.procedures[0].code", "Claim"),
    ],
)
def test_a_path_leads_to_its_section(path: str, name: str) -> None:
    assert exam_form.section_of(path) == name


def test_stones_have_a_place_and_a_shadow_and_cysts_have_not() -> None:
    stone = {field.label for field in exam_form.lesion_fields("stone")}
    assert {"Location", "Acoustic shadow"} <= stone
    assert not {"Location", "Acoustic shadow"} & {field.label for field in exam_form.lesion_fields("cyst")}


def test_a_measurement_shows_its_reference_values_with_their_study() -> None:
    notes = {field.path: field.note for field in exam_form.attribute_fields("submandibular-gland")}
    assert "32.6 \u00b1 3.4 mm" in notes["attributes.length_mm"]
    assert "n = 100" in notes["attributes.length_mm"]
    assert notes["attributes.surface"] == ""

"""The words of the exam screen that depend on the exam: its header, its button, its notices."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from parotis.domain import lexicon, paths, wording
from parotis.forms import exam_form
from parotis.presentation.exam_view_contract import ExamHeader
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from parotis.domain.case import Case
    from parotis.domain.draft_entry import Entry
    from parotis.domain.view_plan import PlannedView
    from parotis.services.ports import UserProfile

HANDED_OVER = "The exam is on the list of reports to sign. It can be edited until it is signed."
TAKEN_BACK = "The exam is a draft again."


def header(case: Case, state: ExamState) -> ExamHeader:
    """Who and what is open: names as typed, never more than is recorded."""
    patient, at = case.patient, case.exam.performed_at
    person = ", ".join(
        part
        for part in (
            wording.capitalised(patient.sex) if patient.sex else "",
            age(patient.birth_date, at.date()) if patient.birth_date and at else "",
        )
        if part
    )
    chips = (
        person,
        f"Chart {patient.chart_number}" if patient.chart_number else "",
        wording.moment(at) if at else "",
    )
    performer = wording.person(case.exam.performer)
    return ExamHeader(
        wording.patient_name(patient) or "New exam",
        tuple(chip for chip in chips if chip),
        state.value,
        f"Scanned by {performer}" if performer else "",
    )


def initials(name: str) -> str:
    """The first letters of a name: "Rosa Delgado" gives "RD"."""
    return "".join(word[0].upper() for word in name.split() if word[0].isalpha())[:3]


def entered_by(fields: Sequence[str], entry: Entry, people: Sequence[UserProfile]) -> str:
    """Who filled in a section besides those who sign: "Entered by Rosa Delgado: 5 fields"."""
    authors = {entry.authors[path] for path in fields}
    names = [person.name for person in people if person.user_id in authors] or ["somebody else"]
    return f"Entered by {wording.listed(names)}: {len(fields)} field{'' if len(fields) == 1 else 's'}"


def view_plan(views: Sequence[PlannedView]) -> str:
    """The views of a complete examination, a line for each structure: taken with its image number, or to take."""
    lines: dict[str, list[str]] = {}
    for view in views:
        state = f"\u2713 image {view.image}" if view.image is not None else "\u25cb to take"
        lines.setdefault(wording.place(view.structure, view.side), []).append(f"{view.label} {state}")
    return "\n".join(f"{place}: {', '.join(said)}" for place, said in lines.items())


def age(birth: date, on: date) -> str:
    """Whole years on a day; empty when the day is before the birth."""
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return str(years) if years >= 0 else ""


def primary_label(state: ExamState, role: str) -> str:
    """What the one big button of the screen does for this person."""
    if role == "dentist":
        return "Sign"
    return "Take back" if state is ExamState.TO_SIGN else "Send to sign"


_NOUNS = {
    "symptoms": "Symptom",
    "prior_studies": "Prior study",
    "images": "Image",
    "procedures": "Procedure",
    "diagnoses": "Diagnosis code",
    "impression": "Impression",
    "differential": "Differential",
}


@lru_cache(maxsize=1)
def _labels(_lexicon: lexicon.Lexicon) -> dict[str, str]:
    """Field labels by their path with the positions left out, made anew for each lexicon."""
    found: dict[str, str] = {}
    for section in exam_form.SECTIONS:
        for part in section.parts:
            owner = f"{part.path}." if isinstance(part, exam_form.ItemList) else ""
            found |= {_pattern(owner + field.path): field.label for field in part.fields}
    for kind in ("parotid-gland", "temporomandibular-joint", "masseter", "parotid-node"):
        found |= {_pattern(f"findings.{f.path}"): f.label for f in exam_form.attribute_fields(kind)}
    for kind in ("stone", "collection"):
        found |= {_pattern(f"findings.lesions.{f.path}"): f.label for f in exam_form.lesion_fields(kind)}
    found |= {f"images.{field.path}": field.label for field in exam_form.IMAGE_FIELDS}
    found |= {f"scan.{field.path}": field.label for field in exam_form.SCAN_FIELDS}
    found |= {"findings.state": "State", "findings.note": "Note", "findings.lesions.kind": "Kind of lesion"}
    return found | {"findings.lesions.size_mm": "Size", "technique.frequency_mhz": "Frequency"}


def _pattern(path: str) -> str:
    """The path without the positions of lists; those of axes and of a range have labels of their own."""
    steps = paths.steps(path)
    kept = [step for index, step in enumerate(steps) if isinstance(step, str) or steps[index - 1] in _FIXED_LENGTH]
    return paths.join(kept)


_FIXED_LENGTH = ("size_mm", "frequency_mhz")


def where(case: Case, path: str) -> str:
    """A path in words, such as "Findings, right parotid gland, lesion A, Depth"."""
    words: list[str] = [exam_form.section_of(path)]
    steps = paths.steps(path)
    for index, step in enumerate(steps):
        if not isinstance(step, int):
            continue
        name, item = str(steps[index - 1]), paths.read(case, paths.join(steps[: index + 1]))
        if name in ("findings", "scan"):
            words.append(wording.place(item.structure, item.side) if item else name)
        elif name == "lesions":
            words.append(f"Lesion {item.label}" if item and item.label else f"Lesion {step + 1}")
        elif name in _NOUNS:
            words.append(f"{_NOUNS[name]} {step + 1}")
    label = _labels(lexicon.current()).get(_pattern(path))
    if label and label != words[-1] and not words[-1].startswith(f"{label} "):
        words.append(label)
    return " \u203a ".join(words)

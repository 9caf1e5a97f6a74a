"""The words of the exam screen that depend on the exam: its header, its button, its notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis.domain import wording
from parotis.presentation.exam_view_contract import ExamHeader
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from datetime import date

    from parotis.domain.case import Case

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


def age(birth: date, on: date) -> str:
    """Whole years on a day; empty when the day is before the birth."""
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return str(years) if years >= 0 else ""


def primary_label(state: ExamState, role: str) -> str:
    """What the one big button of the screen does for this person."""
    if role == "dentist":
        return "Sign"
    return "Take back" if state is ExamState.TO_SIGN else "Send to sign"

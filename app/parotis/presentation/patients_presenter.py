"""The patients: found as one types, with the exams of the one chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from parotis.presentation import messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.case import Patient
    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Notices, Progress, Tasks
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRow
    from parotis.services.window_ports import OpenRequest

LIMIT = 100
NO_PATIENTS = "No patients yet. A patient appears with the first exam that has a chart number."
NOTHING_FOUND = "No patient matches. Search by name or chart number."


class PatientsViewContract(Protocol):
    def show_patients(self, patients: tuple[Patient, ...]) -> None: ...

    def show_exams(self, patient: Patient | None, rows: tuple[ExamRow, ...]) -> None: ...

    def show_search(self, text: str) -> None: ...

    def show_empty(self, text: str) -> None: ...

    def select(self, chart_number: str) -> None: ...


class PatientsPresenter:
    """``new_exam`` begins an exam for a patient."""

    def __init__(
        self,
        view: PatientsViewContract,
        desk: Desk,
        tasks: Tasks,
        notices: Notices,
        new_exam: Callable[[Patient | None], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tasks = tasks
        self._notices = notices
        self._new_exam = new_exam
        self._text = ""
        self._chosen: Patient | None = None
        self._question = 0

    def refresh(self) -> None:
        """Read again what is shown."""
        self._ask()
        if self._chosen is not None:
            self.choose(self._chosen)

    def search(self, text: str) -> None:
        """Show the patients that match."""
        if text.strip() != self._text:
            self._text = text.strip()
            self._ask()

    def choose(self, patient: Patient | None) -> None:
        """Show the exams of a patient."""
        self._chosen = patient
        if patient is None or not patient.chart_number:
            self._view.show_exams(None, ())
            return
        chart_number, queries = patient.chart_number, self._desk.records.queries

        def show(rows: tuple[ExamRow, ...]) -> None:
            if self._chosen is patient:
                self._view.show_exams(patient, rows)

        self._tasks.start(lambda _progress: queries.exams_of(chart_number), on_success=show, on_failure=self._on_failed)

    def new_exam(self) -> None:
        """Begin an exam for the patient chosen."""
        self._new_exam(self._chosen)

    def open(self, request: OpenRequest) -> None:
        """Show the patient that another program asks for; one that is not on file gets a draft, filled in."""
        queries = self._desk.records.queries

        def show(found: Patient | None) -> None:
            if found is None:
                self._new_exam(_patient_of(request))
                return
            self._text = request.chart_number
            self._view.show_search(request.chart_number)
            self._ask(select=request.chart_number)

        self._tasks.start(
            lambda _progress: queries.patient(request.chart_number), on_success=show, on_failure=self._on_failed
        )

    def _ask(self, select: str = "") -> None:
        self._question += 1
        question, text, queries = self._question, self._text, self._desk.records.queries

        def work(_progress: Progress) -> tuple[int, tuple[Patient, ...]]:
            return question, queries.patients(text, limit=LIMIT)

        def show(answer: tuple[int, tuple[Patient, ...]]) -> None:
            if answer[0] != self._question:
                return
            patients = answer[1]
            self._notices.clear("patients")
            self._view.show_patients(patients)
            self._view.show_empty("" if patients else NOTHING_FOUND if text else NO_PATIENTS)
            if select:
                self._view.select(select)

        self._tasks.start(work, on_success=show, on_failure=self._on_failed)

    def _on_failed(self, error: ParotisError) -> None:
        self._notices.show("patients", "danger", messages.text_of(error), action=("Try again", self.refresh))


def _patient_of(request: OpenRequest) -> Patient:
    from parotis.domain.case import Patient

    return Patient(
        chart_number=request.chart_number,
        family_name=request.family_name,
        given_name=request.given_name,
        birth_date=request.birth_date,
        sex=request.sex,
    )

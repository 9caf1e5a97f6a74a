"""The patients and, beside them, the exams of the one chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from parotis.domain import wording
from parotis.ui.controls import card, label, page, push_button
from parotis.ui.tables import EXAM_OF_PATIENT_COLUMNS, PATIENT_COLUMNS, RowTable, exam_model, patient_model
from parotis.ui.worklist_view import EmptyState, search_line

if TYPE_CHECKING:
    from parotis.domain.case import Patient
    from parotis.presentation.patients_presenter import PatientsPresenter
    from parotis.services.ports import ExamRow
    from parotis.ui.icons import Icons
    from parotis.ui.theme import Theme

CHOOSE = "Choose a patient to see the exams."


class PatientsView(QWidget):
    """Fulfils ``PatientsViewContract``.

    Signals:
        exam_opened: the id of the exam to open.
    """

    exam_opened = Signal(str)

    def __init__(self, theme: Theme, icons: Icons, *, can_edit: bool) -> None:
        super().__init__()
        page(self)
        self._presenter: PatientsPresenter | None = None
        self._model = patient_model()
        self._table = RowTable("Patients", self._model, PATIENT_COLUMNS, theme)
        self._table.set_opens_on_click(False)
        self._exams = exam_model(EXAM_OF_PATIENT_COLUMNS)
        self._exam_table = RowTable("Exams of the patient", self._exams, EXAM_OF_PATIENT_COLUMNS, theme)
        self._search = search_line("Search patients", "Search: name or chart number")
        self._stack = QStackedWidget()
        self._empty = EmptyState("", icons, "patients")
        self._name = label(CHOOSE, "section-title")
        self._facts = label("", "muted")
        self._new_exam = push_button("New exam", self._on_new_exam, "primary")
        self._new_exam.setEnabled(False)
        icons.bind(self._new_exam, "plus", "on_accent")
        self._build()
        self._new_exam.setVisible(can_edit)
        self._connect()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(label("Patients", "page-title"))
        head.addStretch(1)
        head.addWidget(self._search)
        layout.addLayout(head)
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._empty)
        frame, inner = card()
        row = QHBoxLayout()
        texts = QVBoxLayout()
        texts.addWidget(self._name)
        texts.addWidget(self._facts)
        row.addLayout(texts, 1)
        row.addWidget(self._new_exam)
        inner.addLayout(row)
        inner.addWidget(self._exam_table, 1)
        panes = QHBoxLayout()
        panes.setSpacing(16)
        panes.addWidget(self._stack, 1)
        panes.addWidget(frame, 1)
        layout.addLayout(panes, 1)

    def _connect(self) -> None:
        self._search.textEdited.connect(self._on_search_edited)
        self._table.chosen.connect(self._on_chosen)
        self._table.opened.connect(self._on_opened)
        self._exam_table.opened.connect(self._on_exam_opened)

    def attach(self, presenter: PatientsPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def focus_first(self) -> None:
        """Put the focus on the search: who looks for a patient types the name."""
        self._search.setFocus()

    def _on_search_edited(self, text: str) -> None:
        if self._presenter is not None:
            self._presenter.search(text)

    def _on_chosen(self, number: int) -> None:
        if self._presenter is not None:
            self._presenter.choose(self._model.row(number) if number >= 0 else None)

    def _on_opened(self, _number: int) -> None:
        self._exam_table.setFocus()

    def _on_exam_opened(self, number: int) -> None:
        self.exam_opened.emit(self._exams.row(number).exam_id)

    def _on_new_exam(self) -> None:
        if self._presenter is not None:
            self._presenter.new_exam()

    def show_patients(self, patients: tuple[Patient, ...]) -> None:
        self._model.set_rows(patients)
        if len(patients) == 1:
            self._table.selectRow(0)

    def show_exams(self, patient: Patient | None, rows: tuple[ExamRow, ...]) -> None:
        self._name.setText(wording.patient_name(patient) or "No name yet" if patient else CHOOSE)
        self._facts.setText(_facts(patient) if patient else "")
        self._new_exam.setEnabled(patient is not None)
        self._exams.set_rows(rows)

    def show_search(self, text: str) -> None:
        self._search.setText(text)

    def show_empty(self, text: str) -> None:
        self._empty.say(text)
        self._stack.setCurrentWidget(self._empty if text else self._table)

    def select(self, chart_number: str) -> None:
        number = self._model.position_of(chart_number)
        if number is not None:
            self._table.selectRow(number)
            self._table.setFocus()


def _facts(patient: Patient) -> str:
    born = f"born {wording.day(patient.birth_date)}" if patient.birth_date else ""
    return " \u00b7 ".join(part for part in (f"Chart {patient.chart_number}", patient.sex or "", born) if part)

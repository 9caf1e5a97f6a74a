from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from helpers import exam_desk, sample_cases
from helpers.presenter_ports import InlineTasks, ManualTimers, RecordingNotices
from helpers.recording_exam_view import RecordingExamView

from parotis.domain import paths
from parotis.domain.case import Case, Lesion
from parotis.domain.comparison import EarlierExam
from parotis.domain.errors import StorageCorrupt
from parotis.presentation import exam_history
from parotis.presentation.exam_presenter import ExamPresenter
from parotis.services.ports import ExamState


class Exam:
    """A presenter with the parotid cyst open, on a record in memory."""

    def __init__(self) -> None:
        self.desk = exam_desk.desk()
        self.exam_id = exam_desk.stored_exam(self.desk, sample_cases.case())
        self.timers, self.notices, self.view = ManualTimers(), RecordingNotices(), RecordingExamView()
        self.presenter = ExamPresenter(self.desk, InlineTasks(), self.timers, self.notices)
        self.presenter.attach(self.view)
        self.presenter.open(self.exam_id)

    @property
    def case(self) -> Case:
        return self.presenter.draft.case


def earlier(exam: Exam, *, days: int, longest: str, state: ExamState = ExamState.SIGNED) -> None:
    """Another exam of the same patient, some days before, with this longest axis."""
    case = paths.replace(exam.case, "exam.performed_at", exam_desk.START - dt.timedelta(days=days))
    case = paths.replace(case, "findings[0].lesions[0].size_mm[0]", Decimal(longest))
    exam_desk.stored_exam(exam.desk, paths.replace(case, "interpretation.comparison", None), state=state)


def test_earlier_exams_of_the_patient_are_shown_with_what_changed() -> None:
    exam = Exam()
    earlier(exam, days=365, longest="10.0")
    earlier(exam, days=184, longest="12.0", state=ExamState.DRAFT)
    earlier(exam, days=-9, longest="20.0")
    exam.presenter.open(exam.exam_id)
    exam.presenter.panel_opened("Prior")
    prior = exam.view.prior
    assert [one.title for one in prior.exams] == ["12 May 2026, 10:30 (UTC-06:00)", "12 Nov 2025, 10:30 (UTC-06:00)"]
    assert [one.detail.rsplit(" \u00b7 ", 1)[1] for one in prior.exams] == ["Draft, not signed", "Signed"]
    assert prior.exams[0].findings[0] == "Right parotid gland: A cyst, 12.0 x 11.0 x 9.8 mm"
    assert prior.exams[0].findings[1].startswith("Normal: left parotid gland, right submandibular gland")
    assert (prior.changes[0].verdict, prior.changes[0].path) == ("larger", "findings[0].lesions[0]")
    assert "draft" in prior.changes[0].detail
    assert prior.plot is not None
    assert [point.is_draft for point in prior.plot.lines[0].points] == [False, True, False]


def test_where_no_exam_is_earlier_the_tab_says_why() -> None:
    exam = Exam()
    exam.presenter.panel_opened("Prior")
    assert exam.view.prior.note == exam_history.NONE_EARLIER
    earlier(exam, days=9, longest="12.0")
    exam.presenter.open(exam.exam_id)
    assert exam.view.prior.note == ""
    exam.presenter.edit("exam.performed_at", None)
    exam.timers.advance(1_000)
    assert exam.view.prior.note == exam_history.NO_TIME
    exam.presenter.edit("patient.chart_number", None)
    exam.timers.advance(1_000)
    assert exam.view.prior.note == exam_history.NO_CHART_NUMBER


def test_what_changed_follows_the_typing() -> None:
    exam = Exam()
    earlier(exam, days=184, longest="14.0")
    exam.presenter.open(exam.exam_id)
    exam.presenter.panel_opened("Prior")
    assert exam.view.prior.changes[0].verdict == "no clear change"
    exam.presenter.edit("findings[0].lesions[0].size_mm[0]", Decimal(9))
    exam.timers.advance(1_000)
    assert exam.view.prior.changes[0].verdict == "smaller"


def test_the_comparison_is_filled_from_signed_exams_and_filling_can_be_undone() -> None:
    exam = Exam()
    earlier(exam, days=184, longest="12.0")
    earlier(exam, days=20, longest="13.0", state=ExamState.DRAFT)
    exam.presenter.open(exam.exam_id)
    exam.presenter.edit("interpretation.comparison", None)
    exam.presenter.fill_comparison()
    filled = exam.case.interpretation.comparison
    assert filled is not None
    assert filled.startswith("Compared with the ultrasound of 12 May 2026 (6 months earlier): lesion A")
    exam.presenter.edit("findings[0].lesions[0].size_mm[0]", Decimal(20))
    exam.presenter.fill_comparison()
    assert "20.0 x" in (exam.case.interpretation.comparison or "")
    exam.presenter.undo()
    assert exam.case.interpretation.comparison == filled


def test_typed_text_is_never_filled_over() -> None:
    exam = Exam()
    exam.presenter.fill_comparison()
    assert exam.notices.standing[exam_history.FILL_NOTICE][1] == exam_history.NOTHING_SIGNED
    earlier(exam, days=184, longest="12.0")
    exam.presenter.open(exam.exam_id)
    exam.presenter.edit("interpretation.comparison", "as I remember it")
    exam.presenter.fill_comparison()
    assert exam.case.interpretation.comparison == "as I remember it"
    assert exam.notices.standing[exam_history.FILL_NOTICE][1] == exam_history.FIELD_IS_TYPED


def test_a_text_that_was_filled_before_the_exam_was_opened_may_be_filled_anew() -> None:
    exam = Exam()
    earlier(exam, days=184, longest="12.0")
    exam.presenter.open(exam.exam_id)
    exam.presenter.edit("interpretation.comparison", None)
    exam.presenter.fill_comparison()
    exam.presenter.flush()
    exam.presenter.open(exam.exam_id)
    exam.presenter.edit("findings[0].lesions[0].size_mm[0]", Decimal(20))
    exam.presenter.fill_comparison()
    assert "20.0 x" in (exam.case.interpretation.comparison or "")


def test_a_new_lesion_keeps_in_step_with_the_letters_of_the_other_exams() -> None:
    exam = Exam()
    case = paths.replace(exam.case, "findings[1].lesions", (Lesion("D", "cyst"),))
    exam_desk.stored_exam(exam.desk, case, state=ExamState.SIGNED)
    exam.presenter.open(exam.exam_id)
    exam.presenter.add_lesion(1)
    exam.presenter.add_lesion(2)
    assert exam.case.findings[1].lesions[0].label == "D"
    assert exam.case.findings[2].lesions[0].label == "B"


def test_earlier_exams_that_cannot_be_read_are_said_so_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    exam = Exam()
    earlier(exam, days=184, longest="12.0")
    queries = exam_desk.memory_of(exam.desk).queries

    def damaged(_chart_number: str) -> tuple[EarlierExam, ...]:
        raise StorageCorrupt("case")

    with monkeypatch.context() as patch:
        patch.setattr(queries, "history_of", damaged)
        exam.presenter.open(exam.exam_id)
        exam.presenter.panel_opened("Prior")
        assert exam_history.NOTICE in exam.notices.standing
        assert exam.view.prior.note == exam_history.NOT_READ
    exam.notices.act(exam_history.NOTICE)
    assert exam_history.NOTICE not in exam.notices.standing
    assert len(exam.view.prior.exams) == 1

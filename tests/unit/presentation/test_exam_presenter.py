from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from helpers import exam_desk, sample_cases
from helpers.presenter_ports import InlineTasks, ManualTimers, RecordingNotices
from helpers.recording_exam_view import RecordingExamView

from parotis.domain import paths
from parotis.domain.case import Case, ExamFacts
from parotis.domain.errors import StorageFull
from parotis.forms.values import Rejected
from parotis.presentation import draft_keeper, exam_pictures, exam_presenter
from parotis.presentation.exam_presenter import ExamPresenter
from parotis.presentation.exam_view_contract import SectionMark
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from pathlib import Path

    from parotis.services.ports import UserProfile


class Exam:
    """A presenter with an exam open, on a record in memory."""

    def __init__(
        self,
        case: Case | None = None,
        *,
        user: UserProfile = exam_desk.DENTIST,
        state: ExamState = ExamState.DRAFT,
        rejected: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.desk = exam_desk.desk(user)
        self.record = exam_desk.memory_of(self.desk)
        self.exam_id = exam_desk.stored_exam(self.desk, case, state=state)
        self.record.exams[self.exam_id] = dataclasses.replace(self.stored, rejected=rejected)
        self.tasks, self.timers, self.notices = InlineTasks(), ManualTimers(), RecordingNotices()
        self.view = RecordingExamView()
        self.presenter = ExamPresenter(self.desk, self.tasks, self.timers, self.notices)
        self.presenter.attach(self.view)
        self.presenter.open(self.exam_id)

    @property
    def stored(self):  # type: ignore[no-untyped-def]
        return self.record.exams[self.exam_id]

    @property
    def case(self) -> Case:
        return self.presenter.draft.case

    def codes(self) -> set[str]:
        return {issue.code for issue in self.view.checks.issues}


def _without_third_axis() -> Case:
    return paths.replace(sample_cases.case(), "findings[0].lesions[0].size_mm[2]", None)  # type: ignore[no-any-return]


NEW = Case(exam=ExamFacts(performed_at=exam_desk.START))


def test_an_opened_exam_is_shown_with_header_sections_and_checks() -> None:
    exam = Exam()
    assert exam.view.header is not None
    assert (exam.view.header.name, exam.view.header.chips[0]) == ("Lindqvist, Maja", "Female, 47")
    assert exam.view.section == "Patient"
    assert exam.view.sections["Patient"] == SectionMark("done")
    assert exam.view.saves[-1][1] == "saved"
    assert not any(issue.blocks for issue in exam.view.checks.issues)


def test_an_edit_is_saved_after_a_pause_and_said_to_be_saved_only_then() -> None:
    exam = Exam()
    exam.presenter.edit("complaint", "swollen")
    assert exam.view.saves[-1][1] == "pending"
    assert exam.stored.revision == 1
    exam.timers.advance(800)
    assert exam.stored.case.complaint == "swollen"
    assert exam.view.saves[-1][0].startswith("Saved ")


def test_while_a_commit_is_under_way_nothing_is_said_to_be_saved() -> None:
    exam = Exam()
    exam.tasks.is_held = True
    exam.presenter.edit("complaint", "a")
    exam.timers.advance(800)
    assert exam.view.saves[-1][1] == "pending"
    exam.presenter.edit("complaint", "ab")
    exam.tasks.is_held = False
    exam.tasks.release()
    assert exam.view.saves[-1][1] == "pending"
    exam.timers.advance(800)
    assert exam.stored.case.complaint == "ab"
    assert exam.view.saves[-1][1] == "saved"


def test_leaving_a_section_saves_at_once() -> None:
    exam = Exam()
    exam.presenter.edit("complaint", "swollen")
    exam.presenter.section_opened("Rationale")
    assert exam.stored.case.complaint == "swollen"


def test_text_that_does_not_parse_is_kept_saved_shown_again_and_blocks() -> None:
    exam = Exam()
    exam.presenter.edit("patient.birth_date", Rejected("1979-13-14"))
    exam.timers.advance(1_000)
    assert exam.case.patient.birth_date is None
    assert exam.stored.rejected == (("patient.birth_date", "1979-13-14"),)
    assert "value.unreadable" in exam.codes()
    assert exam.view.checks.marks["patient.birth_date"]
    again = Exam(exam.stored.case, rejected=exam.stored.rejected)
    assert again.presenter.draft.rejected == {"patient.birth_date": "1979-13-14"}
    again.presenter.primary()
    assert again.view.sign_asked == 0
    again.presenter.edit("patient.birth_date", sample_cases.case().patient.birth_date)
    again.timers.advance(1_000)
    assert "value.unreadable" not in again.codes()


def test_undo_and_redo_go_by_runs_of_typing_and_lead_to_the_field() -> None:
    exam = Exam()
    before = exam.case
    for text in ("s", "sw", "swo"):
        exam.presenter.edit("complaint", text)
    exam.presenter.edit("history", "none")
    exam.presenter.undo()
    assert (exam.case.complaint, exam.case.history) == ("swo", before.history)
    exam.presenter.undo()
    assert exam.case == before
    assert exam.view.focused[-2:] == ["history", "complaint"]
    assert exam.view.undo == (False, True)
    exam.presenter.redo()
    assert exam.case.complaint == "swo"
    assert exam.view.drafts[-1] == exam.presenter.draft


def test_an_undone_edit_is_saved_too() -> None:
    exam = Exam()
    before = exam.case.complaint
    exam.presenter.edit("complaint", "other")
    exam.timers.advance(800)
    exam.presenter.undo()
    exam.timers.advance(800)
    assert exam.stored.case.complaint == before


def test_a_full_disk_keeps_the_draft_and_is_tried_again() -> None:
    exam = Exam()
    exam.record.failure = StorageFull()
    exam.presenter.edit("complaint", "kept")
    exam.timers.advance(800)
    kind, text, _ = exam.notices.standing[draft_keeper.NOTICE]
    assert kind == "danger"
    assert "disk is full" in text
    assert exam.view.saves[-1][1] == "failed"
    assert exam.case.complaint == "kept"
    exam.record.failure = None
    exam.timers.advance(1_000)
    assert exam.stored.case.complaint == "kept"
    assert exam.view.saves[-1][1] == "saved"
    assert draft_keeper.NOTICE not in exam.notices.standing


def test_a_draft_saved_elsewhere_is_not_overwritten_and_what_was_typed_stays_within_reach() -> None:
    exam = Exam()
    theirs = dataclasses.replace(exam.stored.case, complaint="theirs")
    exam.record.exams[exam.exam_id] = dataclasses.replace(exam.stored, revision=7, case=theirs)
    exam.presenter.edit("complaint", "mine")
    exam.timers.advance(800)
    assert exam.stored.case.complaint == "theirs"
    assert exam.view.saves[-1][1] == "failed"
    answers: list[bool] = []
    exam.presenter.flush(answers.append)
    assert answers == [False]
    exam.notices.act(draft_keeper.NOTICE)
    assert exam.case.complaint == "theirs"
    exam.presenter.undo()
    assert exam.case.complaint == "mine"
    exam.timers.advance(800)
    assert exam.stored.case.complaint == "mine"


def test_checks_are_computed_after_the_last_key_and_only_differences_are_named() -> None:
    exam = Exam()
    shown = len(exam.view.changes)
    exam.presenter.edit("patient.family_name", None)
    assert len(exam.view.changes) == shown
    exam.timers.advance(150)
    assert exam.view.changes[-1] == {"patient.family_name"}
    assert exam.view.sections["Patient"] == SectionMark("blocked", 1)


def test_a_new_exam_is_not_covered_in_errors_until_a_section_is_left_or_checked() -> None:
    exam = Exam(NEW)
    assert exam.view.checks.issues
    assert exam.view.checks.marks == {}
    assert exam.view.sections["Patient"].state == "empty"
    exam.presenter.section_opened("Symptoms")
    exam.timers.advance(150)
    assert "patient.chart_number" in exam.view.checks.marks
    assert "rationale.reason" not in exam.view.checks.marks
    exam.presenter.check()
    assert "rationale.reason" in exam.view.checks.marks
    assert exam.view.panel == "Checks"


def test_an_area_of_the_map_is_put_on_the_scan_list_and_taken_off_again() -> None:
    exam = Exam(NEW)
    exam.presenter.toggle_structure("cheek", "left")
    assert [entry.structure for entry in exam.case.scan] == ["cheek"]
    assert exam.view.cards[0].finding == 0
    exam.presenter.toggle_structure("cheek", "left")
    assert exam.case == NEW
    assert exam_presenter.REMOVED_NOTICE not in exam.notices.standing


def test_an_area_of_the_map_brings_the_other_side_where_the_two_are_compared() -> None:
    exam = Exam(NEW)
    exam.presenter.toggle_structure("parotid-gland", "left")
    assert [(entry.structure, entry.side) for entry in exam.case.scan] == [
        ("parotid-gland", "left"),
        ("parotid-gland", "right"),
    ]
    exam.presenter.undo()
    assert exam.case == NEW


def test_recorded_findings_go_only_with_a_notice_that_brings_them_back() -> None:
    exam = Exam()
    before = exam.case
    exam.presenter.toggle_structure("parotid-gland", "right")
    assert len(exam.case.findings) == 3
    exam.notices.act(exam_presenter.REMOVED_NOTICE)
    assert exam.case == before
    assert exam_presenter.REMOVED_NOTICE not in exam.notices.standing


def test_items_are_added_with_the_focus_on_them_and_removed_with_a_way_back() -> None:
    exam = Exam()
    exam.presenter.insert("symptoms")
    assert len(exam.case.symptoms) == 2
    assert exam.view.focused[-1] == "symptoms[1]"
    exam.presenter.remove("symptoms", 0, "Symptom 1")
    assert exam.notices.standing[exam_presenter.REMOVED_NOTICE][1] == "Symptom 1 was removed."
    exam.presenter.undo()
    exam.presenter.undo()
    assert exam.case == sample_cases.case()


def test_a_state_for_a_structure_without_a_finding_makes_one() -> None:
    exam = Exam(dataclasses.replace(sample_cases.case(), findings=()))
    exam.presenter.choose_state("parotid-gland", "left", "normal")
    assert [(f.structure, f.side, f.state) for f in exam.case.findings] == [("parotid-gland", "left", "normal")]
    exam.presenter.choose_state("parotid-gland", "left", "not-seen")
    assert exam.case.scan[1].status == "not-seen"


def test_a_lesion_gets_the_next_letter_and_the_focus() -> None:
    exam = Exam()
    exam.presenter.add_lesion(1)
    assert exam.case.findings[1].lesions[0].label == "B"
    assert exam.case.findings[1].state == "abnormal"
    assert exam.view.focused[-1] == "findings[1].lesions[0].kind"


def test_signing_is_asked_for_only_when_nothing_blocks_and_all_is_committed() -> None:
    exam = Exam()
    exam.presenter.edit("complaint", "last word")
    exam.presenter.primary()
    assert exam.view.sign_asked == 1
    assert exam.stored.case.complaint == "last word"
    blocked = Exam(_without_third_axis())
    blocked.presenter.primary()
    assert blocked.view.sign_asked == 0
    assert (blocked.view.panel, blocked.view.section) == ("Checks", "Review")


def test_signing_is_not_asked_for_when_the_draft_cannot_be_saved() -> None:
    exam = Exam()
    exam.record.failure = StorageFull()
    exam.presenter.edit("complaint", "last word")
    exam.presenter.primary()
    assert exam.view.sign_asked == 0


def test_an_assistant_sends_to_sign_and_takes_back() -> None:
    exam = Exam(user=exam_desk.ASSISTANT)
    assert exam.view.actions is not None
    assert exam.view.actions.primary == "Send to sign"
    exam.presenter.edit("complaint", "handed over")
    exam.presenter.primary()
    assert exam.stored.state is ExamState.TO_SIGN
    assert exam.stored.case.complaint == "handed over"
    assert exam.view.actions.primary == "Take back"
    exam.presenter.edit("complaint", "still editable")
    exam.timers.advance(800)
    assert (exam.stored.case.complaint, exam.stored.state) == ("still editable", ExamState.TO_SIGN)
    exam.presenter.primary()
    assert exam.stored.state is ExamState.DRAFT


def test_a_signed_exam_refuses_edits_and_offers_export() -> None:
    exam = Exam(state=ExamState.SIGNED)
    assert exam.view.actions is not None
    assert (exam.view.actions.primary, exam.view.actions.can_edit, exam.view.actions.can_export) == ("", False, True)
    exam.presenter.edit("complaint", "changed")
    exam.presenter.toggle_structure("masseter", "left")
    exam.presenter.undo()
    exam.timers.advance(60_000)
    assert exam.case == sample_cases.case()
    assert exam.view.saves[-1] == ("Read only", "read-only")


def test_a_signed_exam_is_read_only_after_a_reload() -> None:
    exam = Exam()
    exam.record.exams[exam.exam_id] = dataclasses.replace(exam.stored, state=ExamState.SIGNED)
    exam.presenter.reload()
    assert not exam.presenter.is_editable
    assert exam.view.header is not None
    assert exam.view.header.state == "signed"


def test_the_narrative_keeps_its_limit_and_its_sources() -> None:
    exam = Exam()
    exam.presenter.panel_opened("Narrative")
    for length in ("80", "400", "2000"):
        exam.presenter.choose_narrative(length)
        text = exam.view.narrative
        assert text is not None
        assert text.used <= int(length)
        assert all(sentence.sources for sentence in text.sentences)
    exam.presenter.choose_narrative("letter")
    assert exam.view.narrative is not None
    assert "Parkview Dental" in exam.view.narrative.sentences[0].text


def test_the_report_follows_what_is_typed_while_it_is_in_front() -> None:
    exam = Exam()
    exam.presenter.preview()
    exam.presenter.panel_opened("Report")
    exam.presenter.edit("interpretation.limitations", "Only the tail was seen.")
    exam.timers.advance(150)
    assert "Only the tail was seen." in repr(exam.view.report)


def test_pictures_are_taken_and_what_is_none_is_refused_without_losing_the_others(tmp_path: Path) -> None:
    exam = Exam()
    for name, data in (("a.png", b"P1"), ("b.png", b"no picture"), ("c.dcm", b"P5")):
        (tmp_path / name).write_bytes(data)
    exam.presenter.section_opened("Images")
    exam.presenter.add_images([tmp_path / "a.png", tmp_path / "b.png", tmp_path / "c.dcm", tmp_path / "none.png"])
    assert [image.frame for image in exam.case.images] == [None, 1]
    assert "2 of 4 files were not taken" in exam.notices.standing[exam_pictures.NOTICE][1]
    assert sorted(picture.frame_count for picture in exam.view.pictures.values()) == [1, 5]
    assert exam.view.focused[-1] == "images[0].structure"
    exam.presenter.choose_frame(1, 4)
    assert exam.case.images[1].frame == 4
    exam.presenter.move_up("images", 1)
    assert [image.frame for image in exam.case.images] == [4, None]


def test_after_close_nothing_is_saved_and_late_answers_are_dropped() -> None:
    exam = Exam()
    exam.presenter.edit("complaint", "gone")
    exam.tasks.is_held = True
    exam.presenter.flush()
    exam.presenter.close()
    shown = len(exam.view.saves)
    exam.tasks.release()
    exam.timers.advance(60_000)
    assert len(exam.view.saves) == shown
    assert exam.stored.case.complaint == "gone"


def test_an_exam_that_is_not_there_is_said_so() -> None:
    exam = Exam()
    exam.presenter.open("no such exam")
    assert exam.notices.standing[exam_presenter.OPEN_NOTICE][0] == "danger"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("patient.birth_date", "Patient \u203a Date of birth"),
        ("findings[0].lesions[0].size_mm[2]", "Findings \u203a Right parotid gland \u203a Lesion A \u203a Third axis"),
        ("findings[0].lesions[0].size_mm", "Findings \u203a Right parotid gland \u203a Lesion A \u203a Size"),
        ("scan[1].status", "Region \u203a Left parotid gland \u203a Status"),
        ("symptoms[0].side", "Symptoms \u203a Symptom 1 \u203a Side"),
        ("interpretation.impression[0]", "Interpretation \u203a Impression 1"),
        ("technique.frequency_mhz[0]", "Region \u203a Lowest frequency"),
        ("scan", "Region"),
    ],
)
def test_a_path_is_said_in_words(path: str, words: str) -> None:
    assert Exam().presenter.where(path) == words

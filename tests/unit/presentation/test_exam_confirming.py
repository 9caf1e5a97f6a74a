from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from helpers import exam_desk
from helpers.presenter_ports import InlineTasks, ManualTimers, RecordingNotices
from helpers.recording_exam_view import RecordingExamView

from parotis.domain import presets
from parotis.domain.case import Case, ExamFacts, Patient
from parotis.forms.values import Rejected
from parotis.presentation import exam_proposals
from parotis.presentation.exam_presenter import ExamPresenter
from parotis.services import drafts
from parotis.services.ports import UserProfile

NEW = Case(patient=Patient("C-1", "Lindqvist", "Maja"), exam=ExamFacts(performed_at=exam_desk.START))


class Exam:
    """A new exam, open at the desk of a person; the record can be opened again by somebody else."""

    def __init__(self, user: UserProfile = exam_desk.DENTIST, record: object = None) -> None:
        self.desk = exam_desk.desk(user)
        if record is not None:
            self.desk = dataclasses.replace(self.desk, records=record)  # type: ignore[arg-type]
            self.exam_id = next(iter(exam_desk.memory_of(self.desk).exams))
        else:
            self.exam_id = exam_desk.stored_exam(self.desk, NEW)
        self.timers, self.view = ManualTimers(), RecordingExamView()
        self.presenter = ExamPresenter(self.desk, InlineTasks(), self.timers, RecordingNotices())
        self.presenter.attach(self.view)
        self.presenter.open(self.exam_id)

    @property
    def draft(self):
        return self.presenter.draft

    def codes(self) -> set[str]:
        self.presenter.check()
        return {issue.code for issue in self.view.checks.issues}

    def saved(self):
        done: list[bool] = []
        self.presenter.flush(done.append)
        assert done == [True]
        return self.desk.records


@pytest.mark.parametrize("preset", presets.all_presets(), ids=lambda preset: preset.id)
def test_a_preset_proposes_and_records_no_finding(preset: presets.Preset) -> None:
    exam = Exam()
    exam.presenter.confirming.apply_preset(preset.id)
    assert [(entry.structure, entry.side) for entry in exam.draft.case.scan] == list(preset.places)
    assert {finding.state for finding in exam.draft.case.findings} == {None}
    assert len(exam_proposals.waiting(exam.draft, "Findings")) == len(preset.places)
    assert exam.draft.case.rationale.reason is None
    assert "findings.unconfirmed" in exam.codes()
    assert "findings.state.missing" not in exam.codes()
    exam.presenter.undo()
    assert exam.draft.case == NEW


def test_one_key_confirms_each_proposal_and_goes_on_to_the_next() -> None:
    exam = Exam()
    exam.presenter.confirming.apply_preset("four-glands")
    exam.presenter.confirming.confirm_next(None, "Findings")
    for position in range(4):
        assert exam.view.focused[-1] == f"findings[{position}].state"
        exam.presenter.confirming.confirm_next(exam.view.focused[-1], "Findings")
    assert [finding.state for finding in exam.draft.case.findings] == ["normal"] * 4
    assert "findings.unconfirmed" not in exam.codes()
    assert exam.view.focused[-1].startswith("rationale.")


def test_another_choice_ends_the_proposal() -> None:
    exam = Exam()
    exam.presenter.confirming.apply_preset("masseter")
    exam.presenter.choose_state("masseter", "right", "abnormal")
    assert exam.draft.case.findings[0].state == "abnormal"
    assert exam_proposals.waiting(exam.draft, "Findings") == ("findings[1].state",)
    assert exam.view.focused[-1] == "findings[1].state"


def test_a_preset_leaves_alone_what_is_recorded_and_adds_nothing_twice() -> None:
    exam = Exam()
    exam.presenter.add_structure("masseter", "right")
    exam.presenter.choose_state("masseter", "right", "abnormal")
    exam.presenter.edit("rationale.reason", "tumor")
    exam.presenter.confirming.apply_preset("masseter")
    exam.presenter.confirming.apply_preset("masseter")
    assert len(exam.draft.case.scan) == 2
    waiting = exam_proposals.waiting(exam.draft)
    assert exam_proposals.waiting(exam.draft, "Findings") == ("findings[1].state",)
    assert "rationale.reason" not in waiting


def test_normal_for_the_rest_passes_over_what_was_not_examined() -> None:
    exam = Exam()
    for side in ("right", "left"):
        exam.presenter.add_structure("cheek", side)  # type: ignore[arg-type]
    exam.presenter.edit("scan[1].status", "not-examined")
    exam.presenter.confirming.propose_normals()
    assert exam_proposals.waiting(exam.draft) == ("findings[0].state",)


def test_a_measurement_that_could_not_be_taken_is_said_in_the_note_until_there_is_one() -> None:
    exam = Exam()
    exam.presenter.add_structure("parotid-gland", "right")
    path = "findings[0].attributes.duct_mm"
    exam.presenter.edit(path, Rejected("ns"))
    assert exam.draft.case.findings[0].note == "Duct width: not seen."
    assert path not in exam.draft.rejected
    exam.presenter.edit(path, Rejected("ne"))
    assert exam.draft.case.findings[0].note == "Duct width: not examined."
    exam.presenter.edit(path, Decimal("1.2"))
    assert exam.draft.case.findings[0].note is None


def test_a_term_that_could_not_be_judged_is_said_in_the_note_and_never_normal() -> None:
    exam = Exam()
    exam.presenter.add_structure("parotid-gland", "right")
    path = "findings[0].attributes.echogenicity"
    exam.presenter.edit(path, "not-seen")
    assert exam.draft.case.findings[0].attributes.echogenicity is None
    assert exam.draft.case.findings[0].note == "Echogenicity: not seen."
    exam.presenter.edit(path, "hyperechoic")
    assert exam.draft.case.findings[0].note is None
    assert exam.draft.case.findings[0].attributes.echogenicity == "hyperechoic"


def test_proposals_are_kept_over_closing_and_opening_again() -> None:
    exam = Exam()
    exam.presenter.confirming.apply_preset("four-glands")
    again = Exam(record=exam.saved())
    assert again.draft.entry == exam.draft.entry
    assert "findings.unconfirmed" in again.codes()


def test_what_an_assistant_entered_is_reviewed_by_the_dentist_section_by_section() -> None:
    by_assistant = Exam(exam_desk.ASSISTANT)
    by_assistant.presenter.edit("complaint", "My cheek is swollen.")
    by_assistant.presenter.edit("history", "Since May.")
    assert "entry.not_reviewed" not in by_assistant.codes()

    dentist = Exam(record=by_assistant.saved())
    assert dentist.view.entries["Symptoms"].text == "Entered by Rosa Delgado: 2 fields"
    assert dentist.view.entries["Symptoms"].needs_review
    assert "entry.not_reviewed" in dentist.codes()
    assert dentist.presenter.entered_by("complaint") == "RD"
    dentist.presenter.confirming.mark_reviewed("Symptoms")
    assert "entry.not_reviewed" not in dentist.codes()
    assert not dentist.view.entries["Symptoms"].needs_review

    again = Exam(exam_desk.ASSISTANT, record=dentist.saved())
    again.presenter.edit("complaint", "My left cheek is swollen.")
    assert "entry.not_reviewed" in Exam(record=again.saved()).codes()


def test_what_the_dentist_changes_is_the_dentists_and_needs_no_second_look() -> None:
    by_assistant = Exam(exam_desk.ASSISTANT)
    by_assistant.presenter.edit("complaint", "My cheek is swollen.")
    dentist = Exam(record=by_assistant.saved())
    dentist.presenter.edit("complaint", "My cheek has been swollen since May.")
    assert "entry.not_reviewed" not in dentist.codes()


def test_only_a_signer_reviews_whatever_the_screen_or_the_draft_says() -> None:
    by_assistant = Exam(exam_desk.ASSISTANT)
    by_assistant.presenter.edit("complaint", "My cheek is swollen.")
    by_assistant.presenter.confirming.mark_reviewed("Symptoms")
    assert by_assistant.draft.entry.reviewed == frozenset()
    by_assistant.saved()
    stored = exam_desk.memory_of(by_assistant.desk).exams[by_assistant.exam_id]
    forged = dataclasses.replace(stored.entry, reviewed=frozenset({"Symptoms"}))
    assert drafts.save(by_assistant.desk, stored, stored.case, (), forged).entry.reviewed == frozenset()
    assert "entry.not_reviewed" in Exam(record=by_assistant.desk.records).codes()

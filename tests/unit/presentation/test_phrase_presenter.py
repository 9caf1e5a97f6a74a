from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from helpers import exam_desk, sample_cases
from helpers.presenter_ports import InlineTasks, ManualTimers, RecordingNotices
from helpers.recording_exam_view import RecordingExamView

from parotis.domain import paths
from parotis.domain.case import Case
from parotis.domain.draft_entry import PhraseUse
from parotis.domain.errors import StorageFailed
from parotis.domain.phrases import Ask
from parotis.presentation.exam_presenter import ExamPresenter
from parotis.presentation.phrase_presenter import PhrasePresenter, PromptRun, put_answer
from parotis.presentation.phrase_settings import EXPORTED, PhraseSettingsPresenter, SetRow

if TYPE_CHECKING:
    from pathlib import Path

ONE = Ask("Side", "one", ("left", "right"))
MANY = Ask("What", "many", ("a", "b", "c"))
TEXT = Ask("Why")
OURS = {"format": "parotis-phrases/1", "name": "Ours"}


def presenter(used: list[tuple[str, PhraseUse]] | None = None) -> PhrasePresenter:
    made = PhrasePresenter(
        exam_desk.desk(),
        InlineTasks(),
        RecordingNotices(),
        case=sample_cases.case,
        used=lambda path, use: None if used is None else used.append((path, use)),
        settled=lambda: None,
    )
    made.load()
    return made


def test_a_shortcut_is_offered_with_the_text_as_it_would_be_put_in() -> None:
    offer = presenter().offer("interpretation.impression", "Seen. .i-cy")
    assert offer is not None
    assert [match.phrase.shortcut for match in offer.matches] == [".i-cyst"]
    assert offer.previews[0].startswith("Right parotid gland: cystic lesion A of 14.2 x 11 x 9.8 mm")


@pytest.mark.parametrize(("path", "before"), [("complaint", ".i-cyst"), ("interpretation.impression", "i-cyst")])
def test_nothing_is_offered_in_another_field_or_without_the_point(path: str, before: str) -> None:
    assert presenter().offer(path, before) is None


def test_a_preset_proposes_what_fits_the_patient_and_records_nothing() -> None:
    desk = exam_desk.desk()
    case = paths.replace(Case(), "patient.birth_date", dt.date(2017, 1, 1))
    case = paths.replace(case, "exam.performed_at", exam_desk.START)
    case = paths.replace(case, "technique.position", "seated")
    exam = ExamPresenter(desk, InlineTasks(), ManualTimers(), RecordingNotices())
    exam.attach(RecordingExamView())
    exam.open(exam_desk.stored_exam(desk, case))
    exam.confirming.apply_preset("tmj-both-sides")
    proposed = exam.draft.entry.proposed
    assert proposed["rationale.why_ultrasound"] == ["soft-tissue", "no-radiation", "dynamic", "child"]
    assert "medial part of the disc" in proposed["interpretation.limitations"]
    assert "technique.position" not in proposed
    assert exam.draft.case.rationale == Case().rationale


def test_the_use_is_told_before_the_text_goes_in() -> None:
    used: list[tuple[str, PhraseUse]] = []
    at = presenter(used)
    offer = at.offer("interpretation.comparison", ".c-none")
    assert offer is not None
    assert at.insert("interpretation.comparison", offer.matches[0]).text == "None available."
    assert used == [("interpretation.comparison", PhraseUse("parotis/shipped", 1, "c-none"))]


def test_one_number_answers_a_single_choice() -> None:
    run = PromptRun((ONE, TEXT))
    assert run.press(3) is None
    assert run.confirm() is None
    assert run.ask is ONE
    assert run.press(2) == "right"
    assert run.ask is TEXT


def test_numbers_switch_several_choices_until_enter() -> None:
    run = PromptRun((MANY,))
    for number in (3, 1, 2, 2):
        assert run.press(number) is None
    assert run.chosen == (0, 2)
    assert run.confirm() == "a and c"
    assert run.ask is None


@pytest.mark.parametrize("ask", [MANY, TEXT])
def test_no_answer_leaves_the_blank_and_goes_on(ask: Ask) -> None:
    run = PromptRun((ask, ONE))
    assert run.confirm("  ") is None
    assert run.ask is ONE
    run.skip()
    assert run.ask is None
    assert run.press(1) is None
    assert run.confirm("x") is None


def test_an_answer_goes_where_its_blank_is_and_begins_a_sentence_large() -> None:
    assert put_answer("Old [[Side]]. [[Side]] gland", ONE, "left", 10) == (14, 22, "Left")
    assert put_answer("In the [[Side]] gland", ONE, "left", 0) == (7, 15, "left")
    assert put_answer("gone", ONE, "left", 0) is None


def test_insertion_and_answers_are_one_step_of_undo_and_the_use_is_saved() -> None:
    desk = exam_desk.desk()
    exam_id = exam_desk.stored_exam(desk, Case())
    exam = ExamPresenter(desk, InlineTasks(), ManualTimers(), RecordingNotices())
    exam.attach(RecordingExamView())
    exam.open(exam_id)
    path = "interpretation.recommendation"
    exam.edit(path, ".r-control")
    offer = exam.phrases.offer(path, ".r-control")
    assert offer is not None
    exam.edit(path, exam.phrases.insert(path, offer.matches[0]).text)
    exam.edit(path, "Repeat ultrasound in 3 months.")
    exam.phrases.settle()
    exam.edit(path, "Repeat ultrasound in 3 months. More.")
    exam.flush()
    assert exam_desk.memory_of(desk).exams[exam_id].entry.phrases == (PhraseUse("parotis/shipped", 1, "r-control"),)
    exam.undo()
    assert exam.draft.case.interpretation.recommendation == "Repeat ultrasound in 3 months."
    exam.undo()
    assert exam.draft.case.interpretation.recommendation == ".r-control"
    assert exam.draft.entry.phrases == ()


def test_an_exam_opens_without_phrases_when_they_cannot_be_read_and_says_so() -> None:
    class Failing:
        def read(self, name: str) -> bytes:
            raise StorageFailed(name)

    desk = exam_desk.desk()
    desk = dataclasses.replace(desk, machine=dataclasses.replace(desk.machine, resources=Failing()))
    notices = RecordingNotices()
    at = PhrasePresenter(desk, InlineTasks(), notices, case=Case, used=lambda *_: None, settled=lambda: None)
    at.load()
    assert at.sets == ()
    assert "phrases cannot be read" in notices.standing["phrases"][1]


class Settings:
    def __init__(self) -> None:
        self.rows: tuple[SetRow, ...] = ()
        self.may_change_practice = False
        self.result = ("", False)

    def show_sets(self, rows: tuple[SetRow, ...], *, can_import_for_practice: bool) -> None:
        self.rows, self.may_change_practice = rows, can_import_for_practice

    def show_result(self, text: str, *, is_problem: bool) -> None:
        self.result = (text, is_problem)


def test_a_taken_file_is_listed_and_the_open_exam_hears_of_it(tmp_path: Path) -> None:
    file = tmp_path / "ours.json"
    file.write_text(json.dumps(OURS), encoding="utf-8")
    view, heard = Settings(), list[str]()
    at = PhraseSettingsPresenter(view, exam_desk.desk(), InlineTasks(), lambda: heard.append("changed"))
    at.refresh()
    assert [row.name for row in view.rows] == ["Parotis"]
    at.take(file, is_personal=False)
    assert [row.name for row in view.rows] == ["Parotis", "Ours"]
    assert (view.may_change_practice, heard) == (True, ["changed"])
    at.export("Ours", tmp_path / "out.json")
    assert view.result == (EXPORTED, False)
    assert (tmp_path / "out.json").read_bytes() == file.read_bytes()


def test_a_set_is_shown_with_its_phrases_and_their_blanks() -> None:
    view = Settings()
    PhraseSettingsPresenter(view, exam_desk.desk(), InlineTasks()).refresh()
    shown = {row.line.split()[0]: row.text for row in view.rows[0].phrases}
    assert shown[".r-control"] == "Repeat ultrasound in [[When]]."
    assert shown[".i-stone"] == "[[Side]] [[Structure]]: stone of [[Size]] mm [[Duct]]."
    assert list(shown) == sorted(shown)


def test_all_problems_of_a_bad_file_are_told_the_first_nine_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    phrases = [{"id": "a", "shortcut": ".a", "title": "A", "fields": ["findings.note"], "text": "{x}"}] * 4
    file.write_text(json.dumps({**OURS, "phrases": phrases}, indent=1), encoding="utf-8")
    view = Settings()
    PhraseSettingsPresenter(view, exam_desk.desk(), InlineTasks()).take(file, is_personal=True)
    lines = view.result[0].splitlines()
    assert lines[0].startswith("bad.json, line 12, phrases[0].text: ")
    assert lines[1].startswith("Line 15, phrases[1].id: ")
    assert (len(lines), lines[-1]) == (10, "1 more.")


def test_a_bad_file_is_told_with_file_line_and_key(tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"format": "parotis-phrases/1",\n"name": "Ours",\n"colour": 1}', encoding="utf-8")
    view = Settings()
    at = PhraseSettingsPresenter(view, exam_desk.desk(exam_desk.ASSISTANT), InlineTasks())
    at.take(file, is_personal=True)
    assert view.result[0].startswith("bad.json, line 3, colour: An unknown key.")
    at.take(tmp_path / "absent.json", is_personal=True)
    assert view.result[1]
    at.refresh()
    assert [row.name for row in view.rows] == ["Parotis"]
    assert view.may_change_practice is False

"""The parts of a claim over a real record: what is typed becomes an entry, and what is recorded is shown again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from helpers import claim_journeys, claim_window
from helpers.claim_window import named
from helpers.practices import dentist_desk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from parotis.domain.claims import checklist, lifecycle
from parotis.presentation.letter_presenter import TITLES
from parotis.services import claim_letters, claims
from parotis.ui.claim_parts import STATE_SHAPES
from parotis.ui.claim_section_checklist import item_mark, part_of
from parotis.ui.claim_section_history import HistorySection
from parotis.ui.claim_section_overview import deadline_mark
from parotis.ui.claim_view import SECTIONS
from parotis.ui.letter_dialog import LetterDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from helpers.claim_window import ClaimWindow
    from pytestqt.qtbot import QtBot

    from parotis.services.claim_letters import What
    from parotis.services.desk import Desk

    Open = Callable[..., ClaimWindow]

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

OVER: dict[str, Any] = {"kind": "override", "gap": "key-image", "reason": "The images were sent on a disc before."}


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    desk, passphrase = dentist_desk(tmp_path_factory.mktemp("practice"))
    claim_window.with_payers(desk)
    yield desk, passphrase
    desk.close()
    desk.machine.pictures.close()


@pytest.fixture
def opened(qtbot: QtBot, practice: tuple[Desk, str]) -> Open:
    """Open a new claim of a sample exam after entries that another window recorded."""

    def make(
        *entries: dict[str, Any], name: str = "parotid-cyst", is_signed: bool = False, shown: bool = True
    ) -> ClaimWindow:
        claim_id = claim_window.new_claim(*practice, name, is_signed=is_signed)
        claim_window.walk(practice[0], claim_id, *entries)
        window = claim_window.shown(practice[0], claim_id)
        qtbot.addWidget(window.view)
        window.view.resize(1280, 800)
        if shown:
            window.view.show()
        return window

    return make


def press(button: QWidget) -> None:
    assert button.isEnabled()
    QTest.keyClick(button, Qt.Key.Key_Space)


def write(line: QLineEdit | QPlainTextEdit, text: str) -> None:
    """Type over what is there."""
    line.selectAll()
    if isinstance(line, QPlainTextEdit):
        line.insertPlainText(text)
    else:
        QTest.keyClicks(line, text)


def choose(box: QComboBox, words: str) -> None:
    box.setCurrentIndex(box.findText(words))
    box.activated.emit(box.currentIndex())


def texts(owner: QWidget) -> str:
    """Everything that labels say and that is not hidden."""
    QApplication.processEvents()
    return "\n".join(one.text() for one in owner.findChildren(QLabel) if one.isVisibleTo(owner))


# The frame


def test_every_control_of_a_part_has_a_name_and_no_two_share_one(opened: Open) -> None:
    window = opened(*(entry for entry, _ in claim_journeys.PAID[:2]))
    for name in ("Overview", "Coverage", "Authorization", "Codes", "Checklist", "History"):
        section = window.section(name)
        QApplication.processEvents()
        controls = [
            one
            for kind in (QPushButton, QToolButton, QLineEdit, QPlainTextEdit, QComboBox, QCheckBox)
            for one in section.findChildren(kind)
            if one.isVisibleTo(section)
        ]
        names = [one.accessibleName() for one in controls]
        assert all(names), [type(one).__name__ for one in controls if not one.accessibleName()]
        doubled = {one for one in names if names.count(one) > 1}
        assert not doubled, f"{name}: {doubled}"


def test_no_part_has_two_primary_buttons(opened: Open) -> None:
    window = opened()
    for made in SECTIONS:
        section = window.section(made.NAME)
        owners = [section, *([section.footer] if section.footer is not None else [])]
        primary = [
            one.text()
            for owner in owners
            for one in owner.findChildren(QPushButton)
            if one.property("kind") == "primary" and one.isVisibleTo(owner)
        ]
        assert len(primary) <= 1, f"{made.NAME}: {primary}"


def test_what_is_typed_survives_what_others_record_and_what_oneself_records_elsewhere(opened: Open) -> None:
    window = opened()
    overview, codes, coverage = (window.section(name) for name in ("Overview", "Codes", "Coverage"))
    write(named(overview, QLineEdit, "Next action: What is to be done"), "Ring them")
    write(named(codes, QLineEdit, "Procedure 1 fee"), "333.00")
    write(named(coverage, QLineEdit, "Coverage call: Representative"), "Dana")
    write(named(coverage, QLineEdit, "Family name as the payer has it"), "Lindquist")
    claim_window.walk(window.desk, window.claim_id, {"kind": "note", "text": "From another window."})
    window.presenter.reload()
    assert named(overview, QLineEdit, "Next action: What is to be done").text() == "Ring them"
    assert named(codes, QLineEdit, "Procedure 1 fee").text() == "333.00"
    assert named(coverage, QLineEdit, "Coverage call: Representative").text() == "Dana"
    assert named(coverage, QLineEdit, "Family name as the payer has it").text() == "Lindquist"
    assert window.claim().next_action is None


def test_nothing_typed_for_one_claim_is_carried_to_another(opened: Open, practice: tuple[Desk, str]) -> None:
    window = opened()
    overview, codes, coverage = (window.section(name) for name in ("Overview", "Codes", "Coverage"))
    write(named(overview, QPlainTextEdit, "Note: Text of the note"), "A secret of the first")
    write(named(codes, QLineEdit, "Procedure 1 fee"), "333.00")
    write(named(coverage, QLineEdit, "Answer 1, what was said"), "yes, active")
    other = claim_window.new_claim(*practice, "submandibular-stone", is_signed=False)
    window.presenter.open(other)
    assert named(overview, QPlainTextEdit, "Note: Text of the note").toPlainText() == ""
    assert named(codes, QLineEdit, "Procedure 1 fee").text() == "210.00"
    assert named(coverage, QLineEdit, "Answer 1, what was said").text() == ""


def test_an_entry_on_a_claim_that_another_changed_is_refused_and_the_newest_is_shown(opened: Open) -> None:
    window = opened()
    overview = window.section("Overview")
    write(named(overview, QPlainTextEdit, "Note: Text of the note"), "Mine")
    claim_window.walk(window.desk, window.claim_id, {"kind": "note", "text": "Theirs."})
    press(named(overview, QPushButton, "Add note"))
    assert [kind for kind, _ in window.events()] == ["note"]
    assert named(overview, QPlainTextEdit, "Note: Text of the note").toPlainText() == "Mine"
    press(named(overview, QPushButton, "Add note"))
    assert [entry["text"] for _, entry in window.events()] == ["Theirs.", "Mine"]


def test_the_outline_says_in_words_what_a_part_lacks(opened: Open) -> None:
    window = opened()
    row = [made.NAME for made in SECTIONS].index("Checklist")
    item = window.view._outline.item(row)
    said = item.data(int(Qt.ItemDataRole.AccessibleTextRole))
    count = len(window.presenter.situation.gaps) if window.presenter.situation else 0
    assert count
    assert said == f"Checklist, {count} to settle"


# Overview


@pytest.mark.parametrize("state", STATE_SHAPES)
def test_every_state_has_a_shape_besides_its_word(state: lifecycle.ClaimState) -> None:
    shape, _ = STATE_SHAPES[state]
    assert shape.strip()
    assert lifecycle.STATE_WORDS[state]


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (-1, "Overdue", "danger"),
        (0, "Today", "warning"),
        (1, "1 day", "warning"),
        (15, "15 days", ""),
        (None, "known", ""),
    ],
)
def test_a_deadline_tells_how_near_it_is_in_words(left: int | None, words: str, tone: str) -> None:
    mark, found = deadline_mark(left)
    assert mark.endswith(words)
    assert found == tone


def test_only_the_steps_that_are_allowed_are_offered(opened: Open) -> None:
    window = opened(OVER, is_signed=True)
    overview = window.section("Overview")

    def offered() -> set[str]:
        words = {"Mark ready", "Record sending\u2026", "Acknowledged", "More information asked", "Close the claim"}
        words |= {"Not ready yet", "Correct and send again", "Open again", "Record payment or denial\u2026"}
        return {
            one.text()
            for one in overview.findChildren(QPushButton)
            if one.text() in words and one.isVisibleTo(overview)
        }

    assert offered() == {"Mark ready", "Record sending\u2026", "Close the claim"}
    press(named(overview, QPushButton, "Mark ready"))
    assert window.claim().state == "ready"
    assert offered() == {"Not ready yet", "Record sending\u2026", "Close the claim"}
    press(named(overview, QPushButton, "Close the claim"))
    assert window.claim().state == "closed"
    assert offered() == {"Open again"}
    press(named(overview, QPushButton, "Open again"))
    assert window.claim().state == "to-bill"


def test_a_claim_with_a_gap_that_blocks_leads_to_the_checklist_and_is_not_made_ready(opened: Open) -> None:
    window = opened()
    overview = window.section("Overview")
    press(named(overview, QPushButton, "Mark ready"))
    assert window.claim().state == "to-bill"
    assert "Not done: the checklist has gaps that block." in texts(overview)
    press(named(overview, QPushButton, "Open the checklist"))
    assert window.view._outline.currentItem().text() == "Checklist"


def test_a_sending_is_recorded_with_the_control_number_of_the_program(opened: Open) -> None:
    window = opened(OVER, is_signed=True)
    overview = window.section("Overview")
    press(named(overview, QPushButton, "Record sending\u2026"))
    choose(named(overview, QComboBox, "Record sending: Channel"), "Clearinghouse")
    press(named(overview, QPushButton, "Record sending"))
    sent = window.claim().submission
    assert sent is not None
    assert (window.claim().state, sent.channel, sent.frequency, sent.charged) == (
        "sent",
        "clearinghouse",
        "1",
        "210.00",
    )
    assert sent.control_number
    assert sent.control_number in texts(overview)


def test_a_void_without_the_payers_number_is_refused_at_its_field(opened: Open) -> None:
    window = opened(OVER, is_signed=True)
    overview = window.section("Overview")
    press(named(overview, QPushButton, "Record sending\u2026"))
    choose(named(overview, QComboBox, "Record sending: Sent as"), "Void of an earlier claim (8)")
    press(named(overview, QPushButton, "Record sending"))
    number = named(overview, QLineEdit, "Record sending: Payer's number of the first claim")
    assert window.claim().state == "to-bill"
    assert number.property("invalid")
    assert "number of the first claim" in number.accessibleDescription()


def test_after_an_answer_the_sending_is_proposed_as_a_replacement_with_the_payers_number(opened: Open) -> None:
    steps = [entry for entry, _ in claim_journeys.INVESTIGATIONAL[:4]]
    window = opened(*steps, {"kind": "state", "to": "to-bill"}, name="tmj-effusion", is_signed=True)
    overview = window.section("Overview")
    press(named(overview, QPushButton, "Record sending\u2026"))
    press(named(overview, QPushButton, "Record sending"))
    sent = window.claim().submission
    assert sent is not None
    assert (sent.frequency, sent.original_claim_number) == ("7", "PDP-CLM-9")


def test_assigning_planning_snoozing_and_noting_are_entries_and_are_shown_as_stored(opened: Open) -> None:
    window = opened()
    overview = window.section("Overview")
    press(named(overview, QPushButton, "Assign to me"))
    press(named(overview, QPushButton, "Snooze for 7 days"))
    write(named(overview, QLineEdit, "Next action: What is to be done"), "Ring them")
    write(named(overview, QLineEdit, "Next action: On"), "2026-12-24")
    press(named(overview, QPushButton, "Save next action"))
    write(named(overview, QPlainTextEdit, "Note: Text of the note"), "Slow payer.\nTwo lines.")
    press(named(overview, QPushButton, "Add note"))
    claim = window.claim()
    today = window.desk.machine.clock.now().date()
    assert (claim.assigned_to, claim.next_action, claim.next_action_on) == (
        "dentist",
        "Ring them",
        dt.date(2026, 12, 24),
    )
    assert claim.snoozed_until == today + dt.timedelta(days=7)
    assert window.events()[-1] == ("note", {"text": "Slow payer.\nTwo lines."})
    assert named(overview, QLineEdit, "Next action: On").text() == "2026-12-24"
    assert named(overview, QComboBox, "Who works on it: Assigned to").currentText() == "dentist"
    press(named(overview, QPushButton, "Show now"))
    assert window.claim().snoozed_until is None


def test_a_date_that_is_none_is_told_at_its_field_and_stays_as_typed(opened: Open) -> None:
    window = opened()
    overview = window.section("Overview")
    write(named(overview, QLineEdit, "Next action: What is to be done"), "Ring them")
    field = named(overview, QLineEdit, "Next action: On")
    write(field, "soon")
    press(named(overview, QPushButton, "Save next action"))
    assert window.events() == []
    assert field.text() == "soon"
    assert field.property("invalid")


def test_a_report_that_was_superseded_is_taken_anew_by_one_button(opened: Open, practice: tuple[Desk, str]) -> None:
    window = opened(is_signed=True)
    exam_id, before = window.claim().exam_id, window.claim().document_id
    with practice[0].unit_of_work() as work:
        (document,) = work.documents.of_exam(exam_id)
        newest = dataclasses.replace(document, document_id=f"{document.document_id}-2", version=2)
        work.documents.insert(newest)
        work.commit()
    window.presenter.reload()
    overview = window.section("Overview")
    press(named(overview, QPushButton, "Take the newest report"))
    assert window.claim().document_id == newest.document_id != before
    assert "Take the newest report" not in [one.text() for one in overview.findChildren(QPushButton) if one.isVisible()]


# Coverage


def test_a_call_is_recorded_with_answers_member_and_the_proposed_end(opened: Open) -> None:
    window = opened()
    coverage = window.section("Coverage")
    press(named(coverage, QToolButton, "Answer 1: Yes"))
    press(named(coverage, QToolButton, "Answer 2: Unknown"))
    write(named(coverage, QLineEdit, "Answer 2, what was said"), "must ask a colleague")
    write(named(coverage, QLineEdit, "Coverage call: Representative"), "Dana")
    write(named(coverage, QLineEdit, "Coverage call: Reference number"), "REF-1")
    write(named(coverage, QLineEdit, "Date of birth as the payer has it"), "1979-06-14")
    press(named(coverage, QPushButton, "Record the call"))
    call = window.claim().call
    assert call is not None
    assert [(one.question, one.word, one.detail) for one in call.answers] == [
        ("active", "yes", None),
        ("benefit", "unknown", "must ask a colleague"),
    ]
    now = window.desk.machine.clock.now()
    assert call.called_at is not None
    assert abs(now - call.called_at) < dt.timedelta(minutes=5)
    assert call.expires_on == call.called_at.date() + dt.timedelta(days=90)
    assert call.member.birth_date == dt.date(1979, 6, 14)
    assert named(coverage, QLineEdit, "Coverage call: Representative").text() == ""
    assert "reference REF-1" in texts(coverage)
    assert "\u2713 Valid" in texts(coverage)


def test_a_member_whom_the_payer_has_differently_is_told_while_one_types(opened: Open) -> None:
    window = opened()
    coverage = window.section("Coverage")
    line = named(coverage, QLineEdit, "Given name as the payer has it")
    write(named(coverage, QLineEdit, "Family name as the payer has it"), "Lindqvist")
    write(line, "Mary")
    assert line.accessibleDescription() == "The payer has another given name."
    assert "! Differs" in texts(coverage)
    write(line, "Maja")
    assert line.accessibleDescription() == ""
    assert "! Differs" not in texts(coverage)
    assert window.events() == []


def test_an_answer_pressed_again_is_let_go(opened: Open) -> None:
    coverage = opened().section("Coverage")
    button = named(coverage, QToolButton, "Answer 1: No")
    press(button)
    assert button.isChecked()
    press(button)
    assert not button.isChecked()


def test_an_expired_call_says_so(opened: Open) -> None:
    call = {"called_at": "2026-01-10T09:30:00-06:00", "source": "phone", "expires_on": "2026-01-31"}
    window = opened({"kind": "coverage-call", "call": call})
    assert "\u2717 Expired" in texts(window.section("Coverage"))


def test_another_payer_is_chosen_and_its_questions_are_asked(opened: Open) -> None:
    window = opened()
    coverage = window.section("Coverage")
    choose(named(coverage, QComboBox, "Payer: Payer of this claim"), "Lakeshore Medical (medical)")
    press(named(coverage, QPushButton, "Use this payer"))
    assert window.claim().payer_key == "lakeshore-medical"
    assert "done by a dentist, a benefit of this medical plan" in texts(coverage)


def test_what_the_call_says_of_the_payer_is_taken_over_into_the_profile(opened: Open) -> None:
    call = {
        "called_at": "2026-11-10T09:30:00-06:00",
        "source": "phone",
        "answers": [{"question": "appeal-days", "detail": "60 days"}],
    }
    window = opened({"kind": "coverage-call", "call": call}, name="submandibular-stone")
    press(named(window.section("Coverage"), QPushButton, "Take over into the profile"))
    profile = window.opened().profile
    assert profile is not None
    assert profile.appeal_days == 60
    assert profile.source == "coverage call, 10 Nov 2026"


# Authorization


@pytest.mark.parametrize(
    ("title", "kind"), [("Predetermination", "predetermination"), ("Prior authorization", "authorization")]
)
def test_each_of_the_two_is_recorded_apart_and_only_its_card_tells(opened: Open, title: str, kind: str) -> None:
    window = opened()
    section = window.section("Authorization")
    choose(named(section, QComboBox, f"{title}: Status"), "Approved")
    write(named(section, QLineEdit, f"{title}: Number"), "N-1")
    write(named(section, QLineEdit, f"{title}: Units"), "2")
    write(named(section, QLineEdit, f"{title}: Codes"), "D0370, D0386")
    press(named(section, QPushButton, f"Record {title.lower()}"))
    (noted,) = window.claim().authorizations
    assert (noted.kind, noted.status, noted.number, noted.units) == (kind, "approved", "N-1", 2)
    assert noted.codes == ("D0370", "D0386")
    told = [one.text() for one in section.findChildren(QLabel) if one.text().endswith("is recorded.")]
    assert told == [f"{title} is recorded."]


@pytest.mark.parametrize(
    ("title", "what"), [("Predetermination", "predetermination"), ("Prior authorization", "authorization")]
)
def test_each_of_the_two_has_its_letter(qtbot: QtBot, opened: Open, title: str, what: What) -> None:
    window = opened()
    press(named(window.section("Authorization"), QPushButton, f"{title}: letter"))
    dialog = window.view.window().findChild(LetterDialog)
    qtbot.waitUntil(lambda: dialog.windowTitle() == TITLES[what])
    dialog.close()


# Codes


def test_the_whole_of_the_codes_is_one_entry_and_comes_back_as_stored(opened: Open) -> None:
    window = opened()
    codes = window.section("Codes")
    write(named(codes, QLineEdit, "Procedure 1 fee"), "250.5")
    press(named(codes, QPushButton, "Add K11.6"))
    write(named(codes, QLineEdit, "Member number"), "M-9")
    choose(named(codes, QComboBox, "Accident"), "Auto accident")
    write(named(codes, QLineEdit, "Day of the accident"), "2026-10-01")
    write(named(codes, QLineEdit, "The practice's own medical procedure code"), "99999")
    assert codes.footer is not None
    press(named(codes.footer, QPushButton, "Save codes"))
    assert [kind for kind, _ in window.events()] == ["codes"]
    claim = window.claim()
    assert claim.billing.procedures[0].fee == "250.5"
    assert claim.billing.diagnoses == ("R22.0", "K11.6")
    assert claim.billing.subscriber is not None
    assert (claim.billing.subscriber.member_id, claim.billing.subscriber.name) == ("M-9", "Maja Lindqvist")
    assert claim.billing.accident is not None
    assert (claim.billing.accident.kind, claim.billing.accident.date) == ("auto", dt.date(2026, 10, 1))
    assert claim.practice_code == "99999"
    assert claim.billing.payer == window.opened().exam.case.claim.payer
    assert "As recorded" in texts(codes.footer)


def test_saving_the_codes_as_they_are_changes_nothing_of_them(opened: Open) -> None:
    window = opened(name="submandibular-stone")
    before = window.claim().billing
    footer = window.section("Codes").footer
    assert footer is not None
    press(named(footer, QPushButton, "Save codes"))
    assert window.claim().billing == before


def test_changes_are_taken_back_by_one_button(opened: Open) -> None:
    window = opened()
    codes = window.section("Codes")
    write(named(codes, QLineEdit, "Procedure 1 fee"), "1.00")
    press(named(codes, QPushButton, "Add K11.6"))
    assert codes.footer is not None
    assert "Not saved yet" in texts(codes.footer)
    press(named(codes.footer, QPushButton, "Take changes back"))
    assert named(codes, QLineEdit, "Procedure 1 fee").text() == "210.00"
    assert named(codes, QPushButton, "Add K11.6").isVisible()


def test_no_diagnosis_is_chosen_by_itself(opened: Open) -> None:
    window = opened()
    situation = window.presenter.situation
    assert situation is not None
    offered = {one.code for one in situation.candidates} - set(window.claim().billing.diagnoses)
    assert offered
    assert window.claim().billing.diagnoses == window.opened().exam.case.claim.diagnoses
    for code in offered:
        assert named(window.section("Codes"), QPushButton, f"Add {code}")


def test_diagnoses_are_searched_moved_and_lettered(opened: Open) -> None:
    window = opened()
    codes = window.section("Codes")
    line = named(codes, QLineEdit, "Add a diagnosis")
    QTest.keyClicks(line, "K11.5")
    QTest.keyClick(line, Qt.Key.Key_Return)
    press(named(codes, QToolButton, "Move up K11.5"))
    assert codes.document()["billing"]["diagnoses"] == ["K11.5", "R22.0"]  # type: ignore[attr-defined]
    press(named(codes, QToolButton, "Remove R22.0"))
    assert codes.document()["billing"]["diagnoses"] == ["K11.5"]  # type: ignore[attr-defined]


def test_a_fifth_diagnosis_on_a_dental_claim_has_no_letter_and_blocks(opened: Open) -> None:
    window = opened()
    codes = window.section("Codes")
    line = named(codes, QLineEdit, "Add a diagnosis")
    for code in ("K11.5", "K11.6", "K11.7", "M26.62"):
        QTest.keyClicks(line, code)
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert "! No letter left" in texts(codes)
    assert "A dental claim holds at most 4 diagnoses." in texts(codes)
    choose(named(codes, QComboBox, "Kind of plan"), "Medical")
    assert "! No letter left" not in texts(codes)
    assert "holds at most" not in texts(codes)


def test_two_codes_that_do_not_go_together_are_told_before_they_are_saved(opened: Open) -> None:
    window = opened()
    codes = window.section("Codes")
    assert "\u2717 Blocks" not in texts(codes)
    press(named(codes, QPushButton, "Add procedure"))
    line = named(codes, QLineEdit, "Procedure 2 code")
    write(line, "d0386")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert "\u2717 Blocks" in texts(codes)
    assert window.events() == []


def test_a_fee_that_is_no_money_is_told_at_its_row(opened: Open) -> None:
    window = opened()
    codes = window.section("Codes")
    fee = named(codes, QLineEdit, "Procedure 1 fee")
    write(fee, "much")
    assert codes.footer is not None
    press(named(codes.footer, QPushButton, "Save codes"))
    assert window.events() == []
    assert fee.property("invalid")
    assert fee.accessibleDescription()
    assert fee.text() == "much"


def test_no_more_than_ten_procedures_fit(opened: Open) -> None:
    codes = opened().section("Codes")
    add = named(codes, QPushButton, "Add procedure")
    for _ in range(9):
        press(add)
    assert not add.isEnabled()
    press(named(codes, QToolButton, "Remove procedure 10"))
    assert add.isEnabled()


def test_the_compass_is_answered_from_the_record_and_can_be_answered_otherwise(opened: Open) -> None:
    window = opened()
    codes = window.section("Codes")
    assert "D0370: taken and read in this practice" in texts(codes)
    assert "D0370 is on the claim" in texts(codes)
    press(named(codes, QPushButton, "Change: Did this practice take the images?"))
    press(named(codes, QPushButton, "No, at another site"))
    press(named(codes, QPushButton, "Not at all: another billing entity, no part in taking the images"))
    press(named(codes, QPushButton, "Put D0391 on the claim"))
    assert [one["code"] for one in codes.document()["billing"]["procedures"]] == ["D0370", "D0391"]  # type: ignore[attr-defined]
    assert window.events() == []


def test_the_form_of_the_practices_own_code_is_judged_while_it_is_typed(opened: Open) -> None:
    codes = opened().section("Codes")
    line = named(codes, QLineEdit, "The practice's own medical procedure code")
    write(line, "D0370")
    assert "dental code" in line.accessibleDescription()
    write(line, "12345")
    assert line.accessibleDescription() == ""


# Checklist


@pytest.mark.parametrize("how", ["record", "person", "override"])
@pytest.mark.parametrize("is_met", [True, False])
@pytest.mark.parametrize("is_blocking", [True, False])
def test_every_standing_of_an_item_has_a_shape_and_a_word(how: checklist.How, is_met: bool, is_blocking: bool) -> None:
    mark, _ = item_mark(checklist.Item("x", "codes", "X", is_met, is_blocking, how, "Text."))
    shape, _, word = mark.partition(" ")
    assert len(shape) == 1
    assert word


def test_a_tick_is_recorded_with_who_and_when_and_taken_back(opened: Open) -> None:
    window = opened()
    section = window.section("Checklist")
    box = named(section, QCheckBox, "Narrative read")
    press(box)
    assert [tick.item for tick in window.claim().ticks] == ["narrative-read"]
    assert "Ticked by dentist" in texts(section)
    press(box)
    assert window.claim().ticks == ()
    assert not box.isChecked()


def test_a_gap_is_gone_over_with_a_reason_and_never_without(opened: Open) -> None:
    window = opened(is_signed=True)
    section = window.section("Checklist")
    press(named(section, QPushButton, "Override: Labelled key image, key-image"))
    record = named(section, QPushButton, "Record reason: Labelled key image, key-image")
    press(record)
    assert window.claim().overrides == ()
    reason = named(section, QLineEdit, "Reason for going over: Labelled key image, key-image")
    assert reason.accessibleDescription()
    write(reason, "ok")
    press(record)
    assert window.claim().overrides == ()
    write(reason, "Sent on a disc.")
    press(record)
    assert [(one.gap, one.reason) for one in window.claim().overrides] == [("key-image", "Sent on a disc.")]
    assert "\u21b7 Gone over" in texts(section)
    assert "Reason: Sent on a disc." in texts(section)
    assert "Nothing blocks" in texts(section)


def test_a_reason_being_typed_survives_a_refresh(opened: Open) -> None:
    window = opened(is_signed=True)
    section = window.section("Checklist")
    press(named(section, QPushButton, "Override: Labelled key image, key-image"))
    write(named(section, QLineEdit, "Reason for going over: Labelled key image, key-image"), "Sent on")
    claim_window.walk(window.desk, window.claim_id, {"kind": "note", "text": "From another window."})
    window.presenter.reload()
    assert named(section, QLineEdit, "Reason for going over: Labelled key image, key-image").text() == "Sent on"


def test_a_gap_leads_to_its_part_of_the_claim_or_to_the_exam(qtbot: QtBot, opened: Open) -> None:
    window = opened()
    section = window.section("Checklist")
    press(named(section, QPushButton, "Open Coverage: Coverage asked, coverage"))
    assert window.view._outline.currentItem().text() == "Coverage"
    window.section("Checklist")
    with qtbot.waitSignal(window.view.exam_path_wanted, timeout=1000) as wanted:
        press(named(section, QPushButton, "Open exam: Labelled key image, key-image"))
    assert wanted.args == [window.claim().exam_id, "images"]


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("claim.procedures[0].fee", "Codes"),
        ("calls", "Coverage"),
        ("payer_key", "Coverage"),
        ("authorizations", "Authorization"),
        ("edits", "Narrative"),
        ("exam.consent.given", None),
        ("findings[0].lesions[1].size_mm", None),
    ],
)
def test_a_path_belongs_to_a_part_of_the_claim_or_to_the_exam(path: str, part: str | None) -> None:
    assert part_of(path) == part
    assert part is None or part in [made.NAME for made in SECTIONS]


# History


def test_the_history_tells_every_entry_newest_first_with_who_when_and_the_step(opened: Open) -> None:
    window = opened(*(entry for entry, _ in claim_journeys.PAID), is_signed=True)
    section = window.section("History")
    told = texts(section)
    titles = ["Closed", "Answer of the payer about money", "Acknowledged by the payer", "Sent", "Coverage asked"]
    places = [told.index(f"\n{title}\n") for title in titles]
    assert places == sorted(places)
    assert "Ready \u2192 Sent" in told
    assert "Adjustments: CO-45 $42.00" in told
    assert "(UTC" in told
    assert told.count("dentist") == len(claim_journeys.PAID)


def test_a_kept_file_is_saved_byte_for_byte(opened: Open, tmp_path: Path) -> None:
    window = opened()
    data = claim_letters.pdf(window.desk, window.claim_id, "cost-notice")
    claims.keep_file(window.desk, window.claim_id, data)
    window.presenter.reload()
    section = window.section("History")
    assert isinstance(section, HistorySection)
    assert "PDF, " in texts(section)
    with window.desk.unit_of_work() as work:
        (file,) = work.claims.files(window.claim_id)
    section.save_to(file, tmp_path / "letter.pdf")
    assert (tmp_path / "letter.pdf").read_bytes() == data
    assert "The file is saved and was read back." in texts(section)
    section.save_to(file, tmp_path / "no such folder" / "letter.pdf")
    assert "The file is saved" not in texts(section)


def test_a_new_claim_teaches_where_to_begin(opened: Open) -> None:
    told = texts(opened().section("History"))
    assert "Begin with the coverage call, or with the codes." in told
    assert "No file is kept yet." in told


def test_a_claim_on_an_unsigned_exam_can_be_worked_on(opened: Open) -> None:
    assert "not signed yet" in texts(opened().view)

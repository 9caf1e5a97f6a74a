"""Payment and appeal of a claim over a real record: what is typed is judged at once, recorded, signed and decided."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import pytest
from helpers import claim_window, sample_cases
from helpers.claim_window import named
from helpers.practices import dentist_desk, desk_of
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from parotis.services.ports import VerdictStatus
from parotis.ui.appeal_signing_dialog import AppealSigningDialog
from parotis.ui.claim_section_appeal import AppealSection
from parotis.ui.claim_section_payment import PaymentSection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from helpers.claim_window import ClaimWindow
    from pytestqt.qtbot import QtBot

    from parotis.services.desk import Desk

    Open = Callable[..., ClaimWindow]

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

OVER: dict[str, Any] = {"kind": "override", "gap": "key-image", "reason": "The images were sent on a disc before."}
SENT: dict[str, Any] = {"kind": "sent", "submission": {"sent_on": "2026-11-17", "channel": "clearinghouse"}}
DENIED: dict[str, Any] = {
    "kind": "remittance",
    "remittance": {
        "received_on": "2026-11-24",
        "charged": "210.00",
        "paid": "0.00",
        "payer_claim_number": "PDP-CLM-9",
        "adjustments": [{"group": "CO", "reason": "50", "amount": "210.00"}],
        "remarks": ["N706"],
    },
}
FORM = "Explanation of benefits"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    desk, passphrase = dentist_desk(tmp_path_factory.mktemp("practice"))
    claim_window.with_payers(desk)
    yield desk, passphrase
    desk.machine.pictures.close()
    desk.close()


@pytest.fixture
def opened(qtbot: QtBot, practice: tuple[Desk, str]) -> Open:
    def make(*entries: dict[str, Any], desk: Desk | None = None) -> ClaimWindow:
        claim_id = claim_window.new_claim(*practice)
        claim_window.walk(practice[0], claim_id, *entries)
        window = claim_window.shown(desk or practice[0], claim_id)
        qtbot.addWidget(window.view)
        window.view.resize(1280, 800)
        window.view.show()
        return window

    return make


def write(line: QLineEdit, text: str) -> None:
    line.setText(text)
    line.textEdited.emit(text)


def texts(owner: QWidget) -> str:
    return "\n".join(one.text() for one in owner.findChildren(QLabel) if one.isVisibleTo(owner))


def settle() -> None:
    """What was taken away goes, and what was added is shown."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[call-overload]
    QApplication.processEvents()


class Form:
    """The form of an explanation of benefits, by the names that a screen reader hears."""

    def __init__(self, window: ClaimWindow) -> None:
        self.section = cast("PaymentSection", window.section("Payment"))

    def write(self, **by_label: str) -> None:
        names = {"received": "Received on", "number": "Payer's claim number", "charged": "Charged", "paid": "Paid"}
        for key, text in by_label.items():
            write(named(self.section, QLineEdit, f"{FORM}: {names[key]}"), text)

    def adjust(self, number: int, group: str, reason: str, amount: str, of: str = "Whole claim") -> None:
        for name, words in (("Group", group), ("Of", of)):
            box = named(self.section, QComboBox, f"Adjustment {number}: {name}")
            box.setCurrentIndex(box.findText(words))
            assert box.currentText() == words
            box.activated.emit(box.currentIndex())
        write(named(self.section, QLineEdit, f"Adjustment {number}: Reason code"), reason)
        write(named(self.section, QLineEdit, f"Adjustment {number}: Amount"), amount)

    def press(self, name: str) -> None:
        named(self.section, QPushButton, name).click()
        settle()

    @property
    def balance(self) -> str:
        return named(self.section, QLabel, "Balance").text()


def test_the_balance_tells_while_typing_what_is_explained_and_what_the_claim_would_be(opened: Open) -> None:
    form = Form(opened(OVER, SENT))
    assert form.balance.startswith("\u25cb Type what was charged")
    form.write(paid="0.00")
    assert "0.00 of 210.00. 210.00 is not explained" in form.balance
    form.adjust(1, "CO contract", "50", "200.00")
    assert form.balance.startswith("\u2717 Adjustments explain 200.00 of 210.00.")
    form.adjust(1, "CO contract", "50", "210.00")
    assert form.balance == "\u2713 Adjustments explain 210.00 of 210.00. The claim would be: Denied."
    form.adjust(1, "PR patient", "1", "210.00")
    assert form.balance.endswith("The claim would be: Part paid.")
    form.write(paid="a lot")
    assert "not money" in form.balance


def test_codes_are_told_in_plain_words_and_unknown_ones_are_said_to_be_unknown(opened: Open) -> None:
    form = Form(opened(OVER, SENT))
    form.adjust(1, "CO contract", "50", "")
    assert "does not hold the service to be necessary" in texts(form.section)
    form.adjust(1, "CO contract", "Z99", "")
    assert "Code Z99 is not in the list of this program" in texts(form.section)
    write(named(form.section, QLineEdit, "Remark codes (RARC)"), "n706, Q7")
    assert "N706: Documentation is missing." in texts(form.section)
    assert "Q7: Code Q7 is not in the list" in texts(form.section)


def test_an_answer_with_lines_is_recorded_as_typed_and_told_in_words(opened: Open) -> None:
    window = opened(OVER, SENT)
    form = Form(window)
    form.write(received="2026-11-24", number="PDP-CLM-9", paid="100.00")
    form.press("Add service line")
    for name, text in (("Procedure", "D0370"), ("Charged", "210.00"), ("Paid", "100.00")):
        write(named(form.section, QLineEdit, f"Line 1: {name}"), text)
    form.adjust(1, "CO contract", "45", "60.00", of="Line 1 D0370")
    form.press("Add adjustment")
    form.adjust(2, "OA other", "50", "50", of="Whole claim")
    form.press("Record answer")
    received = window.claim().remittance
    assert received is not None
    assert [(one.group, one.reason, one.amount) for one in received.adjustments] == [("OA", "50", "50")]
    assert [(one.procedure, one.adjustments[0].reason) for one in received.lines] == [("D0370", "45")]
    assert window.claim().state == "part-paid"
    told = texts(form.section)
    assert "24 Nov 2026: Part paid \u00b7 payer's claim number PDP-CLM-9" in told
    assert "Charged $210.00, paid $100.00." in told
    assert named(form.section, QLineEdit, f"{FORM}: Paid").text() == ""


def test_what_is_wrong_is_marked_at_its_row_and_nothing_is_recorded(opened: Open) -> None:
    window = opened(OVER, SENT)
    form = Form(window)
    form.write(received="2026-11-24", paid="0.00")
    form.adjust(1, "CO contract", "50", "210.00")
    form.press("Add adjustment")
    form.adjust(2, "CO contract", "16", "")
    form.press("Record answer")
    assert window.claim().remittances == ()
    amount = named(form.section, QLineEdit, "Adjustment 2: Amount")
    assert amount.property("invalid")
    assert not named(form.section, QLineEdit, "Adjustment 1: Amount").property("invalid")
    assert "This is needed." in texts(form.section)
    form.press("Remove adjustment 2")
    form.press("Record answer")
    assert window.claim().state == "denied"


def test_half_an_answer_stays_when_somebody_else_records_something(opened: Open) -> None:
    window = opened(OVER, SENT)
    form = Form(window)
    form.write(paid="12.00")
    form.adjust(1, "CO contract", "45", "1.00")
    claim_window.walk(window.desk, window.claim_id, {"kind": "note", "text": "From another window."})
    window.presenter.reload()
    assert named(form.section, QLineEdit, f"{FORM}: Paid").text() == "12.00"
    assert named(form.section, QLineEdit, "Adjustment 1: Amount").text() == "1.00"


def test_a_denial_shows_the_ways_on_and_a_correction_opens_the_claim_and_fills_the_sending(opened: Open) -> None:
    window = opened(OVER, SENT, DENIED)
    form = Form(window)
    told = texts(form.section)
    for route in window.presenter.situation.routes:  # type: ignore[union-attr]
        assert route.title in told
        assert all(step in told for step in route.steps)
    found = [
        one
        for one in form.section.findChildren(QPushButton)
        if one.text() == "Correct and resubmit" and one.isVisibleTo(form.section)
    ]
    found[0].click()
    assert window.claim().state == "to-bill"
    number = "Record sending: Payer's number of the first claim"
    overview = window.view.section("Overview")
    assert named(overview, QLineEdit, number).text() == "PDP-CLM-9"
    assert named(overview, QComboBox, "Record sending: Sent as").currentData() == "7"
    assert window.claim().submissions[-1].frequency == "1"  # filled in, not recorded


def test_a_way_on_leads_to_the_part_where_it_goes_on(opened: Open) -> None:
    window = opened(OVER, SENT, DENIED)
    form = Form(window)
    form.press("Appeal: Draft appeal")
    assert window.view._outline.currentItem().text() == "Appeal"


def test_a_letter_is_kept_listed_and_saved_again_and_no_other_kind_of_file_is(opened: Open, tmp_path: Path) -> None:
    window = opened(OVER, SENT)
    form = Form(window)
    letter = tmp_path / "letter.png"
    letter.write_bytes((sample_cases.SAMPLES / "images" / "parotid-right-longitudinal.png").read_bytes())
    field = named(form.section, QLineEdit, "Scanned letter (PDF, JPEG, PNG)")
    field.setText(str(letter))
    form.press("Keep letter")
    assert "1. Letter, PNG, " in texts(form.section)
    assert field.text() == ""
    with window.desk.unit_of_work() as work:
        (kept,) = work.claims.files(window.claim_id)
    form.section.save_kept(kept.sha256, tmp_path / "again.png")
    assert (tmp_path / "again.png").read_bytes() == letter.read_bytes()
    (tmp_path / "letter.txt").write_text("plain", encoding="utf-8")
    for path in (tmp_path / "letter.txt", tmp_path / "nowhere.pdf"):
        field.setText(str(path))
        form.press("Keep letter")
    assert "The file cannot be opened." in texts(form.section)
    with window.desk.unit_of_work() as work:
        assert len(work.claims.files(window.claim_id)) == 1


# Appeal


def appeal(window: ClaimWindow) -> AppealSection:
    return cast("AppealSection", window.section("Appeal"))


def letter_of(section: AppealSection) -> str:
    return named(section, QPlainTextEdit, "Text of the letter").toPlainText()


def signed(window: ClaimWindow, passphrase: str) -> AppealSection:
    section = appeal(window)
    named(section, QPushButton, "Save draft").click()
    named(section, QPushButton, "Sign package\u2026").click()
    dialog = window.view.findChild(AppealSigningDialog)
    assert dialog is not None and dialog.isModal()
    named(dialog, QLineEdit, "Passphrase").setText(passphrase)
    named(dialog, QPushButton, "Sign package").click()
    dialog.reject()
    settle()
    return section


def test_without_a_denial_the_appeal_says_where_one_is_recorded(opened: Open, qtbot: QtBot) -> None:
    section = appeal(opened())
    assert "recorded under Payment" in texts(section)
    with qtbot.waitSignal(section.section_wanted) as wanted:
        named(section, QPushButton, "Go to Payment").click()
    assert wanted.args == ["Payment"]


def test_each_denial_code_has_a_proposed_answer_with_its_sources_and_the_letter_shows_it(opened: Open) -> None:
    section = appeal(opened(OVER, SENT, DENIED))
    answer = named(section, QPlainTextEdit, "Answer to 50").toPlainText()
    assert answer.splitlines()[1] in letter_of(section)
    told = texts(section)
    assert "Reason 50: The payer does not hold the service to be necessary." in told
    assert "Remark N706: Documentation is missing." in told
    assert "From Symptoms: chief complaint" in told
    assert "Exhibit A: Signed ultrasound report." in named(section, QLabel, "Exhibits").text()


def test_the_letter_follows_what_is_typed_before_anything_is_saved(opened: Open) -> None:
    window = opened(OVER, SENT, DENIED)
    section = appeal(window)
    named(section, QPlainTextEdit, "Answer to N706").setPlainText("It was enclosed <b>from the start</b>.")
    clause = "Appeal: Wording of the plan, as the plan or the notice has it"
    named(section, QPlainTextEdit, clause).setPlainText("Imaging is covered.")
    write(named(section, QLineEdit, "Appeal: Last day for the appeal"), "2027-03-01")
    assert "It was enclosed <b>from the start</b>." in letter_of(section)
    assert "\u201cImaging is covered.\u201d" in letter_of(section)
    assert "1 Mar 2027" in letter_of(section)
    assert window.claim().appeals == ()
    assert not named(section, QPushButton, "Sign package\u2026").isEnabled()


def test_a_day_that_is_none_is_told_at_its_field_when_the_draft_is_saved(opened: Open) -> None:
    window = opened(OVER, SENT, DENIED)
    section = appeal(window)
    write(named(section, QLineEdit, "Appeal: Last day for the appeal"), "soon")
    named(section, QPushButton, "Save draft").click()
    assert window.claim().appeals == ()
    assert named(section, QLineEdit, "Appeal: Last day for the appeal").property("invalid")


def test_a_signed_package_is_kept_saved_sent_and_decided_and_the_next_level_begins(
    opened: Open, practice: tuple[Desk, str], tmp_path: Path
) -> None:
    window = opened(OVER, SENT, DENIED)
    section = signed(window, practice[1])
    drafted = window.claim().appeal
    assert drafted is not None and drafted.file_sha256 is not None
    section.save_signed(tmp_path / "appeal.pdf")
    data = (tmp_path / "appeal.pdf").read_bytes()
    desk = window.desk
    assert desk.machine.signer.verify(data, desk.session.root_certificate).status is VerdictStatus.VALID
    write(named(section, QLineEdit, "Record as sent: Sent on"), "2026-11-26")
    write(named(section, QLineEdit, "Record as sent: How it was sent"), "fax")
    named(section, QPushButton, "Record as sent").click()
    assert window.claim().state == "appealed"
    assert "Level 1 was sent." in texts(section)
    write(named(section, QLineEdit, "Record decision: Decided on"), "2026-11-27")
    box = named(section, QComboBox, "Record decision: Outcome")
    box.setCurrentIndex(box.findData("upheld"))
    named(section, QPushButton, "Record decision").click()
    assert window.claim().state == "upheld"
    assert "Draft, level 2" in texts(section)


def test_a_wrong_passphrase_signs_nothing_and_can_be_typed_again(opened: Open, practice: tuple[Desk, str]) -> None:
    window = opened(OVER, SENT, DENIED)
    section = appeal(window)
    named(section, QPushButton, "Save draft").click()
    named(section, QPushButton, "Sign package\u2026").click()
    dialog = window.view.findChild(AppealSigningDialog)
    assert dialog is not None
    line, sign = named(dialog, QLineEdit, "Passphrase"), named(dialog, QPushButton, "Sign package")
    sign.click()
    assert "Type your passphrase" in texts(dialog)
    line.setText("quite another passphrase")
    sign.click()
    assert "The passphrase is wrong. Nothing was signed." in texts(dialog)
    assert line.text() == ""
    drafted = window.claim().appeal
    assert drafted is not None and drafted.file_sha256 is None
    time.sleep(1.1)  # the next try is held back for a second
    line.setText(practice[1])
    sign.click()
    assert "Signed with its exhibits" in texts(dialog)
    dialog.reject()


def test_a_draft_changed_after_signing_must_be_saved_and_signed_again(opened: Open, practice: tuple[Desk, str]) -> None:
    window = opened(OVER, SENT, DENIED)
    section = signed(window, practice[1])
    named(section, QPlainTextEdit, "Answer to 50").setPlainText("Another answer.")
    assert not named(section, QPushButton, "Sign package\u2026").isEnabled()
    named(section, QPushButton, "Save draft").click()
    drafted = window.claim().appeal
    assert drafted is not None and drafted.file_sha256 is None
    assert named(section, QPushButton, "Sign package\u2026").isEnabled()


def test_who_is_no_dentist_drafts_and_does_not_sign(opened: Open, practice: tuple[Desk, str]) -> None:
    billing = desk_of("billing", practice[0])
    try:
        window = opened(OVER, SENT, DENIED, desk=billing)
        section = appeal(window)
        named(section, QPushButton, "Save draft").click()
        assert len(window.claim().appeals) == 1
        assert not named(section, QPushButton, "Sign package\u2026").isEnabled()
        assert "A dentist signs the package." in texts(section)
    finally:
        billing.close()

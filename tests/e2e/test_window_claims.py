"""Claims through the real window, from the coverage call to the end: what a person does becomes what the record has."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from e2e.claim_hand import Hand, KeyHand
from e2e.test_claim_commands import remittance_for
from e2e.window_driver import CTRL, WindowDriver
from helpers import claim_journeys, sample_cases
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget

from parotis import bootstrap
from parotis.services import claims, drafts, payers, practices, signing
from parotis.services.case_files import read_case
from parotis.services.drafts import ImportedCase
from parotis.services.ports import VerdictStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from parotis.domain.claims.records import ClaimRecord
    from parotis.services.desk import Desk

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

PASSPHRASE = "nine herons over a slow canal"
OWNER = practices.Person(
    login="helen",
    name="Helen Park",
    role="dentist",
    credentials="DDS",
    license_number="D-20417",
    license_state="IL",
    npi="1234567893",
)
COLLEAGUES = (
    practices.Person(login="rosa", name="Rosa Delgado", role="assistant"),
    practices.Person(login="billy", name="Billy Webb", role="billing"),
)


@dataclasses.dataclass
class Practice:
    """A data folder, and the exams in it by the family name of their patient."""

    folder: Path
    exams: dict[str, str]
    expected: dict[str, ClaimRecord]

    def open(self) -> Desk:
        return practices.open_desk(bootstrap.machine(), self.folder, OWNER.login, PASSPHRASE)

    def at_desk(self, deed: Callable[[Desk], Any]) -> Any:
        desk = self.open()
        try:
            return deed(desk)
        finally:
            desk.close()
            desk.machine.pictures.close()

    def claim(self, name: str) -> ClaimRecord:
        """The claim of an exam, as stored."""

        def read(desk: Desk) -> ClaimRecord:
            with desk.unit_of_work() as work:
                (claim_id,) = work.claims.of_exam(self.exams[name])
                return work.claims.get(claim_id)[0]

        found: ClaimRecord = self.at_desk(read)
        return found


def imported(desk: Desk, case: str, family_name: str, *, is_signed: bool = True) -> str:
    """A sample case of somebody with that name."""
    read = sample_cases.case(case)
    patient = dataclasses.replace(read.patient, family_name=family_name, chart_number=f"S-{family_name}")
    exam_id = drafts.import_case(desk, ImportedCase(dataclasses.replace(read, patient=patient), ())).exam_id
    if is_signed:
        signing.sign(desk, exam_id, PASSPHRASE)
    return exam_id


def recorded(desk: Desk, exam_id: str, *documents: dict[str, Any]) -> ClaimRecord:
    claim = claims.open_claim(desk, exam_id)
    return claims.record(desk, claim.claim_id, *(claims.read_entry(desk, one) for one in documents))


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """Payers and signed exams; of the claims only those that a test of the lists needs, and those to compare with."""
    folder = tmp_path_factory.mktemp("practice") / "data"
    machine = bootstrap.machine()
    desk = practices.create(
        machine, folder, "North Clinic", OWNER, PASSPHRASE, keep_recovery_key=lambda _key: None, throw_away=True
    )
    for person in COLLEAGUES:
        practices.add_user(desk, person, PASSPHRASE)
    payers.import_json(desk, "payers.json", json.dumps(claim_journeys.PAYERS).encode())
    exams = {
        "Keys": imported(desk, "parotid-cyst", "Keys"),
        "Mouse": imported(desk, "parotid-cyst", "Mouse"),
        "Stone": imported(desk, "submandibular-stone", "Stone"),
        "Joint": imported(desk, "tmj-effusion", "Joint"),
        "Filed": imported(desk, "parotid-cyst", "Filed"),
        "Sent": imported(desk, "parotid-cyst", "Sent"),
        "Denied": imported(desk, "submandibular-stone", "Denied"),
        "Due": imported(desk, "tmj-effusion", "Due"),
    }
    block = sample_cases.document()
    block["patient"]["family_name"] = "Block"
    block["claim"]["procedures"].append({"code": "D0386", "fee": "90.00", "quantity": 1})
    block["claim"]["diagnoses"] = ["R22.0", "R59.0", "X99.99"]
    block["rationale"]["question"] = None
    case = read_case(sample_cases.as_bytes(block), sample_cases.schema())
    exams["Block"] = drafts.import_case(desk, ImportedCase(case, ())).exam_id
    soon = (desk.machine.clock.now().date() + dt.timedelta(days=3)).isoformat()
    expected = {}
    for name, steps in claim_journeys.JOURNEYS.items():
        expected[name] = recorded(desk, imported(desk, name, f"Other-{name}"), *(document for document, _ in steps))
    recorded(desk, exams["Sent"], *(document for document, _ in claim_journeys.PAID[:5]))
    for name in ("Due", "Filed"):
        recorded(desk, exams[name], {"kind": "plan", "action": "Ring the payer", "on": soon})
    recorded(desk, exams["Denied"], *(document for document, _ in claim_journeys.OVERTURNED[:5]))
    desk.close()
    machine.pictures.close()
    return Practice(folder, exams, expected)


@pytest.fixture
def at(qtbot: QtBot, qapp: QApplication, practice: Practice) -> Iterator[Callable[[str], WindowDriver]]:
    """A window that somebody has unlocked."""
    made: list[WindowDriver] = []

    def unlock(login: str = OWNER.login) -> WindowDriver:
        driver = WindowDriver(qtbot, qapp, practice.folder)
        made.append(driver)
        driver.window.resize(1280, 800)
        driver.unlock(login, PASSPHRASE)
        driver.until(lambda: not driver.window.is_covered)
        driver.window.activateWindow()
        driver.until(driver.window.isActiveWindow)
        return driver

    yield unlock
    for driver in made:
        close_without_saving(driver)
    # Windows that are gone would be styled anew with the next one.
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))


def close_without_saving(driver: WindowDriver) -> None:
    """Close the window; what is typed and not recorded goes."""
    driver.window.close()
    driver.until(lambda: driver.has_ended or bool(driver.shown("Close without saving", QPushButton)))
    if not driver.has_ended:
        driver.press("Close without saving")
    driver.close()


def typed(claim: ClaimRecord) -> dict[str, Any]:
    """What a person said of a claim: without ids, hands and times, and without what an appeal starts with by itself."""
    kept = dataclasses.asdict(claim)
    for name in ("claim_id", "exam_id", "document_id"):
        del kept[name]
    for over in kept["overrides"]:
        del over["by"], over["at"]
    for sending in kept["submissions"]:
        del sending["document_id"], sending["control_number"]
    for appeal in kept["appeals"]:
        for name in ("addressed_to", "deadline", "points", "file_sha256"):
            del appeal[name]
    return kept


def start_claim(hand: Hand, family_name: str) -> None:
    """From the exams that are not billed."""
    hand.screen("Claims")
    hand.tab("Not billed")
    hand.open_row("Not billed", family_name)
    hand.press("Start claim")
    hand.driver.find("Parts of the claim")


def walk(hand: Hand, steps: tuple[claim_journeys.Step, ...]) -> None:
    for document, state in steps:
        hand.do(document, state)


def test_a_claim_is_carried_from_the_coverage_call_to_paid_and_closed_with_keys_alone(
    practice: Practice, at: Callable[..., WindowDriver]
) -> None:
    driver = at()
    hand = KeyHand(driver)
    hand.screen("Worklist")
    hand.tab("To bill")
    hand.open_row("Worklist", "Keys")
    driver.find("Open claim")
    driver.key(Qt.Key.Key_M, CTRL | Qt.KeyboardModifier.ShiftModifier)
    driver.find("Parts of the claim")
    walk(hand, claim_journeys.PAID)
    assert hand.shows("$0.00")  # what the contract takes off is not open any more
    driver.close()
    assert typed(practice.claim("Keys")) == typed(practice.expected["parotid-cyst"])


def test_an_assistant_carries_a_claim_with_the_mouse_from_the_exams_that_are_not_billed(
    practice: Practice, at: Callable[..., WindowDriver]
) -> None:
    driver = at("rosa")
    hand = Hand(driver)
    start_claim(hand, "Mouse")
    walk(hand, claim_journeys.PAID)
    driver.close()
    assert typed(practice.claim("Mouse")) == typed(practice.expected["parotid-cyst"])


def test_a_denied_claim_is_appealed_with_a_signed_package_and_paid(
    practice: Practice, at: Callable[..., WindowDriver]
) -> None:
    driver = at()
    hand = Hand(driver)
    hand.screen("Worklist")
    hand.tab("To bill")
    hand.open_row("Worklist", "Stone")
    hand.press("Open claim")
    driver.find("Parts of the claim")
    walk(hand, claim_journeys.OVERTURNED[:5])
    hand.fill("Scanned letter (PDF, JPEG, PNG)", str(sample_cases.SAMPLES / "images" / "parotid-right-transverse.png"))
    hand.press("Keep letter")
    hand.until_shown("1. Letter")
    walk(hand, claim_journeys.OVERTURNED[5:6])
    sign_appeal(hand)
    walk(hand, claim_journeys.OVERTURNED[6:])
    driver.close()
    claim = practice.claim("Stone")
    assert typed(claim) == typed(practice.expected["submandibular-stone"])
    appeal = claim.appeals[0]
    assert appeal.points
    assert appeal.file_sha256 is not None

    def verdict(desk: Desk) -> tuple[VerdictStatus, list[str]]:
        with desk.unit_of_work() as work:
            kinds = [file.kind for file in work.claims.files(claim.claim_id)]
        file = claims.kept_file(desk, claim.claim_id, appeal.file_sha256 or "")
        return desk.machine.signer.verify(file.data, desk.session.root_certificate).status, kinds

    assert practice.at_desk(verdict) == (VerdictStatus.VALID, ["letter", "appeal"])


def sign_appeal(hand: Hand) -> None:
    driver = hand.driver
    hand.press("Sign package\u2026")
    driver.until(lambda: driver.root() is not driver.window)
    dialog = driver.root()
    hand.fill("Passphrase", "not the right words at all")
    hand.press("Sign package")
    driver.until(lambda: "passphrase is wrong" in driver.text_of_notices(dialog))
    driver.wait_out_the_penalty(dialog)
    hand.fill("Passphrase", PASSPHRASE)
    hand.press("Sign package")
    hand.until_told("Signed with its exhibits")
    hand.press("Close")
    driver.until(lambda: driver.root() is driver.window)
    driver.find("Save signed package\u2026")


def test_a_denial_as_investigational_is_appealed(practice: Practice, at: Callable[..., WindowDriver]) -> None:
    driver = at()
    hand = Hand(driver)
    start_claim(hand, "Joint")
    walk(hand, claim_journeys.INVESTIGATIONAL)
    driver.close()
    assert typed(practice.claim("Joint")) == typed(practice.expected["tmj-effusion"])


def test_a_claim_with_gaps_that_block_is_not_sent_and_a_gap_leads_to_its_field_of_the_exam(
    practice: Practice, at: Callable[..., WindowDriver]
) -> None:
    driver = at()
    hand = Hand(driver)
    hand.screen("Worklist")
    hand.open_row("Worklist", "Block")
    hand.press("Open claim")
    driver.find("Parts of the claim")
    hand.section("Overview")
    hand.press("Mark ready")
    hand.until_told("Not done: the checklist has gaps that block.")
    hand.press("Record sending\u2026")
    driver.until(lambda: is_in_sight(driver.find("Record sending: Sent on")))
    hand.choose("Record sending: Channel", "Fax")
    hand.press("Record sending")
    hand.until_told("D0386")
    hand.press("Show the gaps")
    hand.until_shown("\u2717 Missing")
    hand.press(hand.ending_with("Open exam: ", ", documentation.question"))
    field = driver.find("Clinical question")
    driver.until(lambda: driver.window.focusWidget() is field)
    close_without_saving(driver)
    claim = practice.claim("Block")
    assert (claim.state, claim.submissions) == ("to-bill", ())


def is_in_sight(widget: QWidget) -> bool:
    """Whether all of it is seen, with the focus in it and room below it."""
    bottom = widget.mapTo(widget.window(), widget.rect().bottomLeft()).y()
    is_whole = widget.visibleRegion().boundingRect() == widget.rect()
    return widget.hasFocus() and is_whole and bottom < widget.window().height() - 100


def test_an_835_file_read_and_posted_pays_the_claim_that_it_names(
    practice: Practice, at: Callable[..., WindowDriver], tmp_path: Path
) -> None:
    file = tmp_path / "payment.835"
    file.write_bytes(remittance_for(practice.claim("Sent").claim_id))
    driver = at("billy")
    hand = Hand(driver)
    hand.screen("Claims")
    hand.open_card("Sent, acknowledged", "Sent")
    hand.until_state("sent")
    hand.press("Claims")
    hand.tab("Remittances")
    hand.fill("835 file", str(file))
    hand.press("Read 835 file")
    hand.open_row("Claims of the file", "Sent")
    hand.press("Post")
    hand.until_told("1 claim posted.")
    driver.until(lambda: driver.window.focusWidget() is driver.find("835 file"))
    hand.tab("Board")
    hand.open_card("Paid, part paid", "Sent")
    hand.until_state("paid")
    hand.section("Payment")
    hand.until_shown("Charged $210.00, paid $168.00.")
    driver.close()
    assert practice.claim("Sent").state == "paid"


def test_billing_drafts_an_appeal_from_the_denied_claims_and_cannot_sign_it(
    practice: Practice, at: Callable[..., WindowDriver]
) -> None:
    driver = at("billy")
    hand = Hand(driver)
    hand.tab("Denied")
    hand.open_row("Worklist", "Denied")
    hand.until_state("denied")
    hand.do(*claim_journeys.OVERTURNED[5])
    hand.until_shown("A dentist signs the package.")
    assert not driver.find("Sign package\u2026").isEnabled()
    driver.close()
    (appeal,) = practice.claim("Denied").appeals
    assert appeal.plan_clause is not None
    assert appeal.file_sha256 is None


def test_what_is_typed_and_not_recorded_waits_is_asked_about_and_comes_back_after_a_lock(
    practice: Practice, at: Callable[..., WindowDriver]
) -> None:
    driver = at()
    hand = Hand(driver)
    hand.tab("Due")
    hand.open_row("Worklist", "Due")
    note = "Coverage call: Note on the call"
    hand.section("Coverage")
    hand.fill(note, "On hold for twenty minutes.")
    hand.screen("Worklist")
    hand.open_row("Worklist", "Due")
    hand.section("Coverage")
    assert text_of(driver, note) == "On hold for twenty minutes."
    hand.screen("Claims")
    hand.tab("Board")
    hand.open_card("To bill, ready", "Filed")
    hand.until_told("Coverage: something is typed for this claim")
    assert text_of(driver, note) == "On hold for twenty minutes."
    driver.key(Qt.Key.Key_L, CTRL)
    driver.until(lambda: bool(driver.shown("Passphrase", QLineEdit)))
    assert not driver.shown(note, QWidget)
    driver.type_into("Passphrase", PASSPHRASE)
    driver.press("Unlock")
    driver.until(lambda: not driver.window.is_covered)
    assert text_of(driver, note) == "On hold for twenty minutes."
    driver.window.close()
    hand.until_told("Something you typed is not saved yet")
    assert not driver.has_ended
    hand.press("Let it go, open the other claim")
    hand.until_shown("S-Filed")
    hand.section("Coverage")
    assert text_of(driver, note) == ""
    driver.close()
    assert practice.claim("Due").calls == ()


def text_of(driver: WindowDriver, name: str) -> str:
    return driver.find(name, QPlainTextEdit).toPlainText()


def test_a_locked_claim_is_hidden_by_the_end_of_its_process(
    practice: Practice, at: Callable[..., WindowDriver], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = at()
    hand = KeyHand(driver)
    hand.screen("Claims")
    hand.open_card("To bill, ready", "Due")
    hand.until_shown("S-Due")
    monkeypatch.setattr(driver.host, "restart_command", lambda: (sys.executable, ["-c", ""]))
    driver.key(Qt.Key.Key_L, CTRL)
    driver.until(lambda: driver.has_ended)
    assert not driver.window.isVisible()

"""Claims through the real window, from the coverage call to the end: what a person does becomes what the record has."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest
from e2e.claim_hand import Hand, KeyHand
from e2e.window_driver import CTRL, WindowDriver
from helpers import claim_journeys, sample_cases
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QTableView, QWidget

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
    }
    block = sample_cases.document()
    block["patient"]["family_name"] = "Block"
    block["claim"]["procedures"].append({"code": "D0386", "fee": "90.00", "quantity": 1})
    block["claim"]["diagnoses"] = ["R22.0", "R59.0", "X99.99"]
    block["rationale"]["question"] = None
    case = read_case(sample_cases.as_bytes(block), sample_cases.schema())
    exams["Block"] = drafts.import_case(desk, ImportedCase(case, ())).exam_id
    expected = {}
    for name, steps in claim_journeys.JOURNEYS.items():
        expected[name] = recorded(desk, imported(desk, name, f"Other-{name}"), *(document for document, _ in steps))
    recorded(desk, exams["Sent"], *(document for document, _ in claim_journeys.PAID[:5]))
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
        return driver

    yield unlock
    for driver in made:
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
    driver.close()
    assert typed(practice.claim("Keys")) == typed(practice.expected["parotid-cyst"])

"""The cyst of the samples entered with keys alone: no mouse, and no focus but what Tab and shortcuts give."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from e2e.test_window_hand import PASSPHRASE, CountingDriver
from e2e.test_window_hand import driver as driver
from e2e.window_driver import CTRL
from helpers import sample_cases
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from parotis.domain import canonical

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

log = logging.getLogger(__name__)
_MOST_TABS = 400


def walk_to(driver: CountingDriver, name: str) -> QWidget:
    """Tab until the focus is on a name; a field that keys cannot reach fails here."""
    for _ in range(_MOST_TABS):
        focused = driver.window.focusWidget()
        if focused is not None and focused.accessibleName() == name:
            return focused
        driver.key(Qt.Key.Key_Tab)
    pytest.fail(f"the keys do not reach {name}")


def type_in(driver: CountingDriver, name: str, text: str) -> None:
    field = walk_to(driver, name)
    driver.keys += len(text)
    QTest.keyClicks(field, text)


def choose(driver: CountingDriver, name: str, label: str) -> None:
    """Type an entry of a closed list until it is chosen."""
    field = walk_to(driver, name)
    assert isinstance(field, QComboBox)
    for letter in label:
        if field.currentText() == label:
            return
        driver.keys += 1
        QTest.keyClicks(field, letter)
    assert field.currentText() == label


def push(driver: CountingDriver, name: str, key: Qt.Key = Qt.Key.Key_Space) -> None:
    walk_to(driver, name)
    driver.key(key)


def fill(driver: CountingDriver, name: str, text: object) -> None:
    """Type into a field in the place of what stands there."""
    walk_to(driver, name)
    driver.key(Qt.Key.Key_A, CTRL)
    type_in(driver, name, str(text))


def lines_in(driver: CountingDriver, name: str, lines: list[str]) -> None:
    """One item a line."""
    for number, line in enumerate(lines):
        if number:
            driver.key(Qt.Key.Key_Return)
        type_in(driver, name, line)


def patient_and_symptoms(driver: CountingDriver, case: dict[str, Any]) -> None:
    driver.section(1)
    fill(driver, "Chart number", case["patient"]["chart_number"])
    fill(driver, "Performed at", "2026-11-12 10:20 -06:00")
    choose(driver, "Consent given", "Yes")
    fill(driver, "Consent at", "2026-11-12 10:05 -06:00")
    driver.section(2)
    type_in(driver, "Chief complaint", case["complaint"])
    type_in(driver, "History", case["history"])
    type_in(driver, "Clinical examination", case["clinical_exam"])
    push(driver, "Add symptom")
    choose(driver, "Symptom", "Swelling")
    choose(driver, "Structure", "Parotid gland")
    choose(driver, "Side", "Right")
    fill(driver, "Severity (0 to 10)", 1)
    fill(driver, "Onset", "2026-10-08")
    fill(driver, "Duration", 5)
    choose(driver, "Duration unit", "Weeks")
    fill(driver, "Course", "slowly increasing")


def rationale_and_region(driver: CountingDriver, case: dict[str, Any]) -> None:
    driver.section(3)
    choose(driver, "Reason for ultrasound", "Swelling of unknown origin")
    type_in(driver, "Clinical question", case["rationale"]["question"])
    push(driver, "Shows soft tissue")
    push(driver, "No ionising radiation")
    push(driver, "Add prior study")
    study = case["rationale"]["prior_studies"][0]
    choose(driver, "Study", "Panoramic")
    fill(driver, "Date", study["date"])
    type_in(driver, "Result", study["result"])
    type_in(driver, "Not sufficient because", study["insufficient_because"])
    driver.section(4)
    for name in ("right parotid", "left parotid", "right submandibular gl", "right level iia"):
        type_in(driver, "Add structure", name)
        driver.key(Qt.Key.Key_Return)
        driver.until(lambda: driver.find("Add structure").text() == "")
    technique = case["technique"]
    fill(driver, "Device", technique["device"])
    fill(driver, "Probe", technique["probe"])
    fill(driver, "Lowest frequency", technique["frequency_mhz"][0])
    fill(driver, "Highest frequency", technique["frequency_mhz"][1])
    choose(driver, "Doppler", "Colour")
    fill(driver, "Mechanical index", technique["mechanical_index"])
    choose(driver, "Thermal index kind", "TIS")
    fill(driver, "Thermal index", technique["thermal_index"]["value"])
    fill(driver, "Position", technique["position"])


def findings(driver: CountingDriver) -> None:
    gland, lesion = "Right parotid gland", "Right parotid gland, lesion 1"
    driver.section(5)
    push(driver, f"Abnormal, {gland}")
    choose(driver, "Echogenicity", "Hyperechoic")
    choose(driver, "Echotexture", "Homogeneous")
    choose(driver, "Hyperaemia", "0")
    push(driver, "Add lesion")
    choose(driver, "Kind of lesion", "Cyst")
    for name, text in (("Longest", "14.2"), ("Perpendicular", "11.0"), ("Third axis", "9.8"), ("Depth", "6.0")):
        fill(driver, f"{name}, {lesion}" if name == "Depth" else name, text)
    for name, label in (
        (f"Echogenicity, {lesion}", "Anechoic"),
        (f"Echotexture, {lesion}", "Homogeneous"),
        ("Composition", "Cystic"),
        ("Shape", "Oval"),
        ("Margin", "Circumscribed"),
        ("Posterior", "Enhancement"),
        ("Calcification", "None"),
        ("Flow", "None"),
        ("Compressibility", "Partial"),
    ):
        choose(driver, name, label)
    type_in(driver, "Lesion note", "superficial lobe, tail")
    for name in ("Left parotid gland", "Right submandibular gland", "Right level IIA nodes"):
        push(driver, f"Normal, {name}")
    push(driver, "Details of right level IIA nodes")
    fill(driver, "Long axis", "12.4")
    fill(driver, "Short axis", "5.1")
    choose(driver, "Hilum", "Present")


def interpretation(driver: CountingDriver, case: dict[str, Any]) -> None:
    reading = case["interpretation"]
    driver.section(6)
    lines_in(driver, "Impression", reading["impression"])
    lines_in(driver, "Differential", reading["differential"])
    choose(driver, "Certainty", "Probable")
    type_in(driver, "Recommendation", reading["recommendation"])
    fill(driver, "Follow-up in", 6)
    choose(driver, "Follow-up unit", "Months")
    type_in(driver, "Limitations", reading["limitations"])


def claim_and_people(driver: CountingDriver, case: dict[str, Any]) -> None:
    claim, exam = case["claim"], case["exam"]
    driver.section(8)
    if not driver.presenter.draft.case.claim.procedures:
        push(driver, "Add procedure")
    fill(driver, "Fee", claim["procedures"][0]["fee"])
    type_in(driver, "Diagnosis codes", "R22.0")
    driver.key(Qt.Key.Key_Return)
    fill(driver, "Payer", claim["payer"]["name"])
    fill(driver, "Payer id", claim["payer"]["id"])
    choose(driver, "Payer kind", "Dental")
    fill(driver, "Predetermination", claim["predetermination"])
    fill(driver, "Subscriber", claim["subscriber"]["name"])
    choose(driver, "Relationship", "Self")
    fill(driver, "Member id", claim["subscriber"]["member_id"])
    fill(driver, "Group", claim["subscriber"]["group"])
    driver.section(9)
    fill(driver, "Performer", exam["performer"]["name"])
    fill(driver, "Performer credentials", exam["performer"]["credentials"])
    choose(driver, "Performer role", "Hygienist")
    who = exam["interpreter"]
    fill(driver, "Interpreter", who["name"])
    fill(driver, "Interpreter credentials", who["credentials"])
    fill(driver, "NPI", who["npi"])
    fill(driver, "License number", who["license_number"])
    fill(driver, "License state", who["license_state"])


def test_the_whole_cyst_case_is_entered_and_signed_by_keyboard_alone(driver: CountingDriver) -> None:
    case = json.loads((sample_cases.SAMPLES / "parotid-cyst.json").read_text("utf-8"))
    patient_and_symptoms(driver, case)
    rationale_and_region(driver, case)
    findings(driver)
    interpretation(driver, case)
    claim_and_people(driver, case)
    assert canonical.as_json(driver.presenter.draft.case) == canonical.as_json(canonical.from_json(case))
    driver.presenter.check()
    assert [issue.code for issue in driver.presenter._insight.issues if issue.blocks] == []
    log.info("the cyst by keyboard alone, text included: %d keys", driver.keys)
    driver.key(Qt.Key.Key_Return, CTRL)
    driver.until(lambda: driver.root() is not driver.window)
    dialog = driver.root()
    driver.until(driver.find("Passphrase").isEnabled)
    driver.until(lambda: dialog.focusWidget() is driver.find("Passphrase"))
    QTest.keyClicks(dialog.focusWidget(), PASSPHRASE)
    driver.key(Qt.Key.Key_Return)
    driver.until(lambda: "Signed and stored, read back and verified." in driver.text_of_notices(dialog))
    driver.key(Qt.Key.Key_Escape)
    driver.until(lambda: driver.root() is driver.window)

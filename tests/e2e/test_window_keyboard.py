"""The cyst of the samples entered with keys alone: no mouse, and no focus but what Tab and shortcuts give."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
from e2e.test_window_hand import CountingDriver
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
_MOST_TABS = 250


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


def test_the_cyst_is_entered_by_keyboard_alone(driver: CountingDriver) -> None:
    case = json.loads((sample_cases.SAMPLES / "parotid-cyst.json").read_text("utf-8"))
    driver.section(2)
    type_in(driver, "Chief complaint", case["complaint"])
    type_in(driver, "History", case["history"])
    type_in(driver, "Clinical examination", case["clinical_exam"])
    push(driver, "Add symptom")
    choose(driver, "Symptom", "Swelling")
    choose(driver, "Structure", "Parotid gland")
    choose(driver, "Side", "Right")
    driver.section(3)
    choose(driver, "Reason for ultrasound", "Swelling of unknown origin")
    type_in(driver, "Clinical question", case["rationale"]["question"])
    push(driver, "Shows soft tissue")
    push(driver, "No ionising radiation")
    driver.section(4)
    for name in ("right parotid", "left parotid", "right submandibular gl", "right level iia"):
        type_in(driver, "Add structure", name)
        driver.key(Qt.Key.Key_Return)
        driver.until(lambda: driver.find("Add structure").text() == "")
    driver.section(5)
    push(driver, "Abnormal, Right parotid gland")
    choose(driver, "Echogenicity", "Hyperechoic")
    push(driver, "Add lesion")
    choose(driver, "Kind of lesion", "Cyst")
    for name, text in (("Longest", "14.2"), ("Perpendicular", "11.0"), ("Third axis", "9.8"), ("Depth", "6.0")):
        type_in(driver, f"{name}, Right parotid gland, lesion 1" if name == "Depth" else name, text)
    for gland in ("Left parotid gland", "Right submandibular gland", "Right level IIA nodes"):
        push(driver, f"Normal, {gland}")
    driver.section(6)
    type_in(driver, "Impression", case["interpretation"]["impression"][0])
    choose(driver, "Certainty", "Probable")
    type_in(driver, "Recommendation", case["interpretation"]["recommendation"])
    type_in(driver, "Limitations", case["interpretation"]["limitations"])
    entered = canonical.as_json(driver.presenter.draft.case)
    for path in ("complaint", "history", "clinical_exam", "scan"):
        assert entered[path] == case[path], path
    assert entered["rationale"]["question"] == case["rationale"]["question"]
    assert [finding["state"] for finding in entered["findings"]] == [f["state"] for f in case["findings"]]
    assert entered["findings"][0]["lesions"][0]["size_mm"] == case["findings"][0]["lesions"][0]["size_mm"]
    assert entered["interpretation"]["impression"] == case["interpretation"]["impression"]
    driver.presenter.check()
    assert [issue.code for issue in driver.presenter._insight.issues if issue.blocks] == []
    log.info("the cyst by keyboard alone, text included: %d keys", driver.keys)
    driver.key(Qt.Key.Key_Return, CTRL)
    driver.until(lambda: driver.root() is not driver.window)
    driver.root().close()
    driver.until(lambda: driver.root() is driver.window)

"""The first run with nothing but the keyboard, at the real cost of the keys: from an empty folder to the worklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from e2e.window_driver import WindowDriver
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox

from parotis.host import WindowHost

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

MOST_TABS = 30
PASSPHRASE = "amber harbor lantern"
OWNER = (
    ("Your name", "Helen Park"),
    ("Credentials", "DDS"),
    ("Licence state", "IL"),
    ("Licence number", "D-1"),
    ("NPI", "1234567893"),
    ("Login", "park"),
    ("Passphrase", PASSPHRASE),
    ("Repeat passphrase", PASSPHRASE),
)


def focused_name() -> str:
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.accessibleName()


def tab_to(driver: WindowDriver, name: str) -> None:
    for _ in range(MOST_TABS):
        if focused_name() == name:
            return
        driver.key(Qt.Key.Key_Tab)
    pytest.fail(f"{name} is not reached by Tab")


def type_into(driver: WindowDriver, name: str, text: str) -> None:
    tab_to(driver, name)
    QTest.keyClicks(QApplication.focusWidget(), text)


def press(driver: WindowDriver, name: str) -> None:
    tab_to(driver, name)
    driver.key(Qt.Key.Key_Space)


def test_a_practice_is_made_by_keyboard_alone(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    driver = WindowDriver(qtbot, qapp, folder)
    driver.until(lambda: driver.shell.is_listening)
    driver.window.activateWindow()
    type_into(driver, "Practice name", "Lakeside Dental")
    press(driver, "Continue")
    for name, text in OWNER:
        type_into(driver, name, text)
    press(driver, "Make the practice")
    driver.find("I have printed or stored it", QCheckBox)
    assert not WindowHost(["--data", str(folder)]).has_practice()
    press(driver, "I have printed or stored it")
    press(driver, "Finish")
    driver.until(lambda: not driver.window.is_covered)
    assert WindowHost(["--data", str(folder)]).accounts() == ("Lakeside Dental", ("park",))
    driver.close()

"""How many keys and clicks an examination takes in the real window: a preset, each proposal confirmed, signed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from e2e.window_driver import CTRL, WindowDriver
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget

from parotis import bootstrap
from parotis.domain.case import Patient
from parotis.services import drafts, sample_practice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

log = logging.getLogger(__name__)
PASSPHRASE = sample_practice.DENTIST.passphrase
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[CountingDriver]:
    """A practice with one new exam of a patient who is known, open at its first section."""
    import datetime as dt

    from parotis.services import practices

    machine = bootstrap.machine()
    desk = practices.create(
        machine,
        tmp_path / "data",
        "Lakeside Dental",
        sample_practice.DENTIST.person,
        PASSPHRASE,
        keep_recovery_key=lambda _key: None,
        throw_away=True,
    )
    drafts.new_draft(desk, Patient("S-1", "Lindqvist", "Maja", dt.date(1979, 6, 14), "female"))
    desk.close()
    machine.pictures.close()
    made = CountingDriver(qtbot, qapp, tmp_path / "data")
    made.unlock("park", PASSPHRASE)
    made.until(lambda: not made.window.is_covered)
    made.open_first_exam()
    made.find("Family name")
    made.until(lambda: bool(made.presenter.phrases.sets) and made.presenter._insight.context is not None)
    made.keys = made.clicks = 0
    yield made
    made.close()


class CountingDriver(WindowDriver):
    """Counts each key pressed (a chord is one) and each click."""

    keys = 0
    clicks = 0

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.keys += 1
        super().key(key, modifier)

    def click_on(self, name: str, kind: type[QWidget] = QToolButton) -> None:
        self.clicks += 1
        widget = self.find(name, kind)
        self.until(widget.isEnabled)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    @property
    def presenter(self):
        return self.shell._screens._exam_presenter

    def confirm_all(self) -> None:
        """One key for every proposal: the pedal. The first press goes to the first one."""
        waiting = self.presenter.draft.entry.proposed
        while waiting:
            self.key(Qt.Key.Key_F4)
            waiting = self.presenter.draft.entry.proposed


def is_ready_to_sign(driver: CountingDriver) -> bool:
    driver.presenter.check()
    return not [issue.code for issue in driver.presenter._insight.issues if issue.blocks]


def test_a_normal_examination_of_four_glands_takes_at_most_40_keys(driver: CountingDriver) -> None:
    driver.section(4)
    driver.key(Qt.Key.Key_F2, CTRL)
    driver.section(5)
    driver.confirm_all()
    driver.key(Qt.Key.Key_Return, CTRL)
    driver.until(lambda: driver.root() is not driver.window)
    case = driver.presenter.draft.case
    assert [finding.state for finding in case.findings] == ["normal"] * 4
    assert case.interpretation.impression
    log.info("four glands by key, up to the signing dialogue: %d keys", driver.keys)
    assert driver.keys <= 40
    driver.root().close()
    driver.until(lambda: driver.root() is driver.window)


def test_a_normal_examination_of_four_glands_takes_at_most_25_clicks(driver: CountingDriver) -> None:
    from PySide6.QtWidgets import QListWidget, QPushButton

    def section(name: str) -> None:
        outline = driver.find("Sections", QListWidget)
        item = next(outline.item(row) for row in range(outline.count()) if outline.item(row).text() == name)
        driver.clicks += 1
        QTest.mouseClick(outline.viewport(), Qt.MouseButton.LeftButton, pos=outline.visualItemRect(item).center())

    section("Region")
    driver.click_on("Four glands")
    section("Findings")
    for gland in ("parotid", "submandibular"):
        for side in ("Right", "Left"):
            driver.click_on(f"Normal, {side} {gland} gland")
    section("Rationale")
    while [path for path in driver.presenter.draft.entry.proposed if path.startswith("rationale")]:
        driver.click_on("Confirm and go on", QPushButton)
    section("Interpretation")
    while [path for path in driver.presenter.draft.entry.proposed if path.startswith("interpretation")]:
        driver.click_on("Confirm and go on", QPushButton)
    driver.click_on("Sign", QPushButton)
    driver.until(lambda: driver.root() is not driver.window)
    assert [finding.state for finding in driver.presenter.draft.case.findings] == ["normal"] * 4
    log.info("four glands by mouse, up to the signing dialogue: %d clicks", driver.clicks)
    assert driver.clicks <= 25
    driver.root().close()
    driver.until(lambda: driver.root() is driver.window)

"""The settings page: what cannot be undone is asked first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from helpers import exam_desk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from parotis.presentation.settings_presenter import Facts
from parotis.services.ports import Practice
from parotis.ui.settings_view import DISABLE, SettingsView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("does not support|propagateSizeHints")

FACTS = Facts(Practice("p1", "Parkview"), (exam_desk.DENTIST, exam_desk.ASSISTANT), "park", (), "", "0")


class Presenter:
    def __init__(self) -> None:
        self.disabled: list[str] = []

    def disable_account(self, login: str) -> None:
        self.disabled.append(login)


@pytest.fixture
def presenter() -> Any:
    return Presenter()


@pytest.fixture
def view(qtbot: QtBot, presenter: Any) -> SettingsView:
    made = SettingsView()
    qtbot.addWidget(made)
    made.attach(presenter)
    made.show_facts(FACTS, can_edit_practice=True, can_manage_accounts=True)
    made.show()
    return made


def offered(view: SettingsView) -> list[str]:
    return [one.text() for one in view.findChildren(QPushButton) if one.text().startswith("Disable ")]


@pytest.mark.parametrize(("answer", "disabled"), [(DISABLE, ["rosa"]), ("Keep it", [])])
def test_an_account_is_disabled_only_after_a_second_word(
    qtbot: QtBot, view: SettingsView, presenter: Any, answer: str, disabled: list[str]
) -> None:
    button = next(one for one in view.findChildren(QPushButton) if one.text() == "Disable rosa")
    QTest.keyClick(button, Qt.Key.Key_Space)
    box = view.findChild(QMessageBox)
    assert presenter.disabled == []
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert "rosa" in box.text()
    chosen = next(one for one in box.buttons() if one.accessibleName() == answer)
    QTest.keyClick(chosen, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.findChild(QMessageBox) is None)
    assert presenter.disabled == disabled


def test_neither_ones_own_account_nor_without_the_power_one_is_offered(view: SettingsView) -> None:
    assert offered(view) == ["Disable rosa"]
    view.show_facts(FACTS, can_edit_practice=False, can_manage_accounts=False)
    assert [one for one in view.findChildren(QPushButton) if one.text() == "Disable rosa" and one.isVisible()] == []

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from parotis.ui.unlock_view import LoginLine

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def line(qtbot: QtBot) -> LoginLine:
    made = LoginLine()
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_first_login_is_put_in_and_what_was_typed_stays(line: LoginLine) -> None:
    line.offer(("park", "delgado"))
    assert line.text() == "park"
    line.setText("weber")
    line.offer(("park", "delgado"))
    assert line.text() == "weber"


@pytest.mark.parametrize("way", ["key", "click"])
def test_the_down_key_and_a_click_show_every_login(line: LoginLine, way: str) -> None:
    line.offer(("park", "delgado"))
    if way == "key":
        QTest.keyClick(line, Qt.Key.Key_Down)
    else:
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    popup = line.completer().popup()
    assert popup.isVisible()
    assert {popup.model().index(row, 0).data() for row in range(popup.model().rowCount())} == {"park", "delgado"}
    popup.hide()


def test_a_practice_with_one_account_shows_no_list(line: LoginLine) -> None:
    line.offer(("park",))
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert not line.completer().popup().isVisible()

"""Drives the real window as a person does: with keys and the mouse, by the names that are on the screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QFrame, QLineEdit, QPushButton, QTableView, QWidget

from parotis.host import WindowHost
from parotis.ui.application import Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QAbstractButton
    from pytestqt.qtbot import QtBot

Widget = TypeVar("Widget", bound=QWidget)

TIMEOUT_MS = 20_000
CTRL = Qt.KeyboardModifier.ControlModifier


class WindowDriver:
    """One window on a data folder. What it does not find on the screen, it does not touch."""

    def __init__(self, qtbot: QtBot, application: QApplication, folder: Path) -> None:
        self._qtbot = qtbot
        self._application = application
        self.host = WindowHost(["--data", str(folder)])
        assert self.host.acquire()
        self.host.prepare()
        self.has_ended = False
        self.shell = Shell(self.host, application, self._on_ended)
        self.window = self.shell.window
        self.shell.start()
        qtbot.waitExposed(self.window)

    def _on_ended(self) -> None:
        self.has_ended = True

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what the screen shows."""
        self._qtbot.waitUntil(condition, timeout=TIMEOUT_MS)

    def root(self) -> QWidget:
        """The dialogue in front, else the window."""
        return self._application.activeModalWidget() or self.window

    def shown(self, name: str, kind: type[Widget]) -> list[Widget]:
        """What is visible under an accessible name."""
        return [
            widget
            for widget in self.root().findChildren(kind)
            if widget.accessibleName() == name and widget.isVisible()
        ]

    def find(self, name: str, kind: type[Widget] = QWidget) -> Widget:  # type: ignore[assignment]
        """The named widget, as soon as it is on the screen."""
        self.until(lambda: bool(self.shown(name, kind)))
        return self.shown(name, kind)[0]

    def press(self, name: str) -> None:
        """Click a button when it can be clicked."""
        button = self.find(name, QPushButton)
        self.until(button.isEnabled)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def click(self, button: QAbstractButton) -> None:
        """Click what was found."""
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def type_into(self, name: str, text: str) -> None:
        """Focus a field and type."""
        field = self.find(name)
        self.until(field.isEnabled)
        field.setFocus()
        if isinstance(field, QLineEdit):
            field.selectAll()
        QTest.keyClicks(field, text)

    def choose(self, name: str, text: str) -> None:
        """Type the first letters of an entry of a closed list."""
        field = self.find(name, QComboBox)
        field.setFocus()
        QTest.keyClicks(field, text)
        assert field.currentText() == text, [field.itemText(at) for at in range(field.count())]

    def press_return(self, field: QWidget) -> None:
        """Enter, in a field."""
        QTest.keyClick(field, Qt.Key.Key_Return)

    def text_of_notices(self, root: QWidget) -> str:
        """What the message bars say."""
        return " ".join(bar.accessibleName() for bar in root.findChildren(QFrame) if bar.property("notice"))

    def wait_out_the_penalty(self, root: QWidget) -> None:
        """After a wrong passphrase the next try is held back for a moment, which the notice tells."""
        found = re.search(r"Wait (\d+) second", self.text_of_notices(root))
        if found:
            self._qtbot.wait(int(found[1]) * 1000 + 500)

    def open_first_exam(self) -> None:
        """Enter, on the first row of the worklist."""
        table = self.find("Worklist", QTableView)
        self.until(lambda: table.model().rowCount() > 0)
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
        table.setFocus()
        QTest.keyClick(table, Qt.Key.Key_Return)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key for whatever has the focus, as the window system sends it."""
        self.root().activateWindow()
        handle = self.root().windowHandle()
        assert handle is not None
        self.until(handle.isActive)
        QTest.keyClick(handle, key, modifier)

    def section(self, number: int) -> None:
        """Go to a section of the form by its number."""
        self.key(getattr(Qt.Key, f"Key_{number}"), CTRL)

    def choose_file(self, file: Path) -> None:
        """Answer the file dialogue that is open by typing a name into its line."""

        def dialogs() -> list[QFileDialog]:
            return [
                one for one in self._application.topLevelWidgets() if isinstance(one, QFileDialog) and one.isVisible()
            ]

        self.until(lambda: bool(dialogs()))
        dialog = dialogs()[0]
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert line is not None
        dialog.activateWindow()
        self.until(line.hasFocus)
        QTest.keyClicks(line, str(file))
        self.until(lambda: line.text() == str(file))
        accept = next(button for button in dialog.findChildren(QPushButton) if button.text().strip("&") == "Open")
        self.until(accept.isEnabled)
        QTest.mouseClick(accept, Qt.MouseButton.LeftButton)
        self.until(lambda: not dialogs())

    def unlock(self, login: str, passphrase: str) -> None:
        """Type who one is, and press Unlock."""
        self.until(lambda: bool(self.find("User", QLineEdit).text()))
        self.type_into("User", login)
        self.type_into("Passphrase", passphrase)
        self.press("Unlock")

    def close(self) -> None:
        """Close the window as a person does, and wait for its end."""
        if self.has_ended:
            return
        self.window.close()
        self.until(lambda: self.has_ended)
        self.shell.deleteLater()
        self.window.deleteLater()

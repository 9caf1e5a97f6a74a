"""Small pieces that every screen is made of: labels that show text as text, named fields, buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from collections.abc import Callable


def label(text: str = "", role: str = "", *, wraps: bool = False) -> QLabel:
    """Plain text, whatever is in it. ``role`` is one that the style sheet knows."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wraps)
    if role:
        made.setProperty("role", role)
    return made


def push_button(text: str, deed: Callable[[], None], kind: str = "", *, shortcut: str = "") -> QPushButton:
    """A button whose accessible name is its label. ``kind`` is ``primary``, ``danger``, ``quiet`` or nothing."""
    made = QPushButton(text)
    made.setAccessibleName(text)
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if shortcut:
        made.setToolTip(f"{text}  {shortcut}")
    made.clicked.connect(without_arguments(deed))
    return made


def without_arguments(deed: Callable[[], None]) -> Callable[[bool], None]:
    """A slot for ``clicked``, which hands over whether the button is checked."""

    def call(_is_checked: bool = False) -> None:
        deed()

    return call


def card() -> tuple[QFrame, QVBoxLayout]:
    """A surface with a hairline, and its layout."""
    frame = QFrame()
    frame.setProperty("card", True)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(24, 20, 24, 24)
    layout.setSpacing(12)
    return frame, layout


def page(widget: QWidget) -> None:
    """Let a widget have the ground of a page."""
    widget.setProperty("page", True)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)


def chip(text: str = "", tone: str = "") -> QLabel:
    """A small rounded label that tells a fact."""
    made = label(text)
    made.setProperty("chip", True)
    if tone:
        made.setProperty("tone", tone)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return made


def within(parent: QWidget, width: int, height: int) -> QSize:
    """A size for a dialogue that leaves a rim of its window visible."""
    return QSize(min(width, parent.width() - 64), min(height, parent.height() - 48))


class NamedField(QWidget):
    """A label above a control, with room kept below it for what is wrong. The label is the accessible name."""

    def __init__(self, name: str, control: QWidget, *, keeps_room: bool = True) -> None:
        super().__init__()
        self.name = name
        self.control = control
        control.setAccessibleName(name)
        caption = label(name, "field")
        caption.setBuddy(control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(caption)
        layout.addWidget(control)
        self._problem = label("", "error")
        self._problem.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if keeps_room:
            layout.addWidget(self._problem)
        self.setFocusProxy(control)

    def mark(self, problem: str) -> None:
        """Show what is wrong; an empty text takes it away."""
        self._problem.setText(problem)
        self._problem.setToolTip(problem)
        self.control.setAccessibleDescription(problem)
        self.control.setProperty("invalid", bool(problem))
        restyle(self.control)


def tall(text: QWidget, height_px: int) -> QWidget:
    """A holder that gives a text area this height; by itself it would take that of its own hint at most."""
    holder = QWidget()
    holder.setFixedHeight(height_px)
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(text)
    return holder


class ProblemLine(QFrame):
    """One sentence about a failure, as a bar; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("notice", "danger")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        self._text = label("", wraps=True)
        layout.addWidget(self._text)
        self.hide()

    def say(self, text: str, kind: str = "danger") -> None:
        """Show the sentence, and read it out; an empty text hides the bar."""
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        self._text.setText(text)
        self.setAccessibleName(text)
        if self.property("notice") != kind:
            self.setProperty("notice", kind)
            restyle(self)
        self.setVisible(bool(text))
        if text:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def text(self) -> str:
        """What is shown now."""
        return self._text.text()

"""Small pieces that the parts of a claim share: marks with shape and word, choices, lists that stay in place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from parotis.ui.controls import chip, label, push_button
from parotis.ui.form_editors_base import emptied
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Value = TypeVar("Value")

STATE_SHAPES = {
    "to-bill": ("\u25cb", "warning"),
    "ready": ("\u25c6", "accent"),
    "sent": ("\u2192", "info"),
    "acknowledged": ("\u21c4", "info"),
    "more-information": ("?", "warning"),
    "paid": ("\u2713", "success"),
    "part-paid": ("\u25d0", "warning"),
    "denied": ("\u2717", "danger"),
    "appealed": ("\u2191", "info"),
    "upheld": ("\u2717", "danger"),
    "overturned": ("\u2713", "success"),
    "closed": ("\u25a0", ""),
}
"""A shape and a tone for each state; the word goes with them, never the colour alone."""

CHECK, CROSS, BANG, RING, OVER = "\u2713", "\u2717", "!", "\u25cb", "\u21b7"
"""Shapes that go before words: met, missing, to be looked at, open, gone over."""


_CHIP_ABOVE_PX, _TEXT_ABOVE_PX = 7, 8
"""So that the first line of a row stands level with the button at its end."""


def tell(told: QLabel, text: str, tone: str = "") -> None:
    """Put a text with its tone into a chip; nothing to tell hides it."""
    told.setText(text)
    told.setVisible(bool(text))
    if told.property("tone") != tone:
        told.setProperty("tone", tone)
        restyle(told)


def top(widget: QWidget, *, width: int = 0, above: int = 0) -> QWidget:
    """The widget, as wide as told, at the top of a row whose other side may be several lines high."""
    holder = QWidget()
    inner = QVBoxLayout(holder)
    inner.setContentsMargins(0, above, 0, 0)
    inner.addWidget(widget)
    inner.addStretch(1)
    if width:
        holder.setFixedWidth(width)
    return holder


def side_by_side(*cards: QWidget) -> QWidget:
    """Cards that pair, equally wide."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(16)
    for one in cards:
        row.addWidget(one, 1)
    return holder


def rule() -> QFrame:
    """A hairline between rows."""
    line = QFrame()
    line.setProperty("rule", True)
    return line


def told_row(
    mark: str, tone: str, text: str, *, detail: str = "", mark_width: int = 116
) -> tuple[QWidget, QHBoxLayout]:
    """A row with a chip, a sentence and, small below it, a detail; its layout, to put a button at the end."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    row.addWidget(top(chip(mark, tone), width=mark_width, above=_CHIP_ABOVE_PX))
    words = QVBoxLayout()
    words.setContentsMargins(0, _TEXT_ABOVE_PX, 0, _TEXT_ABOVE_PX)
    words.setSpacing(2)
    words.addWidget(label(text, wraps=True))
    if detail:
        words.addWidget(label(detail, "small", wraps=True))
    row.addLayout(words, 1)
    return holder, row


def quiet_button(text: str, name: str, deed: Callable[[], None]) -> QWidget:
    """A button at the end of a row, named with what it belongs to."""
    made = push_button(text, deed, "quiet")
    made.setAccessibleName(name)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return top(made)


class Rows(QWidget, Generic[Value]):
    """Rows made of frozen values; they are made anew only when the values changed, so that the focus stays."""

    def __init__(self, make: Callable[[Value], QWidget], *, empty: str = "", ruled: bool = True) -> None:
        """``empty`` is the sentence that is shown instead of no rows."""
        super().__init__()
        self._make, self._ruled = make, ruled
        self._shown: tuple[Value, ...] | None = None
        self._empty = label(empty, "muted", wraps=True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addWidget(self._empty)
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        outer.addLayout(self._column)

    def show_values(self, values: Sequence[Value]) -> None:
        """Show these, in this order."""
        if self._shown == tuple(values):
            return
        self._shown = tuple(values)
        emptied(self._column)
        for place, value in enumerate(values):
            if place and self._ruled:
                self._column.addWidget(rule())
            self._column.addWidget(self._make(value))
        self._empty.setVisible(not values and bool(self._empty.text()))


class Segments(QWidget):
    """One of a few words, or none: the chosen one pressed again is let go. Arrow keys and Space work.

    Signals:
        edited: a person chose.
    """

    edited = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]], name: str) -> None:
        """``choices`` are value and word; ``name`` goes before the word in the accessible names."""
        super().__init__()
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, (value, word) in enumerate(choices):
            button = QToolButton()
            button.setText(word)
            button.setAccessibleName(f"{name}: {word}")
            button.setCheckable(True)
            button.setProperty("segment", True)
            position = "first" if place == 0 else "last" if place == len(choices) - 1 else "middle"
            button.setProperty("position", position)
            button.clicked.connect(partial(self._on_clicked, value))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._buttons[value] = button
            row.addWidget(button)
        row.addStretch(1)

    def _on_clicked(self, value: str) -> None:
        self.choose(value if self._buttons[value].isChecked() else None)
        self.edited.emit()

    def choose(self, value: str | None) -> None:
        """Show a choice."""
        for own, button in self._buttons.items():
            button.setChecked(own == value)

    def chosen(self) -> str | None:
        """What is chosen."""
        return next((own for own, button in self._buttons.items() if button.isChecked()), None)

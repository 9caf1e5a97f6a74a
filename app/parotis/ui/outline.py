"""The list of sections with the state of each, told by shape and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from parotis.forms import exam_form
from parotis.presentation.exam_view_contract import SectionMark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.ui.theme import Theme

STATE_ROLE = int(Qt.ItemDataRole.UserRole)
WIDTH_PX = 164


def mark_words(mark: SectionMark) -> tuple[str, str, str]:
    """What is drawn for a state, its colour token, and what a screen reader says."""
    match mark.state:
        case "blocked":
            return f"! {mark.count}", "danger", f"{mark.count} to settle"
        case "done":
            count = f" {mark.count}" if mark.count else ""
            return f"\u2713{count}", "success", f"done{count}"
        case "open":
            count = f" {mark.count}" if mark.count else ""
            return f"\u25d0{count}", "warning", f"open, with advice{count}"
        case _:
            return "\u25cb", "muted", "empty"


class Outline(QListWidget):
    """One row a section. Arrow keys and clicks choose; the page follows.

    Signals:
        chosen: the name of the section.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("outline", True)
        self.setAccessibleName("Sections")
        self.setFixedWidth(WIDTH_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(StateDelegate(theme, self))
        for name in exam_form.NAMES:
            self.addItem(QListWidgetItem(name))
        self.setCurrentRow(0)
        self.currentTextChanged.connect(self.chosen)
        theme.changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH_PX, 360)

    def show_marks(self, marks: Mapping[str, SectionMark]) -> None:
        for row, name in enumerate(exam_form.NAMES):
            item, mark = self.item(row), marks[name]
            if item.data(STATE_ROLE) != mark:
                item.setData(STATE_ROLE, mark)
                item.setData(int(Qt.ItemDataRole.AccessibleTextRole), f"{name}, {mark_words(mark)[2]}")
                item.setToolTip(f"{name}: {mark_words(mark)[2]} (Ctrl+{row + 1})")


class StateDelegate(QStyledItemDelegate):
    """Draws the ``SectionMark`` of a row at its right end."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        mark = index.data(STATE_ROLE)
        if not isinstance(mark, SectionMark):
            return
        text, color, _ = mark_words(mark)
        rect: QRect = option.rect
        painter.save()
        painter.setFont(self._theme.font(bold=mark.state == "blocked"))
        painter.setPen(self._theme.color(color))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect.adjusted(0, 0, -10, 0), int(flags), text)
        painter.restore()

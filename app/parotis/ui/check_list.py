"""The open checks as a list of cards: what blocks comes first; a click or Return leads to the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from parotis.domain.issue import Issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.ui.icons import Icons
    from parotis.ui.theme import Theme

_ISSUE_ROLE = int(Qt.ItemDataRole.UserRole)
_WHERE_ROLE = _ISSUE_ROLE + 1
_PAD_PX = 10
_ICON_PX = 16
_GAP_PX = 8


class CheckList(QListWidget):
    """Refreshes in place: the card in front stays in front while its check stays open.

    Signals:
        chosen: the path of a check.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, icons: Icons, where: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._where = where
        self._issues: tuple[Issue, ...] = ()
        self.setAccessibleName("Open checks")
        self.setProperty("outline", True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setItemDelegate(_CardDelegate(theme, icons, self))
        self.itemClicked.connect(self._on_item)
        self.itemActivated.connect(self._on_item)
        theme.changed.connect(self.viewport().update)

    def show_issues(self, issues: tuple[Issue, ...]) -> None:
        if issues == self._issues:
            return
        current = self.currentItem()
        kept = current.data(_ISSUE_ROLE) if current is not None else None
        self._issues = issues
        self.clear()
        for issue in issues:
            word = "Blocks" if issue.blocks else "Advice"
            where = self._where(issue.path)
            item = QListWidgetItem(f"{word}: {issue.text} {where}")
            item.setData(_ISSUE_ROLE, issue)
            item.setData(_WHERE_ROLE, where)
            self.addItem(item)
            if issue == kept:
                self.setCurrentItem(item)

    def content_height(self) -> int:
        """The height that shows every card, in px."""
        return sum(self.sizeHintForRow(row) for row in range(self.count())) + 2 * _PAD_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _on_item(self, item: QListWidgetItem) -> None:
        issue = item.data(_ISSUE_ROLE)
        if isinstance(issue, Issue):
            self.chosen.emit(issue.path)


class _CardDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, icons: Icons, parent: CheckList) -> None:
        super().__init__(parent)
        self._theme, self._icons, self._list = theme, icons, parent

    def _text_rect(self, text: str, width_px: int, *, bold: bool, size: str) -> QRect:
        metrics = QFontMetrics(self._theme.font(size, bold=bold))
        return metrics.boundingRect(QRect(0, 0, max(width_px, 40), 4000), int(Qt.TextFlag.TextWordWrap), text)

    def _inner_px(self) -> int:
        return self._list.viewport().width() - 2 * _PAD_PX - _ICON_PX - _GAP_PX - 4

    def _texts(self, index: QModelIndex | QPersistentModelIndex) -> tuple[Issue, str, str]:
        issue: Issue = index.data(_ISSUE_ROLE)
        word = "Blocks" if issue.blocks else "Advice"
        return issue, issue.text, f"{word} \u00b7 {index.data(_WHERE_ROLE)}"

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = self._list.viewport().width()
        inner = self._inner_px()
        issue, text, where = self._texts(index)
        height = self._text_rect(text, inner, bold=issue.blocks, size="base").height()
        height += self._text_rect(where, inner, bold=False, size="small").height()
        return QSize(width, height + 2 * _PAD_PX + 2 + _GAP_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        issue, text, where = self._texts(index)
        tone = "danger" if issue.blocks else "warning"
        rect: QRect = option.rect.adjusted(1, 0, -1, -_GAP_PX)
        state: QStyle.StateFlag = option.state
        is_current = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.color("hover" if is_hovered or is_current else "surface"))
        edge = self._theme.color("focus" if has_focus else "hairline")
        painter.setPen(QPen(edge, 2 if has_focus else 1))
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), self._theme.radius, self._theme.radius)
        painter.fillRect(QRect(rect.left() + 1, rect.top() + 5, 3, rect.height() - 10), self._theme.color(tone))
        ratio = self._list.devicePixelRatioF()
        icon = self._icons.pixmap("error" if issue.blocks else "warning", tone, _ICON_PX, ratio)
        painter.drawPixmap(rect.left() + _PAD_PX, rect.top() + _PAD_PX + 1, icon)
        left = rect.left() + _PAD_PX + _ICON_PX + _GAP_PX
        inner = self._inner_px()
        head = self._text_rect(text, inner, bold=issue.blocks, size="base")
        painter.setFont(self._theme.font(bold=issue.blocks))
        painter.setPen(self._theme.color("text"))
        top = rect.top() + _PAD_PX
        painter.drawText(QRect(left, top, inner, head.height()), int(Qt.TextFlag.TextWordWrap), text)
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.color("muted"))
        below = QRect(left, top + head.height() + 2, inner, rect.bottom() - top - head.height())
        painter.drawText(below, int(Qt.TextFlag.TextWordWrap), where)
        painter.restore()

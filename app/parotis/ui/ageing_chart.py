"""The chart of open money by age: bars in the theme's colours, each with its amount in print, said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from parotis.presentation.claims_contract import AgeingBar, AgeingShown
    from parotis.ui.theme import Theme

_HEIGHT_PX = 220
_BAR_SHARE = 0.62
_GAP_PX = 6
_NAME = "Open amount by days since sent"


class AgeingChart(QWidget):
    """Bars over their labels, the amount above each: nothing is told by colour or height alone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: tuple[AgeingBar, ...] = ()
        self.setAccessibleName(_NAME)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_bars(self, shown: AgeingShown) -> None:
        """Paint the buckets."""
        self._bars = shown.bars
        self.setAccessibleDescription(shown.description)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(460, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 160)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("small"))
        line = painter.fontMetrics().height()
        box = QRectF(0, line + _GAP_PX, self.width(), max(1, self.height() - 2 * (line + _GAP_PX)))
        slot = box.width() / len(self._bars)
        for number, bar in enumerate(self._bars):
            self._paint_bar(painter, bar, QRectF(number * slot, box.top(), slot, box.height()), line)
        painter.setPen(QPen(self._theme.color("edge"), 1))
        painter.drawLine(QPointF(0, box.bottom()), QPointF(box.right(), box.bottom()))
        painter.end()

    def _paint_bar(self, painter: QPainter, bar: AgeingBar, slot: QRectF, line: int) -> None:
        height = bar.share * slot.height()
        width = slot.width() * _BAR_SHARE
        place = QRectF(slot.center().x() - width / 2, slot.bottom() - height, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawRect(place)
        metrics = painter.fontMetrics()
        for text, top, color in (
            (bar.amount, place.top() - line - _GAP_PX / 2, "text"),
            (bar.label, slot.bottom() + _GAP_PX, "muted"),
        ):
            painter.setPen(self._theme.color(color))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(slot.width()))
            painter.drawText(QRectF(slot.left(), top, slot.width(), line), Qt.AlignmentFlag.AlignHCenter, shown)

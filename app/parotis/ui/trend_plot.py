"""The plot of sizes over dates: painted from a ``Trend`` with the theme's colours, and said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from parotis.domain.trend import Trend, TrendLine
    from parotis.ui.theme import Theme

_HEIGHT_PX = 168
_MARK_PX = 4.0
_GAP_PX = 6
_NAME = "Longest axis over time"


class TrendPlotWidget(QWidget):
    """Lines differ by the letter at their end and by the shape of their marks; a hollow mark is of a draft."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plot: Trend | None = None
        self.setAccessibleName(_NAME)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_plot(self, plot: Trend | None) -> None:
        """Paint a plot; None paints nothing."""
        if plot != self._plot:
            self._plot = plot
            self.setAccessibleDescription(plot.description if plot else "")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._plot is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("small"))
        box = self._box(painter, self._plot)
        self._paint_axes(painter, self._plot, box)
        for line in self._plot.lines:
            self._paint_line(painter, line, box)
        painter.end()

    def _box(self, painter: QPainter, plot: Trend) -> QRectF:
        """Where the lines lie, with room for the texts around it."""
        metrics = painter.fontMetrics()
        left = max(metrics.horizontalAdvance(tick.text) for tick in plot.value_ticks) + _GAP_PX
        labels = max(metrics.horizontalAdvance(line.label) for line in plot.lines) + 3 * _GAP_PX
        right = min(labels, self.width() // 2)
        top, bottom = metrics.height() + _GAP_PX, metrics.height() + _GAP_PX
        return QRectF(left, top, max(1, self.width() - left - right), max(1, self.height() - top - bottom))

    def _paint_axes(self, painter: QPainter, plot: Trend, box: QRectF) -> None:
        muted, grid = self._theme.color("muted"), self._theme.color("hairline")
        metrics = painter.fontMetrics()
        half = metrics.height() / 2
        for tick in plot.value_ticks:
            at = _placed(box, 0, tick.at).y()
            painter.setPen(QPen(grid, 1))
            painter.drawLine(QPointF(box.left(), at), QPointF(box.right(), at))
            painter.setPen(muted)
            room = QRectF(0, at - half, box.left() - _GAP_PX, 2 * half)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.text)
        painter.drawText(QPointF(0, metrics.ascent()), f"{_NAME}, mm")
        end = -1.0
        for tick in plot.date_ticks:
            at = _placed(box, tick.at, 0).x()
            width = metrics.horizontalAdvance(tick.text)
            begin = min(max(at - width / 2, 0), self.width() - width)
            painter.setPen(muted)
            painter.drawLine(QPointF(at, box.bottom()), QPointF(at, box.bottom() + 3))
            if begin > end:  # a text that would run into the one before it is left out
                painter.drawText(QPointF(begin, self.height() - metrics.descent()), tick.text)
                end = begin + width + _GAP_PX
        painter.setPen(QPen(self._theme.color("edge"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())

    def _paint_line(self, painter: QPainter, line: TrendLine, box: QRectF) -> None:
        accent, surface = self._theme.color("accent"), self._theme.color("surface")
        points = [_placed(box, point.x, point.y) for point in line.points]
        painter.setPen(QPen(accent, 1.6))
        painter.drawPolyline(QPolygonF(points))
        for point, at in zip(line.points, points, strict=True):
            painter.setBrush(surface if point.is_draft else accent)
            _paint_mark(painter, line.marker, at)
        painter.setBrush(QColor(0, 0, 0, 0))
        label = QPointF(box.right() + 2 * _GAP_PX, _placed(box, 1, line.label_y).y())
        painter.setPen(QPen(self._theme.color("hairline"), 1))
        painter.drawLine(points[-1] + QPointF(_MARK_PX + 1, 0), label - QPointF(3, 0))
        painter.setPen(self._theme.color("text"))
        painter.setFont(self._theme.font("small", bold=True))
        metrics = painter.fontMetrics()
        room = int(self.width() - label.x())
        shown = metrics.elidedText(line.label, Qt.TextElideMode.ElideRight, room)
        painter.drawText(label + QPointF(0, metrics.ascent() / 2 - 1), shown)
        painter.setFont(self._theme.font("small"))


def _placed(box: QRectF, x: float, y: float) -> QPointF:
    return QPointF(box.left() + x * box.width(), box.bottom() - y * box.height())


def _paint_mark(painter: QPainter, marker: int, at: QPointF) -> None:
    r = _MARK_PX
    if marker == 0:
        painter.drawEllipse(at, r, r)
        return
    corners = {
        1: ((-r, -r), (r, -r), (r, r), (-r, r)),
        2: ((0, -1.3 * r), (1.2 * r, r), (-1.2 * r, r)),
        3: ((0, -1.4 * r), (1.4 * r, 0), (0, 1.4 * r), (-1.4 * r, 0)),
    }[marker]
    painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in corners]))

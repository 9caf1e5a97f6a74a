"""The clickable face and neck: shows what was scanned and found, and tells which area was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from parotis.domain.anatomy import described
from parotis.domain.region_map import keys_of, marks_of
from parotis.ui.region_canvas import RegionCanvas
from parotis.ui.region_paint import paint_marker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QPaintEvent

    from parotis.domain.region_map import MapView, Mark, RegionMap
    from parotis.ui.theme import Theme

_TITLES: dict[MapView, str] = {"left": "Left profile", "front": "Front", "right": "Right profile"}
_HINT = "Click what you scan. Arrow keys walk, Space marks, 1 2 3 change the view."


class RegionMapWidget(QWidget):
    """Tabs for the three views, the drawing, a line that names the area under pointer or focus, and the legend.

    It holds no exam state: a click only emits ``toggled``; what is shown comes from ``show_marks``.
    """

    toggled = Signal(str, str)
    """structure, side: the person asked to add or take away this area."""
    view_changed = Signal(str)

    def __init__(
        self,
        region_map: RegionMap,
        theme: Theme,
        name_of: Callable[[str, str | None], str] = described,
        parent: QWidget | None = None,
    ) -> None:
        """``name_of(structure, side)`` is the plain name in running text; with None, the name without the side."""
        super().__init__(parent)
        self._map = region_map
        self._tabs = QButtonGroup(self)
        tab_row = QHBoxLayout()
        self._tab_row = tab_row
        tab_row.setSpacing(theme.space("xs"))
        for number, view in enumerate(region_map.views()):
            tab = QToolButton(self)
            tab.setText(_TITLES[view])
            tab.setCheckable(True)
            tab.setProperty("tab", True)
            tab.setToolTip(f"{_TITLES[view]} ({number + 1})")
            tab.setAccessibleName(f"{_TITLES[view]} of the region map")
            self._tabs.addButton(tab, number)
            tab_row.addWidget(tab)
        tab_row.addStretch(1)
        self._tabs.idClicked.connect(self._step_view)
        self._canvas = RegionCanvas(region_map, theme, name_of, self)
        self._canvas.chosen.connect(self.toggled)
        self._canvas.view_asked.connect(self._step_view)
        self._readout = QLabel(_HINT, self)
        self._readout.setTextFormat(Qt.TextFormat.PlainText)
        self._readout.setWordWrap(True)
        self._readout.setFixedHeight(2 * self._readout.fontMetrics().lineSpacing())
        self._readout.setProperty("role", "muted")
        self._readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._canvas.pointed.connect(lambda text: self._readout.setText(text or _HINT))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("s"))
        layout.addLayout(tab_row)
        layout.addWidget(self._canvas, 1)
        layout.addWidget(self._readout)
        layout.addWidget(_Legend(theme, self))
        self._tabs.button(region_map.views().index(self._canvas.view)).setChecked(True)

    def view(self) -> MapView:
        """The view in front."""
        return self._canvas.view

    def show_view(self, view: MapView) -> None:
        """Bring a view to the front; the focus stays on the same area if that view shows it."""
        self._tabs.button(self._map.views().index(view)).setChecked(True)
        if view != self._canvas.view:
            self._canvas.show_view(view)
            self.view_changed.emit(view)

    def tabs_width(self) -> int:
        """The width in px that the names of the views need."""
        return self._tab_row.sizeHint().width()

    def show_marks(self, marks: Mapping[tuple[str, str | None], Mark]) -> None:
        """Show the state of every area; what is not in ``marks`` is not scanned.

        Sides are those of the exam: ``bilateral`` marks both sides, None the midline.
        """
        self._canvas.show_marks(marks_of((structure, side, mark) for (structure, side), mark in marks.items()))

    def focus_structure(self, structure: str, side: str | None) -> bool:
        """Bring an area to the front and put the focus on it. False if the map does not show it."""
        views = self._map.views_showing(structure, side)
        if not views:
            return False
        if self._canvas.view not in views:
            self.show_view(views[0])
        self._canvas.focus_first(keys_of(structure, side))
        return True

    def _step_view(self, number: int) -> None:
        self.show_view(self._map.views()[number % len(self._map.views())])


class _Legend(QWidget):
    _ENTRIES = (("scanned", "Scanned"), ("finding", "Finding"), ("idle", "Not scanned"))

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("Legend: dot scanned, diamond finding, ring not scanned")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("small"))
        metrics = QFontMetricsF(painter.font())
        x, y = 8.0, self.height() / 2
        for state, text in self._ENTRIES:
            paint_marker(painter, self._theme, state, QPointF(x, y), size_px=5)
            painter.setPen(self._theme.color("danger" if state == "finding" else "muted"))
            width = metrics.horizontalAdvance(text) + 2
            painter.drawText(QRectF(x + 12, 0, width, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
            x += width + 36
        painter.end()

"""The drawing of the region map: pointer, keys and what assistive technology sees of it."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip, QWidget

from parotis.ui.region_paint import MapPainter
from parotis.ui.region_scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from parotis.domain.region_map import Direction, MapView, Mark, RegionMap, ShapeKey
    from parotis.ui.theme import Theme

_SHORT = {"temporomandibular-joint": "TMJ"}
_ARROWS: dict[int, Direction] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}
_VIEW_KEYS: dict[int, int] = {Qt.Key.Key_1: 0, Qt.Key.Key_2: 1, Qt.Key.Key_3: 2}
_REACH_PX = 14.0
"""A small area is hit from this far around its middle."""


class Area(QAbstractButton):
    """One area for keyboard and assistive technology; the canvas paints it and handles pointer and keys."""

    def __init__(self, key: ShapeKey, name: str, canvas: RegionCanvas) -> None:
        super().__init__(canvas)
        self.key = key
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._canvas = canvas

    def nextCheckState(self) -> None:
        """Stay: only the marks decide what is checked."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint nothing: the canvas has done it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._canvas.focus_moved(self.key)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._canvas.focus_left()


class RegionCanvas(QWidget):
    chosen = Signal(str, str)
    pointed = Signal(str)
    view_asked = Signal(int)

    def __init__(
        self, region_map: RegionMap, theme: Theme, name_of: Callable[[str, str | None], str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._map = region_map
        self._name_of = name_of
        self._marks: dict[ShapeKey, Mark] = {}
        self._painter = MapPainter(theme, self._label)
        self._hovered: ShapeKey | None = None
        self._pressed: ShapeKey | None = None
        self._focused: ShapeKey | None = None
        self._current: ShapeKey | None = None
        self.view: MapView = "right"
        self._areas = {key: Area(key, sentence(name_of(*key)), self) for key in region_map.structures()}
        for area in self._areas.values():
            area.clicked.connect(partial(self._choose, area.key))
            area.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(280, 320)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Region map")
        self.show_view(self.view)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(600, 560)

    def show_view(self, view: MapView) -> None:
        had_focus = self._focused
        self.view = view
        self._hovered = None
        self._lay_out()
        for key, area in self._areas.items():
            area.setVisible(key in self._scene.shapes)
        if self._current not in self._scene.shapes:
            self._make_current(next(iter(self._scene.shapes)))
        if had_focus and self._current:
            self._areas[self._current].setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def show_marks(self, marks: Mapping[ShapeKey, Mark]) -> None:
        self._marks = dict(marks)
        for key, area in self._areas.items():
            area.setChecked(key in self._marks)
            area.setAccessibleDescription(self._state_words(key))
        self._say()
        self.update()

    def focus_first(self, keys: Sequence[ShapeKey]) -> None:
        """Put the focus on the first of some areas that this view shows."""
        key = next(key for key in keys if key in self._scene.shapes)
        self._make_current(key)
        self._areas[key].setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_moved(self, key: ShapeKey) -> None:
        self._focused = key
        self._make_current(key)
        self._say()
        self.update()

    def focus_left(self) -> None:
        self._focused = None
        self._say()
        self.update()

    def position_of(self, key: ShapeKey) -> QPointF:
        """Where an area of the view in front is anchored, in widget pixels."""
        return self._scene.shapes[key].anchor

    def hit(self, position: QPointF) -> ShapeKey | None:
        """The area at a point. A small one is also hit from a little outside, unless the area there is as near."""
        top = next(
            (key for key in reversed(self._scene.shapes) if self._scene.shapes[key].path.contains(position)), None
        )
        if top and self._scene.shapes[top].shape.spot:
            return top
        reach_px = min(_REACH_PX, self._distance(top, position)) if top else _REACH_PX
        near = [
            (distance, key)
            for key, drawn in self._scene.shapes.items()
            if drawn.shape.spot and (distance := self._distance(key, position)) < reach_px
        ]
        return min(near)[1] if near else top

    def _distance(self, key: ShapeKey, position: QPointF) -> float:
        return (self._scene.shapes[key].anchor - position).manhattanLength()

    # -- events ------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.hit(event.position()))

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.hit(event.position()) if event.button() is Qt.MouseButton.LeftButton else None
        if self._pressed:
            self._make_current(self._pressed)
            self._areas[self._pressed].setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed and pressed == self.hit(event.position()):
            self._choose(pressed)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip:
            help_event = cast("QHelpEvent", event)
            key = self.hit(QPointF(help_event.pos()))
            if key:
                QToolTip.showText(help_event.globalPos(), f"<p>{escape(self._words(key))}</p>", self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, is_control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        number = self._map.views().index(self.view)
        if is_control and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.view_asked.emit(number + (1 if key == Qt.Key.Key_Right else -1))
        elif key in _VIEW_KEYS and not is_control:
            self.view_asked.emit(_VIEW_KEYS[key])
        elif key in _ARROWS and self._current in self._scene.shapes:
            shape = self._map.neighbour(self._scene.shapes[self._current].shape, _ARROWS[key])
            if shape:
                self.focus_first((shape.key,))
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current:
            if not event.isAutoRepeat():
                self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def _choose(self, key: ShapeKey, _checked: bool = False) -> None:
        self.chosen.emit(*key)

    # -- words -------------------------------------------------------------------------------------------

    def _state_words(self, key: ShapeKey) -> str:
        mark = self._marks.get(key)
        if mark is None:
            return "not scanned"
        if mark.state == "scanned":
            return "scanned"
        return f"finding {', '.join(mark.letters)}".strip()

    def _words(self, key: ShapeKey) -> str:
        return f"{sentence(self._name_of(*key))}: {self._state_words(key)}"

    def _label(self, key: ShapeKey) -> str:
        """A profile has its side in its title, so its labels do without; the longest name is shortened."""
        structure, side = key
        name = self._name_of(structure, side if self.view == "front" else None)
        if structure in _SHORT:
            name = name.replace(self._name_of(structure, None), _SHORT[structure])
        return sentence(name)

    def _say(self) -> None:
        key = self._hovered or self._focused
        self.pointed.emit(self._words(key) if key else "")

    def _hover(self, key: ShapeKey | None) -> None:
        if key != self._hovered:
            self._hovered = key
            self.setCursor(Qt.CursorShape.PointingHandCursor if key else Qt.CursorShape.ArrowCursor)
            self._say()
            self.update()

    def _make_current(self, key: ShapeKey) -> None:
        """Let Tab stop at one area only: the one last used."""
        if self._current:
            self._areas[self._current].setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._current = key
        self._areas[key].setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- painting ----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._scene = Scene(self._map, self.view, self.width(), self.height())
        for key, drawn in self._scene.shapes.items():
            self._areas[key].setGeometry(drawn.path.boundingRect().toAlignedRect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.paint(painter, self._scene, self._marks, self._hovered, self._focused)
        painter.end()


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]

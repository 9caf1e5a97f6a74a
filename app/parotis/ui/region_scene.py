"""One view of the face-and-neck map fitted into a widget: where everything lies, and where there is room beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QTransform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotis.domain.region_map import Command, MapShape, MapView, RegionMap, ShapeKey

MARGIN_PX = 10
GAP_PX = 8
"""Between a label and the drawing."""
ROW_PX = 8
LABELS_FROM_PX = 440
"""A narrower drawing has no labels in its margins; the line below it still names every area."""
_GUTTER_PX: dict[MapView, int] = {"left": 124, "front": 64, "right": 124}
_CAPTION_PX = 90


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """A shape of the view in front, in widget pixels."""

    shape: MapShape
    path: QPainterPath
    anchor: QPointF


class Scene:
    """One view fitted into a widget of a given size."""

    def __init__(self, region_map: RegionMap, view: MapView, width_px: int, height_px: int) -> None:
        outline = [(stroke.kind, _path(stroke.path)) for stroke in region_map.outline(view)]
        box = QRectF()
        for _, path in outline:
            box = box.united(path.boundingRect())
        self.has_labels = width_px >= LABELS_FROM_PX
        gutters = 2 * (_GUTTER_PX[view] if self.has_labels else MARGIN_PX)
        scale = min((height_px - 2 * MARGIN_PX) / box.height(), (width_px - gutters) / box.width())
        place = QTransform()
        place.translate(width_px / 2, height_px / 2)
        place.scale(scale, scale)
        place.translate(-box.center().x(), -box.center().y())
        self.width_px, self.height_px = width_px, height_px
        self.middle_x = place.map(QPointF(500, 0)).x()
        self.outline = [(kind, place.map(path)) for kind, path in outline]
        self.captions = [(word.text, place.map(QPointF(word.x, word.y))) for word in region_map.captions(view)]
        self.shapes: dict[ShapeKey, DrawnShape] = {
            shape.key: DrawnShape(shape, place.map(_path(shape.path)), place.map(QPointF(*shape.anchor)))
            for shape in region_map.shapes(view)
        }
        contours = [path for kind, path in self.outline if kind == "contour"]
        for _, middle in self.captions:
            caption = QPainterPath()
            caption.addRect(middle.x() - _CAPTION_PX / 2, middle.y() - 12, _CAPTION_PX, 24)
            contours.append(caption)
        self._rows = _extents(contours)

    def edge(self, middle_px: float, height_px: float, *, is_left: bool) -> float:
        """How far the drawing reaches to one side, over a height around a middle."""
        first, last = _row(middle_px - height_px / 2), _row(middle_px + height_px / 2)
        rows = [self._rows[row] for row in range(first, last + 1) if row in self._rows]
        if not rows:
            return self.middle_x
        return min(low for low, _ in rows) if is_left else max(high for _, high in rows)

    def room(self, middle_px: float, height_px: float, *, is_left: bool) -> float:
        """The free width beside the drawing, over a height around a middle."""
        edge = self.edge(middle_px, height_px, is_left=is_left)
        return (edge if is_left else self.width_px - edge) - MARGIN_PX - GAP_PX


def _extents(paths: Iterable[QPainterPath]) -> dict[int, tuple[float, float]]:
    """The least and greatest x of some lines, for each row of a few pixels."""
    rows: dict[int, tuple[float, float]] = {}
    for path in paths:
        for polygon in path.toSubpathPolygons():
            for start, end in zip(polygon.toList(), polygon.toList()[1:], strict=False):
                steps = 1 + int(abs(end.y() - start.y()) / ROW_PX)
                for step in range(steps + 1):
                    point = start + (end - start) * (step / steps)
                    low, high = rows.get(_row(point.y()), (point.x(), point.x()))
                    rows[_row(point.y())] = (min(low, point.x()), max(high, point.x()))
    return rows


def _row(y: float) -> int:
    return int(y // ROW_PX)


def _path(commands: Iterable[Command]) -> QPainterPath:
    path = QPainterPath()
    for letter, numbers in commands:
        if letter == "M":
            path.moveTo(*numbers)
        elif letter == "L":
            path.lineTo(*numbers)
        elif letter == "C":
            path.cubicTo(*numbers)
        else:
            path.closeSubpath()
    return path

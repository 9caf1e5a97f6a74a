"""How the face-and-neck map looks: areas, markers and the labels in its margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from parotis.ui.region_scene import GAP_PX, MARGIN_PX, ROW_PX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QColor

    from parotis.domain.region_map import Mark, ShapeKey
    from parotis.ui.region_scene import DrawnShape, Scene
    from parotis.ui.theme import Theme

_MARKER_PX = 16
_WANDER_PX = 96
"""A label may lie this far above or below its area."""
_APART_PX = 3
_SLACK_PX = 6
_TIE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class _Label:
    mark: Mark
    lines: tuple[str, ...]
    target: QPointF
    wanted_y: float
    width_px: float
    height_px: float


class MapPainter:
    """Paints a scene with the colours of the theme in force."""

    def __init__(self, theme: Theme, name_of: Callable[[ShapeKey], str]) -> None:
        """``name_of`` gives the words of a label."""
        self._theme = theme
        self._name_of = name_of

    def paint(
        self,
        painter: QPainter,
        scene: Scene,
        marks: Mapping[ShapeKey, Mark],
        hovered: ShapeKey | None,
        focused: ShapeKey | None,
    ) -> None:
        """The head, areas, rims, labels with their lines, and on top the marks themselves."""
        self._paint_head(painter, scene)
        for key, drawn in scene.shapes.items():
            self._paint_shape(painter, drawn, marks.get(key), is_hovered=key == hovered)
        for rimmed in (hovered, focused):
            if rimmed in scene.shapes:
                self._paint_rim(painter, scene.shapes[rimmed], is_focus=rimmed == focused)
        if scene.has_labels:
            for is_left in (True, False):
                self._paint_column(painter, scene, marks, is_left=is_left)
        for key, drawn in scene.shapes.items():
            self._paint_mark(painter, drawn, marks.get(key))

    def _paint_head(self, painter: QPainter, scene: Scene) -> None:
        color = self._theme.color
        for kind, path in scene.outline:
            if kind == "silhouette":
                painter.fillPath(path, color("map_skin"))
            elif kind == "contour":
                painter.strokePath(path, _pen(color("map_line"), 1.8))
            else:
                painter.strokePath(path, _pen(color("map_detail"), 1.4))
        painter.setFont(self._theme.font("small"))
        painter.setPen(color("muted"))
        for text, middle in scene.captions:
            painter.drawText(QRectF(middle.x() - 80, middle.y() - 12, 160, 24), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_shape(self, painter: QPainter, drawn: DrawnShape, mark: Mark | None, *, is_hovered: bool) -> None:
        if mark is None:
            fill, edge, width_px = "hover" if is_hovered else "map_shape", "map_edge", 1.0
        elif mark.state == "scanned":
            fill, edge, width_px = "accent" if drawn.shape.spot else "accent_surface", "accent", 1.6
        else:
            fill, edge, width_px = "danger_surface", "danger", 2.0
        painter.setBrush(self._theme.color(fill))
        painter.setPen(_pen(self._theme.color(edge), width_px))
        painter.drawPath(drawn.path)

    def _paint_mark(self, painter: QPainter, drawn: DrawnShape, mark: Mark | None) -> None:
        """What an area bears: a diamond for a finding, else its tag, else a dot if it was scanned."""
        if mark is not None and mark.state == "finding":
            letter = mark.letters[0][:2] if mark.letters else ""
            paint_marker(painter, self._theme, "finding", drawn.anchor, letter)
        elif drawn.shape.tag:
            self._paint_tag(painter, drawn, "text" if mark is None else "on_accent")
        elif mark is not None and not drawn.shape.spot:
            paint_marker(painter, self._theme, "scanned", drawn.anchor)

    def _paint_tag(self, painter: QPainter, drawn: DrawnShape, token: str) -> None:
        box = drawn.path.boundingRect()
        font = self._theme.font("small", bold=True)
        font.setPixelSize(max(7, round(box.height() * 0.62)))
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, drawn.shape.tag)

    def _paint_rim(self, painter: QPainter, drawn: DrawnShape, *, is_focus: bool) -> None:
        if is_focus:
            painter.strokePath(drawn.path, _pen(self._theme.color("surface"), 6.0))
        painter.strokePath(drawn.path, _pen(self._theme.color("focus"), 3.0 if is_focus else 2.0))

    def _paint_column(self, painter: QPainter, scene: Scene, marks: Mapping[ShapeKey, Mark], *, is_left: bool) -> None:
        """Name what is marked in one margin, each name joined to its area by a thin line."""
        metrics = QFontMetricsF(self._theme.font("small", bold=True))
        labels = sorted(
            (
                self._label(scene, drawn, marks[key], metrics, is_left=is_left)
                for key, drawn in scene.shapes.items()
                if key in marks and (drawn.anchor.x() < scene.middle_x) == is_left
            ),
            key=lambda label: (label.wanted_y, label.target.y()),
        )
        if not labels:
            return
        widest = max(label.width_px for label in labels)
        low = max(MARGIN_PX, min(label.wanted_y - label.height_px / 2 for label in labels))
        while low - ROW_PX > MARGIN_PX and scene.room(low - ROW_PX, ROW_PX, is_left=is_left) >= widest:
            low -= ROW_PX
        high = scene.height_px - MARGIN_PX
        labels = _most_telling(labels, high - low)
        middles = _spread(labels, low, high)
        edges = [scene.edge(y, label.height_px, is_left=is_left) for label, y in zip(labels, middles, strict=True)]
        for label, y, edge in zip(labels, middles, edges, strict=True):
            if scene.room(y, label.height_px, is_left=is_left) < label.width_px - _SLACK_PX:
                continue
            if is_left:
                x = max(MARGIN_PX, min(min(edges) - GAP_PX - widest, edge - GAP_PX - label.width_px))
            else:
                aligned = min(max(edges) + GAP_PX, scene.width_px - MARGIN_PX - widest)
                x = min(max(aligned, edge + GAP_PX), scene.width_px - MARGIN_PX - label.width_px)
            self._paint_label(painter, label, QPointF(x, y), metrics, is_left=is_left)

    def _label(self, scene: Scene, drawn: DrawnShape, mark: Mark, metrics: QFontMetricsF, *, is_left: bool) -> _Label:
        name = self._name_of(drawn.shape.key)
        text = f"{name}{_TIE}·{_TIE}{f',{_TIE}'.join(mark.letters)}" if mark.letters else name
        y, line_px = drawn.anchor.y(), metrics.height()
        reach = [y + sign * way for way in range(0, _WANDER_PX, ROW_PX) for sign in (1, -1)]
        settings = _settings(text, metrics)
        places = [(settings[0], y), *((setting, middle) for setting in settings[1:] for middle in reach)]
        (lines, width_px), wanted_y = next(
            (
                (setting, middle)
                for setting, middle in places
                if scene.room(middle, len(setting[0]) * line_px, is_left=is_left) >= setting[1]
            ),
            (settings[-1], y),
        )
        height_px = len(lines) * line_px
        return _Label(mark, lines, drawn.anchor, wanted_y, width_px, height_px)

    def _paint_label(
        self, painter: QPainter, label: _Label, at: QPointF, metrics: QFontMetricsF, *, is_left: bool
    ) -> None:
        is_finding = label.mark.state == "finding"
        color = self._theme.color("danger" if is_finding else "accent")
        line_px = metrics.height()
        top = at.y() - label.height_px / 2
        paint_marker(painter, self._theme, label.mark.state, QPointF(at.x() + 5, top + line_px / 2), size_px=4.5)
        painter.setFont(self._theme.font("small", bold=is_finding))
        painter.setPen(color)
        for number, line in enumerate(label.lines):
            painter.drawText(QPointF(at.x() + _MARKER_PX, top + number * line_px + metrics.ascent()), line)
        text_px = QFontMetricsF(painter.font()).horizontalAdvance(label.lines[0])
        start = QPointF(at.x() + _MARKER_PX + text_px + 5 if is_left else at.x() - 3, top + line_px / 2)
        painter.setPen(_pen(color, 1.0))
        painter.drawLine(start, label.target)


def paint_marker(
    painter: QPainter, theme: Theme, state: str, at: QPointF, letter: str = "", *, size_px: float = 0.0
) -> None:
    """A dot for scanned, a diamond (with the lesion's letter) for a finding, a ring for neither."""
    if state == "finding":
        reach = size_px * 1.25 or (12.0 if letter else 8.0)
        painter.setPen(_pen(theme.color("surface"), 1.0))
        painter.setBrush(theme.color("danger"))
        corners = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
        painter.drawPolygon(QPolygonF([at + QPointF(*corner) for corner in corners]))
        if letter:
            font = theme.font("small", bold=True)
            font.setPixelSize(12)
            painter.setFont(font)
            painter.setPen(theme.color("on_danger"))
            painter.drawText(QRectF(at.x() - 12, at.y() - 12, 24, 24), Qt.AlignmentFlag.AlignCenter, letter)
        return
    is_ring = state == "idle"
    painter.setPen(_pen(theme.color("map_edge"), 1.4) if is_ring else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if is_ring else theme.color("accent"))
    painter.drawEllipse(at, size_px or 5.0, size_px or 5.0)


def _pen(color: QColor, width_px: float) -> QPen:
    return QPen(color, width_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _settings(text: str, metrics: QFontMetricsF) -> list[tuple[tuple[str, ...], float]]:
    """The text on one line, on two that balance, and on a line for each word, with the width that each way needs."""
    words = text.split(" ")
    pairs = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    ways: list[tuple[str, ...]] = [
        (text,),
        min(pairs, key=lambda pair: max(map(len, pair)), default=(text,)),
        tuple(words),
    ]
    return [(lines, max(map(metrics.horizontalAdvance, lines)) + _MARKER_PX) for lines in ways]


def _most_telling(labels: Sequence[_Label], height_px: float) -> list[_Label]:
    """The labels that have room, findings before the rest: what falls away is still named by pointer and focus."""
    kept: list[_Label] = []
    for label in sorted(labels, key=lambda label: label.mark.state != "finding"):
        height_px -= label.height_px + _APART_PX
        if height_px >= 0:
            kept.append(label)
    return sorted(kept, key=lambda label: (label.wanted_y, label.target.y()))


def _spread(labels: Sequence[_Label], low: float, high: float) -> list[float]:
    """Middles for labels in order of height, moved as little as needed to lie apart between two limits."""
    placed: list[float] = []
    floor = low
    for label in labels:
        placed.append(max(label.wanted_y, floor + label.height_px / 2))
        floor = placed[-1] + label.height_px / 2 + _APART_PX
    ceiling = high
    for index in range(len(labels) - 1, -1, -1):
        half = labels[index].height_px / 2
        placed[index] = min(placed[index], ceiling - half)
        ceiling = placed[index] - half - _APART_PX
    return placed

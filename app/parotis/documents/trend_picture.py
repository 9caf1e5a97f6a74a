"""The plot of sizes over dates in a report: hairline axes, one line for each lesion with its letter at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from parotis.documents.text import Piece

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.documents.drawing import Colour, Drawing
    from parotis.documents.text import Typesetter
    from parotis.domain.region_map import Command
    from parotis.domain.trend import Trend, TrendLine

_INK: Final[Colour] = (0.27, 0.33, 0.41)
_MUTED: Final[Colour] = (0.37, 0.42, 0.49)
_GRID: Final[Colour] = (0.87, 0.89, 0.92)
_ACCENT: Final[Colour] = (0.059, 0.463, 0.431)
_WHITE: Final[Colour] = (1.0, 1.0, 1.0)

_TICK_SIZE: Final = 6.8
_LABEL_SIZE: Final = 7.6
_VALUE_ROOM, _DATE_ROOM, _LABEL_ROOM, _TOP_ROOM = 26.0, 14.0, 190.0, 6.0
_MARK: Final = 2.4
_ROUND: Final = 0.5523
"""Share of the radius at which the control points of a quarter circle lie."""


def draw_trend(drawing: Drawing, typesetter: Typesetter, plot: Trend, box: tuple[float, float, float, float]) -> None:
    """Draw into ``box`` = (x, y, width, height) in points."""
    x, y, width, height = box
    left, right = x + _VALUE_ROOM, x + width - _LABEL_ROOM
    top, bottom = y + _TOP_ROOM, y + height - _DATE_ROOM

    def place(share_x: float, share_y: float) -> tuple[float, float]:
        return left + share_x * (right - left), bottom - share_y * (bottom - top)

    def words(text: str, at_x: float, middle_y: float, size: float, align: float, *, strong: bool = False) -> None:
        """``align`` 0 begins at ``at_x``, 0.5 is centred on it, 1 ends there."""
        line = typesetter.line([Piece(text, strong)], size, _LABEL_ROOM - 12.0)
        at_x -= align * line.width * size / 1000
        drawing.lettering(line, at_x, middle_y + size * 0.36, size, _INK if strong else _MUTED)

    for tick in plot.value_ticks:
        tick_y = place(0.0, tick.at)[1]
        drawing.rule(left, right, tick_y, _GRID, 0.5)
        words(tick.text, left - 5.0, tick_y, _TICK_SIZE, 1.0)
    words("mm", left - 5.0, place(0.0, 1.0)[1] - _TICK_SIZE * 1.3, _TICK_SIZE, 1.0)
    for tick in plot.date_ticks:
        tick_x = place(tick.at, 0.0)[0]
        drawing.path([("M", (tick_x, bottom)), ("L", (tick_x, bottom + 2.5))], _as_is, stroke=_MUTED, thickness=0.5)
        words(tick.text, tick_x, bottom + 8.5, _TICK_SIZE, 0.5)
    drawing.rule(left, right, bottom, _MUTED, 0.6)
    for line in plot.lines:
        _draw_line(drawing, line, place)
        label_x, label_y = right + 12.0, place(1.0, line.label_y)[1]
        end_x, end_y = place(line.points[-1].x, line.points[-1].y)
        drawing.path(
            [("M", (end_x + 4.0, end_y)), ("L", (label_x - 2.0, label_y))], _as_is, stroke=_GRID, thickness=0.6
        )
        words(line.label, label_x, label_y, _LABEL_SIZE, 0.0, strong=True)


def _as_is(x: float, y: float) -> tuple[float, float]:
    return x, y


def _draw_line(drawing: Drawing, line: TrendLine, place: Callable[[float, float], tuple[float, float]]) -> None:
    points = [place(point.x, point.y) for point in line.points]
    course: list[Command] = [("M" if index == 0 else "L", point) for index, point in enumerate(points)]
    drawing.path(course, _as_is, stroke=_ACCENT, thickness=1.1)
    for point, (at_x, at_y) in zip(line.points, points, strict=True):
        fill = _WHITE if point.is_draft else _ACCENT
        drawing.path(_mark(line.marker, at_x, at_y), _as_is, fill=fill, stroke=_ACCENT, thickness=0.8)


def _mark(marker: int, x: float, y: float) -> list[Command]:
    """A circle, a square, a triangle or a diamond around a point."""
    r, c = _MARK, _MARK * _ROUND
    if marker == 0:
        return [
            ("M", (x + r, y)),
            ("C", (x + r, y + c, x + c, y + r, x, y + r)),
            ("C", (x - c, y + r, x - r, y + c, x - r, y)),
            ("C", (x - r, y - c, x - c, y - r, x, y - r)),
            ("C", (x + c, y - r, x + r, y - c, x + r, y)),
            ("Z", ()),
        ]
    corners = {
        1: [(-r, -r), (r, -r), (r, r), (-r, r)],
        2: [(0.0, -1.3 * r), (1.2 * r, r), (-1.2 * r, r)],
        3: [(0.0, -1.4 * r), (1.4 * r, 0.0), (0.0, 1.4 * r), (-1.4 * r, 0.0)],
    }[marker]
    steps: list[Command] = [("M" if i == 0 else "L", (x + dx, y + dy)) for i, (dx, dy) in enumerate(corners)]
    return [*steps, ("Z", ())]

"""Sizes over dates as a plot in a unit box: lines, ticks, labels. Pure geometry; the window and the report draw it.

``x`` and ``y`` are 0 to 1, from the left and from the bottom. The scale of sizes begins at 0, so that a line never
looks steeper than the change is.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from parotis.domain import wording
from parotis.domain.anatomy import described
from parotis.domain.lexicon import millimetres

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKER_COUNT = 4
"""Lines differ by the shape of their marks (circle, square, triangle, diamond), not by colour alone."""
MOST_LINES = 6
_MOST_STEPS = 5
_LEAST_MARGIN_DAYS = 3
_MONTH_STEPS = (1, 2, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)))


@dataclass(frozen=True, slots=True)
class Measured:
    """The longest axis of a lesion at one exam. ``is_draft``: that earlier exam is not signed."""

    on: dt.date
    value_mm: Decimal
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """What was measured of one lesion, oldest first."""

    letter: str
    structure: str | None
    side: str | None
    measured: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class TrendLine:
    """``label`` stands at the right end at the height ``label_y``; ``marker`` is the number of its shape."""

    label: str
    label_y: float
    marker: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Trend:
    """``description`` says the same in words."""

    lines: tuple[TrendLine, ...]
    date_ticks: tuple[Tick, ...]
    value_ticks: tuple[Tick, ...]
    description: str


def trend(series: Sequence[Series], *, label_gap: float = 0.12) -> Trend | None:
    """The plot of those series that have at least two measurements; None where there is none.

    Of very many lines the first six are drawn. ``label_gap`` is the least distance of two labels as a share of the
    height.
    """
    shown = [one for one in series if len(one.measured) >= 2][:MOST_LINES]
    if not shown:
        return None
    dates = [measured.on for one in shown for measured in one.measured]
    first, last = _date_range(min(dates), max(dates))
    ticks = value_ticks(max(measured.value_mm for one in shown for measured in one.measured))
    top = float(ticks[-1])
    ends = [float(one.measured[-1].value_mm) / top for one in shown]
    label_heights = spread(ends, label_gap)
    letters = [one.letter for one in shown]
    lines = tuple(
        TrendLine(
            one.letter if letters.count(one.letter) == 1 else f"{one.letter} {described(one.structure, one.side)}",
            label_heights[position],
            position % MARKER_COUNT,
            tuple(
                Point(_share(point.on, first, last), float(point.value_mm) / top, point.is_draft)
                for point in one.measured
            ),
        )
        for position, one in enumerate(shown)
    )
    return Trend(
        lines,
        tuple(Tick(_share(day, first, last), text) for day, text in date_ticks(first, last)),
        tuple(Tick(float(value) / top, wording.number(value)) for value in ticks),
        _description(shown),
    )


def value_ticks(largest: Decimal, most_steps: int = _MOST_STEPS) -> tuple[Decimal, ...]:
    """From 0 in steps of 1, 2 or 5 times a power of ten to the first step at or above ``largest``."""
    if largest <= 0:
        return (Decimal(0), Decimal(1))
    exponent = (largest / most_steps).adjusted()
    steps = (Decimal(digit).scaleb(exponent + shift) for shift in (0, 1) for digit in (1, 2, 5))
    step = next(step for step in steps if step * most_steps >= largest)
    return tuple(step * number for number in range(math.ceil(largest / step) + 1))


def _date_range(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """Both ends, some days apart even for exams of one day."""
    margin = dt.timedelta(days=_LEAST_MARGIN_DAYS)
    if last - first >= margin:
        return first, last
    return (first, first + margin) if first <= dt.date.max - margin else (last - margin, last)


def _share(on: dt.date, first: dt.date, last: dt.date) -> float:
    return (on - first).days / (last - first).days


def date_ticks(first: dt.date, last: dt.date, most: int = _MOST_STEPS) -> tuple[tuple[dt.date, str], ...]:
    """At most ``most`` days, months or years within the range with their texts; at least the first day."""
    span = (last - first).days
    for step in (1, 2, 7, 14):
        if span // step < most:
            days = (first + dt.timedelta(days=passed) for passed in range(0, span + 1, step))
            return tuple((day, f"{day.day} {wording.MONTHS[day.month - 1]}") for day in days)
    for step in _MONTH_STEPS:
        found = _months(first, last, step)
        if len(found) <= most and (len(found) >= 2 or step >= 12):
            shown = [
                (day, str(day.year) if step >= 12 else f"{wording.MONTHS[day.month - 1]} {day.year}") for day in found
            ]
            return tuple(shown) or ((first, wording.day(first)),)
    return ((first, wording.day(first)),)


def _months(first: dt.date, last: dt.date, step: int) -> list[dt.date]:
    """The first days of every ``step``-th month, counted from January of year 0, within the range."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month
    days = [dt.date(number // 12, number % 12 + 1, 1) for number in range(begin + -begin % step, end, step)]
    return [day for day in days if first <= day <= last]


def spread(heights: Sequence[float], gap: float) -> tuple[float, ...]:
    """The heights moved apart to at least ``gap``, in the same order from bottom to top, within 0 to 1 if they fit."""
    order = sorted(range(len(heights)), key=lambda position: (heights[position], position))
    placed = [0.0] * len(heights)
    lowest = -math.inf
    for position in order:
        lowest = placed[position] = max(heights[position], lowest + gap)
    highest = max(1.0, gap * (len(heights) - 1))
    for position in reversed(order):
        placed[position] = min(placed[position], highest)
        highest = placed[position] - gap
    return tuple(placed)


def _description(series: Sequence[Series]) -> str:
    told = []
    for one in series:
        values = [
            f"{millimetres(point.value_mm)} mm on {wording.day(point.on)}{' (draft)' if point.is_draft else ''}"
            for point in one.measured
        ]
        told.append(f"Lesion {one.letter}, {described(one.structure, one.side)}: {', '.join(values)}.")
    return " ".join(told)

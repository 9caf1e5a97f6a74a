from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from parotis.domain.trend import Measured, Series, date_ticks, spread, trend, value_ticks

DAYS = st.dates()
VALUES = st.decimals(min_value=0, max_value=300, places=1, allow_nan=False)
MEASURED = st.lists(st.builds(Measured, DAYS, VALUES), min_size=2, max_size=8).map(
    lambda found: tuple(sorted(found, key=lambda one: one.on))
)


def _series(letter: str, *values: str, structure: str = "parotid-gland", side: str = "right") -> Series:
    days = [dt.date(2025 + number // 2, 5 if number % 2 else 1, 10) for number in range(len(values))]
    return Series(
        letter, structure, side, tuple(Measured(on, Decimal(mm)) for on, mm in zip(days, values, strict=True))
    )


@given(st.lists(MEASURED, min_size=1, max_size=8))
def test_everything_drawn_lies_in_the_unit_box_and_lines_run_from_left_to_right(
    found: list[tuple[Measured, ...]],
) -> None:
    plot = trend([Series("A", "masseter", "left", measured) for measured in found])
    assert plot is not None
    for line in plot.lines:
        assert all(0 <= point.x <= 1 and 0 <= point.y <= 1 for point in line.points)
        assert [point.x for point in line.points] == sorted(point.x for point in line.points)
        assert 0 <= line.label_y <= 1
    for tick in (*plot.date_ticks, *plot.value_ticks):
        assert 0 <= tick.at <= 1
    assert len(plot.value_ticks) >= 2
    assert len(plot.date_ticks) >= 1


@given(VALUES)
def test_value_ticks_begin_at_zero_step_evenly_and_reach_the_largest(largest: Decimal) -> None:
    ticks = value_ticks(largest)
    steps = {after - before for before, after in itertools.pairwise(ticks)}
    assert ticks[0] == 0
    assert len(steps) == 1
    assert ticks[-2] < largest <= ticks[-1] or largest == 0
    assert len(ticks) <= 6
    assert steps.pop().as_tuple().digits[0] in (1, 2, 5)


@given(DAYS, DAYS)
def test_date_ticks_are_few_in_order_and_within_the_range(one: dt.date, other: dt.date) -> None:
    first, last = min(one, other), max(one, other)
    ticks = date_ticks(first, last)
    days = [day for day, _ in ticks]
    assert 1 <= len(ticks) <= 5
    assert days == sorted(set(days))
    assert first <= days[0]
    assert days[-1] <= last
    assert all(text for _, text in ticks)


@given(st.lists(st.floats(0, 1), max_size=6), st.floats(0.01, 0.15))
def test_labels_are_moved_apart_in_their_order_and_stay_in_the_box(heights: list[float], gap: float) -> None:
    placed = spread(heights, gap)
    pairs = sorted(zip(heights, placed, strict=True), key=lambda pair: pair[1])
    assert [height for height, _ in pairs] == sorted(heights)
    assert all(after[1] - before[1] >= gap - 1e-9 for before, after in itertools.pairwise(pairs))
    assert all(-1e-9 <= at <= 1 + 1e-9 for at in placed)


def test_what_was_measured_once_is_no_line() -> None:
    assert trend([_series("A", "4")]) is None
    plot = trend([_series("A", "4"), _series("B", "4", "5")])
    assert plot is not None
    assert [line.label for line in plot.lines] == ["B"]


def test_lines_are_told_apart_by_letter_and_mark_and_where_letters_repeat_by_place() -> None:
    plot = trend([_series("A", "4", "5"), _series("A", "4", "5", side="left"), _series("B", "1", "2")])
    assert plot is not None
    assert [line.label for line in plot.lines] == ["A right parotid gland", "A left parotid gland", "B"]
    assert len({line.marker for line in plot.lines}) == 3


def test_the_plot_is_said_in_words_too() -> None:
    plot = trend([_series("A", "11", "12.4")])
    assert plot is not None
    assert plot.description == ("Lesion A, right parotid gland: 11.0 mm on 10 Jan 2025, 12.4 mm on 10 May 2025.")
    assert [tick.text for tick in plot.value_ticks] == ["0", "5", "10", "15"]
    assert [tick.text for tick in plot.date_ticks] == ["Feb 2025", "Mar 2025", "Apr 2025", "May 2025"]

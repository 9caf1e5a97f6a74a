"""One measured figure and what it should reach."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Figure:
    """``unit`` "x" is a ratio against something measured in the same run. Smaller is better."""

    what: str
    measured: float
    reach: float
    unit: str
    how: str

    @property
    def measured_text(self) -> str:
        return f"{self.measured:.2f} {self.unit}"

    @property
    def reach_text(self) -> str:
        return f"<= {self.reach:g} {self.unit}"

    @property
    def verdict(self) -> str:
        return "reached" if self.measured <= self.reach else "NOT REACHED"


def seconds_of(work: Callable[[], object]) -> float:
    """Wall time of one call in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median seconds of two pieces of work done in turn, so that both meet the same machine."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        times[0].append(seconds_of(first))
        times[1].append(seconds_of(second))
    return statistics.median(times[0]), statistics.median(times[1])


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

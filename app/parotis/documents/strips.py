"""Pages from strips: what must not be cut, how high it is, and what it wants near it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.documents.drawing import Drawing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Draw = Callable[[Drawing, float], None]
"""Draws a strip into the drawing with the strip's top edge at the given y, in points."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A band over the full width that is never cut. ``height`` in points.

    ``keeps_next`` holds the following strip on the same page; ``repeats`` is drawn first when the page breaks before
    this strip; ``is_gap`` strips vanish at the top of a page.
    """

    height: float
    draw: Draw | None = None
    keeps_next: bool = False
    repeats: tuple[Strip, ...] = ()
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    strip: Strip
    y: float


def gap(height: float, *, keeps_next: bool = False) -> Strip:
    return Strip(height, keeps_next=keeps_next, is_gap=True)


def paginate(strips: Sequence[Strip], top: float, bottom: float) -> list[list[Placed]]:
    """Strips on pages between ``top`` and ``bottom``; a kept group higher than a page is cut like the rest."""
    pages: list[list[Placed]] = [[]]
    y = top
    for group in _groups(strips):
        height = sum(strip.height for strip in group)
        if y + height > bottom and pages[-1] and height <= bottom - top:
            pages.append([])
            y = top
        for strip in group:
            if y + strip.height > bottom and pages[-1]:
                pages.append([])
                y = top
            if not pages[-1]:
                if strip.is_gap:
                    continue
                for repeated in strip.repeats:
                    pages[-1].append(Placed(repeated, y))
                    y += repeated.height
            pages[-1].append(Placed(strip, y))
            y += strip.height
    return pages


def _groups(strips: Iterable[Strip]) -> list[list[Strip]]:
    groups: list[list[Strip]] = [[]]
    for strip in strips:
        groups[-1].append(strip)
        if not strip.keeps_next:
            groups.append([])
    return [group for group in groups if group]

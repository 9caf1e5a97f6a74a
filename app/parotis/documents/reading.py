"""What text extraction makes of a page, and what to write so that it gives back what was typed.

Extractors read glyphs from left to right, drop spaces and zero-width repetitions, guess columns from gaps, and turn
right-to-left stretches round. The rules here were found with poppler and hold for what it writes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from parotis.documents.bidirectional import bidi_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotis.documents.fonts import Face, Glyph
    from parotis.documents.text import Atom, Line

# Text extractors take a hyphen at the end of a line for hyphenation and drop it, and a wide gap for the space between
# two columns, unless this mark goes with it, which shows nothing and which they write themselves.
GUARD: Final = "\u202c"
LEFT_TO_RIGHT_MARK: Final = "\u200e"
RIGHT_TO_LEFT_MARK: Final = "\u200f"
_HYPHENS: Final = ("-", "\u00ad", "\u2010")
_NARROW_GAP: Final = 550.0
_KEPT_IN_ORDER: Final = frozenset({"L", "EN", "AN", "ES", "ET", "CS"})


def readable_texts(glyphs: Iterable[Glyph]) -> list[str]:
    """What the glyphs of a line from left to right read as."""
    placed = list(glyphs)
    advances = [glyph.advance for glyph in placed]
    return _guarded(_absorbed([glyph.text for glyph in placed], advances), advances)


@dataclass(frozen=True, slots=True)
class Readable:
    """A cluster in the invisible text of a line: its widest glyph, what it reads as, and the room it takes."""

    face: Face | None
    glyph: Glyph
    text: str
    advance: float

    @property
    def direction(self) -> str:
        """R for right-to-left letters, L for what extractors keep as it is, N for what goes with its neighbours."""
        kinds = {bidi_class(character) for character in self.text}
        return "R" if kinds & {"R", "AL"} else "L" if kinds & _KEPT_IN_ORDER else "N"


def reading_order(atoms: Iterable[Atom]) -> list[Readable]:
    """Clusters from left to right such that text extraction gives the text of the atoms, which are as typed.

    Extractors read from left to right and turn each stretch of right-to-left letters round, up to the next letter or
    number of the other kind. So such stretches are given backwards here, with marks of direction
    at their ends where what stands there has none.
    """
    found = [cluster for atom in atoms for cluster in _readable_clusters(atom)]
    absorbed = _absorbed([cluster.text for cluster in found], [cluster.advance for cluster in found])
    clusters = [replace(cluster, text=text) for cluster, text in zip(found, absorbed, strict=True) if text]
    ordered: list[Readable] = []
    index = 0
    while index < len(clusters):
        if clusters[index].direction != "R":
            ordered.append(clusters[index])
            index += 1
            continue
        last = end = index
        while end < len(clusters) and clusters[end].direction != "L":
            last = end if clusters[end].direction == "R" else last
            end += 1
        stretch = [replace(cluster, text=cluster.text[::-1]) for cluster in clusters[index : last + 1]][::-1]
        if bidi_class(stretch[0].text[0]) not in ("R", "AL"):
            stretch[0] = replace(stretch[0], text=RIGHT_TO_LEFT_MARK + stretch[0].text)
        if last + 1 < len(clusters):
            stretch[-1] = replace(stretch[-1], text=stretch[-1].text + LEFT_TO_RIGHT_MARK)
        ordered.extend(stretch)
        index = last + 1
    guarded = _guarded([item.text for item in ordered], [item.advance for item in ordered])
    return [replace(item, text=text) for item, text in zip(ordered, guarded, strict=True)]


def _absorbed(texts: list[str], advances: list[float]) -> list[str]:
    """The texts with those that take no room moved to their neighbour: extractors drop one of two equal ones."""
    found = list(texts)
    solid: int | None = None
    waiting: list[int] = []
    for index, (text, advance) in enumerate(zip(texts, advances, strict=True)):
        if not text:
            continue
        if advance:
            found[index] = "".join(found[early] for early in waiting) + text
            for early in waiting:
                found[early] = ""
            solid, waiting = index, []
        elif solid is None:
            waiting.append(index)
        else:
            found[solid] += text
            found[index] = ""
    return found


def _guarded(texts: list[str], advances: list[float]) -> list[str]:
    """The texts with a guard behind what extractors would drop or misread: a hyphen at the end, a wide gap."""
    found = list(texts)
    gap = 0.0
    for index, (text, advance) in enumerate(zip(texts, advances, strict=True)):
        is_gap = text.isspace()
        gap = gap + advance if is_gap else 0.0
        if is_gap and gap > _NARROW_GAP:
            found[index] += GUARD
    if found and found[-1].endswith(_HYPHENS):
        found[-1] += GUARD
    return found


def _readable_clusters(atom: Atom) -> list[Readable]:
    """The atom's clusters as typed."""
    found = []
    for _, group in itertools.groupby(atom.glyphs, key=lambda glyph: glyph.start):
        glyphs = list(group)
        carrier = next(glyph for glyph in glyphs if glyph.text)
        found.append(Readable(atom.face, carrier, carrier.text, sum(glyph.advance for glyph in glyphs)))
    return found[::-1] if atom.level % 2 else found


def direction_balance(line: Line) -> int:
    """Left-to-right letters less right-to-left ones."""
    kinds = [bidi_class(character) for atom in line.atoms for character in atom.text]
    return kinds.count("L") - kinds.count("R") - kinds.count("AL")

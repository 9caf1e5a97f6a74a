"""Lines of text: plain strings in, placed glyphs out, in any script and direction.

Takes ``str`` and nothing else, so no character can mean markup. What a person typed is neither changed nor
hyphenated; a typed line break is kept, a tab is drawn as spaces.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from parotis.documents.bidirectional import base_level, bidi_class, levels, visual_order
from parotis.documents.fonts import Glyph, is_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parotis.documents.fonts import Face, FontLibrary

_NEW_LINE: Final = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TAB: Final = "    "
_NOT_DEFINED: Final = 0
_ISOLATE_STARTS: Final = "\u2066\u2067\u2068"
_ISOLATE_FIRST_STRONG: Final = "\u2068"
_ISOLATE_END: Final = "\u2069"
_PLAIN: Final = frozenset({"L", "EN", "ES", "ET", "CS", "NSM", "BN", "S", "WS", "ON"})
_NO_EFFECT: Final = "\u200b"
_KEEPS_TOGETHER: Final = "\u00a0\u2007\u202f"
_NEVER_STARTS_A_LINE: Final = frozenset(
    "、。，．：；？！」』】〕）］｝〉》〗〙ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョヽヾゝゞ…‥,.!?:;)]}%"
)
_NEVER_ENDS_A_LINE: Final = frozenset("「『【〔（［｛〈《〖〘([{")
_BREAKS_A_LONG_WORD: Final = "-/\\_.,;:@&=?"


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one source in one look. Its direction never leaks into its neighbours."""

    text: str
    strong: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Atom:
    """Glyphs of one face and direction that stay together; ``face`` is None where no font has the character.

    ``width`` is in thousandths of the font size; ``piece`` is the place of its piece in the paragraph.
    """

    text: str
    face: Face | None
    strong: bool
    muted: bool
    level: int
    glyphs: tuple[Glyph, ...]
    width: float
    is_space: bool
    piece: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its atoms from left to right, and as typed. ``width`` in thousandths of the font size."""

    atoms: tuple[Atom, ...]
    logical: tuple[Atom, ...]
    width: float
    right_to_left: bool


class Typesetter:
    """Breaks text into lines. Keeps shaped words for reuse; one instance serves one thread at a time."""

    def __init__(self, library: FontLibrary) -> None:
        self.library = library
        self._shaped = lru_cache(maxsize=4096)(_shape)

    def lines(self, pieces: Sequence[Piece], size: float, width: float) -> tuple[Line, ...]:
        """Lines no wider than ``width`` points at ``size`` points; at least one, which may be empty."""
        limit = width * 1000 / size
        return tuple(line for paragraph in _paragraphs(pieces) for line in self._break(paragraph, limit))

    def line(self, pieces: Sequence[Piece], size: float, width: float) -> Line:
        """The text on one line, cut with an ellipsis where it does not fit: for running heads, never for findings."""
        limit = width * 1000 / size
        flat = [replace(piece, text=_NEW_LINE.sub(" ", piece.text)) for piece in pieces]
        words = [atom for word in self._words(flat) for atom in word]
        base = base_level("".join(piece.text for piece in flat))
        if sum(atom.width for atom in words) <= limit:
            return _line(words, base)
        ellipsis = self._shaped(self.library.main(strong=False), "…", False, base)
        return _line([*_fitting(words, limit - ellipsis.width), ellipsis], base)

    def _break(self, pieces: list[Piece], limit: float) -> Iterator[Line]:
        """Fill lines greedily; a word wider than a line is broken wherever it must."""
        base = base_level("".join(piece.text for piece in pieces))
        current: list[Atom] = []
        used = 0.0
        for word in self._words(pieces):
            solid = sum(atom.width for atom in word if not atom.is_space)
            if current and used + solid > limit:
                yield _line(current, base)
                current, used = [], 0.0
            for part in _cut(word, limit) if solid > limit else [word]:
                if current and part is not word:
                    yield _line(current, base)
                    current, used = [], 0.0
                current.extend(part)
                used += sum(atom.width for atom in part)
        yield _line(current, base)

    def _words(self, pieces: list[Piece]) -> Iterator[list[Atom]]:
        """The paragraph's unbreakable stretches, each with the spaces behind it."""
        word: list[Atom] = []
        ends_stretch = False
        for atom, breaks_before in self._atoms(pieces):
            if word and not atom.is_space and (breaks_before or ends_stretch):
                yield word
                word = []
            word.append(atom)
            ends_stretch = atom.is_space
        if word:
            yield word

    def _atoms(self, pieces: list[Piece]) -> Iterator[tuple[Atom, bool]]:
        """Atoms in logical order, each with whether a line may break before it."""
        isolated = len(pieces) > 1
        units = list(_units(pieces, _levels(pieces, isolated=isolated), self.library))
        for _, group in itertools.groupby(units, key=lambda unit: unit.key):
            members = list(group)
            first = members[0]
            text = "".join(unit.text for unit in members)
            face = first.face or self.library.main(strong=first.look.strong)
            atom = self._shaped(face, text, first.look.strong, first.level, is_covered=first.face is not None)
            yield replace(atom, muted=first.look.muted, piece=first.piece), first.breaks_before


@dataclass(frozen=True, slots=True)
class _Unit:
    """One user-perceived character with everything that decides which atom it joins."""

    text: str
    face: Face | None
    piece: int
    look: Piece
    level: int
    script: str
    stretch: int
    breaks_before: bool

    @property
    def key(self) -> tuple[object, ...]:
        return self.face, self.piece, self.level, self.script, self.stretch


def _units(pieces: list[Piece], found: list[int], library: FontLibrary) -> Iterator[_Unit]:
    position = stretch = 0
    script = before = ""
    was_space = False
    for index, piece in enumerate(pieces):
        for cluster in _clusters(piece.text):
            is_space = _is_space(cluster)
            breaks = _breaks_between(before, cluster)
            if is_space != was_space or breaks:
                stretch += 1
            script = _script(cluster[0]) or script
            face = library.face_for(cluster, strong=piece.strong)
            yield _Unit(cluster, face, index, piece, found[position], script, stretch, breaks)
            position += len(cluster)
            was_space, before = is_space, cluster


def _shape(face: Face, text: str, strong: bool, level: int, *, is_covered: bool = True) -> Atom:
    if is_covered:
        glyphs = face.shape(text, right_to_left=level % 2 == 1)
    else:
        advance = face.width(_NOT_DEFINED)
        glyphs = tuple(Glyph(_NOT_DEFINED, char, advance, 0, 0, index) for index, char in enumerate(text))
        glyphs = glyphs[::-1] if level % 2 else glyphs
    return Atom(text, face if is_covered else None, strong, False, level, glyphs, _width(glyphs), _is_space(text))


def _width(glyphs: tuple[Glyph, ...]) -> float:
    return sum(glyph.advance for glyph in glyphs)


def _line(atoms: list[Atom], base: int) -> Line:
    """Drop the spaces at the end (they only separate) and put the atoms in visual order."""
    kept = list(atoms)
    while kept and kept[-1].is_space:
        kept.pop()
    # Between two pieces stands the end of an isolate, at the level of the paragraph.
    items: list[Atom | None] = []
    before: Atom | None = None
    for atom in kept:
        if before is not None and before.piece != atom.piece:
            items.append(None)
        before = atom
        items.append(atom)
    order = visual_order([base if item is None else item.level for item in items])
    ordered = tuple(item for index in order if (item := items[index]) is not None)
    return Line(ordered, tuple(kept), sum(atom.width for atom in kept), right_to_left=base == 1)


def _fitting(atoms: list[Atom], room: float) -> list[Atom]:
    """As much of the atoms, in logical order, as ``room`` holds."""
    kept: list[Atom] = []
    for atom in atoms:
        if atom.width > room:
            return [*kept, _divide(atom, room, math.inf)[0]]
        kept.append(atom)
        room -= atom.width
    return kept


def _cut(word: list[Atom], limit: float) -> Iterator[list[Atom]]:
    """An over-long word in parts that each fit a line."""
    part: list[Atom] = []
    room = limit
    for atom in word:
        if atom.is_space or atom.width <= room:
            part.append(atom)
            room -= atom.width
            continue
        first, *others = _divide(atom, room, limit)
        if first.text:
            part.append(first)
        for other in others:
            yield part
            part = [other]
        room = limit - part[-1].width
    yield part


def _divide(atom: Atom, first_room: float, limit: float) -> list[Atom]:
    """The atom in parts: the first no wider than ``first_room`` (may be empty), the others than ``limit``.

    Cuts behind punctuation where there is some, else between any two clusters. Joined letters keep their shapes.
    """
    bounds = [0]
    room, used = first_room, 0.0
    good = good_used = 0.0
    previous_end = 0
    for end, advance in _cluster_advances(atom):
        if used + advance > room and (previous_end > bounds[-1] or room < limit):
            cut_used = good_used if good > bounds[-1] else used
            bounds.append(int(good) if good > bounds[-1] else previous_end)
            room, used = limit, used - cut_used
        used += advance
        previous_end = end
        if atom.text[end - 1] in _BREAKS_A_LONG_WORD:
            good, good_used = end, used
    return list(_slices(atom, [*bounds, len(atom.text)]))


def _slices(atom: Atom, bounds: list[int]) -> Iterator[Atom]:
    backwards = atom.level % 2 == 1
    logical = atom.glyphs[::-1] if backwards else atom.glyphs
    starts = [glyph.start for glyph in logical]
    for start, end in itertools.pairwise(bounds):
        chosen = logical[bisect_left(starts, start) : bisect_left(starts, end)]
        glyphs = tuple(replace(glyph, start=glyph.start - start) for glyph in chosen)
        glyphs = glyphs[::-1] if backwards else glyphs
        yield replace(atom, text=atom.text[start:end], glyphs=glyphs, width=_width(glyphs))


def _cluster_advances(atom: Atom) -> Iterator[tuple[int, float]]:
    """(end in the text, advance) of each cluster in logical order."""
    advances: dict[int, float] = {}
    for glyph in atom.glyphs:
        advances[glyph.start] = advances.get(glyph.start, 0.0) + glyph.advance
    starts = sorted(advances)
    for start, end in zip(starts, [*starts[1:], len(atom.text)], strict=True):
        yield end, advances[start]


def _paragraphs(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces between typed line breaks."""
    paragraphs: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *rest = _NEW_LINE.split(piece.text.replace("\t", _TAB))
        paragraphs[-1].append(replace(piece, text=first))
        paragraphs.extend([replace(piece, text=text)] for text in rest)
    return paragraphs


def _levels(pieces: list[Piece], *, isolated: bool) -> list[int]:
    """Levels of the pieces' characters, each piece an isolate of its own when there are several."""
    text = "".join(piece.text for piece in pieces)
    base = base_level(text)
    if not isolated or all(bidi_class(character) in _PLAIN for character in set(text)):
        return levels(text, base)
    sealed = [_ISOLATE_FIRST_STRONG + _balanced(piece.text) + _ISOLATE_END for piece in pieces]
    found = levels("".join(sealed), base)
    kept: list[int] = []
    position = 0
    for piece, whole in zip(pieces, sealed, strict=True):
        kept.extend(found[position + 1 : position + 1 + len(piece.text)])
        position += len(whole)
    return kept


def _balanced(text: str) -> str:
    """The text with isolate marks that cannot reach beyond it; same length, but for ends added behind."""
    depth = 0
    result: list[str] = []
    for character in text:
        if character in _ISOLATE_STARTS:
            depth += 1
        elif character == _ISOLATE_END:
            if depth == 0:
                result.append(_NO_EFFECT)
                continue
            depth -= 1
        result.append(character)
    return "".join(result) + _ISOLATE_END * depth


def _clusters(text: str) -> Iterator[str]:
    """User-perceived characters, near enough: a base with its marks, joiners and selectors."""
    start = 0
    for index in range(1, len(text)):
        if not _continues(text[index - 1], text[index]):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


@lru_cache(maxsize=8192)
def _continues(before: str, character: str) -> bool:
    if _is_space(before):
        return False
    return (
        before == "\u200d"
        or unicodedata.category(character).startswith("M")
        or (is_invisible(character) and character != "\u200b")
        or 0x1F3FB <= ord(character) <= 0x1F3FF
    )


@lru_cache(maxsize=8192)
def _is_space(cluster: str) -> bool:
    return all(unicodedata.category(character) == "Zs" and character not in _KEEPS_TOGETHER for character in cluster)


@lru_cache(maxsize=8192)
def _script(character: str) -> str:
    """The first word of a letter's name (LATIN, GREEK ...), near enough to its script; empty for the rest."""
    if not unicodedata.category(character).startswith("L"):
        return ""
    return unicodedata.name(character, "").partition(" ")[0]


@lru_cache(maxsize=8192)
def _breaks_between(before: str, after: str) -> bool:
    """Whether a line may break between two clusters where there is no space."""
    if not before or _is_space(before) or _is_space(after):
        return False
    if before[-1] == "\u200b":
        return True
    if before[0] in _NEVER_ENDS_A_LINE or after[0] in _NEVER_STARTS_A_LINE:
        return False
    return _is_ideographic(before[0]) or _is_ideographic(after[0])


def _is_ideographic(character: str) -> bool:
    code = ord(character)
    return (
        0x2E80 <= code <= 0x9FFF
        or 0xAC00 <= code <= 0xD7A3
        or 0xF900 <= code <= 0xFAFF
        or 0xFF00 <= code <= 0xFFEF
        or 0x20000 <= code <= 0x3FFFF
    )

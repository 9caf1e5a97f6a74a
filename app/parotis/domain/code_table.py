"""The packed ICD-10-CM table: codes, Excludes1 notes and word index, unpacked part by part on first use.

The file is one line of JSON and then zlib streams, in the order and with the sizes that ``parts`` names:

- ``rows``: ``code TAB kind TAB description`` lines, ASCII order, codes without dot. Kind is ``-`` (longer codes exist),
  ``*`` (billable) or the number of the table in ``sevenths`` whose characters complete the code to seven.
- ``notes``: ``key TAB intervals`` lines. Codes at or below the key are Excludes1 with the codes in the intervals.
- ``words``, ``counts``, ``postings``: the words of the billable rows, and for each the numbers of its rows.

Codes in this module are without dot.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
import zlib
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from parotis.domain.errors import ResourceMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT: Final = "parotis-icd10cm/1"
FULL_LENGTH: Final = 7
_CATEGORY_LENGTH: Final = 3
_LAST: Final = "~"  # sorts after every character of a code or word
_WORD: Final = re.compile(r"[a-z0-9]+")
_DAMAGED: Final = "the ICD-10-CM code set is damaged"

_Intervals = tuple[tuple[str, str], ...]


class Entry(NamedTuple):
    """One code. ``sevenths`` are the meanings of the characters that complete it; it is billable only with one."""

    code: str
    description: str
    billable: bool
    sevenths: dict[str, str]

    def completed(self) -> Iterator[Entry]:
        """The seven-character codes that this one stands for."""
        stem = self.code.ljust(FULL_LENGTH - 1, "X")
        for character, meaning in self.sevenths.items():
            yield Entry(stem + character, f"{self.description}, {meaning}", billable=True, sevenths={})


def words_of(text: str) -> list[str]:
    """The words in lower case, without accents."""
    folded = unicodedata.normalize("NFD", text.casefold())
    return _WORD.findall("".join(c for c in folded if not unicodedata.combining(c)))


@dataclass(frozen=True, eq=False)
class CodeTable:
    """One release as packed by the build. Immutable; safe to share between threads."""

    header: dict[str, Any]
    _parts: dict[str, bytes] = field(repr=False)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the header only.

        Raises:
            ResourceMissing: The bytes are not such a file, or not a whole one.
        """
        line, _, packed = data.partition(b"\n")
        try:
            header = json.loads(line)
            sizes = dict(header["parts"])
            ends = list(accumulate(sizes.values()))
            if header["format"] != FORMAT or not ends or ends[-1] != len(packed):
                raise ResourceMissing(_DAMAGED)
        except (ValueError, KeyError, TypeError) as error:
            raise ResourceMissing(_DAMAGED) from error
        parts = {name: packed[end - sizes[name] : end] for name, end in zip(sizes, ends, strict=True)}
        return cls(header, parts)

    # Codes

    def find(self, code: str) -> Entry | None:
        """The code, as it stands in the list or completed by a 7th character."""
        entry = self._listed(code)
        if entry is not None:
            return entry
        base = self._base_of(code)
        return next((full for full in base.completed() if full.code == code), None) if base else None

    def below(self, code: str) -> Iterator[Entry]:
        """All longer codes of ``code``, each before its own longer ones."""
        for number in range(self.place(code), self.place(code + _LAST)):
            entry = self.entry(number)
            if entry.code != code:
                yield entry
            yield from entry.completed()

    def entry(self, number: int) -> Entry:
        """The code in row ``number``."""
        text, starts = self._rows
        code, kind, description = text[starts[number] : starts[number + 1] - 1].decode().split("\t")
        sevenths = self.header["sevenths"][int(kind)] if kind.isdigit() else {}
        return Entry(code, description, kind == "*", sevenths)

    def place(self, code: str) -> int:
        """Number of the first row whose code is not before ``code``."""
        text, starts = self._rows

        def code_at(number: int) -> str:
            start = starts[number]
            return text[start : text.index(b"\t", start)].decode("ascii")

        return bisect_left(range(len(starts) - 1), code, key=code_at)

    def _listed(self, code: str) -> Entry | None:
        place = self.place(code)
        if place + 1 == len(self._rows[1]):
            return None
        entry = self.entry(place)
        return entry if entry.code == code else None

    def _base_of(self, code: str) -> Entry | None:
        """The entry that a seven-character code completes."""
        if len(code) != FULL_LENGTH:
            return None
        stem = code[:-1]
        while (entry := self._listed(stem)) is None and stem.endswith("X") and len(stem) > _CATEGORY_LENGTH:
            stem = stem[:-1]
        return entry if entry is not None and entry.sevenths else None

    # Excludes1

    def excludes(self, code: str, other: str) -> bool:
        """Whether a note at ``code``, or at anything above it, names ``other`` and not ``code`` itself."""
        noted, blocks = self._notes
        at_codes = (noted.get(code[:length], ()) for length in range(_CATEGORY_LENGTH, len(code) + 1))
        at_blocks = (excluded for held, excluded in blocks if _is_within(code, held))
        excluded = chain.from_iterable(chain(at_codes, at_blocks))
        return any(first <= other <= last and not first <= code <= last for first, last in excluded)

    # Words

    def rows_with_code(self, start: str) -> Iterator[int]:
        """Rows that have a billable code beginning with ``start``, in order."""
        if not start:
            return
        is_billable = self._is_billable
        yield from (n for n in range(self.place(start), self.place(start + _LAST)) if is_billable[n])
        base = self._base_of(start.ljust(FULL_LENGTH, "X"))
        if base is not None and base.code < start:
            yield self.place(base.code)

    def rows_with_word(self, start: str) -> set[int]:
        """Rows of billable codes that have a word beginning with ``start``."""
        words, ends, postings = self._index
        return set(postings[ends[bisect_left(words, start)] : ends[bisect_left(words, start + _LAST)]])

    # Unpacked on first use

    @cached_property
    def _rows(self) -> tuple[bytes, array[int]]:
        """The lines, and where each starts; one more start than lines."""
        text = self._unpacked("rows")
        return text, array("I", accumulate(map(len, text.splitlines(keepends=True)), initial=0))

    @cached_property
    def _index(self) -> tuple[list[str], array[int], array[int]]:
        """The words, where the postings of each start (one more start than words), and the postings."""
        words = self._unpacked("words").decode("ascii").split("\n")
        return words, array("I", accumulate(self._numbers("counts"), initial=0)), self._numbers("postings")

    @cached_property
    def _is_billable(self) -> bytes:
        flags = bytearray(len(self._rows[1]))
        for number in set(self._index[2]):
            flags[number] = 1
        return bytes(flags)

    @cached_property
    def _notes(self) -> tuple[dict[str, _Intervals], list[tuple[_Intervals, _Intervals]]]:
        """Excluded intervals by the code they stand at; and of blocks and chapters (intervals held, excluded)."""
        at_codes: dict[str, _Intervals] = {}
        at_blocks: list[tuple[_Intervals, _Intervals]] = []
        for line in self._unpacked("notes").decode("ascii").splitlines():
            key, _, excluded = line.partition("\t")
            if "-" in key or " " in key:
                at_blocks.append((_intervals(key), _intervals(excluded)))
            else:
                at_codes[key] = _intervals(excluded)
        return at_codes, at_blocks

    def _numbers(self, part: str) -> array[int]:
        numbers = array("H", self._unpacked(part))
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    def _unpacked(self, part: str) -> bytes:
        try:
            return zlib.decompress(self._parts[part])
        except (zlib.error, KeyError) as error:
            raise ResourceMissing(_DAMAGED) from error


def _intervals(text: str) -> _Intervals:
    return tuple((first, last or first) for first, _, last in (item.partition("-") for item in text.split()))


def _is_within(code: str, intervals: _Intervals) -> bool:
    return any(first <= code <= last for first, last in intervals)

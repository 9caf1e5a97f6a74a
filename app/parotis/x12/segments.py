"""Bytes to segments, by pyx12: its separators, its splitting, its composites.

Of pyx12 the lower half is used. Its ``X12Reader`` above that counts the envelope, but ends with an IndexError at a
trailer that closes nothing, and its messages quote what stands in the file.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotis.x12.problems import Problems

LARGEST_BYTES = 16_000_000
"""Some ten times the largest file that was thought of (2,000 claims are about 1 MB)."""

_LONGEST_SEGMENT = 60_000
_HEADER_LENGTH = 106
_CONTROLS = {chr(code) for code in (*range(32), 127)}
_OTHER_COMPOSITE = re.compile(r"[A-Z0-9]{2}([^A-Z0-9a-z .\-]).+", re.DOTALL)
"""A qualifier of two characters and a separator that is not the one of ISA16: some payers write it so."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. ``number`` counts from 1, the first ISA; elements are counted from 1, as X12 does."""

    number: int
    name: str
    fields: Any

    def __len__(self) -> int:
        return len(self.fields)

    def text(self, position: int) -> str:
        """The element as it stands, without blanks around it; empty when there is none."""
        if position > len(self.fields):
            return ""
        return str(self.fields[position - 1].format()).strip()

    def parts(self, position: int) -> tuple[str, ...]:
        """The components of a composite element, also where the file splits it otherwise than its ISA says."""
        if position > len(self.fields):
            return ("",)
        parts = tuple(str(one.get_value()).strip() for one in self.fields[position - 1].elements)
        if len(parts) == 1 and (found := _OTHER_COMPOSITE.fullmatch(parts[0])):
            return tuple(part.strip() for part in parts[0].split(found[1]))
        return parts


def segments_of(data: bytes, problems: Problems) -> Iterator[Segment]:
    """The segments of a file, in order.

    What is no X12 at all is noted and gives none. An empty segment, control characters in one and an end that is cut
    off are noted; the rest is read on, so that every fault can be named.
    """
    from pyx12.errors import X12Error
    from pyx12.rawx12file import RawX12File

    text = _decoded(data, problems)
    if text is None:
        return
    text = _without_empty(text, problems)
    source = io.StringIO(text, newline="")
    try:
        raw = RawX12File(source)
    except X12Error:
        problems.add(1, "ISA", _why_no_header(text))
        return
    if not _is_header_whole(text, raw):
        problems.add(1, "ISA", "Its elements have not the lengths that X12 fixes, or its separators cannot be told.")
        return
    yield from _numbered(raw, source, problems)


def has_separators_of(segment: Segment, first: Segment) -> bool:
    """Whether a later ISA uses the separators of the first, by which all of the file is split."""
    return len(segment) == len(first) and segment.text(11) == first.text(11) and segment.text(16) == first.text(16)


def _decoded(data: bytes, problems: Problems) -> str | None:
    if not data.strip():
        problems.add_whole("The file is empty.")
        return None
    if len(data) > LARGEST_BYTES:
        problems.add_whole(f"The file is larger than {LARGEST_BYTES // 1_000_000} MB.")
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding).lstrip()
        except UnicodeDecodeError:
            continue
    problems.add_whole("The file is not text.")
    return None


def _why_no_header(text: str) -> str:
    if not text.startswith("ISA"):
        return "The file does not begin with an ISA segment: it is no X12 file."
    if len(text) < _HEADER_LENGTH:
        return "The file ends within the ISA segment."
    return "ISA12 names another version than 00501, or the elements have not the lengths that X12 fixes."


def _is_header_whole(text: str, raw: Any) -> bool:
    separators = [raw.ele_term, raw.subele_term, raw.seg_term]
    told_apart = len(set(separators)) == len(separators)
    usable = not any(one.isalnum() or one in " .-" for one in separators)
    return told_apart and usable and text[: _HEADER_LENGTH - 1].count(raw.ele_term) == 16


def _without_empty(text: str, problems: Problems) -> str:
    """The text without empty segments, at which the library would stop. Blank lines between lines are only odd."""
    terminator = text[_HEADER_LENGTH - 1 : _HEADER_LENGTH]
    if terminator.isspace():
        return re.sub(r"[\r\n][\r\n \t]*", terminator, text)
    text = text.rstrip(f" \t\r\n{terminator}") + terminator if text.rstrip().endswith(terminator) else text
    end = re.escape(terminator)
    empty = re.compile(f"(?<={end})[ \\t\\r\\n]*{end}")
    number, start = 1, 0
    for found in empty.finditer(text):
        number += text.count(terminator, start, found.start())
        start = found.start()
        problems.add(number, "", "The segment is empty.")
    return empty.sub("", text)


def _numbered(raw: Any, source: io.StringIO, problems: Problems) -> Iterator[Segment]:
    from pyx12 import segment as library

    wrong = re.compile(
        "[" + re.escape("".join(sorted(_CONTROLS - {raw.ele_term, raw.subele_term, raw.seg_term}))) + "]"
    )
    number = 0
    while True:
        for line in raw:
            number += 1
            line = line.strip(" \t\r\n")
            if wrong.search(line):
                problems.add(number, "", "The segment holds control characters or is broken across lines.")
            found = library.Segment(line, raw.seg_term, raw.ele_term, raw.subele_term)
            yield Segment(number, found.get_seg_id() or "", found.elements)
        # The library stops at a segment longer than its buffer; with more in the buffer it goes on.
        more = source.read(_LONGEST_SEGMENT) if len(raw.buffer) < _LONGEST_SEGMENT else ""
        if not more:
            break
        raw.buffer += more
    if raw.buffer.strip():
        problems.add(number + 1, "", "The segment has no terminator: the file is cut off, or is no X12.")

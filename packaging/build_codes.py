#!/usr/bin/env python3
"""Builds `resources/codes/icd10cm-<release>.codes` from a published ICD-10-CM release; standard library only.

    pip download --no-deps --dest DIR simple-icd-10-cm==1.5.0
    python3 packaging/build_codes.py DIR/simple_icd_10_cm-1.5.0-py3-none-any.whl

The wheel is only a carrier for two files of the CDC/NCHS: the tabular list (XML) and the list of all codes. The same
input gives the same bytes. The format is described in `parotis.domain.code_table`, which reads it. Beside it lie two
lists kept by hand: `icd10cm-common.json` (checked here against the release) and `cdt.json`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
import zlib
from array import array
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OUT = Path(__file__).resolve().parents[1] / "resources" / "codes"
TABULAR = re.compile(r"icd10c-tabular-(?P<month>[A-Z][a-z]+)-(?P<day>\d+)-(?P<year>\d{4})\.xml$")
CODE = r"\b(?=[A-Z]+[0-9])[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?(?![0-9A-Za-z])"
REFERENCE = re.compile(rf"(?P<first>{CODE})(?:(?:\.?-?\s*-|-? to)\s*(?P<last>{CODE}))?")
QUALIFIED = re.compile(r"\bwith\b(?P<what>.*)")
WORD = re.compile(r"[a-z0-9]+")
OPEN_FRACTURE = "open fracture"
MONTHS = {"January": 1, "April": 4, "October": 10}  # releases come out on the first day of these


@dataclass
class Node:
    """A chapter, block or code with Excludes1 notes; its codes are ``order[first:last]`` of the tabular list."""

    name: str
    first: int
    last: int
    excludes1: tuple[str, ...]


@dataclass
class Tabular:
    """The tabular list: every code in its printed order, with what is said at it."""

    order: list[str] = field(default_factory=list)  # undotted, printed order, 7-character codes included
    description: dict[str, str] = field(default_factory=dict)  # codes of the list itself, without 7th characters
    billable: set[str] = field(default_factory=set)  # leaves that take no 7th character
    sevenths: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # leaf -> (character, meaning)
    nodes: list[Node] = field(default_factory=list)

    @classmethod
    def read(cls, xml: bytes, published: frozenset[str]) -> Tabular:
        tabular = cls()
        for chapter in ET.fromstring(xml).iterfind("chapter"):  # noqa: S314  (a file of the CDC, at build time)
            tabular._walk(chapter, (), published)
        return tabular

    def _walk(self, element: ET.Element, seventh: tuple[tuple[str, str], ...], published: frozenset[str]) -> None:
        name = (element.get("id") or element.findtext("name") or "").replace(".", "")
        first = len(self.order)
        definition = element.find("sevenChrDef")
        if definition is not None:
            seventh = tuple((e.get("char", ""), (e.text or "").strip()) for e in definition.iterfind("extension"))
        below = element.findall("section") + element.findall("diag")
        if element.tag == "diag":
            self.order.append(name)
            self.description[name] = (element.findtext("desc") or "").strip()
            if not below and seventh:
                padded = name.ljust(6, "X")
                self.sevenths[name] = tuple(pair for pair in seventh if padded + pair[0] in published)
                self.order.extend(padded + character for character, _ in self.sevenths[name])
            elif not below:
                self.billable.add(name)
        for child in below:
            self._walk(child, seventh, published)
        notes = tuple(note.text or "" for note in element.iterfind("excludes1/note"))
        if notes:
            self.nodes.append(Node(name, first, len(self.order), notes))


class NoteReader:
    """Turns the references of an Excludes1 note into intervals of codes in ASCII order."""

    def __init__(self, tabular: Tabular) -> None:
        self._order = tabular.order
        self._description = tabular.description
        self._place = {code: index for index, code in enumerate(tabular.order)}
        self._sorted = sorted(tabular.order)
        self._rank = {code: index for index, code in enumerate(self._sorted)}
        self._opening = {
            base.ljust(6, "X") + character
            for base, pairs in tabular.sevenths.items()
            for character, meaning in pairs
            if OPEN_FRACTURE in meaning
        }
        self.unresolved: list[str] = []

    def intervals(self, note: str) -> tuple[str, ...]:
        """``lo-hi`` or single codes; empty when the note names none."""
        groups = [group for group in re.findall(r"\(([^()]*)\)", note) if REFERENCE.search(group)]
        codes: set[str] = set()
        for group in groups or [note]:
            codes |= self._codes_of(group, note)
        return tuple(self._runs(codes))

    def _codes_of(self, group: str, note: str) -> set[str]:
        references = tuple(REFERENCE.finditer(group))
        codes = {code for found in references for code in self._range(found, note)}
        qualified = QUALIFIED.search(group, references[-1].end()) if references else None
        if not qualified:
            return codes
        kept = {code for code in codes if self._qualifies(code, qualified["what"])}
        if not kept:
            self.unresolved.append(note)
        return kept

    def _range(self, found: re.Match[str], note: str) -> list[str]:
        first = found["first"].replace(".", "")
        last = (found["last"] or found["first"]).replace(".", "")
        if first not in self._place:
            self.unresolved.append(note)
            return []
        if last not in self._place:
            return [code for code in self._sorted if first <= code and code[: len(last)] <= last]
        end = self._place[last] + 1
        while end < len(self._order) and self._order[end].startswith(last):
            end += 1
        return self._order[self._place[first] : end]

    def _qualifies(self, code: str, what: str) -> bool:
        """Whether a code has the characters that a note asks for in words."""
        if "open fracture" in what:
            return code in self._opening
        if found := re.search(r"(?:7th|seventh) character ([A-Z])", what):
            return code[6:] == found[1]
        if found := re.search(r"(?:fifth to sixth characters |final characters -)(\d\d)", what):
            return code[4:6] == found[1]
        if found := re.search(r"(?:5th|fifth)[ -]character \.?(\d)", what):
            return code[4:5] == found[1]
        if found := re.fullmatch(r"\s*\.(\d+)-?(?:\.(\d+))?", what):
            return found[1] <= code[3 : 3 + len(found[1])] <= (found[2] or found[1])
        return f"with{what}" in self._description.get(code, "")

    def _runs(self, codes: set[str]) -> Iterator[str]:
        ranks = sorted(self._rank[code] for code in codes)
        start = 0
        for at in range(1, len(ranks) + 1):
            if at == len(ranks) or ranks[at] != ranks[at - 1] + 1:
                first, last = self._sorted[ranks[start]], self._sorted[ranks[at - 1]]
                yield first if first == last else f"{first}-{last}"
                start = at

    def span(self, node: Node) -> str:
        """Key of a node: its code, or for a block or chapter the codes it holds."""
        if node.name in self._place and self._order[node.first] == node.name:
            return node.name
        return " ".join(self._runs(set(self._order[node.first : node.last])))


def plain(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def rows_part(tabular: Tabular, tables: list[tuple[tuple[str, str], ...]]) -> tuple[bytes, list[str]]:
    """Lines ``code TAB kind TAB description``; kind: ``-`` longer codes exist, ``*`` billable, or a table number."""
    codes = sorted(tabular.description)
    lines = []
    for code in codes:
        if code in tabular.sevenths:
            kind = str(tables.index(tabular.sevenths[code]))
        else:
            kind = "*" if code in tabular.billable else "-"
        lines.append(f"{code}\t{kind}\t{tabular.description[code]}\n")
    return "".join(lines).encode(), codes


def notes_part(tabular: Tabular, reader: NoteReader) -> bytes:
    """Lines ``key TAB intervals``: key is a code, or intervals of codes for a block or chapter."""
    excluded: dict[str, set[str]] = {}
    for node in tabular.nodes:
        for note in node.excludes1:
            excluded.setdefault(reader.span(node), set()).update(reader.intervals(note))
    return "".join(f"{key}\t{' '.join(sorted(excluded[key]))}\n" for key in sorted(excluded) if excluded[key]).encode()


def search_parts(tabular: Tabular, codes: list[str]) -> dict[str, bytes]:
    """Every word of the billable descriptions, sorted, with the numbers of the rows that have it."""
    postings: dict[str, list[int]] = {}
    for row, code in enumerate(codes):
        if code not in tabular.billable and code not in tabular.sevenths:
            continue
        meanings = [meaning for _, meaning in tabular.sevenths.get(code, ())]
        for word in sorted(set(WORD.findall(plain(" ".join([tabular.description[code], *meanings]))))):
            postings.setdefault(word, []).append(row)
    words = sorted(postings)
    return {
        "words": "\n".join(words).encode("ascii"),
        "counts": little_endian(len(postings[word]) for word in words),
        "postings": little_endian(row for word in words for row in postings[word]),
    }


def little_endian(numbers: Iterable[int]) -> bytes:
    values = array("H", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def container(header: dict[str, object], parts: dict[str, bytes]) -> bytes:
    """One line of JSON, then the zlib streams in the order and with the sizes that it names."""
    packed = {name: zlib.compress(data, 9) for name, data in parts.items()}
    header = header | {"parts": [[name, len(data)] for name, data in packed.items()]}
    line = json.dumps(header, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return line.encode() + b"\n" + b"".join(packed.values())


def build(wheel: Path) -> tuple[str, bytes, list[str]]:
    """File name, bytes, and what a person should look at: notes not resolved, common codes no longer billable."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        name, found = next((n, m) for n in names if (m := TABULAR.search(n)))
        xml = archive.read(name)
        listed = archive.read(next(n for n in names if "/code-list-" in n and n.endswith(".txt")))
    published = frozenset(listed.decode("ascii").split())
    tabular = Tabular.read(xml, published)
    check_complete(tabular, published)

    starts = date(int(found["year"]), MONTHS[found["month"]], int(found["day"]))
    fiscal_year = starts.year + (starts.month >= 10)
    tables = sorted(set(tabular.sevenths.values()))
    reader = NoteReader(tabular)
    rows, codes = rows_part(tabular, tables)
    header: dict[str, object] = {
        "format": "parotis-icd10cm/1",
        "release": f"ICD-10-CM FY{fiscal_year}, {found['month']} {starts.year}",
        "valid_from": starts.isoformat(),
        "valid_to": date(fiscal_year, 9, 30).isoformat(),
        "fiscal_year_from": date(fiscal_year - 1, 10, 1).isoformat(),
        "source": "CDC/NCHS ICD-10-CM tabular list (public domain), as carried by simple-icd-10-cm "
        + wheel.name.split("-")[1],
        "source_sha256": hashlib.sha256(xml).hexdigest(),
        "billable": len(tabular.billable) + sum(map(len, tabular.sevenths.values())),
        "sevenths": [dict(table) for table in tables],
    }
    parts = {"rows": rows, "notes": notes_part(tabular, reader), **search_parts(tabular, codes)}
    findings = [f"note not resolved: {note}" for note in reader.unresolved]
    findings += [f"in the common list, but not billable: {code}" for code in lost_codes(tabular)]
    return f"icd10cm-{starts:%Y-%m}.codes", container(header, parts), findings


def check_complete(tabular: Tabular, published: frozenset[str]) -> None:
    """The tree read from the XML must hold exactly the codes of the published list."""
    listed = {code for code in published if "-" not in code and len(code) >= 3}
    if listed != set(tabular.order):
        raise SystemExit(f"the tabular list and the code list differ in {len(listed ^ set(tabular.order))} codes")


def lost_codes(tabular: Tabular) -> list[str]:
    billable = {code for code in tabular.order if code not in tabular.description} | tabular.billable
    common = json.loads((OUT / "icd10cm-common.json").read_text(encoding="utf-8"))["codes"]
    return [entry["code"] for entry in common if entry["code"].replace(".", "") not in billable]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--to", type=Path, default=OUT, help="folder to write to")
    arguments = parser.parse_args()
    name, data, findings = build(arguments.wheel)
    (arguments.to / name).write_bytes(data)
    print(f"{name}: {len(data)} bytes")
    for finding in findings:
        print(finding)


if __name__ == "__main__":
    main()

"""Dated code sets: ICD-10-CM diagnoses (look-up, search as one types, Excludes1) and the CDT codes about D0370.

Both are read from bytes that the caller loads; of the ICD-10-CM set only the header is read before it is used.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from heapq import nsmallest
from itertools import chain, combinations, islice, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from parotis.domain.code_table import CodeTable, Entry, words_of
from parotis.domain.errors import ResourceMissing
from parotis.domain.identifiers import is_icd10cm_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CODE_START: Final = re.compile(r"[A-Z][0-9A-Z]{0,2}|[A-Z][0-9A-Z]{2}\.?[0-9A-Z]{0,4}")
_LONGER_NAMED: Final = 5


class Standing(StrEnum):
    """How a date lies to the dates of a code set. Before and after, the set is only the nearest one known."""

    BEFORE = "before"
    COVERED = "covered"
    AFTER = "after"

    @classmethod
    def of(cls, on: date, valid_from: date, valid_to: date) -> Standing:
        if on < valid_from:
            return cls.BEFORE
        return cls.AFTER if on > valid_to else cls.COVERED


class CodeFault(StrEnum):
    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    NOT_BILLABLE = "not-billable"


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """Why a code cannot go on a claim. ``longer`` names up to five billable codes below one that is not billable."""

    fault: CodeFault
    standing: Standing
    longer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IcdCode:
    """One ICD-10-CM code, dotted. ``label`` is a plain name in our words for codes of the clinical list, else empty."""

    code: str
    description: str
    billable: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class CommonCode:
    """A billable code that head and neck ultrasound often leads to, with a plain label and a hint when it fits."""

    code: str
    label: str
    hint: str
    group: str
    core: bool


class _Term(NamedTuple):
    """One typed word: the beginning of a code without dot, or of words of a description."""

    code: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, token: str) -> _Term:
        upper = token.upper()
        code = upper.replace(".", "") if _CODE_START.fullmatch(upper) else ""
        return cls(code, tuple(words_of(token)))

    def fits(self, code: str, words: Sequence[str]) -> bool:
        if self.code and code.startswith(self.code):
            return True
        return bool(self.words) and all(any(word.startswith(start) for word in words) for start in self.words)


@dataclass(frozen=True, eq=False)
class IcdCodeSet:
    """One published release of ICD-10-CM, of the fiscal year from ``fiscal_year_from`` to ``valid_to``.

    ``valid_from`` is the day the release took effect. Immutable; safe to share between threads.
    """

    release: str
    source: str
    fiscal_year_from: date
    valid_from: date
    valid_to: date
    common: tuple[CommonCode, ...] = field(repr=False)
    _table: CodeTable = field(repr=False)

    @classmethod
    def from_bytes(cls, data: bytes, common: bytes = b"") -> Self:
        """The set in ``data``; ``common`` is the JSON of the clinical list, which searches rank first.

        Raises:
            ResourceMissing: The bytes are not such files. Later calls raise it too, when a packed part is damaged.
        """
        table = CodeTable.from_bytes(data)
        header = table.header
        try:
            listed = json.loads(common)["codes"] if common else ()
            return cls(
                header["release"],
                header["source"],
                date.fromisoformat(header["fiscal_year_from"]),
                date.fromisoformat(header["valid_from"]),
                date.fromisoformat(header["valid_to"]),
                tuple(CommonCode(**entry) for entry in listed),
                table,
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ResourceMissing("the ICD-10-CM code set or its clinical list is damaged") from error

    def standing(self, on: date) -> Standing:
        return Standing.of(on, self.valid_from, self.valid_to)

    def is_newer_release_possible(self, on: date) -> bool:
        """Whether ``on`` lies after the dates of this release, so that a newer one may hold."""
        return self.standing(on) is Standing.AFTER

    def lookup(self, code: str) -> IcdCode | None:
        """The code as published, billable or not; ``None`` when this release does not have it."""
        entry = self._table.find(_plain(code)) if is_icd10cm_form(code) else None
        return self._icd(entry) if entry else None

    def children(self, code: str) -> tuple[IcdCode, ...]:
        """The codes one step below ``code``, in order."""
        found: list[IcdCode] = []
        for entry in self._below(code):
            if not found or not _dotted(entry.code).startswith(found[-1].code):
                found.append(self._icd(entry))
        return tuple(found)

    def problem_of(self, code: str, on: date) -> CodeProblem | None:
        """What keeps ``code`` off a claim for ``on``, as far as this release tells; ``None`` when nothing does."""
        if not is_icd10cm_form(code):
            return CodeProblem(CodeFault.MALFORMED, self.standing(on))
        icd = self.lookup(code)
        if icd is None:
            return CodeProblem(CodeFault.UNKNOWN, self.standing(on))
        if icd.billable:
            return None
        longer = (_dotted(entry.code) for entry in self._below(code) if entry.billable)
        return CodeProblem(CodeFault.NOT_BILLABLE, self.standing(on), tuple(islice(longer, _LONGER_NAMED)))

    def excludes1(self, first: str, second: str) -> bool:
        """Whether an Excludes1 note at one code, or at anything above it, names the other. Unknown codes: no."""
        if self.lookup(first) is None or self.lookup(second) is None:
            return False
        one, other = _plain(first), _plain(second)
        return self._table.excludes(one, other) or self._table.excludes(other, one)

    def search(self, text: str, limit: int = 20) -> tuple[IcdCode, ...]:
        """Billable codes for what has been typed so far: beginnings of a code (dot or not) or of words, in any order.

        First the exact code, then the clinical list, then by code, then by words. Of codes with a 7th character the
        first encounter is named before the others. Nothing typed gives the clinical list.
        """
        terms = [term for term in map(_Term.of, text.split()) if term.code or term.words]
        if text.strip() and not terms:
            return ()
        found: dict[str, IcdCode] = {}
        for code in chain(_exactly(terms), self._in_common(terms), self._in_rows(terms, limit)):
            if len(found) >= limit:
                break
            icd = self.lookup(code)
            if icd is not None and icd.billable:
                found[code] = icd
        return tuple(found.values())

    def _in_common(self, terms: list[_Term]) -> Iterator[str]:
        fitting = [code for code, words in self._common_words if all(t.fits(_plain(code), words) for t in terms)]
        start = terms[0].code if terms else ""
        return iter(sorted(fitting, key=lambda code: not (start and _plain(code).startswith(start))))

    def _in_rows(self, terms: list[_Term], limit: int) -> Iterator[str]:
        """By code, then by words. What other tiers have found may come again, so twice the limit is offered."""
        if len(terms) == 1:
            yield from self._spelt_out(islice(self._table.rows_with_code(terms[0].code), 2 * limit), terms)
        if terms:
            fitting = set.intersection(*map(self._rows_fitting, terms))
            yield from self._spelt_out(nsmallest(2 * limit, fitting), terms)

    def _rows_fitting(self, term: _Term) -> set[int]:
        rows = set(self._table.rows_with_code(term.code))
        return rows.union(set.intersection(*map(self._table.rows_with_word, term.words)) if term.words else ())

    def _spelt_out(self, rows: Iterable[int], terms: list[_Term]) -> Iterator[str]:
        """The fitting codes of each row: the first of every row, then the others."""
        later: list[str] = []
        for entry in map(self._table.entry, rows):
            full = tuple(entry.completed()) or (entry,)
            fitting = [e.code for e in full if all(t.fits(e.code, words_of(e.description)) for t in terms)]
            yield from map(_dotted, fitting[:1])
            later += map(_dotted, fitting[1:])
        yield from later

    def _below(self, code: str) -> Iterator[Entry]:
        return self._table.below(_plain(code)) if self.lookup(code) else iter(())

    def _icd(self, entry: Entry) -> IcdCode:
        code = _dotted(entry.code)
        return IcdCode(code, entry.description, entry.billable, self._labels.get(code, ""))

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {common.code: common.label for common in self.common}

    @cached_property
    def _common_words(self) -> list[tuple[str, list[str]]]:
        found = ((common, self.lookup(common.code)) for common in self.common)
        return [(c.code, words_of(f"{c.label} {c.hint} {icd.description}")) for c, icd in found if icd is not None]


def _exactly(terms: list[_Term]) -> Iterator[str]:
    return iter([_dotted(terms[0].code)] if len(terms) == 1 and terms[0].code else [])


def _plain(code: str) -> str:
    return code.replace(".", "")


def _dotted(plain: str) -> str:
    return f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain


@dataclass(frozen=True, slots=True)
class CdtCode:
    """A CDT code number with our own words. Dates only where they differ from those of the editions at hand."""

    code: str
    meaning: str
    family: str
    valid_from: date | None
    valid_to: date | None

    def is_valid_on(self, on: date) -> bool:
        """Whether nothing known says that the code is not of that day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class CdtEdition:
    """One yearly edition. ``is_known`` False: announced, but its changes are not in the list; ``note`` says so."""

    name: str
    valid_from: date
    valid_to: date
    is_known: bool
    note: str


@dataclass(frozen=True, slots=True)
class CdtCodeSet:
    """The CDT codes that a claim for D0370 touches. Other codes of an edition are not listed, so not unknown.

    ``editions`` are dated and follow each other, oldest first; those whose codes are known come before those that are
    only announced. A code that an edition changes is listed once for each span of dates.
    """

    editions: tuple[CdtEdition, ...]
    codes: tuple[CdtCode, ...]
    not_together: tuple[tuple[str, str], ...]

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the JSON list.

        Raises:
            ResourceMissing: The bytes are not such a list.
        """
        try:
            read = json.loads(data)
            editions = tuple(
                CdtEdition(
                    e["edition"],
                    date.fromisoformat(e["valid_from"]),
                    date.fromisoformat(e["valid_to"]),
                    bool(e["codes_known"]),
                    e["note"],
                )
                for e in read["editions"]
            )
            codes = tuple(
                CdtCode(c["code"], c["meaning"], c["family"], _date(c["valid_from"]), _date(c["valid_to"]))
                for c in read["codes"]
            )
            pairs = tuple((first, second) for first, second in read["not_together"])
        except (ValueError, KeyError, TypeError) as error:
            raise ResourceMissing("the CDT code list is damaged") from error
        if not _follow_each_other(editions):
            raise ResourceMissing("the CDT code list is damaged")
        return cls(editions, codes, pairs)

    @property
    def edition(self) -> str:
        """The name of the newest edition whose codes are known."""
        return self._newest.name

    @property
    def valid_from(self) -> date:
        """The first day of the oldest edition at hand."""
        return self.editions[0].valid_from

    @property
    def valid_to(self) -> date:
        """The last day of the newest edition whose codes are known."""
        return self._newest.valid_to

    @property
    def _newest(self) -> CdtEdition:
        return next(edition for edition in reversed(self.editions) if edition.is_known)

    def edition_on(self, on: date) -> CdtEdition | None:
        """The edition of a date of service, known or only announced; ``None`` when the list has none for it."""
        return next((edition for edition in self.editions if edition.valid_from <= on <= edition.valid_to), None)

    def codes_on(self, on: date) -> tuple[CdtCode, ...]:
        """The listed codes that are valid on a date of service, as far as the known editions tell."""
        return tuple(listed for listed in self.codes if listed.is_valid_on(on))

    def standing(self, on: date) -> Standing:
        return Standing.of(on, self.valid_from, self.valid_to)

    def is_newer_release_possible(self, on: date) -> bool:
        """Whether ``on`` lies after the dates of the known editions, so that a newer one holds."""
        return self.standing(on) is Standing.AFTER

    def lookup(self, code: str, on: date | None = None) -> CdtCode | None:
        """The code in our words; ``None`` says only that this short list lacks it.

        Of a code that is listed for several spans, the one of the date ``on``; without a date, or outside of all
        spans, the newest.
        """
        found = [listed for listed in self.codes if listed.code == code]
        dated = [listed for listed in found if on is not None and listed.is_valid_on(on)]
        return next(reversed(dated or found), None)

    def pairing_conflicts(self, codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Pairs among ``codes`` that one practice does not bill for one study, each once, in the order given."""
        barred = {frozenset(pair) for pair in self.not_together}
        return tuple(pair for pair in combinations(dict.fromkeys(codes), 2) if frozenset(pair) in barred)


def _follow_each_other(editions: tuple[CdtEdition, ...]) -> bool:
    """At least one is known, none that is known comes after an announced one, and no day is left out or in two."""
    if not editions or not editions[0].is_known or any(e.valid_to < e.valid_from for e in editions):
        return False
    return all(
        later.valid_from - earlier.valid_to == timedelta(days=1) and (earlier.is_known or not later.is_known)
        for earlier, later in pairwise(editions)
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)

"""Written text as such: characters that cannot be printed, length, and claims that the record does not carry."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from parotis.domain.case import Attributes, Case
from parotis.domain.checking.context import CheckContext, advises, blocks, folded, is_blank
from parotis.domain.issue import Issue

_LONGEST_TEXT = 20_000
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")

_HISTOLOGY = re.compile(
    r"pleomorphic adenoma|warthin|carcinoma|lymphoma|sarcoma|malignan(?:t|cy)|metasta\w+|schwannoma|neurofibroma"
    r"|oncocytoma|adenolymphoma|cystadenoma|basal cell adenoma|myoepithelioma"
)
_HEDGE = re.compile(
    r"suspic|suspect|suggest|consistent|compatible|likely|probab|possib|\bmay\b|\bmight\b|\bcould\b|exclud|differential"
    r"|in keeping|favou?r|appearance|appears|feature|typical|typically|\bversus\b|\bvs\b|\bor\b|\?"
    r"|\bno\b|\bnot\b|\bnone\b"
    r"|\bwithout\b|rule|known|biops|histolog|patholog|cytolog|confirmed|proven|previous|prior|histor|concern|indetermin"
    r"|resembl|pattern|character|\bsigns?\b|criteria|presum|cannot|query|\brisk\b|such as|e\.g\.|need|await|pending"
)
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+|\n+")

_QUOTED = re.compile(
    r"(?<![\d.,])((?:\d{1,4}(?:[.,]\d{1,3})?(?: ?(?:mm|cm))? ?(?:x|×|by|\*) ?){0,2})"
    r"(\d{1,4}(?:[.,]\d{1,3})?) ?(mm|cm)\b(?![²³23/])"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_NOT_MEASURED = re.compile(
    r"previous|prior|earlier|formerly|was |were |grown|increase|decrease|differ|compared|normal|threshold|upper limit"
    r"|less|more|greater|smaller|larger|under|over|above|below|exceed|than|at least|up to|within|from"
    r"|distance|radiograph"
    r"|[<>≤≥]|panoramic|cbct|\bmri\b|\bct\b|opening|palpat|clinical"
)


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in the exam with its path, in the order of the form."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            if item is not None:
                yield from texts(item, f"{path}[{place}]")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for name in _field_names(type(value)):
            inner = getattr(value, name)
            if inner is not None and inner != ():
                yield from texts(inner, f"{path}.{name}" if path else name)


def printable(case: Case, context: CheckContext) -> Iterator[Issue]:
    for path, text in texts(case):
        if _UNPRINTABLE.search(text):
            yield blocks("text.control_character", path, "The text holds a control character that cannot be printed.")
        if _REORDERING.search(text):
            reason = "The text holds a character that reverses reading order on paper."
            yield advises("text.reordering_character", path, reason)
        if len(text) > _LONGEST_TEXT:
            yield advises("text.long", path, f"The text is longer than {_LONGEST_TEXT:,} characters.")


def histology(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Ultrasound does not tell what a tissue is."""
    for place, line in enumerate(case.interpretation.impression):
        for part in _SENTENCE_END.split(folded(line)):
            if _HISTOLOGY.search(part) and not _HEDGE.search(part):
                text = "The impression names a tissue diagnosis as a fact; only pathology can."
                path = f"interpretation.impression[{place}]"
                yield advises("interpretation.impression.histology", path, text)
                break


def quoted_sizes(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Sizes in the impression are among those recorded; rounding is allowed."""
    recorded = _recorded_mm(case)
    if not recorded:
        return
    for place, line in enumerate(case.interpretation.impression):
        for part in _SENTENCE_END.split(" ".join(line.casefold().split())):
            if not _NOT_MEASURED.search(part) and not all(_is_recorded(mm, recorded) for mm in _quoted_mm(part)):
                text = "The impression quotes a size that is recorded in no finding."
                path = f"interpretation.impression[{place}]"
                yield advises("interpretation.impression.size", path, text)
                break


def _recorded_mm(case: Case) -> frozenset[Decimal]:
    found: set[Decimal | None] = set()
    for finding in case.findings:
        found.update(getattr(finding.attributes, name) for name in Attributes.__slots__ if name.endswith("_mm"))
        for lesion in finding.lesions:
            found.update(lesion.size_mm or ())
            found.add(lesion.depth_mm)
    return frozenset(value for value in found if value is not None and value.is_finite())


def _quoted_mm(part: str) -> Iterator[Decimal]:
    for match in _QUOTED.finditer(part):
        factor = 10 if match[3] == "cm" else 1
        for number in (*_NUMBER.findall(match[1]), match[2]):
            yield Decimal(number.replace(",", ".")) * factor


def _is_recorded(quoted: Decimal, recorded: frozenset[Decimal]) -> bool:
    return any(abs(quoted - value) <= max(Decimal("0.5"), value * Decimal("0.03")) for value in recorded)


def urgent_result(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Where an urgent result was told, the record says how."""
    urgent = case.interpretation.urgent
    if urgent is not None and urgent.notified not in (None, False, "") and is_blank(urgent.how):
        path = "interpretation.urgent.how"
        yield advises(f"{path}.missing", path, "How the urgent result was told is not recorded.")


RULES = (printable, histology, quoted_sizes, urgent_result)

"""Written text as such: characters that cannot be printed, length, and claims that the record does not carry."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from parotis.domain.case import Case
from parotis.domain.checking.context import CheckContext, advises, blocks, folded, is_blank
from parotis.domain.issue import Issue

_LONGEST_TEXT = 20_000
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")

_HISTOLOGY = re.compile(
    r"adenoma|warthin|carcinoma|lymphoma|sarcoma|malignan(?:t|cy)|metasta\w+|schwannoma|neurofibroma|melanoma"
    r"|oncocytoma|myoepithelioma|ameloblastoma|keratocyst|leuka?emi\w+|sarcoidosis|\bcancer"
)
_HEDGE = re.compile(
    r"suspic|suspect|suggest|consistent|compatible|likely|probab|possib|\bmay\b|\bmight\b|\bcould\b|exclud|differential"
    r"|in keeping|favou?r|appearance|appears|feature|typical|typically|\bversus\b|\bvs\b|\bor\b|\?"
    r"|rule|known|biops|histolog|patholog|cytolog|confirmed|proven|previous|prior|histor|concern|indetermin"
    r"|consideration|leading|\bddx?\b|resembl|pattern|character|\bsigns?\b|criteria"
    r"|presum"
    r"|status post|s/p|postop|excis|resect|removed|recurr|cannot|query|\brisk\b|such as|e\.g\.|need|await|pending"
)
_DENIAL = re.compile(r"\b(?:no|not|none|without|cannot|neither|nor)\b")
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+|\n+")

_BLANK = re.compile(r"\[\[[^\[\]]{0,400}\]\]")
_PLACEHOLDER = re.compile(r"_{3,}|\b[Xx]{2,} ?(?:mm|cm|x)|\?{3,}|\b(?:TBD|TODO|FIXME|lorem ipsum)\b|<<[^<>]{0,60}>>")


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
    """Characters that cannot be printed, and the blanks of a phrase that nobody filled in."""
    for path, text in texts(case):
        if "[[" in text and _BLANK.search(text):
            yield blocks("text.blank", path, "A blank of a phrase is not filled in.")
        elif _PLACEHOLDER.search(text) and not path.endswith(".file"):
            yield advises("text.placeholder", path, "The text holds a placeholder that nobody filled in.")
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
            named = _HISTOLOGY.search(part)
            if named is not None and not _HEDGE.search(part) and not _DENIAL.search(part[: named.start()]):
                text = "The impression names a tissue diagnosis as a fact; only pathology can."
                path = f"interpretation.impression[{place}]"
                yield advises("interpretation.impression.histology", path, text)
                break


def urgent_result(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Where an urgent result was told, the record says how."""
    urgent = case.interpretation.urgent
    if urgent is not None and urgent.notified not in (None, False, "") and is_blank(urgent.how):
        path = "interpretation.urgent.how"
        yield advises(f"{path}.missing", path, "How the urgent result was told is not recorded.")


RULES = (printable, histology, urgent_result)

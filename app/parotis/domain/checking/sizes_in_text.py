"""Sizes that the impression quotes, against those that are recorded: value, unit, side and lesion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from parotis.domain.case import Attributes, Case, Finding
from parotis.domain.checking.context import CheckContext, Rule, advises
from parotis.domain.checking.recorded import is_in
from parotis.domain.checking.statements import Sentence, read
from parotis.domain.issue import Issue

_QUOTED = re.compile(
    r"(?<![\d.,/-])((?:\d{1,4}(?:[.,]\d{1,3})?(?: ?(?:mm|cm))? ?(?:x|\u00d7|by|\*|and|/|to|-|\u2013) ?){0,2})"
    r"(\d{1,4}(?:[.,]\d{1,3})?) ?-?(mm|cm|millimet\w+|centimet\w+)\b(?![\u00b2\u00b323/])"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_ANOTHER_TIME = re.compile(
    r"\b(?:previous\w*|prior|earlier|formerly|grown|increas\w+|decreas\w+|shr[ua]nk"
    r"|compared|from|was|were|then|last|since"
    r"|before|in (?:19|20)\d\d|on \d+|(?:in|of) (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*)\b"
)
_NO_SIZE = re.compile(
    r"\b(?:differ\w*|normal|threshold|limit|less|more|greater|smaller|larger|under|over"
    r"|above|below|exceed\w*|than|at least"
    r"|up to|within|distance|radiograph\w*|panoramic|cbct|mri|ct|opening|palpat\w*"
    r"|clinical\w*|apart|away|margin|step|skin"
    r"|surface|deep|depth|beneath|caudal|cranial|behind(?! (?:it|this|them)\b)|in front|foci|film|thick\w*|step"
    r"|about|foci|scatter\w*|multiple|many"
    r"|several|numerous)\b|[<>\u2264\u2265]"
)
_NEAR_BEFORE, _NEAR_AFTER = 34, 30
_SIDED_AFTER = re.compile(r"^(?: |[^.;,\d]{0,22}?\b(?:on|in|for) (?:the )?)(right|left)\b")
_SIDED_BEFORE = re.compile(r"\b(right|left)(?: (?:side|masseter|one|gland|joint|tmj|is|was|measures?))*[ :(]*$")
_LETTER_BEFORE = re.compile(r"(?:^|[\s(:,;])([a-h])[ ,:=(]+(?:measur\w+ |of |is |with )*$")


@dataclass(frozen=True, slots=True)
class _Size:
    """Millimetres, and how far from them a recorded size may be."""

    mm: Decimal
    rounding: Decimal


@dataclass(frozen=True, slots=True)
class _Group:
    """Sizes that stand together in a sentence."""

    start: int
    end: int
    sizes: tuple[_Size, ...]


def quoted(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Sizes in the impression are among those recorded; rounding is allowed."""
    everything = _recorded_mm(case.findings)
    if not everything:
        return
    for place, line in enumerate(case.interpretation.impression):
        path = f"interpretation.impression[{place}]"
        for sentence in read(line):
            for group in _groups(sentence):
                yield from _judged(case, path, sentence, group, everything)


def _judged(
    case: Case, path: str, sentence: Sentence, group: _Group, everything: frozenset[Decimal]
) -> Iterator[Issue]:
    unlike = [size for size in group.sizes if not _is_recorded(size, everything)]
    if unlike:
        text = "The impression quotes a size that is recorded in no finding."
        yield advises("interpretation.impression.size", path, text)
        yield from _other_unit(case, [size.mm for size in unlike])
        return
    side = _side_of(sentence.text, group)
    if side is not None:
        own = _recorded_mm(tuple(f for f in case.findings if is_in(f, (frozenset({side}), frozenset()))))
        if not all(_is_recorded(size, own) for size in group.sizes):
            text = f"A size that the impression gives for the {side} side is recorded on the other one."
            yield advises("interpretation.impression.size_side", path, text)
    letter = _LETTER_BEFORE.search(sentence.text[: group.start])
    if letter is not None:
        lettered = [
            lesion for f in case.findings for lesion in f.lesions if (lesion.label or "").strip().lower() == letter[1]
        ]
        own = frozenset(
            axis
            for lesion in lettered
            for axis in (*(lesion.size_mm or ()), lesion.depth_mm)
            if axis is not None and axis.is_finite()
        )
        if own and not all(_is_recorded(size, own) for size in group.sizes):
            text = "A size that the impression gives for a lettered lesion is recorded for another one."
            yield advises("interpretation.impression.size_label", path, text)


def _other_unit(case: Case, unlike: list[Decimal]) -> Iterator[Issue]:
    """A recorded size that is ten times or a tenth of the one in the text."""
    for place, finding in enumerate(case.findings):
        for number, lesion in enumerate(finding.lesions):
            for axis, value in enumerate(lesion.size_mm or ()):
                if value is not None and value.is_finite() and any(_is_tenfold(value, size) for size in unlike):
                    text = (
                        "A recorded size is ten times or a tenth of the one in the impression: millimetres are meant."
                    )
                    yield advises("findings.size.unit", f"findings[{place}].lesions[{number}].size_mm[{axis}]", text)
                    break


def _is_tenfold(one: Decimal, other: Decimal) -> bool:
    return any(abs(one - other * factor) <= one * Decimal("0.03") for factor in (Decimal(10), Decimal("0.1")))


def _side_of(text: str, group: _Group) -> str | None:
    after = _SIDED_AFTER.search(text[group.end :])
    if after is not None:
        return after[1]
    before = _SIDED_BEFORE.search(text[: group.start])
    return before[1] if before is not None else None


def _groups(sentence: Sentence) -> Iterator[_Group]:
    for match in _QUOTED.finditer(sentence.text):
        before = sentence.text[max(match.start() - _NEAR_BEFORE, 0) : match.start()]
        after = sentence.text[match.end() : match.end() + _NEAR_AFTER]
        last = re.split(r"[,(;]", before)[-1]
        if _ANOTHER_TIME.search(last) or _NO_SIZE.search(last) or _ANOTHER_TIME.search(re.split(r"[,;]", after)[0]):
            continue
        if re.match(
            (
                r"\s*(?:step|film|foci|anterior|posterior|medial|lateral|superior|inferior|distal"
                r"|proximal|deep|below|beneath|from|behind|apart|margin|above|under|caudal"
                r"|away|in depth from)\b"
            ),
            after,
        ):
            continue
        factor = 10 if match[3].startswith("c") else 1
        numbers = (*_NUMBER.findall(match[1]), match[2])
        yield _Group(match.start(), match.end(), tuple(_size(number, factor) for number in numbers))


def _recorded_mm(findings: tuple[Finding, ...]) -> frozenset[Decimal]:
    found: set[Decimal | None] = set()
    for finding in findings:
        found.update(getattr(finding.attributes, name) for name in Attributes.__slots__ if name.endswith("_mm"))
        for lesion in finding.lesions:
            found.update(lesion.size_mm or ())
            found.add(lesion.depth_mm)
    return frozenset(value for value in found if value is not None and value.is_finite())


def _is_recorded(size: _Size, recorded: frozenset[Decimal]) -> bool:
    return any(abs(size.mm - value) <= size.rounding for value in recorded)


def _size(number: str, factor: int) -> _Size:
    """A size is as exact as its last digit: "2.1 cm" stands for 20.5 to 21.5 mm."""
    value = Decimal(number.replace(",", "."))
    last_digit = Decimal(1).scaleb(int(value.as_tuple().exponent)) * factor
    return _Size(value * factor, last_digit * Decimal("0.51") + Decimal("0.1"))


_SMALLER = re.compile(r"\b(?:decreas\w+|smaller|shr[aiu]nk\w*|regress\w+|reduced|diminish\w+)\b")
_LARGER = re.compile(
    r"\b(?:increas\w+|larger|grown|growth|bigger|progress\w+|enlarg(?:ed|ing) (?:from|since|compared))\b"
)
_SAME = re.compile(r"\b(?:unchanged|stable|no (?:significant |interval )?change|same size|constant)\b")
_NOT_SO = re.compile(r"\b(?:no|not|without|if|should|until|unless)\b[^.;]{0,25}$")
_SIZE = r"(\d{1,3}(?:[.,]\d)?)(?: ?x[^a-z]{0,24})? ?(?:mm)?"
_EARLIER = (
    re.compile(rf"\b(?:from|previously|formerly|earlier|prior|was|against|versus|compared (?:with|to)) {_SIZE}\b"),
    re.compile(rf"{_SIZE} (?:then|before|previously|in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*)\b"),
)
_NOW = (
    re.compile(rf"\b(?:to|now|currently|today|measur\w+|is) {_SIZE}(?: ?mm)?\b(?! (?:then|before))"),
    re.compile(rf"{_SIZE} (?:now|today|currently)\b"),
)
_FIRST_SIZE = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d)?)(?: ?x[^a-z]{0,24})? ?mm\b")


def trend(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Grown, smaller or unchanged as the figures beside it say."""
    told = [("interpretation.comparison", case.interpretation.comparison or "")]
    told += [(f"interpretation.impression[{place}]", line) for place, line in enumerate(case.interpretation.impression)]
    for path, text in told:
        for sentence in read(text):
            if _is_unlike_trend(sentence.text):
                yield advises(
                    "interpretation.comparison.trend", path, "The change in words is not the change in figures."
                )


def _is_unlike_trend(text: str) -> bool:
    words = {name: pattern.search(text) for name, pattern in (("less", _SMALLER), ("more", _LARGER), ("same", _SAME))}
    said = [name for name, match in words.items() if match is not None and not _NOT_SO.search(text[: match.start()])]
    earlier = next((match for form in _EARLIER if (match := form.search(text)) is not None), None)
    if len(said) != 1 or earlier is None:
        return False
    rest = f"{text[: earlier.start()]} ; {text[earlier.end() :]}"
    now = next((match for form in (*_NOW, _FIRST_SIZE) if (match := form.search(rest)) is not None), None)
    if now is None:
        return False
    before, after = (Decimal(match[1].replace(",", ".")) for match in (earlier, now))
    if before == 0:
        return False
    change = (after - before) / before
    return {"less": change > 0, "more": change < 0, "same": abs(change) > Decimal("0.3")}[said[0]]


RULES: tuple[Rule, ...] = (quoted, trend)

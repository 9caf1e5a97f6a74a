"""Dates and lengths of time that are written in texts, against those that are recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from parotis.domain.case import Case
from parotis.domain.checking.context import CheckContext, Rule, advises, blocks, folded
from parotis.domain.checking.statements import LONGEST_READ, read
from parotis.domain.issue import Issue

_MONTHS = {
    name: number + 1
    for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}
_MONTH = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATES = (
    re.compile(r"\b(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    re.compile(r"\b(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>(?:19|20)?\d\d)\b"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH.format('name')},? (?P<y>(?:19|20)\d\d)\b"),
    re.compile(rf"\b{_MONTH.format('name')} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)\b"),
    re.compile(rf"(?<!\d )(?<!\d)\b{_MONTH.format('name')} (?P<y>(?:19|20)\d\d)\b"),
)
_YEAR = re.compile(r"\d\d-|/\d\d|\b(?:19|20)\d\d\b")
_AHEAD = re.compile(
    r"\b(?:plan\w*|schedul\w*|due|appoint\w*|will|next|expect\w*|book\w*|until|valid"
    r"|expir\w*|recall|follow\w*|repeat|arrang\w*)\b"
)
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12,
}  # fmt: skip
_UNITS = {"h": 1 / 24, "d": 1, "w": 7, "m": 30.4, "y": 365}
_LENGTH = re.compile(
    rf"\b(?:(?P<number>\d+(?:\.\d)?)[- ]?|(?P<word>{'|'.join(_NUMBERS)})[- ])"
    rf"(?:(?:to|or|-|\u2013)[- ]?(?P<to>\d+|{'|'.join(_NUMBERS)})[- ]?)?"
    r"(?P<unit>hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mos?|years?|yrs?|y)(?:ly)?\b"
)
_RETURN = re.compile(
    r"\b(?:repeat|recheck|re-?check|review|follow\w*|rescan|re-?scan|control|return|rtc"
    r"|recall|reassess\w*|re-?evaluat\w*|come back|ultrasound|scan|see)\b"
)
_EACH = {"yearly": 365, "annual": 365, "annually": 365, "tomorrow": 1, "monthly": 30, "weekly": 7, "half-yearly": 182}
SPEAKS_OF_BEFORE = re.compile(
    r"\b(?:previous\w*|prior|earlier|compar\w+|unchanged|stable|since|from|resol\w+|no longer|new|recurr\w+"
    r"|interval|smaller|larger|decreas\w+|increas\w+|grown|shr[aiu]nk|regress\w+|then|residual)\b"
)
"""Words by which an impression speaks of an earlier study."""
_NO_PRIOR = re.compile(
    r"\b(?:no|none|without)\b[^.;]{0,25}\b(?:prior|previous|earlier|comparison|available)\b|^\W*(?:none|nil|n/a)\W*$"
)
_SINCE = re.compile(
    r"\b(?:for|since|over|past|last)(?: the| about| almost| nearly| around| over| past| last| more than)* $"
)


def _written_dates(text: str) -> Iterator[date]:
    if _YEAR.search(text) is None:
        return
    said = folded(text[:LONGEST_READ])
    for form in _DATES:
        for match in form.finditer(said):
            parts = match.groupdict()
            year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
            month = _MONTHS[parts["name"]] if parts.get("name") else int(parts["m"])
            try:
                yield date(year, month, int(parts.get("d") or 1))
            except ValueError:
                continue


def dates_in_texts(case: Case, _: CheckContext) -> Iterator[Issue]:
    """What lies behind the exam is dated before it."""
    if case.exam.performed_at is None:
        return
    exam = case.exam.performed_at.date()
    told = [
        ("interpretation.comparison", case.interpretation.comparison),
        ("history", case.history),
        ("clinical_exam", case.clinical_exam),
    ]
    told += [
        (f"rationale.prior_studies[{n}].result", study.result) for n, study in enumerate(case.rationale.prior_studies)
    ]
    told += [(f"interpretation.impression[{n}]", line) for n, line in enumerate(case.interpretation.impression)]
    for path, text in told:
        for sentence in re.split(r"(?<=[a-z)])\.\s|[;\n]", text or ""):
            if any(when > exam for when in _written_dates(sentence)) and not _AHEAD.search(folded(sentence)):
                judge = blocks if path == "interpretation.comparison" else advises
                yield judge("text.date.after_exam", path, "The text speaks of a date after the exam.")
                break


def comparison(case: Case, _: CheckContext) -> Iterator[Issue]:
    """The study compared with is one that is recorded."""
    text, path = case.interpretation.comparison, "interpretation.comparison"
    # An earlier scan of the practice's own need not be on the list: only a study of a kind that is named is judged.
    if not text or (
        not any(study.kind and study.kind in folded(text) for study in case.rationale.prior_studies)
        and (not _has_scan(case))
    ):
        return
    named = list(_written_dates(text))
    known = [study.date for study in case.rationale.prior_studies if study.date is not None]
    if named and known and not any(_is_near(one, other) for one in named for other in known):
        yield advises(
            "interpretation.comparison.date",
            path,
            "The study compared with has another date than the prior studies recorded.",
        )
    elif not named and _NO_PRIOR.search(folded(text)) and case.rationale.reason == "follow-up" and _has_scan(case):
        yield advises(
            "interpretation.comparison.none",
            path,
            "The text says that there is no prior study, but an ultrasound is recorded.",
        )


def _has_scan(case: Case) -> bool:
    return any(study.kind == "ultrasound" for study in case.rationale.prior_studies)


def _is_near(one: date, other: date) -> bool:
    return one == other or (one.day == 1 and (one.year, one.month) == (other.year, other.month))


def _lengths(text: str) -> Iterator[tuple[int, float, float]]:
    """Place and days, shortest and longest, of each length of time."""
    for match in _LENGTH.finditer(text):
        unit = _UNITS[match["unit"][0]]
        least = _value(match["number"] or match["word"]) * unit
        yield match.start(), least, _value(match["to"]) * unit if match["to"] else least


def _value(number: str) -> float:
    return float(_NUMBERS.get(number) or number)


def follow_up(case: Case, _: CheckContext) -> Iterator[Issue]:
    """The interval in the recommendation is the one that is recorded."""
    planned = case.interpretation.follow_up
    if planned is None or not planned.value or not planned.value.is_finite() or planned.unit is None:
        return
    days, told = float(planned.value) * _UNITS[planned.unit[0]], []
    for sentence in read(case.interpretation.recommendation):
        if _RETURN.search(sentence.text):
            told += [(least, most) for start, least, most in _lengths(sentence.text) if _is_when(sentence.text, start)]
            told += [(each, each) for word, each in _EACH.items() if word in sentence.text]
    everything = [
        (least, most) for s in read(case.interpretation.recommendation) for _, least, most in _lengths(s.text)
    ]
    if told and not any(least * 0.7 <= days <= most * 1.4 for least, most in (*told, *everything)):
        text = "The recommendation gives another interval than the follow-up that is recorded."
        yield advises("interpretation.follow_up.contradicted", "interpretation.follow_up.value", text)


def _is_when(text: str, start: int) -> bool:
    """Whether a length of time says when, not for how long: "in 6 months", "6-month follow-up", not "for 7 days"."""
    return _WHEN_BEFORE.search(text[:start]) is not None or _WHEN_AFTER.match(text, start) is not None


_WHEN_BEFORE = re.compile(
    r"\b(?:in|after|within|at|every|next|rtc|f/u|follow-?up|fup|review|recall|recheck"
    r"|control|rescan|us|ultrasound|return"
    r"|see)(?: (?:about|approximately|ca|around|the next))?\W*$"
)
_WHEN_AFTER = re.compile(r"[\w-]+[- ](?:\w+ )?(?:follow|review|recall|check|control|ultrasound|scan|interval|time)")


def complaint(case: Case, _: CheckContext) -> Iterator[Issue]:
    """How long the complaint has lasted, in the patient's words and as recorded."""
    said = folded((case.complaint or "")[:LONGEST_READ])
    told = [least for start, least, _ in _lengths(said) if _SINCE.search(said[:start])]
    recorded = [
        (place, float(s.duration.value) * _UNITS[s.duration.unit[0]])
        for place, s in enumerate(case.symptoms)
        if s.duration is not None and s.duration.value and s.duration.value.is_finite() and s.duration.unit
    ]
    if told and recorded and all(_is_far(days, one) for one in told for _, days in recorded):
        text = "The complaint gives another length of time than the symptoms."
        yield advises("symptoms.duration.contradicts_complaint", f"symptoms[{recorded[0][0]}].duration.value", text)


def _is_far(one: float, other: float) -> bool:
    return max(one, other) > 5 * min(one, other)


RULES: tuple[Rule, ...] = (dates_in_texts, comparison, follow_up, complaint)

"""How a comparison reads: intervals, changes, verdicts, and the sentences that fill the field "comparison"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis.domain import comparison, lexicon, wording
from parotis.domain.anatomy import described

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from parotis.domain.case import Case
    from parotis.domain.comparison import Change, EarlierExam, LesionComparison, Verdict

_DAYS_OF_WEEKS, _DAYS_OF_MONTHS = 14, 61
_DAYS_OF_A_MONTH = 30.4375
_MINUS = "\u2212"

VERDICT_WORDS: dict[Verdict, str] = {
    "new": "new",
    "first-described": "first described today, structure not examined before",
    "larger": "larger",
    "smaller": "smaller",
    "no-clear-change": "no clear change",
    "not-compared": "not compared, longest axis not recorded",
    "not-described": "not described today",
}


def interval(before: date, after: date) -> str:
    """The time between two days as a person says it: "9 days", "6 weeks", "6 months", "2 years 3 months"."""
    days = (after - before).days
    if days < _DAYS_OF_WEEKS:
        return _counted(days, "day") if days else "the same day"
    if days < _DAYS_OF_MONTHS:
        return _counted(round(days / 7), "week")
    months = round(days / _DAYS_OF_A_MONTH)
    if months < 24:
        return _counted(months, "month")
    years, rest = divmod(months, 12)
    return f"{_counted(years, 'year')} {_counted(rest, 'month')}" if rest else _counted(years, "year")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def signed_number(value: Decimal, text: str) -> str:
    """``text``, the size of a value without its sign, with plus or minus before it; nothing before a zero."""
    return f"{'+' if value > 0 else _MINUS if value < 0 else ''}{text}"


def change_text(change: Change, unit: str) -> str:
    """The change as "+2.2 mm (+18%)"; empty unless both values are recorded."""
    difference = change.difference
    if difference is None:
        return ""
    size = lexicon.millimetres(abs(difference.value)) if unit == "mm" else str(abs(difference.value))
    told = f"{signed_number(difference.value, size)} {unit}"
    if difference.percent is None or not difference.value:
        return told
    return f"{told} ({percent_text(difference.percent)})"


def percent_text(percent: int) -> str:
    """Percent as "+18%", with a minus sign below zero."""
    return f"{'+' if percent > 0 else _MINUS if percent < 0 else ''}{abs(percent)}%"


def lesion_name(letter: str, structure: str | None, side: str | None) -> str:
    """A lesion in a sentence: "lesion A of the right parotid gland"."""
    name = f"lesion {letter}" if letter else "a lesion without letter"
    return f"{name} of {'' if side == 'bilateral' else 'the '}{described(structure, side)}"


def verdict_text(found: LesionComparison) -> str:
    """The verdict; for a lesion not described today also whether its structure was examined."""
    told = VERDICT_WORDS[found.verdict]
    if found.verdict == "not-described" and not found.is_looked_at:
        return f"{told}, structure not examined"
    return told


def comparison_text(case: Case, earlier: Sequence[EarlierExam]) -> str:
    """One or two plain sentences for ``interpretation.comparison``; empty without an earlier exam.

    ``earlier`` is newest first. Nothing is said that is not recorded in one of the exams.
    """
    on = case.exam.performed_at
    last = earlier[0].case.exam.performed_at if earlier else None
    if on is None or last is None:
        return ""
    opening = f"Compared with the ultrasound of {_dated(last.date(), on.date())}: "
    found = comparison.compared_lesions(case, earlier)
    today = [_told_today(one, last.date()) for one in found if one.path is not None]
    gone = [_told_before(one, last.date()) for one in found if one.path is None]
    if not found:
        return f"{opening}no lesion is described in either examination."
    sentences = [opening + ("; ".join(today) if today else "no lesion is described today") + "."]
    if gone:
        sentences.append(f"Not described today: {'; '.join(gone)}.")
    return " ".join(sentences)


def _dated(before: date, after: date) -> str:
    return f"{wording.day(before)} ({_before(before, after)})"


def _before(before: date, after: date) -> str:
    passed = interval(before, after)
    return passed if passed == "the same day" else f"{passed} earlier"


def _told_today(one: LesionComparison, last: date) -> str:
    name = lesion_name(one.letter, one.structure, one.side)
    size = lexicon.axes(one.today.size_mm or ()) if one.today else ""
    now = f"{name} measures {size}" if size else f"{name} has no size recorded"
    if one.earlier is None:
        return f"{now}, {verdict_text(one)}"
    before = lexicon.axes(one.earlier.lesion.size_mm or ()) or "without recorded size"
    on = one.earlier.at.date()
    told = f"{now}, earlier {before}{'' if on == last else f' on {wording.day(on)}'}"
    longest = change_text(one.axes_mm[0], "mm")
    return f"{told}, longest axis {longest}: {verdict_text(one)}" if longest else f"{told}: {verdict_text(one)}"


def _told_before(one: LesionComparison, last: date) -> str:
    name = lesion_name(one.letter, one.structure, one.side)
    size = lexicon.axes(one.earlier.lesion.size_mm or ()) if one.earlier else ""
    on = one.earlier.at.date() if one.earlier else last
    when = "" if on == last else f" on {wording.day(on)}"
    told = f"{name}, earlier {size}{when}" if size else f"{name}{', recorded' if when else ''}{when}"
    return told if one.is_looked_at else f"{told} (structure not examined today)"

"""The exam against the patient's earlier ones: lesion by lesion and size by size, from recorded fields only.

A lesion is the same one when structure, side and letter are the same. ``LARGEST_UNCLEAR_MM`` and
``LARGEST_UNCLEAR_PERCENT`` are this program's rule of display, not clinical thresholds: the error of measurement
differs between probes and readers.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from parotis.domain import geometry
from parotis.domain.measures import millimetre_attributes
from parotis.domain.trend import Measured, Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from parotis.domain.case import Case, Finding, Lesion, Side, Structure
    from parotis.domain.geometry import Difference

Verdict = Literal["new", "first-described", "larger", "smaller", "no-clear-change", "not-compared", "not-described"]
"""``new``: an earlier exam looked at the structure and has no such lesion. ``first-described``: none looked at it.
``not-compared``: a longest axis is missing. ``not-described``: recorded earlier, not today; that does not mean gone."""

LARGEST_UNCLEAR_MM, LARGEST_UNCLEAR_PERCENT = Decimal(1), Decimal(10)
DISPLAY_RULE = (
    "A change of the longest axis under 1 mm or under 10% of the earlier one, whichever is more, is shown as no clear "
    "change. This is a rule of display, not a clinical threshold."
)

_LOOKED_AT = frozenset({"normal", "abnormal"})
Place = tuple["Structure | None", "Side | None"]


@dataclass(frozen=True, slots=True)
class EarlierExam:
    """Another exam of the patient. Of one that is not ``is_whole``, the case has time and findings only."""

    exam_id: str
    case: Case
    is_signed: bool
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One value then and now; ``difference`` None unless both are recorded. Percent is of the earlier value."""

    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Difference | None:
        return geometry.change(self.before, self.after)


@dataclass(frozen=True, slots=True)
class EarlierLesion:
    """A lesion as an earlier exam recorded it."""

    lesion: Lesion
    at: datetime
    is_signed: bool


@dataclass(frozen=True, slots=True)
class LesionComparison:
    """A lesion now and at the last earlier exam that measured it. ``path`` is None where today's exam has it not.

    ``is_looked_at`` says whether today's exam has a finding of the structure, normal or abnormal.
    """

    structure: Structure | None
    side: Side | None
    letter: str
    verdict: Verdict
    today: Lesion | None
    earlier: EarlierLesion | None
    axes_mm: tuple[Change, Change, Change]
    volume_ml: Change
    path: str | None
    is_looked_at: bool


@dataclass(frozen=True, slots=True)
class SizeComparison:
    """A size of a structure in millimetres now and at the last earlier exam that has it."""

    structure: Structure
    side: Side | None
    label: str
    change_mm: Change
    at: datetime
    path: str


def earlier_than(case: Case, exams: Iterable[EarlierExam]) -> tuple[EarlierExam, ...]:
    """The exams performed before this one, newest first; none while this one has no time."""
    at = case.exam.performed_at
    if at is None:
        return ()
    before = [(exam.case.exam.performed_at, exam.exam_id, exam) for exam in exams if _is_before(exam, at)]
    return tuple(exam for _, _, exam in sorted(before, key=lambda entry: entry[:2], reverse=True))


def _is_before(exam: EarlierExam, at: datetime) -> bool:
    performed_at = exam.case.exam.performed_at
    return performed_at is not None and performed_at < at


def signed(exams: Iterable[EarlierExam]) -> tuple[EarlierExam, ...]:
    return tuple(exam for exam in exams if exam.is_signed)


def compared_lesions(case: Case, earlier: Sequence[EarlierExam]) -> tuple[LesionComparison, ...]:
    """Today's lesions in the order of the form, then those that the last look at their structure had and today has not.

    ``earlier`` is newest first, as ``earlier_than`` gives it. Without earlier exams there is nothing to compare.
    """
    if not earlier:
        return ()
    history = _history(earlier)
    found = [
        _compared((finding.structure, finding.side), lesion, history, earlier, f"findings[{position}].lesions[{index}]")
        for position, finding in enumerate(case.findings)
        for index, lesion in enumerate(finding.lesions)
    ]
    return (*found, *_not_described(case, earlier))


def _history(earlier: Sequence[EarlierExam]) -> dict[tuple[Place, str], list[EarlierLesion]]:
    """What was recorded of each lettered lesion, newest first."""
    found: dict[tuple[Place, str], list[EarlierLesion]] = {}
    for exam in earlier:
        for finding in exam.case.findings:
            for lesion in finding.lesions:
                if lesion.label and exam.case.exam.performed_at:
                    key = ((finding.structure, finding.side), lesion.label)
                    found.setdefault(key, []).append(EarlierLesion(lesion, exam.case.exam.performed_at, exam.is_signed))
    return found


def _compared(
    place: Place,
    lesion: Lesion,
    history: dict[tuple[Place, str], list[EarlierLesion]],
    earlier: Sequence[EarlierExam],
    path: str,
) -> LesionComparison:
    known = history.get((place, lesion.label or ""), [])
    before = next((one for one in known if _longest_mm(one.lesion) is not None), known[0] if known else None)
    if before is not None:
        return _comparison(place, lesion, before, _verdict(_longest_mm(before.lesion), _longest_mm(lesion)), path)
    was_looked_at = any(_looks_at(exam.case, place) for exam in earlier)
    return _comparison(place, lesion, None, "new" if was_looked_at else "first-described", path)


def _comparison(
    place: Place, today: Lesion | None, before: EarlierLesion | None, verdict: Verdict, path: str | None,
    *, is_looked_at: bool = True,
) -> LesionComparison:  # fmt: skip
    old = (before.lesion.size_mm if before else None) or (None, None, None)
    new = (today.size_mm if today else None) or (None, None, None)
    longest, perpendicular, third = (Change(one, other) for one, other in zip(old, new, strict=True))
    letter = (today.label if today else before.lesion.label if before else None) or ""
    volume = Change(geometry.volume_ml(old), geometry.volume_ml(new))
    axes = (longest, perpendicular, third)
    return LesionComparison(*place, letter, verdict, today, before, axes, volume, path, is_looked_at)


def _longest_mm(lesion: Lesion) -> Decimal | None:
    return lesion.size_mm[0] if lesion.size_mm else None


def _verdict(before_mm: Decimal | None, after_mm: Decimal | None) -> Verdict:
    difference = geometry.change(before_mm, after_mm)
    if difference is None or before_mm is None:
        return "not-compared"
    if abs(difference.value) < max(LARGEST_UNCLEAR_MM, before_mm * LARGEST_UNCLEAR_PERCENT / 100):
        return "no-clear-change"
    return "larger" if difference.value > 0 else "smaller"


def _looks_at(case: Case, place: Place) -> bool:
    return any(finding.state in _LOOKED_AT and (finding.structure, finding.side) == place for finding in case.findings)


def _not_described(case: Case, earlier: Sequence[EarlierExam]) -> Iterable[LesionComparison]:
    """Of each structure and side, the lesions of the newest earlier exam that looked at it, less those of today."""
    today = {(place, lesion.label) for place, lesion in _lesions(case.findings)}
    seen: set[Place] = set()
    for exam in earlier:
        looked_at = {(f.structure, f.side) for f in exam.case.findings if f.state in _LOOKED_AT or f.lesions}
        for place, lesion in _lesions(exam.case.findings):
            at = exam.case.exam.performed_at
            if place not in seen and (place, lesion.label) not in today and at is not None:
                before = EarlierLesion(lesion, at, exam.is_signed)
                yield _comparison(place, None, before, "not-described", None, is_looked_at=_looks_at(case, place))
        seen |= looked_at


def _lesions(findings: Iterable[Finding]) -> Iterable[tuple[Place, Lesion]]:
    return (((finding.structure, finding.side), lesion) for finding in findings for lesion in finding.lesions)


def compared_sizes(case: Case, earlier: Sequence[EarlierExam]) -> tuple[SizeComparison, ...]:
    """Every recorded size of a structure that an earlier exam has too, each against the newest that has it.

    Of nodes these are the axes of the node measured, which need not have been the same node.
    """
    found: list[SizeComparison] = []
    for position, finding in enumerate(case.findings):
        for facts in millimetre_attributes(finding.structure):
            now_mm: Decimal | None = getattr(finding.attributes, facts.id)
            before = _earlier_size(earlier, (finding.structure, finding.side), facts.id) if now_mm is not None else None
            if before is not None and finding.structure is not None:
                before_mm, at = before
                path = f"findings[{position}].attributes.{facts.id}"
                change_mm = Change(before_mm, now_mm)
                found.append(SizeComparison(finding.structure, finding.side, facts.label, change_mm, at, path))
    return tuple(found)


def _earlier_size(earlier: Sequence[EarlierExam], place: Place, attribute: str) -> tuple[Decimal, datetime] | None:
    for exam in earlier:
        at = exam.case.exam.performed_at
        for finding in exam.case.findings:
            value_mm: Decimal | None = getattr(finding.attributes, attribute)
            if value_mm is not None and at is not None and (finding.structure, finding.side) == place:
                return value_mm, at
    return None


def series(case: Case, earlier: Sequence[EarlierExam]) -> tuple[Series, ...]:
    """The longest axis of every lettered lesion over the exams, oldest first: today's lesions, then the others."""
    on: date | None = case.exam.performed_at.date() if case.exam.performed_at else None
    found: dict[tuple[Place, str], list[Measured]] = {}
    for place, lesion in _lesions(case.findings):
        longest_mm = _longest_mm(lesion)
        if lesion.label and on is not None and longest_mm is not None:
            found.setdefault((place, lesion.label), []).append(Measured(on, longest_mm))
    for key, known in _history(earlier).items():
        for one in known:
            longest_mm = _longest_mm(one.lesion)
            if longest_mm is not None:
                found.setdefault(key, []).append(Measured(one.at.date(), longest_mm, is_draft=not one.is_signed))
    return tuple(Series(letter, *place, tuple(reversed(measured))) for (place, letter), measured in found.items())


def next_letter(case: Case, structure: str | None, side: str | None, others: Sequence[Case] = ()) -> str:
    """The letter of a new lesion: that of the first one that another exam of the patient has there and this has not.

    Else the next letter that no exam of the patient has: A to Z, then AA to ZZ; empty when all are taken. ``others``
    come newest first.
    """
    here = {lesion.label for _, lesion in _lesions(case.findings)}
    for other in others:
        for place, lesion in _lesions(other.findings):
            if place == (structure, side) and lesion.label and lesion.label not in here:
                return lesion.label
    taken = here | {lesion.label for other in others for _, lesion in _lesions(other.findings)}
    letters = (*string.ascii_uppercase, *(f"{a}{b}" for a in string.ascii_uppercase for b in string.ascii_uppercase))
    return next((letter for letter in letters if letter not in taken), "")

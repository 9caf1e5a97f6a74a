"""The days on which something lapses, how near they are, and how old a claim is.

Times come from the payer's profile and are counted in calendar days; what the profile does not know is said to be not
known and never assumed. The project's domain notes, 6d and 6f.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from parotis.domain import wording
from parotis.domain.claims import authorizations, coverage, lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parotis.domain.claims.payers import PayerProfile
    from parotis.domain.claims.records import AuthorizationKind, ClaimRecord, Remittance

DeadlineKind = Literal["filing", "appeal", "authorization", "predetermination", "coverage", "action"]

LABELS: dict[DeadlineKind, str] = {
    "filing": "Timely filing",
    "appeal": "Appeal",
    "authorization": "Prior authorization",
    "predetermination": "Predetermination",
    "coverage": "Answers on coverage",
    "action": "Next action",
}
REMINDER_DAYS = (14, 7, 1, 0)
BUCKETS = ((0, 30), (31, 60), (61, 90), (91, 120))
NOT_KNOWN = "not known: ask the payer"

_UNSENT = ("to-bill", "ready")
_APPEALABLE = ("denied", "part-paid", "upheld")


@dataclass(frozen=True, slots=True)
class Deadline:
    """``on`` is the last day for it, None where that is not known; ``days_left`` is negative when it is past."""

    kind: DeadlineKind
    on: dt.date | None
    days_left: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A deadline that comes near. ``step`` is the reminder reached: 14, 7, 1 or 0 days before, or None when overdue."""

    deadline: Deadline
    step: int | None
    text: str

    @property
    def is_overdue(self) -> bool:
        return self.step is None


def deadlines(
    claim: ClaimRecord,
    profile: PayerProfile | None,
    today: dt.date,
    *,
    primary_answered_on: dt.date | None = None,
) -> tuple[Deadline, ...]:
    """At most one of each kind, nearest first, those that are not known last.

    Args:
        claim: whose.
        profile: what is known of its payer; None when nothing is.
        today: the practice's calendar day.
        primary_answered_on: for a claim to a second payer the day of the first payer's remittance, from which the time
            for filing counts; None counts from the date of service.
    """
    found = [
        *_filing(claim, profile, today, primary_answered_on),
        *_appeal(claim, profile, today),
        *_authorizations(claim, profile, today),
        *_coverage(claim, profile, today),
        *_action(claim, today),
    ]
    return tuple(sorted(found, key=lambda one: (one.on is None, one.on or dt.date.max)))


def filing_due(
    claim: ClaimRecord, profile: PayerProfile | None, *, primary_answered_on: dt.date | None = None
) -> dt.date | None:
    """The last day for filing, sent or not; None when the day of the study or the payer's time is not known."""
    begins = primary_answered_on or claim.service_date
    if begins is None or profile is None or profile.timely_filing_days is None:
        return None
    return begins + dt.timedelta(days=profile.timely_filing_days)


def reminders(found: Iterable[Deadline], today: dt.date) -> tuple[Reminder, ...]:
    """The deadlines of which somebody is to be reminded: from 14 days before, again at 7, 1 and 0, and overdue ones.

    ``step`` changes on the day of each reminder, so that whoever has seen one step sees the next as new.
    """
    reached = []
    for one in found:
        if one.on is None or (left := (one.on - today).days) > max(REMINDER_DAYS):
            continue
        step = min((days for days in REMINDER_DAYS if left <= days), default=None) if left >= 0 else None
        reached.append(Reminder(one, step, f"{LABELS[one.kind]}: {_distance(left)}."))
    return tuple(sorted(reached, key=lambda one: one.deadline.on or today))


def age_days(claim: ClaimRecord, today: dt.date) -> int | None:
    """Days since the claim was sent last; None for a claim that does not wait for money."""
    if claim.state not in lifecycle.OUTSTANDING or claim.submission is None or claim.submission.sent_on is None:
        return None
    return max(0, (today - claim.submission.sent_on).days)


def bucket(days: int) -> str:
    """The bucket of an age: ``0-30``, ``31-60``, ``61-90``, ``91-120``, ``over 120``."""
    return next((f"{first}-{last}" for first, last in BUCKETS if days <= last), f"over {BUCKETS[-1][1]}")


def _dated(kind: DeadlineKind, on: dt.date, today: dt.date, words: str = "by") -> Deadline:
    left = (on - today).days
    return Deadline(kind, on, left, f"{LABELS[kind]}: {words} {wording.day(on)} ({_distance(left)}).")


def _not_known(kind: DeadlineKind, why: str = NOT_KNOWN) -> Deadline:
    return Deadline(kind, None, None, f"{LABELS[kind]}: {why}.")


def _distance(left: int) -> str:
    if left == 0:
        return "today"
    days = f"{abs(left)} day{'s' if abs(left) != 1 else ''}"
    return f"in {days}" if left > 0 else f"{days} overdue"


def _filing(
    claim: ClaimRecord, profile: PayerProfile | None, today: dt.date, primary_answered_on: dt.date | None
) -> Iterator[Deadline]:
    """Only while the claim waits to be sent, first or again."""
    if claim.state not in _UNSENT:
        return
    if profile is None or profile.timely_filing_days is None:
        yield _not_known("filing")
        return
    on = filing_due(claim, profile, primary_answered_on=primary_answered_on)
    if on is None:
        yield _not_known("filing", f"{profile.timely_filing_days} days from the date of service, which is not recorded")
    else:
        yield _dated("filing", on, today)


def last_denial(claim: ClaimRecord) -> Remittance | None:
    """The last answer of the payer that denies the claim or part of it."""
    for remittance in reversed(claim.remittances):
        reasons = {one.reason for one in lifecycle.all_adjustments(remittance)}
        if remittance.status_code == "4" or reasons & set(lifecycle.denial_codes(remittance)):
            return remittance
    return None


def _appeal(claim: ClaimRecord, profile: PayerProfile | None, today: dt.date) -> Iterator[Deadline]:
    """The appeal's own deadline, as the notice gives it, comes before the payer's usual time."""
    if claim.state not in _APPEALABLE:
        return
    begins: dt.date | None
    if claim.state == "upheld":
        begins = claim.appeal.decided_on if claim.appeal else None
    else:
        denial = last_denial(claim)
        if denial is None and claim.state == "part-paid":
            return  # only the contract or the patient's share took something: there is nothing to appeal
        denial = denial or claim.remittance
        begins = denial.received_on if denial is not None else None
    draft = claim.appeal
    if draft is not None and draft.sent_on is None and draft.deadline is not None:
        yield _dated("appeal", draft.deadline, today)
    elif profile is None or profile.appeal_days is None:
        yield _not_known("appeal")
    elif begins is None:
        yield _not_known("appeal", f"{profile.appeal_days} days from the denial, whose day is not recorded")
    else:
        yield _dated("appeal", begins + dt.timedelta(days=profile.appeal_days), today)


def _authorizations(claim: ClaimRecord, profile: PayerProfile | None, today: dt.date) -> Iterator[Deadline]:
    """Of an approval that the day of the study lies in, nothing lapses any more."""
    kinds: tuple[AuthorizationKind, ...] = ("authorization", "predetermination")
    for kind in kinds:
        found = authorizations.standing(claim, kind, profile, today)
        if claim.state not in _UNSENT or found.expires_on is None or found.state not in ("approved", "expired"):
            continue
        if claim.service_date is None or claim.service_date > found.expires_on:
            yield _dated(kind, found.expires_on, today, "until")


def _coverage(claim: ClaimRecord, profile: PayerProfile | None, today: dt.date) -> Iterator[Deadline]:
    """What was said on coverage has done its work once the study lies within it."""
    call = claim.call
    if claim.state not in _UNSENT or call is None:
        return
    last = coverage.expiry(call, profile)
    if last is None:
        if claim.service_date is None:
            yield _not_known("coverage")
    elif claim.service_date is None or claim.service_date > last:
        yield _dated("coverage", last, today, "hold until")


def _action(claim: ClaimRecord, today: dt.date) -> Iterator[Deadline]:
    if claim.next_action_on is not None:
        yield _dated("action", claim.next_action_on, today)

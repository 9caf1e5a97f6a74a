"""Claims as the screens show them: the texts of a line, shape and word of each state, the sentence of what is due.

A state is told by a shape and a word, never by its colour alone; what lapses is told in days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from parotis.domain import wording
from parotis.domain.claims import lifecycle, money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from parotis.domain.claims.records import ClaimState
    from parotis.services.claim_ports import ClaimRow, DueCount, DueKind

Tone = Literal["", "accent", "info", "success", "warning", "danger"]

DUE_SOON_DAYS = 14
MISSING = "\u2014"

_STATE_SHAPES: dict[ClaimState, tuple[str, Tone]] = {
    "to-bill": ("\u25cb", "warning"),
    "ready": ("\u25c7", "accent"),
    "sent": ("\u25b7", "info"),
    "acknowledged": ("\u25d1", "info"),
    "more-information": ("?", "warning"),
    "paid": ("\u2713", "success"),
    "part-paid": ("\u25d0", "warning"),
    "denied": ("\u2715", "danger"),
    "appealed": ("\u25c6", "accent"),
    "upheld": ("\u25bc", "danger"),
    "overturned": ("\u25b2", "success"),
    "closed": ("\u25a0", "info"),
}
_SHORTER: dict[ClaimState, str] = {"more-information": "More information"}
"""Where the domain's words are too long for a chip."""
_DUE_WORDS: dict[DueKind, str] = {"action": "Action", "filing": "Timely filing", "appeal": "Appeal"}
_COUNTED: dict[DueKind, tuple[str, str]] = {
    "appeal": ("appeal", "appeals"),
    "filing": ("timely filing", "timely filings"),
    "action": ("planned action", "planned actions"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A column of the board: states that are worked on alike."""

    title: str
    states: tuple[ClaimState, ...]


GROUPS = (
    Group("To bill, ready", ("to-bill", "ready")),
    Group("Sent, acknowledged", ("sent", "acknowledged")),
    Group("More information", ("more-information",)),
    Group("Paid, part paid", ("paid", "part-paid")),
    Group("Denied", ("denied",)),
    Group("Appealed", ("appealed", "upheld", "overturned")),
    Group("Closed", ("closed",)),
)


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim in a list or on the board: its ids, the texts to be shown, and what can be done to it."""

    claim_id: str
    exam_id: str
    patient: str
    chart: str
    service_date: str
    payer: str
    state: str
    state_tone: Tone
    money: str
    amount: str
    next_action: str
    due: str
    due_short: str
    due_tone: Tone
    assigned: str
    is_mine: bool
    is_snoozed: bool

    @property
    def description(self) -> str:
        """The whole line for a screen reader."""
        told = (self.patient, self.payer, self.state[2:], self.amount, self.due)
        return ", ".join(part for part in told if part and part != MISSING)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What lapses soon or has lapsed, as one sentence."""

    text: str
    tone: Literal["info", "warning", "danger"]


def state_words(state: ClaimState) -> tuple[str, Tone]:
    """Shape and word of a state, and its tone."""
    shape, tone = _STATE_SHAPES[state]
    return f"{shape} {_SHORTER.get(state, lifecycle.STATE_WORDS[state])}", tone


def line_of(row: ClaimRow, today: date, login: str) -> ClaimLine:
    """The texts of a row, seen on a day by the account ``login``."""
    state, state_tone = state_words(row.state)
    due, due_tone = due_words(row, today)
    patient = ", ".join(part for part in (row.family_name, row.given_name) if part)
    is_mine = row.assigned_to == login
    return ClaimLine(
        claim_id=row.claim_id,
        exam_id=row.exam_id,
        patient=patient or "No name yet",
        chart=row.chart_number or MISSING,
        service_date=_service(row.service_date, today) if row.service_date else MISSING,
        payer=row.payer_name or "No payer yet",
        state=state,
        state_tone=state_tone,
        money=f"{money.dollars(row.charged_cents)} / {money.dollars(row.paid_cents)}",
        amount=money.dollars(row.charged_cents - row.paid_cents),
        next_action=_planned(row, today),
        due=due,
        due_short=due.replace(_DUE_WORDS["filing"], "Filing"),
        due_tone=due_tone,
        assigned="Me" if is_mine else row.assigned_to or MISSING,
        is_mine=is_mine,
        is_snoozed=row.snoozed_until is not None and row.snoozed_until > today,
    )


def _service(day: date, today: date) -> str:
    """Day and month while the year is clear, then month and year: an old claim is not looked for by its day."""
    near = near_day(day, today)
    return near if len(near.split()) == 2 else near.split(" ", 1)[1]


def _planned(row: ClaimRow, today: date) -> str:
    if not row.next_action:
        return MISSING
    return f"{near_day(row.next_action_on, today)}: {row.next_action}" if row.next_action_on else row.next_action


def near_day(day: date, today: date) -> str:
    """A date without its year while that is clear: within half a year of today."""
    shown = wording.day(day)
    return shown.rsplit(" ", 1)[0] if abs((day - today).days) <= 183 else shown


def due_words(row: ClaimRow, today: date) -> tuple[str, Tone]:
    """What lapses and in how many days: "Appeal in 7 days", "Timely filing today", "Overdue 3 days"."""
    if row.snoozed_until is not None and row.snoozed_until > today:
        return f"Snoozed to {near_day(row.snoozed_until, today)}", ""
    if row.due_on is None or row.due_kind is None:
        return MISSING, ""
    word, days = _DUE_WORDS[row.due_kind], (row.due_on - today).days
    if days < 0:
        return f"Overdue {-days:,} day{'' if days == -1 else 's'}", "danger"
    if days == 0:
        return f"{word} today", "danger"
    tone: Tone = "warning" if days <= 7 else "info" if days <= DUE_SOON_DAYS else ""
    return f"{word} tomorrow" if days == 1 else f"{word} in {days:,} days", tone


def reminder(counts: Iterable[DueCount], today: date) -> Reminder | None:
    """What is overdue, and what lapses today, tomorrow, within 7 and within 14 days; None when nothing does."""
    steps = (("Overdue", -1), ("Today", 0), ("Tomorrow", 1), ("Within 7 days", 7), ("Within 14 days", DUE_SOON_DAYS))
    found: dict[str, dict[DueKind, int]] = {}
    for one in counts:
        days = (one.on - today).days
        name = next((name for name, last in steps if days <= last), None)
        if name is not None:
            by_kind = found.setdefault(name, {})
            by_kind[one.kind] = by_kind.get(one.kind, 0) + one.count
    if not found:
        return None
    parts = [f"{name}: {_counted(found[name])}" for name, _ in steps if name in found]
    tone: Literal["info", "warning", "danger"] = "info"
    if "Overdue" in found or "Today" in found:
        tone = "danger"
    elif found.keys() & {"Tomorrow", "Within 7 days"}:
        tone = "warning"
    return Reminder(f"{'. '.join(parts)}.", tone)


def _counted(by_kind: dict[DueKind, int]) -> str:
    return wording.listed(
        [
            f"{by_kind[kind]:,} {one if by_kind[kind] == 1 else many}"
            for kind, (one, many) in _COUNTED.items()
            if kind in by_kind
        ]
    )

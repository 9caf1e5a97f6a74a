"""Where a claim stands and where it may go, and what is impossible about a date or an amount.

The states follow what the project's notes on other programs found in use; ``more-information`` is a request of the
payer, ``upheld`` and ``overturned`` say what became of the denial that was appealed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from parotis.domain.claims import money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotis.domain.case import Claim as BillingFacts
    from parotis.domain.claims.entries import Entry
    from parotis.domain.claims.records import Adjustment, ClaimRecord, ClaimState, Remittance

Problem = tuple[str, str]
"""The path of the field, and a sentence that names no value."""

STATE_WORDS: dict[ClaimState, str] = {
    "to-bill": "To bill",
    "ready": "Ready",
    "sent": "Sent",
    "acknowledged": "Acknowledged",
    "more-information": "More information asked",
    "paid": "Paid",
    "part-paid": "Part paid",
    "denied": "Denied",
    "appealed": "Appealed",
    "upheld": "Denial upheld",
    "overturned": "Overturned",
    "closed": "Closed",
}

_ANSWERS: tuple[ClaimState, ...] = ("paid", "part-paid", "denied")
NEXT: dict[ClaimState, tuple[ClaimState, ...]] = {
    "to-bill": ("ready", "sent", "closed"),
    "ready": ("to-bill", "sent", "closed"),
    "sent": ("acknowledged", "more-information", *_ANSWERS, "to-bill"),
    "acknowledged": ("more-information", *_ANSWERS, "to-bill"),
    "more-information": ("sent", "acknowledged", *_ANSWERS, "to-bill"),
    "paid": ("closed", *_ANSWERS),
    "part-paid": ("appealed", "to-bill", "closed", *_ANSWERS),
    "denied": ("appealed", "to-bill", "closed", *_ANSWERS),
    "appealed": ("upheld", "overturned", "more-information", *_ANSWERS),
    "upheld": ("appealed", "closed"),
    "overturned": ("paid", "part-paid", "closed"),
    "closed": ("to-bill",),
}
"""``to-bill`` after an answer is a correction to be sent again; after ``closed`` the claim is opened anew.

What a payer pays, takes back or denies is taken in every state once the claim was sent: payers answer late, and answer
claims that were closed.
"""

OPEN: tuple[ClaimState, ...] = tuple(state for state in NEXT if state not in ("paid", "closed"))
"""The states in which somebody still has to do something."""

OUTSTANDING: tuple[ClaimState, ...] = (
    "sent",
    "acknowledged",
    "more-information",
    "part-paid",
    "denied",
    "appealed",
    "upheld",
    "overturned",
)
"""Sent and not paid in full: these age."""

_BY_OWN_ENTRY: dict[ClaimState, str] = {
    "sent": "sent",
    "paid": "remittance",
    "part-paid": "remittance",
    "denied": "remittance",
    "appealed": "appeal-sent",
    "upheld": "appeal-decided",
    "overturned": "appeal-decided",
}
_EARLIEST = dt.date(2000, 1, 1)
_LONGEST_AHEAD = dt.timedelta(days=3660)
NO_DENIAL = frozenset({"1", "2", "3", "45", "253"})
"""CARCs that reduce a payment and deny nothing: deductible, co-insurance, co-payment, fee schedule, sequestration."""
REVERSAL = "22"
"""CLP02 of a payment that the payer takes back."""

_LEAST_CONTROL_NUMBER = 2
_LEAST_REASON = 3
_MOST_QUANTITY = 999
_MOST_CENTS = 99_999_999_999
_LONGEST_REMARK = 30


def state_by_amounts(remittance: Remittance) -> ClaimState:
    """Denied when nothing is paid for another reason than the patient's share or the contract; else (part) paid.

    A payment that is taken back leaves the claim part paid: what comes in its place, or why, is still to be told.
    """
    if remittance.status_code == REVERSAL:
        return "part-paid"
    charged, paid = money.cents(remittance.charged), money.cents(remittance.paid)
    reduced = {one.reason for one in all_adjustments(remittance) if money.cents(one.amount) > 0}
    if remittance.status_code == "4":
        return "denied"
    if paid <= 0 < charged:
        return "part-paid" if reduced and reduced <= NO_DENIAL else "denied"
    return "paid" if reduced <= NO_DENIAL else "part-paid"


def all_adjustments(remittance: Remittance) -> tuple[Adjustment, ...]:
    """Those of the claim, then those of its lines."""
    return (*remittance.adjustments, *(one for line in remittance.lines for one in line.adjustments))


def denial_codes(remittance: Remittance) -> tuple[str, ...]:
    """CARCs that deny, then RARCs, each once; without what only the contract or the patient's share takes."""
    reasons = [one.reason for one in all_adjustments(remittance) if money.cents(one.amount) > 0]
    remarks = (*remittance.remarks, *(remark for line in remittance.lines for remark in line.remarks))
    return tuple(dict.fromkeys((*(code for code in reasons if code and code not in NO_DENIAL), *remarks)))


def problems(claim: ClaimRecord, entry: Entry, today: dt.date) -> tuple[Problem, ...]:
    """Why an entry cannot be recorded; nothing when it can. A blocking gap of the checklist is not told here."""
    return tuple(_problems(claim, entry, today))


def _problems(claim: ClaimRecord, entry: Entry, today: dt.date) -> Iterator[Problem]:  # noqa: C901
    from parotis.domain.claims import entries

    match entry:
        case entries.StateChanged(to, on):
            yield from _step(claim, to)
            if to in _BY_OWN_ENTRY:
                yield "to", f"This state is reached by an entry of the kind {_BY_OWN_ENTRY[to]}."
            yield from _past("on", on, today)
        case entries.Sent():
            yield from _sending(claim, entry, today)
        case entries.RemittanceReceived(remittance, state):
            if not claim.submissions:
                yield from _step(claim, state or _decided(remittance))
            if state is not None and state not in _ANSWERS:
                yield "state", "A remittance can say paid, part-paid or denied."
            yield from _past("remittance.received_on", remittance.received_on, today, claim.submissions)
            yield from amounts(remittance)
            yield from _remarks(remittance)
            if _is_recorded(claim, remittance):
                yield "remittance", "This answer of the payer is recorded already."
        case entries.AppealDrafted(appeal):
            for name in ("sent_on", "sent_how", "decided_on", "outcome"):
                if getattr(appeal, name) is not None:
                    kind = "appeal-sent" if name.startswith("sent") else "appeal-decided"
                    yield f"appeal.{name}", f"This is recorded by an entry of the kind {kind}."
            if claim.state not in ("denied", "part-paid", "upheld"):
                yield "", "Only a denied or part-paid claim, or an upheld denial, can be appealed."
            yield from _near("appeal.deadline", appeal.deadline, today)
        case entries.AppealSent(on):
            if claim.appeal is None or claim.appeal.sent_on is not None:
                yield "", "There is no appeal that waits to be sent."
            yield from _step(claim, "appealed")
            yield from _past("on", on, today, claim.submissions)
        case entries.AppealDecided(on, outcome):
            yield from _step(claim, outcome)
            last = claim.appeal
            if last is None or last.sent_on is None or last.decided_on is not None:
                yield "", "There is no appeal that waits for a decision."
            elif on is not None and on < last.sent_on:
                yield "on", "The decision lies before the appeal was sent."
            yield from _past("on", on, today)
        case entries.AuthorizationNoted(authorization):
            yield from _past("authorization.asked_on", authorization.asked_on, today)
            yield from _past("authorization.answered_on", authorization.answered_on, today)
            yield from _near("authorization.expires_on", authorization.expires_on, today)
            yield from _order("authorization", authorization, "asked_on", "answered_on")
            yield from _order("authorization", authorization, "answered_on", "expires_on")
            if authorization.status == "asked" and authorization.answered_on is not None:
                yield "authorization.status", "It has an answer, so it is no longer only asked."
        case entries.CoverageCalled(call):
            called_on = call.called_at.date() if call.called_at else None
            yield from _past("call.called_at", called_on, today)
            yield from _near("call.expires_on", call.expires_on, today)
            born = call.member.birth_date
            if born is not None and born > today:
                yield "call.member.birth_date", "The date lies in the future."
            if called_on and call.expires_on and call.expires_on < called_on:
                yield "call.expires_on", "The snapshot ends before it was taken."
        case entries.CodesSet(billing):
            yield from _billing(billing, today)
        case entries.GapOverridden(_, reason):
            if len((reason or "").strip()) < _LEAST_REASON:
                yield "reason", f"The reason is shorter than {_LEAST_REASON} characters."
        case entries.Noted(text):
            if not (text or "").strip():
                yield "text", "The note is empty."
        case entries.ActionPlanned(action, on):
            if bool((action or "").strip()) != (on is not None):
                yield "on", "A next action needs what and when."
            yield from _near("on", on, today)
        case entries.Snoozed(until):
            if until is not None and until <= today:
                yield "until", "The day lies not after today."
            yield from _near("until", until, today)
        case _:
            return


def _decided(remittance: Remittance) -> ClaimState | None:
    try:
        return state_by_amounts(remittance)
    except ValueError:
        return None  # ``amounts`` names the field


def _step(claim: ClaimRecord, to: ClaimState | None) -> Iterator[Problem]:
    if to is not None and to not in NEXT[claim.state]:
        yield "to", f"From {STATE_WORDS[claim.state].lower()} there is no step to {STATE_WORDS[to].lower()}."


def _sending(claim: ClaimRecord, entry: Any, today: dt.date) -> Iterator[Problem]:
    sending = entry.submission
    yield from _step(claim, "sent")
    yield from _past("submission.sent_on", sending.sent_on, today)
    if claim.service_date and sending.sent_on and sending.sent_on < claim.service_date:
        yield "submission.sent_on", "The claim would be sent before the date of service."
    if sending.frequency in ("7", "8") and not (sending.original_claim_number or "").strip():
        yield "submission.original_claim_number", "A replacement or void needs the payer's number of the first claim."
    if sending.frequency == "1" and any(one.frequency == "1" for one in claim.submissions) and claim.remittances:
        yield "submission.frequency", "The payer has answered this claim: send a correction as a replacement (7)."
    if sending.control_number is not None and len(sending.control_number.strip()) < _LEAST_CONTROL_NUMBER:
        yield "submission.control_number", "An attachment control number has at least two characters."


def amounts(remittance: Remittance) -> Iterator[Problem]:
    """What cannot be right about the money of a remittance; the balance is that of the X12 835."""
    try:
        charged, paid = money.cents(remittance.charged), money.cents(remittance.paid)
        explained = sum(money.cents(one.amount) for one in all_adjustments(remittance))
        lines = [(money.cents(line.charged), money.cents(line.paid)) for line in remittance.lines]
        money.cents(remittance.patient_responsibility)
    except ValueError:
        yield "remittance", "An amount is not money with at most two decimals."
        return
    is_reversal = remittance.status_code == REVERSAL
    if not is_reversal and (charged < 0 or paid < 0):
        yield "remittance.paid", "An amount is negative, and the remittance is no reversal."
    if not is_reversal and paid > charged:
        yield "remittance.paid", "More is paid than was charged."
    if charged - paid != explained:
        yield "remittance.adjustments", "The adjustments do not explain the difference between charged and paid."
    if lines and sum(one for one, _ in lines) != charged:
        yield "remittance.lines", "The charges of the lines do not add up to the charge of the claim."


def _remarks(remittance: Remittance) -> Iterator[Problem]:
    owners = [("remittance", remittance.remarks)]
    owners += [(f"remittance.lines[{number}]", line.remarks) for number, line in enumerate(remittance.lines)]
    for owner, remarks in owners:
        for number, remark in enumerate(remarks):
            if not remark.strip() or len(remark) > _LONGEST_REMARK:
                yield f"{owner}.remarks[{number}]", f"A remark is a code of 1 to {_LONGEST_REMARK} characters."


def _is_recorded(claim: ClaimRecord, remittance: Remittance) -> bool:
    """Whether the very same answer stands on the claim and was not taken back since."""
    given = replace(remittance, patient_control_number=None)
    for known in reversed(claim.remittances):
        if known.status_code == REVERSAL and remittance.status_code != REVERSAL:
            return False
        if known.trace_number and replace(known, patient_control_number=None) == given:
            return True
    return False


def _billing(billing: BillingFacts, today: dt.date) -> Iterator[Problem]:
    for number, procedure in enumerate(billing.procedures):
        if procedure.quantity is not None and not 1 <= procedure.quantity <= _MOST_QUANTITY:
            yield f"billing.procedures[{number}].quantity", f"A quantity is a number from 1 to {_MOST_QUANTITY}."
    try:
        charged = sum(money.cents(one.fee) * (one.quantity or 1) for one in billing.procedures)
    except ValueError:
        yield "billing.procedures", "A fee is not money with at most two decimals."
    else:
        if charged > _MOST_CENTS:
            yield "billing.procedures", "The fees together have more than nine digits before the point."
    accident = billing.accident
    if accident is not None and accident.date is not None and accident.date > today:
        yield "billing.accident.date", "The date lies in the future."


def _past(path: str, day: dt.date | None, today: dt.date, after: tuple[Any, ...] = ()) -> Iterator[Problem]:
    if day is None:
        return
    if day > today:
        yield path, "The date lies in the future."
    if day < _EARLIEST:
        yield path, "The date lies too far back."
    if after and after[0].sent_on and day < after[0].sent_on:
        yield path, "The date lies before the claim was sent."


def _near(path: str, day: dt.date | None, today: dt.date) -> Iterator[Problem]:
    if day is not None and not (_EARLIEST <= day <= today + _LONGEST_AHEAD):
        yield path, "The date is not a possible one."


def _order(path: str, owner: Any, first: str, second: str) -> Iterator[Problem]:
    one, other = getattr(owner, first), getattr(owner, second)
    if one is not None and other is not None and other < one:
        yield f"{path}.{second}", "The dates are in the wrong order."

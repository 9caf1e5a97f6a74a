"""What can be recorded of a claim: one frozen type for each kind of entry, and what the claim is after it.

A claim changes only by entries. Each is kept in the history for good, with who and when; window, command line and
remittance files all make the same entries. Pure: the clock and the person arrive as values.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, assert_never

from parotis.domain.case import Claim as BillingFacts
from parotis.domain.case import Payer
from parotis.domain.claims import lifecycle
from parotis.domain.claims.records import (
    Appeal,
    AppealOutcome,
    Authorization,
    ClaimState,
    CoverageCall,
    NarrativeEdit,
    Override,
    Remittance,
    Submission,
    Tick,
)

if TYPE_CHECKING:
    from parotis.domain.claims.records import ClaimRecord

_SHORT = {"maxLength": 200}


@dataclass(frozen=True, slots=True)
class CoverageCalled:
    kind: ClassVar[str] = "coverage-call"
    call: CoverageCall = field(default=CoverageCall(), metadata={"required": True})


@dataclass(frozen=True, slots=True)
class AuthorizationNoted:
    kind: ClassVar[str] = "authorization"
    authorization: Authorization = field(default=Authorization(), metadata={"required": True})


@dataclass(frozen=True, slots=True)
class CodesSet:
    """Procedures, diagnoses, subscriber and numbers of the claim; the signed report stays as it is."""

    kind: ClassVar[str] = "codes"
    billing: BillingFacts = field(default=BillingFacts(), metadata={"required": True})
    practice_code: str | None = field(default=None, metadata={"pattern": r"^[0-9A-Z]{5}$"})


@dataclass(frozen=True, slots=True)
class PayerChosen:
    """``payer`` is what the profile says of name, id and kind, put in by the program."""

    kind: ClassVar[str] = "payer"
    payer_key: str | None = field(default=None, metadata={"required": True, **_SHORT})
    payer: Payer | None = None


@dataclass(frozen=True, slots=True)
class NarrativeChanged:
    """``text`` None takes the hand edit of that length back. ``composed`` is put in by the program."""

    kind: ClassVar[str] = "narrative"
    limit: int | None = field(default=None, metadata={"required": True, "minimum": 1, "maximum": 10_000})
    text: str | None = field(default=None, metadata={"maxLength": 10_000})
    composed: str | None = field(default=None, metadata={"maxLength": 10_000})


@dataclass(frozen=True, slots=True)
class Ticked:
    kind: ClassVar[str] = "tick"
    item: str | None = field(default=None, metadata={"required": True, **_SHORT})
    is_done: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True)
class GapOverridden:
    kind: ClassVar[str] = "override"
    gap: str | None = field(default=None, metadata={"required": True, **_SHORT})
    reason: str | None = field(default=None, metadata={"required": True, "minLength": 3})


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A step that needs no more than its name: ready, acknowledged, more-information, closed, to-bill again."""

    kind: ClassVar[str] = "state"
    to: ClaimState | None = field(default=None, metadata={"required": True})
    on: dt.date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReportTaken:
    """The claim rests on the newest signed report from now on; ``document_id`` is put in by the program."""

    kind: ClassVar[str] = "report"
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """``submission.document_id`` and ``charged`` are put in by the program."""

    kind: ClassVar[str] = "sent"
    submission: Submission = field(default=Submission(), metadata={"required": True})


@dataclass(frozen=True, slots=True)
class RemittanceReceived:
    """``state`` None lets the amounts decide: paid, part-paid or denied."""

    kind: ClassVar[str] = "remittance"
    remittance: Remittance = field(default=Remittance(), metadata={"required": True})
    state: ClaimState | None = None


@dataclass(frozen=True, slots=True)
class AppealDrafted:
    kind: ClassVar[str] = "appeal"
    appeal: Appeal = field(default=Appeal(), metadata={"required": True})


@dataclass(frozen=True, slots=True)
class AppealSent:
    """``file_sha256`` is of the signed package, put in by the program."""

    kind: ClassVar[str] = "appeal-sent"
    on: dt.date | None = field(default=None, metadata={"required": True})
    how: str | None = field(default=None, metadata=_SHORT)
    file_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class AppealDecided:
    kind: ClassVar[str] = "appeal-decided"
    on: dt.date | None = field(default=None, metadata={"required": True})
    outcome: AppealOutcome | None = field(default=None, metadata={"required": True})
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ActionPlanned:
    """What is to be done next, and when; both empty: nothing."""

    kind: ClassVar[str] = "plan"
    action: str | None = field(default=None, metadata=_SHORT)
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """``to`` is a login; None gives the claim back to everybody."""

    kind: ClassVar[str] = "assign"
    to: str | None = field(default=None, metadata=_SHORT)


@dataclass(frozen=True, slots=True)
class Snoozed:
    kind: ClassVar[str] = "snooze"
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    kind: ClassVar[str] = "note"
    text: str | None = field(default=None, metadata={"required": True, "minLength": 1})


@dataclass(frozen=True, slots=True)
class FileKept:
    """A file was put to the claim; made by the program alone."""

    kind: ClassVar[str] = "file"
    sha256: str = ""
    file_kind: str = ""


Entry = (
    CoverageCalled
    | AuthorizationNoted
    | CodesSet
    | PayerChosen
    | NarrativeChanged
    | Ticked
    | GapOverridden
    | StateChanged
    | ReportTaken
    | Sent
    | RemittanceReceived
    | AppealDrafted
    | AppealSent
    | AppealDecided
    | ActionPlanned
    | Assigned
    | Snoozed
    | Noted
    | FileKept
)

FROM_OUTSIDE: dict[str, type[Any]] = {
    made.kind: made
    for made in (
        CoverageCalled,
        AuthorizationNoted,
        CodesSet,
        PayerChosen,
        NarrativeChanged,
        Ticked,
        GapOverridden,
        StateChanged,
        ReportTaken,
        Sent,
        RemittanceReceived,
        AppealDrafted,
        AppealSent,
        AppealDecided,
        ActionPlanned,
        Assigned,
        Snoozed,
        Noted,
    )
}
"""The entries that a person or a file may make, by the word that names them."""


def after(claim: ClaimRecord, entry: Entry, *, by: str, at: dt.datetime) -> ClaimRecord:  # noqa: C901
    """The claim after an entry that ``lifecycle.problems`` let pass.

    Args:
        claim: before.
        entry: what is recorded.
        by: the user id of the person.
        at: now.
    """
    match entry:
        case CoverageCalled(call):
            return replace(claim, calls=(*claim.calls, call))
        case AuthorizationNoted(authorization):
            return replace(claim, authorizations=(*claim.authorizations, authorization))
        case CodesSet(billing, practice_code):
            return replace(claim, billing=billing, has_own_codes=True, practice_code=practice_code)
        case PayerChosen(payer_key, payer):
            billing = replace(claim.billing, payer=payer or claim.billing.payer)
            return replace(claim, payer_key=payer_key, billing=billing, has_own_payer=True)
        case NarrativeChanged():
            return _edited(claim, entry, by=by, at=at)
        case Ticked():
            others = tuple(tick for tick in claim.ticks if tick.item != entry.item)
            return replace(claim, ticks=(*others, Tick(entry.item, entry.note, by, at)) if entry.is_done else others)
        case GapOverridden(gap, reason):
            others_over = tuple(one for one in claim.overrides if one.gap != gap)
            return replace(claim, overrides=(*others_over, Override(gap, reason, by, at)))
        case StateChanged(to):
            return replace(claim, state=to or claim.state)
        case ReportTaken(document_id):
            return replace(claim, document_id=document_id)
        case Sent(submission):
            sent = replace(submission, sent_on=submission.sent_on or at.date())
            return replace(claim, state="sent", document_id=sent.document_id, submissions=(*claim.submissions, sent))
        case RemittanceReceived(remittance, state):
            received = replace(remittance, received_on=remittance.received_on or at.date())
            decided = state or lifecycle.state_by_amounts(received)
            return replace(claim, state=decided, remittances=(*claim.remittances, received))
        case AppealDrafted(appeal):
            return replace(claim, appeals=_with_draft(claim, appeal))
        case AppealSent():
            sent_appeal = replace(
                claim.appeals[-1], sent_on=entry.on, sent_how=entry.how, file_sha256=entry.file_sha256
            )
            return replace(claim, state="appealed", appeals=(*claim.appeals[:-1], sent_appeal))
        case AppealDecided(on, outcome, note):
            decided_appeal = replace(claim.appeals[-1], decided_on=on, outcome=outcome, note=note)
            return replace(claim, state=outcome or claim.state, appeals=(*claim.appeals[:-1], decided_appeal))
        case ActionPlanned(action, on):
            return replace(claim, next_action=action, next_action_on=on)
        case Assigned(to_login):
            return replace(claim, assigned_to=to_login)
        case Snoozed(until):
            return replace(claim, snoozed_until=until)
        case Noted() | FileKept():
            return claim
    assert_never(entry)


def _edited(claim: ClaimRecord, entry: NarrativeChanged, *, by: str, at: dt.datetime) -> ClaimRecord:
    others = tuple(edit for edit in claim.edits if edit.limit != entry.limit)
    if entry.text is None:
        return replace(claim, edits=others)
    return replace(claim, edits=(*others, NarrativeEdit(entry.limit, entry.text, entry.composed, by, at)))


def _with_draft(claim: ClaimRecord, appeal: Appeal) -> tuple[Appeal, ...]:
    """A draft replaces the one not sent yet; after a decision it is the next level."""
    last = claim.appeal
    if last is not None and last.sent_on is None:
        return (*claim.appeals[:-1], replace(appeal, level=last.level))
    return (*claim.appeals, replace(appeal, level=last.level + 1 if last else 1))

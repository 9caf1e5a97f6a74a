"""A claim as frozen values: what was asked, answered, sent, paid, denied and appealed for one signed exam.

Money is text with at most two decimals, as in the case format; ``money`` reckons in cents. Dates are calendar days of
the practice. Everything but ``claim_id`` and ``exam_id`` may be missing: a claim grows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, get_args

from parotis.domain.case import Claim as BillingFacts

ClaimState = Literal[
    "to-bill",
    "ready",
    "sent",
    "acknowledged",
    "more-information",
    "paid",
    "part-paid",
    "denied",
    "appealed",
    "upheld",
    "overturned",
    "closed",
]
STATES: tuple[ClaimState, ...] = get_args(ClaimState)

AuthorizationKind = Literal["predetermination", "authorization"]
"""Two different numbers of X12: a predetermination is REF G3, a prior authorization REF G1."""

AuthorizationStatus = Literal["asked", "approved", "denied", "more-information"]
AdjustmentGroup = Literal["CO", "PR", "OA", "PI", "CR"]
"""Who bears an adjustment: contract, patient, other, payer; CR is a correction of an earlier payment."""

FrequencyCode = Literal["1", "7", "8"]
"""CLM05-3 of X12: original, replacement, void."""

AppealOutcome = Literal["upheld", "overturned"]
AnswerWord = Literal["yes", "no", "unknown"]
CallSource = Literal["phone", "portal", "letter"]
FileKind = Literal["remittance", "letter", "pack", "appeal", "other"]

_MONEY = {"pattern": r"^-?[0-9]{1,9}(\.[0-9]{1,2})?$"}
_AMOUNT = {"pattern": r"^[0-9]{1,9}(\.[0-9]{1,2})?$"}
_SHORT = {"maxLength": 200}
_NUMBER = {"maxLength": 50}
_CODE = {"pattern": r"^[A-Z0-9]{1,5}$"}


@dataclass(frozen=True, slots=True)
class Answer:
    """``question`` is the id of a question of the call sheet; ``detail`` is what the representative said."""

    question: str | None = field(default=None, metadata={"required": True, **_SHORT})
    word: AnswerWord | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """The member as the payer has them, read out on the call."""

    family_name: str | None = field(default=None, metadata=_SHORT)
    given_name: str | None = field(default=None, metadata=_SHORT)
    birth_date: dt.date | None = None
    member_id: str | None = field(default=None, metadata=_SHORT)
    group: str | None = field(default=None, metadata=_SHORT)


@dataclass(frozen=True, slots=True)
class CoverageCall:
    """A snapshot of coverage: true for the day of the call, until ``expires_on``."""

    called_at: dt.datetime | None = field(default=None, metadata={"required": True})
    source: CallSource | None = None
    representative: str | None = field(default=None, metadata=_SHORT)
    reference_number: str | None = field(default=None, metadata=_NUMBER)
    answers: tuple[Answer, ...] = ()
    member: MemberFacts = MemberFacts()
    expires_on: dt.date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """``units`` counts how often the procedure is allowed. A predetermination is an estimate, not a promise."""

    kind: AuthorizationKind | None = field(default=None, metadata={"required": True})
    status: AuthorizationStatus | None = field(default=None, metadata={"required": True})
    asked_on: dt.date | None = None
    answered_on: dt.date | None = None
    number: str | None = field(default=None, metadata=_NUMBER)
    codes: tuple[str, ...] = ()
    units: int | None = field(default=None, metadata={"minimum": 1, "maximum": 999})
    expires_on: dt.date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NarrativeEdit:
    """A narrative changed by hand for one length; ``composed`` is what the record gave when it was changed."""

    limit: int | None = field(default=None, metadata={"required": True, "minimum": 1, "maximum": 10_000})
    text: str | None = field(default=None, metadata={"required": True, "maxLength": 10_000})
    composed: str | None = field(default=None, metadata={"maxLength": 10_000})
    by: str | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """An item of the checklist that a person, not the record, says is done."""

    item: str | None = field(default=None, metadata={"required": True, **_SHORT})
    note: str | None = None
    by: str | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A blocking gap that somebody decided to go over, and why."""

    gap: str | None = field(default=None, metadata={"required": True, **_SHORT})
    reason: str | None = field(default=None, metadata={"required": True})
    by: str | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """One sending. ``control_number`` is the attachment control number (X12 PWK06)."""

    sent_on: dt.date | None = None
    channel: str | None = field(default=None, metadata=_SHORT)
    frequency: FrequencyCode = "1"
    original_claim_number: str | None = field(default=None, metadata=_NUMBER)
    control_number: str | None = field(default=None, metadata=_NUMBER)
    document_id: str | None = None
    charged: str | None = field(default=None, metadata=_AMOUNT)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """``reason`` is a CARC: why the payer pays less (or, with a minus, more) than was charged."""

    group: AdjustmentGroup | None = field(default=None, metadata={"required": True})
    reason: str | None = field(default=None, metadata={"required": True, **_CODE})
    amount: str | None = field(default=None, metadata={"required": True, **_MONEY})


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One service line of a remittance."""

    procedure: str | None = field(default=None, metadata=_NUMBER)
    service_date: dt.date | None = None
    charged: str | None = field(default=None, metadata=_MONEY)
    paid: str | None = field(default=None, metadata=_MONEY)
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remittance:
    """What the payer said of the claim: an explanation of benefits typed in, or one claim of an 835 file.

    ``adjustments`` are of the claim as a whole; those of lines are in ``lines``. ``remarks`` are RARCs.
    ``status_code`` is CLP02 (1 primary, 2 secondary, 4 denied, 22 reversal).
    """

    received_on: dt.date | None = None
    payer_name: str | None = field(default=None, metadata=_SHORT)
    trace_number: str | None = field(default=None, metadata=_NUMBER)
    patient_control_number: str | None = field(default=None, metadata=_NUMBER)
    payer_claim_number: str | None = field(default=None, metadata=_NUMBER)
    status_code: str | None = field(default=None, metadata={"pattern": r"^[0-9]{1,2}$"})
    charged: str | None = field(default=None, metadata={"required": True, **_MONEY})
    paid: str | None = field(default=None, metadata={"required": True, **_MONEY})
    patient_responsibility: str | None = field(default=None, metadata=_MONEY)
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    lines: tuple[PaidLine, ...] = ()


@dataclass(frozen=True, slots=True)
class AppealPoint:
    """One reason of the denial and the answer to it. ``sources`` are case paths of the signed lines that it quotes."""

    reason: str | None = field(default=None, metadata={"required": True, **_CODE})
    answer: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Appeal:
    """One level of appeal, from the letter to the decision."""

    level: int = field(default=1, metadata={"minimum": 1, "maximum": 9})
    addressed_to: tuple[str, ...] = ()
    deadline: dt.date | None = None
    plan_clause: str | None = None
    points: tuple[AppealPoint, ...] = ()
    file_sha256: str | None = None
    sent_on: dt.date | None = None
    sent_how: str | None = field(default=None, metadata=_SHORT)
    decided_on: dt.date | None = None
    outcome: AppealOutcome | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """The claim of one exam at one payer.

    ``billing`` follows the case's claim until somebody sets the claim's own codes (``has_own_codes``); a payer chosen
    for the claim (``has_own_payer``) stays when the codes of the case change.
    ``practice_code`` is the practice's own medical procedure code: typed by the practice, none is shipped.
    ``document_id`` is the signed report on which the claim rests.
    """

    claim_id: str
    exam_id: str
    state: ClaimState = "to-bill"
    document_id: str | None = None
    service_date: dt.date | None = None
    payer_key: str | None = None
    billing: BillingFacts = field(default_factory=BillingFacts)
    has_own_codes: bool = False
    has_own_payer: bool = False
    practice_code: str | None = None
    calls: tuple[CoverageCall, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    edits: tuple[NarrativeEdit, ...] = ()
    ticks: tuple[Tick, ...] = ()
    overrides: tuple[Override, ...] = ()
    submissions: tuple[Submission, ...] = ()
    remittances: tuple[Remittance, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    assigned_to: str | None = None
    next_action: str | None = None
    next_action_on: dt.date | None = None
    snoozed_until: dt.date | None = None

    @property
    def call(self) -> CoverageCall | None:
        """The last coverage call."""
        return self.calls[-1] if self.calls else None

    @property
    def submission(self) -> Submission | None:
        """The last sending."""
        return self.submissions[-1] if self.submissions else None

    @property
    def remittance(self) -> Remittance | None:
        """The last answer of the payer about money."""
        return self.remittances[-1] if self.remittances else None

    @property
    def appeal(self) -> Appeal | None:
        """The last level of appeal."""
        return self.appeals[-1] if self.appeals else None

    def authorization(self, kind: AuthorizationKind) -> Authorization | None:
        """The last word about a predetermination or an authorization."""
        return next((one for one in reversed(self.authorizations) if one.kind == kind), None)

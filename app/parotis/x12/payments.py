"""One transaction set of an 835 (ST to SE) as a payment with its claims.

Places of elements, and what has to balance with what, are those of the implementation guide 005010X221A1: a line's
charge less its payment is the sum of its adjustments; a claim's, of its own and its lines'; the payment is what the
claims are paid less the provider adjustments. That the lines add up to the charge is not asked here: payers leave lines
out, and ``lifecycle`` tells it of a claim of the practice. The order of the segments between CLP and the next CLP is
not judged, save that what follows an SVC is of that line.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from parotis.domain.claims import money
from parotis.domain.claims.records import Adjustment, AdjustmentGroup, PaidLine, Remittance
from parotis.domain.claims.remittance_files import Payment, ProviderAdjustment
from parotis.x12 import values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parotis.x12.problems import Problems
    from parotis.x12.segments import Segment

KNOWN = frozenset(
    {
        *("ST", "BPR", "NTE", "TRN", "CUR", "REF", "DTM", "N1", "N2", "N3", "N4", "PER", "RDM"),
        *("LX", "TS3", "TS2", "CLP", "CAS", "NM1", "MIA", "MOA", "AMT", "QTY", "SVC", "LQ", "PLB", "SE"),
    }
)
"""The segments of 005010X221A1."""

_NUMBERS: dict[str, tuple[int, ...]] = {
    "AMT": (2,),
    "QTY": (2,),
    "MIA": (*range(1, 5), *range(6, 20), 24),
    "MOA": (1, 2, 8, 9),
    "TS3": tuple(range(4, 25)),
    "TS2": tuple(range(1, 20)),
}
_REMARKS: dict[str, tuple[int, ...]] = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}
_GROUPS: dict[str, AdjustmentGroup] = {group: group for group in get_args(AdjustmentGroup)}
_LONGEST_NAME = 200
_LONGEST_NUMBER = 50
_MOST_ADJUSTMENTS = 6


@dataclass(slots=True)
class _Line:
    segment: Segment
    procedure: str | None
    charged: int | None
    paid: int | None
    day: dt.date | None = None
    started: dt.date | None = None
    adjustments: list[Adjustment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    has_faults: bool = False


@dataclass(slots=True)
class _Claim:
    segment: Segment
    position: int
    facts: Remittance
    charged: int | None
    paid: int | None
    began: dt.date | None = None
    adjustments: list[Adjustment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)
    has_faults: bool = False


class PaymentReading:
    """Takes the segments of one transaction set in order, then gives the payment."""

    def __init__(self, start: Segment, position: int, problems: Problems) -> None:
        self._start = start
        self._position = position
        self._problems = problems
        self._total: int | None = None
        self._bpr: Segment | None = None
        self._paid_on: dt.date | None = None
        self._produced_on: dt.date | None = None
        self._trace: str | None = None
        self._payer: str | None = None
        self._payee: tuple[str | None, str | None] = (None, None)
        self._claims: list[_Claim] = []
        self._taken: list[ProviderAdjustment] = []
        self._line: _Line | None = None
        self._has_unread_amounts = False
        self._handlers: dict[str, Callable[[Segment], None]] = {
            "BPR": self._read_total,
            "TRN": self._read_trace,
            "N1": self._read_party,
            "DTM": self._read_date,
            "CLP": self._read_claim,
            "SVC": self._read_line,
            "CAS": self._read_adjustments,
            "LQ": self._read_remark,
            "PLB": self._read_provider_adjustments,
        }

    def take(self, segment: Segment) -> None:
        """Read one segment between ST and SE."""
        if segment.name not in KNOWN:
            self._note(segment, "", "This is no segment of an 835; names are written in capitals.")
            return
        for position in _NUMBERS.get(segment.name, ()):
            values.check_number(segment, position, self._problems)
        for position in _REMARKS.get(segment.name, ()):
            self._add_remark(segment, values.code(segment, position, self._problems))
        handler = self._handlers.get(segment.name)
        if handler is not None:
            handler(segment)

    def finish(self) -> Payment:
        """The payment; whatever is wrong about it has been noted, and then it is not to be used."""
        if self._bpr is None:
            self._problems.add(self._start.number, "ST", "The payment has no BPR segment, so no total.")
        paid_on = self._paid_on or self._produced_on
        if self._bpr is not None and paid_on is None:
            values.date(self._bpr, 16, self._problems)
        claims = tuple(self._finished(claim, paid_on) for claim in self._claims)
        self._check_total()
        return Payment(
            payer_name=self._payer,
            payee_name=self._payee[0],
            payee_id=self._payee[1],
            trace_number=self._trace,
            paid_on=paid_on,
            paid=money.text_of(self._total or 0),
            claims=claims,
            provider_adjustments=tuple(self._taken),
        )

    def _note(self, segment: Segment, element: str, sentence: str) -> None:
        self._problems.add(segment.number, element, sentence)

    def _read_total(self, segment: Segment) -> None:
        if self._bpr is not None:
            self._note(segment, "BPR", "The payment has a second BPR segment.")
            return
        self._bpr = segment
        total = values.amount(segment, 2, self._problems)
        # BPR03 D takes the amount back from the practice's account.
        self._total = -abs(total) if total is not None and segment.text(3) == "D" else total
        self._paid_on = values.possible_date(segment, 16)

    def _read_trace(self, segment: Segment) -> None:
        if self._trace is not None:
            self._note(segment, "TRN", "The payment has a second TRN segment.")
        self._trace = values.name(segment, 2, self._problems, longest=_LONGEST_NUMBER)

    def _read_party(self, segment: Segment) -> None:
        if self._claims:
            return
        name = values.name(segment, 2, self._problems, longest=_LONGEST_NAME)
        if segment.text(1) == "PR":
            self._payer = name
        elif segment.text(1) == "PE":
            self._payee = name, values.name(segment, 4, self._problems, longest=_LONGEST_NUMBER)

    def _read_date(self, segment: Segment) -> None:
        kind = segment.text(1)
        claim, line = (self._claims[-1] if self._claims else None), self._line
        if kind == "405" and claim is None:
            self._produced_on = values.date(segment, 2, self._problems)
        elif kind == "472" and line is not None:
            line.day = values.date(segment, 2, self._problems)
        elif kind in {"150", "151"} and line is not None:
            found = values.date(segment, 2, self._problems)
            line.started = line.started if kind == "151" and line.started else found
        elif kind in {"232", "233"} and claim is not None:
            found = values.date(segment, 2, self._problems)
            claim.began = claim.began if kind == "233" and claim.began else found

    def _read_claim(self, segment: Segment) -> None:
        self._line = None
        problems = self._problems
        control_number = values.name(segment, 1, problems, longest=_LONGEST_NUMBER)
        if not segment.text(1):
            self._note(segment, "CLP01", "The practice's number of the claim is missing.")
        status = segment.text(2)
        if not (status.isascii() and status.isdigit() and len(status) <= 2):
            self._note(segment, "CLP02", "The status of the claim is missing or is no number of at most two digits.")
        share = values.amount(segment, 5, problems, is_required=False)
        facts = Remittance(
            patient_control_number=control_number,
            status_code=status,
            patient_responsibility=None if share is None else money.text_of(share),
            payer_claim_number=values.name(segment, 7, problems, longest=_LONGEST_NUMBER),
        )
        charged, paid = values.amount(segment, 3, problems), values.amount(segment, 4, problems)
        self._claims.append(_Claim(segment, len(self._claims) + 1, facts, charged, paid))

    def _read_line(self, segment: Segment) -> None:
        if not self._claims:
            self._note(segment, "SVC", "A service line comes before any claim.")
            return
        parts = segment.parts(1)
        procedure = parts[1] if len(parts) > 1 else parts[0]
        if len(procedure) > _LONGEST_NUMBER:
            self._note(segment, "SVC01", f"The text is longer than {_LONGEST_NUMBER} characters.")
        charged, paid = values.amount(segment, 2, self._problems), values.amount(segment, 3, self._problems)
        for position in (5, 7):
            values.check_number(segment, position, self._problems)
        self._line = _Line(segment, procedure or None, charged, paid)
        self._claims[-1].lines.append(self._line)

    def _read_adjustments(self, segment: Segment) -> None:
        if not self._claims:
            self._note(segment, "CAS", "An adjustment comes before any claim.")
            return
        group = _GROUPS.get(segment.text(1))
        if group is None:
            self._note(segment, "CAS01", f"The group is none of {', '.join(_GROUPS)}.")
        if len(segment) > 1 + 3 * _MOST_ADJUSTMENTS:
            self._note(segment, "CAS", f"One CAS segment holds at most {_MOST_ADJUSTMENTS} adjustments.")
        owner = self._line or self._claims[-1]
        found = False
        for position in range(2, len(segment) + 1, 3):
            if not any(segment.text(position + offset) for offset in range(3)):
                continue
            found = True
            reason = values.code(segment, position, self._problems)
            cents = values.amount(segment, position + 1, self._problems)
            values.check_number(segment, position + 2, self._problems)
            if not segment.text(position):
                self._note(segment, f"CAS{position:02}", "The reason of the adjustment is missing.")
            owner.has_faults |= cents is None
            owner.adjustments.append(Adjustment(group, reason, money.text_of(cents or 0)))
        if not found:
            self._note(segment, "CAS02", "The reason of the adjustment is missing.")

    def _read_remark(self, segment: Segment) -> None:
        if segment.text(1) == "HE":
            self._add_remark(segment, values.code(segment, 2, self._problems))

    def _add_remark(self, segment: Segment, code: str | None) -> None:
        if code is None:
            return
        if not self._claims:
            self._note(segment, segment.name, "A remark comes before any claim.")
            return
        is_of_line = segment.name == "LQ" and self._line is not None
        owner = self._line if is_of_line and self._line else self._claims[-1]
        if code not in owner.remarks:
            owner.remarks.append(code)

    def _read_provider_adjustments(self, segment: Segment) -> None:
        self._line = None
        for position in range(3, max(len(segment), 4) + 1, 2):
            parts = segment.parts(position)
            if position > 3 and not any(parts) and not segment.text(position + 1):
                continue
            if not parts[0]:
                self._note(segment, f"PLB{position:02}", "The reason of the provider adjustment is missing.")
            reference = ":".join(part for part in parts[1:] if part) or None
            if any(len(text or "") > _LONGEST_NUMBER for text in (parts[0], reference)):
                self._note(segment, f"PLB{position:02}", f"The text is longer than {_LONGEST_NUMBER} characters.")
            cents = values.amount(segment, position + 1, self._problems)
            if cents is None:
                self._has_unread_amounts = True
            self._taken.append(ProviderAdjustment(parts[0], reference, money.text_of(cents or 0)))

    def _finished(self, claim: _Claim, paid_on: dt.date | None) -> Remittance:
        self._check_claim(claim)
        lines = tuple(
            PaidLine(
                procedure=line.procedure,
                service_date=line.day or line.started or claim.began,
                charged=money.text_of(line.charged or 0),
                paid=money.text_of(line.paid or 0),
                adjustments=tuple(line.adjustments),
                remarks=tuple(line.remarks),
            )
            for line in claim.lines
        )
        return Remittance(
            received_on=paid_on,
            payer_name=self._payer,
            trace_number=self._trace,
            patient_control_number=claim.facts.patient_control_number,
            payer_claim_number=claim.facts.payer_claim_number,
            status_code=claim.facts.status_code,
            charged=money.text_of(claim.charged or 0),
            paid=money.text_of(claim.paid or 0),
            patient_responsibility=claim.facts.patient_responsibility,
            adjustments=tuple(claim.adjustments),
            remarks=tuple(claim.remarks),
            lines=lines,
        )

    def _check_claim(self, claim: _Claim) -> None:
        """Note what does not balance; an amount that could not be read has been noted instead."""
        where = f"Payment {self._position}, claim {claim.position}"
        for number, line in enumerate(claim.lines, start=1):
            if line.charged is None or line.paid is None or line.has_faults:
                claim.has_faults = True
            elif line.charged - line.paid != _sum(line.adjustments):
                told = "the charge less the payment is not the sum of the adjustments of the line."
                self._note(line.segment, "SVC03", f"{where}, line {number}: {told}")
        if claim.charged is None or claim.paid is None or claim.has_faults:
            return
        explained = _sum(claim.adjustments) + sum(_sum(line.adjustments) for line in claim.lines)
        if claim.charged - claim.paid != explained:
            told = "the charge less the payment is not the sum of the adjustments."
            self._note(claim.segment, "CLP04", f"{where}: {told}")

    def _check_total(self) -> None:
        if self._bpr is None or self._total is None or self._has_unread_amounts:
            return
        if any(claim.paid is None for claim in self._claims):
            return
        paid = sum(claim.paid or 0 for claim in self._claims)
        if paid - sum(money.cents(one.amount) for one in self._taken) != self._total:
            told = "what the claims are paid, less the provider adjustments, is not the total."
            self._note(self._bpr, "BPR02", f"Payment {self._position}: {told}")


def _sum(adjustments: Sequence[Adjustment]) -> int:
    return sum(money.cents(one.amount) for one in adjustments)

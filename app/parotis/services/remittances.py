"""Remittance files of payers: read, laid beside the claims of the practice, posted once and whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain import canonical
from parotis.domain.claims import entries, lifecycle, money
from parotis.domain.claims.remittance_matching import matched
from parotis.domain.errors import AlreadyExists
from parotis.services import claims

if TYPE_CHECKING:
    from parotis.domain.claims.records import ClaimState, Remittance
    from parotis.domain.claims.remittance_files import Payment, RemittanceFile
    from parotis.services.claim_ports import ClaimRow
    from parotis.services.desk import Desk, Machine

X12_MEDIA_TYPE = "application/edi-x12"


@dataclass(frozen=True, slots=True)
class PreviewedClaim:
    """One claim of the file. ``row`` is the practice's claim it belongs to, None when there is none.

    ``state`` is what posting would make of it; ``problems`` say why it cannot be posted.
    """

    remittance: Remittance
    row: ClaimRow | None
    state: ClaimState
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewedPayment:
    payment: Payment
    claims: tuple[PreviewedClaim, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file says and what posting it would do. ``is_known``: this very file was posted before."""

    sha256: str
    payments: tuple[PreviewedPayment, ...]
    is_known: bool

    @property
    def claims(self) -> tuple[PreviewedClaim, ...]:
        """All claims of the file in its order."""
        return tuple(one for payment in self.payments for one in payment.claims)


@dataclass(frozen=True, slots=True)
class Posted:
    """How many claims were posted and how many of the file belong to no claim here."""

    posted: int
    unmatched: int


def totals(file: RemittanceFile) -> dict[str, int]:
    """Payments, claims, and what was charged, paid and adjusted in all, in cents."""
    remittances = [claim for payment in file.payments for claim in payment.claims]
    explained = (one for remittance in remittances for one in lifecycle.all_adjustments(remittance))
    return {
        "payments": len(file.payments),
        "claims": len(remittances),
        "charged_cents": sum(money.cents(one.charged) for one in remittances),
        "paid_cents": sum(money.cents(one.paid) for one in remittances),
        "adjusted_cents": sum(money.cents(one.amount) for one in explained),
        "provider_adjusted_cents": sum(
            money.cents(one.amount) for payment in file.payments for one in payment.provider_adjustments
        ),
        "total_cents": sum(money.cents(payment.paid) for payment in file.payments),
    }


def read(machine: Machine, data: bytes) -> RemittanceFile:
    """The file as values; needs no practice.

    Raises:
        UnreadableInput: it is no 835, or not a whole and balanced one; every problem with its segment.
    """
    return machine.remittances.read(data)


def preview(desk: Desk, data: bytes) -> Preview:
    """What the file says of the claims of this practice; nothing is changed. Raises as ``read``."""
    file = read(desk.machine, data)
    sha256 = hashlib.sha256(data).hexdigest()
    with desk.unit_of_work() as work:
        is_known = work.claims.is_remittance_known(sha256)
    shown = tuple(
        PreviewedPayment(payment, tuple(_previewed(desk, one) for one in payment.claims)) for payment in file.payments
    )
    return Preview(sha256, shown, is_known)


def _previewed(desk: Desk, remittance: Remittance) -> PreviewedClaim:
    state = lifecycle.state_by_amounts(remittance)
    claim_id = matched(remittance)
    row = desk.records.queries.claim(claim_id) if claim_id else None
    if row is None:
        return PreviewedClaim(remittance, None, state)
    entry = entries.RemittanceReceived(remittance)
    found = lifecycle.problems(claims.load(desk, row.claim_id).claim, entry, desk.machine.clock.now().date())
    return PreviewedClaim(remittance, row, state, tuple(text for _, text in found))


def post(desk: Desk, data: bytes) -> Posted:
    """Record every claim of the file that belongs to this practice, in one transaction, and keep the file.

    Raises:
        UnreadableInput: the file, or one of its claims, cannot be taken; nothing is recorded.
        AlreadyExists: this very file was posted before.
    """
    desk.require("claims.edit")
    found = preview(desk, data)
    if found.is_known:
        raise AlreadyExists("remittance file")
    ours = [one for one in found.claims if one.row is not None]
    unmatched = [one.remittance for one in found.claims if one.row is None]
    now, user = desk.machine.clock.now(), desk.session.user
    file = claims.made_file(desk, data, "remittance", X12_MEDIA_TYPE)
    kept = [json.dumps(canonical.object_as_json(one), ensure_ascii=False) for one in unmatched]
    steps = _steps(desk, ours)
    with desk.unit_of_work() as work:
        work.claims.put_remittance_file(found.sha256, data, kept, at=now, by=user.user_id)
        claims.store(desk, work, steps)
        work.audit.append(desk.entry("remittance-posted", file.sha256, f"{len(ours)} {len(unmatched)}"))
        work.commit()
    return Posted(len(ours), len(unmatched))


def _steps(desk: Desk, ours: list[PreviewedClaim]) -> tuple[claims.Step, ...]:
    """A file may speak of one claim several times, as when a payment is taken back and made anew."""
    by_claim: dict[str, list[Remittance]] = {}
    for one in ours:
        if one.row is not None:
            by_claim.setdefault(one.row.claim_id, []).append(one.remittance)
    return tuple(
        step
        for claim_id, received in by_claim.items()
        for step in claims.steps_of(
            desk, claims.load(desk, claim_id), [entries.RemittanceReceived(remittance) for remittance in received]
        )
    )

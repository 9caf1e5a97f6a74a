"""Remittance files of payers: read, laid beside the claims of the practice, posted once and whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain import canonical
from parotis.domain.claims import entries, lifecycle, money
from parotis.domain.claims.remittance_matching import matched
from parotis.domain.errors import AlreadyExists, UnreadableInput
from parotis.services import claims

if TYPE_CHECKING:
    from parotis.domain.claims.records import ClaimRecord, ClaimState, Remittance
    from parotis.domain.claims.remittance_files import Payment, RemittanceFile
    from parotis.services.claim_ports import ClaimRow, KeptRemittanceFile
    from parotis.services.desk import Desk, Machine


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
    reader = _Reader(desk)
    shown = tuple(
        PreviewedPayment(payment, tuple(reader.previewed(one) for one in payment.claims)) for payment in file.payments
    )
    return Preview(sha256, shown, is_known)


class _Reader:
    """Lays the claims of a file beside those of the practice, each after what the file said of it before."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, tuple[ClaimRow, ClaimRecord] | None] = {}

    def previewed(self, remittance: Remittance) -> PreviewedClaim:
        state = lifecycle.state_by_amounts(remittance)
        claim_id = matched(remittance)
        known = self._claim(claim_id) if claim_id else None
        if known is None:
            return PreviewedClaim(remittance, None, state)
        row, claim = known
        now, entry = self._desk.machine.clock.now(), entries.RemittanceReceived(remittance)
        found = lifecycle.problems(claim, entry, now.date())
        if not found:
            after = entries.after(claim, entry, by=self._desk.session.user.user_id, at=now)
            self._known[row.claim_id] = row, after
        return PreviewedClaim(remittance, row, state, tuple(text for _, text in found))

    def _claim(self, claim_id: str) -> tuple[ClaimRow, ClaimRecord] | None:
        if claim_id not in self._known:
            row = self._desk.records.queries.claim(claim_id)
            self._known[claim_id] = None
            if row is not None:
                with self._desk.unit_of_work() as work:
                    self._known[claim_id] = row, work.claims.get(claim_id)[0]
        return self._known[claim_id]


def post(desk: Desk, data: bytes) -> Posted:
    """Record every claim of the file that belongs to this practice, in one transaction, and keep the file.

    Raises:
        UnreadableInput: the file, or some of its claims, cannot be taken, each named by its place in the file;
            nothing is recorded.
        AlreadyExists: this very file was posted before.
    """
    desk.require("claims.edit")
    found = preview(desk, data)
    if found.is_known:
        raise AlreadyExists("remittance file")
    problems = [
        (f"payments[{number}].claims[{place}]", text)
        for number, payment in enumerate(found.payments)
        for place, one in enumerate(payment.claims)
        for text in one.problems
    ]
    if problems:
        raise UnreadableInput(problems)
    ours = [one for one in found.claims if one.row is not None]
    unmatched = [one.remittance for one in found.claims if one.row is None]
    now, user = desk.machine.clock.now(), desk.session.user
    kept = [json.dumps(canonical.object_as_json(one), ensure_ascii=False) for one in unmatched]
    steps = _steps(desk, ours)
    with desk.unit_of_work() as work:
        work.claims.put_remittance_file(found.sha256, data, kept, at=now, by=user.user_id)
        claims.store(desk, work, steps)
        work.audit.append(desk.entry("remittance-posted", found.sha256, f"{len(ours)} {len(unmatched)}"))
        work.commit()
    return Posted(len(ours), len(unmatched))


def kept(desk: Desk) -> tuple[KeptRemittanceFile, ...]:
    """The remittance files that were posted, newest first, with their claims that are of no claim here.

    Raises:
        Refused: the role may not work on claims.
    """
    desk.require("claims.edit")
    with desk.unit_of_work() as work:
        return work.claims.remittance_files()


def kept_file(desk: Desk, sha256: str) -> bytes:
    """A posted file as it came.

    Raises:
        NotFound: there is none. DocumentAltered: it is not what was kept. Refused: the role may not work on claims.
    """
    desk.require("claims.edit")
    with desk.unit_of_work() as work:
        return work.claims.remittance_file(sha256)


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

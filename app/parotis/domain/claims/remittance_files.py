"""What an X12 835 file says, as frozen values: payments, and in each the claims that it pays or denies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain.claims import money

if TYPE_CHECKING:
    from parotis.domain.claims.records import Remittance


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """A PLB entry: money between payer and practice that belongs to no claim. A plus lowers the payment."""

    reason: str
    reference: str | None
    amount: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One transaction set (ST to SE). ``paid`` is the total of BPR02, ``trace_number`` of TRN02."""

    payer_name: str | None
    payee_name: str | None
    payee_id: str | None
    trace_number: str | None
    paid_on: dt.date | None
    paid: str
    claims: tuple[Remittance, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()

    @property
    def is_balanced(self) -> bool:
        """Whether what the claims are paid, less what the provider adjustments take, is the total."""
        claims = sum(money.cents(claim.paid) for claim in self.claims)
        taken = sum(money.cents(one.amount) for one in self.provider_adjustments)
        return claims - taken == money.cents(self.paid)


@dataclass(frozen=True, slots=True)
class RemittanceFile:
    payments: tuple[Payment, ...]

"""Which claim of the practice a remittance belongs to: the practice's number of the claim is the claim id."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parotis.domain.claims.records import Remittance


def matched(remittance: Remittance) -> str | None:
    """The claim id that a remittance names, as ids are written (no blanks, small letters); None when it names none.

    Whether the practice has such a claim is for the caller to ask.
    """
    return (remittance.patient_control_number or "").strip().lower() or None

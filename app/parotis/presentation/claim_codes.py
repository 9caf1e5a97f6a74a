"""What is said of the codes of a claim while they are typed: issues, letters of the diagnoses, what a code is. Pure."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parotis.domain.checking.claim import MOST_DIAGNOSES
from parotis.domain.claims import code_compass, diagnosis_help

if TYPE_CHECKING:
    from datetime import date

    from parotis.domain.case import Claim as BillingFacts
    from parotis.domain.case import PayerKind
    from parotis.domain.issue import Issue
    from parotis.services.claim_situation import Situation
    from parotis.services.desk import Desk

LETTERS = "ABCDEFGHIJKL"
_OF_OTHER_CLAIMS = "claim.procedures.two_claims"
"""Known from the record alone: it stays as it was found there."""


def letters(kind: PayerKind | None, count: int) -> tuple[str, ...]:
    """The letter of each of so many diagnoses on the claim form, A to D (dental) or A to L; empty: none is left."""
    known = LETTERS[: MOST_DIAGNOSES[kind or "medical"]]
    return tuple(known[place] if place < len(known) else "" for place in range(count))


def issues(desk: Desk, situation: Situation, billing: BillingFacts, today: date) -> tuple[Issue, ...]:
    """What speaks against codes that are not recorded yet; blocking ones first."""
    opened = situation.opened
    on = opened.claim.service_date or today
    case = dataclasses.replace(opened.exam.case, claim=billing)
    kind = billing.payer.kind if billing.payer else None
    found = (
        *code_compass.pairing_issues(billing, desk.machine.cdt, on=on, overrides=opened.claim.overrides),
        *diagnosis_help.diagnosis_issues(billing, case, desk.machine.icd, kind, on),
        *(one for one in situation.code_issues if one.code == _OF_OTHER_CLAIMS),
    )
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.blocks))

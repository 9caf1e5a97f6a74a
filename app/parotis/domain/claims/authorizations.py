"""How predetermination and prior authorization of a claim stand, kept apart.

A predetermination (X12 REF G3) is an estimate that binds nobody; a prior authorization (REF G1) is a must where the
payer wants one. The project's domain notes, 6d.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from parotis.domain import wording

if TYPE_CHECKING:
    import datetime as dt

    from parotis.domain.claims.payers import PayerProfile, Wanted
    from parotis.domain.claims.records import Authorization, AuthorizationKind, ClaimRecord

StandingState = Literal[
    "not-needed", "not-known", "needed", "asked", "approved", "denied", "more-information", "expired", "used-up"
]

LABELS: dict[AuthorizationKind, str] = {
    "predetermination": "Predetermination",
    "authorization": "Prior authorization",
}
_QUESTIONS: dict[AuthorizationKind, str] = {
    "predetermination": "predetermination",
    "authorization": "prior-authorization",
}
"""The questions of the call sheet that tell about each."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one of the two stands. ``text`` is a sentence for people.

    ``is_required`` tells whether the payer wants it as a must, ``units`` how often the procedure is allowed (None: not
    told) and ``units_used`` how often it was claimed.
    """

    kind: AuthorizationKind
    state: StandingState
    number: str | None
    expires_on: dt.date | None
    text: str
    is_required: bool = False
    units: int | None = None
    units_used: int = 0

    @property
    def holds(self) -> bool:
        """Whether the claim can rest on it: approved, or used up by this very claim and no more."""
        return self.state == "approved" or (
            self.state == "used-up" and self.units is not None and 0 < self.units_used <= self.units
        )


def number(claim: ClaimRecord, kind: AuthorizationKind) -> str | None:
    """The number that the payer gave last, else the claim's own; none where the payer's last word is a denial."""
    noted = claim.authorization(kind)
    if noted is not None and noted.status == "denied":
        return None
    if noted is not None and noted.number and noted.number.strip():
        return noted.number.strip()
    billing = claim.billing
    return (billing.predetermination if kind == "predetermination" else billing.prior_authorization) or None


def numbered(claim: ClaimRecord) -> ClaimRecord:
    """The claim with the numbers that the payer gave in the fields of its own, for texts and files."""
    billing = replace(
        claim.billing,
        prior_authorization=number(claim, "authorization"),
        predetermination=number(claim, "predetermination"),
    )
    return replace(claim, billing=billing)


def wanted(claim: ClaimRecord, kind: AuthorizationKind, profile: PayerProfile | None) -> Wanted | None:
    """Whether the payer wants it: for an authorization what the last coverage call says, else the profile.

    A predetermination that is offered on the call is no wish, so that only the profile counts; None is not known.
    """
    if kind == "predetermination":
        return profile.predetermination if profile is not None else None
    for call in reversed(claim.calls):
        word = next((one.word for one in call.answers if one.question == _QUESTIONS[kind]), None)
        if word == "yes":
            return "required"
        if word == "no":
            return "no"
    return profile.authorization if profile is not None else None


def standing(claim: ClaimRecord, kind: AuthorizationKind, profile: PayerProfile | None, today: dt.date) -> Standing:
    """How a predetermination or an authorization stands for the day of the study, or for today before the study.

    Units are counted against the sendings of this claim: a first sending uses the quantity of its procedures, a
    replacement nothing more, a void gives it back.
    """
    wish, known = wanted(claim, kind, profile), claim.authorization(kind)
    is_required = wish == "required"
    if known is None or known.status is None:
        return _without_answer(claim, kind, wish)
    used, needed = _units_used(claim, known), _quantity(claim, known)
    state, text = _judged(claim, known, today, used, needed)
    return Standing(
        kind,
        state,
        known.number,
        known.expires_on,
        f"{LABELS[kind]}: {text}",
        is_required,
        known.units,
        used,
    )


def _without_answer(claim: ClaimRecord, kind: AuthorizationKind, wish: Wanted | None) -> Standing:
    billing = claim.billing
    number = billing.predetermination if kind == "predetermination" else billing.prior_authorization
    label = LABELS[kind]
    if number and number.strip():
        text = f"{label}: the claim has a number; what the payer answered, and until when it holds, is not recorded."
        return Standing(kind, "approved", number, None, text, wish == "required")
    told: dict[Wanted | None, tuple[StandingState, str]] = {
        "required": ("needed", "needed by this payer and not asked for yet."),
        "recommended": ("not-needed", "not a must, but recommended by this payer."),
        "no": ("not-needed", "not needed by this payer."),
        None: ("not-known", "whether this payer wants it is not known: ask the payer."),
    }
    state, text = told[wish]
    return Standing(kind, state, None, None, f"{label}: {text}", wish == "required")


def _judged(
    claim: ClaimRecord, known: Authorization, today: dt.date, used: int, needed: int
) -> tuple[StandingState, str]:
    on = claim.service_date or today
    if known.status == "asked":
        asked = f" on {wording.day(known.asked_on)}" if known.asked_on else ""
        return "asked", f"asked for{asked}; the payer has not answered."
    if known.status == "denied":
        return "denied", "denied."
    if known.status == "more-information":
        return "more-information", "the payer asks for more information."
    if _other_codes(claim, known):
        return "needed", "approved for other codes than the claim has."
    if known.expires_on is not None and known.expires_on < on:
        of_study = " before the day of the study" if claim.service_date else ""
        return "expired", f"expired on {wording.day(known.expires_on)}{of_study}."
    if known.units is not None and used >= known.units:
        return "used-up", f"{used} of {known.units} units are used."
    if known.units is not None and used == 0 and needed > known.units:
        return "used-up", f"the claim has {needed} units, {known.units} are approved."
    until = f" until {wording.day(known.expires_on)}" if known.expires_on else "; until when is not recorded"
    left = f", {known.units - used} of {known.units} units left" if known.units is not None else ""
    return "approved", f"approved{until}{left}."


def _other_codes(claim: ClaimRecord, known: Authorization) -> bool:
    own = {one.code.strip().upper() for one in claim.billing.procedures if one.code}
    if claim.practice_code:
        own.add(claim.practice_code)
    allowed = {code.strip().upper() for code in known.codes if code.strip()}
    return bool(own and allowed and not own & allowed)


def _quantity(claim: ClaimRecord, known: Authorization) -> int:
    """Units that one sending takes: the quantities of the procedures that the authorization names, or of all."""
    allowed = {code.strip().upper() for code in known.codes if code.strip()}
    of_codes = [
        one.quantity or 1
        for one in claim.billing.procedures
        if not allowed or (one.code or "").strip().upper() in allowed
    ]
    return sum(of_codes) or 1


def _units_used(claim: ClaimRecord, known: Authorization) -> int:
    firsts = sum(one.frequency == "1" for one in claim.submissions)
    voids = sum(one.frequency == "8" for one in claim.submissions)
    return max(0, firsts - voids) * _quantity(claim, known)

"""From the codes of a denial to what to do about it.

Which code leads where is in ``resources/claims/denial-codes.json`` (the project's domain notes, 6e, to be confirmed by
a certified coder); what a way needs is looked for in the claim, and what is not there is named. Times are the payer's
own: where its profile does not know one, none is assumed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from parotis.domain.claims import denial_codes, lifecycle, money
from parotis.domain.claims.denial_codes import CodeKind, DenialCode, RouteId

if TYPE_CHECKING:
    from parotis.domain.claims.payers import PayerProfile
    from parotis.domain.claims.records import ClaimRecord, Remittance

_ORDER: tuple[RouteId, ...] = get_args(RouteId)
_LAST = len(_ORDER)


@dataclass(frozen=True, slots=True)
class Route:
    """One way on. ``codes`` lead there, ``why`` says so in plain words; ``missing`` is what it needs and has not.

    ``deadline`` is the last day for it, None where that is not known or there is none; ``amount`` is what the patient
    is to pay.
    """

    id: RouteId
    title: str
    why: str
    steps: tuple[str, ...]
    codes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    deadline: dt.date | None = None
    is_overdue: bool = False
    amount: str | None = None


@dataclass(frozen=True, slots=True)
class _Cause:
    """A code of the remittance. ``known`` is None for one that the list does not have."""

    kind: CodeKind
    code: str
    known: DenialCode | None


@dataclass(frozen=True, slots=True)
class _Situation:
    claim: ClaimRecord
    remittance: Remittance
    profile: PayerProfile | None
    today: dt.date
    causes: tuple[_Cause, ...]

    @property
    def payer_number(self) -> str | None:
        """The payer's number of the claim: of this answer, else of an earlier one."""
        answers = (self.remittance, *reversed(self.claim.remittances))
        return next((one.payer_claim_number for one in answers if one.payer_claim_number), None)

    @property
    def forbids_appeal(self) -> bool:
        return any(cause.known is not None and cause.known.forbids_appeal for cause in self.causes)

    def has_ground(self, ground: str) -> bool:
        return any(cause.known is not None and cause.known.appeal == ground for cause in self.causes)

    @property
    def patient_cents(self) -> int:
        """What the payer puts into the patient's group (PR)."""
        found = lifecycle.all_adjustments(self.remittance)
        return sum(money.cents(one.amount) for one in found if one.group == "PR")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a way consists of, before it is known why it is told."""

    title: str
    steps: tuple[str, ...]
    missing: tuple[str, ...] = ()
    deadline: dt.date | None = None
    amount: str | None = None


def routes(
    claim: ClaimRecord, remittance: Remittance, profile: PayerProfile | None, today: dt.date
) -> tuple[Route, ...]:
    """What to do about an answer of the payer, the best first; nothing for a claim that is paid or a reversal.

    Args:
        claim: whose answer it is.
        remittance: the answer.
        profile: what is known of the payer; None when nothing is.
        today: the practice's calendar day.

    Raises:
        ValueError: an amount of the remittance is no money.
    """
    if remittance.status_code == lifecycle.REVERSAL:
        return ()
    situation = _Situation(claim, remittance, profile, today, tuple(_causes(remittance)))
    ranked = _ranked(situation)
    return tuple(_route(route_id, situation, ranked[route_id][1]) for route_id in sorted(ranked, key=_key(ranked)))


def _key(ranked: dict[RouteId, tuple[int, tuple[_Cause, ...]]]) -> Callable[[RouteId], tuple[int, int]]:
    return lambda route_id: (ranked[route_id][0], _ORDER.index(route_id))


def _causes(remittance: Remittance) -> Iterator[_Cause]:
    """The codes that take money from the claim, then the remarks, each once."""
    seen: set[tuple[CodeKind, str]] = set()
    reasons = [one.reason for one in lifecycle.all_adjustments(remittance) if money.cents(one.amount) > 0]
    remarks = [*remittance.remarks, *(remark for line in remittance.lines for remark in line.remarks)]
    for kind, codes in (("carc", reasons), ("rarc", remarks)):
        for code in codes:
            written: tuple[CodeKind, str] = ("carc" if kind == "carc" else "rarc", (code or "").strip().upper())
            if written[1] and written not in seen:
                seen.add(written)
                yield _Cause(*written, denial_codes.denial_code(*written))


def _ranked(situation: _Situation) -> dict[RouteId, tuple[int, tuple[_Cause, ...]]]:
    """For each way its rank, 0 the best, and the codes that lead there."""
    found: dict[RouteId, tuple[int, tuple[_Cause, ...]]] = {}

    def lead(route_id: RouteId, rank: int, cause: _Cause | None) -> None:
        known_rank, causes = found.get(route_id, (rank, ()))
        found[route_id] = min(known_rank, rank), (*causes, cause) if cause else causes

    for cause in situation.causes:
        if cause.known is None and cause.code in lifecycle.NO_DENIAL:
            continue
        if cause.known is None:
            # A remark alone denies nothing: one that is not in the list is told only beside a reason that is not.
            lead("ask-payer", 1 if cause.kind == "carc" else _LAST, cause)
            continue
        for rank, route_id in enumerate(cause.known.routes):
            lead(route_id, rank, cause)
    if situation.forbids_appeal:
        found.pop("appeal", None)
    if situation.patient_cents > 0 or money.cents(situation.remittance.patient_responsibility) > 0:
        lead("bill-patient", _LAST, None)
    if not found and _is_denied(situation.remittance):
        found["ask-payer"] = 0, ()
    elif not _is_reduced(situation):
        found.pop("ask-payer", None)
    return found


def _is_denied(remittance: Remittance) -> bool:
    return lifecycle.state_by_amounts(remittance) == "denied"


def _is_reduced(situation: _Situation) -> bool:
    """Whether anything but the contract and the patient's share takes money."""
    reasons = {cause.code for cause in situation.causes if cause.kind == "carc"}
    return _is_denied(situation.remittance) or bool(reasons - lifecycle.NO_DENIAL)


def _route(route_id: RouteId, situation: _Situation, causes: tuple[_Cause, ...]) -> Route:
    plan = _PLANS[route_id](situation)
    overdue = plan.deadline is not None and plan.deadline < situation.today
    return Route(
        id=route_id,
        title=plan.title,
        why=_why(route_id, causes),
        steps=plan.steps,
        codes=tuple(cause.code for cause in causes),
        missing=plan.missing,
        deadline=plan.deadline,
        is_overdue=overdue,
        amount=plan.amount,
    )


def _why(route_id: RouteId, causes: tuple[_Cause, ...]) -> str:
    if not causes and route_id == "bill-patient":
        return "The payer puts an amount to the patient."
    if not causes:
        return "The payer pays nothing and gives no reason that this program knows."
    told = (f"{c.code}: {c.known.words}" if c.known else denial_codes.words_of(c.kind, c.code) for c in causes)
    return " ".join(told)


def _days_after(day: dt.date | None, days: int | None) -> dt.date | None:
    return day + dt.timedelta(days=days) if day is not None and days is not None else None


def _missing(*needs: tuple[object, str]) -> tuple[str, ...]:
    return tuple(sentence for value, sentence in needs if not value)


_NO_PAYER_NUMBER = "The payer's number of the claim is not recorded; a replacement cannot be sent without it."


def _correct(situation: _Situation) -> _Plan:
    profile = situation.profile
    resending = (
        "Send it as a replacement: frequency 7 with the payer's number of the claim (REF F8), never as an original, "
        "which would be denied as a duplicate (18)."
    )
    if situation.forbids_appeal:
        resending += " The payer did not process the claim: ask whether it wants a new one (frequency 1) instead."
    return _Plan(
        "Correct the claim and send it again",
        (
            "Compare each code above with the claim and the signed report, and correct the claim; the report stays.",
            resending,
            "The last day is counted from the date of service; a payer may set another for corrected claims: ask.",
        ),
        _missing((situation.payer_number, _NO_PAYER_NUMBER)),
        _days_after(situation.claim.service_date, profile.timely_filing_days if profile else None),
    )


def _attachments(situation: _Situation) -> _Plan:
    sent = situation.claim.submission
    number = sent.control_number if sent else None
    return _Plan(
        "Send the documents that the payer asks for",
        (
            "Read in the notice which documents are asked for, by which way and by when; the program knows no day.",
            "Export the pack: the signed report, the labelled images, and the narrative.",
            "Send it with the payer's number of the claim and the attachment control number (PWK06), if there is one.",
            "Record what was sent, when and how.",
        ),
        _missing(
            (situation.payer_number, "The payer's number of the claim is not recorded; the documents need it."),
            (number, "No attachment control number is recorded for the last sending."),
        ),
    )


def _appeal_deadline(situation: _Situation) -> tuple[dt.date | None, tuple[str, ...]]:
    """The day in the draft of the appeal comes first: it is the one of the notice."""
    draft, profile = situation.claim.appeal, situation.profile
    if draft is not None and draft.sent_on is None and draft.deadline is not None:
        return draft.deadline, ()
    is_second = situation.claim.state == "upheld" and draft is not None
    begins = draft.decided_on if is_second and draft is not None else situation.remittance.received_on
    days = profile.appeal_days if profile else None
    return _days_after(begins, days), _missing(
        (begins, "The day of the payer's decision is not recorded, from which the time for an appeal counts."),
        (days, "How many days the payer gives for an appeal is not known: see the notice, and note it for the payer."),
    )


def _appeal(situation: _Situation) -> _Plan:
    deadline, missing = _appeal_deadline(situation)
    steps = ["Get the clause of the plan on which the denial rests; the payer has to give it when asked."]
    if situation.has_ground("literature"):
        steps.append(
            "Show from the signed report why the study was needed for this patient, and add published evidence that "
            "you have read yourself: the program brings none."
        )
    if situation.has_ground("records"):
        steps.append(
            "Show from the signed report why the study was needed this time: what had changed, what it decided."
        )
    if situation.has_ground("plan-wording"):
        steps.append("Appeal only where the wording of the plan covers the service; otherwise the patient pays.")
    steps.append("Draft the appeal, have the dentist sign it, and send it in a way that proves the day.")
    if deadline is not None and deadline < situation.today:
        steps.append("The time is over: ask the payer whether it accepts a late appeal, and for which reasons.")
    return _Plan("Appeal", tuple(steps), (*missing, *_plan_clause(situation)), deadline)


def _plan_clause(situation: _Situation) -> tuple[str, ...]:
    draft = situation.claim.appeal
    if not situation.has_ground("plan-wording") or (draft is not None and (draft.plan_clause or "").strip()):
        return ()
    return ("The wording of the plan is not recorded.",)


def _bill_patient(situation: _Situation) -> _Plan:
    group, share = situation.patient_cents, money.cents(situation.remittance.patient_responsibility)
    amount = group or share
    steps = ["Check the amount with the contract and with what the patient signed before the study."]
    missing = []
    if group and share and group != share:
        steps.append(
            f"The notice gives two amounts: {money.dollars(group)} in the patient's group (PR), and "
            f"{money.dollars(share)} as the patient's responsibility. Ask the payer which is right before you bill."
        )
    if amount > 0:
        steps.append(f"Bill the patient {money.dollars(amount)}, with the payer's notice.")
    else:
        steps.append(
            "Bill the patient only if the contract allows it and the patient agreed in writing before the study."
        )
        missing.append("The notice puts no amount to the patient (group PR).")
    return _Plan("Bill the patient", tuple(steps), tuple(missing), amount=money.text_of(amount) if amount > 0 else None)


def _retro_authorization(situation: _Situation) -> _Plan:
    granted = situation.claim.authorization("authorization")
    if granted is not None and granted.status == "approved" and granted.number:
        return _Plan(
            "Send the authorization that there is",
            (
                "An approved authorization is recorded: check its day, its codes and how often it allows them.",
                "Send the claim again as a replacement (frequency 7, REF F8) with the authorization number (REF G1).",
            ),
            _missing((situation.payer_number, _NO_PAYER_NUMBER)),
        )
    return _Plan(
        "Ask for an authorization after the fact",
        (
            "Ask the payer whether and until when it authorizes a service that was done; note the answer and the call.",
            "Give the reason why it was not asked for before, and the signed report.",
            "When it is granted, send the claim again as a replacement (frequency 7, REF F8) with its number (REF G1).",
        ),
        _missing((situation.payer_number, _NO_PAYER_NUMBER), (None, "No approved authorization number is recorded.")),
    )


def _proof_of_filing(situation: _Situation) -> _Plan:
    first = next((one for one in situation.claim.submissions if one.sent_on), None)
    deadline, missing = _appeal_deadline(situation)
    return _Plan(
        "Prove that the claim was sent in time",
        (
            "Get the acceptance report of the clearinghouse or the payer for the first sending.",
            "Compare its day with the payer's limit for filing; the day of a rejected file does not count.",
            "Send both with a letter as an appeal.",
        ),
        (*_missing((first, "No sending is recorded for the claim.")), *missing),
        deadline,
    )


def _first_claim(situation: _Situation) -> _Plan:
    return _Plan(
        "Find the first claim",
        (
            "Ask the payer for the number, the day and the outcome of the claim that this one doubles.",
            "If the first was paid or denied, work on that answer and close this one.",
            "If this one corrects the first, send it as a replacement (frequency 7, REF F8), not as an original.",
        ),
        _missing((situation.payer_number, _NO_PAYER_NUMBER)),
    )


def _pairing(_situation: _Situation) -> _Plan:
    return _Plan(
        "Check which procedures were billed together",
        (
            "Look which other procedure of the day or the period the payer counts this one into.",
            "If the two are one study, accept it; the same study is never billed twice.",
            "If they were separate, say so from the signed report in a corrected claim or an appeal.",
        ),
    )


def _coordinate(situation: _Situation) -> _Plan:
    return _Plan(
        "Send it to the other payer first",
        (
            "Ask the patient and both payers which of them is first, and note the answer and the day.",
            "Send the claim to the first payer; then to this one with the first one's notice.",
            "If there is no other payer, have the patient tell this one so, and ask it to decide anew.",
        ),
        _missing((situation.claim.call, "No call on coverage is recorded that names the order of the payers.")),
    )


def _coverage(situation: _Situation) -> _Plan:
    return _Plan(
        "Check the coverage on the date of service",
        (
            "Compare name, birth date, member number and payer of the claim with the card and the call on coverage.",
            "Ask the payer whether the patient was covered on the date of service, and by whom otherwise.",
            "Correct what was wrong and send it again, or send a new claim to the right payer within its time.",
        ),
        _missing((situation.claim.call, "No call on coverage is recorded."), (situation.claim.service_date, _NO_DATE)),
    )


_NO_DATE = "The date of service is not recorded."


def _ask(situation: _Situation) -> _Plan:
    phone = situation.profile.phone if situation.profile else None
    return _Plan(
        "Ask the payer what it wants",
        (
            "Read the explanation of the codes in the payer's notice.",
            "Call with the payer's number of the claim; note the name, the reference and what has to be sent by when.",
        ),
        _missing(
            (situation.payer_number, "The payer's number of the claim is not recorded."),
            (phone, "No telephone number is known for the payer."),
        ),
    )


_PLANS: dict[RouteId, Callable[[_Situation], _Plan]] = {
    "send-attachments": _attachments,
    "retro-authorization": _retro_authorization,
    "proof-of-filing": _proof_of_filing,
    "find-first-claim": _first_claim,
    "coordinate-benefits": _coordinate,
    "verify-coverage": _coverage,
    "correct-and-resubmit": _correct,
    "check-pairing": _pairing,
    "appeal": _appeal,
    "bill-patient": _bill_patient,
    "ask-payer": _ask,
}

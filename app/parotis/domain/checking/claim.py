"""Procedures, diagnoses, payer and subscriber of the claim.

What is said of code lists alone (``pairs``, ``dated_codes``, ``quantity``, ``diagnosis_codes``) serves the checks of an
exam and the help with the codes of a claim alike.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from parotis.domain.case import Case, PayerKind
from parotis.domain.checking.context import CheckContext, advises, blocks, is_blank, is_same_name
from parotis.domain.coding import CdtCodeSet, CodeFault, CodeProblem, IcdCodeSet, Standing
from parotis.domain.identifiers import is_cdt_form, is_icd10cm_form, is_medical_procedure_form, money
from parotis.domain.issue import Issue

MOST_DIAGNOSES: dict[PayerKind, int] = {"dental": 4, "medical": 12}
"""What a claim holds (the project's domain notes, 6a and 6b)."""

_TMJ = ("M26.6", "M26.5")


def _claim_date(case: Case, context: CheckContext) -> date | None:
    return case.exam.performed_at.date() if case.exam.performed_at is not None else context.today


def procedures(case: Case, context: CheckContext) -> Iterator[Issue]:
    listed = case.claim.procedures
    if not listed:
        yield advises("claim.procedures.missing", "claim.procedures", "The claim has no procedure.")
    is_medical = case.claim.payer is not None and case.claim.payer.kind == "medical"
    seen: set[str] = set()
    for place, procedure in enumerate(listed):
        path, code = f"claim.procedures[{place}]", (procedure.code or "").strip()
        is_formed = is_cdt_form(code) or (is_medical and is_medical_procedure_form(code))
        name = code if is_formed else f"Procedure {place + 1}"
        if not is_formed:
            text = f"Procedure {place + 1} is not written as a procedure code."
            yield blocks("claim.procedures.code.malformed", f"{path}.code", text)
        elif code in seen:
            text = f"{code} is on the claim twice: one study is billed once."
            yield advises("claim.procedures.repeated", f"{path}.code", text)
        seen.add(code)
        yield from quantity(procedure.quantity, f"{path}.quantity", name)
        yield from _fee(procedure.fee, path, name)


def quantity(counted: int | None, path: str, name: str) -> Iterator[Issue]:
    """One study is one, whatever was scanned."""
    if counted is None:
        yield advises("claim.procedures.quantity.missing", path, f"{name} has no quantity; it is 1 for one study.")
    elif counted != 1:
        text = f"{name} has a quantity other than 1: one study counts once, both sides included."
        yield blocks("claim.procedures.quantity", path, text)


def _fee(fee: str | None, path: str, name: str) -> Iterator[Issue]:
    if is_blank(fee) or fee is None:
        yield advises("claim.procedures.fee.missing", f"{path}.fee", f"{name} has no fee.")
        return
    try:
        if money(fee.strip()) == 0:
            yield advises("claim.procedures.fee.zero", f"{path}.fee", f"{name} has a fee of 0.")
    except ValueError:
        yield blocks("claim.procedures.fee.malformed", f"{path}.fee", f"The fee of {name} is not an amount.")


def procedure_pairs(case: Case, context: CheckContext) -> Iterator[Issue]:
    codes = [(procedure.code or "").strip() for procedure in case.claim.procedures]
    yield from pairs(codes, context.cdt)
    yield from dated_codes(codes, context.cdt, _claim_date(case, context))


def pairs(codes: Sequence[str], cdt: CdtCodeSet) -> Iterator[Issue]:
    """Codes that one practice does not bill together for one study."""
    for first, second in cdt.pairing_conflicts(codes):
        path = f"claim.procedures[{max(codes.index(first), codes.index(second))}].code"
        text = f"{first} and {second} are not billed together for one study by one practice."
        yield blocks("claim.procedures.pair", path, text)


def dated_codes(codes: Sequence[str], cdt: CdtCodeSet, on: date | None) -> Iterator[Issue]:
    """Codes that are not of the date of service, and dates whose edition is not at hand."""
    if on is None:
        return
    for place, code in enumerate(codes):
        listed = cdt.lookup(code, on)
        if listed is not None and not listed.is_valid_on(on):
            path = f"claim.procedures[{place}].code"
            yield blocks("claim.procedures.code.dated", path, f"{code} is not valid on the date of the exam.")
    if any(map(is_cdt_form, codes)) and cdt.is_newer_release_possible(on):
        yield advises("claim.procedures.release", "claim.procedures[0].code", edition_unknown(cdt, on))


def edition_unknown(cdt: CdtCodeSet, on: date) -> str:
    """That the edition of a date is not at hand, and what is known of it instead."""
    edition = cdt.edition_on(on)
    if edition is None:
        return f"The exam is dated after the CDT edition at hand ({cdt.edition}): check for changes."
    text = f"The exam is dated in {edition.name}, whose codes are not at hand; they were checked against {cdt.edition}."
    return f"{text} {edition.note}".strip()


def diagnoses(case: Case, context: CheckContext) -> Iterator[Issue]:
    kind = case.claim.payer.kind if case.claim.payer is not None else None
    yield from diagnosis_codes(case.claim.diagnoses, kind, context.icd, _claim_date(case, context))


def diagnosis_codes(codes: Sequence[str], kind: PayerKind | None, icd: IcdCodeSet, on: date | None) -> Iterator[Issue]:
    """Count, form, standing in the release, repeats and Excludes1 of diagnosis codes as they stand on a claim."""
    if not codes:
        yield advises("claim.diagnoses.missing", "claim.diagnoses", "The claim has no diagnosis.")
        return
    yield from _count(codes, kind)
    for place, code in enumerate(codes):
        path = f"claim.diagnoses[{place}]"
        if code in codes[:place]:
            yield blocks("claim.diagnoses.repeated", path, f"{_name(code, place)} is on the claim twice.")
        elif on is not None and (problem := icd.problem_of(code, on)) is not None:
            yield _problem_issue(code, place, path, problem)
    for (_first, one), (place, other) in combinations(enumerate(codes), 2):
        if one != other and _exclude_each_other(icd, one, other):
            text = f"{one} and {other} exclude each other (Excludes1): keep one of them."
            yield blocks("claim.diagnoses.exclude", f"claim.diagnoses[{place}]", text)
    is_doubtful = on is not None and any(icd.problem_of(code, on) is not None for code in codes)
    if is_doubtful and on is not None and icd.is_newer_release_possible(on):
        text = f"The diagnoses were checked against {icd.release}; a newer release may exist."
        yield advises("claim.diagnoses.release", "claim.diagnoses", text)


@functools.lru_cache(maxsize=1024)
def _exclude_each_other(icd: IcdCodeSet, one: str, other: str) -> bool:
    """Looked up once: the checks run at every keystroke, and pairs are many."""
    return icd.excludes1(one, other)


def _name(code: str, place: int) -> str:
    return code if is_icd10cm_form(code) else f"Diagnosis {place + 1}"


def _problem_issue(code: str, place: int, path: str, problem: CodeProblem) -> Issue:
    name = _name(code, place)
    if problem.fault is CodeFault.MALFORMED:
        text = f"{name} is not written as an ICD-10-CM code, such as K11.5."
        return blocks("claim.diagnoses.malformed", path, text)
    judge = advises if problem.standing is Standing.BEFORE else blocks
    if problem.fault is CodeFault.UNKNOWN:
        return judge("claim.diagnoses.unknown", path, f"{name} is not an ICD-10-CM code.")
    longer = f": choose a longer code, such as {', '.join(problem.longer[:3])}" if problem.longer else ""
    text = f"{name} is a heading and not billable{longer}."
    return judge("claim.diagnoses.not_billable", path, text)


def _count(codes: Sequence[str], kind: PayerKind | None) -> Iterator[Issue]:
    most = MOST_DIAGNOSES[kind or "medical"]
    if len(codes) > most:
        text = f"A {kind or 'medical'} claim holds at most {most} diagnoses."
        yield blocks("claim.diagnoses.too_many", f"claim.diagnoses[{most}]", text)
    elif kind is None and len(codes) > MOST_DIAGNOSES["dental"]:
        text = f"A dental claim would hold at most {MOST_DIAGNOSES['dental']} diagnoses."
        yield advises("claim.diagnoses.many", f"claim.diagnoses[{MOST_DIAGNOSES['dental']}]", text)


def payer(case: Case, _: CheckContext) -> Iterator[Issue]:
    claim = case.claim
    kind = claim.payer.kind if claim.payer is not None else None
    if (claim.procedures or claim.diagnoses) and kind is None:
        text = "Whether the payer is dental or medical is not recorded."
        yield advises("claim.payer.kind.missing", "claim.payer.kind", text)
    is_tmj_only = case.rationale.reason == "tmj" or (
        bool(claim.diagnoses) and all(code.startswith(_TMJ) for code in claim.diagnoses)
    )
    if kind == "medical" and is_tmj_only:
        text = "Some medical payers call ultrasound of the jaw joint investigational: expect a denial."
        yield advises("claim.payer.tmj", "claim.payer.kind", text)
    if kind == "medical" and not is_blank(claim.predetermination):
        text = "A medical payer asks for a prior authorization rather than a predetermination."
        yield advises("claim.predetermination.medical", "claim.predetermination", text)
    if not is_blank(claim.prior_authorization) and claim.prior_authorization == claim.predetermination:
        text = "Prior authorization and predetermination are different numbers; here they are the same."
        yield advises("claim.prior_authorization.same", "claim.prior_authorization", text)


def subscriber(case: Case, _: CheckContext) -> Iterator[Issue]:
    holder, patient = case.claim.subscriber, case.patient
    if holder is None:
        return
    if is_blank(holder.member_id):
        text = "The subscriber's member number is missing."
        yield advises("claim.subscriber.member_id.missing", "claim.subscriber.member_id", text)
    if is_blank(holder.name) or is_blank(patient.family_name) or is_blank(patient.given_name):
        return
    orders = (f"{patient.given_name} {patient.family_name}", f"{patient.family_name} {patient.given_name}")
    is_patient = any(is_same_name(holder.name or "", name) for name in orders)
    path = "claim.subscriber.name"
    if holder.relationship == "self" and not is_patient:
        text = 'The subscriber is "self", but the name is not the patient\'s.'
        yield advises("claim.subscriber.name.not_patient", path, text)
    elif holder.relationship in ("spouse", "child", "other") and is_patient:
        text = 'The subscriber has the patient\'s name, but the relationship is not "self".'
        yield advises("claim.subscriber.relationship", "claim.subscriber.relationship", text)
    elif holder.relationship is None:
        text = "How the patient is related to the subscriber is not recorded."
        yield advises("claim.subscriber.relationship.missing", "claim.subscriber.relationship", text)


RULES = (procedures, procedure_pairs, diagnoses, payer, subscriber)

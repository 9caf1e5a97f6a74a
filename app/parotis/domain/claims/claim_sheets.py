"""A claim by the item numbers of the ADA form of 2024 and the boxes of the CMS-1500, to be typed or copied.

It is data, not the forms, which are copyrighted; the labels are our words (``resources/claims/sheet-labels.json``).
What the record does not hold is an empty value with a note, never a guess. Which item takes what: the project's
domain notes, sections 2, 6a and 6b.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from parotis.domain import wording
from parotis.domain.checking.context import advises, blocks, is_blank
from parotis.domain.claims import authorizations
from parotis.domain.claims.ada_sheet import ada_items
from parotis.domain.claims.cms1500_sheet import cms1500_boxes
from parotis.domain.claims.sheet_items import (
    MOST_LINES,
    MOST_REMARKS,
    BillingEntity,
    SheetItem,
    billing_npi,
    fee,
    interpreter_npi,
    medical_code,
    resubmission,
    service_date,
    tax_number,
    who_signs,
)
from parotis.domain.identifiers import is_cdt_form

if TYPE_CHECKING:
    from parotis.domain.case import Case, PayerKind
    from parotis.domain.claims.records import ClaimRecord, FrequencyCode
    from parotis.domain.issue import Issue

__all__ = ["BillingEntity", "SheetItem", "ada_items", "cms1500_boxes", "issues_of_sheet"]


def issues_of_sheet(
    claim: ClaimRecord,
    case: Case,
    practice: BillingEntity,
    *,
    kind: PayerKind,
    is_predetermination: bool = False,
    remarks: str | None = None,
    frequency: FrequencyCode | None = None,
) -> tuple[Issue, ...]:
    """What does not fit the form or is missing on it, beyond what the codes' own checks say. Blocking first.

    Args:
        claim: the claim.
        case: the signed exam.
        practice: the billing entity.
        kind: dental for the ADA form, medical for the CMS-1500.
        is_predetermination: an estimate is asked.
        remarks: item 35 or box 19, where not the reference to the report.
        frequency: 1 new, 7 replacement, 8 void; None as the claim's history tells.
    """
    found = (
        *_issues_of_claim(claim, case, kind, is_predetermination=is_predetermination),
        *_issues_of_numbers(claim, kind, remarks, frequency),
        *_issues_of_practice(case, practice, kind),
    )
    return tuple(sorted(found, key=lambda issue: not issue.blocks))


def _issues_of_claim(claim: ClaimRecord, case: Case, kind: PayerKind, *, is_predetermination: bool) -> Iterator[Issue]:
    procedures, most = claim.billing.procedures, MOST_LINES[kind]
    if not procedures:
        yield blocks("sheet.lines.missing", "claim.procedures", "The sheet has no service line.")
    if len(procedures) > most:
        text = f"One form holds {most} service lines: split the claim."
        yield blocks("sheet.lines.many", f"claim.procedures[{most}]", text)
    for place, procedure in enumerate(procedures):
        if fee(procedure.fee)[1]:
            text = f"Service line {place + 1} has no fee that is an amount."
            yield blocks("sheet.fee", f"claim.procedures[{place}].fee", text)
        code = (procedure.code or "").strip()
        if kind == "dental" and not is_cdt_form(code):
            text = f"Service line {place + 1} has no dental code."
            yield blocks("sheet.code", f"claim.procedures[{place}].code", text)
        if kind == "medical" and medical_code(claim, place)[1]:
            text = f"Service line {place + 1} has no medical procedure code: the practice sets its own."
            yield blocks("sheet.code", f"claim.procedures[{place}].code", text)
    if is_predetermination:
        if kind == "medical":
            text = "A medical payer asks for a prior authorization rather than a predetermination."
            yield advises("sheet.predetermination.medical", "claim.predetermination", text)
        return
    if service_date(claim, case) is None:
        yield blocks("sheet.service_date", "exam.performed_at", "The sheet has no date of service.")
    if claim.document_id is None and any(procedure.code in ("D0370", "D0391") for procedure in procedures):
        text = "No signed report goes with the claim: an unsigned reading is not billed."
        yield blocks("sheet.unsigned", "interpretation.impression", text)


def _issues_of_numbers(
    claim: ClaimRecord, kind: PayerKind, remarks: str | None, frequency: FrequencyCode | None
) -> Iterator[Issue]:
    holder, payer = claim.billing.subscriber, claim.billing.payer
    if payer is None or is_blank(payer.name):
        yield blocks("sheet.payer", "claim.payer.name", "The sheet has no payer.")
    if holder is None or is_blank(holder.member_id):
        yield blocks("sheet.member", "claim.subscriber.member_id", "The sheet has no member number.")
    if remarks is not None and len(remarks) > MOST_REMARKS[kind]:
        text = f"The remarks are longer than the {MOST_REMARKS[kind]} characters that fit."
        yield blocks("sheet.remarks", "sheet.remarks", text)
    sent_as, original = resubmission(claim, frequency)
    if sent_as != "1" and original is None:
        text = "A replacement or void needs the payer's number of the original claim."
        yield blocks("sheet.original", "sheet.original_claim_number", text)
    predetermined, authorized = (authorizations.number(claim, k) for k in ("predetermination", "authorization"))
    if predetermined and predetermined == authorized:
        text = "Predetermination and prior authorization are different numbers; here they are the same."
        yield advises("sheet.numbers.same", "claim.prior_authorization", text)


def _issues_of_practice(case: Case, practice: BillingEntity, kind: PayerKind) -> Iterator[Issue]:
    wanted = (
        ("practice.npi", billing_npi(practice)[1]),
        ("practice.tin", tax_number(practice)[1]),
        ("practice.name", "" if not is_blank(practice.name) else "The name of the practice is missing."),
        ("practice.address_lines", "" if practice.address_lines else "The address of the practice is missing."),
        ("exam.interpreter.npi", interpreter_npi(case)[1]),
        ("exam.interpreter.name", "" if wording.person(case.exam.interpreter) else who_signs(case)),
    )
    for path, note in wanted:
        if note:
            yield advises("sheet.missing", path, note)
    if kind == "dental" and is_blank(practice.taxonomy):
        yield advises("sheet.missing", "practice.taxonomy", "The taxonomy code of the treating dentist is missing.")

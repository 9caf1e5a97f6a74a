"""A claim by the boxes of the CMS-1500 of 02/12 (the project's domain notes, section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from parotis.domain import wording
from parotis.domain.claims import authorizations
from parotis.domain.claims.diagnosis_help import pointers
from parotis.domain.claims.sheet_items import (
    EMPTY,
    NOT_KEPT,
    OFFICE,
    SEX,
    BillingEntity,
    SheetItem,
    Value,
    billing_npi,
    day,
    diagnoses_list,
    fee,
    interpreter_npi,
    joined,
    laid_out,
    length_note,
    medical_code,
    payer_name,
    quantity,
    resubmission,
    see_report,
    service_date,
    tax_number,
    total,
    value_or,
    who_signs,
)

if TYPE_CHECKING:
    from parotis.domain.case import Case
    from parotis.domain.claims.payers import PayerProfile
    from parotis.domain.claims.records import ClaimRecord, FrequencyCode

_LINE: Final = ("24A", "24B", "24C", "24D", "24E", "24F", "24G", "24H", "24I", "24J")


def cms1500_boxes(
    claim: ClaimRecord,
    case: Case,
    practice: BillingEntity,
    profile: PayerProfile | None,
    *,
    remarks: str | None = None,
    frequency: FrequencyCode | None = None,
) -> tuple[SheetItem, ...]:
    """The claim by boxes 1 to 33 of the CMS-1500 (02/12).

    Args:
        claim: whose codes, payer, subscriber and numbers are used.
        case: the signed exam.
        practice: the billing entity.
        profile: the payer, where the practice knows it.
        remarks: box 19; None refers to the report.
        frequency: 1 new, 7 replacement, 8 void; None as the claim's history tells.
    """
    values = {
        **_cms_people(claim, case, profile),
        **_cms_accident(claim, case),
        **_cms_codes(claim, frequency),
        **_cms_practice(claim, case, practice),
        "19": (remarks if remarks is not None else see_report(claim), length_note(remarks, "medical")),
    }
    lines = [_cms_line(claim, case, place) for place in range(len(claim.billing.procedures))]
    return tuple(laid_out("cms_1500", values, _LINE, lines))


def _cms_people(claim: ClaimRecord, case: Case, profile: PayerProfile | None) -> dict[str, Value]:
    patient, holder = case.patient, claim.billing.subscriber
    relationship = holder.relationship if holder is not None else None
    is_self = relationship == "self"
    name = wording.patient_name(patient)
    born = joined(day(patient.birth_date), SEX.get(patient.sex or "", ""))
    no_address = ("", "The address is not kept in this record.")
    return {
        "1": ("", "Mark the kind of plan."),
        "1a": value_or(holder.member_id if holder is not None else None, "The member number is missing."),
        "2": value_or(name, "The patient's name is missing."),
        "3": value_or(born, "Date of birth and sex are missing."),
        "4": value_or((holder.name if holder else None) or (name if is_self else None), "The insured is missing."),
        "5": no_address,
        "6": value_or(relationship, "How the patient is related to the insured is missing."),
        "7": no_address,
        "9": ("", "Only with another plan."),
        "11": value_or(holder.group if holder is not None else None, "No group is recorded."),
        "11a": (born, "") if is_self else NOT_KEPT,
        "11c": value_or(payer_name(claim, profile), "The payer is missing."),
        "11d": ("", "Ask for another health plan; yes fills boxes 9 to 9d."),
        "12": ("", "Signature on file, where the practice has it."),
        "13": ("", "Signature on file, where the practice has it."),
        "26": value_or(patient.chart_number, "The chart number is missing."),
    }


def _cms_accident(claim: ClaimRecord, case: Case) -> dict[str, Value]:
    accident = claim.billing.accident
    kind = accident.kind if accident is not None else None
    state = accident.state if accident is not None and kind == "auto" else None
    onsets = [symptom.onset for symptom in case.symptoms if symptom.onset is not None]
    begun: Value = (f"{day(min(onsets))} qualifier 431", "") if onsets else ("", "No beginning is recorded.")
    happened = accident.date if accident is not None and kind is not None else None
    return {
        "10a": ("YES" if kind == "work" else "NO", ""),
        "10b": (joined("YES", state) if kind == "auto" else "NO", "" if state or kind != "auto" else "State missing."),
        "10c": ("YES" if kind == "other" else "NO", ""),
        "14": begun,
        "15": (f"{day(happened)} qualifier 439", "The day of the accident.") if happened is not None else EMPTY,
        "17": value_or(
            f"DN {case.exam.referrer.strip()}" if case.exam.referrer and case.exam.referrer.strip() else None,
            "Empty: no referrer is recorded.",
        ),
        "17b": ("", "The referrer's NPI is not kept in this record.") if case.exam.referrer else EMPTY,
        "20": ("NO", ""),
    }


def _cms_codes(claim: ClaimRecord, frequency: FrequencyCode | None) -> dict[str, Value]:
    diagnoses, note = diagnoses_list(claim, "medical", dotted=False)
    sent_as, original = resubmission(claim, frequency)
    again: Value = "", "Only with a replacement (7) or void (8)."
    if sent_as != "1":
        again = joined(sent_as, original), "" if original else "The payer's number of the claim is missing."
    return {
        "21": (f"ICD Ind 0  {diagnoses}" if diagnoses else "", note),
        "22": again,
        "23": (authorizations.number(claim, "authorization") or "", "Of a prior authorization only."),
        "27": ("", "By the practice's contract with the payer."),
        "28": total(claim),
    }


def _cms_practice(claim: ClaimRecord, case: Case, practice: BillingEntity) -> dict[str, Value]:
    name, note = value_or(practice.name, "The name of the practice is missing.")
    if name and not practice.address_lines:
        note = "The address of the practice is missing."
    place = joined(name, *practice.address_lines)
    return {
        "25": tax_number(practice),
        "31": (wording.person(case.exam.interpreter), who_signs(case)),
        "32": (place, note),
        "32a": billing_npi(practice),
        "33": (joined(place, practice.phone), note or ("" if practice.phone else "The phone number is missing.")),
        "33a": billing_npi(practice),
    }


def _cms_line(claim: ClaimRecord, case: Case, place: int) -> dict[str, Value]:
    procedure = claim.billing.procedures[place]
    counted = procedure.quantity
    return {
        "24A": value_or(day(service_date(claim, case)), "The date of service is missing."),
        "24B": (OFFICE, "The office; change it where the patient was scanned elsewhere."),
        "24D": medical_code(claim, place),
        "24E": (pointers(claim.billing, "medical")[place], ""),
        "24F": fee(procedure.fee),
        "24G": (str(counted if counted is not None else 1), quantity(counted)[1]),
        "24J": interpreter_npi(case),
    }

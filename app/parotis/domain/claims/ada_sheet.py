"""A claim by the item numbers of the ADA form of 2024 (the project's domain notes, 6a)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from parotis.domain import wording
from parotis.domain.claims import authorizations
from parotis.domain.claims.diagnosis_help import pointers
from parotis.domain.claims.sheet_items import (
    EMPTY,
    NOT_KEPT,
    OFFICE,
    SEE_REPORT,
    SEX,
    BillingEntity,
    SheetItem,
    Value,
    billing_npi,
    day,
    diagnoses_list,
    electronic,
    fee,
    interpreter_npi,
    joined,
    labels,
    laid_out,
    length_note,
    payer_name,
    quantity,
    resubmission,
    service_date,
    tax_number,
    total,
    value_or,
    who_signs,
)
from parotis.domain.identifiers import is_cdt_form

if TYPE_CHECKING:
    from parotis.domain.case import Case
    from parotis.domain.claims.payers import PayerProfile
    from parotis.domain.claims.records import ClaimRecord

_LINE: Final = ("24", "25", "26", "27", "28", "29", "29a", "29b", "30", "31")
_ULTRASOUND: Final = "Ultrasound of jaw and face with report"


def ada_items(
    claim: ClaimRecord,
    case: Case,
    practice: BillingEntity,
    profile: PayerProfile | None,
    *,
    is_predetermination: bool,
    remarks: str | None = None,
    has_enclosures: bool | None = None,
) -> tuple[SheetItem, ...]:
    """The claim by ADA items 1 to 58, then the numbers that electronic claims keep apart (REF G3, G1, F8).

    Args:
        claim: whose codes, payer, subscriber and numbers are used.
        case: the signed exam.
        practice: the billing entity.
        profile: the payer, where the practice knows it.
        is_predetermination: an estimate is asked; the procedure date then stays empty.
        remarks: item 35; None refers to the report.
        has_enclosures: item 39; None says yes when the claim rests on a signed report.
    """
    encloses = claim.document_id is not None if has_enclosures is None else has_enclosures
    values = {
        **_ada_payer(claim, profile, is_predetermination=is_predetermination),
        **_ada_people(claim, case),
        **_ada_codes(claim, is_predetermination=is_predetermination),
        **_ada_accident(claim),
        **_ada_practice(case, practice),
        "35": _ada_remarks(claim, remarks, encloses=encloses),
        "39": ("Y" if encloses else "N", "Report and images go with it." if encloses else "Nothing is attached."),
    }
    lines = [
        _ada_line(claim, case, place, is_predetermination=is_predetermination)
        for place in range(len(claim.billing.procedures))
    ]
    return (
        *laid_out("ada_2024", values, _LINE, lines),
        *(
            SheetItem(item, label, *electronic(claim, item, is_predetermination=is_predetermination))
            for item, label in labels()["electronic"].items()
        ),
    )


def _ada_payer(claim: ClaimRecord, profile: PayerProfile | None, *, is_predetermination: bool) -> dict[str, Value]:
    payer = claim.billing.payer
    ids = (profile.payer_ids if profile is not None else ())[:1] or ((payer.id,) if payer is not None else ())
    address = profile.claims_address if profile is not None else ()
    name, note = value_or(payer_name(claim, profile), "The payer is missing.")
    if name and not address:
        note = "The payer's address is not in its profile."
    predetermined = authorizations.number(claim, "predetermination")
    authorized = authorizations.number(claim, "authorization")
    number: Value = predetermined or authorized or "", ""
    if is_predetermination:
        number = authorized or "", "" if authorized else "Empty: the payer gives the number in its answer."
    elif predetermined and authorized:
        number = predetermined, "The predetermination (REF G3); the prior authorization is another number (REF G1)."
    elif number[0]:
        number = number[0], "Of a predetermination (REF G3)." if predetermined else "Of an authorization (REF G1)."
    return {
        "1": ("Predetermination of benefits" if is_predetermination else "Statement of actual services", ""),
        "2": number,
        "3": (joined(name, *address), note),
        "3a": value_or(next(iter(ids), None), "The payer id is missing."),
        "4": ("", "Ask for other coverage, dental or medical; items 5 to 11a are for it."),
    }


def _ada_people(claim: ClaimRecord, case: Case) -> dict[str, Value]:
    patient, holder = case.patient, claim.billing.subscriber
    relationship = holder.relationship if holder is not None else None
    is_self = relationship == "self"
    name = wording.patient_name(patient)
    no_address = "The address is not kept in this record."
    holder_name, holder_note = value_or(
        (holder.name if holder is not None else None) or (name if is_self else None), "The policyholder is missing."
    )
    return {
        "12": (holder_name, holder_note or no_address),
        "13": (day(patient.birth_date), "") if is_self else NOT_KEPT,
        "14": (SEX.get(patient.sex or "", ""), "") if is_self else NOT_KEPT,
        "15": value_or(holder.member_id if holder is not None else None, "The member number is missing."),
        "16": value_or(holder.group if holder is not None else None, "No group is recorded."),
        "17": NOT_KEPT,
        "18": value_or(relationship, "How the patient is related to the policyholder is missing."),
        "20": (name, no_address if name else "The patient's name is missing."),
        "21": value_or(day(patient.birth_date), "The date of birth is missing."),
        "22": value_or(SEX.get(patient.sex or ""), "The sex is missing."),
        "23": value_or(patient.chart_number, "The chart number is missing."),
        "36": ("", "Signature on file, where the practice has it."),
        "37": ("", "Signature on file, where the practice has it."),
    }


def _ada_codes(claim: ClaimRecord, *, is_predetermination: bool) -> dict[str, Value]:
    when = "No procedure date goes with it." if is_predetermination else ""
    return {
        "31a": ("", "Only where a tax or the like is charged."),
        "32": total(claim),
        "33": ("", "Not needed for this study."),
        "34": ("AB", "ICD-10-CM.") if claim.billing.diagnoses else ("", "Only with a diagnosis."),
        "34a": diagnoses_list(claim, "dental", dotted=True),
        "38": (OFFICE, f"The office; change it where the patient was scanned elsewhere. {when}".strip()),
        "40": ("N", ""),
        "43": ("N", ""),
    }


def _ada_accident(claim: ClaimRecord) -> dict[str, Value]:
    accident = claim.billing.accident
    if accident is None or accident.kind is None:
        return {"45": ("", "No accident is recorded.")}
    words = {"work": "Work", "auto": "Car accident", "other": "Other accident"}
    is_auto = accident.kind == "auto"
    return {
        "45": (words[accident.kind], ""),
        "46": value_or(day(accident.date), "The date of the accident is missing."),
        "47": value_or(accident.state, "The state of the car accident is missing.") if is_auto else EMPTY,
    }


def _ada_practice(case: Case, practice: BillingEntity) -> dict[str, Value]:
    named = case.exam.interpreter
    licensed = joined(named.license_state, named.license_number) if named is not None else ""
    name, note = value_or(practice.name, "The name of the practice is missing.")
    if name and not practice.address_lines:
        note = "The address of the practice is missing."
    return {
        "48": (joined(name, *practice.address_lines), note),
        "49": billing_npi(practice),
        "50": value_or(practice.license_number, "Only where the billing entity is a dentist with a license."),
        "51": tax_number(practice),
        "52": value_or(practice.phone, "The phone number of the practice is missing."),
        "53": (wording.person(named), who_signs(case)),
        "54": interpreter_npi(case),
        "55": value_or(licensed, "The license of the dentist who interprets is missing."),
        "56": value_or(joined(*practice.address_lines), "The address of the practice is missing."),
        "56a": value_or(practice.taxonomy, "The taxonomy code is missing: it must be that of the NPI registry."),
        "57": value_or(practice.phone, "The phone number of the practice is missing."),
    }


def _ada_line(claim: ClaimRecord, case: Case, place: int, *, is_predetermination: bool) -> dict[str, Value]:
    procedure = claim.billing.procedures[place]
    on = service_date(claim, case)
    code, note = value_or(procedure.code, "The procedure code is missing.")
    if code and not is_cdt_form(code):
        note = "This is not a dental code: D and four digits."
    dated = value_or(day(on), "The date of service is missing.")
    pointer = pointers(claim.billing, "dental")[place]
    words = _ULTRASOUND if code == "D0370" else ""
    return {
        "24": ("", "Empty on a predetermination.") if is_predetermination else dated,
        "25": ("", "Empty: the study has no area, tooth or surface."),
        "29": (code, note),
        "29a": (pointer, "" if pointer else "Without a diagnosis there is no pointer."),
        "29b": quantity(procedure.quantity),
        "30": (words, "" if words else "In the practice's words."),
        "31": fee(procedure.fee),
    }


def _ada_remarks(claim: ClaimRecord, remarks: str | None, *, encloses: bool) -> Value:
    if remarks is not None:
        return remarks, length_note(remarks, "dental")
    told = [SEE_REPORT] if encloses else []
    frequency, original = resubmission(claim)
    if frequency != "1" and original:
        told.append(f"{'Replaces' if frequency == '7' else 'Voids'} claim {original}.")
    if authorizations.number(claim, "predetermination") and (number := authorizations.number(claim, "authorization")):
        told.append(f"Prior authorization {number}.")
    text = " ".join(told)
    return text, length_note(text, "dental")

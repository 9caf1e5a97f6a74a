"""The parts of a claim sheet: items with a value and a note, and what both forms take of a claim.

What the record does not hold is an empty value with a note, never a guess.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from parotis import shipped
from parotis.domain import wording
from parotis.domain.checking.claim import MOST_DIAGNOSES
from parotis.domain.checking.context import is_blank
from parotis.domain.claims import authorizations, money
from parotis.domain.identifiers import is_cdt_form, is_npi

if TYPE_CHECKING:
    from datetime import date

    from parotis.domain.case import Case, PayerKind
    from parotis.domain.claims.payers import PayerProfile
    from parotis.domain.claims.records import ClaimRecord, FrequencyCode

RESOURCE: Final = "claims/sheet-labels.json"
"""The labels, in our words."""

MOST_LINES: Final[dict[PayerKind, int]] = {"dental": 10, "medical": 6}
"""Service lines of one form."""

MOST_REMARKS: Final[dict[PayerKind, int]] = {"dental": 400, "medical": 71}
"""Characters: five notes of 80 on a dental claim; what box 19 of the CMS-1500 holds on paper."""

SEE_REPORT: Final = "See attached signed ultrasound report."
OFFICE: Final = "11"
SEX: Final = {"female": "F", "male": "M", "other": "U", "unknown": "U"}
_LETTERS: Final = "ABCDEFGHIJKL"
STUDY: Final = frozenset({"D0370", "D0386", "D0391"})


@dataclass(frozen=True, slots=True)
class BillingEntity:
    """Who bills, as payers and registries know it. ``taxonomy`` is that of the treating dentist."""

    name: str | None = None
    address_lines: tuple[str, ...] = ()
    npi: str | None = None
    tin: str | None = None
    tin_kind: Literal["EIN", "SSN"] | None = None
    license_number: str | None = None
    phone: str | None = None
    taxonomy: str | None = None


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One item or box. ``note`` says what is missing or to be heeded; ``line`` is the service line, 0 for none."""

    item: str
    label: str
    value: str
    note: str = ""
    line: int = 0


Value = tuple[str, str]
"""The value and the note."""

EMPTY: Final[Value] = ("", "")
NOT_KEPT: Final[Value] = ("", "This record does not keep it.")


@functools.lru_cache(maxsize=1)
def labels() -> Mapping[str, Mapping[str, str]]:
    read: dict[str, dict[str, str]] = json.loads(shipped.read(RESOURCE))
    return {name: read[name] for name in ("ada_2024", "cms_1500", "electronic")}


def laid_out(
    form: str, values: Mapping[str, Value], of_line: tuple[str, ...], lines: Sequence[Mapping[str, Value]]
) -> Iterator[SheetItem]:
    """Every item of a form in its order, those of service lines together line by line."""
    of_form = labels()[form]
    for item, label in of_form.items():
        if item == of_line[0]:
            for number, line in enumerate(lines, 1):
                for part in of_line:
                    value, note = line.get(part, EMPTY)
                    yield SheetItem(part, f"Line {number}: {of_form[part]}", value, note, number)
        elif item not in of_line:
            yield SheetItem(item, label, *values.get(item, EMPTY))


def day(value: date | None) -> str:
    """``12 November 2026`` as ``11/12/2026``."""
    return value.strftime("%m/%d/%Y") if value is not None else ""


def service_date(claim: ClaimRecord, case: Case) -> date | None:
    """The claim's date of service, else the day of the exam."""
    performed = case.exam.performed_at
    return claim.service_date or (performed.date() if performed is not None else None)


def resubmission(claim: ClaimRecord, frequency: FrequencyCode | None = None) -> tuple[FrequencyCode, str | None]:
    """The code of the next sending (1, 7, 8) and the payer's number of the claim that it replaces.

    A claim that the payer has numbered and that is to be sent again replaces the first. One that was never answered,
    or that the payer could not process, is sent as new.
    """
    numbers = [one.payer_claim_number for one in claim.remittances] + [
        one.original_claim_number for one in claim.submissions
    ]
    original = next((number for number in reversed(numbers) if number), None)
    last = claim.submission
    if frequency is None:
        is_again = last is not None and original is not None and claim.state in ("to-bill", "ready")
        frequency = "7" if is_again else last.frequency if last is not None else "1"
    return frequency, original if frequency != "1" else None


def value_or(value: str | None, missing: str) -> Value:
    return (value.strip(), "") if value is not None and value.strip() else ("", missing)


def joined(*parts: str | None) -> str:
    return ", ".join(part.strip() for part in parts if part and part.strip())


def fee(text: str | None) -> Value:
    if is_blank(text) or text is None:
        return "", "The fee is missing."
    try:
        return money.text_of(money.cents(text.strip())), ""
    except ValueError:
        return "", "The fee is not an amount."


def total(claim: ClaimRecord) -> Value:
    fees = [fee(procedure.fee) for procedure in claim.billing.procedures]
    total = money.text_of(sum(money.cents(value) for value, _ in fees if value))
    return total, "A fee is missing: the total is not whole." if any(note for _, note in fees) else ""


def interpreter_npi(case: Case) -> Value:
    named = case.exam.interpreter
    value, note = value_or(named.npi if named else None, "The NPI of the dentist who interprets is missing.")
    return value, note or ("" if is_npi(value) else "This is not an NPI: its check digit is wrong.")


def billing_npi(practice: BillingEntity) -> Value:
    value, note = value_or(practice.npi, "The NPI of the practice is missing.")
    return value, note or ("" if is_npi(value) else "This is not an NPI: its check digit is wrong.")


def tax_number(practice: BillingEntity) -> Value:
    value, note = value_or(practice.tin, "The tax number of the practice is missing.")
    if value and practice.tin_kind is None:
        return value, "Whether it is an EIN or an SSN is missing."
    return (f"{practice.tin_kind} {value}" if value else ""), note


def see_report(claim: ClaimRecord) -> str:
    return SEE_REPORT if claim.document_id is not None else ""


def length_note(text: str | None, kind: PayerKind) -> str:
    most = MOST_REMARKS[kind]
    return f"Longer than the {most} characters that fit." if text is not None and len(text) > most else ""


def payer_name(claim: ClaimRecord, profile: PayerProfile | None) -> str | None:
    payer = claim.billing.payer
    return (profile.name if profile is not None else None) or (payer.name if payer is not None else None)


def diagnoses_list(claim: ClaimRecord, kind: PayerKind, *, dotted: bool) -> Value:
    codes = claim.billing.diagnoses
    most = MOST_DIAGNOSES[kind]
    if not codes:
        return "", "The claim has no diagnosis."
    told = (code if dotted else code.replace(".", "") for code in codes[:most])
    note = f"Only {most} fit: {len(codes) - most} left out." if len(codes) > most else ""
    return "  ".join(f"{letter} {code}" for letter, code in zip(_LETTERS, told, strict=False)), note


def electronic(claim: ClaimRecord, item: str, *, is_predetermination: bool) -> Value:
    """The numbers that X12 keeps apart and that are not interchangeable."""
    if item == "REF G3":
        number = None if is_predetermination else authorizations.number(claim, "predetermination")
        return number or "", "Of a predetermination; never in the place of a prior authorization."
    if item == "REF G1":
        return authorizations.number(claim, "authorization") or "", "Of a prior authorization only."
    frequency, original = resubmission(claim)
    if frequency == "1":
        return "", "Only with a replacement (7) or void (8)."
    return original or "", f"Frequency {frequency}." if original else "The payer's number of the claim is missing."


def who_signs(case: Case) -> str:
    if not wording.person(case.exam.interpreter):
        return "The dentist who interprets is missing: that dentist signs."
    return "The dentist who interprets signs, with the day of signing."


def quantity(counted: int | None) -> Value:
    if counted is None:
        return "01", "Taken as 1: the record has no quantity."
    return f"{counted:02}", "" if counted == 1 else "One study counts once, both sides included."


def medical_code(claim: ClaimRecord, place: int) -> Value:
    """The practice's own code for the study; other services stay as they are coded."""
    code = (claim.billing.procedures[place].code or "").strip()
    if code in STUDY and claim.practice_code:
        return claim.practice_code, ""
    if is_cdt_form(code):
        return code, "A dental code: the practice's own medical procedure code is missing."
    return value_or(code, "The procedure code is missing.")

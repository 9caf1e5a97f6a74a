"""Forms of the numbers and codes that payers and registries give out; pure, and silent about what was typed.

A right form does not mean that the number exists: only the registry or the dated code set knows that.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_NPI: Final = re.compile(r"[12][0-9]{9}")
_ICD10CM: Final = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?")
_CDT: Final = re.compile(r"D[0-9]{4}")
_MEDICAL_PROCEDURE: Final = re.compile(r"[0-9]{4}[0-9AFMTU]|[A-V][0-9]{4}")
_MONEY: Final = re.compile(r"(?:0|[1-9][0-9]{0,6})(?:\.[0-9]{1,2})?")

# The check digit of an NPI is taken over 80840 (health, United States) and the number; those five digits add 24.
_NPI_PREFIX_SUM: Final = 24

_STATES: Final = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR"
    " PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR VI"
)
US_STATES: Final = frozenset(_STATES.split())
"""Postal codes of the fifty states, the District of Columbia and the five territories that license dentists."""


def is_npi(text: str) -> bool:
    """Whether ``text`` is ten digits, starts with 1 or 2, and its check digit is right."""
    if not _NPI.fullmatch(text):
        return False
    total = _NPI_PREFIX_SUM
    for place, digit in enumerate(map(int, reversed(text))):
        weighted = digit * 2 if place % 2 else digit
        total += weighted - 9 if weighted > 9 else weighted
    return total % 10 == 0


def is_icd10cm_form(text: str) -> bool:
    """Whether ``text`` is written as an ICD-10-CM code: capitals, with the dot after the third character."""
    return _ICD10CM.fullmatch(text) is not None


def is_cdt_form(text: str) -> bool:
    """Whether ``text`` is written as a CDT code: D and four digits."""
    return _CDT.fullmatch(text) is not None


def is_medical_procedure_form(text: str) -> bool:
    """Whether ``text`` is written as a medical procedure code: four digits and a fifth sign, or a letter and four.

    The second form, of HCPCS, also fits a CDT code.
    """
    return _MEDICAL_PROCEDURE.fullmatch(text) is not None


def is_us_state(text: str) -> bool:
    """Whether ``text`` is a postal code of ``US_STATES``, in capitals."""
    return text in US_STATES


def money(text: str) -> Decimal:
    """An amount in US dollars from ``210`` or ``210.00``: from 0 to 9999999.99, at most two decimals.

    Raises:
        ValueError: ``text`` is not written so.
    """
    if not _MONEY.fullmatch(text):
        raise ValueError("not an amount in dollars and cents")
    return Decimal(text)

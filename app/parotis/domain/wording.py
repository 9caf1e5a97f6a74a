"""How recorded values read in English: dates, times with zone, durations, people. Pure and without locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis.domain.anatomy import described
from parotis.domain.lexicon import millimetres, words

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from parotis.domain.case import Duration, FollowUp, Interpreter, Patient, Performer
    from parotis.domain.lexicon import AttributeFacts, Reference

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

PRIOR_STUDY_WORDS = {
    "panoramic": "panoramic radiograph",
    "periapical": "periapical radiograph",
    "bitewing": "bitewing radiograph",
    "cbct": "cone-beam CT",
    "ct": "CT",
    "mri": "MRI",
    "sialogram": "sialogram",
    "ultrasound": "ultrasound",
    "clinical": "clinical examination",
    "other": "other study",
}


def day(value: date) -> str:
    """``2026-11-12`` as "12 Nov 2026"."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """A time in the zone it was recorded in: "12 Nov 2026, 10:20 (UTC-06:00)"."""
    return f"{day(value)}, {value:%H:%M} ({zone(value)})"


def exact_moment(value: datetime) -> str:
    """As ``moment``, with seconds."""
    return f"{day(value)}, {value:%H:%M:%S} ({zone(value)})"


def zone(value: datetime) -> str:
    """The offset in print, "UTC-06:00"; "UTC" for none."""
    offset = value.strftime("%z")
    return "UTC" if offset in ("", "+0000") else f"UTC{offset[:3]}:{offset[3:5]}"


def fingerprint(sha256: str) -> str:
    """A hash, or the beginning of one, as certificate viewers show it: "3F:2A:09"."""
    return ":".join(sha256[index : index + 2].upper() for index in range(0, len(sha256), 2))


def number(value: Decimal) -> str:
    """A number as recorded, without trailing zeros."""
    return format(value.normalize(), "f")


def span(value: Duration | FollowUp | None) -> str:
    """A duration such as "5 weeks" or "1 month"; empty unless value and unit are recorded."""
    if value is None or value.value is None or value.unit is None:
        return ""
    unit = value.unit[:-1] if value.value == 1 else value.unit
    return f"{number(value.value)} {unit}"


def patient_name(patient: Patient) -> str:
    """Family name first, as typed."""
    return ", ".join(part for part in (patient.family_name, patient.given_name) if part)


def person(who: Performer | Interpreter | None) -> str:
    """Name with credentials, "Helen Park, DDS"; empty when no name is recorded."""
    if who is None or not who.name:
        return ""
    return f"{who.name}, {who.credentials}" if who.credentials else who.name


def capitalised(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text closed by a full stop unless it ends a sentence already."""
    stripped = text.rstrip()
    return stripped if stripped.endswith((".", "!", "?", "\u2026", "\u3002")) else f"{stripped}."


def listed(items: list[str]) -> str:
    """Items joined as in a sentence: "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def place(structure: str | None, side: str | None) -> str:
    """Side and structure with a large first letter, for tables."""
    return capitalised(described(structure, side))


def prior_study(kind: str | None) -> str:
    """The plain name of a kind of earlier study."""
    return PRIOR_STUDY_WORDS[kind] if kind is not None else "study"


def term(value: object) -> str:
    """A recorded attribute value in words."""
    if isinstance(value, bool):
        return "present" if value else "absent"
    return words(str(value))


def reference(found: Reference) -> str:
    """A reference value with its study: "length 47 (41 to 53) mm, n = 400: Parotid biometry, Nigeria"."""
    value = number(found.mean) if found.mean is not None else ""
    if found.cutoff is not None:
        value = f"decisive at {number(found.cutoff)}"
    if found.sd is not None:
        value += f" \u00b1 {number(found.sd)}"
    elif found.low is not None and found.high is not None:
        value = f"{value} ({number(found.low)} to {number(found.high)})".strip()
    parts = [f"{found.measure}: {value} {found.unit}", found.sex or "", found.population]
    parts += [f"n = {found.n}" if found.n is not None else "", found.citation]
    return f"{', '.join(part for part in parts if part)}{'' if found.verified else ' (not verified)'}"


def attribute_phrase(facts: AttributeFacts, value: object) -> str:
    """An attribute as printed: "duct 3.4 mm", "mildly heterogeneous". What is in no pick list stays as typed."""
    if facts.value == "millimetres":
        shown = f"{millimetres(value)} mm"  # type: ignore[arg-type]
    else:
        shown = term(value) if isinstance(value, bool) or value in facts.terms else str(value)
    return facts.phrase.format(shown)

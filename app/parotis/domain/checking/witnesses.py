"""The parts of an exam that name a side, and which of them speak about the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from parotis.domain.anatomy import STRUCTURES, sides_of
from parotis.domain.case import Case, Finding
from parotis.domain.checking.side_words import SideMention, mentions
from parotis.domain.coding import IcdCodeSet

Sides = frozenset[str]

LATERAL: Sides = frozenset({"left", "right"})

_FACE = frozenset(
    {"parotid-gland", "parotid-node", "temporomandibular-joint", "masseter", "temporalis", "preauricular-region",
     "submasseteric-space", "cheek", "buccal-space", "facial-node", "zygoma", "infraorbital-region", "maxilla",
     "mandible", "minor-salivary-gland", "upper-lip", "lower-lip", "palate", "other"}
)  # fmt: skip
_FLOOR = frozenset(
    {"submandibular-gland", "sublingual-gland", "submandibular-region", "floor-of-mouth", "submental-region", "tongue",
     "node-level-ia", "node-level-ib", "mandible", "chin", "lower-lip", "minor-salivary-gland",
     "node-level-iia", "other"}
)  # fmt: skip
_NECK = frozenset(
    {name for name in STRUCTURES if name.startswith("node-level-")}
    | {"sternocleidomastoid", "supraclavicular-node", "thyroid-gland", "submandibular-region", "parotid-node", "other"}
)
_ZONES = (_FACE, _FLOOR, _NECK)

_NEEDS_SIGN = frozenset({"history", "clinical_exam", "rationale", "recommendation", "comparison", "prior_study"})
"""Texts that name sides in passing: only what stands beside a complaint or finding counts."""

Told = Mapping[str, tuple[SideMention, ...]]
"""What the texts of the exam say about sides, by path, in the order of the form."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One part of the exam that names a side. ``touched`` are all sides that the part speaks about in any way."""

    kind: str
    path: str
    sides: Sides
    structures: frozenset[str] | None
    touched: Sides
    has_sign: bool = True


def zone_of(structures: frozenset[str]) -> frozenset[str]:
    """The structures whose disease may be felt where these are."""
    return structures.union(*(zone for zone in _ZONES if zone & structures))


def _texts(case: Case) -> Iterator[tuple[str, str, str | None]]:
    yield "complaint", "complaint", case.complaint
    yield "history", "history", case.history
    yield "clinical_exam", "clinical_exam", case.clinical_exam
    yield "question", "rationale.question", case.rationale.question
    yield "rationale", "rationale.note", case.rationale.note
    for place, study in enumerate(case.rationale.prior_studies):
        yield "prior_study", f"rationale.prior_studies[{place}].result", study.result
    for place, line in enumerate(case.interpretation.impression):
        yield "impression", f"interpretation.impression[{place}]", line
    for place, line in enumerate(case.interpretation.differential):
        yield "differential", f"interpretation.differential[{place}]", line
    yield "recommendation", "interpretation.recommendation", case.interpretation.recommendation
    yield "comparison", "interpretation.comparison", case.interpretation.comparison


def sides_told(found: Iterable[SideMention]) -> Sides:
    return frozenset[str]().union(*(sides_of(mention.side) for mention in found))


def told_by(case: Case) -> Told:
    """The texts that name a side, read once."""
    found = {path: _mentions(kind, text) for kind, path, text in _texts(case) if text}
    return {path: said for path, said in found.items() if said}


def _mentions(kind: str, text: str) -> tuple[SideMention, ...]:
    """What a text says; the past is the very matter of a complaint or comparison, and an examination tells of now."""
    if kind in ("comparison", "prior_study", "complaint", "question", "clinical_exam"):
        return mentions(_GONE.sub("", text), is_plan=True)
    return mentions(text, is_plan=kind == "recommendation")


_GONE = re.compile(r"\b(?:no longer|not any ?more)\b", re.IGNORECASE)


def _text_witnesses(kind: str, path: str, found: tuple[SideMention, ...]) -> Iterator[Witness]:
    passing = ("denied", "compared", "doubtful") if kind == "history" else ("denied", "compared")
    telling = [mention for mention in found if mention.has_sign] if kind in ("history", "clinical_exam") else []
    touched = sides_told(mention for mention in telling or found if mention.standing not in passing)
    asserted = [mention for mention in found if mention.standing == "asserted"]
    named = sorted(asserted, key=lambda mention: sorted(mention.structures or ()))
    for _, group in groupby(named, key=lambda mention: sorted(mention.structures or ())):
        together = list(group)
        has_sign = any(mention.has_sign for mention in together)
        if kind not in _NEEDS_SIGN or has_sign or kind == "clinical_exam":
            yield Witness(kind, path, sides_told(together), together[0].structures, touched, has_sign)
    if touched and not asserted:
        yield Witness(kind, path, frozenset(), None, touched)


def is_abnormal(finding: Finding) -> bool:
    """Whether a finding says that something is there."""
    return finding.state == "abnormal" or bool(finding.lesions)


def witnesses(case: Case, icd: IcdCodeSet, told: Told) -> Iterator[Witness]:
    """All parts that name left, right or both, in the order of the form."""
    for place, symptom in enumerate(case.symptoms):
        sides = sides_of(symptom.side) & LATERAL
        if sides and symptom.kind != "asymptomatic":
            structures = frozenset({symptom.structure}) if symptom.structure is not None else None
            yield Witness("symptom", f"symptoms[{place}].side", sides, structures, sides)
    for kind, path, _ in _texts(case):
        yield from _text_witnesses(kind, path, told.get(path, ()))
    for place, finding in enumerate(case.findings):
        sides = sides_of(finding.side) & LATERAL
        if sides and finding.structure is not None and is_abnormal(finding):
            yield Witness("finding", f"findings[{place}].side", sides, frozenset({finding.structure}), sides)
    for place, code in enumerate(case.claim.diagnoses):
        coded = icd.lookup(code)
        for mention in mentions(coded.description) if coded is not None else ():
            sides = sides_of(mention.side)
            yield Witness("diagnosis", f"claim.diagnoses[{place}]", sides, mention.structures, sides)


def comparable(one: Witness, all_: tuple[Witness, ...]) -> tuple[Witness, ...]:
    """The other parts that speak about the same structure; where none does, about the same zone; or about none."""
    others = [other for other in all_ if other.kind != one.kind or (other.kind == "finding" and other is not one)]
    if one.structures is None:
        return tuple(others)
    exact = [o for o in others if o.structures is not None and o.structures & one.structures]
    if not any(o.kind in ("symptom", "finding") and o.kind != one.kind for o in exact):
        zone = zone_of(one.structures)
        exact = [o for o in others if o.structures is not None and o.structures & zone]
    return (*exact, *(o for o in others if o.structures is None))

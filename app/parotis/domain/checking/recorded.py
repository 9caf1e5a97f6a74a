"""What the findings hold, as a sentence may speak of it: lesions and attributes by side and structure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from parotis.domain.anatomy import STRUCTURES, sides_of
from parotis.domain.case import Case, Finding, Lesion

Scope = tuple[frozenset[str], frozenset[str]]
"""Sides and structures; an empty set means any."""

_LATERAL = frozenset({"left", "right"})
_DUCT_WIDE_MM = {"parotid-gland": Decimal("3.0")}
_DUCT_WIDE_ELSEWHERE_MM = Decimal("2.0")
"""A wider duct is dilated: about 2 mm submandibular, 2 to 3 mm parotid (the project's domain notes, 5b)."""
_LARGE_NODE_MM = Decimal(8)
"""Short axis from which a node that is recorded as abnormal is enlarged (domain notes, 5c)."""


def is_in(finding: Finding, scope: Scope) -> bool:
    sides, structures = scope
    own = sides_of(finding.side) & _LATERAL
    return (not structures or finding.structure in structures) and (not sides or not own or bool(own & sides))


def findings_in(case: Case, scope: Scope) -> list[tuple[str, Finding]]:
    """Findings that a sentence about a scope may mean; where none is of its structures, those of its sides."""
    seen = [(f"findings[{place}]", finding) for place, finding in enumerate(case.findings)]
    of_scope = [(path, finding) for path, finding in seen if is_in(finding, scope)]
    return of_scope or [(path, finding) for path, finding in seen if is_in(finding, (scope[0], frozenset()))]


def lesions_in(case: Case, scope: Scope) -> list[tuple[str, Finding, Lesion]]:
    return [
        (f"{path}.lesions[{number}]", finding, lesion)
        for path, finding in findings_in(case, scope)
        for number, lesion in enumerate(finding.lesions)
    ]


def lesions(case: Case) -> Iterator[Lesion]:
    return (lesion for finding in case.findings for lesion in finding.lesions)


def is_node(finding: Finding) -> bool:
    return finding.structure is not None and STRUCTURES[finding.structure].kind == "node"


def is_muscle(finding: Finding) -> bool:
    return finding.structure is not None and STRUCTURES[finding.structure].kind == "muscle"


def is_affected(finding: Finding) -> bool:
    return finding.state == "abnormal" or bool(finding.lesions)


def notes(case: Case) -> Iterator[str]:
    """What is written beside the findings."""
    for finding in case.findings:
        if finding.note:
            yield finding.note
        for lesion in finding.lesions:
            if lesion.note:
                yield lesion.note


def has_wide_duct(finding: Finding) -> bool:
    duct = finding.attributes.duct_mm
    limit = _DUCT_WIDE_MM.get(finding.structure or "", _DUCT_WIDE_ELSEWHERE_MM)
    return duct is not None and duct.is_finite() and duct > limit


def is_suspicious_node(finding: Finding) -> bool:
    """Hilum lost, necrosis or a blurred border, whatever the size."""
    values = finding.attributes
    return is_node(finding) and (
        values.hilum in ("absent", False)
        or values.necrosis in ("cystic", "coagulation", True)
        or values.border == "ill-defined"
    )


def is_enlarged_node(finding: Finding) -> bool:
    short = finding.attributes.short_mm
    return is_node(finding) and short is not None and short.is_finite() and short >= _LARGE_NODE_MM


def values_of(case: Case, scope: Scope, lesion_field: str | None, attribute: str | None) -> set[str]:
    """What is recorded in a scope for one pick list, "True" and "False" for yes and no."""
    found: set[str] = set()
    about = [finding for _, finding in findings_in(case, scope)]
    if not scope[0]:
        # What is said without a side is said of what is affected.
        about = list(filter(is_affected, about)) or about
    for finding in about:
        if attribute is not None:
            found.add(_text(getattr(finding.attributes, attribute)))
        if attribute == "echotexture":
            found |= _texture_of_grade(finding.attributes.omeract_grade)
        if lesion_field is not None:
            for lesion in finding.lesions:
                found.add(_text(getattr(lesion, lesion_field)))
                if lesion_field == "composition" and lesion.composition is None:
                    found |= _composition_of_kind(lesion.kind)
                if lesion_field == "posterior" and lesion.shadow:
                    found.add("shadow")
    return found - {""}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _composition_of_kind(kind: str | None) -> set[str]:
    if kind in ("solid-mass", "stone"):
        return {"solid"}
    return {"cystic"} if kind == "cyst" else {"solid", "cystic"}


def _texture_of_grade(grade: int | None) -> set[str]:
    if grade is None or grade == 0:
        return set()
    return {"heterogeneous"} if grade >= 2 else {"heterogeneous", "homogeneous"}

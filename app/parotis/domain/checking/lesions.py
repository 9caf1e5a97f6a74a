"""Lesions that contradict themselves, sizes in the wrong unit, and notes that say otherwise than their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from parotis.domain.case import Case, Lesion
from parotis.domain.checking.context import CheckContext, Rule, advises, blocks, lesion_name, lesions_of, the
from parotis.domain.checking.context import sentence as capital
from parotis.domain.checking.qualities import QUALITIES
from parotis.domain.checking.recorded import values_of
from parotis.domain.checking.statements import Sentence, read
from parotis.domain.issue import Issue

_CYSTIC = frozenset({"cystic", "mostly-cystic"})
_HOLLOW = _CYSTIC | {"gas-containing"}
_HARD = frozenset({"stone", "foreign-body"})
_DARK = frozenset({"anechoic", "hypoechoic"})
_SOLID = frozenset({"solid", "mostly-solid"})
_INNER_FLOW = frozenset({"moderate", "marked", "central", "hilar", "mixed", "chaotic", "feeding-vessel"})

# Largest and smallest longest axis, in millimetres, that is usual for a kind: outside it, centimetres or a slipped
# decimal point are likelier than the size itself (the project's domain notes, 5b to 5h).
_USUAL_MM: dict[str, tuple[Decimal, Decimal]] = {
    "stone": (Decimal("0.8"), Decimal(40)),
    "cyst": (Decimal("1.5"), Decimal(130)),
    "solid-mass": (Decimal(2), Decimal(150)),
    "mixed-mass": (Decimal(2), Decimal(150)),
    "lymph-node": (Decimal(2), Decimal(80)),
    "collection": (Decimal(2), Decimal(150)),
    "foreign-body": (Decimal("0.3"), Decimal(100)),
}
_USUAL_ATTRIBUTE_MM: dict[str, tuple[Decimal, Decimal]] = {
    "length_mm": (Decimal(6), Decimal(110)),
    "width_mm": (Decimal(4), Decimal(90)),
    "depth_mm": (Decimal(2), Decimal(70)),
    "duct_mm": (Decimal("0.2"), Decimal(15)),
    "capsule_closed_mm": (Decimal("0.4"), Decimal(9)),
    "capsule_open_mm": (Decimal("0.3"), Decimal(9)),
    "translation_mm": (Decimal(0), Decimal(32)),
    "relaxed_mm": (Decimal("1.8"), Decimal(30)),
    "clenched_mm": (Decimal("1.8"), Decimal(35)),
    "long_mm": (Decimal("1.5"), Decimal(80)),
    "short_mm": (Decimal(1), Decimal(60)),
}
_SAID = ("asserted", "hedged")
_DEEPEST_MM = Decimal(70)


def contradictions(case: Case, _: CheckContext) -> Iterator[Issue]:
    """What cannot be true of one lesion at the same time."""
    for path, finding, number, lesion in lesions_of(case):
        name = capital(lesion_name(finding, number, lesion))
        for field, is_so, text in _NEVER:
            if is_so(lesion):
                yield blocks("findings.lesion.contradicts", f"{path}.{field}", f"{name} {text}.")


_Never = tuple[str, Callable[[Lesion], bool], str]
"""The field that is wrong, when, and what the sentence says of it."""

_NEVER: tuple[_Never, ...] = (
    ("composition", lambda x: x.kind in _HARD and x.composition in _HOLLOW, "is recorded as fluid or gas inside"),
    (
        "echogenicity",
        lambda x: x.kind == "stone" and x.echogenicity in _DARK,
        "is recorded as dark, which a stone is not",
    ),
    (
        "composition",
        lambda x: x.kind in ("cyst", "solid-mass", "lymph-node") and x.composition == "gas-containing",
        "is recorded as gas inside, which only a collection may hold",
    ),
    (
        "composition",
        lambda x: x.kind in ("cyst", "collection") and x.composition in _SOLID,
        "is recorded as solid inside",
    ),
    ("composition", lambda x: x.kind == "solid-mass" and x.composition in _CYSTIC, "is recorded as cystic inside"),
    (
        "echogenicity",
        lambda x: x.kind == "solid-mass" and x.echogenicity == "anechoic",
        "is recorded as echo-free, which only fluid is",
    ),
    (
        "composition",
        lambda x: x.kind != "solid-mass" and x.echogenicity == "anechoic" and x.composition in _SOLID,
        "is recorded as echo-free and as solid",
    ),
    (
        "vascularity",
        lambda x: x.kind in ("cyst", "stone") and x.vascularity in _INNER_FLOW,
        "is recorded with flow inside, which it has not",
    ),
    (
        "shadow",
        lambda x: x.shadow is False and x.posterior in ("shadow", "edge-shadow"),
        "is recorded without a shadow, but its posterior effect is a shadow",
    ),
    (
        "shadow",
        lambda x: x.shadow is True and x.posterior in ("none", "enhancement"),
        "is recorded with a shadow, but its posterior effect is another",
    ),
    (
        "posterior",
        lambda x: x.kind == "cyst" and x.posterior == "shadow" and x.calcification in (None, "none"),
        "is recorded with a shadow behind it, which fluid does not cast",
    ),
    (
        "posterior",
        lambda x: x.kind == "stone" and x.shadow is not True and x.posterior == "enhancement",
        "is recorded with enhancement behind it, which a stone does not cause",
    ),
    ("content", lambda x: x.content == "gas" and x.composition in _SOLID, "is recorded with gas inside and as solid"),
    (
        "content",
        lambda x: x.content == "echo-free" and x.echogenicity in ("hyperechoic", "isoechoic"),
        "is recorded as echo-free and as bright",
    ),
    (
        "compressibility",
        lambda x: x.kind == "stone" and x.compressibility in ("full", "partial"),
        "is recorded as compressible, which a stone is not",
    ),
)


def usual_sizes(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Sizes that look like another unit."""
    for path, finding, number, lesion in lesions_of(case):
        known = [axis for axis in lesion.size_mm or () if axis is not None and axis.is_finite() and axis > 0]
        least, most = _USUAL_MM.get(lesion.kind or "", (Decimal(0), Decimal(300)))
        name = capital(lesion_name(finding, number, lesion))
        if known and most < max(known) <= 300:
            text = f"{name} is very large for its kind: were the sizes meant in another unit?"
            yield advises("findings.size.unusual", f"{path}.size_mm[0]", text)
        elif known and max(known) < least:
            text = f"{name} is very small for its kind: were the sizes meant in centimetres?"
            yield advises("findings.size.unusual", f"{path}.size_mm[0]", text)
        elif len(known) == 3 and max(known) > 12 * min(known) and lesion.kind not in ("foreign-body", "collection"):
            text = f"{name} has axes of very different length: is a decimal point missing?"
            yield advises("findings.size.unusual", f"{path}.size_mm[2]", text)
        if lesion.depth_mm is not None and lesion.depth_mm.is_finite() and _DEEPEST_MM < lesion.depth_mm <= 300:
            yield advises(
                "findings.size.unusual", f"{path}.depth_mm", f"{name} lies very deep: was another unit meant?"
            )
    for place, finding in enumerate(case.findings):
        for field, (least, most) in _USUAL_ATTRIBUTE_MM.items():
            value = getattr(finding.attributes, field)
            if value is not None and value.is_finite() and value > 0 and not least <= value <= most:
                where = the(finding.structure, finding.side)
                text = f"A size of {where} is far from what is usual: was another unit meant?"
                yield advises("findings.size.unusual", f"findings[{place}].attributes.{field}", text)


_OWN_FIELDS = tuple(quality for quality in QUALITIES if quality.lesion is not None)


def notes(case: Case, _: CheckContext) -> Iterator[Issue]:
    """The note of a lesion does not say otherwise than its fields."""
    for path, finding, number, lesion in lesions_of(case):
        for said in read(lesion.note):
            for quality in _OWN_FIELDS:
                value = getattr(lesion, quality.lesion or "")
                for words, agreeing in quality.terms:
                    is_said = value and any(one.standing in _SAID for one in said.said(words))
                    if is_said and value not in agreeing:
                        text = (
                            f"The note of {lesion_name(finding, number, lesion)} says otherwise than what is recorded."
                        )
                        yield blocks("findings.lesion.note", f"{path}.note", text)
    for place, finding in enumerate(case.findings):
        for said in read(finding.note):
            if _is_unlike_note(case, place, said):
                text = f"The note of {the(finding.structure, finding.side)} says otherwise than what is recorded."
                yield blocks("findings.note.contradicts", f"findings[{place}].note", text)


def _is_unlike_note(case: Case, place: int, sentence: Sentence) -> bool:
    alone = Case(findings=(case.findings[place],))
    for quality in QUALITIES:
        for listed, standings in ((quality.terms, _SAID), (quality.negated_terms, ("denied",))):
            for words, agreeing in listed:
                if any(said.standing in standings for said in sentence.said(words)):
                    values = values_of(alone, (frozenset(), frozenset()), quality.lesion, quality.attribute)
                    if values and not values & agreeing:
                        return True
    return False


RULES: tuple[Rule, ...] = (contradictions, usual_sizes, notes)

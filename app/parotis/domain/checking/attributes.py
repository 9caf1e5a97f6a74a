"""Attributes of one structure that contradict each other or its state, and what a follow-up compares with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import Attributes, Case
from parotis.domain.checking.context import CheckContext, Rule, advises, blocks, folded, is_blank, sentence, the
from parotis.domain.checking.recorded import has_wide_duct, is_node
from parotis.domain.checking.times import SPEAKS_OF_BEFORE
from parotis.domain.issue import Issue

_DISPLACED = frozenset({"anterior", "medial", "lateral", "posterior"})
_EFFUSION = frozenset({"moderate", "large"})
_NARROW_CAPSULE_MM, _WIDE_CAPSULE_MM = Decimal("1.4"), Decimal("3.5")
_LARGE_NORMAL_NODE_MM = Decimal(12)

_Never = tuple[str, Callable[[Attributes], bool], str]

_NEVER: tuple[_Never, ...] = (
    (
        "disc_open",
        lambda x: x.disc_closed == "normal" and x.disc_open in ("reduces", "does-not-reduce", "stuck"),
        "the disc lies normally with closed mouth, yet is recorded as displaced on opening",
    ),
    (
        "flow",
        lambda x: x.hilum in ("absent", False) and x.flow == "hilar",
        "the hilum is absent, yet flow is recorded in it",
    ),
    (
        "omeract_grade",
        lambda x: (x.omeract_grade or 0) >= 2 and x.echotexture == "homogeneous",
        "the grade is that of an uneven gland, yet its texture is recorded as homogeneous",
    ),
    (
        "omeract_grade",
        lambda x: x.omeract_grade == 0 and x.echotexture == "markedly-heterogeneous",
        "the grade is that of an even gland, yet its texture is recorded as markedly heterogeneous",
    ),
)
_HARDLY: tuple[_Never, ...] = (
    (
        "effusion",
        lambda x: x.effusion == "none" and _is_more(x.capsule_closed_mm, _WIDE_CAPSULE_MM),
        "the capsule is wide, yet no effusion is recorded",
    ),
    (
        "effusion",
        lambda x: x.effusion in _EFFUSION and _is_more(_NARROW_CAPSULE_MM, x.capsule_closed_mm),
        "the capsule is narrow, yet a marked effusion is recorded",
    ),
)


def _is_more(one: Decimal | None, other: Decimal | None) -> bool:
    return one is not None and other is not None and one.is_finite() and other.is_finite() and one > other


def contradictions(case: Case, _: CheckContext) -> Iterator[Issue]:
    for place, finding in enumerate(case.findings):
        path, where = f"findings[{place}]", sentence(the(finding.structure, finding.side))
        for rules, judge in ((_NEVER, blocks), (_HARDLY, advises)):
            for name, is_so, text in rules:
                if is_so(finding.attributes):
                    yield judge("findings.attribute.contradicts", f"{path}.attributes.{name}", f"{where}: {text}.")
        if finding.state == "normal" and has_wide_duct(finding):
            text = f"{where} is called normal, but its duct is wide."
            yield advises("findings.normal.unusual", f"{path}.attributes.duct_mm", text)
        is_large = is_node(finding) and _is_more(finding.attributes.short_mm, _LARGE_NORMAL_NODE_MM)
        if finding.state == "normal" and is_large:
            text = f"{where} is called normal, but its short axis is large."
            yield advises("findings.normal.unusual", f"{path}.attributes.short_mm", text)
        is_paired = finding.structure is not None and STRUCTURES[finding.structure].paired
        if finding.side == "bilateral" and finding.lesions and is_paired:
            text = f"{where}: a lesion lies on one side; record each side on its own."
            yield advises("findings.side.both_with_lesion", f"{path}.side", text)


def follow_up_compares(case: Case, _: CheckContext) -> Iterator[Issue]:
    """A follow-up with an earlier ultrasound says how it compares."""
    earlier = any(study.kind == "ultrasound" for study in case.rationale.prior_studies)
    said = folded(" ".join(case.interpretation.impression))
    if case.rationale.reason != "follow-up" or not earlier or not is_blank(case.interpretation.comparison):
        return
    if not SPEAKS_OF_BEFORE.search(said):
        text = "An earlier ultrasound is recorded, but nothing says how this one compares."
        yield advises("interpretation.comparison.missing", "interpretation.comparison", text)


RULES: tuple[Rule, ...] = (contradictions, follow_up_compares)

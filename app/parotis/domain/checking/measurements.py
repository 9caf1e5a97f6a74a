"""Sizes, grades and terms of the findings. Millimetres throughout."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from parotis.domain import lexicon
from parotis.domain.case import Attributes, Case, Finding, Lesion
from parotis.domain.checking.context import (
    CheckContext,
    advises,
    blocks,
    folded,
    is_blank,
    lesion_name,
    lesions_of,
    sentence,
    the,
)
from parotis.domain.issue import Issue

_AXES = ("longest axis", "perpendicular axis", "third axis")
_LARGEST_MI = Decimal("1.9")
_LOWEST_MHZ, _HIGHEST_MHZ = Decimal(2), Decimal(50)
_LARGEST_TI = Decimal(6)
_NO_FLOW = frozenset({"none", "0"})


def _recorded(attributes: Attributes) -> Iterator[tuple[str, Any]]:
    for name in Attributes.__slots__:
        value = getattr(attributes, name)
        if value is not None and value != "":
            yield name, value


def lesion_sizes(case: Case, _: CheckContext) -> Iterator[Issue]:
    for path, finding, number, lesion in lesions_of(case):
        size = lesion.size_mm or (None, None, None)
        name = sentence(lesion_name(finding, number, lesion))
        if all(axis is None for axis in size):
            kind = lexicon.lesion_kind(lesion.kind)
            if kind is not None and kind.measured == "must":
                yield blocks("findings.size.missing", f"{path}.size_mm[0]", f"{name} has no size.")
            elif kind is not None and kind.measured == "should":
                yield advises("findings.size.missing", f"{path}.size_mm[0]", f"{name} has no size.")
            continue
        for axis, value in enumerate(size):
            if value is None:
                text = f"{name}: the {_AXES[axis]} is missing."
                yield blocks("findings.size.incomplete", f"{path}.size_mm[{axis}]", text)
            elif not value.is_finite() or value <= 0:
                text = f"{name}: the {_AXES[axis]} is not more than 0 mm."
                yield blocks("findings.size.impossible", f"{path}.size_mm[{axis}]", text)
            elif value > lexicon.largest_lesion_mm():
                text = f"{name}: the {_AXES[axis]} is more than {lexicon.largest_lesion_mm()} mm."
                yield blocks("findings.size.impossible", f"{path}.size_mm[{axis}]", text)
        known = [value for value in size[1:] if value is not None and value.is_finite()]
        if size[0] is not None and size[0].is_finite() and known and max(known) > size[0]:
            text = f"{name}: the first axis is not the longest."
            yield advises("findings.size.order", f"{path}.size_mm[0]", text)


def lesion_depths(case: Case, _: CheckContext) -> Iterator[Issue]:
    for path, finding, number, lesion in lesions_of(case):
        depth = lesion.depth_mm
        if depth is not None and not (depth.is_finite() and 0 <= depth <= lexicon.largest_lesion_mm()):
            text = f"{sentence(lesion_name(finding, number, lesion))}: the depth cannot be."
            yield blocks("findings.depth.impossible", f"{path}.depth_mm", text)


def lesion_names(case: Case, _: CheckContext) -> Iterator[Issue]:
    for path, finding, number, lesion in lesions_of(case):
        name = sentence(lesion_name(finding, number, lesion))
        if lesion.kind is None:
            yield blocks("findings.lesion.kind.missing", f"{path}.kind", f"{name} has no kind.")
        if is_blank(lesion.label):
            yield blocks("findings.lesion.label.missing", f"{path}.label", f"{name} has no label.")
        elif any(folded(lesion.label or "") == folded(other.label or "") for other in finding.lesions[: number - 1]):
            text = f"{name} has the same label as another one there."
            yield blocks("findings.lesion.label.repeated", f"{path}.label", text)


def attribute_values(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Attributes belong to their structure, sizes can be, grades exist."""
    for place, finding in enumerate(case.findings):
        offered = {facts.id: facts for facts in lexicon.attributes_of(finding.structure)}
        where = the(finding.structure, finding.side)
        for name, value in _recorded(finding.attributes):
            facts = offered.get(name) or lexicon.every_attribute()[name]
            path = f"findings[{place}].attributes.{name}"
            if finding.structure is not None and name not in offered:
                text = f"{facts.label} is recorded for {where}, where it does not apply."
                yield blocks("findings.attribute.foreign", path, text)
            elif facts.value == "millimetres":
                yield from _size_problem(facts, value, path, where)
            elif facts.value == "grade" and str(value) not in facts.terms:
                text = f"{facts.label} of {where} is not one of the grades {', '.join(facts.terms)}."
                yield blocks("findings.grade.impossible", path, text)
            elif facts.value == "term" and not isinstance(value, bool) and value not in facts.terms:
                text = f"{facts.label} of {where} is not a term of the lexicon."
                yield advises("findings.term.unknown", path, text)


def _size_problem(facts: lexicon.AttributeFacts, value: Decimal, path: str, where: str) -> Iterator[Issue]:
    if not value.is_finite() or value < 0 or (value == 0 and not facts.may_be_zero):
        text = f"{facts.label} of {where} is not more than 0 mm."
        yield blocks("findings.size.impossible", path, text)
    elif value > facts.largest_mm:
        text = f"{facts.label} of {where} is more than {facts.largest_mm} mm."
        yield blocks("findings.size.impossible", path, text)


def lesion_terms(case: Case, _: CheckContext) -> Iterator[Issue]:
    for path, finding, number, lesion in lesions_of(case):
        name = lesion_name(finding, number, lesion)
        for facts in lexicon.lesion_terms_of(lesion.kind):
            value = getattr(lesion, facts.id)
            if isinstance(value, str) and value and value not in facts.terms:
                text = f"{facts.label} of {name} is not a term of the lexicon."
                yield advises("findings.term.unknown", f"{path}.{facts.id}", text)
        if lesion.kind is not None:
            yield from _foreign_terms(path, name, lesion)


def _foreign_terms(path: str, name: str, lesion: Lesion) -> Iterator[Issue]:
    for kind in lexicon.lesion_kinds():
        for facts in kind.terms:
            if kind.id != lesion.kind and getattr(lesion, facts.id) not in (None, ""):
                text = f"{facts.label} is recorded for {name}, where it does not apply."
                yield advises("findings.lesion.term.foreign", f"{path}.{facts.id}", text)


def pairs_of_sizes(case: Case, _: CheckContext) -> Iterator[Issue]:
    for place, finding in enumerate(case.findings):
        values, where = finding.attributes, the(finding.structure, finding.side)
        path = f"findings[{place}].attributes"
        if _is_more(values.short_mm, values.long_mm):
            text = f"The short axis of {where} is longer than the long axis."
            yield blocks("findings.node.axes", f"{path}.short_mm", text)
        elif (values.short_mm is None) != (values.long_mm is None):
            missing = "short" if values.short_mm is None else "long"
            text = f"Only one of two axes is recorded for {where}: the {missing} axis is missing."
            yield advises("findings.node.axis.missing", f"{path}.{missing}_mm", text)
        if _is_more(values.relaxed_mm, values.clenched_mm):
            text = f"Clenched, {where} is thinner than relaxed."
            yield advises("findings.muscle.thickness", f"{path}.clenched_mm", text)


def _is_more(one: Decimal | None, other: Decimal | None) -> bool:
    return one is not None and other is not None and one.is_finite() and other.is_finite() and one > other


def states_fit(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Normal means nothing wrong is recorded; abnormal means that something is; not seen means nothing is."""
    for place, finding in enumerate(case.findings):
        path, where = f"findings[{place}]", the(finding.structure, finding.side)
        recorded = dict(_recorded(finding.attributes))
        if finding.state == "normal" and finding.lesions:
            text = f"{sentence(where)} is called normal but has a lesion."
            yield blocks("findings.normal.with_lesion", f"{path}.state", text)
        elif finding.state == "normal":
            yield from _unlike_normal(path, where, finding)
        elif finding.state == "abnormal" and not recorded and not finding.lesions and is_blank(finding.note):
            text = f"{sentence(where)} is called abnormal, but nothing says how."
            yield blocks("findings.abnormal.undescribed", f"{path}.state", text)
        elif finding.state in ("not-seen", "not-examined") and (recorded or finding.lesions):
            text = f"{sentence(where)} was {lexicon.words(finding.state)}, but something is recorded about it."
            yield blocks("findings.unseen.described", f"{path}.state", text)


def _unlike_normal(path: str, where: str, finding: Finding) -> Iterator[Issue]:
    for facts in lexicon.attributes_of(finding.structure):
        reading = lexicon.reading_of(facts, getattr(finding.attributes, facts.id))
        if reading == "abnormal":
            text = f"{sentence(where)} is called normal, but {facts.label.lower()} is not."
            yield blocks("findings.normal.contradicted", f"{path}.state", text)
        elif reading == "unusual":
            text = f"{sentence(where)} is called normal, but {facts.label.lower()} is unusual for that."
            yield advises("findings.normal.unusual", f"{path}.attributes.{facts.id}", text)


def symptom_severity(case: Case, _: CheckContext) -> Iterator[Issue]:
    for place, symptom in enumerate(case.symptoms):
        if symptom.severity is not None and not 0 <= symptom.severity <= 10:
            path = f"symptoms[{place}].severity"
            yield blocks("symptoms.severity.impossible", path, "The severity of a symptom is not between 0 and 10.")


def technique(case: Case, _: CheckContext) -> Iterator[Issue]:
    used = case.technique
    lowest, highest = used.frequency_mhz or (None, None)
    for place, value in enumerate((lowest, highest)):
        if value is not None and not (value.is_finite() and 0 < value <= 100):
            path = f"technique.frequency_mhz[{place}]"
            yield blocks("technique.frequency.impossible", path, "The frequency is not between 0 and 100 MHz.")
    if _is_more(highest, _HIGHEST_MHZ) or _is_more(_LOWEST_MHZ, lowest):
        text = "The frequency range is unusual for this region: was a decimal point lost?"
        yield advises("technique.frequency.unusual", "technique.frequency_mhz", text)
    if _is_more(lowest, highest):
        text = "The lowest frequency is above the highest."
        yield blocks("technique.frequency.order", "technique.frequency_mhz[0]", text)
    index = used.mechanical_index
    if index is not None and not (index.is_finite() and index >= 0):
        yield blocks("technique.index.impossible", "technique.mechanical_index", "The mechanical index is below 0.")
    elif index is not None and index > _LARGEST_MI:
        text = f"The mechanical index is above {_LARGEST_MI}, the usual ceiling."
        yield advises("technique.index.high", "technique.mechanical_index", text)
    heat = used.thermal_index.value if used.thermal_index is not None else None
    if heat is not None and not (heat.is_finite() and heat >= 0):
        yield blocks("technique.index.impossible", "technique.thermal_index.value", "The thermal index is below 0.")
    elif heat is not None and heat > _LARGEST_TI:
        text = f"The thermal index is above {_LARGEST_TI}: was a decimal point lost?"
        yield advises("technique.index.high", "technique.thermal_index.value", text)


def doppler(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Flow is judged with Doppler only."""
    if case.technique.doppler in ("color", "power", "both"):
        return
    for path, where, value in _flows(case):
        if case.technique.doppler == "none" and value not in _NO_FLOW:
            text = f"Flow is recorded for {where}, but the technique says that no Doppler was used."
            yield blocks("technique.doppler.contradicted", path, text)
        elif case.technique.doppler == "none":
            text = f"Absent flow is recorded for {where}, but no Doppler was used to look for it."
            yield advises("technique.doppler.unused", path, text)
        else:
            text = f"Flow is recorded for {where}; say which Doppler was used."
            yield advises("technique.doppler.missing", "technique.doppler", text)
            return


def _flows(case: Case) -> Iterator[tuple[str, str, str]]:
    for place, finding in enumerate(case.findings):
        for name in ("hyperaemia", "flow"):
            value = getattr(finding.attributes, name)
            if value not in (None, ""):
                yield f"findings[{place}].attributes.{name}", the(finding.structure, finding.side), str(value)
    for path, finding, number, lesion in lesions_of(case):
        if lesion.vascularity:
            yield f"{path}.vascularity", lesion_name(finding, number, lesion), lesion.vascularity


RULES = (
    symptom_severity,
    technique,
    doppler,
    lesion_names,
    lesion_sizes,
    lesion_depths,
    lesion_terms,
    attribute_values,
    pairs_of_sizes,
    states_fit,
)

"""Left and right: symptoms, texts, findings, impression, images and diagnoses name the same side.

Every part of the exam that names a side is a witness. A witness that names one side only, which no other part of the
exam supports while others name the opposite side, contradicts the exam. What may be so is no contradiction: both sides
affected, comparison with the other side, incidental findings that are called so, the past, other structures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from parotis.domain.anatomy import STRUCTURES, sides_of
from parotis.domain.case import Case, Finding
from parotis.domain.checking.context import CheckContext, advises, blocks, folded, the
from parotis.domain.checking.side_words import SideMention, mentions
from parotis.domain.issue import Issue

Sides = frozenset[str]

_LATERAL: Sides = frozenset({"left", "right"})
_OPPOSITE = {"left": "right", "right": "left"}

_FACE = frozenset(
    {"parotid-gland", "parotid-node", "temporomandibular-joint", "masseter", "temporalis", "preauricular-region",
     "submasseteric-space", "cheek", "buccal-space", "facial-node", "zygoma", "infraorbital-region", "maxilla",
     "mandible", "minor-salivary-gland", "upper-lip", "lower-lip", "palate", "other"}
)  # fmt: skip
_FLOOR = frozenset(
    {"submandibular-gland", "sublingual-gland", "submandibular-region", "floor-of-mouth", "submental-region", "tongue",
     "node-level-ia", "node-level-ib", "mandible", "chin", "lower-lip", "minor-salivary-gland", "node-level-iia", "other"}
)  # fmt: skip
_NECK = frozenset(
    {name for name in STRUCTURES if name.startswith("node-level-")}
    | {"sternocleidomastoid", "supraclavicular-node", "thyroid-gland", "submandibular-region", "parotid-node", "other"}
)
_ZONES = (_FACE, _FLOOR, _NECK)

_NAMES = {
    "symptom": "the symptoms",
    "complaint": "the complaint",
    "history": "the history",
    "clinical_exam": "the clinical examination",
    "question": "the clinical question",
    "prior_study": "a prior study",
    "finding": "the findings",
    "impression": "the impression",
    "recommendation": "the recommendation",
    "comparison": "the comparison",
    "diagnosis": "a diagnosis code",
}
_TOLD_BY_PATIENT = frozenset({"symptom", "complaint", "history", "clinical_exam", "question"})
_MAY_BE_OLD = frozenset({"comparison", "prior_study"})
_NEEDS_SIGN = frozenset({"history", "clinical_exam", "recommendation", "comparison", "prior_study"})
_UNASKED = re.compile(
    r"incidental|unexpected|asymptomatic|unrelated|contralateral|opposite side|other side|symptomatic side|referred pain"
    r"|without symptoms|symptom-free|no symptoms"
)


@dataclass(frozen=True, slots=True)
class Witness:
    """One part of the exam that names a side. ``touched`` are all sides that the part speaks about in any way."""

    kind: str
    path: str
    sides: Sides
    structures: frozenset[str] | None
    touched: Sides
    has_sign: bool = True


def _zone(structures: frozenset[str]) -> frozenset[str]:
    return structures.union(*(zone for zone in _ZONES if zone & structures))


def _texts(case: Case) -> Iterator[tuple[str, str, str | None]]:
    yield "complaint", "complaint", case.complaint
    yield "history", "history", case.history
    yield "clinical_exam", "clinical_exam", case.clinical_exam
    yield "question", "rationale.question", case.rationale.question
    for place, study in enumerate(case.rationale.prior_studies):
        yield "prior_study", f"rationale.prior_studies[{place}].result", study.result
    for place, line in enumerate(case.interpretation.impression):
        yield "impression", f"interpretation.impression[{place}]", line
    yield "recommendation", "interpretation.recommendation", case.interpretation.recommendation
    yield "comparison", "interpretation.comparison", case.interpretation.comparison


def _sides(found: Iterable[SideMention]) -> Sides:
    return frozenset[str]().union(*(sides_of(mention.side) for mention in found))


def _text_witnesses(kind: str, path: str, found: tuple[SideMention, ...]) -> Iterator[Witness]:
    touched = _sides(mention for mention in found if mention.standing != "denied")
    asserted = [mention for mention in found if mention.standing == "asserted"]
    named = sorted(asserted, key=lambda mention: sorted(mention.structures or ()))
    for _, group in groupby(named, key=lambda mention: sorted(mention.structures or ())):
        together = list(group)
        has_sign = any(mention.has_sign for mention in together)
        if kind not in _NEEDS_SIGN or has_sign:
            yield Witness(kind, path, _sides(together), together[0].structures, touched, has_sign)
    if touched and not asserted:
        yield Witness(kind, path, frozenset(), None, touched)


def _is_abnormal(finding: Finding) -> bool:
    return finding.state == "abnormal" or bool(finding.lesions)


def _witnesses(case: Case, context: CheckContext) -> Iterator[Witness]:
    for place, symptom in enumerate(case.symptoms):
        sides = sides_of(symptom.side) & _LATERAL
        if sides and symptom.kind != "asymptomatic":
            structures = frozenset({symptom.structure}) if symptom.structure is not None else None
            yield Witness("symptom", f"symptoms[{place}].side", sides, structures, sides)
    for kind, path, text in _texts(case):
        yield from _text_witnesses(kind, path, mentions(text, is_plan=kind == "recommendation"))
    for place, finding in enumerate(case.findings):
        sides = sides_of(finding.side) & _LATERAL
        if sides and finding.structure is not None and _is_abnormal(finding):
            yield Witness("finding", f"findings[{place}].side", sides, frozenset({finding.structure}), sides)
    for place, code in enumerate(case.claim.diagnoses):
        coded = context.icd.lookup(code)
        for mention in mentions(coded.description) if coded is not None else ():
            sides = sides_of(mention.side)
            yield Witness("diagnosis", f"claim.diagnoses[{place}]", sides, mention.structures, sides)


def _comparable(one: Witness, all_: tuple[Witness, ...]) -> tuple[Witness, ...]:
    """The other parts that speak about the same structure; where none does, about the same zone; or about none."""
    others = [other for other in all_ if other.kind != one.kind or (other.kind == "finding" and other is not one)]
    if one.structures is None:
        return tuple(others)
    exact = [o for o in others if o.structures is not None and o.structures & one.structures]
    if not any(o.kind in ("symptom", "finding") and o.kind != one.kind for o in exact):
        zone = _zone(one.structures)
        exact = [o for o in others if o.structures is not None and o.structures & zone]
    return (*exact, *(o for o in others if o.structures is None))


def contradictions(case: Case, context: CheckContext) -> Iterator[Issue]:
    """Parts that stand alone with their side."""
    all_ = tuple(_witnesses(case, context))
    is_unasked_told = _is_unasked_told(case)
    for one in all_:
        compared = _comparable(one, all_)
        if one.kind in _MAY_BE_OLD and not _is_about_the_same(one, compared):
            continue
        if one.sides == _LATERAL and one.kind == "diagnosis":
            yield from _one_sided_diagnosis(one, compared)
        if len(one.sides) != 1:
            continue
        (side,) = one.sides
        if one.kind not in ("symptom", "finding", "diagnosis") and _OPPOSITE[side] in one.touched:
            continue
        against = _against(one, side, compared)
        if against and not _is_supported(one, side, compared, is_unasked_told=is_unasked_told):
            yield _contradiction(case, one, side, against)


def _is_about_the_same(one: Witness, compared: tuple[Witness, ...]) -> bool:
    structures = one.structures or frozenset()
    return any(o.kind in ("symptom", "finding") and structures & (o.structures or frozenset()) for o in compared)


def _against(one: Witness, side: str, compared: tuple[Witness, ...]) -> tuple[str, ...]:
    """Kinds of parts that name only the opposite side; empty where that is no contradiction."""
    other_side = _OPPOSITE[side]
    if one.kind == "finding" and any(o.kind == "finding" and other_side in o.sides for o in compared):
        return ()
    named = {o.kind for o in compared if other_side in o.sides and o.kind != one.kind and side not in o.touched}
    trusted = named - _MAY_BE_OLD
    return tuple(kind for kind in _NAMES if kind in trusted)


def _is_supported(one: Witness, side: str, compared: tuple[Witness, ...], *, is_unasked_told: bool) -> bool:
    supporting = {o.kind for o in compared if o.kind != one.kind and side in o.touched}
    if one.kind == "finding" and not is_unasked_told:
        # An impression or code written after a finding on the wrong side repeats its mistake.
        patient_side = {o.kind for o in compared if o.kind in _TOLD_BY_PATIENT and o.sides}
        if patient_side:
            supporting &= _TOLD_BY_PATIENT
    return bool(supporting)


def _is_unasked_told(case: Case) -> bool:
    """Whether the report says that a finding is on the side without symptoms."""
    told = [*case.interpretation.impression, case.interpretation.comparison, case.rationale.note]
    told += [finding.note for finding in case.findings]
    told += [lesion.note for finding in case.findings for lesion in finding.lesions]
    if any(_UNASKED.search(folded(text)) for text in told if text):
        return True
    symptom_sides = frozenset[str]().union(*(sides_of(symptom.side) for symptom in case.symptoms))
    denied = [m for line in case.interpretation.impression for m in mentions(line) if m.standing == "denied"]
    return bool(_sides(denied) & symptom_sides)


def _contradiction(case: Case, one: Witness, side: str, against: tuple[str, ...]) -> Issue:
    names = [_NAMES[kind] for kind in against]
    others = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "name" if len(names) > 1 or names[0].endswith("s") else "names"
    structure = next(iter(one.structures)) if one.structures is not None and len(one.structures) == 1 else None
    where = f"the {side} side" if structure is None else the(structure, side)
    who = {"symptom": "A symptom", "finding": "A finding"}.get(one.kind, _NAMES[one.kind].capitalize())
    text = f"{who} names {where}, but {others} {verb} the {_OPPOSITE[side]} side."
    is_vague = one.kind == "impression" and not one.has_sign
    judge = advises if one.kind in _MAY_BE_OLD or is_vague else blocks
    if one.kind == "symptom" and _has_other_side(case, side) and len(against) < 3:
        judge = advises
    return judge(f"laterality.{one.kind}", one.path, text)


def _has_other_side(case: Case, side: str) -> bool:
    return any(_OPPOSITE[side] in sides_of(symptom.side) for symptom in case.symptoms)


def _one_sided_diagnosis(one: Witness, compared: tuple[Witness, ...]) -> Iterator[Issue]:
    named = frozenset[str]().union(*(o.touched for o in compared if o.kind in ("symptom", "finding", "impression")))
    if len(named) == 1:
        text = f"A diagnosis code is for both sides, but the exam names only the {next(iter(named))} side."
        yield blocks("laterality.diagnosis", one.path, text)


def symptoms_were_scanned(case: Case, _: CheckContext) -> Iterator[Issue]:
    """The side that complains is looked at."""
    if not case.scan:
        return
    for place, symptom in enumerate(case.symptoms):
        if symptom.structure is None or symptom.kind == "asymptomatic":
            continue
        zone = _zone(frozenset({symptom.structure}))
        near = [entry for entry in case.scan if entry.structure in zone]
        if any(entry.side in (None, "midline") for entry in near):
            continue
        scanned = frozenset[str]().union(*(sides_of(entry.side) for entry in near))
        for side in sorted((sides_of(symptom.side) & _LATERAL) - scanned):
            where, path = the(symptom.structure, side), f"symptoms[{place}].side"
            if any(entry.structure == symptom.structure for entry in near) and symptom.side != "bilateral":
                text = f"A symptom names {where}, but only the other side was scanned."
                yield blocks("laterality.symptom.other_side_scanned", path, text)
            else:
                text = f"A symptom names {where}, but nothing on that side was scanned."
                yield advises("laterality.symptom.not_scanned", path, text)


def impression_fits_findings(case: Case, _: CheckContext) -> Iterator[Issue]:
    """What the impression calls affected or normal, the findings do too."""
    read = [(place, mentions(line)) for place, line in enumerate(case.interpretation.impression)]
    asserted = [mention for _, found in read for mention in found if mention.standing == "asserted"]
    for place, found in read:
        path = f"interpretation.impression[{place}]"
        for mention in found:
            about = _about(case, mention)
            if not about:
                continue
            where = the(about[0].structure, mention.side)
            if mention.standing == "asserted" and mention.has_sign:
                yield from _unlike_findings(case, mention, path, where)
            elif mention.is_normal and all(map(_is_abnormal, about)) and not _is_told(mention, asserted):
                text = f"The impression calls {where} normal, but its finding is abnormal."
                yield blocks("laterality.impression.normal", path, text)


def _about(case: Case, mention: SideMention) -> list[Finding]:
    """The findings of the structures and sides of a mention."""
    sides = sides_of(mention.side)
    return [f for f in case.findings if f.structure in (mention.structures or ()) and sides_of(f.side) & sides]


def _unlike_findings(case: Case, mention: SideMention, path: str, where: str) -> Iterator[Issue]:
    same = [finding for finding in case.findings if finding.structure in (mention.structures or ())]
    affected = frozenset[str]().union(*(sides_of(f.side) for f in same if _is_abnormal(f))) & _LATERAL
    normal = frozenset[str]().union(*(sides_of(f.side) for f in same if f.state == "normal")) & _LATERAL
    if not affected:
        text = f"The impression says that {where}{_verb(where)}, but the findings there are not abnormal."
        yield advises("laterality.impression.not_abnormal", path, text)
    elif mention.side == "bilateral" and len(affected) == 1 and normal - affected:
        text = f"The impression names both sides, but only the {next(iter(affected))} side is abnormal."
        yield blocks("laterality.impression.both", path, text)


def _verb(where: str) -> str:
    return " are affected" if where.startswith("both") else " is affected"


def _is_told(mention: SideMention, asserted: list[SideMention]) -> bool:
    return any(
        sides_of(other.side) & sides_of(mention.side)
        and (other.structures is None or mention.structures is None or other.structures & mention.structures)
        for other in asserted
    )


def complaint_on_both_sides(case: Case, _: CheckContext) -> Iterator[Issue]:
    told = _sides(m for m in mentions(case.complaint) if m.side == "bilateral" and m.standing == "asserted")
    recorded = frozenset[str]().union(*(sides_of(symptom.side) for symptom in case.symptoms)) & _LATERAL
    if told == _LATERAL and len(recorded) == 1:
        text = f"The complaint names both sides, but symptoms are recorded on the {next(iter(recorded))} side only."
        yield advises("laterality.complaint.both", "symptoms", text)


def notes(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Notes and captions beside a side do not name the other one."""
    for path, side, structure, text in _notes(case):
        own = sides_of(side) & _LATERAL
        if len(own) != 1 or not text:
            continue
        found = [m for m in mentions(text) if m.structures is None or structure is None or structure in m.structures]
        asserted = _sides(m for m in found if m.standing == "asserted")
        if asserted and not own & _sides(found):
            (name,) = own
            reason = f"The text names the {_OPPOSITE[name]} side, but it stands beside {the(structure, name)}."
            judge = advises if path.startswith("symptoms") else blocks
            yield judge("laterality.note", path, reason)


def _notes(case: Case) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    for place, symptom in enumerate(case.symptoms):
        yield f"symptoms[{place}].note", symptom.side, symptom.structure, symptom.note
    for place, finding in enumerate(case.findings):
        yield f"findings[{place}].note", finding.side, finding.structure, finding.note
        for number, lesion in enumerate(finding.lesions):
            yield f"findings[{place}].lesions[{number}].note", finding.side, finding.structure, lesion.note
    for place, image in enumerate(case.images):
        yield f"images[{place}].caption", image.side, image.structure, image.caption


RULES = (contradictions, symptoms_were_scanned, impression_fits_findings, complaint_on_both_sides, notes)

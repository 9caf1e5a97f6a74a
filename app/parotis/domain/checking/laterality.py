"""Left and right: symptoms, texts, findings, impression, images and diagnoses name the same side.

Every part of the exam that names a side is a witness. A witness that names one side only, which no other part of the
exam supports while others name the opposite side, contradicts the exam. What may be so is no contradiction: both sides
affected, comparison with the other side, incidental findings that are called so, the past, other structures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parotis.domain.anatomy import sides_of
from parotis.domain.case import Case, Finding
from parotis.domain.checking.context import CheckContext, advises, blocks, folded, the
from parotis.domain.checking.side_lexicon import NODES
from parotis.domain.checking.side_words import SideMention, mentions, with_sides_spelt_out
from parotis.domain.checking.witnesses import (
    LATERAL,
    Told,
    Witness,
    comparable,
    is_abnormal,
    sides_told,
    told_by,
    witnesses,
    zone_of,
)
from parotis.domain.issue import Issue

_OPPOSITE = {"left": "right", "right": "left"}
_NAMES = {
    "symptom": "the symptoms",
    "complaint": "the complaint",
    "history": "the history",
    "clinical_exam": "the clinical examination",
    "question": "the clinical question",
    "rationale": "the rationale",
    "prior_study": "a prior study",
    "finding": "the findings",
    "impression": "the impression",
    "differential": "the differential",
    "recommendation": "the recommendation",
    "comparison": "the comparison",
    "diagnosis": "a diagnosis code",
}
_TOLD_BY_PATIENT = frozenset({"symptom", "complaint", "history", "clinical_exam", "question"})
_STRONG = 3
_MAY_BE_OLD = frozenset({"comparison", "prior_study"})
_UNASKED = re.compile(
    r"incidental|unexpected|asymptomatic|unrelated|contralateral|opposite side|other side|symptomatic side"
    r"|referred pain"
    r"|without symptoms|symptom-free|no symptoms"
)


def sides(case: Case, context: CheckContext) -> Iterator[Issue]:
    """All checks of left and right; the texts are read once for them."""
    told = told_by(case)
    yield from _contradictions(case, context, told)
    yield from _impression_fits_findings(case, told)
    yield from _plan_fits_findings(case, told)
    yield from _complaint_on_both_sides(case, told)
    yield from _limitations_fit(case)
    yield from _impression_was_scanned(case, told)
    yield from _well_side(case)


def of_impression(case: Case, _: CheckContext) -> Iterator[Issue]:
    """The sides of the impression against those of the findings alone."""
    told = told_by(case)
    yield from _impression_fits_findings(case, told)
    yield from _impression_was_scanned(case, told)


def _contradictions(case: Case, context: CheckContext, told: Told) -> Iterator[Issue]:
    """Parts that stand alone with their side."""
    all_ = tuple(witnesses(case, context, told))
    is_unasked_told = _is_unasked_told(case, told)
    for one in all_:
        compared = comparable(one, all_)
        if one.kind in _MAY_BE_OLD and not _is_about_the_same(one, compared):
            continue
        if one.sides == LATERAL and one.kind == "diagnosis":
            yield from _one_sided_diagnosis(one, compared)
        if len(one.sides) != 1:
            continue
        (side,) = one.sides
        if one.kind not in ("symptom", "finding", "diagnosis") and _OPPOSITE[side] in one.touched:
            continue
        against = _against(one, side, compared)
        if one.kind == "clinical_exam" and not one.has_sign and len(against) < _STRONG:
            continue
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
    if one.kind in _TOLD_BY_PATIENT and not _is_borne_out(side, compared, is_unasked_told=is_unasked_told):
        # Findings on both sides, or one that nobody asked about, do not tell which side complains.
        supporting &= _TOLD_BY_PATIENT
    if one.kind == "finding" and not is_unasked_told:
        # An impression or code written after a finding on the wrong side repeats its mistake.
        patient_side = {o.kind for o in compared if o.kind in _TOLD_BY_PATIENT and o.sides}
        if patient_side:
            supporting &= _TOLD_BY_PATIENT
    return bool(supporting)


def _is_borne_out(side: str, compared: tuple[Witness, ...], *, is_unasked_told: bool) -> bool:
    """Whether findings on one side alone may stand for a complaint there."""
    told = {o.kind for o in compared if o.kind in _TOLD_BY_PATIENT and _OPPOSITE[side] in o.sides}
    both = any(o.kind == "finding" and _OPPOSITE[side] in o.sides for o in compared)
    return not ((both or is_unasked_told) and len(told) > 1)


def _is_unasked_told(case: Case, told: Told) -> bool:
    """Whether the report says that a finding is on the side without symptoms."""
    written = [*case.interpretation.impression, case.interpretation.comparison, case.rationale.note]
    written += [finding.note for finding in case.findings]
    written += [lesion.note for finding in case.findings for lesion in finding.lesions]
    if any(_UNASKED.search(folded(text)) for text in written if text):
        return True
    symptom_sides = frozenset[str]().union(*(sides_of(symptom.side) for symptom in case.symptoms))
    denied = [mention for _, found in _impression(told) for mention in found if mention.standing == "denied"]
    return bool(sides_told(denied) & symptom_sides)


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
    if one.kind == "symptom" and _may_be_another_complaint(case, one, side, against):
        judge = advises
    return judge(f"laterality.{one.kind}", one.path, text)


def _may_be_another_complaint(case: Case, one: Witness, side: str, against: tuple[str, ...]) -> bool:
    """Whether a symptom stands beside those of the other side, at another structure or with little against it."""
    beside = [symptom for symptom in case.symptoms if _OPPOSITE[side] in sides_of(symptom.side)]
    is_same = any(symptom.structure in (one.structures or (symptom.structure,)) for symptom in beside)
    return bool(beside) and (not is_same or len(against) < _STRONG)


def _one_sided_diagnosis(one: Witness, compared: tuple[Witness, ...]) -> Iterator[Issue]:
    named = frozenset[str]().union(*(o.touched for o in compared if o.kind in ("symptom", "finding", "impression")))
    if len(named) == 1:
        text = f"A diagnosis code is for both sides, but the exam names only the {next(iter(named))} side."
        yield blocks("laterality.diagnosis", one.path, text)


def _impression_was_scanned(case: Case, told: Told) -> Iterator[Issue]:
    """The impression does not speak of a side that has no finding, while the other one has."""
    for path, found in _impression(told):
        line = case.interpretation.impression[int(path[path.index("[") + 1 : -1])]
        if _SAID_UNSEEN.search(folded(line[:_LONGEST_READ])):
            continue
        for mention in found:
            structures = mention.structures or frozenset()
            if mention.side == "bilateral" or mention.standing in ("doubtful", "compared"):
                continue
            if not structures or (len(structures) > _FEW and structures != NODES):
                continue
            near = [f.side for f in case.findings if f.structure in structures]
            near += [entry.side for entry in case.scan if entry.structure in structures]
            seen = frozenset[str]().union(*map(sides_of, near))
            if None not in near and seen == {_OPPOSITE[mention.side]}:
                text = f"The impression speaks of the {mention.side} side, where nothing of the kind was examined."
                yield advises("laterality.impression.not_examined", path, text)


_FEW = 4
_SAID_UNSEEN = re.compile(
    r"\bnot (?:\w+ )?(?:scanned|examined|assessed|imaged|seen|visuali[sz]ed|evaluated|included)\b"
)
_WELL_SIDE = re.compile(
    r"\b(left|right) side (?:is |was |remains )?(?:completely |entirely )?"
    r"(?:asymptomatic|wnl|normal|unremarkable|symptom-free|unaffected|never hurts?|without symptoms)\b"
)


def _well_side(case: Case) -> Iterator[Issue]:
    """The side that is called well in the texts of the patient is not the one with the symptoms."""
    ill = frozenset[str]().union(*(sides_of(s.side) for s in case.symptoms if s.kind != "asymptomatic")) & LATERAL
    for path, text in (("complaint", case.complaint), ("history", case.history), ("clinical_exam", case.clinical_exam)):
        match = _WELL_SIDE.search(folded(with_sides_spelt_out(text))) if text and len(text) < _LONGEST_READ else None
        if match is not None and ill == {match[1]}:
            reason = f"The text calls the {match[1]} side well, where the symptoms are recorded."
            yield advises("laterality.well_side", path, reason)


_LONGEST_READ = 20_000


def symptoms_were_scanned(case: Case, _: CheckContext) -> Iterator[Issue]:
    """The side that complains is looked at."""
    if not case.scan:
        return
    for place, symptom in enumerate(case.symptoms):
        if symptom.structure is None or symptom.kind == "asymptomatic":
            continue
        zone = zone_of(frozenset({symptom.structure}))
        near = [entry for entry in case.scan if entry.structure in zone]
        if any(entry.side in (None, "midline") for entry in near):
            continue
        scanned = frozenset[str]().union(*(sides_of(entry.side) for entry in near))
        for side in sorted((sides_of(symptom.side) & LATERAL) - scanned):
            where, path = the(symptom.structure, side), f"symptoms[{place}].side"
            if any(entry.structure == symptom.structure for entry in near) and symptom.side != "bilateral":
                text = f"A symptom names {where}, but only the other side was scanned."
                yield blocks("laterality.symptom.other_side_scanned", path, text)
            else:
                text = f"A symptom names {where}, but nothing on that side was scanned."
                yield advises("laterality.symptom.not_scanned", path, text)


def _impression(told: Told) -> list[tuple[str, tuple[SideMention, ...]]]:
    return [(path, found) for path, found in told.items() if path.startswith("interpretation.impression")]


def _impression_fits_findings(case: Case, told: Told) -> Iterator[Issue]:
    """What the impression calls affected or normal, the findings do too."""
    read = _impression(told)
    asserted = [mention for _, found in read for mention in found if mention.standing == "asserted"]
    for path, found in read:
        for mention in found:
            about = _about(case, mention)
            if not about:
                continue
            where = the(about[0].structure, mention.side)
            if mention.standing == "asserted" and mention.has_sign:
                yield from _unlike_findings(case, mention, path, where)
            elif (
                mention.is_normal
                and all(map(is_abnormal, about))
                and (not _is_told(mention, asserted) or _is_exchanged(case, mention, read))
            ):
                text = f"The impression calls {where} normal, but its finding is abnormal."
                yield blocks("laterality.impression.normal", path, text)


def _is_exchanged(case: Case, mention: SideMention, read: list[tuple[str, tuple[SideMention, ...]]]) -> bool:
    """Whether the other side is the normal one, and the impression does not say so."""
    structures = mention.structures or frozenset()
    other = [f for f in case.findings if f.structure in structures and mention.side not in sides_of(f.side)]
    said = any(
        one.is_normal and one.side != mention.side and (one.structures or structures) & structures
        for _, found in read
        for one in found
    )
    return mention.side != "bilateral" and bool(other) and not said and all(f.state == "normal" for f in other)


def _plan_fits_findings(case: Case, told: Told) -> Iterator[Issue]:
    """What is to be treated is on the side that is affected."""
    path = "interpretation.recommendation"
    for mention in told.get(path, ()):
        about = _about(case, mention)
        if mention.side == "bilateral" or mention.standing != "asserted" or not mention.has_sign or not about:
            continue
        other = [f for f in case.findings if f.structure in (mention.structures or ()) and f not in about]
        if all(finding.state == "normal" for finding in about) and any(map(is_abnormal, other)):
            text = f"The recommendation speaks of {the(about[0].structure, mention.side)}; abnormal is the other side."
            yield blocks("laterality.recommendation", path, text)


def _about(case: Case, mention: SideMention) -> list[Finding]:
    """The findings of the structures and sides of a mention."""
    sides = sides_of(mention.side)
    return [f for f in case.findings if f.structure in (mention.structures or ()) and sides_of(f.side) & sides]


def _unlike_findings(case: Case, mention: SideMention, path: str, where: str) -> Iterator[Issue]:
    same = [finding for finding in case.findings if finding.structure in (mention.structures or ())]
    affected = frozenset[str]().union(*(sides_of(f.side) for f in same if is_abnormal(f))) & LATERAL
    normal = frozenset[str]().union(*(sides_of(f.side) for f in same if f.state == "normal")) & LATERAL
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


def _complaint_on_both_sides(case: Case, told: Told) -> Iterator[Issue]:
    complaint = told.get("complaint", ())
    both = sides_told(m for m in complaint if m.side == "bilateral" and m.standing == "asserted")
    recorded = frozenset[str]().union(*(sides_of(symptom.side) for symptom in case.symptoms)) & LATERAL
    if both == LATERAL and len(recorded) == 1:
        text = f"The complaint names both sides, but symptoms are recorded on the {next(iter(recorded))} side only."
        yield advises("laterality.complaint.both", "symptoms", text)


def _limitations_fit(case: Case) -> Iterator[Issue]:
    """What the limitations call not seen is not the side that was seen."""
    for mention in mentions(case.interpretation.limitations):
        about = [f for f in case.findings if f.structure in (mention.structures or ())]
        own = [f for f in about if sides_of(f.side) & sides_of(mention.side)]
        is_unseen = any(f.state in ("not-seen", "not-examined") for f in about if f not in own)
        if mention.standing == "denied" and own and is_unseen and all(f.state in ("normal", "abnormal") for f in own):
            text = f"The limitations speak of {the(own[0].structure, mention.side)}; not seen is the other side."
            yield advises("laterality.limitations", "interpretation.limitations", text)


def notes(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Notes and captions beside a side do not name the other one."""
    for path, side, structure, text in _notes(case):
        own = sides_of(side) & LATERAL
        if len(own) != 1 or not text:
            continue
        found = [m for m in mentions(text) if m.structures is None or structure is None or structure in m.structures]
        asserted = sides_told(m for m in found if m.standing == "asserted")
        if asserted and not own & sides_told(found):
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


RULES = (sides, symptoms_were_scanned, notes)

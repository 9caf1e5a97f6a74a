"""Diagnosis codes that an exam could bear, ranked and never chosen, and what is wrong with those on a claim.

Which finding or sentence leads to which code is data: ``resources/claims/diagnosis-rules.json``, which names its
source. A sign is coded until its cause is confirmed; a tumor is coded when pathology says so, not before.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from parotis import shipped
from parotis.domain.anatomy import STRUCTURES, described, sides_of
from parotis.domain.case import Interpretation, PayerKind
from parotis.domain.checking import laterality, recorded, support
from parotis.domain.checking.claim import MOST_DIAGNOSES, diagnosis_codes
from parotis.domain.checking.context import advises, the
from parotis.domain.checking.evidence import record_of
from parotis.domain.checking.impression import lines
from parotis.domain.checking.statements import read
from parotis.domain.identifiers import is_icd10cm_form

if TYPE_CHECKING:
    from parotis.domain.case import Case, Finding
    from parotis.domain.case import Claim as BillingFacts
    from parotis.domain.coding import IcdCodeSet
    from parotis.domain.issue import Issue

RESOURCE: Final = "claims/diagnosis-rules.json"

Kind = Literal["symptom", "diagnosis", "appearance", "tumor"]
"""A sign; a disease; a growth that its look names (lipoma, hemangioma); a tumor that pathology names."""

_LATERAL: Final = frozenset({"left", "right"})
_SAID: Final = ("asserted", "hedged")
_ORDER: Final[dict[bool, tuple[Kind, ...]]] = {
    True: ("diagnosis", "symptom", "appearance", "tumor"),
    False: ("symptom", "diagnosis", "appearance", "tumor"),
}
"""By whether the reading is definite."""

_MOST_POINTERS: Final = 4
_LETTERS: Final = "ABCDEFGHIJKL"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that the record could bear. ``paths`` are the fields it rests on; ``rank`` counts from 1.

    ``label`` is our plain name, or the published one where we have none. ``notes`` are sentences to heed before the
    code is taken.
    """

    code: str
    label: str
    reason: str
    paths: tuple[str, ...]
    rank: int
    kind: Kind
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a rule was met by."""

    path: str
    structure: str | None
    sides: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    by_side: Mapping[str, str]
    kind: Kind
    reason: str
    structures: frozenset[str]
    when: Mapping[str, Any]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.by_side.values()) or (self.code,)

    def is_at(self, structure: str | None) -> bool:
        return not self.structures or structure in self.structures


@dataclass(slots=True)
class _Gathered:
    """All that speaks for one code."""

    code: str
    rule: _Rule
    place: int
    subjects: list[_Subject] = field(default_factory=list)

    @property
    def strength(self) -> int:
        """How many parts of the form speak for it: symptoms, findings, impression."""
        return len({re.split(r"[.\[]", subject.path)[0] for subject in self.subjects})


@functools.lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    read_file = json.loads(shipped.read(RESOURCE))
    places: dict[str, list[str]] = read_file["places"]
    found = []
    for said in read_file["rules"]:
        named = said["when"].get("structures", ())
        structures = frozenset(structure for name in named for structure in places.get(name, (name,)))
        by_side = said["code"] if isinstance(said["code"], dict) else {}
        code = "" if by_side else said["code"]
        found.append(_Rule(code, by_side, said["class"], said["reason"], structures, said["when"]))
    return tuple(found)


def codes_of_rules() -> frozenset[str]:
    """Every code that a rule can lead to."""
    return frozenset(code for rule in _rules() for code in rule.codes)


def candidates(case: Case, icd: IcdCodeSet, on: date | None) -> tuple[Candidate, ...]:
    """Codes that the record could bear, likeliest first; none is chosen for the person.

    Signs come first unless the reading is recorded as definite. A tumor is offered only when pathology is recorded,
    and never first. Codes that the release does not have as billable on the date of service are left out.

    Args:
        case: the exam; what its claim holds is not looked at.
        icd: the code set.
        on: the date of service; None takes the release as it is.
    """
    is_definite = case.interpretation.certainty == "definite"
    pathology = _pathology(case)
    gathered: dict[str, _Gathered] = {}
    for place, rule in enumerate(_rules()):
        for code, subject in _met(rule, case, pathology):
            if _is_billable(icd, code, on):
                gathered.setdefault(code, _Gathered(code, rule, place)).subjects.append(subject)
    order = _ORDER[is_definite]
    ranked = sorted(gathered.values(), key=lambda one: (order.index(one.rule.kind), -one.strength, one.place))
    while ranked and ranked[0].rule.kind in ("appearance", "tumor"):
        ranked.pop(0)  # without a sign or disease before it, a growth would be offered first
    codes = tuple(one.code for one in ranked)
    diseases = tuple(one.code for one in ranked if one.rule.kind != "symptom") if is_definite else ()
    return tuple(
        _candidate(one, rank, icd, codes[: rank - 1], diseases, is_definite=is_definite)
        for rank, one in enumerate(ranked, 1)
    )


def _is_billable(icd: IcdCodeSet, code: str, on: date | None) -> bool:
    return icd.problem_of(code, on or icd.valid_from) is None


def _pathology(case: Case) -> str:
    """What is said where a result of pathology can stand: not in the findings, nor in the impression of the image."""
    told = replace(
        case,
        complaint=None,
        symptoms=(),
        findings=(),
        interpretation=Interpretation(comparison=case.interpretation.comparison),
    )
    said = record_of(told)
    return said.said if said.tells(support.PATHOLOGY.pattern) else ""


def _met(rule: _Rule, case: Case, pathology: str) -> Iterator[tuple[str, _Subject]]:
    """The codes that a rule gives for a case, each with what it rests on."""
    when = rule.when
    if "reason" in when and case.rationale.reason not in when["reason"]:
        return
    if case.rationale.reason in when.get("not_reason", ()):
        return
    if "pathology" in when and not re.search(when["pathology"], pathology):
        return
    if "prior" in when and not any(study.kind in when["prior"] for study in case.rationale.prior_studies):
        return
    seen = _seen(rule, case)
    told = tuple(_told(rule, case)) if "told" in when else None
    if told == () or seen == ():
        return
    subjects = (*(seen or ()), *(told or ()))
    if not rule.by_side:
        yield from ((rule.code, subject) for subject in subjects)
        return
    sides = frozenset[str]().union(*(subject.sides for subject in subjects)) & _LATERAL
    side = "bilateral" if sides == _LATERAL else next(iter(sides), "")
    if side in rule.by_side:
        yield from ((rule.by_side[side], subject) for subject in subjects)


def _seen(rule: _Rule, case: Case) -> tuple[_Subject, ...] | None:
    """Symptoms or findings that meet the rule; None when it asks for none."""
    if "symptom" in rule.when:
        return tuple(_symptoms(rule, case))
    if not {"lesion", "attributes", "affected", "wide_duct"}.isdisjoint(rule.when):
        return tuple(_findings(rule, case))
    return None


def _symptoms(rule: _Rule, case: Case) -> Iterator[_Subject]:
    for place, symptom in enumerate(case.symptoms):
        if symptom.kind not in rule.when["symptom"]:
            continue
        meant: list[tuple[str | None, str | None]] = [(symptom.structure, symptom.side)]
        if symptom.structure is None and rule.structures:
            meant = [(f.structure, f.side) for f in case.findings if recorded.is_affected(f)]
        meant = [(structure, side) for structure, side in meant if rule.is_at(structure)]
        for structure, side in meant[:1]:
            yield _Subject(f"symptoms[{place}]", structure, sides_of(symptom.side or side))


def _findings(rule: _Rule, case: Case) -> Iterator[_Subject]:
    when = rule.when
    for place, finding in enumerate(case.findings):
        if not recorded.is_affected(finding) or not rule.is_at(finding.structure):
            continue
        if not _attributes_fit(finding, when):
            continue
        path, sides = f"findings[{place}]", sides_of(finding.side)
        if "lesion" not in when:
            yield _Subject(path, finding.structure, sides)
            continue
        for number, lesion in enumerate(finding.lesions):
            wanted = when.get("lesion_values", {})
            if lesion.kind in when["lesion"] and all(str(getattr(lesion, n)) in v for n, v in wanted.items()):
                yield _Subject(f"{path}.lesions[{number}]", finding.structure, sides)


def _attributes_fit(finding: Finding, when: Mapping[str, Any]) -> bool:
    wanted = when.get("attributes", {})
    if wanted and not any(getattr(finding.attributes, name) in values for name, values in wanted.items()):
        return False
    if any(lesion.kind in when.get("without_lesion", ()) for lesion in finding.lesions):
        return False
    return "wide_duct" not in when or recorded.has_wide_duct(finding)


_compiled = functools.lru_cache(maxsize=256)(re.compile)


def _told(rule: _Rule, case: Case) -> Iterator[_Subject]:
    """Places of the impression that say it, of structures that the rule is for."""
    words = _compiled(rule.when["told"])
    for path, line in lines(case):
        for sentence in read(line):
            for said in sentence.said(words):
                sides, structures = said.scope
                if said.standing not in _SAID and not rule.when.get("any_standing"):
                    continue
                at: frozenset[str | None] = frozenset(structures) or frozenset(
                    f.structure for f in case.findings if recorded.is_affected(f)
                )
                if not rule.structures or not rule.structures.isdisjoint(at):
                    yield _Subject(path, _one(at & rule.structures if rule.structures else at), sides)
                    break


def _one(structures: Iterable[str | None]) -> str | None:
    named = sorted(structure for structure in structures if structure is not None)
    return named[0] if len(named) == 1 else None


def _candidate(
    one: _Gathered,
    rank: int,
    icd: IcdCodeSet,
    before: tuple[str, ...],
    diseases: tuple[str, ...],
    *,
    is_definite: bool,
) -> Candidate:
    found = icd.lookup(one.code)
    label = (found.label or found.description) if found is not None else one.code
    notes = []
    if one.rule.kind != "symptom" and not is_definite:
        notes.append("Only once confirmed: until then the sign is coded.")
    if one.rule.kind == "tumor":
        notes.append("Only as the pathologist reports it.")
    if one.rule.kind == "symptom" and (whole := support.diagnosis_of(one.code, diseases)) is not None:
        notes.append(f"A sign of {whole}: not coded beside it.")
    if excluded := [code for code in before if icd.excludes1(one.code, code)]:
        notes.append(f"Not together with {', '.join(excluded)} (Excludes1).")
    if not one.rule.by_side and (words := _side_words(one.subjects)) is not None:
        notes.append(f"The code has no side: the narrative has to say {words}.")
    paths = tuple(dict.fromkeys(subject.path for subject in one.subjects))
    return Candidate(one.code, label, _reason(one), paths, rank, one.rule.kind, tuple(notes))


def _reason(one: _Gathered) -> str:
    placed = next((subject for subject in one.subjects if subject.structure is not None), None)
    return f"{one.rule.reason} Place: {_where(placed)}." if placed is not None else one.rule.reason


def _where(subject: _Subject) -> str:
    return the(subject.structure, _side(subject.sides))


def _side(sides: frozenset[str]) -> str | None:
    return "bilateral" if sides >= _LATERAL else next(iter(sorted(sides)), None)


def _side_words(subjects: Iterable[_Subject]) -> str | None:
    for subject in subjects:
        if subject.structure is not None and STRUCTURES[subject.structure].paired and subject.sides & _LATERAL:
            return described(subject.structure, _side(subject.sides))
    return None


def diagnosis_issues(
    billing: BillingFacts, case: Case, icd: IcdCodeSet, kind: PayerKind | None, on: date | None
) -> tuple[Issue, ...]:
    """What is wrong, or doubtful, with the diagnoses of a claim: blocking first, then in the order of the codes.

    Form, release and billability on the date of service, repeats, Excludes1 and count; sides and places against the
    record; signs beside their disease; diseases that the reading does not call definite; what no pointer reaches.

    Args:
        billing: the claim's diagnoses.
        case: the exam; its own claim is not looked at.
        icd: the code set.
        kind: of the payer; None when it is not known yet.
        on: the date of service.
    """
    claimed = replace(case, claim=billing)
    found = dict.fromkeys(
        (
            *diagnosis_codes(billing.diagnoses, kind, icd, on),
            *laterality.diagnosis_sides(claimed, icd),
            *support.supported(claimed, icd),
            *_unconfirmed(billing, case),
            *_unpointed(billing, kind),
        )
    )
    return tuple(sorted(found, key=lambda issue: (not issue.blocks, _place(issue.path))))


def _place(path: str) -> int:
    found = re.search(r"\[(\d+)\]", path)
    return int(found[1]) if found is not None else -1


def _unconfirmed(billing: BillingFacts, case: Case) -> Iterator[Issue]:
    certainty = case.interpretation.certainty
    if certainty not in ("probable", "indeterminate"):
        return
    diseases = frozenset(code for rule in _rules() if rule.kind != "symptom" for code in rule.codes)
    signs = frozenset(code for rule in _rules() if rule.kind == "symptom" for code in rule.codes)
    for place, code in enumerate(billing.diagnoses):
        if code in diseases - signs:
            text = f'{code} names a disease, but the reading is recorded as "{certainty}": code the sign until then.'
            yield advises("claim.diagnoses.unconfirmed", f"claim.diagnoses[{place}]", text)


def _unpointed(billing: BillingFacts, kind: PayerKind | None) -> Iterator[Issue]:
    reached = _pointed(billing, kind)
    if billing.procedures and len(reached) == _MOST_POINTERS and kind != "dental":
        for place, code in enumerate(billing.diagnoses[: MOST_DIAGNOSES["medical"]]):
            if place not in reached and code not in billing.diagnoses[:place]:
                name = code if is_icd10cm_form(code) else f"Diagnosis {place + 1}"
                text = f"A service points to four diagnoses at most: none points to {name}."
                yield advises("claim.diagnoses.unpointed", f"claim.diagnoses[{place}]", text)


def _pointed(billing: BillingFacts, kind: PayerKind | None) -> tuple[int, ...]:
    """The positions that services point to, primary first; a repeated code is not pointed to twice."""
    codes = billing.diagnoses[: MOST_DIAGNOSES[kind or "medical"]]
    return tuple(place for place, code in enumerate(codes) if code not in codes[:place])[:_MOST_POINTERS]


def pointers(billing: BillingFacts, kind: PayerKind | None) -> tuple[str, ...]:
    """For each procedure the letters of the diagnoses that it is for, primary first: ``AB``; empty without one.

    The record ties no diagnosis to one procedure alone, so each points to the first four.
    """
    letters = "".join(_LETTERS[place] for place in _pointed(billing, kind))
    return (letters,) * len(billing.procedures)

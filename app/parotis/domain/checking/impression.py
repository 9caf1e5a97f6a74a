"""The impression against the findings: what it names is recorded, and what it says of it agrees.

A sentence is judged against the findings of the sides and structures that it names. Where several are meant, it is
enough that one of them agrees: the checks speak only of what cannot be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parotis.domain.case import Case
from parotis.domain.checking import recorded, terms
from parotis.domain.checking.context import CheckContext, Rule, advises, blocks, folded
from parotis.domain.checking.qualities import QUALITIES, Quality
from parotis.domain.checking.recorded import Scope
from parotis.domain.checking.statements import Sentence, read
from parotis.domain.issue import Issue

_SAID = ("asserted", "hedged")
_DUCT = re.compile(
    r"\b(?:duct\w*|stensen\w*|wharton\w*)\b[^.;]{0,45}?(?P<a>dilat\w+)"
    r"|(?P<b>dilat\w+)[^.;]{0,40}?\b(?:duct\w*|stensen\w*|wharton\w*)\b|\b(?P<c>wide(?:ned)?) (?:\w+ )?duct"
)
_DUCT_NORMAL = re.compile(
    r"\bduct\w*[^.;]{0,30}?\bnormal (?:in )?(?:calib\w+|width|diameter)"
    r"|\bnormal (?:calib\w+|width|diameter)[^.;]{0,30}?\bduct"
)
_NODE = re.compile(
    r"\b(?:enlarged|suspicious|reactive|patholog\w+|abnormal|prominent|metastatic|inflamed|suppurative|rounded)\b"
    r"[^.;:]{0,45}?\b(?P<node>nodes?)\b|\b(?P<many>lymphadenopathy|adenopathy)\b"
)
_HYPERAEMIA = re.compile(r"\b(?:hyperaemi\w|hyperemi\w|hypervascular)\w*")
_GRADE = re.compile(r"\bomeract[^.;\d]{0,25}(\d(?:\s*(?:to|and|,|-|/|\u2013)\s*\d)*)")
_NO_EFFECT = re.compile(r"^ effect")
_OWN_NAME = {"abscess": "collection", "haematoma": "collection", "hematoma": "collection", "seroma": "collection"}


def lines(case: Case) -> Iterator[tuple[str, str]]:
    """The lines of the impression with their paths."""
    for place, line in enumerate(case.interpretation.impression):
        yield f"interpretation.impression[{place}]", line


def _sentences(case: Case) -> Iterator[tuple[str, Sentence]]:
    for path, line in lines(case):
        for sentence in read(line):
            yield path, sentence


def objects(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Stones, cysts, masses, collections and foreign bodies are named where they are recorded, else denied."""
    noted = tuple(sentence for note in recorded.notes(case) for sentence in read(note))
    for path, sentence in _sentences(case):
        for term in terms.OBJECTS:
            for said in sentence.said(term.words):
                if _NO_EFFECT.match(sentence.text, said.match.end()):
                    continue
                if said.standing == "asserted" and not _is_held(case, term, said.scope[0], noted):
                    text = f"The impression names a {term.name} that no finding records."
                    yield blocks("interpretation.impression.unrecorded", path, text)
                elif said.standing == "denied" and _is_contradicted(case, term, said.match[0], said.scope):
                    text = f"The impression says that there is no {term.name}, but one is recorded."
                    yield blocks("interpretation.impression.denied", path, text)


def _is_held(case: Case, term: terms.ObjectTerm, sides: frozenset[str], noted: tuple[Sentence, ...]) -> bool:
    findings = [finding for _, finding in recorded.findings_in(case, (sides, frozenset()))]
    if any(lesion.kind is None or lesion.kind in term.kinds for finding in findings for lesion in finding.lesions):
        return True
    if term.name == "cyst" and any(
        lesion.composition in ("cystic", "mostly-cystic") for finding in findings for lesion in finding.lesions
    ):
        return True
    if term.name in ("mass", "collection") and any(recorded.is_node(f) and recorded.is_affected(f) for f in findings):
        return True
    if term.name == "mass" and any(recorded.is_affected(f) and recorded.is_muscle(f) for f in findings):
        return True  # a trigger-point nodule is no lesion
    return any(_asserts(sentence, term.words) for sentence in noted)


_DENIED_KINDS = {
    "stone": {"stone"}, "cyst": {"cyst"}, "mass": {"solid-mass", "mixed-mass"}, "collection": {"collection"},
    "foreign body": {"foreign-body"},
}  # fmt: skip


def _is_contradicted(case: Case, term: terms.ObjectTerm, word: str, scope: Scope) -> bool:
    if not any(lesion.kind in _DENIED_KINDS[term.name] for _, _, lesion in recorded.lesions_in(case, scope)):
        return False
    if term.name == "stone" or not _is_asserted(case, term):
        return True
    return any(word in sentence.text for _, sentence in _sentences(case) if _asserts(sentence, re.compile(word)))


def _is_asserted(case: Case, term: terms.ObjectTerm) -> bool:
    return any(_asserts(sentence, term.words) for _, sentence in _sentences(case))


def _asserts(sentence: Sentence, words: re.Pattern[str]) -> bool:
    return any(said.standing in _SAID for said in sentence.said(words))


def nodes(case: Case, _: CheckContext) -> Iterator[Issue]:
    for path, sentence in _sentences(case):
        for match in _NODE.finditer(sentence.text):
            start, end = match.span(match.lastgroup or 0)
            standing, sides = sentence.standing(match.start(), end), sentence.scope_of(start, end)[0]
            near = [finding for _, finding in recorded.findings_in(case, (sides, frozenset()))]
            if standing == "asserted":
                if not any(_may_be_node(case, index) for index, f in enumerate(case.findings) if f in near):
                    text = "The impression names an abnormal node that no finding records."
                    yield blocks("interpretation.impression.unrecorded", path, text)
            elif standing == "denied":
                scope = sentence.scope_of(start, end)
                meant = [finding for _, finding in recorded.findings_in(case, scope) if recorded.is_affected(finding)]
                is_about_size = re.search(r"enlarg|adenopath", match[0]) is not None
                if any(
                    recorded.is_suspicious_node(f) or (is_about_size and recorded.is_enlarged_node(f)) for f in meant
                ):
                    text = "The impression says that no node is abnormal, but one is recorded."
                    yield blocks("interpretation.impression.denied", path, text)


def _may_be_node(case: Case, index: int) -> bool:
    finding = case.findings[index]
    if recorded.is_node(finding) and recorded.is_affected(finding):
        return True
    written = folded(" ".join(filter(None, [finding.note, *(lesion.note for lesion in finding.lesions)])))
    return "node" in written or any(lesion.kind == "lymph-node" for lesion in finding.lesions)


def qualities(case: Case, _: CheckContext) -> Iterator[Issue]:
    """What the impression says of a lesion or structure is what is recorded of it."""
    for path, sentence in _sentences(case):
        for quality in QUALITIES:
            if _is_unlike(case, sentence, quality):
                text = f"What the impression says of the {quality.name} is not what the findings record."
                yield blocks("interpretation.impression.contradicts", path, text)


def _is_unlike(case: Case, sentence: Sentence, quality: Quality) -> bool:
    for listed, standings in ((quality.terms, _SAID), (quality.negated_terms, ("denied",))):
        for words, agreeing in listed:
            for said in sentence.said(words):
                if said.standing in standings:
                    values = recorded.values_of(case, said.scope, quality.lesion, quality.attribute)
                    if values and not values & agreeing:
                        return True
    return False


def ducts(case: Case, _: CheckContext) -> Iterator[Issue]:
    for path, sentence in _sentences(case):
        for said in sentence.said(_DUCT_NORMAL):
            is_wide = any(recorded.has_wide_duct(f) for _, f in recorded.findings_in(case, said.scope))
            if said.standing in _SAID and is_wide:
                text = "The impression calls the duct of normal width; its recorded width says otherwise."
                yield blocks("interpretation.impression.contradicts", path, text)
        for said in sentence.said(_DUCT):
            standing = said.standing
            near = [finding for _, finding in recorded.findings_in(case, said.scope)]
            measured = [finding for finding in near if finding.attributes.duct_mm is not None]
            if standing == "denied" and any(map(recorded.has_wide_duct, measured)):
                text = "The impression says that the duct is not dilated; its recorded width says otherwise."
                yield blocks("interpretation.impression.contradicts", path, text)
            elif standing in _SAID and measured and not any(_may_be_wide(f.attributes.duct_mm) for f in measured):
                text = "The impression says that the duct is dilated; its recorded width is normal."
                yield blocks("interpretation.impression.contradicts", path, text)
            elif standing == "asserted" and not any(finding.attributes.duct_mm for finding in case.findings):
                text = "The impression says that a duct is dilated, but no width is recorded."
                yield advises("interpretation.impression.unmeasured", path, text)


_NARROW_MM = 1.5


def _may_be_wide(duct_mm: object) -> bool:
    return duct_mm is None or float(str(duct_mm)) > _NARROW_MM


def grades(case: Case, _: CheckContext) -> Iterator[Issue]:
    """OMERACT grades and hyperaemia."""
    for path, sentence in _sentences(case):
        near = [finding.attributes for _, finding in recorded.findings_in(case, (sentence.own_sides, frozenset()))]
        known = {str(values.omeract_grade) for values in near if values.omeract_grade is not None}
        for match in _GRADE.finditer(sentence.text):
            if known and not set(re.findall(r"\d", match[1])) <= known:
                text = "The impression gives an OMERACT grade that no gland has."
                yield blocks("interpretation.impression.contradicts", path, text)
        flows = [values.hyperaemia for values in near if values.hyperaemia is not None]
        for said in sentence.said(_HYPERAEMIA):
            standing = said.standing
            if flows and ((standing == "denied" and max(flows) >= 2) or (standing in _SAID and max(flows) == 0)):
                text = "What the impression says of hyperaemia is not the grade that is recorded."
                yield blocks("interpretation.impression.contradicts", path, text)


RULES: tuple[Rule, ...] = (objects, nodes, qualities, ducts, grades)

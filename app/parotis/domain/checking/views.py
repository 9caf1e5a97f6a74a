"""Views and limits: what a complete set of images shows, and what a report says that ultrasound does not show.

All of it is advice: an incomplete set never keeps a report from being signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parotis.domain import lexicon
from parotis.domain.anatomy import sides_of
from parotis.domain.case import Case, Finding, Image
from parotis.domain.checking.context import CheckContext, Rule, advises, folded, sentence, the
from parotis.domain.checking.recorded import is_affected
from parotis.domain.checking.statements import LONGEST_READ
from parotis.domain.issue import Issue

_PHASES = {
    "temporomandibular-joint": (("closed", re.compile(r"clos|rest|intercusp")), ("open", re.compile(r"open"))),
    "masseter": (("relaxed", re.compile(r"relax|rest")), ("clenched", re.compile(r"clench|contract|bit(?:e|ing)"))),
}
"""The phases in which a structure is shown: both mouth positions, both states of the muscle (domain notes, 4d)."""
_LONG = frozenset({"longitudinal", "coronal", "oblique"})
_SHORT = frozenset({"transverse", "oblique"})


def shown(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Where images are kept, they show what is abnormal, in two planes and in both phases."""
    if not any(image.structure is not None for image in case.images):
        return
    affected = [finding for finding in case.findings if is_affected(finding)]
    is_any_shown = any(_shows(image, finding) for image in case.images for finding in affected)
    for place, finding in enumerate(case.findings):
        if finding.structure is None or finding.state not in ("normal", "abnormal"):
            continue
        own = [image for image in case.images if _shows(image, finding)]
        where = the(finding.structure, finding.side)
        if not own:
            if finding.lesions or (is_affected(finding) and not is_any_shown):
                text = f"{sentence(where)} is abnormal, but no image shows it."
                yield advises("images.view.missing", f"findings[{place}].structure", text)
            continue
        missing = _missing_phase(finding, own)
        if missing is not None:
            yield advises("images.view.phase", "images", f"The images of {where} lack the view with {missing}.")
        if finding.lesions and _is_one_plane(own):
            yield advises("images.view.plane", "images", f"The lesion of {where} is shown in one plane only.")


def _shows(image: Image, finding: Finding) -> bool:
    if image.structure != finding.structure:
        return False
    one, other = sides_of(image.side), sides_of(finding.side)
    return not one or not other or bool(one & other)


def _missing_phase(finding: Finding, own: list[Image]) -> str | None:
    if finding.structure == "masseter" and finding.attributes.clenched_mm is None:
        return None
    wanted = _PHASES.get(finding.structure or "")
    told = [folded(f"{image.phase or ''} {image.caption or ''}") for image in own]
    if wanted is None or not any(words.search(said) for said in told for _, words in wanted):
        return None
    missing = next((name for name, words in wanted if not any(words.search(said) for said in told)), None)
    if missing is None:
        return None
    return f"the mouth {missing}" if finding.structure == "temporomandibular-joint" else f"the muscle {missing}"


def _is_one_plane(own: list[Image]) -> bool:
    planes = {image.plane for image in own}
    return None not in planes and not (planes & _LONG and planes & _SHORT) and len(planes) < 2


def limits(case: Case, _: CheckContext) -> Iterator[Issue]:
    """What ultrasound cannot show is said every time: medial disc, deep lobe, deep spaces, deep nodes."""
    path = "interpretation.limitations"
    said = folded(case.interpretation.limitations or "")
    if not said:
        return
    seen = [finding for finding in case.findings if finding.state in ("normal", "abnormal")]
    for limit in lexicon.limits():
        if _concerns(limit, case, seen) and not limit.is_stated_in(said):
            yield advises(f"interpretation.limitations.{limit.id}", path, f'{limit.because}: say "{limit.sentence}"')


def _concerns(limit: lexicon.Limit, case: Case, seen: list[Finding]) -> bool:
    """Whether the limit bears on this exam: joints, parotids and nodes only where they are what the exam is about."""
    own = [finding for finding in seen if limit in lexicon.limits_of(finding.structure)]
    # The limit is that of an infection in a space; a bruise after a blow is no such spread.
    is_bruise = case.rationale.reason == "trauma"
    if not is_bruise and any(lesion.kind in limit.lesions for finding in seen for lesion in finding.lesions):
        return True
    affected = any(map(is_affected, own))
    if limit.id == "deep_nodes":
        levels = [finding for finding in own if (finding.structure or "").startswith("node-level-")]
        return case.rationale.reason == "lymph-node" and any(map(is_affected, levels))
    words = _ASKED.get(limit.id)
    return affected or (words is not None and bool(own) and _is_asked_about(case, own, words))


_ASKED = {
    "medial_disc": re.compile(r"joint|tmj|temporomandibular|dis[ck]|condyl"),
    "deep_lobe": re.compile(r"parotid|salivary|stensen"),
}
"""Words of the clinical question that ask for the structure of a limit, though it may be normal."""


def _is_asked_about(case: Case, own: list[Finding], words: re.Pattern[str]) -> bool:
    """Whether a structure was examined for its own sake, not as a neighbour of another one."""
    structures = {finding.structure for finding in own}
    told = any(symptom.structure in structures for symptom in case.symptoms)
    return told or words.search(folded((case.rationale.question or "")[:LONGEST_READ])) is not None


RULES: tuple[Rule, ...] = (shown, limits)

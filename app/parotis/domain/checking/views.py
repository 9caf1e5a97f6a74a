"""Views and limits: what a complete set of images shows, and what a report says that ultrasound does not show.

All of it is advice: an incomplete set never keeps a report from being signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parotis.domain.anatomy import STRUCTURES, sides_of
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


_DEEP_LOBE = re.compile(r"deep|ramus|mandib|bone|behind|retromandibular|medial")
_MEDIAL_DISC = re.compile(r"medial|dis[ck]|lateral (?:part|aspect|portion|pole|condyle)|\bmri\b")
_DEEP = re.compile(
    r"\bdeep|parapharyn|pterygo|masticator|retropharyn|beyond|behind|\bct\b|\bmri\b|extension|extent|spread"
)
_RETROPHARYNX = re.compile(r"retropharyn|\bdeep|parapharyn|mediastin|retrostern|not (?:all|every)|\bct\b|\bmri\b")


def limits(case: Case, _: CheckContext) -> Iterator[Issue]:
    """What ultrasound cannot show is said every time: medial disc, deep lobe, deep spaces, deep nodes."""
    path = "interpretation.limitations"
    said = folded(case.interpretation.limitations or "")
    if not said:
        return
    seen = [finding for finding in case.findings if finding.state in ("normal", "abnormal")]
    if _is_asked_about(case, seen, "temporomandibular-joint", _JOINT_WORDS) and not _MEDIAL_DISC.search(said):
        text = 'A joint was examined: say "The medial part of the disc cannot be judged by ultrasound."'
        yield advises("interpretation.limitations.medial_disc", path, text)
    if _is_asked_about(case, seen, "parotid-gland", _PAROTID_WORDS) and not _DEEP_LOBE.search(said):
        text = 'A parotid gland was examined: say "The deep lobe is hidden by the mandible and was seen in part only."'
        yield advises("interpretation.limitations.deep_lobe", path, text)
    if any(map(_may_go_deep, seen)) and not _DEEP.search(said):
        text = 'A space or a collection was examined: say "Ultrasound cannot exclude deep extension."'
        yield advises("interpretation.limitations.deep_space", path, text)
    has_nodes = any(f.structure is not None and STRUCTURES[f.structure].kind == "node" and is_affected(f) for f in seen)
    is_neck = any((f.structure or "").startswith("node-level-") and is_affected(f) for f in seen)
    if case.rationale.reason == "lymph-node" and has_nodes and is_neck and not _RETROPHARYNX.search(said):
        text = 'Neck nodes were examined: say "Retropharyngeal nodes cannot be seen by ultrasound."'
        yield advises("interpretation.limitations.deep_nodes", path, text)


_JOINT_WORDS = re.compile(r"joint|tmj|temporomandibular|dis[ck]|condyl")
_PAROTID_WORDS = re.compile(r"parotid|salivary|stensen")


def _is_asked_about(case: Case, seen: list[Finding], structure: str, words: re.Pattern[str]) -> bool:
    """Whether a structure was examined for its own sake, not as a neighbour of another one."""
    own = [finding for finding in seen if finding.structure == structure]
    told = any(symptom.structure == structure for symptom in case.symptoms)
    asked = words.search(folded((case.rationale.question or "")[:LONGEST_READ])) is not None
    return bool(own) and (told or asked or any(map(is_affected, own)))


def _may_go_deep(finding: Finding) -> bool:
    in_space = finding.structure is not None and STRUCTURES[finding.structure].kind == "space" and is_affected(finding)
    return in_space or any(lesion.kind == "collection" for lesion in finding.lesions)


RULES: tuple[Rule, ...] = (shown, limits)

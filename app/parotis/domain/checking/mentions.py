"""Normal studies, numbers, letters and places in the impression; and what was found but is not in the impression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from parotis.domain.anatomy import STRUCTURES, sides_of
from parotis.domain.case import Case, Finding, Lesion
from parotis.domain.checking import recorded, side_lexicon, terms
from parotis.domain.checking.context import CheckContext, Rule, advises, blocks, lesion_name, the
from parotis.domain.checking.context import sentence as capital
from parotis.domain.checking.impression import lines
from parotis.domain.checking.side_words import Found, named_structures
from parotis.domain.checking.statements import Sentence, named_sides, read
from parotis.domain.checking.witnesses import zone_of
from parotis.domain.issue import Issue

_LATERAL = frozenset({"left", "right"})
_CALLED_NORMAL = re.compile(
    r"^[\w ]{0,14}?(?:(?:is|are|appears?|looks?|was|were|:|,)\s*)?(?:\w+ly )?(?:normal"
    r"|unremarkable|wnl|within normal limits)"
    r"(?=\s*(?:$|[.,;)]|and\b|without\b|in (?:size|structure|echotexture)))"
)
_LETTERED = re.compile(
    r"\b(?:[Ll]esion|[Mm]ass|[Cc]yst|[Ss]tone|[Nn]odule|[Cc]ollection"
    r"|[Cc]alculus)\s+([A-HJ-KM-Q]|\d)\b(?=\s*(?:[,:;)]|\.?$|\.\s|(?:is|was|at|in|of|measures|shows|lies|has|and)\b))"
)
_COUNTED = {
    kind: re.compile(
        rf"\b({'|'.join(sorted(terms.COUNTS, key=len, reverse=True))})\b((?: (?!mm\b|cm\b|of\b"
        rf"|to\b|and\b|on\b|in\b|each\b)[\w-]+){{0,3}}?) (?:{nouns})\b"
    )
    for kind, nouns in terms.LESION_KIND_WORDS.items()
}
_ANY = frozenset(
    {
        "solid-mass",
        "mixed-mass",
        "cyst",
        "vascular-lesion",
        "collection",
        "other",
        "lymph-node",
        "foreign-body",
        "stone",
    }
)
_LANDMARK = re.compile(
    r"\b(?:near|over|overlying|deep|superficial|behind|beside|adjacent|next|lateral|medial"
    r"|anterior|posterior|above|below"
    r"|under|beneath|between|towards?|from|along|against|abutting|reaching|extending|extension|into|distance|displac\w+"
    r"|compress\w+|referred|to)(?: (?!and\b|with\b)[\w-]+){0,3} ?$"
)
_GENERIC = frozenset(
    {side_lexicon.NODES, *(frozenset(s for s in STRUCTURES if STRUCTURES[s].kind == k) for k in ("gland", "muscle"))}
)
_BOTH = re.compile(r"\b(?:both|bilateral\w*|each)\b")
_AT_ONCE = 30
"""Where no structure is named, only what opens a sentence speaks of the whole study."""
_NARROW = 4
_WIDE = 8
"""A word for more structures than this names a region of the face rather than a structure."""

_BOTH_OF = re.compile(r"\bboth(?: of)?(?: the)? $")

_SPOKEN_OF_KIND: dict[str, re.Pattern[str]] = {
    "gland": re.compile(
        r"gland|parotid|parotit|submandibular|sublingual|salivar|sialad|sialos|sialect|duct|smg"
        r"|saliva|thyroid|sjogren|sicca"
    ),
    "joint": re.compile(
        r"joint|tmj|tmd|dis[ck]\b|dis[ck]s|condyl|effusion|arthr|capsul|temporomandibular"
        r"|osteophyt|erosi|fossa|synov|mobil|sublux"
    ),
    "muscle": re.compile(
        r"muscle|masset|tempor|myalg|myofas|hypertroph|sternocleido|scm|atroph|bands?\b|myosit|spasm|trigger"
    ),
    "node": re.compile(r"node|nodal|lymph|adenopath|adenitis"),
    "soft-tissue": re.compile(
        r"oedema|edema|swell|cellulit|soft[- ]tissue|infiltrat|phlegmon|inflam|indurat|scar"
        r"|haemat|hemat|emphysema|\bgas\b|thicken|abscess|collection"
    ),
    "space": re.compile(
        r"space|oedema|edema|swell|cellulit|soft[- ]tissue|infiltrat|inflam|abscess|collection|\bfat\b"
    ),
    "bone": re.compile(r"bone|bony|cort|mandib|maxill|zygom|step|fractur|periost|osteo|ramus|jaw|defect"),
}


def normal_study(case: Case, _: CheckContext) -> Iterator[Issue]:
    """A study or structure that is called normal has no abnormal finding."""
    for path, line in lines(case):
        for sentence in read(line):
            if _is_unlike_normal(case, sentence):
                text = "The impression calls normal what the findings record as abnormal."
                yield blocks("interpretation.impression.normal", path, text)
                break


def _is_unlike_normal(case: Case, sentence: Sentence) -> bool:
    if terms.NOT_ALL.search(sentence.text):
        return False
    match = terms.NORMAL_STUDY.search(sentence.text)
    if match is not None and not re.search(r"\b(?:not|previous\w*|prior|earlier)\b", sentence.text[: match.start()]):
        clause = sentence.clause_of(*match.span())
        named, sides = named_structures(clause), named_sides(clause)
        if len(named) > 1 and len(sides) > 1 and not _BOTH.search(clause):
            return False  # which side belongs to which structure is not read
        narrow = frozenset[str]().union(*map(_meant, named))
        affected = [f for f in case.findings if recorded.is_affected(f) and recorded.is_in(f, (sides, narrow))]
        if "lesion" in match[0]:
            affected = [finding for finding in affected if finding.lesions]
        if affected and (narrow or sides or match.start() < _AT_ONCE):
            return True
    for found in sentence.named:
        if _CALLED_NORMAL.search(sentence.text[found[1] :]) and _BOTH_OF.search(sentence.text[: found[0]]):
            about = [finding for finding in case.findings if finding.structure in _meant(found)]
            if any(recorded.is_affected(f) for f in about):
                return True
        if not sentence.own_sides and _CALLED_NORMAL.search(sentence.text[found[1] :]):
            about = [finding for finding in case.findings if finding.structure in _meant(found)]
            if about and all(map(recorded.is_affected, about)):
                return True
    return False


def _meant(found: Found) -> frozenset[str]:
    """The structures that a word names itself, without those around."""
    means = found[2]
    if len(means) <= 2 and not any(name.startswith("parotid") for name in means):
        return means
    own = frozenset(name for name in means if not name.endswith(("-node", "-region")) and not name.startswith("node-"))
    return own if own and means not in _GENERIC and len(means) <= _WIDE else means


def letters(case: Case, _: CheckContext) -> Iterator[Issue]:
    """A lesion that is called by a letter exists."""
    labels = {(lesion.label or "").strip().upper() for lesion in recorded.lesions(case)}
    if not labels:
        return
    for path, line in lines(case):
        if any(match[1].upper() not in labels for match in _LETTERED.finditer(line)):
            text = "The impression names a lesion by a letter that no recorded lesion has."
            yield blocks("interpretation.impression.label", path, text)


def numbers(case: Case, _: CheckContext) -> Iterator[Issue]:
    """As many lesions as the impression counts are recorded."""
    for path, line in lines(case):
        for sentence in read(line):
            for kind, words in _COUNTED.items():
                for match in (said.match for said in sentence.said(words) if said.standing in ("asserted", "hedged")):
                    counted = _counted_lesions(case, sentence, kind)
                    if counted and counted != terms.COUNTS[match[1]]:
                        text = "The impression counts another number of lesions than are recorded."
                        yield blocks("interpretation.impression.number", path, text)


def _counted_lesions(case: Case, sentence: Sentence, kind: str) -> int:
    kinds = _ANY if kind == "any" else {kind}
    return sum(lesion.kind in kinds for _, _, lesion in recorded.lesions_in(case, sentence.is_about))


def places(case: Case, _: CheckContext) -> Iterator[Issue]:
    """What the impression calls affected has a finding."""
    described = {finding.structure for finding in case.findings}
    if "other" in described:
        return
    for path, line in lines(case):
        for sentence in read(line):
            if not (side_lexicon.SIGN.search(sentence.text) or "node" in sentence.text):
                continue
            named = [found for found in sentence.named if found[2] not in _GENERIC and not _is_passing(sentence, found)]
            if named and not any(found[2] & described for found in named):
                text = "The impression speaks of a structure that has no finding."
                is_far = not any(zone_of(found[2]) & described for found in named)
                judge = blocks if is_far else advises
                yield judge("interpretation.impression.structure", path, text)


def _is_passing(sentence: Sentence, found: Found) -> bool:
    ahead = sentence.text[: found[0]]
    return _LANDMARK.search(ahead) is not None or sentence.standing(found[0], found[1]) in ("denied", "doubtful")


def mentioned(case: Case, _: CheckContext) -> Iterator[Issue]:
    """What is recorded as abnormal is in the impression."""
    said = [sentence for _, line in lines(case) for sentence in read(line)]
    if not said:
        return
    for place, finding in enumerate(case.findings):
        if not recorded.is_affected(finding):
            continue
        for number, lesion in enumerate(finding.lesions):
            if lesion.kind is not None and not _is_spoken_of(said, finding, lesion):
                text = f"{capital(lesion_name(finding, number + 1, lesion))} is not in the impression."
                yield advises("interpretation.impression.omits", f"findings[{place}].lesions[{number}]", text)
        if not finding.lesions:
            yield from _unmentioned(said, place, finding)
        for what, path in _unmentioned_attributes(said, finding):
            text = f"{what} of {the(finding.structure, finding.side)} is not in the impression."
            yield advises("interpretation.impression.omits", f"findings[{place}].attributes.{path}", text)


def _fits(sentence: Sentence, finding: Finding) -> bool:
    sides = sentence.is_about[0]
    own = sides_of(finding.side) & _LATERAL
    return not sides or not own or bool(sides & own)


def _is_spoken_of(said: list[Sentence], finding: Finding, lesion: Lesion) -> bool:
    words = terms.SPOKEN_OF[lesion.kind or "other"]
    longest = max((axis for axis in lesion.size_mm or () if axis is not None and axis.is_finite()), default=None)
    for sentence in said:
        if not _fits(sentence, finding):
            continue
        if longest is not None and _quotes(sentence.text, longest):
            return True
        for said_of in sentence.said(words):
            if said_of.standing == "denied":
                continue
            structures = sentence.is_about[1]
            if not structures or finding.structure in structures or finding.structure == "other":
                return True
            if not any(structures & {other} for other in _LESION_PLACES.get(finding.structure or "", ())):
                continue
            return True
    return False


_LESION_PLACES: dict[str, tuple[str, ...]] = {
    "mandible": ("masseter", "submasseteric-space"),
    "sublingual-gland": ("floor-of-mouth",),
    "cheek": ("buccal-space", "masseter", "parotid-gland"),
    "submandibular-region": ("submandibular-gland", "node-level-ib", "sternocleidomastoid"),
}


def _quotes(text: str, size: Decimal) -> bool:
    for match in re.finditer(r"\d+(?:[.,]\d+)?", text):
        value = Decimal(match[0].replace(",", "."))
        if abs(value - size) <= max(Decimal("0.5"), size * Decimal("0.03")):
            return True
    return False


def _unmentioned(said: list[Sentence], place: int, finding: Finding) -> Iterator[Issue]:
    kind = STRUCTURES[finding.structure].kind if finding.structure is not None else "other"
    words = _SPOKEN_OF_KIND.get(kind)
    if words is not None and not _is_named(said, finding, words):
        text = f"{capital(the(finding.structure, finding.side))} is abnormal but is not in the impression."
        yield advises("interpretation.impression.omits", f"findings[{place}].state", text)


def _is_named(said: list[Sentence], finding: Finding, words: re.Pattern[str]) -> bool:
    """Whether a sentence about the side of a finding names its structure or what is usual for its kind."""
    return any(
        _fits(sentence, finding)
        and (
            any(one.standing != "denied" for one in sentence.said(words))
            or any(finding.structure in found[2] for found in sentence.named if len(found[2]) <= _NARROW)
        )
        for sentence in said
    )


_DISC = re.compile(r"dis[ck]|derangement|reduc|lock|displac")
_SURFACE = re.compile(r"erosi|osteophyt|flatten|irregular|degenerat|arthr|condyl")
_HILUM = re.compile(r"hil|suspicious|patholog|malign|metasta|abnormal|necro|cystic|liquef|abscess|suppur|inflam")
_GRADED = re.compile(
    r"omeract|heterogen|inhomogen|sjogren|sicca|grade|hypoechoic|foci|coarse|chronic|sialaden|parotitis|pattern"
)


def _unmentioned_attributes(said: list[Sentence], finding: Finding) -> Iterator[tuple[str, str]]:
    """The few attributes that a reader must not miss."""
    values = finding.attributes
    marked = (
        (
            values.effusion in ("small", "moderate", "large"),
            "The effusion",
            "effusion",
            re.compile(r"effusion|fluid|synov|arthr"),
        ),
        (
            values.disc_closed in ("anterior", "medial", "lateral", "posterior"),
            "The position of the disc",
            "disc_closed",
            _DISC,
        ),
        (values.disc_open in ("does-not-reduce", "stuck"), "The disc on opening", "disc_open", _DISC),
        (
            values.condyle_surface in ("erosion", "osteophyte"),
            "The surface of the condyle",
            "condyle_surface",
            _SURFACE,
        ),
        (recorded.is_suspicious_node(finding), "The altered structure", "hilum", _HILUM),
        ((values.omeract_grade or 0) >= 2, "The grade", "omeract_grade", _GRADED),
        (
            recorded.has_wide_duct(finding) and not finding.lesions,
            "The wide duct",
            "duct_mm",
            re.compile(r"duct|stensen|wharton|ectasia|dilat|strictur|obstruct"),
        ),
    )
    for is_there, what, path, words in marked:
        if is_there and not _is_said(said, finding, words):
            yield what, path


def _is_said(said: list[Sentence], finding: Finding, words: re.Pattern[str]) -> bool:
    return any(_fits(sentence, finding) and words.search(sentence.text) is not None for sentence in said)


RULES: tuple[Rule, ...] = (normal_study, letters, numbers, places, mentioned)

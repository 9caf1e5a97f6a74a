"""Terms by which a text names what a finding records, how it counts, and what it calls a normal study.

``OBJECTS`` are things that are there or not, with the lesion kinds that record them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ObjectTerm:
    """``kinds``: the kinds of lesion that may be called so. ``is_checked``: whether naming it needs a record."""

    name: str
    words: re.Pattern[str]
    kinds: frozenset[str]


def _object(name: str, words: str, kinds: str) -> ObjectTerm:
    return ObjectTerm(name, re.compile(rf"\b(?:{words})\b"), frozenset(kinds.split()))


OBJECTS: tuple[ObjectTerm, ...] = (
    _object("stone", r"(?:micro)?(?<!radiolucent )(?:stones?|calcul(?:us|i)|sialoliths?|concrements?)", "stone other"),
    _object(
        "cyst",
        r"cysts?|mucoceles?|ranulas?|sialoceles?",
        "cyst mixed-mass collection vascular-lesion other",
    ),
    _object(
        "mass",
        r"mass(?:es)?|nodules?|tumou?rs?|neoplasms?|lipomas?",
        "solid-mass mixed-mass cyst lymph-node vascular-lesion collection other foreign-body",
    ),
    _object(
        "collection",
        r"collections?|abscess(?:es)?|haematomas?|hematomas?|seromas?",
        "collection other",
    ),
    _object("foreign body", r"foreign bod(?:y|ies)", "foreign-body other"),
)

SPOKEN_OF: dict[str, re.Pattern[str]] = {
    "stone": re.compile(r"\b(?:stones?|calcul\w+|sialolith\w*|concrement\w*|calcifi\w+|lithiasis)\b"),
    "cyst": re.compile(
        r"cyst|mucocele|ranula|sialocele|\b(?:mass|lesion|nodule|swelling|dermoid|fluid)\w*|\w+oma\b|malformation|sinus"
    ),
    "solid-mass": re.compile(
        r"\b(?:mass|lesion|nodul|tumou?r|neoplas|swelling|lump|node|lymphaden|deposit|focus"
        r"|foci)\w*|\w+omas?\b|\w+osis\b"
        r"|malform|malignan|warthin|solid"
    ),
    "mixed-mass": re.compile(
        r"\b(?:mass|lesion|nodul|tumou?r|neoplas|swelling|lump|node|cyst)\w*|\w+omas?\b|malform"
        r"|malignan|warthin|dermoid"
    ),
    "lymph-node": re.compile(r"node|lymph|adenopath|adenitis|\b(?:mass|lesion|nodul|metasta)\w*"),
    "collection": re.compile(
        r"collection|abscess|haematoma|hematoma|seroma|sialocele|fluid|pus|phlegmon|empyema|suppurat|liquef|\bpocket"
    ),
    "foreign-body": re.compile(
        r"foreign|fragment|splinter|filler|deposit|glass|metal|gravel|wood|shrapnel|suture"
        r"|graft|implant|needle|silicone"
        r"|granuloma|\b(?:body|bodies|lesion)\b|retained"
    ),
    "vascular-lesion": re.compile(
        r"vascul|haemangi|hemangi|malform|lymphangi|hygroma|aneurysm|fistula|phlebolith|\bavm\b|varix|\bven(?:ous|a)"
        r"|\b(?:lesion|mass)\b|angioma|arter"
    ),
    "other": re.compile(
        r"lesion|mass|nodul|gas|\bair\b|emphysema|oedema|edema|focus|foci|swelling|scar|change"
        r"|fibrosis|defect|thicken|\w+oma\b"
    ),
}
"""How an impression may speak of a lesion of a kind, in the widest sense."""

LESION_KIND_WORDS: dict[str, str] = {
    "stone": "stones?|calculi|calculus|sialoliths?",
    "cyst": "cysts?|mucoceles?|ranulas?",
    "collection": "collections?|abscess(?:es)?|haematomas?|hematomas?",
    "foreign-body": "foreign bod(?:y|ies)|fragments?|deposits?",
    "any": "masses|mass|nodules?|lesions?|tumou?rs?",
}
"""Nouns that are counted, by kind of lesion."""

COUNTS = {
    "a single": 1, "single": 1, "solitary": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7,
}  # fmt: skip


NORMAL_STUDY = re.compile(
    r"\b(?:(?:entirely |completely |otherwise )?(?:normal|unremarkable"
    r"|negative) (?:\w+ )?(?:study|exam(?:ination)?|ultrasound|ultrasonogra\w+|scan"
    r"|sonogra\w+|findings)"
    r"|(?:study|examination|ultrasound|scan|sonogram|exam) (?:is |was )?(?:entirely "
    r"|completely )?(?:normal|unremarkable|negative|within normal limits)"
    r"|no (?:significant |sonographic |ultrasonographic |structural "
    r"|visible )*(?:abnormalit(?:y|ies)|patholog(?:y|ic\w* findings?)|abnormal findings?)"
    r"|no (?:focal |significant )+lesions?|(?:everything|all structures?"
    r"|all glands?) (?:is |are |appears? )?(?:normal|unremarkable|within normal limits)"
    r"|\bnad\b|(?:normal|unremarkable) (?:\w+ ){0,2}(?:glands|joints|tmjs|nodes|muscles|masseters)\b)"
)
"""The words for a study in which nothing is wrong."""
NOT_ALL = re.compile(
    r"\b(?:other|otherwise|else|elsewhere|further|additional|remaining|rest|remainder|apart"
    r"|except|besides|new|acute|bon[ey]|osseous|vascular|skin)\b"
)

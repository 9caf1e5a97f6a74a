"""Terms by which a text names what a finding records: lesions, their composition, flow and margin, effusion, disc, duct.

Two kinds of data: ``OBJECTS`` are things that are there or not, with the lesion kinds that record them; ``QUALITIES``
are pick lists of which a text names one term, with the recorded terms that agree with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_N = r"(?:mass(?:es)?|nodules?|lesions?|tumou?rs?|neoplasms?|cysts?|swelling|lump)"


@dataclass(frozen=True, slots=True)
class ObjectTerm:
    """``kinds``: the kinds of lesion that may be called so. ``is_checked``: whether naming it needs a record."""

    name: str
    words: re.Pattern[str]
    kinds: frozenset[str]


def _object(name: str, words: str, kinds: str) -> ObjectTerm:
    return ObjectTerm(name, re.compile(rf"\b(?:{words})\b"), frozenset(kinds.split()))


OBJECTS: tuple[ObjectTerm, ...] = (
    _object("stone", r"(?:micro)?(?<!radiolucent )(?:stones?|calcul(?:us|i)|sialoliths?|concrements?)", "stone"),
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
        "collection",
    ),
    _object("foreign body", r"foreign bod(?:y|ies)", "foreign-body"),
)

SPOKEN_OF: dict[str, re.Pattern[str]] = {
    "stone": re.compile(r"\b(?:stones?|calcul\w+|sialolith\w*|concrement\w*|calcifi\w+|lithiasis)\b"),
    "cyst": re.compile(
        r"cyst|mucocele|ranula|sialocele|\b(?:mass|lesion|nodule|swelling|dermoid|fluid)\w*|\w+oma\b|malformation|sinus"
    ),
    "solid-mass": re.compile(
        r"\b(?:mass|lesion|nodul|tumou?r|neoplas|swelling|lump|node|lymphaden|deposit|focus|foci)\w*|\w+omas?\b|\w+osis\b"
        r"|malform|malignan|warthin|solid"
    ),
    "mixed-mass": re.compile(
        r"\b(?:mass|lesion|nodul|tumou?r|neoplas|swelling|lump|node|cyst)\w*|\w+omas?\b|malform|malignan|warthin|dermoid"
    ),
    "lymph-node": re.compile(r"node|lymph|adenopath|adenitis|\b(?:mass|lesion|nodul|metasta)\w*"),
    "collection": re.compile(
        r"collection|abscess|haematoma|hematoma|seroma|sialocele|fluid|pus|phlegmon|empyema|suppurat|liquef|\bpocket"
    ),
    "foreign-body": re.compile(
        r"foreign|fragment|splinter|filler|deposit|glass|metal|gravel|wood|shrapnel|suture|graft|implant|needle|silicone"
        r"|granuloma|\b(?:body|bodies|lesion)\b|retained"
    ),
    "vascular-lesion": re.compile(
        r"vascul|haemangi|hemangi|malform|lymphangi|hygroma|aneurysm|fistula|phlebolith|\bavm\b|varix|\bven(?:ous|a)"
        r"|\b(?:lesion|mass)\b|angioma|arter"
    ),
    "other": re.compile(
        r"lesion|mass|nodul|gas|\bair\b|emphysema|oedema|edema|focus|foci|swelling|scar|change|fibrosis|defect|thicken|\w+oma\b"
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
    "a single": 1, "single": 1, "solitary": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quality:
    """One pick list: pattern of each term as a text writes it, and the recorded terms that agree with it.

    ``lesion`` and ``attribute`` name the fields that record it. ``is_serious``: the contradiction blocks.
    """

    name: str
    lesion: str | None
    attribute: str | None
    terms: tuple[tuple[re.Pattern[str], frozenset[str]], ...]
    negated_terms: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = ()


def _terms(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    return tuple((re.compile(words), frozenset(agreeing.split())) for words, agreeing in pairs)


_GAP = r"[^.;:]{0,45}?"

QUALITIES: tuple[Quality, ...] = (
    Quality(
        "composition",
        "composition",
        None,
        _terms(
            (rf"\bsolid\b{_GAP}\b{_N}\b|{_N} (?:is|are|was|appears?) (?:\w+ )?solid\b", "solid mostly-solid"),
            (
                rf"\b(?:purely |predominantly |mostly |simple |unilocular )?(?:cystic|fluid-filled)\b{_GAP}\b{_N}\b"
                r"|\b(?:simple|unilocular|thin-walled) cysts?\b",
                "cystic mostly-cystic",
            ),
        ),
    ),
    Quality(
        "echogenicity",
        "echogenicity",
        None,
        _terms(
            (rf"\b(?:anechoic|echo-?free)\b{_GAP}\b{_N}\b", "anechoic"),
            (rf"\bhypoechoic\b{_GAP}\b{_N}\b", "hypoechoic mixed anechoic"),
            (rf"\bisoechoic\b{_GAP}\b{_N}\b", "isoechoic mixed"),
            (rf"\bhyperechoic\b{_GAP}\b{_N}\b", "hyperechoic mixed"),
        ),
    ),
    Quality(
        "margin",
        "margin",
        "border",
        _terms(
            (
                r"\b(?:well[- ]defined|well[- ]circumscribed|circumscribed|sharply (?:defined|marginated|demarcated)"
                r"|well[- ]demarcated|(?:sharp|smooth) margins?|margins? (?:are|is) (?:sharp|smooth))\b",
                "circumscribed sharp",
            ),
            (
                r"\b(?:ill[- ]defined|poorly[- ](?:defined|circumscribed|marginated)|indistinct|spiculated"
                r"|(?:irregular|blurred) margins?|margins? (?:are|is) (?:irregular|blurred|indistinct))\b",
                "ill-defined microlobulated spiculated",
            ),
        ),
    ),
    Quality(
        "flow",
        "vascularity",
        None,
        _terms(
            (
                r"\b(?:avascular|no (?:internal |intralesional |detectable |demonstrable |colou?r |doppler |blood )*"
                r"(?:flow|vascularity|vascularisation|vascularization|perfusion)(?! (?:void|limitation))"
                r"|without (?:internal |any |colou?r |doppler )*(?:flow|vascularity))\b",
                "none",
            ),
            (
                r"\b(?:hypervascular|highly vascular|(?:marked|strong|profuse|abundant|rich|increased|moderate|chaotic)"
                r" (?:internal )?(?:flow|vascularity|perfusion))\b",
                "moderate marked central hilar mixed chaotic feeding-vessel peripheral",
            ),
        ),
    ),
    Quality(
        "posterior effect",
        "posterior",
        None,
        _terms(
            (r"\b(?:posterior|acoustic|distal) enhancement\b|\bback enhancement\b", "enhancement mixed"),
            (r"\b(?:posterior|acoustic|distal) shadow\w*\b", "shadow edge-shadow mixed"),
        ),
    ),
    Quality(
        "echotexture",
        None,
        "echotexture",
        _terms(
            (rf"(?<!in)\bhomogen\w+\b{_GAP}\b(?:glands?|parotids?|parenchyma|enlargement|texture|echotexture)"
             r"|(?:glands?|parenchyma|echotexture) (?:is|are) homogen\w+", "homogeneous fine"),
            (rf"\b(?:heterogen\w+|inhomogen\w+)\b{_GAP}\b(?:glands?|parotids?|parenchyma|texture|echotexture)"
             r"|(?:glands?|parenchyma|echotexture|parotids?) (?:(?:is|are) )?(?:\w+ )?(?:heterogen\w+|inhomogen\w+)",
             "mildly-heterogeneous markedly-heterogeneous heterogeneous coarse"),
        ),
    ),
    Quality(
        "condyle surface",
        None,
        "condyle_surface",
        _terms(
            (r"\b(?:smooth|intact|regular) (?:condyl\w+|condylar (?:surface|cortex|outline))|condyl\w+ (?:surface )?(?:is |are )?smooth",
             "smooth"),
            (r"\berosi(?:ons?|ve)\b", "erosion irregular"),
            (r"\bosteophytes?\b", "osteophyte irregular"),
            (r"\bflattened\b|\bflattening\b", "flattening irregular"),
        ),
        negated_terms=_terms((r"\berosi(?:ons?|ve)\b", "smooth flattening osteophyte irregular"), (r"\bosteophytes?\b", "smooth flattening erosion irregular")),
    ),
    Quality(
        "hilum",
        None,
        "hilum",
        _terms(
            (r"\b(?:preserved|normal|intact|fatty|present|visible) (?:\w+ )?(?:hilum|hila)\b|\bhil(?:um|a) (?:is |are )?(?:preserved|present|intact|normal|visible)",
             "present thin eccentric True"),
            (r"\b(?:absent|lost|effaced) (?:\w+ )?(?:hilum|hila)\b|\bloss of (?:the )?(?:\w+ )?hil(?:um|a|ar)\b"
             r"|\b(?:no|without)(?: an?| any| the| its)? (?:\w+ )?hil(?:um|a|us)\b|\bhil(?:um|a|us) (?:is |are )?(?:absent|lost|effaced|not (?:seen|visible|preserved))",
             "absent False"),
        ),
    ),
    Quality(
        "necrosis",
        None,
        "necrosis",
        _terms((r"\b(?:central )?necro(?:sis|tic)\b|\bcystic (?:change|degeneration|necrosis)\b|\bliquefaction\b", "cystic coagulation True")),
        negated_terms=_terms((r"\bnecro(?:sis|tic)\b", "none False")),
    ),
    Quality(
        "flow of the node",
        None,
        "flow",
        _terms((r"\bhilar (?:flow|vessels?|vascularity)\b", "hilar mixed"), (r"\bperipheral (?:flow|vascularity|vessels?)\b", "peripheral mixed")),
    ),
    Quality(
        "effusion",
        None,
        "effusion",
        _terms(
            (r"\b(?:small|slight|minimal|minor|mild|trace|discrete) (?:amount of )?(?:(?:joint|intra-?articular) )?(?:effusion|fluid)", "small"),
            (r"\bmoderate (?:(?:joint|intra-?articular|post-?traumatic) )?effusion", "moderate"),
            (r"\b(?:large|marked|massive|big) (?:(?:joint|intra-?articular) )?effusion", "large"),
            (r"\beffusions?\b", "small moderate large"),
        ),
        negated_terms=_terms((r"\beffusions?\b|\bjoint fluid\b", "none")),
    ),
    Quality(
        "disc with closed mouth",
        None,
        "disc_closed",
        _terms(
            (r"\bdis[ck]s?\b[^.;,:]{0,25}\bdisplac\w+|\bdisplac\w+[^.;,:]{0,15}\bdis[ck]s?\b|\banterior(?:ly)? (?:placed |displaced |positioned |fixed )?dis[ck]s?\b"
             r"|\binternal derangement\b", "anterior medial lateral posterior"),
            (r"\bdis[ck]s? (?:is |are |lies |lie |sits? )?(?:both )?in (?:its |a |the )?(?:normal |correct |regular )?(?:position|place)\b"
             r"|\bdis[ck] position (?:is )?normal|\bnormal dis[ck] position\b|\bnormal(?:ly positioned)? dis[ck]s?\b|\bdis[ck]s? (?:is |are )?normal\b", "normal partly-seen"),
        ),
        negated_terms=_terms((r"\bdis[ck]s?\b[^.;,:]{0,25}\bdisplac\w+|\bdisplac\w+[^.;,:]{0,15}\bdis[ck]s?\b|\binternal derangement\b", "normal partly-seen not-seen")),
    ),
    Quality(
        "disc on opening",
        None,
        "disc_open",
        _terms(
            (r"\b(?:does|do|did) not reduce\b|\bwithout reduction\b|\bnon-?reducing\b|\bnot reducing\b|\birreducible\b|\b(?:anteriorly )?(?:fixed|stuck) dis[ck]\b", "does-not-reduce stuck"),
            (r"(?<!not )\breduces\b|\bwith reduction\b|(?<!non-)(?<!not )\breducing\b", "reduces"),
        ),
    ),
    Quality(
        "internal bands",
        None,
        "band_type",
        _terms((r"\bbands?\b[^.;]{0,20}\btype i\b|\btype i\b[^.;]{0,20}\bbands?\b", "I"),
               (r"\bbands?\b[^.;]{0,20}\btype ii\b|\btype ii\b[^.;]{0,20}\bbands?\b", "II"),
               (r"\bbands?\b[^.;]{0,20}\btype iii\b|\btype iii\b[^.;]{0,20}\bbands?\b", "III")),
    ),
    Quality(
        "stone location",
        "location",
        None,
        _terms(
            (r"\b(?:at|in|near) the (?:gland )?hilum\b", "hilum proximal-duct"),
            (r"\bdistal (?:third of the |part of the )?[^.;,]{0,25}\bduct\b|\bdistal third\b", "distal-duct orifice"),
            (r"\bproximal (?:third of the |part of the )?[^.;,]{0,25}\bduct\b|\bproximal third\b", "proximal-duct hilum"),
            (r"\b(?:middle|mid) third\b|\bmid-?duct\b|\bmiddle (?:part of the )?[^.;,]{0,25}\bduct\b", "middle-duct"),
            (r"\bintraglandular (?:stone|calcul|sialolith)\w*|\bwithin the gland\b", "intraglandular"),
            (r"\bat the (?:duct )?orifice\b|\bat the papilla\b", "orifice distal-duct"),
        ),
    ),
    Quality(
        "content",
        "content",
        None,
        _terms(
            (r"\b(?:gas|air) (?:bubbles?|inclusions?|locules?)\b|\bgas-containing\b", "gas"),
            (r"\becho-?free (?:collection|abscess|fluid|content)", "echo-free"),
        ),
    ),
    Quality(
        "bone cortex",
        "cortical_breach",
        None,
        _terms(
            (r"\bcort\w+ (?:is |are |remains? )?(?:intact|preserved|continuous)|\bintact (?:bone |bony |buccal )?cortex\b", "intact False"),
            (r"\bcort\w+ (?:breach\w*|perforat\w+|defect|is breached|is perforated)|\bbreach(?:ed)? (?:of the )?(?:\w+ )?cortex\b", "breached True"),
        ),
        negated_terms=_terms((r"\bcort\w+ (?:breach\w*|perforat\w+|defect)|\bbreach of the (?:\w+ )?cortex\b", "intact thinned False")),
    ),
    Quality(
        "compressibility",
        "compressibility",
        None,
        _terms(
            (r"\b(?:non-?compressible|incompressible|not compressible)\b", "none"),
            (r"(?<!non-)(?<!non)(?<!in)(?<!not )\b(?:fully |completely )?compressible\b", "full partial"),
        ),
    ),
)

NORMAL_STUDY = re.compile(
    r"\b(?:(?:entirely |completely |otherwise )?(?:normal|unremarkable|negative) (?:\w+ )?(?:study|exam(?:ination)?|ultrasound|ultrasonogra\w+|scan|sonogra\w+|findings)"
    r"|(?:study|examination|ultrasound|scan|sonogram|exam) (?:is |was )?(?:entirely |completely )?(?:normal|unremarkable|negative|within normal limits)"
    r"|no (?:significant |sonographic |ultrasonographic |structural |visible )*(?:abnormalit(?:y|ies)|patholog(?:y|ic\w* findings?)|abnormal findings?)"
    r"|no (?:focal |significant )+lesions?|(?:everything|all structures?|all glands?) (?:is |are |appears? )?(?:normal|unremarkable|within normal limits)|\bnad\b)"
)
"""The words for a study in which nothing is wrong."""
NOT_ALL = re.compile(r"\b(?:other|otherwise|else|elsewhere|further|additional|remaining|rest|remainder|apart|except|besides|new|acute|bon[ey]|osseous|vascular|skin)\b")

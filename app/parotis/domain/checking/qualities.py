"""Pick lists of which a text names one term, such as flow or margin, and the recorded terms that agree with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_N = r"(?:mass(?:es)?|nodules?|lesions?|tumou?rs?|neoplasms?|cysts?|swelling|lump)"
"""Nouns for a lesion."""


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
                (
                    rf"\b(?:purely |predominantly |mostly |simple |unilocular )?(?:cystic|fluid-filled)\b{_GAP}\b{_N}\b"
                    r"|\b(?:simple|unilocular|thin-walled) cysts?\b"
                ),
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
                (
                    r"\b(?:well[- ]defined|well[- ]circumscribed|circumscribed"
                    r"|sharply (?:defined|marginated|demarcated)"
                    r"|well[- ]demarcated|(?:sharp|smooth) margins?|margins? (?:are|is) (?:sharp|smooth))\b"
                ),
                "circumscribed sharp",
            ),
            (
                (
                    r"\b(?:ill[- ]defined|poorly[- ](?:defined|circumscribed|marginated)|indistinct|spiculated"
                    r"|(?:irregular|blurred) margins?|margins? (?:are|is) (?:irregular|blurred|indistinct))\b"
                ),
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
                (
                    r"\b(?:avascular|no (?:internal |intralesional |detectable |demonstrable "
                    r"|colou?r |doppler |blood )*"
                    r"(?:flow|vascularity|vascularisation|vascularization|perfusion)(?! (?:void|limitation))"
                    r"|without (?:internal |any |colou?r |doppler )*(?:flow|vascularity))\b"
                ),
                "none",
            ),
            (
                (
                    r"\b(?:hypervascular|highly vascular"
                    r"|(?:marked|strong|profuse|abundant|rich|increased|moderate|chaotic)"
                    r" (?:internal )?(?:flow|vascularity|perfusion))\b"
                ),
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
            (r"\b(?:posterior |acoustic |distal |clean )+shadow\w*\b", "shadow edge-shadow mixed"),
        ),
        negated_terms=_terms((r"\b(?:posterior |acoustic |distal )*shadow\w*\b", "none enhancement comet-tail")),
    ),
    Quality(
        "echotexture",
        None,
        "echotexture",
        _terms(
            (
                (
                    rf"(?<!in)\bhomogen\w+\b{_GAP}\b(?:glands?|parotids?|parenchyma|enlargement|texture|echotexture)"
                    r"|(?:glands?|parenchyma|echotexture) (?:is|are) homogen\w+"
                ),
                "homogeneous fine",
            ),
            (
                (
                    rf"\b(?:heterogen\w+|inhomogen\w+)\b{_GAP}\b(?:glands?|parotids?|parenchyma|texture|echotexture)"
                    r"|(?:glands?|parenchyma|echotexture|parotids?) (?:(?:is|are) )?(?:\w+ )?"
                    r"(?:heterogen\w+|inhomogen\w+)"
                ),
                "mildly-heterogeneous markedly-heterogeneous heterogeneous coarse",
            ),
        ),
    ),
    Quality(
        "condyle surface",
        None,
        "condyle_surface",
        _terms(
            (
                (
                    r"\b(?:smooth|intact|regular) (?:condyl\w+|condylar (?:surface|cortex|outline))"
                    r"|condyl\w+ (?:surface )?(?:is |are )?smooth"
                ),
                "smooth",
            ),
            (r"\berosi(?:ons?|ve)\b", "erosion irregular"),
            (r"\bosteophytes?\b", "osteophyte irregular"),
            (r"\bflattened\b|\bflattening\b", "flattening irregular"),
        ),
        negated_terms=_terms(
            (r"\berosi(?:ons?|ve)\b", "smooth flattening osteophyte irregular"),
            (r"\bosteophytes?\b", "smooth flattening erosion irregular"),
        ),
    ),
    Quality(
        "hilum",
        None,
        "hilum",
        _terms(
            (
                (
                    r"\b(?:preserved|normal|intact|fatty|present|visible) (?:\w+ )?(?:hilum|hila)\b"
                    r"|\bhil(?:um|a) (?:is |are )?(?:preserved|present|intact|normal|visible)"
                ),
                "present thin eccentric True",
            ),
            (
                (
                    r"\b(?:absent|lost|effaced) (?:\w+ )?(?:hilum|hila)\b|\bloss of (?:the )?(?:\w+ )?hil(?:um|a|ar)\b"
                    r"|\b(?:no|without)(?: an?| any| the| its)? (?:\w+ )?hil(?:um|a|us)\b|\bhil(?:um|a"
                    r"|us) (?:is |are )?(?:absent|lost|effaced|not (?:seen|visible|preserved))"
                ),
                "absent False",
            ),
        ),
    ),
    Quality(
        "necrosis",
        None,
        "necrosis",
        _terms(
            (
                r"\b(?:central )?necro(?:sis|tic)\b|\bcystic (?:change|degeneration|necrosis)\b|\bliquefaction\b",
                "cystic coagulation True",
            )
        ),
        negated_terms=_terms((r"\bnecro(?:sis|tic)\b", "none False")),
    ),
    Quality(
        "flow of the node",
        None,
        "flow",
        _terms(
            (r"\bhilar (?:flow|vessels?|vascularity)\b", "hilar mixed"),
            (r"\bperipheral (?:flow|vascularity|vessels?)\b", "peripheral mixed"),
        ),
    ),
    Quality(
        "effusion",
        None,
        "effusion",
        _terms(
            (
                (
                    r"\b(?:small|slight|minimal|minor|mild|trace|discrete) (?:amount of )?(?:(?:joint"
                    r"|intra-?articular) )?(?:effusion|fluid)"
                ),
                "small",
            ),
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
            (
                (
                    r"\bdis[ck]s?\b[^.;,:]{0,25}\bdisplac\w+|\bdisplac\w+[^.;,:]{0,15}\bdis[ck]s?\b"
                    r"|\banterior(?:ly)? (?:placed |displaced |positioned |fixed )?dis[ck]s?\b"
                    r"|\binternal derangement\b"
                ),
                "anterior medial lateral posterior",
            ),
            (
                (
                    r"\bdis[ck]s? (?:is |are |lies |lie |sits? )?(?:both )?in (?:its |a |the )?(?:normal "
                    r"|correct |regular )?(?:position|place)\b"
                    r"|\bdis[ck] position (?:is )?normal|\bnormal dis[ck] position\b"
                    r"|\bnormal(?:ly positioned)? dis[ck]s?\b|\bdis[ck]s? (?:is |are )?normal\b"
                ),
                "normal partly-seen",
            ),
        ),
        negated_terms=_terms(
            (
                (
                    r"\bdis[ck]s?\b[^.;,:]{0,25}\bdisplac\w+|\bdisplac\w+[^.;,:]{0,15}\bdis[ck]s?\b"
                    r"|\binternal derangement\b"
                ),
                "normal partly-seen not-seen",
            )
        ),
    ),
    Quality(
        "disc on opening",
        None,
        "disc_open",
        _terms(
            (
                (
                    r"\b(?:does|do|did) not reduce\b|\bwithout reduction\b|\bnon-?reducing\b"
                    r"|\bnot reducing\b|\birreducible\b|\b(?:anteriorly )?(?:fixed|stuck) dis[ck]\b"
                ),
                "does-not-reduce stuck",
            ),
            (r"(?<!not )\breduces\b|\bwith reduction\b|(?<!non-)(?<!not )\breducing\b", "reduces"),
        ),
    ),
    Quality(
        "internal bands",
        None,
        "band_type",
        _terms(
            (r"\bbands?\b[^.;]{0,20}\btype i\b|\btype i\b[^.;]{0,20}\bbands?\b", "I"),
            (r"\bbands?\b[^.;]{0,20}\btype ii\b|\btype ii\b[^.;]{0,20}\bbands?\b", "II"),
            (r"\bbands?\b[^.;]{0,20}\btype iii\b|\btype iii\b[^.;]{0,20}\bbands?\b", "III"),
        ),
    ),
    Quality(
        "stone location",
        "location",
        None,
        _terms(
            (r"\b(?:at|in|near) the (?:gland )?hilum\b", "hilum proximal-duct"),
            (r"\bdistal (?:third of the |part of the )?[^.;,]{0,25}\bduct\b|\bdistal third\b", "distal-duct orifice"),
            (
                r"\bproximal (?:third of the |part of the )?[^.;,]{0,25}\bduct\b|\bproximal third\b",
                "proximal-duct hilum",
            ),
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
            (
                (
                    r"\bcort\w+ (?:is |are |remains? )?(?:intact|preserved|continuous)|\bintact (?:bone "
                    r"|bony |buccal )?cortex\b"
                ),
                "intact False",
            ),
            (
                (
                    r"\bcort\w+ (?:breach\w*|perforat\w+|defect|is breached|is perforated)"
                    r"|\bbreach(?:ed)? (?:of the )?(?:\w+ )?cortex\b"
                ),
                "breached True",
            ),
        ),
        negated_terms=_terms(
            (r"\bcort\w+ (?:breach\w*|perforat\w+|defect)|\bbreach of the (?:\w+ )?cortex\b", "intact thinned False")
        ),
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

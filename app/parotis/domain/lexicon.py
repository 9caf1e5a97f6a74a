"""Ultrasound terms: which attributes belong to which kind of structure, their units and pick lists, and plain words.

Sources of the lists: the project's domain notes on head and neck ultrasound (lexicon section); a value outside a
list is kept as typed and reported by the checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from parotis.domain.anatomy import STRUCTURES, Kind

ValueKind = Literal["millimetres", "grade", "term"]

ECHOGENICITY = ("anechoic", "hypoechoic", "isoechoic", "hyperechoic", "mixed")
ECHOTEXTURE = (
    "homogeneous", "mildly-heterogeneous", "markedly-heterogeneous", "heterogeneous", "fine", "coarse",
)  # fmt: skip
COMPOSITION = ("solid", "mostly-solid", "mostly-cystic", "cystic", "gas-containing")
SHAPE = ("oval", "round", "lobulated", "irregular", "tubular")
MARGIN = ("circumscribed", "sharp", "ill-defined", "microlobulated", "spiculated")
POSTERIOR = ("none", "enhancement", "shadow", "edge-shadow", "comet-tail", "reverberation", "mixed")
CALCIFICATION = ("none", "punctate", "coarse", "rim", "phlebolith-like")
VASCULARITY = (
    "none", "minimal", "moderate", "marked", "peripheral", "central", "hilar", "mixed", "chaotic", "feeding-vessel",
)  # fmt: skip
COMPRESSIBILITY = ("full", "partial", "none")
STONE_LOCATION = (
    "hilum", "proximal-duct", "middle-duct", "distal-duct", "orifice", "intraglandular",
)  # fmt: skip
COLLECTION_CONTENT = ("echo-free", "debris", "gas")
CORTEX_BREACH = ("intact", "thinned", "breached")


@dataclass(frozen=True, slots=True)
class AttributeFacts:
    """One attribute of a structure or lesion: its label, what kind of value it takes and the terms offered.

    ``largest_mm`` is the largest believable size in millimetres; above it the value is kept but blocks signing.
    """

    id: str
    label: str
    value: ValueKind
    terms: tuple[str, ...] = ()
    largest_mm: Decimal = Decimal(150)
    phrase: str = ""


def _mm(name: str, label: str, phrase: str, largest: int = 150) -> AttributeFacts:
    return AttributeFacts(name, label, "millimetres", largest_mm=Decimal(largest), phrase=phrase)


def _term(name: str, label: str, terms: tuple[str, ...], phrase: str) -> AttributeFacts:
    return AttributeFacts(name, label, "term", terms, phrase=phrase)


_GLAND = (
    _mm("length_mm", "Length", "length {}"),
    _mm("width_mm", "Width", "width {}"),
    _mm("depth_mm", "Depth", "depth {}"),
    _term("echogenicity", "Echogenicity", ECHOGENICITY, "{}"),
    _term("echotexture", "Echotexture", ECHOTEXTURE, "{}"),
    _term("surface", "Surface", ("smooth", "lobulated"), "{} surface"),
    _mm("duct_mm", "Duct width", "duct {}", 30),
    AttributeFacts("hyperaemia", "Hyperaemia", "grade", ("0", "1", "2", "3"), phrase="hyperaemia grade {}"),
    AttributeFacts("omeract_grade", "OMERACT grade", "grade", ("0", "1", "2", "3"), phrase="OMERACT grade {}"),
)
_JOINT = (
    _term(
        "disc_closed",
        "Disc, closed mouth",
        ("normal", "anterior", "medial", "lateral", "posterior", "partly-seen", "not-seen"),
        "disc position with closed mouth {}",
    ),
    _term(
        "disc_open",
        "Disc, open mouth",
        ("normal", "reduces", "does-not-reduce", "stuck", "partly-seen", "not-seen"),
        "disc on opening: {}",
    ),
    _mm("capsule_closed_mm", "Capsule, closed mouth", "capsule width {} closed", 30),
    _mm("capsule_open_mm", "Capsule, open mouth", "capsule width {} open", 30),
    _term("effusion", "Effusion", ("none", "small", "moderate", "large"), "effusion {}"),
    _term(
        "condyle_surface",
        "Condyle surface",
        ("smooth", "irregular", "erosion", "osteophyte", "flattening"),
        "condyle surface {}",
    ),
    _mm("translation_mm", "Translation", "translation {}", 40),
)
_MUSCLE = (
    _mm("relaxed_mm", "Thickness relaxed", "{} relaxed", 60),
    _mm("clenched_mm", "Thickness clenched", "{} clenched", 60),
    _term("echogenicity", "Echogenicity", ECHOGENICITY, "{}"),
    _term("band_type", "Internal bands", ("I", "II", "III"), "internal bands type {}"),
)
_NODE = (
    _mm("long_mm", "Long axis", "long axis {}"),
    _mm("short_mm", "Short axis", "short axis {}"),
    _term("hilum", "Hilum", ("present", "thin", "absent", "eccentric"), "hilum {}"),
    _term("cortex", "Cortex", ("even", "thickened", "focal-bulge"), "cortex {}"),
    _term("border", "Border", ("sharp", "ill-defined"), "{} border"),
    _term("necrosis", "Necrosis", ("none", "cystic", "coagulation"), "necrosis {}"),
    _term("calcification", "Calcification", CALCIFICATION, "calcification {}"),
    _term("flow", "Flow", ("none", "hilar", "peripheral", "mixed"), "flow {}"),
)

ATTRIBUTES: dict[Kind, tuple[AttributeFacts, ...]] = {
    "gland": _GLAND,
    "joint": _JOINT,
    "muscle": _MUSCLE,
    "node": _NODE,
    "soft-tissue": (),
    "space": (),
    "bone": (),
    "other": (),
}

LESION_TERMS: tuple[AttributeFacts, ...] = (
    _term("echogenicity", "Echogenicity", ECHOGENICITY, "{}"),
    _term("echotexture", "Echotexture", ECHOTEXTURE, "{}"),
    _term("composition", "Composition", COMPOSITION, "{} composition"),
    _term("shape", "Shape", SHAPE, "{} shape"),
    _term("margin", "Margin", MARGIN, "{} margin"),
    _term("posterior", "Posterior", POSTERIOR, "posterior effect: {}"),
    _term("calcification", "Calcification", CALCIFICATION, "calcification: {}"),
    _term("vascularity", "Flow", VASCULARITY, "flow: {}"),
    _term("compressibility", "Compressibility", COMPRESSIBILITY, "compressibility: {}"),
)
LESION_TERMS_BY_KIND: dict[str, tuple[AttributeFacts, ...]] = {
    "stone": (_term("location", "Location", STONE_LOCATION, "at the {}"),),
    "collection": (
        _term("content", "Content", COLLECTION_CONTENT, "content: {}"),
        _term("cortical_breach", "Bone cortex", CORTEX_BREACH, "bone cortex {}"),
    ),
}

DECISIVE_ATTRIBUTES: dict[Kind, tuple[str, ...]] = {
    "gland": ("duct_mm", "omeract_grade", "echotexture", "echogenicity", "hyperaemia"),
    "joint": ("effusion", "disc_closed", "disc_open", "condyle_surface", "capsule_closed_mm"),
    "muscle": ("band_type", "echogenicity", "relaxed_mm", "clenched_mm"),
    "node": ("short_mm", "hilum", "necrosis", "border", "flow", "long_mm"),
}
"""Which attributes of an abnormal structure say most in a short sentence, first first."""

LARGEST_LESION_MM = Decimal(300)
"""The largest believable axis of a lesion in millimetres."""

WORDS: dict[str, str] = {
    "tmj": "temporomandibular joint",
    "cbct": "cone-beam CT",
    "ct": "CT",
    "mri": "MRI",
    "no-radiation": "no ionising radiation",
    "child": "the patient is a child",
    "contrast-contraindicated": "contrast medium is contraindicated",
    "soft-tissue": "soft tissue",
    "dynamic": "dynamic examination",
    "guidance": "guidance of a procedure",
    "lymph-node": "lymph node",
    "soft-tissue-mass": "soft-tissue mass",
    "swelling-unknown-origin": "swelling of unknown origin",
    "salivary-stone": "suspected salivary stone",
    "salivary-disorder": "salivary gland disorder",
    "foreign-body": "foreign body",
    "color": "colour",
    "both": "colour and power",
}
"""Words for coded values whose hyphens alone do not read well."""


def words(term: str) -> str:
    """A coded value in plain words: ``mildly-heterogeneous`` gives "mildly heterogeneous"."""
    return WORDS.get(term, term.replace("-", " "))


def attributes_of(structure: str | None) -> tuple[AttributeFacts, ...]:
    """The attributes that are recorded for a structure; none for None."""
    return ATTRIBUTES[STRUCTURES[structure].kind] if structure is not None else ()


def lesion_terms_of(kind: str | None) -> tuple[AttributeFacts, ...]:
    """The terms that are recorded for a lesion of a kind."""
    return (*LESION_TERMS_BY_KIND.get(kind or "", ()), *LESION_TERMS)


def millimetres(value: Decimal) -> str:
    """At least one decimal, never fewer than recorded: ``11`` gives "11.0", ``4.25`` gives "4.25"."""
    plain = format(value.normalize(), "f")
    return plain if "." in plain else f"{plain}.0"


def axes(values: tuple[Decimal | None, ...]) -> str:
    """Recorded axes joined as they are printed: "14.2 x 11.0 x 9.8 mm"; empty when none is recorded."""
    known = [millimetres(value) for value in values if value is not None]
    return f"{' x '.join(known)} mm" if known else ""

"""Structures of face and neck, their plain names, and the words for sides and planes.

SNOMED CT body sites are from the DICOM concept dictionary (version of pydicom 3.0); None where it has no entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parotis.domain.case import Structure

Kind = Literal["gland", "joint", "muscle", "node", "soft-tissue", "space", "bone", "other"]


@dataclass(frozen=True, slots=True)
class StructureFacts:
    """``name`` reads after a side ("right parotid gland"); ``paired`` structures have a left and a right."""

    id: Structure
    name: str
    kind: Kind
    paired: bool
    snomed: str | None = None


STRUCTURES: dict[str, StructureFacts] = {
    facts.id: facts
    for facts in (
        StructureFacts("parotid-gland", "parotid gland", "gland", True, "45289007"),
        StructureFacts("submandibular-gland", "submandibular gland", "gland", True, "54019009"),
        StructureFacts("sublingual-gland", "sublingual gland", "gland", True),
        StructureFacts("minor-salivary-gland", "minor salivary gland", "gland", True),
        StructureFacts("temporomandibular-joint", "temporomandibular joint", "joint", True, "53620006"),
        StructureFacts("masseter", "masseter", "muscle", True),
        StructureFacts("temporalis", "temporalis", "muscle", True),
        StructureFacts("sternocleidomastoid", "sternocleidomastoid", "muscle", True, "22823000"),
        StructureFacts("cheek", "cheek", "soft-tissue", True, "60819002"),
        StructureFacts("upper-lip", "upper lip", "soft-tissue", False, "48477009"),
        StructureFacts("lower-lip", "lower lip", "soft-tissue", False, "48477009"),
        StructureFacts("tongue", "tongue", "soft-tissue", False, "21974007"),
        StructureFacts("floor-of-mouth", "floor of the mouth", "soft-tissue", False, "36360002"),
        StructureFacts("palate", "palate", "soft-tissue", False, "49460000"),
        StructureFacts("chin", "chin", "soft-tissue", False),
        StructureFacts("submental-region", "submental region", "soft-tissue", False, "170887008"),
        StructureFacts("submandibular-region", "submandibular region", "soft-tissue", True, "5713008"),
        StructureFacts("preauricular-region", "preauricular region", "soft-tissue", True),
        StructureFacts("infraorbital-region", "infraorbital region", "soft-tissue", True),
        StructureFacts("buccal-space", "buccal space", "space", True),
        StructureFacts("submasseteric-space", "submasseteric space", "space", True),
        StructureFacts("mandible", "mandible", "bone", True, "91609006"),
        StructureFacts("maxilla", "maxilla", "bone", True, "70925003"),
        StructureFacts("zygoma", "zygoma", "bone", True, "13881006"),
        StructureFacts("facial-node", "facial node", "node", True, "48918001"),
        StructureFacts("parotid-node", "parotid node", "node", True, "10209003"),
        StructureFacts("node-level-ia", "level IA nodes", "node", False, "46055009"),
        StructureFacts("node-level-ib", "level IB nodes", "node", True, "59503006"),
        StructureFacts("node-level-iia", "level IIA nodes", "node", True, "245321008"),
        StructureFacts("node-level-iib", "level IIB nodes", "node", True, "245321008"),
        StructureFacts("node-level-iii", "level III nodes", "node", True, "245322001"),
        StructureFacts("node-level-iv", "level IV nodes", "node", True, "245323006"),
        StructureFacts("node-level-va", "level VA nodes", "node", True),
        StructureFacts("node-level-vb", "level VB nodes", "node", True),
        StructureFacts("node-level-vi", "level VI nodes", "node", False),
        StructureFacts("supraclavicular-node", "supraclavicular nodes", "node", True, "76838003"),
        StructureFacts("thyroid-gland", "thyroid gland", "gland", False, "69748006"),
        StructureFacts("other", "other structure", "other", True),
    )
}

SIDE_WORDS: dict[str, str] = {"left": "left", "right": "right", "midline": "midline", "bilateral": "both"}
"""The word put before a structure's name."""


def structure_name(structure: str | None) -> str:
    """The plain name, "structure not recorded" for None."""
    return STRUCTURES[structure].name if structure is not None else "structure not recorded"


def described(structure: str | None, side: str | None, *, capital_side: bool = False) -> str:
    """Side and structure as a person says them: "right parotid gland", "both masseters", "tongue"."""
    name = structure_name(structure)
    if side is None:
        return name
    if side == "bilateral":
        word, name = "both", _plural(name)
    else:
        word = SIDE_WORDS[side]
    if side == "midline" and structure is not None and not STRUCTURES[structure].paired:
        return name
    return f"{word.upper() if capital_side else word} {name}"


def sides_of(side: str | None) -> frozenset[str]:
    """The sides that a side covers: bilateral covers left and right; None covers nothing."""
    if side is None:
        return frozenset()
    return frozenset({"left", "right"}) if side == "bilateral" else frozenset({side})


def structures_of_kind(kind: Kind) -> tuple[str, ...]:
    return tuple(facts.id for facts in STRUCTURES.values() if facts.kind == kind)


def _plural(name: str) -> str:
    if name.endswith(("nodes", "mouth")):
        return name
    irregular = {"masseter": "masseters", "temporalis": "temporalis muscles", "zygoma": "zygomas"}
    return irregular.get(name, f"{name}s")

"""Structures of face and neck, their plain names, and the words for sides and planes.

The structures are read from ``resources/lexicon/structures.json``, which names its sources.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from parotis import shipped
from parotis.domain.case import Structure

Kind = Literal["gland", "joint", "muscle", "node", "soft-tissue", "space", "bone", "other"]


@dataclass(frozen=True, slots=True)
class StructureFacts:
    """``name`` reads after a side ("right parotid gland"); ``paired`` structures have a left and a right.

    ``snomed`` is the SNOMED CT body site, without a side. ``compare_sides`` is true where the other side belongs to a
    complete examination.
    """

    id: Structure
    name: str
    kind: Kind
    paired: bool
    snomed: str | None = None
    compare_sides: bool = False


def _read() -> dict[str, StructureFacts]:
    said = json.loads(shipped.read("lexicon/structures.json"))["structures"]
    return {name: StructureFacts(name, **facts) for name, facts in said.items()}


STRUCTURES: dict[str, StructureFacts] = _read()
"""Every structure of the case format, in the order of its pick list."""

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

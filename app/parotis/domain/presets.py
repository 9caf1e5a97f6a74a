"""Presets of the region: which structures a kind of examination looks at, with the other side for comparison.

A preset proposes; it never records. The structures come from ``resources/lexicon/presets.json``.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Any

from parotis import shipped
from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import Side, Structure

RESOURCE = "lexicon/presets.json"

Place = tuple[Structure, Side | None]


@dataclass(frozen=True, slots=True)
class Preset:
    """``places`` are (structure, side) in the order in which they are scanned; ``reason`` as in the case format."""

    id: str
    name: str
    reason: str
    places: tuple[Place, ...]


@functools.cache
def all_presets() -> tuple[Preset, ...]:
    """The shipped presets in the order of the file."""
    return from_document(json.loads(shipped.read(RESOURCE)))


def preset(preset_id: str) -> Preset:
    """Raises KeyError when there is none."""
    return {one.id: one for one in all_presets()}[preset_id]


def from_document(document: dict[str, Any]) -> tuple[Preset, ...]:
    """The presets of a file.

    Raises:
        ValueError: a structure is unknown, or both sides are asked of one that has none.
    """
    return tuple(
        Preset(
            entry["id"],
            entry["name"],
            entry["reason"],
            tuple(place for structure, sides in entry["structures"] for place in _places(structure, sides)),
        )
        for entry in document["presets"]
    )


def _places(structure: str, sides: str | None) -> tuple[Place, ...]:
    if structure not in STRUCTURES:
        raise ValueError(f"unknown structure {structure}")
    facts = STRUCTURES[structure]
    if (sides == "both") is not facts.paired:
        raise ValueError(f"{structure}: both sides are for paired structures")
    return ((facts.id, "right"), (facts.id, "left")) if facts.paired else ((facts.id, None),)

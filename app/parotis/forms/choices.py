"""What pick lists offer: coded values of the case format with plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from parotis.domain import lexicon, wording
from parotis.domain.anatomy import STRUCTURES, described


@dataclass(frozen=True, slots=True)
class Choice:
    """``value`` is what is recorded, ``label`` what is read."""

    value: Any
    label: str


_LABELS = {
    "tmj": "Temporomandibular joint (TMJ)",
    "no-radiation": "No ionising radiation",
    "child": "Child",
    "pregnancy": "Pregnancy",
    "contrast-contraindicated": "Contrast contraindicated",
    "dynamic": "Moves under view",
    "guidance": "Guides a procedure",
    "soft-tissue": "Shows soft tissue",
}
YES_NO = (Choice(True, "Yes"), Choice(False, "No"))


def of(literal: object) -> tuple[Choice, ...]:
    """The members of a ``Literal`` of the case format."""
    return tuple(Choice(value, label_of(value)) for value in get_args(literal))


def label_of(value: object) -> str:
    """A coded value as a pick list reads, with a large first letter."""
    text = str(value)
    return _LABELS.get(text) or wording.capitalised(wording.term(value))


def plainly(literal: object, **labels: str) -> tuple[Choice, ...]:
    """As ``of``, with some labels said otherwise (``_`` for ``-`` in their names)."""
    said = {name.replace("_", "-"): label for name, label in labels.items()}
    return tuple(
        Choice(value, said.get(value) or wording.capitalised(lexicon.words(value))) for value in get_args(literal)
    )


def of_terms(facts: lexicon.AttributeFacts) -> tuple[Choice, ...]:
    """The terms of an ultrasound attribute; grades are numbers."""
    if facts.value == "grade":
        return tuple(Choice(int(term), term) for term in facts.terms)
    return tuple(Choice(term, term if len(term) <= 3 else label_of(term)) for term in facts.terms)


def structures() -> tuple[Choice, ...]:
    """Every structure by name, without a side."""
    return tuple(Choice(facts.id, wording.capitalised(facts.name)) for facts in STRUCTURES.values())


def placed_structures() -> tuple[Choice, ...]:
    """Every structure with each side that it can have, as (structure, side)."""
    found: list[Choice] = []
    for facts in STRUCTURES.values():
        sides: tuple[str | None, ...] = ("right", "left", "bilateral") if facts.paired else ("midline",)
        if facts.id == "other":
            sides = ("right", "left", "bilateral", "midline", None)
        elif not facts.paired and facts.kind != "node":
            sides = ("midline", "right", "left")
        found += [Choice((facts.id, side), wording.capitalised(described(facts.id, side))) for side in sides]
    return tuple(found)

"""Ultrasound terms: which attributes belong to which kind of structure, what their values say, and plain words.

All of it is read from the files in ``resources/lexicon``, which name their sources. A practice may put others in
their place at run time (``adopt``), so nothing here is to be kept: ask again. A value outside a pick list is kept as
typed and reported by the checks.
"""

from __future__ import annotations

import functools
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from parotis import shipped
from parotis.domain.anatomy import STRUCTURES
from parotis.domain.lexicon_tables import (
    PARTS,
    AttributeFacts,
    Flag,
    LesionKindFacts,
    Lexicon,
    Limit,
    PartFacts,
    Reading,
    Reference,
    View,
    built,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotis.domain.case import Finding, Lesion

__all__ = [
    "AttributeFacts", "Flag", "LesionKindFacts", "Lexicon", "Limit", "Reading", "Reference", "View", "adopt",
    "attribute_state", "attributes_of", "axes", "current", "decisive_of", "every_attribute", "largest_lesion_mm",
    "lesion_kind", "lesion_kinds", "lesion_terms_of", "lesions_of", "limits", "limits_of", "millimetres",
    "reading_of", "references_of", "sentence_of", "shipped_lexicon", "unseen_sentence", "views_for",
    "views_of", "words",
]  # fmt: skip

AttributeState = Literal["not-recorded", "normal", "abnormal", "not-seen", "not-examined"]

UnseenState = Literal["not-seen", "not-examined"]

FILES = (*PARTS, "lesions", "words")
"""The files that a practice may replace, without ``.json``."""


@functools.cache
def shipped_lexicon() -> Lexicon:
    """The lexicon that the program ships.

    Raises:
        NotShipped: a file is missing.
    """
    return built({name: json.loads(shipped.read(f"lexicon/{name}.json")) for name in FILES})


_in_use: Lexicon = shipped_lexicon()


def current() -> Lexicon:
    """The lexicon in use; another object after each ``adopt``."""
    return _in_use


def adopt(lexicon: Lexicon) -> None:
    """Use another lexicon from now on, all of it at once. Structures stay: the case format fixes them."""
    global _in_use
    _in_use = lexicon


def words(term: str) -> str:
    """A coded value in plain words: ``mildly-heterogeneous`` gives "mildly heterogeneous"."""
    return _in_use.words.get(term, term.replace("-", " "))


def attributes_of(structure: str | None) -> tuple[AttributeFacts, ...]:
    """The attributes that are recorded for a structure, in the order of the form; none for None."""
    return _in_use.attributes_by_kind.get(STRUCTURES[structure].kind, ()) if structure is not None else ()


def every_attribute() -> dict[str, AttributeFacts]:
    """Every attribute by id. Kinds that share one share its label and kind of value, not its readings."""
    return _in_use.attributes_by_id


def decisive_of(structure: str | None) -> tuple[str, ...]:
    """Which attributes of an abnormal structure say most in a short sentence, first first."""
    return tuple(name for part in _parts(structure) for name in part.decisive)


def lesions_of(structure: str | None) -> tuple[str, ...]:
    """The kinds of lesions offered for a structure, in the order of the lesion file; all for None."""
    if structure is None:
        return tuple(_in_use.lesion_kinds)
    offered = {kind for part in _parts(structure) for kind in part.lesions}
    return tuple(kind for kind in _in_use.lesion_kinds if kind in offered)


def lesion_kinds() -> tuple[LesionKindFacts, ...]:
    """Every kind of lesion."""
    return tuple(_in_use.lesion_kinds.values())


def lesion_kind(kind: str | None) -> LesionKindFacts | None:
    """What is to be recorded for a kind of lesion; None for None."""
    return _in_use.lesion_kinds.get(kind or "")


def lesion_terms_of(kind: str | None) -> tuple[AttributeFacts, ...]:
    """The terms that are recorded for a lesion of a kind."""
    known = lesion_kind(kind)
    return (*(known.terms if known else ()), *_in_use.lesion_terms)


def largest_lesion_mm() -> Decimal:
    """The largest believable axis of a lesion in millimetres."""
    return _in_use.largest_lesion_mm


def reading_of(facts: AttributeFacts, value: object) -> Reading | None:
    """What a value says of its structure. None for a size, which decides nothing alone, and for a term not known."""
    if isinstance(value, bool):
        return dict(facts.flag_readings).get(value)
    return dict(facts.readings).get(str(value))


def attribute_state(finding: Finding, facts: AttributeFacts) -> AttributeState:
    """How an attribute stands in a finding. What is not recorded is never normal.

    A structure that is not seen or not examined says the same of all its attributes. A size, and a term that is only
    unusual, go with the state of their structure; while that is not recorded, neither is theirs.
    """
    if finding.state in ("not-seen", "not-examined"):
        return finding.state
    value = getattr(finding.attributes, facts.id)
    if value is None or value == "":
        return _unseen_in_note(finding, facts) or "not-recorded"
    reading = reading_of(facts, value)
    if reading is None or reading == "unusual":
        return finding.state or "not-recorded"
    return reading


def unseen_sentence(facts: AttributeFacts, state: UnseenState) -> str:
    """What a note says of a measurement that was not taken: "Duct width: not seen."."""
    return f"{facts.label}: {words(state)}."


def _unseen_in_note(finding: Finding, facts: AttributeFacts) -> UnseenState | None:
    states: tuple[UnseenState, ...] = ("not-seen", "not-examined")
    return next((state for state in states if unseen_sentence(facts, state) in (finding.note or "")), None)


def references_of(structure: str | None, attribute: str) -> tuple[Reference, ...]:
    """What studies found for an attribute of a structure, in mm; for comparison, never a verdict."""
    return tuple(
        reference
        for facts in attributes_of(structure)
        if facts.id == attribute
        for reference in facts.references
        if not reference.structures or structure in reference.structures
    )


def views_of(structure: str | None) -> tuple[View, ...]:
    """Every view that an examination of a structure may need; ``views_for`` takes those that a finding needs."""
    found = (view for part in _parts(structure) for view in part.views)
    return tuple(view for view in found if not view.structures or structure in view.structures)


def views_for(finding: Finding) -> tuple[View, ...]:
    """The views that make the examination of a finding's structure complete."""
    return tuple(view for view in views_of(finding.structure) if _is_needed(view, finding.lesions))


def _is_needed(view: View, lesions: tuple[Lesion, ...]) -> bool:
    if view.when == "always":
        return True
    if view.when == "measured":
        return any(axis is not None for lesion in lesions for axis in lesion.size_mm or ())
    if view.when == "mass":
        known = (lesion_kind(lesion.kind) for lesion in lesions)
        return any(kind is not None and kind.is_mass for kind in known)
    return any(lesion.kind in view.lesions for lesion in lesions)


def limits() -> tuple[Limit, ...]:
    """Everything that a report may have to say about what ultrasound does not show."""
    return tuple(limit for part in _in_use.parts for limit in part.limits)


def limits_of(structure: str | None) -> tuple[Limit, ...]:
    """The limits that a report on a structure states."""
    found = (limit for part in _parts(structure) for limit in part.limits)
    return tuple(limit for limit in found if not limit.structures or structure in limit.structures)


def sentence_of(structure: str, state: str, place: str, part: str | None = None) -> str:
    """The plain sentence for a state of a structure or of a part of it; empty where the lexicon has none.

    ``place`` is side and structure as they stand in the sentence, such as "The right parotid gland".
    """
    for one in _parts(structure):
        if part in (None, one.id):
            return dict(one.sentences).get(state, "").replace("{place}", place)
    return ""


def _parts(structure: str | None) -> Iterator[PartFacts]:
    kind = STRUCTURES[structure].kind if structure is not None else None
    return (part for part in _in_use.parts if kind in part.kinds)


def millimetres(value: Decimal) -> str:
    """At least one decimal, never fewer than recorded: ``11`` gives "11.0", ``4.25`` gives "4.25"."""
    plain = format(value.normalize(), "f")
    return plain if "." in plain else f"{plain}.0"


def axes(values: tuple[Decimal | None, ...]) -> str:
    """Recorded axes joined as they are printed: "14.2 x 11.0 x 9.8 mm"; empty when none is recorded."""
    known = [millimetres(value) for value in values if value is not None]
    return f"{' x '.join(known)} mm" if known else ""

"""What the lexicon files say, as frozen values, and how the files become them.

The shape of the files is in ``resources/schema/parotis-lexicon-1.schema.json``. What is built here was checked before:
the shipped files by the tests, the files of a practice by ``services.lexicons``. All sizes are in millimetres.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

ValueKind = Literal["millimetres", "grade", "term"]
Reading = Literal["normal", "unusual", "abnormal", "not-seen"]
Measured = Literal["must", "should", "may"]
ViewTime = Literal["always", "measured", "mass", "lesion"]

PARTS = (
    "gland", "duct", "node", "muscle", "joint", "soft-tissue", "deep-space", "vessel", "bone-surface", "skin",
)  # fmt: skip
"""The files about a kind of structure or a part of one, in the order in which a structure's parts are told."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One value of one study for an attribute, in mm; never a verdict. ``verified`` is False where no paper was read.

    ``cutoff`` is the size that the study found decisive; ``low`` and ``high`` bound a range; ``sex`` is None for both.
    """

    study: str
    citation: str
    population: str
    n: int | None
    verified: bool
    measure: str
    structures: tuple[str, ...] = ()
    sex: str | None = None
    mean: Decimal | None = None
    sd: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    cutoff: Decimal | None = None
    unit: str = "mm"


@dataclass(frozen=True, slots=True)
class AttributeFacts:
    """One attribute of a structure or lesion: its label, what kind of value it takes and the terms offered.

    ``largest_mm`` is the largest believable size in millimetres; above it the value is kept but blocks signing.
    ``readings`` gives for each term what it says of the structure, ``flag_readings`` the same for yes and no; a term
    without a reading says nothing alone. ``may_be_zero`` is true where 0 mm is a finding.
    """

    id: str
    label: str
    value: ValueKind
    terms: tuple[str, ...] = ()
    largest_mm: Decimal = Decimal(150)
    phrase: str = ""
    unit: str | None = None
    readings: tuple[tuple[str, Reading], ...] = ()
    flag_readings: tuple[tuple[bool, Reading], ...] = ()
    references: tuple[Reference, ...] = ()
    may_be_zero: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """An image that a complete examination needs.

    ``planes`` are those that show it (empty: any); ``words``, of which one in the phase or the caption shows it, are
    beginnings of words (empty: the plane suffices). ``when`` is always, with a measured lesion, with a mass, or with a
    lesion of one of the kinds in ``lesions``. ``both_sides`` asks for the other side too.
    """

    id: str
    label: str
    when: ViewTime
    structures: tuple[str, ...] = ()
    lesions: tuple[str, ...] = ()
    planes: tuple[str, ...] = ()
    phase: str | None = None
    words: tuple[str, ...] = ()
    both_sides: bool = False
    calipers: bool = False
    doppler: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """What ultrasound cannot show and a report says every time.

    It concerns the structures of its part (only ``structures``, unless empty) and lesions of the kinds in ``lesions``
    wherever they are. A text states it that has a word beginning with one of ``words``.
    """

    id: str
    because: str
    sentence: str
    words: tuple[str, ...]
    structures: tuple[str, ...] = ()
    lesions: tuple[str, ...] = ()

    def is_stated_in(self, text: str) -> bool:
        """Whether a text in small letters speaks of the limit."""
        return re.search(rf"\b(?:{'|'.join(map(re.escape, self.words))})", text) is not None


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes or no about a lesion and how each reads."""

    id: str
    label: str
    present: str
    absent: str


@dataclass(frozen=True, slots=True)
class LesionKindFacts:
    """``terms`` and ``flags`` belong to this kind only; ``measured`` says whether it must have a size."""

    id: str
    measured: Measured
    is_mass: bool
    terms: tuple[AttributeFacts, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What one file says. ``kinds`` are the kinds of structures that have this part; the first owner is its file."""

    id: str
    kinds: tuple[str, ...]
    attributes: tuple[AttributeFacts, ...]
    after: tuple[tuple[str, str], ...]
    decisive: tuple[str, ...]
    lesions: tuple[str, ...]
    sentences: tuple[tuple[str, str], ...]
    views: tuple[View, ...]
    limits: tuple[Limit, ...]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All files together, compared by identity: one is in use at a time."""

    parts: tuple[PartFacts, ...]
    lesion_terms: tuple[AttributeFacts, ...]
    lesion_kinds: dict[str, LesionKindFacts]
    largest_lesion_mm: Decimal
    words: dict[str, str]

    @cached_property
    def attributes_by_kind(self) -> dict[str, tuple[AttributeFacts, ...]]:
        """The attributes of each kind of structure, those of a part set after the one that it names."""
        kinds = dict.fromkeys(kind for part in self.parts for kind in part.kinds)
        return {kind: tuple(_in_order([part for part in self.parts if kind in part.kinds])) for kind in kinds}

    @cached_property
    def attributes_by_id(self) -> dict[str, AttributeFacts]:
        """Every attribute once, by the name that the case format gives it; kinds that share a name share its label."""
        return {facts.id: facts for group in self.attributes_by_kind.values() for facts in group}


def _in_order(parts: list[PartFacts]) -> list[AttributeFacts]:
    after = {name: before for part in parts for name, before in part.after}
    found: list[AttributeFacts] = []
    for facts in (facts for part in parts for facts in part.attributes):
        names = [one.id for one in found]
        place = names.index(after[facts.id]) + 1 if after.get(facts.id) in names else len(found)
        found.insert(place, facts)
    return found


def built(documents: Mapping[str, Mapping[str, Any]]) -> Lexicon:
    """The lexicon that the parsed files say, by their names without ``.json``."""
    lesions = documents["lesions"]
    return Lexicon(
        tuple(_part(documents[name]) for name in PARTS),
        _attributes(lesions["terms"], {}),
        {name: _lesion_kind(name, kind) for name, kind in lesions["kinds"].items()},
        _number(lesions["largest_mm"]) or Decimal(0),
        dict(documents["words"]["words"]),
    )


def _part(said: Mapping[str, Any]) -> PartFacts:
    attributes = said["attributes"]
    return PartFacts(
        said["part"],
        tuple(said["of"]),
        _attributes(attributes, said["studies"]),
        tuple((name, facts["after"]) for name, facts in attributes.items() if "after" in facts),
        tuple(said["decisive"]),
        tuple(said["lesions"]),
        tuple(said["sentences"].items()),
        tuple(View(id=name, **_tuples(view)) for name, view in said["views"].items()),
        tuple(Limit(id=name, **_tuples(limit)) for name, limit in said["limits"].items()),
    )


def _tuples(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def _lesion_kind(name: str, said: Mapping[str, Any]) -> LesionKindFacts:
    flags = tuple(Flag(id=flag, **facts) for flag, facts in said["flags"].items())
    return LesionKindFacts(name, said["measured"], said["mass"], _attributes(said["terms"], {}), flags)


def _attributes(said: Mapping[str, Any], studies: Mapping[str, Any]) -> tuple[AttributeFacts, ...]:
    return tuple(_attribute(name, facts, studies) for name, facts in said.items())


def _attribute(name: str, said: Mapping[str, Any], studies: Mapping[str, Any]) -> AttributeFacts:
    terms, flags = said.get("terms", {}), said.get("flag", {})
    return AttributeFacts(
        name,
        said["label"],
        said["value"],
        tuple(terms),
        _number(said.get("largest_mm")) or Decimal(150),
        said["phrase"],
        said["unit"],
        tuple((term, reading) for term, reading in terms.items() if reading is not None),
        tuple((word == "present", reading) for word, reading in flags.items()),
        tuple(_reference(one, studies[one["study"]]) for one in said.get("references", ())),
        said.get("zero", False),
    )


def _reference(said: Mapping[str, Any], study: Mapping[str, Any]) -> Reference:
    facts: dict[str, Any] = {**said, **study, "structures": tuple(said["structures"])}
    facts.update((name, _number(said.get(name))) for name in ("mean", "sd", "low", "high", "cutoff"))
    return Reference(**facts)


def _number(value: Any) -> Decimal | None:
    """As written in the file: 2.05 is exactly that."""
    return None if value is None else Decimal(str(value))

"""What follows from the measurements of one exam: ratios, left-right differences, contraction, images of a lesion.

Nothing here is typed by anybody. Every value names the paths that it is computed from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from parotis.domain import geometry, lexicon
from parotis.domain.anatomy import STRUCTURES, sides_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from parotis.domain.case import Case, Finding, Plane, Side, Structure
    from parotis.domain.geometry import AxisRatios, Difference
    from parotis.domain.lexicon import AttributeFacts


@dataclass(frozen=True, slots=True)
class NodeRatios:
    """The ratios of a node measured as a structure (``letter`` None) or of a node lesion with its letter."""

    structure: Structure | None
    side: Side | None
    letter: str | None
    long_mm: Decimal
    short_mm: Decimal
    ratios: AxisRatios
    paths: tuple[str, str]


@dataclass(frozen=True, slots=True)
class SideDifference:
    """One attribute of a paired structure on both sides. ``difference`` is right less left, percent of the larger."""

    structure: Structure
    label: str
    left_mm: Decimal
    right_mm: Decimal
    difference: Difference
    paths: tuple[str, str]

    @property
    def larger_side(self) -> Literal["left", "right"] | None:
        """None where both sides are equal."""
        if self.left_mm == self.right_mm:
            return None
        return "right" if self.right_mm > self.left_mm else "left"


@dataclass(frozen=True, slots=True)
class Contraction:
    """Clenched less relaxed thickness of a muscle, percent of the relaxed one."""

    structure: Structure
    side: Side | None
    relaxed_mm: Decimal
    clenched_mm: Decimal
    difference: Difference
    paths: tuple[str, str]


@dataclass(frozen=True, slots=True)
class StructureImage:
    """An image of a structure on a side; ``number`` counts from 1 in the list of images."""

    number: int
    plane: Plane | None
    path: str


def millimetre_attributes(structure: str | None) -> tuple[AttributeFacts, ...]:
    """The sizes that are recorded of a structure as a whole."""
    return tuple(facts for facts in lexicon.attributes_of(structure) if facts.value == "millimetres")


def node_ratios(case: Case) -> tuple[NodeRatios, ...]:
    """For every node with both axes. A lesion counts as node by its kind or by the structure that it is in."""
    return tuple(found for position, finding in enumerate(case.findings) for found in _ratios_of(position, finding))


def _ratios_of(position: int, finding: Finding) -> Iterable[NodeRatios]:
    path, attributes = f"findings[{position}]", finding.attributes
    measured: list[tuple[str | None, Decimal | None, Decimal | None, str, str]] = [
        (None, attributes.long_mm, attributes.short_mm, f"{path}.attributes.long_mm", f"{path}.attributes.short_mm")
    ]
    is_node = finding.structure is not None and STRUCTURES[finding.structure].kind == "node"
    for index, lesion in enumerate(finding.lesions):
        if lesion.size_mm is not None and (is_node or lesion.kind == "lymph-node"):
            size = f"{path}.lesions[{index}].size_mm"
            measured.append((lesion.label, lesion.size_mm[0], lesion.size_mm[1], f"{size}[0]", f"{size}[1]"))
    for letter, long_mm, short_mm, long_path, short_path in measured:
        ratios = geometry.axis_ratios(long_mm, short_mm)
        if ratios is not None and long_mm is not None and short_mm is not None:
            yield NodeRatios(
                finding.structure, finding.side, letter, long_mm, short_mm, ratios, (long_path, short_path)
            )


def side_differences(case: Case) -> tuple[SideDifference, ...]:
    """Every size in millimetres that is recorded once on each side of a paired structure, in the order of the form.

    Nodes are left out, because the node measured on one side is no counterpart of the one on the other; so is
    ``other``, which may be two different structures.
    """
    structures = dict.fromkeys(finding.structure for finding in case.findings if finding.structure is not None)
    return tuple(
        found
        for structure in structures
        if STRUCTURES[structure].paired and STRUCTURES[structure].kind not in ("node", "other")
        for facts in millimetre_attributes(structure)
        for found in _difference_of(case, structure, facts)
    )


def _difference_of(case: Case, structure: Structure, facts: AttributeFacts) -> Iterable[SideDifference]:
    left, right = (_recorded(case, structure, side, facts.id) for side in ("left", "right"))
    if len(left) == len(right) == 1:
        (left_path, left_mm), (right_path, right_mm) = left[0], right[0]
        difference = geometry.side_difference(left_mm, right_mm)
        if difference is not None:
            yield SideDifference(structure, facts.label, left_mm, right_mm, difference, (left_path, right_path))


def _recorded(case: Case, structure: str, side: str, attribute: str) -> list[tuple[str, Decimal]]:
    return [
        (f"findings[{position}].attributes.{attribute}", getattr(finding.attributes, attribute))
        for position, finding in enumerate(case.findings)
        if (finding.structure, finding.side) == (structure, side) and getattr(finding.attributes, attribute) is not None
    ]


def contractions(case: Case) -> tuple[Contraction, ...]:
    """Clenched less relaxed for every muscle that was measured in both states."""
    found: list[Contraction] = []
    for position, finding in enumerate(case.findings):
        relaxed_mm, clenched_mm = finding.attributes.relaxed_mm, finding.attributes.clenched_mm
        difference = geometry.change(relaxed_mm, clenched_mm)
        if difference is None or relaxed_mm is None or clenched_mm is None or finding.structure is None:
            continue
        path = f"findings[{position}].attributes"
        paths = (f"{path}.relaxed_mm", f"{path}.clenched_mm")
        found.append(Contraction(finding.structure, finding.side, relaxed_mm, clenched_mm, difference, paths))
    return tuple(found)


def images_of(case: Case, structure: str | None, side: str | None) -> tuple[StructureImage, ...]:
    """The images that show a structure on a side, in the order of the list.

    The case format names no image at an axis, so an image belongs to a lesion by structure and side.
    """
    return tuple(
        StructureImage(position + 1, image.plane, f"images[{position}]")
        for position, image in enumerate(case.images)
        if structure is not None and image.structure == structure and _is_same_place(image.side, side)
    )


def _is_same_place(one: str | None, other: str | None) -> bool:
    return one == other or bool(sides_of(one) & sides_of(other))

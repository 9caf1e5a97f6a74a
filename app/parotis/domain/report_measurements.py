"""The measurements section of the report: lesions with axes, volume, depth and images, then what is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis.domain import geometry, lexicon, measures, wording
from parotis.domain.anatomy import described
from parotis.domain.measures_wording import contraction_text, side_text
from parotis.domain.report import Block, Paragraph, Run, Table, row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotis.domain.case import Case, Lesion
    from parotis.domain.measures import Contraction, NodeRatios, SideDifference

LESION_COLUMNS = ("Lesion", "Structure", "Axes (mm)", "Volume (mL)", "Depth (mm)", "Images")
COMPUTED_COLUMNS = ("Structure", "Measured", "Computed")
HOW_MEASURED = (
    "Axes: longest and its perpendicular on one frame, third axis after a quarter turn. Images: those of the "
    "structure and side. Volume: ellipsoid, \u03c0/6 of the product of the axes."
)


def measurements(case: Case) -> tuple[Block, ...]:
    """A table of the lesions measured and a table of computed values, each only where it has a row."""
    blocks: list[Block] = []
    lesions = tuple(
        _lesion_row(case, position, index, lesion)
        for position, finding in enumerate(case.findings)
        for index, lesion in enumerate(finding.lesions)
        if lesion.size_mm is not None or lesion.depth_mm is not None
    )
    if lesions:
        blocks.append(Table(LESION_COLUMNS, lesions, (0.15, 0.22, 0.18, 0.135, 0.125, 0.19)))
        blocks.append(Paragraph((Run(HOW_MEASURED, muted=True),)))
    computed = tuple(_computed(case))
    if computed:
        blocks.append(Table(COMPUTED_COLUMNS, computed, (0.23, 0.4, 0.37)))
    return tuple(blocks)


def _lesion_row(case: Case, position: int, index: int, lesion: Lesion) -> tuple[Paragraph, ...]:
    finding = case.findings[position]
    path = f"findings[{position}].lesions[{index}]"
    volume_ml = geometry.volume_ml(lesion.size_mm)
    name = f"{lesion.label or 'Lesion'}, {lexicon.words(lesion.kind or 'lesion')}"
    return row(
        Run(name, strong=True, source=path),
        Run(wording.place(finding.structure, finding.side)),
        Run(lexicon.axes(lesion.size_mm or ()).removesuffix(" mm"), source=f"{path}.size_mm"),
        Run("" if volume_ml is None else str(volume_ml)),
        Run("" if lesion.depth_mm is None else lexicon.millimetres(lesion.depth_mm), source=f"{path}.depth_mm"),
        Run(_images(case, finding.structure, finding.side)),
    )


def _images(case: Case, structure: str | None, side: str | None) -> str:
    found = measures.images_of(case, structure, side)
    return (
        ", ".join(f"{image.number} {image.plane}" if image.plane else str(image.number) for image in found) or "\u2013"
    )


def _computed(case: Case) -> Iterable[tuple[Paragraph, ...]]:
    yield from map(_ratio_row, measures.node_ratios(case))
    yield from map(_side_row, measures.side_differences(case))
    yield from map(_contraction_row, measures.contractions(case))


def _ratio_row(found: NodeRatios) -> tuple[Paragraph, ...]:
    place = wording.place(found.structure, found.side)
    return row(
        Run(f"{place}, lesion {found.letter}" if found.letter else place),
        Run(f"long {_mm(found.long_mm)}, short {_mm(found.short_mm)} mm", source=found.paths[0]),
        Run(found.ratios.text),
    )


def _side_row(found: SideDifference) -> tuple[Paragraph, ...]:
    return row(
        Run(wording.capitalised(described(found.structure, "bilateral"))),
        Run(f"{found.label}: right {_mm(found.right_mm)}, left {_mm(found.left_mm)} mm", source=found.paths[0]),
        Run(side_text(found)),
    )


def _contraction_row(found: Contraction) -> tuple[Paragraph, ...]:
    return row(
        Run(wording.place(found.structure, found.side)),
        Run(f"relaxed {_mm(found.relaxed_mm)}, clenched {_mm(found.clenched_mm)} mm", source=found.paths[0]),
        Run(contraction_text(found)),
    )


_mm = lexicon.millimetres

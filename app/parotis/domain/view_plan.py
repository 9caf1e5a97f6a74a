"""Which views of the lexicon the images of an exam show, and which are still to be taken. Advice, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain import lexicon
from parotis.domain.anatomy import sides_of

if TYPE_CHECKING:
    from parotis.domain.case import Case, Finding, Image, Side, Structure


@dataclass(frozen=True, slots=True)
class PlannedView:
    """A view of a structure on a side; ``image`` is the number of the image that shows it, None while none does."""

    structure: Structure
    side: Side | None
    label: str
    plane: str | None
    phase: str | None
    image: int | None


def plan(case: Case) -> tuple[PlannedView, ...]:
    """The views that make the examination complete, in the order of the findings.

    Structures that were looked at or are still open count; those not seen or not examined need no image.
    """
    found: list[PlannedView] = []
    for finding in case.findings:
        if finding.structure is None or finding.state in ("not-seen", "not-examined"):
            continue
        taken: set[int] = set()
        for view in lexicon.views_for(finding):
            image = next(
                (n for n, one in enumerate(case.images) if n not in taken and _shows(one, finding, view)), None
            )
            if image is not None:
                taken.add(image)
            plane = view.planes[0] if view.planes else None
            number = None if image is None else image + 1
            found.append(PlannedView(finding.structure, finding.side, view.label, plane, view.phase, number))
    return tuple(found)


def _shows(image: Image, finding: Finding, view: lexicon.View) -> bool:
    if image.structure != finding.structure:
        return False
    one, other = sides_of(image.side), sides_of(finding.side)
    if one and other and not one & other:
        return False
    if view.planes and image.plane not in view.planes:
        return False
    said = f"{image.phase or ''} {image.caption or ''}".casefold().split()
    return not view.words or any(word.startswith(view.words) for word in said)

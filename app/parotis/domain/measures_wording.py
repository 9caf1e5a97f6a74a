"""How computed values read: a difference of sides, a contraction, and all that is computed from one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis.domain import lexicon, measures
from parotis.domain.comparison import Change
from parotis.domain.comparison_wording import change_text

if TYPE_CHECKING:
    from parotis.domain.case import Case
    from parotis.domain.measures import Contraction, SideDifference


def side_text(found: SideDifference) -> str:
    """A difference as "right larger by 0.7 mm, 6% of the larger"."""
    if found.larger_side is None:
        return "no difference between the sides"
    percent = found.difference.percent
    size = lexicon.millimetres(abs(found.difference.value))
    share = "" if percent is None else f", {abs(percent)}% of the larger"
    return f"{found.larger_side} larger by {size} mm{share}"


def contraction_text(found: Contraction) -> str:
    """A contraction as "clenched minus relaxed +3.1 mm (+27%)"."""
    return f"clenched minus relaxed {change_text(Change(found.relaxed_mm, found.clenched_mm), 'mm')}"


def computed_lines(case: Case, position: int) -> tuple[str, ...]:
    """What is computed from the finding at a position, a line for each value: for the form, beside the fields."""
    prefix = f"findings[{position}]."
    lines = [
        (found.paths, f"Lesion {found.letter}: {found.ratios.text}" if found.letter else found.ratios.text)
        for found in measures.node_ratios(case)
    ]
    lines += [(found.paths, f"{found.label}: {side_text(found)}") for found in measures.side_differences(case)]
    lines += [(found.paths, contraction_text(found)) for found in measures.contractions(case)]
    return tuple(line for paths, line in lines if any(path.startswith(prefix) for path in paths))

"""The comparison section of the report: the typed text, then what the signed earlier exams say beside today's."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parotis.domain import comparison, geometry, lexicon, wording
from parotis.domain.comparison_wording import change_text, interval, percent_text, signed_number, verdict_text
from parotis.domain.report import Block, Paragraph, Run, Table, TrendPlot, recorded, row
from parotis.domain.trend import trend

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from parotis.domain.case import Case, SizeMm
    from parotis.domain.comparison import Change, EarlierExam, LesionComparison, SizeComparison

LESION_COLUMNS = ("Lesion", "Earlier", "This exam", "Change")
SIZE_COLUMNS = ("Size", "Earlier", "This exam", "Change")
PLOT_CAPTION = "Longest axis in mm over the dates of the examinations."
_LEAST_EARLIER_POINTS = 2


def comparison_blocks(case: Case, exams: Sequence[EarlierExam]) -> tuple[Block, ...]:
    """The blocks for a case and other exams of its patient; only signed ones that came before count."""
    blocks: list[Block] = [recorded("interpretation.comparison", case.interpretation.comparison)]
    earlier = comparison.earlier_than(case, comparison.signed(exams))
    lesions = tuple(_lesion_row(case, found) for found in comparison.compared_lesions(case, earlier))
    if lesions:
        blocks.append(Table(LESION_COLUMNS, lesions, (0.2, 0.27, 0.19, 0.34)))
        blocks.append(Paragraph((Run(comparison.DISPLAY_RULE, muted=True),)))
    blocks.extend(_plot(case, earlier))
    sizes = tuple(_size_row(found) for found in comparison.compared_sizes(case, earlier))
    if sizes:
        blocks.append(Table(SIZE_COLUMNS, sizes, (0.36, 0.28, 0.13, 0.23)))
    return tuple(blocks)


def _plot(case: Case, earlier: Sequence[EarlierExam]) -> Iterable[TrendPlot]:
    """The plot, where an earlier exam and the one before that measured the same lesion."""
    earlier_points = comparison.series(dataclasses.replace(case, findings=()), earlier)
    if any(len(one.measured) >= _LEAST_EARLIER_POINTS for one in earlier_points):
        plot = trend(comparison.series(case, earlier))
        if plot is not None:
            yield TrendPlot(plot, f"{PLOT_CAPTION} {plot.description}")


def _lesion_row(case: Case, found: LesionComparison) -> tuple[Paragraph, ...]:
    place = wording.place(found.structure, found.side)
    name = f"{found.letter}, {place[:1].lower()}{place[1:]}" if found.letter else place
    before = found.earlier
    earlier = f"{_size(before.lesion.size_mm)}, {_dated(before.at, case)}" if before else "\u2013"
    now = _size(found.today.size_mm) if found.today else "\u2013"
    return (
        Paragraph((Run(name, strong=True, source=found.path),)),
        Paragraph((Run(earlier),)),
        Paragraph((Run(now, source=f"{found.path}.size_mm" if found.path else None),)),
        Paragraph((Run(wording.capitalised(verdict_text(found)), strong=True), Run(_changes(found)))),
    )


def _size(size_mm: SizeMm | None) -> str:
    axes = lexicon.axes(size_mm or ())
    volume_ml = geometry.volume_ml(size_mm)
    told = axes or "no size recorded"
    return told if volume_ml is None else f"{told}, {volume_ml} mL"


def _dated(at: datetime, case: Case) -> str:
    on = case.exam.performed_at
    return f"{wording.day(at.date())} ({interval(at.date(), on.date())})" if on else wording.day(at.date())


def _changes(found: LesionComparison) -> str:
    """The change of each axis and of the volume: ": axes +2.2 (+18%), +1.0 (+10%) mm; volume +0.23 mL (+40%)"."""
    axes = [text for text in map(_axis_change, found.axes_mm) if text]
    volume = change_text(found.volume_ml, "mL")
    parts = ([f"axes {', '.join(axes)} mm"] if axes else []) + ([f"volume {volume}"] if volume else [])
    return f": {'; '.join(parts)}" if parts else ""


def _axis_change(change: Change) -> str:
    difference = change.difference
    if difference is None:
        return ""
    size = signed_number(difference.value, lexicon.millimetres(abs(difference.value)))
    return size if difference.percent is None else f"{size} ({percent_text(difference.percent)})"


def _size_row(found: SizeComparison) -> tuple[Paragraph, ...]:
    before, after = found.change_mm.before, found.change_mm.after
    return row(
        Run(f"{wording.place(found.structure, found.side)}, {found.label[:1].lower()}{found.label[1:]}"),
        Run(f"{lexicon.millimetres(before)} mm, {wording.day(found.at.date())}" if before is not None else ""),
        Run(f"{lexicon.millimetres(after)} mm" if after is not None else "", source=found.path),
        Run(change_text(found.change_mm, "mm")),
    )

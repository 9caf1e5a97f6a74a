"""The lines of the signed report, word for word, so that a letter can quote them and say where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parotis.domain.case import Case
from parotis.domain.narrative import Sentence, folded
from parotis.domain.report import Block, Callout, Paragraph, Run, Table, recorded
from parotis.domain.report_composition import ReportFacts, compose


@dataclass(frozen=True, slots=True)
class ReportLine:
    """``section`` and, in a table, ``place`` say where the line stands; ``text`` is the line with white space folded.

    ``sources`` are the case paths that the line prints.
    """

    section: str
    place: str | None
    text: str
    sources: tuple[str, ...]

    def is_from(self, *beginnings: str) -> bool:
        """Whether a field whose path begins so is printed in the line."""
        return any(source.startswith(beginnings) for source in self.sources)

    def quote(self, exhibit: str) -> Sentence:
        """``Findings, right parotid gland (Exhibit A): "Abnormal: ..."``"""
        place = f", {self.place[:1].lower()}{self.place[1:]}" if self.place else ""
        return Sentence(f"{self.section}{place} (Exhibit {exhibit}): \u201c{self.text}\u201d", self.sources)


def lines(case: Case, *, capital_sides: bool = False) -> tuple[ReportLine, ...]:
    """What the report of a case says, line by line, without letterhead, tables of figures, pictures and signature.

    A line that only says that something is not recorded is no evidence and is left out.

    Args:
        case: the exam as signed.
        capital_sides: the report prints left and right in capitals.
    """
    nothing = recorded("", None).runs[0].text
    report = compose(case, ReportFacts("", (), "", capital_sides=capital_sides))
    found = [
        line
        for section in report.sections
        if section.title is not None
        for block in section.blocks
        for line in _of_block(section.title, block)
    ]
    return tuple(line for line in found if line.sources and line.text != nothing)


def _of_block(section: str, block: Block) -> Iterator[ReportLine]:
    match block:
        case Paragraph():
            yield _line(section, None, block.runs)
        case Callout(paragraphs):
            yield from (_line(section, None, one.runs) for one in paragraphs)
        case Table(rows=rows) if section == "Findings":
            for first, *rest in rows:
                runs = tuple(run for cell in rest for run in cell.runs)
                place = "".join(run.text for run in first.runs)
                own = _line(section, place, runs)
                yield ReportLine(section, place, own.text, _sources((*first.runs, *runs)))
        case _:
            return


def _line(section: str, place: str | None, runs: tuple[Run, ...]) -> ReportLine:
    return ReportLine(section, place, folded("".join(run.text for run in runs)), _sources(runs))


def _sources(runs: tuple[Run, ...]) -> tuple[str, ...]:
    """A run that prints a structure prints its side too."""
    found: dict[str, None] = {}
    for run in runs:
        if run.source is None:
            continue
        found[run.source] = None
        if run.source.endswith(".structure"):
            found[f"{run.source.removesuffix('structure')}side"] = None
    return tuple(found)

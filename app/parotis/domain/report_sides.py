"""Left and right in capitals, as some practices print them so that readers take fewer for the other side."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from parotis.domain.checking.side_words import side_spans
from parotis.domain.report import Callout, Paragraph, Run, Section, Table

if TYPE_CHECKING:
    from parotis.domain.report import Block, Report

_Part = TypeVar("_Part", bound="Block")


def in_capitals(report: Report) -> Report:
    """The report with every word for a side in capitals. The record stays as typed; only what is printed changes."""
    return dataclasses.replace(report, sections=tuple(map(_section, report.sections)))


def _section(section: Section) -> Section:
    return dataclasses.replace(section, blocks=tuple(map(_block, section.blocks)))


def _block(block: _Part) -> _Part:
    if isinstance(block, Paragraph):
        return dataclasses.replace(block, runs=tuple(map(_run, block.runs)))
    if isinstance(block, Callout):
        return dataclasses.replace(block, paragraphs=tuple(map(_block, block.paragraphs)))
    if isinstance(block, Table):
        return dataclasses.replace(block, rows=tuple(tuple(map(_block, row)) for row in block.rows))
    return block


def _run(run: Run) -> Run:
    text = run.text
    for start, end in side_spans(text):
        text = text[:start] + text[start:end].upper() + text[end:]
    return run if text == run.text else dataclasses.replace(run, text=text)

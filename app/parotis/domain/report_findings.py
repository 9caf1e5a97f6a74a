"""What the report says of the scan: the map, the structures scanned, and the finding of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotis.domain import lexicon, wording
from parotis.domain.anatomy import described, sides_of
from parotis.domain.report import Block, MapMark, Paragraph, RegionDrawing, Run, Table, recorded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotis.domain.case import Case, Finding, Lesion


def region_drawing(case: Case) -> RegionDrawing | None:
    marks: dict[tuple[str, str], MapMark] = {}
    by_place = {(finding.structure, side): finding for finding in case.findings for side in _map_sides(finding.side)}
    for entry in case.scan:
        if entry.structure is None or entry.structure == "other" or entry.status != "examined":
            continue
        for side in _map_sides(entry.side):
            finding = by_place.get((entry.structure, side))
            letters = "".join(lesion.label or "" for lesion in finding.lesions) if finding else ""
            abnormal = finding is not None and finding.state == "abnormal"
            marks[entry.structure, side] = MapMark(entry.structure, side, abnormal, letters)
    if not marks:
        return None
    sides = {mark.side for mark in marks.values()}
    views = tuple(view for view in ("right", "left") if view in sides) or ("front",)
    has_letters = any(mark.letters for mark in marks.values())
    caption = "Shaded: scanned. Letter: lesion." if has_letters else "Shaded: scanned."
    return RegionDrawing(views, tuple(marks.values()), caption)


def _map_sides(side: str | None) -> tuple[str, ...]:
    return tuple(sorted(sides_of(side))) or ("midline",)


_STATUS_TITLES = {"examined": "Examined", "not-seen": "Not seen", "not-examined": "Not examined"}


def region(case: Case) -> Iterable[Block]:
    if not case.scan:
        yield recorded("scan", None)
    for status, title in _STATUS_TITLES.items():
        runs: list[Run] = []
        for position, entry in enumerate(case.scan):
            if entry.status != status:
                continue
            runs.append(Run(", " if runs else f"{title}: ", strong=not runs))
            runs.append(Run(described(entry.structure, entry.side), source=f"scan[{position}].structure"))
            if entry.reason:
                runs += [Run(" ("), Run(entry.reason, source=f"scan[{position}].reason"), Run(")")]
        if runs:
            yield Paragraph((*runs, Run(".")))


_STATE_WORDS = {"normal": "Normal", "abnormal": "Abnormal", "not-seen": "Not seen", "not-examined": "Not examined"}


def findings(case: Case) -> tuple[Block, ...]:
    if not case.findings:
        return (recorded("findings", None),)
    rows = [
        (
            Paragraph((Run(wording.place(finding.structure, finding.side), source=f"findings[{position}].structure"),)),
            Paragraph(tuple(_finding(position, finding))),
        )
        for position, finding in enumerate(case.findings)
    ]
    return (Table(("Structure", "Finding"), tuple(rows), (0.28, 0.72)),)


def _finding(position: int, finding: Finding) -> Iterable[Run]:
    path = f"findings[{position}]"
    state = _STATE_WORDS[finding.state] if finding.state else "State not recorded"
    yield Run(state, strong=finding.state == "abnormal", source=f"{path}.state")
    separator = ": "
    for facts in lexicon.attributes_of(finding.structure):
        value = getattr(finding.attributes, facts.id)
        if value is not None:
            yield Run(separator)
            yield Run(wording.attribute_phrase(facts, value), source=f"{path}.attributes.{facts.id}")
            separator = ", "
    yield Run(".")
    for index, lesion in enumerate(finding.lesions):
        yield from _lesion(f"{path}.lesions[{index}]", lesion)
    if finding.note:
        yield Run(" ")
        yield Run(finding.note, source=f"{path}.note")


def sentence(position: int, finding: Finding) -> str:
    """What the report says of a finding, as one text."""
    return "".join(run.text for run in _finding(position, finding))


def _lesion(path: str, lesion: Lesion) -> Iterable[Run]:
    yield Run(f" {lesion.label or 'Lesion'}: ", strong=True, source=f"{path}.label")
    yield Run(lexicon.words(lesion.kind or "lesion"), source=f"{path}.kind")
    if lesion.size_mm and lexicon.axes(lesion.size_mm):
        yield Run(f" of {lexicon.axes(lesion.size_mm)}", source=f"{path}.size_mm")
    for facts in lexicon.lesion_terms_of(lesion.kind):
        value = getattr(lesion, facts.id)
        if value is not None:
            yield Run(f", {wording.attribute_phrase(facts, value)}", source=f"{path}.{facts.id}")
    if lesion.shadow is not None:
        yield Run(", with acoustic shadow" if lesion.shadow else ", without acoustic shadow", source=f"{path}.shadow")
    if lesion.depth_mm is not None:
        yield Run(f", {lexicon.millimetres(lesion.depth_mm)} mm below the skin", source=f"{path}.depth_mm")
    if lesion.note:
        yield Run("; ")
        yield Run(lesion.note, source=f"{path}.note")
    yield Run(".")

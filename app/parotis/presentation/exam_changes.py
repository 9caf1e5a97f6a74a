"""Changes of a draft that touch more than one field: structures put on the scan list, lesions, states that go together.

Pure: a draft in, a draft out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from parotis.domain import comparison, paths
from parotis.domain.anatomy import STRUCTURES, sides_of
from parotis.domain.case import Case, Finding, Lesion, ScanEntry, ScanStatus
from parotis.presentation.exam_view_contract import FindingCard
from parotis.presentation.undo import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parotis.domain.case import Side, Structure

_NOT_LOOKED_AT = frozenset({"not-seen", "not-examined"})
_SCAN_STATUSES = frozenset(get_args(ScanStatus))


def with_value(draft: Draft, path: str, value: object) -> Draft:
    """The draft with a value at ``path``; text rejected there before is gone."""
    rejected = {other: text for other, text in draft.rejected.items() if other != path}
    return Draft(paths.replace(draft.case, path, value), rejected, draft.entry.settled(path))


def with_rejected(draft: Draft, path: str, text: str) -> Draft:
    """The draft with text at ``path`` that is no value: the value is not recorded."""
    case = paths.replace(draft.case, path, None)
    return Draft(case, {**draft.rejected, path: text}, draft.entry.settled(path))


def inserted(draft: Draft, list_path: str, position: int, item: object) -> Draft:
    return _moved(draft, paths.insert(draft.case, list_path, position, item), list_path, position, 1)


def removed(draft: Draft, list_path: str, position: int) -> Draft:
    return _moved(draft, paths.remove(draft.case, list_path, position), list_path, position, -1)


def _moved(draft: Draft, case: Case, list_path: str, position: int, by: int) -> Draft:
    """The draft with a list of the case grown or shrunk at ``position``: what is known by path goes along."""

    def move(path: str) -> str | None:
        return paths.shifted(path, list_path, position, by)

    rejected = {moved: text for path, text in draft.rejected.items() if (moved := move(path)) is not None}
    return Draft(case, rejected, draft.entry.moved(move))


def swapped(draft: Draft, list_path: str, position: int) -> Draft:
    """The item at ``position`` and the one before it change places."""
    here, before = f"{list_path}[{position}]", f"{list_path}[{position - 1}]"
    item, other = paths.read(draft.case, here), paths.read(draft.case, before)
    case = paths.replace(paths.replace(draft.case, here, other), before, item)

    def move(path: str) -> str:
        for source, target in ((here, before), (before, here)):
            if path == source or path.startswith((f"{source}.", f"{source}[")):
                return target + path[len(source) :]
        return path

    return Draft(case, {move(path): text for path, text in draft.rejected.items()}, draft.entry.moved(move))


def scan_positions(case: Case, structure: str, side: str | None) -> tuple[int, ...]:
    """Where the scan list covers a structure on a side; an entry for both sides covers each."""
    return tuple(
        position for position, entry in enumerate(case.scan) if _covers(entry.structure, entry.side, structure, side)
    )


def finding_positions(case: Case, structure: str | None, side: str | None) -> tuple[int, ...]:
    """The findings of exactly this structure and side."""
    return tuple(
        position
        for position, finding in enumerate(case.findings)
        if (finding.structure, finding.side) == (structure, side)
    )


def _covers(structure: str | None, side: str | None, wanted: str, wanted_side: str | None) -> bool:
    if structure != wanted:
        return False
    return side == wanted_side or bool(sides_of(side) & sides_of(wanted_side))


def with_structure(draft: Draft, structure: Structure, side: Side | None) -> Draft:
    """The structure on the scan list as examined, with a finding whose state is still open."""
    entry = ScanEntry(structure, side, "examined")
    grown = inserted(draft, "scan", len(draft.case.scan), entry)
    if finding_positions(draft.case, structure, side):
        return grown
    return inserted(grown, "findings", len(draft.case.findings), Finding(structure, side))


def with_both_sides(draft: Draft, structure: Structure, side: Side | None) -> Draft:
    """The structure on the scan list, and the other side with it where a complete examination compares the two."""
    draft = with_structure(draft, structure, side)
    other: Side | None = {"left": "right", "right": "left"}.get(side or "")  # type: ignore[assignment]
    if other is None or not STRUCTURES[structure].compare_sides or scan_positions(draft.case, structure, other):
        return draft
    return with_structure(draft, structure, other)


def without_structure(draft: Draft, scan_position: int) -> tuple[Draft, bool]:
    """The draft without a scan entry and its findings, and whether recorded findings went with it."""
    entry = draft.case.scan[scan_position]
    shrunk = removed(draft, "scan", scan_position)
    lost = False
    for position in reversed(finding_positions(draft.case, entry.structure, entry.side)):
        lost = lost or is_recorded(draft.case.findings[position])
        shrunk = removed(shrunk, "findings", position)
    return shrunk, lost


def is_recorded(finding: Finding) -> bool:
    """Whether a finding says anything beyond where it is."""
    return finding != Finding(finding.structure, finding.side)


def with_linked_states(draft: Draft, path: str, value: object) -> Draft:
    """Scan status and finding state kept in step: a structure not seen has no finding, one with a finding was seen."""
    steps = paths.steps(path)
    if len(steps) != 3 or not isinstance(steps[1], int):
        return draft
    if steps[0] == "scan" and steps[2] == "status":
        return _state_from_status(draft, draft.case.scan[steps[1]], value)
    if steps[0] == "findings" and steps[2] == "state":
        return _status_from_state(draft, draft.case.findings[steps[1]], value)
    return draft


def _state_from_status(draft: Draft, entry: ScanEntry, status: object) -> Draft:
    for position in finding_positions(draft.case, entry.structure, entry.side):
        state = draft.case.findings[position].state
        if status in _NOT_LOOKED_AT and (state is None or state in _NOT_LOOKED_AT):
            draft = with_value(draft, f"findings[{position}].state", status)
        elif status == "examined" and state in _NOT_LOOKED_AT:
            draft = with_value(draft, f"findings[{position}].state", None)
    return draft


def _status_from_state(draft: Draft, finding: Finding, state: object) -> Draft:
    if state is None:
        return draft
    status = state if state in _SCAN_STATUSES else "examined"
    for position, entry in enumerate(draft.case.scan):
        if (entry.structure, entry.side) == (finding.structure, finding.side):
            draft = with_value(draft, f"scan[{position}].status", status)
    return draft


def next_letter(case: Case, finding: int, others: Sequence[Case] = ()) -> str:
    """The letter for a new lesion of a finding, in step with ``others``, the patient's other exams, newest first."""
    at = case.findings[finding]
    return comparison.next_letter(case, at.structure, at.side, others)


def with_lesion(draft: Draft, finding: int, others: Sequence[Case] = ()) -> Draft:
    """A new lesion with its letter; a structure with a lesion is abnormal."""
    path = f"findings[{finding}]"
    position = len(draft.case.findings[finding].lesions)
    lesion = Lesion(label=next_letter(draft.case, finding, others))
    grown = inserted(draft, f"{path}.lesions", position, lesion)
    grown = with_value(grown, f"{path}.state", "abnormal")
    return with_linked_states(grown, f"{path}.state", "abnormal")


def cards(case: Case) -> tuple[FindingCard, ...]:
    """The structures of the findings screen in the order of the scan list, then findings that were not scanned."""
    found: list[FindingCard] = []
    told: set[int] = set()
    for entry in case.scan:
        positions = finding_positions(case, entry.structure, entry.side) or (None,)
        for position in positions:
            if position is None or position not in told:
                found.append(FindingCard(entry.structure, entry.side, position, is_scanned=True))
        told.update(position for position in positions if position is not None)
    for position, finding in enumerate(case.findings):
        if position not in told:
            found.append(FindingCard(finding.structure, finding.side, position, is_scanned=False))
    return tuple(found)

"""What the program proposes and a person confirms: normals of structures, defaults of a preset.

Pure: a draft in, a draft out.

A proposal lies beside the case and never in it, so what nobody confirmed is no fact in report, narrative or checks.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from parotis.domain import canonical, lexicon, paths
from parotis.forms import exam_form
from parotis.presentation import exam_changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parotis.domain.presets import Preset
    from parotis.presentation.undo import Draft

NORMAL = "normal"
_UNSEEN_KEYS: dict[str, lexicon.UnseenState] = {"ns": "not-seen", "ne": "not-examined"}


def with_preset(draft: Draft, preset: Preset, defaults: Mapping[str, Any]) -> Draft:
    """The structures of a preset on the scan list, each proposed as normal, and its defaults for what is empty."""
    for structure, side in preset.places:
        if not exam_changes.scan_positions(draft.case, structure, side):
            draft = exam_changes.with_structure(draft, structure, side)
    return with_defaults(with_normals(draft), {"rationale.reason": preset.reason, **defaults})


def with_normals(draft: Draft) -> Draft:
    """A normal proposed for every structure that was examined and has no state yet."""
    examined = {(entry.structure, entry.side) for entry in draft.case.scan if entry.status == "examined"}
    values = {
        f"findings[{position}].state": NORMAL
        for position, finding in enumerate(draft.case.findings)
        if finding.state is None and (finding.structure, finding.side) in examined and not finding.lesions
    }
    return dataclasses.replace(draft, entry=draft.entry.proposing(values))


def with_defaults(draft: Draft, values: Mapping[str, Any]) -> Draft:
    """Proposals for fields that are still empty."""
    empty = {path: value for path, value in values.items() if _is_empty(draft, path)}
    return dataclasses.replace(draft, entry=draft.entry.proposing(empty))


def _is_empty(draft: Draft, path: str) -> bool:
    return path not in draft.rejected and paths.read(draft.case, path) in (None, (), "")


def confirmed(draft: Draft, path: str) -> Draft:
    """What was proposed at ``path`` is recorded; nothing happens where nothing is proposed."""
    if path not in draft.entry.proposed:
        return draft
    value = canonical.decoded_value(path, draft.entry.proposed[path])
    return exam_changes.with_linked_states(exam_changes.with_value(draft, path, value), path, value)


def waiting(draft: Draft, section: str | None = None) -> tuple[str, ...]:
    """The paths that wait to be confirmed, in the order of the form; of one section, or of all."""
    found = [path for path in draft.entry.proposed if section in (None, exam_form.section_of(path))]
    order = {card.finding: place for place, card in enumerate(exam_changes.cards(draft.case))}

    def place(path: str) -> tuple[int, int, int]:
        steps = paths.steps(path)
        of_finding = order.get(steps[1], 0) if steps[0] == "findings" and isinstance(steps[1], int) else 0
        return exam_form.NAMES.index(exam_form.section_of(path)), of_finding, exam_form.position_of(path)

    return tuple(sorted(found, key=place))


def next_waiting(draft: Draft, after: str | None, section: str) -> str | None:
    """Which proposal comes next: after ``after`` in its section, else the first of the section, else of the form."""
    own = waiting(draft, section)
    if after is not None:
        later = _later(draft, own, after)
        if later is not None:
            return later
    return next(iter(own or waiting(draft)), None)


def _later(draft: Draft, own: Sequence[str], after: str) -> str | None:
    ordered = waiting(dataclasses.replace(draft, entry=draft.entry.proposing({**draft.entry.proposed, after: None})))
    if after not in ordered:
        return None
    return next((path for path in ordered[ordered.index(after) + 1 :] if path in own), None)


def unseen_key(draft: Draft, path: str, text: str) -> lexicon.UnseenState | None:
    """What a short key typed into a measurement says: "ns" not seen, "ne" not examined; None for anything else."""
    facts = _attribute(draft, path)
    is_size = facts is not None and facts.value == "millimetres"
    return _UNSEEN_KEYS.get(text.strip().casefold()) if is_size else None


def unseen_choice(draft: Draft, path: str, value: object) -> lexicon.UnseenState | None:
    """A choice that says why nothing is recorded, where it is no term of the attribute itself."""
    facts = _attribute(draft, path)
    if facts is None or not isinstance(value, str) or value in facts.terms:
        return None
    return next((state for state in _UNSEEN_KEYS.values() if state == value), None)


def with_unseen(draft: Draft, path: str, state: lexicon.UnseenState) -> Draft:
    """An attribute that is not recorded, its part being not seen or not examined: the note says so in fixed words."""
    facts = _attribute(draft, path)
    note_path = f"{path[: path.index('.')]}.note"
    if facts is None:
        return draft
    cleared = exam_changes.with_value(without_unseen(draft, path), path, None)
    note = paths.read(cleared.case, note_path)
    said = lexicon.unseen_sentence(facts, state)
    return exam_changes.with_value(cleared, note_path, f"{note} {said}" if note else said)


def without_unseen(draft: Draft, path: str) -> Draft:
    """The note no longer says that the attribute at ``path`` is not recorded, and why."""
    facts = _attribute(draft, path)
    if facts is None:
        return draft
    note_path = f"{path[: path.index('.')]}.note"
    note = kept = paths.read(draft.case, note_path)
    for state in _UNSEEN_KEYS.values():
        kept = (kept or "").replace(lexicon.unseen_sentence(facts, state), "").strip()
    return draft if not note or kept == note.strip() else exam_changes.with_value(draft, note_path, kept or None)


def _attribute(draft: Draft, path: str) -> lexicon.AttributeFacts | None:
    steps = paths.steps(path)
    if len(steps) != 4 or steps[0] != "findings" or steps[2] != "attributes":
        return None
    structure = paths.read(draft.case, f"findings[{steps[1]}].structure")
    offered = lexicon.attributes_of(structure)
    return next((facts for facts in offered if facts.id == steps[3]), None)

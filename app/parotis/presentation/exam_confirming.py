"""Presets, confirming what is proposed, and the dentist's review, for the open exam. Decides; the view only asks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from parotis.domain import presets
from parotis.forms import exam_form
from parotis.presentation import exam_proposals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parotis.presentation.exam_view_contract import ExamViewContract
    from parotis.presentation.undo import Draft


class ExamConfirming:
    """``change`` takes a changed draft and where it changed; ``defaults`` gives what the templates fill in."""

    def __init__(
        self,
        view: ExamViewContract,
        current: Callable[[], Draft],
        change: Callable[[Draft, str], None],
        defaults: Callable[[str, Draft], Mapping[str, Any]],
        *,
        may_review: bool,
    ) -> None:
        self._may_review = may_review
        self._view, self._current, self._change, self._defaults = view, current, change, defaults

    def presets(self) -> tuple[presets.Preset, ...]:
        """What the region page offers."""
        return presets.all_presets()

    def apply_preset(self, preset_id: str) -> None:
        """Put the structures of a preset on the scan list and propose its normals and defaults."""
        draft = self._current()
        self._change(
            exam_proposals.with_preset(draft, presets.preset(preset_id), self._defaults(preset_id, draft)), "scan"
        )

    def propose_normals(self) -> None:
        """Propose a normal for every structure that is still open, and go to the first."""
        self._change(exam_proposals.with_normals(self._current()), "findings")
        first = next(iter(exam_proposals.waiting(self._current(), "Findings")), None)
        if first is not None:
            self._view.focus_path(first)

    def confirm(self, path: str) -> None:
        """Record what is proposed at ``path`` and go on to the next proposal."""
        draft = self._current()
        if path not in draft.entry.proposed:
            return
        self._change(exam_proposals.confirmed(draft, path), path)
        self.go_on(path)

    def go_on(self, after: str) -> None:
        """Focus the proposal that comes after a path in its section, if one is left there."""
        draft, section = self._current(), exam_form.section_of(after)
        if exam_proposals.waiting(draft, section):
            following = exam_proposals.next_waiting(draft, after, section)
            if following is not None:
                self._view.focus_path(following)

    def confirm_next(self, focused: str | None, section: str) -> None:
        """One key: confirm what has the focus and go on; else go to what waits next, here or in a later section."""
        draft = self._current()
        if focused is not None and focused in draft.entry.proposed:
            self._change(exam_proposals.confirmed(draft, focused), focused)
            draft, section = self._current(), exam_form.section_of(focused)
        following = exam_proposals.next_waiting(draft, focused, section)
        if following is not None:
            self._view.focus_path(following)

    def mark_reviewed(self, section: str) -> None:
        """The dentist has passed over a section that somebody else filled in; nobody else can."""
        if not self._may_review:
            return
        draft = self._current()
        entry = dataclasses.replace(draft.entry, reviewed=draft.entry.reviewed | {section})
        self._change(dataclasses.replace(draft, entry=entry), "")

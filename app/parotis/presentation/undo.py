"""Undo and redo over frozen cases: each step keeps the whole draft before it, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parotis.domain.draft_entry import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.domain.case import Case

MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """The exam while it is edited: the case, by path the text that does not parse, and how the draft came to be."""

    case: Case
    rejected: Mapping[str, str] = field(default_factory=dict)
    entry: Entry = field(default_factory=Entry)


@dataclass(frozen=True, slots=True)
class _Step:
    draft: Draft
    path: str


class History:
    """Two bounded stacks. A run of edits of one path is one step until the run is broken."""

    def __init__(self, most_steps: int = MOST_STEPS) -> None:
        self._most_steps = most_steps
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._run: str | None = None

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def record(self, before: Draft, path: str, *, is_typing: bool) -> None:
        """Remember the draft before a change at ``path``; typing joins the run that goes on there."""
        self._undone.clear()
        if is_typing and self._run == path and self._done:
            return
        self._run = path if is_typing else None
        self._done.append(_Step(before, path))
        del self._done[: -self._most_steps]

    def break_run(self) -> None:
        """The next edit starts a step of its own."""
        self._run = None

    def undo(self, now: Draft) -> tuple[Draft, str] | None:
        """The draft before the last step and where that step was; None when there is none."""
        return self._move(self._done, self._undone, now)

    def redo(self, now: Draft) -> tuple[Draft, str] | None:
        """The draft after the step undone last and where that step was; None when there is none."""
        return self._move(self._undone, self._done, now)

    def _move(self, source: list[_Step], target: list[_Step], now: Draft) -> tuple[Draft, str] | None:
        self.break_run()
        if not source:
            return None
        step = source.pop()
        target.append(_Step(now, step.path))
        return step.draft, step.path

"""The phrase sets in the settings: which are in use, a file taken, a file written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from parotis.domain.errors import DataFileRefused, TargetNotWritable, UnreadableInput
from parotis.domain.phrases import filled
from parotis.presentation import messages
from parotis.services import phrases
from parotis.services.data_files import LARGEST_FILE_BYTES
from parotis.services.desk import POWERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parotis.domain.errors import ParotisError
    from parotis.domain.phrases import ActiveSet
    from parotis.presentation.contracts import Progress, Tasks
    from parotis.services.desk import Desk

_ORIGINS = {"shipped": "Comes with the program", "practice": "Of the practice", "personal": "Your own"}
EXPORTED = "The file is written."
MOST_TOLD = 8
"""Further problems of a file that are told beside the first."""


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """A phrase to look at: its line in the list, and its text with every place as a blank."""

    line: str
    text: str


@dataclass(frozen=True, slots=True)
class SetRow:
    """One set of the list."""

    name: str
    detail: str
    phrases: tuple[PhraseRow, ...] = ()


class PhraseSettingsView(Protocol):
    def show_sets(self, rows: tuple[SetRow, ...], *, can_import_for_practice: bool) -> None: ...

    def show_result(self, text: str, *, is_problem: bool) -> None: ...


class PhraseSettingsPresenter:
    """``changed`` hears that other sets are in use from now on."""

    def __init__(
        self, view: PhraseSettingsView, desk: Desk, tasks: Tasks, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._view, self._desk, self._tasks, self._changed = view, desk, tasks, changed

    def refresh(self) -> None:
        """Read the sets in use anew."""
        self._tasks.start(partial(_active, self._desk), on_success=self._show, on_failure=self._failed)

    def take(self, file: Path, *, is_personal: bool) -> None:
        """Take a file for the practice or for this person; a bad one is refused with its file, line and key."""
        work = partial(_take, self._desk, file, is_personal)
        self._tasks.start(work, on_success=self._taken, on_failure=self._failed)

    def export(self, name: str, file: Path) -> None:
        """Write the file of a set to a place that the person chose."""
        work = partial(_export, self._desk, name, file)
        self._tasks.start(work, on_success=self._exported, on_failure=self._failed)

    def _show(self, found: tuple[ActiveSet, ...]) -> None:
        rows = tuple(SetRow(one.content.name, _detail(one), _phrases(one)) for one in found)
        may = self._desk.session.user.role in POWERS["practice.edit"]
        self._view.show_sets(rows, can_import_for_practice=may)

    def _taken(self, taken: ActiveSet) -> None:
        text = f"Taken as version {taken.version}, with {_counted(taken)}. It is in use now."
        self._view.show_result(text, is_problem=False)
        self._changed()
        self.refresh()

    def _exported(self, _nothing: None) -> None:
        self._view.show_result(EXPORTED, is_problem=False)

    def _failed(self, error: ParotisError) -> None:
        further = error.problems[1:] if isinstance(error, DataFileRefused) else ()
        lines = [f"Line {one.line}, {one.key}: {one.reason}" for one in further[:MOST_TOLD]]
        if len(further) > MOST_TOLD:
            lines.append(f"{len(further) - MOST_TOLD} more.")
        self._view.show_result("\n".join([messages.text_of(error), *lines]), is_problem=True)


def _detail(one: ActiveSet) -> str:
    version = f", version {one.version}" if one.origin != "shipped" else ""
    return f"{_ORIGINS[one.origin]}{version} \u00b7 {_counted(one)}"


def _phrases(one: ActiveSet) -> tuple[PhraseRow, ...]:
    """Every placeholder and prompt shows as the blank that it would be."""
    return tuple(
        PhraseRow(f"{phrase.shortcut}   {phrase.title}", filled(phrase, {}).text)
        for phrase in sorted(one.content.phrases, key=lambda phrase: phrase.shortcut)
    )


def _counted(one: ActiveSet) -> str:
    count = len(one.content.phrases)
    return f"{count} phrase{'' if count == 1 else 's'}"


def _active(desk: Desk, _progress: Progress) -> tuple[ActiveSet, ...]:
    return phrases.active(desk)


def _take(desk: Desk, file: Path, is_personal: bool, _progress: Progress) -> ActiveSet:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableInput([("", "The file cannot be opened.")]) from error
    return phrases.import_file(desk, file.name, data, is_personal=is_personal)


def _export(desk: Desk, name: str, file: Path, _progress: Progress) -> None:
    data = phrases.export_file(desk, name)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise TargetNotWritable("The file could not be written.") from error

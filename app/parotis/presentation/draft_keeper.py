"""Keeps the draft in the record: saves when ``Autosave`` says so and tells what is committed, never more."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

from parotis.domain.errors import AlreadySigned, Refused, StaleDraft
from parotis.presentation.autosave import Autosave
from parotis.presentation.messages import text_of
from parotis.services import drafts

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Notices, Progress, Task, Tasks, Timers
    from parotis.presentation.exam_view_contract import SaveKind
    from parotis.presentation.undo import Draft
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRecord

NOTICE = "draft-not-saved"
_HOPELESS = (StaleDraft, AlreadySigned, Refused)
"""Trying again cannot help: the stored exam has gone another way."""


class DraftKeeper:
    """Owns the stored record of the open exam. ``current`` gives the newest draft when a save begins."""

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        timers: Timers,
        notices: Notices,
        *,
        current: Callable[[], Draft],
        show_state: Callable[[str, SaveKind], None],
        load_stored: Callable[[], None],
    ) -> None:
        self._desk, self._tasks, self._notices = desk, tasks, notices
        self._current, self._show_state, self._load_stored = current, show_state, load_stored
        self._autosave = Autosave(timers, self._save)
        self._record: ExamRecord | None = None
        self._task: Task | None = None
        self._is_lost = False

    @property
    def record(self) -> ExamRecord | None:
        """The exam as last committed."""
        return self._record

    @property
    def has_unsaved(self) -> bool:
        """Whether something typed is only in memory."""
        return self._is_lost or not self._autosave.is_clean

    def take(self, record: ExamRecord) -> None:
        """Keep this record from now on; it is what the disk holds."""
        self._record, self._is_lost = record, False
        self._notices.clear(NOTICE)
        self._tell()

    def touch(self) -> None:
        """The draft has changed."""
        if not self._is_lost:
            self._autosave.touch()
        self._tell()

    def flush(self, on_done: Callable[[bool], None] | None = None) -> None:
        """Save at once; ``on_done`` hears whether everything is committed."""
        if self._is_lost:
            if on_done is not None:
                on_done(False)
            return
        self._autosave.flush(on_done)

    def close(self) -> None:
        """Forget the exam. What is in flight is finished by the worker; its answer is dropped."""
        if self._task is not None:
            self._task.forget()
        self._autosave.stop()
        self._notices.clear(NOTICE)
        self._record, self._task, self._is_lost = None, None, False

    def _save(self) -> None:
        record, draft = self._record, self._current()
        if record is None:
            self._autosave.stop()
            return
        work = partial(_save_draft, self._desk, record, draft)
        self._task = self._tasks.start(work, on_success=self._saved, on_failure=self._failed)

    def _saved(self, record: ExamRecord) -> None:
        # A save never changes the state, but a hand-over may have while the save was on its way.
        self._record = dataclasses.replace(record, state=self._record.state) if self._record else record
        self._notices.clear(NOTICE)
        self._autosave.saved()
        self._tell()

    def _failed(self, error: ParotisError) -> None:
        if isinstance(error, _HOPELESS):
            self._is_lost = True
            self._autosave.stop()
            action = ("Load the stored version", self._load_stored)
            self._notices.show(NOTICE, "danger", f"Not saved. {text_of(error)}", action=action)
        else:
            self._autosave.failed()
            text = f"Not saved. {text_of(error)} What you typed is kept in this window and saving is tried again."
            self._notices.show(NOTICE, "danger", text, action=("Save now", self.flush))
        self._tell()

    def _tell(self) -> None:
        if self._record is None:
            return
        saved_at = f"{self._record.updated_at.astimezone():%H:%M:%S}"
        if self._is_lost or self._autosave.is_failing:
            self._show_state(f"Not saved \u00b7 last saved {saved_at}", "failed")
        elif self._autosave.is_clean:
            self._show_state(f"Saved {saved_at}", "saved")
        else:
            self._show_state(f"Unsaved changes \u00b7 last saved {saved_at}", "pending")


def _save_draft(desk: Desk, record: ExamRecord, draft: Draft, _progress: Progress) -> ExamRecord:
    return drafts.save(desk, record, draft.case, tuple(draft.rejected.items()), draft.entry)

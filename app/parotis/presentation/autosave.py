"""When a draft is saved: soon after the last key, never later than a few seconds, at once when asked.

It knows times and order only. The save itself is the presenter's: it answers ``saved`` when the commit has returned, or
``failed``. One save is in flight at a time; what is edited meanwhile is saved next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.presentation.contracts import Timers

IDLE_MS = 800
CEILING_MS = 4_800
"""A little under five seconds, so that the commit too falls within five seconds of the first unsaved key."""
RETRY_MS = (1_000, 2_000, 5_000, 10_000, 30_000)


class Autosave:
    """``start_save`` begins one save of the newest draft. Everything runs on the thread of the timers."""

    def __init__(self, timers: Timers, start_save: Callable[[], None]) -> None:
        self._start_save = start_save
        self._idle = timers.single_shot(self._due)
        self._ceiling = timers.single_shot(self._due)
        self._retry = timers.single_shot(self._due)
        self._is_dirty = False
        self._is_saving = False
        self._is_due_again = False
        self._failures = 0
        self._waiting: list[Callable[[bool], None]] = []

    @property
    def is_clean(self) -> bool:
        """Everything that was touched is committed."""
        return not self._is_dirty and not self._is_saving

    @property
    def is_failing(self) -> bool:
        """The last save failed and another try is waiting or under way."""
        return self._failures > 0

    def touch(self) -> None:
        """Something was edited."""
        self._is_dirty = True
        if self._failures:
            return  # The retry is on its way; typing must not hurry a disk that is full.
        self._idle.start(IDLE_MS)
        if not self._ceiling.is_running():
            self._ceiling.start(CEILING_MS)

    def flush(self, on_done: Callable[[bool], None] | None = None) -> None:
        """Save now what is not saved; ``on_done`` hears whether everything is committed."""
        if self.is_clean:
            if on_done is not None:
                on_done(True)
            return
        if on_done is not None:
            self._waiting.append(on_done)
        self._due()

    def saved(self) -> None:
        """The commit of the save in flight has returned."""
        self._is_saving = False
        self._failures = 0
        if self._is_dirty and (self._is_due_again or self._waiting):
            self._due()
        elif not self._is_dirty:
            self._answer(is_saved=True)
        elif not self._idle.is_running():
            self.touch()

    def failed(self) -> None:
        """The save in flight failed: the draft is still only in memory. Tried again with growing pauses."""
        self._is_saving, self._is_dirty = False, True
        self._stop_timers()
        self._retry.start(RETRY_MS[min(self._failures, len(RETRY_MS) - 1)])
        self._failures += 1
        self._answer(is_saved=False)

    def stop(self) -> None:
        """No more saves: the exam is closed, or no save can succeed. Who waits hears that it is not saved."""
        self._stop_timers()
        self._is_dirty = self._is_saving = self._is_due_again = False
        self._failures = 0
        self._answer(is_saved=False)

    def _due(self) -> None:
        if self._is_saving:
            self._is_due_again = True
            return
        if not self._is_dirty:
            return
        self._stop_timers()
        self._is_dirty, self._is_due_again, self._is_saving = False, False, True
        self._start_save()

    def _stop_timers(self) -> None:
        for timer in (self._idle, self._ceiling, self._retry):
            timer.stop()

    def _answer(self, *, is_saved: bool) -> None:
        waiting, self._waiting = self._waiting, []
        for on_done in waiting:
            on_done(is_saved)

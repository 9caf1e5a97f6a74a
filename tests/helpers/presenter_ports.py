"""The ports of presenters without threads and clocks: work runs at once, or when told; time passes when told."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parotis.domain.errors import ParotisError

if TYPE_CHECKING:
    from collections.abc import Callable


class NoProgress:
    def step(self, done: int, total: int, label: str) -> None: ...

    def commit_point(self) -> None: ...


@dataclass
class HeldTask:
    run: Callable[[], None]
    is_forgotten: bool = False

    def cancel(self) -> None: ...

    def forget(self) -> None:
        self.is_forgotten = True


class InlineTasks:
    """Runs work at once, or, while ``is_held``, when ``release`` is called."""

    def __init__(self) -> None:
        self.is_held = False
        self.held: list[HeldTask] = []

    def start(
        self,
        work: Callable[[Any], Any],
        *,
        on_success: Callable[[Any], None],
        on_failure: Callable[[ParotisError], None],
        on_progress: object = None,
        pool: str = "records",
    ) -> HeldTask:
        def run() -> None:
            try:
                result = work(NoProgress())
            except ParotisError as error:
                if not task.is_forgotten:
                    on_failure(error)
                return
            if not task.is_forgotten:
                on_success(result)

        task = HeldTask(run)
        if self.is_held:
            self.held.append(task)
        else:
            run()
        return task

    def release(self) -> None:
        """Run what was held, in order."""
        held, self.held = self.held, []
        for task in held:
            task.run()


class ManualTimer:
    def __init__(self, timers: ManualTimers, on_due: Callable[[], None]) -> None:
        self._timers, self._on_due = timers, on_due
        self.due_ms: int | None = None
        self.order = 0

    def start(self, interval_ms: int) -> None:
        self.due_ms, self.order = self._timers.now_ms + interval_ms, next(self._timers.order)

    def stop(self) -> None:
        self.due_ms = None

    def is_running(self) -> bool:
        return self.due_ms is not None

    def fire(self) -> None:
        self.due_ms = None
        self._on_due()


class ManualTimers:
    """Single-shot timers that fire in order when time is told to pass."""

    def __init__(self) -> None:
        self.now_ms = 0
        self.order = itertools.count()
        self._timers: list[ManualTimer] = []

    def single_shot(self, on_due: Callable[[], None]) -> ManualTimer:
        timer = ManualTimer(self, on_due)
        self._timers.append(timer)
        return timer

    def advance(self, by_ms: int) -> None:
        end_ms = self.now_ms + by_ms
        while True:
            due = [(t.due_ms, t.order, t) for t in self._timers if t.due_ms is not None and t.due_ms <= end_ms]
            if not due:
                break
            self.now_ms, _, timer = min(due, key=lambda entry: entry[:2])
            timer.fire()
        self.now_ms = end_ms


@dataclass
class RecordingNotices:
    """The notices that stand now, by key: kind, text, action."""

    standing: dict[str, tuple[str, str, tuple[str, Callable[[], None]] | None]] = field(default_factory=dict)

    def show(self, key: str, kind: str, text: str, *, action: tuple[str, Callable[[], None]] | None = None) -> None:
        self.standing[key] = (kind, text, action)

    def clear(self, key: str) -> None:
        self.standing.pop(key, None)

    def act(self, key: str) -> None:
        """Press the button of a notice."""
        action = self.standing[key][2]
        assert action is not None
        action[1]()

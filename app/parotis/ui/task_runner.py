"""Work away from the GUI thread: two executors and one relay, the only place where results come back."""

from __future__ import annotations

import itertools
import logging
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from parotis.domain.errors import Cancelled, ParotisError

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.presentation.contracts import Pool, Progress

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class RunningTask:
    """A job under way: plain data, used on the GUI thread, except for the two flags that the worker reads."""

    def __init__(
        self,
        task_id: int,
        on_success: Callable[[Any], None],
        on_failure: Callable[[ParotisError], None],
        on_progress: Callable[[int, int, str], None] | None,
    ) -> None:
        self.task_id = task_id
        self.on_success = on_success
        self.on_failure = on_failure
        self.on_progress = on_progress
        self.is_forgotten = False
        self._cancelled = threading.Event()
        self._past_commit_point = threading.Event()

    @property
    def can_cancel(self) -> bool:
        """Whether a cancel would still be heard."""
        return not self._past_commit_point.is_set()

    def cancel(self) -> None:
        """Stop the job at its next step, unless it is past the point of no return."""
        self._cancelled.set()

    def forget(self) -> None:
        """Drop the callbacks: whoever asked is gone."""
        self.is_forgotten = True

    def stop_if_cancelled(self) -> None:
        if self._cancelled.is_set() and self.can_cancel:
            raise Cancelled

    def pass_commit_point(self) -> None:
        self.stop_if_cancelled()
        self._past_commit_point.set()


class _Relay(QObject):
    settled = Signal(int, object, object)
    progressed = Signal(int, int, int, str)


class _RelayedProgress:
    """What work gets to report with."""

    def __init__(self, task: RunningTask, relay: _Relay) -> None:
        self._task = task
        self._relay = relay

    def step(self, done: int, total: int, label: str) -> None:
        self._task.stop_if_cancelled()
        self._relay.progressed.emit(self._task.task_id, done, total, label)

    def commit_point(self) -> None:
        self._task.pass_commit_point()


class TaskRunner(QObject):
    """Runs work on ``records`` (one worker, so database work keeps its order) or ``documents`` (two).

    Lives on the GUI thread; callbacks run there. An error that is no ParotisError goes to ``sys.excepthook``.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._relay = _Relay(self)
        self._pools = {
            "records": ThreadPoolExecutor(1, thread_name_prefix="records"),
            "documents": ThreadPoolExecutor(2, thread_name_prefix="documents"),
        }
        self._ids = itertools.count(1)
        self._live: dict[int, RunningTask] = {}
        self._futures: set[Future[None]] = set()
        self._is_closed = False
        self._connect()

    def _connect(self) -> None:
        self._relay.settled.connect(self._on_settled, Qt.ConnectionType.QueuedConnection)
        self._relay.progressed.connect(self._on_progressed, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether any job has not come back yet."""
        return bool(self._live)

    def start(
        self,
        work: Callable[[Progress], Result],
        *,
        on_success: Callable[[Result], None],
        on_failure: Callable[[ParotisError], None],
        on_progress: Callable[[int, int, str], None] | None = None,
        pool: Pool = "records",
    ) -> RunningTask:
        """Run ``work`` on a pool; its callbacks come on the GUI thread. After ``drain`` nothing is run any more."""
        task = RunningTask(next(self._ids), on_success, on_failure, on_progress)
        if self._is_closed:
            return task
        self._live[task.task_id] = task
        future = self._pools[pool].submit(self._run, task, work)
        self._futures = {other for other in self._futures if not other.done()} | {future}
        return task

    def _run(self, task: RunningTask, work: Callable[[Progress], object]) -> None:
        result: object = None
        error: BaseException | None = None
        try:
            task.stop_if_cancelled()
            result = work(_RelayedProgress(task, self._relay))
        except BaseException as caught:  # noqa: BLE001  (the border of the thread: everything goes back to the GUI)
            error = caught
        self._relay.settled.emit(task.task_id, result, error)

    def _on_progressed(self, task_id: int, done: int, total: int, label: str) -> None:
        task = self._live.get(task_id)
        if task is not None and task.on_progress is not None and not task.is_forgotten:
            task.on_progress(done, total, label)

    def _on_settled(self, task_id: int, result: object, error: BaseException | None) -> None:
        task = self._live.pop(task_id, None)
        if task is None:
            return
        if isinstance(error, Cancelled):
            log.debug("task %d was cancelled", task_id)
        elif error is not None and not isinstance(error, ParotisError):
            sys.excepthook(type(error), error, error.__traceback__)
        elif task.is_forgotten:
            return
        elif isinstance(error, ParotisError):
            log.info("task failed: %s", error.code)
            task.on_failure(error)
        else:
            task.on_success(result)

    def drain(self, timeout_s: float = 5.0) -> bool:
        """Take no more work, cancel what has not begun, wait for the rest; whether everything ended in time.

        Call before the application object goes.
        """
        self._is_closed = True
        for task in self._live.values():
            task.forget()
            task.cancel()
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        running = [future for future in self._futures if not future.cancelled()]
        return not wait(running, timeout_s).not_done


class GuiTimer:
    """Fulfils ``Timer`` with a QTimer."""

    def __init__(self, on_due: Callable[[], None], parent: QObject) -> None:
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(on_due)

    def start(self, interval_ms: int) -> None:
        self._timer.start(interval_ms)

    def stop(self) -> None:
        self._timer.stop()

    def is_running(self) -> bool:
        return self._timer.isActive()


class GuiTimers:
    """Fulfils ``Timers``; the timers end with ``parent``."""

    def __init__(self, parent: QObject) -> None:
        self._parent = parent

    def single_shot(self, on_due: Callable[[], None]) -> GuiTimer:
        return GuiTimer(on_due, self._parent)

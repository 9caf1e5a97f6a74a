"""Where presenters and the window meet: Protocols without Qt, so that a presenter runs in a plain test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.errors import ParotisError

Result = TypeVar("Result")

Pool = Literal["records", "documents"]
"""``records`` has one worker, so that database work keeps its order; ``documents`` has two."""

NoticeKind = Literal["info", "success", "warning", "danger"]


class Progress(Protocol):
    """Handed to work that reports. ``step`` is also where a cancelled job stops (raises Cancelled)."""

    def step(self, done: int, total: int, label: str) -> None: ...

    def commit_point(self) -> None:
        """From here on the job can no longer be cancelled."""
        ...


class Task(Protocol):
    """A job under way."""

    def cancel(self) -> None: ...

    def forget(self) -> None:
        """Drop the callbacks: whoever asked is gone."""
        ...


class Tasks(Protocol):
    """Runs work away from the GUI thread and brings the result back to it."""

    def start(
        self,
        work: Callable[[Progress], Result],
        *,
        on_success: Callable[[Result], None],
        on_failure: Callable[[ParotisError], None],
        on_progress: Callable[[int, int, str], None] | None = None,
        pool: Pool = "records",
    ) -> Task:
        """An error that is no ParotisError goes to the crash net, not to ``on_failure``."""
        ...


class Timer(Protocol):
    """Fires once, ``interval_ms`` after the last ``start``."""

    def start(self, interval_ms: int) -> None: ...

    def stop(self) -> None: ...

    def is_running(self) -> bool: ...


class Timers(Protocol):
    def single_shot(self, on_due: Callable[[], None]) -> Timer: ...


class Notices(Protocol):
    """Message bars above the content. A notice stays while it is true; showing the same key again replaces it."""

    def show(
        self, key: str, kind: NoticeKind, text: str, *, action: tuple[str, Callable[[], None]] | None = None
    ) -> None:
        """``text`` is plain text: what happened, what is safe, what to do. ``action`` is a button's label and deed."""
        ...

    def clear(self, key: str) -> None: ...

"""Export of a signed exam into a folder, and the list of what can be exported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from parotis.domain.errors import Cancelled, Fault, ParotisError, RulesBroken
from parotis.presentation import messages
from parotis.services import exporting
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.presentation.contracts import Notices, Progress, Task, Tasks, Timers
    from parotis.services.desk import Desk
    from parotis.services.exporting import Bundle, Purpose
    from parotis.services.ports import ExamRow
    from parotis.services.window_ports import Preferences

SLOW_MS = 400
CANCELLED = "Cancelled. Nothing is left in the folder."
NO_FOLDER = "Choose a folder first."
PAGE = 100
NOTHING_TO_EXPORT = "No signed reports yet. Once a report is signed, it can be exported from here."


class ExportViewContract(Protocol):
    def show_folder(self, folder: str) -> None: ...

    def show_busy(self, *, is_busy: bool) -> None: ...

    def show_progress(self, done: int, total: int, text: str) -> None:
        """An empty text takes the progress away."""
        ...

    def show_problem(self, text: str) -> None: ...

    def ask_for_reason(self, text: str) -> None:
        """The claim has a gap that may be gone over: say which, and let the person type why."""
        ...

    def show_done(self, sentence: str, folder: Path) -> None: ...


class ExportPresenter:
    """One export dialogue for one signed exam. ``on_exported`` hears of each bundle written."""

    def __init__(
        self,
        view: ExportViewContract,
        desk: Desk,
        tasks: Tasks,
        timers: Timers,
        preferences: Preferences,
        exam_id: str,
        on_exported: Callable[[Bundle], None],
    ) -> None:
        self._view = view
        self._desk = desk
        self._tasks = tasks
        self._preferences = preferences
        self._exam_id = exam_id
        self._on_exported = on_exported
        self._slow = timers.single_shot(self._on_slow)
        self._task: Task | None = None
        self._progress = (0, 0, "")

    @property
    def is_busy(self) -> bool:
        """Whether files are being written."""
        return self._task is not None

    def start(self, folder: str = "") -> None:
        """Offer ``folder``, else the one used last."""
        if folder:
            self._view.show_folder(folder)
            return
        self._tasks.start(
            lambda _progress: self._preferences.get(),
            on_success=lambda choices: self._view.show_folder(choices.last_export_folder),
            on_failure=lambda _error: self._view.show_folder(""),
            pool="documents",
        )

    def export(self, folder: str, purpose: Purpose, reason: str = "") -> None:
        """Write the bundle; ``reason`` says why a claim goes out without a labelled key image."""
        if self._task is not None:
            return
        if not folder.strip():
            self._view.show_problem(NO_FOLDER)
            return
        target = Path(folder.strip()).expanduser().absolute()
        self._view.show_problem("")
        self._view.show_busy(is_busy=True)
        self._progress = (0, 0, "Collecting the files…")
        self._slow.start(SLOW_MS)
        self._task = self._tasks.start(
            lambda progress: self._write(target, purpose, reason, progress),
            on_success=self._on_written,
            on_failure=self._on_failed,
            on_progress=self._on_progress,
            pool="documents",
        )

    def _write(self, target: Path, purpose: Purpose, reason: str, progress: Progress) -> Bundle | None:
        """Runs on the worker; None when it was cancelled, which leaves nothing in the folder."""
        try:
            bundle = exporting.export(
                self._desk,
                self._exam_id,
                target,
                purpose=purpose,
                override_reason=reason.strip() or None,
                on_progress=lambda done, total: progress.step(done, total, f"Writing and reading back {done}/{total}"),
            )
        except Cancelled:
            return None
        try:
            self._preferences.put(replace(self._preferences.get(), last_export_folder=str(target)))
        except ParotisError:
            return bundle  # The bundle counts; the folder is only not remembered.
        return bundle

    def cancel(self) -> None:
        """Stop before the bundle is complete; then nothing is left in the folder."""
        if self._task is not None:
            self._task.cancel()

    def close(self) -> None:
        """The dialogue is gone."""
        self._slow.stop()
        if self._task is not None:
            self._task.cancel()
            self._task.forget()

    def _on_progress(self, done: int, total: int, label: str) -> None:
        self._progress = (done, total, label)
        if not self._slow.is_running() and self._task is not None:
            self._view.show_progress(*self._progress)

    def _on_slow(self) -> None:
        self._view.show_progress(*self._progress)

    def _on_written(self, bundle: Bundle | None) -> None:
        self._task = None
        self._end()
        if bundle is None:
            self._view.show_problem(CANCELLED)
            return
        self._view.show_done(f"Exported and read back: {len(bundle.files)} files.", bundle.folder)
        self._on_exported(bundle)

    def _on_failed(self, error: ParotisError) -> None:
        self._task = None
        self._end()
        if isinstance(error, RulesBroken):
            self._view.ask_for_reason(" ".join(issue.text for issue in error.issues if issue.blocks))
            return
        text = messages.text_of(error)
        is_named = isinstance(error, Fault) and "left" in text
        self._view.show_problem(text if is_named else f"Not exported. {text}")

    def _end(self) -> None:
        self._slow.stop()
        self._view.show_progress(0, 0, "")
        self._view.show_busy(is_busy=False)


class ExportsViewContract(Protocol):
    def show_rows(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None: ...

    def show_empty(self, text: str) -> None: ...

    def show_done(self, folders: tuple[Path, ...]) -> None: ...


class ExportsPresenter:
    """The signed reports, newest first, and what was exported since the window was opened."""

    def __init__(self, view: ExportsViewContract, desk: Desk, tasks: Tasks, notices: Notices) -> None:
        self._view = view
        self._desk = desk
        self._tasks = tasks
        self._notices = notices
        self._rows: tuple[ExamRow, ...] = ()
        self._has_more = False
        self._done: tuple[Path, ...] = ()

    def refresh(self) -> None:
        """Read the list again."""
        self._ask(max(PAGE, len(self._rows)))

    def more(self) -> None:
        """Read the next page."""
        if self._has_more:
            self._has_more = False
            self._ask(len(self._rows) + PAGE)

    def exported(self, folder: Path) -> None:
        """A bundle was written."""
        self._done = (folder, *self._done)
        self._view.show_done(self._done)

    def _ask(self, limit: int) -> None:
        queries = self._desk.records.queries

        def show(rows: tuple[ExamRow, ...]) -> None:
            self._notices.clear("exports")
            self._rows, self._has_more = rows[:limit], len(rows) > limit
            self._view.show_rows(self._rows, has_more=self._has_more)
            self._view.show_empty("" if rows else NOTHING_TO_EXPORT)

        self._tasks.start(
            lambda _progress: queries.worklist((ExamState.SIGNED,), limit=limit + 1),
            on_success=show,
            on_failure=self._on_failed,
        )

    def _on_failed(self, error: ParotisError) -> None:
        self._notices.show("exports", "danger", messages.text_of(error), action=("Try again", self.refresh))

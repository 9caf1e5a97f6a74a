"""A scripted session at the real window: unlock, worklist, an exam with four images, typing with autosave.

Prints one JSON object: seconds from the opened vault to the painted worklist, the longest gap of the event loop while
typing, the 99th percentile from key to paint, and the memory with the exam open.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QTableView, QWidget

from parotis import bootstrap
from parotis.host import WindowHost
from parotis.ui import application as shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEYS = 400
KEY_INTERVAL_MS = 60
PAUSE_EVERY = 40
PAUSE_MS = 1200
TEXT = "slowly larger, painless, no fever, worse when chewing on the right side. "


class Session(QObject):
    """Plays the steps one after the other from the event loop, and watches paints and gaps."""

    def __init__(self, application: QApplication, passphrase: str, exam_id: str) -> None:
        super().__init__(application)
        self._application = application
        self._passphrase, self._exam_id = passphrase, exam_id
        self.figures: dict[str, float] = {}
        self._waiting_for_paint: list[float] = []
        self._painted_widget: QWidget | None = None
        self._latencies: list[float] = []
        self._waiting_for_words: list[float] = []
        self._words: list[float] = []
        self._last_beat = 0.0
        self._gaps: list[float] = []
        self._worklist_due = False
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._on_beat)
        self._steps: Iterator[int] = iter(())
        application.installEventFilter(self)

    def start(self) -> None:
        """Begin once the event loop runs."""
        self._steps = self._played()
        QTimer.singleShot(0, self._next)

    def _next(self) -> None:
        delay_ms = next(self._steps, None)
        if delay_ms is None:
            self._application.quit()
        else:
            QTimer.singleShot(delay_ms, self._next)

    def _played(self) -> Iterator[int]:
        yield from self._until(lambda: self._find(QPushButton, "Unlock") is not None)
        yield 2500
        QTest.keyClicks(self._shown(QLineEdit, "Passphrase"), self._passphrase)
        yield 300
        self._worklist_due = True
        QTest.mouseClick(self._shown(QPushButton, "Unlock"), Qt.MouseButton.LeftButton)
        yield from self._until(lambda: "worklist_s" in self.figures)
        yield 500
        screens = self._application.findChild(shell.Shell)._screens
        screens.open_exam(self._exam_id)
        yield 1000
        screens.prepare_exam_view().open_section("Images")
        yield 2000
        screens.prepare_exam_view().open_section("Symptoms")
        yield from self._until(lambda: self._find(QPlainTextEdit, "History") is not None)
        yield 3000
        gc.collect()
        self.figures["memory_mb"] = _resident_mb()
        screens.prepare_exam_view().open_panel("Narrative")
        self._watch_words(screens._exam_presenter._insight)
        yield from self._typed(self._shown(QPlainTextEdit, "History"))
        self.figures["memory_after_typing_mb"] = _resident_mb()
        self.figures["longest_gap_ms"] = max(self._gaps) * 1e3
        ordered = sorted(self._latencies)
        self.figures["key_to_paint_p99_ms"] = ordered[int(len(ordered) * 0.99)] * 1e3
        self.figures["key_to_paint_median_ms"] = ordered[len(ordered) // 2] * 1e3
        self.figures["keys"] = len(ordered)
        self.figures["key_to_words_p99_ms"] = sorted(self._words)[int(len(self._words) * 0.99)] * 1e3

    def _watch_words(self, insight: Any) -> None:
        """Note when checks, narrative and sentences of the cards are up to date after a key."""
        refreshed = insight._refreshed

        def noted() -> None:
            refreshed()
            now = time.perf_counter()
            self._words += [now - pressed for pressed in self._waiting_for_words]
            self._waiting_for_words.clear()

        insight._refreshed = noted

    def _typed(self, editor: QPlainTextEdit) -> Iterator[int]:
        editor.window().activateWindow()
        editor.setFocus()
        self._painted_widget = editor.viewport()
        yield 300
        self._last_beat = time.perf_counter()
        self._beat.start(1)
        for number in range(KEYS):
            self._waiting_for_paint.append(time.perf_counter())
            self._waiting_for_words.append(time.perf_counter())
            QTest.keyClick(editor, TEXT[number % len(TEXT)])
            yield PAUSE_MS if number % PAUSE_EVERY == PAUSE_EVERY - 1 else KEY_INTERVAL_MS
        self._beat.stop()

    def _until(self, is_there: Callable[[], bool]) -> Iterator[int]:
        limit = time.monotonic() + 60
        while not is_there():
            if time.monotonic() > limit:
                raise SystemExit("the window did not get there")
            yield 5

    def _find(self, kind: type, name: str) -> QWidget | None:
        for widget in self._application.allWidgets():
            if isinstance(widget, kind) and widget.accessibleName() == name and widget.isVisibleTo(widget.window()):
                return widget
        for widget in self._application.allWidgets():
            if isinstance(widget, kind) and (widget.accessibleName() or getattr(widget, "text", str)()) == name:
                return widget
        return None

    def _shown(self, kind: type, name: str) -> QWidget:
        found = self._find(kind, name)
        if found is None:
            raise SystemExit(f"no {name}")
        return found

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last_beat)
        self._last_beat = now

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            if self._worklist_due and opened_at and _is_filled_worklist(watched):
                self._worklist_due = False
                QTimer.singleShot(0, self._on_worklist_painted)
            elif watched is self._painted_widget and self._waiting_for_paint:
                now = time.perf_counter()
                self._latencies += [now - pressed for pressed in self._waiting_for_paint]
                self._waiting_for_paint.clear()
        return False

    def _on_worklist_painted(self) -> None:
        self.figures["worklist_s"] = time.perf_counter() - opened_at[-1]


opened_at: list[float] = []


def _is_filled_worklist(watched: QObject) -> bool:
    table = watched.parent()
    return isinstance(table, QTableView) and table.accessibleName() == "Worklist" and table.model().rowCount() > 0


def _resident_mb() -> float:
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def main(folder: str, passphrase: str, exam_id: str) -> None:
    unlock = bootstrap.PracticeVaults.unlock

    def timed_unlock(*arguments: object) -> object:
        session = unlock(*arguments)  # type: ignore[arg-type]
        opened_at.append(time.perf_counter())
        return session

    bootstrap.PracticeVaults.unlock = timed_unlock  # type: ignore[method-assign,assignment]

    class Watched(QApplication):
        def __init__(self, arguments: list[str]) -> None:
            super().__init__(arguments)
            self.session = Session(self, passphrase, exam_id)
            self.session.start()

    shell.QApplication = Watched  # type: ignore[misc]
    shell.run(WindowHost(["--data", folder]))
    application = QApplication.instance()
    assert isinstance(application, Watched)
    print(json.dumps(application.session.figures), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

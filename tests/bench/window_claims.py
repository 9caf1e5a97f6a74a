"""The claims at the real window: the screen opened for the first time, then filters changed by keys and clicks.

Prints one JSON object: milliseconds from asking to the painted board, and from a key or click in a filter to the
painted answer, on the board and in the list.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableView, QToolButton

from bench.window_session import Session
from parotis.host import WindowHost
from parotis.ui import application as shell
from parotis.ui.claims_view import ClaimsView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEXTS = ("lind", "S-12", "prairie", "meyer", "novak pe")
TOGGLES = ("Mine", "Due in 14 days", "Snoozed too")


class ClaimsSession(Session):
    """Asks, and takes the time at the end of the first paint after the answer came to the view."""

    def __init__(self, application: QApplication, passphrase: str) -> None:
        super().__init__(application, passphrase, "")
        self._asked_at = 0.0
        self._is_asked = self._is_answered = False
        self._times: list[float] = []

    def _played(self) -> Iterator[int]:
        yield from self._until(lambda: self._find(QPushButton, "Unlock") is not None)
        yield 2500
        QTest.keyClicks(self._shown(QLineEdit, "Passphrase"), self._passphrase)
        yield 300
        QTest.mouseClick(self._shown(QPushButton, "Unlock"), Qt.MouseButton.LeftButton)
        yield from self._until(lambda: self._find(QTableView, "Worklist") is not None)
        yield 1500
        rail = self._shown(QToolButton, "Claims")
        window = self._application.findChild(shell.Shell).window
        screens = self._application.findChild(shell.Shell)._screens
        self._is_asked, self._asked_at = True, time.perf_counter()
        QTest.mouseClick(rail, Qt.MouseButton.LeftButton)
        self._watch(screens._claims_view)
        yield from self._until(lambda: bool(self._times))
        self.figures["first_open_ms"] = self._times.pop() * 1e3
        yield 500
        for _ in range(5):
            screens.show_screen("Worklist")
            yield 300
            yield from self._timed(lambda: QTest.mouseClick(rail, Qt.MouseButton.LeftButton))
        self.figures["open_ms"] = self._summed(statistics.median)
        for tab in ("Board", "List"):
            window.activateWindow()
            screens._claims.choose_tab(tab)
            yield 500
            yield from self._filtered()
            self.figures[f"{tab.lower()}_filters"] = len(self._times)
            self.figures[f"{tab.lower()}_filter_median_ms"] = statistics.median(self._times) * 1e3
            self.figures[f"{tab.lower()}_filter_ms"] = self._summed(lambda times: sorted(times)[int(len(times) * 0.95)])

    def _filtered(self) -> Iterator[int]:
        search = self._shown(QLineEdit, "Search claims")
        search.setFocus()
        for text in TEXTS:
            for key in text:
                yield from self._timed(lambda: QTest.keyClick(search, key))  # noqa: B023
            search.selectAll()
            yield from self._timed(lambda: QTest.keyClick(search, Qt.Key.Key_Delete))
        for name in TOGGLES * 2:
            button = self._shown(QToolButton, name)
            yield from self._timed(lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton))  # noqa: B023

    def _watch(self, view: Any) -> None:
        """Hear when the answer is with the view."""
        for name in ("show_board", "show_lines"):
            show = getattr(view, name)

            def heard(*arguments: Any, show: Callable[..., None] = show, **named: Any) -> None:
                show(*arguments, **named)
                self._is_answered = self._is_asked
                view.update(0, 0, 1, 1)  # an answer with the same rows would paint nothing

            setattr(view, name, heard)

    def _timed(self, ask: Callable[[], object]) -> Iterator[int]:
        count = len(self._times)
        self._is_asked, self._is_answered, self._asked_at = True, False, time.perf_counter()
        ask()
        yield from self._until(lambda: len(self._times) > count)
        yield 60

    def _summed(self, statistic: Callable[[list[float]], float]) -> float:
        times, self._times = self._times, []
        return statistic(times) * 1e3

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._is_answered and isinstance(watched, ClaimsView):
            self._is_answered = False
            QTimer.singleShot(0, self._on_painted)
        return False

    def _on_painted(self) -> None:
        self._times.append(time.perf_counter() - self._asked_at)
        self._is_asked = False


def main(folder: str, passphrase: str) -> None:
    class Watched(QApplication):
        def __init__(self, arguments: list[str]) -> None:
            super().__init__(arguments)
            self.session = ClaimsSession(self, passphrase)
            self.session.start()

    shell.QApplication = Watched  # type: ignore[misc]
    shell.run(WindowHost(["--data", folder]))
    application = QApplication.instance()
    assert isinstance(application, Watched)
    print(json.dumps(application.session.figures), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

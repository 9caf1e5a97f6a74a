"""A patient with very many exams opened at the real window: the list of the exams, then an exam with its Prior tab.

Prints one JSON object: milliseconds from asking to the painted list of all exams, and from opening an exam to the
painted Prior tab with all earlier ones; each the median of several.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableView

from bench.window_session import Session
from parotis.host import WindowHost
from parotis.services.window_ports import OpenRequest
from parotis.ui import application as shell
from parotis.ui.prior_pane import PriorText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 7


class HistorySession(Session):
    """Opens a patient, then an exam of the patient, again and again, and watches for the paint that shows it all."""

    def __init__(self, application: QApplication, passphrase: str, exam_id: str, other_id: str, chart: str) -> None:
        super().__init__(application, passphrase, exam_id)
        self._other_id, self._chart_number = other_id, chart
        self._is_shown: Callable[[QObject], bool] | None = None
        self._asked_at = 0.0
        self._times: list[float] = []

    def _played(self) -> Iterator[int]:
        yield from self._until(lambda: self._find(QPushButton, "Unlock") is not None)
        yield 2500
        QTest.keyClicks(self._shown(QLineEdit, "Passphrase"), self._passphrase)
        yield 300
        QTest.mouseClick(self._shown(QPushButton, "Unlock"), Qt.MouseButton.LeftButton)
        yield from self._until(lambda: self._find(QTableView, "Worklist") is not None)
        yield 1000
        window = self._application.findChild(shell.Shell).window
        window.resize(1400, 860)  # wide enough for form and panel side by side, whatever the screen
        screens = self._application.findChild(shell.Shell)._screens
        screens.open_exam(self._other_id)
        yield 2000
        screens.prepare_exam_view().open_panel("Prior")
        yield 2000
        for _ in range(ROUNDS):
            screens.open_exam(self._other_id)
            yield 800
            yield from self._timed(lambda: screens.open_exam(self._exam_id), _is_full_prior_text)
        self.figures["prior_ms"] = self._median_ms()
        for _ in range(ROUNDS):
            screens.show_screen("Worklist")
            yield 300
            request = OpenRequest(self._chart_number)
            yield from self._timed(lambda: screens.open_request(request), _is_full_exam_list)  # noqa: B023
            screens._patients_view.show_exams(None, ())
            yield 300
        self.figures["list_ms"] = self._median_ms()

    def _timed(self, ask: Callable[[], None], is_shown: Callable[[QObject], bool]) -> Iterator[int]:
        """From asking to the end of the paint in which everything is there."""
        count = len(self._times)
        self._is_shown, self._asked_at = is_shown, time.perf_counter()
        ask()
        yield from self._until(lambda: len(self._times) > count)

    def _median_ms(self) -> float:
        times, self._times = self._times, []
        return statistics.median(times) * 1e3

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._is_shown is not None and self._is_shown(watched):
            self._is_shown = None
            QTimer.singleShot(0, self._on_painted)
        return False

    def _on_painted(self) -> None:
        self._times.append(time.perf_counter() - self._asked_at)


EXAM_COUNT = 200


def _is_full_prior_text(watched: QObject) -> bool:
    text = watched.parent()
    return isinstance(text, PriorText) and text.toPlainText().count("UTC") >= EXAM_COUNT - 1


def _is_full_exam_list(watched: QObject) -> bool:
    table = watched.parent()
    return isinstance(table, QTableView) and table.model().rowCount() == EXAM_COUNT and table.isVisible()


def main(folder: str, passphrase: str, exam_id: str, other_id: str, chart_number: str) -> None:
    class Watched(QApplication):
        def __init__(self, arguments: list[str]) -> None:
            super().__init__(arguments)
            self.session = HistorySession(self, passphrase, exam_id, other_id, chart_number)
            self.session.start()

    shell.QApplication = Watched  # type: ignore[misc]
    shell.run(WindowHost(["--data", folder]))
    application = QApplication.instance()
    assert isinstance(application, Watched)
    print(json.dumps(application.session.figures), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Prints the wall time at which a window first painted, then ends. ``empty`` is a bare PySide6 window."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class PaintWatch(QObject):
    """Ends the loop once a widget has painted."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._is_done = False
        application.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._is_done:
            self._is_done = True
            QTimer.singleShot(0, self._finish)
        return False

    def _finish(self) -> None:
        print(time.time(), flush=True)
        self._application.quit()


def main(which: str, folder: str) -> None:
    if which == "empty":
        application = QApplication([])
        window = QMainWindow()
        window.resize(1280, 800)
        window.show()
        watch = PaintWatch(application)
        application.exec()
        watch.deleteLater()
        return
    from parotis.host import WindowHost
    from parotis.ui import application as shell

    class Watched(QApplication):
        def __init__(self, arguments: list[str]) -> None:
            super().__init__(arguments)
            self.watch = PaintWatch(self)

    shell.QApplication = Watched  # type: ignore[misc]
    shell.run(WindowHost(["--data", folder]))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Prints the wall time at which a window first painted, then ends. ``empty`` is a bare PySide6 window.

``parotis`` goes the way of ``parotis.__main__``: the same imports in the same order, then the shell.
"""

from __future__ import annotations

import sys
import time


def main(which: str, folder: str) -> None:
    if which == "empty":
        empty()
    else:
        parotis(folder)


def empty() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication([])
    window = QMainWindow()
    window.resize(1280, 800)
    window.show()
    end_with_first_paint(application)
    application.exec()


def parotis(folder: str) -> None:
    from parotis.__main__ import before_window

    before_window()
    from parotis.host import WindowHost
    from parotis.ui import application as shell

    class Watched(shell.QApplication):
        def __init__(self, arguments: list[str]) -> None:
            super().__init__(arguments)
            end_with_first_paint(self)

    shell.QApplication = Watched
    shell.run(WindowHost(["--data", folder]))


def end_with_first_paint(application: object) -> None:
    """Print the time and leave the event loop once a widget has painted."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class PaintWatch(QObject):
        is_done = False

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not self.is_done:
                self.is_done = True
                QTimer.singleShot(0, self.finish)
            return False

        def finish(self) -> None:
            print(time.time(), flush=True)
            application.quit()

    application.watch = PaintWatch(application)
    application.installEventFilter(application.watch)


if __name__ == "__main__":
    main(*sys.argv[1:])

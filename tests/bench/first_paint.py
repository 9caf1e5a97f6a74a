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
    """Leave the event loop once the first paint is over, and print when its last widget was painted.

    The time is taken within the paint, so that what the window starts behind it does not count.
    """
    from PySide6.QtCore import QCoreApplication, QEvent, QObject

    class PaintWatch(QObject):
        painted_at = 0.0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                if not self.painted_at:
                    QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))
                self.painted_at = time.time()
            return False

        def customEvent(self, _event: QEvent) -> None:
            print(self.painted_at, flush=True)
            application.quit()

    application.watch = PaintWatch(application)
    application.installEventFilter(application.watch)


if __name__ == "__main__":
    main(*sys.argv[1:])

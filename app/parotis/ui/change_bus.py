"""Tells the screens which records changed, from whatever thread wrote them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal


class ChangeBus(QObject):
    """``post`` may be called from any thread; ``changed`` comes on the GUI thread.

    Signals:
        changed: the id of the exam that was written; empty when many or unknown.
    """

    changed = Signal(str)
    _posted = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self.changed, Qt.ConnectionType.QueuedConnection)

    def post(self, exam_id: str = "") -> None:
        """Say that an exam was written."""
        self._posted.emit(exam_id)

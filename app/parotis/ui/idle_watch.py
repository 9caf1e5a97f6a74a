"""Tells when nobody has touched keyboard, mouse or screen for a while."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)
_LOOK_EVERY_MS = 5_000


class IdleWatch(QObject):
    """Watches the program's windows themselves, not every widget, so that it costs nothing while one types.

    Signals:
        idle: nothing was touched for the time set; comes again until something is.
    """

    idle = Signal()

    def __init__(self, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit_ms = minutes * 60_000
        self._since = QElapsedTimer()
        self._since.start()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def set_minutes(self, minutes: int) -> None:
        """How long nothing may be touched."""
        self._limit_ms = minutes * 60_000

    def start(self, application: QGuiApplication) -> None:
        """Watch every window that gets the focus from now on."""
        self._since.restart()
        application.focusWindowChanged.connect(self._on_focus_window_changed)
        for window in application.topLevelWindows():
            window.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()

    def look(self) -> None:
        """Say so if the time is up."""
        if self._since.hasExpired(self._limit_ms):
            self.idle.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a touch; never keep it."""
        if event.type() in _TOUCHES:
            self._since.restart()
        return False

    def _on_focus_window_changed(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

"""The frame: the cover before a practice is open, then rail, notices, screens and the line that tells what is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from parotis.ui.controls import label, page

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent, QShowEvent

    from parotis.ui.notice_bar import NoticeBar
    from parotis.ui.rail import Rail
    from parotis.ui.shortcuts_dialog import Action

TITLE = "Parotis"
FIRST_SIZE = (1280, 800)
LEAST_SIZE = (1040, 600)


class MainWindow(QMainWindow):
    """Knows where things are, not what they mean.

    Signals:
        painted: the window was painted for the first time.
        close_wanted: the person closes the window; it stays until ``close_for_good``.
    """

    painted = Signal()
    close_wanted = Signal()

    def __init__(self, geometry_file: Path) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self._geometry = QSettings(str(geometry_file), QSettings.Format.IniFormat)
        self._is_closing = False
        self._is_watching_paint = False
        self._covers = QStackedWidget()
        self._work: QWidget | None = None
        self._screens = QStackedWidget()
        self.save_state = label()
        self.save_state.setAccessibleName("Save state")
        self.person = label()
        self._restore_geometry()
        self.setCentralWidget(self._covers)

    def showEvent(self, event: QShowEvent) -> None:
        """Hear of the first paint, once: Qt paints while it handles the first exposure."""
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None and not self._is_watching_paint:
            self._is_watching_paint = True
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Expose:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self.painted.emit)
        return False

    # -- the cover ---------------------------------------------------------------------------------------------------

    def cover_with(self, widget: QWidget) -> None:
        """Show only this: no screen, no name, no status."""
        if self._covers.indexOf(widget) < 0:
            self._covers.addWidget(widget)
        self._covers.setCurrentWidget(widget)
        if self._work is not None:
            self.statusBar().hide()

    def furnish(self, rail: Rail, notices: NoticeBar) -> None:
        """Build the frame of the screens. Done after the first paint."""
        self._work = QWidget()
        page(self._work)
        row = QHBoxLayout(self._work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(notices)
        column.addWidget(self._screens, 1)
        row.addLayout(column, 1)
        self._covers.addWidget(self._work)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.save_state, 1)
        bar.addPermanentWidget(self.person)
        bar.hide()

    def uncover(self) -> None:
        """Show the screens."""
        if self._work is not None:
            self._covers.setCurrentWidget(self._work)
            self.statusBar().show()

    @property
    def is_covered(self) -> bool:
        """Whether the screens are hidden."""
        return self._covers.currentWidget() is not self._work

    # -- the screens -------------------------------------------------------------------------------------------------

    def add_screen(self, widget: QWidget) -> None:
        """Make a screen available."""
        self._screens.addWidget(widget)

    def show_screen(self, widget: QWidget) -> None:
        """Bring a screen to the front."""
        self._screens.setCurrentWidget(widget)

    def is_in_front(self, widget: QWidget) -> bool:
        """Whether this screen is the one that is shown."""
        return self._screens.currentWidget() is widget

    def show_save_state(self, text: str) -> None:
        """Tell what was last saved, also to a screen reader."""
        self.save_state.setText(text)
        self.save_state.setAccessibleDescription(text)

    def add_shortcut(self, action: Action) -> None:
        """Let a key run an action while the screens are shown."""
        shortcut = QShortcut(QKeySequence(action.shortcut), self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)

        def run() -> None:
            if not self.is_covered:
                action.deed()

        shortcut.activated.connect(run)

    # -- place and end -----------------------------------------------------------------------------------------------

    def come_to_front(self) -> None:
        """Show the window above the others."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_closing:
            self._geometry.setValue(_screens_key(), self.saveGeometry())
            event.accept()
            return
        event.ignore()
        self.close_wanted.emit()

    def close_for_good(self) -> None:
        """Close without asking; what had to be saved is saved."""
        self._is_closing = True
        self.close()

    def _restore_geometry(self) -> None:
        """Where the window was with these screens; Qt moves it back when it would be off them."""
        available = QGuiApplication.primaryScreen().availableGeometry()
        width, height = min(FIRST_SIZE[0], available.width()), min(FIRST_SIZE[1], available.height())
        self.setMinimumSize(min(LEAST_SIZE[0], width), min(LEAST_SIZE[1], height))
        kept = self._geometry.value(_screens_key())
        if not (isinstance(kept, QByteArray) and self.restoreGeometry(kept)):
            self.resize(width, height)


def _screens_key() -> str:
    """One place is remembered for each set of screens."""
    screens = sorted(
        f"{screen.geometry().width()}x{screen.geometry().height()}@{screen.geometry().x()},{screen.geometry().y()}"
        for screen in QGuiApplication.screens()
    )
    return "geometry/" + "+".join(screens)

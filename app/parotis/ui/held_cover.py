"""Hides an open practice that is to be locked but cannot end yet, because what was typed is not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from parotis.domain.errors import CredentialRejected
from parotis.presentation.unlock_presenter import UnlockPresenter
from parotis.ui.unlock_view import UnlockView

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.presentation.contracts import Tasks
    from parotis.services.desk import Desk
    from parotis.ui.main_window import MainWindow

SAVING_TEXT = "Saving what was typed, then the window locks."
HELD_TEXT = (
    "Something is not saved yet. What was typed is kept behind this page, and the window locks as soon as it is "
    "saved. The passphrase of the person who typed it brings it back."
)
TRY_AGAIN_MS = 5_000


class HeldCover(QObject):
    """An opaque unlock pane over the screens. Only the person who opened the practice comes back behind it.

    It offers no way to close without saving: whoever passes by could throw away what somebody else typed.
    """

    def __init__(self, window: MainWindow, tasks: Tasks, desk: Desk, try_again: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._tasks, self._desk = window, tasks, desk
        self._view = UnlockView()
        self._presenter = UnlockPresenter(self._view, tasks, self._account, self._recognised, self._on_recognised)
        self._view.attach(self._presenter)
        self._timer = QTimer(self)
        self._timer.setInterval(TRY_AGAIN_MS)
        self._timer.timeout.connect(try_again)

    def put_on(self) -> None:
        """Hide the screens and every dialogue. Nothing changes when they are hidden."""
        for dialog in QApplication.topLevelWidgets():
            if dialog is not self._window:
                dialog.close()
        if self._window.is_covered:
            return
        QApplication.clipboard().clear()
        self._view.show_accounts(*self._account())
        self._view.clear_passphrase()
        self._view.set_reason(SAVING_TEXT)
        self._window.cover_with(self._view)
        self._view.focus_passphrase()

    def tell_not_saved(self) -> None:
        """Say why the window is still here, and try again now and then; nothing while the screens are shown."""
        if self._window.is_covered:
            self._view.set_reason(HELD_TEXT)
            self._timer.start()

    def _account(self) -> tuple[str, tuple[str, ...]]:
        session = self._desk.session
        return session.practice_name, (session.user.login,)

    def _recognised(self, login: str, passphrase: str) -> Desk:
        """Runs on a worker. The vault judges the passphrase; its keys are dropped, for the practice is open.

        Raises:
            CredentialRejected: the passphrase is wrong, or it is somebody else's. Refused, KeyUnavailable, Fault.
        """
        if login.casefold() != self._desk.session.user.login.casefold():
            raise CredentialRejected
        self._desk.machine.vaults.unlock(self._desk.folder, login, passphrase)
        return self._desk

    def _on_recognised(self, _desk: Desk) -> None:
        self._timer.stop()
        self._view.show_busy(is_busy=False)
        self._window.uncover()

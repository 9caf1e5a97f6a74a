"""The unlock pane: who, with which passphrase, and what to say when it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from parotis.presentation import messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Progress, Tasks
    from parotis.services.desk import Desk

MISSING_USER = "Type your login."
MISSING_PASSPHRASE = "Type your passphrase."  # noqa: S105  (a sentence)


class UnlockViewContract(Protocol):
    def show_accounts(self, practice_name: str, logins: tuple[str, ...]) -> None: ...

    def show_busy(self, *, is_busy: bool) -> None: ...

    def show_problem(self, text: str) -> None:
        """An empty text takes the problem away."""
        ...

    def clear_passphrase(self) -> None: ...

    def focus_passphrase(self) -> None: ...


class UnlockPresenter:
    """``read_accounts`` and ``open_desk`` run on a worker; ``on_open`` gets the open practice."""

    def __init__(
        self,
        view: UnlockViewContract,
        tasks: Tasks,
        read_accounts: Callable[[], tuple[str, tuple[str, ...]]],
        open_desk: Callable[[str, str], Desk],
        on_open: Callable[[Desk], None],
    ) -> None:
        self._view = view
        self._tasks = tasks
        self._read_accounts = read_accounts
        self._open_desk = open_desk
        self._on_open = on_open
        self._is_trying = False

    def start(self) -> None:
        """Fill in the name of the practice and the logins."""
        self._tasks.start(
            lambda _progress: self._read_accounts(),
            on_success=lambda accounts: self._view.show_accounts(*accounts),
            on_failure=self._on_unreadable,
            pool="documents",
        )

    def _on_unreadable(self, error: ParotisError) -> None:
        self._view.show_problem(messages.text_of(error))

    def unlock(self, login: str, passphrase: str) -> None:
        """Try to open the practice. While one try is under way, nothing happens."""
        if self._is_trying:
            return
        missing = MISSING_USER if not login.strip() else MISSING_PASSPHRASE if not passphrase else ""
        if missing:
            self._view.show_problem(missing)
            return
        self._view.show_problem("")
        self._view.show_busy(is_busy=True)

        def work(_progress: Progress) -> Desk:
            return self._open_desk(login.strip(), passphrase)

        self._is_trying = True
        self._tasks.start(work, on_success=self._on_opened, on_failure=self._on_refused)

    def _on_opened(self, desk: Desk) -> None:
        self._is_trying = False
        self._view.clear_passphrase()
        self._on_open(desk)

    def _on_refused(self, error: ParotisError) -> None:
        self._is_trying = False
        self._view.show_busy(is_busy=False)
        self._view.clear_passphrase()
        self._view.show_problem(messages.text_of(error))
        self._view.focus_passphrase()

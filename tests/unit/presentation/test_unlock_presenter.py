"""Unlocking without a window."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from helpers.presenter_ports import InlineTasks

from parotis.domain.errors import CredentialRejected, KeyUnavailable
from parotis.presentation.unlock_presenter import MISSING_PASSPHRASE, MISSING_USER, UnlockPresenter

if TYPE_CHECKING:
    from collections.abc import Callable

DESK: Any = SimpleNamespace()


class RecordingView:
    def __init__(self) -> None:
        self.accounts: tuple[str, tuple[str, ...]] = ("", ())
        self.problem = ""
        self.is_busy = False
        self.cleared = 0
        self.is_focused = False

    def show_accounts(self, practice_name: str, logins: tuple[str, ...]) -> None:
        self.accounts = (practice_name, logins)

    def show_busy(self, *, is_busy: bool) -> None:
        self.is_busy = is_busy

    def show_problem(self, text: str) -> None:
        self.problem = text

    def clear_passphrase(self) -> None:
        self.cleared += 1

    def focus_passphrase(self) -> None:
        self.is_focused = True


def refuse(_login: str, _passphrase: str) -> Any:
    raise CredentialRejected(wait_s=4.0)


def made(open_desk: Callable[[str, str], Any]) -> tuple[UnlockPresenter, RecordingView, InlineTasks, list[Any]]:
    view, tasks, opened = RecordingView(), InlineTasks(), []
    return UnlockPresenter(view, tasks, lambda: ("Lakeside", ("park",)), open_desk, opened.append), view, tasks, opened


def test_the_pane_names_the_practice_and_its_logins() -> None:
    presenter, view, _, _ = made(refuse)
    presenter.start()
    assert view.accounts == ("Lakeside", ("park",))


def test_a_missing_key_file_is_told_at_once() -> None:
    def unreadable() -> Any:
        raise KeyUnavailable

    view = RecordingView()
    UnlockPresenter(view, InlineTasks(), unreadable, refuse, lambda _desk: None).start()
    assert "key file" in view.problem


def test_nothing_is_tried_without_login_or_passphrase() -> None:
    tried: list[str] = []
    presenter, view, _, _ = made(lambda login, _passphrase: tried.append(login))
    presenter.unlock(" ", "words")
    assert view.problem == MISSING_USER
    presenter.unlock("park", "")
    assert view.problem == MISSING_PASSPHRASE
    assert tried == []


def test_a_right_passphrase_opens_and_is_forgotten_by_the_pane() -> None:
    presenter, view, _, opened = made(lambda _login, _passphrase: DESK)
    presenter.unlock(" park ", "right words")
    assert opened == [DESK]
    assert view.cleared == 1


def test_a_wrong_passphrase_tells_the_wait_and_leaves_the_pane_ready() -> None:
    presenter, view, _, opened = made(refuse)
    presenter.unlock("park", "wrong words")
    assert "passphrase is wrong" in view.problem
    assert "4 seconds" in view.problem
    assert (view.is_busy, view.cleared, view.is_focused, opened) == (False, 1, True, [])


def test_one_try_at_a_time() -> None:
    tried: list[str] = []
    presenter, view, tasks, opened = made(lambda login, _passphrase: tried.append(login) or DESK)
    tasks.is_held = True
    presenter.unlock("park", "words")
    presenter.unlock("park", "words")
    assert view.is_busy
    tasks.release()
    assert (tried, opened) == (["park"], [DESK])

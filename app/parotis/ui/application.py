"""The window as a process: one for each data folder, painted at once, locked by ending, never silent when it fails.

Only what the unlock pane needs is imported here; the screens and everything below them come after the first paint.
"""

from __future__ import annotations

import gc
import signal
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QSocketNotifier, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from parotis.domain.errors import ParotisError
from parotis.services.window_ports import Choices
from parotis.ui.main_window import TITLE, MainWindow
from parotis.ui.theme import Theme, ThemeMode

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from PySide6.QtWidgets import QWidget

    from parotis.presentation.first_run_presenter import FirstRunPresenter, OwnerAnswers, PracticeAnswers
    from parotis.services.desk import Desk
    from parotis.services.window_ports import Host, OpenRequest
    from parotis.ui.held_cover import HeldCover
    from parotis.ui.main_window_screens import Screens
    from parotis.ui.notice_bar import BarNotices
    from parotis.ui.shortcuts_dialog import Action
    from parotis.ui.single_instance import InstanceServer
    from parotis.ui.task_runner import GuiTimers, TaskRunner
    from parotis.ui.unlock_view import UnlockView

DONE, FAILED = 0, 5
CRASH_TEXT = (
    "The program met a mistake of its own. What was saved is safe. The log names its place, without any of your text. "
    "If something looks wrong, close the window and start again."
)
NOT_SAVED_TEXT = "Something you typed is not saved yet, so the window stays open. It is still here."


def run(host: Host) -> int:
    """Show the window and stay until it is closed; the exit code."""
    try:
        if not host.acquire():
            return _raise_first(host)
        host.prepare()
    except ParotisError as error:
        from parotis.presentation import messages

        print(messages.text_of(error), file=sys.stderr)  # noqa: T201  (there is no window to say it in)
        host.close(is_following=False)
        return FAILED
    # The style by argument: to set it later would make the binding build all of QStyle before the first paint.
    application = QApplication.instance() or QApplication([TITLE, "-style", "fusion"])
    application.setApplicationName(TITLE)
    QGuiApplication.setDesktopFileName("parotis")
    shell = Shell(host, application, application.quit)  # type: ignore[arg-type]
    shell.start()
    application.exec()
    return DONE


def _raise_first(host: Host) -> int:
    """A second start: the first window comes to the front, this process ends."""
    application = QCoreApplication([TITLE])
    from parotis.ui.single_instance import hand_over

    hand_over(host.folder, host.launch.request)
    application.quit()
    host.close(is_following=True)
    return DONE


class Shell(QObject):
    """From the unlock pane to the open practice and back to a fresh process.

    Signals:
        raised: another start asked for the window; carries the patient to open, or None.
    """

    raised = Signal(object)

    def __init__(self, host: Host, application: QApplication, on_ended: Callable[[], None]) -> None:
        super().__init__(application)
        self._host = host
        self._on_ended = on_ended
        self._application = application
        self._choices = _choices_of(host)
        self._theme = Theme(host.read_resource, self)
        self._theme.apply(application, ThemeMode(self._choices.theme), glove=self._choices.glove_mode)
        self.window = MainWindow(host.geometry_file)
        self._desk: Desk | None = None
        self._screens: Screens | None = None
        self._server: InstanceServer | None = None
        self._first_run: FirstRunPresenter | None = None
        self._request: OpenRequest | None = host.launch.request
        self._preloads = iter(host.preloads)
        self._notices: BarNotices | None = None
        self._held: HeldCover | None = None
        self._hook_before = sys.excepthook
        self.tasks: TaskRunner
        self._timers: GuiTimers
        self._is_ending = False
        self.window.painted.connect(self._on_painted)
        self.window.close_wanted.connect(self.close)

    # -- the cover ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Paint the unlock pane, or the first run."""
        if self._host.has_practice() or self._host.launch.is_demo:
            from parotis.ui.unlock_view import UnlockView

            view = UnlockView()
            self.window.cover_with(view)
            view.focus_first()
            self._cover: QWidget = view
        else:
            from parotis.ui.first_run_view import FirstRunView

            self._cover = FirstRunView()
            self.window.cover_with(self._cover)
        self.window.show()

    def _on_painted(self) -> None:
        gc.enable()  # __main__ switched it off for the imports up to here
        from parotis.ui.single_instance import InstanceServer
        from parotis.ui.task_runner import GuiTimers, TaskRunner
        from parotis.ui.unlock_view import UnlockView

        self._spread_crash_net()
        self._listen_for_termination()
        self.tasks = TaskRunner(self)
        self._timers = GuiTimers(self)
        self._server = InstanceServer(self._host.folder, self)
        self._server.raised.connect(self._on_raised)
        if isinstance(self._cover, UnlockView):
            if self._host.launch.is_demo and not self._host.has_practice():
                self._make_sample(self._cover)
            else:
                self._attach_unlock(self._cover)
        else:
            self._attach_first_run()
        self._preload_next()

    def _attach_unlock(self, view: UnlockView) -> None:
        from parotis.presentation.unlock_presenter import UnlockPresenter

        presenter = UnlockPresenter(view, self.tasks, self._host.accounts, self._open_desk, self._on_opened)
        view.attach(presenter)
        presenter.start()
        if self._host.launch.is_demo:
            from parotis.services.sample_practice import DENTIST, PEOPLE

            lines = (f"{one.person.login} ({one.person.role}): {one.passphrase}" for one in PEOPLE)
            view.set_hint("A throw-away practice with made-up patients. It ends with the window.\n" + "\n".join(lines))
            view.fill_passphrase(DENTIST.passphrase)

    def _make_sample(self, view: UnlockView) -> None:
        view.show_busy(is_busy=True)
        view.set_hint("Preparing a sample practice\u2026")

        def made(_nothing: None) -> None:
            view.show_busy(is_busy=False)
            self._attach_unlock(view)

        def failed(error: ParotisError) -> None:
            from parotis.presentation import messages

            view.show_problem(messages.text_of(error))

        self.tasks.start(lambda _progress: self._create_sample(), on_success=made, on_failure=failed)

    def _create_sample(self) -> None:
        """Runs on a worker."""
        from parotis.services import sample_practice

        sample_practice.create(self._host.machine(), self._host.folder)

    def _attach_first_run(self) -> None:
        from parotis.presentation.first_run_presenter import FirstRunPresenter
        from parotis.ui.first_run_view import FirstRunView

        view = self._cover
        if isinstance(view, FirstRunView):
            self._first_run = FirstRunPresenter(
                view, self.tasks, self._create_practice, self._host.write_text, self._on_opened
            )
            view.attach(self._first_run)
            view.sample_wanted.connect(self._on_sample_wanted)

    def _open_desk(self, login: str, passphrase: str) -> Desk:
        """Runs on a worker."""
        from parotis.services import practices

        return practices.open_desk(self._host.machine(), self._host.folder, login, passphrase)

    def _create_practice(
        self, practice: PracticeAnswers, owner: OwnerAnswers, keep_recovery_key: Callable[[str], None]
    ) -> Desk:
        """Runs on a worker."""
        from parotis.services import practices

        person = practices.Person(
            login=owner.login,
            name=owner.name,
            role="dentist",
            credentials=owner.credentials.strip() or None,
            license_number=owner.license_number.strip(),
            license_state=owner.license_state.strip(),
            npi=owner.npi.strip(),
        )
        return practices.create(
            self._host.machine(),
            self._host.folder,
            practice.name.strip(),
            person,
            owner.passphrase,
            keep_recovery_key=keep_recovery_key,
            address_lines=practice.address_lines,
        )

    def _on_sample_wanted(self) -> None:
        program, arguments = self._host.demo_command()
        QProcess.startDetached(program, arguments)
        self.close()

    def _preload_next(self) -> None:
        """Load one library after the other on a worker, with the window's own events between them."""
        load = next(self._preloads, None)
        if load is None or self._is_ending:
            return
        self.tasks.start(
            lambda _progress: load(),
            on_success=lambda _nothing: self._preload_next(),
            on_failure=lambda _error: None,
            pool="documents",
        )

    # -- the open practice -------------------------------------------------------------------------------------------

    def _on_opened(self, desk: Desk) -> None:
        from parotis.ui.held_cover import HeldCover
        from parotis.ui.icons import Icons
        from parotis.ui.idle_watch import IdleWatch
        from parotis.ui.main_window_screens import Screens
        from parotis.ui.notice_bar import BarNotices, NoticeBar
        from parotis.ui.rail import Rail

        self._desk = desk
        icons = Icons(self._host.read_resource, self._theme)
        rail = Rail(icons)
        bar = NoticeBar(icons)
        self._notices = BarNotices(bar)
        self.window.furnish(rail, bar)
        screens = Screens(
            self.window,
            rail,
            desk,
            self.tasks,
            self._timers,
            self._notices,
            self._theme,
            icons,
            self._host.preferences,
            self._choices,
            self._host.launch.export_folder,
        )
        self._screens = screens
        screens.choices_changed.connect(self._on_choices_changed)
        screens.take_actions(self._actions())
        rail.locked.connect(self.lock)
        self._held = HeldCover(self.window, self.tasks, desk, self.lock)
        self._idle = IdleWatch(self._choices.idle_lock_minutes, self)
        self._idle.idle.connect(self.lock)
        self._idle.start(self._application)
        screens.start()
        self.window.uncover()
        self._open_pending_request()

    def _actions(self) -> tuple[Action, ...]:
        from parotis.ui.shortcuts_dialog import Action

        return (
            Action("Switch light and dark", "Ctrl+Shift+L", self._toggle_theme),
            Action("Lock", "Ctrl+L", self.lock),
            Action("Close the window", "Ctrl+Q", self.close),
        )

    def _toggle_theme(self) -> None:
        self._on_choices_changed(replace(self._choices, theme="light" if self._theme.is_dark else "dark"))

    def _on_choices_changed(self, choices: Choices) -> None:
        if (choices.theme, choices.glove_mode) != (self._choices.theme, self._choices.glove_mode):
            self._theme.apply(self._application, ThemeMode(choices.theme), glove=choices.glove_mode)
        self._idle.set_minutes(choices.idle_lock_minutes)
        self._choices = choices

    @property
    def is_listening(self) -> bool:
        """Whether a second start would be heard."""
        return self._server is not None

    def _on_raised(self, request: OpenRequest | None) -> None:
        self.raised.emit(request)
        self._request = request or self._request
        self.window.come_to_front()
        self._open_pending_request()

    def _open_pending_request(self) -> None:
        if self._screens is not None and self._request is not None:
            self._screens.open_request(self._request)
            self._request = None

    # -- the end -----------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Hide everything, save, and let a fresh process show the unlock pane: only so the keys leave the memory.

        While saving fails everything stays hidden, and the person's passphrase brings it back.
        """
        if self._held is not None:
            self._held.put_on()
        self._end_after_flush(is_following=True)

    def close(self) -> None:
        """Save, then end."""
        if self._first_run is not None:
            self._first_run.abandon()
        self._end_after_flush(is_following=False)

    def _end_after_flush(self, *, is_following: bool) -> None:
        if self._is_ending:
            return
        screens, notices, held = self._screens, self._notices, self._held
        if screens is None or notices is None or held is None:
            self._end(is_following=is_following)
            return

        def flushed(is_saved: bool) -> None:
            if is_saved:
                # Who came back by passphrase before the draft could be saved is not locked out again.
                if not is_following or self.window.is_covered:
                    self._end(is_following=is_following)
            else:
                held.tell_not_saved()
                notices.show(
                    "ending",
                    "danger",
                    NOT_SAVED_TEXT,
                    action=("Close without saving", partial(self._end, is_following=False)),
                )

        notices.clear("ending")
        screens.flush(flushed)

    def _end(self, *, is_following: bool) -> None:
        self._is_ending = True
        for dialog in self._application.topLevelWidgets():
            if dialog is not self.window:
                dialog.close()
        self.window.close_for_good()
        if is_following:
            self._application.clipboard().clear()
        if self._screens is not None:
            self._screens.close()
        if self._server is not None:
            self._server.close()
            self._forget_termination()
            self.tasks.drain()
        self._keep_side_panel()
        if self._desk is not None:
            self._desk.close()
        self._restore_hook()
        command = self._host.restart_command()
        self._host.close(is_following=is_following)
        if is_following:
            QProcess.startDetached(*command)
        self._on_ended()

    def _keep_side_panel(self) -> None:
        """Done when the workers are, so that no other choice is written at the same time."""
        if self._screens is None or self._screens.side_panel_px() == self._choices.side_panel_px:
            return
        try:
            kept = self._host.preferences.get()
            self._host.preferences.put(replace(kept, side_panel_px=self._screens.side_panel_px()))
        except ParotisError as error:
            print(f"not remembered: {error.code}", file=sys.stderr)  # noqa: T201  (the window is gone, and it can go)

    # -- the crash net -----------------------------------------------------------------------------------------------

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._hook_before(kind, error, trace)
        if self._notices is not None:
            self._notices.show("crash", "danger", CRASH_TEXT)

    def _spread_crash_net(self) -> None:
        try:
            self._host.spread_crash_net()
        except ParotisError as error:
            print(f"no log: {error.code}", file=sys.stderr)  # noqa: T201  (the record can still be used)
        self._hook_before = sys.excepthook
        sys.excepthook = self._on_uncaught

    def _listen_for_termination(self) -> None:
        """The system asks to end: save first. Python hears a signal only between bytecodes, so a socket wakes it."""
        import socket

        self._woken, self._waker = socket.socketpair()
        for one in (self._woken, self._waker):
            one.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._signal_notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        self._signal_notifier.activated.connect(self._on_woken)
        self._term_before = signal.signal(signal.SIGTERM, lambda *_: QTimer.singleShot(0, self, self.close))

    def _on_woken(self) -> None:
        self._woken.recv(64)

    def _forget_termination(self) -> None:
        self._signal_notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, self._term_before)
        self._woken.close()
        self._waker.close()

    def _restore_hook(self) -> None:
        sys.excepthook = self._hook_before


def _choices_of(host: Host) -> Choices:
    try:
        return host.preferences.get()
    except ParotisError:
        return Choices()  # A window that looks otherwise is better than none.

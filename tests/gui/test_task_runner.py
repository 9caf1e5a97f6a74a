"""Work leaves the GUI thread and comes back to it, whatever happens to it on the way."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest

from parotis.domain.errors import ParotisError, StorageFull
from parotis.ui.task_runner import GuiTimers, TaskRunner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from parotis.presentation.contracts import Progress


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    assert made.drain()


def ignore(_result: object) -> None: ...


def test_a_result_comes_back_on_the_gui_thread(qtbot: QtBot, runner: TaskRunner) -> None:
    came: list[tuple[object, threading.Thread]] = []
    runner.start(
        lambda _progress: threading.current_thread(),
        on_success=lambda worker: came.append((worker, threading.current_thread())),
        on_failure=ignore,
    )
    qtbot.waitUntil(lambda: bool(came))
    worker, receiver = came[0]
    assert receiver is threading.main_thread()
    assert worker is not receiver


def test_database_work_keeps_its_order(qtbot: QtBot, runner: TaskRunner) -> None:
    order: list[int] = []
    for number in range(200):
        runner.start(lambda _progress, number=number: number, on_success=order.append, on_failure=ignore)
    qtbot.waitUntil(lambda: not runner.is_busy)
    assert order == list(range(200))


def test_an_expected_failure_goes_to_who_asked(qtbot: QtBot, runner: TaskRunner) -> None:
    failures: list[ParotisError] = []

    def work(_progress: Progress) -> None:
        raise StorageFull

    runner.start(work, on_success=ignore, on_failure=failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert isinstance(failures[0], StorageFull)


def test_a_mistake_goes_to_the_crash_net(qtbot: QtBot, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[type[BaseException]] = []
    answers: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: caught.append(kind))

    def work(_progress: Progress) -> None:
        raise KeyError

    runner.start(work, on_success=answers.append, on_failure=answers.append)
    qtbot.waitUntil(lambda: bool(caught))
    assert caught == [KeyError]
    assert answers == []


def test_a_cancelled_job_stops_at_its_next_step_and_is_silent(qtbot: QtBot, runner: TaskRunner) -> None:
    answers: list[object] = []
    steps: list[str] = []
    begun, may_go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        begun.set()
        may_go_on.wait(5)
        progress.step(1, 2, "half")
        steps.append("went on")

    task = runner.start(work, on_success=answers.append, on_failure=answers.append)
    assert begun.wait(5)
    task.cancel()
    may_go_on.set()
    qtbot.waitUntil(lambda: not runner.is_busy)
    assert (answers, steps) == ([], [])


def test_past_the_commit_point_a_cancel_is_not_heard(qtbot: QtBot, runner: TaskRunner) -> None:
    answers: list[object] = []
    past, may_go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        progress.commit_point()
        past.set()
        may_go_on.wait(5)
        progress.step(2, 2, "done")
        return "kept"

    task = runner.start(work, on_success=answers.append, on_failure=answers.append)
    assert past.wait(5)
    assert not task.can_cancel
    task.cancel()
    may_go_on.set()
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["kept"]


def test_a_forgotten_job_says_nothing(qtbot: QtBot, runner: TaskRunner) -> None:
    answers: list[object] = []
    task = runner.start(lambda _progress: "late", on_success=answers.append, on_failure=answers.append)
    task.forget()
    qtbot.waitUntil(lambda: not runner.is_busy)
    assert answers == []


def test_progress_is_told_in_order_before_the_result(qtbot: QtBot, runner: TaskRunner) -> None:
    heard: list[object] = []

    def work(progress: Progress) -> str:
        for done in range(3):
            progress.step(done, 3, f"file {done}")
        return "end"

    runner.start(
        work,
        on_success=heard.append,
        on_failure=ignore,
        on_progress=lambda done, total, label: heard.append((done, total, label)),
        pool="documents",
    )
    qtbot.waitUntil(lambda: "end" in heard)
    assert heard == [(0, 3, "file 0"), (1, 3, "file 1"), (2, 3, "file 2"), "end"]


def test_after_draining_nothing_runs_any_more(qtbot: QtBot) -> None:
    runner = TaskRunner()
    ran: list[object] = []
    assert runner.drain()
    runner.start(lambda _progress: ran.append(1), on_success=ran.append, on_failure=ran.append)
    qtbot.wait(50)
    assert ran == []


def test_a_timer_fires_once_and_can_be_put_off(qtbot: QtBot, runner: TaskRunner) -> None:
    fired: list[int] = []
    timer = GuiTimers(runner).single_shot(lambda: fired.append(1))
    timer.start(60_000)
    assert timer.is_running()
    timer.start(1)
    qtbot.waitUntil(lambda: bool(fired))
    assert not timer.is_running()
    assert fired == [1]

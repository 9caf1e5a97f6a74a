from __future__ import annotations

from helpers.presenter_ports import ManualTimers

from parotis.presentation.autosave import RETRY_MS, Autosave


class Disk:
    """Counts the saves begun; the test says when they end."""

    def __init__(self) -> None:
        self.timers = ManualTimers()
        self.begun = 0
        self.autosave = Autosave(self.timers, self._begin)

    def _begin(self) -> None:
        self.begun += 1


def test_a_pause_of_eight_tenths_saves() -> None:
    disk = Disk()
    disk.autosave.touch()
    disk.timers.advance(799)
    assert disk.begun == 0
    disk.timers.advance(1)
    assert disk.begun == 1


def test_steady_typing_is_saved_before_five_seconds_are_over() -> None:
    disk = Disk()
    for _ in range(48):
        disk.autosave.touch()
        disk.timers.advance(99)
    assert disk.begun == 0
    for _ in range(2):
        disk.autosave.touch()
        disk.timers.advance(99)
    assert disk.begun == 1


def test_nothing_is_saved_when_nothing_was_touched() -> None:
    disk = Disk()
    answers: list[bool] = []
    disk.autosave.flush(answers.append)
    disk.timers.advance(60_000)
    assert (disk.begun, answers) == (0, [True])


def test_a_flush_answers_only_when_the_commit_has_returned() -> None:
    disk = Disk()
    answers: list[bool] = []
    disk.autosave.touch()
    disk.autosave.flush(answers.append)
    assert (disk.begun, answers) == (1, [])
    disk.autosave.saved()
    assert answers == [True]
    assert disk.autosave.is_clean


def test_what_is_edited_during_a_save_is_saved_next() -> None:
    disk = Disk()
    disk.autosave.touch()
    disk.timers.advance(800)
    disk.autosave.touch()
    disk.timers.advance(4_800)
    assert disk.begun == 1
    disk.autosave.saved()
    assert disk.begun == 2
    assert not disk.autosave.is_clean


def test_a_flush_during_a_save_waits_for_the_newer_edits_too() -> None:
    disk = Disk()
    answers: list[bool] = []
    disk.autosave.touch()
    disk.timers.advance(800)
    disk.autosave.touch()
    disk.autosave.flush(answers.append)
    disk.autosave.saved()
    assert (disk.begun, answers) == (2, [])
    disk.autosave.saved()
    assert answers == [True]


def test_an_edit_just_before_the_commit_returns_is_still_saved() -> None:
    disk = Disk()
    disk.autosave.touch()
    disk.timers.advance(800)
    disk.autosave.touch()
    disk.autosave.saved()
    disk.timers.advance(800)
    assert disk.begun == 2


def test_a_failure_is_tried_again_with_growing_pauses() -> None:
    disk = Disk()
    disk.autosave.touch()
    disk.timers.advance(800)
    for tries, pause_ms in enumerate((*RETRY_MS, RETRY_MS[-1]), start=1):
        disk.autosave.failed()
        disk.timers.advance(pause_ms - 1)
        assert disk.begun == tries
        disk.timers.advance(1)
        assert disk.begun == tries + 1
    disk.autosave.saved()
    assert disk.autosave.is_clean


def test_typing_does_not_hurry_a_failing_disk_and_a_flush_does() -> None:
    disk = Disk()
    disk.autosave.touch()
    disk.timers.advance(800)
    disk.autosave.failed()
    disk.autosave.touch()
    disk.timers.advance(900)
    assert disk.begun == 1
    disk.autosave.flush()
    assert disk.begun == 2


def test_a_failed_flush_answers_no_and_keeps_the_draft_dirty() -> None:
    disk = Disk()
    answers: list[bool] = []
    disk.autosave.touch()
    disk.autosave.flush(answers.append)
    disk.autosave.failed()
    assert answers == [False]
    assert not disk.autosave.is_clean


def test_after_stop_nothing_is_saved_any_more() -> None:
    disk = Disk()
    disk.autosave.touch()
    disk.autosave.stop()
    disk.timers.advance(60_000)
    assert disk.begun == 0

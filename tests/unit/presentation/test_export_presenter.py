"""Export without a window: a signed exam of a real practice, written to real folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers.practices import dentist_desk, draft
from helpers.presenter_ports import InlineTasks, ManualTimers

from parotis.presentation.export_presenter import CANCELLED, NO_FOLDER, SLOW_MS, ExportPresenter
from parotis.services import signing
from parotis.services.window_ports import Choices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parotis.services.desk import Desk
    from parotis.services.exporting import Bundle


class Kept:
    """Fulfils ``Preferences``."""

    def __init__(self) -> None:
        self.choices = Choices(theme="dark", last_export_folder="/stick")

    def get(self) -> Choices:
        return self.choices

    def put(self, choices: Choices) -> None:
        self.choices = choices


class View:
    def __init__(self) -> None:
        self.folder = self.problem = ""
        self.is_busy = False
        self.progress: list[str] = []
        self.done: tuple[str, Path] | None = None

    def show_folder(self, folder: str) -> None:
        self.folder = folder

    def show_busy(self, *, is_busy: bool) -> None:
        self.is_busy = is_busy

    def show_progress(self, done: int, total: int, text: str) -> None:
        self.progress.append(text)

    def show_problem(self, text: str) -> None:
        self.problem = text

    def ask_for_reason(self, text: str) -> None:
        self.problem = f"reason wanted: {text}"

    def show_done(self, sentence: str, folder: Path) -> None:
        self.done = (sentence, folder)


class Bench:
    def __init__(self, signed: tuple[Desk, str]) -> None:
        self.view, self.kept, self.tasks, self.timers = View(), Kept(), InlineTasks(), ManualTimers()
        self.exported: list[Bundle] = []
        self.presenter = ExportPresenter(
            self.view, signed[0], self.tasks, self.timers, self.kept, signed[1], self.exported.append
        )


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    desk, passphrase = dentist_desk(tmp_path_factory.mktemp("practice"))
    exam_id = draft(desk).exam_id
    signing.sign(desk, exam_id, passphrase)
    yield desk, exam_id
    desk.close()


def test_the_folder_named_at_the_start_comes_before_the_one_used_last(signed: tuple[Desk, str]) -> None:
    bench = Bench(signed)
    bench.presenter.start()
    assert bench.view.folder == "/stick"
    bench.presenter.start("/elsewhere")
    assert bench.view.folder == "/elsewhere"


def test_without_a_folder_nothing_begins(signed: tuple[Desk, str]) -> None:
    bench = Bench(signed)
    bench.presenter.export("  ", "record")
    assert (bench.view.problem, bench.presenter.is_busy) == (NO_FOLDER, False)


def test_a_bundle_is_written_told_and_its_folder_remembered(signed: tuple[Desk, str], tmp_path: Path) -> None:
    bench = Bench(signed)
    bench.presenter.export(f" {tmp_path} ", "record")
    assert bench.view.done is not None
    sentence, folder = bench.view.done
    assert sentence == f"Exported and read back: {len(bench.exported[0].files)} files."
    assert folder.parent == tmp_path
    assert (folder / "report.pdf").is_file()
    assert bench.kept.choices == Choices(theme="dark", last_export_folder=str(tmp_path))
    assert (bench.view.is_busy, bench.view.problem) == (False, "")


def test_progress_appears_only_when_it_takes_long(signed: tuple[Desk, str], tmp_path: Path) -> None:
    bench = Bench(signed)
    bench.tasks.is_held = True
    bench.presenter.export(str(tmp_path), "record")
    bench.timers.advance(SLOW_MS - 1)
    assert bench.view.progress == []
    bench.timers.advance(1)
    assert len(bench.view.progress) == 1
    bench.tasks.release()
    assert bench.view.progress[-1] == ""


def test_a_second_export_waits_for_the_first_to_end(signed: tuple[Desk, str], tmp_path: Path) -> None:
    bench = Bench(signed)
    bench.tasks.is_held = True
    bench.presenter.export(str(tmp_path), "record")
    bench.presenter.export(str(tmp_path), "record")
    assert len(bench.tasks.held) == 1


def test_a_target_that_fails_is_told_once_and_leaves_nothing(signed: tuple[Desk, str], tmp_path: Path) -> None:
    bench = Bench(signed)
    file = tmp_path / "a file"
    file.write_bytes(b"")
    bench.presenter.export(str(file), "record")
    assert bench.view.problem.count("Not exported") == 1
    assert (bench.exported, bench.view.done, bench.view.is_busy) == ([], None, False)
    assert list(tmp_path.iterdir()) == [file]
    assert bench.kept.choices.last_export_folder == "/stick"


def test_an_answer_after_the_dialogue_is_gone_is_dropped(signed: tuple[Desk, str], tmp_path: Path) -> None:
    bench = Bench(signed)
    bench.tasks.is_held = True
    bench.presenter.export(str(tmp_path), "record")
    bench.presenter.close()
    bench.tasks.release()
    assert (bench.view.done, bench.exported) == (None, [])
    assert CANCELLED not in bench.view.problem


def test_a_claim_without_a_labelled_key_image_asks_for_a_reason_and_goes_out_with_one(
    signed: tuple[Desk, str], tmp_path: Path
) -> None:
    bench = Bench(signed)
    bench.presenter.export(str(tmp_path), "claim")
    assert bench.view.problem.startswith("reason wanted: A claim for D0370 needs a key image")
    assert bench.exported == []
    assert list(tmp_path.iterdir()) == []
    bench = Bench(signed)
    bench.presenter.export(str(tmp_path), "claim", "The images go by mail.")
    assert bench.view.done is not None
    assert len(bench.exported) == 1

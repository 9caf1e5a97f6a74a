"""A process killed while it signs or exports: an exam is a draft or signed and whole, a bundle complete or absent."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fault import signed_practice as practices
from helpers.command import ROOT

from parotis.services import exporting, signing
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fault.signed_practice import SignedPractice


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[..., str]]:
    """Sends one job to the process that forks and kills; how the job ended."""
    driver = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("kill_driver.py"))],
        env={"PYTHONPATH": f"{ROOT / 'app'}:{ROOT / 'db'}", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert driver.stdin is not None
    assert driver.stdout is not None

    def send(*words: str | Path | int) -> str:
        driver.stdin.write(" ".join(map(str, words)) + "\n")
        driver.stdin.flush()
        return driver.stdout.readline().strip()

    yield send
    driver.stdin.close()
    driver.wait(timeout=30)
    driver.stdout.close()


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A practice with a draft that is fit to be signed."""
    made = practices.make(tmp_path_factory.mktemp("unsigned"))
    desk = practices.opened(made.data)
    exam_id = practices.imported_exam(desk)
    desk.close()
    desk.machine.pictures.close()
    return made.data, exam_id


def state_after_kill(
    ask: Callable[..., str], unsigned: tuple[Path, str], folder: Path, step: str, *, is_signed_then: bool = True
) -> ExamState:
    """The state in which a fresh process finds the exam, proved to be whole; and that a draft can be signed then."""
    template, exam_id = unsigned
    shutil.copytree(template, folder)
    ended = ask("sign", folder, exam_id, step)
    assert ended == "killed" or ended.startswith("done"), ended
    (folder / "vault.attempts").unlink(missing_ok=True)  # a killed log-in counts as a wrong one for a second
    desk = practices.opened(folder)
    try:
        state = practices.standing(desk, exam_id)
        assert ended == "killed" or state is ExamState.SIGNED
        if state is ExamState.DRAFT and is_signed_then:
            signing.sign(desk, exam_id, practices.PASSPHRASE)
            assert practices.standing(desk, exam_id) is ExamState.SIGNED
    finally:
        desk.close()
    shutil.rmtree(folder)
    return state


def count_of_steps(ask: Callable[..., str], unsigned: tuple[Path, str], folder: Path) -> int:
    template, exam_id = unsigned
    shutil.copytree(template, folder)
    word, count = ask("sign", folder, exam_id, 0).split()
    assert word == "done"
    return int(count)


def test_signing_killed_at_its_steps_leaves_a_draft_or_a_signed_report(
    ask: Callable[..., str], unsigned: tuple[Path, str], tmp_path: Path
) -> None:
    count = count_of_steps(ask, unsigned, tmp_path / "whole")
    assert count > 30
    chosen = sorted({1, count, *(1 + round(number * (count - 1) / 7) for number in range(8))})
    found = [
        state_after_kill(ask, unsigned, tmp_path / str(step), str(step), is_signed_then=number % 3 == 0)
        for number, step in enumerate(chosen)
    ]
    assert found[0] is ExamState.DRAFT
    assert found[-1] is ExamState.SIGNED


@pytest.mark.full
def test_signing_killed_at_each_step_leaves_a_draft_or_a_signed_report(
    ask: Callable[..., str], unsigned: tuple[Path, str], tmp_path: Path
) -> None:
    count = count_of_steps(ask, unsigned, tmp_path / "whole")
    found = [state_after_kill(ask, unsigned, tmp_path / str(step), str(step)) for step in range(1, count + 1)]
    assert set(found) == {ExamState.DRAFT, ExamState.SIGNED}


@pytest.mark.full
def test_signing_killed_at_random_times_leaves_a_draft_or_a_signed_report(
    ask: Callable[..., str], unsigned: tuple[Path, str], tmp_path: Path
) -> None:
    generator = random.Random(50)
    for number in range(50):
        state_after_kill(ask, unsigned, tmp_path / str(number), f"~{generator.randint(1, 400)}")


# --- export ------------------------------------------------------------------------------------------------------


def is_complete(bundle: Path) -> bool:
    """Whether every file of the manifest is there and true, and nothing else is."""
    manifest = json.loads((bundle / "manifest.json").read_bytes())
    found = {path.relative_to(bundle).as_posix(): path for path in bundle.rglob("*") if path.is_file()}
    named = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    assert set(found) == {*named, "manifest.json"}
    return all(hashlib.sha256(found[name].read_bytes()).hexdigest() == sha256 for name, sha256 in named.items())


def export_after_kill(ask: Callable[..., str], practice: SignedPractice, folder: Path, step: str) -> bool:
    """Whether the killed export had put the bundle in place; afterwards another export has cleaned up and succeeded."""
    target = folder / "target"
    target.mkdir(parents=True)
    ended = ask("export", practice.data, practice.exam_id, step, target)
    assert ended == "killed" or ended.startswith("done"), ended
    bundles = [path for path in target.iterdir() if not path.name.startswith(".")]
    assert len(bundles) <= 1
    assert all(map(is_complete, bundles))
    assert ended == "killed" or bundles
    for bundle in bundles:
        bundle.rename(folder / "taken")
    desk = practices.opened(practice.data)
    try:
        exporting.export(desk, practice.exam_id, target)
        with desk.unit_of_work() as work:
            work.audit.verify()
    finally:
        desk.close()
        desk.machine.pictures.close()
    (only,) = target.iterdir()
    assert is_complete(only)
    return bool(bundles)


def test_export_killed_at_its_steps_is_complete_or_absent(
    ask: Callable[..., str], signed_practice: SignedPractice, tmp_path: Path
) -> None:
    (tmp_path / "whole").mkdir()
    word, count = ask("export", signed_practice.data, signed_practice.exam_id, 0, tmp_path / "whole").split()
    assert word == "done"
    steps = int(count)
    assert steps > 20
    chosen = sorted({1, steps, *(1 + round(number * (steps - 1) / 4) for number in range(5))})
    found = [export_after_kill(ask, signed_practice, tmp_path / str(step), str(step)) for step in chosen]
    assert set(found) == {False, True}


@pytest.mark.full
def test_export_killed_at_each_step_and_at_random_times_is_complete_or_absent(
    ask: Callable[..., str], signed_practice: SignedPractice, tmp_path: Path
) -> None:
    (tmp_path / "whole").mkdir()
    steps = int(ask("export", signed_practice.data, signed_practice.exam_id, 0, tmp_path / "whole").split()[1])
    generator = random.Random(51)
    moments = [str(step) for step in range(1, steps + 1)] + [f"~{generator.randint(1, 700)}" for _ in range(50)]
    for number, moment in enumerate(moments):
        export_after_kill(ask, signed_practice, tmp_path / str(number), moment)

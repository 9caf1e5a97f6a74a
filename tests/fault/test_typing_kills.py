"""The window killed while somebody types: no acknowledged save is lost, and never more than the last five seconds."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fault import signed_practice as practices
from helpers.command import ROOT

from parotis.services import drafts

if TYPE_CHECKING:
    from fault.signed_practice import SignedPractice

MOST_LOST_S = 5.0
START_TIMEOUT_S = 60


@dataclass(frozen=True)
class Loss:
    """What one kill cost. ``acknowledged`` counts saves that had been told, ``lost_s`` is the age of the oldest key
    that is not stored."""

    acknowledged: int
    typed: int
    stored: int
    lost_s: float


@pytest.fixture
def two_practices(tmp_path: Path) -> tuple[SignedPractice, SignedPractice]:
    """One for each of two windows that are typed into at the same time."""
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(practices.make(tmp_path / name))
    return made[0], made[1]


def losses_of(two_practices: tuple[SignedPractice, SignedPractice], delays_s: list[float]) -> list[Loss]:
    """One kill after each delay, two windows at a time."""

    def every_other(first: int) -> list[Loss]:
        return [
            killed_while_typing(two_practices[first], seed, delays_s[seed]) for seed in range(first, len(delays_s), 2)
        ]

    with ThreadPoolExecutor(2) as pool:
        return [loss for losses in pool.map(every_other, (0, 1)) for loss in losses]


def killed_while_typing(practice: SignedPractice, seed: int, after_s: float) -> Loss:
    """Kill the typing process ``after_s`` after its first key; compare what it told with what is stored."""
    desk = practices.opened(practice.data)
    exam_id = drafts.new_draft(desk).exam_id
    desk.close()
    complaints = practice.data / "typing.txt"
    program = str(Path(__file__).with_name("typing_driver.py"))
    environment = {"PYTHONPATH": f"{ROOT / 'app'}:{ROOT / 'db'}", "PATH": "/usr/bin:/bin", "HOME": str(practice.data)}
    with complaints.open("wb") as errors:
        driver = subprocess.Popen(
            [sys.executable, program, str(practice.data), exam_id, str(seed)],
            env=environment, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
    assert driver.stdout is not None
    told = b""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        ready, _, _ = select.select([driver.stdout], [], [], max(0.0, deadline - time.monotonic()))
        block = os.read(driver.stdout.fileno(), 65536) if ready else b""
        assert block or not ready, complaints.read_text(encoding="utf-8")
        is_first = b"key " not in told
        told += block
        if is_first and b"key " in told:
            deadline = time.monotonic() + after_s
    driver.send_signal(signal.SIGKILL)
    killed_at = time.monotonic()
    driver.wait(timeout=10)
    told += driver.stdout.read()
    driver.stdout.close()
    lines = [line.split() for line in told.decode().splitlines()]
    desk = practices.opened(practice.data)
    try:
        case = drafts.load(desk, exam_id).case
    finally:
        desk.close()
    complaint, history = case.complaint or "", case.history or ""
    saved = [line for line in lines if line[0] == "saved"]
    for _, _, told_complaint, told_history in saved:
        assert complaint.startswith(told_complaint[1:-1])
        assert history.startswith(told_history[1:-1])
    stored = len(complaint) + len(history)
    keys = [(float(at), int(count)) for word, at, count in (line for line in lines if line[0] == "key")]
    assert stored <= keys[-1][1] + 1
    missing = [at for at, count in keys if count > stored]
    return Loss(len(saved), keys[-1][1], stored, killed_at - min(missing) if missing else 0.0)


def assert_little_is_lost(losses: list[Loss]) -> None:
    assert all(loss.typed > 0 for loss in losses)
    assert any(loss.typed > loss.stored for loss in losses), "no kill hit unsaved text, so nothing was tried"
    assert max(loss.lost_s for loss in losses) <= MOST_LOST_S


def test_a_few_kills_lose_no_acknowledged_save(two_practices: tuple[SignedPractice, SignedPractice]) -> None:
    assert_little_is_lost(losses_of(two_practices, [0.6, 1.7, 4.4, 2.9]))


@pytest.mark.full
def test_fifty_kills_at_random_moments_lose_no_acknowledged_save(
    two_practices: tuple[SignedPractice, SignedPractice], capsys: pytest.CaptureFixture[str]
) -> None:
    generator = random.Random(2026)
    losses = losses_of(two_practices, [generator.uniform(0.2, 13.0) for _ in range(50)])
    with capsys.disabled():
        typed, stored = sum(loss.typed for loss in losses), sum(loss.stored for loss in losses)
        sys.stdout.write(
            f"\n50 kills: {typed} keys, {sum(loss.acknowledged for loss in losses)} acknowledged saves, "
            f"{typed - stored} keys not stored, oldest {max(loss.lost_s for loss in losses):.2f} s\n"
        )
    assert_little_is_lost(losses)

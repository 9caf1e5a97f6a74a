from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from db.record_builders import a_record, ids, insert, load, opened

WRITER = Path(__file__).with_name("draft_writer.py")


def _acknowledged_before_kill(record_path: Path, chance: random.Random) -> int:
    """Run the writer, kill it somewhere in a save and give the last revision that it called committed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(WRITER), str(record_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        seen = [writer.stdout.readline() for _ in range(chance.randint(1, 60))]
        for _ in range(chance.randint(0, 20_000)):
            pass
        writer.kill()
        seen += writer.stdout.readlines()
    return int([line for line in seen if line.endswith("\n")][-1])


def _kill_again_and_again(record_path: Path, times: int) -> None:
    chance = random.Random(20261123)
    records = opened(record_path)
    insert(records, a_record())
    records.close()
    for _ in range(times):
        acknowledged = _acknowledged_before_kill(record_path, chance)
        records = opened(record_path)
        stored = load(records)
        assert stored.revision in (acknowledged, acknowledged + 1)
        assert (stored.case.complaint or "").startswith(f"revision {stored.revision} ")
        assert ids(records.queries.search(f"revision {stored.revision}")) == ["exam-1"]
        assert records.integrity() == ()
        records.close()


def test_no_acknowledged_save_is_lost_when_the_process_is_killed(record_path: Path) -> None:
    _kill_again_and_again(record_path, 20)


@pytest.mark.full
def test_no_acknowledged_save_is_lost_in_two_hundred_kills(record_path: Path) -> None:
    _kill_again_and_again(record_path, 200)

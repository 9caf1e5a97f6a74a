"""Figures of the window: start, unlock, typing, memory. Each runs in a process of its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figure import Figure, seconds_of
from bench.record_measurements import HISTORY_EXAMS, case_of_demo, fill, fill_history, throw_away_desk
from parotis.services import drafts

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
ROUNDS = 15


def python_output(script: str, *arguments: str) -> str:
    paths = [str(HERE.parents[1] / name) for name in ("app", "db", "tests")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [sys.executable, HERE / script, *arguments], capture_output=True, text=True, env=environment, timeout=300
    )
    if done.returncode != 0 or not done.stdout.strip():
        raise SystemExit(f"{script} failed: {done.stderr[-2000:]}")
    return done.stdout.strip().splitlines()[-1]


def first_paint() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        desk, _ = throw_away_desk(Path(folder))
        desk.close()

        def seconds(which: str) -> float:
            start = time.time()
            return float(python_output("first_paint.py", which, folder)) - start

        seconds("empty"), seconds("parotis")
        pairs = [(seconds("parotis"), seconds("empty")) for _ in range(ROUNDS)]
    ours, empty = (statistics.median(column) for column in zip(*pairs, strict=True))
    platform = os.environ.get("QT_QPA_PLATFORM", "on a display")
    how = f"{ours:.3f} s against {empty:.3f} s, medians of {ROUNDS} in turn, {platform}"
    return [Figure("process start to painted unlock pane, against an empty window", ours / empty, 1.6, "x", how)]


def session() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        desk, passphrase = throw_away_desk(Path(folder))
        fill(desk)
        record = drafts.import_case(desk, case_of_demo(desk))
        desk.machine.pictures.close()
        desk.close()
        told = json.loads(python_output("window_session.py", folder, passphrase, record.exam_id))
    typing = f"{told['keys']} keys with autosave, median {told['key_to_paint_median_ms']:.1f} ms"
    return [
        Figure("unlock to painted worklist with 10,000 exams", told["worklist_s"], 0.3, "s", "key derivation apart"),
        Figure("GUI thread: longest gap while typing", told["longest_gap_ms"], 50, "ms", typing),
        Figure("GUI thread: key to paint, p99", told["key_to_paint_p99_ms"], 16, "ms", typing),
        Figure("key to updated checks, sentences, narrative, p99", told["key_to_words_p99_ms"], 50, "ms", typing),
        Figure(
            "memory with an exam and four images open",
            told["memory_mb"],
            250,
            "MB",
            f"resident; {told['memory_after_typing_mb']:.0f} MB after typing",
        ),
    ]


def history() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        desk, passphrase = throw_away_desk(Path(folder))
        chart_number, newest = fill_history(desk)
        other = drafts.new_draft(desk)
        queries = desk.records.queries
        reading_s = statistics.median(seconds_of(lambda: queries.history_of(chart_number)) for _ in range(ROUNDS))
        desk.machine.pictures.close()
        desk.close()
        told = json.loads(python_output("window_history.py", folder, passphrase, newest, other.exam_id, chart_number))
    how = f"the real window; reading and decoding of all {HISTORY_EXAMS} takes {reading_s * 1e3:.0f} ms of it"
    return [
        Figure(f"patient with {HISTORY_EXAMS} exams: asked for to painted list", told["list_ms"], 200, "ms", "median"),
        Figure(f"the newest of {HISTORY_EXAMS} exams: opened to painted Prior tab", told["prior_ms"], 200, "ms", how),
    ]


MEASUREMENTS: dict[str, Callable[[], list[Figure]]] = {
    "start": first_paint,
    "session": session,
    "history": history,
}

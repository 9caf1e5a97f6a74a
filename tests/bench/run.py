"""Measures the program against itself or a bare library in one run, and prints each figure beside its reach.

Not a test: a figure over its reach is marked, the exit code stays 0. Names of measurements may be given to run only
those. The window is measured on the platform that Qt is told to use.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "app"), str(ROOT / "db"), str(ROOT / "tests")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench import record_measurements, window_measurements  # noqa: E402

if TYPE_CHECKING:
    from bench.figure import Figure

MEASUREMENTS = {**window_measurements.MEASUREMENTS, **record_measurements.MEASUREMENTS}


def main(names: list[str]) -> int:
    unknown = set(names) - MEASUREMENTS.keys()
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for name, measure in MEASUREMENTS.items():
        if names and name not in names:
            continue
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures += measure()
    width = max(len(figure.what) for figure in figures)
    print(f"{'what':{width}}  {'measured':>12}  {'reach':>12}")
    for figure in figures:
        figures_text = f"{figure.measured_text:>12}  {figure.reach_text:>12}"
        print(f"{figure.what:{width}}  {figures_text}  {figure.verdict}: {figure.how}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

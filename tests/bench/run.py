"""Measures the program against itself or a bare library in one run, and prints each figure beside its reach.

Not a test: a figure over its reach is marked, the exit code stays 0. Names of measurements may be given to run only
those. The window is measured on the display there is; without one on a virtual screen of its own, or, where there is no
Xvfb either, offscreen.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "app"), str(ROOT / "db"), str(ROOT / "tests")]

from bench import claims_measurements, record_measurements, window_measurements  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.figure import Figure

MEASUREMENTS = {
    **window_measurements.MEASUREMENTS,
    **claims_measurements.MEASUREMENTS,
    **record_measurements.MEASUREMENTS,
}


@contextlib.contextmanager
def screen() -> Iterator[None]:
    """A display for the window: the one there is, or a virtual one for the time of the measurements."""
    if os.environ.get("QT_QPA_PLATFORM") or os.environ.get("DISPLAY") or sys.platform != "linux":
        yield
        return
    if shutil.which("Xvfb") is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        yield
        return
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x800x24"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            os.environ["DISPLAY"] = f":{told.readline().strip()}"
        yield
    finally:
        server.terminate()
        server.wait()


def main(names: list[str]) -> int:
    unknown = set(names) - MEASUREMENTS.keys()
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    with screen():
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

"""Runs the real program as a process, as a person or another program would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

PASSPHRASE = "quiet river over nine stones"


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def parotis(*arguments: str | Path, data: Path | None = None, environment: dict[str, str] | None = None) -> Outcome:
    """Run a command without a display and without a terminal; its exit code and what it printed."""
    env = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    env["PYTHONPATH"] = os.pathsep.join((str(ROOT / "app"), str(ROOT / "db")))
    if data is not None:
        env["PAROTIS_DATA"] = str(data)
    done = subprocess.run(
        [sys.executable, "-m", "parotis", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=env | (environment or {}),
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class PracticeFolder:
    """A practice made by the command line: its folder and who may open it."""

    data: Path
    passphrase_file: Path
    recovery_file: Path
    login: str = "helen"

    def run(self, *arguments: str | Path) -> Outcome:
        return parotis(*arguments, "--login", self.login, "--passphrase-file", self.passphrase_file, data=self.data)


def make_practice(folder: Path) -> PracticeFolder:
    """A practice of the dentist whom the sample cases name."""
    passphrase_file = folder / "passphrase.txt"
    passphrase_file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    practice = PracticeFolder(folder / "data", passphrase_file, folder / "recovery.txt")
    made = practice.run(
        "init", "--practice", "North Clinic", "--dentist", "Helen Park", "--credentials", "DDS",
        "--license", "IL D-20417", "--npi", "1234567893", "--recovery-file", practice.recovery_file,
    )  # fmt: skip
    assert made.code == 0, made.err
    return practice

"""A practice with a cheap key derivation, a clock moved by hand, and child processes with the program's path."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from parotis.system.passphrases import KdfCost
from parotis.system.users import Role, UserProfile
from parotis.system.vault import CreatedVault, Vault, create_vault

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
APP = Path(__file__).resolve().parents[3] / "app"


@dataclass
class ManualClock:
    now_s: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


@dataclass
class Practice:
    folder: Path
    clock: ManualClock = field(default_factory=ManualClock)
    passphrase: str = "seven teal herons wade"

    def create(self) -> CreatedVault:
        owner = UserProfile(
            "maja", "Maja Lindqvist", Role.DENTIST, "DDS", license_number="12345", license_state="MN", npi="1234567893"
        )
        return create_vault(
            self.folder, "Northside Dental", owner, self.passphrase, CHEAP, floor=CHEAP, clock=self.clock
        )

    def open(self) -> Vault:
        return Vault.open(self.folder, floor=CHEAP, clock=self.clock)


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path / "data")


@pytest.fixture
def cheap() -> KdfCost:
    return CHEAP


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def run_child():
    """Run Python code in a process of its own; ``prepare`` is shell run first, as root of private mounts."""

    def run(code: str, *arguments: object, prepare: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        if prepare:
            command = ["unshare", "-Urm", "sh", "-c", f'{prepare}\nexec "$0" "$@"', *command]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(APP), os.environ.get("PYTHONPATH", "")])}
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)

    return run


@pytest.fixture(scope="session")
def private_mounts() -> None:
    try:
        probe = subprocess.run(
            ["unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, timeout=20, check=False
        )
    except FileNotFoundError:
        pytest.skip("no unshare on this system")
    if probe.returncode:
        pytest.skip("private mounts are not permitted here")

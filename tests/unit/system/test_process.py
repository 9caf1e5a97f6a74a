from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from parotis.domain.errors import StorageFailed
from parotis.system.process import InstanceLock

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX processes")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")

HOLD = """
import sys
from pathlib import Path
from parotis.system.process import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3] / "app")}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.communicate()


def test_lock_is_taken_once_and_freed(tmp_path: Path) -> None:
    first, second = InstanceLock(tmp_path / "lock"), InstanceLock(tmp_path / "lock")
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    first.release()
    assert second.acquire()
    second.release()


def test_second_process_does_not_get_the_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with InstanceLock(tmp_path / "lock") as lock:
        assert not lock.acquire()
        holder.communicate("")
        assert lock.acquire()


@posix_only
def test_killed_process_frees_the_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with InstanceLock(tmp_path / "lock") as lock:
        assert lock.acquire()


def test_lock_in_a_missing_folder_is_a_storage_failure(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        InstanceLock(tmp_path / "absent" / "lock").acquire()


@posix_only
def test_lock_does_not_follow_a_link(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "victim")
    with pytest.raises(StorageFailed):
        InstanceLock(tmp_path / "lock").acquire()
    assert not (tmp_path / "victim").exists()


@linux_only
def test_hardened_process_leaves_no_core_and_no_open_files(tmp_path: Path, run_child) -> None:
    code = """
import ctypes, os, resource, sys
from pathlib import Path
from parotis.system.process import harden_process
harden_process()
Path("made").touch()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), oct(os.stat("made").st_mode))
sys.stdout.flush()
os.abort()
"""
    child = run_child(f"import os; os.chdir({str(tmp_path)!r}); os.umask(0)\n" + code)
    assert child.stdout == "(0, 0) 0 0o100600\n"
    assert child.returncode == -signal.SIGABRT
    assert [entry.name for entry in tmp_path.iterdir()] == ["made"]


@linux_only
def test_hardened_process_still_finds_its_file_systems(tmp_path: Path, run_child) -> None:
    code = """
import sys
from pathlib import Path
from parotis.system.process import harden_process
from parotis.system.paths import Paths
harden_process()
Paths.resolve(Path(sys.argv[1]), {}).prepare()
print("prepared")
"""
    assert run_child(code, tmp_path / "data").stdout == "prepared\n"

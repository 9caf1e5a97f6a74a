"""Signs or exports in forked processes that kill themselves at a given step of the real code.

Reads lines ``sign FOLDER EXAM STEP`` or ``export FOLDER EXAM STEP TARGET`` and answers each with the way the process
ended: ``killed``, or ``done STEPS`` when it ran to its end with fewer steps. A step is a call into a port or its
return (signing), or a change of the file system (export). Step 0 never comes. ``~MILLISECONDS`` ends the
process at a time after the practice is open, by a signal that nothing catches.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from fault import signed_practice  # noqa: E402
from helpers.command import PASSPHRASE  # noqa: E402

from parotis import bootstrap  # noqa: E402
from parotis.services import exporting, signing  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPOSITORIES = ("exams", "documents", "pictures", "audit", "practice", "users")
FILE_CHANGES = frozenset({"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod"})


class Steps:
    """Counts steps, and kills the process at the chosen one, or at a time after ``begin``."""

    def __init__(self, fatal: str) -> None:
        self.taken = 0
        self._fatal = 0 if fatal.startswith("~") else int(fatal)
        self._fatal_ms = int(fatal[1:]) if fatal.startswith("~") else 0

    def begin(self) -> None:
        if self._fatal_ms:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, self._fatal_ms / 1000)

    def take(self) -> None:
        self.taken += 1
        if self.taken == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """A port whose every call counts as two steps: made, and returned."""

    def __init__(self, port: Any, steps: Steps) -> None:
        self._port, self._steps = port, steps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name in REPOSITORIES:
            return Watched(found, self._steps)
        if name == "unit_of_work":
            return lambda: self._unit(found)
        return self._counted(found) if callable(found) else found

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*values: Any, **named: Any) -> Any:
            self._steps.take()
            answer = call(*values, **named)
            self._steps.take()
            return answer

        return counted

    @contextlib.contextmanager
    def _unit(self, begin: Callable[[], Any]) -> Iterator[Any]:
        with begin() as work:
            yield Watched(work, self._steps)


def sign(folder: Path, exam_id: str, steps: Steps) -> None:
    machine = bootstrap.machine()
    for name in ("composer", "signer"):
        object.__setattr__(machine, name, Watched(getattr(machine, name), steps))
    desk = signed_practice.opened(folder, machine)
    object.__setattr__(desk, "records", Watched(desk.records, steps))
    steps.begin()
    signing.sign(desk, exam_id, PASSPHRASE)
    object.__getattribute__(desk, "records").close()


def export(folder: Path, exam_id: str, steps: Steps, target: str) -> None:
    desk = signed_practice.opened(folder)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in FILE_CHANGES and str(arguments[0]).startswith(target):
            steps.take()

    sys.addaudithook(watch)
    steps.begin()
    exporting.export(desk, exam_id, Path(target))
    desk.close()


JOBS: dict[str, Callable[..., None]] = {"sign": sign, "export": export}


def run(job: str, folder: str, exam_id: str, step: str, *more: str) -> str:
    """Fork, do the job, and tell how it ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        steps = Steps(step)
        JOBS[job](Path(folder), exam_id, steps, *more)
        os.write(writer, str(steps.taken).encode())
        os._exit(0)
    os.close(writer)
    told = os.read(reader, 20)
    os.close(reader)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "killed"
    return f"done {told.decode()}" if status == 0 else f"failed {status}"


def warm_up() -> None:
    """Import what a signing and an export need, so that each forked process starts at once."""
    for name in (
        "parotis.documents.pages",
        "parotis.documents.render",
        "parotis.documents.signature",
        "parotis.documents.verification",
        "parotis.imaging.border",
        "parotis.system.vault",
        "parotis_db",
    ):
        importlib.import_module(name)


if __name__ == "__main__":
    warm_up()
    for line in sys.stdin:
        sys.stdout.write(run(*line.split()) + "\n")
        sys.stdout.flush()

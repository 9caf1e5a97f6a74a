"""How long a guesser at the keyboard waits: per login, growing, and not forgotten by a restart.

This slows typing only. Whoever holds a copy of the key file is slowed by Argon2id alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from typing import TYPE_CHECKING

from parotis.domain.errors import CredentialRejected, Fault, SelfCheckFailed
from parotis.system.atomic_files import write_atomically
from parotis.system.process import turn_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

FILE_NAME = "vault.attempts"
TURN_NAME = "vault.turn"
_LONGEST_WAIT_S = 60.0
_LARGEST_FILE_BYTES = 1 << 20
_NONE = (0, 0.0)


class Attempts:
    """Failures in a row and the time of the last, per login; logins that do not exist share one count.

    ``clock`` gives seconds of wall time. A clock that was set back never lengthens a wait.
    """

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._path = folder / FILE_NAME
        self._clock = clock
        self._counts: dict[str, tuple[int, float]] = {}
        self._is_kept = True

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold off the tries of other processes and threads, so that none is taken for a failure while it is judged.

        On a disk that takes no lock file the try goes on without: that must not lock out the right person.
        """
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(turn_at(self._path.with_name(TURN_NAME)))
            except Fault as error:
                log.warning("tries are not held off: %s", error.code)
            yield

    def begin(self, subject: str) -> None:
        """Count a try before it is judged, so that ending the process does not hide it.

        Raises:
            CredentialRejected: the wait after the last failure is not over; this try is not judged and not counted.
        """
        self._read()
        failures, last_at = self._counts.get(_key(subject), _NONE)
        now = self._clock()
        remaining_s = min(last_at + _wait_s(failures) - now, _wait_s(failures))
        if failures and remaining_s > 0:
            raise CredentialRejected(remaining_s)
        self._counts[_key(subject)] = (failures + 1, now)
        self._write()

    def wait_s(self, subject: str) -> float:
        """The wait, in seconds, that the failures so far impose from the last of them."""
        return _wait_s(self._counts.get(_key(subject), _NONE)[0])

    def succeeded(self, subject: str) -> int:
        """Forget the failures of ``subject``; how many there were before this try."""
        tries, _ = self._counts.pop(_key(subject), _NONE)
        self._write()
        return max(tries - 1, 0)

    def _read(self) -> None:
        try:
            with self._path.open("rb") as file:
                document = json.loads(file.read(_LARGEST_FILE_BYTES))
            stored = {str(key): (int(count), float(at)) for key, (count, at) in document.items()}
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            log.warning("the count of failed log-ins is not readable")
            return
        if self._is_kept:
            self._counts = stored
        else:
            keys = self._counts.keys() | stored.keys()
            self._counts = {key: max(self._counts.get(key, _NONE), stored.get(key, _NONE)) for key in keys}

    def _write(self) -> None:
        self._is_kept = False
        try:
            write_atomically(self._path, json.dumps(self._counts, sort_keys=True).encode())
            self._is_kept = True
        except (Fault, SelfCheckFailed) as error:
            # A full disk must not lock out the right person; this process still remembers.
            log.warning("the count of failed log-ins is not kept: %s", error.code)


def _wait_s(failures: int) -> float:
    return min(2.0 ** min(failures - 1, 10), _LONGEST_WAIT_S) if failures > 0 else 0.0


def _key(subject: str) -> str:
    return hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()[:16]

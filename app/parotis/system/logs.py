"""The program's own log: what happened to which id, never what a person typed.

Libraries put values into their messages and exceptions into theirs. So of a foreign record only the place is kept,
and of any exception only types and places.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Self

from parotis.system.atomic_files import storage_fault

if TYPE_CHECKING:
    from io import TextIOWrapper
    from types import TracebackType

log = logging.getLogger(__name__)

_OWN_LOGGERS = ("parotis", "parotis_db")
_LARGEST_FILE_BYTES = 1_000_000
_KEPT_FILES = 5
_LONGEST_LINE = 2000
_DEEPEST_CAUSE = 8


class Logging:
    """The log file of one process, from start to ``close``. Also catches what nobody else caught."""

    def __init__(self, folder: Path) -> None:
        """Start writing ``parotis.log`` in ``folder``.

        Raises:
            StorageFull, StorageReadOnly, StorageFailed: the file cannot be made.
        """
        try:
            self._handler = _PrivateFile(
                folder / "parotis.log", maxBytes=_LARGEST_FILE_BYTES, backupCount=_KEPT_FILES, encoding="utf-8"
            )
        except OSError as error:
            raise storage_fault(error) from error
        self._handler.setFormatter(_Redacting())
        root = logging.getLogger()
        self._level_before = root.level
        self._hooks_before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        root.addHandler(self._handler)
        root.setLevel(logging.INFO)
        logging.captureWarnings(True)
        sys.excepthook = _log_uncaught
        threading.excepthook = lambda caught: _log_uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)
        sys.unraisablehook = lambda caught: _log_uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def close(self) -> None:
        """Put everything back as it was."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks_before
        logging.captureWarnings(False)
        root = logging.getLogger()
        root.removeHandler(self._handler)
        root.setLevel(self._level_before)
        self._handler.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def described(error: BaseException) -> str:
    """Types and places of an error and its causes: ``StorageFull at exams.py:12 in save, from OSError at ...``."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < _DEEPEST_CAUSE:
        frames = traceback.extract_tb(current.__traceback__, limit=-1)
        place = f" at {Path(frames[0].filename).name}:{frames[0].lineno} in {frames[0].name}" if frames else ""
        parts.append(f"{type(current).__name__}{place}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return ", from ".join(parts)


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        is_ours = record.name.split(".", 1)[0] in _OWN_LOGGERS
        text = record.getMessage() if is_ours else f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text} [{described(record.exc_info[1])}]"
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        # SECURITY: one record, one line, so that nothing can forge another.
        line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
        return f"{at} {record.levelname} {record.name} {line[:_LONGEST_LINE]}"


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        return os.fdopen(os.open(self.baseFilename, flags, 0o600), "a", encoding=self.encoding)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Lose the record: a full disk must not stop the work, and the default prints its arguments."""


def _log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, (KeyboardInterrupt, SystemExit)):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    text = described(error) if error is not None else kind.__name__
    log.critical("uncaught: %s", text)
    if sys.stderr is not None:
        print(f"internal error: {text}", file=sys.stderr)  # noqa: T201  (the last word of a dying process)

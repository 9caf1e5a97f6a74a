"""Turns what the driver raises into the program's own errors, by SQLite's result code and never by message text."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlcipher3 import dbapi2 as driver

from parotis.domain.errors import (
    Fault,
    StorageCorrupt,
    StorageFailed,
    StorageFull,
    StorageLocked,
    StorageReadOnly,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRIMARY_CODE = 0xFF
_PERM, _BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _NOTADB = 3, 5, 6, 8, 10, 11, 13, 26

_FAULTS: dict[int, type[Fault]] = {
    _PERM: StorageReadOnly,
    _BUSY: StorageLocked,
    _LOCKED: StorageLocked,
    _READONLY: StorageReadOnly,
    _CORRUPT: StorageCorrupt,
    _FULL: StorageFull,
    _NOTADB: StorageCorrupt,
}

_FILE_FAULTS: dict[int, type[Fault]] = {
    errno.ENOSPC: StorageFull,
    errno.EDQUOT: StorageFull,
    errno.EACCES: StorageReadOnly,
    errno.EPERM: StorageReadOnly,
    errno.EROFS: StorageReadOnly,
}

_HANDLE_IS_LOST = frozenset({_IOERR, _CORRUPT, _NOTADB})


def handle_is_lost(error: BaseException | None) -> bool:
    """Whether the connection must be dropped: after a failed sync the kernel may have forgotten the dirty pages."""
    return result_code(error) in _HANDLE_IS_LOST


def result_code(error: BaseException | None) -> int:
    """SQLite's primary result code; 0 when the driver gave none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY_CODE


@contextlib.contextmanager
def storage_faults() -> Iterator[None]:
    """Everything the database raises inside the block leaves it as a ``Fault`` without statement or values.

    Raises:
        StorageFull, StorageLocked, StorageReadOnly, StorageCorrupt: by result code.
        StorageFailed: any other failure; the hint is the name of the result code.
    """
    try:
        yield
    except DBAPIError as error:
        raise _fault(error.orig) from error
    except driver.Error as error:
        raise _fault(error) from error
    except PoolTimeoutError as error:
        raise StorageLocked("no free connection") from error


@contextlib.contextmanager
def file_faults() -> Iterator[None]:
    """The same for the few operations on files that do not go through SQLite.

    Raises:
        StorageFull, StorageReadOnly, StorageFailed: by error number; the hint is its name.
    """
    try:
        yield
    except OSError as error:
        fault = _FILE_FAULTS.get(error.errno or 0, StorageFailed)
        raise fault(errno.errorcode.get(error.errno or 0, "unknown")) from error


def _fault(error: BaseException | None) -> Fault:
    name = str(getattr(error, "sqlite_errorname", "unknown"))
    return _FAULTS.get(result_code(error), StorageFailed)(name)

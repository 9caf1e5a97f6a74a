"""Connections to the encrypted file: key, PRAGMAs, transactions, backup, integrity. All that only SQLite has."""

from __future__ import annotations

import contextlib
import functools
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as driver

from parotis.domain.errors import StorageCorrupt, StorageFailed
from parotis_db.faults import handle_is_lost, result_code

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import ExceptionContext

KEY_BYTES = 32
SALT_BYTES = 16

OLDEST_SQLITE = (3, 51, 3)
"""Earlier versions can corrupt a WAL file when two connections write and checkpoint at once."""
OLDEST_SQLCIPHER = 4

BUSY_TIMEOUT_MS = 5000

_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "cell_size_check=ON",
    "mmap_size=0",
    "trusted_schema=OFF",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "secure_delete=ON",
    # Wiping and locking each allocation nearly doubles the cost of a save and still leaves keys in the process;
    # locking the program therefore ends the process.
    "cipher_memory_security=OFF",
)

_BEGIN = "begin_statement"


@dataclass(frozen=True, slots=True)
class DatabaseKey:
    """The raw key and the salt in the file's first bytes: 48 bytes, so that opening costs no key derivation."""

    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.data) != KEY_BYTES + SALT_BYTES:
            raise ValueError(f"the database key has {KEY_BYTES + SALT_BYTES} bytes: key, then salt")

    def pragma(self) -> str:
        return f"""PRAGMA key="x'{self.data.hex()}'\""""


def require_sound_engine() -> None:
    """Raises StorageFailed unless SQLite and SQLCipher are new enough."""
    connection = driver.connect(":memory:")
    try:
        cipher = connection.execute("PRAGMA cipher_version").fetchone()
    finally:
        connection.close()
    if driver.sqlite_version_info < OLDEST_SQLITE:
        raise StorageFailed(f"SQLite {driver.sqlite_version} is too old")
    if cipher is None or int(str(cipher[0]).split(".", 1)[0]) < OLDEST_SQLCIPHER:
        raise StorageFailed("SQLCipher is missing or too old")


def connect(path: Path, key: DatabaseKey, *, mode: Literal["rw", "ro"] = "rw") -> Any:
    """A raw driver connection with the key proved and all PRAGMAs set; the file must exist.

    A read-only connection changes no byte of the file, its journal mode included.
    """
    connection = driver.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_TIMEOUT_MS / 1000,
    )
    try:
        connection.execute("PRAGMA cipher_log_level=NONE").close()
        connection.execute(key.pragma()).close()
        # A wrong key shows itself only here.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        if mode == "rw":
            _set_pragmas(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_pragmas(connection: Any) -> None:
    (journal_mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if journal_mode != "wal":
        raise StorageFailed("write-ahead logging is not available")
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchall()


def make_engine(path: Path, key: DatabaseKey) -> Engine:
    """The engine that writes: every transaction is ``BEGIN IMMEDIATE``.

    Two pooled connections, each lent to one thread at a time and kept open (warm page and statement caches): one for
    the unit of work, one for a read meanwhile. The most recently used comes first, so a single thread meets one.
    """
    engine = create_engine(
        "sqlite://",
        module=driver,
        creator=functools.partial(connect, path, key),
        poolclass=QueuePool,
        pool_size=2,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _drop_lost_handle)
    return engine


def for_reading(engine: Engine) -> Engine:
    """The same pool, with read transactions that never wait for a writer."""
    return engine.execution_options(**{_BEGIN: "BEGIN"})


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE"))


def _drop_lost_handle(context: ExceptionContext) -> None:
    if handle_is_lost(context.original_exception):
        context.is_disconnect = True


def create_empty(path: Path) -> None:
    """An empty file that only its owner may read; the journals take over its mode."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def back_up(path: Path, key: DatabaseKey, target: Path) -> None:
    """Copy the file by SQLite's backup API, check the copy, then put it at ``target`` in one rename.

    Raises:
        StorageCorrupt: the copy does not pass its integrity check.
    """
    partial = target.with_name(target.name + ".part")
    _remove(partial)
    create_empty(partial)
    try:
        with contextlib.closing(connect(path, key)) as source, contextlib.closing(_bare(partial, key)) as copy:
            source.backup(copy)
        with contextlib.closing(connect(partial, key, mode="ro")) as copy:
            if problems_of(copy):
                raise StorageCorrupt("the backup copy is damaged")
        _sync(partial)
        partial.replace(target)
    finally:
        _remove(partial)


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _bare(path: Path, key: DatabaseKey) -> Any:
    connection = driver.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA cipher_log_level=NONE").close()
    connection.execute(key.pragma()).close()
    return connection


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def problems_of(connection: Any) -> tuple[str, ...]:
    """What SQLCipher's and SQLite's own checks find on a raw driver connection; empty when all is well."""
    found: list[str] = []
    for pragma in ("cipher_integrity_check", "integrity_check", "foreign_key_check"):
        try:
            rows = connection.execute(f"PRAGMA {pragma}").fetchall()
        except driver.Error as error:
            found.append(f"{pragma}: result code {result_code(error)}")
            continue
        found += [f"{pragma}: {' '.join(map(str, row))}" for row in rows if row != ("ok",)]
    return tuple(found)

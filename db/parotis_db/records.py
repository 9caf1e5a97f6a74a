"""Opens the encrypted record of a practice."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from parotis.domain.errors import StorageCorrupt, StorageFailed, StorageReadOnly
from parotis_db import engine as files
from parotis_db import migrate, schema
from parotis_db.engine import DatabaseKey
from parotis_db.faults import file_faults, storage_faults
from parotis_db.queries import SqlQueries
from parotis_db.unit_of_work import SqlUnitOfWork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from parotis.services.ports import Queries, UnitOfWork

_PRACTICE_ID = "practice_id"


class EncryptedRecords:
    """The record, open. Any thread may use it; a unit of work or a query belongs to the thread that began it."""

    def __init__(self, engine: Engine, path: Path, key: DatabaseKey, audit_key: bytes) -> None:
        self._engine = engine
        self._path = path
        self._key = key
        self._audit_key = audit_key
        self.queries: Queries = SqlQueries(files.for_reading(engine))

    @contextlib.contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """One transaction; leaving without ``commit`` rolls back.

        Raises:
            StorageFull, StorageLocked, StorageReadOnly, StorageCorrupt, StorageFailed: nothing was stored.
        """
        with storage_faults(), self._engine.connect() as connection:
            # Closing the connection rolls back what is not committed.
            yield SqlUnitOfWork(connection, connection.begin(), self._audit_key)

    def integrity(self) -> tuple[str, ...]:
        """What the checks of cipher, pages, indexes, search index and references find; empty when all is well."""
        with storage_faults(), contextlib.closing(files.connect(self._path, self._key)) as connection:
            return files.problems_of(connection)

    def close(self) -> None:
        """Let go of the file; SQLite moves the journal into it, or, on a full disk, leaves it for the next start.

        Nothing may use the record afterwards, but for closing it again.
        """
        self._engine.dispose()


def open_records(path: Path, database_key: bytes, audit_key: bytes, *, practice_id: str) -> EncryptedRecords:
    """Open the record at ``path``; a file that is missing or empty becomes a new one.

    Args:
        path: the file; its folder must exist and be writable, because the journal lives beside it.
        database_key: 32 bytes of key, then 16 bytes of salt.
        audit_key: of the audit chain.
        practice_id: is stored in a new record and must match in an old one.

    Raises:
        StorageCorrupt: wrong key, damaged, or another practice's file.
        StorageTooNew: written by a newer program; not a byte was changed.
        StorageReadOnly: file or folder does not allow writing.
        StorageFull, StorageLocked, StorageFailed: as named.
    """
    key = DatabaseKey(database_key)
    with storage_faults(), file_faults():
        files.require_sound_engine()
        _require_writable(path)
        revision = _revision_of(path, key)
        migrate.refuse_newer(revision)
        if revision is None:
            files.create_empty(path)
        engine = files.make_engine(path, key)
        try:
            if revision != migrate.NEWEST:
                migrate.bring_up_to_date(engine, path, key, revision)
            _claim(engine, practice_id)
        except BaseException:
            engine.dispose()
            raise
    return EncryptedRecords(engine, path, key, audit_key)


def _require_writable(path: Path) -> None:
    if not path.parent.is_dir():
        raise StorageFailed("the data folder is missing")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise StorageReadOnly("folder")
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise StorageReadOnly("file")


def _revision_of(path: Path, key: DatabaseKey) -> str | None:
    if not path.exists() or path.stat().st_size == 0:
        return None
    # A rollback journal is there only when the making of a new record was cut short; undoing that needs to write.
    was_cut_short = path.with_name(f"{path.name}-journal").exists()
    with contextlib.closing(files.connect(path, key, mode="rw" if was_cut_short else "ro")) as connection:
        return migrate.stored_revision(connection)


def _claim(engine: Engine, practice_id: str) -> None:
    """The first to open a new record names its practice; afterwards the name must match."""
    with files.for_reading(engine).begin() as connection:
        owner = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == _PRACTICE_ID))
    if owner is None:
        with engine.begin() as connection:
            connection.execute(insert(schema.meta), {"key": _PRACTICE_ID, "value": practice_id})
    elif owner != practice_id:
        raise StorageCorrupt("the record belongs to another practice")

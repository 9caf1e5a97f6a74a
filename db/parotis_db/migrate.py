"""Brings a file to the newest schema: backed up first, in one transaction, checked before the commit.

Alembic is imported only when there is something to migrate, because its import is slow.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotis.domain.errors import StorageCorrupt, StorageTooNew
from parotis_db import engine as files

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from parotis_db.engine import DatabaseKey

NEWEST = "0003"
"""The newest revision in ``migrations``; revisions are numbered without gaps."""

MIGRATIONS = Path(__file__).parent / "migrations"


def stored_revision(connection: Any) -> str | None:
    """The revision of a file behind a raw driver connection; None when the file has no tables yet.

    Raises:
        StorageCorrupt: the file opens with the key but holds something else.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StorageCorrupt("not a record of this program")
    revisions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if len(revisions) != 1:
        raise StorageCorrupt("the schema has no revision")
    return str(revisions[0][0])


def refuse_newer(revision: str | None, known: str = NEWEST) -> None:
    """Raises StorageTooNew when this program cannot know the schema."""
    if revision is not None and not (revision.isdecimal() and int(revision) <= int(known)):
        raise StorageTooNew(revision, known)


def bring_up_to_date(
    engine: Engine, path: Path, key: DatabaseKey, revision: str | None, scripts: Path = MIGRATIONS
) -> None:
    """Migrate from ``revision``; an existing file is first copied to ``<name>.before-<revision>`` beside it.

    Raises:
        StorageCorrupt: the migrated file does not pass its checks; nothing is changed.
    """
    if revision is not None:
        files.back_up(path, key, path.with_name(f"{path.name}.before-{revision}"))
    with engine.begin() as connection:
        _upgrade(connection, scripts)
        _require_sound(connection)


def _upgrade(connection: Connection, scripts: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _require_sound(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    sound = connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
    if broken or not sound:
        raise StorageCorrupt("the migrated schema does not pass its checks")

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from db.record_builders import DATABASE_KEY, a_record, direct, insert, load, opened
from sqlalchemy.schema import CreateTable

from parotis.domain.errors import StorageCorrupt
from parotis_db import migrate, schema
from parotis_db.engine import DatabaseKey, make_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from parotis_db import EncryptedRecords

KEY = DatabaseKey(DATABASE_KEY)
NEXT = """
from alembic import op
from sqlalchemy import Column, Text

revision = "0004"
down_revision = "0003"


def upgrade():
    op.add_column("users", Column("phone", Text))
    op.create_table("added", Column("a", Text), sqlite_strict=True)
    {last}
"""


@pytest.fixture
def engine(record_path: Path) -> Iterator[Engine]:
    made = make_engine(record_path, KEY)
    yield made
    made.dispose()


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    copied = tmp_path / "100% migrations"
    shutil.copytree(migrate.MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


def _schema_of(path: Path) -> list[tuple[object, ...]]:
    connection = direct(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    return list(rows)


def _is_ours(_object: object, name: str | None, kind: str, *_others: object) -> bool:
    return not (kind == "table" and str(name).startswith("exam_text"))


def test_newest_is_the_last_of_the_numbered_scripts() -> None:
    directory = ScriptDirectory(str(migrate.MIGRATIONS))
    numbers = sorted(script.revision for script in directory.walk_revisions())
    assert directory.get_heads() == [migrate.NEWEST]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]


def test_the_migrated_schema_equals_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours, "compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_the_migrated_tables_have_the_same_checks_and_are_strict(engine: Engine, record_path: Path) -> None:
    def words(sql: object) -> list[str]:
        return sorted(re.sub(r'[\s,"()]+', " ", str(sql)).split())

    wanted = {
        table.name: words(CreateTable(table).compile(dialect=engine.dialect))
        for table in schema.metadata.tables.values()
    }
    migrated = {str(name): words(sql) for name, sql in _schema_of(record_path) if name in wanted}
    assert migrated == wanted
    assert all("STRICT" in sql for sql in migrated.values())


@pytest.mark.parametrize("last", ["raise RuntimeError", "op.execute('INSERT INTO nowhere VALUES (1)')"])
def test_a_migration_that_fails_leaves_nothing(engine: Engine, record_path: Path, scripts: Path, last: str) -> None:
    before = _schema_of(record_path)
    following = scripts / "versions" / "0004_next.py"
    following.write_text(NEXT.format(last=last))
    with pytest.raises(Exception, match=r".*"):
        migrate.bring_up_to_date(engine, record_path, KEY, "0003", scripts)
    assert _schema_of(record_path) == before
    following.write_text(NEXT.format(last="pass") + "\n# put right\n")
    migrate.bring_up_to_date(engine, record_path, KEY, "0003", scripts)
    assert {"added"} == {name for name, _ in _schema_of(record_path)} - {name for name, _ in before}


def test_a_migration_that_breaks_references_is_not_committed(
    records: EncryptedRecords, engine: Engine, record_path: Path, scripts: Path
) -> None:
    insert(records, a_record())
    before = _schema_of(record_path)
    orphan = "INSERT INTO documents VALUES ('d', 'no exam', 1, hex(zeroblob(32)), hex(zeroblob(32)), '', '', x'')"
    last = f"op.execute('PRAGMA defer_foreign_keys=ON')\n    op.execute({orphan!r})"
    (scripts / "versions" / "0004_next.py").write_text(NEXT.format(last=last))
    with pytest.raises(StorageCorrupt):
        migrate.bring_up_to_date(engine, record_path, KEY, "0003", scripts)
    assert _schema_of(record_path) == before
    assert load(records) == a_record()


def test_an_existing_file_is_backed_up_first(
    records: EncryptedRecords, engine: Engine, record_path: Path, scripts: Path
) -> None:
    insert(records, a_record())
    (scripts / "versions" / "0004_next.py").write_text(NEXT.format(last="op.drop_table('pictures')"))
    migrate.bring_up_to_date(engine, record_path, KEY, "0003", scripts)
    backup = record_path.with_name("records.db.before-0003")
    assert b"CREATE TABLE" not in backup.read_bytes()
    assert not list(record_path.parent.glob("*.part*"))
    restored = opened(backup)
    assert restored.integrity() == ()
    assert load(restored) == a_record()
    restored.close()


def test_an_exam_of_the_first_schema_is_read_as_it_was(
    records: EncryptedRecords, record_path: Path, tmp_path: Path, scripts: Path
) -> None:
    insert(records, a_record())
    records.close()
    path = tmp_path / "first.db"
    shutil.copy(record_path, path)
    connection = direct(path)
    connection.execute("ALTER TABLE exam_contents DROP COLUMN entry_json")
    connection.execute("ALTER TABLE practice DROP COLUMN manners_json")
    for name in ("libraries", "claim_events", "claim_files", "claim_contents", "claims", "remittance_files"):
        connection.execute(f"DROP TABLE {name}")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    upgraded = opened(path)
    assert load(upgraded) == a_record()
    assert upgraded.integrity() == ()
    upgraded.close()
    assert _schema_of(path) == _schema_of(record_path)

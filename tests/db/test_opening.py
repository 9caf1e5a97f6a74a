from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from db.record_builders import (
    DATABASE_KEY,
    NOW,
    OTHER_KEY,
    a_case,
    a_record,
    direct,
    insert,
    load,
    opened,
    save,
    sign,
)
from sqlcipher3 import dbapi2 as driver

from parotis.domain.errors import (
    ParotisError,
    StorageCorrupt,
    StorageFailed,
    StorageTooNew,
)
from parotis_db import migrate
from parotis_db.engine import DatabaseKey, connect

if TYPE_CHECKING:
    from pathlib import Path

    from parotis_db import EncryptedRecords

PAGE_BYTES = 4096


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_record_is_private_and_sound(tmp_path: Path) -> None:
    records = opened(tmp_path / "Ü #?%20 records.db")
    assert records.integrity() == ()
    records.close()
    (file,) = tmp_path.iterdir()
    assert file.name == "Ü #?%20 records.db"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_record_may_start_from_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "records.db").touch()
    opened(tmp_path / "records.db").close()
    opened(tmp_path / "records.db").close()


def test_a_record_whose_making_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "making.db"
    path.touch()
    making = driver.connect(str(path), isolation_level=None)
    making.execute(DatabaseKey(DATABASE_KEY).pragma())
    making.execute("PRAGMA cache_size=1")
    making.execute("BEGIN")
    making.execute("CREATE TABLE unfinished (a)")
    making.executemany("INSERT INTO unfinished VALUES (?)", [("x" * 3000,)] * 40)
    # As a kill leaves it: pages written, the rollback journal still hot.
    for suffix in ("", "-journal"):
        (tmp_path / f"records.db{suffix}").write_bytes((tmp_path / f"making.db{suffix}").read_bytes())
    making.close()
    assert (tmp_path / "records.db").stat().st_size > PAGE_BYTES
    records = opened(tmp_path / "records.db")
    insert(records, a_record())
    assert records.integrity() == ()
    records.close()


def test_a_wrong_key_is_refused_and_changes_nothing(record_path: Path) -> None:
    before = _files(record_path.parent)
    with pytest.raises(StorageCorrupt):
        opened(record_path, OTHER_KEY)
    assert _files(record_path.parent) == before


def test_a_key_of_another_length_is_a_mistake_of_the_caller(record_path: Path) -> None:
    with pytest.raises(ValueError, match="48 bytes"):
        opened(record_path, DATABASE_KEY[:32])


def test_another_practice_is_refused(record_path: Path) -> None:
    with pytest.raises(StorageCorrupt):
        opened(record_path, practice_id="practice-2")


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + bytes(4096), os.urandom(8192)])
def test_a_foreign_file_is_refused_and_unchanged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "records.db"
    path.write_bytes(content)
    with pytest.raises(StorageCorrupt):
        opened(path)
    assert _files(tmp_path) == {"records.db": content}


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    path.touch()
    connection = direct(path)
    connection.execute("CREATE TABLE other (a)")
    connection.close()
    with pytest.raises(StorageCorrupt):
        opened(path)


def test_a_missing_folder_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        opened(tmp_path / "none" / "records.db")


def test_a_truncated_file_is_refused(records: EncryptedRecords, record_path: Path) -> None:
    insert(records, a_record())
    records.close()
    whole = record_path.read_bytes()
    for length in (100, PAGE_BYTES, PAGE_BYTES * 7, len(whole) - PAGE_BYTES, len(whole) - 10):
        record_path.write_bytes(whole[:length])
        assert _damage_is_noticed(record_path), length


def test_one_flipped_bit_in_any_page_is_noticed(records: EncryptedRecords, record_path: Path) -> None:
    insert(records, *(a_record(f"exam-{number}", a_case(complaint="pain " * 400)) for number in range(3)))
    sign(records)
    records.close()
    whole = record_path.read_bytes()
    for page in range(len(whole) // PAGE_BYTES):
        damaged = bytearray(whole)
        damaged[page * PAGE_BYTES + 1000 + page % 7] ^= 1 << page % 8
        record_path.write_bytes(damaged)
        assert _damage_is_noticed(record_path), page


def _damage_is_noticed(path: Path) -> bool:
    try:
        records = opened(path)
    except StorageCorrupt:
        return True
    try:
        return records.integrity() != ()
    finally:
        with contextlib.suppress(ParotisError):
            records.close()


def test_a_newer_schema_is_refused_without_a_byte_changed(records: EncryptedRecords, record_path: Path) -> None:
    insert(records, a_record())
    records.close()
    newer = f"{int(migrate.NEWEST) + 1:04d}"
    connection = direct(record_path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (newer,))
    # A copy with the journal still hot, as the newer program left it at a crash.
    folder = record_path.parent / "newer"
    folder.mkdir()
    for suffix in ("", "-wal"):
        (folder / f"records.db{suffix}").write_bytes(record_path.with_name(f"records.db{suffix}").read_bytes())
    connection.close()
    before = _files(folder)
    with pytest.raises(StorageTooNew) as refusal:
        opened(folder / "records.db")
    assert (refusal.value.found, refusal.value.known) == (newer, migrate.NEWEST)
    after = _files(folder)
    assert {name: after[name] for name in before} == before


def test_nothing_is_readable_in_the_files(records: EncryptedRecords, record_path: Path) -> None:
    canary = "Zwetschgenkuchen"
    insert(records, a_record(case=a_case("Zwetschgenkuchen", canary, canary, complaint=canary * 50)))
    save(records, a_record(), a_case(canary, complaint=canary * 60))
    files = _files(record_path.parent)
    assert {"records.db", "records.db-wal", "records.db-shm"} <= set(files)
    records.close()
    for content in (*files.values(), *_files(record_path.parent).values()):
        assert canary.encode() not in content
        assert canary.lower().encode() not in content
        assert b"CREATE TABLE" not in content


def test_closing_leaves_one_file(records: EncryptedRecords, record_path: Path) -> None:
    insert(records, a_record())
    records.close()
    assert [path.name for path in record_path.parent.iterdir()] == ["records.db"]
    again = opened(record_path)
    assert load(again) == a_record()
    again.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("secure_delete", 1),
    ],
)
def test_each_connection_is_set_up(record_path: Path, pragma: str, value: object) -> None:
    connection = connect(record_path, DatabaseKey(DATABASE_KEY))
    assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    connection.close()


def test_strict_tables_refuse_other_types(record_path: Path) -> None:
    connection = direct(record_path)
    with pytest.raises(driver.IntegrityError):
        connection.execute("INSERT INTO meta (key, value) VALUES ('a', x'00')")
    connection.close()


def test_a_damaged_index_is_reported(records: EncryptedRecords, record_path: Path) -> None:
    insert(records, a_record())
    connection = direct(record_path)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("DELETE FROM exams")
    connection.close()
    assert any(problem.startswith("foreign_key_check: exam_contents") for problem in records.integrity())


def test_a_case_changed_in_the_file_is_noticed(records: EncryptedRecords, record_path: Path) -> None:
    insert(records, a_record())
    connection = direct(record_path)
    connection.execute("UPDATE exam_contents SET case_sha256 = ?", (hashlib.sha256(b"").hexdigest(),))
    connection.close()
    with pytest.raises(StorageCorrupt):
        load(records)


def test_opening_needs_neither_alembic_nor_the_other_sqlite(record_path: Path) -> None:
    script = (
        "import sys\n"
        "from db.record_builders import load, opened\n"
        "from pathlib import Path\n"
        "opened(Path(sys.argv[1])).close()\n"
        "sys.exit(any(name in sys.modules for name in ('alembic', 'sqlite3', '_sqlite3')))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    finished = subprocess.run([sys.executable, "-c", script, record_path], env=environment, check=False)
    assert finished.returncode == 0


def test_times_are_kept_to_the_microsecond(records: EncryptedRecords) -> None:
    insert(records, a_record(updated_at=NOW.replace(microsecond=123456)))
    assert load(records).updated_at.microsecond == 123456

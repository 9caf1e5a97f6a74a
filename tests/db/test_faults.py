from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from db.record_builders import a_case, a_record, direct, insert, load, opened, texts_of
from sqlcipher3 import dbapi2 as driver

from parotis.domain.errors import (
    Fault,
    StorageCorrupt,
    StorageFailed,
    StorageFull,
    StorageLocked,
    StorageReadOnly,
)
from parotis_db import EncryptedRecords, engine
from parotis_db.faults import handle_is_lost, storage_faults

SCRIPTS = Path(__file__).with_name("fault_scripts.py")
CANARY = "Zwetschgenkuchen"


def _outcome_of(scenario: str, folder: Path, *, before: tuple[str, ...] = ()) -> Any:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [*before, sys.executable, str(SCRIPTS), scenario, str(folder / "records.db")]
    finished = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert finished.stderr == ""
    return json.loads(finished.stdout)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


def test_a_full_disk_loses_nothing_and_saving_resumes(disk: Path) -> None:
    namespace = ("unshare", "-Urm")
    try:
        subprocess.run([*namespace, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs user namespaces")
    outcome = _outcome_of("full-disk", disk, before=namespace)
    assert outcome == {"code": "storage.full", "kept": True, "resumed": True, "problems": []}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_file_size_limit_loses_nothing_and_saving_resumes(disk: Path) -> None:
    outcome = _outcome_of("file-size-limit", disk)
    # SQLite cannot tell this limit from a failing disk.
    assert outcome == {"code": "storage.failed", "kept": True, "resumed": True, "problems": []}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_read_only_folder_is_refused_as_such(disk: Path) -> None:
    assert _outcome_of("read-only-folder", disk) == {"code": "storage.read_only", "unchanged": True}
    assert _outcome_of("unreachable-folder", disk) == {"code": "storage.read_only"}


def test_a_locked_record_says_so_and_reads_go_on(record_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 20)
    monkeypatch.setattr(engine, "_PRAGMAS", tuple(p for p in engine._PRAGMAS if "busy_timeout" not in p))
    records = opened(record_path)
    insert(records, a_record())
    other = direct(record_path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageLocked):
        insert(records, a_record("exam-2"))
    assert records.queries.search("okafor") != ()
    other.execute("ROLLBACK")
    other.close()
    insert(records, a_record("exam-2"))
    records.close()


@pytest.mark.full
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
@pytest.mark.parametrize("call", ["pwrite64", "fsync"])
@pytest.mark.parametrize("position", range(1, 31))
def test_no_failing_disk_operation_loses_an_acknowledged_save(
    record_path: Path, disk: Path, call: str, position: int
) -> None:
    records = opened(record_path)
    insert(records, a_record())
    records.close()
    shutil.copy(record_path, disk)
    inject = f"inject={call}:error=EIO:when={position}"
    strace = ("strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", inject)
    outcome = _outcome_of("saves", disk, before=strace)
    assert set(outcome["codes"]) <= {"storage.failed"}
    assert (outcome["kept"], outcome["problems"]) == (True, [])


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (5, StorageLocked),
        (261, StorageLocked),
        (6, StorageLocked),
        (3, StorageReadOnly),
        (8, StorageReadOnly),
        (1032, StorageReadOnly),
        (11, StorageCorrupt),
        (26, StorageCorrupt),
        (13, StorageFull),
        (10, StorageFailed),
        (14, StorageFailed),
        (19, StorageFailed),
        (1, StorageFailed),
    ],
)
def test_result_codes_become_faults(code: int, fault: type[Fault]) -> None:
    error = driver.OperationalError("text that names another trouble: database or disk is full")
    error.sqlite_errorcode = code
    with pytest.raises(Fault) as refusal, storage_faults():
        raise error
    assert type(refusal.value) is fault


def test_only_a_lost_handle_is_dropped() -> None:
    def error_of(code: int) -> Exception:
        error = driver.OperationalError()
        error.sqlite_errorcode = code
        return error

    assert [code for code in (1, 5, 8, 10, 11, 13, 19, 26, 4874) if handle_is_lost(error_of(code))] == [
        10,
        11,
        26,
        4874,
    ]


def test_errors_never_hold_what_was_typed(records: EncryptedRecords) -> None:
    insert(records, a_record(case=a_case(CANARY, CANARY, complaint=CANARY)))
    with pytest.raises(StorageFailed) as refusal, records.unit_of_work() as work:
        work.exams.insert(a_record(CANARY, a_case(CANARY, complaint=CANARY), revision=-1))
    assert CANARY not in texts_of(refusal.value)
    with pytest.raises(StorageFailed) as refusal, records.unit_of_work() as work:
        work.exams.insert(a_record(CANARY, updated_by=None))  # type: ignore[arg-type]
    assert CANARY not in texts_of(refusal.value)


def test_several_threads_share_the_record(records: EncryptedRecords) -> None:
    def work_and_look(number: int) -> None:
        for turn in range(10):
            insert(records, a_record(f"exam-{number}-{turn}"))
            assert records.queries.search("okafor") != ()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(work_and_look, range(3)))
    assert sum(records.queries.counts().values()) == 30
    assert records.integrity() == ()


def test_a_failed_transaction_leaves_the_connection_usable(records: EncryptedRecords) -> None:
    with pytest.raises(StorageFailed), records.unit_of_work() as work:
        work.exams.insert(a_record(revision=-1))
    insert(records, a_record())
    assert load(records) == a_record()

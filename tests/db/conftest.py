from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from db.record_builders import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parotis_db import EncryptedRecords


@pytest.fixture(scope="session")
def empty_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record without exams, closed; tests work on copies because making one takes a while."""
    path = tmp_path_factory.mktemp("record") / "records.db"
    opened(path).close()
    return path


@pytest.fixture
def record_path(empty_record: Path, tmp_path: Path) -> Path:
    return shutil.copy(empty_record, tmp_path / "records.db")


@pytest.fixture
def records(record_path: Path) -> Iterator[EncryptedRecords]:
    opened_records = opened(record_path)
    yield opened_records
    opened_records.close()

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from db.record_builders import DATABASE_KEY, PRACTICE_ID, an_entry, direct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as driver

from parotis.domain.errors import AuditChainBroken
from parotis_db import open_records

if TYPE_CHECKING:
    from pathlib import Path

    from parotis_db import EncryptedRecords

_WITHOUT_TRIGGERS = ("DROP TRIGGER audit_changed", "DROP TRIGGER audit_deleted", "DROP TRIGGER audit_replaced")
_SWAP = (
    "UPDATE audit SET seq = 1000 WHERE seq = 2",
    "UPDATE audit SET seq = 2 WHERE seq = 3",
    "UPDATE audit SET seq = 3 WHERE seq = 1000",
)


def _append(records: EncryptedRecords, count: int) -> None:
    with records.unit_of_work() as work:
        for number in range(count):
            work.audit.append(an_entry(f"action-{number}"))
        work.commit()


def test_the_head_follows_the_entries(records: EncryptedRecords) -> None:
    with records.unit_of_work() as work:
        assert (work.audit.head(), work.audit.verify()) == ((0, ""), 0)
        work.audit.append(an_entry())
        first = work.audit.head()
        work.audit.append(an_entry())
        assert (first[0], work.audit.head()[0], work.audit.verify()) == (1, 2, 2)
        assert first[1] != work.audit.head()[1]


@pytest.mark.parametrize("statement", ["UPDATE audit SET detail = 'x'", "DELETE FROM audit"])
def test_the_trail_only_grows(records: EncryptedRecords, record_path: Path, statement: str) -> None:
    _append(records, 3)
    connection = direct(record_path)
    with pytest.raises(driver.IntegrityError):
        connection.execute(statement)
    with pytest.raises(driver.IntegrityError):
        connection.execute("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2")
    connection.close()


@pytest.mark.parametrize(
    ("tampering", "first_broken"),
    [
        (("UPDATE audit SET user_id = 'user-9' WHERE seq = 2",), 2),
        (("UPDATE audit SET at = '2020' WHERE seq = 5",), 5),
        (("UPDATE audit SET mac = (SELECT mac FROM audit WHERE seq = 1) WHERE seq = 4",), 4),
        (("DELETE FROM audit WHERE seq = 3",), 3),
        (("DELETE FROM audit WHERE seq = 1",), 1),
        (
            (
                (
                    "INSERT INTO audit SELECT 6, at, user_id, role, 'forged', object_id, detail, mac, mac FROM audit"
                    " WHERE seq = 5"
                ),
            ),
            6,
        ),
        (_SWAP, 2),
        (("UPDATE audit SET action = 'action-', object_id = '1exam-1' WHERE seq = 2",), 2),
    ],
    ids=["edit", "edit-last", "foreign-mac", "delete", "delete-first", "insert", "swap", "shift-between-fields"],
)
def test_tampering_breaks_the_chain(
    records: EncryptedRecords, record_path: Path, tampering: tuple[str, ...], first_broken: int
) -> None:
    _append(records, 5)
    connection = direct(record_path)
    for statement in (*_WITHOUT_TRIGGERS, *tampering):
        connection.execute(statement)
    connection.close()
    with records.unit_of_work() as work, pytest.raises(AuditChainBroken) as refusal:
        work.audit.verify()
    assert str(refusal.value) == f"entry {first_broken}"


def test_another_key_does_not_verify(records: EncryptedRecords, record_path: Path) -> None:
    _append(records, 2)
    other = open_records(record_path, DATABASE_KEY, b"b" * 32, practice_id=PRACTICE_ID)
    with other.unit_of_work() as work, pytest.raises(AuditChainBroken):
        work.audit.verify()
    other.close()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_any_details_verify(records: EncryptedRecords, details: list[str]) -> None:
    with records.unit_of_work() as work:
        for detail in details:
            work.audit.append(an_entry(detail, detail))
        assert work.audit.verify() == len(details)

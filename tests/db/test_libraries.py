"""Files that the practice added: every version stays."""

from __future__ import annotations

import pytest
from db.record_builders import NOW, direct, opened
from sqlcipher3 import dbapi2 as driver

from parotis.domain.errors import NotFound


def _add(records, content: bytes, name: str = "Impressions", owner: str = ""):
    with records.unit_of_work() as work:
        added = work.libraries.add("phrases", name, owner, content, added_at=NOW, added_by="u1")
        work.commit()
    return added


def test_versions_rise_and_old_ones_stay_readable(records) -> None:
    first, second = _add(records, b"one"), _add(records, b"two")
    assert (first.version, second.version) == (1, 2)
    with records.unit_of_work() as work:
        assert work.libraries.version("phrases", "Impressions", "", 1) == first
        assert work.libraries.current("phrases") == (second,)
        assert work.libraries.current("lexicon") == ()
        with pytest.raises(NotFound):
            work.libraries.version("phrases", "Impressions", "", 3)


def test_personal_and_practice_files_of_one_name_are_two_files(records) -> None:
    _add(records, b"practice")
    own = _add(records, b"own", owner="u1")
    assert own.version == 1
    with records.unit_of_work() as work:
        assert [(found.owner, found.content) for found in work.libraries.current("phrases")] == [
            ("", b"practice"),
            ("u1", b"own"),
        ]


@pytest.mark.parametrize("statement", ["UPDATE libraries SET content = x''", "DELETE FROM libraries"])
def test_a_version_is_never_changed_by_plain_sql(records, record_path, statement: str) -> None:
    added = _add(records, b"one")
    connection = direct(record_path)
    with pytest.raises(driver.IntegrityError):
        connection.execute(statement)
    connection.close()
    again = opened(record_path)
    with again.unit_of_work() as work:
        assert work.libraries.current("phrases") == (added,)
    again.close()

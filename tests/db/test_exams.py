from __future__ import annotations

import dataclasses
import types
import typing
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from db.record_builders import NOW, a_case, a_document, a_record, direct, insert, load, opened, save, sign
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as driver

from parotis.domain import canonical
from parotis.domain.case import Case
from parotis.domain.errors import AlreadyExists, AlreadySigned, NotFound, StaleDraft, StorageFailed
from parotis.domain.paths import field_types
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from pathlib import Path

    from parotis_db import EncryptedRecords

_MOMENTS = st.builds(
    lambda naive, minutes: naive.replace(tzinfo=timezone(timedelta(minutes=minutes))),
    st.datetimes(),
    st.integers(-14 * 60, 14 * 60),
)
_LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    bool: st.booleans(),
    int: st.integers(1, 10),
    Decimal: st.decimals(0, 999, places=1),
    date: st.dates(),
    datetime: _MOMENTS,
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value that a field of the case may hold."""
    if hint is type(None):
        return st.none()
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return st.one_of([values_of(part) for part in typing.get_args(hint)])
    if typing.get_origin(hint) is typing.Literal:
        return st.sampled_from(typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        parts = typing.get_args(hint)
        if parts[-1] is Ellipsis:
            return st.lists(values_of(parts[0]), max_size=2).map(tuple)
        return st.tuples(*map(values_of, parts))
    if dataclasses.is_dataclass(hint):
        return st.builds(hint, **{name: values_of(inner) for name, inner in field_types(hint).items()})
    return _LEAVES[hint]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    case=values_of(Case),
    rejected=st.lists(st.tuples(_LEAVES[str], _LEAVES[str]), max_size=2).map(tuple),
    created_at=_MOMENTS,
    revision=st.integers(0, 2**40),
)
def test_any_exam_comes_back_as_it_was_stored(
    records: EncryptedRecords, case: Case, rejected: Any, created_at: datetime, revision: int
) -> None:
    stored_case = canonical.decoded(canonical.encoded(case))
    # The first and last days of the calendar have no UTC time in every zone.
    created_at = created_at.replace(year=min(max(created_at.year, 2), 9998))
    record = a_record(case=case, rejected=rejected, created_at=created_at, revision=revision)
    with records.unit_of_work() as work:
        work.exams.insert(record)
        assert work.exams.get("exam-1") == dataclasses.replace(record, case=stored_case)
        work.exams.save_draft(dataclasses.replace(record, case=Case()), expected_revision=revision)
        work.exams.save_draft(record, expected_revision=revision + 1)
        assert work.exams.get("exam-1") == dataclasses.replace(record, case=stored_case, revision=revision + 2)


def test_leaving_without_commit_rolls_back(records: EncryptedRecords) -> None:
    with records.unit_of_work() as work:
        work.exams.insert(a_record())
    with pytest.raises(ZeroDivisionError), records.unit_of_work() as work:
        work.exams.insert(a_record())
        raise ZeroDivisionError
    with pytest.raises(NotFound):
        load(records)
    assert records.queries.search("Okafor") == ()


def test_a_save_is_there_after_reopening(record_path: Path) -> None:
    records = opened(record_path)
    insert(records, a_record())
    saved = save(records, a_record(), a_case(complaint="pain when eating"))
    records.close()
    again = opened(record_path)
    assert load(again) == saved
    again.close()


def test_an_older_revision_is_refused_and_nothing_changes(records: EncryptedRecords) -> None:
    insert(records, a_record())
    saved = save(records, a_record(), a_case(complaint="second"))
    with pytest.raises(StaleDraft) as refusal:
        save(records, a_record(), a_case(complaint="late"))
    assert refusal.value.stored_revision == 2
    assert load(records) == saved


def test_a_save_leaves_state_and_creation_as_they_were(records: EncryptedRecords) -> None:
    insert(records, a_record())
    with records.unit_of_work() as work:
        work.exams.set_state("exam-1", ExamState.TO_SIGN, expected=(ExamState.DRAFT,))
        work.commit()
    save(records, a_record(created_at=datetime(2000, 1, 1, tzinfo=UTC)), a_case())
    assert (load(records).state, load(records).created_at) == (ExamState.TO_SIGN, NOW)


def test_an_exam_is_inserted_once(records: EncryptedRecords) -> None:
    insert(records, a_record())
    with pytest.raises(AlreadyExists):
        insert(records, a_record())


def test_what_is_not_there_is_not_found(records: EncryptedRecords) -> None:
    with records.unit_of_work() as work:
        with pytest.raises(NotFound):
            work.exams.get("none")
        with pytest.raises(NotFound):
            work.exams.save_draft(a_record(), expected_revision=1)
        with pytest.raises(NotFound):
            work.exams.set_state("none", ExamState.TO_SIGN, expected=(ExamState.DRAFT,))


@pytest.mark.parametrize("state", [ExamState.SIGNING, ExamState.SIGNED])
def test_signed_exam_refuses_edits(records: EncryptedRecords, state: ExamState) -> None:
    insert(records, a_record())
    if state is ExamState.SIGNED:
        sign(records)
    else:
        with records.unit_of_work() as work:
            work.exams.set_state("exam-1", state, expected=(ExamState.DRAFT,))
            work.commit()
    before = load(records)
    with pytest.raises(AlreadySigned):
        save(records, a_record(), a_case(complaint="changed"))
    assert load(records) == before


def test_signed_is_final(records: EncryptedRecords) -> None:
    insert(records, a_record())
    sign(records)
    with records.unit_of_work() as work, pytest.raises(AlreadySigned):
        work.exams.set_state("exam-1", ExamState.DRAFT, expected=tuple(ExamState))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE exam_contents SET case_json = x'00'",
        "UPDATE exam_contents SET revision = 9",
        "DELETE FROM exam_contents",
        "UPDATE exams SET state = 'draft', document_id = NULL",
        "UPDATE exams SET family_name = 'Other'",
        "DELETE FROM exams",
        "UPDATE documents SET pdf = x'00'",
        "DELETE FROM documents",
        (
            "INSERT OR REPLACE INTO exam_contents SELECT seq, 9, updated_at, updated_by, searched_sha256, case_sha256,"
            " rejected_json, case_json, entry_json FROM exam_contents"
        ),
    ],
)
def test_signed_exam_refuses_edits_by_plain_sql(records: EncryptedRecords, record_path: Path, statement: str) -> None:
    insert(records, a_record())
    sign(records)
    before = load(records)
    connection = direct(record_path)
    with pytest.raises(driver.IntegrityError):
        connection.execute(statement)
    connection.close()
    assert load(records) == before


def test_state_changes_only_from_an_expected_one(records: EncryptedRecords) -> None:
    insert(records, a_record())
    with records.unit_of_work() as work, pytest.raises(StaleDraft):
        work.exams.set_state("exam-1", ExamState.SIGNED, expected=(ExamState.SIGNING,))


def test_signed_needs_a_document(records: EncryptedRecords) -> None:
    insert(records, a_record())
    with pytest.raises(StorageFailed), records.unit_of_work() as work:
        work.exams.set_state("exam-1", ExamState.SIGNED, expected=(ExamState.DRAFT,))


def test_an_exam_that_goes_back_to_a_draft_loses_its_document(records: EncryptedRecords) -> None:
    insert(records, a_record())
    with records.unit_of_work() as work:
        work.documents.insert(a_document())
        work.exams.set_state(
            "exam-1", ExamState.SIGNING, expected=(ExamState.DRAFT,), document_id=a_document().document_id
        )
        work.exams.set_state("exam-1", ExamState.DRAFT, expected=(ExamState.SIGNING,))
        assert work.exams.get("exam-1").document_id is None


def test_exams_of_a_state_are_listed(records: EncryptedRecords) -> None:
    insert(records, a_record("one"), a_record("two"), a_record("three", state=ExamState.TO_SIGN))
    with records.unit_of_work() as work:
        assert [record.exam_id for record in work.exams.in_state(ExamState.DRAFT)] == ["one", "two"]
        assert work.exams.in_state(ExamState.SIGNED) == ()

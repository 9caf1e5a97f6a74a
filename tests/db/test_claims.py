"""Claims in the record: their lines, their history that stays, their files, and what the screens ask."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from db.record_builders import NOW, a_record, direct, insert, opened, sign
from sqlcipher3 import dbapi2 as driver

from parotis.domain.claims.records import Adjustment, ClaimRecord, CoverageCall, Remittance
from parotis.domain.errors import AlreadyExists, DocumentAltered, NotFound, StaleDraft, StorageCorrupt
from parotis.services.claim_ports import ClaimEvent, ClaimFile, ClaimFilter, ClaimRow

if TYPE_CHECKING:
    from pathlib import Path

    from parotis_db import EncryptedRecords

TODAY = date(2026, 11, 28)
CLAIM = ClaimRecord(
    "claim-1",
    "exam-1",
    calls=(CoverageCall(called_at=NOW, representative="Dana"),),
    remittances=(Remittance(charged="210.00", paid="0.00", adjustments=(Adjustment("CO", "16", "210.00"),)),),
)
ROW = ClaimRow(
    claim_id="claim-1",
    exam_id="exam-1",
    state="to-bill",
    chart_number="C-1",
    family_name="Núñez Ávila",
    given_name="Ada",
    service_date=date(2026, 11, 12),
    payer_key="prairie",
    payer_name="Prairie Dental",
    charged_cents=21000,
    paid_cents=0,
    sent_on=None,
    next_action=None,
    next_action_on=None,
    filing_due=None,
    appeal_due=None,
    due_on=None,
    due_kind=None,
    denied_for="",
    assigned_to=None,
    snoozed_until=None,
    updated_at=NOW,
    revision=1,
)
EVERYTHING = ClaimFilter(today=TODAY, with_snoozed=True)


def an_event(claim_id: str = "claim-1", kind: str = "note") -> ClaimEvent:
    return ClaimEvent(0, claim_id, NOW, "user-1", kind, "to-bill", "to-bill", '{"text": "x"}')


def put(records: EncryptedRecords, claim: ClaimRecord = CLAIM, **changes: Any) -> ClaimRow:
    row = dataclasses.replace(ROW, claim_id=claim.claim_id, exam_id=claim.exam_id, state=claim.state, **changes)
    with records.unit_of_work() as work:
        work.claims.insert(claim, row)
        work.commit()
    return row


def save(records: EncryptedRecords, claim: ClaimRecord, revision: int, **changes: Any) -> None:
    row = dataclasses.replace(ROW, claim_id=claim.claim_id, state=claim.state, **changes)
    with records.unit_of_work() as work:
        work.claims.save(claim, row, an_event(claim.claim_id), expected_revision=revision)
        work.commit()


@pytest.fixture
def filled(records: EncryptedRecords) -> EncryptedRecords:
    insert(records, a_record())
    put(records)
    return records


def ids(records: EncryptedRecords, wanted: ClaimFilter) -> list[str]:
    return [row.claim_id for row in records.queries.claims(wanted, limit=50)]


def test_a_claim_is_read_back_as_it_was_put_after_the_record_was_closed(
    filled: EncryptedRecords, record_path: Path
) -> None:
    filled.close()
    again = opened(record_path)
    with again.unit_of_work() as work:
        assert work.claims.get("claim-1") == (CLAIM, 1)
        assert work.claims.of_exam("exam-1") == ("claim-1",)
    assert again.queries.claim("claim-1") == ROW
    assert again.integrity() == ()
    again.close()


def test_a_claim_that_is_there_is_not_put_again_and_one_that_is_not_is_not_found(filled: EncryptedRecords) -> None:
    with filled.unit_of_work() as work:
        with pytest.raises(AlreadyExists):
            work.claims.insert(CLAIM, ROW)
        with pytest.raises(NotFound):
            work.claims.get("claim-2")
        with pytest.raises(NotFound):
            work.claims.save(dataclasses.replace(CLAIM, claim_id="claim-2"), ROW, an_event(), expected_revision=1)
    assert filled.queries.claim("claim-2") is None


def test_of_two_people_who_saw_the_same_claim_the_second_is_refused(filled: EncryptedRecords) -> None:
    save(filled, dataclasses.replace(CLAIM, next_action="call"), 1)
    with pytest.raises(StaleDraft):
        save(filled, dataclasses.replace(CLAIM, next_action="write"), 1)
    with filled.unit_of_work() as work:
        claim, revision = work.claims.get("claim-1")
        assert (claim.next_action, revision, len(work.claims.events("claim-1"))) == ("call", 2, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claim_events SET user_id = 'x'",
        "DELETE FROM claim_events",
        "INSERT OR REPLACE INTO claim_events VALUES (1, 'claim-1', '', '', '', '', '', '{}')",
        "DELETE FROM claims",
        "INSERT OR REPLACE INTO claims SELECT * FROM claims",
        "UPDATE claim_files SET data = x''",
        "DELETE FROM claim_files",
        "UPDATE remittance_files SET data = x''",
        "DELETE FROM remittance_files",
    ],
)
def test_history_and_files_are_never_changed_by_plain_sql(
    filled: EncryptedRecords, record_path: Path, statement: str
) -> None:
    save(filled, CLAIM, 1)
    keep(filled)
    with filled.unit_of_work() as work:
        work.claims.put_remittance_file("a" * 64, b"ISA", ["{}"], at=NOW, by="user-1")
        work.commit()
    connection = direct(record_path)
    with pytest.raises(driver.IntegrityError):
        connection.execute(statement)
    connection.close()


def test_a_claim_that_was_altered_on_the_disk_is_not_shown(filled: EncryptedRecords, record_path: Path) -> None:
    connection = direct(record_path)
    connection.execute("UPDATE claim_contents SET claim_json = CAST(replace(claim_json, 'Dana', 'Hugo') AS BLOB)")
    connection.close()
    with filled.unit_of_work() as work, pytest.raises(StorageCorrupt):
        work.claims.get("claim-1")


def keep(records: EncryptedRecords, data: bytes = b"%PDF-1.7 letter") -> ClaimFile:
    file = ClaimFile(hashlib.sha256(data).hexdigest(), "letter", "application/pdf", NOW, "user-1", data)
    with records.unit_of_work() as work:
        work.claims.put_file("claim-1", file)
        work.commit()
    return file


def test_a_kept_file_is_there_once_with_its_bytes(filled: EncryptedRecords) -> None:
    file = keep(filled)
    keep(filled)
    with filled.unit_of_work() as work:
        assert work.claims.file("claim-1", file.sha256) == file
        (facts,) = work.claims.files("claim-1")
        assert (facts.sha256, facts.size, facts.kind) == (file.sha256, len(file.data), "letter")
        with pytest.raises(NotFound):
            work.claims.file("claim-1", "b" * 64)


def test_a_kept_file_whose_hash_is_wrong_is_not_handed_out(filled: EncryptedRecords) -> None:
    wrong = ClaimFile("c" * 64, "letter", "application/pdf", NOW, "user-1", b"%PDF-1.7")
    with filled.unit_of_work() as work:
        work.claims.put_file("claim-1", wrong)
        with pytest.raises(DocumentAltered):
            work.claims.file("claim-1", "c" * 64)


def test_a_remittance_file_is_kept_once(filled: EncryptedRecords) -> None:
    with filled.unit_of_work() as work:
        assert not work.claims.is_remittance_known("a" * 64)
        work.claims.put_remittance_file("a" * 64, b"ISA", ["{}"], at=NOW, by="user-1")
        assert work.claims.is_remittance_known("a" * 64)
        with pytest.raises(AlreadyExists):
            work.claims.put_remittance_file("a" * 64, b"ISA", [], at=NOW, by="user-1")


@pytest.mark.parametrize("text", ["nunez", "AVILA", "ada nun", "c-1", "prairie", "claim-1", "ÁVI"])
def test_a_claim_is_found_by_beginnings_of_words_without_accents(filled: EncryptedRecords, text: str) -> None:
    assert ids(filled, ClaimFilter(today=TODAY, text=text)) == ["claim-1"]


@pytest.mark.parametrize("text", ["unez", "%", "_", "nobody", "ada nobody", "\\"])
def test_what_begins_no_word_finds_nothing(filled: EncryptedRecords, text: str) -> None:
    assert ids(filled, ClaimFilter(today=TODAY, text=text)) == []


def several(records: EncryptedRecords) -> None:
    insert(records, *(a_record(f"exam-{number}") for number in range(1, 6)))
    for number, (state, changes) in enumerate(
        (
            ("to-bill", {}),
            ("sent", {"sent_on": TODAY - timedelta(days=10), "due_on": TODAY, "due_kind": "action"}),
            ("denied", {"sent_on": TODAY - timedelta(days=45), "denied_for": "16 N706", "assigned_to": "helen"}),
            ("paid", {"sent_on": TODAY - timedelta(days=45), "paid_cents": 21000}),
            ("appealed", {"sent_on": TODAY - timedelta(days=200), "snoozed_until": TODAY + timedelta(days=3)}),
        ),
        start=1,
    ):
        put(records, ClaimRecord(f"claim-{number}", f"exam-{number}", state=state), **changes)  # type: ignore[arg-type]


def test_filters_narrow_the_list_and_what_lapses_first_stands_first(records: EncryptedRecords) -> None:
    several(records)
    assert ids(records, EVERYTHING)[0] == "claim-2"
    assert len(ids(records, EVERYTHING)) == 5
    assert set(ids(records, ClaimFilter(today=TODAY, states=("denied", "paid")))) == {"claim-3", "claim-4"}
    assert ids(records, ClaimFilter(today=TODAY, assigned_to="helen")) == ["claim-3"]
    assert ids(records, ClaimFilter(today=TODAY, due_by=TODAY)) == ["claim-2"]
    assert ids(records, ClaimFilter(today=TODAY, payer_key="other")) == []


def test_a_snoozed_claim_comes_back_on_its_day(records: EncryptedRecords) -> None:
    several(records)
    assert "claim-5" not in ids(records, ClaimFilter(today=TODAY))
    assert "claim-5" in ids(records, ClaimFilter(today=TODAY + timedelta(days=3)))


def test_counts_and_open_amounts_are_told_by_state(records: EncryptedRecords) -> None:
    several(records)
    counts = records.queries.claim_counts(EVERYTHING)
    assert counts["denied"] == (1, 21000)
    assert counts["paid"] == (1, 0)
    assert sum(count for count, _ in counts.values()) == 5


def test_ageing_counts_what_was_sent_and_is_not_settled_from_the_day_of_sending(records: EncryptedRecords) -> None:
    several(records)
    found = {bucket.label: (bucket.count, bucket.open_cents) for bucket in records.queries.ageing(TODAY)}
    assert found == {
        "0-30": (1, 21000),
        "31-60": (1, 21000),
        "61-90": (0, 0),
        "91-120": (0, 0),
        "over 120": (1, 21000),
    }


@pytest.mark.parametrize(
    ("days", "label"),
    [(0, "0-30"), (30, "0-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"), (90, "61-90"), (91, "91-120"),
     (120, "91-120"), (121, "over 120")],
)  # fmt: skip
def test_the_edges_of_the_ageing_buckets(records: EncryptedRecords, days: int, label: str) -> None:
    insert(records, a_record())
    put(records, ClaimRecord("claim-1", "exam-1", state="sent"), sent_on=TODAY - timedelta(days=days))
    assert [bucket.label for bucket in records.queries.ageing(TODAY) if bucket.count] == [label]


def test_done_but_not_billed_are_signed_exams_without_a_claim(records: EncryptedRecords) -> None:
    insert(records, a_record(), a_record("exam-2"), a_record("exam-3"))
    sign(records)
    sign(records, "exam-2")
    put(records)
    assert [row.exam_id for row in records.queries.not_billed(limit=10)] == ["exam-2"]


def test_outcomes_of_a_payer_count_answers_only(records: EncryptedRecords) -> None:
    several(records)
    found = {(one.was_denied, one.denied_for, one.count) for one in records.queries.payer_outcomes()}
    assert found == {(True, "16 N706", 1), (False, "", 2)}

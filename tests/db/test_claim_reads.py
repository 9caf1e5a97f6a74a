"""The reads of the claim screens that count instead of listing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from db.record_builders import a_record, insert, sign
from helpers import claim_rows

from parotis.domain.claims import lifecycle
from parotis.services.claim_ports import ClaimFilter, DueCount

if TYPE_CHECKING:
    from parotis.domain.claims.records import ClaimState
    from parotis.services.claim_ports import ClaimRow
    from parotis_db import EncryptedRecords

TODAY = claim_rows.TODAY
SOON = TODAY + dt.timedelta(days=14)


def put(records: EncryptedRecords, *rows: ClaimRow) -> None:
    with records.unit_of_work() as work:
        for one in rows:
            claim_rows.insert(work, one, "u1")
        work.commit()


def test_due_days_are_counted_by_kind_as_the_list_would_show_them(records: EncryptedRecords) -> None:
    rows = [claim_rows.row(number) for number in range(60)]
    put(records, *rows)
    wanted = ClaimFilter(TODAY, states=lifecycle.OPEN, due_by=SOON)
    counts = records.queries.due_counts(wanted)
    listed = records.queries.claims(wanted, limit=100)
    assert sum(one.count for one in counts) == len(listed) > 0
    for one in counts:
        assert one.count == sum((row.due_kind, row.due_on) == (one.kind, one.on) for row in listed)


def test_what_has_no_day_and_what_is_snoozed_is_not_due(records: EncryptedRecords) -> None:
    put(
        records,
        claim_rows.row(0, state="sent", due_on=None, due_kind=None),
        claim_rows.row(1, state="sent", due_on=TODAY, due_kind="action", snoozed_until=SOON),
        claim_rows.row(2, state="sent", due_on=TODAY, due_kind="filing"),
        claim_rows.row(3, state="sent", due_on=TODAY, due_kind="filing"),
    )
    assert records.queries.due_counts(ClaimFilter(TODAY)) == (DueCount("filing", TODAY, 2),)


def test_the_payers_of_claims_come_by_name_with_their_newest_name(records: EncryptedRecords) -> None:
    put(
        records,
        claim_rows.row(0, payer_key="z", payer_name="Zinc Old"),
        claim_rows.row(1, payer_key="m", payer_name="Middle"),
        claim_rows.row(2, payer_key="z", payer_name="Aluminium"),
        claim_rows.row(3, payer_key=None, payer_name="Written by hand"),
    )
    assert records.queries.claim_payers() == (("z", "Aluminium"), ("m", "Middle"))


def test_signed_exams_without_a_claim_are_counted(records: EncryptedRecords) -> None:
    insert(records, a_record("one"), a_record("two"), a_record("three"))
    assert records.queries.not_billed_count() == 0
    sign(records, "two")
    sign(records, "three")
    assert records.queries.not_billed_count() == len(records.queries.not_billed(limit=10)) == 2


def test_groups_of_states_come_at_once_as_they_would_come_one_by_one(records: EncryptedRecords) -> None:
    put(records, *(claim_rows.row(number) for number in range(80)))
    groups: tuple[tuple[ClaimState, ...], ...] = (("to-bill", "ready"), ("denied",), ("closed",))
    wanted = ClaimFilter(TODAY, text="s-10")
    expected = tuple(records.queries.claims(dataclasses.replace(wanted, states=states), limit=3) for states in groups)
    assert all(len(rows) == 3 for rows in expected)
    assert records.queries.claims_by_group(wanted, groups, limit=3) == expected
    assert records.queries.claims_by_group(wanted, (), limit=3) == ()

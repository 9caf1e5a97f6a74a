"""Remittance files laid beside the claims of a practice, posted once and whole, and kept."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from helpers import remittance_text, sample_cases
from helpers.practices import dentist_desk

from parotis.domain.errors import AlreadyExists, NotFound, UnreadableInput
from parotis.services import claims, drafts, remittances, signing
from parotis.services.drafts import ImportedCase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotis.services.desk import Desk

OVER = {"kind": "override", "gap": "key-image", "reason": "The images were sent before."}


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    desk, passphrase = dentist_desk(tmp_path_factory.mktemp("practice"))
    yield desk, passphrase
    desk.close()


def recorded(desk: Desk, claim_id: str, *documents: dict[str, Any]) -> None:
    claims.record(desk, claim_id, *(claims.read_entry(desk, document) for document in documents))


def claim_of(practice: tuple[Desk, str], *, is_sent: bool = True) -> str:
    desk, passphrase = practice
    exam_id = drafts.import_case(desk, ImportedCase(sample_cases.case(), ())).exam_id
    claim_id = claims.open_claim(desk, exam_id).claim_id
    if is_sent:
        signing.sign(desk, exam_id, passphrase)
        recorded(desk, claim_id, OVER, {"kind": "sent", "submission": {"sent_on": "2026-11-17"}})
    return claim_id


def paid(claim_id: str) -> tuple[str, ...]:
    return (f"CLP*{claim_id}*1*210.00*168.00**12*PAYER1", "CAS*CO*45*42.00")


def taken_back(claim_id: str) -> tuple[str, ...]:
    return (f"CLP*{claim_id}*22*-210.00*-168.00**12*PAYER1", "CAS*CO*45*-42.00")


def file_of(*segments: str, total: str) -> bytes:
    return remittance_text.with_claims("LX*1", *segments, total=total).replace(b"20261101", b"20261125")


def state_of(desk: Desk, claim_id: str) -> str:
    return claims.load(desk, claim_id).claim.state


def test_claims_that_cannot_take_the_answer_are_all_named_by_place_and_nothing_is_posted(
    practice: tuple[Desk, str],
) -> None:
    desk = practice[0]
    ours, unsent, other = claim_of(practice), claim_of(practice, is_sent=False), claim_of(practice, is_sent=False)
    data = file_of(*paid(unsent), *paid(ours), *paid(other), total="504.00")
    with pytest.raises(UnreadableInput) as refused:
        remittances.post(desk, data)
    assert [path for path, _ in refused.value.problems] == ["payments[0].claims[0]", "payments[0].claims[2]"]
    assert state_of(desk, ours) == "sent"
    assert data not in [remittances.kept_file(desk, one.sha256) for one in remittances.kept(desk)]


def test_an_answer_that_stands_twice_in_a_file_or_comes_in_another_file_is_not_booked_twice(
    practice: tuple[Desk, str],
) -> None:
    desk, claim_id = practice[0], claim_of(practice)
    twice = file_of(*paid(claim_id), *paid(claim_id.upper()), total="336.00")
    assert [len(one.problems) for one in remittances.preview(desk, twice).claims] == [0, 1]
    with pytest.raises(UnreadableInput):
        remittances.post(desk, twice)
    once = file_of(*paid(claim_id), total="168.00")
    remittances.post(desk, once)
    with pytest.raises(AlreadyExists):
        remittances.post(desk, once)
    with pytest.raises(UnreadableInput):
        remittances.post(desk, once.replace(b"\n", b""))
    assert claims.paid_cents(claims.load(desk, claim_id).claim) == 16800


def test_a_payment_taken_back_and_made_anew_in_one_file_is_previewed_and_posted_in_its_order(
    practice: tuple[Desk, str],
) -> None:
    desk, claim_id = practice[0], claim_of(practice)
    data = file_of(*paid(claim_id), *taken_back(claim_id), *paid(claim_id), total="168.00")
    assert [one.problems for one in remittances.preview(desk, data).claims] == [(), (), ()]
    assert remittances.post(desk, data).posted == 3
    assert state_of(desk, claim_id) == "paid"


def test_money_taken_back_after_a_claim_was_closed_is_posted(practice: tuple[Desk, str]) -> None:
    desk, claim_id = practice[0], claim_of(practice)
    remittances.post(desk, file_of(*paid(claim_id), total="168.00"))
    recorded(desk, claim_id, {"kind": "state", "to": "closed"})
    remittances.post(desk, file_of(*taken_back(claim_id), total="-168.00"))
    assert state_of(desk, claim_id) == "part-paid"
    row = desk.records.queries.claim(claim_id)
    assert row is not None
    assert row.paid_cents == 0


def test_a_posted_file_is_kept_with_the_claims_that_are_of_nobody_here(practice: tuple[Desk, str]) -> None:
    desk, claim_id = practice[0], claim_of(practice)
    data = file_of(*paid(claim_id), *paid("ELSEWHERE-7"), total="336.00")
    assert dataclasses.astuple(remittances.post(desk, data)) == (1, 1)
    kept = next(one for one in remittances.kept(desk) if one.unmatched)
    assert [one.patient_control_number for one in kept.unmatched] == ["ELSEWHERE-7"]
    assert (kept.size, kept.added_by) == (len(data), desk.session.user.user_id)
    assert remittances.kept_file(desk, kept.sha256) == data
    with pytest.raises(NotFound):
        remittances.kept_file(desk, "0" * 64)

"""The deeds of the claim screens at a real practice: they reach the use cases, and lists show what was done."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from helpers import practices

from parotis.domain.claims import entries
from parotis.domain.errors import UnreadableInput
from parotis.presentation.claim_deeds import DeskDeeds
from parotis.services import signing
from parotis.services.claim_ports import ClaimFilter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parotis.services.desk import Desk


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    """A practice with one signed exam, and its id."""
    desk, passphrase = practices.dentist_desk(tmp_path)
    exam_id = practices.draft(desk).exam_id
    signing.sign(desk, exam_id, passphrase)
    yield desk, exam_id
    desk.machine.pictures.close()
    desk.close()


def test_a_claim_is_opened_once_assigned_snoozed_and_written_as_csv(signed: tuple[Desk, str]) -> None:
    desk, exam_id = signed
    deeds, queries = DeskDeeds(desk), desk.records.queries
    assert queries.not_billed_count() == 1
    claim_id = deeds.open_claim(exam_id)
    assert deeds.open_claim(exam_id) == claim_id
    assert queries.not_billed_count() == 0
    login, today = desk.session.user.login, desk.machine.clock.now().date()
    deeds.record(claim_id, entries.Assigned(login))
    deeds.record(claim_id, entries.Snoozed(today + dt.timedelta(days=7)))
    (row,) = queries.claims(ClaimFilter(today, assigned_to=login, with_snoozed=True), limit=5)
    assert row.claim_id == claim_id
    assert queries.claims(ClaimFilter(today), limit=5) == ()
    lines = deeds.csv(ClaimFilter(today, with_snoozed=True)).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert claim_id in lines[1]


def test_the_rules_refuse_with_sentences_for_the_form(signed: tuple[Desk, str]) -> None:
    desk, exam_id = signed
    deeds = DeskDeeds(desk)
    with pytest.raises(UnreadableInput) as refused:
        deeds.record(deeds.open_claim(exam_id), entries.Snoozed(dt.date(2001, 1, 1)))
    assert all(text.endswith(".") for _, text in refused.value.problems)


def test_payers_that_never_answered_have_no_sentence(signed: tuple[Desk, str]) -> None:
    desk, exam_id = signed
    deeds = DeskDeeds(desk)
    deeds.open_claim(exam_id)
    assert deeds.outcomes() == ()


def test_bytes_that_are_no_remittance_are_refused_with_their_problems(signed: tuple[Desk, str]) -> None:
    with pytest.raises(UnreadableInput) as refused:
        DeskDeeds(signed[0]).preview(b"not an 835")
    assert refused.value.problems

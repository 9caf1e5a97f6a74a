"""What cannot be about an entry: steps, dates, amounts, texts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from parotis.domain.case import Accident, Claim, Procedure
from parotis.domain.claims import entries, lifecycle
from parotis.domain.claims.records import (
    Adjustment,
    Appeal,
    ClaimRecord,
    CoverageCall,
    MemberFacts,
    PaidLine,
    Remittance,
    Submission,
)

if TYPE_CHECKING:
    from parotis.domain.claims.records import ClaimState

TODAY = dt.date(2026, 11, 28)
AT = dt.datetime(2026, 11, 28, 9, 0, tzinfo=dt.UTC)
NEW = ClaimRecord("c1", "e1")
SENT = dataclasses.replace(NEW, state="sent", submissions=(Submission(dt.date(2026, 11, 17)),))
PAID = Remittance(
    received_on=dt.date(2026, 11, 20),
    trace_number="T-1",
    patient_control_number="c1",
    charged="210.00",
    paid="168.00",
    adjustments=(Adjustment("CO", "45", "42.00"),),
)
TAKEN_BACK = dataclasses.replace(
    PAID, status_code="22", charged="-210.00", paid="-168.00", adjustments=(Adjustment("CO", "45", "-42.00"),)
)


def told(claim: ClaimRecord, entry: entries.Entry) -> list[str]:
    return [path for path, _ in lifecycle.problems(claim, entry, TODAY)]


def after(claim: ClaimRecord, *remittances: Remittance) -> ClaimRecord:
    for one in remittances:
        entry = entries.RemittanceReceived(one)
        assert told(claim, entry) == []
        claim = entries.after(claim, entry, by="u1", at=AT)
    return claim


def test_a_payment_that_is_taken_back_does_not_leave_the_claim_paid() -> None:
    assert after(SENT, PAID).state == "paid"
    assert after(SENT, PAID, TAKEN_BACK).state == "part-paid"
    assert after(SENT, PAID, TAKEN_BACK, PAID).state == "paid"


@pytest.mark.parametrize("state", [state for state in lifecycle.NEXT if state not in ("sent", "acknowledged")])
def test_a_payer_may_answer_a_claim_once_sent_whatever_became_of_it(state: ClaimState) -> None:
    assert told(dataclasses.replace(SENT, state=state), entries.RemittanceReceived(PAID)) == []


@pytest.mark.parametrize("state", ["to-bill", "ready", "closed"])
def test_what_was_never_sent_has_no_answer(state: ClaimState) -> None:
    assert told(dataclasses.replace(NEW, state=state), entries.RemittanceReceived(PAID)) == ["to"]


def test_the_same_answer_is_not_booked_twice_unless_it_was_taken_back() -> None:
    again = entries.RemittanceReceived(dataclasses.replace(PAID, patient_control_number="C1"))
    assert told(after(SENT, PAID), again) == ["remittance"]
    assert told(after(SENT, PAID, TAKEN_BACK), again) == []


def test_a_remark_is_a_short_code() -> None:
    line = PaidLine(charged="210.00", paid="168.00", remarks=("N706", " "))
    remittance = dataclasses.replace(PAID, remarks=("N706", "x" * 31), lines=(line,))
    expected = ["remittance.remarks[1]", "remittance.lines[0].remarks[1]"]
    assert told(SENT, entries.RemittanceReceived(remittance)) == expected


def test_sending_and_decision_of_an_appeal_have_entries_of_their_own() -> None:
    denied = dataclasses.replace(SENT, state="denied")
    day = dt.date(2026, 11, 20)
    appeal = Appeal(sent_on=day, sent_how="fax", decided_on=day, outcome="overturned")
    expected = ["appeal.sent_on", "appeal.sent_how", "appeal.decided_on", "appeal.outcome"]
    assert told(denied, entries.AppealDrafted(appeal)) == expected


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        (entries.Noted(" \n "), "text"),
        (entries.GapOverridden("key-image", "    "), "reason"),
        (entries.ActionPlanned("  ", TODAY), "on"),
        (entries.ActionPlanned("Call", None), "on"),
        (
            entries.CoverageCalled(CoverageCall(called_at=AT, member=MemberFacts(birth_date=dt.date(9999, 12, 31)))),
            "call.member.birth_date",
        ),
        (entries.CodesSet(Claim(accident=Accident("auto", dt.date(2030, 1, 1)))), "billing.accident.date"),
        (entries.CodesSet(Claim(procedures=(Procedure("D0370", "1.00", 0),))), "billing.procedures[0].quantity"),
        (entries.CodesSet(Claim(procedures=(Procedure("D0370", "1.00", 1000),))), "billing.procedures[0].quantity"),
        (entries.CodesSet(Claim(procedures=(Procedure("D0370", "9999999.99", 999),))), "billing.procedures"),
        (entries.CodesSet(Claim(procedures=(Procedure("D0370", "one", 1),))), "billing.procedures"),
    ],
)
def test_what_says_nothing_or_cannot_be_is_named(entry: entries.Entry, path: str) -> None:
    assert told(NEW, entry) == [path]

"""From the codes of a denial to what to do: the best first, with what is missing and by when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import get_args

import pytest

from parotis.domain.claims import denial_codes, routes
from parotis.domain.claims.payers import PayerProfile
from parotis.domain.claims.records import (
    Adjustment,
    Appeal,
    Authorization,
    ClaimRecord,
    PaidLine,
    Remittance,
    Submission,
)

TODAY = dt.date(2026, 11, 10)
CLAIM = ClaimRecord(
    "ab12",
    "e1",
    state="denied",
    service_date=dt.date(2026, 10, 1),
    submissions=(Submission(sent_on=dt.date(2026, 10, 2), control_number="ACN1"),),
)
PAYER = PayerProfile(
    key="sample", name="Sample", kind="dental", appeal_days=60, timely_filing_days=365, phone="555 0100"
)


def denied(*codes: str, group: str = "CO", remarks: tuple[str, ...] = (), **facts: object) -> Remittance:
    found = tuple(Adjustment(group, code, "70.00") for code in codes)  # type: ignore[arg-type]
    whole = Remittance(
        received_on=dt.date(2026, 11, 1),
        payer_claim_number="P77",
        status_code="4",
        charged=f"{70 * len(codes)}.00",
        paid="0.00",
        adjustments=found,
        remarks=remarks,
    )
    return replace(whole, **facts)  # type: ignore[arg-type]


def found(remittance: Remittance, claim: ClaimRecord = CLAIM, payer: PayerProfile | None = PAYER):
    return routes.routes(claim, remittance, payer, TODAY)


def ids(remittance: Remittance, claim: ClaimRecord = CLAIM) -> list[str]:
    return [route.id for route in found(remittance, claim)]


@pytest.mark.parametrize(
    ("codes", "remarks", "expected"),
    [
        (["16"], (), ["correct-and-resubmit"]),
        (["16"], ("N706",), ["send-attachments", "correct-and-resubmit"]),
        (["252"], (), ["send-attachments", "correct-and-resubmit"]),
        (["251"], (), ["send-attachments"]),
        (["18"], (), ["find-first-claim"]),
        (["22"], (), ["coordinate-benefits"]),
        (["27"], (), ["verify-coverage"]),
        (["29"], (), ["proof-of-filing"]),
        (["50"], (), ["appeal"]),
        (["55"], (), ["appeal"]),
        (["96"], (), ["bill-patient", "appeal"]),
        (["204"], (), ["bill-patient", "appeal"]),
        (["97"], (), ["check-pairing"]),
        (["197"], (), ["retro-authorization"]),
        (["50"], ("MA130",), ["correct-and-resubmit"]),
        (["96"], ("MA130",), ["correct-and-resubmit", "bill-patient"]),
        (["96", "50"], (), ["appeal", "bill-patient"]),
        (["50", "45"], (), ["appeal"]),
        (["123"], (), ["ask-payer"]),
        (["50", "123"], (), ["appeal", "ask-payer"]),
        (["50"], ("N999",), ["appeal", "ask-payer"]),
    ],
)
def test_codes_lead_to_ways_with_the_best_first(
    codes: list[str], remarks: tuple[str, ...], expected: list[str]
) -> None:
    assert ids(denied(*codes, remarks=remarks)) == expected


def test_every_listed_code_leads_where_the_list_says_and_every_way_has_steps() -> None:
    for one in denial_codes.listed().values():
        if one.kind == "group" or not one.routes:
            continue
        told = denied("96" if one.kind == "rarc" else one.code, remarks=(one.code,) if one.kind == "rarc" else ())
        by_id = {route.id: route for route in found(told)}
        for route_id in one.routes:
            assert one.code in by_id[route_id].codes
            assert f"{one.code}: {one.words}" in by_id[route_id].why
            assert by_id[route_id].steps
            assert by_id[route_id].title


def test_every_kind_of_way_can_be_reached() -> None:
    reached = {route.id for code in (*denial_codes.listed(), ("carc", "123")) for route in found(denied(code[1]))}
    assert reached == set(get_args(denial_codes.RouteId))


def test_codes_and_remarks_of_lines_count_like_those_of_the_claim() -> None:
    line = PaidLine("D0370", None, "70.00", "0.00", (Adjustment("CO", "50", "70.00"),), ("N706",))
    assert ids(denied(adjustments=(), charged="70.00", lines=(line,))) == ["send-attachments", "appeal"]


def test_paid_claims_reversals_and_contract_reductions_ask_for_nothing() -> None:
    paid = denied("45", status_code="1", paid="140.00", charged="210.00")
    assert found(paid) == ()
    assert found(replace(paid, remarks=("N1",))) == ()
    assert found(replace(paid, adjustments=(Adjustment("CO", "253", "70.00"),))) == ()
    assert found(denied("50", status_code="22")) == ()
    raised = replace(paid, adjustments=(Adjustment("OA", "94", "-9.00"),), charged="131.00")
    assert found(raised) == ()


def test_patient_share_is_billed_with_its_amount_and_the_payer_is_not_asked() -> None:
    share = denied("2", group="PR", status_code="1", paid="140.00", charged="210.00", patient_responsibility="70.00")
    (route,) = found(share)
    assert (route.id, route.amount, route.missing) == ("bill-patient", "70.00", ())
    assert any("$70.00" in step for step in route.steps)


def test_two_different_patient_amounts_are_both_told() -> None:
    share = denied("2", group="PR", status_code="1", paid="140.00", charged="210.00", patient_responsibility="80.00")
    (route,) = found(share)
    assert any("$70.00" in step and "$80.00" in step for step in route.steps)


def test_patient_is_not_billed_for_what_is_not_put_to_the_patient() -> None:
    route = found(denied("96"))[0]
    assert route.amount is None
    assert route.missing == ("The notice puts no amount to the patient (group PR).",)
    assert found(denied("96", group="PR"))[0].amount == "70.00"


def test_appeal_ends_as_many_days_after_the_answer_as_the_payer_gives() -> None:
    (route,) = found(denied("50"))
    assert (route.deadline, route.is_overdue, route.missing) == (dt.date(2026, 12, 31), False, ())
    assert any("literature" in step or "evidence" in step for step in route.steps)


@pytest.mark.parametrize("payer", [None, replace(PAYER, appeal_days=None)])
def test_appeal_without_a_known_time_has_no_deadline_and_says_so(payer: PayerProfile | None) -> None:
    (route,) = found(denied("50"), payer=payer)
    assert route.deadline is None
    assert len(route.missing) == 1


def test_appeal_without_the_day_of_the_answer_has_no_deadline() -> None:
    (route,) = found(denied("50", received_on=None))
    assert (route.deadline, len(route.missing)) == (None, 1)


def test_late_appeal_is_told_as_late() -> None:
    (route,) = found(denied("50", received_on=dt.date(2026, 9, 1)))
    assert (route.deadline, route.is_overdue) == (dt.date(2026, 10, 31), True)
    assert "late" in route.steps[-1]


def test_deadline_of_the_notice_comes_before_the_usual_time() -> None:
    drafted = replace(CLAIM, appeals=(Appeal(deadline=dt.date(2026, 11, 20)),))
    assert found(denied("50"), drafted)[0].deadline == dt.date(2026, 11, 20)


def test_next_level_counts_from_the_decision() -> None:
    decided = Appeal(sent_on=dt.date(2026, 11, 2), decided_on=dt.date(2026, 11, 9), outcome="upheld")
    upheld = replace(CLAIM, state="upheld", appeals=(decided,))
    assert found(denied("50"), upheld)[0].deadline == dt.date(2027, 1, 8)


def test_appeal_on_the_wording_of_the_plan_asks_for_the_wording() -> None:
    appeal = found(denied("96"))[1]
    assert "The wording of the plan is not recorded." in appeal.missing
    quoted = replace(CLAIM, appeals=(Appeal(plan_clause="Imaging of the jaw is covered."),))
    assert found(denied("96"), quoted)[1].missing == ()


def test_resubmission_is_a_replacement_with_the_number_of_the_payer() -> None:
    (route,) = found(denied("16"))
    assert (route.deadline, route.missing) == (dt.date(2027, 10, 1), ())
    assert any("frequency 7" in step and "F8" in step for step in route.steps)
    (without,) = found(denied("16", payer_claim_number=None))
    assert any("number of the claim" in text for text in without.missing)
    earlier = replace(CLAIM, remittances=(Remittance(payer_claim_number="P1"), Remittance()))
    assert found(denied("16", payer_claim_number=None), earlier)[0].missing == ()


def test_unprocessable_claim_tells_to_ask_how_it_is_sent_again() -> None:
    (route,) = found(denied("16", remarks=("MA130",)))
    assert any("frequency 1" in step for step in route.steps)


def test_documents_need_the_numbers_that_tie_them_to_the_claim() -> None:
    assert found(denied("252"))[0].missing == ()
    assert len(found(denied("252", payer_claim_number=None), replace(CLAIM, submissions=()))[0].missing) == 2


def test_an_authorization_that_there_is_is_sent_and_not_asked_for_again() -> None:
    granted = Authorization(kind="authorization", status="approved", number="A1")
    (route,) = found(denied("197"), replace(CLAIM, authorizations=(granted,)))
    assert (route.missing, "REF G1" in route.steps[-1]) == ((), True)
    (asked,) = found(denied("197"))
    assert asked.title != route.title
    assert asked.missing


def test_proof_of_filing_needs_a_sending_and_ends_with_the_time_for_an_appeal() -> None:
    (route,) = found(denied("29"))
    assert (route.deadline, route.missing) == (dt.date(2026, 12, 31), ())
    assert found(denied("29"), replace(CLAIM, submissions=()))[0].missing == ("No sending is recorded for the claim.",)


def test_denial_without_any_code_is_a_question_to_the_payer() -> None:
    (route,) = found(denied(adjustments=(), charged="70.00"))
    assert route.id == "ask-payer"
    assert route.why


def test_code_that_is_not_listed_is_told_with_the_way_to_ask() -> None:
    (route,) = found(denied("123"), payer=None)
    assert route.why == "Code 123 is not in the list of this program; see the payer's notice."
    assert route.missing == ("No telephone number is known for the payer.",)

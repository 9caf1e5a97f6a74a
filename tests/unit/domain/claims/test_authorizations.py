import dataclasses
import datetime as dt

import pytest

from parotis.domain.case import Claim, Procedure
from parotis.domain.claims.authorizations import standing
from parotis.domain.claims.payers import PayerProfile
from parotis.domain.claims.records import Answer, Authorization, ClaimRecord, CoverageCall, Submission

TODAY = dt.date(2026, 11, 12)
WANTS = PayerProfile("p", "P", "medical", authorization="required", predetermination="recommended")


def claim(*known, **facts):
    billing = Claim(procedures=(Procedure("D0370", "210.00", 1),))
    return ClaimRecord("c", "e", **{"billing": billing, "authorizations": known, **facts})


def given(**facts):
    return Authorization(**{"kind": "authorization", "status": "approved", "number": "A-1", **facts})


def state(one, kind="authorization", profile=WANTS):
    return standing(one, kind, profile, TODAY).state


def test_predetermination_and_authorization_are_kept_apart():
    one = claim(given(kind="predetermination", number="PD-1"))
    assert state(one) == "needed"
    assert standing(one, "predetermination", WANTS, TODAY).number == "PD-1"


@pytest.mark.parametrize(
    ("wanted", "expected"), [("required", "needed"), ("recommended", "not-needed"), ("no", "not-needed")]
)
def test_without_an_answer_the_profile_decides(wanted, expected):
    profile = dataclasses.replace(WANTS, authorization=wanted)
    found = standing(claim(), "authorization", profile, TODAY)
    assert found.state == expected
    assert found.is_required == (wanted == "required")


def test_what_nobody_knows_is_said_to_be_not_known():
    found = standing(claim(), "authorization", None, TODAY)
    assert found.state == "not-known"
    assert "ask the payer" in found.text


def test_the_coverage_call_speaks_before_the_profile():
    told = CoverageCall(answers=(Answer("prior-authorization", "no"),))
    assert state(claim(calls=(told,))) == "not-needed"
    again = CoverageCall(answers=(Answer("prior-authorization", "yes"),))
    later = CoverageCall(answers=(Answer("prior-authorization", "unknown"),))
    no = dataclasses.replace(WANTS, authorization="no")
    assert state(claim(calls=(told, again, later)), profile=no) == "needed"


@pytest.mark.parametrize("status", ["asked", "denied", "more-information"])
def test_an_answer_that_is_no_approval_is_told_as_it_is(status):
    assert state(claim(given(status=status))) == status


def test_the_last_word_counts():
    assert state(claim(given(status="asked"), given())) == "approved"


def test_an_approval_must_hold_on_the_day_of_the_study():
    yesterday = TODAY - dt.timedelta(days=1)
    assert state(claim(given(expires_on=TODAY))) == "approved"
    assert state(claim(given(expires_on=yesterday))) == "expired"
    assert state(claim(given(expires_on=yesterday), service_date=yesterday)) == "approved"
    assert state(claim(given(expires_on=yesterday), service_date=TODAY)) == "expired"


def test_units_are_counted_against_the_sendings():
    sent, again, void = (Submission(frequency=frequency) for frequency in ("1", "7", "8"))
    two = given(units=2)
    assert standing(claim(two, submissions=(sent, again)), "authorization", WANTS, TODAY).units_used == 1
    assert state(claim(two, submissions=(sent, sent))) == "used-up"
    assert state(claim(two, submissions=(sent, sent, void))) == "approved"
    assert standing(claim(two, submissions=(sent, sent)), "authorization", WANTS, TODAY).holds
    assert not standing(claim(two, submissions=(sent,) * 3), "authorization", WANTS, TODAY).holds


def test_fewer_units_than_the_claim_has_do_not_hold():
    billing = Claim(procedures=(Procedure("D0370", "210.00", 2),))
    found = standing(claim(given(units=1), billing=billing), "authorization", WANTS, TODAY)
    assert (found.state, found.holds) == ("used-up", False)


def test_an_approval_for_other_codes_does_not_hold():
    assert state(claim(given(codes=("D0367",)))) == "needed"
    assert state(claim(given(codes=("d0370 ", "D0367")))) == "approved"


def test_a_number_on_the_claim_without_an_answer_is_told_as_such():
    billing = Claim(prior_authorization="G1-7", predetermination=None)
    found = standing(claim(billing=billing), "authorization", WANTS, TODAY)
    assert (found.state, found.number, found.expires_on) == ("approved", "G1-7", None)
    assert "not recorded" in found.text
    assert state(claim(billing=billing), "predetermination") == "not-needed"

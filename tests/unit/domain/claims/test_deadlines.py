import dataclasses
import datetime as dt

import pytest

from parotis.domain.claims import deadlines as due
from parotis.domain.claims.payers import PayerProfile
from parotis.domain.claims.records import (
    Adjustment,
    Appeal,
    Authorization,
    ClaimRecord,
    CoverageCall,
    Remittance,
    Submission,
)

TODAY = dt.date(2026, 11, 12)
DAY = dt.timedelta(days=1)
PROFILE = PayerProfile("p", "P", "dental", timely_filing_days=90, appeal_days=60, coverage_valid_days=30)
DENIAL = Remittance(
    received_on=TODAY - 10 * DAY, charged="210.00", paid="0", adjustments=(Adjustment("CO", "50", "210.00"),)
)


def claim(state="to-bill", **facts):
    return ClaimRecord("c", "e", state, **{"service_date": TODAY - 30 * DAY, **facts})


def found(one, profile=PROFILE, **more):
    return {deadline.kind: deadline for deadline in due.deadlines(one, profile, TODAY, **more)}


def test_filing_counts_from_the_date_of_service():
    filing = found(claim())["filing"]
    assert (filing.on, filing.days_left) == (TODAY + 60 * DAY, 60)
    assert filing.text == "Timely filing: by 11 Jan 2027 (in 60 days)."


def test_filing_with_a_second_payer_counts_from_the_first_ones_remittance():
    assert found(claim(), primary_answered_on=TODAY)["filing"].on == TODAY + 90 * DAY


@pytest.mark.parametrize("profile", [None, dataclasses.replace(PROFILE, timely_filing_days=None)])
def test_no_time_for_filing_is_invented(profile):
    filing = found(claim(), profile)["filing"]
    assert (filing.on, filing.days_left) == (None, None)
    assert filing.text == "Timely filing: not known: ask the payer."


def test_without_a_date_of_service_filing_has_no_day():
    assert found(claim(service_date=None))["filing"].on is None


@pytest.mark.parametrize("state", ["sent", "acknowledged", "paid", "denied", "closed"])
def test_a_claim_that_was_sent_is_not_filed_again(state):
    assert "filing" not in found(claim(state, remittances=(DENIAL,)))


def test_an_appeal_counts_from_the_last_denial():
    older = dataclasses.replace(DENIAL, received_on=TODAY - 50 * DAY)
    assert found(claim("denied", remittances=(older, DENIAL)))["appeal"].on == TODAY + 50 * DAY


def test_the_appeals_own_deadline_comes_before_the_usual_time():
    draft = Appeal(deadline=TODAY + 5 * DAY)
    assert found(claim("denied", remittances=(DENIAL,), appeals=(draft,)))["appeal"].on == TODAY + 5 * DAY
    assert found(claim("denied", remittances=(DENIAL,), appeals=(draft,)), None)["appeal"].on == TODAY + 5 * DAY


def test_an_upheld_denial_counts_from_the_decision():
    decided = Appeal(deadline=TODAY - 90 * DAY, sent_on=TODAY - 60 * DAY, decided_on=TODAY - 2 * DAY, outcome="upheld")
    assert found(claim("upheld", remittances=(DENIAL,), appeals=(decided,)))["appeal"].on == TODAY + 58 * DAY


def test_no_time_for_an_appeal_is_invented():
    appeal = found(claim("denied", remittances=(DENIAL,)), None)["appeal"]
    assert (appeal.on, appeal.text) == (None, "Appeal: not known: ask the payer.")


def test_the_patients_share_is_nothing_to_appeal():
    share = Remittance(
        received_on=TODAY, charged="210.00", paid="0", adjustments=(Adjustment("PR", "1", "210.00"),), remarks=("MA18",)
    )
    assert "appeal" not in found(claim("part-paid", remittances=(share,)))
    assert "appeal" in found(claim("part-paid", remittances=(share, DENIAL)))


def test_authorization_lapses_before_the_study_and_not_after_it():
    known = Authorization("authorization", "approved", expires_on=TODAY + 3 * DAY)
    assert found(claim(service_date=None, authorizations=(known,)))["authorization"].days_left == 3
    assert "authorization" not in found(claim(authorizations=(known,)))
    late = Authorization("predetermination", "approved", expires_on=TODAY - 40 * DAY)
    assert found(claim(authorizations=(late,)))["predetermination"].days_left == -40


def test_answers_on_coverage_lapse_until_the_study():
    call = CoverageCall(called_at=dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC))
    assert found(claim(service_date=None, calls=(call,)))["coverage"].on == dt.date(2026, 12, 2)
    assert found(claim(service_date=None, calls=(call,)), None)["coverage"].on is None
    assert "coverage" not in found(claim(calls=(call,)))


def test_nearest_first_and_what_is_not_known_last():
    one = claim(next_action_on=TODAY + DAY, next_action="Call", calls=(CoverageCall(expires_on=TODAY - 31 * DAY),))
    kinds = [deadline.kind for deadline in due.deadlines(one, PROFILE, TODAY)]
    assert kinds == ["coverage", "action", "filing"]
    assert [one.kind for one in due.deadlines(one, None, TODAY)][-1] == "filing"


@pytest.mark.parametrize(
    ("left", "step", "text"),
    [
        (14, 14, "in 14 days"), (8, 14, "in 8 days"), (7, 7, "in 7 days"), (2, 7, "in 2 days"),
        (1, 1, "in 1 day"), (0, 0, "today"), (-1, None, "1 day overdue"), (-400, None, "400 days overdue"),
    ],
)  # fmt: skip
def test_reminders_step_from_14_days_to_overdue(left, step, text):
    one = claim(next_action_on=TODAY + left * DAY)
    (reminder,) = due.reminders(found(one, None).values(), TODAY)
    assert (reminder.step, reminder.text) == (step, f"Next action: {text}.")
    assert reminder.is_overdue == (step is None)


def test_nothing_reminds_earlier_than_14_days_or_of_what_is_not_known():
    assert due.reminders(found(claim(next_action_on=TODAY + 15 * DAY), None).values(), TODAY) == ()


def test_age_counts_from_the_last_sending_of_a_claim_that_waits_for_money():
    sent = (Submission(sent_on=TODAY - 50 * DAY), Submission(sent_on=TODAY - 31 * DAY))
    assert due.age_days(claim("sent", submissions=sent), TODAY) == 31
    assert due.age_days(claim("paid", submissions=sent), TODAY) is None
    assert due.age_days(claim("sent"), TODAY) is None


@pytest.mark.parametrize(
    ("days", "label"),
    [(0, "0-30"), (30, "0-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"), (90, "61-90"), (91, "91-120"),
     (120, "91-120"), (121, "over 120"), (9999, "over 120")],
)  # fmt: skip
def test_buckets_of_age(days, label):
    assert due.bucket(days) == label

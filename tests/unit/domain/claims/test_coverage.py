import dataclasses
import datetime as dt
import json

import pytest
from helpers import sample_cases

from parotis import shipped
from parotis.domain.case import Subscriber
from parotis.domain.claims import coverage
from parotis.domain.claims.payers import PayerProfile
from parotis.domain.claims.records import Answer, CoverageCall, MemberFacts

CALLED = dt.datetime(2026, 11, 10, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
TODAY = dt.date(2026, 11, 12)
PROFILE = PayerProfile("prairie", "Prairie Dental Plan", "dental", coverage_valid_days=30)


def call(*answers, **facts):
    told = {
        "called_at": CALLED,
        "source": "phone",
        "representative": "Ann",
        "reference_number": "R-1",
        "answers": answers,
        **facts,
    }
    return CoverageCall(**told)


def ids(kind, reason, profile=None):
    return [one.id for one in coverage.questions(kind, reason, profile)]


def test_dental_and_medical_payers_are_asked_their_own_questions():
    assert {"benefit", "medical-side", "predetermination"} <= set(ids("dental", "cyst"))
    assert "benefit-medical" not in ids("dental", "cyst")
    assert "benefit-medical" in ids("medical", "cyst")
    assert not {"benefit", "medical-side"} & set(ids("medical", "cyst"))
    assert {"benefit", "benefit-medical"} <= set(ids(None, None))


def test_the_joint_question_is_asked_only_when_the_reason_is_the_joint():
    assert "tmj-excluded" in ids("medical", "tmj")
    assert "tmj-excluded" in ids("dental", "tmj")
    assert "tmj-excluded" not in ids("medical", "cyst")


def test_every_point_of_the_call_is_on_the_sheet_with_a_reason_and_words_for_the_patient():
    known = {one.id for one in coverage.sheet()}
    assert known >= {
        "benefit", "medical-side", "frequency", "prior-authorization", "predetermination", "predetermination-days",
        "attachments-with-claim", "attachment-types", "narrative-length", "deductible-left", "maximum-left",
        "waiting-period", "who-may", "timely-filing-days", "appeal-address", "appeal-days", "tmj-excluded",
        "representative", "reference-number",
    }  # fmt: skip
    for one in coverage.sheet():
        assert one.why
        assert set(dict(one.short)) == {"en", "es"}
        assert set(one.when) <= {"dental", "medical", "tmj"}
        assert set(one.when)
    assert len(known) == len(coverage.sheet())


def test_facts_and_fields_of_the_sheet_exist():
    for one in json.loads(shipped.read(coverage.RESOURCE))["questions"]:
        if "fills" in one:
            assert one["fills"] in CoverageCall.__slots__
    for one in coverage.sheet():
        if one.fact is not None:
            coverage._value_at(PROFILE, one.fact[0])


def test_own_lines_of_the_payer_come_last_and_keep_their_id_in_any_order():
    one = dataclasses.replace(PROFILE, phone_script=("Press 2 for {code}.", "Ask for dental."))
    other = dataclasses.replace(PROFILE, phone_script=("Ask for dental.", "Press 2 for {code}."))
    first, second = coverage.questions("dental", None, one)[-2:], coverage.questions("dental", None, other)[-2:]
    assert [question.text for question in first] == ["Press 2 for {code}.", "Ask for dental."]
    assert {question.id for question in first} == {question.id for question in second}
    assert first[0].id != first[1].id


def test_placeholders_are_filled_and_braces_of_a_name_do_no_harm():
    active = next(one for one in coverage.sheet() if one.id == "active")
    assert "{odd} {0} plan" in active.said("D0370", "{odd} {0} plan")
    assert "D0370" in next(one for one in coverage.sheet() if one.id == "benefit").said("D0370", "x")


def test_questions_in_words_for_a_patient():
    assert coverage.question_words("active", "es").startswith("La cobertura")
    assert coverage.question_words("own-question") == "Own question"


def test_a_complete_call_has_no_problem():
    answers = (Answer("benefit", "yes"), Answer("timely-filing-days", None, "365 days"), Answer("own-12345678"))
    assert coverage.problems_of(call(*answers)) == ()


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        (call(called_at=None), "called_at"),
        (call(source=None), "source"),
        (call(representative=" "), "representative"),
        (call(reference_number=None), "reference_number"),
        (call(Answer("colour", "yes")), "answers[0].question"),
        (call(Answer("benefit", "yes"), Answer("benefit", "no")), "answers[1].question"),
        (call(Answer("benefit", None, "perhaps")), "answers[0].word"),
        (call(Answer("timely-filing-days", None, "12 months")), "answers[0].detail"),
        (call(Answer("valid-until", None, "2026-02-30")), "answers[0].detail"),
        (call(Answer("deductible-left", None, "fifty")), "answers[0].detail"),
    ],
)
def test_each_gap_of_a_call_is_told_at_its_field(changed, path):
    assert [found for found, _ in coverage.problems_of(changed)] == [path]


def test_money_and_dates_are_read_as_people_write_them():
    answers = (Answer("deductible-left", None, "$1,250.00"), Answer("valid-until", None, "2026-12-31"))
    assert coverage.problems_of(call(*answers)) == ()


def test_unknown_is_an_answer_and_a_filled_field_answers_its_question():
    asked = coverage.questions("dental", None)
    left = {one.id for one in coverage.open_questions(call(Answer("benefit", "unknown")), asked)}
    assert "benefit" not in left
    assert "representative" not in left
    assert {"active", "valid-until"} <= left


def test_answers_hold_as_told_then_as_the_profile_says_then_not_known():
    assert coverage.expiry(call(expires_on=dt.date(2026, 11, 30)), PROFILE) == dt.date(2026, 11, 30)
    assert coverage.expiry(call(), PROFILE) == dt.date(2026, 12, 10)
    assert coverage.expiry(call(), None) is None
    assert coverage.expiry(call(called_at=None), PROFILE) is None


def test_the_last_day_still_holds():
    told = call(expires_on=TODAY)
    assert not coverage.is_expired(told, None, TODAY)
    assert coverage.is_expired(told, None, TODAY + dt.timedelta(days=1))
    assert not coverage.is_expired(call(), None, dt.date(2030, 1, 1))


def found(family, given, member, *, holder=None, birth_date=None):
    case = sample_cases.case()
    patient = dataclasses.replace(case.patient, family_name=family, given_name=given)
    if birth_date:
        patient = dataclasses.replace(patient, birth_date=birth_date)
    billing = dataclasses.replace(case.claim, subscriber=holder or case.claim.subscriber)
    return coverage.mismatches(dataclasses.replace(case, patient=patient), billing, call(member=member))


@pytest.mark.parametrize(
    ("family", "given", "payer_family", "payer_given"),
    [
        ("Núñez Ávila", "María", "NUNEZ AVILA", "MARIA"),
        ("Núñez-Ávila", "María", "NUNEZ AVILA", "MARIA"),
        ("Nu\u0301n\u0303ez", "Ana", "NÚÑEZ", "ana"),
        ("O'Brien", "Mary", "OBRIEN", "MARY"),
        ("O’Brien", "Mary", "MARY", "OBRIEN"),
        ("Smith-Jones", "Al", "SMITHJONES", "AL"),
        ("Łukasiewicz", "Jan", "LUKASIEWICZ", "JAN"),
        ("Müller", "Jörg", "MUELLER", "JOERG"),
        ("Müller", "Jörg", "MULLER", "JORG"),
        ("Weiß", "Uwe", "WEISS", "UWE"),
        ("Ávila", "María", "AVILA, MARIA", None),
        ("Ávila", "María", "AVILA", None),
        ("St. John", "Eve", "ST JOHN", "EVE"),
    ],
)
def test_one_name_in_two_spellings_is_no_mismatch(family, given, payer_family, payer_given):
    assert found(family, given, MemberFacts(payer_family, payer_given)) == ()


@pytest.mark.parametrize(
    ("payer_family", "payer_given", "fields"),
    [
        ("NUNES AVILA", "MARIA", ["family_name"]),
        ("NUNEZ AVILA", "MARIO", ["given_name"]),
        ("NUNEZ", "MARIA", ["family_name"]),
        ("NUNEZ AVILA", "MARIA ELENA", ["given_name"]),
        ("GARCIA", "ANA", ["family_name", "given_name"]),
    ],
)
def test_another_name_is_told_with_both_values_but_not_in_the_sentence(payer_family, payer_given, fields):
    told = found("Núñez Ávila", "María", MemberFacts(payer_family, payer_given))
    assert [one.field for one in told] == fields
    for one in told:
        assert one.chart in ("Núñez Ávila", "María")
        assert one.chart not in one.text
        assert one.payer not in one.text


def test_what_the_payer_did_not_say_is_not_compared():
    assert found("A", "B", MemberFacts()) == ()


def test_numbers_are_compared_without_separators_and_case():
    holder = Subscriber("Maja Lindqvist", "PDP-558-221-09", "4410", "self")
    assert found("A", "B", MemberFacts(member_id="pdp 55822109", group="44.10"), holder=holder) == ()
    told = found("A", "B", MemberFacts(member_id="PDP55822190", group="4411"), holder=holder)
    assert [one.field for one in told] == ["member_id", "group"]


def test_a_number_that_only_the_payer_has_is_told():
    told = found("A", "B", MemberFacts(member_id="77"), holder=Subscriber("x", None, None, "self"))
    assert told == (coverage.Mismatch("member_id", "", "77", "The chart has no member number; the payer has one."),)


def test_exchanged_day_and_month_is_named():
    told = found("A", "B", MemberFacts(birth_date=dt.date(1980, 5, 3)), birth_date=dt.date(1980, 3, 5))
    assert [one.field for one in told] == ["birth_date"]
    assert "exchanged" in told[0].text
    other = found("A", "B", MemberFacts(birth_date=dt.date(1980, 5, 4)), birth_date=dt.date(1980, 3, 5))
    assert "exchanged" not in other[0].text


def test_of_a_child_the_member_may_be_patient_or_subscriber():
    holder = Subscriber("José Ávila", "1", None, "child")
    day = dt.date(1970, 1, 1)
    assert found("Ávila", "Ana", MemberFacts("AVILA", "JOSE", day, "1"), holder=holder) == ()
    assert found("Ávila", "Ana", MemberFacts("AVILA", "ANA", None, "1"), holder=holder) == ()
    assert [one.field for one in found("Ávila", "Ana", MemberFacts("AVILA", "EVE"), holder=holder)] == ["given_name"]


def test_what_the_call_says_of_the_payer_can_be_taken_over():
    profile = dataclasses.replace(PROFILE, timely_filing_days=365, appeal_days=180, predetermination="required")
    told = call(
        Answer("timely-filing-days", None, "90 days"),
        Answer("appeal-days", None, "180"),
        Answer("prior-authorization", "yes"),
        Answer("predetermination", "yes"),
        Answer("attachments-with-claim", "no"),
        Answer("narrative-length", None, "not said"),
        Answer("appeal-address", None, "PO Box 1\n Springfield "),
        Answer("benefit", "no"),
    )
    proposals = coverage.profile_proposals(told, profile)
    assert {one.field: (one.now, one.said) for one in proposals} == {
        "timely_filing_days": (365, 90),
        "authorization": (None, "required"),
        "attachments.when": (None, "on-request"),
        "appeals_address": ((), ("PO Box 1", "Springfield")),
    }
    after = coverage.taken_over(profile, *proposals)
    assert (after.timely_filing_days, after.attachments.when, after.appeal_days) == (90, "on-request", 180)
    assert coverage.profile_proposals(told, after) == ()

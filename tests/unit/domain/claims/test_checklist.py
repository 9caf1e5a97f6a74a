import dataclasses
import datetime as dt

import pytest
from helpers import sample_cases

from parotis.domain.case import Payer, Procedure, Subscriber
from parotis.domain.claims.checklist import GROUP_LABELS, ChecklistFacts, gaps, items
from parotis.domain.claims.payers import PayerProfile
from parotis.domain.claims.records import (
    Authorization,
    ClaimRecord,
    CoverageCall,
    MemberFacts,
    Override,
    Submission,
    Tick,
)
from parotis.domain.issue import Issue

TODAY = dt.date(2026, 11, 20)
CASE = sample_cases.case()
PROFILE = PayerProfile("prairie", "Prairie Dental Plan", "dental", timely_filing_days=365, authorization="no")
FACTS = ChecklistFacts(PROFILE, TODAY, "signed", has_labelled_key_image=True)


def claim(**facts):
    return ClaimRecord("c", "e", **{"billing": CASE.claim, "service_date": dt.date(2026, 11, 12), **facts})


def billing(**changed):
    return claim(billing=dataclasses.replace(CASE.claim, **changed))


def facts(**changed):
    return dataclasses.replace(FACTS, **changed)


def gap_codes(one=None, known=FACTS, case=CASE):
    return [issue.code.removeprefix("claims.gap.") for issue in gaps(items(one or claim(), case, known))]


def item(id_, one=None, known=FACTS, case=CASE):
    return next(found for found in items(one or claim(), case, known) if found.id == id_)


def test_a_complete_claim_has_no_gap():
    assert gap_codes() == []


def test_items_have_unique_ids_and_stand_in_the_order_of_the_groups():
    found = items(claim(), CASE, FACTS)
    assert len({one.id for one in found}) == len(found)
    groups = [one.group for one in found]
    assert groups == sorted(groups, key=list(GROUP_LABELS).index)
    assert set(groups) == set(GROUP_LABELS)
    for one in found:
        assert one.text
        assert not (one.is_met and one.path)


BLOCK = Issue("claim.procedures.pair", "blocks", "claim.procedures[1].code", "They are not billed together.")
REQUIRES = dataclasses.replace(PROFILE, authorization="required")
LATE = Authorization("authorization", "approved", expires_on=dt.date(2026, 11, 11))


@pytest.mark.parametrize(
    ("one", "known", "gap", "is_overridable"),
    [
        (claim(), facts(report_state="unsigned"), "report", False),
        (claim(), facts(report_state="superseded"), "report", False),
        (claim(), facts(report_state="altered"), "report", False),
        (billing(procedures=()), FACTS, "procedure", False),
        (billing(diagnoses=()), FACTS, "diagnosis", False),
        (billing(payer=None), FACTS, "payer", False),
        (billing(payer=Payer(" ", None, "dental")), FACTS, "payer", False),
        (billing(subscriber=None), FACTS, "member-id", False),
        (billing(subscriber=Subscriber("x", " ")), FACTS, "member-id", False),
        (claim(), facts(code_issues=(BLOCK,)), "codes.claim.procedures.pair:claim.procedures[1].code", True),
        (claim(), facts(narrative_issues=(BLOCK,)), "narrative", False),
        (claim(), facts(has_labelled_key_image=False), "key-image", True),
        (claim(), facts(attachment_problems=("A file is too large.",)), "files", True),
        (claim(), facts(profile=REQUIRES), "authorization", True),
        (claim(authorizations=(LATE,)), facts(profile=REQUIRES), "authorization", True),
        (claim(), facts(profile=dataclasses.replace(PROFILE, timely_filing_days=7)), "timely-filing", True),
    ],
)
def test_each_gap_that_blocks_is_told_and_only_some_can_be_gone_over(one, known, gap, is_overridable):
    assert gap_codes(one, known) == [gap]
    assert item(gap, one, known).is_overridable == is_overridable
    over = dataclasses.replace(one, overrides=(Override(gap, "The payer said so."),))
    assert gap_codes(over, known) == ([] if is_overridable else [gap])
    assert item(gap, over, known).how == ("override" if is_overridable else "record")
    assert not item(gap, over, known).is_met


def test_missing_consent_blocks_and_can_be_gone_over_with_a_reason():
    case = dataclasses.replace(CASE, exam=dataclasses.replace(CASE.exam, consent=None))
    assert gap_codes(case=case) == ["consent"]
    assert item("consent", case=case).path == "exam.consent.given"
    assert gap_codes(claim(overrides=(Override("consent", "On paper in the chart."),)), case=case) == []


def test_going_over_one_code_issue_does_not_go_over_another():
    other = dataclasses.replace(BLOCK, path="claim.procedures[2].code")
    over = claim(overrides=(Override(f"codes.{BLOCK.code}:{BLOCK.path}", "Two sites."),))
    assert gap_codes(over, facts(code_issues=(BLOCK, other))) == [f"codes.{other.code}:{other.path}"]


def test_a_key_image_is_a_must_only_for_the_ultrasound():
    other = billing(procedures=(Procedure("D0140", "80.00", 1),))
    assert gap_codes(other, facts(has_labelled_key_image=False)) == []
    lower = billing(procedures=(Procedure("d0370", "80.00", 1),))
    assert gap_codes(lower, facts(has_labelled_key_image=False)) == ["key-image"]


def test_only_advice_and_unknown_rules_do_not_block():
    advice = dataclasses.replace(BLOCK, severity="advises")
    assert gap_codes(known=facts(profile=None, code_issues=(advice,), narrative_issues=(advice,))) == []
    filing = item("timely-filing", known=facts(profile=None))
    assert (filing.is_met, filing.is_blocking) == (False, False)
    assert "ask the payer" in filing.text


def test_a_claim_sent_in_time_is_in_time_when_it_is_corrected():
    short = facts(profile=dataclasses.replace(PROFILE, timely_filing_days=7))
    in_time = claim(submissions=(Submission(sent_on=dt.date(2026, 11, 15)), Submission(sent_on=TODAY)))
    assert gap_codes(in_time, short) == []
    late = claim(submissions=(Submission(sent_on=TODAY),))
    assert gap_codes(late, short) == ["timely-filing"]


def test_a_person_ticks_only_what_the_record_cannot_know():
    ticked = claim(ticks=(Tick("other-coverage"), Tick("report"), Tick("documentation.history")))
    assert item("other-coverage", ticked).is_met
    assert not item("files-looked-at", ticked).is_met
    assert gap_codes(ticked, facts(report_state="unsigned")) == ["report"]
    case = dataclasses.replace(CASE, history=None)
    assert not item("documentation.history", ticked, case=case).is_met


def test_documentation_ticks_itself_and_names_the_field():
    case = dataclasses.replace(CASE, history=None)
    found = item("documentation.history", case=case)
    assert (found.is_met, found.path, found.is_blocking, found.how) == (False, "history", False, "record")
    assert item("documentation.history").is_met


def test_coverage_must_hold_on_the_day_of_the_study():
    call = CoverageCall(called_at=dt.datetime(2026, 11, 10, tzinfo=dt.UTC), expires_on=dt.date(2026, 11, 12))
    assert item("coverage", claim(calls=(call,))).is_met
    early = dataclasses.replace(call, expires_on=dt.date(2026, 11, 11))
    assert not item("coverage", claim(calls=(early,))).is_met
    assert item("coverage").text == "Coverage was not asked."


def test_the_member_is_compared_with_what_the_payer_read_out():
    patient = CASE.patient
    told = MemberFacts(patient.family_name.upper(), patient.given_name.upper(), patient.birth_date)
    call = CoverageCall(called_at=dt.datetime(2026, 11, 10, tzinfo=dt.UTC), member=told)
    assert item("member", claim(calls=(call,))).is_met
    other = dataclasses.replace(call, member=dataclasses.replace(told, given_name="Xx"))
    assert "given name" in item("member", claim(calls=(other,))).text
    assert not item("member", claim(calls=(dataclasses.replace(call, member=MemberFacts()),))).is_met


def test_an_authorization_used_up_by_this_claim_still_carries_its_correction():
    used = Authorization("authorization", "approved", number="1", units=1)
    one = claim(authorizations=(used,), submissions=(Submission(sent_on=TODAY),))
    assert gap_codes(one, facts(profile=REQUIRES)) == []


def test_codes_of_the_claim_count_and_not_those_of_the_case():
    case = dataclasses.replace(CASE, claim=dataclasses.replace(CASE.claim, procedures=(), diagnoses=()))
    assert gap_codes(case=case) == []

"""The questions that lead to a procedure code, the first payer, and codes that do not go together."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import date

import pytest
from helpers.sample_cases import NAMES, RESOURCES, case

from parotis.domain.case import Accident, Finding, Interpretation, Procedure
from parotis.domain.case import Claim as BillingFacts
from parotis.domain.claims import code_compass
from parotis.domain.claims.code_compass import (
    answer,
    every_question,
    first_payer,
    from_case,
    gap_of_pair,
    pairing_issues,
    practice_code_problem,
    questions,
)
from parotis.domain.claims.records import Override
from parotis.domain.coding import CdtCodeSet
from parotis.domain.errors import UnreadableInput

CDT = CdtCodeSet.from_bytes((RESOURCES / "codes" / "cdt.json").read_bytes())
ON = date(2026, 11, 12)
HERE = {"study": "ultrasound", "needle": "none", "captured": "yes", "interpreted": "yes"}


def every_way() -> list[dict[str, str]]:
    """Every set of answers that the questions lead to."""
    ways: list[dict[str, str]] = []
    open_ways: list[dict[str, str]] = [{}]
    while open_ways:
        answers = open_ways.pop()
        asked = questions(answers)
        if asked is None:
            ways.append(answers)
        else:
            open_ways += [answers | {asked.id: choice.id} for choice in asked.choices]
    return ways


WAYS = every_way()


def test_every_way_through_the_questions_ends_in_advice_with_a_reason() -> None:
    assert len(WAYS) > 15
    for answers in WAYS:
        advice = answer(answers)
        assert advice.title and advice.reason
        assert all(CDT.lookup(code) is not None for code in (*advice.codes, *advice.elsewhere))


def test_every_rule_and_question_is_reached() -> None:
    assert {answer(answers).title for answers in WAYS} == {rule.advice.title for rule in code_compass._rules()}
    assert {question for answers in WAYS for question in answers} == {question.id for question in every_question()}


def test_no_advice_puts_codes_on_one_claim_that_do_not_go_together() -> None:
    assert not [a for answers in WAYS if CDT.pairing_conflicts((a := answer(answers)).codes)]


def test_answers_in_any_order_and_beyond_need_lead_to_the_same_advice() -> None:
    for order in itertools.permutations(HERE):
        assert answer({name: HERE[name] for name in order}) == answer(HERE)
    assert answer(HERE | {"relation": "unrelated"}).codes == ("D0370",)


@pytest.mark.parametrize(
    ("answers", "codes", "elsewhere"),
    [
        (HERE, ("D0370",), ()),
        (HERE | {"interpreted": "no", "relation": "unrelated"}, ("D0386",), ("D0391",)),
        (HERE | {"interpreted": "no", "relation": "nobody"}, ("D0386",), ()),
        (HERE | {"interpreted": "no", "relation": "same"}, ("D0370",), ()),
        (HERE | {"captured": "no", "relation": "unrelated"}, ("D0391",), ("D0386",)),
        (HERE | {"interpreted": "not-yet"}, (), ()),
        (HERE | {"needle": "only"}, (), ()),
        ({"study": "sialogram"}, ("D0310",), ()),
        ({"study": "arthrogram"}, ("D0320",), ()),
        ({"study": "cbct"}, ("D0364", "D0365", "D0366", "D0367", "D0368"), ()),
        ({"study": "mri"}, ("D0369",), ()),
        ({"study": "sialendoscopy"}, ("D0371",), ()),
        ({"study": "other"}, ("D0999",), ()),
    ],
)
def test_answers_lead_to_their_codes(
    answers: dict[str, str], codes: tuple[str, ...], elsewhere: tuple[str, ...]
) -> None:
    assert (answer(answers).codes, answer(answers).elsewhere) == (codes, elsewhere)


def test_a_needle_beside_the_study_is_warned_of() -> None:
    assert "needle procedure" in answer(HERE | {"needle": "beside"}).warnings[-1]


def test_answers_that_are_none_are_all_refused() -> None:
    with pytest.raises(UnreadableInput) as caught:
        questions({"study": "x", "colour": "red"})
    assert [path for path, _ in caught.value.problems] == ["study", "answers"]
    assert "red" not in str(caught.value.problems)


def test_advice_before_the_last_answer_is_refused() -> None:
    with pytest.raises(UnreadableInput) as caught:
        answer({"study": "ultrasound"})
    assert caught.value.problems[0][0] == "needle"


@pytest.mark.parametrize("name", NAMES)
def test_the_samples_answer_the_compass_themselves(name: str) -> None:
    assert questions(from_case(case(name))) is None
    assert answer(from_case(case(name))).codes == ("D0370",)


def test_a_case_answers_only_what_it_records() -> None:
    unread = replace(case(), interpretation=Interpretation())
    assert from_case(unread)["interpreted"] == "not-yet"
    assert from_case(replace(case(), exam=replace(case().exam, performer=None))).keys() == HERE.keys() - {"captured"}
    asks_guidance = replace(case(), rationale=replace(case().rationale, why_ultrasound=("guidance",)))
    assert "needle" not in from_case(asks_guidance)


# First payer


@pytest.mark.parametrize(
    ("name", "kind"), [("parotid-cyst", "medical"), ("submandibular-stone", "medical"), ("tmj-effusion", "dental")]
)
def test_the_reason_for_the_scan_tells_the_first_payer(name: str, kind: str) -> None:
    advice = first_payer(case(name))
    assert advice.payer_kind == kind
    assert any("one study" in warning for warning in advice.warnings)


def test_a_joint_is_warned_of_at_medical_payers() -> None:
    assert any("investigational" in warning for warning in first_payer(case("tmj-effusion")).warnings)
    assert not any("investigational" in warning for warning in first_payer(case()).warnings)


def test_a_tooth_makes_an_infection_dental_and_a_node_does_not() -> None:
    infection = replace(
        case(),
        rationale=replace(case().rationale, reason="infection"),
        findings=(Finding(structure="buccal-space", side="left", state="abnormal"),),
        claim=replace(case().claim, diagnoses=()),
    )
    assert first_payer(infection).payer_kind is None
    assert first_payer(replace(infection, clinical_exam="Carious lower molar.")).payer_kind == "dental"
    assert first_payer(replace(infection, clinical_exam="No carious tooth.")).payer_kind is None
    assert first_payer(replace(infection, claim=BillingFacts(diagnoses=("K04.7",)))).payer_kind == "dental"
    assert first_payer(replace(infection, claim=BillingFacts(diagnoses=("L04.0",)))).payer_kind == "medical"


def test_an_accident_is_told_first() -> None:
    hurt = replace(case(), claim=replace(case().claim, accident=Accident(kind="auto")))
    assert "accident" in first_payer(hurt).warnings[0].lower()


@pytest.mark.parametrize("text", ["12345", "1234F", "A1234", " 1234T "])
def test_a_medical_code_is_judged_by_its_form_alone(text: str) -> None:
    assert practice_code_problem(text) is None


@pytest.mark.parametrize("text", ["", "1234", "1234X", "W1234", "123456", "D0370", "abcde"])
def test_what_is_no_medical_code_is_said(text: str) -> None:
    problem = practice_code_problem(text)
    assert problem is not None
    assert not text.strip() or text.strip() not in problem


def test_no_medical_procedure_code_is_shipped() -> None:
    said = json.dumps([code_compass._data(), *(listed.meaning for listed in CDT.codes)])
    assert not any(practice_code_problem(word) is None for word in said.replace('"', " ").split())


# Pairs


def billing(*codes: str, quantity: int = 1) -> BillingFacts:
    return BillingFacts(procedures=tuple(Procedure(code, "10", quantity) for code in codes))


@pytest.mark.parametrize("pair", [("D0370", "D0386"), ("D0391", "D0370"), ("D0386", "D0391")])
def test_codes_of_one_study_are_blocked_unless_overridden_with_a_reason(pair: tuple[str, str]) -> None:
    (issue,) = pairing_issues(billing(*pair), CDT, on=ON)
    assert issue.blocks
    for gap in ("claim.procedures.pair", gap_of_pair(*pair)):
        (issue,) = pairing_issues(billing(*pair), CDT, on=ON, overrides=[Override(gap, "Two studies.")])
        assert not issue.blocks
        (issue,) = pairing_issues(billing(*pair), CDT, on=ON, overrides=[Override(gap, " ")])
        assert issue.blocks


def test_an_override_of_one_pair_leaves_the_others() -> None:
    over = [Override(gap_of_pair("D0370", "D0386"), "Two studies.")]
    found = pairing_issues(billing("D0370", "D0386", "D0391"), CDT, on=ON, overrides=over)
    assert [issue.blocks for issue in found] == [False, True, True]


def test_a_quantity_other_than_one_is_questioned() -> None:
    assert [issue.code for issue in pairing_issues(billing("D0370", quantity=2), CDT, on=ON)] == [
        "claim.procedures.quantity"
    ]


@pytest.mark.parametrize(
    ("codes", "same_day", "said"),
    [
        (("D0370",), ("D0370",), "claim.procedures.same_day"),
        (("D0370", "D0370"), (), "claim.procedures.same_day"),
        (("D0370", "D0367"), (), "claim.procedures.other_imaging"),
        (("D0370",), ("D0369",), "claim.procedures.other_imaging"),
    ],
)
def test_a_repeat_or_another_imaging_asks_for_a_reason(
    codes: tuple[str, ...], same_day: tuple[str, ...], said: str
) -> None:
    assert [i.code for i in pairing_issues(billing(*codes), CDT, on=ON, same_day=same_day)] == [said]
    over = [Override(said, "Another question.")]
    assert pairing_issues(billing(*codes), CDT, on=ON, same_day=same_day, overrides=over) == ()


def test_one_study_is_not_billed_as_two_services() -> None:
    (issue,) = pairing_issues(billing("D0370", "1234T"), CDT, on=ON)
    assert issue.code == "claim.procedures.two_services"
    assert issue.blocks
    (issue,) = pairing_issues(billing("D0370"), CDT, on=ON, other_claims=[billing("1234T")])
    assert issue.code == "claim.procedures.two_claims"
    assert pairing_issues(billing("D0370", "D0140"), CDT, on=ON, other_claims=[billing("D0140")]) == ()


def test_a_date_in_2027_is_told_to_be_of_an_edition_not_at_hand() -> None:
    (issue,) = pairing_issues(billing("D0370"), CDT, on=date(2027, 1, 4))
    assert not issue.blocks
    assert "CDT 2027" in issue.text
    assert "not at hand" in issue.text
    (issue,) = pairing_issues(billing("D0370"), CDT, on=date(2028, 1, 4))
    assert "CDT 2026" in issue.text


@pytest.mark.parametrize("name", NAMES)
def test_the_samples_have_nothing_that_does_not_go_together(name: str) -> None:
    assert pairing_issues(case(name).claim, CDT, on=ON) == ()

"""The claim by items of the ADA form and boxes of the CMS-1500, and what keeps it from being sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from helpers.sample_cases import NAMES, RESOURCES, case

from parotis.domain.case import Accident, Payer, Procedure, Subscriber
from parotis.domain.claims.claim_sheets import (
    BillingEntity,
    SheetItem,
    ada_items,
    cms1500_boxes,
    issues_of_sheet,
)
from parotis.domain.claims.payers import PayerProfile
from parotis.domain.claims.records import Authorization, ClaimRecord, Remittance, Submission

if TYPE_CHECKING:
    from parotis.domain.case import Case

PRACTICE = BillingEntity(
    name="Lakeside Oral Imaging",
    address_lines=("12 Shore Road", "Evanston, IL 60201"),
    npi="1558598797",
    tin="123456789",
    tin_kind="EIN",
    license_number="D-20417",
    phone="847-555-0100",
    taxonomy="1223X0008X",
)
PROFILE = PayerProfile(
    key="prairie",
    name="Prairie Dental Plan of Illinois",
    kind="dental",
    payer_ids=("PDP01", "PDP02"),
    claims_address=("PO Box 7", "Springfield, IL"),
)


def record(exam: Case | None = None, **changed: object) -> ClaimRecord:
    of = exam or case()
    plain = ClaimRecord("C-1", "E-1", billing=of.claim, document_id="R-E-1", service_date=date(2026, 11, 12))
    return replace(plain, **changed)  # type: ignore[arg-type]


def ada(claim: ClaimRecord | None = None, exam: Case | None = None, **how: object) -> dict[str, SheetItem]:
    asked = {"is_predetermination": False, **how}
    items = ada_items(claim or record(exam), exam or case(), PRACTICE, PROFILE, **asked)  # type: ignore[arg-type]
    return {item.item: item for item in items if item.line < 2}


def cms(claim: ClaimRecord | None = None, exam: Case | None = None, **how: object) -> dict[str, SheetItem]:
    boxes = cms1500_boxes(claim or record(exam), exam or case(), PRACTICE, None, **how)  # type: ignore[arg-type]
    return {box.item: box for box in boxes if box.line < 2}


def values(items: dict[str, SheetItem], *names: str) -> list[str]:
    return [items[name].value for name in names]


# The ADA form


def test_the_ada_sheet_has_every_item_in_the_order_of_the_form() -> None:
    numbers = [item.item for item in ada_items(record(), case(), PRACTICE, PROFILE, is_predetermination=False)]
    plain = [number for number in numbers if number.isdigit()]
    assert plain == [str(number) for number in range(1, 59) if number != 19]
    for added in ("3a", "11a", "29a", "29b", "31a", "34a", "39a", "52a", "53a", "56a"):
        assert numbers.index(added) == numbers.index(added[:-1]) + 1 or added == "29b"
    assert numbers[-3:] == ["REF G3", "REF G1", "REF F8"]


def test_every_item_has_a_label_of_its_own() -> None:
    said = json.loads((RESOURCES / "claims" / "sheet-labels.json").read_text("utf-8"))
    for form in ("ada_2024", "cms_1500"):
        assert len(set(said[form].values())) == len(said[form])


def test_the_study_stands_on_its_line() -> None:
    found = ada()
    line = ("24", "25", "26", "27", "28", "29", "29a", "29b", "31")
    assert values(found, *line) == ["11/12/2026", "", "", "", "", "D0370", "A", "01", "210.00"]
    assert values(found, "32", "34", "34a", "38") == ["210.00", "AB", "A R22.0", "11"]
    assert found["29"].label == "Line 1: Procedure code"


def test_a_predetermination_has_no_procedure_date_and_no_number_yet() -> None:
    found = ada(is_predetermination=True)
    assert values(found, "1", "2", "24") == ["Predetermination of benefits", "", ""]
    assert found["24"].note
    assert found["REF G3"].value == ""
    assert ada()["1"].value == "Statement of actual services"


def test_predetermination_and_authorization_numbers_are_kept_apart() -> None:
    assert values(ada(), "2", "REF G3", "REF G1") == ["PD-77120", "PD-77120", ""]
    noted = Authorization("authorization", "approved", number="PA-9")
    found = ada(record(authorizations=(noted,)))
    assert values(found, "2", "REF G3", "REF G1") == ["PD-77120", "PD-77120", "PA-9"]
    assert "Prior authorization PA-9" in found["35"].value
    only = record(case("submandibular-stone"))
    assert values(ada(only), "2", "REF G3", "REF G1") == ["PA-55301", "", "PA-55301"]


def test_a_replacement_names_the_payers_number_and_an_unanswered_claim_is_new() -> None:
    sent = record(submissions=(Submission(sent_on=date(2026, 11, 20)),))
    assert ada(sent)["REF F8"].value == ""
    answered = replace(sent, state="to-bill", remittances=(Remittance(payer_claim_number="PX-1"),))
    found = ada(answered)
    assert found["REF F8"].value == "PX-1"
    assert "Replaces claim PX-1." in found["35"].value
    assert cms(answered)["22"].value == "7, PX-1"
    assert cms(answered, frequency="8")["22"].value == "8, PX-1"
    assert cms(answered, frequency="1")["22"].value == ""


def test_payer_policyholder_and_patient_are_there() -> None:
    found = ada()
    assert found["3"].value == "Prairie Dental Plan of Illinois, PO Box 7, Springfield, IL"
    assert values(found, "3a", "12", "13", "14", "15", "16", "18") == [
        "PDP01", "Maja Lindqvist", "06/14/1979", "F", "PDP-558-221-09", "4410", "self",
    ]  # fmt: skip
    assert values(found, "20", "21", "22", "23") == ["Lindqvist, Maja", "06/14/1979", "F", "S-1001"]


def test_the_policyholder_of_a_child_has_not_the_childs_birth_date() -> None:
    exam = case("tmj-effusion")
    assert exam.claim.subscriber is not None
    assert exam.claim.subscriber.relationship == "child"
    found = ada(record(exam), exam)
    assert values(found, "13", "14") == ["", ""]
    assert found["13"].note
    assert found["21"].value


def test_the_dentist_who_interprets_signs_and_the_practice_bills() -> None:
    found = ada()
    assert values(found, "53", "54", "55") == ["Helen Park, DDS", "1234567893", "IL, D-20417"]
    assert values(found, "48", "49", "51", "52", "56a") == [
        "Lakeside Oral Imaging, 12 Shore Road, Evanston, IL 60201",
        "1558598797",
        "EIN 123456789",
        "847-555-0100",
        "1223X0008X",
    ]
    assert "Rosa Delgado" not in " ".join(item.value for item in found.values())


def test_what_the_practice_has_not_entered_is_named_not_guessed() -> None:
    items = ada_items(record(), case(), BillingEntity(), None, is_predetermination=False)
    empty = {item.item: item for item in items}
    for number in ("48", "49", "50", "51", "52", "56", "56a", "57"):
        assert empty[number].value == ""
        assert empty[number].note
    wrong = replace(PRACTICE, npi="1234567890")
    items = ada_items(record(), case(), wrong, None, is_predetermination=False)
    assert "check digit" in next(item.note for item in items if item.item == "49")


def test_enclosures_follow_the_signed_report() -> None:
    assert values(ada(), "35", "39") == ["See attached signed ultrasound report.", "Y"]
    assert values(ada(record(document_id=None)), "35", "39") == ["", "N"]
    assert ada(remarks="x" * 401)["35"].note


@pytest.mark.parametrize(("kind", "words"), [("work", "Work"), ("auto", "Car accident"), ("other", "Other accident")])
def test_accidents_have_their_items(kind: str, words: str) -> None:
    hurt = Accident(kind, date(2026, 11, 1), "IL")  # type: ignore[arg-type]
    claim = record(billing=replace(case().claim, accident=hurt))
    assert values(ada(claim), "45", "46", "47") == [words, "11/01/2026", "IL" if kind == "auto" else ""]
    boxes = cms(claim)
    assert [box.value[:3].strip(", ") for box in (boxes["10a"], boxes["10b"], boxes["10c"])] == [
        "YES" if kind == name else "NO" for name in ("work", "auto", "other")
    ]
    assert boxes["15"].value == "11/01/2026 qualifier 439"


# The CMS-1500


def test_the_cms_sheet_has_every_box_in_the_order_of_the_form() -> None:
    boxes = [box.item for box in cms1500_boxes(record(), case(), PRACTICE, PROFILE)]
    numbers = [int("".join(filter(str.isdigit, box))) for box in boxes]
    assert numbers == sorted(numbers)
    assert set(range(1, 34)) - set(numbers) == {8, 30}
    assert [box for box in boxes if box.startswith("24")] == [f"24{letter}" for letter in "ABCDEFGHIJ"]


def test_the_medical_line_has_the_practices_own_code_and_says_when_it_is_missing() -> None:
    exam = case("submandibular-stone")
    claim = record(exam, practice_code="1234T")
    found = cms(claim, exam)
    assert values(found, "21", "23") == ["ICD Ind 0  A K115", "PA-55301"]
    assert values(found, "24A", "24B", "24D", "24E", "24F", "24G", "24J", "28") == [
        "11/12/2026", "11", "1234T", "A", "210.00", "1", "1234567893", "210.00",
    ]  # fmt: skip
    missing = cms(record(exam), exam)["24D"]
    assert missing.value == "D0370"
    assert "missing" in missing.note


def test_the_other_boxes_hold_what_the_record_has() -> None:
    found = cms()
    assert values(found, "1a", "2", "3", "4", "6", "11") == [
        "PDP-558-221-09", "Lindqvist, Maja", "06/14/1979, F", "Maja Lindqvist", "self", "4410",
    ]  # fmt: skip
    assert values(found, "14", "17", "19", "25") == [
        "10/08/2026 qualifier 431", "", "See attached signed ultrasound report.", "EIN 123456789",
    ]  # fmt: skip
    assert len(found["19"].value) <= 71
    assert cms(remarks="x" * 72)["19"].note
    referred = replace(case(), exam=replace(case().exam, referrer="Dr. Wu"))
    assert cms(exam=referred)["17"].value == "DN Dr. Wu"


def test_twelve_diagnoses_have_letters_to_l_and_four_on_the_dental_form() -> None:
    codes = tuple(f"K{number}.0" for number in range(10, 23))
    claim = record(billing=replace(case().claim, diagnoses=codes))
    assert "L K210" in cms(claim)["21"].value
    assert "M " not in cms(claim)["21"].value
    assert cms(claim)["21"].note == "Only 12 fit: 1 left out."
    assert ada(claim)["34a"].value == "A K10.0  B K11.0  C K12.0  D K13.0"
    assert ada(claim)["34a"].note == "Only 4 fit: 9 left out."


def test_each_service_has_its_own_line() -> None:
    two = replace(case().claim, procedures=(Procedure("D0370", "210", 1), Procedure("D0140", "80.5", 1)))
    items = ada_items(record(billing=two), case(), PRACTICE, PROFILE, is_predetermination=False)
    assert [(item.line, item.value) for item in items if item.item in ("29", "31")] == [
        (1, "D0370"), (1, "210.00"), (2, "D0140"), (2, "80.50"),
    ]  # fmt: skip
    assert next(item.value for item in items if item.item == "32") == "290.50"


@pytest.mark.parametrize("name", NAMES)
def test_empty_items_that_matter_say_why(name: str) -> None:
    exam = case(name)
    for items in (ada(record(exam), exam), cms(record(exam), exam)):
        assert all(item.label for item in items.values())
        for number in ("49", "51", "54") if "49" in items else ("25", "33a", "24J"):
            assert items[number].value


# Issues


def told(claim: ClaimRecord | None = None, kind: str = "dental", **how: object) -> dict[str, bool]:
    found = issues_of_sheet(claim or record(), case(), PRACTICE, kind=kind, **how)  # type: ignore[arg-type]
    assert [issue.blocks for issue in found] == sorted((issue.blocks for issue in found), reverse=True)
    return {issue.code: issue.blocks for issue in found}


def billed(**changed: object) -> ClaimRecord:
    return record(billing=replace(case().claim, **changed))  # type: ignore[arg-type]


def test_a_whole_claim_has_no_issue() -> None:
    assert told() == {}
    assert told(record(practice_code="1234T"), "medical") == {}


@pytest.mark.parametrize(("kind", "most"), [("dental", 10), ("medical", 6)])
def test_more_service_lines_than_the_form_has_are_blocked(kind: str, most: int) -> None:
    full = billed(procedures=(Procedure("D0370", "1", 1),) * most)
    assert "sheet.lines.many" not in told(full, kind)
    over = billed(procedures=(Procedure("D0370", "1", 1),) * (most + 1))
    assert told(over, kind)["sheet.lines.many"]


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        (billed(procedures=()), "sheet.lines.missing"),
        (billed(procedures=(Procedure("D0370", None, 1),)), "sheet.fee"),
        (billed(procedures=(Procedure("D0370", "x", 1),)), "sheet.fee"),
        (billed(procedures=(Procedure("1234T", "1", 1),)), "sheet.code"),
        (billed(payer=None), "sheet.payer"),
        (billed(payer=Payer(name=" ")), "sheet.payer"),
        (billed(subscriber=Subscriber(name="A")), "sheet.member"),
        (record(document_id=None), "sheet.unsigned"),
    ],
)
def test_what_a_payer_cannot_take_is_blocked(claim: ClaimRecord, code: str) -> None:
    assert told(claim)[code]


def test_a_medical_line_needs_the_practices_own_code() -> None:
    assert told(kind="medical")["sheet.code"]


def test_a_predetermination_needs_no_signed_report() -> None:
    assert told(record(document_id=None), is_predetermination=True) == {}


def test_remarks_and_resubmissions_are_judged() -> None:
    assert told(remarks="x" * 401)["sheet.remarks"]
    assert told(remarks="x" * 72, kind="medical")["sheet.remarks"]
    assert told(frequency="7")["sheet.original"]
    assert told(record(state="to-bill", remittances=(Remittance(payer_claim_number="P"),)), frequency="7") == {}
    same = billed(predetermination="1", prior_authorization="1")
    assert told(same) == {"sheet.numbers.same": False}


def test_a_practice_without_numbers_is_told_each() -> None:
    found = issues_of_sheet(record(), case(), BillingEntity(), kind="dental")
    assert [issue.path for issue in found] == [
        "practice.npi", "practice.tin", "practice.name", "practice.address_lines", "practice.taxonomy",
    ]  # fmt: skip
    unread = replace(case(), exam=replace(case().exam, interpreter=None))
    paths = [issue.path for issue in issues_of_sheet(record(), unread, PRACTICE, kind="dental")]
    assert paths == ["exam.interpreter.npi", "exam.interpreter.name"]


def test_no_issue_repeats_what_was_typed() -> None:
    odd = billed(procedures=(Procedure("Zebra", "Yak", 1),), payer=None, subscriber=None)
    found = issues_of_sheet(odd, case(), PRACTICE, kind="dental", remarks="Quokka" * 100)
    assert found
    assert not any(word in issue.text for issue in found for word in ("Zebra", "Yak", "Quokka"))

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from helpers import hostile_text, sample_cases
from helpers.random_exams import DOCUMENT, PAYER, PRACTICE, WRITTEN_ON, Draw

from parotis.domain import paths
from parotis.domain.case import Case
from parotis.domain.claims import letters
from parotis.domain.claims.letter_tree import Letter
from parotis.domain.claims.payers import PayerProfile
from parotis.domain.claims.records import ClaimRecord
from parotis.domain.report import Callout, Paragraph, Report, SignatureBlock, Table
from parotis.domain.report_composition import Signing

CASE = sample_cases.case()
CLAIM = ClaimRecord("claim", "exam", billing=CASE.claim, service_date=dt.date(2026, 11, 12))


def necessity(case: Case = CASE, profile: PayerProfile | None = PAYER) -> Letter:
    return letters.necessity(case, CLAIM, DOCUMENT, PRACTICE, written_on=WRITTEN_ON, profile=profile)


def predetermination(case: Case = CASE) -> Letter:
    return letters.predetermination_request(case, CLAIM, PRACTICE, written_on=WRITTEN_ON, profile=PAYER)


def authorization(case: Case = CASE) -> Letter:
    return letters.authorization_request(case, CLAIM, PRACTICE, written_on=WRITTEN_ON, profile=PAYER)


def drawn(report: Report) -> str:
    """Every text of a report's sections."""
    found = []
    for section in report.sections:
        for block in section.blocks:
            match block:
                case Paragraph(runs):
                    found.append("".join(run.text for run in runs))
                case Callout(inner) | SignatureBlock(inner):
                    found += ["".join(run.text for run in one.runs) for one in inner]
                case Table():
                    raise AssertionError("a letter has no table")
    return "\n".join(found)


def before_the_scan() -> Case:
    return dataclasses.replace(
        CASE, scan=(), findings=(), images=(), technique=type(CASE.technique)(),
        interpretation=type(CASE.interpretation)(),
    )  # fmt: skip


def test_the_letter_of_necessity_tells_what_reviewers_ask_in_their_order() -> None:
    text = necessity().text
    order = [
        "Date of service: 12 Nov 2026", "Diagnosis codes: R22.0", "My right cheek has been puffy", "for 5 weeks",
        "about 15 mm", "Panoramic radiograph of 5 Nov 2026", "not sufficient because", "Why ultrasound: soft tissue",
        "Examined (7.5 to 15 MHz", "cyst A of 14.2 x 11.0 x 9.8 mm", "Impression (probable)", "Recommendation: Repeat",
        "licence IL D-20417, NPI 1234567893", "was signed on 12 Nov 2026", "Enclosures", "Signature: ",
    ]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_not_seen_and_not_examined_are_told_apart_and_never_as_normal() -> None:
    case = sample_cases.case("submandibular-stone")
    told = {one.text.split(":")[0] for one in letters.unseen(case)}
    states = {finding.state for finding in case.findings} | {entry.status for entry in case.scan}
    assert told == {
        word for state, word in (("not-seen", "Not seen"), ("not-examined", "Not examined")) if state in states
    }
    assert told


def test_a_predetermination_letter_has_no_day_of_the_procedure_and_no_finding() -> None:
    text = predetermination().text
    assert "Date of service" not in text
    assert "12 Nov 2026" not in text
    assert "cyst A" not in text
    assert "Impression" not in text
    assert "Predetermination: PD" not in text
    assert "no promise of payment" in text


def test_the_authorization_letter_asks_for_number_units_and_expiry() -> None:
    text = authorization(before_the_scan()).text
    asked = text[text.index("What we ask for") :]
    assert all(word in asked for word in ("number", "units", "expires"))
    assert "Date of service" not in text
    assert "Findings" not in text
    assert "Request for prior authorization" in text


def test_after_the_scan_authorization_is_asked_for_after_the_fact() -> None:
    text = authorization().text
    assert "Request for authorization after the fact" in text
    assert "Date of service: 12 Nov 2026" in text
    assert "cyst A of 14.2" in text


def test_the_two_requests_never_share_their_words() -> None:
    assert "authoriz" not in predetermination().text.lower()
    assert "predetermin" not in authorization().text.replace("Predetermination: PD-77120", "").lower()


@pytest.mark.parametrize("make", [necessity, predetermination, authorization])
def test_an_empty_exam_makes_a_letter_without_empty_parts(make: object) -> None:
    letter = make(Case())  # type: ignore[operator]
    assert all(paragraph.sentences for part in letter.parts for paragraph in part.paragraphs)
    assert not re.search(r"None|not recorded|: \.|\.\.", letter.text)


@pytest.mark.parametrize("make", [necessity, predetermination, authorization])
def test_the_drawn_letter_says_what_the_plain_text_says(make: object) -> None:
    letter = make()  # type: ignore[operator]
    report = letter.report()
    said = drawn(report)
    for part in letter.parts:
        for paragraph in part.paragraphs:
            assert " ".join(sentence.text for sentence in paragraph.sentences) in said
    assert not report.is_draft
    assert report.document_title in letter.kind_words
    assert "Lindqvist" not in report.document_title
    assert report.attachment is None


def test_a_run_of_a_letter_knows_its_field() -> None:
    sources = {
        run.source
        for section in necessity().report().sections
        for block in section.blocks
        if isinstance(block, Paragraph)
        for run in block.runs
    }
    assert {"complaint", "interpretation.impression[0]", "findings[0].lesions[0].kind"} <= sources


def test_a_letter_is_signed_by_hand_unless_somebody_signs_it() -> None:
    (by_hand,) = necessity().report().sections[-1].blocks
    assert isinstance(by_hand, SignatureBlock)
    assert by_hand.by_hand == ("Signature", "Date")
    assert CASE.exam.interpreter is not None
    signing = Signing(CASE.exam.interpreter, DOCUMENT.signed_at, "", "")
    (signed,) = necessity().report(signing).sections[-1].blocks
    assert isinstance(signed, SignatureBlock)
    assert signed.signed
    assert signed.by_hand == ()


def test_without_a_profile_the_payer_of_the_codes_is_addressed() -> None:
    assert [line.text for line in necessity(profile=None).addressee] == ["Prairie Dental Plan"]
    assert [line.text for line in necessity().addressee] == ["Prairie Dental Plan", "P.O. Box 77"]


def test_the_payer_is_not_told_the_chart_number() -> None:
    assert CASE.patient.chart_number is not None
    for make in (necessity, predetermination, authorization):
        assert CASE.patient.chart_number not in make().text + make().footer


def test_the_certainty_of_a_letter_is_the_reports() -> None:
    for certainty, word in (("definite", "Impression (definite)"), (None, "Impression: ")):
        text = necessity(paths.replace(CASE, "interpretation.certainty", certainty)).text
        assert word in text
        assert "probable" not in text


def test_hostile_text_stands_in_a_letter_as_typed() -> None:
    for text in hostile_text.strings(5, 150):
        folded = " ".join(text.split())
        case = paths.replace(paths.replace(CASE, "complaint", text), "interpretation.recommendation", text)
        for make in (necessity, predetermination, authorization):
            letter = make(case)
            assert folded in letter.text
            assert folded in drawn(letter.report())


def test_letters_of_any_exam_can_be_made() -> None:
    for seed in range(30):
        draw = Draw(seed)
        exam = draw.exam()
        claim = draw.claim(exam)
        assert letters.necessity(exam, claim, DOCUMENT, PRACTICE, written_on=WRITTEN_ON).text

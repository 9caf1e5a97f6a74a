from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from helpers import hostile_text, sample_cases
from helpers.random_exams import DOCUMENT, PAYER, PRACTICE, WRITTEN_ON, Draw

from parotis.domain import paths
from parotis.domain.case import Case, Image
from parotis.domain.claims.appeals import (
    AppealLetter,
    compose_appeal,
    denial_codes,
    exhibits,
    package,
)
from parotis.domain.claims.denial_codes import code_kind
from parotis.domain.claims.records import (
    Adjustment,
    Appeal,
    AppealPoint,
    Authorization,
    ClaimRecord,
    CoverageCall,
    PaidLine,
    Remittance,
    Submission,
)
from parotis.domain.claims.report_quotes import lines
from parotis.domain.report import Callout, Paragraph, Table
from parotis.domain.report_composition import ReportFacts, compose

CASE = dataclasses.replace(sample_cases.case(), images=(Image("sha256:1"), Image("sha256:2", key=False)))
JOINT = sample_cases.case("tmj-effusion")
CALLED = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)


def claim_of(case: Case = CASE) -> ClaimRecord:
    return ClaimRecord(
        "claim", "exam", billing=case.claim, service_date=dt.date(2026, 11, 12),
        calls=(CoverageCall(CALLED, "phone", "Dana Wu", "C-88120"),),
        authorizations=(Authorization("authorization", "approved", number="A-1", expires_on=dt.date(2027, 1, 31)),),
        submissions=(Submission(dt.date(2026, 11, 13), "clearinghouse", control_number="ACN-331"),),
    )  # fmt: skip


def denied(*codes: str, remarks: tuple[str, ...] = ()) -> Remittance:
    return Remittance(
        dt.date(2026, 11, 20), trace_number="TRN-9", payer_claim_number="PC-4471", charged="210.00", paid="0.00",
        adjustments=tuple(Adjustment("CO", code, "210.00") for code in codes), remarks=remarks,
    )  # fmt: skip


def appeal(
    case: Case, remittance: Remittance, of: Appeal | None = None, *, claim: ClaimRecord | None = None,
    **more: tuple[str, ...],
) -> AppealLetter:  # fmt: skip
    words = {"50": "the plan does not see the need", "N706": "documents are missing"}
    return compose_appeal(
        case, claim or claim_of(case), remittance, DOCUMENT, PAYER, of or Appeal(), PRACTICE, written_on=WRITTEN_ON,
        words=lambda kind, code: words.get(code, "") if kind in ("carc", "rarc") else "", **more,
    )  # fmt: skip


def answer(case: Case, *codes: str, remarks: tuple[str, ...] = ()) -> str:
    return appeal(case, denied(*codes, remarks=remarks)).points[-1].answer or ""


def printed(case: Case) -> set[str]:
    """Every line of the report, read from its tree here, white space folded."""
    found = set()
    for section in compose(case, ReportFacts("North Clinic", (), "R-1")).sections:
        for block in section.blocks:
            match block:
                case Paragraph(runs):
                    found.add("".join(run.text for run in runs))
                case Callout(paragraphs):
                    found |= {"".join(run.text for run in one.runs) for one in paragraphs}
                case Table(rows=rows):
                    found |= {"".join(run.text for run in cell.runs) for row in rows for cell in row}
    return {" ".join(text.split()) for text in found}


def test_every_quoted_line_is_a_line_of_the_report() -> None:
    for exam in (CASE, JOINT, *(Draw(seed).exam() for seed in range(40))):
        known = printed(exam)
        for line in lines(exam):
            assert line.text in known
            assert line.text != "Not recorded."


def test_capital_sides_of_the_signed_report_are_quoted_as_printed() -> None:
    quoted = " ".join(line.text for line in lines(CASE, capital_sides=True))
    assert "Simple cyst of the RIGHT parotid tail" in quoted


def test_codes_that_deny_nothing_are_not_answered() -> None:
    remittance = dataclasses.replace(
        denied("45", "2", "50"),
        lines=(
            PaidLine(
                "D0370", adjustments=(Adjustment("CO", "252", "1"), Adjustment("CO", "50", "1")), remarks=("N706",)
            ),
        ),
    )
    assert [code for code, _ in denial_codes(remittance)] == ["50", "252", "N706"]
    assert [path for _, path in denial_codes(remittance)] == [
        "@remittance.adjustments[2].reason",
        "@remittance.lines[0].adjustments[0].reason",
        "@remittance.lines[0].remarks[0]",
    ]


@pytest.mark.parametrize(("code", "kind"), [("16", "carc"), ("B7", "carc"), ("N706", "rarc"), ("MA130", "rarc")])
def test_a_code_is_a_reason_or_a_remark(code: str, kind: str) -> None:
    assert code_kind(code) == kind


@pytest.mark.parametrize("code", ["16", "252", "N706"])
def test_missing_rationale_is_answered_with_reason_question_studies_and_why(code: str) -> None:
    said = answer(CASE, code) if code[0] != "N" else answer(CASE, remarks=(code,))
    assert "\u201cReason for ultrasound: swelling of unknown origin\u201d" in said
    assert "\u201cClinical question: Is there a focal soft-tissue lesion" in said
    assert "Not sufficient because: radiographs do not show a soft-tissue lesion\u201d" in said
    assert "\u201cWhy ultrasound: soft tissue" in said
    assert said.count("(Exhibit A)") == 4


def test_necessity_is_answered_with_complaint_finding_and_effect_on_care() -> None:
    said = answer(CASE, "50")
    assert "\u201cComplaint: My right cheek" in said
    assert "A: cyst of 14.2 x 11.0 x 9.8 mm" in said
    assert "\u201cCertainty: probable.\u201d" in said
    assert "\u201cRepeat ultrasound in six months" in said


def test_an_answer_for_the_joint_states_the_question_and_the_limits_and_claims_no_evidence() -> None:
    said = answer(JOINT, "55")
    assert "The question put to this examination was: \u201cIs there a joint effusion" in said
    assert "\u201cThe medial part of the disc is hidden: displacement there is not excluded.\u201d" in said
    assert not any(
        word in said.lower() for word in ("studies show", "literature", "evidence", "proven", "accepted", "standard")
    )


def test_coverage_is_answered_on_the_wording_of_the_plan_alone() -> None:
    said = answer(CASE, "204")
    assert "cyst" not in said
    assert "words of the plan" in said
    assert "C-88120" in said
    text = appeal(CASE, denied("96"), Appeal(plan_clause="Imaging is covered.")).letter.text
    assert "Wording of the plan\n\u201cImaging is covered.\u201d" in text


def test_a_missing_authorization_and_late_filing_are_answered_with_dates_of_the_record() -> None:
    assert "Prior authorization A-1: approved, valid until 31 Jan 2027." in answer(CASE, "197")
    filed = answer(CASE, "29")
    assert "The claim was sent on 13 Nov 2026 by clearinghouse, attachment control number ACN-331." in filed
    assert "The date of service is 12 Nov 2026." in filed
    bare = dataclasses.replace(claim_of(), submissions=())
    text = appeal(CASE, denied("29"), claim=bare).points[0].answer or ""
    assert "The record holds no date of filing." in text


def test_a_reason_answered_before_is_referred_to() -> None:
    said = answer(CASE, "16", remarks=("N706",))
    assert said == "The answer to 16 is also an answer to N706."


def test_the_letter_has_its_head_its_requests_and_its_deadline() -> None:
    made = appeal(CASE, denied("50", remarks=("N706",)), Appeal(deadline=dt.date(2027, 5, 19)))
    text = made.letter.text
    for part in (
        "Patient: Lindqvist, Maja", "Member id: PDP-558-221-09", "Claim number of the plan: PC-4471",
        "Date of service: 12 Nov 2026", "Provider NPI: 1234567893", "Denial codes: 50, N706",
        "The reason, in our words: the plan does not see the need.", "The last day for this appeal is 19 May 2027.",
        "criteria that were used", "same specialty", "Exhibit A: Signed ultrasound report.", "P.O. Box 78",
    ):  # fmt: skip
        assert part in text


def test_what_the_dentist_typed_stands_as_typed() -> None:
    typed = AppealPoint("50", "First line <b>.\n\nSecond  line: 3 visits", ("complaint",))
    made = appeal(CASE, denied("50"), Appeal(points=(typed,)))
    assert "First line <b>.\nSecond  line: 3 visits" in made.letter.text
    assert "My right cheek" not in made.letter.text
    assert made.points == (typed,)


def test_an_answer_to_a_reason_that_the_notice_does_not_have_is_kept() -> None:
    made = appeal(CASE, denied("50"), Appeal(points=(AppealPoint("18", "It is the first claim."),)))
    assert "Answer to reason 18\nIt is the first claim." in made.letter.text


def test_only_literature_that_was_typed_is_named() -> None:
    assert "Literature" not in appeal(CASE, denied("55")).letter.text
    named = appeal(CASE, denied("55"), literature=("Author, Title, 2020",)).letter.text
    assert "Literature named by the practice\nAuthor, Title, 2020" in named


def test_exhibits_are_lettered_in_order_and_only_what_there_is() -> None:
    known = exhibits(CASE, claim_of(), denied("50"), DOCUMENT)
    assert [(one.letter, one.kind) for one in known] == [
        ("A", "report"), ("B", "images"), ("C", "call"), ("D", "notice"), ("E", "authorization"), ("F", "filing"),
    ]  # fmt: skip
    fewer = exhibits(sample_cases.case(), ClaimRecord("c", "e"), denied("50"), DOCUMENT)
    assert [(one.letter, one.kind) for one in fewer] == [("A", "report"), ("B", "notice")]
    assert [one.kind for one in known if one.has_file] == ["report", "images", "notice"]


def test_each_exhibit_has_a_divider_page() -> None:
    made = appeal(CASE, denied("50"))
    pages = package(made, CASE, claim_of(), WRITTEN_ON)
    assert [report.title for _, report in pages] == [f"Exhibit {letter}" for letter in "ABCDEF"]
    assert not any(report.is_draft or report.identity for _, report in pages)


def test_the_second_level_says_so() -> None:
    assert "Appeal of a denied claim, level 2" in appeal(CASE, denied("50"), Appeal(level=2)).letter.text


def test_hostile_text_stands_in_an_appeal_as_typed() -> None:
    for text in hostile_text.strings(6, 120):
        if not (line := " ".join(text.split())):
            continue
        case = paths.replace(CASE, "rationale.question", text)
        assert line in appeal(case, denied("16"), Appeal(plan_clause=text)).letter.text

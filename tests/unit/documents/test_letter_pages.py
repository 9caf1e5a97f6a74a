"""Letters, appeals and patient paper as pages: they are drawn whole, whatever was typed, and never called a draft."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from helpers import hostile_text, sample_cases
from helpers.random_exams import DOCUMENT, PAYER, PRACTICE, WRITTEN_ON, Draw
from unit.documents.conftest import a_report, bare

from parotis.documents.adapters import ReportComposer
from parotis.documents.render import DRAFT_WORDS
from parotis.domain import paths
from parotis.domain.case import Case
from parotis.domain.claims import appeals, letters, patient_paper
from parotis.domain.claims.letter_tree import Letter
from parotis.domain.claims.records import ClaimRecord

CASE = sample_cases.case()
KINDS = ("necessity", "predetermination", "authorization", "appeal", "notice-en", "notice-es", "result-en", "result-es")


def made(kind: str, case: Case, claim: ClaimRecord) -> Letter:
    if kind == "necessity":
        return letters.necessity(case, claim, DOCUMENT, PRACTICE, written_on=WRITTEN_ON, profile=PAYER)
    if kind == "predetermination":
        return letters.predetermination_request(case, claim, PRACTICE, written_on=WRITTEN_ON, profile=PAYER)
    if kind == "authorization":
        return letters.authorization_request(case, claim, PRACTICE, written_on=WRITTEN_ON, profile=PAYER)
    if kind == "appeal":
        return appeal(case, claim).letter
    language = "es" if kind.endswith("es") else "en"
    if kind.startswith("notice"):
        return patient_paper.cost_notice(case, claim, PRACTICE, written_on=WRITTEN_ON, language=language)
    return patient_paper.result_summary(case, DOCUMENT, PRACTICE, written_on=WRITTEN_ON, language=language)


def appeal(case: Case, claim: ClaimRecord) -> appeals.AppealLetter:
    draw = Draw(5)
    return appeals.compose_appeal(
        case, claim, draw.remittance(), DOCUMENT, PAYER, draw.appeal(), PRACTICE, written_on=WRITTEN_ON,
        words=lambda *_: "",
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_drawn_with_all_that_it_says(
    kind: str, composer: ReportComposer, text_of: Callable[[bytes], str]
) -> None:
    letter = made(kind, CASE, dataclasses.replace(Draw(2).claim(CASE), billing=CASE.claim))
    read = text_of(composer.render(letter.report(), {}))
    assert DRAFT_WORDS not in read
    assert "Not signed" not in read
    for sentence in letter.sentences():
        if len(sentence.text) < 60:  # a longer one may go over a page, with the footer between
            assert bare(sentence.text).upper() in bare(read).upper()


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_is_drawn(kind: str, composer: ReportComposer) -> None:
    texts = hostile_text.strings(11, 60)
    for start in range(0, 60, 20):
        case = CASE
        fields = ("complaint", "rationale.question", "interpretation.recommendation", "interpretation.limitations")
        for field, text in zip(
            fields, (" ".join(texts[start + at : start + at + 5]) for at in range(0, 20, 5)), strict=True
        ):
            case = paths.replace(case, field, text)
        case = paths.replace(case, "complaint", f"{case.complaint} {'W' * 2000}")
        pdf = composer.render(made(kind, case, ClaimRecord("c", "e", billing=case.claim)).report(), {})
        assert pdf.startswith(b"%PDF-")


def test_divider_pages_are_drawn(composer: ReportComposer, text_of: Callable[[bytes], str]) -> None:
    claim = Draw(2).claim(CASE)
    package = appeals.package(appeal(CASE, claim), CASE, claim, WRITTEN_ON)
    assert package
    for exhibit, report in package:
        assert f"Exhibit {exhibit.letter}" in text_of(composer.render(report, {}))


def test_the_properties_of_a_letter_name_its_kind_and_language_and_nobody(composer: ReportComposer) -> None:
    letter = made("notice-es", CASE, ClaimRecord("c", "e", billing=CASE.claim))
    pdf = composer.render(letter.report(), {})
    assert b"es-US" in pdf
    assert b"Lindqvist" not in pdf
    assert b"en-US" in composer.render(a_report("words"), {})

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import string
from pathlib import Path
from typing import Any, get_args

import pytest
from helpers import hostile_text, sample_cases
from helpers.random_exams import DOCUMENT, PRACTICE, STRUCTURES, WRITTEN_ON, Draw

from parotis.domain import case as c
from parotis.domain import paths
from parotis.domain.claims.letter_tree import Language
from parotis.domain.claims.patient_paper import cost_notice, result_summary
from parotis.domain.claims.plain_words import plain_words
from parotis.domain.claims.records import Answer, Authorization, ClaimRecord, CoverageCall

WORDS = json.loads((Path(__file__).resolve().parents[4] / "resources/claims/plain-words.json").read_text("utf-8"))
CASE = sample_cases.case()
LANGUAGES: tuple[Language, ...] = ("en", "es")


def claim_of(case: c.Case) -> ClaimRecord:
    call = CoverageCall(
        dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC), "phone", "Dana W.", "C-88120",
        (Answer("covered", "unknown", "by report only"), Answer("authorization", "no"),
         Answer("limit", detail="once a year")),
        expires_on=dt.date(2026, 12, 2),
    )  # fmt: skip
    number = Authorization("predetermination", "approved", number="PD-77120", expires_on=dt.date(2027, 2, 5))
    return ClaimRecord("claim", "exam", billing=case.claim, calls=(call,), authorizations=(number,))


def notice(language: Language, case: c.Case = CASE, claim: ClaimRecord | None = None) -> str:
    return cost_notice(case, claim or claim_of(case), PRACTICE, written_on=WRITTEN_ON, language=language).text


def summary(language: Language, case: c.Case = CASE) -> str:
    return result_summary(case, DOCUMENT, PRACTICE, written_on=WRITTEN_ON, language=language).text


def shape(value: Any, path: str = "") -> set[str]:
    """Keys, and the places where values are put in."""
    if isinstance(value, dict):
        return {one for key, inner in value.items() for one in shape(inner, f"{path}.{key}")}
    if isinstance(value, list):
        return {f"{path}#{len(value)}"}
    return {f"{path}:{sorted(name for _, name, _, _ in string.Formatter().parse(value) if name)}"}


def test_both_languages_have_the_same_words_and_places() -> None:
    for part in WORDS["en"].keys() - {"structures", "sides"}:
        assert shape(WORDS["en"][part]) == shape(WORDS["es"][part]), part
    assert WORDS["en"].keys() == WORDS["es"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_coded_term_has_a_word_of_its_own(language: Language) -> None:
    said = WORDS[language]
    assert list(said["structures"]) == list(STRUCTURES)
    for table, terms in (("lesions", c.LesionKind), ("certainty", c.Certainty), ("reasons", c.Reason)):
        assert set(said[table]) == set(get_args(terms))
        assert len(set(said[table].values())) == len(said[table])
    assert set(said["units"]) == set(get_args(c.TimeUnit))
    words = plain_words(language)
    places = {words.place(one, side) for one in STRUCTURES for side in get_args(c.Side)}
    assert len(places) == len(STRUCTURES) * len(get_args(c.Side))


def test_sides_are_the_right_words_in_spanish() -> None:
    words = plain_words("es")
    assert words.place("parotid-gland", "right", explained=False) == "gl\u00e1ndula par\u00f3tida derecha"
    assert words.place("masseter", "left", explained=False) == "m\u00fasculo masetero izquierdo"
    assert words.place("parotid-gland", "bilateral", explained=False) == "ambas gl\u00e1ndulas par\u00f3tidas"
    assert words.place("node-level-iia", "right", explained=False) == "ganglios del nivel IIA del lado derecho"
    for side, wrong in (("right", "izquierd"), ("left", "derech")):
        assert not any(wrong in words.place(one, side) for one in STRUCTURES)


def test_the_notice_tells_cost_call_number_and_choices() -> None:
    english = notice("en")
    for part in (
        "no X-rays", "$210.00", "2 Nov 2026", "C-88120", "by telephone", "valid until 2 Dec 2026", "by report only",
        "PD-77120", "may pay all of it, a part of it or nothing", "I do not want the examination",
        "Signature of the patient",
    ):  # fmt: skip
        assert part in english
    assert (
        "Covered: not known (\u201cby report only\u201d).\nAuthorization: no.\nLimit: \u201conce a year\u201d."
        in english
    )
    spanish = notice("es")
    for part in ("rayos X", "$210.00", "2 de noviembre de 2026", "C-88120", "por tel\u00e9fono", "Firma del paciente"):
        assert part in spanish
    assert ".." not in english + spanish


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_call_or_fee_the_notice_says_so(language: Language) -> None:
    text = notice(language, c.Case(), ClaimRecord("c", "e"))
    assert WORDS[language]["sentences"]["told_nothing"] in text
    assert WORDS[language]["sentences"]["cost_no_fee"] in text
    assert "$" not in text


def sections(text: str) -> dict[str, str]:
    return {block.splitlines()[0]: block for block in text.split("\n\n")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_normal_not_seen_and_not_examined_stand_apart(language: Language) -> None:
    states = ("normal", "not-seen", "not-examined", None)
    places = ("masseter", "temporalis", "tongue", "chin")
    case = c.Case(findings=tuple(c.Finding(one, None, state) for one, state in zip(places, states, strict=True)))
    found, said = sections(summary(language, case)), WORDS[language]
    titles = ("normal_title", "not_seen_title", "not_examined_title", "no_result_title")
    for title, place in zip(titles, places, strict=True):
        block = found[said["sentences"][title]].lower()
        assert said["structures"][place]["one"] in block
        assert not any(said["structures"][other]["one"] in block for other in places if other != place)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_recorded_is_not_normal(language: Language) -> None:
    text = summary(language, c.Case())
    assert WORDS[language]["sentences"]["normal_title"] not in text
    assert WORDS[language]["sentences"]["reading_title"] not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("certainty", [None, *get_args(c.Certainty)])
def test_the_sheet_is_as_sure_as_the_report(language: Language, certainty: str | None) -> None:
    text = summary(language, paths.replace(CASE, "interpretation.certainty", certainty))
    said = [word for word, phrase in WORDS[language]["certainty"].items() if phrase in text]
    assert said == ([certainty] if certainty else [])


def test_typed_words_are_quoted_and_said_to_be_the_dentists() -> None:
    impression = CASE.interpretation.impression[0]
    assert f"Palabras del dentista, citadas en el idioma del informe: \u201c{impression}\u201d" in summary("es")
    assert f"The dentist's words, as in the report: \u201c{impression}\u201d" in summary("en")


def test_no_histology_and_no_urgency_but_what_was_recorded() -> None:
    for seed in range(80):
        exam = Draw(seed, plain=True).exam()
        for language in LANGUAGES:
            text = summary(language, exam).lower()
            assert not re.search(r"cancer|c\u00e1ncer|tumou?r|malign|benign|adenoma|carcinoma", text)
            is_urgent = exam.interpretation.urgent is not None
            assert ("urgent" in text) == is_urgent


def test_a_result_is_not_signed_by_the_patient() -> None:
    report = result_summary(CASE, DOCUMENT, PRACTICE, written_on=WRITTEN_ON, language="en").report()
    assert all(section.title is not None for section in report.sections)


def test_braces_and_markup_that_were_typed_stay_as_typed() -> None:
    for text in hostile_text.strings(8, 120):
        if not (line := " ".join(text.split())):
            continue
        reading = dataclasses.replace(CASE.interpretation, impression=(text,))
        case = dataclasses.replace(CASE, interpretation=reading)
        for language in LANGUAGES:
            assert line in summary(language, case)
            assert line in notice(language, paths.replace(case, "rationale.question", text))

from __future__ import annotations

import dataclasses
import re

import pytest
from helpers import sample_cases
from hypothesis import given
from hypothesis import strategies as st

from parotis.domain import canonical, narrative, paths
from parotis.domain.case import Case
from parotis.domain.narrative import compose

LIMITS = (1, 7, 20, 79, 80, 81, 160, 400, 1000, 2000, 5000)


@pytest.mark.parametrize("name", sample_cases.NAMES)
@pytest.mark.parametrize("limit", LIMITS)
def test_a_narrative_is_never_longer_than_its_limit(name: str, limit: int) -> None:
    assert len(compose(sample_cases.case(name), limit).text) <= limit


@given(st.integers(1, 300), st.text(max_size=400))
def test_no_text_of_the_record_makes_a_narrative_too_long(limit: int, text: str) -> None:
    case = sample_cases.case()
    reading = dataclasses.replace(case.interpretation, impression=(text,), recommendation=text)
    changed = dataclasses.replace(case, interpretation=reading, findings=(), symptoms=())
    assert len(compose(changed, limit).text) <= limit


@pytest.mark.parametrize("name", sample_cases.NAMES)
@pytest.mark.parametrize("limit", LIMITS)
def test_a_cut_falls_at_the_end_of_a_word(name: str, limit: int) -> None:
    case = sample_cases.case(name)
    cut, whole = compose(case, limit).text, compose(case, 80).text if limit <= 80 else compose(case, 5000).text
    words = set(re.findall(r"\w+", whole))
    assert set(re.findall(r"\w+", cut)) <= words


@pytest.mark.parametrize("name", sample_cases.NAMES)
def test_every_sentence_names_fields_that_are_recorded(name: str) -> None:
    case = sample_cases.case(name)
    composed = compose(case, 5000)
    assert composed.left_out == ()
    for sentence in composed.sentences:
        assert sentence.sources
        assert any(paths.read(case, source) not in (None, "", ()) for source in sentence.sources)


@pytest.mark.parametrize("name", sample_cases.NAMES)
def test_no_number_is_said_that_no_field_holds(name: str) -> None:
    case = sample_cases.case(name)
    recorded = set(re.findall(r"\d+", canonical.encoded(case).decode()))
    recorded |= {number.lstrip("0") for number in recorded} | {"0"}
    for limit in (80, 400, 2000):
        assert set(re.findall(r"\d+", compose(case, limit).text)) <= recorded


@pytest.mark.parametrize(
    ("certainty", "word"), [("probable", "Probable"), ("indeterminate", "Indeterminate"), (None, "Cyst")]
)
def test_the_lead_is_as_certain_as_the_report_and_no_more(certainty: str | None, word: str) -> None:
    case = paths.replace(sample_cases.case(), "interpretation.certainty", certainty)
    text = compose(case, 80).text
    assert text.startswith(word)
    assert "definite" not in text.lower()


def test_the_most_decisive_fact_comes_first_at_every_length() -> None:
    for limit in (80, 400, 2000):
        assert compose(sample_cases.case(), limit).text.startswith(
            "Probable cyst, right parotid gland, 14.2 x 11.0 x 9.8 mm"
        )


def test_an_unrecorded_size_is_not_made_up() -> None:
    case = paths.replace(sample_cases.case(), "findings[0].lesions[0].size_mm", None)
    assert "14.2" not in compose(case, 80).text


def test_structures_that_were_not_seen_are_not_called_normal() -> None:
    text = compose(sample_cases.case("submandibular-stone"), 5000).text
    (normal,) = re.findall(r"Normal: [^.]*\.", text)
    assert "sublingual" not in normal


def test_an_empty_exam_has_an_empty_narrative() -> None:
    assert compose(Case(), 400).text == ""


def test_white_space_that_a_person_typed_is_folded() -> None:
    case = paths.replace(sample_cases.case(), "interpretation.recommendation", "Repeat\n\n  in\tsix months")
    assert "Recommendation: Repeat in six months." in compose(case, 5000).text


def test_scripts_without_spaces_are_cut_between_characters() -> None:
    case = Case()
    case = paths.replace(case, "interpretation.impression", ("\u8033\u4e0b\u817a\u56ca\u80bf" * 20,))
    assert len(compose(case, 40).text) == 40


def test_the_letter_names_payer_and_member_and_stays_on_one_page() -> None:
    for name in sample_cases.NAMES:
        case = sample_cases.case(name)
        letter = narrative.letter(case, practice_name="North Clinic")
        assert case.claim.payer is not None
        assert case.claim.payer.name in letter
        wrapped = sum(1 + len(line) // 95 for line in letter.splitlines())
        assert wrapped <= 60


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        compose(sample_cases.case(), 0)

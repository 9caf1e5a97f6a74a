from __future__ import annotations

import pytest
from helpers import sample_cases

from parotis.domain.checking.side_words import side_spans
from parotis.domain.report_composition import ReportFacts, compose

FACTS = ReportFacts("Parkview Dental", (), "R-1")


def _capitalised(text: str) -> str:
    for start, end in side_spans(text):
        text = text[:start] + text[start:end].upper() + text[end:]
    return text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Cyst of the right parotid gland.", "Cyst of the RIGHT parotid gland."),
        ("Left untreated, it hurts right away.", "Left untreated, it hurts right away."),
        ("Swelling, left-sided.", "Swelling, LEFT-SIDED."),
        ("Nothing on the left.", "Nothing on the LEFT."),
        ("no side at all", "no side at all"),
    ],
)
def test_only_words_that_mean_a_side_are_printed_in_capitals(typed: str, printed: str) -> None:
    assert _capitalised(typed) == printed


def test_a_long_text_is_printed_in_capitals_to_its_end() -> None:
    assert "right" not in _capitalised("\u0130. " + "Pain on the right. " * 3000)


def _texts(report: object) -> str:
    return repr(report)


def test_the_report_prints_sides_in_capitals_only_where_the_practice_wants_it() -> None:
    case = sample_cases.case()
    plain = compose(case, FACTS)
    capital = compose(case, ReportFacts("Parkview Dental", (), "R-1", capital_sides=True))
    assert "RIGHT" not in _texts(plain.sections)
    assert "RIGHT parotid tail" in _texts(capital.sections)
    assert capital.attachment == plain.attachment

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from helpers import labelled_drafts, sample_cases, three_exams
from hypothesis import given
from hypothesis import strategies as st

from parotis.domain import comparison, paths
from parotis.domain.case import Attributes, Case, ExamFacts, Finding, FindingState, Lesion
from parotis.domain.checks import issues
from parotis.domain.comparison import EarlierExam, compared_lesions, compared_sizes, earlier_than, next_letter
from parotis.domain.comparison_wording import comparison_text, interval

TODAY = dt.datetime(2026, 11, 12, 10, 20, tzinfo=dt.UTC)
MM = st.decimals(min_value=0, max_value=150, places=1, allow_nan=False)


def exam(
    days_ago: int, *lesions: Lesion, state: FindingState = "abnormal", attributes: Attributes | None = None
) -> Case:
    """An exam of the right parotid gland."""
    found = Finding("parotid-gland", "right", state, attributes or Attributes(), lesions)
    return Case(exam=ExamFacts(performed_at=TODAY - dt.timedelta(days=days_ago)), findings=(found,))


def before(*cases: Case, is_signed: bool = True) -> tuple[EarlierExam, ...]:
    return tuple(EarlierExam(f"e{number}", case, is_signed) for number, case in enumerate(cases))


def cyst(letter: str | None, *axes: str | None) -> Lesion:
    first, second, third = (None if text is None else Decimal(text) for text in (*axes, None, None, None)[:3])
    return Lesion(letter, "cyst", (first, second, third) if axes else None)


def test_only_exams_before_this_one_count_newest_first() -> None:
    exams = before(exam(400), exam(-3), exam(200), exam(0), Case())
    assert [one.exam_id for one in earlier_than(exam(0), exams)] == ["e2", "e0"]
    assert earlier_than(Case(), exams) == ()


def test_a_lesion_is_compared_axis_by_axis_and_by_volume() -> None:
    (found,) = compared_lesions(
        exam(0, cyst("A", "14.2", "11.0", "9.8")), before(exam(184, cyst("A", "12", "10", "9")))
    )
    assert found.verdict == "larger"
    assert [change.difference and change.difference.value for change in found.axes_mm] == [
        Decimal("2.2"), Decimal("1.0"), Decimal("0.8"),
    ]  # fmt: skip
    assert [change.difference and change.difference.percent for change in found.axes_mm] == [18, 10, 9]
    assert found.volume_ml.difference is not None
    assert (found.volume_ml.before, found.volume_ml.after) == (Decimal("0.57"), Decimal("0.80"))
    assert found.path == "findings[0].lesions[0]"


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("5.0", "5.9", "no-clear-change"),
        ("5.0", "6.0", "larger"),
        ("5.0", "4.0", "smaller"),
        ("30.0", "32.9", "no-clear-change"),
        ("30.0", "33.0", "larger"),
        ("30.0", "27.0", "smaller"),
        (None, "5.0", "not-compared"),
        ("5.0", None, "not-compared"),
    ],
)
def test_a_change_is_clear_from_one_millimetre_and_ten_percent_on(
    old: str | None, new: str | None, verdict: str
) -> None:
    (found,) = compared_lesions(exam(0, cyst("A", new)), before(exam(9, cyst("A", old))))
    assert found.verdict == verdict


@given(st.lists(st.tuples(MM, MM, MM), min_size=1, max_size=4))
def test_the_same_exam_again_shows_no_change(sizes: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    lesions = [Lesion(letter, "cyst", size) for letter, size in zip("ABCD", sizes, strict=False)]
    for found in compared_lesions(exam(0, *lesions), before(exam(90, *lesions))):
        assert found.verdict == "no-clear-change"
        assert {change.difference and change.difference.value for change in (*found.axes_mm, found.volume_ml)} == {0}


@given(MM, MM)
def test_the_exams_swapped_swap_larger_and_smaller_only(one: Decimal, other: Decimal) -> None:
    forth = compared_lesions(exam(0, Lesion("A", "cyst", (one, None, None))), before(exam(9, cyst("A", str(other)))))
    back = compared_lesions(exam(0, Lesion("A", "cyst", (other, None, None))), before(exam(9, cyst("A", str(one)))))
    assert forth[0].axes_mm[0].difference is not None
    assert back[0].axes_mm[0].difference is not None
    assert forth[0].axes_mm[0].difference.value == -back[0].axes_mm[0].difference.value
    assert (forth[0].verdict, back[0].verdict) != ("larger", "larger")


def test_a_lesion_is_new_only_where_an_earlier_exam_looked_at_its_structure() -> None:
    today = exam(0, cyst("A", "5"))
    assert compared_lesions(today, before(exam(9, state="normal")))[0].verdict == "new"
    assert compared_lesions(today, before(exam(9, state="not-seen")))[0].verdict == "first-described"
    assert (
        compared_lesions(today, before(Case(exam=ExamFacts(TODAY - dt.timedelta(9)))))[0].verdict == "first-described"
    )
    assert compared_lesions(today, ()) == ()


def test_a_lesion_of_another_side_or_letter_is_another_lesion() -> None:
    left = paths.replace(exam(9, cyst("A", "5")), "findings[0].side", "left")
    today, other = compared_lesions(exam(0, cyst("A", "5")), before(left))
    assert (today.verdict, other.verdict, other.side) == ("first-described", "not-described", "left")
    found = compared_lesions(exam(0, cyst("B", "5")), before(exam(9, cyst("A", "5"))))
    assert [(one.letter, one.verdict) for one in found] == [("B", "new"), ("A", "not-described")]


def test_a_lesion_is_compared_with_the_last_exam_that_measured_it() -> None:
    exams = before(exam(10, cyst("A")), exam(20, cyst("A", "5.0")), exam(30, cyst("A", "4.0")))
    (found,) = compared_lesions(exam(0, cyst("A", "7.0")), exams)
    assert found.axes_mm[0].before == Decimal("5.0")


def test_a_lesion_that_a_later_look_did_not_describe_is_not_brought_up_again() -> None:
    exams = before(exam(10, state="normal"), exam(20, cyst("A", "5.0")))
    assert compared_lesions(exam(0, state="normal"), exams) == ()
    (found,) = compared_lesions(exam(0, state="not-examined"), before(exam(20, cyst("A", "5.0"))))
    assert (found.verdict, found.is_looked_at) == ("not-described", False)


def test_sizes_of_structures_are_compared_with_the_last_exam_that_has_them() -> None:
    old = before(
        exam(10, attributes=Attributes(width_mm=Decimal(20))),
        exam(20, attributes=Attributes(length_mm=Decimal(40), width_mm=Decimal(22))),
    )
    today = exam(0, attributes=Attributes(length_mm=Decimal(44), width_mm=Decimal(20), duct_mm=Decimal(2)))
    length, width = compared_sizes(today, old)
    assert (length.label, length.change_mm.before, length.path) == ("Length", 40, "findings[0].attributes.length_mm")
    assert length.change_mm.difference is not None
    assert length.change_mm.difference.percent == 10
    assert width.change_mm.difference is not None
    assert width.change_mm.difference.value == 0


def test_the_series_of_a_lesion_runs_from_the_oldest_exam_to_today_and_marks_drafts() -> None:
    exams = (*before(exam(10, cyst("A", "6"))), *before(exam(20, cyst("A", "5")), is_signed=False))
    (found,) = comparison.series(exam(0, cyst("A", "7")), exams)
    assert [(one.value_mm, one.is_draft) for one in found.measured] == [(5, True), (6, False), (7, False)]


def test_a_new_lesion_gets_the_letter_that_an_earlier_exam_has_at_its_place() -> None:
    others = [exam(9, cyst("B", "5"), cyst("C", "4"))]
    assert next_letter(exam(0), "parotid-gland", "right", others) == "B"
    assert next_letter(exam(0, cyst("B", "5")), "parotid-gland", "right", others) == "C"
    assert next_letter(exam(0, cyst("B", "5"), cyst("C", "5")), "parotid-gland", "right", others) == "A"


def test_elsewhere_a_new_lesion_gets_a_letter_that_no_exam_of_the_patient_has() -> None:
    others = [exam(9, cyst("A", "5")), exam(20, cyst("C", "4"))]
    assert next_letter(exam(0), "parotid-gland", "left", others) == "B"
    assert next_letter(exam(0, cyst("B", "5")), "parotid-gland", "left", others) == "D"


@given(st.lists(st.sampled_from("ABCDE"), unique=True), st.lists(st.sampled_from("ABCDE"), unique=True))
def test_no_letter_is_given_twice_in_an_exam(here: list[str], earlier: list[str]) -> None:
    today, other = exam(0, *(cyst(letter) for letter in here)), exam(9, *(cyst(letter) for letter in earlier))
    assert next_letter(today, "parotid-gland", "right", [other]) not in here
    assert next_letter(today, "parotid-gland", "left", [other]) not in {*here, *earlier}


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "the same day"), (1, "1 day"), (13, "13 days"), (14, "2 weeks"), (60, "9 weeks"), (61, "2 months"),
        (184, "6 months"), (365, "12 months"), (731, "2 years"), (820, "2 years 3 months"),
    ],
)  # fmt: skip
def test_an_interval_reads_as_a_person_says_it(days: int, text: str) -> None:
    assert interval(dt.date(2024, 1, 1), dt.date(2024, 1, 1) + dt.timedelta(days)) == text


def test_the_filled_text_says_what_changed_and_what_is_not_described() -> None:
    exams = tuple(EarlierExam(str(number), three_exams.exam(number), True) for number in (1, 0))
    assert comparison_text(three_exams.exam(2), exams) == (
        "Compared with the ultrasound of 12 May 2026 (6 months earlier): lesion A of the right parotid gland measures "
        "14.2 x 11.0 x 9.8 mm, earlier 12.4 x 10.0 x 8.8 mm, longest axis +1.8 mm (+15%): larger; lesion B of the "
        "right parotid gland measures 6.1 x 5.1 x 4.2 mm, earlier 5.8 x 5.0 x 4.0 mm, longest axis +0.3 mm (+5%): no "
        "clear change. Not described today: lesion C of the right parotid gland, earlier 4.0 x 3.5 x 3.0 mm."
    )


def test_the_filled_text_never_says_that_a_lesion_is_gone_and_is_empty_without_an_earlier_exam() -> None:
    told = comparison_text(exam(0, state="not-examined"), before(exam(20, cyst("A", "5.0"))))
    assert told.endswith(
        "no lesion is described today. Not described today: lesion A of the right parotid gland, earlier 5.0 mm "
        "(structure not examined today)."
    )
    assert comparison_text(exam(0, cyst("A", "5.0")), ()) == ""
    assert comparison_text(exam(0), before(exam(9))).endswith("no lesion is described in either examination.")


def test_typed_text_is_not_repeated_in_the_filled_text() -> None:
    case = sample_cases.case()
    noted = dataclasses.replace(case.findings[0], note="a note of somebody")
    today = dataclasses.replace(case, findings=(noted, *case.findings[1:]))
    old = paths.replace(today, "exam.performed_at", TODAY - dt.timedelta(days=400))
    assert "somebody" not in comparison_text(today, before(old))


@pytest.mark.parametrize("number", [1, 2])
def test_the_filled_text_gives_the_checks_nothing_to_say(number: int) -> None:
    case = three_exams.exam(number)
    exams = tuple(EarlierExam(str(one), three_exams.exam(one), True) for one in range(number - 1, -1, -1))
    filled = paths.replace(case, "interpretation.comparison", comparison_text(case, exams))
    context = labelled_drafts.context()
    assert {(one.code, one.path) for one in issues(filled, context)} <= {
        (one.code, one.path) for one in issues(case, context)
    }

"""What the screens say of a claim, without a screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from helpers.claim_rows import TODAY, row

from parotis.domain.claims.records import STATES
from parotis.presentation.claim_lines import GROUPS, due_words, line_of, reminder, state_words
from parotis.services.claim_ports import DueCount


def in_days(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("kind", "days", "words", "tone"),
    [
        ("appeal", 7, "Appeal in 7 days", "warning"),
        ("appeal", 8, "Appeal in 8 days", "info"),
        ("appeal", 14, "Appeal in 14 days", "info"),
        ("appeal", 15, "Appeal in 15 days", ""),
        ("filing", 0, "Timely filing today", "danger"),
        ("action", 1, "Action tomorrow", "warning"),
        ("filing", -1, "Overdue 1 day", "danger"),
        ("filing", -3, "Overdue 3 days", "danger"),
        ("action", -1200, "Overdue 1,200 days", "danger"),
    ],
)
def test_what_lapses_is_told_in_days(kind: Any, days: int, words: str, tone: str) -> None:
    assert due_words(row(due_kind=kind, due_on=in_days(days)), TODAY) == (words, tone)


def test_a_snoozed_claim_says_until_when_and_wakes_on_that_day() -> None:
    asleep = row(snoozed_until=in_days(1), due_kind="appeal", due_on=in_days(3))
    assert due_words(asleep, TODAY) == ("Snoozed to 29 Nov", "")
    assert due_words(asleep, in_days(1)) == ("Appeal in 2 days", "warning")


def test_every_state_has_a_shape_of_its_own_and_a_word() -> None:
    texts = [state_words(state)[0] for state in STATES]
    assert len({text[0] for text in texts}) == len(STATES)
    assert all(text[1] == " " and len(text) > 3 for text in texts)


def test_every_state_stands_in_one_column_of_the_board() -> None:
    assert sorted(state for group in GROUPS for state in group.states) == sorted(STATES)


def test_a_line_without_facts_says_so_in_words() -> None:
    bare = row(
        family_name="", given_name="", chart_number="", payer_name="", service_date=None, next_action=None,
        next_action_on=None, due_on=None, due_kind=None, assigned_to=None, snoozed_until=None,
    )  # fmt: skip
    line = line_of(bare, TODAY, "park")
    assert (line.patient, line.payer) == ("No name yet", "No payer yet")
    assert {line.chart, line.service_date, line.next_action, line.due, line.assigned} == {"\u2014"}
    assert line.description == "No name yet, No payer yet, To bill, $210.00"


def test_money_open_is_what_was_charged_less_what_was_paid() -> None:
    line = line_of(row(charged_cents=123_456, paid_cents=23_400), TODAY, "park")
    assert line.money == "$1,234.56 / $234.00"
    assert line.amount == "$1,000.56"


def test_a_claim_of_mine_is_told_as_mine() -> None:
    assert line_of(row(assigned_to="park"), TODAY, "park").assigned == "Me"
    other = line_of(row(assigned_to="rosa"), TODAY, "park")
    assert (other.assigned, other.is_mine) == ("rosa", False)


@pytest.mark.parametrize(
    ("day", "shown"),
    [(dt.date(2026, 11, 3), "3 Nov"), (dt.date(2026, 5, 29), "29 May"), (dt.date(2025, 3, 9), "Mar 2025")],
)
def test_the_year_of_a_service_is_told_when_it_is_not_clear(day: dt.date, shown: str) -> None:
    assert line_of(row(service_date=day), TODAY, "park").service_date == shown


def test_the_reminder_counts_by_kind_what_lapses_by_when() -> None:
    counts = (
        DueCount("appeal", in_days(2), 1),
        DueCount("appeal", in_days(7), 1),
        DueCount("filing", in_days(7), 1),
        DueCount("action", in_days(14), 1_200),
        DueCount("action", in_days(15), 9),
    )
    told = reminder(counts, TODAY)
    assert told is not None
    assert told.text == "Within 7 days: 2 appeals and 1 timely filing. Within 14 days: 1,200 planned actions."
    assert told.tone == "warning"


@pytest.mark.parametrize(("days", "tone"), [(-1, "danger"), (0, "danger"), (1, "warning"), (8, "info")])
def test_the_nearest_day_sets_the_tone_of_the_reminder(days: int, tone: str) -> None:
    told = reminder((DueCount("filing", in_days(days), 1), DueCount("filing", in_days(12), 1)), TODAY)
    assert told is not None
    assert told.tone == tone


def test_nothing_is_reminded_of_when_nothing_lapses_soon() -> None:
    assert reminder((DueCount("filing", in_days(30), 4),), TODAY) is None

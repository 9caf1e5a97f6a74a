from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parotis.forms.parsing import PROBLEMS, parsed, shown
from parotis.forms.values import Rejected, cleaned

MINUS_SIX = dt.timezone(dt.timedelta(hours=-6))


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("date", "1979-06-14", dt.date(1979, 6, 14)),
        ("date", "14 Jun 1979", dt.date(1979, 6, 14)),
        ("date", "14 june 1979", dt.date(1979, 6, 14)),
        ("moment", "2026-11-12 10:20 -06:00", dt.datetime(2026, 11, 12, 10, 20, tzinfo=MINUS_SIX)),
        ("moment", "2026-11-12T10:20:00-06:00", dt.datetime(2026, 11, 12, 10, 20, tzinfo=MINUS_SIX)),
        ("moment", "12 Nov 2026, 10:20:30 UTC", dt.datetime(2026, 11, 12, 10, 20, 30, tzinfo=dt.UTC)),
        ("number", "14.2", Decimal("14.2")),
        ("number", " 14,2 ", Decimal("14.2")),
        ("integer", "7", 7),
        ("money", "$210.00", "210.00"),
        ("line", "  as typed ", "  as typed "),
        ("line", "", None),
        ("number", "   ", None),
    ],
)
def test_what_is_typed_becomes_a_value(kind: str, typed: str, value: object) -> None:
    assert parsed(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("date", "1979-13-14"),
        ("date", "yesterday"),
        ("date", "14 Foo 1979"),
        ("moment", "2026-11-12"),
        ("moment", "2026-11-12 25:00"),
        ("number", "abc"),
        ("number", "-3"),
        ("number", "1e5"),
        ("number", "NaN"),
        ("integer", "1.5"),
        ("money", "210,00"),
    ],
)
def test_what_does_not_parse_is_kept_as_typed(kind: str, typed: str) -> None:
    assert parsed(kind, typed) == Rejected(typed)
    assert shown(Rejected(typed)) == typed
    assert kind in PROBLEMS


def test_a_time_without_offset_is_in_the_zone_of_the_machine() -> None:
    value = parsed("moment", "2026-11-12 10:20")
    assert isinstance(value, dt.datetime)
    assert value.tzinfo is not None
    assert (value.hour, value.minute) == (10, 20)


@given(st.datetimes(timezones=st.sampled_from([dt.UTC, MINUS_SIX]), min_value=dt.datetime(1000, 1, 2)))  # noqa: DTZ001  (Hypothesis wants it naive)
def test_a_time_survives_showing_and_typing(value: dt.datetime) -> None:
    assert parsed("moment", shown(value)) == value


@given(st.decimals(0, 9999, places=3))
def test_a_number_survives_showing_and_typing(value: Decimal) -> None:
    assert parsed("number", shown(value)) == value


@given(st.text())
def test_any_text_line_is_kept(text: str) -> None:
    assert parsed("line", text) == (text or None)


def test_control_characters_and_half_surrogates_are_no_text() -> None:
    assert cleaned("a\x00b\x1b\ud800c\ufffe\t\n") == "abc\t\n"

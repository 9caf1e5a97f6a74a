"""Forms of NPI, ICD-10-CM and CDT codes, states and money."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parotis.domain.identifiers import is_cdt_form, is_icd10cm_form, is_npi, is_us_state, money


@pytest.mark.parametrize("npi", ["1234567893", "1558598797"])
def test_npi_with_a_right_check_digit_is_accepted(npi: str) -> None:
    assert is_npi(npi)


@pytest.mark.parametrize(
    "npi",
    [
        "1234567890",
        "1558598779",
        "123456789",
        "12345678930",
        "3234567891",
        "0000000000",
        "123456789३",
        "１２３４５６７８９３",
    ],
)
def test_npi_of_wrong_form_or_check_digit_is_refused(npi: str) -> None:
    assert not is_npi(npi)


@pytest.mark.parametrize("npi", ["", "1234567893\n", " 1234567893"])
def test_npi_with_anything_about_it_is_refused(npi: str) -> None:
    assert not is_npi(npi)


@given(st.integers(min_value=100_000_000, max_value=299_999_999))
def test_each_nine_digits_have_one_check_digit(stem: int) -> None:
    assert [is_npi(f"{stem}{digit}") for digit in range(10)].count(True) == 1


@given(st.integers(min_value=0, max_value=9), st.integers(min_value=0, max_value=9))
def test_a_wrong_digit_in_an_npi_is_noticed(place: int, digit: int) -> None:
    npi = "1558598797"
    changed = npi[:place] + str(digit) + npi[place + 1 :]
    assert is_npi(changed) == (changed == npi)


@pytest.mark.parametrize("code", ["R22", "R22.0", "K11.20", "S00.83XA", "C7A.00", "QA0.0101", "X99.99"])
def test_icd_form_is_accepted(code: str) -> None:
    assert is_icd10cm_form(code)


@pytest.mark.parametrize(
    "code", ["", "R2", "R22.", "R220", "r22.0", "R22.00000", "R22.0 ", "R22.0\n", "22.0", "Ｒ22.0", "R٢2.0", "R22,0"]
)
def test_icd_form_is_refused(code: str) -> None:
    assert not is_icd10cm_form(code)


@pytest.mark.parametrize(("code", "right"), [("D0370", True), ("D370", False), ("d0370", False), ("D0370\n", False)])
def test_cdt_form(code: str, right: bool) -> None:
    assert is_cdt_form(code) is right


@pytest.mark.parametrize(("state", "right"), [("MA", True), ("PR", True), ("ma", False), ("XX", False), ("", False)])
def test_us_state(state: str, right: bool) -> None:
    assert is_us_state(state) is right


@pytest.mark.parametrize(
    ("text", "amount"),
    [("210.00", "210.00"), ("210", "210"), ("0.5", "0.5"), ("0", "0"), ("9999999.99", "9999999.99")],
)
def test_money_is_read_exactly(text: str, amount: str) -> None:
    assert money(text) == Decimal(amount)
    assert str(money(text)) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "1.",
        ".5",
        "1.234",
        "1e3",
        "NaN",
        "Infinity",
        "10000000",
        "007",
        "1,000",
        "$5",
        "1_0",
        " 1",
        "1\n",
        "٣",
    ],
)
def test_money_of_another_form_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount") as caught:
        money(text)
    assert str(caught.value) == "not an amount in dollars and cents"

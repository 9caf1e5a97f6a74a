import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parotis.domain.spreadsheet_text import csv_text, plain_cell, safe_cell

FORMULAS = (
    "=1+1", "+1 555 010 2030", "-cmd", "@SUM(A1)", "\t=1", "\rx", "\nx", " =1", "\u00a0=1", "\ufeff=1", "\u200b@x",
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "\ufe62x", "\u22121", "--5", "-5-6", "-1e5", "=",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["", "-12.50", "-3", "210.00", "2026-11-12", "O'Brien", "'quoted'", "Núñez", "a=b"])
def test_numbers_dates_and_plain_words_stay_as_they_are(text):
    assert safe_cell(text) == text
    assert plain_cell(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@ \t\n\r5.x\uff1d")) | st.text())
@example("'=1")
@example("''")
@example("'-5")
def test_every_text_comes_back(text):
    assert plain_cell(safe_cell(text)) == text


def test_rows_are_read_back_by_any_csv_reader_with_every_cell_safe():
    rows = [("name", "note"), ('a "b", c', "=HYPERLINK(1)\nsecond line"), ("", "-2")]
    read = list(csv.reader(io.StringIO(csv_text(rows), newline="")))
    assert read == [["name", "note"], ['a "b", c', "'=HYPERLINK(1)\nsecond line"], ["", "-2"]]
    assert csv_text(rows).endswith("\r\n")

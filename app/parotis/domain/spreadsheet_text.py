"""CSV whose cells no spreadsheet runs, and how such cells are read back as they were.

A spreadsheet takes a cell for a formula when it begins with ``=``, ``+``, ``-`` or ``@``, in some settings also after
white space or in full width. Such a cell gets an apostrophe in front; ``plain_cell`` takes exactly that one away, so
``plain_cell(safe_cell(text)) == text`` for every text. A plain number such as ``-12.50`` stays a number.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORMULA_SIGNS = frozenset("=+-@\u2212")
_CUT_SIGNS = frozenset("\t\r\n")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def safe_cell(text: str) -> str:
    """The text for a cell, with an apostrophe in front where a spreadsheet would take it for a formula.

    Text that has apostrophes before such a beginning already gets one more, so that reading back is exact.
    """
    return f"'{text}" if _is_dangerous(text.lstrip("'")) and not _NUMBER.fullmatch(text) else text


def plain_cell(cell: str) -> str:
    """The text of a cell that ``safe_cell`` wrote; any other cell as it is."""
    return cell[1:] if cell.startswith("'") and _is_dangerous(cell.lstrip("'")) else cell


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Rows as comma-separated text with CRLF at the end of each, every cell made safe."""
    written = io.StringIO()
    csv.writer(written).writerows([safe_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _is_dangerous(text: str) -> bool:
    if text[:1] in _CUT_SIGNS and text:
        return True
    first = next((character for character in text if not _is_passed_over(character)), "")
    return unicodedata.normalize("NFKC", first) in _FORMULA_SIGNS


def _is_passed_over(character: str) -> bool:
    """White space, and characters that do not print: a spreadsheet may drop them."""
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf")

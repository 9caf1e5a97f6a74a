"""Elements of X12 segments as amounts, dates and codes; what is none of them is noted at its element."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from parotis.domain.claims import money

if TYPE_CHECKING:
    from parotis.x12.problems import Problems
    from parotis.x12.segments import Segment

MOST_DIGITS = 9
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_CODE = re.compile(r"[A-Z0-9]{1,5}")
_EARLIEST_YEAR = 1900


def element(segment: Segment, position: int) -> str:
    """``CLP04``"""
    return f"{segment.name}{position:02}"


def amount(segment: Segment, position: int, problems: Problems, *, is_required: bool = True) -> int | None:
    """Cents of an X12 number such as ``100``, ``.5``, ``1.`` or ``-9.00``; None with a problem noted, or when empty."""
    text = segment.text(position)
    if not text:
        if is_required:
            problems.add(segment.number, element(segment, position), "The amount is missing.")
        return None
    if not _NUMBER.fullmatch(text):
        problems.add(segment.number, element(segment, position), "This is no amount: digits, a point, a minus before.")
        return None
    whole, _, part = text.lstrip("-").partition(".")
    if len(whole.lstrip("0")) > MOST_DIGITS or len(part.rstrip("0")) > 2:
        told = f"An amount has at most {MOST_DIGITS} digits before the point and two behind it."
        problems.add(segment.number, element(segment, position), told)
        return None
    return money.cents(f"{'-' if text[0] == '-' else ''}{whole.lstrip('0') or '0'}.{part[:2].ljust(2, '0')}")


def check_number(segment: Segment, position: int, problems: Problems) -> None:
    """Note what is no number in an element that is not read further."""
    text = segment.text(position)
    if text and not _NUMBER.fullmatch(text):
        problems.add(segment.number, element(segment, position), "This is no number.")


def count(segment: Segment, position: int) -> int | None:
    """A count of a trailer; None when it is none."""
    text = segment.text(position)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def possible_date(segment: Segment, position: int) -> dt.date | None:
    """A date written as CCYYMMDD; None when it is empty or there is no such day."""
    text = segment.text(position)
    if not (text.isascii() and text.isdigit() and len(text) == 8 and int(text[:4]) >= _EARLIEST_YEAR):
        return None
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def date(segment: Segment, position: int, problems: Problems) -> dt.date | None:
    """A date written as CCYYMMDD; an impossible one is noted."""
    found = possible_date(segment, position)
    if found is None and segment.text(position):
        problems.add(segment.number, element(segment, position), "This is no possible date of the form CCYYMMDD.")
    return found


def code(segment: Segment, position: int, problems: Problems) -> str | None:
    """A code of the lists for adjustments and remarks; None when it is empty or noted."""
    text = segment.text(position)
    if not text:
        return None
    if not _CODE.fullmatch(text):
        problems.add(segment.number, element(segment, position), "A code has one to five capitals and digits.")
        return None
    return text


def name(segment: Segment, position: int, problems: Problems, *, longest: int) -> str | None:
    """A name or number of at most ``longest`` characters; None when it is empty or noted."""
    text = segment.text(position)
    if len(text) > longest:
        problems.add(segment.number, element(segment, position), f"The text is longer than {longest} characters.")
        return None
    return text or None

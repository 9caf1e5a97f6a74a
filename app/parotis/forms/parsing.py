"""From what is typed to a value of the field's type and back. Pure; what does not parse becomes ``Rejected``."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from parotis.domain import wording
from parotis.forms.values import Rejected

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,6})?")
_MONEY = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,2})?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SPOKEN_DAY = re.compile(r"(\d{1,2})\.? ([A-Za-z]{3,9})\.?,? (\d{4})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?")
_OFFSET = re.compile(r"(?:UTC)? ?(Z|UTC|[+-]\d{2}:?\d{2})$")

PROBLEMS: dict[str, str] = {
    "date": "Type the date as 2026-11-12 or 12 Nov 2026.",
    "moment": "Type date and time as 2026-11-12 10:20.",
    "number": "Type a number, such as 14.2.",
    "integer": "Type a whole number.",
    "money": "Type an amount, such as 210.00.",
}
"""What to do about text that does not parse, by kind of field."""


def parsed(kind: str, typed: str) -> object:
    """The value of ``typed`` in a field of a kind; None for nothing, ``Rejected`` when it does not parse.

    ``line`` and ``paragraph`` keep text as it is typed.
    """
    if kind in ("line", "paragraph"):
        return typed or None
    text = typed.strip()
    if not text:
        return None
    try:
        return _PARSERS[kind](text)
    except ValueError:
        return Rejected(typed)


def shown(value: object) -> str:
    """The text that a field shows for a value; parsing it gives an equal value."""
    if value is None:
        return ""
    if isinstance(value, Rejected):
        return value.text
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Decimal):
        return wording.number(value)
    if isinstance(value, dt.datetime):
        return _shown_moment(value)
    return str(value)


def _shown_moment(value: dt.datetime) -> str:
    clock = "%H:%M:%S.%f" if value.microsecond else "%H:%M:%S" if value.second else "%H:%M"
    offset = value.strftime("%z") or "+0000"
    return f"{value:%Y-%m-%d} {value.strftime(clock)} {offset[:3]}:{offset[3:5]}"


def day(text: str) -> dt.date:
    """``2026-11-12`` or ``12 Nov 2026``.

    Raises:
        ValueError: it is neither, or there is no such day.
    """
    if match := _ISO_DAY.fullmatch(text):
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    if match := _SPOKEN_DAY.fullmatch(text):
        return dt.date(int(match[3]), _month(match[2]), int(match[1]))
    raise ValueError("not a date")


def _month(name: str) -> int:
    return [month.lower() for month in wording.MONTHS].index(name[:3].lower()) + 1


def moment(text: str) -> dt.datetime:
    """A day, a time, and an offset; without the offset it is the machine's zone.

    Raises:
        ValueError: it is not written so.
    """
    rest = text.replace("T", " ", 1) if _ISO_DAY.match(text) else text
    zone: dt.tzinfo | None = None
    if (match := _OFFSET.search(rest)) and ":" in rest[: match.start()]:
        zone, rest = _zone(match[1]), rest[: match.start()]
    date_text, _, clock_text = rest.strip().rpartition(" ")
    clock = _CLOCK.fullmatch(clock_text)
    if clock is None:
        raise ValueError("not a time")
    seconds = Decimal(clock[3] or 0)
    time = dt.time(int(clock[1]), int(clock[2]), int(seconds), int(seconds % 1 * 1_000_000))
    at = dt.datetime.combine(day(date_text.strip().rstrip(",")), time)
    try:
        return at.replace(tzinfo=zone) if zone else at.astimezone()
    except OverflowError as error:
        raise ValueError("outside the calendar of this machine") from error


def _zone(text: str) -> dt.tzinfo:
    if text in ("Z", "UTC"):
        return dt.UTC
    digits = text.replace(":", "")
    size = dt.timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return dt.timezone(-size if text[0] == "-" else size)


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number")
    return Decimal(text.replace(",", "."))


def _integer(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueError("not a whole number")
    return int(text)


def _money(text: str) -> str:
    plain = text.removeprefix("$").strip()
    if not _MONEY.fullmatch(plain):
        raise ValueError("not an amount")
    return plain


_PARSERS: dict[str, Callable[[str], object]] = {
    "date": day,
    "moment": moment,
    "number": _number,
    "integer": _integer,
    "money": _money,
}

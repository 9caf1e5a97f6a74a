"""Money as text with at most two decimals, reckoned in cents."""

from __future__ import annotations

import re

_FORM = re.compile(r"(-?)([0-9]{1,9})(?:\.([0-9]{1,2}))?")


def cents(text: str | None) -> int:
    """The amount in cents; nothing recorded is 0.

    Raises:
        ValueError: the text is no amount.
    """
    if text is None:
        return 0
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError("not an amount of money")
    value = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    return -value if found[1] else value


def text_of(amount_cents: int) -> str:
    """``21000`` as ``"210.00"``."""
    sign, whole = ("-" if amount_cents < 0 else ""), abs(amount_cents)
    return f"{sign}{whole // 100}.{whole % 100:02}"


def dollars(amount_cents: int) -> str:
    """``123456`` as ``"$1,234.56"``, for people."""
    sign, whole = ("-" if amount_cents < 0 else ""), abs(amount_cents)
    return f"{sign}${whole // 100:,}.{whole % 100:02}"

"""What became of a practice's claims at each payer, in a sentence of counts and codes; nothing of any patient."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from parotis.domain.claims import denial_codes

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_THEMES = 3
_OTHER = "other reasons"


def sentences(rows: Iterable[tuple[str, bool, str, int]]) -> dict[str, str]:
    """For each payer's key its sentence.

    Args:
        rows: payer key, whether denied, the codes separated by spaces (``16 N706``), and how many claims.
    """
    by_payer: dict[str, list[tuple[bool, str, int]]] = {}
    for key, was_denied, codes, count in rows:
        by_payer.setdefault(key, []).append((was_denied, codes, count))
    return {key: sentence(of_payer) for key, of_payer in by_payer.items()}


def sentence(rows: Iterable[tuple[bool, str, int]]) -> str:
    """Such as "3 of 4 denied: documentation missing (16, N706)", the most frequent theme first; empty without claims.

    Args:
        rows: whether denied, the codes separated by spaces, and how many claims.
    """
    all_claims = denied = 0
    weight: Counter[str] = Counter()
    codes_of: dict[str, dict[str, None]] = {}
    for was_denied, codes, count in rows:
        all_claims += count
        if not was_denied:
            continue
        denied += count
        of_claim = codes.split()
        for code in of_claim:
            codes_of.setdefault(_theme(code), {})[code] = None
        weight.update(dict.fromkeys(map(_theme, of_claim), count))
    if not all_claims:
        return ""
    told = [
        f"{theme} ({', '.join(sorted(codes_of[theme], key=_in_order))})"
        for theme, _ in weight.most_common(_MOST_THEMES)
    ]
    return f"{denied} of {all_claims} denied{': ' + '; '.join(told) if told else ''}"


def _theme(code: str) -> str:
    found = denial_codes.denial_code(denial_codes.code_kind(code), code)
    return (found.theme if found else None) or _OTHER


def _in_order(code: str) -> tuple[bool, int, str]:
    """Adjustment reasons, which are numbers, before remarks."""
    return not code.isdecimal(), int(code) if code.isdecimal() else 0, code

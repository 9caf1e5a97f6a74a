"""Which claim of the practice a remittance belongs to: the practice's number of the claim is the claim id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotis.domain.claims.records import Remittance


@dataclass(frozen=True, slots=True)
class Matching:
    """In the order of the file. A claim may have several remittances, as when a payment is taken back."""

    matched: tuple[tuple[str, Remittance], ...]
    unmatched: tuple[Remittance, ...]


def matched(remittance: Remittance) -> str | None:
    """The claim id that a remittance names, as ids are written (no blanks, small letters); None when it names none.

    Whether the practice has such a claim is for the caller to ask.
    """
    return _folded(remittance.patient_control_number or "") or None


def match(remittances: Iterable[Remittance], known_ids: Iterable[str]) -> Matching:
    """The remittances with the claims that they belong to, and those of no claim here.

    Args:
        remittances: of a file.
        known_ids: ids of the practice's claims. Two that differ only in capitals match nothing: a guess would book
            money to the wrong claim.
    """
    spellings: dict[str, set[str]] = {}
    for known in known_ids:
        spellings.setdefault(_folded(known), set()).add(known)
    pairs: list[tuple[str, Remittance]] = []
    unmatched: list[Remittance] = []
    for remittance in remittances:
        named = matched(remittance)
        found = spellings.get(named, set()) if named else set()
        if len(found) == 1:
            pairs.append((next(iter(found)), remittance))
        else:
            unmatched.append(remittance)
    return Matching(tuple(pairs), tuple(unmatched))


def _folded(text: str) -> str:
    return text.strip().lower()

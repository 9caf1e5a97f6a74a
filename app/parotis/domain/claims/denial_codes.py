"""Denial codes of X12 in plain words, and which way each of them leads; read from ``resources/claims``.

The list is short on purpose: the codes of the project's domain notes, 6e, each with the mark of its source. X12 keeps
the official lists. A code that is not here is said not to be here; nothing is guessed.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from parotis import shipped

RESOURCE = "claims/denial-codes.json"

CodeKind = Literal["group", "carc", "rarc"]
Mark = Literal["verified", "to-be-confirmed"]
AppealGround = Literal["literature", "plan-wording", "records"]
RouteId = Literal[
    "send-attachments",
    "retro-authorization",
    "proof-of-filing",
    "find-first-claim",
    "coordinate-benefits",
    "verify-coverage",
    "correct-and-resubmit",
    "check-pairing",
    "appeal",
    "bill-patient",
    "ask-payer",
]
"""What can be done about a denial. In the order in which ways are told that no code puts before another."""


@dataclass(frozen=True, slots=True)
class DenialCode:
    """``routes`` lead from the code, the best first. ``mark`` is of the words, ``routes_mark`` of the routes.

    ``appeal`` says what an appeal rests on; ``forbids_appeal`` that there is no right to one. ``theme`` is what denials
    are counted under; a code that denies nothing has none.
    """

    kind: CodeKind
    code: str
    words: str
    mark: Mark
    source: str
    routes: tuple[RouteId, ...]
    routes_mark: Mark
    appeal: AppealGround | None = None
    forbids_appeal: bool = False
    theme: str | None = None


def code_kind(code: str) -> Literal["carc", "rarc"]:
    """Remark codes begin with M or N, and no adjustment reason does."""
    return "rarc" if code[:1] in ("M", "N") else "carc"


def denial_code(kind: str, code: str) -> DenialCode | None:
    """What the list says of a code; None when it says nothing."""
    return listed().get((kind, code.strip().upper()))


def words_of(kind: str, code: str) -> str:
    """The plain words of a code, or that it is not in the list: for the people of the practice."""
    return plain_words(kind, code) or f"Code {code} is not in the list of this program; see the payer's notice."


def plain_words(kind: str, code: str) -> str:
    """The plain words of a code, empty when the list has none: for letters to others."""
    found = denial_code(kind, code)
    return found.words if found else ""


@functools.cache
def listed() -> Mapping[tuple[str, str], DenialCode]:
    """Every code of the list, by kind and code."""
    document = json.loads(shipped.read(RESOURCE))
    kinds: tuple[tuple[CodeKind, str], ...] = (("group", "groups"), ("carc", "carc"), ("rarc", "rarc"))
    return MappingProxyType(
        {
            (kind, code): DenialCode(kind, code, **{**facts, "routes": tuple(facts["routes"])})
            for kind, key in kinds
            for code, facts in document[key].items()
        }
    )

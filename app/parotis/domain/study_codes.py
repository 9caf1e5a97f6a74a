"""The public codes of a study: LOINC for the study, SNOMED CT for what was done and for the body sites with their side.

Read from ``resources/lexicon/codes.json`` and ``structures.json``, which name their sources.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from parotis import shipped
from parotis.domain.anatomy import STRUCTURES

if TYPE_CHECKING:
    from parotis.domain.case import Case

Code = dict[str, str]


@lru_cache(maxsize=1)
def codes() -> dict[str, Any]:
    """The shipped codes by use: ``study``, ``document``, ``procedure``, ``sections``, ``sides``."""
    found: dict[str, Any] = json.loads(shipped.read("lexicon/codes.json"))
    return found


def of(case: Case) -> dict[str, Any]:
    """The codes of an exam as they are exported: every structure examined, once for each side.

    A body site for which the dictionary has no code is exported by its structure alone.
    """
    examined = dict.fromkeys(
        (entry.structure, entry.side) for entry in case.scan if entry.structure and entry.status == "examined"
    )
    return {
        "code": _plain(codes()["study"]),
        "procedure": _plain(codes()["procedure"]),
        "body_sites": [
            {"structure": structure, "code": _site(structure), "side": _side(side)} for structure, side in examined
        ],
    }


def _site(structure: str) -> Code | None:
    facts = STRUCTURES[structure]
    if facts.snomed is None:
        return None
    return {"system": "SNOMED CT", "code": facts.snomed, "display": facts.name}


def _side(side: str | None) -> Code | None:
    found = codes()["sides"].get(side)
    return _plain(found) if found is not None else None


def _plain(code: Code) -> Code:
    return {name: code[name] for name in ("system", "code", "display")}

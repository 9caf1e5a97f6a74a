"""Base drafts of ``tests/data/drafts`` and changes to them by path, for the tests of the checks."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotis.domain import canonical, paths
from parotis.domain.checks import CheckContext
from parotis.domain.coding import CdtCodeSet, IcdCodeSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parotis.domain.case import Case

_ROOT = Path(__file__).resolve().parents[2]
_DRAFTS = _ROOT / "tests" / "data" / "drafts"
_CODES = _ROOT / "resources" / "codes"

BASES = ("right-parotid-cyst", "left-submandibular-stone", "right-joint-effusion", "left-buccal-abscess")


def listed(name: str) -> Any:
    """The content of one of the lists of changes."""
    return json.loads((_DRAFTS / f"{name}.json").read_text("utf-8"))


def base(name: str) -> dict[str, Any]:
    """A fresh copy of a base draft as JSON values."""
    return dict(listed(name))


@functools.cache
def context() -> CheckContext:
    """The shipped code sets and a fixed clock."""
    icd = IcdCodeSet.from_bytes(next(_CODES.glob("icd10cm-*.codes")).read_bytes())
    cdt = CdtCodeSet.from_bytes((_CODES / "cdt.json").read_bytes())
    return CheckContext(icd, cdt, today=dt.date(2026, 11, 23))


def read(document: Any, steps: tuple[paths.Step, ...]) -> Any:
    for step in steps:
        document = document[step]
    return document


def put(document: Any, path: str, value: Any) -> None:
    """Set a value in place; the place after the last of a list appends."""
    *outer, last = paths.steps(path)
    owner = read(document, tuple(outer))
    if isinstance(last, int) and last == len(owner):
        owner.append(copy.deepcopy(value))
    else:
        owner[last] = copy.deepcopy(value)


def changed(name: str, values: dict[str, Any], remove: tuple[str, ...] = ()) -> Case:
    """A base draft with values set and list items removed."""
    document = base(name)
    for path, value in values.items():
        put(document, path, value)
    for path in remove:
        *outer, last = paths.steps(path)
        del read(document, tuple(outer))[last]
    return canonical.from_json(document)


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a document with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from texts(inner, f"{path}[{place}]")
    elif isinstance(value, str):
        yield path, value


_MIRROR = {
    "left": "right",
    "right": "left",
    "Left": "Right",
    "Right": "Left",
    "M26.631": "M26.632",
    "M26.621": "M26.622",
}
_SIDED = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in _MIRROR))


def mirrored(text: str) -> str:
    """Left for right and right for left, codes included."""
    return _SIDED.sub(lambda match: _MIRROR[match[0]], text)

"""The sample cases as values and as JSON documents, for tests that start from a sound exam and change one thing."""

from __future__ import annotations

import copy
import functools
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotis.services.case_files import SCHEMA_RESOURCE, read_case

if TYPE_CHECKING:
    from parotis.domain.case import Case

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
SAMPLES = RESOURCES / "samples"
NAMES = ("parotid-cyst", "submandibular-stone", "tmj-effusion")


def schema() -> bytes:
    """The JSON Schema of the case format."""
    return (RESOURCES / SCHEMA_RESOURCE).read_bytes()


@functools.cache
def _text(name: str) -> str:
    return (SAMPLES / f"{name}.json").read_text(encoding="utf-8")


def document(name: str = "parotid-cyst") -> dict[str, Any]:
    """A fresh JSON document of a sample case."""
    loaded: dict[str, Any] = copy.deepcopy(json.loads(_text(name), parse_float=Decimal))
    return loaded


def case(name: str = "parotid-cyst") -> Case:
    """A sample case."""
    return read_case(_text(name).encode(), schema())


def as_bytes(changed: dict[str, Any]) -> bytes:
    """A changed document as the bytes of a case file."""
    return json.dumps(changed, default=float).encode("utf-8", "surrogatepass")


def text_paths(value: Any, path: str = "") -> list[str]:
    """Every path of a document that holds free text; coded terms, dates and identifiers are left out."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in text_paths(inner, f"{path}.{key}" if path else key)]
    if isinstance(value, list):
        return [found for index, inner in enumerate(value) for found in text_paths(inner, f"{path}[{index}]")]
    return [path] if isinstance(value, str) else []

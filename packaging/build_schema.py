"""Writes the JSON Schemas of cases, payer profiles and claim entries from their classes: one source for both.

Usage: python packaging/build_schema.py
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "app"))

from parotis.domain import case as case_module  # noqa: E402
from parotis.domain import paths  # noqa: E402
from parotis.domain.claims import entries, payers  # noqa: E402

SCHEMA_FOLDER = ROOT / "resources" / "schema"
LONGEST_TEXT = 100_000
LONGEST_LIST = 500
LARGEST_NUMBER = 1_000_000
REQUIRED = {
    case_module.Case: ("format", "patient", "exam"),
    case_module.Patient: ("chart_number", "family_name", "given_name", "birth_date"),
    case_module.ExamFacts: ("performed_at",),
}


def case_schema() -> dict[str, Any]:
    """The schema of a case file."""
    body = _object(case_module.Case)
    body["properties"] = {"format": {"const": case_module.CASE_FORMAT}, **body["properties"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:parotis:case:1",
        "title": "One maxillofacial ultrasound exam",
        **body,
    }


def _object(owner: type) -> dict[str, Any]:
    hints = paths.field_types(owner)
    properties = {}
    required = list(REQUIRED.get(owner, ()))
    for field in dataclasses.fields(owner):
        needed = field.name in required or bool(field.metadata.get("required"))
        if field.metadata.get("required"):
            required.append(field.name)
        rule = _rule(hints[field.name], dict(field.metadata))
        properties[field.name] = rule if needed else _nullable(rule)
    result: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    if required:
        result["required"] = required
    return result


def _rule(hint: Any, metadata: dict[str, Any]) -> dict[str, Any]:
    plain = paths.without_none(hint)
    if isinstance(plain, type) and dataclasses.is_dataclass(plain):
        return _object(plain)
    if typing.get_origin(plain) is typing.Literal:
        return {"enum": list(typing.get_args(plain))}
    if typing.get_origin(plain) is tuple:
        return _list(typing.get_args(plain))
    if isinstance(plain, types.UnionType):
        return {"anyOf": [_rule(part, {}) for part in typing.get_args(plain)]}
    limits = {
        key: metadata[key] for key in ("minimum", "maximum", "pattern", "minLength", "maxLength") if key in metadata
    }
    return {**_LEAVES[plain], **limits}


def _list(arguments: tuple[Any, ...]) -> dict[str, Any]:
    if arguments[-1] is Ellipsis:
        return {"type": "array", "maxItems": LONGEST_LIST, "items": _rule(arguments[0], {})}
    length = len(arguments)
    return {"type": "array", "minItems": length, "maxItems": length, "items": _nullable(_rule(arguments[0], {}))}


def _nullable(rule: dict[str, Any]) -> dict[str, Any]:
    if "enum" in rule:
        return {**rule, "enum": [*rule["enum"], None]}
    if "anyOf" in rule:
        return {"anyOf": [*rule["anyOf"], {"type": "null"}]}
    return {**rule, "type": [rule["type"], "null"]}


_NUMBER = {"minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
_LEAVES: dict[Any, dict[str, Any]] = {
    str: {"type": "string", "maxLength": LONGEST_TEXT},
    bool: {"type": "boolean"},
    int: {"type": "integer", **_NUMBER},
    Decimal: {"type": "number", **_NUMBER},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}


def payers_schema() -> dict[str, Any]:
    """The schema of a file of payer profiles."""
    profiles = {"type": "array", "maxItems": LONGEST_LIST, "items": _object(payers.PayerProfile)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:parotis:payers:1",
        "title": "What a practice knows of its payers",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "payers"],
        "properties": {"format": {"const": payers.PAYERS_FORMAT}, "payers": profiles},
    }


def claim_entries_schema() -> dict[str, Any]:
    """For each kind of claim entry, the schema of its fields beside ``kind``."""
    return {kind: _object(made) for kind, made in entries.FROM_OUTSIDE.items()}


FILES = {
    "parotis-case-1.schema.json": case_schema,
    "parotis-payers-1.schema.json": payers_schema,
    "parotis-claim-entries-1.schema.json": claim_entries_schema,
}


def text(name: str) -> str:
    """The schema as the text of its file."""
    return json.dumps(FILES[name](), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file_name in FILES:
        (SCHEMA_FOLDER / file_name).write_text(text(file_name), encoding="utf-8")

"""The one byte-exact form of a case: stored, hashed, signed, exported.

UTF-8 JSON in the order of the form, no white space between tokens, text in NFC, whole numbers without a decimal
point, no trailing newline. Two equal cases have equal bytes, and ``decoded(encoded(case)) == case``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from parotis.domain import paths
from parotis.domain.case import CASE_FORMAT, Case, Claim

_Owner = typing.TypeVar("_Owner")


def encoded(case: Case) -> bytes:
    """The canonical bytes of the whole case."""
    return _bytes(as_json(case))


def clinical_encoded(case: Case) -> bytes:
    """The canonical bytes of the clinical part: no claim, no subscriber. This is what a signature speaks about."""
    document = as_json(dataclasses.replace(case, claim=Claim()))
    del document["claim"]
    return _bytes(document)


def clinical_sha256(case: Case) -> str:
    """SHA-256 of the clinical part, as hexadecimal."""
    return hashlib.sha256(clinical_encoded(case)).hexdigest()


def as_json(case: Case) -> dict[str, Any]:
    """The case as plain JSON values, keys in the order of the form."""
    return {"format": CASE_FORMAT, **_object(case, omit_nulls=False)}


def from_json(document: dict[str, Any]) -> Case:
    """The case of a document that has passed the JSON Schema (or was written by ``as_json``)."""
    return typing.cast("Case", _decoded({key: value for key, value in document.items() if key != "format"}, Case))


def decoded(data: bytes) -> Case:
    """The case of canonical bytes that this program wrote."""
    return from_json(json.loads(data, parse_float=Decimal))


def decoded_findings(data: bytes) -> Case:
    """Of canonical bytes that this program wrote, time, reason and findings of the exam; the rest stays empty."""
    document = json.loads(data, parse_float=Decimal)
    performed_at = (document.get("exam") or {}).get("performed_at")
    reason = (document.get("rationale") or {}).get("reason")
    findings = document.get("findings") or []
    return from_json({"exam": {"performed_at": performed_at}, "rationale": {"reason": reason}, "findings": findings})


def decoded_value(path: str, value: Any) -> Any:
    """A value of a case file as the field at ``path`` holds it: a list as a tuple, a number as a decimal.

    Raises:
        KeyError: the case has no such field.
    """
    hint: Any = Case
    for step in paths.steps(path):
        plain = paths.without_none(hint)
        hint = typing.get_args(plain)[0] if isinstance(step, int) else paths.field_types(plain)[step]
    return _decoded(Decimal(str(value)) if isinstance(value, float) else value, hint)


def object_as_json(value: Any) -> dict[str, Any]:
    """Any frozen value of the domain as plain JSON values, without what is not recorded."""
    return _object(value, omit_nulls=True)


def object_from_json(document: dict[str, Any], owner: type[_Owner]) -> _Owner:
    """The value of a class from what ``object_as_json`` wrote, or from what has passed the schema of the class."""
    return typing.cast("_Owner", _decoded(document, owner))


def _bytes(document: dict[str, Any]) -> bytes:
    # Without indentation, because only so the fast encoder is used: every autosave comes through here.
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


_PLANS: dict[type, tuple[tuple[str, bool, bool], ...]] = {}


def _plan(owner: type) -> tuple[tuple[str, bool, bool], ...]:
    """Name of each field, whether it is left out when null, and whether nulls are left out inside it."""
    if owner not in _PLANS:
        _PLANS[owner] = tuple(
            (field.name, bool(field.metadata.get("omit_null")), bool(field.metadata.get("omit_nulls_inside")))
            for field in dataclasses.fields(owner)
        )
    return _PLANS[owner]


def _object(value: Any, *, omit_nulls: bool) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, omit_null, omit_nulls_inside in _plan(type(value)):
        inner = getattr(value, name)
        if inner is None:
            if not (omit_nulls or omit_null):
                result[name] = None
        elif type(inner) is str:
            result[name] = inner if inner.isascii() else unicodedata.normalize("NFC", inner)
        else:
            result[name] = _plain(inner, omit_nulls=omit_nulls_inside)
    return result


def _plain(value: Any, *, omit_nulls: bool = False) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return _object(value, omit_nulls=omit_nulls)


def _decoded(value: Any, hint: Any) -> Any:
    hint = paths.without_none(hint)
    if value is None:
        return None
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _decoded_object(value, hint)
    if typing.get_origin(hint) is tuple:
        return _decoded_tuple(value, typing.get_args(hint))
    return _decoded_leaf(value, hint)


def _decoded_object(value: dict[str, Any], hint: type) -> Any:
    hints = paths.field_types(hint)
    arguments: dict[str, Any] = {}
    for field in dataclasses.fields(hint):
        inner = value.get(field.name)
        if inner is None:
            continue
        decoded_inner = _decoded(inner, hints[field.name])
        optional = paths.without_none(hints[field.name]) is not hints[field.name]
        if optional and _is_empty(decoded_inner):
            continue
        arguments[field.name] = decoded_inner
    return hint(**arguments)


def _is_empty(value: Any) -> bool:
    if not dataclasses.is_dataclass(value):
        return False
    empty: Any = type(value)
    return bool(value == empty())


def _decoded_tuple(value: list[Any], arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
    if arguments[-1] is Ellipsis:
        return tuple(_decoded(item, arguments[0]) for item in value)
    items = tuple(_decoded(item, hint) for item, hint in zip(value, arguments, strict=True))
    return None if all(item is None for item in items) else items


def _decoded_leaf(value: Any, hint: Any) -> Any:
    if hint is Decimal:
        return Decimal(value)
    if hint is int:
        return int(value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(hint, types.UnionType) or isinstance(value, bool):
        return value
    raise TypeError("a value has a type that the format does not know")

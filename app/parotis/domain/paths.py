"""Addresses inside a case, such as ``findings[0].lesions[1].size_mm[2]``: read, replace, insert, remove.

A path is what checks speak about, what form fields are bound to and what error messages name.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import types
import typing
from typing import Any

Step = str | int

_TOKEN = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]")


@functools.lru_cache(maxsize=4096)
def steps(path: str) -> tuple[Step, ...]:
    """The steps of a path: names and positions.

    Raises:
        ValueError: the text is not a path.
    """
    found: list[Step] = []
    position = 0
    while position < len(path):
        if path[position] == "." and found:
            position += 1
        match = _TOKEN.match(path, position)
        if match is None:
            raise ValueError("not a path")
        found.append(match[1] if match[1] is not None else int(match[2]))
        position = match.end()
    return tuple(found)


def join(parts: typing.Iterable[Step]) -> str:
    """The text of a path from its steps."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def read(root: Any, path: str) -> Any:
    """The value at ``path``; None where an outer value is not recorded or a position does not exist."""
    value = root
    for step in steps(path):
        if value is None:
            return None
        if isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            value = getattr(value, step)
    return value


_FIELD_TYPES: dict[type, dict[str, Any]] = {}


def field_types(owner: type) -> dict[str, Any]:
    """Resolved type hints of a dataclass, resolved once."""
    if owner not in _FIELD_TYPES:
        _FIELD_TYPES[owner] = typing.get_type_hints(owner)
    return _FIELD_TYPES[owner]


def without_none(hint: Any) -> Any:
    """``X`` for ``X | None``; other hints as they are."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        rest = [part for part in typing.get_args(hint) if part is not type(None)]
        return rest[0] if len(rest) == 1 else functools.reduce(lambda left, right: left | right, rest)
    return hint


def replace(root: Any, path: str, value: Any) -> Any:
    """A copy of ``root`` with ``value`` at ``path``.

    Outer values that are not recorded yet are created; an optional one that ends up empty goes back to None.

    Raises:
        IndexError: a position in the path does not exist.
    """
    return _replaced(root, steps(path), value)


def _replaced(owner: Any, rest: tuple[Step, ...], value: Any) -> Any:
    if not rest:
        return value
    step, *inner = rest
    if isinstance(step, int):
        items = list(owner)
        items[step] = _replaced(items[step], tuple(inner), value)
        return tuple(items)
    current = getattr(owner, step)
    hint = field_types(type(owner))[step]
    plain = without_none(hint)
    if current is None and inner:
        current = _empty(plain)
    changed = _replaced(current, tuple(inner), value)
    if inner and plain is not hint and changed == _empty(plain):
        changed = None
    return dataclasses.replace(owner, **{step: changed})


def _empty(hint: Any) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return hint()
    return (None,) * len(typing.get_args(hint))


def insert(root: Any, path: str, position: int, item: Any) -> Any:
    """A copy of ``root`` with ``item`` put into the list at ``path`` before ``position``."""
    items = list(read(root, path) or ())
    items.insert(position, item)
    return replace(root, path, tuple(items))


def remove(root: Any, path: str, position: int) -> Any:
    """A copy of ``root`` without the item at ``position`` of the list at ``path``."""
    items = list(read(root, path) or ())
    del items[position]
    return replace(root, path, tuple(items))


def shifted(path: str, list_path: str, position: int, by: int) -> str | None:
    """Where ``path`` points after an insert (by=1) or removal (by=-1) at ``position`` of ``list_path``.

    None when the path pointed into the removed item.
    """
    outer = steps(list_path)
    parts = steps(path)
    if parts[: len(outer)] != outer or len(parts) <= len(outer):
        return path
    index = parts[len(outer)]
    if not isinstance(index, int):
        return path
    if by < 0 and index == position:
        return None
    if index >= position:
        return join((*outer, index + by, *parts[len(outer) + 1 :]))
    return path

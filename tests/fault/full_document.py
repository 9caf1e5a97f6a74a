"""A case file in which every key of the schema holds a value, and the free-text keys by path."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from helpers import sample_cases

from parotis.domain import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

Rule = dict[str, Any]

SEEN_THROUGH = {
    "parotid-gland": "stone",
    "temporomandibular-joint": "collection",
    "masseter": "cyst",
    "node-level-iia": "lymph-node",
}
"""A structure of each kind that takes attributes, with a lesion kind: together they print every attribute."""


def full() -> dict[str, Any]:
    """Every key filled with a valid value; an attribute only where its structure prints it."""
    document: dict[str, Any] = _filled(json.loads(sample_cases.schema()))
    document["patient"]["sex"] = "female"
    document["images"] = []
    template = document["findings"][0]
    document["findings"] = [_finding(copy.deepcopy(template), structure) for structure in SEEN_THROUGH]
    return document


def _finding(template: dict[str, Any], structure: str) -> dict[str, Any]:
    lesion_kind = SEEN_THROUGH[structure]
    wanted = {facts.id for facts in lexicon.attributes_of(structure)}
    terms = {facts.id for facts in lexicon.lesion_terms_of(lesion_kind)}
    every_term = {facts.id for kind in lexicon.lesion_kinds() for facts in kind.terms}
    attributes = {key: value for key, value in template["attributes"].items() if key in wanted}
    lesion = {key: value for key, value in template["lesions"][0].items() if key in terms or key not in every_term} | {
        "kind": lesion_kind,
        "shadow": True,
    }
    for name in ("hilum", "necrosis", "calcification"):
        attributes.update({name: "text"} if name in attributes else {})
    for name in ("cortical_breach",):
        lesion.update({name: "text"} if name in lesion else {})
    return template | {"structure": structure, "side": "left", "attributes": attributes, "lesions": [lesion]}


def _filled(rule: Rule) -> Any:
    """A value that the rule allows."""
    if "const" in rule:
        return rule["const"]
    if "enum" in rule:
        return rule["enum"][0]
    if "anyOf" in rule:
        return _filled(rule["anyOf"][0])
    if rule.get("pattern"):
        return "210.00"
    kind = rule["type"] if isinstance(rule["type"], str) else rule["type"][0]
    if kind == "object":
        return {key: _filled(inner) for key, inner in rule["properties"].items()}
    if kind == "array":
        if "prefixItems" in rule:
            return [_filled(inner) for inner in rule["prefixItems"]]
        return [_filled(rule["items"]) for _ in range(rule.get("minItems", 1))]
    formats = {"date": "2026-11-12", "date-time": "2026-11-12T10:20:00-06:00", None: "text"}
    return {"string": formats[rule.get("format")], "number": 3, "integer": 2, "boolean": True}[kind]


def free_text_places(document: dict[str, Any]) -> list[tuple[str | int, ...]]:
    """Where the document holds free text: no coded term, date or fixed form."""
    return [where for where, value in leaves(document) if value == "text"]


def leaves(value: Any, where: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value that is no object and no list, with its place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*where, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from leaves(inner, (*where, position))
    else:
        yield where, value


def put(document: dict[str, Any], where: tuple[str | int, ...], value: Any) -> None:
    """Set the value at a place."""
    target: Any = document
    for step in where[:-1]:
        target = target[step]
    target[where[-1]] = value

"""Files of the program's own kinds that a practice may write: JSON or YAML text to values that know their lines.

Only this module uses PyYAML. Its reader gives the line of every key, in JSON too, because JSON is read by it as YAML;
the values of JSON come from the JSON reader of the standard library. Of YAML only mappings, lists and plain values are
taken: no tags, no anchors, and yes and no only as ``true`` and ``false``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from parotis.domain.errors import DataFileRefused, FileProblem, UnreadableInput
from parotis.services.case_files import printed, schema_problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST_FILE_BYTES = 1_000_000
_DEEPEST_NESTING = 32
_TOO_DEEP = "The file is nested too deeply."
_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?[0-9]{1,18}\.[0-9]{1,18}")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A read file. ``content`` holds dicts with text keys, lists, texts, numbers, booleans and None."""

    name: str
    content: Any
    lines: Mapping[Path, int] = field(repr=False)

    def line_of(self, path: Sequence[str | int]) -> int:
        """The line, from 1, of a key or an item; for what is not there, of the nearest thing around it."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)

    def problem(self, path: Sequence[str | int], reason: str) -> FileProblem:
        """Something wrong at a path, with the line of it. ``reason`` is a sentence without what the file says."""
        return FileProblem(self.name, self.line_of(path), printed(path), reason)

    def against(self, schema: bytes) -> list[FileProblem]:
        """What the content has against a JSON Schema, in the order of the lines."""
        return sorted({self.problem(*found) for found in schema_problems(self.content, schema)}, key=_in_order)


def _in_order(problem: FileProblem) -> tuple[int, str, str]:
    return problem.line, problem.key, problem.reason


def read(name: str, data: bytes) -> DataFile:
    """The file of a name, JSON if that ends with ``.json``, else YAML.

    Raises:
        DataFileRefused: it is too large or too deep, is not text, is not what it claims to be, or has a key twice.
    """
    text = _text(name, data)
    content = _json(name, text) if name.casefold().endswith(".json") else None
    tree = _Tree(name)
    # A tab can stand in JSON between values only, where YAML does not take it.
    read_content = tree.value(_composed(name, text if content is None else text.replace("\t", " ")), (), 0)
    if tree.doubles:
        raise DataFileRefused(tree.doubles)
    return DataFile(name, read_content if content is None else content, tree.lines)


def _refuse(name: str, line: int, reason: str, key: str = "") -> NoReturn:
    raise DataFileRefused([FileProblem(name, line, key, reason)])


def _text(name: str, data: bytes) -> str:
    if len(data) > LARGEST_FILE_BYTES:
        _refuse(name, 1, f"The file is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(name, data.count(b"\n", 0, error.start) + 1, "The file is not UTF-8 text.")


def _json(name: str, text: str) -> Any:
    def no_constant(_constant: str) -> NoReturn:
        _refuse(name, 1, "The file holds NaN or Infinity, which JSON does not know.")

    try:
        content = json.loads(text, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        _refuse(name, error.lineno, "The file is not valid JSON here.")
    except RecursionError:
        _refuse(name, 1, _TOO_DEEP)
    except ValueError:
        _refuse(name, 1, "The file holds a number that is too long.")
    if not isinstance(content, dict):
        _refuse(name, 1, "The file must hold one object.")
    return content


def _composed(name: str, text: str) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _refuse(name, mark.line + 1 if mark is not None else 1, "The file cannot be read here.")
    except yaml.YAMLError:
        _refuse(name, 1, "The file holds a character that is not text.")
    except RecursionError:
        _refuse(name, 1, _TOO_DEEP)
    if node is None:
        _refuse(name, 1, "The file is empty.")
    return node


class _Tree:
    """Walks the nodes of one file: values, the line of every path, and keys that stand twice."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: set[int] = set()
        self.lines: dict[Path, int] = {}
        self.doubles: list[FileProblem] = []

    def value(self, node: yaml.Node, path: Path, depth: int) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if depth > _DEEPEST_NESTING:
            _refuse(self._name, line, _TOO_DEEP)
        if id(node) in self._seen:
            _refuse(
                self._name, self.lines[path], "The file refers to a part of itself, which is not taken.", printed(path)
            )
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, place), depth + 1) for place, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                _refuse(self._name, line, "A key must be text.", printed(path))
            key = str(key_node.value)
            if key in found:
                text = "The key stands twice in one object."
                self.doubles.append(FileProblem(self._name, line, printed((*path, key)), text))
                continue
            self.lines[(*path, key)] = line
            found[key] = self.value(value_node, (*path, key), depth + 1)
        return found

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        said, kind = str(node.value), node.tag.removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool" and said.casefold() in ("true", "false"):
            return said.casefold() == "true"
        if kind == "int" and _INTEGER.fullmatch(said):
            return int(said)
        if kind == "float" and _DECIMAL.fullmatch(said):
            return float(said)
        if kind not in ("str", "bool", "int", "float", "timestamp", "value", "merge"):
            _refuse(self._name, node.start_mark.line + 1, "The file holds a tag, which is not taken.", printed(path))
        return said


def refused(name: str, error: UnreadableInput) -> DataFileRefused:
    """A refusal of the whole file in the words of an unreadable input."""
    return DataFileRefused([FileProblem(name, 1, path, text) for path, text in error.problems])

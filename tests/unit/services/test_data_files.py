from __future__ import annotations

import pytest

from parotis.domain.errors import DataFileRefused, FileProblem
from parotis.services import data_files

GOOD = b'{\n "size": 2.05,\n "terms": {\n  "no": true,\n  "yes": null\n },\n "list": [\n  "a",\n  {"b": 1}\n ]\n}\n'


def refused(data: bytes, name: str = "file.json") -> FileProblem:
    with pytest.raises(DataFileRefused) as caught:
        data_files.read(name, data)
    assert caught.value.problems[0].file == name
    assert caught.value.problems[0].reason.endswith(".")
    return caught.value.problems[0]


def test_values_are_plain_and_every_key_knows_its_line() -> None:
    file = data_files.read("file.json", GOOD)
    assert file.content == {"size": 2.05, "terms": {"no": True, "yes": None}, "list": ["a", {"b": 1}]}
    assert [file.line_of(path) for path in ((), ("terms",), ("terms", "yes"), ("list", 1, "b"))] == [1, 3, 5, 9]


def test_what_is_not_there_has_the_line_of_what_would_hold_it() -> None:
    assert data_files.read("file.json", GOOD).line_of(("terms", "maybe", "unit")) == 3


def test_every_key_that_stands_twice_is_refused_with_its_second_line() -> None:
    with pytest.raises(DataFileRefused) as caught:
        data_files.read("file.json", b'{\n "a": {\n  "b": 1,\n  "c": 2,\n  "b": 3\n },\n "a": 1\n}')
    assert [problem.place for problem in caught.value.problems] == ["file.json:5: a.b", "file.json:7: a"]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b'{\n "a": 1,\n}', 3),
        (b"{\n a: no\n}", 2),
        (b'{\n "a": NaN\n}', 1),
        (b'{\n "a": "\xff"\n}', 2),
        (b'{"a": ' + b"9" * 5000 + b"}", 1),
        (b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}", 1),
        (b"[" * 100_000, 1),
        (b" " * 1_000_001, 1),
        (rb'{"a": "\ud83d"}', 1),
        (b'{"a": &x 1, "b": *x}', 1),
        (b"[1, 2]", 1),
    ],
    ids=["empty", "comma", "yaml", "nan", "bytes", "digits", "deep", "abyss", "huge", "half", "alias", "list"],
)
def test_what_is_not_sound_json_is_refused_with_its_line(data: bytes, line: int) -> None:
    assert refused(data).line == line


def test_breaks_that_only_yaml_knows_do_not_shift_the_lines() -> None:
    file = data_files.read("file.json", '{\r\n\t"a": "x\u2028y\x85z",\r\n\t"b": 1\r\n}'.encode())
    assert file.content["a"] == "x\u2028y\x85z"
    assert file.line_of(("b",)) == 3


def test_characters_written_as_two_escapes_are_read() -> None:
    file = data_files.read("file.json", rb'{"\ud83d\ude00": "\uD83D\uDE00 \\ud83d"}')
    assert file.content == {"\U0001f600": "\U0001f600 \\ud83d"}


def test_yaml_is_read_without_surprises() -> None:
    file = data_files.read(
        "phrases.yaml", b"# own\nno: yes\ndate: 2026-11-12\nsize: 2.5\nlist:\n  - true\n  - 012\n  -\n"
    )
    assert file.content == {"no": "yes", "date": "2026-11-12", "size": 2.5, "list": [True, "012", None]}
    assert file.line_of(("list", 1)) == 7


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a: &x [1]\nb: *x\n", 2),
        (b"a: 1\nb: !!python/name:os.system\n", 2),
        (b"a: 1\nb: !own 3\n", 2),
        (b"a: [1\nb: 2\n", 2),
        (b"a: 1\n[1]: 2\n", 2),
        (b"a: \x01\n", 1),
        (b"a: 1\n---\nb: 2\n", 2),
        (b"", 1),
    ],
    ids=["alias", "python", "tag", "open", "key", "control", "two", "empty"],
)
def test_what_a_phrase_file_need_not_hold_is_refused_with_its_line(data: bytes, line: int) -> None:
    assert refused(data, "phrases.yaml").line == line


def test_a_file_is_held_against_a_schema_with_the_line_of_every_problem() -> None:
    schema = (
        b'{"properties": {"size": {"type": "string"}, "list": {"items": {"type": "string"}}}, "required": ["more"]}'
    )
    found = data_files.read("file.json", GOOD).against(schema)
    assert [(problem.line, problem.key) for problem in found] == [(1, "more"), (2, "size"), (9, "list[1]")]

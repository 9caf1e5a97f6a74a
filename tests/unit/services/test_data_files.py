from __future__ import annotations

import pytest

from parotis.domain.errors import DataFileRefused
from parotis.services import data_files

GOOD = b'{\n "size": 2.05,\n "terms": {\n  "no": true,\n  "yes": null\n },\n "list": [\n  "a",\n  {"b": 1}\n ]\n}\n'


def refused(data: bytes) -> DataFileRefused:
    with pytest.raises(DataFileRefused) as caught:
        data_files.read("file.json", data)
    assert caught.value.file == "file.json"
    return caught.value


def test_values_are_plain_and_every_key_knows_its_line() -> None:
    document = data_files.read("file.json", GOOD)
    assert document.value == {"size": 2.05, "terms": {"no": True, "yes": None}, "list": ["a", {"b": 1}]}
    assert [document.line_of(path) for path in ((), ("terms",), ("terms", "yes"), ("list", 1, "b"))] == [1, 3, 5, 9]


def test_what_is_not_there_has_the_line_of_what_would_hold_it() -> None:
    assert data_files.read("file.json", GOOD).line_of(("terms", "maybe", "unit")) == 3


def test_a_key_that_is_there_twice_is_refused_with_its_second_line() -> None:
    error = refused(b'{\n "a": {\n  "b": 1,\n  "c": 2,\n  "b": 3\n }\n}')
    assert (error.line, error.key) == (5, "a.b")
    assert error.sentence == "file.json:5: a.b: The key is there twice."


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b'{\n "a": 1,\n}', 3),
        (b"{\n a: no\n}", 2),
        (b'{\n "a": NaN\n}', 1),
        (b'{\n "a": "\xff"\n}', 2),
        (b'{"a": ' + b"9" * 5000 + b"}", 1),
        (b"[" * 50 + b"]" * 50, 1),
        (b"[" * 100_000, 1),
        (b" " * 2_000_001, 1),
        (rb'{"a": "\ud83d"}', 1),
        (b'{"a": &x 1, "b": *x}', 1),
    ],
    ids=["empty", "comma", "yaml", "nan", "bytes", "digits", "deep", "abyss", "huge", "half", "alias"],
)
def test_what_is_not_sound_json_is_refused_with_its_line(data: bytes, line: int) -> None:
    error = refused(data)
    assert error.line == line
    assert error.reason.endswith(".")


def test_breaks_that_only_yaml_knows_do_not_shift_the_lines() -> None:
    document = data_files.read("file.json", '{\n "a": "x\u2028y\u0085z",\n "b": 1\n}'.encode())
    assert document.value["a"] == "x\u2028y\u0085z"
    assert document.line_of(("b",)) == 3


def test_characters_written_as_two_escapes_are_read() -> None:
    document = data_files.read("file.json", rb'{"\ud83d\ude00": "\uD83D\uDE00"}')
    assert document.value == {"\U0001f600": "\U0001f600"}

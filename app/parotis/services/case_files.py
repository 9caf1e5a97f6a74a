"""Reading a case file: bytes to a ``Case``, or every problem at once, each with its path.

A problem's sentence names keys, types and limits, never a value, because a value is what a person typed. The JSON
Schema in ``resources/schema`` decides; ``jsonschema`` applies it.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from parotis.domain import canonical, paths
from parotis.domain.errors import UnreadableInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from parotis.domain.case import Case

SCHEMA_RESOURCE = "schema/parotis-case-1.schema.json"
LARGEST_FILE_BYTES = 20_000_000
_MOST_DECIMALS = 6
_LARGEST_EXPONENT = 7
_MOST_PROBLEMS = 200
_MOST_PROBLEMS_SOUGHT = 2_000
_DEEPEST_NESTING = 32
_TOO_DEEP = "The file is nested too deeply."

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")
_TYPE_WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}

Problem = tuple[tuple[str | int, ...], str]
"""Where in a parsed file, and a sentence."""


def read_case(data: bytes, schema: bytes) -> Case:
    """The case in the bytes of a case file.

    Raises:
        UnreadableInput: with every problem found, each naming its path.
    """
    if len(data) > LARGEST_FILE_BYTES:
        raise UnreadableInput([("", f"The file is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.")])
    document = _parsed(data)
    problems = schema_problems(document, schema)
    if problems:
        raise UnreadableInput(sorted({(printed(path), text) for path, text in problems})[:_MOST_PROBLEMS])
    return canonical.from_json(document)


def schema_problems(document: Any, schema: bytes) -> list[Problem]:
    """What a parsed file has against a JSON Schema, and its texts with characters that are no text."""
    found = (problem for error in _validator(schema).iter_errors(document) for problem in _sentences(error))
    return [*_bad_texts(document, ()), *itertools.islice(found, _MOST_PROBLEMS_SOUGHT)]


def is_allowed_character(character: str) -> bool:
    """Whether a person's text may hold the character: all but control characters, surrogates and noncharacters.

    Tab, line feed and carriage return are allowed.
    """
    category = unicodedata.category(character)
    if category == "Cc":
        return character in "\t\n\r"
    return category != "Cs" and (ord(character) & 0xFFFE) != 0xFFFE and not 0xFDD0 <= ord(character) <= 0xFDEF


def _parsed(data: bytes) -> dict[str, Any]:
    document = read_json(data)
    if not isinstance(document, dict):
        raise UnreadableInput([("", "The file must hold one object.")])
    return document


def read_json(data: bytes) -> Any:
    """The values of a JSON file; numbers with a point as ``Decimal``.

    Raises:
        UnreadableInput: it is not UTF-8 or not JSON, nested too deeply, has a key twice or a number out of range.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableInput([("", f"The file is not UTF-8 text (byte {error.start}).")]) from error
    try:
        return json.loads(
            text, parse_float=_number, parse_constant=_no_constant, object_pairs_hook=_object_without_doubles
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableInput([("", f"The file is not valid JSON ({place}).")]) from error
    except RecursionError as error:
        raise UnreadableInput([("", _TOO_DEEP)]) from error
    except ValueError as error:
        raise UnreadableInput([("", "The file holds a number that is too long.")]) from error


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise UnreadableInput([("", "The file holds a number that is out of range.")]) from error
    _, _, exponent = value.as_tuple()
    is_out_of_range = bool(value) and abs(value.adjusted()) > _LARGEST_EXPONENT
    # Rounding a number that is out of range would raise, so the range comes first.
    is_fine = isinstance(exponent, int) and exponent < -_MOST_DECIMALS
    if is_out_of_range or (is_fine and value != round(value, _MOST_DECIMALS)):
        problem = f"The file holds a number out of range or with more than {_MOST_DECIMALS} decimals."
        raise UnreadableInput([("", problem)])
    return value


def _no_constant(_name: str) -> Decimal:
    raise UnreadableInput([("", "The file holds NaN or Infinity, which JSON does not know.")])


def _object_without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        double = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise UnreadableInput([(_key_word(double), "The key stands twice in one object.")])
    return result


@lru_cache(maxsize=4)
def _validator(schema: bytes) -> Validator:
    from jsonschema import Draft202012Validator, FormatChecker, validators  # costs 60 ms; only case files need it

    checker = FormatChecker(formats=())
    checker.checks("date")(_is_date)
    checker.checks("date-time")(_is_time)
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
    extend: Callable[..., type[Validator]] = validators.extend
    made = extend(Draft202012Validator, {"pattern": _whole_pattern}, type_checker=types)
    return made(json.loads(schema), format_checker=checker)


def _whole_pattern(_validator: Any, rule: str, value: object, _schema: object) -> Iterable[ValidationError]:
    """``$`` of the pattern means the end of the text: Python alone also lets a line end stand behind it."""
    from jsonschema import ValidationError

    whole = f"{rule[:-1]}\\Z" if rule.endswith("$") else rule
    if isinstance(value, str) and not re.search(whole, value):
        yield ValidationError("pattern")


def _is_integer(_checker: object, value: object) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _sentences(error: ValidationError) -> Iterable[Problem]:
    where = tuple(error.absolute_path)
    instance: Any = error.instance
    rule: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            known = error.schema["properties"] if isinstance(error.schema, dict) else {}
            yield from (((*where, key), "The format has no such key.") for key in instance if key not in known)
        case "required":
            yield from (((*where, key), "The key is missing.") for key in rule if key not in instance)
        case "type" | "anyOf":
            yield where, f"The value must be {_types(error)}."
        case "enum":
            terms = ", ".join(str(term) for term in rule if term is not None)
            yield where, f"The value must be one of: {terms}."
        case "const":
            yield where, f"The value must be {rule}."
        case "format" if rule == "date":
            yield where, "The value is not a date of the calendar (YYYY-MM-DD)."
        case "format":
            yield where, "The value is not a time with an offset (YYYY-MM-DDThh:mm:ss+hh:mm)."
        case "maxLength":
            yield where, f"The text is longer than {rule:,} characters."
        case "minItems" | "maxItems" | "minimum" | "maximum":
            bound = f"at {'least' if error.validator.startswith('min') else 'most'} {rule:,}"
            what = "length of the list" if error.validator.endswith("Items") else "number"
            yield where, f"The {what} must be {bound}."
        case _:
            yield where, "The value does not have the form that the format asks for."


def _types(error: ValidationError) -> str:
    rule: Any = error.validator_value
    if error.validator == "anyOf":
        rule = [part.get("type") for part in rule]
    names = [rule] if isinstance(rule, str) else rule
    return " or ".join(_TYPE_WORDS.get(name, name) for name in names)


def printed(parts: Iterable[str | int]) -> str:
    """A path into a foreign file, safe to print: ``findings[0].colour``."""
    return paths.join(part if isinstance(part, int) else _key_word(part) for part in parts)


def _key_word(key: str) -> str:
    """A key from a foreign file, made safe to print: unusual characters escaped, at most 60 of them."""
    shown = "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in key)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _bad_texts(value: Any, where: tuple[str | int, ...]) -> list[Problem]:
    if len(where) > _DEEPEST_NESTING:
        raise UnreadableInput([("", _TOO_DEEP)])
    if isinstance(value, str):
        if all(map(is_allowed_character, value)):
            return []
        bad = next(character for character in value if not is_allowed_character(character))
        return [(where, f"The text holds a character that is not text (U+{ord(bad):04X}).")]
    if isinstance(value, dict):
        return [problem for key, inner in value.items() for problem in _bad_texts(inner, (*where, key))]
    if isinstance(value, list):
        return [problem for position, inner in enumerate(value) for problem in _bad_texts(inner, (*where, position))]
    return []

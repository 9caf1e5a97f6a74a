"""The phrase file ``parotis-phrases/1``: from its plain values to a set, or a refusal with file, line and key."""

from __future__ import annotations

import contextlib
import re
import types
import typing
import unicodedata
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from parotis.domain import paths, presets
from parotis.domain.case import Case, Sex
from parotis.domain.errors import DataFileRefused, FileProblem
from parotis.domain.phrases import PLACE, PLACEHOLDERS, Ask, AskKind, Phrase, PhraseSet, Scope, Template

PHRASES_FORMAT = "parotis-phrases/1"
OLDEST_YEARS = 130
MOST_CHOICES = 9
"""A choice has a number key."""

Where = tuple[str | int, ...]
Problem = Callable[[Where, str], FileProblem]
_Made = TypeVar("_Made")

_NAME = re.compile(r"\w[\w .-]{0,59}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SHORTCUT = re.compile(r"\.[a-z0-9][a-z0-9-]{0,23}")
_NOT_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNIT = re.compile(r" mm\b")
_LONGEST = 4_000
_TEMPLATE_ROOTS = ("rationale", "technique", "interpretation")
"""A template proposes no finding, no person and nothing of the claim."""


def load(content: Any, problem: Problem) -> PhraseSet:
    """The set that a phrase file holds. ``problem`` makes a problem with its file and line from the steps to a key.

    Raises:
        DataFileRefused: something in it is unknown, missing, double or not what it must be. Every phrase, prompt,
            template and value that cannot be taken is named with the first thing wrong in it.
    """
    reader = _Reader(problem)
    try:
        found = reader.read(content)
    except _Bad:
        found = None
    if found is None or reader.problems:
        raise DataFileRefused(sorted(reader.problems, key=lambda one: one.line))
    return found


class _Bad(Exception):
    """What is read here cannot be made; why is among the problems. The rest is read on."""


class _Reader:
    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.problems: list[FileProblem] = []

    def read(self, value: Any) -> PhraseSet:
        top = self._object(value, (), required=("format", "name"), optional=("scope", "phrases", "templates"))
        if top["format"] != PHRASES_FORMAT:
            self._refuse(("format",), f"The format must be {PHRASES_FORMAT}.")
        name = self._shaped(top["name"], ("name",), _NAME, "A name has letters, digits, spaces, points and dashes.")
        scope = top.get("scope")
        if scope is not None and scope not in typing.get_args(Scope):
            self._refuse(("scope",), "The scope is practice or personal.")
        phrases = self._each(top, "phrases", self._phrase)
        for key in ("id", "shortcut"):
            self._unlike(top.get("phrases", []), ("phrases",), key)
        return PhraseSet(name, phrases, self._each(top, "templates", self._template), scope)

    # -- phrases -----------------------------------------------------------------------------------------------------

    def _phrase(self, value: Any, at: Where) -> Phrase:
        given = self._object(value, at, ("id", "shortcut", "title", "fields", "text"), ("prompts",))
        fields = self._list(given["fields"], (*at, "fields"))
        for place, pattern in enumerate(fields):
            if not isinstance(pattern, str) or not is_text_pattern(pattern):
                self._refuse((*at, "fields", place), "This is no text field of the case format.")
        before = len(self.problems)
        prompts = self._each(given, "prompts", self._prompt, at)
        for key in ("id", "question"):
            self._unlike(given.get("prompts", []), (*at, "prompts"), key)
        if len(self.problems) > before:
            raise _Bad
        text = self._text(given["text"], (*at, "text"))
        self._check_places(text, {key for key, _ in prompts}, at)
        return Phrase(
            self._shaped(given["id"], (*at, "id"), _ID, "An id has small letters, digits and dashes."),
            self._shaped(given["shortcut"], (*at, "shortcut"), _SHORTCUT, "A shortcut is a point, then a short word."),
            self._plain(given["title"], (*at, "title")),
            tuple(fields),
            text,
            dict(prompts),
        )

    def _prompt(self, value: Any, at: Where) -> tuple[str, Ask]:
        given = self._object(value, at, ("id", "kind", "question"), ("choices",))
        kind = given["kind"]
        if kind not in typing.get_args(AskKind):
            self._refuse((*at, "kind"), "The kind is one, many or text.")
        choices = self._list(given["choices"], (*at, "choices")) if "choices" in given else []
        if (kind == "text") is bool(choices) or len(choices) > MOST_CHOICES:
            self._refuse((*at, "choices"), f"A choice has 1 to {MOST_CHOICES} choices, a text has none.")
        texts = tuple(self._plain(choice, (*at, "choices", place)) for place, choice in enumerate(choices))
        if self._unlike(choices, (*at, "choices")):
            raise _Bad
        identifier = self._shaped(given["id"], (*at, "id"), _ID, "An id has small letters, digits and dashes.")
        return identifier, Ask(self._plain(given["question"], (*at, "question")), kind, texts)

    def _check_places(self, text: str, prompts: set[str], at: Where) -> None:
        used: list[str] = []
        for found in PLACE.finditer(text):
            placeholder, prompt = found["placeholder"], found["prompt"]
            if placeholder is not None and placeholder not in PLACEHOLDERS:
                known = ", ".join(PLACEHOLDERS)
                self._refuse((*at, "text"), f"An unknown placeholder. Known are: {known}.")
            if placeholder == "size" and not _UNIT.match(text, found.end() - len(found["space"])):
                self._refuse((*at, "text"), "The size needs its unit word mm behind it.")
            if prompt is not None:
                used.append(prompt)
        if any(mark in PLACE.sub("", text) for mark in ("{", "}", "[[", "]]")):
            self._refuse((*at, "text"), "An unknown placeholder: a brace that is none of the fixed ones.")
        if set(used) - prompts:
            self._refuse((*at, "text"), "The text asks for a prompt that is not there.")
        if sorted(used) != sorted(prompts):
            self._refuse((*at, "prompts"), "Every prompt stands in the text once.")

    # -- templates ---------------------------------------------------------------------------------------------------

    def _template(self, value: Any, at: Where) -> Template:
        given = self._object(value, at, ("preset", "values"), ("sex", "age"))
        if given["preset"] is not None and given["preset"] not in [one.id for one in presets.all_presets()]:
            self._refuse((*at, "preset"), "An unknown preset.")
        sex, age = given.get("sex"), given.get("age")
        if sex is not None and sex not in typing.get_args(Sex):
            self._refuse((*at, "sex"), "An unknown sex.")
        if age is not None and not _is_age_range(age):
            self._refuse((*at, "age"), f"An age is two whole years from 0 to {OLDEST_YEARS}, the lower first.")
        values = given["values"]
        if not isinstance(values, dict):
            self._refuse((*at, "values"), "Values by path are expected.")
        checked = {}
        for path, one in values.items():
            with contextlib.suppress(_Bad):
                checked[path] = self._proposal(path, one, (*at, "values", path))
        return Template(given["preset"], sex, tuple(age) if age else None, checked)

    def _proposal(self, path: Any, value: Any, at: Where) -> Any:
        hint = _type_at(path) if isinstance(path, str) and path.split(".")[0] in _TEMPLATE_ROOTS else None
        if hint is None:
            self._refuse(at, "This is no field that a template can propose.")
        is_list = typing.get_origin(hint) is tuple
        if not is_list:
            return self._proposed_text(value, hint, at)
        inner = typing.get_args(hint)[0]
        items = self._list(value, at)
        if self._unlike(items, at):
            raise _Bad
        return [self._proposed_text(item, inner, (*at, place)) for place, item in enumerate(items)]

    def _proposed_text(self, value: Any, hint: Any, at: Where) -> str:
        if hint is str:
            return self._plain(value, at)
        if not isinstance(value, str) or value not in typing.get_args(hint):
            self._refuse(at, "The field has no such choice.")
        return value

    # -- shapes ------------------------------------------------------------------------------------------------------

    def _refuse(self, at: Where, reason: str) -> NoReturn:
        self.problems.append(self._problem(at, reason))
        raise _Bad

    def _object(self, value: Any, at: Where, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._refuse(at, "An object with keys is expected.")
        for key in value:
            if key not in required and key not in optional:
                self._refuse((*at, str(key)), "An unknown key.")
        for key in required:
            if key not in value:
                self._refuse(at, f"The key {key} is missing.")
        return value

    def _list(self, value: Any, at: Where) -> list[Any]:
        if not isinstance(value, list) or not value:
            self._refuse(at, "A list with something in it is expected.")
        return value

    def _each(
        self, owner: dict[str, Any], key: str, make: Callable[[Any, Where], _Made], at: Where = ()
    ) -> tuple[_Made, ...]:
        items = owner.get(key, [])
        if not isinstance(items, list):
            self._refuse((*at, key), "A list is expected.")
        made = []
        for place, item in enumerate(items):
            with contextlib.suppress(_Bad):
                made.append(make(item, (*at, key, place)))
        return tuple(made)

    def _unlike(self, items: list[Any], at: Where, key: str | None = None) -> bool:
        """Name every text that stands before in the list, as an item or as the same key of another item."""
        seen: set[str] = set()
        is_double = False
        for place, item in enumerate(items):
            inside = (*at, place) if key is None else (*at, place, key)
            value = item.get(key) if isinstance(item, dict) else item if key is None else None
            if not isinstance(value, str):
                continue
            value = unicodedata.normalize("NFC", value)
            if value in seen:
                is_double = True
                self.problems.append(self._problem(inside, "It is there already: every one has its own."))
            seen.add(value)
        return is_double

    def _shaped(self, value: Any, at: Where, shape: re.Pattern[str], reason: str) -> str:
        if not isinstance(value, str) or not shape.fullmatch(value):
            self._refuse(at, reason)
        return unicodedata.normalize("NFC", value)

    def _text(self, value: Any, at: Where) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
            self._refuse(at, f"Text of 1 to {_LONGEST:,} characters is expected.")
        if _NOT_TEXT.search(value):
            self._refuse(at, "A character that cannot be printed.")
        return unicodedata.normalize("NFC", value)

    def _plain(self, value: Any, at: Where) -> str:
        """Text in which nothing is filled in."""
        text = self._text(value, at)
        if any(mark in text for mark in ("{", "}", "[[", "]]")):
            self._refuse(at, "Nothing is filled in here: no braces and no double brackets.")
        return text


def is_text_pattern(pattern: str) -> bool:
    """Whether a path without positions is a text, or a list of texts, of the case format."""
    hint = _type_at(pattern)
    return hint is str or (typing.get_origin(hint) is tuple and typing.get_args(hint)[0] is str)


def _type_at(pattern: str) -> Any:
    """The type of a field by its path without positions: text, choice, or a list of these; None where there is none."""
    hint: Any = Case
    for name in pattern.split("."):
        if typing.get_origin(hint) is tuple:
            hint = typing.get_args(hint)[0]
        known = paths.field_types(hint) if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__") else {}
        if name not in known:
            return None
        hint = paths.without_none(known[name])
    inner = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint
    is_words = inner is str or typing.get_origin(inner) is typing.Literal
    return hint if is_words and not isinstance(inner, types.UnionType) else None


def _is_age_range(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(year) is int for year in value)
        and 0 <= value[0] <= value[1] <= OLDEST_YEARS
    )

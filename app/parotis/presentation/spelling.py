"""Which words of a text to mark as unknown, and what to offer for one. Nothing is marked until the words are loaded."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol
from weakref import WeakSet

from parotis.presentation.messages import text_of
from parotis.services import spelling as spelling_service
from parotis.services.desk import POWERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Notices, Progress, Tasks
    from parotis.services.desk import Desk
    from parotis.services.ports import Spelling

NOTICE = "spelling"
LONGEST_BLOCK = 2000
LONGEST_TEXT = 100_000
"""Characters; longer blocks and texts are not checked, so that a key is never slow."""
_LONGEST_ABBREVIATION = 5
_MOST_KEPT = 20_000
_BLANK = re.compile(r"\[\[.*?\]\]")
_ACCENTS = r"\u0300-\u036f"
"""Combining marks: a letter and its accent may be typed as two characters."""
_TOKEN = re.compile(rf"\.?[^\W_](?:[^\W_]|[{_ACCENTS}])*(?:['\u2019](?:[^\W\d_]|[{_ACCENTS}])+)*")
_UNITS = frozenset({"mm", "cm", "ml", "mhz", "khz", "hz", "db", "kpa", "sec", "min", "yr", "yrs", "mg", "kg"})
_State = Literal["unloaded", "loading", "loaded"]


class Mark(NamedTuple):
    """An unknown word: where it starts and how long it is, in characters."""

    start: int
    length: int


class Marked(Protocol):
    def mark_again(self) -> None:
        """What is known has changed."""
        ...


class SpellCheck:
    """The spell check of one open practice. ``typed_names``: names of the patient on screen, which are never marked."""

    def __init__(
        self, desk: Desk, tasks: Tasks, notices: Notices, *, is_on: bool, typed_names: Callable[[], str]
    ) -> None:
        self._desk, self._tasks, self._notices, self._typed_names = desk, tasks, notices, typed_names
        self._spelling: Spelling = desk.machine.spelling
        self._is_on = is_on
        self._state: _State = "unloaded"
        self._known: dict[str, bool] = {}
        self._listeners: WeakSet[Marked] = WeakSet()
        self.may_add = desk.session.user.role in POWERS["draft.edit"]

    @property
    def is_active(self) -> bool:
        """Whether anything is marked at all."""
        return self._is_on and self._state == "loaded"

    def listen(self, listener: Marked) -> None:
        """Tell ``listener`` when to mark anew; loads the words if nobody asked before."""
        self._listeners.add(listener)
        self._load()

    def switch(self, *, is_on: bool) -> None:
        """Begin or cease to mark."""
        if is_on != self._is_on:
            self._is_on = is_on
            self._load()
            self._tell()

    def marks(self, block: str) -> tuple[Mark, ...]:
        """The unknown words of a paragraph, in order."""
        if not self.is_active or len(block) > LONGEST_BLOCK:
            return ()
        names = {_plain(word).casefold() for word in _TOKEN.findall(self._typed_names())}
        blanks = [found.span() for found in _BLANK.finditer(block)]
        return tuple(
            Mark(found.start(), len(found.group()))
            for found in _TOKEN.finditer(block)
            if not any(start <= found.start() < end for start, end in blanks)
            and not _is_exempt(found.group(), names)
            and not self._is_known(found.group())
        )

    def mark_at(self, block: str, position: int) -> Mark | None:
        """The unknown word at a position of a paragraph."""
        return next((mark for mark in self.marks(block) if mark.start <= position <= sum(mark)), None)

    def suggestions(self, word: str) -> tuple[str, ...]:
        """What may have been meant."""
        return self._spelling.suggestions(_plain(word)) if self.is_active else ()

    def add(self, word: str) -> None:
        """Keep a word for the practice and stop marking it."""

        def work(_progress: Progress) -> None:
            spelling_service.add(self._desk, self._spelling, _plain(word))

        self._tasks.start(work, on_success=lambda _nothing: self._words_changed(), on_failure=self._not_kept)

    def _load(self) -> None:
        if not self._is_on or self._state != "unloaded":
            return
        self._state = "loading"

        def work(_progress: Progress) -> None:
            spelling_service.load(self._desk, self._spelling)

        self._tasks.start(work, on_success=lambda _nothing: self._loaded(), on_failure=self._not_loaded, pool="records")

    def _not_loaded(self, error: ParotisError) -> None:
        self._state = "unloaded"
        text = f"Spelling is not checked. {text_of(error)}"
        self._notices.show(NOTICE, "warning", text, action=("Try again", self._load))

    def _not_kept(self, error: ParotisError) -> None:
        self._notices.show(NOTICE, "warning", f"The word was not kept. {text_of(error)}")

    def _loaded(self) -> None:
        self._state = "loaded"
        self._notices.clear(NOTICE)
        self._words_changed()

    def _words_changed(self) -> None:
        self._known.clear()
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener.mark_again()

    def _is_known(self, word: str) -> bool:
        plain = _plain(word)
        if plain not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[plain] = self._spelling.is_known(plain)
        return self._known[plain]


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).replace("\u2019", "'")


def _is_exempt(token: str, names: set[str]) -> bool:
    """Phrase shortcuts, words with digits, abbreviations, units and names are no matter of spelling."""
    folded = _plain(token).casefold()
    return (
        token.startswith(".")
        or any(character.isdigit() for character in token)
        or len(token) == 1
        or (token.isupper() and len(token) <= _LONGEST_ABBREVIATION)
        or folded in _UNITS
        or folded.removesuffix("'s") in names
    )

"""Phrases while an exam is edited: what is offered for what is typed, what is put in, and the questions after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parotis.domain import phrases, wording
from parotis.presentation.messages import text_of
from parotis.services import phrases as phrase_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parotis.domain.case import Case
    from parotis.domain.draft_entry import PhraseUse
    from parotis.domain.errors import ParotisError
    from parotis.domain.phrases import ActiveSet, Ask, Insertion, Match
    from parotis.presentation.contracts import Notices, Progress, Tasks
    from parotis.services.desk import Desk

NOTICE = "phrases"
MOST_OFFERED = 40
_SENTENCE_ENDS = (".", "!", "?", ":", "\n")


@dataclass(frozen=True, slots=True)
class Offer:
    """What fits the shortcut being typed. ``previews`` are the texts as they would be put in."""

    typed: str
    matches: tuple[Match, ...]
    previews: tuple[str, ...]


class PhrasePresenter:
    """``case`` is the draft as it is now; ``used`` hears path and use before the text goes in; ``settled`` after it."""

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        notices: Notices,
        *,
        case: Callable[[], Case],
        used: Callable[[str, PhraseUse], None],
        settled: Callable[[], None],
    ) -> None:
        self._desk, self._tasks, self._notices = desk, tasks, notices
        self._case, self._used, self._settled = case, used, settled
        self.sets: tuple[ActiveSet, ...] = ()
        """The sets in use for this person; empty until they are read."""

    def load(self) -> None:
        """Read the sets in use. When that fails, those read before stay."""
        self._tasks.start(partial(_read, self._desk), on_success=self._keep, on_failure=self._failed)

    def _keep(self, found: tuple[ActiveSet, ...]) -> None:
        self.sets = found
        self._notices.clear(NOTICE)

    def _failed(self, error: ParotisError) -> None:
        text = f"The phrases cannot be read; those read before stay in use. {text_of(error)}"
        self._notices.show(NOTICE, "warning", text, action=("Try again", self.load))

    def offer(self, path: str, before: str) -> Offer | None:
        """What fits the text before the cursor of the field at ``path``; None when no shortcut is being typed."""
        typed = phrases.typed_shortcut(before)
        found = phrases.matches(self.sets, path, typed)[:MOST_OFFERED] if typed else ()
        if not found:
            return None
        facts = phrases.facts_at(self._case(), path)
        return Offer(typed, found, tuple(phrases.filled(match.phrase, facts).text for match in found))

    def insert(self, path: str, match: Match) -> Insertion:
        """What to put into the field at ``path``. From here to ``settle`` all edits of it are one step of undo."""
        self._used(path, match.use)
        return phrases.filled(match.phrase, phrases.facts_at(self._case(), path))

    def settle(self) -> None:
        """The questions are over: what is typed now is a step of its own."""
        self._settled()


class PromptRun:
    """The questions after an insertion, one at a time. ``ask`` is the one to show, None when all are over."""

    def __init__(self, asks: Sequence[Ask]) -> None:
        self._asks = list(asks)
        self.chosen: tuple[int, ...] = ()
        """Positions of the choices that are on, where several may be."""

    @property
    def ask(self) -> Ask | None:
        return self._asks[0] if self._asks else None

    def press(self, number: int) -> str | None:
        """A choice by its number from 1: the answer where one is enough; where several may be, it goes on or off."""
        ask = self.ask
        if ask is None or not 1 <= number <= len(ask.choices):
            return None
        place = number - 1
        if ask.kind == "one":
            return self._over(ask.choices[place])
        self.chosen = tuple(sorted({*self.chosen} ^ {place}))
        return None

    def confirm(self, typed: str = "") -> str | None:
        """The answer as it stands; with none the blank stays. One choice of several is made by its number only."""
        ask = self.ask
        if ask is None or ask.kind == "one":
            return None
        said = typed.strip() if ask.kind == "text" else phrases.answer_text([ask.choices[one] for one in self.chosen])
        return self._over(said or None)

    def skip(self) -> None:
        """Leave the blank and go on."""
        self._over(None)

    def _over(self, answer: str | None) -> str | None:
        del self._asks[:1]
        self.chosen = ()
        return answer


def put_answer(text: str, ask: Ask, answer: str, start: int) -> tuple[int, int, str] | None:
    """Which part of ``text``, from ``start`` on, is the blank of a question, and what comes there; None when gone."""
    at = text.find(ask.blank, start)
    if at < 0:
        return None
    before = text[:at].rstrip(" ")
    begins = not before or before.endswith(_SENTENCE_ENDS)
    return at, at + len(ask.blank), wording.capitalised(answer) if begins else answer


def _read(desk: Desk, _progress: Progress) -> tuple[ActiveSet, ...]:
    return phrase_sets.active(desk)

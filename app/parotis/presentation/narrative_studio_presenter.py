"""The narrative of a claim at work: a length, what the record gives for it, and what a person makes of it by hand.

Counting and cutting is done at once. Reading an edited text against the record takes longer than a key may wait, so it
is done beside the window, one text at a time, always the newest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from parotis.domain import narrative
from parotis.domain.claims import narrative_studio, note_segments
from parotis.domain.claims.edited_text import edit_issues
from parotis.services import claim_situation

if TYPE_CHECKING:
    from parotis.domain.case import Case
    from parotis.domain.claims.narrative_studio import Cut, Span
    from parotis.domain.claims.note_segments import NoteSegments
    from parotis.domain.errors import ParotisError
    from parotis.domain.issue import Issue
    from parotis.domain.narrative import Narrative
    from parotis.presentation.claim_presenter import ClaimPresenter
    from parotis.presentation.contracts import Progress
    from parotis.services.claim_situation import Situation

KIND = "narrative"
MOST_SOURCES_TOLD = 6
_NOTE_WORDS = {
    "dental": "A dental claim (837D) carries up to five notes of 80 characters in all.",
    "medical": "A medical claim (837P) carries one note of 80 characters.",
}


@dataclass(frozen=True, slots=True)
class Length:
    """One length that can be chosen; ``is_payers``: the payer of the claim takes so much."""

    limit: int
    label: str
    is_payers: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of a text at once. ``note_words`` says what the transaction carries; ``note`` is empty for none."""

    used: int
    limit: int
    cuts: tuple[Cut, ...]
    note: NoteSegments
    note_words: str
    is_by_hand: bool
    is_saved: bool
    has_saved: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A text read against the record: its stretches by hand, and what the record says to it."""

    text: str
    spans: tuple[Span, ...]
    issues: tuple[Issue, ...]


class NarrativeStudioView(Protocol):
    def show_lengths(self, lengths: tuple[Length, ...], chosen: int) -> None: ...

    def show_composed(self, composed: Narrative) -> None: ...

    def show_text(self, text: str) -> None:
        """Put a text into the editor, unless it is there already."""
        ...

    def show_counted(self, counted: Counted) -> None: ...

    def show_judged(self, judged: Judged) -> None: ...


class NarrativeStudioPresenter:
    """Texts not saved yet are kept by their length while the claim is open."""

    def __init__(self, view: NarrativeStudioView, claim: ClaimPresenter) -> None:
        self._view, self._claim = view, claim
        self._situation: Situation | None = None
        self._case: Case | None = None
        self._lengths: tuple[Length, ...] = ()
        self._limit = 0
        self._composed: Narrative | None = None
        self._text = ""
        self._typed: dict[int, str] = {}
        self._judging: str | None = None

    def show(self, situation: Situation) -> None:
        """Show a claim, or the same claim again after an entry."""
        if self._situation is None or self._situation.opened.claim.claim_id != situation.opened.claim.claim_id:
            self._typed, self._limit = {}, 0
        self._situation = situation
        self._case = claim_situation.case_of(self._claim.desk, situation.opened)
        self._lengths = lengths(situation)
        if self._limit not in {one.limit for one in self._lengths}:
            self._limit = situation.narrative_limit
        self._show_length()

    def choose(self, limit: int) -> None:
        """Work at another length."""
        self._limit = limit
        self._show_length()

    def _show_length(self) -> None:
        case = self._case
        if case is None:
            return
        self._composed = narrative.compose(case, self._limit)
        self._text = self._typed.get(self._limit, self._saved() or self._composed.text)
        self._view.show_lengths(self._lengths, self._limit)
        self._view.show_composed(self._composed)
        self._view.show_text(self._text)
        self._count()
        self._judge()

    def edit(self, text: str) -> None:
        """A person changed the text."""
        if self._composed is None or text == self._text:
            return
        self._text = text
        if text == (self._saved() or self._composed.text):
            self._typed.pop(self._limit, None)
        else:
            self._typed[self._limit] = text
        self._count()
        self._judge()

    def save(self) -> None:
        """Record the text as the hand edit of this length."""
        if self._limit:
            self._typed[self._limit] = self._text
            entry = {"kind": KIND, "limit": self._limit, "text": self._text}
            self._claim.record(entry, "Saved. The claim is sent with this text at this length.")

    def take_back(self) -> None:
        """Go back to what the record gives: a text not saved is dropped, a saved edit taken back by an entry."""
        self._typed.pop(self._limit, None)
        if self._saved() is not None:
            self._claim.record({"kind": KIND, "limit": self._limit}, "The record's own text counts again.")
        else:
            self._show_length()

    def recorded(self) -> None:
        """The entry is in the record: what was typed for the length is no longer only typed."""
        self._typed.pop(self._limit, None)

    @property
    def holds_text(self) -> bool:
        """Whether a text of any length is typed and not saved."""
        return bool(self._typed)

    def forget(self) -> None:
        """What was typed and not saved goes."""
        self._typed = {}

    def text(self) -> str:
        """What stands in the editor."""
        return self._text

    def words_of(self, sources: tuple[str, ...]) -> str:
        """The fields that a sentence comes from, in words."""
        case = self._case
        if case is None or not sources:
            return ""
        words = list(dict.fromkeys(narrative_studio.words_of_source(case, source) for source in sources))
        more = f"; and {len(words) - MOST_SOURCES_TOLD} more" if len(words) > MOST_SOURCES_TOLD else ""
        return f"From {'; '.join(words[:MOST_SOURCES_TOLD])}{more}."

    def _saved(self) -> str | None:
        if self._situation is None:
            return None
        edits = self._situation.opened.claim.edits
        return next((edit.text for edit in edits if edit.limit == self._limit), None)

    def _count(self) -> None:
        if self._composed is None or self._situation is None:
            return
        payer = self._situation.opened.claim.billing.payer
        kind = (payer.kind if payer else None) or "dental"
        saved = self._saved()
        self._view.show_counted(
            Counted(
                used=len(self._text),
                limit=self._limit,
                cuts=narrative_studio.cuts(self._text),
                note=note_segments.note_segments(self._text, kind),
                note_words=_NOTE_WORDS[kind],
                is_by_hand=self._text != self._composed.text,
                is_saved=saved is not None and saved == self._text,
                has_saved=saved is not None,
            )
        )

    def _judge(self) -> None:
        """Read the newest text; one that came meanwhile is read when this one is done."""
        case, composed = self._case, self._composed
        if case is None or composed is None or self._judging is not None:
            return
        text, begun = self._text, self._begun()
        self._judging = text

        def work(_progress: Progress) -> Judged:
            issues = edit_issues(case, text, begun) if text != composed.text else ()
            return Judged(text, narrative_studio.marked(composed.text, text), issues)

        self._claim.find(work, self._on_judged, self._on_not_judged, on_left=self._on_left)

    def _begun(self) -> str:
        """What the record gave when the edit of this length was begun."""
        if self._situation is not None and self._composed is not None:
            for edit in self._situation.opened.claim.edits:
                if edit.limit == self._limit and edit.composed is not None:
                    return edit.composed
            return self._composed.text
        return ""

    def _on_judged(self, judged: Judged) -> None:
        self._judging = None
        if judged.text == self._text:
            self._view.show_judged(judged)
        else:
            self._judge()

    def _on_left(self, _error: ParotisError | None) -> None:
        """The text was of a claim that is no longer shown."""
        self._judging = None
        if self._claim.claim_id:
            self._judge()

    def _on_not_judged(self, _error: ParotisError) -> None:
        self._judging = None
        self._view.show_judged(Judged(self._text, (), ()))


def lengths(situation: Situation) -> tuple[Length, ...]:
    """The payer's own length first, then those of the channels, then the letter."""
    own = situation.narrative_limit
    others = [Length(limit, f"{limit:,}") for limit in narrative_studio.LENGTHS if limit != own]
    letter = [Length(narrative.LETTER_LIMIT, "Letter")] if own != narrative.LETTER_LIMIT else []
    return (Length(own, f"Payer's limit: {own:,}", is_payers=True), *others, *letter)

"""Predetermination and prior authorization of a claim, kept apart: how each stands, and what was recorded of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from parotis.domain import canonical, wording
from parotis.domain.claims import authorizations
from parotis.presentation import claim_history_words
from parotis.presentation.exam_view_contract import SectionMark
from parotis.ui.claim_fields import FieldSpec
from parotis.ui.claim_parts import BANG, CHECK, CROSS, RING, Rows, tell, told_row
from parotis.ui.claim_section import ClaimSection, EntryCard
from parotis.ui.controls import chip, label, push_button

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parotis.domain.claims.authorizations import Standing, StandingState
    from parotis.domain.claims.records import Authorization, AuthorizationKind
    from parotis.presentation.claim_presenter import ClaimPresenter, Problems
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation

STANDINGS: dict[StandingState, tuple[str, str]] = {
    "not-needed": (f"{CHECK} Not needed", ""),
    "not-known": ("? Not known", "warning"),
    "needed": (f"{CROSS} Needed", "danger"),
    "asked": (f"{RING} Asked for", "info"),
    "approved": (f"{CHECK} Approved", "success"),
    "denied": (f"{CROSS} Denied", "danger"),
    "more-information": (f"{BANG} More information asked", "warning"),
    "expired": (f"{CROSS} Expired", "danger"),
    "used-up": (f"{BANG} Used up", "warning"),
}
STATUSES = tuple(
    (value, wording.capitalised(words)) for value, words in claim_history_words.AUTHORIZATION_STATES.items()
)
_HINTS: dict[AuthorizationKind, str] = {
    "predetermination": "An estimate of what the payer may pay (REF G3). It binds nobody and is no authorization.",
    "authorization": "The payer's leave to do the study (REF G1). Where a payer demands it, the study is not paid "
    "without it.",
}


class AuthorizationSection(ClaimSection):
    NAME = "Authorization"
    KINDS = ("authorization",)

    def build(self) -> None:
        self._recording: AuthorizationCard | None = None
        self._by_kind: dict[AuthorizationKind, AuthorizationCard] = {}
        kinds: tuple[AuthorizationKind, ...] = ("predetermination", "authorization")
        for kind in kinds:
            made = AuthorizationCard(self.presenter, kind)
            made.letter.clicked.connect(partial(self._on_letter, kind))
            made.about_to_record = partial(self._on_record, made)
            self._by_kind[kind] = made
            self.add(made)

    def _on_letter(self, kind: AuthorizationKind, _is_checked: bool = False) -> None:
        self.letter_wanted.emit(kind)

    def _on_record(self, made: AuthorizationCard) -> None:
        self._recording = made

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        del history, files, logins
        noted = situation.opened.claim.authorizations
        for standing in situation.standings:
            self._by_kind[standing.kind].show_standing(
                standing, tuple(one for one in reversed(noted) if one.kind == standing.kind)
            )

    def show_problems(self, kind: str, problems: Problems) -> None:
        """Both cards make the same kind of entry: only the one that did hears of it."""
        if kind == "authorization" and self._recording is not None:
            self._recording.show_problems(problems)

    def show_recorded(self, kind: str, sentence: str) -> None:
        if kind == "authorization" and self._recording is not None:
            self._recording.show_recorded(sentence)

    def mark(self, situation: Situation) -> SectionMark | None:
        lacking = sum(one.is_required and not one.holds for one in situation.standings)
        if lacking:
            return SectionMark("blocked", lacking)
        if any(one.state in ("denied", "expired", "more-information") for one in situation.standings):
            return SectionMark("open")
        if all(one.holds or one.state == "not-needed" for one in situation.standings):
            return SectionMark("done")
        return SectionMark("empty")


class AuthorizationCard(EntryCard):
    """One of the two, with its standing above the form and what was recorded below."""

    def __init__(self, presenter: ClaimPresenter, kind: AuthorizationKind) -> None:
        name = authorizations.LABELS[kind]
        super().__init__(
            presenter,
            "authorization",
            name,
            f"Record {name.lower()}",
            (
                FieldSpec("Status", "authorization.status", "choice", STATUSES, span=4),
                FieldSpec("Asked on", "authorization.asked_on", "date", span=4),
                FieldSpec("Answered on", "authorization.answered_on", "date", span=4),
                FieldSpec("Number", "authorization.number", span=4, placeholder="As the payer gave it"),
                FieldSpec("Units", "authorization.units", "number", span=2, placeholder="1"),
                FieldSpec("Codes", "authorization.codes", "listed", span=3, placeholder="All of the claim"),
                FieldSpec("Holds until", "authorization.expires_on", "date", span=3),
                FieldSpec("Note", "authorization.note", span=12),
            ),
            sentence=f"{name} is recorded.",
            hint=_HINTS[kind],
        )
        self._kind = kind
        self.about_to_record: Callable[[], None] = lambda: None
        self._chip = chip()
        self._text = label("", wraps=True)
        standing = QHBoxLayout()
        standing.setSpacing(12)
        standing.addWidget(self._chip)
        standing.addWidget(self._text, 1)
        self.inner.insertLayout(2, standing)
        self.letter = push_button("Letter\u2026", lambda: None)
        self.letter.setAccessibleName(f"{name}: letter")
        self.inner.removeWidget(self.button)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self.letter)
        row.addStretch(1)
        self.inner.addLayout(row)
        self._noted = Rows(
            _noted_row, empty="Nothing is recorded yet. Write the letter, send it, and record it here as asked for."
        )
        self.inner.addWidget(label("Recorded", "card-title"))
        self.inner.addWidget(self._noted)

    def document(self) -> dict[str, Any]:
        made = super().document()
        made.setdefault("authorization", {})["kind"] = self._kind
        return made

    def record(self) -> None:
        self.about_to_record()
        super().record()

    def show_standing(self, standing: Standing, noted: tuple[Authorization, ...]) -> None:
        """How it stands, and every word about it, newest first."""
        words, tone = STANDINGS[standing.state]
        tell(self._chip, words, tone)
        text = standing.text.removeprefix(f"{authorizations.LABELS[self._kind]}: ")
        self._text.setText(wording.capitalised(text))
        self._noted.show_values(noted)


_NOTED: dict[str, tuple[str, str]] = {
    "asked": (f"{RING} Asked for", "info"),
    "approved": (f"{CHECK} Approved", "success"),
    "denied": (f"{CROSS} Denied", "danger"),
    "more-information": (f"{BANG} More asked", "warning"),
}


def _noted_row(noted: Authorization) -> QWidget:
    words, tone = _NOTED.get(noted.status or "", (RING, ""))
    lines = claim_history_words.lines("authorization", {"authorization": canonical.object_as_json(noted)})
    return told_row(words, tone, " \u00b7 ".join(lines) or "No details.")[0]

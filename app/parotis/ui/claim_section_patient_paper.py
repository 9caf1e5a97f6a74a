"""Papers for the patient: what the scan may cost, and what it found, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QComboBox, QHBoxLayout

from parotis.presentation.letter_presenter import FILE_NAMES, TITLES, LetterPresenter
from parotis.ui.claim_section import ClaimSection
from parotis.ui.controls import NamedField, ProblemLine, card, label, push_button
from parotis.ui.letter_dialog import LetterPane, choose_target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from parotis.domain.claims.letter_tree import Language
    from parotis.presentation.letter_presenter import ShownLetter
    from parotis.services.claim_letters import What
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation

PAPERS: tuple[What, ...] = ("cost-notice", "summary")
LANGUAGES: tuple[tuple[Language, str], ...] = (("en", "English"), ("es", "Spanish"))
PREVIEW_PX = 620


class PatientPaperSection(ClaimSection):
    """Fulfils ``LetterView``: the paper chosen is always the one shown."""

    NAME = "Patient paper"

    def build(self) -> None:
        self._letter = LetterPresenter(self, self.presenter, PAPERS[0])
        self._stale = True
        frame, inner = card()
        inner.addWidget(label("Patient paper", "section-title"))
        inner.addWidget(
            label(
                "The cost notice is for before the scan, the summary for after the report is signed. "
                "Both say only what is recorded.",
                "muted",
                wraps=True,
            )
        )
        self._paper, self._language = QComboBox(), QComboBox()
        for what in PAPERS:
            self._paper.addItem(TITLES[what], what)
        for language, word in LANGUAGES:
            self._language.addItem(word, language)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(NamedField("Paper", self._paper, keeps_room=False), 2)
        row.addWidget(NamedField("Language", self._language, keeps_room=False), 1)
        row.addStretch(1)
        inner.addLayout(row)
        for box in (self._paper, self._language):
            box.activated.connect(self._on_chosen)
        self._pane = LetterPane("Patient paper")
        self._pane.setMinimumHeight(PREVIEW_PX)
        inner.addWidget(self._pane)
        self._problem = ProblemLine()
        inner.addWidget(self._problem)
        self._save = push_button("Save PDF\u2026", self._on_save, "primary")
        self._save.setEnabled(False)
        last = QHBoxLayout()
        last.addWidget(self._save)
        last.addStretch(1)
        inner.addLayout(last)
        self.add(frame)

    def focus_first(self) -> None:
        """Put the focus on the choice of the paper."""
        self._paper.setFocus()

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        self._stale = True
        if self.isVisible():
            self._on_chosen()

    def begin(self) -> None:
        super().begin()
        self._letter.close()
        self._pane.clear()
        self._problem.say("")
        self._save.setEnabled(False)

    def showEvent(self, event: object) -> None:
        """A paper is written when somebody comes to look at it, not with every entry."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._stale:
            self._on_chosen()

    def _what(self) -> What:
        return cast("What", self._paper.currentData())

    def _on_chosen(self, _row: int = 0) -> None:
        if not self.presenter.claim_id:
            return
        self._stale = False
        self._problem.say("")
        self._save.setEnabled(False)
        self._letter.choose(self._what(), cast("Language", self._language.currentData()))

    def show_letter(self, letter: ShownLetter) -> None:
        self._pane.show_letter(letter)
        self._save.setEnabled(True)

    def show_problem(self, text: str) -> None:
        if not self._save.isEnabled():
            self._pane.clear()
        self._problem.say(text)

    def show_saved(self, sentence: str) -> None:
        self._problem.say(sentence, "success")

    def _on_save(self) -> None:
        choose_target(self, FILE_NAMES[self._what()], self.save_to)

    def save_to(self, path: Path) -> None:
        """Save the paper that is shown."""
        self._problem.say("")
        self._letter.save(path)

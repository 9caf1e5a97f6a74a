"""A letter or paper of a claim: looked at as text and as pages, then saved as exactly the PDF that was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from parotis.domain.errors import NotFound
from parotis.presentation import messages
from parotis.services import claim_letters, claims

if TYPE_CHECKING:
    from pathlib import Path

    from parotis.domain.claims.letter_tree import Language
    from parotis.domain.errors import ParotisError
    from parotis.presentation.claim_presenter import ClaimPresenter
    from parotis.presentation.contracts import Progress
    from parotis.services.claim_letters import What

PREVIEW_DPI = 100
TITLES: dict[What, str] = {
    "necessity": "Letter of medical necessity",
    "predetermination": "Request for a predetermination",
    "authorization": "Request for prior authorization",
    "appeal": "Letter of appeal",
    "cost-notice": "Cost and coverage notice",
    "summary": "Plain result summary",
}
NO_REPORT = "This letter rests on the signed report, and there is none yet. Sign the report first."
SAVED = "Saved as PDF and read back."
FILE_NAMES: dict[What, str] = {
    "necessity": "letter-of-medical-necessity.pdf",
    "predetermination": "predetermination-request.pdf",
    "authorization": "authorization-request.pdf",
    "appeal": "letter-of-appeal.pdf",
    "cost-notice": "cost-and-coverage-notice.pdf",
    "summary": "result-summary.pdf",
}
"""No file name says who the patient is."""


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """The text, the PDF, and its pages as JPEG."""

    text: str
    pdf: bytes = field(repr=False)
    pages: tuple[bytes, ...] = field(repr=False)


class LetterView(Protocol):
    def show_letter(self, letter: ShownLetter) -> None: ...

    def show_problem(self, text: str) -> None: ...

    def show_saved(self, sentence: str) -> None: ...


class LetterPresenter:
    """One letter of the claim that is open now; the letter stays of that claim when another is opened."""

    def __init__(self, view: LetterView, claim: ClaimPresenter, what: What, language: Language = "en") -> None:
        self._view, self._claim, self._what, self._language = view, claim, what, language
        self._claim_id = claim.claim_id
        self._shown: ShownLetter | None = None
        self._round = 0

    def start(self) -> None:
        """Write the letter as it would be today."""
        claim_id, desk, what, language = self._claim_id, self._claim.desk, self._what, self._language
        self._round += 1
        begun = self._round

        def work(_progress: Progress) -> ShownLetter:
            letter = claim_letters.letter(desk, claim_id, what, language=language)
            pdf = desk.machine.composer.render(letter.report(), {})
            pages = desk.machine.composer.page_jpegs(pdf, dots_per_inch=PREVIEW_DPI)
            return ShownLetter(letter.text, pdf, pages)

        def show(letter: ShownLetter) -> None:
            if begun == self._round:
                self._shown = letter
                self._view.show_letter(letter)

        def tell(error: ParotisError) -> None:
            if begun == self._round:
                self._shown = None
                self._failed(error)

        self._claim.run(work, show, tell)

    def choose(self, what: What, language: Language) -> None:
        """Write another letter in the same place."""
        self._claim_id, self._what, self._language = self._claim.claim_id, what, language
        self.start()

    def save(self, path: Path) -> None:
        """Save the PDF that is shown."""
        shown = self._shown
        if shown is None:
            return
        claim_id, desk, what = self._claim_id, self._claim.desk, self._what

        def work(_progress: Progress) -> None:
            claims.save_file(desk, claim_id, what, shown.pdf, path)

        self._claim.run(work, lambda _nothing: self._view.show_saved(SAVED), self._failed)

    def close(self) -> None:
        """Nobody looks any more."""
        self._round += 1
        self._shown = None

    def _failed(self, error: ParotisError) -> None:
        if isinstance(error, NotFound):
            self._view.show_problem(NO_REPORT)
            return
        details = [sentence for _, sentence in messages.details_of(error)]
        self._view.show_problem("\n".join(details) or messages.text_of(error))

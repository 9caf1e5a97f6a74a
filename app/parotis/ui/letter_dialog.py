"""A letter or paper of a claim as text and as pages, and saved as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from parotis.presentation.letter_presenter import FILE_NAMES, TITLES, LetterPresenter
from parotis.ui.controls import ProblemLine, label, push_button, within
from parotis.ui.preview_dialog import PagePictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent

    from parotis.domain.claims.letter_tree import Language
    from parotis.presentation.claim_presenter import ClaimPresenter
    from parotis.presentation.letter_presenter import ShownLetter
    from parotis.services.claim_letters import What

PREPARING = "Writing the letter\u2026"


class LetterPane(QWidget):
    """Text or pages of a letter, one at a time; the text can be selected and copied."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setProperty("preview", True)
        self._text.setAccessibleName(f"{name}: text")
        self._pages = PagePictures(f"{name}: pages")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._text)
        self._stack.addWidget(self._pages)
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(0)
        for place, word in enumerate(("Text", "Pages")):
            button = QToolButton()
            button.setText(word)
            button.setAccessibleName(f"Show {word.lower()}")
            button.setCheckable(True)
            button.setChecked(place == 0)
            button.setProperty("segment", True)
            button.setProperty("position", "first" if place == 0 else "last")
            self._group.addButton(button, place)
            row.addWidget(button)
        row.addStretch(1)
        self.row = row
        self._group.idClicked.connect(self._stack.setCurrentIndex)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)

    def show_letter(self, letter: ShownLetter) -> None:
        """Show text and pages."""
        self._text.setPlainText(letter.text)
        self._pages.show_pages(letter.pages)

    def clear(self, instead: str = "") -> None:
        """Show nothing, or a sentence."""
        self._text.setPlainText(instead)
        self._pages.show_pages(())

    def text(self) -> str:
        """The text that is shown."""
        return self._text.toPlainText()

    def page_count(self) -> int:
        """How many pages are shown."""
        return self._pages.page_count()


class LetterDialog(QDialog):
    """Fulfils ``LetterView``; not modal, so that the work goes on beside it."""

    def __init__(self, parent: QWidget, what: What) -> None:
        super().__init__(parent)
        self._what: What = what
        self._presenter: LetterPresenter | None = None
        self.setWindowTitle(TITLES[what])
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._pane = LetterPane(TITLES[what])
        self._pane.clear(PREPARING)
        self._problem = ProblemLine()
        self._save = push_button("Save PDF\u2026", self._on_save, "primary")
        self._save.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(label(TITLES[what], "page-title"))
        layout.addWidget(self._pane, 1)
        layout.addWidget(self._problem)
        row = QHBoxLayout()
        row.addWidget(push_button("Close", self.reject))
        row.addStretch(1)
        row.addWidget(self._save)
        layout.addLayout(row)
        self.resize(within(parent, 800, 900))

    def attach(self, presenter: LetterPresenter) -> None:
        """This presenter fills the window."""
        self._presenter = presenter

    def show_letter(self, letter: ShownLetter) -> None:
        self._pane.show_letter(letter)
        self._save.setEnabled(True)
        self._save.setFocus()

    def show_problem(self, text: str) -> None:
        if self._pane.text() == PREPARING:
            self._pane.clear()
        self._problem.say(text)

    def show_saved(self, sentence: str) -> None:
        self._problem.say(sentence, "success")

    def _on_save(self) -> None:
        choose_target(self, FILE_NAMES[self._what], self.save_to)

    def save_to(self, path: Path) -> None:
        """Save the PDF at a path."""
        self._problem.say("")
        if self._presenter is not None:
            self._presenter.save(path)

    def done(self, result: int) -> None:
        if self._presenter is not None:
            self._presenter.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._presenter is not None:
            self._presenter.close()
        super().closeEvent(event)


def open_letter(parent: QWidget, claim: ClaimPresenter, what: What, language: Language = "en") -> LetterDialog:
    """Show a letter of the claim that is open, beside the window."""
    dialog = LetterDialog(parent.window(), what)
    presenter = LetterPresenter(dialog, claim, what, language)
    dialog.attach(presenter)
    dialog.show()
    presenter.start()
    return dialog


def choose_target(parent: QWidget, name: str, then: Callable[[Path], None], suffix: str = "pdf") -> None:
    """Ask where to save; a file that is there is replaced only after the person said so in the dialogue."""
    dialog = QFileDialog(parent, "Save as", "", f"*.{suffix}")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.open()


def choose_file(parent: QWidget, title: str, filters: str, then: Callable[[str], None]) -> None:
    """Ask for a file that is there."""
    dialog = QFileDialog(parent, title, "", filters)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(then)
    dialog.open()

"""The narrative of the claim: composed from the record, changed by hand, and what each channel would leave of it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QTextEdit, QToolButton, QVBoxLayout, QWidget

from parotis.presentation.exam_view_contract import SectionMark
from parotis.presentation.narrative_studio_presenter import KIND, NarrativeStudioPresenter
from parotis.ui.check_list import CheckList
from parotis.ui.claim_section import ClaimSection
from parotis.ui.controls import ProblemLine, card, label, push_button, tall
from parotis.ui.form_editors_base import emptied
from parotis.ui.side_panel_text import NarrativeText
from parotis.ui.tables import ROW_HEIGHT_PX, Column, RowTable, RowTableModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.domain.claims.narrative_studio import Cut
    from parotis.domain.narrative import Narrative, Sentence
    from parotis.presentation.claim_presenter import Problems
    from parotis.presentation.narrative_studio_presenter import Counted, Judged, Length
    from parotis.services.claim_ports import ClaimEvent, ClaimFileFacts
    from parotis.services.claim_situation import Situation
    from parotis.ui.theme import Theme

TEXT_PX = 260
NOTE_PX = 116
ISSUES_PX = 196
"""Room that is kept, so that nothing moves while somebody types."""
TAIL = 60
"""Characters of the end of a cut text that the table shows."""
NOTHING = "Nothing is recorded yet that a narrative could say. Describe findings and reasons in the exam."
HOW_SOURCES = "Move over a sentence or into it, by mouse or keys, to see the fields it comes from; Return goes there."
_ISSUE_PLACE = re.compile(r"text\[(\d+):(\d+)\]")


class StudioText(NarrativeText):
    """The composed sentences, which tell their sources under the mouse as well, and take a caret.

    Signals:
        sentence_pointed: the paths of the sentence under the mouse.
    """

    sentence_pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Composed narrative")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._shown: tuple[Sentence, ...] = ()
        self.highlighted.connect(self._on_highlighted)

    def show_sentences(self, sentences: tuple[Sentence, ...]) -> None:
        self._shown = sentences
        super().show_sentences(sentences)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks the sentences; Qt tells nobody which one it came to."""
        moved: bool = super().focusNextPrevChild(forward)
        if moved and self.hasFocus():
            self._on_cursor_moved()
        return moved

    def _on_highlighted(self, url: QUrl) -> None:
        for sentence in self._shown:
            if sentence.sources and sentence.sources[0] == url.path():
                self.sentence_pointed.emit(sentence.sources)
                return


class NarrativeSection(ClaimSection):
    """Fulfils ``NarrativeStudioView``."""

    NAME = "Narrative"
    KINDS = (KIND,)

    def build(self) -> None:
        self._studio = NarrativeStudioPresenter(self, self.presenter)
        self._length_row = QHBoxLayout()
        self._length_row.setSpacing(6)
        self._length_buttons: dict[int, QToolButton] = {}
        frame, inner = card()
        inner.addWidget(label("Narrative", "section-title"))
        inner.addLayout(self._length_row)
        inner.addLayout(self._texts())
        self._source = label(HOW_SOURCES, "small", wraps=True)
        self._source.setMinimumHeight(2 * self._source.fontMetrics().lineSpacing())
        self._source.setAccessibleName("Sources of the sentence")
        inner.addWidget(self._source)
        self._issues_title = label("", "card-title")
        self._issues = CheckList(self.theme, self.icons, self._where)
        self._issues.setAccessibleName("What the record says to the edited text")
        self._issues.chosen.connect(self._on_issue)
        self._issues.setFixedHeight(ISSUES_PX)
        self._problem = ProblemLine()
        inner.addWidget(self._problem)
        inner.addLayout(self._buttons())
        inner.addWidget(self._issues_title)
        inner.addWidget(self._issues)
        self.add(frame)
        self.add(self._cuts_card())
        self.add(self._note_card())
        self.theme.changed.connect(self._mark_again)

    def _texts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        self._composed_title = label("Composed from the record", "field")
        self._composed = StudioText(self.theme, self)
        self._left_out = label("", "small", wraps=True)
        self._composed.sentence_chosen.connect(self._on_sentence)
        self._composed.sentence_pointed.connect(self._on_pointed)
        self._composed.path_chosen.connect(self.exam_path_wanted)
        for widget in (self._composed_title, tall(self._composed, TEXT_PX), self._left_out):
            left.addWidget(widget)
        left.addStretch(1)
        self._editor = QPlainTextEdit()
        self._editor.setAccessibleName("Text for this length")
        self._editor.setTabChangesFocus(True)
        self._editor.textChanged.connect(self._on_edited)
        self._used = label("", "small", wraps=True)
        self._used.setAccessibleName("Characters used")
        self._legend = label("", "small", wraps=True)
        for shown in (self._used, self._legend):
            shown.setMinimumHeight(2 * shown.fontMetrics().lineSpacing())
            shown.setAlignment(Qt.AlignmentFlag.AlignTop)
        title = label("Text for this length, to change by hand", "field")
        title.setBuddy(self._editor)
        for widget in (title, tall(self._editor, TEXT_PX), self._used, self._legend):
            right.addWidget(widget)
        right.addStretch(1)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._save = push_button("Save edit", self._studio.save, "primary")
        self._take_back = push_button("Take back edit", self._studio.take_back)
        self._copy = push_button("Copy text", self._on_copy)
        self._letter = push_button("Letter of medical necessity", self._on_letter)
        for button in (self._save, self._take_back, self._copy):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._letter)
        return row

    def _cuts_card(self) -> QWidget:
        columns: tuple[Column[Cut], ...] = (
            Column("Limit", lambda cut: f"{cut.limit:,}", 1),
            Column("Result", cut_words, 3, cut_tone),
            Column("The text would end with", _tail, 7),
        )
        self._cuts_model: RowTableModel[Cut] = RowTableModel(columns, lambda cut: cut.limit)
        self._cuts = RowTable("What each length leaves", self._cuts_model, columns, self.theme)
        self._cuts.set_opens_on_click(False)
        self._cuts.setFixedHeight(5 * ROW_HEIGHT_PX + 4)
        self._cuts.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        frame, inner = card()
        inner.addWidget(label("What a channel would leave", "section-title"))
        inner.addWidget(
            label("Channels cut a text that is too long; they do not say so. What matters stands first.", "muted")
        )
        inner.addWidget(self._cuts)
        return frame

    def _note_card(self) -> QWidget:
        frame, inner = card()
        inner.addWidget(label("Claim note", "section-title"))
        self._note_words = label("", "muted", wraps=True)
        self._note = QPlainTextEdit()
        self._note.setReadOnly(True)
        self._note.setTabChangesFocus(True)
        self._note.setAccessibleName("Note segments")
        self._note.setFixedHeight(NOTE_PX)
        self._note_warning = label("", "small", wraps=True)
        for widget in (self._note_words, self._note, self._note_warning):
            inner.addWidget(widget)
        return frame

    # -- what the person does ----------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """Put the focus into the text."""
        self._editor.setFocus()

    def _on_edited(self) -> None:
        self._studio.edit(self._editor.toPlainText())

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._studio.text())
        self._problem.say("Copied. The text is in the clipboard until something else is copied.", "info")

    def _on_letter(self) -> None:
        self.letter_wanted.emit("necessity")

    def _on_sentence(self, sources: tuple[str, ...]) -> None:
        self._on_pointed(sources)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._source, self._source.text()))

    def _on_pointed(self, sources: tuple[str, ...]) -> None:
        self._source.setText(self._studio.words_of(sources))

    def _on_issue(self, path: str) -> None:
        found = _ISSUE_PLACE.fullmatch(path)
        if found is None:
            return
        text = self._editor.toPlainText()
        cursor = self._editor.textCursor()
        cursor.setPosition(utf16_length(text[: int(found[1])]))
        cursor.setPosition(utf16_length(text[: int(found[2])]), QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
        self._editor.setFocus()

    def _where(self, path: str) -> str:
        found = _ISSUE_PLACE.fullmatch(path)
        if found is None:
            return "whole text"
        piece = self._editor.toPlainText()[int(found[1]) : int(found[2])]
        short = piece if len(piece) <= TAIL else f"{piece[:TAIL]}\u2026"
        return f"at \u201c{short}\u201d"

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_claim(
        self,
        situation: Situation,
        history: tuple[ClaimEvent, ...],
        files: tuple[ClaimFileFacts, ...],
        logins: Mapping[str, str],
    ) -> None:
        self._studio.show(situation)

    @property
    def holds_text(self) -> bool:
        return self._studio.holds_text

    def begin(self) -> None:
        super().begin()
        self._studio.forget()
        self._problem.say("")

    def mark(self, situation: Situation) -> SectionMark | None:
        if not situation.narrative:
            return SectionMark("empty")
        blocks = sum(issue.blocks for issue in situation.narrative_issues)
        return SectionMark("blocked", blocks) if blocks else SectionMark("done")

    def show_problems(self, kind: str, problems: Problems) -> None:
        self._problem.say("\n".join(sentence for _, sentence in problems))

    def show_recorded(self, kind: str, sentence: str) -> None:
        self._studio.recorded()
        self._problem.say(sentence, "success")

    def show_lengths(self, lengths: tuple[Length, ...], chosen: int) -> None:
        if list(self._length_buttons) != [one.limit for one in lengths]:
            emptied(self._length_row)
            self._length_buttons = {}
            caption = label("Length in characters", "muted")
            self._length_row.addWidget(caption)
            for one in lengths:
                button = QToolButton()
                button.setText(one.label)
                button.setAccessibleName(f"Length: {one.label}")
                button.setCheckable(True)
                button.setAutoExclusive(True)
                button.setProperty("chip", True)
                button.clicked.connect(partial(self._studio.choose, one.limit))
                self._length_buttons[one.limit] = button
                self._length_row.addWidget(button)
            self._length_row.addStretch(1)
        self._length_buttons[chosen].setChecked(True)

    def show_composed(self, composed: Narrative) -> None:
        self._composed.show_sentences(composed.sentences)
        left = len(composed.left_out)
        sentences = "sentence" if left == 1 else "sentences"
        if not composed.sentences:
            self._left_out.setText(NOTHING)
        else:
            said = f"{left} {sentences} left out at this length." if left else "Nothing was left out."
            self._left_out.setText(f"{len(composed.text):,} characters. {said}")
        self._source.setText(HOW_SOURCES)

    def show_text(self, text: str) -> None:
        if self._editor.toPlainText() != text:
            self._editor.blockSignals(True)
            self._editor.setPlainText(text)
            self._editor.blockSignals(False)

    def show_counted(self, counted: Counted) -> None:
        over = counted.used - counted.limit
        used = f"{counted.used:,} of {counted.limit:,} characters used."
        self._used.setText(f"\u26a0 {used} {over:,} too many: they would be cut." if over > 0 else used)
        self._used.setProperty("role", "error" if over > 0 else "small")
        _restyled(self._used)
        if counted.is_saved:
            self._legend.setText("Saved by hand. Underlined words are by hand, not from the record.")
        elif counted.is_by_hand:
            self._legend.setText("Not saved yet. Underlined words are by hand, not from the record.")
        else:
            self._legend.setText("As the record gives it.")
        self._save.setEnabled(counted.is_by_hand and not counted.is_saved and counted.used > 0)
        self._take_back.setEnabled(counted.is_by_hand or counted.has_saved)
        self._copy.setEnabled(counted.used > 0)
        self._cuts_model.set_rows(counted.cuts)
        self._note_words.setText(counted.note_words)
        self._note.setPlainText("\n".join(counted.note.lines))
        self._note_warning.setText(" ".join(counted.note.warnings) or "The note carries the whole text.")

    def show_judged(self, judged: Judged) -> None:
        self._judged = judged
        self._mark_again()
        blocks = sum(issue.blocks for issue in judged.issues)
        advice = len(judged.issues) - blocks
        if judged.issues:
            self._issues_title.setText(f"The record says: {blocks} blocking, {advice} for advice")
        else:
            self._issues_title.setText("The record agrees with every word of this text.")
        self._issues.show_issues(judged.issues)

    def _mark_again(self) -> None:
        """Underline what is by hand."""
        judged: Judged | None = getattr(self, "_judged", None)
        if judged is None or judged.text != self._editor.toPlainText():
            return
        selections = []
        at = 0
        for span in judged.spans:
            length = utf16_length(span.text)
            if span.is_own and span.text.strip():
                leading = utf16_length(span.text) - utf16_length(span.text.lstrip())
                selections.append(self._underlined(at + leading, at + length))
            at += length
        self._editor.setExtraSelections(selections)

    def _underlined(self, start: int, end: int) -> Any:
        marked = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        look.setUnderlineColor(self.theme.color("accent"))
        marked.cursor, marked.format = cursor, look
        return marked


def utf16_length(text: str) -> int:
    """How far a text reaches in Qt's positions."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_words(cut: Cut) -> str:
    """What a length does to the text, with a shape."""
    if cut.is_whole:
        return "\u2713 Fits"
    return "\u2717 Cut within a word" if cut.ends_in_word else "\u2717 Cut"


def cut_tone(cut: Cut) -> str:
    """The tone that goes with the words."""
    return "success" if cut.is_whole else "warning"


def _tail(cut: Cut) -> str:
    text = " ".join(cut.text_left.split())
    return text if len(text) <= TAIL else f"\u2026{text[-TAIL:]}"


def _restyled(shown: QLabel) -> None:
    from parotis.ui.theme import restyle

    restyle(shown)

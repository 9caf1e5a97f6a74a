"""Underlines unknown words while somebody types, a few paragraphs at a time, and offers others in the context menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QSyntaxHighlighter, QTextCharFormat, QTextCursor

from parotis.presentation.spelling import LONGEST_TEXT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QPlainTextEdit

    from parotis.presentation.spelling import SpellCheck
    from parotis.ui.theme import Theme

BLOCKS_A_TURN = 40
CHARACTERS_A_TURN = 4_000
"""Paragraphs, and characters in them, that are checked before the event loop gets its turn; one paragraph always is."""
ADD_TEXT = "Add to practice words"


class SpellingHighlighter(QSyntaxHighlighter):
    """The marks on one editor. Formats lie over the text: they are never part of it, nor of what is edited."""

    def __init__(self, editor: QPlainTextEdit, check: SpellCheck, theme: Theme) -> None:
        super().__init__(editor.document())
        self._editor, self._check, self._theme = editor, check, theme
        self._waiting: set[int] = set()
        self._start_turn()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next_turn)
        editor.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        editor.customContextMenuRequested.connect(self._open_menu)
        theme.changed.connect(self.mark_again)
        check.listen(self)

    def mark_again(self) -> None:
        """Mark everything anew, a few paragraphs a turn."""
        if self.document() is not None and self.document().characterCount() <= LONGEST_TEXT:
            self._waiting = set(range(self.document().blockCount()))
            self._timer.start()

    def highlightBlock(self, text: str) -> None:
        if not text or not self._check.is_active or self.document().characterCount() > LONGEST_TEXT:
            return
        self._timer.start()
        if not self._has_room(text):
            self._waiting.add(self.currentBlock().blockNumber())
            return
        self._blocks_left -= 1
        self._characters_left -= len(text)
        self._waiting.discard(self.currentBlock().blockNumber())
        wavy = QTextCharFormat()
        wavy.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SpellCheckUnderline)
        wavy.setUnderlineColor(self._theme.color("danger"))
        for mark in self._check.marks(text):
            start = _units(text[: mark.start])
            self.setFormat(start, _units(text[mark.start : sum(mark)]), wavy)

    def _next_turn(self) -> None:
        self._start_turn()
        for number in sorted(self._waiting)[:BLOCKS_A_TURN]:
            block = self.document().findBlockByNumber(number)
            if block.isValid() and not self._has_room(block.text()):
                break
            self._waiting.discard(number)
            if block.isValid():
                self.rehighlightBlock(block)
        if self._waiting:
            self._timer.start()

    def _start_turn(self) -> None:
        self._blocks_left, self._characters_left = BLOCKS_A_TURN, CHARACTERS_A_TURN

    def _has_room(self, text: str) -> bool:
        """Whether a paragraph may be checked in this turn. The first always may, however long."""
        is_first = self._blocks_left == BLOCKS_A_TURN
        return is_first or (self._blocks_left > 0 and len(text) <= self._characters_left)

    def menu_at(self, point: QPoint) -> QMenu:
        """The usual menu, headed by what to do about an unknown word at ``point`` of the viewport."""
        menu = self._editor.createStandardContextMenu()
        cursor = self._editor.cursorForPosition(point)
        text = cursor.block().text()
        mark = None
        if not self._editor.isReadOnly() and self.document().characterCount() <= LONGEST_TEXT:
            mark = self._check.mark_at(text, _characters(text, cursor.positionInBlock()))
        if mark is None:
            return menu
        word = text[mark.start : sum(mark)]
        cursor.setPosition(cursor.block().position() + _units(text[: mark.start]))
        cursor.setPosition(cursor.position() + _units(word), QTextCursor.MoveMode.KeepAnchor)
        actions = []
        for suggestion in self._check.suggestions(word):
            action = QAction(suggestion.replace("&", "&&"), menu)
            action.triggered.connect(partial(_replace, cursor, word, suggestion))
            actions.append(action)
        if self._check.may_add:
            action = QAction(ADD_TEXT, menu)
            action.triggered.connect(partial(self._add, word))
            actions.append(action)
        first = menu.actions()[0] if menu.actions() else None
        for action in actions:
            menu.insertAction(first, action)  # type: ignore[arg-type]
        menu.insertSeparator(first)  # type: ignore[arg-type]
        return menu

    def _open_menu(self, point: QPoint) -> None:
        menu = self.menu_at(point)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._editor.viewport().mapToGlobal(point))

    def _add(self, word: str, _checked: bool = False) -> None:
        self._check.add(word)


def _replace(cursor: QTextCursor, word: str, suggestion: str, _checked: bool = False) -> None:
    if cursor.selectedText() == word:
        cursor.insertText(suggestion)


def _units(text: str) -> int:
    """Length as Qt counts it, in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def _characters(text: str, units: int) -> int:
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))

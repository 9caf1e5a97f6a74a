"""Phrases at the text fields of the form: the popup while a shortcut is typed, the questions after it, F6 to a blank.

The fields stay plain text widgets, so that the system's dictation types into them; all of this looks on from outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from parotis.domain.phrases import next_blank
from parotis.presentation.phrase_presenter import PromptRun, put_answer
from parotis.ui.phrase_popup import PhrasePopup
from parotis.ui.phrase_strip import PhraseStrip

if TYPE_CHECKING:
    from parotis.domain.phrases import Ask
    from parotis.presentation.phrase_presenter import Offer, PhrasePresenter
    from parotis.ui.form_editors_base import FieldEditor

TEXT_KINDS = ("line", "paragraph", "lines")
_LOOK_BACK = 64
_TAKING = (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVING = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _Text:
    """The text of a field as one string with line ends, whichever widget holds it; positions are those of Python.

    Qt counts a character beyond the first plane (an emoji) as two.
    """

    def __init__(self, widget: QLineEdit | QPlainTextEdit) -> None:
        self.widget = widget

    def whole(self) -> str:
        if isinstance(self.widget, QLineEdit):
            return self.widget.text()
        return self.widget.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def cursor(self) -> int:
        at = self.widget.cursorPosition() if isinstance(self.widget, QLineEdit) else self.widget.textCursor().position()
        return len(_first(self.whole(), at))

    def before(self) -> str:
        """The end of the line in front of the cursor; empty while something is selected.

        No more than a shortcut needs: a megabyte in one line must not be copied at every key.
        """
        if isinstance(self.widget, QLineEdit):
            return "" if self.widget.hasSelectedText() else _first(self.widget.text(), self.widget.cursorPosition())
        cursor = self.widget.textCursor()
        if cursor.hasSelection():
            return ""
        cursor.setPosition(
            max(cursor.block().position(), cursor.position() - _LOOK_BACK), QTextCursor.MoveMode.KeepAnchor
        )
        return cursor.selectedText()

    def replace(self, start: int, end: int, text: str) -> None:
        """Other text in a place, as if it were typed; the cursor stands behind it."""
        self.select(start, end)
        if isinstance(self.widget, QLineEdit):
            self.widget.insert(text.replace("\n", " "))
            self.widget.textEdited.emit(self.widget.text())
        else:
            self.widget.insertPlainText(text)

    def select(self, start: int, end: int) -> None:
        text = self.whole()
        start, end = _qt_length(text[:start]), _qt_length(text[:end])
        if isinstance(self.widget, QLineEdit):
            self.widget.setSelection(start, end - start)
            return
        cursor = self.widget.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.widget.setTextCursor(cursor)

    def cursor_rectangle(self) -> QRect:
        """Where the cursor is, in the window."""
        at = self.widget if isinstance(self.widget, QLineEdit) else self.widget.viewport()
        inside = self.widget.cursorRect()
        return QRect(at.mapTo(self.widget.window(), inside.topLeft()), inside.size())


def _first(text: str, qt_length: int) -> str:
    if text.isascii():
        return text[:qt_length]
    return text.encode("utf-16-le", "surrogatepass")[: 2 * qt_length].decode("utf-16-le", "replace")


def _qt_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class PhraseAssistant:
    """Looks on at every text field that is attached."""

    def __init__(self, presenter: PhrasePresenter) -> None:
        self._presenter = presenter

    def attach(self, editor: FieldEditor, path: str) -> None:
        """Offer phrases in this editor, where it is one of text."""
        if editor.field.kind in TEXT_KINDS and isinstance(editor.input, QLineEdit | QPlainTextEdit):
            _Field(self._presenter, editor, editor.input, path)


class _Field(QObject):
    def __init__(
        self, presenter: PhrasePresenter, editor: FieldEditor, control: QLineEdit | QPlainTextEdit, path: str
    ) -> None:
        super().__init__(editor)
        self._presenter, self._editor, self._path = presenter, editor, path
        self._text = _Text(control)
        self._popup: PhrasePopup | None = None
        self._strip: PhraseStrip | None = None
        self._offer: Offer | None = None
        self._is_dismissed, self._is_own_edit, self._phrase_at = False, False, 0
        control.installEventFilter(self)
        control.cursorPositionChanged.connect(self._look)
        control.textChanged.connect(self._look)
        if isinstance(control, QPlainTextEdit):
            control.document().contentsChanged.connect(self._check_strip)
        else:
            control.textChanged.connect(self._check_strip)

    # -- the popup ---------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Show what fits in front of the cursor, or nothing."""
        widget = self._text.widget
        if self._is_own_edit or not widget.hasFocus() or widget.isReadOnly():
            return
        before = self._text.before()
        offer = self._presenter.offer(self._path, before) if "." in before[-64:] else None
        if offer is None:
            self._is_dismissed = False
        if offer is None or self._is_dismissed:
            self._close_popup()
            return
        if self._popup is None:
            self._popup = PhrasePopup(widget.window())
            self._popup.chosen.connect(self._insert)
        self._offer = offer
        self._popup.offer(offer, self._text.cursor_rectangle())

    def _close_popup(self) -> None:
        if self._popup is not None:
            self._popup.hide()
            self._popup.deleteLater()
        self._popup, self._offer = None, None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.FocusOut:
            self._close_popup()
        elif kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(event, QKeyEvent):
            if self._popup is not None and _is_plain(event) and self._is_popup_key(Qt.Key(event.key())):
                event.accept()
                if kind is QEvent.Type.KeyPress:
                    self._popup_key(Qt.Key(event.key()))
                return True
            if kind is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_F6 and _is_plain(event):
                self._to_next_blank()
                return True
        return super().eventFilter(watched, event)

    def _is_popup_key(self, key: Qt.Key) -> bool:
        return key in _TAKING or key in _MOVING or key is Qt.Key.Key_Escape

    def _popup_key(self, key: Qt.Key) -> None:
        if self._popup is None:
            return
        if key in _TAKING:
            self._insert(self._popup.row)
        elif key is Qt.Key.Key_Escape:
            self._is_dismissed = True
            self._close_popup()
        else:
            self._popup.move_by(_MOVING[key])

    # -- the insertion and its questions -----------------------------------------------------------------------------

    def _insert(self, row: int) -> None:
        offer = self._offer
        if offer is None or not 0 <= row < len(offer.matches):
            return
        self._close_popup()
        insertion = self._presenter.insert(self._path, offer.matches[row])
        end = self._text.cursor()
        self._phrase_at = end - len(offer.typed)
        self._replace(self._phrase_at, end, insertion.text)
        if not insertion.asks:
            self._presenter.settle()
            return
        self._strip = PhraseStrip(PromptRun(insertion.asks), self._editor.widget)
        self._strip.answered.connect(self._answer)
        self._strip.over.connect(self._strip_over)
        self._strip.placed.connect(self._bring_strip_into_view, Qt.ConnectionType.QueuedConnection)
        layout = self._editor.widget.layout()
        if isinstance(layout, QBoxLayout):
            layout.insertWidget(layout.indexOf(self._text.widget) + 1, self._strip)
        self._strip.show()
        self._strip.start()

    def _replace(self, start: int, end: int, text: str) -> None:
        self._is_own_edit = True
        try:
            self._text.replace(start, end, text)
        finally:
            self._is_own_edit = False

    def _answer(self, ask: Ask, answer: str) -> None:
        put = put_answer(self._text.whole(), ask, answer, self._phrase_at)
        if put is not None:
            self._replace(*put)

    def _check_strip(self) -> None:
        """Somebody took the phrase away while it was asked about: undo, another exam."""
        if self._strip is not None and not self._is_own_edit and "[[" not in self._text.whole():
            self._strip.finish(is_focus_wanted=False)

    def _strip_over(self, is_focus_wanted: bool) -> None:
        strip, self._strip = self._strip, None
        self._presenter.settle()
        if is_focus_wanted:
            self._text.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if strip is not None:
            strip.hide()
            strip.deleteLater()

    def _bring_strip_into_view(self) -> None:
        outer: QWidget | None = self._editor.widget
        while outer is not None and not isinstance(outer, QScrollArea):
            outer = outer.parentWidget()
        if outer is not None and self._strip is not None:
            outer.ensureWidgetVisible(self._strip, 0, 24)

    def _to_next_blank(self) -> None:
        found = next_blank(self._text.whole(), self._text.cursor())
        if found is not None:
            self._text.select(*found)


def _is_plain(event: QKeyEvent) -> bool:
    return event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)

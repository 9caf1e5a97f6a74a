"""Editors for what is typed: lines, numbers, dates, paragraphs, and lists with one item a line."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QSizePolicy

from parotis.forms.parsing import parsed, shown
from parotis.forms.values import cleaned
from parotis.ui.form_editors_base import FieldEditor, plain_label

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QResizeEvent

    from parotis.forms.exam_form import Field

_LONGEST_LINE = 4_000_000
"""Characters; Qt would cut a paste at 32,767 without a word."""
_MOST_LINES_SHOWN = 12
_ENDLESS_WORD = re.compile(r"\S{2000}")
_SEPARATOR = "\u2029"
"""What Qt puts between paragraphs."""


class LineEditor(FieldEditor):
    """One line: text, a date, a time, a number with its unit. Comma and point are the same in a number."""

    def __init__(self, field: Field, name: str) -> None:
        self._line = QLineEdit()
        super().__init__(field, name, self._line)
        self._line.setMaxLength(_LONGEST_LINE)
        self._line.setPlaceholderText(field.hint)
        if field.unit:
            unit = plain_label(field.unit, "unit", self._line)
            unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout = QHBoxLayout(self._line)
            layout.setContentsMargins(0, 0, 10, 0)
            layout.addStretch(1)
            layout.addWidget(unit)
            self._line.setTextMargins(0, 0, unit.sizeHint().width() + 8, 0)
            self._line.setMinimumWidth(0)
        self._line.textEdited.connect(self._on_text_edited)

    def set_read_only(self, read_only: bool) -> None:
        self._line.setReadOnly(read_only)

    def _on_text_edited(self, text: str) -> None:
        kept = cleaned(text)
        if kept != text:
            position = self._line.cursorPosition() - (len(text) - len(kept))
            self._line.setText(kept)
            self._line.setCursorPosition(max(0, position))
        self._taken(parsed(self.field.kind, kept))

    def _present(self, value: object) -> None:
        self._line.setText(shown(value))
        self._line.setCursorPosition(0)


class GrowingText(QPlainTextEdit):
    """Plain text that is as high as its text, between ``least_lines`` and a dozen lines. Tab moves the focus."""

    def __init__(self, least_lines: int) -> None:
        super().__init__()
        self._least_lines = least_lines
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.make_room_for(source.text())
        super().insertFromMimeData(source)

    def make_room_for(self, text: str) -> None:
        """Break anywhere for a text with an endless word: Qt looks for its end anew at every line of it."""
        if _ENDLESS_WORD.search(text) is not None:
            self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)

    def raw_text(self) -> str:
        """The text with Qt's own paragraph separator; ``toPlainText`` would make common spaces of hard ones."""
        return self.document().toRawText()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        needed = round(self.document().size().height())
        lines = max(self._least_lines, min(_MOST_LINES_SHOWN, needed))
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if needed > lines else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        frame = max(2, self.height() - self.viewport().height())
        text = math.ceil(lines * QFontMetricsF(self.font()).lineSpacing() + 2 * self.document().documentMargin())
        if text + frame != self.height():
            self.setFixedHeight(text + frame)


class ParagraphEditor(FieldEditor):
    """Running text, kept as typed."""

    def __init__(self, field: Field, name: str, least_lines: int = 2) -> None:
        self._text = GrowingText(least_lines)
        super().__init__(field, name, self._text)
        self._shown_text = ""
        self._text.setPlaceholderText(field.hint)
        self._text.textChanged.connect(self._on_text_changed)

    def set_read_only(self, read_only: bool) -> None:
        self._text.setReadOnly(read_only)

    def _on_text_changed(self) -> None:
        text = self._text.raw_text()
        if text == self._shown_text:
            return
        self._shown_text = text
        self._taken(self._read(text))

    def _read(self, raw: str) -> object:
        return parsed("paragraph", cleaned(raw.replace(_SEPARATOR, "\n")))

    def _written(self, value: object) -> str:
        return shown(value)

    def _present(self, value: object) -> None:
        self._text.blockSignals(True)
        written = self._written(value)
        self._text.make_room_for(written)
        self._text.setPlainText(written)
        self._text.blockSignals(False)
        self._shown_text = self._text.raw_text()


class LinesEditor(ParagraphEditor):
    """A list of texts, one a line; Shift+Return makes a line break inside an item."""

    def __init__(self, field: Field, name: str) -> None:
        super().__init__(field, name, least_lines=2)
        self._value = ()

    def _read(self, raw: str) -> object:
        items = (cleaned(item).replace("\u2028", "\n") for item in raw.split(_SEPARATOR))
        return tuple(item for item in items if item.strip())

    def _written(self, value: object) -> str:
        items = value if isinstance(value, tuple) else ()
        return "\n".join(item.replace("\n", "\u2028") for item in items)

"""The questions after a phrase, in a strip below its field: number keys choose, Enter goes on, Esc leaves the blank."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QToolButton, QVBoxLayout, QWidget

from parotis.ui.form_editors_base import emptied, plain_label
from parotis.ui.form_editors_choice import FlowLayout

if TYPE_CHECKING:
    from parotis.domain.phrases import Ask
    from parotis.presentation.phrase_presenter import PromptRun

_HINTS = {
    "one": "A number key chooses \u00b7 Esc leaves the blank",
    "many": "Number keys switch on and off \u00b7 Enter goes on \u00b7 Esc leaves the blank",
    "text": "Enter goes on \u00b7 Esc leaves the blank",
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WINDOW_REASONS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class PhraseStrip(QFrame):
    """Shows a run of questions; it, or the line in it, has the focus until they are over.

    Signals:
        answered: a question that was answered, as ``Ask``, and the answer.
        placed: it has got its place, or another.
        over: no question is open any more; True when the focus is to go back to the field.
    """

    answered = Signal(object, str)
    over = Signal(bool)
    placed = Signal()

    def __init__(self, run: PromptRun, parent: QWidget) -> None:
        super().__init__(parent)
        self._run = run
        self._line: QLineEdit | None = None
        self._buttons: list[QToolButton] = []
        self._is_changing, self._is_over = False, False
        self.setProperty("strip", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 6, 10, 8)
        self._layout.setSpacing(6)

    def start(self) -> None:
        """Show the first question and take the focus."""
        self._go_on()

    def finish(self, *, is_focus_wanted: bool) -> None:
        """Leave what is open and go. Doing it twice does nothing."""
        if not self._is_over:
            self._is_over = True
            self.over.emit(is_focus_wanted)

    def _go_on(self) -> None:
        """Show the question in front, or end."""
        ask = self._run.ask
        if ask is None:
            self.finish(is_focus_wanted=True)
            return
        self._is_changing = True
        emptied(self._layout)
        self._line, self._buttons = None, []
        self.setAccessibleName(f"Question: {ask.question}")
        offered = ", ".join(f"{number} {choice}" for number, choice in enumerate(ask.choices, start=1))
        self.setAccessibleDescription(". ".join(filter(None, (offered, _HINTS[ask.kind]))))
        self._layout.addWidget(plain_label(ask.question, "card-title", self))
        self._layout.addWidget(self._choices(ask) if ask.choices else self._text_line(ask))
        self._layout.addWidget(plain_label(_HINTS[ask.kind], "small", self))
        (self._line or self).setFocus(Qt.FocusReason.OtherFocusReason)
        self._is_changing = False

    def _choices(self, ask: Ask) -> QWidget:
        holder = QWidget(self)
        flow = FlowLayout(holder, spacing_px=6)
        for number, choice in enumerate(ask.choices, start=1):
            button = QToolButton(holder)
            button.setText(f"{number}  {choice}".replace("&", "&&"))
            button.setAccessibleName(choice)
            button.setCheckable(ask.kind == "many")
            button.setProperty("chip", True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(partial(self._press, number))
            flow.addWidget(button)
            self._buttons.append(button)
        return holder

    def _text_line(self, ask: Ask) -> QLineEdit:
        self._line = QLineEdit(self)
        self._line.setAccessibleName(ask.question)
        self._line.installEventFilter(self)
        self._line.show()  # What is not shown yet gets the focus later, and the strip would lose it to nobody.
        return self._line

    # -- keys --------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._take(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.placed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._left(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._line:
            if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
                return self._take(event)
            if isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusOut:
                self._left(event)
        return super().eventFilter(watched, event)

    def _take(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape:
            self._run.skip()
            self._go_on()
        elif key in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._answer(self._line.text() if self._line is not None else None)
        elif self._line is None and Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and not _is_command(event):
            self._press(key - Qt.Key.Key_0)
        else:
            return False
        return True

    def _press(self, number: int) -> None:
        ask = self._run.ask
        answer = self._run.press(number)
        for place, button in enumerate(self._buttons):
            button.setChecked(button.isCheckable() and place in self._run.chosen)
        if answer is not None:
            self.answered.emit(ask, answer)
            self._go_on()

    def _answer(self, typed: str | None) -> None:
        ask = self._run.ask
        answer = self._run.confirm(typed or "")
        if answer is not None:
            self.answered.emit(ask, answer)
        if self._run.ask is not ask:
            self._go_on()

    def _left(self, event: QFocusEvent) -> None:
        now = QApplication.focusWidget()
        is_inside = now is self or (now is not None and self.isAncestorOf(now))
        if not is_inside and not self._is_changing and event.reason() not in _WINDOW_REASONS:
            self.finish(is_focus_wanted=False)


def _is_own(event: QKeyEvent) -> bool:
    is_number = Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9
    return not _is_command(event) and (is_number or event.key() in (Qt.Key.Key_Escape, *_ENTER))


def _is_command(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))

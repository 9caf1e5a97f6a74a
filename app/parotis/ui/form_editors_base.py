"""What every editor of a form field shares: its label, its error line with the room kept for it, and four members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from parotis.forms.parsing import PROBLEMS, shown
from parotis.forms.values import Rejected
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from parotis.domain.issue import Issue
    from parotis.forms.exam_form import Field

_MISSING_ENDS = (".missing", ".incomplete")


def plain_label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    """A label that shows its text as text, whatever is in it."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    if role:
        label.setProperty("role", role)
    return label


def emptied(layout: QLayout) -> None:
    """Take every widget out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class ElidedLabel(QLabel):
    """One line that is cut with an ellipsis where there is no room; the whole text is its tool tip."""

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(_as_plain_tip(text))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = QFontMetrics(self.font())
        if metrics.horizontalAdvance(self.text()) <= self.width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.end()


class FieldEditor(QObject):
    """One field of the form. ``widget`` is label, input and error line; ``input`` takes the focus.

    Signals:
        edited: the person changed the value; carries a value of the field's type, None, or ``Rejected``.
        confirmed: the person took what is proposed.
    """

    edited = Signal(object)
    confirmed = Signal()

    def __init__(self, field: Field, name: str, control: QWidget, *, has_label: bool = True) -> None:
        """``name`` is the accessible name: the label, or the label with its place where the label comes twice."""
        self.widget = QWidget()
        super().__init__(self.widget)
        self.field = field
        self.input = control
        self._value: object = None
        self._proposal: object = None
        self._author = ""
        self._unmeasured = ""
        self._issues: tuple[Issue, ...] = ()
        control.setAccessibleName(name)
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        self._label = plain_label(field.label, "field", self.widget)
        self._label.setBuddy(control)
        self._label.setToolTip(_as_plain_tip(field.note))
        self._label.setVisible(has_label)
        layout.addWidget(self._label)
        layout.addWidget(control)
        self._error = ElidedLabel("error", self.widget)
        self._error.setFixedHeight(QFontMetrics(self._error.font()).height())
        layout.addWidget(self._error)
        layout.addStretch(1)
        control.installEventFilter(self)

    def value(self) -> object:
        """What the field holds now."""
        return self._value

    def show(self, value: object) -> None:
        """Show a value. An equal one changes nothing, so that the cursor stays; ``edited`` is never emitted."""
        if _is_same(value, self._value):
            return
        self._value = value
        self._present(value)
        self._tell_error()

    def propose(self, value: object) -> None:
        """Show in grey what waits to be confirmed, or with None that nothing does. Enter confirms."""
        if value == self._proposal:
            return
        self._proposal = value
        self.input.setProperty("proposed", value is not None)
        self._show_hint()
        restyle(self.input)

    def show_author(self, initials: str) -> None:
        """Who set the field last, where that was somebody else."""
        if initials != self._author:
            self._author = initials
            self._label.setText(f"{self.field.label} \u00b7 {initials}" if initials else self.field.label)

    def show_unmeasured(self, words: str) -> None:
        """Say in the empty field why there is no measurement; empty text says nothing."""
        if words != self._unmeasured:
            self._unmeasured = words
            self._show_hint()

    def has_focus(self) -> bool:
        """Whether the keys go to this field."""
        widget = self.input.window().focusWidget()
        return widget is not None and (widget is self.input or self.input.isAncestorOf(widget))

    def _show_hint(self) -> None:
        """What an empty field says: the proposal, why nothing was measured, or how to fill it."""
        set_hint = getattr(self.input, "setPlaceholderText", None)
        if set_hint is None:
            return
        proposed = self._proposal_text()
        how = "" if self.field.kind == "choice" else "  (Enter confirms)"  # a pick list has no room for it
        asked = proposed if proposed.endswith("?") else f"{proposed}?"
        set_hint(f"{asked}{how}" if proposed else self._unmeasured or self.field.hint)
        self.input.setAccessibleDescription(f"Proposed: {proposed}. Enter confirms." if proposed else "")

    def _proposal_text(self) -> str:
        if self._proposal is None:
            return ""
        items = self._proposal if isinstance(self._proposal, tuple) else (self._proposal,)
        labels = {choice.value: choice.label for choice in self.field.choices}
        return "; ".join(labels.get(item) or shown(item) for item in items)

    def _is_confirming(self, event: QEvent) -> bool:
        """Whether a key takes what is proposed: Enter in a field that holds nothing yet."""
        return (
            self._proposal is not None
            and self._value in (None, ())
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        )

    def mark(self, issues: Sequence[Issue]) -> None:
        """Show what the checks say about this field, blocking first; nothing when there is nothing."""
        self._issues = tuple(sorted(issues, key=lambda issue: not issue.blocks))
        self._tell_error()

    def set_label(self, text: str) -> None:
        """Another text in the place of the label."""
        self._label.setText(text)

    def set_compact(self) -> None:
        """Only the input, for a row that names itself: what the checks say is its edge and its tool tip."""
        self._label.hide()
        self._error.hide()

    def set_read_only(self, read_only: bool) -> None:
        """Let the value be read and copied, not changed."""
        self.input.setEnabled(not read_only)

    def focus(self) -> None:
        self.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.FocusIn):
            self._tell_error(has_focus=event.type() is QEvent.Type.FocusIn)
        if self._is_confirming(event):
            self.confirmed.emit()
            return True
        if event.type() is QEvent.Type.ShortcutOverride and _is_undo(event):
            # Undo is the form's: a field that kept its own would go back behind the form's back.
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _present(self, value: object) -> None:
        """Put a value on the screen without emitting anything."""
        raise NotImplementedError

    def _taken(self, value: object) -> None:
        """The person changed the value."""
        self._value = value
        if not isinstance(value, Rejected):
            self._tell_error()
        self.edited.emit(value)

    def _tell_error(self, *, has_focus: bool | None = None) -> None:
        is_typing = self.input.hasFocus() if has_focus is None else has_focus
        text, full = "", ""
        if isinstance(self._value, Rejected):
            # Half a date is no mistake yet: it is named when the field is left.
            text = full = "" if is_typing else PROBLEMS.get(self.field.kind, "This cannot be read.")
        elif self._issues:
            first = self._issues[0]
            full = "\n".join(issue.text for issue in self._issues)
            text = first.text
            if first.code.endswith(_MISSING_ENDS):
                text = "Missing" if first.blocks else "Not recorded"
        if text == self._error.text() and full == self.input.toolTip():
            return
        is_blocked = bool(text) and (not self._issues or self._issues[0].blocks)
        self._error.setText(text)
        self._error.setProperty("role", "error" if is_blocked else "small")
        restyle(self._error)
        for widget in (self._error, self.input):
            widget.setToolTip(_as_plain_tip(full))
        self.input.setAccessibleDescription(full)
        self.input.setProperty("invalid", is_blocked)
        restyle(self.input)


def _as_plain_tip(text: str) -> str:
    """A tool tip guesses whether its text is markup; this one can be none."""
    return text.replace("<", "\u2039").replace("&", "and")


def _is_undo(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and (
        event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
    )


def _is_same(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)

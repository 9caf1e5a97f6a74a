"""Editors for what is chosen: pick lists, yes or no, chips, and a row of states."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLayout, QLayoutItem, QSizePolicy, QToolButton, QWidget

from parotis.forms import choices
from parotis.ui.form_editors_base import FieldEditor
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QKeyEvent, QWheelEvent

    from parotis.forms.choices import Choice
    from parotis.forms.exam_form import Field

NOT_RECORDED = "Not recorded"


class CalmCombo(QComboBox):
    """A pick list whose first entry means nothing is chosen, which shows as an empty field.

    The mouse wheel scrolls past it instead of changing it, and its popup is as wide as its texts.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(14)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From the empty field Down goes past the entry that would empty it again."""
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Down and is_plain and self.currentIndex() < 0 and self.count() > 1:
            self.setCurrentIndex(1)
            self.activated.emit(1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 40)
        super().showPopup()


class ChoiceEditor(FieldEditor):
    """One of a list, or nothing. A recorded value that the list does not have is shown as an entry of its own."""

    def __init__(self, field: Field, name: str) -> None:
        self._combo = CalmCombo()
        super().__init__(field, name, self._combo)
        self._values: list[Any] = [None]
        self._combo.addItem(NOT_RECORDED)
        for choice in field.choices:
            self._values.append(choice.value)
            self._combo.addItem(choice.label)
        self._combo.setCurrentIndex(-1)
        self._combo.activated.connect(self._on_activated)

    def _on_activated(self, index: int) -> None:
        value = self._values[index]
        if value is None:
            self._combo.setCurrentIndex(-1)
        if value != self._value:
            self._taken(value)

    def _present(self, value: object) -> None:
        if value is None:
            self._combo.setCurrentIndex(-1)
            return
        if value not in self._values:
            self._values.append(value)
            self._combo.addItem(choices.label_of(value))
        self._combo.setCurrentIndex(self._values.index(value))


class FlagEditor(FieldEditor):
    """A tick. Not recorded counts as set: that is how the case format reads the one flag drawn this way."""

    def __init__(self, field: Field, name: str) -> None:
        self._box = QCheckBox(field.label)
        super().__init__(field, name, self._box)
        self.set_label(" ")
        self._box.setChecked(True)
        self._box.clicked.connect(self._taken)

    def _present(self, value: object) -> None:
        self._box.setChecked(value is not False)


class ChipsEditor(FieldEditor):
    """Any number of a short list, as buttons that stay down. Recorded in the order of the list."""

    def __init__(self, field: Field, name: str) -> None:
        control = QWidget()
        self._layout = FlowLayout(control, spacing_px=8)
        super().__init__(field, name, control)
        self._value = ()
        self._buttons: dict[object, QToolButton] = {}
        for choice in field.choices:
            self._add(choice.value, choice.label)

    def set_read_only(self, read_only: bool) -> None:
        for button in self._buttons.values():
            button.setEnabled(not read_only)

    def focus(self) -> None:
        next(iter(self._buttons.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, value: object, label: str) -> None:
        button = QToolButton(self.input)
        button.setText(label)
        button.setProperty("chip", True)
        button.setCheckable(True)
        button.setAccessibleName(label)
        button.clicked.connect(self._on_clicked)
        button.installEventFilter(self)
        self._buttons[value] = button
        self._layout.addWidget(button)

    def propose(self, value: object) -> None:
        super().propose(value)
        proposed = value if isinstance(value, tuple) else ()
        for known, button in self._buttons.items():
            button.setProperty("proposed", known in proposed and not self._value)
            button.setToolTip("Proposed: Enter confirms" if known in proposed else "")
            restyle(button)

    def _on_clicked(self) -> None:
        self._taken(tuple(value for value, button in self._buttons.items() if button.isChecked()))

    def _present(self, value: object) -> None:
        chosen = value if isinstance(value, tuple) else ()
        for other in chosen:
            if other not in self._buttons:
                self._add(other, choices.label_of(other))
        for known, button in self._buttons.items():
            button.setChecked(known in chosen)


_TONES = {"abnormal": "danger", "not-seen": "muted", "not-examined": "muted"}
_SIGNS = {"normal": "\u2713 ", "abnormal": "\u25c6 "}


class SegmentsEditor(FieldEditor):
    """One of a few states side by side. A proposed one is drawn in grey with a question mark; Enter confirms it."""

    def __init__(self, field: Field, name: str) -> None:
        control = QWidget()
        layout = QHBoxLayout(control)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        super().__init__(field, name, control, has_label=False)
        self._buttons: dict[object, QToolButton] = {}
        self._labels: dict[object, str] = {}
        for number, choice in enumerate(field.choices):
            self._add(number, choice, f"{choice.label}, {name}", layout)
        self._present(None)

    def _add(self, number: int, choice: Choice, name: str, layout: QHBoxLayout) -> None:
        last = len(self.field.choices) - 1
        button = QToolButton(self.input)
        button.setProperty("segment", True)
        button.setProperty("position", "first" if number == 0 else "last" if number == last else "middle")
        button.setProperty("tone", _TONES.get(choice.value, ""))
        button.setCheckable(True)
        button.setAccessibleName(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        widest = _SIGNS.get(choice.value, "") + choice.label
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance(widest) + 28)
        button.clicked.connect(partial(self._on_clicked, choice.value))
        button.installEventFilter(self)
        self._buttons[choice.value] = button
        self._labels[choice.value] = choice.label
        layout.addWidget(button)

    def focus(self) -> None:
        chosen = self._buttons.get(self._value) or self._buttons.get(self._proposal)
        chosen = chosen or next(iter(self._buttons.values()))
        chosen.setFocus(Qt.FocusReason.OtherFocusReason)

    def propose(self, value: object) -> None:
        super().propose(value)
        self._present(self._value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and watched in self._buttons.values():
            if self._is_confirming(event) and watched is self._buttons.get(self._proposal):
                self.confirmed.emit()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # type: ignore[attr-defined]
                watched.click()  # type: ignore[attr-defined]
                return True
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(event.key(), 0)  # type: ignore[attr-defined]
            buttons = list(self._buttons.values())
            position = buttons.index(watched) + step  # type: ignore[arg-type]
            if step and 0 <= position < len(buttons):
                buttons[position].setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _on_clicked(self, value: object) -> None:
        changed = value != self._value
        self._value = value
        self._present(value)
        if changed:
            self._taken(value)

    def _present(self, value: object) -> None:
        for known, button in self._buttons.items():
            is_chosen = known == value
            is_proposed = value is None and self._proposal is not None and known == self._proposal
            sign = _SIGNS.get(str(known), "") if is_chosen else ""
            button.setText(f"{sign}{self._labels[known]}{'?' if is_proposed else ''}")
            button.setChecked(is_chosen)
            button.setProperty("proposed", is_proposed)
            restyle(button)


class FlowLayout(QLayout):
    """Items in rows, as many a row as there is room for."""

    def __init__(self, parent: QWidget, spacing_px: int) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing_px)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arranged(QRect(0, 0, width, 0), is_applied=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arranged(rect, is_applied=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arranged(self, rect: QRect, *, is_applied: bool) -> int:
        x, y, row = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x + size.width() > rect.right() + 1 and row:
                x, y, row = rect.x(), y + row + self.spacing(), 0
            if is_applied:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()
            row = max(row, size.height())
        return y + row - rect.y()

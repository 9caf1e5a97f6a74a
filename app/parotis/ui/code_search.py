"""The editor for diagnosis codes: search as one types, chosen codes below it, the first one primary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from parotis.forms.values import cleaned
from parotis.ui.form_editors_base import ElidedLabel, FieldEditor, emptied, plain_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.coding import IcdCode
    from parotis.forms.exam_form import Field
    from parotis.ui.icons import Icons


class CodesEditor(FieldEditor):
    """A tuple of codes. Return takes the code in front of the list, or what is typed when no code is found."""

    def __init__(
        self,
        field: Field,
        name: str,
        icons: Icons,
        search: Callable[[str], tuple[IcdCode, ...]],
        describe: Callable[[str], str],
    ) -> None:
        self._line = QLineEdit()
        super().__init__(field, name, self._line)
        self._icons, self._search, self._describe = icons, search, describe
        self._value = ()
        self._is_read_only = False
        self._found: tuple[IcdCode, ...] = ()
        self._line.setPlaceholderText("Search by code or words, such as parotid or K11.5")
        self._model = QStringListModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(8)
        self._completer.setWidget(self._line)
        self._popup = QListView()
        self._popup.setAccessibleName("Codes found")
        self._completer.setPopup(self._popup)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        layout = self.widget.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertLayout(layout.count() - 1, self._rows)
        self._line.textEdited.connect(self._on_text_edited)
        self._line.returnPressed.connect(self._on_return_pressed)
        self._completer.activated.connect(self._on_chosen)

    def set_read_only(self, read_only: bool) -> None:
        self._is_read_only = read_only
        self._line.setReadOnly(read_only)
        self._present(self._value)

    def _codes(self) -> tuple[str, ...]:
        return self._value if isinstance(self._value, tuple) else ()

    def _on_text_edited(self, text: str) -> None:
        self._found = self._search(text) if text.strip() else ()
        self._model.setStringList([_entry(code) for code in self._found])
        if self._found:
            self._completer.complete()
        else:
            self._popup.hide()

    def _on_return_pressed(self) -> None:
        typed = cleaned(self._line.text()).strip().upper()
        exact = next((code.code for code in self._found if code.code.replace(".", "") == typed.replace(".", "")), None)
        taken = exact or (self._found[0].code if self._found else typed)
        if taken:
            self._take(taken)

    def _on_chosen(self, entry: object) -> None:
        self._take(str(entry).split(" ", 1)[0])

    def _take(self, code: str) -> None:
        self._line.clear()
        self._found = ()
        self._popup.hide()
        if code not in self._codes():
            self._change((*self._codes(), code))

    def _remove(self, code: str) -> None:
        self._change(tuple(other for other in self._codes() if other != code))
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_primary(self, code: str) -> None:
        self._change((code, *(other for other in self._codes() if other != code)))
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self, codes: tuple[str, ...]) -> None:
        self._present(codes)
        self._taken(codes)

    def _present(self, value: object) -> None:
        emptied(self._rows)
        for position, code in enumerate(value if isinstance(value, tuple) else ()):
            self._rows.addWidget(self._row(position, code))

    def _row(self, position: int, code: str) -> QWidget:
        row = QWidget(self.widget)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.addWidget(plain_label(code, "card-title", row))
        described = ElidedLabel("muted", row)
        described.setText(self._describe(code))
        layout.addWidget(described, 1)
        if position == 0:
            chip = plain_label("Primary", parent=row)
            chip.setProperty("chip", True)
            chip.setProperty("tone", "accent")
            layout.addWidget(chip)
        elif not self._is_read_only:
            primary = QPushButton("Make primary", row)
            primary.setProperty("kind", "quiet")
            primary.setAccessibleName(f"Make primary, {code}")
            primary.clicked.connect(partial(self._make_primary, code))
            layout.addWidget(primary)
        if not self._is_read_only:
            remove = QToolButton(row)
            remove.setAccessibleName(f"Remove {code}")
            remove.setToolTip(remove.accessibleName())
            self._icons.bind(remove, "close", "muted")
            remove.clicked.connect(partial(self._remove, code))
            layout.addWidget(remove)
        return row


def _entry(code: IcdCode) -> str:
    label = f"{code.label}: " if code.label else ""
    return f"{code.code}  {label}{code.description}"

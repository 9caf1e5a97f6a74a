"""Forms of claim entries as data: fields with the path they have in the entry, read and shown as JSON values.

What is wrong is marked at its field by the same path. Dates are typed as 2026-11-28; empty means not recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QPlainTextEdit, QWidget

from parotis.forms.values import cleaned
from parotis.ui.controls import NamedField
from parotis.ui.form_editors_choice import CalmCombo

if TYPE_CHECKING:
    from collections.abc import Mapping

FieldKind = Literal["text", "lines", "listed", "prose", "date", "moment", "money", "number", "choice", "yes"]
_PLACEHOLDERS = {"date": "YYYY-MM-DD", "moment": "YYYY-MM-DD HH:MM", "money": "0.00"}
_MOMENT = "%Y-%m-%d %H:%M"
_LINES_PX = 84


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """``path`` is dotted. ``choices`` are (value, words); ``lines`` gives a list with one text a line, ``listed`` one
    of what commas part, ``prose`` one text.

    ``span`` is how many of the twelve columns of the form the field takes.
    """

    label: str
    path: str
    kind: FieldKind = "text"
    choices: tuple[tuple[str, str], ...] = ()
    span: int = 4
    placeholder: str = ""
    starting: str = field(default="")


class FieldsForm(QWidget):
    """The fields of one entry in a grid of twelve columns.

    ``is_edited`` is whether a person typed something that is not recorded yet.

    Signals:
        edited: a person changed something.
    """

    edited = Signal()

    def __init__(self, specs: tuple[FieldSpec, ...], name: str = "") -> None:
        """``name`` is put before accessible names, where two forms of one section have the same labels."""
        super().__init__()
        self._specs = specs
        self.is_edited = False
        self._shown: dict[str, Any] = {}
        self._fields: dict[str, NamedField] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for column in range(12):
            grid.setColumnStretch(column, 1)
        row = column = 0
        for spec in specs:
            if column + spec.span > 12:
                row, column = row + 1, 0
            named = NamedField(spec.label, self._control(spec))
            if name:
                named.control.setAccessibleName(f"{name}: {spec.label}")
            self._fields[spec.path] = named
            grid.addWidget(named, row, column, 1, spec.span, Qt.AlignmentFlag.AlignTop)
            column += spec.span
        self.clear()

    def _control(self, spec: FieldSpec) -> QWidget:
        if spec.kind == "choice":
            box = CalmCombo()
            box.addItem("", None)
            for value, words in spec.choices:
                box.addItem(words, value)
            box.activated.connect(self._on_edited)
            return box
        if spec.kind == "yes":
            tick = QCheckBox("Yes")
            tick.clicked.connect(self._on_edited)
            return tick
        if spec.kind in ("lines", "prose"):
            text = QPlainTextEdit()
            text.setTabChangesFocus(True)
            text.setPlaceholderText(spec.placeholder)
            text.setFixedHeight(_LINES_PX)
            text.textChanged.connect(self._on_edited)
            return text
        line = QLineEdit()
        line.setPlaceholderText(spec.placeholder or _PLACEHOLDERS.get(spec.kind, ""))
        line.textEdited.connect(self._on_edited)
        return line

    def _on_edited(self, *_said: object) -> None:
        self.is_edited = True
        self.edited.emit()

    def control(self, path: str) -> QWidget:
        """The control of a field."""
        return self._fields[path].control

    def focus_first(self) -> None:
        """Put the focus into the first field."""
        next(iter(self._fields.values())).control.setFocus()

    def clear(self) -> None:
        """Begin anew."""
        self.show_values({spec.path: spec.starting for spec in self._specs if spec.starting})

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show values by path; a field without one is emptied."""
        self.blockSignals(True)
        for spec in self._specs:
            self._put(self._fields[spec.path].control, values.get(spec.path), spec.kind)
        self.blockSignals(False)
        self.is_edited = False
        self._shown = self.values()
        self.mark(())

    @property
    def holds_text(self) -> bool:
        """Whether something stands in it that a person typed and nobody recorded."""
        return self.is_edited and self.values() != self._shown

    def show_stored(self, values: Mapping[str, Any]) -> None:
        """Show what is recorded, unless a person is typing something else."""
        if not self.is_edited:
            self.show_values(values)

    def set_choices(self, path: str, choices: tuple[tuple[str, str], ...]) -> None:
        """What can be chosen now; what is chosen stays chosen."""
        box = self.control(path)
        if isinstance(box, QComboBox) and [box.itemData(row) for row in range(1, box.count())] != [
            c[0] for c in choices
        ]:
            chosen = box.currentData()
            box.clear()
            box.addItem("", None)
            for value, words in choices:
                box.addItem(words, value)
            box.setCurrentIndex(max(0, box.findData(chosen)))

    def propose(self, path: str, text: str) -> None:
        """Say in an empty field what an empty field will be."""
        control = self.control(path)
        if isinstance(control, QLineEdit):
            control.setPlaceholderText(text)

    def _put(self, control: QWidget, value: Any, spec_kind: FieldKind) -> None:
        if isinstance(control, QComboBox):
            control.setCurrentIndex(max(0, control.findData(value)))
        elif isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, QPlainTextEdit):
            control.setPlainText("\n".join(value) if isinstance(value, list | tuple) else value or "")
        elif isinstance(control, QLineEdit):
            if isinstance(value, list | tuple):
                value = ", ".join(value)
            control.setText(_without_zone(value) if spec_kind == "moment" else "" if value is None else str(value))

    def values(self) -> dict[str, Any]:
        """What is typed, by path; without what is empty. A number that is none stays text, and the schema says so."""
        found: dict[str, Any] = {}
        for spec in self._specs:
            value = self._typed(spec)
            if value not in (None, "", [], False):
                found[spec.path] = value
        return found

    def _typed(self, spec: FieldSpec) -> Any:
        control = self._fields[spec.path].control
        if isinstance(control, QComboBox):
            return control.currentData()
        if isinstance(control, QCheckBox):
            return control.isChecked()
        if isinstance(control, QPlainTextEdit):
            lines = [cleaned(line) for line in control.toPlainText().splitlines()]
            if spec.kind == "prose":
                return "\n".join(lines).strip()
            return [line for line in lines if line]
        if isinstance(control, QLineEdit):
            text = cleaned(control.text()).strip()
            if spec.kind == "number" and text.isascii() and text.isdecimal():
                return int(text)
            if spec.kind == "moment":
                return _with_zone(text)
            if spec.kind == "listed":
                return [part.strip() for part in text.split(",") if part.strip()]
            return text.removeprefix("$") if spec.kind == "money" else text
        return None

    def document(self, kind: str) -> dict[str, Any]:
        """The entry of a kind, nested along the paths."""
        made: dict[str, Any] = {"kind": kind}
        for path, value in self.values().items():
            *outer, last = path.split(".")
            owner = made
            for part in outer:
                owner = owner.setdefault(part, {})
            owner[last] = value
        return made

    def label_of(self, path: str) -> str:
        """The label of the field that a path, or a place within it, belongs to; empty when there is none."""
        own = next((own for own in self._fields if path == own or path.startswith(f"{own}[")), None)
        return self._fields[own].name if own is not None else ""

    def mark(self, problems: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        """Mark what is wrong at its field; the sentences that belong to no field of this form are given back."""
        by_path: dict[str, str] = {}
        homeless: list[str] = []
        for path, sentence in problems:
            known = next((own for own in self._fields if path == own or path.startswith(f"{own}[")), None)
            if known is None:
                homeless.append(sentence)
            else:
                by_path.setdefault(known, sentence)
        for path, named in self._fields.items():
            named.mark(by_path.get(path, ""))
        return tuple(homeless)


def _with_zone(text: str) -> str:
    """A time as typed, in the zone of this machine; what is no time stays as it is, and the schema says so."""
    try:
        return datetime.strptime(text, _MOMENT).astimezone().isoformat()
    except (ValueError, OverflowError):
        return text


def _without_zone(value: Any) -> str:
    return value.astimezone().strftime(_MOMENT) if isinstance(value, datetime) else str(value or "")

"""Rows of adjustments and of service lines in the form of an explanation of benefits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from parotis.forms.values import cleaned
from parotis.presentation.claim_payment_presenter import GROUPS, reason_words
from parotis.ui.controls import label, push_button
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = "Whole claim"


def line_edit(name: str, placeholder: str, on_edited: Callable[[], None]) -> QLineEdit:
    """A field of a row; its column head is its visible label."""
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    made.textEdited.connect(lambda _text: on_edited())
    return made


def mark_fields(fields: dict[str, QWidget], problem: str, field: str) -> None:
    """Mark one field of a row as wrong, or all of them where no field is named."""
    for name, control in fields.items():
        control.setProperty("invalid", bool(problem) and field in (name, ""))
        restyle(control)


class RowsForm(QWidget):
    """Rows that are added and taken away, under column heads.

    Signals:
        edited: a person changed something.
    """

    edited = Signal()

    def __init__(self, noun: str, heads: tuple[tuple[str, int], ...], *, starts_with: int) -> None:
        super().__init__()
        self._noun, self._heads, self._starts_with = noun, heads, starts_with
        self._rows: list[Any] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(6)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._captions = [label(head, "field") for head, _ in heads]
        for column, (_, stretch) in enumerate(heads):
            self._grid.addWidget(self._captions[column], 0, column)
            self._grid.setColumnStretch(column, stretch)
        self._show_heads()
        outer.addLayout(self._grid)
        self._add = push_button(f"Add {noun}", self._on_add)
        outer.addWidget(self._add)
        self._add.setSizePolicy(self._add.sizePolicy().Policy.Maximum, self._add.sizePolicy().Policy.Fixed)
        self._next = 1

    def clear(self) -> None:
        """Begin anew."""
        for row in list(self._rows):
            self._drop(row)
        self._next = 1
        for _ in range(self._starts_with):
            self._append()

    def _show_heads(self) -> None:
        for caption in self._captions:
            caption.setVisible(bool(self._rows))

    def rows(self) -> list[Any]:
        """The rows in sight."""
        return list(self._rows)

    def _append(self) -> Any:
        row = self.made_row(self._next)
        place = self._grid.rowCount()
        for column, widget in enumerate(row.widgets):
            self._grid.addWidget(widget, place, column)
        self._grid.addWidget(row.below, place + 1, 0, 1, len(self._heads))
        self._rows.append(row)
        self._next += 1
        self._show_heads()
        return row

    def made_row(self, number: int) -> Any:
        """A new row with its widgets."""
        raise NotImplementedError

    def _on_add(self) -> None:
        row = self._append()
        row.widgets[0].setFocus()
        self.edited.emit()

    def take_away(self, row: Any) -> None:
        """Take a row away; what it said is no longer part of the entry."""
        self._drop(row)
        self._add.setFocus()
        self.edited.emit()

    def _drop(self, row: Any) -> None:
        self._rows.remove(row)
        for widget in (*row.widgets, row.below):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._show_heads()


class AdjustmentRow:
    """Group, reason, amount and what they are of; the plain words of the reason stand below."""

    def __init__(self, owner: AdjustmentsForm, number: int) -> None:
        name = f"Adjustment {number}"
        self.group = QComboBox()
        self.group.setAccessibleName(f"{name}: Group")
        self.group.addItem("", None)
        for value, words in GROUPS:
            self.group.addItem(words, value)
        self.group.activated.connect(lambda _row: owner.edited.emit())
        self.reason = line_edit(f"{name}: Reason code", "such as 50", self._on_reason)
        self.amount = line_edit(f"{name}: Amount", "0.00", owner.edited.emit)
        self.of = QComboBox()
        self.of.setAccessibleName(f"{name}: Of")
        self.of.activated.connect(lambda _row: owner.edited.emit())
        self.remove = push_button("Remove", lambda: owner.take_away(self), "quiet")
        self.remove.setAccessibleName(f"Remove adjustment {number}")
        self.widgets: tuple[QWidget, ...] = (self.group, self.reason, self.amount, self.of, self.remove)
        self.below = label("", "small", wraps=True)
        self._owner, self._problem = owner, ""
        self.offer_lines(owner.lines)

    def _on_reason(self) -> None:
        self.show_words()
        self._owner.edited.emit()

    def show_words(self) -> None:
        """The words of the reason, or what is wrong with the row."""
        text = self._problem or reason_words(self.reason.text())
        self.below.setText(text)
        self.reason.setAccessibleDescription(text)
        self.below.setProperty("role", "error" if self._problem else "small")
        restyle(self.below)

    def mark(self, problem: str, field: str = "") -> None:
        """Tell what is wrong, at one field of the row or at all."""
        self._problem = problem
        mark_fields({"group": self.group, "reason": self.reason, "amount": self.amount}, problem, field)
        self.show_words()

    def offer_lines(self, lines: tuple[str, ...]) -> None:
        """What an adjustment can be of."""
        chosen = self.of.currentIndex()
        self.of.clear()
        self.of.addItems([WHOLE, *lines])
        self.of.setCurrentIndex(chosen if 0 <= chosen < self.of.count() else 0)

    def value(self) -> dict[str, Any]:
        """As JSON values, without what is empty."""
        found = {
            "group": self.group.currentData(),
            "reason": cleaned(self.reason.text()).upper(),
            "amount": cleaned(self.amount.text()).removeprefix("$"),
        }
        return {name: value for name, value in found.items() if value}


class AdjustmentsForm(RowsForm):
    """The adjustments of a claim and of its lines."""

    def __init__(self) -> None:
        self.lines: tuple[str, ...] = ()
        super().__init__(
            "adjustment",
            (("Group", 3), ("Reason code (CARC)", 3), ("Amount", 2), ("Of", 3), ("", 0)),
            starts_with=1,
        )
        self.clear()

    def made_row(self, number: int) -> AdjustmentRow:
        return AdjustmentRow(self, number)

    def offer_lines(self, lines: tuple[str, ...]) -> None:
        """The service lines that are typed."""
        self.lines = lines
        for row in self._rows:
            row.offer_lines(lines)

    def of(self, line: int) -> list[AdjustmentRow]:
        """The rows of a line from 1, or of the whole claim for 0; empty rows are left out."""
        return [row for row in self._rows if row.value() and row.of.currentIndex() == line]


class ServiceLineRow:
    """Procedure, charged, paid and remarks of one line."""

    def __init__(self, owner: ServiceLinesForm, number: int) -> None:
        name = f"Line {number}"
        self.procedure = line_edit(f"{name}: Procedure", "D0370", owner.edited.emit)
        self.charged = line_edit(f"{name}: Charged", "0.00", owner.edited.emit)
        self.paid = line_edit(f"{name}: Paid", "0.00", owner.edited.emit)
        self.remove = push_button("Remove", lambda: owner.take_away(self), "quiet")
        self.remove.setAccessibleName(f"Remove line {number}")
        self.widgets: tuple[QWidget, ...] = (self.procedure, self.charged, self.paid, self.remove)
        self.below = label("", "error", wraps=True)

    def mark(self, problem: str, field: str = "") -> None:
        """Tell what is wrong, at one field of the row or at all."""
        self.below.setText(problem)
        mark_fields({"procedure": self.procedure, "charged": self.charged, "paid": self.paid}, problem, field)

    def value(self) -> dict[str, Any]:
        """As JSON values, without what is empty."""
        found = {
            "procedure": cleaned(self.procedure.text()),
            "charged": cleaned(self.charged.text()).removeprefix("$"),
            "paid": cleaned(self.paid.text()).removeprefix("$"),
        }
        return {name: value for name, value in found.items() if value}


class ServiceLinesForm(RowsForm):
    """The lines of an explanation of benefits, where it has more than the claim as a whole."""

    def __init__(self) -> None:
        super().__init__("service line", (("Procedure", 3), ("Charged", 2), ("Paid", 2), ("", 0)), starts_with=0)
        self.clear()

    def made_row(self, number: int) -> ServiceLineRow:
        return ServiceLineRow(self, number)

"""The parts of the codes of a claim: the code compass, rows of procedures, and diagnoses with their letters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from parotis.domain.claims import code_compass
from parotis.forms.exam_form import Field
from parotis.forms.values import cleaned
from parotis.presentation import claim_codes
from parotis.ui.claim_parts import BANG, CHECK, quiet_button, told_row
from parotis.ui.code_search import CodesEditor
from parotis.ui.controls import chip, label, push_button
from parotis.ui.form_editors_base import ElidedLabel, emptied
from parotis.ui.theme import restyle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from parotis.domain.case import Case, PayerKind, Procedure
    from parotis.domain.coding import IcdCode
    from parotis.ui.icons import Icons

MOST_PROCEDURES = 10
"""As many as the dental claim form has lines."""


class Compass(QWidget):
    """Questions one after another, answered by the record where it can, and what they come to.

    Signals:
        code_wanted: a procedure code that the person takes over.
    """

    code_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._answers: dict[str, str] = {}
        self._from_record: dict[str, str] = {}
        self._is_touched = False
        self._on_claim: frozenset[str] = frozenset()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_case(self, case: Case) -> None:
        """Answer what the record answers, unless the person has begun."""
        found = code_compass.from_case(case)
        if not self._is_touched and (found != self._from_record or not self._column.count()):
            self._from_record = found
            self._answers = dict(found)
            self._show()

    def show_codes(self, on_claim: frozenset[str]) -> None:
        """Which procedure codes the claim has: those are not offered again."""
        if on_claim != self._on_claim:
            self._on_claim = on_claim
            self._show()

    def begin(self) -> None:
        """Forget what was answered."""
        self._is_touched = False
        self._answers = dict(self._from_record)
        self._show()

    def _asked(self) -> list[str]:
        """The answered questions in the order of asking, as far as the rules ask them."""
        order: list[str] = []
        given: dict[str, str] = {}
        while (following := code_compass.questions(given)) is not None and following.id in self._answers:
            given[following.id] = self._answers[following.id]
            order.append(following.id)
        return order

    def _show(self) -> None:
        emptied(self._column)
        asked = self._asked()
        given = {question: self._answers[question] for question in asked}
        by_id = {question.id: question for question in code_compass.every_question()}
        for name in asked:
            question = by_id[name]
            chosen = next(choice.label for choice in question.choices if choice.id == given[name])
            is_known = self._from_record.get(name) == given[name]
            mark = "From the record" if is_known else f"{CHECK} Answered"
            holder, row = told_row(mark, "" if is_known else "accent", question.text, detail=chosen, mark_width=132)
            row.addWidget(quiet_button("Change", f"Change: {question.text}", partial(self._change, name)))
            self._column.addWidget(holder)
        following = code_compass.questions(given)
        if following is not None:
            self._ask(following)
        else:
            self._advise(code_compass.answer(given))

    def _ask(self, question: code_compass.Question) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(question.text, "card-title", wraps=True))
        column.addWidget(label(question.why, "small", wraps=True))
        for choice in question.choices:
            button = push_button(choice.label, partial(self._answer, question.id, choice.id))
            button.setAccessibleDescription(question.text)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(holder)
        holder.show()  # now, so that it can take the focus

    def _advise(self, advice: code_compass.Advice) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label(advice.title, "section-title", wraps=True), 1)
        column.addLayout(head)
        column.addWidget(label(advice.reason, wraps=True))
        for warning in advice.warnings:
            column.addWidget(told_row(f"{BANG} Note", "warning", warning, mark_width=132)[0])
        if advice.elsewhere:
            text = f"On the claim of the other entity: {', '.join(advice.elsewhere)}."
            column.addWidget(label(text, "muted", wraps=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        for code in advice.codes:
            if code in self._on_claim:
                row.addWidget(chip(f"{CHECK} {code} is on the claim", "accent"))
            else:
                row.addWidget(push_button(f"Put {code} on the claim", partial(self.code_wanted.emit, code)))
        row.addWidget(push_button("Begin again", self._restart, "quiet"))
        row.addStretch(1)
        column.addLayout(row)
        self._column.addWidget(holder)
        holder.show()

    def _answer(self, question: str, choice: str) -> None:
        self._is_touched = True
        self._answers[question] = choice
        self._show()
        self.focus_question()

    def _change(self, question: str) -> None:
        self._is_touched = True
        self._answers.pop(question, None)
        self._show()
        self.focus_question()

    def _restart(self) -> None:
        self._is_touched = True
        self._answers = {}
        self._show()
        self.focus_question()

    def focus_question(self) -> None:
        """Put the focus on the first choice of the open question, or on what can be done with the advice."""
        last = self._column.itemAt(self._column.count() - 1)
        holder = last.widget() if last is not None else None
        button = holder.findChild(QPushButton) if holder is not None else None
        if button is not None:
            button.setFocus()


class ProcedureRows(QWidget):
    """Up to ten procedures: code, fee and quantity, with the letters of the diagnoses that each points to.

    Signals:
        edited: a person changed something.
        settled: a person finished a change, so that codes can be looked at.
    """

    edited = Signal()
    settled = Signal()

    def __init__(self, icons: Icons, describe: Callable[[str], str]) -> None:
        super().__init__()
        self._icons, self._describe = icons, describe
        self._rows: list[_ProcedureRow] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        outer.addLayout(self._column)
        self._add = push_button("Add procedure", self._on_add)
        outer.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_procedures(())

    def show_procedures(self, procedures: Sequence[Procedure]) -> None:
        """Show these; none leaves an empty row to type into."""
        while self._rows:
            self._drop(self._rows[-1])
        for one in procedures:
            self._append(one.code or "", one.fee or "", str(one.quantity) if one.quantity is not None else "")
        if not procedures:
            self._append("", "", "")

    def show_pointers(self, pointers: Sequence[str]) -> None:
        """The letters for each procedure that is typed."""
        filled = self._filled()
        for row in self._rows:
            place = filled.index(row) if row in filled else -1
            row.pointer.setText(pointers[place] if 0 <= place < len(pointers) else "")

    def put(self, code: str) -> None:
        """Put a code on the claim, unless it is there."""
        if any(row.typed(row.code).upper() == code for row in self._rows):
            return
        empty = next((row for row in self._rows if not row.values()), None)
        if empty is not None:
            empty.code.setText(code)
        elif len(self._rows) < MOST_PROCEDURES:
            self._append(code, "", "1")
        self._on_edited()
        self.settle()

    def values(self) -> list[dict[str, Any]]:
        """What is typed, row by row, without empty rows."""
        return [row.values() for row in self._filled()]

    def mark(self, problems: Sequence[tuple[str, str]], start: str) -> tuple[str, ...]:
        """Mark what is wrong at its row; ``start`` is the path of the list. What fits no row is given back."""
        filled, homeless = self._filled(), []
        told: dict[int, list[tuple[str, str]]] = {}
        for path, sentence in problems:
            number = path.removeprefix(f"{start}[").partition("]")[0]
            if path.startswith(f"{start}[") and number.isdecimal() and int(number) < len(filled):
                told.setdefault(int(number), []).append((path.rpartition(".")[2], sentence))
            elif path.startswith(start):
                homeless.append(sentence)
        for row in self._rows:
            row.mark(told.get(filled.index(row), []) if row in filled else [])
        return tuple(homeless)

    def focus_first(self) -> None:
        """Put the focus into the first code."""
        self._rows[0].code.setFocus()

    def _filled(self) -> list[_ProcedureRow]:
        return [row for row in self._rows if row.values()]

    def _append(self, code: str, fee: str, quantity: str) -> None:
        row = _ProcedureRow(self, self._icons)
        for line, text in zip((row.code, row.fee, row.quantity), (code, fee, quantity), strict=True):
            line.setText(text)
        self._rows.append(row)
        self._column.addWidget(row)
        row.show()  # now, so that it can take the focus
        self._renumber()

    def _drop(self, row: _ProcedureRow) -> None:
        self._rows.remove(row)
        row.hide()
        row.deleteLater()
        self._renumber()

    def _renumber(self) -> None:
        for number, row in enumerate(self._rows, start=1):
            row.number(number)
            row.told.setText(self._describe(row.typed(row.code).upper()))
        self._add.setEnabled(len(self._rows) < MOST_PROCEDURES)

    def _on_add(self) -> None:
        self._append("", "", "1")
        self._rows[-1].code.setFocus()

    def remove(self, row: _ProcedureRow) -> None:
        """The person takes a procedure off the claim."""
        place = self._rows.index(row)
        self._drop(row)
        if not self._rows:
            self._append("", "", "")
        self._rows[min(place, len(self._rows) - 1)].code.setFocus()
        self._on_edited()
        self.settle()

    def _on_edited(self) -> None:
        self.edited.emit()

    def settle(self) -> None:
        """A change is finished."""
        self._renumber()
        self.settled.emit()


class _ProcedureRow(QWidget):
    def __init__(self, owner: ProcedureRows, icons: Icons) -> None:
        super().__init__()
        from PySide6.QtWidgets import QToolButton

        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        self.code, self.fee, self.quantity = QLineEdit(), QLineEdit(), QLineEdit()
        self.code.setPlaceholderText("D0370")
        self.fee.setPlaceholderText("0.00")
        self.quantity.setPlaceholderText("1")
        self.pointer = label("", "muted")
        self.told = ElidedLabel("muted")
        self._problem = label("", "error", wraps=True)
        self._remove = QToolButton()
        icons.bind(self._remove, "close", "muted")
        self._remove.clicked.connect(lambda: owner.remove(self))
        heads = ("Code", "Fee", "Quantity", "", "Points to", "")
        self._heads = []
        widgets = (self.code, self.fee, self.quantity, self.told, self.pointer, self._remove)
        for column, (head, widget) in enumerate(zip(heads, widgets, strict=True)):
            self._heads.append(label(head, "field"))
            grid.addWidget(self._heads[-1], 0, column)
            grid.addWidget(widget, 1, column)
        grid.addWidget(self._problem, 2, 0, 1, 6)
        for line, width in ((self.code, 128), (self.fee, 116), (self.quantity, 84)):
            line.setFixedWidth(width)
        grid.setColumnStretch(3, 1)
        grid.setColumnMinimumWidth(4, 76)
        for line in (self.code, self.fee, self.quantity):
            line.textEdited.connect(lambda _text: owner.edited.emit())
            line.editingFinished.connect(owner.settle)

    def number(self, number: int) -> None:
        """Its place, which the accessible names tell."""
        names = ("code", "fee", "quantity")
        for line, name in zip((self.code, self.fee, self.quantity), names, strict=True):
            line.setAccessibleName(f"Procedure {number} {name}")
        self._remove.setAccessibleName(f"Remove procedure {number}")
        self._remove.setToolTip(f"Remove procedure {number}")
        for head in self._heads:
            head.setVisible(number == 1)

    def typed(self, line: QLineEdit) -> str:
        """The text of a field."""
        return cleaned(line.text()).strip()

    def values(self) -> dict[str, Any]:
        """As JSON; empty when nothing is typed, a lone proposed quantity counting as nothing."""
        code, fee, quantity = (self.typed(line) for line in (self.code, self.fee, self.quantity))
        if not code and not fee and quantity in ("", "1"):
            return {}
        made: dict[str, Any] = {"code": code.upper()} if code else {}
        if fee:
            made["fee"] = fee.removeprefix("$")
        if quantity:
            made["quantity"] = int(quantity) if quantity.isascii() and quantity.isdecimal() else quantity
        return made

    def mark(self, problems: Sequence[tuple[str, str]]) -> None:
        """Show what is wrong at its field."""
        by_name: Mapping[str, str] = dict(problems)
        for line, name in ((self.code, "code"), (self.fee, "fee"), (self.quantity, "quantity")):
            line.setProperty("invalid", name in by_name)
            line.setAccessibleDescription(by_name.get(name, ""))
            restyle(line)
        self._problem.setText(" ".join(sentence for _, sentence in problems))


class DiagnosisList(CodesEditor):
    """The diagnoses in their order with the letters of the claim form; searched for below, moved by buttons."""

    def __init__(
        self, icons: Icons, search: Callable[[str], tuple[IcdCode, ...]], describe: Callable[[str], str]
    ) -> None:
        self._kind: PayerKind | None = None
        field = Field("claim.diagnoses", "Add a diagnosis", "codes")
        super().__init__(field, "Add a diagnosis", icons, search, describe)

    def show_kind(self, kind: PayerKind | None) -> None:
        """Dental or medical decides how many letters there are."""
        if kind != self._kind:
            self._kind = kind
            self._present(self._value)

    def codes(self) -> tuple[str, ...]:
        """What is chosen, in order."""
        return self._codes()

    def take(self, code: str) -> None:
        """Put a code at the end, unless it is there."""
        self._take(code)

    def _row(self, position: int, code: str) -> QWidget:
        row = QWidget(self.widget)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        codes = self._codes_shown
        letter = claim_codes.letters(self._kind, len(codes))[position]
        mark = chip(letter or f"{BANG} No letter left", "accent" if letter else "danger")
        layout.addWidget(mark)
        layout.addWidget(label(code, "card-title"))
        described = ElidedLabel("muted", row)
        described.setText(self._describe(code))
        layout.addWidget(described, 1)
        if position == 0:
            layout.addWidget(chip("Primary", "accent"))
        for words, icon, place in (
            ("Move up", "chevron-up", position - 1),
            ("Move down", "chevron-down", position + 1),
        ):
            button = self._icon_button(f"{words} {code}", icon, partial(self._move, code, place))
            button.setEnabled(0 <= place < len(codes))
            layout.addWidget(button)
        layout.addWidget(self._icon_button(f"Remove {code}", "close", partial(self._remove, code)))
        return row

    def _present(self, value: object) -> None:
        self._codes_shown: tuple[str, ...] = value if isinstance(value, tuple) else ()
        super()._present(value)

    def _icon_button(self, name: str, icon: str, deed: Callable[[], None]) -> QWidget:
        from PySide6.QtWidgets import QToolButton

        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        self._icons.bind(button, icon, "muted")
        button.clicked.connect(lambda: deed())
        return button

    def _move(self, code: str, place: int) -> None:
        others = [other for other in self._codes() if other != code]
        others.insert(place, code)
        self._change(tuple(others))
        self.focus()

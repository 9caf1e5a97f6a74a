"""The claims as a table, and below it what can be done to the one that is chosen without opening it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from parotis.ui.claim_columns import CLAIM_COLUMNS, claim_model
from parotis.ui.controls import label, push_button
from parotis.ui.tables import RowTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.presentation.claim_lines import ClaimLine
    from parotis.presentation.claims_presenter import ClaimsPresenter
    from parotis.ui.icons import Icons
    from parotis.ui.theme import Theme

SNOOZES = (("Snooze 7 days", 7), ("Snooze 30 days", 30))
TAKE, GIVE_BACK = "Assign to me", "Give back"
CSV_NAME = "claims.csv"
_DATE_PX = 150


class ClaimTable(RowTable):
    """Signals:
    menu_wanted: the place on the screen where the actions of the chosen claim are wanted.
    """

    menu_wanted = Signal(QPoint)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == self.model().columnCount() - 1:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()))
        else:
            super()._on_clicked(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button, or the menu key on the row that is chosen."""
        place = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        elif not self.indexAt(self.viewport().mapFromGlobal(place)).isValid():
            return
        if self.currentIndex().isValid():
            self.menu_wanted.emit(place)


class ClaimsList(QWidget):
    """Signals:
    opened: the id of the claim that was opened.
    """

    opened = Signal(str)

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._presenter: ClaimsPresenter | None = None
        self._model = claim_model(CLAIM_COLUMNS)
        self.table = ClaimTable("Claims", self._model, CLAIM_COLUMNS, theme)
        self._take = push_button(TAKE, self._on_take)
        self._snooze = push_button("Snooze", self._on_nothing)
        self._plan = push_button("Plan next action", self._on_plan)
        self._export = push_button("Export CSV", self._on_export)
        icons.bind(self._export, "export")
        self._strip = QStackedWidget()
        self._plan_form = _StripForm((("What is next", 0), ("On, as 2026-11-12", _DATE_PX)), "Save plan")
        self._until_form = _StripForm((("Snooze until, as 2026-11-12", 240),), "Snooze until then")
        self._build()
        self._connect()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.table, 1)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label("The chosen claim:", "muted"))
        for button in (self._take, self._snooze, self._plan):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._export)
        for page in (buttons, self._plan_form, self._until_form):
            self._strip.addWidget(page)
        self._strip.setFixedHeight(max(page.sizeHint().height() for page in (buttons, self._plan_form)))
        layout.addWidget(self._strip)
        # As wide as the longer of its two texts, so that the buttons beside it stay where they are.
        self._take.setMinimumWidth(self._take.sizeHint().width())

    def _connect(self) -> None:
        self.table.opened.connect(self._on_opened)
        self.table.chosen.connect(self._on_chosen)
        self.table.menu_wanted.connect(self._on_menu_wanted)
        self._model.more_wanted.connect(self._on_more_wanted)
        menu = QMenu(self._snooze)
        menu.aboutToShow.connect(partial(self._fill_snoozes, menu))
        self._snooze.setMenu(menu)
        for form, save in ((self._plan_form, self._on_save_plan), (self._until_form, self._on_save_until)):
            form.saved.connect(save)
            form.cancelled.connect(self.close_form)
        self._on_chosen(-1)

    def attach(self, presenter: ClaimsPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def show_lines(self, lines: tuple[ClaimLine, ...], *, has_more: bool) -> None:
        """Show these; the row that was chosen stays chosen."""
        self._model.set_rows(lines, has_more=has_more)
        self._on_chosen(self.table.currentIndex().row())

    def show_refusal(self, text: str) -> None:
        """Say at the open form why it is not taken; an empty text closes it."""
        form = self._strip.currentWidget()
        if not isinstance(form, _StripForm):
            return
        if text:
            form.mark(text)
        else:
            self.close_form()

    def close_form(self) -> None:
        """Back to the buttons, and to the row."""
        if self._strip.currentIndex():
            self._strip.setCurrentIndex(0)
            self.table.setFocus()

    def _line(self) -> ClaimLine | None:
        row = self.table.currentIndex().row()
        return self._model.row(row) if 0 <= row < self._model.rowCount() else None

    def _on_opened(self, number: int) -> None:
        self.opened.emit(self._model.row(number).claim_id)

    def _on_chosen(self, _number: int) -> None:
        line = self._line()
        for button in (self._take, self._snooze, self._plan):
            button.setEnabled(line is not None)
        text = GIVE_BACK if line is not None and line.is_mine else TAKE
        self._take.setText(text)
        self._take.setAccessibleName(text)
        self.close_form()

    def _on_more_wanted(self) -> None:
        if self._presenter is not None:
            self._presenter.more()

    def _on_nothing(self) -> None:
        """The menu of the button does the work."""

    def _on_menu_wanted(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open", partial(self._on_opened, self.table.currentIndex().row()))
        menu.addAction(self._take.text(), self._on_take)
        self._add_snoozes(menu)
        menu.addAction("Plan next action\u2026", self._on_plan)
        menu.popup(place)

    def _fill_snoozes(self, menu: QMenu) -> None:
        menu.clear()
        self._add_snoozes(menu)

    def _add_snoozes(self, menu: QMenu) -> None:
        for text, days in SNOOZES:
            menu.addAction(text, partial(self._on_snooze, days))
        menu.addAction("Snooze until a date\u2026", self._on_until)
        line = self._line()
        if line is not None and line.is_snoozed:
            menu.addAction("Wake now", partial(self._on_snooze, 0))

    def _with_claim(self, deed: Callable[[ClaimsPresenter, str], None]) -> None:
        line = self._line()
        if self._presenter is not None and line is not None:
            deed(self._presenter, line.claim_id)

    def _on_take(self) -> None:
        self._with_claim(lambda presenter, claim_id: presenter.take(claim_id))

    def _on_snooze(self, days: int) -> None:
        self._with_claim(lambda presenter, claim_id: presenter.snooze(claim_id, days))

    def _on_plan(self) -> None:
        def begin(presenter: ClaimsPresenter, claim_id: str) -> None:
            self._open_form(self._plan_form, presenter.planned(claim_id))

        self._with_claim(begin)

    def _on_until(self) -> None:
        self._open_form(self._until_form, ("",))

    def _open_form(self, form: _StripForm, texts: tuple[str, ...]) -> None:
        self._strip.setCurrentWidget(form)
        form.begin(texts)

    def _on_save_plan(self, texts: tuple[str, ...]) -> None:
        self._with_claim(lambda presenter, claim_id: presenter.plan(claim_id, *texts))

    def _on_save_until(self, texts: tuple[str, ...]) -> None:
        self._with_claim(lambda presenter, claim_id: presenter.snooze_until(claim_id, *texts))

    def _on_export(self) -> None:
        dialog = QFileDialog(self, "Export the claims shown", "", "CSV files (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(CSV_NAME)
        dialog.fileSelected.connect(self._on_target)
        dialog.open()

    def _on_target(self, chosen: str) -> None:
        if self._presenter is not None:
            self._presenter.export(Path(chosen))


class _StripForm(QWidget):
    """A few fields in one line. Enter saves, Escape goes back.

    Signals:
        saved: the texts of the fields.
        cancelled: nothing is wanted.
    """

    saved = Signal(tuple)
    cancelled = Signal()

    def __init__(self, fields: tuple[tuple[str, int], ...], save: str) -> None:
        """``fields`` are names and widths in px, 0 for what room there is."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._lines: list[QLineEdit] = []
        for name, width in fields:
            line = QLineEdit()
            line.setAccessibleName(name)
            line.returnPressed.connect(self._on_save)
            caption = label(name, "field")
            caption.setBuddy(line)
            if width:
                line.setFixedWidth(width if len(fields) > 1 else _DATE_PX)
            row.addWidget(caption)
            row.addWidget(line, 0 if width else 1)
            self._lines.append(line)
        self._problem = label("", "error", wraps=True)
        row.addWidget(push_button(save, self._on_save))
        cancel = push_button("Cancel", self.cancelled.emit, "quiet")
        cancel.setAccessibleName(f"Cancel: {save.lower()}")
        row.addWidget(cancel)
        row.addWidget(self._problem, 1)

    def begin(self, texts: tuple[str, ...]) -> None:
        """Show what is there, and put the focus into the first field."""
        self.mark("")
        for line, text in zip(self._lines, texts, strict=True):
            line.setText(text)
        self._lines[0].setFocus()
        self._lines[0].selectAll()

    def mark(self, problem: str) -> None:
        """Say what is wrong."""
        self._problem.setText(problem)
        self._lines[-1].setAccessibleDescription(problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        super().keyPressEvent(event)

    def _on_save(self) -> None:
        texts: tuple[Any, ...] = tuple(line.text() for line in self._lines)
        self.saved.emit(texts)

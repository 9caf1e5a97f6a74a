"""The worklist: what is to be done, found as one types, opened with Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from parotis.presentation.worklist_presenter import CLAIM_TABS, TABS
from parotis.ui.claim_columns import WORKLIST_CLAIM_COLUMNS, claim_model
from parotis.ui.controls import label, page, push_button
from parotis.ui.tables import EXAM_COLUMNS, RowTable, exam_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.presentation.claim_lines import ClaimLine
    from parotis.presentation.worklist_presenter import Tab, WorklistPresenter
    from parotis.services.ports import ExamRow
    from parotis.ui.icons import Icons
    from parotis.ui.tables import RowTableModel
    from parotis.ui.theme import Theme

SEARCH_WIDTH = 340
LEAST_SEARCH_WIDTH = 200


class WorklistView(QWidget):
    """Fulfils ``WorklistViewContract``.

    Signals:
        exam_opened: the id of the exam to open.
        claim_opened: the id of the claim to open.
        new_exam_wanted: an empty exam is asked for.
    """

    exam_opened = Signal(str)
    claim_opened = Signal(str)
    new_exam_wanted = Signal()

    def __init__(self, theme: Theme, icons: Icons, *, can_edit: bool) -> None:
        super().__init__()
        page(self)
        self._presenter: WorklistPresenter | None = None
        self._can_edit = can_edit
        self._model = exam_model(EXAM_COLUMNS)
        self._table = RowTable("Worklist", self._model, EXAM_COLUMNS, theme)
        self._theme = theme
        self._claim_model: RowTableModel[ClaimLine] = claim_model(WORKLIST_CLAIM_COLUMNS)
        self._claim_table: RowTable | None = None
        self._shown_table = self._table
        self._search = search_line("Search worklist", "Search: patient, chart, words of the exam")
        self._tabs: dict[Tab, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._empty = EmptyState("New exam" if can_edit else "", icons)
        self._build(icons)
        self._connect()

    def _build(self, icons: Icons) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(label("Worklist", "page-title"))
        head.addStretch(1)
        if self._can_edit:
            begin = push_button("New exam", self.new_exam_wanted.emit, "primary", shortcut="Ctrl+N")
            icons.bind(begin, "plus", "on_accent")
            head.addWidget(begin)
        layout.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(4)
        for tab in TABS:
            button = QToolButton()
            button.setText(tab)
            button.setAccessibleName(tab)
            button.setCheckable(True)
            button.setProperty("tab", True)
            self._group.addButton(button)
            self._tabs[tab] = button
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._search)
        layout.addLayout(row)
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._empty)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._group.buttonClicked.connect(self._on_tab_clicked)
        self._search.textEdited.connect(self._on_search_edited)
        self._search.installEventFilter(self)
        self._table.opened.connect(self._on_row_opened)
        self._model.more_wanted.connect(self._on_more_wanted)
        self._claim_model.more_wanted.connect(self._on_more_wanted)
        self._empty.accepted.connect(self.new_exam_wanted)

    def attach(self, presenter: WorklistPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def focus_first(self) -> None:
        """Put the focus on the list, or on the search while the list says that it is empty."""
        shown = self._stack.currentWidget()
        (shown if isinstance(shown, RowTable) else self._search).setFocus()

    def focus_search(self) -> None:
        """Let the next key go into the search."""
        self._search.setFocus()
        self._search.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow down goes from the search into the list, Enter opens its first row."""
        shown = self._stack.currentWidget()
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and isinstance(shown, RowTable):
            if event.key() == Qt.Key.Key_Down:
                shown.setFocus()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shown.model().rowCount():
                shown.opened.emit(0)
                return True
        return super().eventFilter(watched, event)

    def _on_tab_clicked(self, button: QToolButton) -> None:
        if self._presenter is not None:
            self._search.clear()
            self._presenter.choose_tab(next(tab for tab, own in self._tabs.items() if own is button))

    def _on_search_edited(self, text: str) -> None:
        if self._presenter is not None:
            self._presenter.search(text)

    def _on_row_opened(self, number: int) -> None:
        self.exam_opened.emit(self._model.row(number).exam_id)

    def _on_claim_opened(self, number: int) -> None:
        self.claim_opened.emit(self._claim_model.row(number).claim_id)

    def _on_more_wanted(self) -> None:
        if self._presenter is not None:
            self._presenter.more()

    def show_rows(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None:
        self._shown_table = self._table
        self._model.set_rows(rows, has_more=has_more)

    def show_claims(self, lines: tuple[ClaimLine, ...], *, has_more: bool) -> None:
        if self._claim_table is None:
            self._claim_table = RowTable("Worklist", self._claim_model, WORKLIST_CLAIM_COLUMNS, self._theme)
            self._claim_table.opened.connect(self._on_claim_opened)
            self._stack.addWidget(self._claim_table)
        self._shown_table = self._claim_table
        self._claim_model.set_rows(lines, has_more=has_more)

    def show_counts(self, counts: Mapping[Tab, int]) -> None:
        for tab, count in counts.items():
            button, what = self._tabs[tab], "claims" if tab in CLAIM_TABS else "exams"
            button.setText(f"{tab}  {count:,}")
            button.setAccessibleDescription(f"{count:,} {what}")

    def show_tab(self, tab: Tab) -> None:
        self._tabs[tab].setChecked(True)

    def show_empty(self, text: str) -> None:
        self._empty.say(text)
        self._stack.setCurrentWidget(self._empty if text else self._shown_table)


class EmptyState(QWidget):
    """One sentence about the next step, with its button.

    Signals:
        accepted: the button was pressed.
    """

    accepted = Signal()

    def __init__(self, button: str, icons: Icons, icon: str = "worklist") -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addStretch(2)
        picture = label()
        picture.setPixmap(icons.pixmap(icon, "disabled", 40, 2.0))
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self._text = label("", "muted")
        layout.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        if button:
            made = push_button(button, self.accepted.emit)
            made.setAccessibleName(f"{button} from the empty list")
            layout.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def say(self, text: str) -> None:
        """Show the sentence."""
        self._text.setText(text)


class _SearchLine(QLineEdit):
    """Gives way beside tabs, before the window would have to be wider."""

    def sizeHint(self) -> QSize:
        return QSize(SEARCH_WIDTH, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_SEARCH_WIDTH, super().minimumSizeHint().height())


def search_line(name: str, placeholder: str) -> QLineEdit:
    """A field that searches as one types."""
    line = _SearchLine()
    line.setAccessibleName(name)
    line.setPlaceholderText(placeholder)
    line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    line.setMaximumWidth(SEARCH_WIDTH)
    return line

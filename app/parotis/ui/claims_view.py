"""The claims: board, list, exams not billed, age of the money, remittance files; one filter over board and list."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from parotis.presentation.claims_contract import STATE_CHOICES, TABS, Wanted
from parotis.presentation.claims_presenter import ALL_BILLED
from parotis.ui.ageing_view import AgeingView
from parotis.ui.claim_columns import NOT_BILLED_COLUMNS
from parotis.ui.claims_board import ClaimsBoard
from parotis.ui.claims_list import ClaimsList
from parotis.ui.controls import label, page, push_button
from parotis.ui.remittance_view import RemittanceView
from parotis.ui.tables import RowTable, exam_model
from parotis.ui.theme import restyle
from parotis.ui.worklist_view import EmptyState, search_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from parotis.domain.claims.records import ClaimState
    from parotis.presentation.claim_lines import ClaimLine, Reminder
    from parotis.presentation.claims_contract import AgeingShown, BoardColumn, Empty, Tab
    from parotis.presentation.claims_presenter import ClaimsPresenter
    from parotis.presentation.remittance_presenter import RemittancePresenter
    from parotis.services.ports import ExamRow
    from parotis.ui.icons import Icons
    from parotis.ui.theme import Theme

ALL_PAYERS = "All payers"
_COMBO_PX = 190
_ICON_PX = 20


class ClaimsView(QWidget):
    """Fulfils ``ClaimsViewContract``.

    Signals:
        claim_opened: the id of the claim to open.
    """

    claim_opened = Signal(str)

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        page(self)
        self._presenter: ClaimsPresenter | None = None
        self._wanted = Wanted()
        self._is_awaiting_cards = False
        self._tabs: dict[Tab, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._search = search_line("Search claims", "Search: patient, chart, payer, claim number")
        keeps_room = self._search.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self._search.setSizePolicy(keeps_room)
        self._reminder = _ReminderLine(theme, icons)
        self._filters = QWidget()
        self._states, self._payers = QComboBox(), QComboBox()
        self._mine = _toggle("Mine")
        self._due_soon = _toggle("Due in 14 days")
        self._snoozed = _toggle("Snoozed too")
        self._closed = _toggle("Closed too")
        self._theme, self._icons = theme, icons
        self._make_remittances: Callable[[RemittanceView], RemittancePresenter] | None = None
        self._board = ClaimsBoard(theme)
        self._stack = QStackedWidget()
        self._build()
        self._connect()
        self.show_tab("Board")
        self.show_payers(())
        self.show_wanted(self._wanted)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(label("Claims", "page-title"))
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
        layout.addWidget(self._reminder)
        self._build_filters()
        layout.addWidget(self._filters)
        self._stack.addWidget(self._board)
        layout.addWidget(self._stack, 1)

    def _build_filters(self) -> None:
        row = QHBoxLayout(self._filters)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for name, box in (("State", self._states), ("Payer", self._payers)):
            box.setAccessibleName(name)
            box.setFixedWidth(_COMBO_PX)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            row.addWidget(box)
        for words, states in STATE_CHOICES:
            self._states.addItem(words, states)
        for toggle in (self._mine, self._due_soon, self._snoozed, self._closed):
            row.addWidget(toggle)
        row.addStretch(1)

    def _connect(self) -> None:
        self._group.buttonClicked.connect(self._on_tab_clicked)
        self._search.textEdited.connect(self._on_filter_changed)
        self._search.installEventFilter(self)
        for box in (self._states, self._payers):
            box.activated.connect(self._on_filter_changed)
        for toggle in (self._mine, self._due_soon, self._snoozed, self._closed):
            toggle.clicked.connect(self._on_filter_changed)
        self._board.opened.connect(self.claim_opened)
        self._board.more_wanted.connect(self._on_states_wanted)
        self._reminder.accepted.connect(self._on_due_wanted)

    def attach(self, presenter: ClaimsPresenter) -> None:
        """Intents go to this presenter from now on."""
        self._presenter = presenter

    def attach_remittances(self, make: Callable[[RemittanceView], RemittancePresenter]) -> None:
        """Remittance files go to the presenter that this makes when they are first wanted."""
        self._make_remittances = make

    # -- the pages behind the board, each built when it is first wanted, so that the board never waits for them -----

    @cached_property
    def _list(self) -> ClaimsList:
        made = ClaimsList(self._theme, self._icons)
        if self._presenter is not None:
            made.attach(self._presenter)
        made.opened.connect(self.claim_opened)
        self._stack.addWidget(made)
        return made

    @cached_property
    def _empty(self) -> _EmptyClaims:
        made = _EmptyClaims(self._icons)
        made.accepted.connect(self._on_lead_on)
        self._stack.addWidget(made)
        return made

    @cached_property
    def _not_billed(self) -> _NotBilled:
        made = _NotBilled(self._theme, self._icons)
        made.start_wanted.connect(self._on_start_wanted)
        made.more_wanted.connect(self._on_more_wanted)
        self._stack.addWidget(made)
        return made

    @cached_property
    def _ageing(self) -> AgeingView:
        made = AgeingView(self._theme)
        self._stack.addWidget(made)
        return made

    @cached_property
    def remittances(self) -> RemittanceView:
        """The page of the remittance files."""
        made = RemittanceView(self._theme, self._icons)
        if self._make_remittances is not None:
            made.attach(self._make_remittances(made))
        self._stack.addWidget(made)
        return made

    def _page(self, tab: Tab) -> QWidget:
        if tab == "List":
            return self._list
        if tab == "Not billed":
            return self._not_billed
        if tab == "Ageing":
            return self._ageing
        return self.remittances if tab == "Remittances" else self._board

    # -- what the person does ----------------------------------------------------------------------------------------

    def focus_first(self) -> None:
        """Put the focus on what the tab shows."""
        shown = self._stack.currentWidget()
        self._is_awaiting_cards = False
        if isinstance(shown, ClaimsBoard):
            self._is_awaiting_cards = not shown.focus_first()
        elif isinstance(shown, RemittanceView):
            shown.focus_first()
        elif isinstance(shown, ClaimsList | _NotBilled | AgeingView):
            shown.table.setFocus()
        else:
            self._search.setFocus()

    def focus_search(self) -> None:
        """Let the next key go into the search."""
        self._search.setFocus()
        self._search.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow down goes from the search to the claims."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down:
            self.focus_first()
            return True
        return super().eventFilter(watched, event)

    def _on_tab_clicked(self, button: QToolButton) -> None:
        if self._presenter is not None:
            self._presenter.choose_tab(next(tab for tab, own in self._tabs.items() if own is button))

    def _on_filter_changed(self, *_said: object) -> None:
        self._wanted = Wanted(
            text=self._search.text(),
            states=self._states.currentData(),
            is_mine=self._mine.isChecked(),
            payer_key=self._payers.currentData(),
            is_due_soon=self._due_soon.isChecked(),
            with_snoozed=self._snoozed.isChecked(),
            with_closed=self._closed.isChecked(),
        )
        if self._presenter is not None:
            self._presenter.want(self._wanted)

    def _on_states_wanted(self, states: tuple[ClaimState, ...]) -> None:
        if self._presenter is not None:
            self._presenter.show_states(states)

    def _on_due_wanted(self) -> None:
        if self._presenter is not None:
            self._presenter.show_due()

    def _on_lead_on(self) -> None:
        if self._presenter is not None:
            self._presenter.lead_on()

    def _on_start_wanted(self, exam_id: str) -> None:
        if self._presenter is not None:
            self._presenter.start_claim(exam_id)

    def _on_more_wanted(self) -> None:
        if self._presenter is not None:
            self._presenter.more()

    # -- what the presenter shows ------------------------------------------------------------------------------------

    def show_tab(self, tab: Tab) -> None:
        self._tabs[tab].setChecked(True)
        is_filtered = tab in ("Board", "List")
        self._filters.setVisible(is_filtered)
        self._search.setVisible(is_filtered)
        self._states.setVisible(tab == "List")
        self._closed.setVisible(tab == "Board")
        self._stack.setCurrentWidget(self._page(tab))

    def show_wanted(self, wanted: Wanted) -> None:
        self._wanted = wanted
        if self._search.text() != wanted.text:
            self._search.setText(wanted.text)
        names = [self._states.itemData(at) for at in range(self._states.count())]
        self._states.setCurrentIndex(names.index(wanted.states))
        self._payers.setCurrentIndex(max(0, self._payers.findData(wanted.payer_key)))
        self._mine.setChecked(wanted.is_mine)
        self._due_soon.setChecked(wanted.is_due_soon)
        self._snoozed.setChecked(wanted.with_snoozed)
        self._closed.setChecked(wanted.with_closed)

    def show_payers(self, payers: tuple[tuple[str, str], ...]) -> None:
        shown = ((None, ALL_PAYERS), *payers)
        if [(self._payers.itemData(at), self._payers.itemText(at)) for at in range(self._payers.count())] != list(
            shown
        ):
            self._payers.clear()
            for key, name in shown:
                self._payers.addItem(name, key)
        self._payers.setCurrentIndex(max(0, self._payers.findData(self._wanted.payer_key)))

    def show_reminder(self, reminder: Reminder | None) -> None:
        self._reminder.show_reminder(reminder)

    def show_board(self, columns: tuple[BoardColumn, ...]) -> None:
        self._board.show_columns(columns)
        if self._is_awaiting_cards and self.window().focusWidget() in (None, *self._tabs.values()):
            # Who came here before the cards were read goes on to them, unless the focus was put elsewhere meanwhile.
            self._is_awaiting_cards = not self._board.focus_first()

    def show_lines(self, lines: tuple[ClaimLine, ...], *, has_more: bool) -> None:
        self._list.show_lines(lines, has_more=has_more)

    def show_empty(self, empty: Empty | None) -> None:
        if empty is not None:
            self._empty.show_empty(empty)
            self._stack.setCurrentWidget(self._empty)
        elif isinstance(self._stack.currentWidget(), _EmptyClaims):
            self._stack.setCurrentWidget(self._board if self._tabs["Board"].isChecked() else self._list)

    def show_not_billed(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None:
        self._not_billed.show_rows(rows, has_more=has_more)

    def show_not_billed_count(self, count: int) -> None:
        button = self._tabs["Not billed"]
        button.setText(f"Not billed  {count:,}")
        button.setAccessibleDescription(f"{count:,} exams")

    def show_ageing(self, shown: AgeingShown) -> None:
        self._ageing.show_ageing(shown)

    def show_refusal(self, text: str) -> None:
        self._list.show_refusal(text)

    def open_claim(self, claim_id: str) -> None:
        self.claim_opened.emit(claim_id)


class _ReminderLine(QFrame):
    """Signals:
    accepted: the button was pressed.
    """

    accepted = Signal()

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._shown: Reminder | None = None
        self.setProperty("notice", "info")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(12)
        self._icon = label()
        self._icon.setAccessibleName("Due")
        row.addWidget(self._icon)
        self._text = label("", wraps=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(self._text, 1)
        row.addWidget(push_button("Show what is due", self.accepted.emit))
        self.hide()
        theme.changed.connect(self._on_theme_changed)

    def _on_theme_changed(self) -> None:
        self.show_reminder(self._shown)

    def show_reminder(self, reminder: Reminder | None) -> None:
        """Say what lapses; without a reminder there is no line."""
        self._shown = reminder
        self.setVisible(reminder is not None)
        if reminder is not None:
            self._text.setText(reminder.text)
            self.setAccessibleName(reminder.text)
            self.setProperty("notice", reminder.tone)
            name = {"info": "clock", "warning": "warning", "danger": "error"}[reminder.tone]
            self._icon.setPixmap(self._icons.pixmap(name, reminder.tone, _ICON_PX, self.devicePixelRatioF()))
            restyle(self)


class _EmptyClaims(QWidget):
    """The empty state of board and list, whose button changes with what leads on.

    Signals:
        accepted: the button was pressed.
    """

    accepted = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addStretch(2)
        picture = label()
        picture.setPixmap(icons.pixmap("claims", "disabled", 40, 2.0))
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self._text = label("", "muted")
        layout.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        self._button = push_button("", self.accepted.emit)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_empty(self, empty: Empty) -> None:
        """Sentence and button."""
        self._text.setText(empty.text)
        self._button.setText(empty.button)
        self._button.setAccessibleName(empty.button)
        self._button.setVisible(bool(empty.button))


class _NotBilled(QWidget):
    """Signals:
    start_wanted: the id of the exam for which a claim is to begin.
    more_wanted: the end of the list came into view.
    """

    start_wanted = Signal(str)
    more_wanted = Signal()

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._model = exam_model(NOT_BILLED_COLUMNS)
        self.table = RowTable("Not billed", self._model, NOT_BILLED_COLUMNS, theme)
        self.table.set_opens_on_click(False)
        self._start = push_button("Start claim", self._on_start, "primary")
        icons.bind(self._start, "plus", "on_accent")
        self._stack = QStackedWidget()
        self._empty = EmptyState("", icons, "ok")
        self._empty.say(ALL_BILLED)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        row = QHBoxLayout()
        row.addWidget(label("Signed exams without a claim, oldest first.", "muted"), 1)
        row.addWidget(self._start)
        layout.addLayout(row)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        layout.addWidget(self._stack, 1)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._on_opened)
        self._model.more_wanted.connect(self.more_wanted)

    def show_rows(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None:
        """Show these exams; one of them is always chosen."""
        self._model.set_rows(rows, has_more=has_more)
        self._stack.setCurrentWidget(self.table if rows else self._empty)
        if rows and not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        self._start.setEnabled(self.table.currentIndex().isValid())

    def _on_chosen(self, number: int) -> None:
        self._start.setEnabled(number >= 0)

    def _on_opened(self, number: int) -> None:
        self.start_wanted.emit(self._model.row(number).exam_id)

    def _on_start(self) -> None:
        self._on_opened(self.table.currentIndex().row())


def _toggle(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(text)
    button.setCheckable(True)
    button.setProperty("chip", True)
    # As high as the boxes beside it.
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
    return button

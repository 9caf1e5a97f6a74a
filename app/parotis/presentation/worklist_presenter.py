"""The worklist: exams by state, newest first, page by page; or what a search finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from parotis.presentation import messages
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Notices, Progress, Tasks
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRow

Tab = Literal["Drafts", "To sign", "Signed"]

TABS: dict[Tab, tuple[ExamState, ...]] = {
    "Drafts": (ExamState.DRAFT, ExamState.SIGNING),
    "To sign": (ExamState.TO_SIGN,),
    "Signed": (ExamState.SIGNED,),
}
PAGE = 100
SEARCH_LIMIT = 100

EMPTY_TEXTS: dict[Tab, str] = {
    "Drafts": "No drafts. Every exam starts as one and is saved as you type.",
    "To sign": "Nothing waits for a signature. An assistant sends a finished draft here.",
    "Signed": "No signed reports yet. A report appears here once a dentist has signed it.",
}
NOTHING_FOUND = "Nothing matches. Search by name, chart number or words of the exam."


class WorklistViewContract(Protocol):
    def show_rows(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None: ...

    def show_counts(self, counts: Mapping[Tab, int]) -> None: ...

    def show_tab(self, tab: Tab) -> None: ...

    def show_empty(self, text: str) -> None:
        """An empty text takes the empty state away."""
        ...


class WorklistPresenter:
    """Reads on the records pool. Of several answers only that to the newest question is shown."""

    def __init__(self, view: WorklistViewContract, desk: Desk, tasks: Tasks, notices: Notices) -> None:
        self._view = view
        self._desk = desk
        self._tasks = tasks
        self._notices = notices
        self._tab: Tab = "To sign" if desk.session.user.role == "dentist" else "Drafts"
        self._text = ""
        self._rows: tuple[ExamRow, ...] = ()
        self._question = 0
        self._is_first = True
        self._has_more = False

    def start(self) -> None:
        """Show the tab where there is work for this person: a dentist's first is what waits for a signature."""
        self.refresh()

    def refresh(self) -> None:
        """Read again what is shown; the list keeps its length, so that nothing jumps."""
        self._ask(max(PAGE, len(self._rows)))

    def choose_tab(self, tab: Tab) -> None:
        """Show another tab; a search is given up."""
        self._tab, self._text, self._rows, self._is_first = tab, "", (), False
        self._view.show_tab(tab)
        self._ask(PAGE)

    def search(self, text: str) -> None:
        """Show what matches; an empty text brings the tab back."""
        if text.strip() == self._text:
            return
        self._text, self._rows = text.strip(), ()
        self._ask(PAGE)

    def more(self) -> None:
        """Read the next page of the tab."""
        if self._has_more and not self._text:
            self._has_more = False
            self._ask(len(self._rows) + PAGE)

    def _ask(self, limit: int) -> None:
        self._question += 1
        question, text, states = self._question, self._text, TABS[self._tab]
        queries = self._desk.records.queries

        def work(_progress: Progress) -> tuple[int, tuple[ExamRow, ...], Mapping[ExamState, int]]:
            if text:
                return question, queries.search(text, limit=SEARCH_LIMIT), {}
            return question, queries.worklist(states, limit=limit + 1), queries.counts()

        self._tasks.start(work, on_success=lambda answer: self._show(limit, *answer), on_failure=self._on_failed)

    def _show(self, limit: int, question: int, rows: tuple[ExamRow, ...], by_state: Mapping[ExamState, int]) -> None:
        if question != self._question:
            return
        counts = {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}
        if self._is_first and not self._text and not counts[self._tab]:
            self._is_first = False
            filled: Tab = next((tab for tab in TABS if counts[tab]), "Drafts")
            if filled != self._tab:
                self.choose_tab(filled)
                return
        self._is_first = False
        self._notices.clear("worklist")
        self._has_more = not self._text and len(rows) > limit
        self._rows = rows if self._text else rows[:limit]
        self._view.show_tab(self._tab)
        if not self._text:
            self._view.show_counts(counts)
        self._view.show_rows(self._rows, has_more=self._has_more)
        empty = NOTHING_FOUND if self._text else EMPTY_TEXTS[self._tab]
        self._view.show_empty("" if self._rows else empty)

    def _on_failed(self, error: ParotisError) -> None:
        self._notices.show("worklist", "danger", messages.text_of(error), action=("Try again", self.refresh))

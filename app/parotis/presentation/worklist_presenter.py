"""The worklist: exams by state and claims that wait, page by page; or what a search finds.

No claim is read before the first list is shown, so that they never make unlocking wait.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from parotis.domain.claims import lifecycle
from parotis.presentation import claim_lines, messages
from parotis.services.claim_ports import ClaimFilter
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parotis.domain.errors import ParotisError
    from parotis.presentation.claim_lines import ClaimLine
    from parotis.presentation.contracts import Notices, Progress, Tasks
    from parotis.services.claim_ports import ClaimRow
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRow

Tab = Literal["Drafts", "To sign", "Signed", "To bill", "Denied", "Due"]
TABS: tuple[Tab, ...] = get_args(Tab)

EXAM_STATES: dict[Tab, tuple[ExamState, ...]] = {
    "Drafts": (ExamState.DRAFT, ExamState.SIGNING),
    "To sign": (ExamState.TO_SIGN,),
    "Signed": (ExamState.SIGNED,),
}
CLAIM_TABS: tuple[Tab, ...] = ("Denied", "Due")
"""These list claims, the others exams."""
PAGE = 100
SEARCH_LIMIT = 100

EMPTY_TEXTS: dict[Tab, str] = {
    "Drafts": "No drafts. Every exam starts as one and is saved as you type.",
    "To sign": "Nothing waits for a signature. An assistant sends a finished draft here.",
    "Signed": "No signed reports yet. A report appears here once a dentist has signed it.",
    "To bill": "Every signed exam has its claim. An exam appears here as soon as it is signed.",
    "Denied": "No claim is denied. A denial appears here when its remittance is recorded.",
    "Due": "Nothing is due within 14 days. Deadlines and planned actions of claims appear here.",
}
NOTHING_FOUND = "Nothing matches. Search by name, chart number or words of the exam."
NO_CLAIM_FOUND = "No claim of this tab matches. Search by name, chart number, payer or claim number."


class WorklistViewContract(Protocol):
    def show_rows(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None: ...

    def show_claims(self, lines: tuple[ClaimLine, ...], *, has_more: bool) -> None:
        """Claims in the place of exams, until ``show_rows``."""
        ...

    def show_counts(self, counts: Mapping[Tab, int]) -> None:
        """Of the tabs that are counted so far."""
        ...

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
        self._rows: tuple[ExamRow | ClaimRow, ...] = ()
        self._counts: dict[Tab, int] = {}
        self._question = 0
        self._is_first = True
        self._has_more = False

    def start(self) -> None:
        """Show the tab where there is work for this person: a dentist's first is what waits for a signature."""
        self.refresh()

    def refresh(self) -> None:
        """Read again what is shown; the list keeps its length, so that nothing jumps."""
        self._ask(max(PAGE, len(self._rows)), then=self._count_claims)

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
        if self._has_more:
            self._has_more = False
            self._ask(len(self._rows) + PAGE)

    def _ask(self, limit: int, then: Callable[[], None] = lambda: None) -> None:
        self._question += 1
        question = self._question
        read = self._claims_work(limit) if self._tab in CLAIM_TABS else self._exams_work(limit)
        show = partial(self._show_claims, limit) if self._tab in CLAIM_TABS else partial(self._show_exams, limit)

        def answered(answer: tuple[Any, ...]) -> None:
            if question == self._question:
                self._notices.clear("worklist")
                show(*answer)
                then()

        self._tasks.start(read, on_success=answered, on_failure=self._on_failed)

    def _exams_work(self, limit: int) -> Callable[[Progress], tuple[Any, ...]]:
        queries, tab, text = self._desk.records.queries, self._tab, self._text

        def work(_progress: Progress) -> tuple[tuple[ExamRow, ...], Mapping[ExamState, int]]:
            if text:
                return queries.search(text, limit=SEARCH_LIMIT), {}
            if tab == "To bill":
                return queries.not_billed(limit=limit + 1), queries.counts()
            return queries.worklist(EXAM_STATES[tab], limit=limit + 1), queries.counts()

        return work

    def _claims_work(self, limit: int) -> Callable[[Progress], tuple[Any, ...]]:
        queries, wanted = self._desk.records.queries, self._claim_filter(self._tab, self._text)
        return lambda _progress: (queries.claims(wanted, limit=limit + 1),)

    def _claim_filter(self, tab: Tab, text: str = "") -> ClaimFilter:
        today = self._today()
        if tab == "Denied":
            return ClaimFilter(today, states=("denied",), text=text)
        due_by = today + dt.timedelta(days=claim_lines.DUE_SOON_DAYS)
        return ClaimFilter(today, states=lifecycle.OPEN, text=text, due_by=due_by)

    def _today(self) -> dt.date:
        return self._desk.machine.clock.now().date()

    def _count_claims(self) -> None:
        """The counts of the tabs of claims; nobody waits for them."""
        queries, denied, due = self._desk.records.queries, self._claim_filter("Denied"), self._claim_filter("Due")

        def work(_progress: Progress) -> dict[Tab, int]:
            return {
                "To bill": queries.not_billed_count(),
                "Denied": queries.claim_counts(denied).get("denied", (0, 0))[0],
                "Due": sum(one.count for one in queries.due_counts(due)),
            }

        self._tasks.start(work, on_success=self._show_counts, on_failure=self._on_failed)

    def _show_counts(self, counts: Mapping[Tab, int]) -> None:
        self._counts.update(counts)
        self._view.show_counts(self._counts)

    def _show_exams(self, limit: int, rows: tuple[ExamRow, ...], by_state: Mapping[ExamState, int]) -> None:
        counts = {tab: sum(by_state.get(state, 0) for state in states) for tab, states in EXAM_STATES.items()}
        is_first, self._is_first = self._is_first, False
        if is_first and not self._text and not counts[self._tab]:
            filled: Tab = next((tab for tab in EXAM_STATES if counts[tab]), "Drafts")
            if filled != self._tab:
                self._tab, self._rows = filled, ()
                self._view.show_tab(filled)
                self._ask(PAGE, then=self._count_claims)
                return
        self._has_more = not self._text and len(rows) > limit
        shown = rows if self._text else rows[:limit]
        self._rows = shown
        self._view.show_tab(self._tab)
        if not self._text:
            self._show_counts(counts)
        self._view.show_rows(shown, has_more=self._has_more)
        empty = NOTHING_FOUND if self._text else EMPTY_TEXTS[self._tab]
        self._view.show_empty("" if shown else empty)

    def _show_claims(self, limit: int, rows: tuple[ClaimRow, ...]) -> None:
        self._is_first = False
        self._has_more = len(rows) > limit
        shown = rows[:limit]
        self._rows = shown
        today, login = self._today(), self._desk.session.user.login
        self._view.show_tab(self._tab)
        lines = tuple(claim_lines.line_of(row, today, login) for row in shown)
        self._view.show_claims(lines, has_more=self._has_more)
        self._view.show_empty("" if shown else NO_CLAIM_FOUND if self._text else EMPTY_TEXTS[self._tab])

    def _on_failed(self, error: ParotisError) -> None:
        self._notices.show("worklist", "danger", messages.text_of(error), action=("Try again", self.refresh))

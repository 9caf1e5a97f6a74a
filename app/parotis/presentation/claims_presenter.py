"""The claims: as a board, as a list, what is not billed, how old the money is; and what is done to one in passing."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

from parotis.domain import wording
from parotis.domain.claims import entries, lifecycle, money
from parotis.domain.errors import TargetNotWritable, UnreadableInput
from parotis.forms import parsing
from parotis.presentation import claim_lines, messages
from parotis.presentation.claim_lines import DUE_SOON_DAYS, GROUPS
from parotis.presentation.claims_contract import ALL_STATES, AgeingBar, AgeingShown, BoardColumn, Empty, Wanted
from parotis.services.claim_ports import ClaimFilter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from parotis.domain.claims.entries import Entry
    from parotis.domain.claims.records import ClaimState
    from parotis.domain.errors import ParotisError
    from parotis.presentation.claim_deeds import ClaimDeeds
    from parotis.presentation.claim_lines import ClaimLine
    from parotis.presentation.claims_contract import ClaimsViewContract, Tab
    from parotis.presentation.contracts import Notices, Progress, Tasks
    from parotis.services.claim_ports import AgeingBucket, ClaimQueries, ClaimRow, DueCount
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRow

PAGE = 100
CARDS = 12
"""A column of the board is a look at what comes first, not the list."""
NOTICE = "claims"
DONE_NOTICE = "claim-done"

SEE_NOT_BILLED = "See what is not billed"
CLEAR_FILTERS = "Clear the filters"
NO_CLAIMS = Empty("No claims yet. A claim begins with a signed exam that is not billed.", SEE_NOT_BILLED)
NO_MATCH = Empty("No claim matches these filters.", CLEAR_FILTERS)
ALL_BILLED = "Every signed exam has its claim. An exam appears here as soon as it is signed."
EXPORTED = "The claims shown were written as CSV."


class ClaimsPresenter:
    """Reads on the records pool; of several answers only that to the newest question is shown.

    A question that a newer one overtook before its turn is not even read, so that fast typing never queues up.
    """

    def __init__(self, view: ClaimsViewContract, desk: Desk, deeds: ClaimDeeds, tasks: Tasks, notices: Notices) -> None:
        self._view = view
        self._desk = desk
        self._deeds = deeds
        self._tasks = tasks
        self._notices = notices
        self._tab: Tab = "Board"
        self._wanted = Wanted()
        self._question = 0
        self._has_more = False
        self._length = 0
        self._shown_empty: Empty | None = None
        self._rows: dict[str, ClaimRow] = {}

    @property
    def wanted(self) -> Wanted:
        """The filter in force."""
        return self._wanted

    @property
    def tab(self) -> Tab:
        """The tab in front."""
        return self._tab

    # -- reading -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what is shown, and then what stands around it."""
        self._view.show_tab(self._tab)
        self._view.show_wanted(self._wanted)
        self._ask(max(PAGE, self._length))
        self._ask_around()

    def choose_tab(self, tab: Tab) -> None:
        """Show another tab; the filter stays."""
        self._tab, self._length = tab, 0
        self._view.show_tab(tab)
        self._ask(PAGE)

    def want(self, wanted: Wanted) -> None:
        """Filter board and list."""
        if wanted != self._wanted:
            self._wanted, self._length = wanted, 0
            self._ask(PAGE)

    def more(self) -> None:
        """Read the next page of the list."""
        if self._has_more:
            self._has_more = False
            self._ask(self._length + PAGE)

    def show_states(self, states: tuple[ClaimState, ...]) -> None:
        """The list of what a column of the board had no room for."""
        self._go_to_list(dataclasses.replace(self._wanted, states=states))

    def show_due(self) -> None:
        """The list of what the reminder counts."""
        self._go_to_list(Wanted(is_due_soon=True))

    def lead_on(self) -> None:
        """The button of the empty board or list."""
        if self._shown_empty == NO_CLAIMS:
            self.choose_tab("Not billed")
        else:
            self._wanted = Wanted(states=ALL_STATES, with_snoozed=True, with_closed=True)
            self._view.show_wanted(self._wanted)
            self._ask(PAGE)

    def _go_to_list(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._view.show_wanted(wanted)
        self.choose_tab("List")

    def _ask(self, limit: int) -> None:
        self._question += 1
        question, queries, today = self._question, self._desk.records.queries, self._today()
        work: Callable[[], tuple[Any, ...]]
        show: Callable[..., None]
        if self._tab == "Board":
            work, show = partial(_board, queries, self._filter(today), self._groups()), self._show_board
        elif self._tab == "List":
            narrowed = dataclasses.replace(self._filter(today), states=self._wanted.states)
            work, show = partial(_list, queries, narrowed, limit), partial(self._show_list, limit)
        elif self._tab == "Not billed":
            work, show = partial(_not_billed, queries, limit), partial(self._show_not_billed, limit)
        elif self._tab == "Ageing":
            work, show = partial(_ageing, queries, self._deeds, today), self._show_ageing
        else:
            return

        def read(_progress: Progress) -> tuple[Any, ...] | None:
            return work() if question == self._question else None

        def answered(answer: tuple[Any, ...] | None) -> None:
            if answer is not None and question == self._question:
                self._notices.clear(NOTICE)
                show(*answer)

        self._tasks.start(read, on_success=answered, on_failure=self._on_failed)

    def _ask_around(self) -> None:
        """Reminder, payers and the count of the exams not billed; nobody waits for them."""
        queries, today = self._desk.records.queries, self._today()

        def read(_progress: Progress) -> tuple[tuple[DueCount, ...], tuple[tuple[str, str], ...], int]:
            return queries.due_counts(_due_soon(today)), queries.claim_payers(), queries.not_billed_count()

        def show(answer: tuple[tuple[DueCount, ...], tuple[tuple[str, str], ...], int]) -> None:
            counts, payers, not_billed = answer
            self._view.show_reminder(claim_lines.reminder(counts, today))
            self._view.show_payers(payers)
            self._view.show_not_billed_count(not_billed)

        self._tasks.start(read, on_success=show, on_failure=self._on_failed)

    def _groups(self) -> tuple[claim_lines.Group, ...]:
        return tuple(group for group in GROUPS if self._wanted.with_closed or group.states != ("closed",))

    def _filter(self, today: dt.date) -> ClaimFilter:
        wanted = self._wanted
        return ClaimFilter(
            today,
            text=wanted.text.strip(),
            assigned_to=self._login if wanted.is_mine else None,
            payer_key=wanted.payer_key,
            due_by=_due_soon(today).due_by if wanted.is_due_soon else None,
            with_snoozed=wanted.with_snoozed,
        )

    @property
    def _login(self) -> str:
        return self._desk.session.user.login

    def _today(self) -> dt.date:
        return self._desk.machine.clock.now().date()

    def _lines(self, rows: tuple[ClaimRow, ...]) -> tuple[ClaimLine, ...]:
        today = self._today()
        return tuple(claim_lines.line_of(row, today, self._login) for row in rows)

    def _show_board(
        self,
        counts: Mapping[ClaimState, tuple[int, int]],
        rows: tuple[tuple[ClaimRow, ...], ...],
        has_any: bool,
    ) -> None:
        columns = []
        for group, own in zip(self._groups(), rows, strict=True):
            count, cents = (sum(counts.get(state, (0, 0))[at] for state in group.states) for at in (0, 1))
            columns.append(
                BoardColumn(group.title, group.states, count, money.dollars(cents), self._lines(own), count - len(own))
            )
        self._rows = {row.claim_id: row for own in rows for row in own}
        self._view.show_board(tuple(columns))
        self._show_empty(has_rows=any(rows), has_any=has_any)

    def _show_list(self, limit: int, rows: tuple[ClaimRow, ...], has_any: bool) -> None:
        self._has_more = len(rows) > limit
        rows = rows[:limit]
        self._length, self._rows = len(rows), {row.claim_id: row for row in rows}
        self._view.show_lines(self._lines(rows), has_more=self._has_more)
        self._show_empty(has_rows=bool(rows), has_any=has_any)

    def _show_empty(self, *, has_rows: bool, has_any: bool) -> None:
        self._shown_empty = None if has_rows else NO_MATCH if has_any else NO_CLAIMS
        self._view.show_empty(self._shown_empty)

    def _show_not_billed(self, limit: int, rows: tuple[ExamRow, ...], count: int) -> None:
        self._has_more = len(rows) > limit
        self._length = min(limit, len(rows))
        self._view.show_not_billed_count(count)
        self._view.show_not_billed(rows[:limit], has_more=self._has_more)

    def _show_ageing(self, buckets: tuple[AgeingBucket, ...], outcomes: tuple[str, ...]) -> None:
        self._view.show_ageing(ageing_shown(buckets, outcomes))

    def _on_failed(self, error: ParotisError) -> None:
        self._notices.show(NOTICE, "danger", messages.text_of(error), action=("Try again", self.refresh))

    # -- doing -------------------------------------------------------------------------------------------------------

    def take(self, claim_id: str) -> None:
        """Assign a claim to the person at the keyboard, or give it back when it is theirs."""
        row = self._rows.get(claim_id)
        is_mine = row is not None and row.assigned_to == self._login
        to = None if is_mine else self._login
        before = row.assigned_to if row is not None else None
        done = "Given back to everybody." if is_mine else "Assigned to you."
        self._record(claim_id, entries.Assigned(to), done, undo=entries.Assigned(before))

    def snooze(self, claim_id: str, days: int) -> None:
        """Leave a claim out of board and list for some days; 0 wakes it."""
        import datetime as dt

        self._snooze(claim_id, self._today() + dt.timedelta(days=days) if days else None)

    def snooze_until(self, claim_id: str, text: str) -> None:
        """Leave a claim out until the day typed."""
        until = self._day(text)
        if until is not None:
            self._snooze(claim_id, until)

    def _snooze(self, claim_id: str, until: dt.date | None) -> None:
        row = self._rows.get(claim_id)
        before = row.snoozed_until if row is not None else None
        done = f"Snoozed until {wording.day(until)}." if until else "The claim is back on board and list."
        undo = before if before is None or before > self._today() else None
        self._record(claim_id, entries.Snoozed(until), done, undo=entries.Snoozed(undo))

    def plan(self, claim_id: str, action: str, text: str) -> None:
        """Plan what is done next, on the day typed; both empty: nothing is planned."""
        action, day_text = action.strip(), text.strip()
        on = self._day(day_text) if day_text else None
        if day_text and on is None:
            return
        row = self._rows.get(claim_id)
        undo = entries.ActionPlanned(row.next_action, row.next_action_on) if row is not None else None
        done = f"Planned for {wording.day(on)}." if on else "Nothing is planned any more."
        self._record(claim_id, entries.ActionPlanned(action or None, on), done, undo=undo)

    def planned(self, claim_id: str) -> tuple[str, str]:
        """What is planned for a claim on screen, and the day as it would be typed."""
        row = self._rows.get(claim_id)
        if row is None:
            return "", ""
        return row.next_action or "", row.next_action_on.isoformat() if row.next_action_on else ""

    def _day(self, text: str) -> dt.date | None:
        try:
            return parsing.day(text)
        except ValueError:
            self._view.show_refusal("Type the date as 2026-11-12 or 12 Nov 2026.")
            return None

    def _record(self, claim_id: str, entry: Entry, done: str, *, undo: Entry | None) -> None:
        def recorded(_claim: object) -> None:
            self._view.show_refusal("")
            action = None
            if undo is not None and undo != entry:
                action = ("Undo", partial(self._record, claim_id, undo, "It is as it was before.", undo=None))
            self._notices.show(DONE_NOTICE, "success", done, action=action)
            self.refresh()

        self._tasks.start(
            lambda _progress: self._deeds.record(claim_id, entry),
            on_success=recorded,
            on_failure=self._on_refused,
        )

    def _on_refused(self, error: ParotisError) -> None:
        if isinstance(error, UnreadableInput):
            self._view.show_refusal(" ".join(dict.fromkeys(text for _, text in error.problems)))
        else:
            self._notices.show(DONE_NOTICE, "danger", messages.text_of(error))

    def start_claim(self, exam_id: str) -> None:
        """Open a claim for a signed exam and show it."""
        self._tasks.start(
            lambda _progress: self._deeds.open_claim(exam_id),
            on_success=self._view.open_claim,
            on_failure=lambda error: self._notices.show(DONE_NOTICE, "danger", messages.text_of(error)),
        )

    def export(self, file: Path) -> None:
        """Write the claims that the list shows, all pages of it, as CSV."""
        wanted = dataclasses.replace(self._filter(self._today()), states=self._wanted.states)
        self._tasks.start(
            partial(_export, self._deeds, wanted, file),
            on_success=lambda _nothing: self._notices.show(DONE_NOTICE, "success", EXPORTED),
            on_failure=lambda error: self._notices.show(DONE_NOTICE, "danger", messages.text_of(error)),
        )


def ageing_shown(buckets: tuple[AgeingBucket, ...], outcomes: tuple[str, ...]) -> AgeingShown:
    """The buckets as bars, and the same in words."""
    largest = max((bucket.open_cents for bucket in buckets), default=0)
    bars = tuple(
        AgeingBar(
            f"{bucket.label} days",
            bucket.count,
            money.dollars(bucket.open_cents),
            max(0.0, bucket.open_cents / largest) if largest > 0 else 0.0,
        )
        for bucket in buckets
    )
    count, cents = (sum(getattr(bucket, name) for bucket in buckets) for name in ("count", "open_cents"))
    total = f"{money.dollars(cents)} open in {_claims(count)} sent and not settled"
    told = "; ".join(f"{bar.label}: {_claims(bar.count)}, {bar.amount}" for bar in bars)
    return AgeingShown(bars, total, f"{total}. {told}.", outcomes)


def _claims(count: int) -> str:
    return f"{count:,} claim{'' if count == 1 else 's'}"


def _due_soon(today: dt.date) -> ClaimFilter:
    import datetime as dt

    return ClaimFilter(today, states=lifecycle.OPEN, due_by=today + dt.timedelta(days=DUE_SOON_DAYS))


def _board(queries: ClaimQueries, wanted: ClaimFilter, groups: tuple[claim_lines.Group, ...]) -> tuple[Any, ...]:
    counts = queries.claim_counts(wanted)
    filled = tuple(group.states for group in groups if any(state in counts for state in group.states))
    found = dict(zip(filled, queries.claims_by_group(wanted, filled, limit=CARDS), strict=True))
    rows = tuple(found.get(group.states, ()) for group in groups)
    return counts, rows, any(rows) or _has_any(queries, wanted)


def _list(queries: ClaimQueries, wanted: ClaimFilter, limit: int) -> tuple[Any, ...]:
    rows = queries.claims(wanted, limit=limit + 1)
    return rows, bool(rows) or _has_any(queries, wanted)


def _has_any(queries: ClaimQueries, wanted: ClaimFilter) -> bool:
    return bool(queries.claims(ClaimFilter(wanted.today, with_snoozed=True), limit=1))


def _not_billed(queries: Any, limit: int) -> tuple[Any, ...]:
    return queries.not_billed(limit=limit + 1), queries.not_billed_count()


def _ageing(queries: ClaimQueries, deeds: ClaimDeeds, today: dt.date) -> tuple[Any, ...]:
    return queries.ageing(today), deeds.outcomes()


def _export(deeds: ClaimDeeds, wanted: ClaimFilter, file: Path, _progress: Progress) -> None:
    data = deeds.csv(wanted)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise TargetNotWritable("The file could not be written.") from error

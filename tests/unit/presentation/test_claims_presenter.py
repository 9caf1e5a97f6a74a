"""The claims screen without a window."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from helpers.claim_desk import ClaimQueriesInMemory, RecordingDeeds, desk, exam_row
from helpers.claim_rows import TODAY, row
from helpers.presenter_ports import InlineTasks, RecordingNotices

from parotis.domain.claims import entries, lifecycle
from parotis.domain.errors import StorageLocked, UnreadableInput
from parotis.presentation.claims_contract import Wanted
from parotis.presentation.claims_presenter import CARDS, NO_CLAIMS, NO_MATCH, NOTICE, PAGE, ClaimsPresenter
from parotis.services.claim_ports import ClaimRow

if TYPE_CHECKING:
    from pathlib import Path

    from parotis.presentation.claim_lines import ClaimLine, Reminder
    from parotis.presentation.claims_contract import AgeingShown, BoardColumn, Empty
    from parotis.services.ports import ExamRow

SOME = tuple(row(number) for number in range(36))


class View:
    def __init__(self) -> None:
        self.tab = ""
        self.wanted = Wanted()
        self.payers: tuple[tuple[str, str], ...] = ()
        self.reminder: Reminder | None = None
        self.board: tuple[BoardColumn, ...] = ()
        self.lines: tuple[ClaimLine, ...] = ()
        self.has_more = False
        self.empty: Empty | None = None
        self.not_billed: tuple[ExamRow, ...] = ()
        self.not_billed_count = -1
        self.ageing: AgeingShown | None = None
        self.refusals: list[str] = []
        self.opened: list[str] = []
        self.answers = 0

    def show_tab(self, tab: str) -> None:
        self.tab = tab

    def show_wanted(self, wanted: Wanted) -> None:
        self.wanted = wanted

    def show_payers(self, payers: tuple[tuple[str, str], ...]) -> None:
        self.payers = payers

    def show_reminder(self, reminder: Reminder | None) -> None:
        self.reminder = reminder

    def show_board(self, columns: tuple[BoardColumn, ...]) -> None:
        self.board = columns
        self.answers += 1

    def show_lines(self, lines: tuple[ClaimLine, ...], *, has_more: bool) -> None:
        self.lines, self.has_more = lines, has_more
        self.answers += 1

    def show_empty(self, empty: Empty | None) -> None:
        self.empty = empty

    def show_not_billed(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None:
        self.not_billed, self.has_more = rows, has_more

    def show_not_billed_count(self, count: int) -> None:
        self.not_billed_count = count

    def show_ageing(self, shown: AgeingShown) -> None:
        self.ageing = shown

    def show_refusal(self, text: str) -> None:
        self.refusals.append(text)

    def open_claim(self, claim_id: str) -> None:
        self.opened.append(claim_id)


class Bench:
    def __init__(self, *rows: ClaimRow) -> None:
        self.queries = ClaimQueriesInMemory(*rows)
        self.deeds, self.view = RecordingDeeds(self.queries), View()
        self.tasks, self.notices = InlineTasks(), RecordingNotices()
        at: Any = desk(self.queries)
        self.presenter = ClaimsPresenter(self.view, at, self.deeds, self.tasks, self.notices)

    def list(self, **wanted: Any) -> tuple[ClaimLine, ...]:
        """What the list shows under a filter."""
        self.presenter.choose_tab("List")
        self.presenter.want(Wanted(**wanted))
        return self.view.lines

    def row(self, claim_id: str) -> ClaimRow:
        found = self.queries.claim(claim_id)
        assert found is not None
        return found


def column(view: View, title: str) -> BoardColumn:
    return next(one for one in view.board if one.title == title)


def test_the_board_counts_and_sums_each_column_and_shows_its_first_cards() -> None:
    at = Bench(
        *(row(number, state="denied", charged_cents=10_000) for number in range(CARDS + 5)), row(99, state="ready")
    )
    at.presenter.refresh()
    denied = column(at.view, "Denied")
    assert (denied.count, denied.amount, len(denied.cards), denied.more) == (CARDS + 5, "$1,700.00", CARDS, 5)
    assert column(at.view, "To bill, ready").more == 0
    assert column(at.view, "More information").cards == ()


def test_a_column_is_not_read_when_nothing_is_in_it() -> None:
    at = Bench(row(0, state="denied"))
    at.presenter.choose_tab("Board")
    assert at.queries.asked == ["claim_counts", "claims"]


def test_closed_claims_have_a_column_only_when_asked_for() -> None:
    at = Bench(row(0, state="closed"), row(1, state="sent"))
    at.presenter.refresh()
    assert "Closed" not in [one.title for one in at.view.board]
    at.presenter.want(Wanted(with_closed=True))
    assert column(at.view, "Closed").count == 1


def test_the_list_begins_with_what_is_still_open() -> None:
    at = Bench(*SOME)
    at.presenter.choose_tab("List")
    assert {line.state[2:] for line in at.view.lines} & {"Paid", "Closed"} == set()
    assert len(at.view.lines) == sum(one.state in lifecycle.OPEN and one.snoozed_until is None for one in SOME)


def test_every_filter_narrows_the_list() -> None:
    at = Bench(*SOME)
    assert {line.assigned for line in at.list(is_mine=True)} == {"Me"}
    assert {line.payer for line in at.list(payer_key="union")} == {"Union Health and Welfare Fund"}
    assert {line.state for line in at.list(states=("denied",))} == {"\u2715 Denied"}
    assert {line.patient.split(",")[0] for line in at.list(text=" meyer ")} == {"Meyer"}
    assert all(at.row(line.claim_id).due_on <= TODAY + dt.timedelta(days=14) for line in at.list(is_due_soon=True))  # type: ignore[operator]
    asleep = [one.claim_id for one in SOME if one.snoozed_until is not None]
    assert asleep
    assert not {line.claim_id for line in at.list(states=())} & set(asleep)
    assert {line.claim_id for line in at.list(states=(), with_snoozed=True)} >= set(asleep)


def test_the_list_grows_by_pages_and_keeps_its_length_on_refresh() -> None:
    at = Bench(*(row(number, state="sent", snoozed_until=None) for number in range(3 * PAGE - 10)))
    at.presenter.choose_tab("List")
    assert (len(at.view.lines), at.view.has_more) == (PAGE, True)
    at.presenter.more()
    assert len(at.view.lines) == 2 * PAGE
    at.presenter.refresh()
    assert (len(at.view.lines), at.view.has_more) == (2 * PAGE, True)
    at.presenter.more()
    assert (len(at.view.lines), at.view.has_more) == (3 * PAGE - 10, False)
    at.presenter.more()
    assert len(at.view.lines) == 3 * PAGE - 10


def test_an_overtaken_question_is_neither_read_nor_shown() -> None:
    at = Bench(*SOME)
    at.presenter.choose_tab("List")
    at.queries.asked.clear()
    at.tasks.is_held = True
    for text in ("m", "me", "mey"):
        at.presenter.want(Wanted(text=text))
    answers = at.view.answers
    at.tasks.release()
    assert at.view.answers == answers + 1
    assert at.queries.asked == ["claims"]
    assert {line.patient.split(",")[0] for line in at.view.lines} == {"Meyer"}


def test_the_rest_of_a_column_is_shown_in_the_list_under_the_same_filter() -> None:
    at = Bench(*SOME)
    at.presenter.refresh()
    at.presenter.want(Wanted(is_mine=True))
    at.presenter.show_states(("denied",))
    assert at.view.tab == "List"
    assert at.view.wanted == Wanted(states=("denied",), is_mine=True)
    assert {(line.state, line.assigned) for line in at.view.lines} <= {("\u2715 Denied", "Me")}


def test_the_reminder_leads_to_a_list_of_as_many_claims() -> None:
    at = Bench(*(dataclasses.replace(one, due_on=TODAY, due_kind="appeal") for one in SOME))
    at.presenter.refresh()
    assert at.view.reminder is not None
    at.presenter.show_due()
    assert at.view.reminder.text == f"Today: {len(at.view.lines)} appeals."


def test_without_any_claim_the_screen_leads_to_the_exams_not_billed() -> None:
    at = Bench()
    at.queries.exams = [exam_row(1), exam_row(2)]
    at.presenter.refresh()
    assert at.view.empty == NO_CLAIMS
    at.presenter.lead_on()
    assert at.view.tab == "Not billed"
    assert (len(at.view.not_billed), at.view.not_billed_count) == (2, 2)


def test_a_filter_that_finds_nothing_is_cleared_by_the_button() -> None:
    at = Bench(row(0, state="paid"))
    at.presenter.refresh()
    at.presenter.choose_tab("List")
    assert at.view.empty == NO_MATCH
    at.presenter.lead_on()
    assert at.view.empty is None
    assert len(at.view.lines) == 1


def test_a_claim_without_matches_is_told_apart_from_no_claims_when_all_are_snoozed() -> None:
    at = Bench(row(0, state="sent", snoozed_until=TODAY + dt.timedelta(days=3)))
    at.presenter.refresh()
    assert at.view.empty == NO_MATCH
    at.presenter.lead_on()
    assert column(at.view, "Sent, acknowledged").count == 1


def test_a_claim_is_taken_given_back_and_that_is_undone() -> None:
    at = Bench(row(0, state="sent", assigned_to="rosa"))
    (line,) = at.list()
    at.presenter.take(line.claim_id)
    assert at.view.lines[0].is_mine
    at.notices.act("claim-done")
    assert at.view.lines[0].assigned == "rosa"
    at.presenter.take(line.claim_id)
    at.presenter.take(line.claim_id)
    assert at.view.lines[0].assigned == "\u2014"


def test_a_snooze_takes_a_claim_out_of_the_list_and_its_undo_brings_it_back() -> None:
    at = Bench(row(0, state="sent"), row(12, state="sent"))
    at.list()
    at.presenter.snooze("c00000000000", 7)
    assert at.row("c00000000000").snoozed_until == dt.date(2026, 12, 5)
    assert [line.claim_id for line in at.view.lines] == ["c0000000000c"]
    assert at.notices.standing["claim-done"][1] == "Snoozed until 5 Dec 2026."
    at.notices.act("claim-done")
    assert len(at.view.lines) == 2


def test_a_snoozed_claim_is_woken() -> None:
    at = Bench(row(0, state="sent", snoozed_until=TODAY + dt.timedelta(days=3)))
    at.list(with_snoozed=True)
    at.presenter.snooze("c00000000000", 0)
    assert at.deeds.recorded == [("c00000000000", entries.Snoozed(None))]


def test_a_date_that_is_none_is_refused_at_the_form_and_nothing_is_recorded() -> None:
    at = Bench(row(0, state="sent"))
    at.list()
    at.presenter.snooze_until("c00000000000", "next week")
    at.presenter.plan("c00000000000", "Call", "31.31.")
    assert at.view.refusals == ["Type the date as 2026-11-12 or 12 Nov 2026."] * 2
    assert at.deeds.recorded == []


def test_a_plan_is_recorded_and_shown_for_the_next_time() -> None:
    at = Bench(row(0, state="sent"))
    at.list()
    at.presenter.plan("c00000000000", "  Call the payer ", "1 Dec 2026")
    assert at.deeds.recorded == [("c00000000000", entries.ActionPlanned("Call the payer", dt.date(2026, 12, 1)))]
    assert at.view.refusals == [""]
    assert at.presenter.planned("c00000000000") == ("Call the payer", "2026-12-01")
    assert at.view.lines[0].next_action == "1 Dec: Call the payer"


def test_what_the_rules_refuse_is_told_at_the_form() -> None:
    at = Bench(row(0, state="sent"))
    at.list()
    at.deeds.error = UnreadableInput([("on", "A next action needs what and when.")])
    at.presenter.plan("c00000000000", "", "2026-12-01")
    assert at.view.refusals == ["A next action needs what and when."]


def test_a_fault_while_recording_is_a_notice_and_the_form_stays() -> None:
    at = Bench(row(0, state="sent"))
    at.list()
    at.deeds.error = StorageLocked()
    at.presenter.plan("c00000000000", "Call", "2026-12-01")
    assert at.notices.standing["claim-done"][0] == "danger"
    assert at.view.refusals == []


def test_a_claim_is_started_for_an_exam_and_opened() -> None:
    at = Bench()
    at.queries.exams = [exam_row(1)]
    at.presenter.choose_tab("Not billed")
    at.presenter.start_claim("x1")
    assert (at.deeds.opened, at.view.opened) == (["x1"], ["claim of x1"])


def test_the_export_writes_what_the_list_shows(tmp_path: Path) -> None:
    at = Bench(*SOME)
    at.list(states=("denied",), is_mine=True, text="mey")
    at.presenter.export(tmp_path / "claims.csv")
    assert (tmp_path / "claims.csv").read_bytes() == b"Claim\r\n"
    (wanted,) = at.deeds.exported
    assert (wanted.states, wanted.assigned_to, wanted.text) == (("denied",), "park", "mey")


def test_a_csv_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    at = Bench(*SOME)
    at.presenter.export(tmp_path / "no folder" / "claims.csv")
    assert at.notices.standing["claim-done"][0] == "danger"


def test_ageing_says_the_same_in_bars_and_in_words() -> None:
    sent = {"state": "sent", "charged_cents": 10_000, "paid_cents": 0}
    days = (0, 30, 31, 120, 121, 500)
    at = Bench(*(row(number, sent_on=TODAY - dt.timedelta(days=age), **sent) for number, age in enumerate(days)))
    at.deeds.sentences = ("Prairie Dental Plan: 3 of 4 denied.",)
    at.presenter.choose_tab("Ageing")
    shown = at.view.ageing
    assert shown is not None
    assert [(bar.label, bar.count, bar.amount, bar.share) for bar in shown.bars] == [
        ("0-30 days", 2, "$200.00", 1.0),
        ("31-60 days", 1, "$100.00", 0.5),
        ("61-90 days", 0, "$0.00", 0.0),
        ("91-120 days", 1, "$100.00", 0.5),
        ("over 120 days", 2, "$200.00", 1.0),
    ]
    assert shown.total == "$600.00 open in 6 claims sent and not settled"
    assert all(f"{bar.label}: " in shown.description and bar.amount in shown.description for bar in shown.bars)
    assert shown.outcomes == ("Prairie Dental Plan: 3 of 4 denied.",)


def test_a_record_that_cannot_be_read_is_told_with_a_way_to_try_again() -> None:
    at = Bench(*SOME)
    at.queries.error = StorageLocked()
    at.presenter.refresh()
    assert at.notices.standing[NOTICE][0] == "danger"
    at.queries.error = None
    at.notices.act(NOTICE)
    assert NOTICE not in at.notices.standing
    assert at.view.board

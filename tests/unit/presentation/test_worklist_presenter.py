"""The worklist without a window."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from helpers import claim_rows
from helpers.claim_desk import ClaimQueriesInMemory, desk, exam_row
from helpers.presenter_ports import InlineTasks

from parotis.domain.errors import StorageLocked
from parotis.presentation.worklist_presenter import (
    EMPTY_TEXTS,
    NO_CLAIM_FOUND,
    NOTHING_FOUND,
    PAGE,
    WorklistPresenter,
)
from parotis.services.ports import ExamRow, ExamState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parotis.presentation.claim_lines import ClaimLine


def row(number: int, state: ExamState, family_name: str = "Okafor") -> ExamRow:
    at = datetime(2026, 11, 12, tzinfo=UTC)
    return ExamRow(f"e{number}", state, "S-1", family_name, "Ngozi", None, at, None, at, "u1")


class Queries(ClaimQueriesInMemory):
    """Fulfils the part of ``Queries`` that the worklist asks."""

    def __init__(self, *rows: ExamRow) -> None:
        super().__init__()
        self.exam_rows = rows

    def worklist(self, states: Sequence[ExamState], *, limit: int, offset: int = 0) -> tuple[ExamRow, ...]:
        self._note("worklist")
        return tuple(one for one in self.exam_rows if one.state in states)[offset : offset + limit]

    def counts(self) -> Mapping[ExamState, int]:
        return Counter(one.state for one in self.exam_rows)

    def search(self, text: str, *, limit: int = 50) -> tuple[ExamRow, ...]:
        return tuple(one for one in self.exam_rows if one.family_name.casefold().startswith(text.casefold()))[:limit]


class View:
    def __init__(self) -> None:
        self.rows: tuple[ExamRow, ...] = ()
        self.claims: tuple[ClaimLine, ...] = ()
        self.has_more = False
        self.counts: Mapping[str, int] = {}
        self.tab = ""
        self.empty = ""

    def show_rows(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None:
        self.rows, self.claims, self.has_more = rows, (), has_more

    def show_claims(self, lines: tuple[ClaimLine, ...], *, has_more: bool) -> None:
        self.rows, self.claims, self.has_more = (), lines, has_more

    def show_counts(self, counts: Mapping[str, int]) -> None:
        self.counts = dict(counts)

    def show_tab(self, tab: str) -> None:
        self.tab = tab

    def show_empty(self, text: str) -> None:
        self.empty = text


class Notices:
    def __init__(self) -> None:
        self.shown: dict[str, Any] = {}

    def show(self, key: str, kind: str, text: str, *, action: Any = None) -> None:
        self.shown[key] = (kind, text, action)

    def clear(self, key: str) -> None:
        self.shown.pop(key, None)


class Bench:
    def __init__(self, *rows: ExamRow, role: str = "dentist") -> None:
        self.queries, self.view, self.tasks, self.notices = Queries(*rows), View(), InlineTasks(), Notices()
        at: Any = desk(self.queries, role=role)
        self.presenter = WorklistPresenter(self.view, at, self.tasks, self.notices)


def test_a_dentist_begins_with_what_waits_for_a_signature() -> None:
    bench = Bench(row(1, ExamState.TO_SIGN), row(2, ExamState.DRAFT))
    bench.presenter.start()
    assert bench.view.tab == "To sign"
    assert [one.exam_id for one in bench.view.rows] == ["e1"]
    assert bench.view.counts == {"Drafts": 1, "To sign": 1, "Signed": 0, "To bill": 0, "Denied": 0, "Due": 0}


def test_who_has_nothing_to_sign_begins_where_there_is_work() -> None:
    bench = Bench(row(2, ExamState.SIGNED))
    bench.presenter.start()
    assert bench.view.tab == "Signed"


def test_an_empty_practice_is_told_the_next_step() -> None:
    bench = Bench()
    bench.presenter.start()
    assert (bench.view.tab, bench.view.empty) == ("Drafts", EMPTY_TEXTS["Drafts"])


def test_an_exam_that_is_being_signed_stays_in_sight() -> None:
    bench = Bench(row(1, ExamState.SIGNING), role="assistant")
    bench.presenter.start()
    assert [one.state for one in bench.view.rows] == [ExamState.SIGNING]


def test_rows_come_in_pages() -> None:
    bench = Bench(*(row(number, ExamState.DRAFT) for number in range(PAGE + 30)), role="assistant")
    bench.presenter.start()
    assert (len(bench.view.rows), bench.view.has_more) == (PAGE, True)
    bench.presenter.more()
    assert (len(bench.view.rows), bench.view.has_more) == (PAGE + 30, False)
    bench.presenter.refresh()
    assert len(bench.view.rows) == PAGE + 30


def test_a_search_spans_all_states_and_its_end_brings_the_tab_back() -> None:
    bench = Bench(row(1, ExamState.TO_SIGN), row(2, ExamState.SIGNED), row(3, ExamState.DRAFT, "Hartmann"))
    bench.presenter.start()
    bench.presenter.search("oka")
    assert [one.exam_id for one in bench.view.rows] == ["e1", "e2"]
    bench.presenter.search("zzz")
    assert bench.view.empty == NOTHING_FOUND
    bench.presenter.search("")
    assert [one.exam_id for one in bench.view.rows] == ["e1"]


def test_the_newest_question_wins() -> None:
    bench = Bench(row(1, ExamState.TO_SIGN), row(3, ExamState.DRAFT, "Hartmann"))
    bench.presenter.start()
    bench.tasks.is_held = True
    bench.presenter.search("oka")
    bench.presenter.search("har")
    bench.tasks.held.reverse()
    bench.tasks.release()
    assert [one.exam_id for one in bench.view.rows] == ["e3"]


def test_a_failure_stays_in_sight_until_a_read_succeeds() -> None:
    bench = Bench(row(1, ExamState.TO_SIGN))
    bench.queries.error = StorageLocked()
    bench.presenter.start()
    kind, _text, action = bench.notices.shown["worklist"]
    assert kind == "danger"
    bench.queries.error = None
    action[1]()
    assert bench.notices.shown == {}
    assert len(bench.view.rows) == 1


def test_no_claim_is_read_before_the_first_list_is_shown() -> None:
    bench = Bench(row(1, ExamState.TO_SIGN))
    bench.tasks.is_held = True
    bench.presenter.start()
    bench.tasks.release()
    assert bench.queries.asked == ["worklist"]
    assert len(bench.view.rows) == 1
    bench.tasks.release()
    assert set(bench.queries.asked[1:]) == {"not_billed_count", "claim_counts", "due_counts"}


def test_to_bill_lists_signed_exams_without_a_claim() -> None:
    bench = Bench(row(1, ExamState.SIGNED))
    bench.queries.exams = [exam_row(7), exam_row(8)]
    bench.presenter.start()
    assert bench.view.counts["To bill"] == 2
    bench.presenter.choose_tab("To bill")
    assert [one.exam_id for one in bench.view.rows] == ["x7", "x8"]


def test_denied_and_due_list_claims_and_count_them() -> None:
    bench = Bench()
    bench.queries.rows = [claim_rows.row(number) for number in range(48)]
    bench.presenter.start()
    for tab in ("Denied", "Due"):
        bench.presenter.choose_tab(tab)  # type: ignore[arg-type]
        assert bench.view.tab == tab
        assert len(bench.view.claims) == bench.view.counts[tab] > 1
    assert all(line.due_tone for line in bench.view.claims)


def test_a_search_in_a_tab_of_claims_finds_claims_of_that_tab() -> None:
    bench = Bench(row(1, ExamState.DRAFT))
    bench.queries.rows = [claim_rows.row(number, state="denied") for number in range(24)]
    bench.presenter.start()
    bench.presenter.choose_tab("Denied")
    bench.presenter.search("meyer")
    assert {line.patient.split(",")[0] for line in bench.view.claims} == {"Meyer"}
    bench.presenter.search("zzz")
    assert (bench.view.claims, bench.view.empty) == ((), NO_CLAIM_FOUND)
    bench.presenter.choose_tab("Drafts")
    assert [one.exam_id for one in bench.view.rows] == ["e1"]


def test_claims_come_in_pages() -> None:
    bench = Bench()
    bench.queries.rows = [claim_rows.row(number, state="denied", snoozed_until=None) for number in range(PAGE + 9)]
    bench.presenter.start()
    bench.presenter.choose_tab("Denied")
    assert (len(bench.view.claims), bench.view.has_more) == (PAGE, True)
    bench.presenter.more()
    assert (len(bench.view.claims), bench.view.has_more) == (PAGE + 9, False)


def test_an_empty_tab_of_claims_says_what_will_appear_there() -> None:
    bench = Bench()
    bench.presenter.start()
    for tab in ("To bill", "Denied", "Due"):
        bench.presenter.choose_tab(tab)  # type: ignore[arg-type]
        assert bench.view.empty == EMPTY_TEXTS[tab]  # type: ignore[index]

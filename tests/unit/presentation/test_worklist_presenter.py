"""The worklist without a window."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from helpers.presenter_ports import InlineTasks

from parotis.domain.errors import StorageLocked
from parotis.presentation.worklist_presenter import EMPTY_TEXTS, NOTHING_FOUND, PAGE, WorklistPresenter
from parotis.services.ports import ExamRow, ExamState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def row(number: int, state: ExamState, family_name: str = "Okafor") -> ExamRow:
    at = datetime(2026, 11, 12, tzinfo=UTC)
    return ExamRow(f"e{number}", state, "S-1", family_name, "Ngozi", None, at, None, at, "u1")


class Queries:
    """Fulfils the part of ``Queries`` that the worklist asks."""

    def __init__(self, *rows: ExamRow) -> None:
        self.rows = rows
        self.error: Exception | None = None

    def worklist(self, states: Sequence[ExamState], *, limit: int, offset: int = 0) -> tuple[ExamRow, ...]:
        if self.error is not None:
            raise self.error
        return tuple(one for one in self.rows if one.state in states)[offset : offset + limit]

    def counts(self) -> Mapping[ExamState, int]:
        return Counter(one.state for one in self.rows)

    def search(self, text: str, *, limit: int = 50) -> tuple[ExamRow, ...]:
        return tuple(one for one in self.rows if one.family_name.casefold().startswith(text.casefold()))[:limit]


class View:
    def __init__(self) -> None:
        self.rows: tuple[ExamRow, ...] = ()
        self.has_more = False
        self.counts: Mapping[str, int] = {}
        self.tab = ""
        self.empty = ""

    def show_rows(self, rows: tuple[ExamRow, ...], *, has_more: bool) -> None:
        self.rows, self.has_more = rows, has_more

    def show_counts(self, counts: Mapping[str, int]) -> None:
        self.counts = counts

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
        desk: Any = SimpleNamespace(
            records=SimpleNamespace(queries=self.queries), session=SimpleNamespace(user=SimpleNamespace(role=role))
        )
        self.presenter = WorklistPresenter(self.view, desk, self.tasks, self.notices)


def test_a_dentist_begins_with_what_waits_for_a_signature() -> None:
    bench = Bench(row(1, ExamState.TO_SIGN), row(2, ExamState.DRAFT))
    bench.presenter.start()
    assert bench.view.tab == "To sign"
    assert [one.exam_id for one in bench.view.rows] == ["e1"]
    assert bench.view.counts == {"Drafts": 1, "To sign": 1, "Signed": 0}


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

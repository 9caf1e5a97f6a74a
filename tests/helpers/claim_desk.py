"""A desk with made-up claims in memory: queries and deeds as the ports promise, nothing behind them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from helpers import claim_rows

from parotis.domain.claims import entries, lifecycle
from parotis.services.claim_ports import AgeingBucket, ClaimFilter, ClaimRow, DueCount
from parotis.services.ports import ExamRow, ExamState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parotis.domain.claims.entries import Entry
    from parotis.domain.claims.records import ClaimState
    from parotis.domain.errors import ParotisError

NOW = dt.datetime.combine(claim_rows.TODAY, dt.time(9, 30), dt.UTC)


def exam_row(number: int, family_name: str = "Okafor") -> ExamRow:
    """A signed exam of a list."""
    return ExamRow(f"x{number}", ExamState.SIGNED, f"S-{number}", family_name, "Ngozi", None, NOW, "tmj", NOW, "u1")


class ClaimQueriesInMemory:
    """Fulfils ``ClaimQueries`` and the reads of exams that the worklist asks; ``asked`` names every read."""

    def __init__(self, *rows: ClaimRow) -> None:
        self.rows = list(rows)
        self.exams: list[ExamRow] = []
        self.asked: list[str] = []
        self.error: ParotisError | None = None

    def _matching(self, wanted: ClaimFilter, *, heeds_states: bool) -> list[ClaimRow]:
        def matches(row: ClaimRow) -> bool:
            words = f"{row.family_name} {row.given_name} {row.chart_number} {row.payer_name} {row.claim_id}".casefold()
            return (
                (not heeds_states or not wanted.states or row.state in wanted.states)
                and all(f" {word}" in f" {words}" for word in wanted.text.casefold().split())
                and wanted.assigned_to in (None, row.assigned_to)
                and wanted.payer_key in (None, row.payer_key)
                and (wanted.due_by is None or (row.due_on is not None and row.due_on <= wanted.due_by))
                and (wanted.with_snoozed or row.snoozed_until is None or row.snoozed_until <= wanted.today)
            )

        return [row for row in self.rows if matches(row)]

    def _note(self, name: str) -> None:
        self.asked.append(name)
        if self.error is not None:
            raise self.error

    def claims(self, wanted: ClaimFilter, *, limit: int, offset: int = 0) -> tuple[ClaimRow, ...]:
        self._note("claims")
        found = sorted(self._matching(wanted, heeds_states=True), key=lambda row: row.due_on or dt.date.max)
        return tuple(found[offset : offset + limit])

    def claims_by_group(
        self, wanted: ClaimFilter, groups: Sequence[tuple[ClaimState, ...]], *, limit: int
    ) -> tuple[tuple[ClaimRow, ...], ...]:
        return tuple(self.claims(dataclasses.replace(wanted, states=states), limit=limit) for states in groups)

    def claim_counts(self, wanted: ClaimFilter) -> Mapping[ClaimState, tuple[int, int]]:
        self._note("claim_counts")
        counts: dict[ClaimState, tuple[int, int]] = {}
        for row in self._matching(wanted, heeds_states=False):
            count, cents = counts.get(row.state, (0, 0))
            counts[row.state] = (count + 1, cents + row.charged_cents - row.paid_cents)
        return counts

    def claim(self, claim_id: str) -> ClaimRow | None:
        return next((row for row in self.rows if row.claim_id == claim_id), None)

    def claims_of_chart(self, chart_number: str) -> tuple[ClaimRow, ...]:
        return tuple(row for row in self.rows if row.chart_number == chart_number)

    def ageing(self, today: dt.date) -> tuple[AgeingBucket, ...]:
        self._note("ageing")
        found = []
        for first, last in ((0, 30), (31, 60), (61, 90), (91, 120), (121, None)):
            rows = [
                row
                for row in self.rows
                if row.state in lifecycle.OUTSTANDING
                and row.sent_on is not None
                and first <= (today - row.sent_on).days <= (last or 100_000)
            ]
            cents = sum(row.charged_cents - row.paid_cents for row in rows)
            found.append(AgeingBucket(first, last, len(rows), cents))
        return tuple(found)

    def not_billed(self, *, limit: int, offset: int = 0) -> tuple[ExamRow, ...]:
        self._note("not_billed")
        return tuple(self.exams[offset : offset + limit])

    def not_billed_count(self) -> int:
        self._note("not_billed_count")
        return len(self.exams)

    def due_counts(self, wanted: ClaimFilter) -> tuple[DueCount, ...]:
        self._note("due_counts")
        return tuple(
            DueCount(row.due_kind, row.due_on, 1)
            for row in self._matching(wanted, heeds_states=True)
            if row.due_kind is not None and row.due_on is not None
        )

    def claim_payers(self) -> tuple[tuple[str, str], ...]:
        self._note("claim_payers")
        return tuple(sorted({(row.payer_key, row.payer_name) for row in self.rows if row.payer_key is not None}))


@dataclass
class RecordingDeeds:
    """Fulfils ``ClaimDeeds``: applies what the screens record to the rows, or raises what it is told to."""

    queries: ClaimQueriesInMemory
    recorded: list[tuple[str, Entry]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    exported: list[ClaimFilter] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)
    previews: dict[bytes, Any] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
    error: ParotisError | None = None

    def record(self, claim_id: str, entry: Entry) -> None:
        self._fail()
        self.recorded.append((claim_id, entry))
        self.queries.rows = [self._after(row, entry) if row.claim_id == claim_id else row for row in self.queries.rows]

    def _after(self, row: ClaimRow, entry: Entry) -> ClaimRow:
        match entry:
            case entries.Assigned(to):
                return dataclasses.replace(row, assigned_to=to)
            case entries.Snoozed(until):
                return dataclasses.replace(row, snoozed_until=until)
            case entries.ActionPlanned(action, on):
                return dataclasses.replace(row, next_action=action, next_action_on=on)
            case _:
                raise AssertionError(entry)

    def open_claim(self, exam_id: str) -> str:
        self._fail()
        self.opened.append(exam_id)
        return f"claim of {exam_id}"

    def csv(self, wanted: ClaimFilter) -> bytes:
        self._fail()
        self.exported.append(wanted)
        return b"Claim\r\n"

    def outcomes(self) -> tuple[str, ...]:
        return self.sentences

    def preview(self, data: bytes) -> Any:
        self._fail()
        return self.previews[data]

    def post(self, data: bytes) -> Any:
        self._fail()
        self.posted.append(data)
        claims = self.previews[data].claims
        ours = sum(one.row is not None for one in claims)
        return SimpleNamespace(posted=ours, unmatched=len(claims) - ours)

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


def desk(queries: Any, login: str = "park", role: str = "dentist") -> Any:
    """A desk that offers these queries and a clock that stands."""
    return SimpleNamespace(
        records=SimpleNamespace(queries=queries),
        session=SimpleNamespace(user=SimpleNamespace(login=login, role=role)),
        machine=SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW)),
    )

"""Reads for the screens. Each runs in its own read transaction and returns frozen rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, exists, func, select, tuple_, union_all

from parotis.services.ports import WHOLE_EXAMS, ExamRow, ExamState
from parotis_db import fulltext, mapping, schema
from parotis_db.claims import SqlClaimQueries
from parotis_db.faults import storage_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Engine, Select

    from parotis.domain.case import Patient
    from parotis.domain.comparison import EarlierExam

_exams, _contents = schema.exams, schema.exam_contents
_newer = schema.exams.alias("newer")

_ROW = select(
    _exams.c.seq,
    _exams.c.exam_id,
    _exams.c.state,
    _exams.c.chart_number,
    _exams.c.family_name,
    _exams.c.given_name,
    _exams.c.birth_date,
    _exams.c.performed_at,
    _exams.c.listed_at,
    _exams.c.reason,
    _contents.c.updated_at,
    _contents.c.updated_by,
).join(_contents, _contents.c.seq == _exams.c.seq)
_NEWEST_FIRST = (_exams.c.listed_at.desc(), _contents.c.updated_at.desc())
_ROWS_BY_SEQ = _ROW.where(_exams.c.seq.in_(bindparam("seqs", expanding=True)))
_ROWS_OF_CHART = _ROW.where(_exams.c.chart_number == bindparam("chart_number")).order_by(*_NEWEST_FIRST)
_HISTORY_OF_CHART = (
    select(_exams.c.exam_id, _exams.c.state, _contents.c.case_sha256, _contents.c.case_json)
    .join(_contents, _contents.c.seq == _exams.c.seq)
    .where(_exams.c.chart_number == bindparam("chart_number"))
    .order_by(_exams.c.listed_at.desc(), _exams.c.exam_id.desc())
)
_COUNTS = select(_exams.c.state, func.count().label("exam_count")).group_by(_exams.c.state)

_PATIENT = select(
    _exams.c.chart_number, _exams.c.family_name, _exams.c.given_name, _exams.c.birth_date, _exams.c.sex
).where(
    _exams.c.chart_number.is_not(None),
    ~exists().where(
        _newer.c.chart_number == _exams.c.chart_number,
        tuple_(_newer.c.listed_at, _newer.c.seq) > tuple_(_exams.c.listed_at, _exams.c.seq),
    ),
)
_PATIENTS = _PATIENT.order_by(_exams.c.name_key, _exams.c.chart_number).limit(bindparam("limit", type_=Integer))
_PATIENTS_MATCHING = _PATIENTS.where(
    _exams.c.chart_number.in_(select(_newer.c.chart_number).where(_newer.c.seq.in_(fulltext.NEWEST_MATCHES)))
)
_MOST_MATCHES = 500
_PATIENT_OF_CHART = _PATIENT.where(_exams.c.chart_number == bindparam("chart_number"))


def _page_of_state(position: int) -> Select[Any]:
    return (
        _ROW.where(_exams.c.state == bindparam(f"state_{position}"))
        .order_by(*_NEWEST_FIRST)
        .limit(bindparam("reach", type_=Integer))
    )


def _worklist_of(state_count: int) -> Any:
    """Each state is read newest first from its own index and the heads are merged: the cost is that of a page."""
    pages = [select(_page_of_state(position).subquery()) for position in range(state_count)]
    merged = union_all(*pages).subquery()
    return (
        select(merged)
        .order_by(merged.c.listed_at.desc(), merged.c.updated_at.desc())
        .limit(bindparam("limit", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
    )


_WORKLISTS = {count: _worklist_of(count) for count in range(1, len(ExamState) + 1)}


class SqlQueries(SqlClaimQueries):
    """Any thread may ask; a read never waits for a writer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def worklist(self, states: Sequence[ExamState], *, limit: int, offset: int = 0) -> tuple[ExamRow, ...]:
        """Newest first. An exam without a time of its own stands where it was begun."""
        distinct = tuple(dict.fromkeys(states))
        if not distinct:
            return ()
        values: dict[str, Any] = {f"state_{position}": state.value for position, state in enumerate(distinct)}
        values |= {"reach": limit + offset, "limit": limit, "offset": offset}
        with storage_faults(), self._engine.begin() as connection:
            return tuple(map(mapping.exam_row, connection.execute(_WORKLISTS[len(distinct)], values)))

    def counts(self) -> Mapping[ExamState, int]:
        with storage_faults(), self._engine.begin() as connection:
            stored = {row.state: row.exam_count for row in connection.execute(_COUNTS)}
        return {state: stored.get(state.value, 0) for state in ExamState}

    def search(self, text: str, *, limit: int = 50) -> tuple[ExamRow, ...]:
        """Every word of ``text`` by prefix; none for an empty text.

        Best first: patients with exactly these words, patients with words that begin so, then the words anywhere in
        the exam; within each, the exam recorded last. Asking for no rank keeps the cost to that of a page.
        """
        terms = fulltext.words(text)
        if not terms:
            return ()
        with storage_faults(), self._engine.begin() as connection:
            seqs = _best_matches(connection, terms, limit)
            rows = {row.seq: row for row in connection.execute(_ROWS_BY_SEQ, {"seqs": seqs})}
            return tuple(mapping.exam_row(rows[seq]) for seq in seqs)

    def patients(self, text: str, *, limit: int = 50) -> tuple[Patient, ...]:
        """By name. Facts are those of each patient's newest exam; a former name is still found.

        Of words that match very many exams, only the patients of the 500 exams recorded last are given.
        """
        terms = fulltext.words(text)
        if text.strip() and not terms:
            return ()
        with storage_faults(), self._engine.begin() as connection:
            if terms:
                rows = connection.execute(
                    _PATIENTS_MATCHING, {**_matching(fulltext.identity(terms), _MOST_MATCHES), "limit": limit}
                )
            else:
                rows = connection.execute(_PATIENTS, {"limit": limit})
            return tuple(map(mapping.patient, rows))

    def patient(self, chart_number: str) -> Patient | None:
        with storage_faults(), self._engine.begin() as connection:
            row = connection.execute(_PATIENT_OF_CHART, {"chart_number": chart_number}).one_or_none()
            return None if row is None else mapping.patient(row)

    def exams_of(self, chart_number: str) -> tuple[ExamRow, ...]:
        """Newest first."""
        with storage_faults(), self._engine.begin() as connection:
            rows = connection.execute(_ROWS_OF_CHART, {"chart_number": chart_number})
            return tuple(map(mapping.exam_row, rows))

    def history_of(self, chart_number: str, *, whole: int = WHOLE_EXAMS) -> tuple[EarlierExam, ...]:
        """Newest first; of those after the first ``whole``, time and findings only, which are much less to decode.

        Raises:
            StorageCorrupt: a stored case is not what was saved.
        """
        with storage_faults(), self._engine.begin() as connection:
            rows = connection.execute(_HISTORY_OF_CHART, {"chart_number": chart_number}).all()
        return tuple(mapping.earlier_exam(row, is_whole=position < whole) for position, row in enumerate(rows))


def _best_matches(connection: Connection, terms: tuple[str, ...], limit: int) -> list[int]:
    found: dict[int, None] = {}
    for query in (fulltext.whole_identity(terms), fulltext.identity(terms), fulltext.anywhere(terms)):
        if len(found) < limit:
            found |= dict.fromkeys(connection.scalars(fulltext.NEWEST_MATCHES, _matching(query, limit)))
    return list(found)[:limit]


def _matching(query: str, limit: int) -> dict[str, Any]:
    return {"query": query, "match_limit": limit}

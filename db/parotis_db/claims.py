"""Claims: the repository, and the reads of the claim screens."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, insert, or_, select, union_all, update
from sqlalchemy.dialects.sqlite import insert as upsert

from parotis.domain import canonical
from parotis.domain.claims.lifecycle import OUTSTANDING
from parotis.domain.claims.records import ClaimRecord, Remittance
from parotis.domain.errors import AlreadyExists, DocumentAltered, NotFound, StaleDraft, StorageCorrupt
from parotis.services.claim_ports import (
    AgeingBucket,
    ClaimEvent,
    ClaimFile,
    ClaimFileFacts,
    ClaimRow,
    DueCount,
    KeptRemittanceFile,
    PayerOutcome,
)
from parotis.services.ports import ExamState
from parotis_db import mapping, schema
from parotis_db.faults import storage_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine, Row

    from parotis.domain.claims.records import ClaimState
    from parotis.services.claim_ports import ClaimFilter
    from parotis.services.ports import ExamRow

    StoredRow = Row[*tuple[Any, ...]]

_claims, _contents = schema.claims, schema.claim_contents
_events, _files, _remittances = schema.claim_events, schema.claim_files, schema.remittance_files
_exams = schema.exams

_ROW = select(_claims, _contents.c.revision).join(_contents, _contents.c.seq == _claims.c.seq)
_LATEST = "9999"
_BY_DUE = (func.coalesce(_claims.c.due_on, _LATEST), _claims.c.updated_at.desc())
_DATES = ("service_date", "sent_on", "next_action_on", "filing_due", "appeal_due", "due_on", "snoozed_until")
_BUCKETS = ((0, 30), (31, 60), (61, 90), (91, 120), (121, None))
_BEFORE_ANSWER = ("to-bill", "ready", "sent", "acknowledged", "more-information")

_NOT_BILLED = (
    _exams.c.state == ExamState.SIGNED.value,
    ~exists().where(_claims.c.exam_id == _exams.c.exam_id),
)


class Claims:
    """The claims inside a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, claim_id: str) -> tuple[ClaimRecord, int]:
        """Raises NotFound; StorageCorrupt when the claim is not what was saved."""
        row = self._connection.execute(
            select(_contents).join(_claims, _claims.c.seq == _contents.c.seq).where(_claims.c.claim_id == claim_id)
        ).one_or_none()
        if row is None:
            raise NotFound("claim")
        if _sha256(row.claim_json) != row.claim_sha256:
            raise StorageCorrupt("a stored claim does not match its hash")
        return canonical.object_from_json(json.loads(row.claim_json), ClaimRecord), row.revision

    def of_exam(self, exam_id: str) -> tuple[str, ...]:
        """Oldest first."""
        found = select(_claims.c.claim_id).where(_claims.c.exam_id == exam_id).order_by(_claims.c.seq)
        return tuple(self._connection.scalars(found))

    def insert(self, claim: ClaimRecord, row: ClaimRow) -> None:
        """Raises AlreadyExists."""
        if self._connection.scalar(select(exists().where(_claims.c.claim_id == claim.claim_id))):
            raise AlreadyExists("claim")
        seq = self._connection.execute(insert(_claims).returning(_claims.c.seq), _columns(row)).scalar_one()
        self._connection.execute(insert(_contents), {"seq": seq, "revision": 1, **_content(claim)})

    def save(self, claim: ClaimRecord, row: ClaimRow, event: ClaimEvent, *, expected_revision: int) -> None:
        """Raises NotFound, StaleDraft."""
        stored = self._connection.execute(_ROW.where(_claims.c.claim_id == claim.claim_id)).one_or_none()
        if stored is None:
            raise NotFound("claim")
        if stored.revision != expected_revision:
            raise StaleDraft(stored.revision)
        columns = {name: value for name, value in _columns(row).items() if name not in ("claim_id", "exam_id")}
        self._connection.execute(update(_claims).where(_claims.c.seq == stored.seq), columns)
        content = {"revision": expected_revision + 1, **_content(claim)}
        self._connection.execute(update(_contents).where(_contents.c.seq == stored.seq), content)
        self._connection.execute(
            insert(_events),
            {
                "claim_id": event.claim_id,
                "at": event.at.isoformat(),
                "user_id": event.user_id,
                "kind": event.kind,
                "from_state": event.from_state,
                "to_state": event.to_state,
                "entry_json": event.entry_json,
            },
        )

    def list_anew(self, row: ClaimRow) -> None:
        """The line of the lists alone; of a claim that changed meanwhile it stays as that change made it."""
        is_as_read = exists().where(_contents.c.seq == _claims.c.seq, _contents.c.revision == row.revision)
        changed = {name: value for name, value in _columns(row).items() if name not in ("claim_id", "exam_id")}
        self._connection.execute(update(_claims).where(_claims.c.claim_id == row.claim_id, is_as_read), changed)

    def remittance_files(self) -> tuple[KeptRemittanceFile, ...]:
        """Newest first, without their bytes."""
        columns = (_remittances.c.sha256, _remittances.c.added_at, _remittances.c.added_by)
        rows = self._connection.execute(
            select(*columns, func.length(_remittances.c.data).label("size"), _remittances.c.unmatched_json).order_by(
                _remittances.c.added_at.desc(), _remittances.c.sha256
            )
        )
        return tuple(
            KeptRemittanceFile(
                row.sha256,
                row.size,
                datetime.fromisoformat(row.added_at),
                row.added_by,
                tuple(canonical.object_from_json(one, Remittance) for one in json.loads(row.unmatched_json)),
            )
            for row in rows
        )

    def remittance_file(self, sha256: str) -> bytes:
        """Raises NotFound, DocumentAltered."""
        data = self._connection.scalar(select(_remittances.c.data).where(_remittances.c.sha256 == sha256))
        if data is None:
            raise NotFound("remittance file")
        if _sha256(data) != sha256:
            raise DocumentAltered("a remittance file")
        return bytes(data)

    def events(self, claim_id: str) -> tuple[ClaimEvent, ...]:
        """Oldest first."""
        rows = self._connection.execute(select(_events).where(_events.c.claim_id == claim_id).order_by(_events.c.seq))
        return tuple(ClaimEvent(**{**row._asdict(), "at": datetime.fromisoformat(row.at)}) for row in rows)

    def put_file(self, claim_id: str, file: ClaimFile) -> None:
        known = exists().where(_files.c.claim_id == claim_id, _files.c.sha256 == file.sha256)
        if self._connection.scalar(select(known)):
            return
        columns = {
            "claim_id": claim_id,
            "sha256": file.sha256,
            "kind": file.kind,
            "media_type": file.media_type,
            "size": len(file.data),
            "added_at": file.added_at.isoformat(),
            "added_by": file.added_by,
            "data": file.data,
        }
        self._connection.execute(insert(_files), columns)

    def files(self, claim_id: str) -> tuple[ClaimFileFacts, ...]:
        """Oldest first."""
        facts = select(*(column for column in _files.c if column.name not in ("claim_id", "data")))
        rows = self._connection.execute(facts.where(_files.c.claim_id == claim_id).order_by(_files.c.added_at))
        return tuple(
            ClaimFileFacts(**{**row._asdict(), "added_at": datetime.fromisoformat(row.added_at)}) for row in rows
        )

    def file(self, claim_id: str, sha256: str) -> ClaimFile:
        """Raises NotFound, DocumentAltered."""
        row = self._connection.execute(
            select(_files).where(_files.c.claim_id == claim_id, _files.c.sha256 == sha256)
        ).one_or_none()
        if row is None:
            raise NotFound("file of a claim")
        if _sha256(row.data) != row.sha256:
            raise DocumentAltered("a file of a claim")
        return ClaimFile(
            row.sha256, row.kind, row.media_type, datetime.fromisoformat(row.added_at), row.added_by, row.data
        )

    def is_remittance_known(self, sha256: str) -> bool:
        return bool(self._connection.scalar(select(exists().where(_remittances.c.sha256 == sha256))))

    def put_remittance_file(self, sha256: str, data: bytes, unmatched: Sequence[str], *, at: datetime, by: str) -> None:
        """Raises AlreadyExists."""
        if self.is_remittance_known(sha256):
            raise AlreadyExists("remittance file")
        columns = {
            "sha256": sha256,
            "added_at": at.isoformat(),
            "added_by": by,
            "unmatched_json": f"[{','.join(unmatched)}]",
            "data": data,
        }
        self._connection.execute(upsert(_remittances), columns)


class SqlClaimQueries:
    """Reads of the claim screens. Any thread may ask."""

    _engine: Engine

    def claims(self, wanted: ClaimFilter, *, limit: int, offset: int = 0) -> tuple[ClaimRow, ...]:
        conditions = _conditions_with_states(wanted)
        chosen = select(_claims.c.seq).where(*conditions).order_by(*_BY_DUE).limit(limit).offset(offset)
        rows = _ROW.where(_claims.c.seq.in_(chosen)).order_by(*_BY_DUE)
        with storage_faults(), self._engine.begin() as connection:
            return tuple(map(_row, connection.execute(rows)))

    def claims_by_group(
        self, wanted: ClaimFilter, groups: Sequence[tuple[ClaimState, ...]], *, limit: int
    ) -> tuple[tuple[ClaimRow, ...], ...]:
        """All groups in one statement: the board asks at every key, and each statement may wait for the window."""
        conditions = _conditions(wanted)
        firsts = [
            select(_claims.c.seq)
            .where(*conditions, _claims.c.state.in_(states))
            .order_by(*_BY_DUE)
            .limit(limit)
            .subquery()
            for states in groups
        ]
        if not firsts:
            return ()
        chosen = union_all(*(select(first.c.seq) for first in firsts))
        rows = _ROW.where(_claims.c.seq.in_(chosen)).order_by(*_BY_DUE)
        with storage_faults(), self._engine.begin() as connection:
            found = tuple(map(_row, connection.execute(rows)))
        return tuple(tuple(row for row in found if row.state in states) for states in groups)

    def claim_counts(self, wanted: ClaimFilter) -> Mapping[ClaimState, tuple[int, int]]:
        open_cents = func.sum(_claims.c.charged_cents - _claims.c.paid_cents)
        counted = (
            select(_claims.c.state, func.count(), open_cents).where(*_conditions(wanted)).group_by(_claims.c.state)
        )
        with storage_faults(), self._engine.begin() as connection:
            return {state: (count, cents) for state, count, cents in connection.execute(counted)}

    def claim(self, claim_id: str) -> ClaimRow | None:
        with storage_faults(), self._engine.begin() as connection:
            row = connection.execute(_ROW.where(_claims.c.claim_id == claim_id)).one_or_none()
            return None if row is None else _row(row)

    def claims_of_chart(self, chart_number: str) -> tuple[ClaimRow, ...]:
        """Newest first."""
        found = _ROW.where(_claims.c.chart_number == chart_number).order_by(_claims.c.seq.desc())
        with storage_faults(), self._engine.begin() as connection:
            return tuple(map(_row, connection.execute(found)))

    def ageing(self, today: date) -> tuple[AgeingBucket, ...]:
        sent_on = _claims.c.sent_on
        number = case(
            *(
                (sent_on >= (today - timedelta(days=last)).isoformat(), position)
                for position, (_, last) in enumerate(_BUCKETS)
                if last is not None
            ),
            else_=len(_BUCKETS) - 1,
        )
        open_cents = func.sum(_claims.c.charged_cents - _claims.c.paid_cents)
        counted = (
            select(number, func.count(), open_cents)
            .where(_claims.c.state.in_(OUTSTANDING), sent_on.is_not(None))
            .group_by(number)
        )
        with storage_faults(), self._engine.begin() as connection:
            found = {position: (count, cents) for position, count, cents in connection.execute(counted)}
        return tuple(
            AgeingBucket(first, last, *found.get(position, (0, 0))) for position, (first, last) in enumerate(_BUCKETS)
        )

    def not_billed(self, *, limit: int, offset: int = 0) -> tuple[ExamRow, ...]:
        """Oldest first."""
        contents = schema.exam_contents
        columns = (column for column in _exams.c if column.name not in ("created_at", "name_key"))
        rows = (
            select(*columns, contents.c.updated_at, contents.c.updated_by)
            .join(contents, contents.c.seq == _exams.c.seq)
            .where(*_NOT_BILLED)
            .order_by(_exams.c.listed_at, _exams.c.seq)
            .limit(limit)
            .offset(offset)
        )
        with storage_faults(), self._engine.begin() as connection:
            return tuple(map(mapping.exam_row, connection.execute(rows)))

    def not_billed_count(self) -> int:
        with storage_faults(), self._engine.begin() as connection:
            return connection.scalar(select(func.count()).select_from(_exams).where(*_NOT_BILLED)) or 0

    def due_counts(self, wanted: ClaimFilter) -> tuple[DueCount, ...]:
        """By day and kind; claims without a day on which something lapses are left out."""
        by = (_claims.c.due_on, _claims.c.due_kind)
        counted = (
            select(*by, func.count())
            .where(*_conditions_with_states(wanted), _claims.c.due_on.is_not(None), _claims.c.due_kind.is_not(None))
            .group_by(*by)
            .order_by(*by)
        )
        with storage_faults(), self._engine.begin() as connection:
            return tuple(
                DueCount(kind, date.fromisoformat(day), count) for day, kind, count in connection.execute(counted)
            )

    def claim_payers(self) -> tuple[tuple[str, str], ...]:
        """Key and name, by name; of a payer whose name changed, the name on the newest claim."""
        newest = select(func.max(_claims.c.seq)).where(_claims.c.payer_key.is_not(None)).group_by(_claims.c.payer_key)
        named = (
            select(_claims.c.payer_key, _claims.c.payer_name)
            .where(_claims.c.seq.in_(newest))
            .order_by(_claims.c.payer_name, _claims.c.payer_key)
        )
        with storage_faults(), self._engine.begin() as connection:
            return tuple((key, name) for key, name in connection.execute(named))

    def payer_outcomes(self) -> tuple[PayerOutcome, ...]:
        """Of claims that the payer has answered; a payer without a profile is left out."""
        of_payer = (_claims.c.payer_key, _claims.c.was_denied, _claims.c.denied_for)
        counted = (
            select(*of_payer, func.count())
            .where(_claims.c.payer_key.is_not(None), _claims.c.state.not_in(_BEFORE_ANSWER))
            .group_by(*of_payer)
            .order_by(_claims.c.payer_key)
        )
        with storage_faults(), self._engine.begin() as connection:
            return tuple(
                PayerOutcome(key, bool(was_denied), codes, count)
                for key, was_denied, codes, count in connection.execute(counted)
            )


def _conditions_with_states(wanted: ClaimFilter) -> list[ColumnElement[bool]]:
    found = _conditions(wanted)
    if wanted.states:
        found.append(_claims.c.state.in_(wanted.states))
    return found


def _conditions(wanted: ClaimFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        _claims.c.search_key.like(f"% {_escaped(word)}%", escape="\\") for word in _folded(wanted.text).split()
    ]
    if wanted.assigned_to is not None:
        found.append(_claims.c.assigned_to == wanted.assigned_to)
    if wanted.payer_key is not None:
        found.append(_claims.c.payer_key == wanted.payer_key)
    if wanted.due_by is not None:
        found.append(and_(_claims.c.due_on.is_not(None), _claims.c.due_on <= wanted.due_by.isoformat()))
    if not wanted.with_snoozed:
        until = _claims.c.snoozed_until
        found.append(or_(until.is_(None), until <= wanted.today.isoformat()))
    return found


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _columns(row: ClaimRow) -> dict[str, Any]:
    days = {name: _text(getattr(row, name)) for name in _DATES}
    words = f"{row.family_name} {row.given_name} {row.chart_number} {row.payer_name} {row.claim_id}"
    return {
        "claim_id": row.claim_id,
        "exam_id": row.exam_id,
        "state": row.state,
        "chart_number": row.chart_number,
        "family_name": row.family_name,
        "given_name": row.given_name,
        "search_key": f" {' '.join(_folded(words).split())}",
        "payer_key": row.payer_key,
        "payer_name": row.payer_name,
        "charged_cents": row.charged_cents,
        "paid_cents": row.paid_cents,
        "next_action": row.next_action,
        "due_kind": row.due_kind,
        "was_denied": int(bool(row.denied_for)),
        "denied_for": row.denied_for,
        "assigned_to": row.assigned_to,
        "updated_at": mapping.sortable(row.updated_at),
        **days,
    }


def _folded(words: str) -> str:
    return mapping.folded(words)


def _content(claim: ClaimRecord) -> dict[str, Any]:
    data = json.dumps(canonical.object_as_json(claim), ensure_ascii=False, separators=(",", ":")).encode()
    return {"claim_sha256": _sha256(data), "claim_json": data}


def _row(row: StoredRow) -> ClaimRow:
    days = {name: _date(getattr(row, name)) for name in _DATES}
    return ClaimRow(
        claim_id=row.claim_id,
        exam_id=row.exam_id,
        state=row.state,
        chart_number=row.chart_number,
        family_name=row.family_name,
        given_name=row.given_name,
        payer_key=row.payer_key,
        payer_name=row.payer_name,
        charged_cents=row.charged_cents,
        paid_cents=row.paid_cents,
        next_action=row.next_action,
        due_kind=row.due_kind,
        denied_for=row.denied_for,
        assigned_to=row.assigned_to,
        updated_at=datetime.fromisoformat(row.updated_at),
        revision=row.revision,
        **days,
    )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

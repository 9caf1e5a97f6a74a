"""Builders for the tests of the encrypted record."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from parotis.domain.case import Case, ExamFacts, Interpretation, Patient, Rationale
from parotis.services.ports import AuditEntry, ExamRecord, ExamState, SignedDocument
from parotis_db import EncryptedRecords, open_records
from parotis_db.engine import DatabaseKey, connect

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DATABASE_KEY = bytes(range(48))
OTHER_KEY = bytes(48)
AUDIT_KEY = b"a" * 32
PRACTICE_ID = "practice-1"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PDF = b"%PDF-1.7 signed"


def opened(path: Path, key: bytes = DATABASE_KEY, practice_id: str = PRACTICE_ID) -> EncryptedRecords:
    return open_records(path, key, AUDIT_KEY, practice_id=practice_id)


def direct(path: Path) -> Any:
    """A connection past all repositories."""
    return connect(path, DatabaseKey(DATABASE_KEY))


def a_case(
    chart: str | None = "C-1",
    family: str | None = "Okafor",
    given: str | None = "Ada",
    *,
    performed_at: datetime | None = NOW,
    complaint: str | None = "swelling in front of the ear",
    **others: Any,
) -> Case:
    return Case(
        patient=Patient(chart, family, given),
        exam=ExamFacts(performed_at=performed_at),
        complaint=complaint,
        rationale=Rationale(reason="cyst", question="Is it solid or cystic?"),
        interpretation=Interpretation(impression=("Simple cyst.",)),
        **others,
    )


def a_record(exam_id: str = "exam-1", case: Case | None = None, **changes: Any) -> ExamRecord:
    record = ExamRecord(
        exam_id=exam_id,
        state=ExamState.DRAFT,
        revision=1,
        case=a_case() if case is None else case,
        rejected=(("patient.birth_date", "31.02.1980"),),
        created_at=NOW,
        updated_at=NOW,
        updated_by="user-1",
    )
    return dataclasses.replace(record, **changes)


def a_document(exam_id: str = "exam-1", version: int = 1, pdf: bytes = PDF) -> SignedDocument:
    digest = hashlib.sha256(pdf).hexdigest()
    return SignedDocument(f"{exam_id}-v{version}", exam_id, version, digest, "c" * 64, NOW, "user-1", pdf)


def an_entry(action: str = "draft-made", object_id: str = "exam-1") -> AuditEntry:
    return AuditEntry(NOW, "user-1", "dentist", action, object_id)


def insert(records: EncryptedRecords, *stored: ExamRecord) -> None:
    with records.unit_of_work() as work:
        for record in stored:
            work.exams.insert(record)
        work.commit()


def save(records: EncryptedRecords, record: ExamRecord, case: Case) -> ExamRecord:
    """The next revision of a draft, committed."""
    following = dataclasses.replace(record, case=case, revision=record.revision + 1)
    with records.unit_of_work() as work:
        work.exams.save_draft(following, expected_revision=record.revision)
        work.commit()
    return following


def load(records: EncryptedRecords, exam_id: str = "exam-1") -> ExamRecord:
    with records.unit_of_work() as work:
        return work.exams.get(exam_id)


def sign(records: EncryptedRecords, exam_id: str = "exam-1") -> None:
    """Through the states, with a stored document."""
    with records.unit_of_work() as work:
        work.exams.set_state(exam_id, ExamState.SIGNING, expected=(ExamState.DRAFT,))
        work.documents.insert(a_document(exam_id))
        work.exams.set_state(exam_id, ExamState.SIGNED, expected=(ExamState.SIGNING,), document_id=f"{exam_id}-v1")
        work.commit()


def ids(rows: Iterable[Any]) -> list[str]:
    return [row.exam_id for row in rows]


def texts_of(error: BaseException) -> str:
    """All that a traceback would print of an error and of what caused it."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None:
        parts.append(str(current) + repr(current.args))
        current = current.__cause__ or current.__context__
    return " ".join(parts)

"""Between the frozen records of the ports and the columns of the tables. No SQL here."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import unicodedata
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

from parotis.domain import canonical
from parotis.domain.case import Patient, Sex
from parotis.domain.comparison import EarlierExam
from parotis.domain.draft_entry import Entry, PhraseUse
from parotis.domain.errors import StorageCorrupt
from parotis.services.ports import (
    ExamRecord,
    ExamRow,
    ExamState,
    LibraryFile,
    Practice,
    PracticeNumbers,
    SignedDocument,
    StoredPicture,
    UserProfile,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row

    from parotis.domain.case import Case
    from parotis_db import fulltext

    StoredRow = Row[*tuple[Any, ...]]

Columns = dict[str, Any]


def sortable(moment: datetime) -> str:
    """UTC, fixed width. A time without a zone counts as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        aware = aware.astimezone(UTC)
    except OverflowError:
        # The first and last day of the calendar have no UTC time in some zones.
        aware = aware.replace(tzinfo=UTC)
    return aware.isoformat(timespec="microseconds")


def moment(stored: str) -> datetime:
    """The aware time of a stored one."""
    return datetime.fromisoformat(stored)


def listing(case: Case, created_at: datetime) -> Columns:
    """The columns of ``exams`` that follow from the case."""
    patient = case.patient
    performed_at = case.exam.performed_at
    return {
        "chart_number": _normal(patient.chart_number),
        "family_name": _normal(patient.family_name),
        "given_name": _normal(patient.given_name),
        "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
        "sex": patient.sex,
        "name_key": folded(f"{patient.family_name or ''}\t{patient.given_name or ''}"),
        "performed_at": performed_at.isoformat() if performed_at else None,
        "listed_at": sortable(performed_at or created_at),
        "reason": case.rationale.reason,
    }


def _normal(words: str | None) -> str | None:
    return None if words is None else unicodedata.normalize("NFC", words)


def folded(words: str) -> str:
    """Lower case without accents, for lists and searches."""
    decomposed = unicodedata.normalize("NFKD", words)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()


def contents(record: ExamRecord, searched: fulltext.SearchedText) -> Columns:
    """The columns of ``exam_contents``."""
    case_json = canonical.encoded(record.case)
    return {
        "revision": record.revision,
        "updated_at": sortable(record.updated_at),
        "updated_by": record.updated_by,
        "searched_sha256": _sha256("\0".join(searched).encode()),
        "case_sha256": _sha256(case_json),
        "rejected_json": _pairs_json(record.rejected),
        "case_json": case_json,
        "entry_json": _entry_json(record.entry),
    }


def exam_record(row: StoredRow) -> ExamRecord:
    """Raises StorageCorrupt when the case is not what was saved."""
    if _sha256(row.case_json) != row.case_sha256:
        raise StorageCorrupt("a stored case does not match its hash")
    return ExamRecord(
        exam_id=row.exam_id,
        state=ExamState(row.state),
        revision=row.revision,
        case=canonical.decoded(row.case_json),
        rejected=_pairs(row.rejected_json),
        created_at=datetime.fromisoformat(row.created_at),
        updated_at=datetime.fromisoformat(row.updated_at),
        updated_by=row.updated_by,
        document_id=row.document_id,
        entry=_entry(row.entry_json),
    )


def earlier_exam(row: StoredRow, *, is_whole: bool) -> EarlierExam:
    """Raises StorageCorrupt when the case is not what was saved."""
    if _sha256(row.case_json) != row.case_sha256:
        raise StorageCorrupt("a stored case does not match its hash")
    case = canonical.decoded(row.case_json) if is_whole else canonical.decoded_findings(row.case_json)
    return EarlierExam(row.exam_id, case, ExamState(row.state) is ExamState.SIGNED, is_whole)


def exam_row(row: StoredRow) -> ExamRow:
    return ExamRow(
        exam_id=row.exam_id,
        state=ExamState(row.state),
        chart_number=row.chart_number or "",
        family_name=row.family_name or "",
        given_name=row.given_name or "",
        birth_date=_date(row.birth_date),
        performed_at=datetime.fromisoformat(row.performed_at) if row.performed_at else None,
        reason=row.reason,
        updated_at=datetime.fromisoformat(row.updated_at),
        updated_by=row.updated_by,
    )


def patient(row: StoredRow) -> Patient:
    return Patient(
        chart_number=row.chart_number,
        family_name=row.family_name,
        given_name=row.given_name,
        birth_date=_date(row.birth_date),
        sex=cast("Sex | None", row.sex),
    )


def document_columns(document: SignedDocument) -> Columns:
    return {
        "document_id": document.document_id,
        "exam_id": document.exam_id,
        "version": document.version,
        "sha256": document.sha256,
        "clinical_sha256": document.clinical_sha256,
        "signed_at": document.signed_at.isoformat(),
        "signed_by": document.signed_by,
        "pdf": document.pdf,
    }


def document(row: StoredRow) -> SignedDocument:
    return SignedDocument(**{**row._asdict(), "signed_at": datetime.fromisoformat(row.signed_at)})


def picture_columns(picture: StoredPicture) -> Columns:
    """The columns of ``pictures``: all but the original bytes."""
    return {
        "sha256": picture.sha256,
        "frame": picture.frame,
        "media_kind": picture.media_kind,
        "frame_count": picture.frame_count,
        "width": picture.width,
        "height": picture.height,
        "mm_per_pixel": picture.mm_per_pixel,
        "facts_json": _pairs_json(picture.facts),
        "png": picture.png,
    }


def picture(row: StoredRow) -> StoredPicture:
    """From a row of ``pictures`` with the original bytes as ``data``."""
    return StoredPicture(
        sha256=row.sha256,
        media_kind=row.media_kind,
        frame=row.frame,
        frame_count=row.frame_count,
        width=row.width,
        height=row.height,
        mm_per_pixel=row.mm_per_pixel,
        original=row.data,
        png=row.png,
        facts=_pairs(row.facts_json),
    )


def practice_columns(practice: Practice) -> Columns:
    return {
        "only": 1,
        "practice_id": practice.practice_id,
        "name": practice.name,
        "address_json": json.dumps(practice.address_lines, ensure_ascii=False),
        "manners_json": json.dumps(
            {"capital_sides": practice.capital_sides, "numbers": dataclasses.asdict(practice.numbers)}
        ),
    }


def practice(row: StoredRow) -> Practice:
    manners = json.loads(row.manners_json)
    address_lines = tuple(json.loads(row.address_json))
    numbers = PracticeNumbers(**manners.get("numbers", {}))
    return Practice(row.practice_id, row.name, address_lines, manners.get("capital_sides", False), numbers)


def library_file(row: StoredRow) -> LibraryFile:
    return LibraryFile(**{**row._asdict(), "added_at": datetime.fromisoformat(row.added_at)})


def user_columns(profile: UserProfile) -> Columns:
    return {
        "user_id": profile.user_id,
        "login": profile.login,
        "name": profile.name,
        "role": profile.role,
        "credentials": profile.credentials,
        "license_number": profile.license_number,
        "license_state": profile.license_state,
        "npi": profile.npi,
        "disabled": int(profile.disabled),
    }


def user(row: StoredRow) -> UserProfile:
    return UserProfile(**{**row._asdict(), "disabled": bool(row.disabled)})


def _entry_json(entry: Entry) -> str:
    """Authors are grouped by person, because most fields have the same one."""
    if entry == Entry():
        return "{}"
    by_author: dict[str, list[str]] = {}
    for path, user_id in entry.authors.items():
        by_author.setdefault(user_id, []).append(path)
    return json.dumps(
        {
            "proposed": dict(entry.proposed),
            "authors": by_author,
            "reviewed": sorted(entry.reviewed),
            "phrases": [dataclasses.astuple(use) for use in entry.phrases],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _entry(stored: str) -> Entry:
    if stored == "{}":
        return Entry()
    values = json.loads(stored)
    return Entry(
        proposed=values["proposed"],
        authors={path: user_id for user_id, of_user in values["authors"].items() for path in of_user},
        reviewed=frozenset(values["reviewed"]),
        phrases=tuple(PhraseUse(*use) for use in values["phrases"]),
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _date(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _pairs_json(pairs: Iterable[tuple[str, str]]) -> str:
    return json.dumps(list(pairs))


def _pairs(stored: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(stored))

"""The repositories of the ports, each over one open transaction. None of them commits."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, exists, func, insert, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from parotis.domain.errors import AlreadyExists, AlreadySigned, DocumentAltered, NotFound, StaleDraft
from parotis.services.ports import ExamState
from parotis_db import fulltext, mapping, schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from parotis.services.ports import (
        ExamRecord,
        LibraryFile,
        Practice,
        SignedDocument,
        StoredPicture,
        UserProfile,
    )

_exams, _contents = schema.exams, schema.exam_contents
_documents, _originals, _pictures = schema.documents, schema.originals, schema.pictures
_libraries = schema.libraries

_FROZEN = (ExamState.SIGNING, ExamState.SIGNED)

_EXAM = select(_exams, *(column for column in _contents.c if column.name != "seq")).join(
    _contents, _contents.c.seq == _exams.c.seq
)
_EXAM_BY_ID = _EXAM.where(_exams.c.exam_id == bindparam("exam_id"))
_EXAMS_IN_STATE = _EXAM.where(_exams.c.state == bindparam("state")).order_by(_exams.c.seq)
_STORED = (
    select(_exams, _contents.c.revision, _contents.c.searched_sha256)
    .join(_contents, _contents.c.seq == _exams.c.seq)
    .where(_exams.c.exam_id == bindparam("exam_id"))
)
_INSERT_EXAM = insert(_exams).returning(_exams.c.seq)
_INSERT_CONTENTS = insert(_contents)
_SAVE_CONTENTS = update(_contents).where(_contents.c.seq == bindparam("of_seq"))
_SAVE_LISTING = update(_exams).where(_exams.c.seq == bindparam("of_seq"))
_DOCUMENT_BY_ID = select(_documents).where(_documents.c.document_id == bindparam("document_id"))
_DOCUMENTS_OF_EXAM = select(_documents).where(_documents.c.exam_id == bindparam("exam_id"))
_PICTURE = (
    select(_pictures, _originals.c.data)
    .join(_originals, _originals.c.sha256 == _pictures.c.sha256)
    .where(_pictures.c.sha256 == bindparam("sha256"), _pictures.c.frame == bindparam("frame"))
)


class Exams:
    """Drafts and signed exams with their search text."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, exam_id: str) -> ExamRecord:
        """Raises NotFound; StorageCorrupt when the case is not what was saved."""
        row = self._connection.execute(_EXAM_BY_ID, {"exam_id": exam_id}).one_or_none()
        if row is None:
            raise NotFound("exam")
        return mapping.exam_record(row)

    def insert(self, record: ExamRecord) -> None:
        """Store a new exam as it is. Raises AlreadyExists."""
        if self._stored(record.exam_id) is not None:
            raise AlreadyExists("exam")
        searched = fulltext.searched_text(record.case)
        columns = mapping.listing(record.case, record.created_at) | {
            "exam_id": record.exam_id,
            "state": record.state.value,
            "created_at": mapping.sortable(record.created_at),
            "document_id": record.document_id,
        }
        seq = self._connection.execute(_INSERT_EXAM, columns).scalar_one()
        self._connection.execute(_INSERT_CONTENTS, {"seq": seq, **mapping.contents(record, searched)})
        fulltext.put(self._connection, seq, searched)

    def save_draft(self, record: ExamRecord, *, expected_revision: int) -> None:
        """Replace case, rejected texts and who saved when; the stored revision becomes ``expected_revision + 1``.

        State, document and ``created_at`` stay as stored. Lists and search index are written only where the case
        changed what they show, so that most saves touch one row.

        Raises:
            NotFound: no such exam.
            AlreadySigned: the exam is signed or being signed.
            StaleDraft: the stored revision is another one.
        """
        stored = self._stored(record.exam_id)
        if stored is None:
            raise NotFound("exam")
        if stored.state in _FROZEN:
            raise AlreadySigned(stored.state)
        if stored.revision != expected_revision:
            raise StaleDraft(stored.revision)
        searched = fulltext.searched_text(record.case)
        contents = mapping.contents(dataclasses.replace(record, revision=expected_revision + 1), searched)
        self._connection.execute(_SAVE_CONTENTS, {"of_seq": stored.seq, **contents})
        if contents["searched_sha256"] != stored.searched_sha256:
            fulltext.put(self._connection, stored.seq, searched)
        listing = mapping.listing(record.case, mapping.moment(stored.created_at))
        changed = {name: value for name, value in listing.items() if getattr(stored, name) != value}
        if changed:
            self._connection.execute(_SAVE_LISTING, {"of_seq": stored.seq, **changed})

    def set_state(
        self, exam_id: str, state: ExamState, *, expected: Sequence[ExamState], document_id: str | None = None
    ) -> None:
        """Change the state if it is one of ``expected``.

        A ``document_id`` is kept until another is given; an exam that goes back to a draft loses it.

        Raises:
            NotFound: no such exam.
            AlreadySigned: the exam is signed, which is final.
            StaleDraft: the state is none of ``expected``.
        """
        stored = self._stored(exam_id)
        if stored is None:
            raise NotFound("exam")
        if stored.state not in expected:
            raise StaleDraft(stored.revision)
        if stored.state == ExamState.SIGNED:
            raise AlreadySigned("exam")
        kept = (document_id or stored.document_id) if state in _FROZEN else None
        self._connection.execute(_SAVE_LISTING, {"of_seq": stored.seq, "state": state.value, "document_id": kept})

    def in_state(self, state: ExamState) -> tuple[ExamRecord, ...]:
        """All exams in a state, oldest record first."""
        return tuple(map(mapping.exam_record, self._connection.execute(_EXAMS_IN_STATE, {"state": state.value})))

    def _stored(self, exam_id: str) -> Any:
        return self._connection.execute(_STORED, {"exam_id": exam_id}).one_or_none()


class Documents:
    """Signed reports, never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, document: SignedDocument) -> None:
        """Raises AlreadyExists; DocumentAltered when the bytes do not match ``sha256``."""
        if self._connection.execute(_DOCUMENT_BY_ID, {"document_id": document.document_id}).first() is not None:
            raise AlreadyExists("document")
        self._connection.execute(insert(_documents), mapping.document_columns(_unaltered(document)))

    def get(self, document_id: str) -> SignedDocument:
        """Raises NotFound; DocumentAltered when the bytes do not match their stored hash."""
        row = self._connection.execute(_DOCUMENT_BY_ID, {"document_id": document_id}).one_or_none()
        if row is None:
            raise NotFound("document")
        return _unaltered(mapping.document(row))

    def of_exam(self, exam_id: str) -> tuple[SignedDocument, ...]:
        """All versions, oldest first. Raises DocumentAltered."""
        rows = self._connection.execute(_DOCUMENTS_OF_EXAM.order_by(_documents.c.version), {"exam_id": exam_id})
        return tuple(_unaltered(mapping.document(row)) for row in rows)

    def delete_unrecorded(self, document_id: str) -> None:
        """Remove a document that no signed exam points to; one that is not there is no error.

        Raises:
            AlreadySigned: a signed exam points to it.
        """
        recorded = exists().where(_exams.c.document_id == document_id, _exams.c.state == ExamState.SIGNED.value)
        if self._connection.scalar(select(recorded)):
            raise AlreadySigned("document")
        self._connection.execute(delete(_documents).where(_documents.c.document_id == document_id))


def _unaltered(document: SignedDocument) -> SignedDocument:
    if hashlib.sha256(document.pdf).hexdigest() != document.sha256:
        raise DocumentAltered("document")
    return document


class Pictures:
    """Imported pictures by content; several frames of one file share its original bytes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, picture: StoredPicture) -> None:
        """Store once by (sha256, frame); storing the same again does nothing."""
        original = {"sha256": picture.sha256, "data": picture.original}
        self._connection.execute(upsert(_originals).on_conflict_do_nothing(), original)
        self._connection.execute(upsert(_pictures).on_conflict_do_nothing(), mapping.picture_columns(picture))

    def get(self, sha256: str, frame: int) -> StoredPicture:
        """Raises NotFound."""
        row = self._connection.execute(_PICTURE, {"sha256": sha256, "frame": frame}).one_or_none()
        if row is None:
            raise NotFound("picture")
        return mapping.picture(row)

    def png(self, sha256: str, frame: int) -> bytes:
        """The clean picture alone, without the original that may be many times its size. Raises NotFound."""
        found = self._connection.scalar(
            select(_pictures.c.png).where(_pictures.c.sha256 == sha256, _pictures.c.frame == frame)
        )
        if found is None:
            raise NotFound("picture")
        return bytes(found)

    def has(self, sha256: str, frame: int) -> bool:
        stored = exists().where(_pictures.c.sha256 == sha256, _pictures.c.frame == frame)
        return bool(self._connection.scalar(select(stored)))


class Practices:
    """The one practice of the record."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> Practice:
        """Raises NotFound until it is put."""
        row = self._connection.execute(select(schema.practice)).one_or_none()
        if row is None:
            raise NotFound("practice")
        return mapping.practice(row)

    def put(self, practice: Practice) -> None:
        _put(self._connection, schema.practice, mapping.practice_columns(practice), key="only")


class Users:
    """People with an account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, profile: UserProfile) -> None:
        _put(self._connection, schema.users, mapping.user_columns(profile), key="user_id")

    def all(self) -> tuple[UserProfile, ...]:
        """By login."""
        rows = self._connection.execute(select(schema.users).order_by(schema.users.c.login))
        return tuple(map(mapping.user, rows))


class Libraries:
    """Files that the practice added, every version of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, kind: str, name: str, owner: str, content: bytes, *, added_at: datetime, added_by: str
    ) -> LibraryFile:
        """Store as the next version and return it."""
        key = {"kind": kind, "name": name, "owner": owner}
        latest = select(func.max(_libraries.c.version)).filter_by(**key)
        version = (self._connection.scalar(latest) or 0) + 1
        columns = {**key, "version": version, "content": content}
        columns |= {"added_at": added_at.isoformat(), "added_by": added_by}
        self._connection.execute(insert(_libraries), columns)
        return self.version(kind, name, owner, version)

    def current(self, kind: str) -> tuple[LibraryFile, ...]:
        """The newest version of every file of a kind, by owner and name."""
        newest = (
            select(_libraries.c.name, _libraries.c.owner, func.max(_libraries.c.version))
            .where(_libraries.c.kind == kind)
            .group_by(_libraries.c.name, _libraries.c.owner)
        )
        key = tuple_(_libraries.c.name, _libraries.c.owner, _libraries.c.version)
        found = select(_libraries).where(_libraries.c.kind == kind, key.in_(newest))
        rows = self._connection.execute(found.order_by(_libraries.c.owner, _libraries.c.name))
        return tuple(map(mapping.library_file, rows))

    def version(self, kind: str, name: str, owner: str, version: int) -> LibraryFile:
        """Raises NotFound."""
        found = select(_libraries).filter_by(kind=kind, name=name, owner=owner, version=version)
        row = self._connection.execute(found).one_or_none()
        if row is None:
            raise NotFound("library file")
        return mapping.library_file(row)


def _put(connection: Connection, table: Any, columns: mapping.Columns, *, key: str) -> None:
    statement = upsert(table)
    rest = {name: statement.excluded[name] for name in columns if name != key}
    connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=rest), columns)

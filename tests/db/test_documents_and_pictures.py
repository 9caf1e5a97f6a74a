from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from db.record_builders import PDF, a_document, a_record, direct, insert, sign
from sqlcipher3 import dbapi2 as driver

from parotis.domain.errors import AlreadyExists, AlreadySigned, DocumentAltered, NotFound
from parotis.services.ports import ExamState, Practice, StoredPicture, UserProfile

if TYPE_CHECKING:
    from pathlib import Path

    from parotis_db import EncryptedRecords

PICTURE = StoredPicture(
    sha256="d" * 64,
    media_kind="dicom",
    frame=3,
    frame_count=30,
    width=640,
    height=480,
    mm_per_pixel=0.0714,
    original=b"DICM\0" * 50,
    png=b"\x89PNG three",
    facts=(("Manufacturer", "Ærø"),),
)


def test_a_document_comes_back_byte_for_byte(records: EncryptedRecords) -> None:
    insert(records, a_record())
    with records.unit_of_work() as work:
        work.documents.insert(a_document())
        work.documents.insert(a_document(version=2, pdf=b"%PDF two"))
        assert work.documents.get("exam-1-v1") == a_document()
        assert [document.version for document in work.documents.of_exam("exam-1")] == [1, 2]
        with pytest.raises(AlreadyExists):
            work.documents.insert(a_document())


def test_a_document_that_does_not_match_its_hash_is_not_stored(records: EncryptedRecords) -> None:
    insert(records, a_record())
    with records.unit_of_work() as work:
        with pytest.raises(DocumentAltered):
            work.documents.insert(dataclasses.replace(a_document(), pdf=PDF + b" "))
        with pytest.raises(NotFound):
            work.documents.get("exam-1-v1")


def test_a_document_altered_in_the_file_is_noticed(records: EncryptedRecords, record_path: Path) -> None:
    insert(records, a_record())
    sign(records)
    connection = direct(record_path)
    connection.execute("DROP TRIGGER documents_changed")
    connection.execute("UPDATE documents SET pdf = x'00'")
    connection.close()
    with records.unit_of_work() as work:
        with pytest.raises(DocumentAltered):
            work.documents.get("exam-1-v1")
        with pytest.raises(DocumentAltered):
            work.documents.of_exam("exam-1")


def test_only_an_unrecorded_document_can_be_removed(records: EncryptedRecords) -> None:
    insert(records, a_record(), a_record("exam-2"))
    sign(records)
    with records.unit_of_work() as work:
        with pytest.raises(AlreadySigned):
            work.documents.delete_unrecorded("exam-1-v1")
        work.documents.insert(a_document("exam-2"))
        work.exams.set_state(
            "exam-2", ExamState.SIGNING, expected=(ExamState.DRAFT,), document_id=a_document("exam-2").document_id
        )
        work.documents.delete_unrecorded("exam-2-v1")
        assert work.documents.of_exam("exam-2") == ()
        assert work.exams.get("exam-2").document_id is None
        assert work.documents.of_exam("exam-1") == (a_document(),)


def test_a_picture_is_stored_once_and_never_changes(records: EncryptedRecords, record_path: Path) -> None:
    other_frame = dataclasses.replace(PICTURE, frame=4, png=b"\x89PNG four")
    with records.unit_of_work() as work:
        assert not work.pictures.has(PICTURE.sha256, 3)
        for picture in (PICTURE, PICTURE, other_frame, dataclasses.replace(PICTURE, png=b"other")):
            work.pictures.put(picture)
        assert work.pictures.get(PICTURE.sha256, 3) == PICTURE
        assert work.pictures.get(PICTURE.sha256, 4) == other_frame
        assert work.pictures.has(PICTURE.sha256, 4)
        with pytest.raises(NotFound):
            work.pictures.get(PICTURE.sha256, 5)
        work.commit()
    connection = direct(record_path)
    assert connection.execute("SELECT count(*) FROM originals").fetchone() == (1,)
    with pytest.raises(driver.IntegrityError):
        connection.execute("UPDATE pictures SET png = x'00'")
    connection.close()


def test_practice_and_people_come_back(records: EncryptedRecords) -> None:
    dentist = UserProfile("u1", "zoe", "Zoë Ng", "dentist", "DMD", "12345", "OR", "1234567893")
    assistant = UserProfile("u2", "al", "Al Ba", "assistant")
    with records.unit_of_work() as work:
        with pytest.raises(NotFound):
            work.practice.get()
        for practice in (Practice("p", "First"), Practice("p", "北京 Dental", ("1 Main St", "Salem, OR"))):
            work.practice.put(practice)
        assert work.practice.get() == practice
        for profile in (dentist, assistant, dataclasses.replace(assistant, disabled=True)):
            work.users.put(profile)
        assert work.users.all() == (dataclasses.replace(assistant, disabled=True), dentist)

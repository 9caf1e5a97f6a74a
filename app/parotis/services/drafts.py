"""Drafts: made, imported, saved with revisions, handed to the dentist. Only a draft ever changes."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain.case import Case, ExamFacts
from parotis.domain.errors import NotFound, UnreadableImage, UnreadableInput
from parotis.domain.report_composition import is_key
from parotis.services.case_files import SCHEMA_RESOURCE, read_case
from parotis.services.desk import POWERS
from parotis.services.ports import ExamRecord, ExamState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parotis.domain.case import Image, Patient
    from parotis.domain.draft_entry import Entry
    from parotis.services.claim_ports import ClaimRow
    from parotis.services.desk import Desk, Machine
    from parotis.services.ports import StoredPicture

PICTURE_PREFIX = "sha256:"

EDITABLE = (ExamState.DRAFT, ExamState.TO_SIGN)


@dataclass(frozen=True, slots=True)
class ImportedCase:
    """A case file as read: images point into the record by hash; the pictures go with it."""

    case: Case
    pictures: tuple[StoredPicture, ...]


def new_exam_id() -> str:
    """Twelve random hexadecimal characters: says nothing about the patient."""
    return secrets.token_hex(6)


def new_draft(desk: Desk, patient: Patient | None = None) -> ExamRecord:
    """An empty draft, performed now, for ``patient`` if one is given."""
    desk.require("draft.edit")
    case = Case(exam=ExamFacts(performed_at=desk.machine.clock.now().replace(second=0, microsecond=0)))
    if patient is not None:
        case = dataclasses.replace(case, patient=patient)
    return _insert(desk, case, "draft-made")


def import_case(desk: Desk, imported: ImportedCase) -> ExamRecord:
    """A draft from a case file that was read by ``read_case_with_pictures``."""
    desk.require("draft.edit")
    return _insert(desk, imported.case, "draft-imported", imported.pictures)


def _insert(desk: Desk, case: Case, action: str, pictures: tuple[StoredPicture, ...] = ()) -> ExamRecord:
    now = desk.machine.clock.now()
    record = ExamRecord(new_exam_id(), ExamState.DRAFT, 1, case, (), now, now, desk.session.user.user_id)
    with desk.unit_of_work() as work:
        for picture in pictures:
            work.pictures.put(picture)
        work.exams.insert(record)
        work.audit.append(desk.entry(action, record.exam_id))
        work.commit()
    return record


def load(desk: Desk, exam_id: str) -> ExamRecord:
    """The exam as stored.

    Raises:
        NotFound: there is none.
    """
    with desk.unit_of_work() as work:
        return work.exams.get(exam_id)


def save(
    desk: Desk,
    record: ExamRecord,
    case: Case,
    rejected: tuple[tuple[str, str], ...] = (),
    entry: Entry | None = None,
) -> ExamRecord:
    """Commit a new revision of a draft and return it as stored; ``entry`` None keeps the one of ``record``.

    Raises:
        StaleDraft: a newer revision is stored.
        AlreadySigned: the exam no longer changes.
        Refused: the role may not edit.
        Fault: the disk or database failed; what was stored before is still there.
    """
    desk.require("draft.edit", record.exam_id)
    kept = _reviewed_by_signers_only(desk, record.entry, record.entry if entry is None else entry)
    saved = dataclasses.replace(revised(desk, record, case, rejected), entry=kept)
    with desk.unit_of_work() as work:
        work.exams.save_draft(saved, expected_revision=record.revision)
        if not work.claims.of_exam(record.exam_id):  # as nearly always: one transaction for each save
            work.commit()
            return saved
    listed = claim_rows(desk, saved)
    with desk.unit_of_work() as work:
        work.exams.save_draft(saved, expected_revision=record.revision)
        for row in listed:
            work.claims.list_anew(row)
        work.commit()
    return saved


def claim_rows(desk: Desk, record: ExamRecord) -> tuple[ClaimRow, ...]:
    """How the lists show the claims that were begun for an exam, once the exam is as ``record`` says."""
    from parotis.services import claims  # a draft seldom has a claim, and it begins from a draft

    return claims.rows_of_exam(desk, record)


def _reviewed_by_signers_only(desk: Desk, stored: Entry, entry: Entry) -> Entry:
    """The entry; from a hand that may not sign, without reviews that the stored one does not have."""
    if desk.session.user.role in POWERS["report.sign"]:
        return entry
    return dataclasses.replace(entry, reviewed=entry.reviewed & stored.reviewed)


def revised(desk: Desk, record: ExamRecord, case: Case, rejected: tuple[tuple[str, str], ...] = ()) -> ExamRecord:
    """The next revision of a draft, by the person at the keyboard, now; not stored yet."""
    return dataclasses.replace(
        record,
        case=case,
        rejected=rejected,
        revision=record.revision + 1,
        updated_at=desk.machine.clock.now(),
        updated_by=desk.session.user.user_id,
    )


def hand_over(desk: Desk, exam_id: str, *, to_sign: bool) -> None:
    """Put a draft on the dentist's list of reports to sign, or take it back."""
    desk.require("draft.edit", exam_id)
    state = ExamState.TO_SIGN if to_sign else ExamState.DRAFT
    with desk.unit_of_work() as work:
        work.exams.set_state(exam_id, state, expected=EDITABLE)
        work.audit.append(desk.entry("draft-handed-over" if to_sign else "draft-taken-back", exam_id))
        work.commit()


def read_case_with_pictures(machine: Machine, data: bytes, read_file: Callable[[str], bytes]) -> ImportedCase:
    """A case file with its pictures decoded. ``read_file`` gives the bytes of a file beside the case file.

    Raises:
        UnreadableInput: the case file, or one of its pictures, cannot be read; every problem is named.
    """
    case = read_case(data, machine.resources.read(SCHEMA_RESOURCE))
    pictures: list[StoredPicture] = []
    images: list[Image] = []
    problems: list[tuple[str, str]] = []
    for position, image in enumerate(case.images):
        try:
            picture = _decoded(machine, image, read_file)
        except UnreadableImage as error:
            problems.append((f"images[{position}].file", error.reason))
            continue
        pictures.append(picture)
        images.append(
            dataclasses.replace(image, file=PICTURE_PREFIX + picture.sha256, frame=_frame_to_keep(image, picture))
        )
    if problems:
        raise UnreadableInput(problems)
    return ImportedCase(dataclasses.replace(case, images=tuple(images)), tuple(pictures))


def _decoded(machine: Machine, image: Image, read_file: Callable[[str], bytes]) -> StoredPicture:
    name = image.file or ""
    suffix = name[name.rfind(".") :] if "." in name else ""
    return machine.pictures.decode(read_file(name), suffix=suffix, frame=image.frame)


def _frame_to_keep(image: Image, picture: StoredPicture) -> int | None:
    """Which frame is shown matters only where there is more than one."""
    return picture.frame if picture.frame_count > 1 else image.frame


def add_picture(desk: Desk, data: bytes, *, suffix: str, frame: int | None = None) -> StoredPicture:
    """Decode an imported file and put it into the record; the caller then puts its hash on the image list.

    Raises:
        UnreadableImage: the file is not a picture that can be taken.
    """
    desk.require("draft.edit")
    picture = desk.machine.pictures.decode(data, suffix=suffix, frame=frame)
    with desk.unit_of_work() as work:
        work.pictures.put(picture)
        work.commit()
    return picture


def picture_of(desk: Desk, image: Image) -> StoredPicture:
    """The stored picture that an image entry points to.

    Raises:
        NotFound: it is not in the record.
    """
    with desk.unit_of_work() as work:
        return work.pictures.get(*picture_key(image))


def picture_key(image: Image) -> tuple[str, int]:
    """Hash and frame under which the record keeps the picture of an image entry."""
    return (image.file or "").removeprefix(PICTURE_PREFIX), image.frame or 1


def key_pngs(desk: Desk, case: Case) -> Mapping[int, bytes]:
    """The clean pictures of the key images by position; one that is missing is left out."""
    found: dict[int, bytes] = {}
    with desk.unit_of_work() as work:
        for position, image in enumerate(case.images):
            if is_key(image):
                with contextlib.suppress(NotFound):
                    found[position] = work.pictures.png(*picture_key(image))
    return found

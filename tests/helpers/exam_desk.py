"""A desk whose record is in memory, for presenters and views: the use cases are real, the ports behind them are not."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import datetime as dt
import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from helpers import sample_cases

from parotis.domain.case import Case
from parotis.domain.comparison import EarlierExam
from parotis.domain.errors import AlreadySigned, NotFound, ParotisError, StaleDraft, UnreadableImage
from parotis.services.desk import Desk, Machine
from parotis.services.ports import (
    WHOLE_EXAMS,
    ExamRecord,
    ExamRow,
    ExamState,
    LibraryFile,
    Practice,
    StoredPicture,
    UserProfile,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RESOURCES = Path(__file__).parents[2] / "resources"
START = dt.datetime(2026, 11, 12, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
DENTIST = UserProfile("u1", "park", "Helen Park", "dentist", "DDS", "D-20417", "IL", "1234567893")
ASSISTANT = UserProfile("u2", "rosa", "Rosa Delgado", "assistant", "RDH")


class TickingClock:
    """Each look is a second later."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> dt.datetime:
        self._now += dt.timedelta(seconds=1)
        return self._now


class ShippedResources:
    def read(self, name: str) -> bytes:
        return (RESOURCES / name).read_bytes()


class TestPictures:
    """Takes bytes that begin with ``P``; a number after it is the count of frames. The PNG is a real one."""

    __test__ = False

    def decode(self, data: bytes, *, suffix: str, frame: int | None) -> StoredPicture:
        if not data.startswith(b"P"):
            raise UnreadableImage("The file is no picture.")
        count = int(data[1:2] or b"1")
        digest = hashlib.sha256(data).hexdigest()
        png = (RESOURCES / "samples/images/parotid-right-longitudinal.png").read_bytes()
        return StoredPicture(digest, "dicom" if count > 1 else "png", frame or 1, count, 640, 480, None, data, png)


class MemoryRecord:
    """Exams, pictures and practice; a unit of work that is not committed leaves nothing behind."""

    def __init__(self) -> None:
        self.exams: dict[str, ExamRecord] = {}
        self.pictures: dict[tuple[str, int], StoredPicture] = {}
        self.audit: list[str] = []
        self.files: list[LibraryFile] = []
        self.failure: ParotisError | None = None
        self.saves = 0
        self.queries = MemoryQueries(self)

    @contextlib.contextmanager
    def unit_of_work(self) -> Iterator[MemoryWork]:
        work = MemoryWork(self)
        yield work
        if work.is_committed:
            if self.failure is not None:
                raise self.failure
            self.exams, self.pictures = work.exam_map, work.picture_map
            self.files = work.libraries.files
            self.saves += work.saved

    def close(self) -> None: ...


class MemoryWork:
    def __init__(self, record: MemoryRecord) -> None:
        self.exam_map, self.picture_map = copy.copy(record.exams), copy.copy(record.pictures)
        self.is_committed, self.saved = False, 0
        self._record = record
        self.exams = self.pictures = self.audit = self.practice = self
        self.libraries = MemoryLibraries(list(record.files))
        self.claims = SimpleNamespace(of_exam=lambda _exam_id: ())

    def commit(self) -> None:
        self.is_committed = True

    def append(self, entry: Any) -> None:
        self._record.audit.append(entry.action)

    def get(self, *key: Any) -> Any:
        if not key:
            return Practice("p1", "Parkview Dental", ("12 Elm Street", "Springfield, IL"))
        found: Any = self.exam_map.get(key[0]) if len(key) == 1 else self.picture_map.get((key[0], key[1]))
        if found is None:
            raise NotFound("record")
        return found

    def has(self, sha256: str, frame: int) -> bool:
        return (sha256, frame) in self.picture_map

    def put(self, picture: StoredPicture) -> None:
        self.picture_map[picture.sha256, picture.frame] = picture

    def save_draft(self, record: ExamRecord, *, expected_revision: int) -> None:
        stored = self.get(record.exam_id)
        if stored.state not in (ExamState.DRAFT, ExamState.TO_SIGN):
            raise AlreadySigned("exam")
        if stored.revision != expected_revision:
            raise StaleDraft(stored.revision)
        self.exam_map[record.exam_id] = dataclasses.replace(record, state=stored.state)
        self.saved += 1

    def set_state(self, exam_id: str, state: ExamState, *, expected: Sequence[ExamState]) -> None:
        stored = self.get(exam_id)
        if stored.state not in expected:
            raise StaleDraft(stored.revision)
        self.exam_map[exam_id] = dataclasses.replace(stored, state=state)


class MemoryLibraries:
    def __init__(self, files: list[LibraryFile]) -> None:
        self.files = files

    def add(
        self, kind: str, name: str, owner: str, content: bytes, *, added_at: dt.datetime, added_by: str
    ) -> LibraryFile:
        number = 1 + sum((one.kind, one.name, one.owner) == (kind, name, owner) for one in self.files)
        self.files.append(LibraryFile(kind, name, owner, number, content, added_at, added_by))
        return self.files[-1]

    def current(self, kind: str) -> tuple[LibraryFile, ...]:
        newest = {(one.owner, one.name): one for one in self.files if one.kind == kind}
        return tuple(newest[key] for key in sorted(newest))

    def version(self, kind: str, name: str, owner: str, version: int) -> LibraryFile:
        for one in self.files:
            if (one.kind, one.name, one.owner, one.version) == (kind, name, owner, version):
                return one
        raise NotFound("library file")


class MemoryQueries:
    def __init__(self, record: MemoryRecord) -> None:
        self._record = record

    def patient(self, _chart_number: str) -> None:
        return None

    def exams_of(self, chart_number: str) -> tuple[ExamRow, ...]:
        return tuple(
            ExamRow(
                exam.exam_id, exam.state, chart_number, "", "", None, exam.case.exam.performed_at,
                exam.case.rationale.reason, exam.updated_at, exam.updated_by,
            )
            for exam in self._record.exams.values()
            if exam.case.patient.chart_number == chart_number
        )  # fmt: skip

    def history_of(self, chart_number: str, *, whole: int = WHOLE_EXAMS) -> tuple[EarlierExam, ...]:
        exams = [exam for exam in self._record.exams.values() if exam.case.patient.chart_number == chart_number]
        return tuple(EarlierExam(exam.exam_id, exam.case, exam.state is ExamState.SIGNED) for exam in exams)


@dataclasses.dataclass
class TestSession:
    __test__ = False
    user: UserProfile
    practice_id: str = "p1"
    practice_name: str = "Parkview Dental"

    def users(self) -> tuple[UserProfile, ...]:
        return (DENTIST, ASSISTANT)


def desk(user: UserProfile = DENTIST) -> Desk:
    """An empty practice with a person at the keyboard."""
    unused = cast("Any", None)
    machine = Machine(
        program_version="0",
        resources=ShippedResources(),
        clock=TickingClock(),
        composer=unused,
        signer=unused,
        pictures=cast("Any", TestPictures()),
        vaults=unused,
        record_store=unused,
        destination=unused,
        locks=unused,
        spelling=unused,
        remittances=unused,
    )
    return Desk(machine, Path("/nowhere"), cast("Any", TestSession(user)), cast("Any", MemoryRecord()))


def stored_exam(at: Desk, case: Case | None = None, *, state: ExamState = ExamState.DRAFT) -> str:
    """The id of an exam put into the record: the parotid cyst unless another case is given."""
    record = memory_of(at)
    exam_id = f"{len(record.exams) + 1:012x}"
    known = sample_cases.case() if case is None else case
    record.exams[exam_id] = ExamRecord(exam_id, state, 1, known, (), START, START, "u1")
    return exam_id


def memory_of(at: Desk) -> MemoryRecord:
    return cast("MemoryRecord", at.records)

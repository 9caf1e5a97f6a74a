"""Pictures of the open exam: taken into the record and made into thumbnails, all of it by workers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from parotis.domain.errors import NotFound, UnreadableImage
from parotis.presentation.contracts import Result
from parotis.presentation.exam_view_contract import Picture
from parotis.presentation.messages import text_of
from parotis.services import drafts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from parotis.domain.case import Case, Image
    from parotis.domain.errors import ParotisError
    from parotis.presentation.contracts import Notices, Progress, Task, Tasks
    from parotis.presentation.exam_view_contract import ExamViewContract
    from parotis.services.desk import Desk
    from parotis.services.ports import StoredPicture

NOTICE = "exam-pictures"
_SUFFIX = {"png": ".png", "jpeg": ".jpg", "dicom": ".dcm"}

Key = tuple[str, int]


def key_of(image: Image) -> Key:
    """Under which key the thumbnail of an image entry is shown."""
    return drafts.picture_key(image)


class ExamPictures:
    """Thumbnails by (hash, frame) for as long as an exam is open."""

    def __init__(self, desk: Desk, tasks: Tasks, notices: Notices, view: ExamViewContract) -> None:
        self._desk, self._tasks, self._notices, self._view = desk, tasks, notices, view
        self._made: dict[Key, Picture] = {}
        self._tasks_live: list[Task] = []

    def close(self) -> None:
        for task in self._tasks_live:
            task.forget()
        self._tasks_live.clear()
        self._made.clear()
        self._notices.clear(NOTICE)

    def show(self, case: Case) -> None:
        """Make and show the thumbnails that are missing."""
        missing = tuple(image for image in case.images if image.file and key_of(image) not in self._made)
        self._view.show_pictures(dict(self._made))
        if missing:
            self._start(partial(_thumbnails, self._desk, missing, self._view.make_thumbnail), self._keep)

    def add(self, files: Sequence[Path], on_added: Callable[[tuple[StoredPicture, ...]], None]) -> None:
        """Take files into the record; ``on_added`` gets those that are pictures, a notice names how many are not."""
        self._notices.clear(NOTICE)

        def added(result: tuple[tuple[StoredPicture, ...], tuple[ParotisError, ...]]) -> None:
            pictures, problems = result
            if problems:
                count = f"{len(problems)} of {len(files)} files were not taken. " if len(files) > 1 else ""
                self._notices.show(NOTICE, "warning", f"{count}{text_of(problems[0])}")
            on_added(pictures)

        self._start(partial(_take, self._desk, tuple(files)), added)

    def choose_frame(self, image: Image, frame: int, on_added: Callable[[StoredPicture], None]) -> None:
        """Take another frame of a picture that is in the record."""
        self._start(partial(_other_frame, self._desk, image, frame), on_added)

    def _start(self, work: Callable[[Progress], Result], on_success: Callable[[Result], None]) -> None:
        task = self._tasks.start(work, on_success=on_success, on_failure=self._failed, pool="documents")
        self._tasks_live.append(task)

    def _keep(self, made: dict[Key, Picture]) -> None:
        self._made.update(made)
        self._view.show_pictures(dict(self._made))

    def _failed(self, error: ParotisError) -> None:
        self._notices.show(NOTICE, "warning", text_of(error))


def _thumbnails(
    desk: Desk, images: tuple[Image, ...], make: Callable[[bytes], object], _progress: Progress
) -> dict[Key, Picture]:
    made: dict[Key, Picture] = {}
    for image in images:
        try:
            stored = drafts.picture_of(desk, image)
        except NotFound:
            made[key_of(image)] = Picture(None)
            continue
        detail = f"{stored.media_kind.upper()}, {stored.width} \u00d7 {stored.height} pixels"
        made[key_of(image)] = Picture(make(stored.png), stored.frame_count, detail)
    return made


def _take(
    desk: Desk, files: tuple[Path, ...], progress: Progress
) -> tuple[tuple[StoredPicture, ...], tuple[ParotisError, ...]]:
    pictures: list[StoredPicture] = []
    problems: list[ParotisError] = []
    for done, file in enumerate(files):
        progress.step(done, len(files), "Taking pictures into the record")
        try:
            pictures.append(drafts.add_picture(desk, _read(file), suffix=file.suffix))
        except UnreadableImage as problem:
            problems.append(problem)
    return tuple(pictures), tuple(problems)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableImage("The file cannot be read.") from error


def _other_frame(desk: Desk, image: Image, frame: int, _progress: Progress) -> StoredPicture:
    stored = drafts.picture_of(desk, image)
    return drafts.add_picture(desk, stored.original, suffix=_SUFFIX[stored.media_kind], frame=frame)

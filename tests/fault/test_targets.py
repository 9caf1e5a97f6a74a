"""Targets and disks that fail: nothing half, nothing lost, one sentence, and it works again afterwards."""

from __future__ import annotations

import dataclasses
import resource
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from fault import signed_practice as practices
from helpers import sample_cases
from helpers.command import PASSPHRASE, ROOT, parotis

from parotis.domain.errors import Fault, TargetNotWritable
from parotis.services import drafts, exporting
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fault.signed_practice import SignedPractice

    from parotis.domain.case import Case
    from parotis.services.ports import ExamRecord

Capture = pytest.CaptureFixture[str]


def test_a_full_target_keeps_nothing_and_a_larger_one_works(
    signed_practice: SignedPractice, small_disk: Callable[..., Path], tmp_path: Path, capsys: Capture
) -> None:
    for kilobytes in (4, 60, 200, 400):
        target = small_disk(kilobytes)
        told = signed_practice.run(capsys, "export", "--exam", signed_practice.exam_id, "--to", target)
        assert told.code == 5
        assert told.json["error"]["code"] == "target.not_writable"
        assert "no room left" in told.err
        assert told.err.count("\n") == 1
        assert list(target.iterdir()) == []
    assert signed_practice.run(capsys, "export", "--exam", signed_practice.exam_id, "--to", tmp_path / "ok").code == 0


def test_a_read_only_target_is_refused(
    signed_practice: SignedPractice, small_disk: Callable[..., Path], capsys: Capture
) -> None:
    told = signed_practice.run(capsys, "export", "--exam", signed_practice.exam_id, "--to", small_disk(5000, "ro"))
    assert told.code == 5
    assert "write-protected" in told.err


def test_a_target_that_is_no_folder_is_refused(
    signed_practice: SignedPractice, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "at" / "all")
    for name in ("file", "file/below", "loop", "dangling", "n" * 300):
        told = signed_practice.run(capsys, "export", "--exam", signed_practice.exam_id, "--to", tmp_path / name)
        assert (told.code, told.json["error"]["code"]) == (5, "target.not_writable"), name
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dangling", "file", "loop"]


def test_a_target_removed_meanwhile_is_not_called_exported(signed_practice: SignedPractice, tmp_path: Path) -> None:
    desk = practices.opened(signed_practice.data)
    try:
        for moment in range(1, 60, 4):
            target = tmp_path / f"at-{moment}"
            is_gone = False

            def pull(done: int, _total: int, moment: int = moment, target: Path = target) -> None:
                nonlocal is_gone
                if done == moment:
                    shutil.rmtree(target)
                    is_gone = True

            try:
                exporting.export(desk, signed_practice.exam_id, target, on_progress=pull)
            except TargetNotWritable:
                assert is_gone
            else:
                assert not is_gone or not any(target.iterdir())
            assert not is_gone or not target.exists()
    finally:
        desk.close()
        desk.machine.pictures.close()


def test_a_limit_on_file_sizes_leaves_nothing_on_the_target(signed_practice: SignedPractice, tmp_path: Path) -> None:
    target = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "parotis",
         *signed_practice.arguments("export", "--exam", signed_practice.exam_id, "--to", target)],
        env={"PYTHONPATH": f"{ROOT / 'app'}:{ROOT / 'db'}", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
    )  # fmt: skip
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert not target.exists() or list(target.iterdir()) == []


def test_the_main_job_without_a_practice_leaves_nothing_on_a_full_target(
    small_disk: Callable[..., Path], tmp_path: Path
) -> None:
    target = small_disk(200)
    case = sample_cases.SAMPLES / "parotid-cyst.json"
    done = parotis("run", case, "--to", target, "--json", data=tmp_path / "none")
    assert done.code == 5
    assert done.json["error"]["code"] == "target.not_writable"
    assert list(target.iterdir()) == []
    assert not (tmp_path / "none").exists()


def test_an_export_goes_on_only_into_its_own_folder(
    signed_practice: SignedPractice, tmp_path: Path, capsys: Capture
) -> None:
    done = signed_practice.run(capsys, "export", "--exam", signed_practice.exam_id, "--to", tmp_path)
    assert done.code == 0
    victim = tmp_path / "victim"
    victim.mkdir()
    bundle = tmp_path / done.json["bundle"]
    other = tmp_path / "other"
    other.mkdir()
    (other / bundle.name).symlink_to(victim)
    again = signed_practice.run(capsys, "export", "--exam", signed_practice.exam_id, "--to", other)
    assert (again.code, again.json["error"]["code"]) == (5, "record.exists")
    assert list(victim.iterdir()) == []


# --- the disk of the data folder ---------------------------------------------------------------------------------


class Filler:
    """Takes all the room of a disk but some kilobytes, and gives it back."""

    def __init__(self, disk: Path) -> None:
        self._file = disk / "filler"
        self._disk = disk

    def leave(self, kilobytes: int) -> None:
        free = shutil.disk_usage(self._disk).free
        with self._file.open("wb") as file:
            file.write(b"\0" * max(0, free - kilobytes * 1024))

    def clear(self) -> None:
        self._file.unlink(missing_ok=True)


# SQLite calls it an I/O error when there is no room for its shared index.
NO_ROOM = ("storage.full", "storage.failed")
ROOM_KB = (0, 4, 12, 40, 90, 200, 420)


def test_a_full_disk_at_import_saves_nothing_half(
    small_disk: Callable[..., Path], tmp_path: Path, capsys: Capture
) -> None:
    disk = small_disk(16_000)
    practice = practices.make(tmp_path, disk / "data")
    filler = Filler(disk)
    case = tmp_path / "case.json"
    shutil.copytree(sample_cases.SAMPLES / "images", tmp_path / "images")
    shutil.copy(sample_cases.SAMPLES / "parotid-cyst.json", case)
    expected = 0
    codes = set()
    for room in ROOM_KB:
        filler.leave(room)
        told = practice.run(capsys, "case", "import", case)
        filler.clear()
        codes.add(told.code)
        assert told.code in (0, 5)
        if told.code:
            assert told.json["error"]["code"] in NO_ROOM
        expected += told.code == 0
        desk = practices.opened(practice.data)
        assert desk.records.queries.counts()[ExamState.DRAFT] == expected
        with desk.unit_of_work() as work:
            work.audit.verify()
        desk.close()
    assert 5 in codes
    assert practice.run(capsys, "case", "import", case).code == 0


def test_a_full_disk_at_signing_leaves_a_draft_or_a_signed_report(
    small_disk: Callable[..., Path], tmp_path: Path, capsys: Capture
) -> None:
    disk = small_disk(24_000)
    practice = practices.make(tmp_path, disk / "data")
    filler = Filler(disk)
    desk = practices.opened(practice.data)
    exam_id = practices.imported_exam(desk)
    desk.close()
    desk.machine.pictures.close()
    for room in ROOM_KB:
        filler.leave(room)
        told = practice.run(capsys, "sign", "--exam", exam_id)
        filler.clear()
        desk = practices.opened(practice.data)
        state = practices.standing(desk, exam_id)
        if told.code == 0:
            assert state is ExamState.SIGNED
            exam_id = practices.imported_exam(desk)
        else:
            assert told.code == 5
            assert told.json["error"]["code"] in NO_ROOM
            assert state is ExamState.DRAFT
        desk.close()
        desk.machine.pictures.close()
    assert practice.run(capsys, "sign", "--exam", exam_id).code == 0


def test_a_full_disk_while_typing_loses_no_saved_draft(small_disk: Callable[..., Path], tmp_path: Path) -> None:
    disk = small_disk(12_000)
    practice = practices.make(tmp_path, disk / "data")
    filler = Filler(disk)
    desk = practices.opened(practice.data)
    record = drafts.load(desk, practices.imported_exam(desk))
    for room in ROOM_KB[:4]:
        filler.leave(room)
        last = record
        try:
            for number in range(40):
                case = _with_history(record, f"{number} " * 4000)
                last = record = drafts.save(desk, record, case)
        except Fault as fault:
            assert fault.code in NO_ROOM
        assert drafts.load(desk, record.exam_id) == last
        filler.clear()
        record = drafts.save(desk, drafts.load(desk, record.exam_id), _with_history(record, "room again"))
    desk.close()
    desk.machine.pictures.close()
    again = practices.opened(practice.data)
    assert drafts.load(again, record.exam_id).case.history == "room again"
    again.close()


def _with_history(record: ExamRecord, text: str) -> Case:
    return dataclasses.replace(record.case, history=text)


def test_a_full_disk_when_a_practice_is_made_leaves_no_practice_and_no_recovery_key(
    small_disk: Callable[..., Path], tmp_path: Path, capsys: Capture
) -> None:
    disk = small_disk(2_000)
    filler = Filler(disk)
    passphrase_file = tmp_path / "p.txt"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    practice = practices.SignedPractice(disk / "data", passphrase_file)
    words = ("init", "--practice", "X", "--dentist", "Helen Park", "--credentials", "DDS", "--license", "IL 1",
             "--npi", "1234567893", "--recovery-file", tmp_path / "recovery.txt")  # fmt: skip
    for room in (120,):
        filler.leave(room)
        told = practice.run(capsys, *words)
        filler.clear()
        assert told.code == 5
        assert told.json["error"]["code"] in NO_ROOM
        assert not (tmp_path / "recovery.txt").exists()
    assert practice.run(capsys, *words).code == 0
    assert practice.run(capsys, "user", "list").code == 0

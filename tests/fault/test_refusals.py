"""The wrong person, the wrong file, the wrong folder: one clear sentence, the right exit code, nothing changed."""

from __future__ import annotations

import shutil
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from fault import signed_practice as practices
from helpers import sample_cases
from helpers.command import PASSPHRASE, PracticeFolder, make_practice, parotis

from parotis.system.key_slots import FILE_NAMES
from parotis.system.process import InstanceLock
from parotis_db.engine import DatabaseKey, connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fault.signed_practice import SignedPractice

Capture = pytest.CaptureFixture[str]
SAMPLE = sample_cases.SAMPLES / "parotid-cyst.json"


@pytest.fixture
def practice(signed_practice: SignedPractice, tmp_path: Path) -> SignedPractice:
    """A copy of the practice with a signed exam, to be damaged."""
    shutil.copytree(signed_practice.data, tmp_path / "data")
    return practices.SignedPractice(tmp_path / "data", signed_practice.passphrase_file, signed_practice.exam_id)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def assert_sentence(told: practices.Answer) -> None:
    """One line for people, said whole, without words of the machine."""
    text = told.json["error"]["text"]
    assert text[0].isupper()
    assert text.endswith((".", ")"))
    assert "Error" not in text
    assert told.err.startswith(text)


@pytest.mark.parametrize(
    "typed", ["wrong horse battery staple", "", PASSPHRASE.upper(), PASSPHRASE + "\0", "x" * 1_000_000]
)
def test_a_wrong_passphrase_opens_nothing(
    typed: str, practice: SignedPractice, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "typed").write_text(typed, encoding="utf-8")
    before = contents(practice.data)["practice.db"]
    wrong = practices.SignedPractice(practice.data, tmp_path / "typed")
    told = wrong.run(capsys, "user", "list")
    assert (told.code, told.json["error"]["code"]) == (4, "credential.rejected")
    assert_sentence(told)
    assert contents(practice.data)["practice.db"] == before


def test_each_wrong_try_makes_the_next_one_wait(practice: SignedPractice, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "typed").write_text("wrong horse battery staple", encoding="utf-8")
    wrong = practices.SignedPractice(practice.data, tmp_path / "typed")
    wrong.run(capsys, "user", "list")
    told = practice.run(capsys, "user", "list")
    assert told.code == 4
    assert "Wait" in told.err


@pytest.mark.parametrize("kind", ["none", "absent", "folder", "binary"])
def test_without_a_readable_passphrase_nothing_is_opened(kind: str, practice: SignedPractice, tmp_path: Path) -> None:
    file = tmp_path / "typed"
    if kind == "folder":
        file.mkdir()
    if kind == "binary":
        file.write_bytes(b"\xff\xfe\x00")
    words = () if kind == "none" else ("--passphrase-file", file)
    done = parotis("user", "list", "--login", practices.LOGIN, *words, "--json", data=practice.data)
    assert done.code == (4 if kind == "none" else 2)
    assert done.json["error"]["text"].endswith(".")


def test_a_recovery_file_that_is_there_is_not_written_over(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "p.txt").write_text(PASSPHRASE, encoding="utf-8")
    (tmp_path / "recovery.txt").write_text("another practice", encoding="utf-8")
    told = practices.SignedPractice(tmp_path / "data", tmp_path / "p.txt").run(
        capsys, "init", "--practice", "X", "--dentist", "Helen Park", "--credentials", "DDS", "--license", "IL 1",
        "--npi", "1234567893", "--recovery-file", tmp_path / "recovery.txt",
    )  # fmt: skip
    assert (told.code, told.json["error"]["code"]) == (5, "record.exists")
    assert (tmp_path / "recovery.txt").read_text(encoding="utf-8") == "another practice"
    assert not any((tmp_path / "data" / name).exists() for name in (*FILE_NAMES, "practice.db"))


def test_the_recovery_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = make_practice(tmp_path)
    assert stat.S_IMODE(made.recovery_file.stat().st_mode) == 0o600
    for path in made.data.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_data_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "p.txt").write_text(PASSPHRASE, encoding="utf-8")
    for name in ("file", "loop", "file/below"):
        practice = PracticeFolder(tmp_path / name, tmp_path / "p.txt", tmp_path / "r.txt")
        listed = practice.run("user", "list", "--json")
        assert listed.code in (2, 5)
        assert "data folder" in listed.json["error"]["text"]
        made = practice.run(
            "init", "--practice", "X", "--dentist", "Helen Park", "--credentials", "DDS", "--license", "IL 1",
            "--npi", "1234567893", "--recovery-file", practice.recovery_file, "--json",
        )  # fmt: skip
        assert made.code == 5
        assert not practice.recovery_file.exists()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize("name", ["file", "loop"])
def test_the_window_says_what_is_wrong_with_its_data_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    done = parotis("--data", tmp_path / name, environment={"QT_QPA_PLATFORM": "offscreen"})
    assert done.code == 5
    assert done.err.strip().endswith(".")


@pytest.mark.parametrize("words", [(), ("open", "--chart-number", "S-1001")])
def test_a_second_start_ends_at_once(words: tuple[str, ...], tmp_path: Path) -> None:
    with InstanceLock(tmp_path / "instance.lock") as first:
        assert first.acquire()
        done = parotis(*words, "--data", tmp_path, environment={"QT_QPA_PLATFORM": "offscreen"})
    assert (done.code, done.out) == (0, "")
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == []


def test_a_data_folder_on_a_read_only_disk_is_refused(
    signed_practice: SignedPractice, small_disk: Callable[..., Path], capsys: Capture
) -> None:
    disk = small_disk(16_000)
    shutil.copytree(signed_practice.data, disk / "data")
    if subprocess.run(["mount", "-o", "remount,ro", disk], capture_output=True, check=False).returncode:
        pytest.skip("a disk cannot be made read-only here")
    practice = practices.SignedPractice(disk / "data", signed_practice.passphrase_file, signed_practice.exam_id)
    told = practice.run(capsys, "user", "list")
    assert (told.code, told.json["error"]["code"]) == (5, "storage.read_only")
    assert_sentence(told)


def damaged(kind: str, practice: SignedPractice, other: Path) -> None:
    database = practice.data / "practice.db"
    if kind == "another practice":
        shutil.copy(other / "practice.db", database)
    elif kind == "cut off":
        database.write_bytes(database.read_bytes()[:10_000])
    elif kind == "cut within the first page":
        database.write_bytes(database.read_bytes()[:700])
    elif kind == "empty":
        database.write_bytes(b"")
    elif kind == "gone":
        database.unlink()
    elif kind == "plain text":
        database.write_bytes(b"SQLite format 3\0" + bytes(8000))
    elif kind == "a folder":
        database.unlink()
        database.mkdir()
    elif kind == "noise":
        database.write_bytes(bytes(range(256)) * 64)


@pytest.mark.parametrize(
    "kind",
    ["another practice", "cut off", "cut within the first page", "empty", "gone", "plain text", "a folder", "noise"],
)
def test_a_damaged_database_is_refused_and_kept(
    kind: str, practice: SignedPractice, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "other").mkdir()
    other = practices.make(tmp_path / "other")
    damaged(kind, practice, other.data)
    database = practice.data / "practice.db"
    before = database.read_bytes() if database.is_file() else None
    for words in (("user", "list"), ("case", "import", SAMPLE), ("run", SAMPLE, "--to", tmp_path / "out")):
        told = practice.run(capsys, *words)
        assert told.code == 5, (kind, words, told.json)
        assert_sentence(told)
    assert (database.read_bytes() if database.is_file() else None) == before
    assert not (tmp_path / "out").exists()


def test_the_key_file_has_a_second_copy_and_without_both_nothing_new_is_begun(
    practice: SignedPractice, tmp_path: Path, capsys: Capture
) -> None:
    (practice.data / FILE_NAMES[0]).unlink()
    assert practice.run(capsys, "user", "list").code == 0
    assert (practice.data / FILE_NAMES[0]).exists()
    for name in FILE_NAMES:
        (practice.data / name).unlink()
    for words in (("user", "list"), ("case", "import", SAMPLE), ("run", SAMPLE, "--to", tmp_path / "out")):
        told = practice.run(capsys, *words)
        assert told.code in (2, 5)
        assert_sentence(told)
    assert not (tmp_path / "out").exists()
    assert (practice.data / "practice.db").stat().st_size > 100_000


def test_damaged_key_files_are_named(practice: SignedPractice, capsys: Capture) -> None:
    for name in FILE_NAMES:
        (practice.data / name).write_bytes(b"{" + b"x" * 5000)
    told = practice.run(capsys, "user", "list")
    assert (told.code, told.json["error"]["code"]) == (5, "key.unavailable")
    assert_sentence(told)


def test_a_record_of_a_newer_program_is_refused_unchanged(practice: SignedPractice, capsys: Capture) -> None:
    desk = practices.opened(practice.data)
    key = desk.session.database_key
    desk.close()
    connection = connect(practice.data / "practice.db", DatabaseKey(key))
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (practice.data / "practice.db").read_bytes()
    told = practice.run(capsys, "user", "list")
    assert (told.code, told.json["error"]["code"]) == (5, "storage.too_new")
    assert_sentence(told)
    assert (practice.data / "practice.db").read_bytes() == before


def test_a_signed_exam_cannot_be_signed_again_nor_a_draft_exported(
    practice: SignedPractice, tmp_path: Path, capsys: Capture
) -> None:
    told = practice.run(capsys, "sign", "--exam", practice.exam_id)
    assert (told.code, told.json["error"]["code"]) == (3, "exam.already_signed")
    exam_id = practice.run(capsys, "case", "import", SAMPLE).json["exam_id"]
    told = practice.run(capsys, "export", "--exam", exam_id, "--to", tmp_path / "out")
    assert told.code == 2
    assert not (tmp_path / "out").exists()
    for missing in ("absent", "", "../../etc", "' OR 1=1 --", "x" * 100_000):
        assert practice.run(capsys, "sign", "--exam", missing).code == 2


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}])
def test_an_answer_in_any_script_is_given_in_any_locale(environment: dict[str, str], tmp_path: Path) -> None:
    document = sample_cases.document()
    document["complaint"] = "\u05e9\u05dc\u05d5\u05dd \U0001f600"
    (tmp_path / "case.json").write_bytes(sample_cases.as_bytes(document))
    for more in ((), ("--json",)):
        done = parotis(
            "narrative", tmp_path / "case.json", "--limit", "2000", *more, data=tmp_path, environment=environment
        )
        assert done.code == 0
        assert "\u05e9\u05dc\u05d5\u05dd" in done.out


@pytest.mark.parametrize(
    ("option", "bad"),
    [
        ("--practice", "\udcff"), ("--dentist", "a\x1b[31m"), ("--credentials", "\udcff"), ("--license", "IL \udcff"),
        ("--address", "\udcff"), ("--address", "two\nlines"), ("--address", "a\x1b[31m"),
    ],
)  # fmt: skip
def test_words_that_are_no_text_are_refused(option: str, bad: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "p.txt").write_text(PASSPHRASE, encoding="utf-8")
    practice = practices.SignedPractice(tmp_path / "data", tmp_path / "p.txt")
    words = {
        "--practice": "X", "--dentist": "Y", "--credentials": "D", "--license": "IL 1", "--npi": "1234567893",
        "--address": "1 Elm Street", "--recovery-file": str(tmp_path / "r.txt"),
    }  # fmt: skip
    changed = words | {option: bad}
    told = practice.run(capsys, "init", *(word for pair in changed.items() for word in pair))
    assert told.code == 2
    assert not (tmp_path / "r.txt").exists()


@pytest.mark.parametrize("kind", ["gone", "noise", "cut off", "of another practice", "empty"])
def test_a_damaged_journal_costs_at_most_what_was_in_it(
    kind: str, practice: SignedPractice, tmp_path: Path, capsys: Capture
) -> None:
    """That the newest saves are missing shows only against a mark kept elsewhere; what is there must be whole."""
    desk = practices.opened(practice.data)
    exam_id = practices.imported_exam(desk)
    shutil.copytree(practice.data, tmp_path / "copy")
    desk.close()
    desk.machine.pictures.close()
    copy = practices.SignedPractice(tmp_path / "copy", practice.passphrase_file, practice.exam_id)
    journal = copy.data / "practice.db-wal"
    (copy.data / "practice.db-shm").unlink(missing_ok=True)
    data = journal.read_bytes()
    assert len(data) > 20_000
    (tmp_path / "other").mkdir()
    journal.write_bytes(
        {
            "gone": b"", "empty": b"", "noise": bytes(range(256)) * 200, "cut off": data[: len(data) // 2],
            "of another practice": data[:32] + bytes(len(data) - 32),
        }[kind]
    )  # fmt: skip
    if kind == "gone":
        journal.unlink()
    told = copy.run(capsys, "user", "list")
    assert told.code in (0, 5)
    if told.code == 5:
        assert_sentence(told)
        return
    again = practices.opened(copy.data)
    assert practices.standing(again, copy.exam_id) is practices.ExamState.SIGNED
    listed = {row.exam_id for row in again.records.queries.worklist(tuple(practices.ExamState), limit=10)}
    assert copy.exam_id in listed <= {copy.exam_id, exam_id}
    again.close()

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from parotis.domain.errors import AlreadyExists, Cancelled, StorageFailed, TargetNotWritable, UnreadableInput
from parotis.system.atomic_files import (
    publish_folder,
    remove_abandoned_parts,
    write_atomically,
    write_chosen,
    write_new,
)

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files and signals")

BUNDLE = {"report.pdf": b"%PDF" * 50_000, "images/01-parotid.jpg": b"\xff\xd8", "empty.txt": b""}
STEPS = 2 * len(BUNDLE)

PUBLISH = """
import json, sys
from pathlib import Path
from parotis.domain.errors import ParotisError
from parotis.system.atomic_files import publish_folder, write_atomically
target = Path(sys.argv[1])
outcomes = []
for attempt in (
    lambda: publish_folder(target, "bundle", {"a.txt": b"a" * 1000, "images/b.jpg": b"b" * 300_000}),
    lambda: write_atomically(target / "kept.json", b"c" * 300_000),
):
    try:
        attempt()
        outcomes.append("done")
    except ParotisError as error:
        outcomes.append(f"{error.code}|{error}")
print(json.dumps([outcomes, sorted(entry.name for entry in target.iterdir())]))
"""

KILLED_AT_STEP = """
import os, signal, sys
from pathlib import Path
from parotis.system.atomic_files import publish_folder
def die(done, of):
    if done == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
files = {"a.txt": b"a", "images/b.jpg": b"b" * 200_000, "c.txt": b"c"}
publish_folder(Path(sys.argv[1]), "bundle", files, die)
"""

KILLED_AT_CALL = """
import os, signal, sys
from pathlib import Path
from parotis.system.atomic_files import publish_folder
left = int(sys.argv[2])
def die(event, arguments):
    global left
    if event in {"open", "os.mkdir", "os.rename", "os.listdir", "os.scandir"} and sys.argv[1] in str(arguments):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die)
publish_folder(Path(sys.argv[1]), "bundle", {"a.txt": b"a", "images/b.jpg": b"b", "c.txt": b"c"})
"""


def test_file_is_written_whole_and_private(tmp_path: Path) -> None:
    digest = write_atomically(tmp_path / "a.json", b"first")
    assert (tmp_path / "a.json").read_bytes() == b"first"
    assert digest == hashlib.sha256(b"first").hexdigest()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


@posix_only
def test_file_is_private_even_without_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_atomically(tmp_path / "a.json", b"x")
        publish_folder(tmp_path, "bundle", BUNDLE)
    finally:
        os.umask(before)
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "bundle").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "bundle/images/01-parotid.jpg").stat().st_mode & 0o777 == 0o600


@posix_only
def test_symlink_at_the_target_is_replaced_and_its_victim_left_alone(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "a.json").symlink_to(victim)
    write_atomically(tmp_path / "a.json", b"new")
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "a.json").is_symlink()


@posix_only
def test_new_file_never_replaces_what_is_there(tmp_path: Path) -> None:
    write_new(tmp_path / "new", b"first")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("new", "link"):
        with pytest.raises(AlreadyExists):
            write_new(tmp_path / name, b"second")
    assert (tmp_path / "new").read_bytes() == b"first"
    assert (tmp_path / "link").is_symlink()


def test_missing_folder_is_a_storage_failure(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        write_atomically(tmp_path / "absent" / "a.json", b"x")


def test_bundle_is_complete_and_reported_as_read_back(tmp_path: Path) -> None:
    progress: list[tuple[int, int]] = []
    found = publish_folder(tmp_path, "bundle", BUNDLE, lambda done, of: progress.append((done, of)))
    assert found == {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in BUNDLE.items()}
    assert {name: (tmp_path / "bundle" / name).read_bytes() for name in BUNDLE} == BUNDLE
    assert progress == [(step, STEPS) for step in range(1, STEPS + 1)]
    assert [entry.name for entry in tmp_path.iterdir()] == ["bundle"]


@pytest.mark.parametrize("occupant", ["file", "folder", "link"])
def test_existing_bundle_is_never_touched(tmp_path: Path, occupant: str) -> None:
    final = tmp_path / "bundle"
    if occupant == "file":
        final.write_bytes(b"mine")
    elif occupant == "folder":
        final.mkdir()
    else:
        final.symlink_to(tmp_path / "nowhere")
    progress: list[int] = []
    with pytest.raises(AlreadyExists):
        publish_folder(tmp_path, "bundle", BUNDLE, lambda done, _of: progress.append(done))
    assert os.path.lexists(final)
    assert len(list(tmp_path.iterdir())) == 1
    assert progress == []


@pytest.mark.parametrize("content", [[], ["precious"]])
def test_bundle_that_appears_meanwhile_is_not_replaced(tmp_path: Path, content: list[str]) -> None:
    def appear(done: int, of: int) -> None:
        if done == of // 2:
            (tmp_path / "bundle").mkdir()
            for name in content:
                (tmp_path / "bundle" / name).touch()

    with pytest.raises(AlreadyExists):
        publish_folder(tmp_path, "bundle", BUNDLE, appear)
    assert [entry.name for entry in tmp_path.iterdir()] == ["bundle"]
    assert [entry.name for entry in (tmp_path / "bundle").iterdir()] == content


@pytest.mark.parametrize("error", [Cancelled(), KeyboardInterrupt(), OSError(5, "gone")])
@pytest.mark.parametrize("at", range(1, STEPS + 1))
def test_interrupted_bundle_leaves_nothing(tmp_path: Path, error: BaseException, at: int) -> None:
    def interrupt(done: int, _of: int) -> None:
        if done == at:
            raise error

    with pytest.raises((Cancelled, KeyboardInterrupt, TargetNotWritable)):
        publish_folder(tmp_path, "bundle", BUNDLE, interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tampered", ["report.pdf", "images/01-parotid.jpg"])
def test_bundle_that_reads_back_differently_is_withdrawn(tmp_path: Path, tampered: str) -> None:
    def damage(done: int, of: int) -> None:
        if done == of // 2:  # all written, nothing renamed yet
            part = next(tmp_path.iterdir())
            (part / tampered).write_bytes(b"other")

    with pytest.raises(TargetNotWritable, match="read back"):
        publish_folder(tmp_path, "bundle", BUNDLE, damage)
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_file_swapped_for_a_link_to_equal_bytes_is_not_accepted(tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    twin.write_bytes(BUNDLE["report.pdf"])
    target = tmp_path / "target"
    target.mkdir()

    def swap(done: int, of: int) -> None:
        if done == of // 2:
            report = next(target.iterdir()) / "report.pdf"
            report.unlink()
            report.symlink_to(twin)

    with pytest.raises(TargetNotWritable):
        publish_folder(target, "bundle", BUNDLE, swap)
    assert list(target.iterdir()) == []
    assert twin.read_bytes() == BUNDLE["report.pdf"]


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "/etc/x", "a/b/c", "a\\b", "images/", "images/../x"),
        *("CON", "nul.txt", "com1.json", "a.", "-rf", ".hidden", "a:b", "a b", "a\0b", "a\nb", "Ω.txt", "a" * 121),
    ],
)
def test_name_that_is_not_portable_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableInput):
        publish_folder(tmp_path, "bundle", {name: b"x"})
    with pytest.raises(UnreadableInput):
        publish_folder(tmp_path, name, {"a.txt": b"x"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("names", [("a.txt", "A.TXT"), ("images", "images/a.jpg")])
def test_names_that_collide_on_some_disk_are_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(UnreadableInput):
        publish_folder(tmp_path, "bundle", dict.fromkeys(names, b"x"))


def test_missing_target_is_named_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(TargetNotWritable) as caught:
        publish_folder(tmp_path / "Lindqvist", "bundle", BUNDLE)
    assert caught.value.reason == "The target folder is not there."
    assert "Lindqvist" not in str(caught.value)


@posix_only
@pytest.mark.parametrize("step", range(1, 7))
def test_kill_at_any_step_leaves_no_bundle_or_a_whole_one(tmp_path: Path, run_child, step: int) -> None:
    assert run_child(KILLED_AT_STEP, tmp_path, step).returncode == -signal.SIGKILL
    if step <= 3:
        assert not (tmp_path / "bundle").exists()
        publish_folder(tmp_path, "bundle", BUNDLE)  # also clears what the killed one left
        assert [entry.name for entry in tmp_path.iterdir()] == ["bundle"]
    else:
        sizes = {file.name: file.stat().st_size for file in (tmp_path / "bundle").rglob("*.*")}
        assert sizes == {"a.txt": 1, "b.jpg": 200_000, "c.txt": 1}


@posix_only
def test_kill_at_any_file_operation_leaves_no_bundle_or_a_whole_one(tmp_path: Path, run_child) -> None:
    outcomes = set()
    for call in range(1, 40):
        target = tmp_path / str(call)
        target.mkdir()
        status = run_child(KILLED_AT_CALL, target, call).returncode
        names = {str(path.relative_to(target)) for path in target.glob("bundle/**/*")}
        assert names in (set(), {"bundle/a.txt", "bundle/c.txt", "bundle/images", "bundle/images/b.jpg"})
        outcomes.add((status, bool(names)))
        if status == 0:
            break
    assert outcomes == {(-signal.SIGKILL, False), (-signal.SIGKILL, True), (0, True)}


@posix_only
def test_bundle_still_being_written_is_not_taken_for_abandoned(tmp_path: Path) -> None:
    def look(done: int, _of: int) -> None:
        if done == 1:
            assert remove_abandoned_parts(tmp_path) == 0

    publish_folder(tmp_path, "bundle", BUNDLE, look)
    assert (tmp_path / "bundle").is_dir()


@posix_only
def test_link_with_the_name_of_a_leftover_is_left_alone(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "precious").write_bytes(b"x")
    (tmp_path / ".parotis-0123456789abcdef.part").symlink_to(victim)
    publish_folder(tmp_path, "bundle", BUNDLE)
    assert (victim / "precious").exists()


@pytest.mark.parametrize(
    ("mount", "code", "reason"),
    [
        ("size=64k", "storage.full", "There is no room left on the target."),
        ("size=8m,ro", "storage.read_only", "The target is write-protected."),
    ],
)
@pytest.mark.usefixtures("private_mounts")
def test_full_or_read_only_disk_leaves_nothing_and_says_why(
    tmp_path: Path, run_child, mount: str, code: str, reason: str
) -> None:
    child = run_child(PUBLISH, tmp_path, prepare=f"mount -t tmpfs -o {mount} none '{tmp_path}'")
    outcomes, left = json.loads(child.stdout)
    assert outcomes[0] == f"target.not_writable|{reason}"
    assert outcomes[1].startswith(f"{code}|")
    assert left == []


@posix_only
def test_size_limit_leaves_nothing_and_says_why(tmp_path: Path, run_child) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
    outcomes, left = json.loads(run_child(limit + PUBLISH, tmp_path).stdout)
    assert outcomes[0] == "target.not_writable|There is no room left on the target."
    assert outcomes[1].startswith("storage.full|")
    assert left == []


@posix_only
def test_failed_write_keeps_the_file_that_was_there(tmp_path: Path, run_child) -> None:
    (tmp_path / "kept.json").write_bytes(b"old")
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
    run_child(limit + PUBLISH, tmp_path)
    assert (tmp_path / "kept.json").read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.json"]


@posix_only
def test_link_planted_at_the_temporary_name_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    monkeypatch.setattr("secrets.token_hex", lambda _length: "0123456789abcdef")
    (tmp_path / ".parotis-0123456789abcdef.part").symlink_to(victim)
    with pytest.raises(StorageFailed):
        write_atomically(tmp_path / "a.json", b"new")
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "a.json").exists()


def test_a_chosen_file_replaces_what_was_there_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"older and longer")
    write_chosen(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.pdf"]


def test_a_chosen_file_that_cannot_be_written_is_told_by_its_reason_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(TargetNotWritable) as told:
        write_chosen(tmp_path / "nowhere" / "letter.pdf", b"new")
    assert told.value.reason == "The target folder is not there."
    assert str(tmp_path) not in str(told.value)


def test_a_chosen_file_that_does_not_read_back_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parotis.system.atomic_files.read_back", lambda _path: (0, ""))
    with pytest.raises(TargetNotWritable) as told:
        write_chosen(tmp_path / "letter.pdf", b"new")
    assert "did not read back" in told.value.reason
    assert list(tmp_path.iterdir()) == []

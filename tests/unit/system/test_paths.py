from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from parotis import shipped
from parotis.domain.errors import ResourceMissing, StorageFailed, UnreadableInput
from parotis.system import paths
from parotis.system.paths import Paths, filesystem_type, is_network_type, parse_mountinfo, resource, resource_bytes

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX modes")

MOUNTINFO = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:30 / /mnt/share rw shared:1 master:2 - cifs //server/share rw
31 22 0:31 / /mnt/with\\040blank rw - fuse.sshfs me@host: rw
32 30 8:1 / /mnt/share/stick rw - ext4 /dev/sda1 rw
33 22 0:33 / /mnt/over rw - nfs4 host:/ rw
34 33 0:34 / /mnt/over rw - tmpfs none rw
not a line
"""


def test_explicit_folder_wins_over_the_environment(tmp_path: Path) -> None:
    environment = {"PAROTIS_DATA": str(tmp_path / "b")}
    assert Paths.resolve(tmp_path / "a", environment).data == tmp_path / "a"
    assert Paths.resolve(None, environment).data == tmp_path / "b"
    assert Paths.resolve(None, environment).config == tmp_path / "b" / "config"


@pytest.mark.skipif(sys.platform != "linux", reason="names of one platform")
def test_default_folders_are_the_persons_own_and_two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    found = Paths.resolve(None, {"PAROTIS_DATA": ""})
    assert found.data == tmp_path / ".local/share/parotis"
    assert found.config == tmp_path / ".config/parotis/config"
    assert list(tmp_path.iterdir()) == []


def test_relative_folder_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Paths.resolve(Path("practice"), {}).data == tmp_path / "practice"


@posix_only
def test_folders_are_made_private_also_when_they_were_not(tmp_path: Path) -> None:
    found = Paths.resolve(tmp_path / "data", {})
    found.data.mkdir(mode=0o755)
    found.prepare()
    found.prepare()
    for folder in (found.data, found.config, found.logs):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_file_in_the_place_of_a_folder_is_a_storage_failure(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(StorageFailed):
        Paths.resolve(tmp_path / "data", {}).prepare()


@posix_only
@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me", "ext4"),
        ("/mnt/share/practice", "cifs"),
        ("/mnt/shared", "ext4"),
        ("/mnt/share/stick/practice", "ext4"),
        ("/mnt/with blank/x", "fuse.sshfs"),
        ("/mnt/over/x", "tmpfs"),
    ],
)
def test_file_system_is_that_of_the_nearest_mount(folder: str, kind: str) -> None:
    assert filesystem_type(Path(folder), parse_mountinfo(MOUNTINFO)) == kind


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.rclone", "davfs", "fuse.davfs"])
def test_network_file_systems_are_known(kind: str) -> None:
    assert is_network_type(kind)


@pytest.mark.parametrize("kind", ["", "ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "exfat", "fuseblk", "apfs"])
def test_local_file_systems_are_not_refused(kind: str) -> None:
    assert not is_network_type(kind)


@posix_only
def test_practice_on_a_share_is_refused_before_a_folder_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "mounted_filesystems", lambda: [("/", "ext4"), (str(tmp_path), "nfs4")])
    with pytest.raises(UnreadableInput) as caught:
        Paths.resolve(tmp_path / "data", {}).prepare()
    assert "network" in caught.value.problems[0][1]
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_link_into_a_share_is_seen_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    monkeypatch.setattr(paths, "mounted_filesystems", lambda: [("/", "ext4"), (str(tmp_path / "share"), "cifs")])
    with pytest.raises(UnreadableInput):
        Paths.resolve(tmp_path / "link" / "data", {}).prepare()


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_mounts_of_this_machine_agree_with_findmnt(tmp_path: Path) -> None:
    try:
        answer = subprocess.run(
            ["findmnt", "-n", "-o", "FSTYPE", "-T", str(tmp_path)], capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("no findmnt on this system")
    assert filesystem_type(tmp_path, paths.mounted_filesystems()) == answer.stdout.split()[-1]


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/passwd", "a/../../x", "a\\..\\x", "C:x", "a\0b", "absent"])
def test_name_outside_or_absent_is_missing(name: str) -> None:
    with pytest.raises(ResourceMissing):
        resource(name)


def test_resources_are_found_in_each_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "app" / "parotis" / "shipped.py"
    for root in ("resources", "app/parotis/resources", "frozen/resources"):
        (tmp_path / root).mkdir(parents=True)
        (tmp_path / root / "name.txt").write_text(root)
        if root.startswith("frozen"):
            monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "frozen"), raising=False)
        monkeypatch.setattr(shipped, "__file__", str(module))
        assert resource_bytes("name.txt").decode() == root


def test_damaged_installation_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "__file__", str(tmp_path / "a" / "b" / "shipped.py"))
    with pytest.raises(ResourceMissing):
        resource("name.txt")


def test_folder_is_no_content() -> None:
    assert resource(".").is_dir()
    with pytest.raises(ResourceMissing):
        resource_bytes(".")

"""Where things are: the practice's own folders and the files that the program ships.

The only module that knows the folder layout, the platforms' conventions and how the program was installed.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parotis import shipped
from parotis.domain.errors import ResourceMissing, UnreadableInput
from parotis.system.atomic_files import storage_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# fmt: off
_NETWORK_TYPES = frozenset({
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "smbnetfs", "ncpfs", "afs", "afpfs", "webdav",
    "davfs", "coda", "ceph", "glusterfs", "lustre", "gpfs", "beegfs", "gfs2", "ocfs2", "pvfs2", "sshfs",
    "rclone", "s3fs", "goofys", "gcsfuse", "curlftpfs", "gvfsd-fuse", "vboxsf", "vmhgfs", "prl_fs",
    "drvfs",
})
# fmt: on
KEY_FILE_NAMES = ("vault.keys", "vault.keys.copy")
"""The key slots in the data folder and their second copy; either of them makes it a practice's folder."""

_PLATFORM: str = sys.platform
_NOT_LOCAL = (
    "The data folder is on a network or shared drive, where the record can be damaged. "
    "Choose a folder on this computer."
)


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one practice. ``config`` lies outside ``data`` where the platform keeps the two apart."""

    data: Path
    config: Path

    @classmethod
    def resolve(cls, explicit: Path | None, environment: Mapping[str, str]) -> Paths:
        """Take ``explicit``, else ``PAROTIS_DATA``, else the platform's folders for this person."""
        chosen = explicit or (Path(environment["PAROTIS_DATA"]) if environment.get("PAROTIS_DATA") else None)
        if chosen is not None:
            data = Path(os.path.abspath(chosen.expanduser()))  # noqa: PTH100  (Path.resolve would follow links)
            return cls(data, data / "config")
        import platformdirs  # only where it is needed: the window paints sooner

        return cls(
            platformdirs.user_data_path("parotis", appauthor=False),
            platformdirs.user_config_path("parotis", appauthor=False) / "config",
        )

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def instance_lock(self) -> Path:
        return self.data / "instance.lock"

    @property
    def settings(self) -> Path:
        return self.config / "settings.json"

    def prepare(self) -> None:
        """Make the folders, readable by this person only.

        Raises:
            UnreadableInput: the data folder is on a network file system.
            StorageFull, StorageReadOnly, StorageFailed: a folder cannot be made.
        """
        refuse_network_folder(self.data)
        try:
            for folder in (self.data, self.config, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if folder.stat().st_mode & 0o077:
                    with contextlib.suppress(PermissionError):  # FAT and its kin have no modes
                        folder.chmod(0o700)
        except OSError as error:
            raise storage_fault(error) from error


def refuse_network_folder(folder: Path) -> None:
    """Raise if ``folder``, or the place where it would be made, is on a network file system.

    Raises:
        UnreadableInput: it is; the sentence says why that is refused.
    """
    if is_network_type(filesystem_type(folder, mounted_filesystems())):
        raise UnreadableInput([("data", _NOT_LOCAL)])


def is_network_type(filesystem: str) -> bool:
    """Whether a file system type, such as ``nfs4`` or ``fuse.sshfs``, is a network or host-shared one."""
    return filesystem.casefold().removeprefix("fuse.") in _NETWORK_TYPES


def filesystem_type(folder: Path, mounts: Iterable[tuple[str, str]]) -> str:
    """The type of the file system that holds ``folder``, by the longest mount point above it; "" if unknown."""
    if _PLATFORM == "win32":
        return _windows_filesystem_type(folder)
    resolved = Path(os.path.realpath(folder))  # Path.resolve raises RuntimeError where links go in a circle
    best, found = -1, ""
    for mount_point, kind in mounts:
        if resolved.is_relative_to(mount_point) and len(mount_point) >= best:
            best, found = len(mount_point), kind
    return found


def mounted_filesystems() -> list[tuple[str, str]]:
    """(Mount point, type) of all mounted file systems, in mount order; empty where the system does not tell."""
    try:
        if _PLATFORM == "linux":
            return parse_mountinfo(Path("/proc/self/mountinfo").read_text(errors="surrogateescape"))
        if _PLATFORM == "darwin":
            return re.findall(r"^.*? on (/.*) \((\w+)[,)]", _mac_mounts(), re.MULTILINE)
    except OSError:
        return []
    return []


def _mac_mounts() -> str:
    import subprocess  # only where it is needed: the window paints sooner

    try:
        return subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True).stdout
    except subprocess.SubprocessError:
        return ""


def parse_mountinfo(text: str) -> list[tuple[str, str]]:
    """Read the format of ``/proc/self/mountinfo``, where blanks in names are octal escapes."""
    mounts = []
    for line in text.splitlines():
        fields, _, tail = line.partition(" - ")
        if tail and len(columns := fields.split(" ")) > 4:
            mount_point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), columns[4])
            mounts.append((mount_point, tail.split(" ", 1)[0]))
    return mounts


def resource(name: str) -> Path:
    """The path of a shipped file or folder, such as ``anatomy/map.svg``.

    Raises:
        ResourceMissing: it is not there, or ``name`` leaves the resources.
    """
    try:
        return shipped.path(name)
    except shipped.NotShipped as error:
        raise ResourceMissing(str(error)) from error


def resource_bytes(name: str) -> bytes:
    """The content of a shipped file.

    Raises:
        ResourceMissing: it is not there or cannot be read.
    """
    try:
        return shipped.read(name)
    except shipped.NotShipped as error:
        raise ResourceMissing(str(error)) from error


def _windows_filesystem_type(folder: Path) -> str:
    import ctypes

    drive_remote = 4
    anchor = folder.resolve().anchor
    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009  (absent from the stubs of other platforms)
    return "smb" if anchor.startswith("\\\\") or kernel.GetDriveTypeW(anchor) == drive_remote else ""

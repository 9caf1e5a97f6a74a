"""Files that are whole or absent, and proven by reading them back.

Every write goes to a random hidden name in the target folder, is synced, renamed, then opened again *by path* and
hashed: a pulled stick or a lazily detached share lets write, sync and close succeed and still holds nothing.
Symbolic links in the target are never followed.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import secrets
import shutil
import stat
import sys
import time
from typing import TYPE_CHECKING

from parotis.domain.errors import (
    AlreadyExists,
    Fault,
    SelfCheckFailed,
    StorageFailed,
    StorageFull,
    StorageReadOnly,
    TargetNotWritable,
    UnreadableInput,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

log = logging.getLogger(__name__)

_READ_BLOCK_BYTES = 1 << 20
_PART_NAME = re.compile(r"\.parotis-[0-9a-f]{16}\.part")
_PORTABLE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,118}[A-Za-z0-9_-])?")
_RESERVED_STEMS = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))]
)
_ABANDONED_AFTER_S = 24 * 3600.0

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_GONE = frozenset(
    {
        errno.EIO,
        errno.ENXIO,
        errno.ENODEV,
        errno.ENOTCONN,
        errno.ESTALE,
        errno.ETIMEDOUT,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.ECONNRESET,
    }
)
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS})

_REASONS: tuple[tuple[frozenset[int], str], ...] = (
    (_FULL, "There is no room left on the target."),
    (frozenset({errno.EROFS}), "The target is write-protected."),
    (_FORBIDDEN, "Writing to the target is not permitted."),
    (_GONE, "The target stopped answering; it may have been removed."),
    (_ABSENT, "The target folder is not there."),
    (frozenset({errno.ENAMETOOLONG}), "The path of the target is too long."),
)
_READ_BACK_DIFFERS = "What was written did not read back the same."


def storage_fault(error: OSError) -> Fault:
    """The domain's name for a failure inside the program's own data folder."""
    if error.errno in _FULL:
        return StorageFull(_errno_name(error))
    if error.errno == errno.EROFS or error.errno in _FORBIDDEN:
        return StorageReadOnly(_errno_name(error))
    return StorageFailed(_errno_name(error))


def target_fault(error: OSError) -> TargetNotWritable:
    """The domain's name for a failure of a folder the person chose."""
    for numbers, reason in _REASONS:
        if error.errno in numbers:
            return TargetNotWritable(reason)
    return TargetNotWritable("The target could not be written.")


def write_atomically(path: Path, data: bytes, mode: int = 0o600) -> str:
    """Put ``data`` at ``path`` so that it is there whole or ``path`` is what it was; return its SHA-256 (hex).

    Raises:
        StorageFull: no room, quota or size limit reached.
        StorageReadOnly: write-protected or not permitted.
        SelfCheckFailed: the file read back differs from ``data``; it has been removed.
        StorageFailed: anything else the operating system reports.
    """
    part = path.parent / _part_name()
    try:
        try:
            _write_new(part, data, mode)
            part.replace(path)
        except BaseException:
            _discard(part)
            raise
        _sync_folder(path.parent)
        digest = hashlib.sha256(data).hexdigest()
        if read_back(path) != (len(data), digest):
            _discard(path)
            raise SelfCheckFailed("file read back differs")
    except OSError as error:
        raise storage_fault(error) from error
    return digest


def write_chosen(path: Path, data: bytes) -> None:
    """Like ``write_atomically``, for a file in a folder that the person chose.

    Raises:
        TargetNotWritable: what was there before is still there; a file that did not read back has been removed.
    """
    try:
        write_atomically(path, data)
    except SelfCheckFailed as error:
        raise TargetNotWritable(_READ_BACK_DIFFERS) from error
    except (StorageFull, StorageReadOnly, StorageFailed) as error:
        raise target_fault(error.__cause__ if isinstance(error.__cause__, OSError) else OSError()) from error


def write_new(path: Path, data: bytes) -> None:
    """Like ``write_atomically``, for a file that must not be there yet.

    Raises:
        AlreadyExists: something of that name is there, a broken link too.
        StorageFull, StorageReadOnly, StorageFailed, SelfCheckFailed: not written.
    """
    if os.path.lexists(path):
        raise AlreadyExists("file")
    write_atomically(path, data)


def try_folder(folder: Path) -> None:
    """Write, sync and remove a small file, to learn whether the folder takes any.

    Raises:
        TargetNotWritable: it does not.
    """
    part = folder / _part_name()
    try:
        try:
            _write_new(part, b"\0", 0o600)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise target_fault(error) from error


def publish_folder(
    target_dir: Path,
    name: str,
    files: Mapping[str, bytes],
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> dict[str, tuple[int, str]]:
    """Write ``files`` (relative names with ``/``) as the folder ``name``, complete or not at all.

    ``on_progress`` gets (steps done, steps in all); what it raises, such as ``Cancelled``, undoes everything.
    Returns size and SHA-256 of each file as read back from the final place. Folders that an earlier crash of this
    program left in ``target_dir`` are removed.

    Raises:
        UnreadableInput: a name is not portable, or two names are one on a case-insensitive disk.
        AlreadyExists: something of that name is there.
        TargetNotWritable: the target failed; nothing of this call is left on it as far as it still answers.
    """
    _check_names(name, files)
    final = target_dir / name
    part = target_dir / _part_name()
    try:
        if not target_dir.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "no target folder")
        remove_abandoned_parts(target_dir)
        _refuse_existing(final)
        part.mkdir(mode=0o700)
        try:
            with _claimed(part):
                return _fill_and_rename(part, final, files, on_progress)
        except BaseException:
            _withdraw(final, part)
            raise
    except OSError as error:
        if error.errno in {errno.EEXIST, errno.ENOTEMPTY}:
            raise AlreadyExists("bundle folder") from error
        raise target_fault(error) from error


def remove_abandoned_parts(folder: Path) -> int:
    """Remove what a crash of this program left half-written in ``folder``; return how many entries went.

    Entries that another running instance still writes are left alone, and so is a folder that cannot be listed.
    """
    removed = 0
    try:
        entries = list(folder.iterdir())
    except OSError as error:
        log.warning("leftovers not looked for: %s", _errno_name(error))
        return removed
    for entry in entries:
        if _PART_NAME.fullmatch(entry.name) and _is_abandoned(entry):
            _discard(entry)
            removed += 1
    return removed


def read_back(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 (hex) of the file at ``path``, from the device where the system allows.

    Raises:
        OSError: not there, not readable, or a symbolic link.
    """
    descriptor = os.open(path, os.O_RDONLY | _flag("O_NOFOLLOW") | _flag("O_BINARY") | _flag("O_CLOEXEC"))
    try:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # advice, no more
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        digest = hashlib.sha256()
        size = 0
        while block := os.read(descriptor, _READ_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
    finally:
        os.close(descriptor)
    return size, digest.hexdigest()


def _fill_and_rename(
    part: Path, final: Path, files: Mapping[str, bytes], on_progress: Callable[[int, int], None]
) -> dict[str, tuple[int, str]]:
    steps = 2 * len(files)
    for done, (relative, data) in enumerate(files.items(), start=1):
        if (part / relative).parent != part:  # never the target itself anew: a stick may be gone
            (part / relative).parent.mkdir(mode=0o700, exist_ok=True)
        _write_new(part / relative, data, 0o600)
        on_progress(done, steps)
    for folder in _folders_inside(part, files):
        _sync_folder(folder)
    _refuse_existing(final)
    part.rename(final)
    _sync_folder(final.parent)
    found: dict[str, tuple[int, str]] = {}
    for done, (relative, data) in enumerate(files.items(), start=len(files) + 1):
        found[relative] = read_back(final / relative)
        if found[relative] != (len(data), hashlib.sha256(data).hexdigest()):
            raise TargetNotWritable(_READ_BACK_DIFFERS)
        on_progress(done, steps)
    return found


def _write_new(path: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    descriptor = os.open(path, flags | _flag("O_NOFOLLOW") | _flag("O_BINARY") | _flag("O_CLOEXEC"), mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | _flag("O_CLOEXEC"))
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def _withdraw(final: Path, part: Path) -> None:
    # The final name must never hold half a bundle, not even while the bundle is being removed.
    with contextlib.suppress(OSError):
        if not os.path.lexists(part) and os.path.lexists(final):
            final.rename(part)
    _discard(part)


def _discard(path: Path) -> None:
    """Remove a file or folder of ours; a target that no longer answers keeps what it has."""
    try:
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("leftover not removed: %s", _errno_name(error))


def _refuse_existing(final: Path) -> None:
    try:
        final.lstat()
    except FileNotFoundError:
        return
    raise AlreadyExists("bundle folder")


@contextlib.contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Hold a lock on ``folder`` that ends with this process, so that nobody takes it for abandoned."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # not every file system knows locks; age decides there
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _is_abandoned(entry: Path) -> bool:
    try:
        is_old = time.time() - entry.lstat().st_mtime > _ABANDONED_AFTER_S
        if sys.platform == "win32" or not entry.is_dir():
            return is_old
        import fcntl

        descriptor = os.open(entry, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return is_old
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


def _check_names(name: str, files: Mapping[str, bytes]) -> None:
    problems: list[tuple[str, str]] = []
    seen: set[str] = set()
    if "/" in name or not _is_portable(name):
        problems.append(("name", "The name of the folder is not portable."))
    for position, relative in enumerate(files):
        parts = relative.split("/")
        if len(parts) > 2 or not all(map(_is_portable, parts)):
            problems.append((f"files[{position}]", "The name is not portable."))
        folded = relative.casefold()
        if folded in seen:
            problems.append((f"files[{position}]", "The name differs from another only in case."))
        seen.add(folded)
    if any(folded.split("/")[0] in seen for folded in seen if "/" in folded):
        problems.append(("files", "A name is both a file and a folder."))
    if problems:
        raise UnreadableInput(problems)


def _is_portable(component: str) -> bool:
    stem = component.split(".", 1)[0].casefold()
    return _PORTABLE_NAME.fullmatch(component) is not None and stem not in _RESERVED_STEMS


def _folders_inside(part: Path, files: Mapping[str, bytes]) -> list[Path]:
    return sorted({(part / relative).parent for relative in files} | {part}, reverse=True)


def _part_name() -> str:
    return f".parotis-{secrets.token_hex(8)}.part"


def _flag(name: str) -> int:
    return getattr(os, name, 0)


def _errno_name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "OSError")

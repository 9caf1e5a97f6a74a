"""Composition root: the adapters of this machine behind the ports that the use cases ask for.

Each adapter is imported at its first use, because the window must paint before the database, the PDF and the
signature libraries are loaded.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import threading
from datetime import datetime
from typing import TYPE_CHECKING

from parotis.documents.adapters import PadesSigner, ReportComposer
from parotis.domain.errors import StorageCorrupt
from parotis.domain.region_map import RegionMap
from parotis.services.desk import Machine
from parotis.services.ports import StoredPicture, UserProfile
from parotis.system.paths import resource, resource_bytes
from parotis.system.spelling import HunspellSpelling
from parotis.x12.remittance_reader import X12RemittanceReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from parotis.imaging.decode import PictureDecoder
    from parotis.imaging.labels import LabelPainter
    from parotis.services.ports import ImageLabel, Records, Session, SigningIdentity
    from parotis.system.users import User
    from parotis.system.users import UserProfile as SlotProfile
    from parotis.system.vault import Vault
    from parotis.system.vault_session import VaultSession

DATABASE_NAME = "practice.db"
REGION_MAP_RESOURCE = "anatomy/face-neck-map.svg"


def machine() -> Machine:
    """The adapters of this machine."""
    return Machine(
        program_version=program_version(),
        resources=ProgramResources(),
        clock=SystemClock(),
        composer=ReportComposer(resource("fonts"), RegionMap(resource_bytes(REGION_MAP_RESOURCE))),
        signer=PadesSigner(),
        pictures=ImportedPictures(),
        vaults=PracticeVaults(),
        record_store=EncryptedRecordStore(),
        destination=FolderDestination(),
        locks=FileLocks(),
        spelling=HunspellSpelling(resource("spelling")),
        remittances=X12RemittanceReader(),
    )


def program_version() -> str:
    """The version in the installed package's metadata."""
    return importlib.metadata.version("parotis")


class SystemClock:
    """The clock of this computer, in its zone."""

    def now(self) -> datetime:
        return datetime.now().astimezone()


class ProgramResources:
    """The files that the program ships."""

    def read(self, name: str) -> bytes:
        return resource_bytes(name)


class FileLocks:
    """Locks across the processes of this machine."""

    @contextlib.contextmanager
    def hold(self, folder: Path, name: str) -> Iterator[bool]:
        from parotis.system.process import InstanceLock

        with InstanceLock(folder / f"{name}.lock") as lock:
            yield lock.acquire()


class FolderDestination:
    """A folder, a stick or a share that somebody may pull out at any time."""

    def publish(
        self,
        target: Path,
        name: str,
        files: Mapping[str, bytes],
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Mapping[str, tuple[int, str]]:
        from parotis.system.atomic_files import publish_folder

        with self._made(target):
            return publish_folder(target, name, files, on_progress or (lambda _done, _total: None))

    def probe(self, target: Path) -> None:
        from parotis.system.atomic_files import try_folder

        with self._made(target):
            try_folder(target)

    def write_file(self, path: Path, data: bytes) -> None:
        from parotis.system.atomic_files import write_chosen

        write_chosen(path, data)

    @contextlib.contextmanager
    def _made(self, target: Path) -> Iterator[None]:
        """The target made if only its last folder is missing, and taken away again if the block fails.

        Never more than the last: a missing parent is a stick that is not there, and its place on the disk is no stick.
        """
        from parotis.system.atomic_files import target_fault

        try:
            is_new = not target.exists()
            target.mkdir(exist_ok=True)
        except OSError as error:
            raise target_fault(error) from error
        try:
            yield
        except BaseException:
            if is_new:
                with contextlib.suppress(OSError):
                    target.rmdir()
            raise


class ImportedPictures:
    """Imported files to clean pixels and label borders. Any thread may call."""

    def __init__(self) -> None:
        self._decoder: PictureDecoder | None = None
        self._painter: LabelPainter | None = None
        self._lock = threading.Lock()

    def decode(self, data: bytes, *, suffix: str, frame: int | None) -> StoredPicture:
        from parotis.imaging.decode import PictureDecoder
        from parotis.imaging.pictures import sanitised_dicom

        with self._lock:
            if self._decoder is None:
                self._decoder = PictureDecoder()
            decoder = self._decoder
        picture = decoder.decode(data, frame=frame, name_suffix=suffix)
        return StoredPicture(
            sha256=picture.sha256,
            media_kind=picture.kind.value,
            frame=picture.frame,
            frame_count=picture.frame_count,
            width=picture.width,
            height=picture.height,
            mm_per_pixel=picture.mm_per_pixel_x if picture.mm_per_pixel_x == picture.mm_per_pixel_y else None,
            original=sanitised_dicom(data),
            png=picture.png,
            facts=tuple(sorted(picture.facts.items())),
        )

    def labelled_jpeg(self, png: bytes, label: ImageLabel) -> bytes:
        from parotis.imaging.labels import LabelPainter

        with self._lock:
            if self._painter is None:
                self._painter = LabelPainter(resource("fonts"))
            return self._painter.labelled(png, label.lines)

    def close(self) -> None:
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None


class EncryptedRecordStore:
    """The encrypted database in a practice's folder."""

    def create(self, folder: Path, session: Session) -> Records:
        from parotis.system.atomic_files import storage_fault

        aside = f"set-aside-{datetime.now().astimezone():%Y%m%d%H%M%S}"
        try:
            for suffix in ("", "-wal", "-shm", "-journal"):
                orphan = folder / f"{DATABASE_NAME}{suffix}"
                if orphan.exists():
                    orphan.replace(folder / f"{aside}-{orphan.name}")
        except OSError as error:
            raise storage_fault(error) from error
        return self._open(folder, session)

    def open(self, folder: Path, session: Session) -> Records:
        database = folder / DATABASE_NAME
        if not database.exists() or database.stat().st_size == 0:
            raise StorageCorrupt("the database of the practice is missing or empty")
        return self._open(folder, session)

    def _open(self, folder: Path, session: Session) -> Records:
        from parotis_db import open_records

        return open_records(
            folder / DATABASE_NAME, session.database_key, session.audit_key, practice_id=session.practice_id
        )


class PracticeVaults:
    """The key slots in a practice's folder. One vault a folder, because it remembers how long a guesser must wait."""

    def __init__(self) -> None:
        self._vaults: dict[Path, Vault] = {}

    def _vault(self, folder: Path) -> Vault:
        from parotis.system.paths import refuse_network_folder
        from parotis.system.vault import Vault

        if folder not in self._vaults:
            refuse_network_folder(folder)
            self._vaults[folder] = Vault.open(folder)
        return self._vaults[folder]

    def exists(self, folder: Path) -> bool:
        from parotis.system import key_slots

        return key_slots.exists(folder)

    def create(
        self,
        folder: Path,
        *,
        practice_name: str,
        owner: UserProfile,
        passphrase: str,
        throw_away: bool,
        before_kept: Callable[[Session, str], None],
    ) -> Session:
        from parotis.system import passphrases, paths, vault

        paths.Paths(folder, folder / "config").prepare()
        cost = passphrases.FLOOR if throw_away else passphrases.calibrated()
        made = vault.create_vault(
            folder,
            practice_name,
            _profile(owner),
            passphrase,
            cost,
            before_store=lambda created: before_kept(PracticeSession(created.session), created.recovery_key),
        )
        return PracticeSession(made.session)

    def unlock(self, folder: Path, login: str, passphrase: str) -> Session:
        return PracticeSession(self._vault(folder).unlock(login, passphrase))

    def unlock_with_recovery_key(self, folder: Path, recovery_key: str, login: str, new_passphrase: str) -> Session:
        return PracticeSession(self._vault(folder).unlock_with_recovery_key(recovery_key, login, new_passphrase))

    def logins(self, folder: Path) -> tuple[str, ...]:
        return tuple(user.login for user in self._vault(folder).users() if not user.is_disabled)


class PracticeSession:
    """A vault session in the words of the use cases."""

    def __init__(self, session: VaultSession) -> None:
        self._session = session
        self.practice_id = session.practice_id
        self.practice_name = session.practice_name
        self.user = _account(session.user)
        self.failed_tries = session.failed_tries
        self.database_key = session.database_key
        self.audit_key = session.audit_key
        self.root_certificate = session.root_certificate

    def users(self) -> tuple[UserProfile, ...]:
        return tuple(_account(user) for user in self._session.users())

    def signing_identity(self, passphrase: str) -> SigningIdentity:
        return self._session.signing_identity(passphrase)

    def add_user(self, profile: UserProfile, passphrase: str, *, recovery_key: str | None) -> UserProfile:
        return _account(self._session.add_user(_profile(profile), passphrase, recovery_key))

    def disable_user(self, login: str) -> None:
        self._session.disable_user(login)

    def change_passphrase(self, old: str, new: str) -> None:
        self._session.change_passphrase(old, new)


def _account(user: User) -> UserProfile:
    return UserProfile(
        user_id=user.user_id,
        login=user.login,
        name=user.display_name,
        role=user.role.value,
        credentials=user.credentials or None,
        license_number=user.license_number or None,
        license_state=user.license_state or None,
        npi=user.npi or None,
        disabled=user.is_disabled,
    )


def _profile(account: UserProfile) -> SlotProfile:
    from parotis.system.users import Role
    from parotis.system.users import UserProfile as SlotProfile

    return SlotProfile(
        login=account.login,
        display_name=account.name,
        role=Role(account.role),
        credentials=account.credentials or "",
        license_number=account.license_number or "",
        license_state=account.license_state or "",
        npi=account.npi or "",
    )

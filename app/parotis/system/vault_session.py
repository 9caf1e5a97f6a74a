"""An unlocked practice: the keys it gives out and the accounts it may change."""

from __future__ import annotations

import contextlib
import logging
import os
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parotis.domain.errors import (
    AlreadyExists,
    CredentialRejected,
    Fault,
    IntegrityBroken,
    NotFound,
    Refused,
    SelfCheckFailed,
    SignerUnavailable,
    StorageLocked,
)
from parotis.services.ports import SigningIdentity
from parotis.system import key_slots, recovery_key
from parotis.system.certificates import Identity, new_signing_certificate
from parotis.system.key_slots import KeyFile, Purpose, UserSlot
from parotis.system.passphrases import KEY_BYTES, SALT_BYTES, KdfCost, derive_key, require_strong
from parotis.system.process import InstanceLock
from parotis.system.users import Role, User, UserProfile, normalised_login

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from parotis.system.attempts import Attempts

log = logging.getLogger(__name__)

_KEEPS_ACCOUNTS = frozenset({Role.DENTIST, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class VaultSurroundings:
    """What a vault and its sessions share: where it lies, the least cost accepted, wall time, failed tries."""

    folder: Path
    floor: KdfCost
    clock: Callable[[], float]
    attempts: Attempts

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)


class VaultSession:
    """One person's unlocked practice.

    ``database_key`` is 48 bytes: the 32-byte key and the 16-byte salt, in the order of SQLCipher's raw key.
    ``audit_key`` is 32 bytes. ``failed_tries`` counts the wrong passphrases for this login since the last right one.
    Accounts are read from and written to the disk at each call, never cached.
    """

    __slots__ = (
        "_around",
        "audit_key",
        "database_key",
        "failed_tries",
        "practice_id",
        "practice_name",
        "root_certificate",
        "user",
    )

    def __init__(
        self, around: VaultSurroundings, keys: KeyFile, user: User, database_key: bytes, failed_tries: int = 0
    ) -> None:
        self._around = around
        self.practice_id = keys.practice_id
        self.practice_name = keys.practice_name
        self.root_certificate = keys.root_certificate
        self.user = user
        self.failed_tries = failed_tries
        self.database_key = database_key
        self.audit_key = derived_key(database_key[:KEY_BYTES], b"parotis audit")

    def users(self) -> tuple[User, ...]:
        """All accounts, disabled ones too, in the order they were made.

        Raises:
            IntegrityBroken: the key slots were changed outside the program.
            KeyUnavailable: they are gone.
        """
        return tuple(slot.user for slot in self._current().users)

    def add_user(self, profile: UserProfile, passphrase: str, typed_recovery_key: str | None = None) -> User:
        """Make an account. A dentist needs the recovery key: only it opens the key that certifies dentists.

        Raises:
            Refused: this person keeps no accounts, or a dentist without recovery key.
            AlreadyExists: the login is taken.
            WeakPassphrase, UnreadableInput, CredentialRejected: the passphrase or the recovery key.
            IntegrityBroken, KeyUnavailable, StorageLocked, StorageFull, StorageReadOnly, StorageFailed: unchanged.
        """
        self._require_account_keeper()
        require_strong(passphrase, (profile.login, profile.display_name, self.practice_name))
        if profile.role is Role.DENTIST and typed_recovery_key is None:
            raise Refused("a new dentist needs the recovery key")
        user = new_user(profile)

        def added(keys: KeyFile) -> KeyFile:
            if keys.slot_of(user.login) is not None:
                raise AlreadyExists("login")
            signing = None
            if user.role is Role.DENTIST:
                root = opened_root(keys, recovery_key.read(typed_recovery_key or ""))
                signing = certified(keys, root, user, self._around.now())
            own = self._own_slot(keys)
            slot = new_slot(keys.practice_id, user, passphrase, own.cost, self.database_key, signing)
            return replace(keys, users=(*keys.users, slot))

        self._change(added)
        return user

    def disable_user(self, login: str) -> None:
        """Destroy the wrapped keys of an account; its name stays for the record. Not for oneself.

        Raises:
            Refused: this person keeps no accounts, or it is their own.
            NotFound: no such login.
            IntegrityBroken, KeyUnavailable, StorageLocked, StorageFull, StorageReadOnly, StorageFailed: unchanged.
        """
        self._require_account_keeper()
        wanted = normalised_login(login)
        if wanted == self.user.login:
            raise Refused("own account")

        def disabled(keys: KeyFile) -> KeyFile:
            slot = keys.slot_of(wanted)
            if slot is None:
                raise NotFound("login")
            user = replace(slot.user, is_disabled=True)
            return keys.with_slot(slot, replace(slot, user=user, database_key=b"", signing_key=b""))

        self._change(disabled)

    def change_passphrase(self, old: str, new: str) -> None:
        """Wrap this person's keys with a new passphrase.

        Raises:
            CredentialRejected, Refused: ``old`` is wrong, or the account was disabled.
            WeakPassphrase: ``new`` is.
            IntegrityBroken, KeyUnavailable, StorageLocked, StorageFull, StorageReadOnly, StorageFailed: unchanged.
        """
        require_strong(new, (self.user.login, self.user.display_name, self.practice_name))

        def changed(keys: KeyFile) -> KeyFile:
            slot, wrapping_key = self._authenticated_again(keys, old)
            signing = self._unwrapped_signing_key(keys, slot, wrapping_key) if slot.signing_key else None
            fresh = new_slot(keys.practice_id, slot.user, new, slot.cost, self.database_key, signing)
            return keys.with_slot(slot, fresh)

        self._change(changed)

    def signing_identity(self, passphrase: str) -> SigningIdentity:
        """The dentist's signing key, for one signature: the passphrase is asked anew each time.

        Raises:
            Refused: not a dentist, or the account was disabled.
            CredentialRejected: wrong passphrase, or the wait after one is not over.
            SignerUnavailable: there is no signing key or it does not open.
            IntegrityBroken, KeyUnavailable: the key slots.
        """
        if self.user.role is not Role.DENTIST:
            raise Refused("only a dentist signs")
        keys = self._current()
        slot, wrapping_key = self._authenticated_again(keys, passphrase)
        identity = self._unwrapped_signing_key(keys, slot, wrapping_key)
        return SigningIdentity(identity.private_key, identity.certificate, (keys.root_certificate,))

    def _authenticated_again(self, keys: KeyFile, passphrase: str) -> tuple[UserSlot, bytes]:
        slot = self._own_slot(keys)
        attempts = self._around.attempts
        with attempts.turn():
            attempts.begin(slot.user.login)
            wrapping_key = derive_key(passphrase, slot.salt, slot.cost)
            binding = key_slots.user_binding(keys.practice_id, slot, Purpose.DATABASE)
            if key_slots.unwrap(wrapping_key, slot.database_key, binding) != self.database_key:
                raise CredentialRejected(attempts.wait_s(slot.user.login))
            attempts.succeeded(slot.user.login)
        return slot, wrapping_key

    def _unwrapped_signing_key(self, keys: KeyFile, slot: UserSlot, wrapping_key: bytes) -> Identity:
        binding = key_slots.user_binding(keys.practice_id, slot, Purpose.SIGNING)
        private_key = key_slots.unwrap(wrapping_key, slot.signing_key, binding)
        if private_key is None:
            raise SignerUnavailable("The signing key of this account cannot be opened.")
        return Identity(slot.certificate, private_key)

    def _own_slot(self, keys: KeyFile) -> UserSlot:
        slot = keys.slot_of(self.user.login)
        if slot is None or slot.user.user_id != self.user.user_id or slot.user.is_disabled:
            raise Refused("account disabled")
        return slot

    def _require_account_keeper(self) -> None:
        if self.user.role not in _KEEPS_ACCOUNTS:
            raise Refused("role keeps no accounts")

    def _current(self) -> KeyFile:
        mac_key = slots_mac_key(self.database_key)
        for keys in key_slots.load(self._around.folder):
            if keys.practice_id == self.practice_id and keys.is_authentic(mac_key):
                return keys
        raise IntegrityBroken("key slots were changed outside the program")

    def _change(self, change: Callable[[KeyFile], KeyFile]) -> None:
        with changing(self._around.folder):
            keys = self._current()
            self._own_slot(keys)
            store_changed(self._around.folder, change(keys), self.database_key)


@contextlib.contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Hold the key slots against another process that changes them at the same moment.

    Raises:
        StorageLocked: another one is at it.
    """
    with InstanceLock(folder / "vault.lock") as lock:
        if not lock.acquire():
            raise StorageLocked("key slots")
        yield


def new_user(profile: UserProfile) -> User:
    return User(
        login=profile.login,
        display_name=profile.display_name,
        role=profile.role,
        credentials=profile.credentials,
        license_number=profile.license_number,
        license_state=profile.license_state,
        npi=profile.npi,
        user_id=uuid.uuid4().hex,
    )


def new_slot(
    practice_id: str, user: User, passphrase: str, cost: KdfCost, database_key: bytes, signing: Identity | None
) -> UserSlot:
    """The user's keys wrapped with their passphrase, under a new slot id and salt."""
    bare = UserSlot(uuid.uuid4().hex, user, cost, os.urandom(SALT_BYTES), b"", b"", b"")
    wrapping_key = derive_key(passphrase, bare.salt, cost)

    def sealed(secret: bytes, purpose: Purpose) -> bytes:
        return key_slots.wrap(wrapping_key, secret, key_slots.user_binding(practice_id, bare, purpose))

    slot = replace(bare, database_key=sealed(database_key, Purpose.DATABASE))
    if signing is None:
        return slot
    return replace(slot, signing_key=sealed(signing.private_key, Purpose.SIGNING), certificate=signing.certificate)


def opened_root(keys: KeyFile, secret: bytes) -> Identity:
    """The practice's root with its key.

    Raises:
        CredentialRejected: another practice's recovery key.
    """
    slot = keys.recovery
    binding = key_slots.recovery_binding(keys.practice_id, slot, Purpose.ROOT)
    private_key = key_slots.unwrap(recovery_wrapping_key(secret, slot.salt), slot.root_key, binding)
    if private_key is None:
        raise CredentialRejected
    return Identity(keys.root_certificate, private_key)


def certified(keys: KeyFile, root: Identity, user: User, at: datetime) -> Identity:
    return new_signing_certificate(
        root, dentist_name=user.display_name, practice_name=keys.practice_name, user_id=user.user_id, at=at
    )


def store_changed(folder: Path, keys: KeyFile, database_key: bytes) -> None:
    changed = replace(keys, sequence=keys.sequence + 1)
    key_slots.store(folder, changed.authenticated(slots_mac_key(database_key)))


def repair_copies(folder: Path, keys: KeyFile) -> None:
    """Make both copies what was just proven; a disk that refuses does not keep anybody from working."""
    try:
        key_slots.store(folder, keys)
    except (Fault, SelfCheckFailed) as error:
        log.warning("a copy of the key slots is not repaired: %s", error.code)


def slots_mac_key(database_key: bytes) -> bytes:
    return derived_key(database_key[:KEY_BYTES], b"parotis key slots")


def recovery_wrapping_key(secret: bytes, salt: bytes) -> bytes:
    return derived_key(secret, b"parotis recovery key", salt)


def derived_key(secret: bytes, purpose: bytes, salt: bytes | None = None) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt, purpose).derive(secret)

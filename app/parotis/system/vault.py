"""The vault of one practice: made once, opened with a passphrase or with the printed recovery key.

A random key opens the database. It is wrapped once per user, by a key from the passphrase, and once by the recovery
key. A dentist's signing key is wrapped by that dentist's passphrase alone. The root key that certifies dentists
is wrapped by the recovery key alone, so nothing on the disk and no passphrase can issue a certificate.

Roles are bound to the wraps, yet every user holds the database key: against somebody who has the files and one
passphrase, roles stop signatures, not reading.
"""

from __future__ import annotations

import os
import time
import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from parotis.domain.errors import (
    AlreadyExists,
    CredentialRejected,
    IntegrityBroken,
    KeyUnavailable,
    NotFound,
    Refused,
    UnreadableInput,
)
from parotis.system import key_slots, recovery_key
from parotis.system.attempts import Attempts
from parotis.system.certificates import new_practice_root
from parotis.system.key_slots import KeyFile, Purpose, RecoverySlot, UserSlot
from parotis.system.passphrases import FLOOR, KEY_BYTES, SALT_BYTES, KdfCost, derive_key, require_strong
from parotis.system.users import Role, User, UserProfile, normalised_login
from parotis.system.vault_session import (
    VaultSession,
    VaultSurroundings,
    certified,
    changing,
    new_slot,
    new_user,
    opened_root,
    recovery_wrapping_key,
    repair_copies,
    slots_mac_key,
    store_changed,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NOBODY = ""
_LONGEST_PRACTICE_NAME = 200


@dataclass(frozen=True, slots=True)
class CreatedVault:
    """A new practice, unlocked, and the only time its recovery key is seen."""

    session: VaultSession
    recovery_key: str = field(repr=False)


def create_vault(
    folder: Path,
    practice_name: str,
    owner: UserProfile,
    passphrase: str,
    cost: KdfCost,
    *,
    before_store: Callable[[CreatedVault], None] = lambda _created: None,
    floor: KdfCost = FLOOR,
    clock: Callable[[], float] = time.time,
) -> CreatedVault:
    """Make the keys of a new practice in ``folder``.

    ``before_store`` runs when all is made and nothing of the vault is written: the place to create the database and
    to hand over the recovery key. If it raises, or the process dies in it, there is no practice.

    Raises:
        AlreadyExists: a practice is there.
        WeakPassphrase, UnreadableInput: passphrase, practice name, or an owner who cannot keep accounts.
        Refused: ``cost`` is outside what ``floor`` allows.
        StorageFull, StorageReadOnly, StorageFailed, SelfCheckFailed: not written.
    """
    name = _checked_practice_name(practice_name)
    if owner.role not in {Role.DENTIST, Role.ADMIN}:
        raise UnreadableInput([("role", "The first account is a dentist's or an administrator's.")])
    require_strong(passphrase, (owner.login, owner.display_name, name))
    if not cost.is_within(floor):
        raise Refused("cost outside the floor")
    if key_slots.exists(folder):
        raise AlreadyExists("practice")
    practice_id = uuid.uuid4().hex
    database_key = os.urandom(KEY_BYTES + SALT_BYTES)
    now = datetime.fromtimestamp(clock(), UTC)
    root = new_practice_root(name, practice_id, now)
    secret = recovery_key.new_recovery_secret()
    recovery = _recovery_slot(practice_id, secret, database_key, root.private_key)
    keys = KeyFile(practice_id, name, root.certificate, 1, (), recovery)
    user = new_user(owner)
    signing = certified(keys, root, user, now) if user.role is Role.DENTIST else None
    slot = new_slot(practice_id, user, passphrase, cost, database_key, signing)
    keys = KeyFile(practice_id, name, root.certificate, 1, (slot,), recovery)
    around = VaultSurroundings(folder, floor, clock, Attempts(folder, clock))
    session = VaultSession(around, keys, user, database_key)
    created = CreatedVault(session, recovery_key.written(secret))
    before_store(created)
    key_slots.store_first(folder, keys.authenticated(slots_mac_key(database_key)))
    return created


class Vault:
    """A locked practice. What it tells before an unlock is not proven yet: show it, decide nothing by it."""

    def __init__(self, folder: Path, *, floor: KdfCost = FLOOR, clock: Callable[[], float] = time.time) -> None:
        self._around = VaultSurroundings(folder, floor, clock, Attempts(folder, clock))

    @classmethod
    def open(cls, folder: Path, *, floor: KdfCost = FLOOR, clock: Callable[[], float] = time.time) -> Vault:
        """The vault in ``folder``; ``floor`` is the least derivation cost that is accepted from the file.

        Raises:
            NotFound: there is no practice.
            KeyUnavailable: both copies of the key slots are damaged.
            StorageTooNew: written by a later program.
        """
        if not key_slots.exists(folder):
            raise NotFound("practice")
        vault = cls(folder, floor=floor, clock=clock)
        vault._copies()
        return vault

    @property
    def practice_name(self) -> str:
        return self._copies()[0].practice_name

    @property
    def root_certificate(self) -> bytes:
        """The practice's root certificate (DER)."""
        return self._copies()[0].root_certificate

    def users(self) -> tuple[User, ...]:
        return tuple(slot.user for slot in self._copies()[0].users)

    def unlock(self, login: str, passphrase: str) -> VaultSession:
        """Open the practice. Login or passphrase wrong: the same answer after the same work.

        Raises:
            CredentialRejected: wrong, or the wait after a wrong try is not over.
            Refused: the account is disabled.
            IntegrityBroken: the passphrase is right and the key slots were changed outside the program.
            KeyUnavailable, StorageTooNew: the key slots cannot be read or demand an unacceptable derivation cost.
        """
        wanted = normalised_login(login)
        copies = self._acceptable_copies(wanted)
        slots = [slot for keys in copies if (slot := keys.slot_of(wanted)) is not None]
        if slots and all(slot.user.is_disabled for slot in slots):
            raise Refused("account disabled")
        attempts = self._around.attempts
        subject = wanted if slots else _NOBODY
        with attempts.turn():
            attempts.begin(subject)
            opened = [
                (keys, slot.user, database_key)
                for keys in copies
                if (slot := keys.slot_of(wanted)) is not None
                and (database_key := _opened_database_key(keys, slot, passphrase)) is not None
            ]
            if not slots:
                _spend_as_much(copies[0], passphrase)
            if not opened:
                raise CredentialRejected(attempts.wait_s(subject))
            failed_tries = attempts.succeeded(subject)
        for keys, user, database_key in opened:
            if keys.is_authentic(slots_mac_key(database_key)):
                repair_copies(self._around.folder, keys)
                return VaultSession(self._around, keys, user, database_key, failed_tries)
        raise IntegrityBroken("key slots were changed outside the program")

    def unlock_with_recovery_key(self, typed: str, login: str, new_passphrase: str) -> VaultSession:
        """Open the practice with the printed key and give ``login`` a new passphrase.

        A dentist's old signing key is lost with the old passphrase: a new one is made and certified.

        Raises:
            UnreadableInput: the recovery key is mistyped.
            CredentialRejected: it belongs to another practice.
            NotFound, Refused: no such login; it is disabled.
            WeakPassphrase: the new passphrase.
            IntegrityBroken, KeyUnavailable, StorageTooNew: the key slots.
            StorageLocked, StorageFull, StorageReadOnly, StorageFailed: nothing changed.
        """
        secret = recovery_key.read(typed)
        wanted = normalised_login(login)
        with changing(self._around.folder):
            keys, database_key = self._opened_by_recovery(secret)
            slot = keys.slot_of(wanted)
            if slot is None:
                raise NotFound("login")
            user = slot.user
            if user.is_disabled:
                raise Refused("account disabled")
            require_strong(new_passphrase, (wanted, user.display_name, keys.practice_name))
            signing = None
            if user.role is Role.DENTIST:
                signing = certified(keys, opened_root(keys, secret), user, self._around.now())
            fresh = new_slot(keys.practice_id, user, new_passphrase, slot.cost, database_key, signing)
            changed = keys.with_slot(slot, fresh)
            store_changed(self._around.folder, changed, database_key)
        self._around.attempts.succeeded(wanted)
        return VaultSession(self._around, changed, user, database_key)

    def _opened_by_recovery(self, secret: bytes) -> tuple[KeyFile, bytes]:
        is_opened = False
        for keys in self._copies():
            slot = keys.recovery
            binding = key_slots.recovery_binding(keys.practice_id, slot, Purpose.DATABASE)
            wrapping_key = recovery_wrapping_key(secret, slot.salt)
            database_key = key_slots.unwrap(wrapping_key, slot.database_key, binding)
            if database_key is not None:
                is_opened = True
                if keys.is_authentic(slots_mac_key(database_key)):
                    return keys, database_key
        if is_opened:
            raise IntegrityBroken("key slots were changed outside the program")
        raise CredentialRejected

    def _copies(self) -> tuple[KeyFile, ...]:
        return key_slots.load(self._around.folder)

    def _acceptable_copies(self, login: str) -> list[KeyFile]:
        def is_acceptable(keys: KeyFile) -> bool:
            slot = keys.slot_of(login)
            return bool(keys.users) and (slot or keys.users[0]).cost.is_within(self._around.floor)

        copies = [keys for keys in self._copies() if is_acceptable(keys)]
        if not copies:
            raise KeyUnavailable("derivation cost outside the accepted range")
        return copies


def _opened_database_key(keys: KeyFile, slot: UserSlot, passphrase: str) -> bytes | None:
    wrapping_key = derive_key(passphrase, slot.salt, slot.cost)
    binding = key_slots.user_binding(keys.practice_id, slot, Purpose.DATABASE)
    return key_slots.unwrap(wrapping_key, slot.database_key, binding)


def _spend_as_much(keys: KeyFile, passphrase: str) -> None:
    derive_key(passphrase, keys.users[0].salt, keys.users[0].cost)


def _recovery_slot(practice_id: str, secret: bytes, database_key: bytes, root_key: bytes) -> RecoverySlot:
    bare = RecoverySlot(uuid.uuid4().hex, os.urandom(SALT_BYTES), b"", b"")
    wrapping_key = recovery_wrapping_key(secret, bare.salt)

    def sealed(value: bytes, purpose: Purpose) -> bytes:
        return key_slots.wrap(wrapping_key, value, key_slots.recovery_binding(practice_id, bare, purpose))

    return RecoverySlot(bare.slot_id, bare.salt, sealed(database_key, Purpose.DATABASE), sealed(root_key, Purpose.ROOT))


def _checked_practice_name(typed: str) -> str:
    name = unicodedata.normalize("NFC", typed).strip()
    is_plain = not any(unicodedata.category(character) in {"Cc", "Cs"} for character in name)
    if not name or len(name) > _LONGEST_PRACTICE_NAME or not is_plain:
        raise UnreadableInput([("practice", f"A name of up to {_LONGEST_PRACTICE_NAME} characters, on one line.")])
    return name

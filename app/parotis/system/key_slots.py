"""The file of wrapped keys: its exact bytes, its two copies, and which of them counts.

A copy counts if it reads as what this module writes, byte for byte, and its checksum fits; of two, the one with the
higher sequence number. The checksum finds accidents. Against people stand the AES-GCM tags of the wraps, whose
additional data name practice, slot, user, role and derivation cost, and the MAC over the whole file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from parotis.domain.errors import AlreadyExists, Fault, KeyUnavailable, SelfCheckFailed, StorageTooNew, UnreadableInput
from parotis.system.atomic_files import storage_fault, write_atomically
from parotis.system.passphrases import KdfCost
from parotis.system.paths import KEY_FILE_NAMES as FILE_NAMES
from parotis.system.users import User

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

FORMAT = "parotis-vault/1"
_NONCE_BYTES = 12
_LARGEST_FILE_BYTES = 4 << 20


class Purpose(StrEnum):
    """What a wrapped key is for; part of the additional data, so that no wrap can stand in for another."""

    DATABASE = "database"
    SIGNING = "signing"
    ROOT = "root"


@dataclass(frozen=True, slots=True)
class UserSlot:
    """One person's keys, wrapped. A disabled account has none: there is nothing left to open."""

    slot_id: str
    user: User
    cost: KdfCost
    salt: bytes
    database_key: bytes
    signing_key: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class RecoverySlot:
    """What the printed recovery key opens: the database key and the practice's root key."""

    slot_id: str
    salt: bytes
    database_key: bytes
    root_key: bytes


@dataclass(frozen=True, slots=True)
class KeyFile:
    """All slots of one practice. ``mac`` is made with a key that only an unlocked practice has."""

    practice_id: str
    practice_name: str
    root_certificate: bytes
    sequence: int
    users: tuple[UserSlot, ...]
    recovery: RecoverySlot
    mac: bytes = b""

    def slot_of(self, login: str) -> UserSlot | None:
        return next((slot for slot in self.users if slot.user.login == login), None)

    def with_slot(self, old: UserSlot, new: UserSlot) -> KeyFile:
        return replace(self, users=tuple(new if slot is old else slot for slot in self.users))

    def authenticated(self, mac_key: bytes) -> KeyFile:
        return replace(self, mac=self._mac(mac_key))

    def is_authentic(self, mac_key: bytes) -> bool:
        return hmac.compare_digest(self.mac, self._mac(mac_key))

    def _mac(self, mac_key: bytes) -> bytes:
        return hmac.digest(mac_key, _body(replace(self, mac=b"")), "sha256")


def wrap(key: bytes, secret: bytes, binding: bytes) -> bytes:
    """``secret`` sealed with AES-256-GCM under ``key``, bound to ``binding``."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, binding)


def unwrap(key: bytes, sealed: bytes, binding: bytes) -> bytes | None:
    """What was sealed, or None: wrong key, wrong binding or changed bytes, which cannot be told apart."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], binding)
    except (InvalidTag, ValueError):
        return None


def user_binding(practice_id: str, slot: UserSlot, purpose: Purpose) -> bytes:
    """What a user's wraps are bound to: exchange any of it and they no longer open."""
    user, cost = slot.user, slot.cost
    parts = [FORMAT, purpose, practice_id, slot.slot_id, user.user_id, user.login, user.role]
    return _canonical([*parts, cost.memory_kib, cost.passes, cost.lanes, slot.salt.hex()])


def recovery_binding(practice_id: str, slot: RecoverySlot, purpose: Purpose) -> bytes:
    return _canonical([FORMAT, purpose, practice_id, slot.slot_id, "recovery", slot.salt.hex()])


def encoded(keys: KeyFile) -> bytes:
    """The bytes of the file; equal values have equal bytes."""
    body = _body(keys)
    return body + hashlib.sha256(body).hexdigest().encode() + b"\n"


def decoded(data: bytes) -> KeyFile | None:
    """The value of a file's bytes, or None if they are damaged.

    Raises:
        StorageTooNew: an undamaged file of a later format.
    """
    body, checksum = data[:-65], data[-65:]
    if checksum != hashlib.sha256(body).hexdigest().encode() + b"\n":
        return None
    try:
        document = json.loads(body)
        if document["format"] != FORMAT:
            raise StorageTooNew("a later key file", FORMAT)
        keys = _key_file(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, UnreadableInput):
        return None
    return keys if _body(keys) == body else None


def exists(folder: Path) -> bool:
    """Whether a practice is there: either copy counts, damaged or not."""
    return any(os.path.lexists(folder / name) for name in FILE_NAMES)


def load(folder: Path) -> tuple[KeyFile, ...]:
    """The copies that count, best first: one, or two of equal sequence that differ.

    Raises:
        KeyUnavailable: no copy is there or both are damaged.
        StorageTooNew: written by a later program.
    """
    copies = [keys for name in FILE_NAMES if (keys := decoded(_read(folder / name))) is not None]
    if not copies:
        raise KeyUnavailable("no readable copy of the key slots")
    newest = max(keys.sequence for keys in copies)
    return tuple(dict.fromkeys(keys for keys in copies if keys.sequence == newest))


def store(folder: Path, keys: KeyFile) -> None:
    """Write both copies, each whole or not at all; what is right already is left alone.

    The change is made once the first copy is written. A second copy that fails is put right at the next unlock.

    Raises:
        StorageFull, StorageReadOnly, StorageFailed, SelfCheckFailed: the first copy could not be written and nothing
            has changed; or, where only the last sync of its folder failed, all of it has.
    """
    data = encoded(keys)
    first, second = (folder / name for name in FILE_NAMES)
    if _read(first) != data:
        write_atomically(first, data)
    try:
        if _read(second) != data:
            write_atomically(second, data)
    except (Fault, SelfCheckFailed) as error:
        log.warning("the second copy of the key slots is not written: %s", error.code)


def store_first(folder: Path, keys: KeyFile) -> None:
    """Like ``store``, for a practice that must not be there yet.

    Raises:
        AlreadyExists: it is.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise storage_fault(error) from error
    if exists(folder):
        raise AlreadyExists("practice")
    store(folder, keys)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_FILE_BYTES)
    except OSError:
        return b""


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, indent=1, sort_keys=True).encode() + b"\n"


def _body(keys: KeyFile) -> bytes:
    return _canonical({"format": FORMAT, **_plain(keys)})


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return b64encode(value).decode()
        case tuple():
            return [_plain(item) for item in value]
        case KeyFile() | UserSlot() | RecoverySlot() | User() | KdfCost():
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def _key_file(document: dict[str, Any]) -> KeyFile:
    return KeyFile(
        practice_id=str(document["practice_id"]),
        practice_name=str(document["practice_name"]),
        root_certificate=_bytes(document["root_certificate"]),
        sequence=int(document["sequence"]),
        users=tuple(map(_user_slot, document["users"])),
        recovery=RecoverySlot(
            slot_id=str(document["recovery"]["slot_id"]),
            salt=_bytes(document["recovery"]["salt"]),
            database_key=_bytes(document["recovery"]["database_key"]),
            root_key=_bytes(document["recovery"]["root_key"]),
        ),
        mac=_bytes(document["mac"]),
    )


def _user_slot(document: dict[str, Any]) -> UserSlot:
    cost = document["cost"]
    return UserSlot(
        slot_id=str(document["slot_id"]),
        user=User(**document["user"]),
        cost=KdfCost(int(cost["memory_kib"]), int(cost["passes"]), int(cost["lanes"])),
        salt=_bytes(document["salt"]),
        database_key=_bytes(document["database_key"]),
        signing_key=_bytes(document["signing_key"]),
        certificate=_bytes(document["certificate"]),
    )


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)

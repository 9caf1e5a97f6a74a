from __future__ import annotations

import json
import os
import signal
import unicodedata
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, get_args

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_der_x509_certificate
from cryptography.x509.oid import NameOID

from parotis.domain.errors import (
    AlreadyExists,
    CredentialRejected,
    IntegrityBroken,
    KeyUnavailable,
    NotFound,
    Refused,
    SignerUnavailable,
    StorageLocked,
    StorageTooNew,
    UnreadableInput,
    WeakPassphrase,
)
from parotis.services import ports
from parotis.services.desk import POWERS
from parotis.system import key_slots, vault_session
from parotis.system.key_slots import FILE_NAMES, KeyFile
from parotis.system.passphrases import FLOOR, KdfCost
from parotis.system.process import InstanceLock
from parotis.system.users import Role, UserProfile
from parotis.system.vault import CreatedVault, Vault, create_vault
from parotis.system.vault_session import slots_mac_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Practice

SECOND = "nine amber otters dive"
THIRD = "five silver foxes nap"


def rewrite(folder: Path, change: Callable[[KeyFile], KeyFile], names: tuple[str, ...] = FILE_NAMES) -> None:
    """Edit the key slots as somebody with a text editor and the source code would: checksum right, no keys."""
    for name in names:
        keys = key_slots.decoded((folder / name).read_bytes())
        assert keys is not None
        (folder / name).write_bytes(key_slots.encoded(change(keys)))


def with_first_slot(keys: KeyFile, **changes: object) -> KeyFile:
    slot = keys.users[0]
    user = replace(slot.user, **changes.pop("user", {}))  # type: ignore[arg-type]
    return keys.with_slot(slot, replace(slot, user=user, **changes))  # type: ignore[arg-type]


def an_assistant(login: str = "sam") -> UserProfile:
    return UserProfile(login, "Sam Ortiz", Role.ASSISTANT)


def a_dentist(login: str = "ravi") -> UserProfile:
    return UserProfile(login, "Ravi Menon", Role.DENTIST, license_number="777", license_state="WI")


def test_new_practice_opens_with_the_owners_passphrase(practice: Practice) -> None:
    created = practice.create()
    session = practice.open().unlock("maja", practice.passphrase)
    assert session.database_key == created.session.database_key
    assert len(session.database_key) == 48
    assert session.audit_key == created.session.audit_key
    assert session.audit_key not in session.database_key
    assert (session.practice_name, session.user) == ("Northside Dental", created.session.user)
    assert session.user.npi == "1234567893"
    assert not session.user.is_disabled


def test_login_ignores_case_and_blanks(practice: Practice) -> None:
    practice.create()
    assert practice.open().unlock("  MAJA ", practice.passphrase).user.login == "maja"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_and_decomposed_typing_both_open(practice: Practice, form: str) -> None:
    practice.passphrase = "Zwölf große Bären ﬁschen"
    practice.create()
    practice.open().unlock("maja", unicodedata.normalize(form, practice.passphrase))


@pytest.mark.parametrize(
    "wrong",
    ["", "\0", "seven teal herons wade\0", "seven teal herons wad", " ", "x" * 1_000_000, "\ud800", "\U0001f600"],
)
def test_wrong_passphrase_is_rejected(practice: Practice, wrong: str) -> None:
    practice.create()
    with pytest.raises(CredentialRejected) as caught:
        practice.open().unlock("maja", wrong)
    assert caught.value.wait_s == 1
    assert "wad" not in str(caught.value)


@pytest.mark.parametrize("passphrase", ["nul in the \0 middle of it", "long enough and then some " * 40_000])
def test_unusual_passphrase_opens(practice: Practice, passphrase: str) -> None:
    practice.passphrase = passphrase
    practice.create()
    practice.open().unlock("maja", passphrase)


def test_unknown_login_and_wrong_passphrase_look_the_same(practice: Practice) -> None:
    practice.create()
    outcomes = []
    for login, passphrase in (("maja", "wrong"), ("nobody", practice.passphrase), ("", "")):
        with pytest.raises(CredentialRejected) as caught:
            practice.open().unlock(login, passphrase)
        outcomes.append((type(caught.value), str(caught.value), caught.value.wait_s))
    # The two logins that do not exist share one count, so the second of them waits.
    assert outcomes[0] == outcomes[1]
    assert outcomes[2][2] == 1


def test_wait_doubles_to_a_minute_and_survives_a_restart(practice: Practice) -> None:
    practice.create()
    waits = []
    for _ in range(9):
        with pytest.raises(CredentialRejected) as caught:
            practice.open().unlock("maja", "wrong")
        waits.append(caught.value.wait_s)
        practice.clock.advance(waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    practice.clock.advance(-0.5)
    with pytest.raises(CredentialRejected) as caught:
        practice.open().unlock("maja", practice.passphrase)
    assert caught.value.wait_s == pytest.approx(0.5)
    practice.clock.advance(0.5)
    practice.open().unlock("maja", practice.passphrase)
    with pytest.raises(CredentialRejected) as caught:
        practice.open().unlock("maja", "wrong")
    assert caught.value.wait_s == 1


def test_twenty_guesses_take_ten_minutes(practice: Practice) -> None:
    practice.create()
    start_s = practice.clock.now_s
    for _ in range(20):
        with pytest.raises(CredentialRejected) as caught:
            practice.open().unlock("maja", "wrong")
        practice.clock.advance(caught.value.wait_s)
    assert practice.clock.now_s - start_s >= 600


def test_guesses_at_one_account_do_not_hold_up_another(practice: Practice) -> None:
    practice.create().session.add_user(an_assistant(), SECOND)
    with pytest.raises(CredentialRejected):
        practice.open().unlock("maja", "wrong")
    practice.open().unlock("sam", SECOND)
    with pytest.raises(CredentialRejected) as caught:
        practice.open().unlock("maja", practice.passphrase)  # the success of another clears nothing
    assert caught.value.wait_s == 1


def test_roles_of_the_vault_are_those_of_the_use_cases() -> None:
    assert {role.value for role in Role} == set(get_args(ports.Role))
    assert POWERS["users.manage"] == vault_session._KEEPS_ACCOUNTS


def test_session_tells_how_many_tries_failed_before_it(practice: Practice) -> None:
    practice.create()
    for _ in range(2):
        with pytest.raises(CredentialRejected) as caught:
            practice.open().unlock("maja", "wrong")
        practice.clock.advance(caught.value.wait_s)
    assert practice.open().unlock("maja", practice.passphrase).failed_tries == 2
    assert practice.open().unlock("maja", practice.passphrase).failed_tries == 0


def test_clock_set_back_never_lengthens_the_wait(practice: Practice) -> None:
    practice.create()
    with pytest.raises(CredentialRejected):
        practice.open().unlock("maja", "wrong")
    practice.clock.advance(-86_400)
    with pytest.raises(CredentialRejected) as caught:
        practice.open().unlock("maja", practice.passphrase)
    assert caught.value.wait_s == 1


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 1}', b"\xff", b"[" * 100_000])
def test_broken_count_of_failures_locks_nobody_out(practice: Practice, content: bytes) -> None:
    practice.create()
    (practice.folder / "vault.attempts").write_bytes(content)
    practice.open().unlock("maja", practice.passphrase)


def test_wait_is_kept_in_memory_when_the_disk_refuses(practice: Practice) -> None:
    practice.create()
    (practice.folder / "vault.attempts").unlink(missing_ok=True)
    (practice.folder / "vault.attempts").mkdir()
    (practice.folder / "vault.attempts" / "x").touch()
    vault = practice.open()
    with pytest.raises(CredentialRejected):
        vault.unlock("maja", "wrong")
    with pytest.raises(CredentialRejected):
        vault.unlock("maja", practice.passphrase)
    practice.clock.advance(1)
    vault.unlock("maja", practice.passphrase)


def test_wait_holds_when_nothing_more_can_be_written(practice: Practice, run_child) -> None:
    practice.create()
    practice.open().unlock("maja", practice.passphrase)
    code = """
import resource, sys
from pathlib import Path
from parotis.domain.errors import CredentialRejected
from parotis.system.passphrases import KdfCost
from parotis.system.vault import Vault
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
vault = Vault.open(Path(sys.argv[1]), floor=KdfCost(64, 1, 1), clock=lambda: 0.0)
for passphrase in ("wrong", sys.argv[2]):
    try:
        vault.unlock("maja", passphrase)
        print("opened")
    except CredentialRejected as error:
        print(error.wait_s)
"""
    assert (practice.folder / "vault.attempts").read_bytes() == b"{}"
    assert run_child(code, practice.folder, practice.passphrase).stdout == "1.0\n1.0\n"


@pytest.mark.parametrize("change", [(b" ", b"  "), (b'"sequence": 1', b'"extra": 1, "sequence": 1')])
def test_only_the_exact_form_is_read(practice: Practice, change: tuple[bytes, bytes]) -> None:
    practice.create()
    body = (practice.folder / FILE_NAMES[0]).read_bytes()[:-65]
    assert key_slots.decoded(body + sha256(body).hexdigest().encode() + b"\n") is not None
    other = body.replace(*change, 1)
    assert key_slots.decoded(other + sha256(other).hexdigest().encode() + b"\n") is None


def test_any_flipped_byte_of_one_copy_is_survived_by_the_other(practice: Practice) -> None:
    practice.create()
    good = (practice.folder / FILE_NAMES[0]).read_bytes()
    expected = key_slots.decoded(good)
    for name in FILE_NAMES:
        for position in range(len(good)):
            damaged = bytearray(good)
            damaged[position] ^= 1 << position % 8
            assert key_slots.decoded(bytes(damaged)) is None
            if position % 211 == 0:
                (practice.folder / name).write_bytes(damaged)
                assert key_slots.load(practice.folder) == (expected,)
                practice.open().unlock("maja", practice.passphrase)
                assert (practice.folder / name).read_bytes() == good, "the damaged copy is repaired"


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[" * 5000, b"\0" * 5000])
@pytest.mark.parametrize("name", FILE_NAMES)
def test_lost_copy_is_made_again(practice: Practice, name: str, content: bytes | None) -> None:
    practice.create()
    good = (practice.folder / name).read_bytes()
    (practice.folder / name).unlink()
    if content is not None:
        (practice.folder / name).write_bytes(content)
    practice.open().unlock("maja", practice.passphrase)
    assert (practice.folder / name).read_bytes() == good


def test_both_copies_damaged_is_said_plainly(practice: Practice) -> None:
    practice.create()
    for name in FILE_NAMES:
        (practice.folder / name).write_bytes(b"damaged")
    with pytest.raises(KeyUnavailable):
        practice.open()


def test_crash_between_the_two_copies_keeps_the_change(practice: Practice) -> None:
    session = practice.create().session
    old = (practice.folder / FILE_NAMES[1]).read_bytes()
    session.change_passphrase(practice.passphrase, SECOND)
    (practice.folder / FILE_NAMES[1]).write_bytes(old)
    with pytest.raises(CredentialRejected):
        practice.open().unlock("maja", practice.passphrase)
    practice.clock.advance(1)
    practice.open().unlock("maja", SECOND)
    assert (practice.folder / FILE_NAMES[1]).read_bytes() != old


def test_no_practice_is_not_found(practice: Practice) -> None:
    with pytest.raises(NotFound):
        practice.open()


def test_second_practice_in_the_same_folder_is_refused(practice: Practice) -> None:
    practice.create()
    before = [(practice.folder / name).read_bytes() for name in FILE_NAMES]
    with pytest.raises(AlreadyExists):
        practice.create()
    with pytest.raises(AlreadyExists):
        create_vault(practice.folder, "N", a_dentist(), SECOND, FLOOR, before_store=lambda _created: pytest.fail())
    (practice.folder / FILE_NAMES[0]).unlink()
    with pytest.raises(AlreadyExists):
        practice.create()
    assert (practice.folder / FILE_NAMES[1]).read_bytes() == before[1]


def test_failing_before_the_keys_are_written_leaves_no_practice(practice: Practice, cheap: KdfCost) -> None:
    seen: list[CreatedVault] = []

    def fail(created: CreatedVault) -> None:
        seen.append(created)
        raise StorageLocked("the recovery file")

    with pytest.raises(StorageLocked):
        create_vault(
            practice.folder, "N", a_dentist(), SECOND, cheap, before_store=fail, floor=cheap, clock=practice.clock
        )
    assert len(seen[0].session.database_key) == 48
    with pytest.raises(NotFound):
        practice.open()


def test_kill_during_creation_leaves_no_practice_or_a_whole_one(tmp_path: Path, run_child, cheap: KdfCost) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from parotis.system.passphrases import FLOOR, KdfCost
from parotis.system.users import Role, UserProfile
from parotis.system.vault import create_vault
left = int(sys.argv[2])
def die(event, arguments):
    global left
    if event in {"open", "os.rename"} and sys.argv[1] in str(arguments):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die)
cost = KdfCost(64, 1, 1)
create_vault(Path(sys.argv[1]), "N", UserProfile("maja", "M", Role.DENTIST), sys.argv[3], cost, floor=cost)
"""
    outcomes = set()
    for call in range(1, 30):
        folder = tmp_path / str(call)
        status = run_child(code, folder, call, SECOND).returncode
        is_there = key_slots.exists(folder)
        if is_there:
            Vault.open(folder, floor=cheap).unlock("maja", SECOND).signing_identity(SECOND)
        outcomes.add((status, is_there))
        if status == 0:
            break
    assert outcomes == {(-signal.SIGKILL, False), (-signal.SIGKILL, True), (0, True)}


@pytest.mark.parametrize(
    "edit",
    [
        lambda keys: with_first_slot(keys, user={"role": Role.ADMIN}),
        lambda keys: with_first_slot(keys, user={"user_id": "0" * 32}),
        lambda keys: with_first_slot(keys, slot_id="0" * 32),
        lambda keys: with_first_slot(keys, salt=bytes(16)),
        lambda keys: with_first_slot(keys, cost=KdfCost(128, 1, 1)),
        lambda keys: replace(keys, practice_id="0" * 32),
    ],
    ids=["role", "user id", "slot id", "salt", "cost", "practice id"],
)
def test_edited_slot_does_not_open(practice: Practice, edit: Callable[[KeyFile], KeyFile]) -> None:
    practice.create()
    rewrite(practice.folder, edit)
    with pytest.raises(CredentialRejected):
        practice.open().unlock("maja", practice.passphrase)


@pytest.mark.parametrize(
    "edit",
    [
        lambda keys: replace(keys, practice_name="Southside Dental"),
        lambda keys: replace(keys, root_certificate=b"another"),
        lambda keys: replace(keys, users=keys.users[:1]),
        lambda keys: with_first_slot(keys, user={"license_number": "99999"}),
        lambda keys: with_first_slot(keys, user={"display_name": "Another Name"}),
        lambda keys: with_first_slot(keys, certificate=b"another"),
        lambda keys: replace(keys, sequence=keys.sequence + 1),
    ],
    ids=["practice name", "root", "user removed", "licence", "name", "certificate", "sequence"],
)
def test_edit_beyond_the_wraps_is_found_at_unlock(practice: Practice, edit: Callable[[KeyFile], KeyFile]) -> None:
    created = practice.create()
    created.session.add_user(an_assistant(), SECOND)
    rewrite(practice.folder, edit)
    with pytest.raises(IntegrityBroken):
        practice.open().unlock("maja", practice.passphrase)
    with pytest.raises(IntegrityBroken):
        created.session.users()
    with pytest.raises(IntegrityBroken):
        practice.open().unlock_with_recovery_key(created.recovery_key, "maja", THIRD)


def test_edit_of_one_copy_locks_nobody_out(practice: Practice) -> None:
    practice.create()
    good = (practice.folder / FILE_NAMES[0]).read_bytes()
    rewrite(practice.folder, lambda keys: with_first_slot(keys, user={"role": Role.ADMIN}), FILE_NAMES[:1])
    assert practice.open().unlock("maja", practice.passphrase).user.role is Role.DENTIST
    assert (practice.folder / FILE_NAMES[0]).read_bytes() == good


def test_exchanged_wraps_open_nothing(practice: Practice) -> None:
    practice.create().session.add_user(an_assistant(), SECOND)

    def exchange(keys: KeyFile) -> KeyFile:
        first, second = keys.users
        return replace(
            keys,
            users=(
                replace(first, database_key=second.database_key, salt=second.salt),
                replace(second, database_key=first.database_key, salt=first.salt),
            ),
        )

    rewrite(practice.folder, exchange)
    for login, passphrase in (("maja", practice.passphrase), ("maja", SECOND), ("sam", SECOND)):
        practice.clock.advance(60)
        with pytest.raises(CredentialRejected):
            practice.open().unlock(login, passphrase)


def test_exchanged_logins_open_nothing(practice: Practice) -> None:
    practice.create().session.add_user(an_assistant(), SECOND)

    def exchange(keys: KeyFile) -> KeyFile:
        first, second = keys.users
        return replace(keys, users=(replace(first, user=second.user), replace(second, user=first.user)))

    rewrite(practice.folder, exchange)
    for login in ("maja", "sam"):
        with pytest.raises(CredentialRejected):
            practice.open().unlock(login, SECOND)


@pytest.mark.parametrize("cost", [KdfCost(32, 1, 1), KdfCost(64, 0, 1), KdfCost(1 << 30, 1, 1), KdfCost(64, 1, 10**6)])
def test_cost_outside_the_accepted_range_is_not_even_tried(practice: Practice, cost: KdfCost) -> None:
    practice.create()
    rewrite(practice.folder, lambda keys: with_first_slot(keys, cost=cost))
    with pytest.raises(KeyUnavailable):
        practice.open().unlock("maja", practice.passphrase)


def test_cheap_vault_is_refused_where_the_real_floor_holds(practice: Practice, cheap: KdfCost) -> None:
    practice.create()
    with pytest.raises(KeyUnavailable):
        Vault.open(practice.folder).unlock("maja", practice.passphrase)
    with pytest.raises(Refused):
        create_vault(practice.folder.parent / "other", "N", a_dentist(), SECOND, cheap)


def test_dentist_signs_with_a_certificate_of_the_practice(practice: Practice) -> None:
    practice.create()
    session = practice.open().unlock("maja", practice.passphrase)
    identity = session.signing_identity(practice.passphrase)
    certificate = load_der_x509_certificate(identity.certificate)
    root = load_der_x509_certificate(identity.chain[0])
    certificate.verify_directly_issued_by(root)
    assert identity.chain == (session.root_certificate,)
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "Maja Lindqvist"
    key = serialization.load_der_private_key(identity.private_key, None)
    assert key.public_key() == certificate.public_key()
    assert repr(identity.private_key) not in repr(identity)


def test_signing_asks_for_the_passphrase_every_time(practice: Practice) -> None:
    session = practice.create().session
    session.signing_identity(practice.passphrase)
    for wrong in ("", "wrong", SECOND):
        with pytest.raises(CredentialRejected) as caught:
            session.signing_identity(wrong)
        practice.clock.advance(caught.value.wait_s)
    session.signing_identity(practice.passphrase)


def test_wrong_passphrases_at_signing_delay_the_unlock_too(practice: Practice) -> None:
    session = practice.create().session
    with pytest.raises(CredentialRejected):
        session.signing_identity("wrong")
    with pytest.raises(CredentialRejected):
        practice.open().unlock("maja", practice.passphrase)


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.BILLING, Role.ADMIN])
def test_only_a_dentist_gets_a_signing_key(practice: Practice, role: Role) -> None:
    practice.create().session.add_user(UserProfile("sam", "Sam Ortiz", role), SECOND)
    session = practice.open().unlock("sam", SECOND)
    assert session.user.role is role
    with pytest.raises(Refused):
        session.signing_identity(SECOND)


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.BILLING])
def test_only_dentist_and_administrator_keep_accounts(practice: Practice, role: Role) -> None:
    practice.create().session.add_user(UserProfile("sam", "Sam Ortiz", role), SECOND)
    session = practice.open().unlock("sam", SECOND)
    with pytest.raises(Refused):
        session.add_user(an_assistant("kim"), THIRD)
    with pytest.raises(Refused):
        session.disable_user("maja")
    session.change_passphrase(SECOND, THIRD)
    practice.open().unlock("sam", THIRD)


def test_new_dentist_needs_the_recovery_key(practice: Practice) -> None:
    created = practice.create()
    with pytest.raises(Refused):
        created.session.add_user(a_dentist(), SECOND)
    with pytest.raises(UnreadableInput):
        created.session.add_user(a_dentist(), SECOND, created.recovery_key[:-1] + "?")
    with pytest.raises(CredentialRejected):
        created.session.add_user(a_dentist(), SECOND, "0000-0000-0000-0000-0000-0000-0000-0000-0000")
    assert [user.login for user in created.session.users()] == ["maja"]
    created.session.add_user(a_dentist(), SECOND, created.recovery_key)
    identity = practice.open().unlock("ravi", SECOND).signing_identity(SECOND)
    load_der_x509_certificate(identity.certificate).verify_directly_issued_by(
        load_der_x509_certificate(created.session.root_certificate)
    )


def test_one_dentists_passphrase_does_not_open_anothers_signing_key(practice: Practice) -> None:
    created = practice.create()
    created.session.add_user(a_dentist(), SECOND, created.recovery_key)

    def exchange(keys: KeyFile) -> KeyFile:
        first, second = keys.users
        return replace(keys, users=(replace(first, signing_key=second.signing_key), second)).authenticated(
            _mac_key(created)
        )

    rewrite(practice.folder, exchange)
    with pytest.raises(SignerUnavailable):
        created.session.signing_identity(practice.passphrase)


def _mac_key(created: CreatedVault) -> bytes:
    return slots_mac_key(created.session.database_key)


def test_taken_login_is_refused(practice: Practice) -> None:
    session = practice.create().session
    with pytest.raises(AlreadyExists):
        session.add_user(an_assistant("MAJA"), SECOND)


def test_disabled_account_is_refused_and_stays_on_the_list(practice: Practice) -> None:
    created = practice.create()
    created.session.add_user(a_dentist(), SECOND, created.recovery_key)
    theirs = practice.open().unlock("ravi", SECOND)
    created.session.disable_user("Ravi")
    with pytest.raises(Refused) as caught:
        practice.open().unlock("ravi", SECOND)
    assert not isinstance(caught.value, CredentialRejected)
    slot = key_slots.load(practice.folder)[0].slot_of("ravi")
    assert slot is not None
    assert slot.database_key == slot.signing_key == b"", "there is nothing left to guess at"
    for forbidden in (
        lambda: theirs.signing_identity(SECOND),
        lambda: theirs.change_passphrase(SECOND, THIRD),
        lambda: theirs.add_user(an_assistant(), THIRD),
        lambda: practice.open().unlock_with_recovery_key(created.recovery_key, "ravi", THIRD),
    ):
        with pytest.raises(Refused):
            forbidden()
    assert [(user.login, user.is_disabled) for user in practice.open().users()] == [("maja", False), ("ravi", True)]


def test_nobody_disables_themselves_or_a_stranger(practice: Practice) -> None:
    session = practice.create().session
    with pytest.raises(Refused):
        session.disable_user("maja")
    with pytest.raises(NotFound):
        session.disable_user("nobody")


def test_changed_passphrase_replaces_the_old_and_keeps_the_certificate(practice: Practice) -> None:
    session = practice.create().session
    before = session.signing_identity(practice.passphrase)
    with pytest.raises(CredentialRejected):
        session.change_passphrase("wrong", SECOND)
    practice.clock.advance(1)
    session.change_passphrase(practice.passphrase, SECOND)
    with pytest.raises(CredentialRejected):
        practice.open().unlock("maja", practice.passphrase)
    practice.clock.advance(1)
    assert practice.open().unlock("maja", SECOND).signing_identity(SECOND) == before


@pytest.mark.parametrize("typed_as", ["as printed", "lower case with blanks"])
def test_recovery_key_gives_a_new_passphrase_and_certificate(practice: Practice, typed_as: str) -> None:
    created = practice.create()
    before = created.session.signing_identity(practice.passphrase)
    typed = created.recovery_key if typed_as == "as printed" else created.recovery_key.lower().replace("-", "  ")
    session = practice.open().unlock_with_recovery_key(typed, "Maja", SECOND)
    assert session.database_key == created.session.database_key
    with pytest.raises(CredentialRejected):
        practice.open().unlock("maja", practice.passphrase)
    practice.clock.advance(1)
    after = practice.open().unlock("maja", SECOND).signing_identity(SECOND)
    assert after.certificate != before.certificate
    assert after.chain == before.chain


def test_recovery_key_of_another_practice_opens_nothing(practice: Practice, tmp_path: Path) -> None:
    practice.create()
    other = replace(practice, folder=tmp_path / "other").create()
    with pytest.raises(CredentialRejected):
        practice.open().unlock_with_recovery_key(other.recovery_key, "maja", SECOND)
    with pytest.raises(NotFound):
        replace(practice, folder=tmp_path / "other").open().unlock_with_recovery_key(other.recovery_key, "x", SECOND)


def test_weak_passphrase_is_refused_wherever_one_is_set(practice: Practice) -> None:
    weak = "short"
    with pytest.raises(WeakPassphrase):
        replace(practice, passphrase=weak).create()
    created = practice.create()
    for setting in (
        lambda: created.session.add_user(an_assistant(), weak),
        lambda: created.session.change_passphrase(practice.passphrase, weak),
        lambda: practice.open().unlock_with_recovery_key(created.recovery_key, "maja", weak),
    ):
        with pytest.raises(WeakPassphrase):
            setting()


def test_change_at_the_same_moment_by_another_process_is_refused(practice: Practice) -> None:
    session = practice.create().session
    with InstanceLock(practice.folder / "vault.lock") as lock:
        assert lock.acquire()
        with pytest.raises(StorageLocked):
            session.add_user(an_assistant(), SECOND)
    session.add_user(an_assistant(), SECOND)


def test_sessions_open_at_once_do_not_undo_each_other(practice: Practice) -> None:
    first = practice.create().session
    second = practice.open().unlock("maja", practice.passphrase)
    first.add_user(an_assistant("sam"), SECOND)
    second.add_user(an_assistant("kim"), SECOND)
    assert [user.login for user in first.users()] == ["maja", "sam", "kim"]


@pytest.mark.parametrize(
    "profile",
    [
        {"login": ""},
        {"login": "two words"},
        {"login": "x" * 65},
        {"login": "../x"},
        {"display_name": " "},
        {"display_name": "two\nlines"},
        {"credentials": "x" * 201},
        {"npi": "\ud800"},
    ],
)
def test_unusable_profile_is_refused(profile: dict[str, str]) -> None:
    with pytest.raises(UnreadableInput):
        UserProfile(**{"login": "sam", "display_name": "Sam", "role": Role.ASSISTANT, **profile})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 201])
def test_unusable_practice_name_is_refused(practice: Practice, cheap: KdfCost, name: str) -> None:
    with pytest.raises(UnreadableInput):
        create_vault(practice.folder, name, a_dentist(), SECOND, cheap, floor=cheap)


def test_assistant_cannot_own_a_practice(practice: Practice, cheap: KdfCost) -> None:
    with pytest.raises(UnreadableInput):
        create_vault(practice.folder, "N", an_assistant(), SECOND, cheap, floor=cheap)


def test_nothing_secret_is_on_the_disk(practice: Practice) -> None:
    created = practice.create()
    stored = b"".join(path.read_bytes() for path in practice.folder.iterdir() if path.is_file())
    for secret in (
        practice.passphrase.encode(),
        created.recovery_key.encode(),
        created.session.database_key[:32].hex().encode(),
        created.session.database_key[:32],
    ):
        assert secret not in stored
    assert all(path.stat().st_mode & 0o077 == 0 for path in practice.folder.iterdir()) or os.name == "nt"


def test_later_format_is_told_from_damage(practice: Practice) -> None:
    practice.create()
    body = json.dumps({"format": "parotis-vault/2"}).encode() + b"\n"
    for name in FILE_NAMES:
        (practice.folder / name).write_bytes(body + sha256(body).hexdigest().encode() + b"\n")
    with pytest.raises(StorageTooNew):
        practice.open()


def test_clock_of_the_vault_dates_the_certificate(practice: Practice) -> None:
    identity = practice.create().session.signing_identity(practice.passphrase)
    issued = load_der_x509_certificate(identity.certificate).not_valid_before_utc.timestamp()
    assert abs(issued - practice.clock.now_s) <= 300

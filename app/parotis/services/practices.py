"""A practice made, opened and staffed: the vault first, then the encrypted record."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parotis.domain.errors import NotFound, Refused, UnreadableInput
from parotis.domain.identifiers import is_npi
from parotis.services import signing
from parotis.services.case_files import is_allowed_character
from parotis.services.desk import Desk
from parotis.services.ports import Practice, UserProfile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from parotis.services.desk import Machine
    from parotis.services.ports import PracticeNumbers, Role, Session

_LONGEST_PHONE = 40
_TIN = re.compile(r"[0-9]{9}")
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Person:
    """What is asked of somebody who gets an account."""

    login: str
    name: str
    role: Role
    credentials: str | None = None
    license_number: str | None = None
    license_state: str | None = None
    npi: str | None = None


def create(
    machine: Machine,
    folder: Path,
    practice_name: str,
    owner: Person,
    passphrase: str,
    *,
    keep_recovery_key: Callable[[str], None],
    address_lines: tuple[str, ...] = (),
    throw_away: bool = False,
) -> Desk:
    """A new practice with its first dentist. The desk is open when this returns.

    ``keep_recovery_key`` writes the recovery key where its owner will find it; if it fails there is no practice.

    Raises:
        UnreadableInput: a name is missing or the NPI is wrong. WeakPassphrase: too short or too common.
        AlreadyExists: there is a practice in the folder. Fault: the disk failed.
    """
    _require_letterhead(practice_name, address_lines)
    opened: list[Desk] = []

    def furnish(session: Session, recovery_key: str) -> None:
        keep_recovery_key(recovery_key)
        desk = Desk(machine, folder, session, machine.record_store.create(folder, session))
        opened.append(desk)
        with desk.unit_of_work() as work:
            work.practice.put(Practice(session.practice_id, practice_name, address_lines))
            work.users.put(session.user)
            work.audit.append(desk.entry("practice-made", session.practice_id))
            work.commit()

    try:
        machine.vaults.create(
            folder,
            practice_name=practice_name,
            owner=_profile(owner),
            passphrase=passphrase,
            throw_away=throw_away,
            before_kept=furnish,
        )
    except BaseException:
        for desk in opened:
            desk.close()
        raise
    return opened[0]


def recover(machine: Machine, folder: Path, login: str, recovery_key: str, new_passphrase: str) -> None:
    """Give somebody who forgot the passphrase a new one, by the printed recovery key.

    A dentist's signing key is lost with the old passphrase, so a new certificate is issued.

    Raises:
        NotFound: no practice, or no such login. UnreadableInput: the key is mistyped. WeakPassphrase.
        CredentialRejected: the key is another practice's. Refused: the account is disabled. Fault.
    """
    if not machine.vaults.exists(folder):
        raise NotFound("no practice in the data folder")
    session = machine.vaults.unlock_with_recovery_key(folder, recovery_key, login, new_passphrase)
    desk = Desk(machine, folder, session, machine.record_store.open(folder, session))
    try:
        with desk.unit_of_work() as work:
            work.audit.append(desk.entry("passphrase-recovered", session.user.user_id))
            work.commit()
    finally:
        desk.close()


def open_desk(machine: Machine, folder: Path, login: str, passphrase: str) -> Desk:
    """The practice in ``folder``, opened by a person; interrupted signings are finished or undone.

    Raises:
        NotFound: no practice there. CredentialRejected, Refused, KeyUnavailable, Fault.
    """
    if not machine.vaults.exists(folder):
        raise NotFound("no practice in the data folder")
    session = machine.vaults.unlock(folder, login, passphrase)
    desk = Desk(machine, folder, session, machine.record_store.open(folder, session))
    try:
        desk.note("unlocked", detail=f"failed tries before: {session.failed_tries}" if session.failed_tries else "")
        signing.finish_interrupted(desk)
    except BaseException:
        desk.close()
        raise
    return desk


def add_user(desk: Desk, person: Person, passphrase: str, *, recovery_key: str | None = None) -> UserProfile:
    """Give somebody an account. A dentist's certificate is issued by the root, so it needs the recovery key.

    Raises:
        Refused: the role may not manage accounts. AlreadyExists, WeakPassphrase, CredentialRejected (recovery key).
    """
    desk.require("users.manage")
    profile = desk.authenticated(lambda: desk.session.add_user(_profile(person), passphrase, recovery_key=recovery_key))
    with desk.unit_of_work() as work:
        work.users.put(profile)
        work.audit.append(desk.entry("user-added", profile.user_id, profile.role))
        work.commit()
    return profile


def disable_user(desk: Desk, login: str) -> None:
    """Take an account's key slot away; what the person signed stays.

    Raises:
        Refused: the role may not, or it is the person's own account. NotFound: no such login.
    """
    desk.require("users.manage")
    if login == desk.session.user.login:
        raise Refused("one's own account")
    profile = next((user for user in desk.session.users() if user.login == login), None)
    if profile is None:
        raise NotFound("no such login")
    desk.session.disable_user(login)
    with desk.unit_of_work() as work:
        work.users.put(replace(profile, disabled=True))
        work.audit.append(desk.entry("user-disabled", profile.user_id))
        work.commit()


def change_passphrase(desk: Desk, old: str, new: str) -> None:
    """Change one's own passphrase.

    Raises:
        CredentialRejected: the old one is wrong. WeakPassphrase.
    """
    user_id = desk.session.user.user_id
    desk.authenticated(lambda: desk.session.change_passphrase(old, new), user_id)
    desk.note("passphrase-changed", user_id)


def change_practice(desk: Desk, name: str, address_lines: tuple[str, ...], *, capital_sides: bool = False) -> None:
    """Change what the letterhead says, and whether reports print left and right in capitals.

    Raises:
        Refused: the role may not. UnreadableInput: no name, or something that is no line of text.
    """
    desk.require("practice.edit")
    _require_letterhead(name, address_lines)
    with desk.unit_of_work() as work:
        changed = replace(work.practice.get(), name=name, address_lines=address_lines, capital_sides=capital_sides)
        work.practice.put(changed)
        work.audit.append(desk.entry("practice-changed", desk.session.practice_id))
        work.commit()


def change_numbers(desk: Desk, numbers: PracticeNumbers) -> None:
    """Change what claim forms say of the practice.

    Raises:
        Refused: the role may not. UnreadableInput: a number is not of its form; each problem with its field.
    """
    desk.require("practice.edit")
    problems = tuple(_problems_of(numbers))
    if problems:
        raise UnreadableInput(problems)
    with desk.unit_of_work() as work:
        work.practice.put(replace(work.practice.get(), numbers=numbers))
        work.audit.append(desk.entry("practice-numbers-changed", desk.session.practice_id))
        work.commit()


def _problems_of(numbers: PracticeNumbers) -> Iterator[tuple[str, str]]:
    """Forms: the project's domain notes, section 8."""
    if numbers.npi is not None and not is_npi(numbers.npi):
        yield "npi", "The NPI must be ten digits with a valid check digit."
    if numbers.tin is not None and not _TIN.fullmatch(numbers.tin):
        yield "tin", "The tax number must be nine digits."
    if numbers.tin is not None and numbers.tin_kind is None:
        yield "tin_kind", "Say whether the tax number is an EIN or an SSN."
    if numbers.taxonomy is not None and not _TAXONOMY.fullmatch(numbers.taxonomy):
        yield "taxonomy", "A taxonomy code is nine digits or capital letters and an X."
    if numbers.phone is not None and not 0 < len(numbers.phone) <= _LONGEST_PHONE:
        yield "phone", f"A phone number has at most {_LONGEST_PHONE} characters."


def _require_letterhead(name: str, address_lines: tuple[str, ...]) -> None:
    """Raises UnreadableInput unless there is a name, and name and address are lines of text."""
    if not name.strip():
        raise UnreadableInput([("practice", "The practice needs a name.")])
    for label, line in (("practice", name), *(("address", line) for line in address_lines)):
        if len(line) > LONGEST_LINE or not all(is_allowed_character(c) and c not in "\t\n\r" for c in line):
            raise UnreadableInput([(label, f"At most {LONGEST_LINE} characters, on one line.")])


def _profile(person: Person) -> UserProfile:
    problems = [
        (label, "This is needed.")
        for label, text in (("login", person.login), ("name", person.name))
        if not text.strip()
    ]
    if person.role == "dentist" and not (person.npi and is_npi(person.npi)):
        problems.append(("npi", "The NPI must be ten digits with a valid check digit."))
    if person.role == "dentist" and not (person.license_number and person.license_state):
        problems.append(("license", "The licence needs a state and a number."))
    if problems:
        raise UnreadableInput(problems)
    return UserProfile(
        user_id="",
        login=person.login.strip(),
        name=person.name.strip(),
        role=person.role,
        credentials=person.credentials,
        license_number=person.license_number,
        license_state=person.license_state,
        npi=person.npi,
    )

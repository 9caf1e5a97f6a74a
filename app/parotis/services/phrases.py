"""Phrase sets of a practice and of its people: checked before they are taken, every version kept.

In use are the shipped set, then the practice's, then the person's own; a later one comes before an earlier one.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parotis.domain.errors import DataFileRefused, FileProblem, NotFound
from parotis.domain.phrase_files import load
from parotis.domain.phrases import ActiveSet, Origin, PhraseSet
from parotis.services import data_files

if TYPE_CHECKING:
    from parotis.services.desk import Desk, Machine
    from parotis.services.ports import LibraryFile, UnitOfWork

KIND = "phrases"
SHIPPED_RESOURCE = "phrases/practice.json"
SHIPPED_OWNER, SHIPPED_NAME = "parotis", "shipped"
SHIPPED_KEY = f"{SHIPPED_OWNER}/{SHIPPED_NAME}"
"""No file of a practice has a slash in its name, and no person has this id."""


def check(file_name: str, data: bytes) -> PhraseSet:
    """The set that a file holds.

    Raises:
        DataFileRefused: it is not what it must be; file, line and key are named.
    """
    return _read(file_name, data)[1]


def shipped(machine: Machine) -> PhraseSet:
    """The set that this version of the program brings along."""
    return check(SHIPPED_RESOURCE, machine.resources.read(SHIPPED_RESOURCE))


def _read(file_name: str, data: bytes) -> tuple[data_files.DataFile, PhraseSet]:
    if not file_name.casefold().endswith(".json"):
        raise DataFileRefused([FileProblem(file_name, 1, "", "The name of a phrase file ends with .json.")])
    file = data_files.read(file_name, data)
    return file, load(file.content, file.problem)


def import_file(desk: Desk, file_name: str, data: bytes, *, is_personal: bool) -> ActiveSet:
    """Take a file as the next version of the set that it names, the practice's or the person's own.

    Raises:
        DataFileRefused: the file is not what it must be, or is meant for the other scope. Nothing is changed; the
            last good version stays in use.
        Refused: the role may not change what the practice uses.
    """
    if not is_personal:
        desk.require("practice.edit")
    file, content = _read(file_name, data)
    if content.scope is not None and content.scope != ("personal" if is_personal else "practice"):
        meant = "one person" if content.scope == "personal" else "the whole practice"
        raise DataFileRefused([file.problem(("scope",), f"The file says that it is for {meant}.")])
    owner = desk.session.user.user_id if is_personal else ""
    with desk.unit_of_work() as work:
        entry = desk.entry("phrases-imported", detail="personal" if is_personal else "practice")
        kept = work.libraries.add(KIND, content.name, owner, data, added_at=entry.at, added_by=entry.user_id)
        work.audit.append(dataclasses.replace(entry, object_id=str(kept.version)))
        work.commit()
    return _active(kept, content)


def active(desk: Desk) -> tuple[ActiveSet, ...]:
    """The sets in use for the person at the keyboard, the last word last.

    Of a set whose newest version is no longer taken, because the program changed, the last good one is in use.
    """
    user_id = desk.session.user.user_id
    with desk.unit_of_work() as work:
        current = [file for file in work.libraries.current(KIND) if file.owner in ("", user_id)]
        found = [_last_good(work, file) for file in sorted(current, key=lambda file: (file.owner != "", file.name))]
        brought = _brought_along(desk, work)
    return (brought, *(one for one in found if one is not None))


def in_use(desk: Desk, name: str) -> ActiveSet:
    """The set of a name: the person's own, else the practice's, else the shipped one.

    Raises:
        NotFound: none has this name.
    """
    for one in reversed(active(desk)):
        if one.content.name == name:
            return one
    raise NotFound("phrases")


def version(desk: Desk, key: str, number: int) -> PhraseSet:
    """A set as it was, by what a draft recorded of its use.

    Raises:
        NotFound: there is no such version here.
    """
    return _checked(_stored(desk, key, number))


def export_file(desk: Desk, name: str, number: int | None = None) -> bytes:
    """The file of the set that is in use under a name, byte for byte as imported; or of an earlier version of it.

    Raises:
        NotFound: there is none.
    """
    found = in_use(desk, name)
    return _stored(desk, found.key, found.version if number is None else number).content


def _stored(desk: Desk, key: str, number: int) -> LibraryFile:
    owner, _, name = key.rpartition("/")
    with desk.unit_of_work() as work:
        return work.libraries.version(KIND, name, owner, number)


def _brought_along(desk: Desk, work: UnitOfWork) -> ActiveSet:
    """The shipped set, kept like any other: another release brings another, and drafts have used this one.

    Places with different releases may share a record, so the newest kept need not be the one of this program.
    """
    data = desk.machine.resources.read(SHIPPED_RESOURCE)
    kept = [one for one in work.libraries.current(KIND) if (one.owner, one.name) == (SHIPPED_OWNER, SHIPPED_NAME)]
    for number in range(kept[0].version if kept else 0, 0, -1):
        if work.libraries.version(KIND, SHIPPED_NAME, SHIPPED_OWNER, number).content == data:
            break
    else:
        entry = desk.entry("phrases-shipped")
        added = work.libraries.add(KIND, SHIPPED_NAME, SHIPPED_OWNER, data, added_at=entry.at, added_by=entry.user_id)
        number = added.version
        work.audit.append(dataclasses.replace(entry, object_id=str(number)))
        work.commit()
    return ActiveSet(SHIPPED_KEY, "shipped", number, check(SHIPPED_RESOURCE, data))


def _last_good(work: UnitOfWork, newest: LibraryFile) -> ActiveSet | None:
    for number in range(newest.version, 0, -1):
        file = newest if number == newest.version else work.libraries.version(KIND, newest.name, newest.owner, number)
        try:
            return _active(file, _checked(file))
        except DataFileRefused:
            continue
    return None


def _checked(file: LibraryFile) -> PhraseSet:
    return check(f"{file.name}.json", file.content)


def _active(file: LibraryFile, content: PhraseSet) -> ActiveSet:
    origin: Origin = "personal" if file.owner else "practice"
    key = f"{file.owner}/{file.name}" if file.owner else file.name
    return ActiveSet(key, origin, file.version, content)

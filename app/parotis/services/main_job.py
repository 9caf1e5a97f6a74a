"""The main job in one go: a case file imported, checked, signed, exported."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain.errors import RulesBroken
from parotis.domain.issue import blocking
from parotis.services import drafts, exporting, practices, reports, signing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parotis.domain.case import Case
    from parotis.domain.issue import Issue
    from parotis.services.desk import Desk, Machine
    from parotis.services.drafts import ImportedCase
    from parotis.services.exporting import Bundle, Purpose
    from parotis.services.ports import SignedDocument

THROW_AWAY_PRACTICE = "Sample practice (throw-away)"
SAMPLE_NPI = "1234567893"
"""The example number of the NPI standard; its check digit is right and it belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Done:
    exam_id: str
    document: SignedDocument
    bundle: Bundle
    issues: tuple[Issue, ...]


def run(
    desk: Desk,
    imported: ImportedCase,
    passphrase: str,
    target: Path,
    *,
    purpose: Purpose = "record",
    on_signed: Callable[[SignedDocument], None] = lambda _document: None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Import, check, sign, export. A blocked case is not imported; for a target that takes no file nothing is signed.

    ``on_signed`` hears of the signature before the export, which may still fail.

    Raises:
        RulesBroken, TargetNotWritable: nothing is signed or written. Everything that the steps raise.
    """
    found = reports.issues_of_import(desk, imported)
    if blocking(found):
        raise RulesBroken(found)
    if purpose == "claim":
        read = {picture.sha256 for picture in imported.pictures}
        exporting.refuse_unlabelled(imported.case, lambda image: drafts.picture_key(image)[0] in read)
    desk.machine.destination.probe(target)
    record = drafts.import_case(desk, imported)
    document = signing.sign(desk, record.exam_id, passphrase)
    on_signed(document)
    bundle = exporting.export(desk, record.exam_id, target, purpose=purpose, on_progress=on_progress)
    return Done(record.exam_id, document, bundle, found)


def throw_away_desk(machine: Machine, folder: Path, case: Case) -> tuple[Desk, str]:
    """A practice for one run, signed for by the interpreter that the case names; the desk and its random passphrase.

    Raises:
        RulesBroken: the checks block, so no practice is made.
    """
    found = reports.issues_of_file(machine, case)
    if blocking(found):
        raise RulesBroken(found)
    interpreter = case.exam.interpreter
    owner = practices.Person(
        login="dentist",
        name=(interpreter.name if interpreter else None) or "Sample Dentist",
        role="dentist",
        credentials=interpreter.credentials if interpreter else None,
        license_number=(interpreter.license_number if interpreter else None) or "SAMPLE",
        license_state=(interpreter.license_state if interpreter else None) or "IL",
        npi=(interpreter.npi if interpreter else None) or SAMPLE_NPI,
    )
    passphrase = secrets.token_urlsafe(32)
    desk = practices.create(
        machine,
        folder,
        THROW_AWAY_PRACTICE,
        owner,
        passphrase,
        keep_recovery_key=lambda _key: None,
        throw_away=True,
    )
    return desk, passphrase

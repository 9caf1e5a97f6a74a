"""A throw-away practice to try the program with: two people, exams in every state and two claims."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from parotis.domain.case import Interpretation, Patient
from parotis.services import claims, drafts, payers, practices, signing
from parotis.services.main_job import SAMPLE_NPI

if TYPE_CHECKING:
    from pathlib import Path

    from parotis.domain.case import Case
    from parotis.services.desk import Desk, Machine
    from parotis.services.drafts import ImportedCase

PRACTICE_NAME = "Sample practice"
ADDRESS = ("12 Example Street", "Springfield, IL 62701", "555-0100")


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody of the sample practice, whose passphrase is no secret."""

    person: practices.Person
    passphrase: str


DENTIST = SamplePerson(
    practices.Person(
        login="park",
        name="Helen Park",
        role="dentist",
        credentials="DDS",
        license_number="D-20417",
        license_state="IL",
        npi=SAMPLE_NPI,
    ),
    "amber harbor lantern quill",
)
ASSISTANT = SamplePerson(
    practices.Person(login="delgado", name="Rosa Delgado", role="assistant", credentials="RDH"),
    "willow pebble copper tide",
)
PEOPLE = (DENTIST, ASSISTANT)

_OTHERS = (
    Patient("S-1004", "Okafor", "Ngozi", date(1988, 3, 2), "female"),
    Patient("S-1005", "Hartmann", "Ilse", date(1954, 9, 21), "female"),
)
"""Patients beside those of the sample cases."""


def create(machine: Machine, folder: Path) -> None:
    """Make the practice in ``folder`` at the lowest allowed key cost; it is closed when this returns.

    Raises:
        AlreadyExists: there is a practice. ResourceMissing: a sample is not there. Fault.
    """
    desk = practices.create(
        machine,
        folder,
        PRACTICE_NAME,
        DENTIST.person,
        DENTIST.passphrase,
        keep_recovery_key=lambda _key: None,
        address_lines=ADDRESS,
        throw_away=True,
    )
    try:
        practices.add_user(desk, ASSISTANT.person, ASSISTANT.passphrase)
        _fill(desk)
    finally:
        desk.close()


def _fill(desk: Desk) -> None:
    cyst, stone, joint = (
        _sample(desk.machine, name) for name in ("parotid-cyst", "submandibular-stone", "tmj-effusion")
    )
    payers.import_json(desk, "payers.json", desk.machine.resources.read("samples/payers.json"))
    billed = json.loads(desk.machine.resources.read("samples/claims.json"))
    _billed(desk, _signed(desk, cyst), billed["parotid-cyst"])
    _billed(desk, _signed(desk, stone), billed["submandibular-stone"])
    waiting = drafts.import_case(desk, joint)
    drafts.hand_over(desk, waiting.exam_id, to_sign=True)
    drafts.import_case(desk, _unfinished(_later(_of(cyst, _OTHERS[0]), days=1)))
    drafts.import_case(desk, _barely_begun(_later(_of(stone, _OTHERS[1]), days=2)))


def _sample(machine: Machine, name: str) -> ImportedCase:
    def beside(file: str) -> bytes:
        return machine.resources.read(f"samples/{file}")

    return drafts.read_case_with_pictures(machine, machine.resources.read(f"samples/{name}.json"), beside)


def _signed(desk: Desk, imported: ImportedCase) -> str:
    record = drafts.import_case(desk, imported)
    signing.sign(desk, record.exam_id, DENTIST.passphrase)
    return record.exam_id


def _billed(desk: Desk, exam_id: str, documents: list[Any]) -> None:
    claim_id = claims.open_claim(desk, exam_id).claim_id
    claims.record(desk, claim_id, *(claims.read_entry(desk, document) for document in documents))


def _changed(imported: ImportedCase, case: Case) -> ImportedCase:
    return dataclasses.replace(imported, case=case)


def _of(imported: ImportedCase, patient: Patient) -> ImportedCase:
    return _changed(imported, dataclasses.replace(imported.case, patient=patient))


def _later(imported: ImportedCase, *, days: int) -> ImportedCase:
    exam = imported.case.exam
    at = exam.performed_at + timedelta(days=days) if exam.performed_at else None
    return _changed(imported, dataclasses.replace(imported.case, exam=dataclasses.replace(exam, performed_at=at)))


def _unfinished(imported: ImportedCase) -> ImportedCase:
    """Scanned and described, not yet interpreted."""
    return _changed(imported, dataclasses.replace(imported.case, interpretation=Interpretation()))


def _barely_begun(imported: ImportedCase) -> ImportedCase:
    """Taken at the desk: complaint and symptoms only."""
    empty = type(imported.case)()
    case = imported.case
    begun = dataclasses.replace(
        empty,
        patient=case.patient,
        exam=dataclasses.replace(empty.exam, performed_at=case.exam.performed_at),
        complaint=case.complaint,
        symptoms=case.symptoms,
    )
    return dataclasses.replace(imported, case=begun, pictures=())

"""A real practice in a folder of the test, opened in process: the adapters of the program, the lowest key cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers import sample_cases

from parotis import bootstrap
from parotis.services import drafts, main_job, practices

if TYPE_CHECKING:
    from pathlib import Path

    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRecord, Role

PASSPHRASE = "nine herons over a slow canal"


def dentist_desk(folder: Path) -> tuple[Desk, str]:
    """A practice of the dentist whom the sample cases name, and the passphrase."""
    return main_job.throw_away_desk(bootstrap.machine(), folder, sample_cases.case())


def desk_of(role: Role, desk: Desk) -> Desk:
    """The same practice opened by a colleague of that role."""
    practices.add_user(desk, practices.Person(login=role, name=f"The {role}", role=role), PASSPHRASE)
    return practices.open_desk(desk.machine, desk.folder, role, PASSPHRASE)


def draft(desk: Desk, name: str = "parotid-cyst") -> ExamRecord:
    """A sample case as a draft."""
    return drafts.import_case(desk, drafts.ImportedCase(sample_cases.case(name), ()))

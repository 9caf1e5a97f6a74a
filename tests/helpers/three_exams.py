"""Three exams of one patient, a year from first to last: a cyst that grows, a node, both masseters.

As a program it leaves the signed reports of all three in a folder:
``PYTHONPATH=app:db:tests python -m helpers.three_exams FOLDER``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import sample_cases
from helpers.practices import dentist_desk

from parotis.domain import paths
from parotis.domain.case import Attributes, Finding, Lesion, ScanEntry
from parotis.domain.comparison import earlier_than, signed
from parotis.domain.comparison_wording import comparison_text
from parotis.services import drafts, reports, signing

if TYPE_CHECKING:
    from parotis.domain.case import Case, SizeMm
    from parotis.services.desk import Desk
    from parotis.services.ports import SignedDocument

DAYS = (dt.date(2025, 11, 10), dt.date(2026, 5, 12), dt.date(2026, 11, 12))
CYST_MM = (("11.0", "9.1", "8.0"), ("12.4", "10.0", "8.8"), ("14.2", "11.0", "9.8"))
SECOND_MM = (("6.0", "5.0", "4.1"), ("5.8", "5.0", "4.0"), ("6.1", "5.1", "4.2"))
MASSETERS_MM = ((("11.2", "14.0"), ("10.8", "13.1")), (("11.4", "14.5"), ("10.7", "13.0")))


def size(axes: tuple[str, str, str]) -> SizeMm:
    """Axes in millimetres from their texts."""
    longest, perpendicular, third = map(Decimal, axes)
    return longest, perpendicular, third


def exam(number: int) -> Case:
    """The exam of a number from 0 to 2: the sample of a parotid cyst at its day, with a second lesion and masseters."""
    case = sample_cases.case()
    zone = case.exam.performed_at.tzinfo if case.exam.performed_at else dt.UTC
    case = paths.replace(case, "exam.performed_at", dt.datetime.combine(DAYS[number], dt.time(10, 20), zone))
    case = paths.replace(case, "images", ())
    if number < 2:
        case = paths.replace(case, "exam.consent.at", case.exam.performed_at)
        case = paths.replace(case, "rationale.prior_studies", ())
        case = paths.replace(case, "symptoms[0].onset", None)
    case = paths.replace(case, "findings[0].lesions[0].size_mm", size(CYST_MM[number]))
    impression = f"Simple cyst of the right parotid tail, {' x '.join(CYST_MM[number])} mm: benign appearance."
    case = paths.replace(case, "interpretation.impression", (impression,))
    second = dataclasses.replace(case.findings[0].lesions[0], label="B", size_mm=size(SECOND_MM[number]))
    case = paths.replace(case, "findings[0].lesions", (*case.findings[0].lesions, second))
    third = Lesion("C", "cyst", size(("4.0", "3.5", "3.0")))
    if number == 1:
        case = paths.replace(case, "findings[0].lesions", (*case.findings[0].lesions, third))
    thickness = MASSETERS_MM[min(number, 1)]
    for side, (relaxed, clenched) in zip(("right", "left"), thickness, strict=True):
        muscle = Attributes(relaxed_mm=Decimal(relaxed), clenched_mm=Decimal(clenched))
        case = paths.insert(case, "scan", len(case.scan), ScanEntry("masseter", side, "examined"))
        case = paths.insert(case, "findings", len(case.findings), Finding("masseter", side, "normal", muscle))
    return case


def sign_all(desk: Desk, passphrase: str) -> tuple[SignedDocument, ...]:
    """The three exams put into the record and signed one after the other; the comparison filled in from the record."""
    documents = []
    for number in range(3):
        record = drafts.import_case(desk, drafts.ImportedCase(exam(number), ()))
        earlier = earlier_than(record.case, signed(reports.other_exams(desk, record.case, record.exam_id)))
        told = comparison_text(record.case, earlier) or "No earlier ultrasound in this record."
        drafts.save(desk, record, paths.replace(record.case, "interpretation.comparison", told))
        documents.append(signing.sign(desk, record.exam_id, passphrase))
    return tuple(documents)


def main(folder: str) -> None:
    """Leave the signed reports in a folder."""
    with tempfile.TemporaryDirectory() as practice:
        desk, passphrase = dentist_desk(Path(practice))
        for number, document in enumerate(sign_all(desk, passphrase), start=1):
            (Path(folder) / f"exam-{number}.pdf").write_bytes(document.pdf)
        desk.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

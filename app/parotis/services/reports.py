"""A draft checked, and composed into the report that would be signed."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain.canonical import clinical_encoded
from parotis.domain.checks import CheckContext, issues
from parotis.domain.report_comparison import comparison_blocks
from parotis.domain.report_composition import ReportFacts, compose, picture_name
from parotis.services import drafts, reviewing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from parotis.domain.case import Case
    from parotis.domain.comparison import EarlierExam
    from parotis.domain.draft_entry import Entry
    from parotis.domain.issue import Issue
    from parotis.domain.report import Report
    from parotis.services.desk import Desk, Machine
    from parotis.services.drafts import ImportedCase
    from parotis.services.ports import ExamRecord, Practice

MISSING_PICTURE = "The picture of this image is not in the record."


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft report as PDF, and the fingerprint of what it says, which a signature must match."""

    pdf: bytes
    content_sha256: str


def issues_of_file(machine: Machine, case: Case) -> tuple[Issue, ...]:
    """The checks on a case file alone: no practice, no signer."""
    today = machine.clock.now().date()
    return issues(case, CheckContext(icd=machine.icd, cdt=machine.cdt, today=today))


def issues_of(desk: Desk, record: ExamRecord) -> tuple[Issue, ...]:
    """The checks on a stored draft, with what only the practice knows."""
    context = context_of(desk, record.case, dict(record.rejected))
    return issues(desk.resolved(record.case), with_entry(context, record.entry, reviewing.dentists(desk)))


def with_entry(context: CheckContext, entry: Entry, signers: Collection[str]) -> CheckContext:
    """What the checks know, and what waits to be confirmed; for a signer also what waits to be reviewed."""
    return dataclasses.replace(
        context,
        proposed=frozenset(entry.proposed),
        unreviewed=reviewing.unreviewed(entry, signers) if context.signer is not None else {},
    )


def issues_of_import(desk: Desk, imported: ImportedCase) -> tuple[Issue, ...]:
    """The checks on a case that was read with its pictures but is not in the record yet."""
    return issues(desk.resolved(imported.case), _context(desk, imported.case, {}, {}))


def context_of(desk: Desk, case: Case, rejected: Mapping[str, str]) -> CheckContext:
    """What the checks ask of the practice: code sets, today, who would sign, the patient on file, missing pictures."""
    with desk.unit_of_work() as work:
        missing = {
            position: MISSING_PICTURE
            for position, image in enumerate(case.images)
            if not work.pictures.has(*drafts.picture_key(image))
        }
    return _context(desk, case, rejected, missing)


def _context(desk: Desk, case: Case, rejected: Mapping[str, str], picture_problems: Mapping[int, str]) -> CheckContext:
    chart_number = case.patient.chart_number
    return CheckContext(
        icd=desk.machine.icd,
        cdt=desk.machine.cdt,
        today=desk.machine.clock.now().date(),
        signer=desk.signer(),
        rejected=rejected,
        picture_problems=picture_problems,
        patient_on_file=desk.records.queries.patient(chart_number) if chart_number else None,
    )


def practice_of(desk: Desk) -> Practice:
    """The practice as printed in the letterhead."""
    with desk.unit_of_work() as work:
        return work.practice.get()


def document_id_of(exam_id: str, version: int = 1) -> str:
    """The id of a report: of the exam, with the version when it is not the first."""
    return f"R-{exam_id}" if version == 1 else f"R-{exam_id}-{version}"


def other_exams(desk: Desk, case: Case, exam_id: str) -> tuple[EarlierExam, ...]:
    """The other exams of the patient with the case's chart number, newest first; none without a chart number."""
    chart_number = case.patient.chart_number
    found = desk.records.queries.history_of(chart_number) if chart_number else ()
    return tuple(exam for exam in found if exam.exam_id != exam_id)


def draft_facts(practice: Practice, exam_id: str, earlier: tuple[EarlierExam, ...] = ()) -> ReportFacts:
    """What a draft report needs beside the case; ``earlier`` as ``other_exams`` gives them."""
    return ReportFacts(
        practice.name,
        practice.address_lines,
        document_id_of(exam_id),
        earlier=earlier,
        capital_sides=practice.capital_sides,
    )


def draft_report(desk: Desk, record: ExamRecord) -> Report:
    """The content tree of the draft."""
    earlier = other_exams(desk, record.case, record.exam_id)
    return compose(desk.resolved(record.case), draft_facts(practice_of(desk), record.exam_id, earlier))


def preview(desk: Desk, exam_id: str) -> Preview:
    """The stored draft as a PDF marked as draft. Same exam, same bytes."""
    record = drafts.load(desk, exam_id)
    pdf = desk.machine.composer.render(draft_report(desk, record), printed_pictures(desk, record.case))
    return Preview(pdf, content_sha256(desk, record))


def content_sha256(desk: Desk, record: ExamRecord) -> str:
    """The fingerprint of all that a report of this draft says: clinical part, letterhead, signer, comparison."""
    practice = practice_of(desk)
    compared = repr(comparison_blocks(record.case, other_exams(desk, record.case, record.exam_id)))
    manner = "LEFT RIGHT" if practice.capital_sides else ""
    spoken = "\n".join((practice.name, *practice.address_lines, record.exam_id, compared, manner))
    return hashlib.sha256(clinical_encoded(desk.resolved(record.case)) + b"\0" + spoken.encode()).hexdigest()


def printed_pictures(desk: Desk, case: Case) -> dict[str, bytes]:
    """PNG bytes of the key images by the names that the content tree uses."""
    return {picture_name(position): png for position, png in drafts.key_pngs(desk, case).items()}

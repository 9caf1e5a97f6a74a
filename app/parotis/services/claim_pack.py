"""The claim pack: what one payer's channel takes of a claim, judged before it is written and read back after.

It is the bundle of a claim export with the payer's narrative, the claim sheets by item and box numbers, the note
segments of X12, and ``claim.json``. Of report, pages and images only those that the channel takes are listed as
attachments.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parotis.domain import canonical
from parotis.domain.claims import authorizations, claim_sheets, code_compass, diagnosis_help, note_segments
from parotis.domain.claims.claim_sheets import BillingEntity, SheetItem
from parotis.domain.claims.records import Submission
from parotis.domain.errors import NotFound, RulesBroken
from parotis.domain.issue import Issue
from parotis.services import claim_situation, claims, exporting, reports
from parotis.services.attachments import CHANNEL, FILES_GAP, IMAGE_PREFIX, PackFile, channel_problems, chosen
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from parotis.domain.case import Case
    from parotis.services.claims import Opened
    from parotis.services.desk import Desk
    from parotis.services.exporting import Bundle

_SHEET_BLOCKS = frozenset({"sheet.lines.many", "sheet.fee", "sheet.original", "sheet.service_date"})
"""What is wrong with a sheet beyond what the checklist says. A medical procedure code is the practice's to set."""


@dataclass(frozen=True, slots=True)
class Preflight:
    """What would be written, and what keeps it from being. ``problems`` are of the channel, ``gaps`` of the claim.

    ``warnings`` are what a note cannot carry and what the sheets lack, such as the practice's medical procedure code.
    """

    files: tuple[PackFile, ...]
    problems: tuple[Issue, ...]
    gaps: tuple[Issue, ...]
    control_number: str | None
    ada_items: tuple[SheetItem, ...]
    cms_boxes: tuple[SheetItem, ...]
    note_segments: tuple[str, ...]
    warnings: tuple[str, ...]
    contents: dict[str, bytes]

    @property
    def sent_bytes(self) -> int:
        """The size of all attachments together."""
        return sum(file.size for file in self.files if file.is_sent)


def preflight(desk: Desk, claim_id: str) -> Preflight:
    """The pack as it would be written now; nothing is written.

    Raises:
        NotFound: no such claim, or no signed report. DocumentAltered: the stored report is not what was signed.
    """
    desk.require("bundle.export", claim_id)
    opened = claims.load(desk, claim_id)
    if opened.exam.state is not ExamState.SIGNED:
        raise NotFound("no signed report")
    found = claim_situation.situation(desk, opened)
    payer = opened.profile.name if opened.profile else None
    entity, case = billing_entity(desk), claim_situation.case_of(desk, opened)
    contents = exporting.bundle_files(desk, opened.exam.exam_id, "claim", payer, billing=case.claim)
    del contents[exporting.MANIFEST]
    rules = opened.profile.attachments if opened.profile else None
    files = chosen({name: len(data) for name, data in contents.items()}, rules)
    kind = opened.claim.billing.payer.kind if opened.claim.billing.payer else None
    sheet_issues = claim_sheets.issues_of_sheet(opened.claim, case, entity, kind=kind or "dental")
    problems = (*channel_problems(files, rules), *(one for one in sheet_issues if one.code in _SHEET_BLOCKS))
    segments = note_segments.note_segments(found.narrative, kind or "dental")
    ada = claim_sheets.ada_items(opened.claim, case, entity, opened.profile, is_predetermination=False)
    cms = claim_sheets.cms1500_boxes(opened.claim, case, entity, opened.profile)
    contents["narrative-payer.txt"] = found.narrative.encode()
    for edit in opened.claim.edits:
        if edit.text and f"narrative-{edit.limit}.txt" in contents:
            contents[f"narrative-{edit.limit}.txt"] = edit.text.encode()
    number = _control_number(opened)
    lines = (*segments.lines, *_attachment_lines(opened, files, number))
    contents["note-segments.txt"] = "".join(f"{line}\n" for line in lines).encode()
    contents["claim-sheet-ada-2024.txt"] = _sheet("Data by the item numbers of the ADA claim form of 2024", ada)
    contents["claim-sheet-cms-1500.txt"] = _sheet("Data by the box numbers of the CMS-1500 form (02/12)", cms)
    contents["claim.json"] = exporting.as_json_file(
        _claim_json(opened, case, contents, files, number, found.narrative, {"ada_2024": ada, "cms_1500": cms})
    )
    told = tuple(one.text for one in sheet_issues if one.code not in _SHEET_BLOCKS)
    return Preflight(files, problems, found.gaps, number, ada, cms, lines, (*segments.warnings, *told), contents)


def sheets(
    desk: Desk, claim_id: str, *, is_predetermination: bool
) -> tuple[tuple[SheetItem, ...], tuple[SheetItem, ...]]:
    """The items of the ADA form and the boxes of the CMS-1500; needs no signed report.

    Raises:
        NotFound: no such claim. Refused: the role may not work on claims.
    """
    desk.require("claims.edit", claim_id)
    opened = claims.load(desk, claim_id)
    case, entity = claim_situation.case_of(desk, opened), billing_entity(desk)
    return (
        claim_sheets.ada_items(opened.claim, case, entity, opened.profile, is_predetermination=is_predetermination),
        claim_sheets.cms1500_boxes(opened.claim, case, entity, opened.profile),
    )


def write(desk: Desk, claim_id: str, target: Path, on_progress: Callable[[int, int], None] | None = None) -> Bundle:
    """Write the pack into a new folder in ``target``; it counts only when every file was read back.

    Raises:
        RulesBroken: the checklist has gaps that block, or the channel does not take what would be sent.
        NotFound: no signed report. AlreadyExists, TargetNotWritable: nothing is left behind.
    """
    made = preflight(desk, claim_id)
    opened = claims.load(desk, claim_id)
    gone_over = {override.gap for override in opened.claim.overrides}
    problems = [one for one in made.problems if not (one.code.startswith(CHANNEL) and FILES_GAP in gone_over)]
    if made.gaps or problems:
        raise RulesBroken((*made.gaps, *problems))
    document_id = opened.claim.document_id or opened.exam.document_id
    with desk.unit_of_work() as work:
        document = work.documents.get(document_id or "")
        audit_head = work.audit.head()
    contents = dict(made.contents)
    contents[exporting.MANIFEST] = exporting.manifest(desk, document, contents, audit_head)
    return exporting.publish(desk, opened.exam, contents, target, "claim", on_progress)


def billing_entity(desk: Desk) -> BillingEntity:
    """What a claim form asks of the practice."""
    practice = reports.practice_of(desk)
    numbers = practice.numbers
    return BillingEntity(
        name=practice.name,
        address_lines=practice.address_lines,
        npi=numbers.npi,
        tin=numbers.tin,
        tin_kind=numbers.tin_kind,
        phone=numbers.phone,
        taxonomy=numbers.taxonomy,
    )


def _attachment_lines(opened: Opened, files: tuple[PackFile, ...], number: str | None) -> tuple[str, ...]:
    """The PWK segments of what is sent."""
    kinds: list[note_segments.AttachmentKind] = [
        "images" if file.name.startswith(IMAGE_PREFIX) else "report" for file in files if file.is_sent
    ]
    return note_segments.attachment_segments(opened.profile, kinds, number or "")


def _control_number(opened: Opened) -> str | None:
    """That of the last sending, else the one that the next sending gets."""
    submission = opened.claim.submission
    if submission is not None and submission.control_number:
        return submission.control_number
    return claim_situation.control_number(opened.claim, opened.profile)


def _sheet(title: str, items: tuple[SheetItem, ...]) -> bytes:
    lines = [title, ""]
    for item in items:
        note = f"   ({item.note})" if item.note else ""
        lines.append(f"{item.item:>5}  {item.label}: {item.value}{note}")
    return "\n".join([*lines, ""]).encode()


def _claim_json(
    opened: Opened,
    case: Case,
    contents: dict[str, bytes],
    files: tuple[PackFile, ...],
    control_number: str | None,
    remarks: str,
    sheets: dict[str, tuple[SheetItem, ...]],
) -> dict[str, Any]:
    """The claim as data: that of the export, with the claim's own codes, numbers and attachments in their place."""
    claim, exported = opened.claim, json.loads(contents["claim.json"])
    billing = canonical.object_as_json(authorizations.numbered(claim).billing)
    kind = claim.billing.payer.kind if claim.billing.payer else None
    submission = claim.submission or Submission()
    return {
        **exported,
        **billing,
        "claim_id": claim.claim_id,
        "practice_code": claim.practice_code,
        "diagnosis_pointers": list(diagnosis_help.pointers(claim.billing, kind)),
        "frequency_code": submission.frequency,
        "original_claim_number": submission.original_claim_number,
        "attachment_control_number": control_number,
        "remarks": remarks,
        "attachments": [file.name for file in files if file.is_sent],
        "overrides": [{"gap": one.gap, "reason": one.reason} for one in claim.overrides],
        "first_payer": code_compass.first_payer(case).title,
        "sheets": {
            name: [{"item": one.item, "label": one.label, "value": one.value, "note": one.note} for one in items]
            for name, items in sheets.items()
        },
    }

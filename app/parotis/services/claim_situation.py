"""Where a claim stands, put together for window and command line: checklist, gaps, deadlines, routes, texts."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parotis.domain import narrative
from parotis.domain.claims import (
    authorizations,
    checklist,
    code_compass,
    coverage,
    deadlines,
    diagnosis_help,
    edited_text,
    note_segments,
    routes,
)
from parotis.domain.claims.checklist import ChecklistFacts, Item
from parotis.domain.claims.payers import AttachmentRules
from parotis.domain.errors import DocumentAltered
from parotis.domain.issue import Issue
from parotis.domain.report_composition import is_key
from parotis.services import attachments, drafts, exporting, payers
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from datetime import date

    from parotis.domain.case import Case
    from parotis.domain.claims.authorizations import Standing
    from parotis.domain.claims.coverage import Mismatch, Question
    from parotis.domain.claims.deadlines import Deadline, Reminder
    from parotis.domain.claims.diagnosis_help import Candidate
    from parotis.domain.claims.payers import PayerProfile
    from parotis.domain.claims.records import ClaimRecord
    from parotis.domain.claims.routes import Route
    from parotis.services.claims import Opened
    from parotis.services.desk import Desk
    from parotis.services.ports import SignedDocument

DENTAL_NARRATIVE_LIMIT, MEDICAL_NARRATIVE_LIMIT = 400, 80
"""What 837D and 837P carry in their claim notes where the payer's own limit is not known (domain notes, 6b)."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a person needs to see of one claim.

    ``narrative`` is what would be sent at ``narrative_limit``; ``payers`` are those that can be chosen.
    """

    opened: Opened
    report_state: checklist.ReportState
    items: tuple[Item, ...]
    gaps: tuple[Issue, ...]
    deadlines: tuple[Deadline, ...]
    reminders: tuple[Reminder, ...]
    mismatches: tuple[Mismatch, ...]
    standings: tuple[Standing, ...]
    routes: tuple[Route, ...]
    code_issues: tuple[Issue, ...]
    candidates: tuple[Candidate, ...]
    narrative_limit: int
    narrative: str
    narrative_issues: tuple[Issue, ...]
    outcome: str
    payers: tuple[PayerProfile, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs: plain values."""

        def plain(value: Any) -> Any:
            if dataclasses.is_dataclass(value) and not isinstance(value, type):
                return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
            if isinstance(value, tuple | list):
                return [plain(one) for one in value]
            return value.isoformat() if hasattr(value, "isoformat") else value

        names = (
            "report_state",
            "deadlines",
            "reminders",
            "mismatches",
            "standings",
            "routes",
            "candidates",
            "narrative_limit",
            "narrative",
            "outcome",
        )
        return {
            "checklist": plain(self.items),
            "gaps": plain(self.gaps),
            "code_issues": plain(self.code_issues),
            "narrative_issues": plain(self.narrative_issues),
            **{name: plain(getattr(self, name)) for name in names},
        }


def situation(desk: Desk, opened: Opened) -> Situation:
    """What is known of a claim now."""
    claim, case, profile = opened.claim, case_of(desk, opened), opened.profile
    today = desk.machine.clock.now().date()
    signed = signed_documents(desk, opened)
    state = report_state(opened, signed)
    codes = code_issues(desk, opened, case)
    limit = narrative_limit(claim, profile)
    text, text_issues = narrative_text(claim, case, limit)
    facts = ChecklistFacts(
        profile=profile,
        today=today,
        report_state=state,
        code_issues=codes,
        narrative_issues=text_issues,
        attachment_problems=attachment_problems(desk, opened, case, signed or ()),
        has_labelled_key_image=any(exporting.is_kept(desk, image) for image in exporting.labelled_key_images(case)),
    )
    items = checklist.items(claim, case, facts)
    call = claim.call
    lapsing = deadlines.deadlines(claim, profile, today)
    outcomes = payers.outcomes(desk)
    return Situation(
        opened=opened,
        report_state=state,
        items=items,
        gaps=checklist.gaps(items),
        deadlines=lapsing,
        reminders=deadlines.reminders(lapsing, today),
        mismatches=coverage.mismatches(case, claim.billing, call) if call else (),
        standings=tuple(
            authorizations.standing(claim, kind, profile, today) for kind in ("predetermination", "authorization")
        ),
        routes=routes.routes(claim, claim.remittance, profile, today) if claim.remittance else (),
        code_issues=codes,
        candidates=diagnosis_help.candidates(case, desk.machine.icd, claim.service_date or today),
        narrative_limit=limit,
        narrative=text,
        narrative_issues=text_issues,
        outcome=outcomes.get(claim.payer_key or "", ""),
        payers=tuple(one.profile for one in payers.profiles(desk)),
    )


@dataclass(frozen=True, slots=True)
class CallSheet:
    """What to ask this payer, what the last call left open, and what of the call is missing or cannot be read."""

    questions: tuple[Question, ...]
    left_open: tuple[Question, ...]
    problems: tuple[tuple[str, str], ...]


def call_sheet(opened: Opened) -> CallSheet:
    """The scripted questions for this claim and study."""
    claim, payer = opened.claim, opened.claim.billing.payer
    asked = coverage.questions(payer.kind if payer else None, opened.exam.case.rationale.reason, opened.profile)
    if claim.call is None:
        return CallSheet(asked, asked, ())
    return CallSheet(asked, coverage.open_questions(claim.call, asked), coverage.problems_of(claim.call))


def gaps(desk: Desk, opened: Opened) -> tuple[Issue, ...]:
    """What keeps the claim from being sent."""
    return situation(desk, opened).gaps


def overridable(desk: Desk, opened: Opened) -> frozenset[str]:
    """The gaps that may be gone over with a reason."""
    found = situation(desk, opened)
    return frozenset(item.id for item in found.items if item.is_overridable)


def by_person(desk: Desk, opened: Opened) -> frozenset[str]:
    """The items of the checklist that a person ticks."""
    return frozenset(item.id for item in situation(desk, opened).items if item.how == "person")


def case_of(desk: Desk, opened: Opened) -> Case:
    """The case of the exam with the claim's own codes, payer, subscriber and the payer's numbers in it."""
    case = desk.resolved(opened.exam.case)
    return dataclasses.replace(case, claim=authorizations.numbered(opened.claim).billing)


def signed_documents(desk: Desk, opened: Opened) -> tuple[SignedDocument, ...] | None:
    """The signed reports of the claim's exam, oldest first; None when one is not what was signed."""
    if opened.exam.state is not ExamState.SIGNED:
        return ()
    try:
        with desk.unit_of_work() as work:
            return work.documents.of_exam(opened.exam.exam_id)
    except DocumentAltered:
        return None


def report_state(opened: Opened, signed: tuple[SignedDocument, ...] | None) -> checklist.ReportState:
    """How the signed report stands on which the claim rests; ``signed`` as of ``signed_documents``."""
    if signed is None:
        return "altered"
    if not signed:
        return "unsigned"
    rests_on = opened.claim.document_id or opened.exam.document_id
    return "signed" if rests_on == signed[-1].document_id else "superseded"


def attachment_problems(desk: Desk, opened: Opened, case: Case, signed: tuple[SignedDocument, ...]) -> tuple[str, ...]:
    """What the payer's channel would refuse, as far as is known before the pack is made: types, count, report size."""
    rules = opened.profile.attachments if opened.profile else None
    document = next((one for one in signed if one.document_id == opened.claim.document_id), None)
    if rules is None or rules == AttachmentRules() or document is None:
        return ()  # a report that is missing or altered is told by its own item
    with desk.unit_of_work() as work:
        kept = [image for image in case.images if is_key(image) and work.pictures.has(*drafts.picture_key(image))]
    pages = desk.machine.composer.page_count(document.pdf)
    files = attachments.chosen(attachments.sizes_known(len(document.pdf), pages, len(kept)), rules)
    return tuple(issue.text for issue in attachments.channel_problems(files, rules))


def code_issues(desk: Desk, opened: Opened, case: Case) -> tuple[Issue, ...]:
    """What the code sets and the record say against procedures and diagnoses of the claim."""
    claim, today = opened.claim, desk.machine.clock.now().date()
    kind = claim.billing.payer.kind if claim.billing.payer else None
    on = claim.service_date or today
    with desk.unit_of_work() as work:
        others = [work.claims.get(one)[0] for one in work.claims.of_exam(claim.exam_id) if one != claim.claim_id]
    billed = tuple(one.billing for one in others if one.submissions)
    return (
        *code_compass.pairing_issues(
            claim.billing, desk.machine.cdt, on=on, overrides=claim.overrides, other_claims=billed
        ),
        *diagnosis_help.diagnosis_issues(claim.billing, case, desk.machine.icd, kind, on),
    )


def narrative_limit(claim: ClaimRecord, profile: PayerProfile | None) -> int:
    """The payer's own limit, else what the transaction carries."""
    if profile is not None and profile.narrative_limit:
        return profile.narrative_limit
    kind = claim.billing.payer.kind if claim.billing.payer else None
    return MEDICAL_NARRATIVE_LIMIT if kind == "medical" else DENTAL_NARRATIVE_LIMIT


def narrative_text(claim: ClaimRecord, case: Case, limit: int) -> tuple[str, tuple[Issue, ...]]:
    """What would be sent at a limit, composed or changed by hand, and what the record says against the change."""
    composed = narrative.compose(case, limit).text
    edit = next((one for one in claim.edits if one.limit == limit), None)
    if edit is None or edit.text is None:
        return composed, ()
    found = edited_text.edit_issues(case, edit.text, edit.composed or composed)
    return edit.text, (*_unfit(edit.text, limit), *found)


def _unfit(text: str, limit: int) -> tuple[Issue, ...]:
    """A text that says nothing, or that the payer's channel would cut off in the middle."""
    if not any(map(str.isalnum, text)):
        return (Issue("narrative.empty", "blocks", "edits", "The narrative is empty."),)
    if len(text) > limit:
        told = f"The narrative has {len(text):,} characters, and the payer takes {limit:,}."
        return (Issue("narrative.too_long", "blocks", "edits", told),)
    return ()


def control_number(claim: ClaimRecord, profile: PayerProfile | None) -> str | None:
    """The attachment control number; none where the payer wants attachments only on request."""
    if profile is not None and profile.attachments.when == "on-request":
        return None
    return note_segments.attachment_control_number(claim.claim_id)


def age_days(claim: ClaimRecord, today: date) -> int | None:
    """Days since the claim was sent last."""
    return deadlines.age_days(claim, today)

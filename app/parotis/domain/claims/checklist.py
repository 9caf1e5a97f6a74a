"""What a claim needs before it is sent, item by item: most tick themselves from the record, some only a person can.

A gap that blocks keeps the claim from being sent. Some gaps may be gone over with a reason, which is kept; a report
that is not signed, or a claim without procedure, diagnosis, payer or member number, may not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from parotis.domain import denial_risk
from parotis.domain.checking.context import is_blank
from parotis.domain.claims import authorizations, coverage, deadlines
from parotis.domain.issue import Issue

if TYPE_CHECKING:
    from parotis.domain.case import Case
    from parotis.domain.claims.payers import PayerProfile
    from parotis.domain.claims.records import AuthorizationKind, ClaimRecord

ReportState = Literal["unsigned", "signed", "superseded", "altered"]
Group = Literal["verification", "authorization", "documentation", "codes", "attachments", "consent", "signature"]
How = Literal["record", "person", "override"]

GROUP_LABELS: dict[Group, str] = {
    "verification": "Verification",
    "authorization": "Authorization",
    "documentation": "Documentation",
    "codes": "Codes",
    "attachments": "Attachments",
    "consent": "Consent",
    "signature": "Signature",
}
GAP_PREFIX = "claims.gap."
_NOT_DOCUMENTATION = frozenset({"consent", "codes", "member", "authorization", "images", "image-labels"})
"""Elements of the read-out that have items of their own here."""
_OVER = "Gone over with a reason: "


@dataclass(frozen=True, slots=True)
class ChecklistFacts:
    """What the checklist asks of code sets, files and texts, found out by others.

    ``attachment_problems`` are fixed sentences of the pre-flight of the files; ``has_labelled_key_image`` is whether a
    key image with structure, side and plane is in the record.
    """

    profile: PayerProfile | None
    today: dt.date
    report_state: ReportState
    code_issues: tuple[Issue, ...] = ()
    narrative_issues: tuple[Issue, ...] = ()
    attachment_problems: tuple[str, ...] = ()
    has_labelled_key_image: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``how`` says what ticks it: the record, a person, or that somebody went over the gap with a reason.

    ``path`` is the field that fills it: of the case, with ``claim.`` for the claim's own codes, payer and subscriber,
    or a part of the claim such as ``calls``; None where nothing is missing or there is no field.
    """

    id: str
    group: Group
    label: str
    is_met: bool
    is_blocking: bool
    how: How
    text: str
    path: str | None = None
    is_overridable: bool = False


def items(claim: ClaimRecord, case: Case, facts: ChecklistFacts) -> tuple[Item, ...]:
    """Every item, by group in the order of the work.

    Args:
        claim: the claim.
        case: the exam; procedures, diagnoses, payer and subscriber are those of the claim.
        facts: what is known besides.
    """
    own = replace(case, claim=claim.billing)
    found = (
        *_verification(claim, own, facts),
        *_authorization(claim, facts),
        *_documentation(own, facts),
        *_codes(claim, facts),
        *_attachments(claim, facts),
        *_consent(own),
        *_signature(facts),
    )
    return tuple(_with_person(item, claim) for item in found)


def gaps(found: tuple[Item, ...]) -> tuple[Issue, ...]:
    """The items that block, are not met and were not gone over, as issues with the code ``claims.gap.<id>``."""
    return tuple(
        Issue(f"{GAP_PREFIX}{item.id}", "blocks", item.path or "", item.text)
        for item in found
        if item.is_blocking and not item.is_met and item.how != "override"
    )


def _with_person(item: Item, claim: ClaimRecord) -> Item:
    """The item after what persons said: a tick where only a person can tell, an override where one is allowed."""
    if item.how == "person":
        return replace(item, is_met=any(tick.item == item.id for tick in claim.ticks))
    over = next((one for one in claim.overrides if one.gap == item.id), None)
    if item.is_blocking and not item.is_met and item.is_overridable and over is not None:
        return replace(item, how="override", text=f"{_OVER}{item.text}")
    return item


def _item(
    group: Group,
    id_: str,
    label: str,
    is_met: bool,
    texts: tuple[str, str],
    path: str | None = None,
    *,
    blocks: bool = False,
    overridable: bool = False,
) -> Item:
    """An item that ticks itself; ``texts`` are the sentence when it is met and when it is not."""
    shown = texts[0] if is_met else texts[1]
    return Item(id_, group, label, is_met, blocks, "record", shown, None if is_met else path, overridable)


def _by_person(group: Group, id_: str, label: str, text: str) -> Item:
    return Item(id_, group, label, False, False, "person", text)


def _verification(claim: ClaimRecord, case: Case, facts: ChecklistFacts) -> Iterator[Item]:
    payer, holder, profile = claim.billing.payer, claim.billing.subscriber, facts.profile
    has_payer = payer is not None and not is_blank(payer.name)
    texts = ("The payer is recorded.", "The payer is missing.")
    yield _item("verification", "payer", "Payer", has_payer, texts, "claim.payer.name", blocks=True)
    has_kind = payer is not None and payer.kind is not None
    texts = ("Dental or medical is recorded.", "Whether the payer is dental or medical is missing.")
    yield _item("verification", "payer-kind", "Kind of payer", has_kind, texts, "claim.payer.kind")
    has_member = holder is not None and not is_blank(holder.member_id)
    texts = ("The member number is recorded.", "The member number of the subscriber is missing.")
    yield _item(
        "verification", "member-id", "Member number", has_member, texts, "claim.subscriber.member_id", blocks=True
    )
    texts = ("The practice has a profile of this payer.", "No profile of this payer: its rules are not known here.")
    yield _item("verification", "payer-profile", "Rules of the payer", profile is not None, texts, "payer_key")
    yield _coverage(claim, facts)
    yield _member(claim, case)
    yield _filing(claim, facts)
    yield _by_person(
        "verification",
        "other-coverage",
        "Other coverage",
        "Ask whether the patient has other coverage, and which payer comes first: one study goes to one payer first.",
    )


def _coverage(claim: ClaimRecord, facts: ChecklistFacts) -> Item:
    call, on = claim.call, claim.service_date or facts.today
    is_known = call is not None and not coverage.is_expired(call, facts.profile, on)
    missing = "Coverage was not asked."
    if call is not None and not is_known:
        missing = "What the payer said on coverage no longer held on the day of the study: ask again."
        if claim.service_date is None:
            missing = "What the payer said on coverage no longer holds: ask again."
    return _item("verification", "coverage", "Coverage asked", is_known, ("Coverage was asked.", missing), "calls")


def _member(claim: ClaimRecord, case: Case) -> Item:
    call = claim.call
    found = coverage.mismatches(case, claim.billing, call) if call is not None else ()
    was_told = call is not None and call.member != type(call.member)()
    missing = " ".join(one.text for one in found) or "The payer was not asked how the member is written there."
    texts = ("The member is written as the payer has it.", missing)
    return _item("verification", "member", "Member as the payer has it", was_told and not found, texts, "calls")


def _filing(claim: ClaimRecord, facts: ChecklistFacts) -> Item:
    due = deadlines.filing_due(claim, facts.profile)
    sent = claim.submissions[0].sent_on if claim.submissions else None
    is_met = due is not None and (sent or facts.today) <= due
    missing = "The time for filing has passed."
    if due is None:
        is_dated = facts.profile is not None and facts.profile.timely_filing_days is not None
        missing = f"The time for filing is {deadlines.NOT_KNOWN}."
        if is_dated:
            missing = "The time for filing begins with the date of service, which is not recorded."
    return _item(
        "verification",
        "timely-filing",
        "Timely filing",
        is_met,
        ("The time for filing is kept.", missing),
        None,
        blocks=due is not None,
        overridable=True,
    )


def _authorization(claim: ClaimRecord, facts: ChecklistFacts) -> Iterator[Item]:
    kinds: tuple[AuthorizationKind, ...] = ("authorization", "predetermination")
    for kind in kinds:
        found = authorizations.standing(claim, kind, facts.profile, facts.today)
        is_met = found.holds or (not found.is_required and found.state == "not-needed")
        yield _item(
            "authorization",
            kind,
            authorizations.LABELS[kind],
            is_met,
            (found.text, found.text),
            "authorizations",
            blocks=found.is_required,
            overridable=True,
        )


def _documentation(case: Case, facts: ChecklistFacts) -> Iterator[Item]:
    for element in denial_risk.read_out(case):
        if element.id not in _NOT_DOCUMENTATION:
            texts = (element.text, element.text)
            yield _item(
                "documentation", f"documentation.{element.id}", element.label, element.is_met, texts, element.path
            )
    blocking = tuple(issue for issue in facts.narrative_issues if issue.blocks)
    first = blocking[0] if blocking else None
    texts = ("The narrative says what is recorded.", _told(blocking))
    path = (first.path if first else "") or "edits"
    yield _item("documentation", "narrative", "Narrative", not blocking, texts, path, blocks=True)
    yield _by_person(
        "documentation",
        "narrative-read",
        "Narrative read",
        "Read the narrative as it will be sent: it speaks of this patient and says no more than the report.",
    )


def _told(issues: tuple[Issue, ...]) -> str:
    more = f" ({len(issues)} in all.)" if len(issues) > 1 else ""
    return f"{issues[0].text}{more}" if issues else ""


def _codes(claim: ClaimRecord, facts: ChecklistFacts) -> Iterator[Item]:
    billing = claim.billing
    has_procedure = any(not is_blank(one.code) for one in billing.procedures)
    texts = ("The procedure is recorded.", "The claim has no procedure.")
    yield _item("codes", "procedure", "Procedure", has_procedure, texts, "claim.procedures", blocks=True)
    has_fee = has_procedure and all(not is_blank(one.fee) for one in billing.procedures)
    place = next((place for place, one in enumerate(billing.procedures) if is_blank(one.fee)), None)
    texts = ("Every procedure has its fee.", "A procedure has no fee.")
    path = f"claim.procedures[{place}].fee" if place is not None else "claim.procedures"
    yield _item("codes", "fee", "Fee", has_fee, texts, path)
    has_diagnosis = any(not is_blank(code) for code in billing.diagnoses)
    texts = ("The diagnosis is recorded.", "The claim has no diagnosis to justify the procedure.")
    yield _item("codes", "diagnosis", "Diagnosis", has_diagnosis, texts, "claim.diagnoses", blocks=True)
    blocking = tuple(dict.fromkeys(issue for issue in facts.code_issues if issue.blocks))
    if not blocking:
        texts = ("Nothing speaks against the codes.", "")
        yield _item("codes", "codes", "Codes fit together", True, texts, blocks=True)
    for issue in blocking:
        # A gap of its own for each, so that going over one does not go over another that comes later.
        id_ = f"codes.{issue.code}:{issue.path}"
        texts = ("", issue.text)
        yield _item("codes", id_, "Codes fit together", False, texts, issue.path, blocks=True, overridable=True)
    advising = tuple(issue for issue in facts.code_issues if not issue.blocks)
    if advising:
        yield _by_person("codes", "codes-advice", "Advice on the codes weighed", _told(advising))


def _attachments(claim: ClaimRecord, facts: ChecklistFacts) -> Iterator[Item]:
    is_study = any((one.code or "").strip().upper() == "D0370" for one in claim.billing.procedures)
    texts = ("A key image with its labels is in the record.", "No key image names structure, side and plane.")
    yield _item(
        "attachments",
        "key-image",
        "Labelled key image",
        facts.has_labelled_key_image,
        texts,
        "images",
        blocks=is_study,
        overridable=True,
    )
    problems = facts.attachment_problems
    more = f" ({len(problems)} problems in all.)" if len(problems) > 1 else ""
    texts = ("Nothing speaks against the files.", f"{problems[0]}{more}" if problems else "")
    yield _item("attachments", "files", "Files for the payer", not problems, texts, None, blocks=True, overridable=True)
    yield _by_person(
        "attachments",
        "files-looked-at",
        "Files looked at",
        "Look at the files as they will be sent: the right patient, readable, and no more than the payer needs.",
    )


def _consent(case: Case) -> Iterator[Item]:
    consent = case.exam.consent
    is_given = consent is not None and bool(consent.given)
    texts = ("The patient's consent is recorded.", "The patient's consent is missing.")
    yield _item(
        "consent",
        "consent",
        "Consent",
        is_given,
        texts,
        "exam.consent.given",
        blocks=True,
        overridable=True,
    )
    yield _by_person(
        "consent",
        "cost-told",
        "Patient knows the cost",
        "Tell the patient, before the study, what it costs and that the plan may not pay it.",
    )


_REPORT_TEXTS: dict[ReportState, str] = {
    "unsigned": "The report is not signed: there is nothing to bill.",
    "signed": "The report is signed, and its file is as it was signed.",
    "superseded": "A newer signed report is in the record: the claim must rest on that one.",
    "altered": "The signed report is not what was signed: stop and find out why.",
}


def _signature(facts: ChecklistFacts) -> Iterator[Item]:
    text = _REPORT_TEXTS[facts.report_state]
    is_met = facts.report_state == "signed"
    yield _item("signature", "report", "Signed report", is_met, (text, text), "document_id", blocks=True)

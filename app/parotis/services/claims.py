"""Claims as a practice works on them: opened for an exam, changed by entries alone, each kept with who and when.

An entry is judged by ``lifecycle.problems`` (dates, amounts, steps) and, where it sends the claim, by the checklist;
the claim, its line in the lists and its history then change in one transaction.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parotis.domain import canonical, narrative
from parotis.domain.case import Payer
from parotis.domain.claims import deadlines, entries, lifecycle, money
from parotis.domain.claims.records import ClaimRecord
from parotis.domain.errors import NotFound, RulesBroken, StaleDraft, StorageCorrupt, UnreadableImage, UnreadableInput
from parotis.services import claim_situation, payers
from parotis.services.case_files import printed, schema_problems
from parotis.services.claim_ports import ClaimEvent, ClaimFile, ClaimRow
from parotis.services.drafts import new_exam_id
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from parotis.domain.claims.entries import Entry
    from parotis.domain.claims.payers import PayerProfile
    from parotis.domain.claims.records import Appeal, FileKind
    from parotis.services.claim_ports import ClaimFilter, DueKind
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRecord, UnitOfWork

log = logging.getLogger(__name__)

ENTRIES_SCHEMA = "schema/parotis-claim-entries-1.schema.json"
LARGEST_FILE_BYTES = 25_000_000
LARGEST_ENTRY_BYTES = 500_000
_MEDIA = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_LISTED_PAGE = 500
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Opened:
    """A claim as stored, with the exam it is about and what is known of its payer."""

    claim: ClaimRecord
    revision: int
    exam: ExamRecord
    profile: PayerProfile | None


def open_claim(desk: Desk, exam_id: str) -> ClaimRecord:
    """The claim of an exam: the newest that is not closed, or a new one that begins with the codes of the case.

    A claim may begin before the exam is signed, because coverage is asked before the scan; it cannot be sent then.

    Raises:
        NotFound: there is no such exam. Refused: the role may not work on claims.
    """
    desk.require("claims.edit", exam_id)
    with desk.unit_of_work() as work:
        exam = work.exams.get(exam_id)
    claim = _following(desk, ClaimRecord(claim_id=new_exam_id(), exam_id=exam_id), exam)
    opened = Opened(claim, 1, exam, _profile(desk, claim))
    with desk.unit_of_work() as work:
        known = _open_claim_of(work, exam_id)
        if known is None:
            work.claims.insert(claim, row_of(desk, opened))
            work.audit.append(desk.entry("claim-opened", claim.claim_id, exam_id))
            work.commit()
    return claim if known is None else load(desk, known).claim


def newest_of_exam(desk: Desk, exam_id: str) -> str | None:
    """The id of the newest claim of an exam, closed or not; None when none was begun."""
    with desk.unit_of_work() as work:
        return next(reversed(work.claims.of_exam(exam_id)), None)


def _open_claim_of(work: UnitOfWork, exam_id: str) -> str | None:
    for claim_id in reversed(work.claims.of_exam(exam_id)):
        if work.claims.get(claim_id)[0].state != "closed":
            return claim_id
    return None


def load(desk: Desk, claim_id: str) -> Opened:
    """The claim as stored.

    Raises:
        NotFound: there is none.
    """
    with desk.unit_of_work() as work:
        claim, revision = work.claims.get(claim_id)
        exam = work.exams.get(claim.exam_id)
    claim = _following(desk, claim, exam)
    return Opened(claim, revision, exam, _profile(desk, claim))


def _following(desk: Desk, claim: ClaimRecord, exam: ExamRecord) -> ClaimRecord:
    """The claim with what it takes from its exam: codes that nobody set for the claim, and once the exam is signed its
    report and the day on which it was performed, where it was performed.
    """
    billing, payer_key = claim.billing, claim.payer_key
    if not claim.has_own_codes:
        payer = claim.billing.payer if claim.has_own_payer else exam.case.claim.payer
        if not claim.has_own_payer and (payer_key is None or payer != claim.billing.payer):
            payer_key = _key_for(desk, payer)
        billing = dataclasses.replace(exam.case.claim, payer=payer)
    is_signed, performed_at = exam.state is ExamState.SIGNED, exam.case.exam.performed_at
    return dataclasses.replace(
        claim,
        billing=billing,
        payer_key=payer_key,
        document_id=claim.document_id or (exam.document_id if is_signed else None),
        service_date=claim.service_date or (performed_at.date() if is_signed and performed_at else None),
    )


def _key_for(desk: Desk, payer: Payer | None) -> str | None:
    profile = payers.profile_for(desk, payer, _today(desk)) if payer is not None else None
    return profile.key if profile is not None else None


def rows_of_exam(desk: Desk, exam: ExamRecord) -> tuple[ClaimRow, ...]:
    """The lines of an exam's claims in the lists as the exam makes them: name, chart, codes, days.

    A damaged claim keeps its line as it is and is told when it is opened: it must not keep an exam from being saved.
    """
    stored: list[tuple[ClaimRecord, int]] = []
    with desk.unit_of_work() as work:
        for claim_id in work.claims.of_exam(exam.exam_id):
            try:
                stored.append(work.claims.get(claim_id))
            except StorageCorrupt:
                log.warning("a stored claim is damaged: its line in the lists stays as it is")
    followed = [(_following(desk, claim, exam), revision) for claim, revision in stored]
    return tuple(row_of(desk, Opened(claim, revision, exam, _profile(desk, claim))) for claim, revision in followed)


def history(desk: Desk, claim_id: str) -> tuple[ClaimEvent, ...]:
    """What was recorded, oldest first."""
    with desk.unit_of_work() as work:
        return work.claims.events(claim_id)


def read_entry(desk: Desk, document: Any) -> Entry:
    """An entry from JSON values: an object with ``kind`` and the fields of that kind.

    Raises:
        UnreadableInput: every problem with its path.
    """
    kind = document.get("kind") if isinstance(document, dict) else None
    made = entries.FROM_OUTSIDE.get(kind) if isinstance(kind, str) else None
    if made is None:
        kinds = ", ".join(entries.FROM_OUTSIDE)
        raise UnreadableInput([("kind", f"An entry is an object whose kind is one of: {kinds}.")])
    fields = {name: value for name, value in document.items() if name != "kind"}
    schema = json.dumps(json.loads(desk.machine.resources.read(ENTRIES_SCHEMA))[kind]).encode()
    problems = schema_problems(fields, schema)
    if problems:
        raise UnreadableInput(sorted({(printed(path), text) for path, text in problems}))
    entry: Entry = canonical.object_from_json(fields, made)
    if isinstance(entry, entries.AppealDrafted) and entry.appeal.file_sha256 is not None:
        raise UnreadableInput([("appeal.file_sha256", "The program puts this in when the appeal is signed.")])
    return entry


@dataclass(frozen=True, slots=True)
class Step:
    """One entry judged and applied, not stored yet."""

    after: Opened
    event: ClaimEvent


def record(desk: Desk, claim_id: str, *recorded: Entry, expected_revision: int | None = None) -> ClaimRecord:
    """Record entries, all or none, and return the claim after them.

    ``expected_revision`` is the one that the person looked at; None takes the stored one.

    Raises:
        Refused: the role may not work on claims.
        UnreadableInput: an entry cannot be: step, date or amount; each problem with its path.
        RulesBroken: the claim would be sent with gaps that block.
        StaleDraft: somebody else recorded something meanwhile. NotFound: there is no such claim.
    """
    desk.require("claims.edit", claim_id)
    for _ in range(_TRIES - 1 if expected_revision is None else 0):
        try:
            return _recorded(desk, claim_id, recorded, None)
        except StaleDraft:  # somebody was quicker; nobody looked at a revision, so the entries are judged anew
            continue
    return _recorded(desk, claim_id, recorded, expected_revision)


def _recorded(desk: Desk, claim_id: str, recorded: Sequence[Entry], expected_revision: int | None) -> ClaimRecord:
    before = load(desk, claim_id)
    if expected_revision is not None and expected_revision != before.revision:
        raise StaleDraft(before.revision)
    steps = steps_of(desk, before, recorded)
    with desk.unit_of_work() as work:
        store(desk, work, steps)
        work.commit()
    return steps[-1].after.claim if steps else before.claim


def steps_of(desk: Desk, before: Opened, recorded: Sequence[Entry]) -> tuple[Step, ...]:
    """The entries one after another, judged; nothing is stored. Raises as ``record``."""
    steps: list[Step] = []
    for number, entry in enumerate(recorded):
        try:
            steps.append(_step(desk, before, entry))
        except UnreadableInput as error:
            if len(recorded) == 1:
                raise
            raise UnreadableInput(
                [(f"[{number}].{path}".rstrip("."), text) for path, text in error.problems]
            ) from error
        before = steps[-1].after
    return tuple(steps)


def _step(desk: Desk, before: Opened, entry: Entry) -> Step:
    now, claim = desk.machine.clock.now(), before.claim
    problems = lifecycle.problems(claim, entry, now.date())
    if problems:
        raise UnreadableInput(problems)
    entry = _completed(desk, before, entry)
    after = entries.after(claim, entry, by=desk.session.user.user_id, at=now)
    if isinstance(entry, entries.CodesSet) and after.billing.payer != claim.billing.payer:
        after = dataclasses.replace(after, payer_key=_key_for(desk, after.billing.payer))
    profile = before.profile if after.payer_key == claim.payer_key else _profile(desk, after)
    event = ClaimEvent(
        seq=0,
        claim_id=claim.claim_id,
        at=now,
        user_id=desk.session.user.user_id,
        kind=entry.kind,
        from_state=claim.state,
        to_state=after.state,
        entry_json=json.dumps(canonical.object_as_json(entry), ensure_ascii=False),
    )
    if len(event.entry_json.encode()) > LARGEST_ENTRY_BYTES:
        raise UnreadableInput([("", f"The entry is larger than {LARGEST_ENTRY_BYTES // 1000} kB.")])
    return Step(Opened(after, before.revision + 1, before.exam, profile), event)


def store(desk: Desk, work: UnitOfWork, steps: Sequence[Step]) -> None:
    """Write steps inside a unit of work of the caller. Raises StaleDraft, NotFound."""
    for step in steps:
        claim, event = step.after.claim, step.event
        work.claims.save(claim, row_of(desk, step.after), event, expected_revision=step.after.revision - 1)
        work.audit.append(desk.entry(f"claim-{event.kind}", claim.claim_id, f"{event.from_state} {event.to_state}"))


def _completed(desk: Desk, before: Opened, entry: Entry) -> Entry:
    """The entry with what only the program may say, judged against the checklist where it sends the claim."""
    claim = before.claim
    match entry:
        case entries.Sent(submission):
            _refuse_gaps(desk, before)
            sent = dataclasses.replace(
                submission,
                document_id=claim.document_id,
                charged=money.text_of(charged_cents(claim)),
                control_number=submission.control_number or claim_situation.control_number(claim, before.profile),
            )
            return entries.Sent(sent)
        case entries.StateChanged(to="ready"):
            _refuse_gaps(desk, before)
        case entries.ReportTaken():
            return entries.ReportTaken(_newest_document(desk, before.exam))
        case entries.NarrativeChanged(limit=int(limit)):
            return dataclasses.replace(entry, composed=narrative.compose(before.exam.case, limit).text)
        case entries.AppealSent():
            drafted = claim.appeal
            return dataclasses.replace(entry, file_sha256=drafted.file_sha256 if drafted else None)
        case entries.PayerChosen(str(payer_key)):
            return entries.PayerChosen(payer_key, _named(payers.profile(desk, payer_key), claim.billing.payer))
        case entries.GapOverridden(str(gap)):
            if gap not in claim_situation.overridable(desk, before):
                raise UnreadableInput([("gap", "The checklist has no such gap that can be gone over.")])
        case entries.Ticked(str(item)) if item not in {tick.item for tick in claim.ticks}:
            if item not in claim_situation.by_person(desk, before):
                raise UnreadableInput([("item", "The checklist has no such item that a person ticks.")])
        case entries.Assigned(str(login)):
            if login not in {user.login for user in desk.session.users() if not user.disabled}:
                raise UnreadableInput([("to", "There is no such account.")])
        case _:
            pass
    return entry


def _named(profile: PayerProfile, before: Payer | None) -> Payer:
    """The payer of a profile for the claim form; an id that is one of the profile's stays."""
    known = before.id if before and before.id in profile.payer_ids else None
    return Payer(profile.name, known or next(iter(profile.payer_ids), None), profile.kind)


def _refuse_gaps(desk: Desk, before: Opened) -> None:
    found = claim_situation.gaps(desk, before)
    if found:
        raise RulesBroken(found)


def _newest_document(desk: Desk, exam: ExamRecord) -> str:
    if exam.state is not ExamState.SIGNED:
        raise NotFound("no signed report")
    with desk.unit_of_work() as work:
        return work.documents.of_exam(exam.exam_id)[-1].document_id


def keep_file(desk: Desk, claim_id: str, data: bytes, kind: FileKind = "letter") -> ClaimFile:
    """Keep a scanned letter or another file on the claim: PDF, JPEG or PNG.

    Raises:
        UnreadableInput: it is none of these, or too large.
    """
    desk.require("claims.edit", claim_id)
    media = next((media for start, media in _MEDIA if data.startswith(start)), None)
    if media is None:
        raise UnreadableInput([("file", "Only PDF, JPEG and PNG files are kept on a claim.")])
    if len(data) > LARGEST_FILE_BYTES:
        raise UnreadableInput([("file", f"The file is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.")])
    _refuse_broken(desk, data, media)
    file = made_file(desk, data, kind, media)
    steps = steps_of(desk, load(desk, claim_id), [entries.FileKept(file.sha256, kind)])
    with desk.unit_of_work() as work:
        work.claims.put_file(claim_id, file)
        store(desk, work, steps)
        work.commit()
    return file


def _refuse_broken(desk: Desk, data: bytes, media: str) -> None:
    """An appeal takes the kept letters in, so that one that cannot be read would be found out too late."""
    try:
        if media == "application/pdf":
            desk.machine.composer.merged([data], {})
        else:
            desk.machine.pictures.decode(data, suffix=f".{media.rpartition('/')[2]}", frame=None)
    except (UnreadableInput, UnreadableImage) as error:
        raise UnreadableInput([("file", "The file cannot be read: it is damaged or protected.")]) from error


def kept_file(desk: Desk, claim_id: str, sha256: str) -> ClaimFile:
    """A file that is kept on the claim.

    Raises:
        NotFound: the claim has no such file. DocumentAltered: it is not what was kept.
    """
    desk.require("claims.edit", claim_id)
    with desk.unit_of_work() as work:
        return work.claims.file(claim_id, sha256)


def save_file(desk: Desk, claim_id: str, what: str, data: bytes, path: Path) -> None:
    """Write a letter, a paper or a kept file of a claim to a place that the person chose; it is read back.

    ``what`` is the program's word for it and goes into the audit chain with the hash; the path does not.

    Raises:
        Refused: the role may not work on claims. TargetNotWritable.
    """
    desk.require("claims.edit", claim_id)
    desk.note("claim-file-saved", claim_id, f"{what} {hashlib.sha256(data).hexdigest()}")
    desk.machine.destination.write_file(path, data)


def keep_appeal(desk: Desk, before: Opened, file: ClaimFile, appeal: Appeal) -> None:
    """Keep a signed appeal and note in its draft which file it is."""
    recorded: list[Entry] = [entries.FileKept(file.sha256, file.kind), entries.AppealDrafted(appeal)]
    steps = steps_of(desk, before, recorded)
    with desk.unit_of_work() as work:
        work.claims.put_file(before.claim.claim_id, file)
        store(desk, work, steps)
        work.commit()


def made_file(desk: Desk, data: bytes, kind: FileKind, media_type: str) -> ClaimFile:
    """A file that the person at the keyboard keeps now."""
    now, user = desk.machine.clock.now(), desk.session.user
    return ClaimFile(hashlib.sha256(data).hexdigest(), kind, media_type, now, user.user_id, data)


def export_csv(desk: Desk, wanted: ClaimFilter) -> bytes:
    """The claims that a filter shows as CSV whose cells no spreadsheet runs; UTF-8 with a byte order mark."""
    from parotis.domain.spreadsheet_text import csv_text

    desk.require("claims.edit")
    rows: list[tuple[str, ...]] = [
        (
            "Claim", "Exam", "State", "Chart", "Family name", "Given name", "Date of service", "Payer", "Charged",
            "Paid", "Sent on", "Next action", "Next action on", "Due on", "Due", "Denied for", "Assigned to",
        )
    ]  # fmt: skip
    offset = 0
    while page := desk.records.queries.claims(wanted, limit=_LISTED_PAGE, offset=offset):
        rows += map(_csv_row, page)
        offset += len(page)
    desk.note("claims-exported", "", str(len(rows) - 1))
    return csv_text(rows).encode("utf-8-sig")


def _csv_row(row: ClaimRow) -> tuple[str, ...]:
    def day(value: date | None) -> str:
        return value.isoformat() if value else ""

    return (
        row.claim_id,
        row.exam_id,
        lifecycle.STATE_WORDS[row.state],
        row.chart_number,
        row.family_name,
        row.given_name,
        day(row.service_date),
        row.payer_name,
        money.text_of(row.charged_cents),
        money.text_of(row.paid_cents),
        day(row.sent_on),
        row.next_action or "",
        day(row.next_action_on),
        day(row.due_on),
        row.due_kind or "",
        row.denied_for,
        row.assigned_to or "",
    )


def charged_cents(claim: ClaimRecord) -> int:
    """The full fees of the procedures."""
    return sum(money.cents(one.fee) * (one.quantity or 1) for one in claim.billing.procedures)


def paid_cents(claim: ClaimRecord) -> int:
    """What was paid in all, corrections taken off."""
    return sum(money.cents(one.paid) for one in claim.remittances)


def denied_for(claim: ClaimRecord) -> str:
    """The codes of the last denial, whole or in part: ``16 N706``; empty when nothing was denied."""
    for remittance in reversed(claim.remittances):
        if lifecycle.state_by_amounts(remittance) != "paid":
            return " ".join(lifecycle.denial_codes(remittance))
    return ""


def row_of(desk: Desk, opened: Opened) -> ClaimRow:
    """The line of the lists."""
    claim, patient = opened.claim, opened.exam.case.patient
    by_kind = {one.kind: one.on for one in deadlines.deadlines(claim, opened.profile, _today(desk))}
    filing, appeal, action = by_kind.get("filing"), by_kind.get("appeal"), by_kind.get("action")
    due: list[tuple[date, DueKind]] = []
    due += [(filing, "filing")] if filing else []
    due += [(appeal, "appeal")] if appeal else []
    due += [(action, "action")] if action else []
    due_on, due_kind = min(due, default=(None, None))
    payer = claim.billing.payer
    submission = claim.submission
    return ClaimRow(
        claim_id=claim.claim_id,
        exam_id=claim.exam_id,
        state=claim.state,
        chart_number=patient.chart_number or "",
        family_name=patient.family_name or "",
        given_name=patient.given_name or "",
        service_date=claim.service_date,
        payer_key=claim.payer_key,
        payer_name=(opened.profile.name if opened.profile else None) or (payer.name if payer else None) or "",
        charged_cents=charged_cents(claim),
        paid_cents=paid_cents(claim),
        sent_on=submission.sent_on if submission else None,
        next_action=claim.next_action,
        next_action_on=claim.next_action_on,
        filing_due=filing,
        appeal_due=appeal,
        due_on=due_on,
        due_kind=due_kind,
        denied_for=denied_for(claim),
        assigned_to=claim.assigned_to,
        snoozed_until=claim.snoozed_until,
        updated_at=desk.machine.clock.now(),
        revision=opened.revision,
    )


def _profile(desk: Desk, claim: ClaimRecord) -> PayerProfile | None:
    return payers.profile(desk, claim.payer_key) if claim.payer_key else None


def _today(desk: Desk) -> date:
    return desk.machine.clock.now().date()

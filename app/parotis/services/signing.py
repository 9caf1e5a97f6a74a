"""From a draft to a signed, stored, audited report; a crash at any moment leaves the one or the other.

Each step is a frozen type that only the step before can make:
``Prepared`` (snapshot frozen in the record) to ``Sealed`` (signed bytes that verify) to ``Stored`` (in the record, read
back) to the signed exam. ``finish_interrupted`` puts right what a crash left between two of them.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parotis.domain import wording
from parotis.domain.canonical import clinical_encoded, clinical_sha256
from parotis.domain.errors import (
    AlreadySigned,
    IntegrityBroken,
    PreviewChanged,
    RulesBroken,
    SelfCheckFailed,
    StorageLocked,
)
from parotis.domain.issue import blocking
from parotis.domain.report import ATTACHMENT_NAME
from parotis.domain.report_composition import MEANING, ReportFacts, Signing, compose
from parotis.services import drafts, reports
from parotis.services.ports import ExamState, SignedDocument, VerdictStatus

if TYPE_CHECKING:
    from parotis.domain.case import Case, Interpreter
    from parotis.services.desk import Desk
    from parotis.services.ports import ExamRecord, SigningIdentity

log = logging.getLogger(__name__)

SIGNING_LOCK = "signing"
_PRINTED_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Prepared:
    record: ExamRecord
    signer: Interpreter
    identity: SigningIdentity


@dataclass(frozen=True, slots=True)
class Sealed:
    record: ExamRecord
    document: SignedDocument


@dataclass(frozen=True, slots=True)
class Stored:
    record: ExamRecord
    document: SignedDocument


def sign(desk: Desk, exam_id: str, passphrase: str, *, previewed_sha256: str | None = None) -> SignedDocument:
    """Sign the stored draft as the dentist at the keyboard.

    ``previewed_sha256`` is ``Preview.content_sha256`` of what the dentist looked at.

    Raises:
        Refused: not a dentist. CredentialRejected: wrong passphrase.
        RulesBroken: the checks block. PreviewChanged: the draft is not what was previewed.
        AlreadySigned: there is a signed report. SignerUnavailable: the certificate may not sign now.
        SelfCheckFailed, Fault: nothing is signed; the draft is as before.
    """
    desk.require("report.sign", exam_id)
    identity = desk.authenticated(lambda: desk.session.signing_identity(passphrase), exam_id)
    with desk.machine.locks.hold(desk.folder, SIGNING_LOCK) as is_free:
        if not is_free:
            raise StorageLocked("another process is signing")
        prepared = _prepare(desk, exam_id, identity, previewed_sha256)
        try:
            return _record(desk, _store(desk, _seal(desk, prepared)), "report-signed")
        except BaseException:
            _step_back(desk, prepared.record)
            raise


def _prepare(desk: Desk, exam_id: str, identity: SigningIdentity, previewed_sha256: str | None) -> Prepared:
    record = drafts.load(desk, exam_id)
    if record.state is ExamState.SIGNING:  # the lock is ours, so nobody is at it: a failure left it so
        _finish(desk, record)
        record = drafts.load(desk, exam_id)
    if record.state not in drafts.EDITABLE:
        raise AlreadySigned(record.exam_id)
    found = reports.issues_of(desk, record)
    if blocking(found):
        raise RulesBroken(found)
    if previewed_sha256 is not None and not hmac.compare_digest(previewed_sha256, reports.content_sha256(desk, record)):
        raise PreviewChanged(record.exam_id)
    snapshot = drafts.revised(desk, record, desk.resolved(record.case))
    # INVARIANT: one transaction, so that nobody's save can come between what was checked and what is frozen.
    with desk.unit_of_work() as work:
        work.exams.save_draft(snapshot, expected_revision=record.revision)
        work.exams.set_state(exam_id, ExamState.SIGNING, expected=drafts.EDITABLE)
        work.audit.append(desk.entry("signing-started", exam_id, clinical_sha256(snapshot.case)))
        work.commit()
    signer = desk.signer()
    assert signer is not None  # noqa: S101  (require() let only a dentist pass)
    return Prepared(snapshot, signer, identity)


def _seal(desk: Desk, prepared: Prepared) -> Sealed:
    machine, record = desk.machine, prepared.record
    signed_at = machine.clock.now().replace(microsecond=0)
    practice = reports.practice_of(desk)
    with desk.unit_of_work() as work:
        sequence, head = work.audit.head()
        version = len(work.documents.of_exam(record.exam_id)) + 1
    root = wording.fingerprint(hashlib.sha256(desk.session.root_certificate).hexdigest()[:_PRINTED_DIGITS])
    facts = ReportFacts(
        practice.name,
        practice.address_lines,
        reports.document_id_of(record.exam_id, version),
        version,
        Signing(prepared.signer, signed_at, root, f"{sequence} {head[:8]}"),
        reports.other_exams(desk, record.case, record.exam_id),
        practice.capital_sides,
    )
    pdf = machine.composer.render(compose(record.case, facts), reports.printed_pictures(desk, record.case))
    sealed = machine.signer.sign(
        pdf, prepared.identity, signed_at=signed_at, signer_name=prepared.signer.name or "", reason=MEANING
    )
    document = SignedDocument(
        document_id=facts.document_id,
        exam_id=record.exam_id,
        version=version,
        sha256=hashlib.sha256(sealed).hexdigest(),
        clinical_sha256=clinical_sha256(record.case),
        signed_at=signed_at,
        signed_by=desk.session.user.user_id,
        pdf=sealed,
    )
    return Sealed(record, document)


def _check(desk: Desk, pdf: bytes, case: Case) -> None:
    """Verify signed bytes against the practice root and the snapshot they must carry."""
    verdict = desk.machine.signer.verify(pdf, desk.session.root_certificate)
    if verdict.status is not VerdictStatus.VALID:
        raise SelfCheckFailed(f"signature is {verdict.status}")
    if verdict.attachments.get(ATTACHMENT_NAME) != clinical_encoded(case):
        raise SelfCheckFailed("embedded case differs")


def _store(desk: Desk, sealed: Sealed) -> Stored:
    with desk.unit_of_work() as work:
        work.documents.insert(sealed.document)
        work.audit.append(desk.entry("report-stored", sealed.document.document_id, sealed.document.sha256))
        work.commit()
    return Stored(sealed.record, _read_back(desk, sealed.record, sealed.document.document_id))


def _read_back(desk: Desk, record: ExamRecord, document_id: str) -> SignedDocument:
    """The document as the record holds it, verified anew."""
    with desk.unit_of_work() as work:
        document = work.documents.get(document_id)
    _check(desk, document.pdf, record.case)
    return document


def _record(desk: Desk, stored: Stored, action: str) -> SignedDocument:
    document = stored.document
    signed = replace(stored.record, state=ExamState.SIGNED, document_id=document.document_id)
    listed = drafts.claim_rows(desk, signed)
    with desk.unit_of_work() as work:
        work.exams.set_state(
            signed.exam_id, ExamState.SIGNED, expected=(ExamState.SIGNING,), document_id=document.document_id
        )
        for row in listed:
            work.claims.list_anew(row)
        work.audit.append(desk.entry(action, document.document_id, document.sha256))
        work.commit()
    return document


def _step_back(desk: Desk, record: ExamRecord) -> None:
    """Make the exam what it was before, as far as that is known, and drop a document that no signed exam points to."""
    state = record.state if record.state in drafts.EDITABLE else ExamState.DRAFT
    with desk.unit_of_work() as work:
        for document in work.documents.of_exam(record.exam_id):
            work.documents.delete_unrecorded(document.document_id)
        work.exams.set_state(record.exam_id, state, expected=(ExamState.SIGNING,))
        work.audit.append(desk.entry("signing-undone", record.exam_id))
        work.commit()


def finish_interrupted(desk: Desk) -> tuple[str, ...]:
    """Finish or undo signings that a crash cut short; the exam ids that were put right.

    A stored document that verifies makes the exam signed; anything less goes back to a draft. Does nothing while
    another process of this machine is signing.
    """
    if not _unfinished(desk):
        return ()
    with desk.machine.locks.hold(desk.folder, SIGNING_LOCK) as is_free:
        # Read anew: what was under way a moment ago may have ended before the lock was ours.
        waiting = _unfinished(desk) if is_free else ()
        for record in waiting:
            _finish(desk, record)
    return tuple(record.exam_id for record in waiting)


def _unfinished(desk: Desk) -> tuple[ExamRecord, ...]:
    with desk.unit_of_work() as work:
        return work.exams.in_state(ExamState.SIGNING)


def _finish(desk: Desk, record: ExamRecord) -> None:
    """Finish or undo one signing. An exam whose stored document is damaged stays as it is: it is evidence."""
    try:
        with desk.unit_of_work() as work:
            documents = work.documents.of_exam(record.exam_id)
    except IntegrityBroken:
        log.warning("exam %s: its stored document is damaged", record.exam_id)
        return
    for document in documents:
        try:
            stored = Stored(record, _read_back(desk, record, document.document_id))
        except IntegrityBroken:
            continue
        _record(desk, stored, "signing-finished")
        return
    _step_back(desk, record)

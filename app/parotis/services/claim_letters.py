"""Letters of a claim, papers for the patient, and the signed appeal with its exhibits."""

from __future__ import annotations

import dataclasses
import hashlib
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

from parotis.domain import wording
from parotis.domain.claims import appeals, authorizations, coverage, denial_codes, letters, patient_paper
from parotis.domain.claims.letter_tree import PracticeFacts
from parotis.domain.claims.letter_tree import SignedDocument as LetterDocument
from parotis.domain.claims.records import Appeal
from parotis.domain.errors import NotFound, SelfCheckFailed, UnreadableInput
from parotis.domain.report import KeyImage, KeyImages, Section
from parotis.domain.report_composition import ReportFacts, Signing, key_images
from parotis.services import claims, reports
from parotis.services.ports import ExamState, VerdictStatus

if TYPE_CHECKING:
    from parotis.domain.claims.appeals import AppealLetter, Exhibit
    from parotis.domain.claims.letter_tree import Language, Letter
    from parotis.domain.report import Report
    from parotis.services.claim_ports import ClaimFile
    from parotis.services.claims import Opened
    from parotis.services.desk import Desk
    from parotis.services.ports import Practice, SignedDocument, SigningIdentity

What = Literal["necessity", "predetermination", "authorization", "appeal", "cost-notice", "summary"]
WHAT: tuple[What, ...] = get_args(What)
PDF = "application/pdf"
APPEAL_MEANING = "I have read this appeal and its exhibits, and I send it for my patient."
_PRINTED_DIGITS = 16


def letter(desk: Desk, claim_id: str, what: What, *, language: Language = "en") -> Letter:
    """A letter or paper as it would be written today.

    Raises:
        NotFound: it rests on a signed report, and there is none. UnreadableInput: there is no denial to appeal.
        Refused: the role may not work on claims.
    """
    desk.require("claims.edit", claim_id)
    opened = claims.load(desk, claim_id)
    case, claim, profile = desk.resolved(opened.exam.case), authorizations.numbered(opened.claim), opened.profile
    practice = _practice(reports.practice_of(desk))
    written_on = desk.machine.clock.now().date()
    if what == "predetermination":
        return letters.predetermination_request(case, claim, practice, written_on=written_on, profile=profile)
    if what == "authorization":
        return letters.authorization_request(case, claim, practice, written_on=written_on, profile=profile)
    if what == "cost-notice":
        words = partial(coverage.question_words, language=language)
        return patient_paper.cost_notice(
            case, claim, practice, written_on=written_on, language=language, question_words=words
        )
    if what == "appeal":
        return _appeal(desk, opened).letter
    document = _letter_document(desk, opened)
    if what == "necessity":
        return letters.necessity(case, claim, document, practice, written_on=written_on, profile=profile)
    return patient_paper.result_summary(case, document, practice, written_on=written_on, language=language)


def appeal(desk: Desk, claim_id: str, drafted: Appeal | None = None) -> AppealLetter:
    """The letter of appeal with its exhibits and points; of a draft that is not recorded yet where one is given.

    Raises as ``letter``.
    """
    desk.require("claims.edit", claim_id)
    opened = claims.load(desk, claim_id)
    return _appeal(desk, opened, drafted)


def pdf(desk: Desk, claim_id: str, what: What, *, language: Language = "en") -> bytes:
    """The letter as PDF, to be signed by hand. Raises as ``letter``."""
    made = desk.machine.composer.render(letter(desk, claim_id, what, language=language).report(), {})
    desk.note("claim-letter", claim_id, what)
    return made


def signed_appeal(desk: Desk, claim_id: str, passphrase: str) -> ClaimFile:
    """The appeal with its exhibits as one signed PDF, kept on the claim.

    Raises:
        Refused: not a dentist. CredentialRejected: wrong passphrase.
        NotFound: no signed report. UnreadableInput: no denial, or no appeal that is drafted.
        SelfCheckFailed, Fault: nothing is kept.
    """
    desk.require("report.sign", claim_id)
    opened = claims.load(desk, claim_id)
    drafted = opened.claim.appeal
    if drafted is None or drafted.sent_on is not None:
        raise UnreadableInput([("appeal", "Draft the appeal first.")])
    identity = desk.authenticated(lambda: desk.session.signing_identity(passphrase), claim_id)
    sealed = _sealed(desk, opened, identity)
    file = claims.made_file(desk, sealed, "appeal", PDF)
    recorded = dataclasses.replace(drafted, file_sha256=file.sha256)
    claims.keep_appeal(desk, opened, file, recorded)
    with desk.unit_of_work() as work:
        kept = work.claims.file(claim_id, file.sha256)
    if desk.machine.signer.verify(kept.data, desk.session.root_certificate).status is not VerdictStatus.VALID:
        raise SelfCheckFailed("the kept appeal does not verify")
    return kept


def _sealed(desk: Desk, opened: Opened, identity: SigningIdentity) -> bytes:
    signed_at = desk.machine.clock.now().replace(microsecond=0)
    signer = desk.signer()
    assert signer is not None  # noqa: S101  (require() let only a dentist pass)
    with desk.unit_of_work() as work:
        sequence, head = work.audit.head()
    root = wording.fingerprint(hashlib.sha256(desk.session.root_certificate).hexdigest()[:_PRINTED_DIGITS])
    signing = Signing(signer, signed_at, root, f"{sequence} {head[:8]}")
    whole = _package(desk, opened, signing)
    return desk.machine.signer.sign(
        whole, identity, signed_at=signed_at, signer_name=signer.name or "", reason=APPEAL_MEANING
    )


def _package(desk: Desk, opened: Opened, signing: Signing) -> bytes:
    """Letter, then each exhibit behind its page; the signed report goes with it byte for byte as well."""
    composer = desk.machine.composer
    appeal = _appeal(desk, opened)
    document = _document(desk, opened)
    parts = [composer.render(appeal.letter.report(signing), {})]
    case = desk.resolved(opened.exam.case)
    for exhibit, divider in appeals.package(appeal, case, opened.claim, signing.at.date()):
        parts += _exhibit(desk, opened, exhibit, divider, document)
    return composer.merged(parts, {"report.pdf": document.pdf})


def _exhibit(desk: Desk, opened: Opened, exhibit: Exhibit, divider: Report, document: SignedDocument) -> list[bytes]:
    composer = desk.machine.composer
    if exhibit.kind == "report":
        return [composer.render(divider, {}), document.pdf]
    if exhibit.kind == "images":
        case, practice = desk.resolved(opened.exam.case), reports.practice_of(desk)
        facts = ReportFacts(practice.name, practice.address_lines, document.document_id)
        images = key_images(case, facts)
        shown = dataclasses.replace(divider, sections=(*divider.sections, Section(None, (images,))))
        return [composer.render(shown, reports.printed_pictures(desk, case))]
    if exhibit.kind == "notice":
        return _notice(desk, opened, divider)
    return [composer.render(divider, {})]


def _notice(desk: Desk, opened: Opened, divider: Report) -> list[bytes]:
    """The scanned letters of the payer behind the page that tells what they said."""
    claim_id = opened.claim.claim_id
    with desk.unit_of_work() as work:
        kept = [work.claims.file(claim_id, one.sha256) for one in work.claims.files(claim_id) if one.kind == "letter"]
    pictures = {f"letter-{number}": file.data for number, file in enumerate(kept) if file.media_type != PDF}
    if pictures:
        shown = KeyImages(tuple(KeyImage(name, (), None) for name in pictures))
        divider = dataclasses.replace(divider, sections=(*divider.sections, Section(None, (shown,))))
    rendered = desk.machine.composer.render(divider, pictures)
    return [rendered, *(file.data for file in kept if file.media_type == PDF)]


def _appeal(desk: Desk, opened: Opened, drafted: Appeal | None = None) -> AppealLetter:
    remittance = opened.claim.remittance
    if remittance is None:
        raise UnreadableInput([("remittance", "There is no answer of the payer to appeal.")])
    return appeals.compose_appeal(
        desk.resolved(opened.exam.case),
        authorizations.numbered(opened.claim),
        remittance,
        _letter_document(desk, opened),
        opened.profile,
        drafted or opened.claim.appeal or Appeal(),
        _practice(reports.practice_of(desk)),
        written_on=desk.machine.clock.now().date(),
        words=denial_codes.plain_words,
    )


def _practice(practice: Practice) -> PracticeFacts:
    return PracticeFacts(practice.name, practice.address_lines, practice.numbers.phone, practice.numbers.npi)


def _letter_document(desk: Desk, opened: Opened) -> LetterDocument:
    document, practice = _document(desk, opened), reports.practice_of(desk)
    return LetterDocument(document.document_id, document.signed_at, document.sha256, practice.capital_sides)


def _document(desk: Desk, opened: Opened) -> SignedDocument:
    """The signed report that the claim rests on."""
    document_id = opened.claim.document_id or opened.exam.document_id
    if opened.exam.state is not ExamState.SIGNED or document_id is None:
        raise NotFound("no signed report")
    with desk.unit_of_work() as work:
        return work.documents.get(document_id)

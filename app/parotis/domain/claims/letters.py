"""Letters to a payer: medical necessity after the scan, predetermination and prior authorization before it.

What reviewers ask of a narrative sets the order of the letter of medical necessity (the project's domain notes, 6c).
A predetermination is a voluntary estimate, an authorization a condition of payment (6d): two letters, never one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from parotis.domain import paths, wording
from parotis.domain.anatomy import described
from parotis.domain.case import Case, Interpreter
from parotis.domain.claims import money
from parotis.domain.claims.letter_tree import (
    Fact,
    Letter,
    LetterParagraph,
    Part,
    PracticeFacts,
    SignedDocument,
    facts_of,
    fixed,
    paragraph,
    part,
    present,
)
from parotis.domain.claims.payers import PayerProfile
from parotis.domain.claims.records import ClaimRecord
from parotis.domain.narrative import Sentence, folded, told
from parotis.domain.report_composition import is_key

SUBTITLE = "Ultrasound of the face and neck"


def necessity(
    case: Case,
    claim: ClaimRecord,
    document: SignedDocument,
    practice: PracticeFacts,
    *,
    written_on: dt.date,
    profile: PayerProfile | None = None,
    signer: Interpreter | None = None,
) -> Letter:
    """The letter of medical necessity for a signed exam.

    Args:
        case: the exam as signed.
        claim: its claim, whose codes and numbers are quoted.
        document: the signed report, enclosed.
        practice: for the letterhead.
        written_on: the day of the letter.
        profile: the payer, for name and address; else the payer of the codes is named.
        signer: who signed where the exam itself names no interpreter.
    """
    return Letter(
        title="Letter of medical necessity",
        subtitle=SUBTITLE,
        kind_words="Letter of medical necessity",
        practice=practice,
        written_on=written_on,
        written_words=wording.day(written_on),
        addressee=addressee(claim, profile),
        facts=(*_person(case), *_plan(claim), *_service(case, claim), *_numbers(claim), *_codes(claim)),
        parts=present(
            part(
                None,
                paragraph(
                    fixed("This letter gives the reasons for the ultrasound examination of the patient named above."),
                    fixed(
                        "What it says of complaint, examination and result is taken from the signed report, enclosed."
                    ),
                ),
            ),
            part("Complaint and examination", *complaint(case)),
            part("Earlier imaging", *map(paragraph, told(case, "earlier-studies"))),
            part("Reason for the examination", *reasons(case)),
            part("What was captured", *_captured(case)),
            part("Findings", *_findings(case)),
            part("Impression", *map(paragraph, told(case, "impression")), paragraph(*_differential(case))),
            part("Effect on care", *_effect(case)),
            part("Interpretation", paragraph(*_read_by(case, signer, document))),
        ),
        enclosures=enclosures(case, document),
        signatory=signatory(case, signer),
        footer=footer(case, claim),
    )


def predetermination_request(
    case: Case,
    claim: ClaimRecord,
    practice: PracticeFacts,
    *,
    written_on: dt.date,
    profile: PayerProfile | None = None,
    signer: Interpreter | None = None,
) -> Letter:
    """The request for an estimate, before the scan: it names no day of the procedure and no finding."""
    asked = (
        "Please send an estimate for the procedure named above before it is carried out.",
        "We understand that a predetermination is an estimate and no promise of payment.",
    )
    wanted = (
        "Please state the number of the predetermination, what the plan expects to pay and the patient's share.",
        "Please state also until which day the estimate holds.",
    )
    return Letter(
        title="Request for a predetermination of benefits",
        subtitle=SUBTITLE,
        kind_words="Request for a predetermination",
        practice=practice,
        written_on=written_on,
        written_words=wording.day(written_on),
        addressee=addressee(claim, profile),
        facts=(*_person(case), *_plan(claim), *_codes(claim)),
        parts=_request(case, asked, wanted),
        signatory=signatory(case, signer),
        footer=footer(case, claim),
    )


def authorization_request(
    case: Case,
    claim: ClaimRecord,
    practice: PracticeFacts,
    *,
    written_on: dt.date,
    profile: PayerProfile | None = None,
    signer: Interpreter | None = None,
) -> Letter:
    """The request for a prior authorization; after the scan, when there are findings, one for after the fact."""
    is_done = bool(case.findings)
    asked = (
        "Please authorize the procedure named above, which has been carried out already."
        if is_done
        else "Please authorize the procedure named above before it is carried out.",
    )
    wanted = (
        "Please state the number of the authorization, how many units it allows and for which codes.",
        "Please state also the day on which it expires.",
        "If more information is needed, please say which.",
    )
    found = (
        part("Findings", *_findings(case)),
        part("Impression", *map(paragraph, told(case, "impression"))),
    )
    title = "Request for authorization after the fact" if is_done else "Request for prior authorization"
    return Letter(
        title=title,
        subtitle=SUBTITLE,
        kind_words=title,
        practice=practice,
        written_on=written_on,
        written_words=wording.day(written_on),
        addressee=addressee(claim, profile),
        facts=(*_person(case), *_plan(claim), *(_service(case, claim) if is_done else ()), *_codes(claim)),
        parts=_request(case, asked, wanted, *(found if is_done else ())),
        signatory=signatory(case, signer),
        footer=footer(case, claim),
    )


def _request(case: Case, asked: tuple[str, ...], wanted: tuple[str, ...], *more: Part | None) -> tuple[Part, ...]:
    return present(
        part(None, paragraph(*map(fixed, asked))),
        part("Complaint and examination", *complaint(case)),
        part("Earlier imaging", *map(paragraph, told(case, "earlier-studies"))),
        part("Reason for the examination", *reasons(case)),
        *more,
        part("What we ask for", paragraph(*map(fixed, wanted))),
    )


# Parts that more than one letter has


def quoted(case: Case, path: str) -> Sentence:
    """The text of a field as typed, on one line, as a sentence; empty where nothing is recorded."""
    text = folded(paths.read(case, path) or "")
    return Sentence(wording.sentence(text) if text else "", (path,))


def complaint(case: Case) -> Iterator[LetterParagraph]:
    yield paragraph(quoted(case, "complaint"), label="Complaint, in the patient's words")
    yield paragraph(*told(case, "symptoms"), label="Symptoms")
    yield paragraph(quoted(case, "history"), label="History")
    yield paragraph(quoted(case, "clinical_exam"), label="Clinical examination")


def reasons(case: Case) -> Iterator[LetterParagraph]:
    yield paragraph(quoted(case, "rationale.question"), label="Clinical question")
    yield paragraph(*told(case, "why-ultrasound"))
    yield paragraph(quoted(case, "rationale.note"), label="Note")


def _captured(case: Case) -> Iterator[LetterParagraph]:
    yield paragraph(*told(case, "examined"))
    yield paragraph(*unseen(case))
    used = [
        Sentence(wording.sentence(f"{label}: {folded(text)}"), (f"technique.{name}",))
        for label, name in (("Device", "device"), ("Probe", "probe"))
        if (text := getattr(case.technique, name) or "").strip()
    ]
    if case.images:
        used.append(Sentence(f"{_images(len(case.images))} kept in the record of the practice.", ("images",)))
    yield paragraph(*used)


def _images(count: int) -> str:
    return f"{count} image is" if count == 1 else f"{count} images are"


def unseen(case: Case) -> Iterator[Sentence]:
    """What was not seen and what was not examined, kept apart, each once."""
    for state, title in (("not-seen", "Not seen"), ("not-examined", "Not examined")):
        names: list[str] = []
        sources: list[str] = []
        places: list[tuple[str, str | None, str | None, str | None]] = [
            (f"findings[{place}]", one.structure, one.side, one.state) for place, one in enumerate(case.findings)
        ]
        places += [(f"scan[{place}]", one.structure, one.side, one.status) for place, one in enumerate(case.scan)]
        for path, structure, side, said in places:
            name = described(structure, side)
            if said == state and structure is not None and name not in names:
                names.append(name)
                said_at = f"{path}.{'state' if path.startswith('findings') else 'status'}"
                sources += [f"{path}.structure", f"{path}.side", said_at]
        if names:
            yield Sentence(f"{title}: {wording.listed(names)}.", tuple(sources))


def _findings(case: Case) -> Iterator[LetterParagraph]:
    yield from map(paragraph, told(case, "abnormal"))
    yield from map(paragraph, told(case, "normal"))
    yield paragraph(quoted(case, "interpretation.limitations"), label="Limitations")


def _differential(case: Case) -> Iterator[Sentence]:
    named = [folded(text) for text in case.interpretation.differential if text.strip()]
    if named:
        yield Sentence(wording.sentence(f"Differential: {', '.join(named)}"), ("interpretation.differential",))


def _effect(case: Case) -> Iterator[LetterParagraph]:
    yield from map(paragraph, told(case, "recommendation"))
    urgent = case.interpretation.urgent
    if urgent is None:
        return
    said: list[Sentence] = []
    if isinstance(urgent.notified, str):
        notified = wording.sentence(f"Urgent result told to: {folded(urgent.notified)}")
        said.append(Sentence(notified, ("interpretation.urgent.notified",)))
    elif urgent.notified:
        said.append(Sentence("The urgent result was communicated.", ("interpretation.urgent.notified",)))
    if urgent.at is not None:
        said.append(Sentence(f"Time: {wording.moment(urgent.at)}.", ("interpretation.urgent.at",)))
    if urgent.how:
        said.append(Sentence(wording.sentence(f"How: {folded(urgent.how)}"), ("interpretation.urgent.how",)))
    yield paragraph(*said)


def _read_by(case: Case, signer: Interpreter | None, document: SignedDocument) -> Iterator[Sentence]:
    performer = wording.person(case.exam.performer)
    if performer:
        yield Sentence(f"Scanned by {folded(performer)}.", ("exam.performer",))
    who, source = interpreter(case, signer)
    if wording.person(who):
        text = f"Interpreted by {folded(wording.person(who))}"
        text += f", licence {licence}" if (licence := licence_of(who)) else ""
        text += f", NPI {who.npi}" if who is not None and who.npi else ""
        yield Sentence(f"{text}.", (source,))
    yield signed(document)


def signed(document: SignedDocument) -> Sentence:
    text = f"Report {document.document_id} was signed on {wording.day(document.signed_at)}."
    return Sentence(text, ("@document.document_id", "@document.signed_at"))


def enclosures(case: Case, document: SignedDocument) -> tuple[Sentence, ...]:
    said = [
        Sentence(
            f"Signed ultrasound report {document.document_id} of {wording.day(document.signed_at)}",
            ("@document.document_id", "@document.signed_at"),
        )
    ]
    keys = sum(map(is_key, case.images))
    if keys:
        said.append(Sentence(f"Key images: {keys}", ("images",)))
    return tuple(said)


def interpreter(case: Case, signer: Interpreter | None) -> tuple[Interpreter | None, str]:
    """Who read the images, and where that is recorded."""
    named = case.exam.interpreter
    return (named, "exam.interpreter") if named is not None and named.name else (signer, "@letter.signer")


def licence_of(who: Interpreter | None) -> str:
    return "" if who is None else folded(" ".join(one for one in (who.license_state, who.license_number) if one))


def signatory(case: Case, signer: Interpreter | None) -> tuple[Sentence, ...]:
    """The printed lines below the signature."""
    who, source = interpreter(case, signer)
    lines = [folded(wording.person(who))]
    licence, npi = licence_of(who), who.npi if who is not None else None
    numbers = [f"Licence {licence}" if licence else "", f"NPI {npi}" if npi else ""]
    lines.append(" \u00b7 ".join(one for one in numbers if one))
    return tuple(Sentence(line, (source,)) for line in lines if line)


def addressee(
    claim: ClaimRecord, profile: PayerProfile | None, *, lines: tuple[str, ...] = (), where: str = "claims_address"
) -> tuple[Sentence, ...]:
    """The payer and its address; ``lines`` typed for this letter come in its place."""
    if lines:
        typed = ((f"@appeal.addressed_to[{place}]", line) for place, line in enumerate(lines))
        return tuple(Sentence(folded(line), (source,)) for source, line in typed if line.strip())
    if profile is not None and profile.name:
        address = getattr(profile, where)
        known = [("@payer.name", profile.name)]
        known += [(f"@payer.{where}[{place}]", line) for place, line in enumerate(address)]
        return tuple(Sentence(folded(line), (source,)) for source, line in known if line.strip())
    payer = claim.billing.payer
    return (Sentence(folded(payer.name), ("@claim.billing.payer.name",)),) if payer and payer.name else ()


def footer(case: Case, claim: ClaimRecord) -> str:
    """The patient on every page, as member rather than by chart: the payer knows no chart number."""
    member = claim.billing.subscriber.member_id if claim.billing.subscriber else None
    born = wording.day(case.patient.birth_date) if case.patient.birth_date else None
    return " \u00b7 ".join(folded(one) for one in (wording.patient_name(case.patient), born, member) if one)


def _person(case: Case) -> tuple[Fact, ...]:
    patient = case.patient
    return facts_of(
        ("Patient", wording.patient_name(patient), ("patient.family_name", "patient.given_name")),
        ("Date of birth", _day(patient.birth_date), ("patient.birth_date",)),
    )


def _plan(claim: ClaimRecord) -> tuple[Fact, ...]:
    subscriber = claim.billing.subscriber
    if subscriber is None:
        return ()
    return facts_of(
        ("Subscriber", subscriber.name, ("@claim.billing.subscriber.name",)),
        ("Member id", subscriber.member_id, ("@claim.billing.subscriber.member_id",)),
        ("Group", subscriber.group, ("@claim.billing.subscriber.group",)),
    )


def _service(case: Case, claim: ClaimRecord) -> tuple[Fact, ...]:
    if claim.service_date is not None:
        return facts_of(("Date of service", wording.day(claim.service_date), ("@claim.service_date",)))
    at = case.exam.performed_at
    return facts_of(("Date of service", _day(at), ("exam.performed_at",)))


def _numbers(claim: ClaimRecord) -> tuple[Fact, ...]:
    billing = claim.billing
    return facts_of(
        ("Prior authorization", billing.prior_authorization, ("@claim.billing.prior_authorization",)),
        ("Predetermination", billing.predetermination, ("@claim.billing.predetermination",)),
    )


def _codes(claim: ClaimRecord) -> tuple[Fact, ...]:
    known: list[tuple[str, str | None, tuple[str, ...]]] = []
    for place, procedure in enumerate(claim.billing.procedures):
        path = f"@claim.billing.procedures[{place}]"
        text, sources = [procedure.code or ""], [f"{path}.code"]
        if procedure.quantity is not None:
            text.append(f"quantity {procedure.quantity}")
            sources.append(f"{path}.quantity")
        if procedure.fee:
            text.append(f"fee {dollars(procedure.fee)}")
            sources.append(f"{path}.fee")
        known.append(("Procedure", ", ".join(one for one in text if one), tuple(sources)))
    known.append(("Medical procedure", claim.practice_code, ("@claim.practice_code",)))
    known.append(("Diagnosis codes", ", ".join(claim.billing.diagnoses), ("@claim.billing.diagnoses",)))
    return facts_of(*known)


def service_facts(case: Case, claim: ClaimRecord) -> tuple[Fact, ...]:
    """Who, which plan, when, and which codes: the head of a letter about a claim."""
    return (*_person(case), *_plan(claim), *_service(case, claim), *_codes(claim))


def dollars(amount: str) -> str:
    """An amount for people; one that is no money stays as typed."""
    try:
        return money.dollars(money.cents(amount))
    except ValueError:
        return amount


def _day(value: Any) -> str | None:
    return wording.day(value) if value is not None else None

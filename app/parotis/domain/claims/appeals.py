"""An appeal from the evidence: what was denied, and for each reason the lines of the signed report that answer it.

Nothing is argued that no field holds: no published evidence but what the practice types, no wording of the plan but
what was typed from it. What a letter of appeal contains, and which denial is answered how: the project's domain notes,
6e and 6f.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from parotis.domain import wording
from parotis.domain.case import Case, Interpreter
from parotis.domain.claims import letters, lifecycle, money
from parotis.domain.claims.denial_codes import code_kind
from parotis.domain.claims.letter_tree import (
    Fact,
    Letter,
    LetterParagraph,
    PracticeFacts,
    SignedDocument,
    facts_of,
    fixed,
    paragraph,
    part,
    present,
)
from parotis.domain.claims.payers import PayerProfile
from parotis.domain.claims.records import Adjustment, Appeal, AppealPoint, ClaimRecord, Remittance
from parotis.domain.claims.report_quotes import ReportLine, lines
from parotis.domain.narrative import Sentence, folded
from parotis.domain.report import Footer, Letterhead, Report, Run, Section
from parotis.domain.report import Paragraph as Drawn
from parotis.domain.report_composition import is_key

ExhibitKind = Literal["report", "images", "call", "notice", "authorization", "filing"]
Answer = Literal["missing", "necessity", "experimental", "coverage", "authorization", "filing", "other"]

WAY_OF_ANSWER: dict[str, Answer] = {
    **dict.fromkeys(("16", "226", "251", "252", "N706", "N29", "N463", "N393", "N394", "M127", "N710"), "missing"),
    **dict.fromkeys(("50", "11", "167"), "necessity"),
    "55": "experimental",
    **dict.fromkeys(("96", "204"), "coverage"),
    **dict.fromkeys(("197", "198"), "authorization"),
    "29": "filing",
}
"""How a denial code is answered; any other with what the report says."""

_JOINT = "temporomandibular-joint"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """``has_file``: a document of the record follows its divider page; else the page itself tells the facts."""

    letter: str
    kind: ExhibitKind
    title: str
    facts: tuple[Sentence, ...]
    has_file: bool


@dataclass(frozen=True, slots=True)
class AppealLetter:
    """The letter, its exhibits in order, and the points as they stand in it."""

    letter: Letter
    exhibits: tuple[Exhibit, ...]
    points: tuple[AppealPoint, ...]


def denial_codes(remittance: Remittance) -> tuple[tuple[str, str], ...]:
    """The codes of ``lifecycle.denial_codes``, each with the path that holds it.

    Raises:
        ValueError: an amount is no money.
    """
    held = {one.reason: f"@remittance.{path}.reason" for path, one in reversed(tuple(_adjustments(remittance)))}
    for number, line in reversed(tuple(enumerate(remittance.lines))):
        held |= {remark: f"@remittance.lines[{number}].remarks[{place}]" for place, remark in enumerate(line.remarks)}
    held |= {remark: f"@remittance.remarks[{place}]" for place, remark in enumerate(remittance.remarks)}
    return tuple((code, held[code]) for code in lifecycle.denial_codes(remittance))


def _adjustments(remittance: Remittance) -> Iterator[tuple[str, Adjustment]]:
    for place, one in enumerate(remittance.adjustments):
        yield f"adjustments[{place}]", one
    for number, line in enumerate(remittance.lines):
        for place, one in enumerate(line.adjustments):
            yield f"lines[{number}].adjustments[{place}]", one


def exhibits(
    case: Case, claim: ClaimRecord, remittance: Remittance, document: SignedDocument | None
) -> tuple[Exhibit, ...]:
    """What the record has to enclose, lettered in order: report, images, coverage call, notice, numbers, filing."""
    found: list[tuple[ExhibitKind, str, tuple[Sentence, ...], bool]] = []
    if document is not None:
        found.append(("report", "Signed ultrasound report", tuple(_document(document)), True))
    keys = sum(map(is_key, case.images))
    if keys:
        found.append(("images", "Key images", (Sentence(f"Images: {keys}.", ("images",)),), True))
    if claim.call is not None:
        found.append(("call", "Reference of the coverage call", tuple(_call(claim)), False))
    found.append(("notice", "Earlier notice of the plan", tuple(_notice(remittance)), True))
    if numbers := tuple(_numbers(claim)):
        found.append(("authorization", "Authorization and predetermination", numbers, False))
    if claim.submissions:
        found.append(("filing", "Dates of filing", tuple(_filing(claim)), False))
    return tuple(
        Exhibit(chr(ord("A") + place), kind, title, facts, has_file)
        for place, (kind, title, facts, has_file) in enumerate(found)
    )


def _document(document: SignedDocument) -> Iterator[Sentence]:
    yield letters.signed(document)
    yield Sentence(f"SHA-256 of the file: {document.sha256}.", ("@document.sha256",))


_CALLED = {"phone": "by telephone", "portal": "on the plan's portal", "letter": "by letter"}


def _call(claim: ClaimRecord) -> Iterator[Sentence]:
    call, path = claim.call, f"@claim.calls[{len(claim.calls) - 1}]"
    if call is None or call.called_at is None:
        return
    how = f" {_CALLED[call.source]}" if call.source else ""
    text = f"Coverage was asked{how} on {wording.day(call.called_at)}"
    sources = [f"{path}.called_at", *([f"{path}.source"] if how else [])]
    if call.representative:
        text += f"; the plan's representative was {folded(call.representative)}"
        sources.append(f"{path}.representative")
    if call.reference_number:
        text += f"; reference number {folded(call.reference_number)}"
        sources.append(f"{path}.reference_number")
    yield Sentence(wording.sentence(text), tuple(sources))


def _notice(remittance: Remittance) -> Iterator[Sentence]:
    for text, value, name in (
        ("Received on {}", wording.day(remittance.received_on) if remittance.received_on else None, "received_on"),
        ("Number of the claim at the plan: {}", remittance.payer_claim_number, "payer_claim_number"),
        ("Trace number: {}", remittance.trace_number, "trace_number"),
    ):
        if value:
            yield Sentence(wording.sentence(text.format(folded(value))), (f"@remittance.{name}",))


_AUTHORIZATION_WORDS = {"predetermination": "Predetermination", "authorization": "Prior authorization"}
_STATUS_WORDS = {"asked": "asked for", "approved": "approved", "denied": "denied", "more-information": "open"}


def _numbers(claim: ClaimRecord) -> Iterator[Sentence]:
    for place, one in enumerate(claim.authorizations):
        if one.kind is None or one.status is None:
            continue
        path = f"@claim.authorizations[{place}]"
        text, sources = f"{_AUTHORIZATION_WORDS[one.kind]}", [f"{path}.kind"]
        if one.number:
            text += f" {folded(one.number)}"
            sources.append(f"{path}.number")
        text += f": {_STATUS_WORDS[one.status]}"
        sources.append(f"{path}.status")
        for label, name in (("asked on", "asked_on"), ("answered on", "answered_on"), ("valid until", "expires_on")):
            day: dt.date | None = getattr(one, name)
            if day is not None:
                text += f", {label} {wording.day(day)}"
                sources.append(f"{path}.{name}")
        if one.units is not None:
            text += f", units {one.units}"
            sources.append(f"{path}.units")
        yield Sentence(wording.sentence(text), tuple(sources))


def _filing(claim: ClaimRecord) -> Iterator[Sentence]:
    for place, one in enumerate(claim.submissions):
        if one.sent_on is None:
            continue
        path = f"@claim.submissions[{place}]"
        text, sources = f"The claim was sent on {wording.day(one.sent_on)}", [f"{path}.sent_on"]
        if one.channel:
            text += f" by {folded(one.channel)}"
            sources.append(f"{path}.channel")
        if one.control_number:
            text += f", attachment control number {folded(one.control_number)}"
            sources.append(f"{path}.control_number")
        yield Sentence(wording.sentence(text), tuple(sources))


def _union(said: Iterable[Sentence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for sentence in said for source in sentence.sources))


class _Answers:
    """The sentences that answer the reasons of one denial."""

    def __init__(
        self, case: Case, claim: ClaimRecord, remittance: Remittance, document: SignedDocument, known: Iterable[Exhibit]
    ) -> None:
        self._case = case
        self._claim = claim
        self._remittance = remittance
        self._lines = lines(case, capital_sides=document.capital_sides)
        self._letters = {exhibit.kind: exhibit.letter for exhibit in known}
        self._report = self._letters["report"]

    def of_each_code(self) -> Iterator[tuple[str, str, tuple[Sentence, ...]]]:
        """Code, its path, and the answer. A code that is answered like one before it refers to that answer."""
        answered: dict[Answer, str] = {}
        for code, path in denial_codes(self._remittance):
            way = WAY_OF_ANSWER.get(code, "other")
            if way in answered and way != "other":
                said: tuple[Sentence, ...] = (self._same(answered[way], code, path),)
            elif way == "experimental" and "necessity" in answered:
                same = self._same(answered["necessity"], code, path)
                said = (same, *self._honest_limits())
            else:
                said = tuple(self._answer(way))
                answered.setdefault(way, code)
            yield code, path, said

    def _same(self, before: str, code: str, path: str) -> Sentence:
        path_before = dict(denial_codes(self._remittance))[before]
        return Sentence(f"The answer to {before} is also an answer to {code}.", (path, path_before))

    def _answer(self, way: Answer) -> Iterator[Sentence]:
        match way:
            case "missing":
                yield fixed("The reason for the examination is recorded in the signed report:")
                yield from self._why()
                yield fixed("The report is enclosed.")
            case "necessity":
                yield from self._needed()
            case "experimental":
                yield from self._needed()
                yield from self._honest_limits()
            case "coverage":
                yield from self._plan_wording()
            case "authorization":
                yield from self._authorization()
            case "filing":
                yield from self._filed()
            case "other":
                yield fixed("The signed report says:")
                yield from self._quotes("interpretation.impression")
                yield fixed("Please tell us which information led to this reason.")

    def _quotes(self, *beginnings: str) -> Iterator[Sentence]:
        yield from (line.quote(self._report) for line in self._lines if line.is_from(*beginnings))

    def _why(self) -> Iterator[Sentence]:
        yield from self._quotes("rationale.reason", "rationale.question")
        yield from (line.quote(self._report) for line in self._lines if _is_recorded_study(line))
        yield from self._quotes("rationale.why_ultrasound")

    def _needed(self) -> Iterator[Sentence]:
        yield fixed("What the patient complained of and what was found on examination:")
        yield from self._quotes("complaint", "symptoms", "clinical_exam")
        yield fixed("What the examination was to answer, and why it was done by ultrasound:")
        yield from self._why()
        yield fixed("What the ultrasound showed, as the signed report says it:")
        yield from (line.quote(self._report) for line in self._lines if self._is_abnormal(line))
        yield from self._quotes("interpretation.impression", "interpretation.certainty")
        if self._case.interpretation.recommendation or self._case.interpretation.follow_up:
            yield fixed("What it changed in the care of the patient:")
            if self._case.interpretation.recommendation:
                yield from self._quotes("interpretation.recommendation")
            yield from self._quotes("interpretation.follow_up")

    def _is_abnormal(self, line: ReportLine) -> bool:
        places = [place for place, one in enumerate(self._case.findings) if one.state == "abnormal"]
        return line.place is not None and line.is_from(*(f"findings[{place}]." for place in places))

    def _honest_limits(self) -> Iterator[Sentence]:
        if _is_about_joint(self._case) and (question := self._case.rationale.question):
            text = f"The question put to this examination was: \u201c{folded(question)}\u201d"
            yield Sentence(text, ("rationale.question",))
            yield fixed("The claim is for the answer to that question in this patient.")
        if self._case.interpretation.limitations:
            yield fixed("The report states what the examination does not show:")
            yield from self._quotes("interpretation.limitations")

    def _plan_wording(self) -> Iterator[Sentence]:
        yield from _call(self._claim)
        yield fixed("Please send the words of the plan on which this reason rests.")

    def _authorization(self) -> Iterator[Sentence]:
        numbers = tuple(_numbers(self._claim))
        if numbers:
            yield fixed(f"The record holds (Exhibit {self._letters['authorization']}):")
            yield from numbers
        yield from self._quotes("rationale.reason", "rationale.question")
        yield fixed(
            "If an authorization is still needed, please treat this letter as the request for one after the fact."
        )

    def _filed(self) -> Iterator[Sentence]:
        filed = tuple(_filing(self._claim))
        if filed:
            yield fixed(f"The record holds these dates of filing (Exhibit {self._letters['filing']}):")
            yield from filed
        else:
            yield fixed("The record holds no date of filing.")
        if self._claim.service_date is not None:
            text = f"The date of service is {wording.day(self._claim.service_date)}."
            yield Sentence(text, ("@claim.service_date",))


def _is_recorded_study(line: ReportLine) -> bool:
    return line.is_from("rationale.prior_studies[")


def _is_about_joint(case: Case) -> bool:
    named = {*(one.structure for one in case.findings), *(one.structure for one in case.scan)}
    named |= {one.structure for one in case.symptoms}
    return _JOINT in named or case.rationale.reason == "tmj"


def compose_appeal(
    case: Case,
    claim: ClaimRecord,
    remittance: Remittance,
    document: SignedDocument,
    profile: PayerProfile | None,
    appeal: Appeal,
    practice: PracticeFacts,
    *,
    written_on: dt.date,
    words: Callable[[str, str], str],
    signer: Interpreter | None = None,
    literature: tuple[str, ...] = (),
) -> AppealLetter:
    """The letter of appeal with its exhibits. What the dentist typed as an answer stands as typed; else the proposal.

    Args:
        case: the exam as signed.
        claim: its claim.
        remittance: the denial that is appealed.
        document: the signed report, Exhibit A.
        profile: the payer; its address for appeals is used unless the appeal names one.
        appeal: level, deadline, wording of the plan, answers.
        practice: for the letterhead.
        written_on: the day of the letter.
        words: the program's own words for a denial code, by kind ("carc", "rarc") and code; "" where it has none.
        signer: who signed where the exam itself names no interpreter.
        literature: titles that the practice wants named, as typed.
    """
    known = exhibits(case, claim, remittance, document)
    found = _Answers(case, claim, remittance, document, known).of_each_code()
    answers = {code: (path, said) for code, path, said in found}
    letter = Letter(
        title="Appeal of a denied claim" if appeal.level == 1 else f"Appeal of a denied claim, level {appeal.level}",
        subtitle=letters.SUBTITLE,
        kind_words="Appeal of a denied claim",
        practice=practice,
        written_on=written_on,
        written_words=wording.day(written_on),
        addressee=letters.addressee(claim, profile, lines=appeal.addressed_to, where="appeals_address"),
        facts=(
            *letters.service_facts(case, claim),
            *_claim_facts(case, claim, remittance, practice, signer),
            *facts_of(("Denial codes", ", ".join(answers), tuple(path for path, _ in answers.values()))),
        ),
        parts=present(
            part("What is asked", *_asked(remittance, appeal)),
            part("Facts", *_told(case, claim, document)),
            *(part(_heading(code), *_point(code, path, said, appeal, words)) for code, (path, said) in answers.items()),
            *(
                part(_heading(point.reason), *_typed(place, point))
                for place, point in enumerate(appeal.points)
                if point.reason is not None and point.reason not in answers and point.answer
            ),
            part("Wording of the plan", *_clause(appeal)),
            part("Literature named by the practice", *_literature(literature)),
            part("What we ask the reviewer for", *_requests()),
        ),
        enclosures=tuple(
            Sentence(
                f"Exhibit {one.letter}: {one.title}. {' '.join(fact.text for fact in one.facts)}".rstrip(),
                _union(one.facts),
            )
            for one in known
        ),
        signatory=letters.signatory(case, signer),
        footer=letters.footer(case, claim),
    )
    typed = {point.reason: point for point in appeal.points if point.answer}
    proposed = {
        code: AppealPoint(code, "\n".join(one.text for one in said), _union(said))
        for code, (_, said) in answers.items()
    }
    return AppealLetter(letter, known, tuple(typed.get(code, point) for code, point in proposed.items()))


def _heading(code: str) -> str:
    return f"Answer to remark {code}" if code_kind(code) == "rarc" else f"Answer to reason {code}"


def _claim_facts(
    case: Case, claim: ClaimRecord, remittance: Remittance, practice: PracticeFacts, signer: Interpreter | None
) -> tuple[Fact, ...]:
    who, source = letters.interpreter(case, signer)
    return facts_of(
        ("Claim number of the plan", remittance.payer_claim_number, ("@remittance.payer_claim_number",)),
        ("Our claim number", remittance.patient_control_number, ("@remittance.patient_control_number",)),
        ("Provider NPI", who.npi if who is not None else None, (source,)),
        ("Practice NPI", practice.npi, ("@practice.npi",)),
        ("Prior authorization", claim.billing.prior_authorization, ("@claim.billing.prior_authorization",)),
        ("Predetermination", claim.billing.predetermination, ("@claim.billing.predetermination",)),
    )


def _asked(remittance: Remittance, appeal: Appeal) -> Iterator[LetterParagraph]:
    said = [fixed("We appeal the decision on the claim named above and ask that it be reversed and the claim paid.")]
    if remittance.received_on is not None:
        text = f"The notice was received on {wording.day(remittance.received_on)}."
        said.append(Sentence(text, ("@remittance.received_on",)))
    try:
        charged, paid = (money.dollars(money.cents(one)) for one in (remittance.charged, remittance.paid))
    except ValueError:
        pass  # an amount that is no money is not repeated
    else:
        if remittance.charged is not None and remittance.paid is not None:
            text = f"Charged: {charged}; paid: {paid}."
            said.append(Sentence(text, ("@remittance.charged", "@remittance.paid")))
    if appeal.deadline is not None:
        text = f"The last day for this appeal is {wording.day(appeal.deadline)}."
        said.append(Sentence(text, ("@appeal.deadline",)))
    yield paragraph(*said)


def _told(case: Case, claim: ClaimRecord, document: SignedDocument) -> Iterator[LetterParagraph]:
    said = []
    day = claim.service_date or (case.exam.performed_at.date() if case.exam.performed_at else None)
    if day is not None:
        source = "@claim.service_date" if claim.service_date else "exam.performed_at"
        text = f"The face and neck of the patient were examined by ultrasound on {wording.day(day)}."
        said.append(Sentence(text, (source,)))
    said.append(letters.signed(document))
    yield paragraph(*said)
    yield paragraph(fixed("Lines in quotation marks are taken word for word from the signed report."))


def _point(
    code: str, path: str, said: tuple[Sentence, ...], appeal: Appeal, words: Callable[[str, str], str]
) -> Iterator[LetterParagraph]:
    own = folded(words(code_kind(code), code))
    if own:
        yield paragraph(Sentence(wording.sentence(own), ("@letter.denial_words",)), label="The reason, in our words")
    typed = [(place, point) for place, point in enumerate(appeal.points) if point.reason == code and point.answer]
    if typed:
        yield from _typed(*typed[-1])
    else:
        yield from map(paragraph, said)


def _typed(place: int, point: AppealPoint) -> Iterator[LetterParagraph]:
    for line in (point.answer or "").splitlines():
        if line.strip():
            yield paragraph(Sentence(line.strip(), (f"@appeal.points[{place}].answer", *point.sources)))


def _clause(appeal: Appeal) -> Iterator[LetterParagraph]:
    for line in (appeal.plan_clause or "").splitlines():
        if line.strip():
            yield paragraph(Sentence(f"\u201c{line.strip()}\u201d", ("@appeal.plan_clause",)))


def _literature(literature: tuple[str, ...]) -> Iterator[LetterParagraph]:
    for place, title in enumerate(literature):
        yield paragraph(Sentence(folded(title), (f"@letter.literature[{place}]",)))


def _requests() -> Iterator[LetterParagraph]:
    yield paragraph(
        fixed("Please send the criteria that were used for this decision, and the name and specialty of the reviewer."),
        fixed("We ask that this appeal be decided by a reviewer of the same specialty as the treating dentist."),
    )


def package(
    appeal: AppealLetter, case: Case, claim: ClaimRecord, written_on: dt.date
) -> tuple[tuple[Exhibit, Report], ...]:
    """A divider page for each exhibit, in order; the file of an exhibit that has one follows its page."""
    letter = appeal.letter
    return tuple((exhibit, _divider(exhibit, letter, letters.footer(case, claim), written_on))
                 for exhibit in appeal.exhibits)  # fmt: skip


def _divider(exhibit: Exhibit, letter: Letter, footer: str, written_on: dt.date) -> Report:
    facts = tuple(Drawn((Run(fact.text, source=_of_case(fact.sources)),)) for fact in exhibit.facts)
    return Report(
        title=f"Exhibit {exhibit.letter}",
        subtitle=f"{exhibit.title} \u00b7 {letter.title} of {wording.day(written_on)}",
        letterhead=Letterhead(letter.practice.name, letter.practice.address_lines, (letter.written_words,)),
        identity=(),
        sections=(Section(exhibit.title, facts),),
        footer=Footer(footer, f"Exhibit {exhibit.letter}"),
        is_draft=False,
        document_title=f"Exhibit {exhibit.letter}",
    )


def _of_case(sources: tuple[str, ...]) -> str | None:
    return next((source for source in sources if not source.startswith("@")), None)

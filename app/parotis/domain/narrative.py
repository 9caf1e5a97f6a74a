"""The claim narrative: sentences from recorded fields only, the most decisive fact first, fitted to a length.

Every sentence carries the paths of the fields that it says. Free text is quoted as typed, with white space folded;
nothing is computed, guessed or strengthened: the certainty word is the report's or there is none. The first sentence
is made to stand alone in 80 characters, because many channels show no more.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from parotis.domain import lexicon, wording
from parotis.domain.anatomy import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from parotis.domain.case import Case, Finding, Lesion, Symptom

LENGTHS = (80, 400, 2000)
"""Character limits of the common channels; a narrative is exported at each."""

LEAD_LIMIT = 80
LETTER_LIMIT = 3200
"""Characters of body text that keep the letter on one page."""

_MOST_ATTRIBUTES_IN_LEAD = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the paths of the fields it speaks for."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Narrative:
    """``left_out`` are the sentences that the limit had no room for."""

    limit: int
    sentences: tuple[Sentence, ...]
    left_out: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The whole narrative, one paragraph, at most ``limit`` characters."""
        return " ".join(sentence.text for sentence in self.sentences)


def compose(case: Case, limit: int) -> Narrative:
    """The narrative in at most ``limit`` characters, cut at sentence ends, or at a word end if the first is too long.

    Raises:
        ValueError: ``limit`` is below 1.
    """
    if limit < 1:
        raise ValueError("the limit must be at least 1 character")
    lead = _lead(case, limit)
    chosen = [lead] if lead else []
    left_out: list[Sentence] = []
    for candidate in (*_body(case), *_closing(case)):
        if set(candidate.sources) <= {source for sentence in chosen for source in sentence.sources}:
            continue
        is_filler = left_out and candidate.sources[0] in _CLOSING_SOURCES
        room = limit - sum(len(sentence.text) + 1 for sentence in chosen)
        if len(candidate.text) <= room and not is_filler:
            chosen.append(candidate)
        else:
            left_out.append(candidate)
    if not chosen and left_out:
        first = left_out.pop(0)
        chosen = [Sentence(_cut_at_word(first.text, limit), first.sources)]
    return Narrative(limit, tuple(sentence for sentence in chosen if sentence.text), tuple(left_out))


def _lead(case: Case, limit: int) -> Sentence | None:
    """The fullest lead that fits; where the symptom has room of its own later, the lead leaves it out."""
    leads = _leads(case)
    if limit > LEAD_LIMIT:
        leads = [lead for lead in leads if not any(source.startswith("symptoms") for source in lead.sources)]
    fitting = [lead for lead in leads if len(lead.text) <= min(limit, LEAD_LIMIT)]
    if fitting:
        return fitting[0]
    if not leads:
        return None
    shortest = leads[-1]
    return Sentence(_cut_at_word(shortest.text, limit), shortest.sources)


def _cut_at_word(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    cut = limit
    while cut > 0 and not (text[cut] == " " or _breaks_anywhere(text[cut - 1]) or _breaks_anywhere(text[cut])):
        cut -= 1
    return text[:cut].rstrip(" ,;:(")


def _breaks_anywhere(character: str) -> bool:
    """Whether a line may end beside the character: East Asian scripts write no spaces."""
    return unicodedata.east_asian_width(character) in ("W", "F")


_CLOSING_SOURCES = frozenset({"exam.performed_at", "exam.performer", "exam.interpreter"})


def _body(case: Case) -> Iterable[Sentence]:
    """Sentences after the lead, in falling order of weight."""
    yield from _symptoms(case)
    yield from _earlier_studies(case)
    yield from _impression(case)
    yield from _why_ultrasound(case)
    yield from _recommendation(case)
    yield from _abnormal_findings(case)
    yield from _examined(case)
    yield from _quoted(case, ("clinical_exam", "Examination: "), ("rationale.question", "Question: "))
    yield from _normal_findings(case)
    yield from _quoted(
        case, ("interpretation.limitations", "Limitations: "), ("interpretation.comparison", "Comparison: ")
    )
    yield from _quoted(case, ("complaint", "Complaint: "), ("history", "History: "), ("rationale.note", ""))


Part = Literal[
    "symptoms", "earlier-studies", "why-ultrasound", "impression", "recommendation", "abnormal", "normal", "examined",
]  # fmt: skip
"""What a letter may take from the record one by one."""


def told(case: Case, part: Part) -> tuple[Sentence, ...]:
    """The sentences about one part of the record, whole, in its order; none where nothing is recorded."""
    return tuple(_PARTS[part](case))


def folded(text: str) -> str:
    """One line, white space folded: how the narrative quotes what was typed."""
    return " ".join(text.split())


def _adjective(case: Case) -> tuple[str, tuple[str, ...]]:
    certainty = case.interpretation.certainty
    return (f"{certainty} ", ("interpretation.certainty",)) if certainty else ("", ())


def _leads(case: Case) -> list[Sentence]:
    chosen = _decisive(case)
    if chosen is None:
        return _leads_without_abnormality(case)
    position, finding = chosen
    path = f"findings[{position}]"
    where = described(finding.structure, finding.side)
    where_sources = (f"{path}.structure", f"{path}.side")
    adjective, certainty_source = _adjective(case)
    if finding.lesions:
        lesion = finding.lesions[0]
        sources = (f"{path}.lesions[0].kind", *certainty_source, *where_sources)
        short = wording.capitalised(f"{adjective}{_lesion_name(lesion)}, {where}")
        size = lexicon.axes(lesion.size_mm or ())
        details: list[tuple[str, tuple[str, ...]]] = []
        if size:
            details.append((f", {size}", (f"{path}.lesions[0].size_mm",)))
    else:
        sources = (f"{path}.state", *certainty_source, *where_sources)
        short = wording.capitalised(f"{adjective}abnormality, {where}")
        phrases = _decisive_phrases(path, finding)
        details = [
            (f": {', '.join(text for text, _ in phrases[:count])}", tuple(source for _, source in phrases[:count]))
            for count in range(len(phrases), 0, -1)
        ]
    symptom = _matching_symptom(case, finding)
    variants = []
    for text, detail_sources in [*details, ("", ())]:
        plain = Sentence(f"{short}{text}.", (*sources, *detail_sources))
        if symptom is not None:
            position, clause = symptom
            said = (*plain.sources, *_symptom_sources(position, case.symptoms[position]))
            variants.append(Sentence(f"{short}{text}; {clause}.", said))
        variants.append(plain)
    return variants


def _decisive_phrases(path: str, finding: Finding) -> list[tuple[str, str]]:
    order = lexicon.decisive_of(finding.structure)
    by_source = {source: phrase for phrase, source in _attribute_phrases(path, finding)}
    sources = [f"{path}.attributes.{name}" for name in order]
    return [(by_source[source], source) for source in sources if source in by_source][:_MOST_ATTRIBUTES_IN_LEAD]


def _lesion_name(lesion: Lesion) -> str:
    return lexicon.words(lesion.kind) if lesion.kind and lesion.kind != "other" else "lesion"


def _leads_without_abnormality(case: Case) -> list[Sentence]:
    normal = [(position, finding) for position, finding in enumerate(case.findings) if finding.state == "normal"]
    if not normal:
        return []
    names = [described(finding.structure, finding.side) for _, finding in normal]
    return [
        Sentence(
            f"Normal on ultrasound: {wording.listed(names[:count])}.",
            tuple(
                f"findings[{position}].{part}"
                for position, _ in normal[:count]
                for part in ("state", "structure", "side")
            ),
        )
        for count in range(len(names), 0, -1)
    ]


def _decisive(case: Case) -> tuple[int, Finding] | None:
    """The abnormal finding that the symptoms point at; among equals one with a lesion, then the first."""
    complained = {(symptom.structure, symptom.side) for symptom in case.symptoms}
    abnormal = [(position, finding) for position, finding in enumerate(case.findings) if finding.state == "abnormal"]
    return min(
        abnormal,
        key=lambda item: (not item[1].lesions, (item[1].structure, item[1].side) not in complained, item[0]),
        default=None,
    )


def _matching_symptom(case: Case, finding: Finding) -> tuple[int, str] | None:
    for position, symptom in enumerate(case.symptoms):
        if (symptom.structure, symptom.side) == (finding.structure, finding.side) and symptom.kind not in (
            None,
            "other",
        ):
            span = wording.span(symptom.duration)
            return position, f"{lexicon.words(symptom.kind)}{f' for {span}' if span else ''}"
    return None


def _symptom_sources(position: int, symptom: Symptom) -> tuple[str, ...]:
    path = f"symptoms[{position}]"
    return (f"{path}.kind", *((f"{path}.duration",) if wording.span(symptom.duration) else ()))


def _attribute_phrases(path: str, finding: Finding) -> Iterable[tuple[str, str]]:
    for facts in lexicon.attributes_of(finding.structure):
        value = getattr(finding.attributes, facts.id)
        if value is not None:
            yield wording.attribute_phrase(facts, value), f"{path}.attributes.{facts.id}"


def _symptoms(case: Case) -> Iterable[Sentence]:
    for position, symptom in enumerate(case.symptoms):
        if symptom.kind is None:
            continue
        path = f"symptoms[{position}]"
        text, sources = wording.capitalised(lexicon.words(symptom.kind)), [f"{path}.kind"]
        if symptom.structure:
            text += f", {described(symptom.structure, symptom.side)}"
            sources += [f"{path}.structure", f"{path}.side"]
        elif symptom.side:
            text += f", {symptom.side}"
            sources.append(f"{path}.side")
        if wording.span(symptom.duration):
            text += f", for {wording.span(symptom.duration)}"
            sources.append(f"{path}.duration")
        elif symptom.onset:
            text += f", since {wording.day(symptom.onset)}"
            sources.append(f"{path}.onset")
        if symptom.course:
            text += f", {folded(symptom.course)}"
            sources.append(f"{path}.course")
        if symptom.triggers:
            text += f", triggered by {wording.listed([folded(trigger) for trigger in symptom.triggers])}"
            sources.append(f"{path}.triggers")
        if symptom.note:
            text += f"; {folded(symptom.note)}"
            sources.append(f"{path}.note")
        yield Sentence(wording.sentence(text), tuple(sources))


def _earlier_studies(case: Case) -> Iterable[Sentence]:
    for position, study in enumerate(case.rationale.prior_studies):
        if study.kind is None:
            continue
        path = f"rationale.prior_studies[{position}]"
        text, sources = wording.capitalised(wording.prior_study(study.kind)), [f"{path}.kind"]
        if study.date:
            text += f" of {wording.day(study.date)}"
            sources.append(f"{path}.date")
        if study.result:
            text += f": {folded(study.result).rstrip('.')}"
            sources.append(f"{path}.result")
        if study.insufficient_because:
            text += f"; not sufficient because {folded(study.insufficient_because).rstrip('.')}"
            sources.append(f"{path}.insufficient_because")
        yield Sentence(wording.sentence(text), tuple(sources))


def _impression(case: Case) -> Iterable[Sentence]:
    certainty = case.interpretation.certainty
    for position, text in enumerate(case.interpretation.impression):
        label = f"Impression ({certainty}): " if certainty else "Impression: "
        sources = (f"interpretation.impression[{position}]", *(("interpretation.certainty",) if certainty else ()))
        yield Sentence(wording.sentence(label + folded(text)), sources)


def _why_ultrasound(case: Case) -> Iterable[Sentence]:
    rationale = case.rationale
    reasons = [lexicon.words(reason) for reason in rationale.why_ultrasound if reason != "other"]
    if reasons:
        yield Sentence(f"Why ultrasound: {wording.listed(reasons)}.", ("rationale.why_ultrasound",))
    if rationale.reason and rationale.reason != "other":
        yield Sentence(f"Reason for the scan: {lexicon.words(rationale.reason)}.", ("rationale.reason",))


def _recommendation(case: Case) -> Iterable[Sentence]:
    reading = case.interpretation
    yield from _quoted(case, ("interpretation.recommendation", "Recommendation: "))
    if wording.span(reading.follow_up):
        yield Sentence(f"Follow-up in {wording.span(reading.follow_up)}.", ("interpretation.follow_up",))


def _abnormal_findings(case: Case) -> Iterable[Sentence]:
    for position, finding in enumerate(case.findings):
        if finding.state != "abnormal":
            continue
        path = f"findings[{position}]"
        where = wording.place(finding.structure, finding.side)
        for index, lesion in enumerate(finding.lesions):
            yield _lesion(f"{path}.lesions[{index}]", lesion, where)
        phrases = list(_attribute_phrases(path, finding))
        if phrases:
            text = ", ".join(phrase for phrase, _ in phrases)
            yield Sentence(f"{where}: {text}.", (*_about(path), *(source for _, source in phrases)))
        if finding.note:
            yield Sentence(wording.sentence(f"{where}: {folded(finding.note)}"), _about(path, "note"))


def _about(path: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{path}.{name}" for name in ("structure", "side", *names))


def _lesion(path: str, lesion: Lesion, where: str) -> Sentence:
    finding_path = path.partition(".")[0]
    text = f"{where}, {_lesion_name(lesion)}"
    sources = [f"{path}.kind", f"{finding_path}.structure", f"{finding_path}.side"]
    if lesion.label:
        text += f" {folded(lesion.label)}"
        sources.append(f"{path}.label")
    if lexicon.axes(lesion.size_mm or ()):
        text += f" of {lexicon.axes(lesion.size_mm or ())}"
        sources.append(f"{path}.size_mm")
    for facts in lexicon.lesion_terms_of(lesion.kind):
        value = getattr(lesion, facts.id)
        if value is not None:
            text += f", {wording.attribute_phrase(facts, value)}"
            sources.append(f"{path}.{facts.id}")
    if lesion.shadow is not None:
        text += ", with acoustic shadow" if lesion.shadow else ", without acoustic shadow"
        sources.append(f"{path}.shadow")
    if lesion.depth_mm is not None:
        text += f", {lexicon.millimetres(lesion.depth_mm)} mm below the skin"
        sources.append(f"{path}.depth_mm")
    if lesion.note:
        text += f"; {folded(lesion.note)}"
        sources.append(f"{path}.note")
    return Sentence(wording.sentence(text), tuple(sources))


def _examined(case: Case) -> Iterable[Sentence]:
    examined = [(position, entry) for position, entry in enumerate(case.scan) if entry.status == "examined"]
    if not examined:
        return
    names = [described(entry.structure, entry.side) for _, entry in examined]
    sources = [source for position, _ in examined for source in _about(f"scan[{position}]")]
    technique = case.technique
    how = []
    if technique.frequency_mhz:
        ends = [wording.number(end) for end in technique.frequency_mhz if end is not None]
        how.append(f"{' to '.join(ends)} MHz")
        sources.append("technique.frequency_mhz")
    if technique.doppler and technique.doppler != "none":
        how.append(f"{lexicon.words(technique.doppler)} Doppler")
        sources.append("technique.doppler")
    suffix = f" ({', '.join(how)})" if how else ""
    yield Sentence(f"Examined{suffix}: {wording.listed(names)}.", tuple(sources))


def _normal_findings(case: Case) -> Iterable[Sentence]:
    normal = [(position, finding) for position, finding in enumerate(case.findings) if finding.state == "normal"]
    if normal:
        names = [described(finding.structure, finding.side) for _, finding in normal]
        sources = tuple(
            f"findings[{position}].{part}" for position, _ in normal for part in ("state", "structure", "side")
        )
        yield Sentence(f"Normal: {wording.listed(names)}.", sources)


def _quoted(case: Case, *fields: tuple[str, str]) -> Iterable[Sentence]:
    for path, label in fields:
        owner: object = case
        for name in path.split("."):
            owner = getattr(owner, name)
        if isinstance(owner, str) and owner.strip():
            yield Sentence(wording.sentence(label + folded(owner)), (path,))


_PARTS: dict[Part, Callable[[Case], Iterable[Sentence]]] = {
    "symptoms": _symptoms,
    "earlier-studies": _earlier_studies,
    "why-ultrasound": _why_ultrasound,
    "impression": _impression,
    "recommendation": _recommendation,
    "abnormal": _abnormal_findings,
    "normal": _normal_findings,
    "examined": _examined,
}


def _closing(case: Case) -> Iterable[Sentence]:
    """Who and when: said only where nothing clinical had to be left out."""
    exam = case.exam
    if exam.performed_at:
        yield Sentence(f"Date of service: {wording.day(exam.performed_at)}.", ("exam.performed_at",))
    if wording.person(exam.performer):
        yield Sentence(f"Scanned by {folded(wording.person(exam.performer))}.", ("exam.performer",))
    interpreter = exam.interpreter
    if interpreter and wording.person(interpreter):
        text = f"Interpreted by {folded(wording.person(interpreter))}"
        licence = " ".join(part for part in (interpreter.license_state, interpreter.license_number) if part)
        text += f", licence {folded(licence)}" if licence else ""
        text += f", NPI {interpreter.npi}" if interpreter.npi else ""
        yield Sentence(f"{text}.", ("exam.interpreter",))


def letter(case: Case, *, practice_name: str, address_lines: tuple[str, ...] = (), payer: str | None = None) -> str:
    """The one-page letter: who, what about, then the narrative in paragraphs. Plain text."""
    claim, patient = case.claim, case.patient
    payer_name = payer or (claim.payer.name if claim.payer else None)
    head = [practice_name, *address_lines, ""] if practice_name else []
    if payer_name:
        identity = claim.payer.id if claim.payer and claim.payer.id and not payer else None
        head += [f"To: {folded(payer_name)}{f' (payer id {folded(identity)})' if identity else ''}", ""]
    facts = [
        ("Patient", wording.patient_name(patient)),
        ("Date of birth", wording.day(patient.birth_date) if patient.birth_date else None),
        ("Chart number", patient.chart_number),
        ("Subscriber", claim.subscriber.name if claim.subscriber else None),
        ("Member id", claim.subscriber.member_id if claim.subscriber else None),
        ("Group", claim.subscriber.group if claim.subscriber else None),
        ("Prior authorization", claim.prior_authorization),
        ("Predetermination", claim.predetermination),
        ("Date of service", wording.day(case.exam.performed_at) if case.exam.performed_at else None),
        ("Procedure", ", ".join(procedure.code for procedure in claim.procedures if procedure.code)),
        ("Diagnosis codes", ", ".join(claim.diagnoses)),
    ]
    head += [f"{label}: {folded(text)}" for label, text in facts if text]
    told = {"exam.performed_at"}
    body = [
        sentence.text for sentence in compose(case, LETTER_LIMIT).sentences if not told.issuperset(sentence.sources)
    ]
    return "\n".join([*head, "", "Narrative for maxillofacial ultrasound", "", *body, ""])

"""Paper for the patient, in English or Spanish from the same fields: cost and coverage before, a summary after.

Coded terms are translated; what the dentist typed is quoted in the language of the report and said to be so. What is
normal, what was not seen and what was not examined stand apart; what is not recorded is not said to be normal.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from parotis.domain import wording
from parotis.domain.anatomy import sides_of
from parotis.domain.case import Case, Interpreter
from parotis.domain.claims import letters
from parotis.domain.claims.letter_tree import (
    Fact,
    Language,
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
from parotis.domain.claims.plain_words import PlainWords, plain_words, size
from parotis.domain.claims.records import Answer, ClaimRecord
from parotis.domain.narrative import Sentence, folded


def _id_as_words(question: str) -> str:
    return wording.capitalised(question.replace("-", " "))


def cost_notice(
    case: Case,
    claim: ClaimRecord,
    practice: PracticeFacts,
    *,
    written_on: dt.date,
    language: Language,
    question_words: Callable[[str], str] = _id_as_words,
) -> Letter:
    """The sheet that the patient reads and signs before the scan: what it is, what it costs, what the plan said.

    Args:
        case: the exam as far as it is recorded.
        claim: for fee, coverage call and authorizations.
        practice: for the letterhead.
        written_on: the day of the sheet.
        language: "en" or "es".
        question_words: a question of the call sheet by its id, in that language.
    """
    words = plain_words(language)
    say = words.sentence
    return Letter(
        title=say("notice_title"),
        subtitle=say("notice_subtitle"),
        kind_words=say("notice_kind"),
        practice=practice,
        written_on=written_on,
        written_words=words.day(written_on),
        addressee=(),
        facts=_person(case, words),
        parts=present(
            part(
                say("scan_title"),
                paragraph(*(fixed(say(f"scan_{key}")) for key in ("what", "no_radiation", "how"))),
                paragraph(*(fixed(say(f"scan_{key}")) for key in ("limits", "incidental"))),
                *_reason(case, words),
            ),
            part(say("cost_title"), *_cost(claim, words)),
            part(say("told_title"), *_told(claim, words, question_words), *_authorizations(claim, words)),
            part(
                say("choices_title"),
                *(paragraph(fixed(say(f"choice_{key}"))) for key in ("pay", "ask", "no", "questions")),
            ),
        ),
        footer=_footer(case, words),
        language=language,
        words=words.fixed_words(),
    )


def result_summary(
    case: Case,
    document: SignedDocument,
    practice: PracticeFacts,
    *,
    written_on: dt.date,
    language: Language,
    signer: Interpreter | None = None,
) -> Letter:
    """What the signed report says, in plain words.

    Args:
        case: the exam as signed.
        document: the signed report.
        practice: for the letterhead.
        written_on: the day of the sheet.
        language: "en" or "es".
        signer: who signed where the exam itself names no interpreter.
    """
    words = plain_words(language)
    say = words.sentence
    sorted_ = _sorted(case)
    at = case.exam.performed_at
    who, source = letters.interpreter(case, signer)
    return Letter(
        title=say("result_title"),
        subtitle=say("result_subtitle"),
        kind_words=say("result_kind"),
        practice=practice,
        written_on=written_on,
        written_words=words.day(written_on),
        addressee=(),
        facts=(
            *_person(case, words),
            *facts_of(
                (words.label("date"), words.day(at) if at else None, ("exam.performed_at",)),
                (words.label("dentist"), wording.person(who), (source,)),
            ),
        ),
        parts=present(
            part(say("found_title"), *_found(case, words)),
            part(say("normal_title"), _places(sorted_["normal"], words)),
            part(say("not_seen_title"), _places(sorted_["not-seen"], words, say("not_seen_meaning"))),
            part(say("not_examined_title"), _places(sorted_["not-examined"], words, say("not_examined_meaning"))),
            part(say("no_result_title"), _places(sorted_["no-result"], words)),
            part(say("reading_title"), *_reading(case, words)),
            part(say("next_title"), *_next(case, words)),
        ),
        footer=_footer(case, words),
        language=language,
        words=dataclasses.replace(words.fixed_words(), by_hand=()),
    )


def _person(case: Case, words: PlainWords) -> tuple[Fact, ...]:
    patient = case.patient
    born = words.day(patient.birth_date) if patient.birth_date else None
    return facts_of(
        (words.label("patient"), wording.patient_name(patient), ("patient.family_name", "patient.given_name")),
        (words.label("born"), born, ("patient.birth_date",)),
    )


def _footer(case: Case, words: PlainWords) -> str:
    born = words.day(case.patient.birth_date) if case.patient.birth_date else ""
    return " \u00b7 ".join(folded(one) for one in (wording.patient_name(case.patient), born) if one)


# The notice


def _reason(case: Case, words: PlainWords) -> Iterator[LetterParagraph]:
    rationale = case.rationale
    if rationale.reason:
        told = Sentence(wording.sentence(words.coded("reasons", rationale.reason)), ("rationale.reason",))
        yield paragraph(told, label=words.label("why"))
    yield _quoted(rationale.question, "rationale.question", "question", words)


def _quoted(text: str | None, path: str, label: str, words: PlainWords) -> LetterParagraph:
    said = folded(text or "")
    quote = Sentence(words.sentence("quoted", words=said) if said else "", (path,))
    return paragraph(quote, label=words.label(label))


def _cost(claim: ClaimRecord, words: PlainWords) -> Iterator[LetterParagraph]:
    fees = []
    for place, procedure in enumerate(claim.billing.procedures):
        if not procedure.fee:
            continue
        path = f"@claim.billing.procedures[{place}]"
        text = words.sentence("cost_fee", amount=letters.dollars(procedure.fee))
        sources = [f"{path}.fee"]
        if procedure.code:
            text += f" {words.label('code')}: {procedure.code}."
            sources.append(f"{path}.code")
        if procedure.quantity is not None and procedure.quantity > 1:
            text = f"{procedure.quantity} \u00d7 {text}"
            sources.append(f"{path}.quantity")
        fees.append(Sentence(text, tuple(sources)))
    yield from map(paragraph, fees or [fixed(words.sentence("cost_no_fee"))])
    yield paragraph(fixed(words.sentence("cost_maybe")), fixed(words.sentence("cost_no_promise")))


def _told(claim: ClaimRecord, words: PlainWords, question_words: Callable[[str], str]) -> Iterator[LetterParagraph]:
    call, path, say = claim.call, f"@claim.calls[{len(claim.calls) - 1}]", words.sentence
    if call is None or call.called_at is None:
        yield paragraph(fixed(say("told_nothing")))
        return
    day, sources = words.day(call.called_at), [f"{path}.called_at"]
    if call.source:
        told = say("told_call", source=words.coded("call_sources", call.source), day=day)
        sources.append(f"{path}.source")
    else:
        told = say("told_call_plain", day=day)
    said = [Sentence(told, tuple(sources))]
    if call.representative:
        who = wording.sentence(say("told_who", name=folded(call.representative)))
        said.append(Sentence(who, (f"{path}.representative",)))
    if call.reference_number:
        number = wording.sentence(say("told_number", number=folded(call.reference_number)))
        said.append(Sentence(number, (f"{path}.reference_number",)))
    if call.expires_on:
        said.append(Sentence(say("told_expires", day=words.day(call.expires_on)), (f"{path}.expires_on",)))
    yield paragraph(*said)
    for place, answer in enumerate(call.answers):
        if answer.question is not None and (answer.word is not None or answer.detail):
            yield paragraph(_answer(answer, f"{path}.answers[{place}]", words, question_words))


def _answer(answer: Answer, path: str, words: PlainWords, question_words: Callable[[str], str]) -> Sentence:
    """What was asked and what the plan said; its own words are quoted."""
    values = {"question": question_words(answer.question or ""), "detail": folded(answer.detail or "")}
    key, sources = "told_answer_text", [f"{path}.question"]
    if answer.word is not None:
        values["word"] = words.coded("answers", answer.word)
        key = "told_answer_detail" if answer.detail else "told_answer"
        sources.append(f"{path}.word")
    if answer.detail:
        sources.append(f"{path}.detail")
    return Sentence(words.sentence(key, **values), tuple(sources))


def _authorizations(claim: ClaimRecord, words: PlainWords) -> Iterator[LetterParagraph]:
    for kind in ("predetermination", "authorization"):
        known = [(place, one) for place, one in enumerate(claim.authorizations) if one.kind == kind and one.status]
        if not known:
            continue
        place, one = known[-1]
        path = f"@claim.authorizations[{place}]"
        values = {"kind": words.coded("authorization_kinds", kind), "status": words.coded("statuses", one.status or "")}
        if one.number:
            told = words.sentence("authorization_number", number=folded(one.number), **values)
        else:
            told = words.sentence("authorization", **values)
        said = [Sentence(told, (f"{path}.kind", f"{path}.status", *((f"{path}.number",) if one.number else ())))]
        if one.expires_on:
            until = words.sentence("authorization_expires", day=words.day(one.expires_on))
            said.append(Sentence(until, (f"{path}.expires_on",)))
        yield paragraph(*said)


# The summary


@dataclass(frozen=True, slots=True)
class _Place:
    structure: str
    side: str | None
    sources: tuple[str, ...]


def _sorted(case: Case) -> dict[str, list[_Place]]:
    """Structures by what is recorded of them. A finding says more than the scan list; a lesion is told elsewhere."""
    sorted_: dict[str, list[_Place]] = {"normal": [], "not-seen": [], "not-examined": [], "no-result": []}
    described: set[tuple[str, str | None]] = set()
    for number, finding in enumerate(case.findings):
        if finding.structure is None:
            continue
        described.add((finding.structure, finding.side))
        described.update((finding.structure, side) for side in sides_of(finding.side))
        path = f"findings[{number}]"
        told = finding.state or "no-result"
        if told in sorted_ and not finding.lesions:
            sources = (f"{path}.structure", f"{path}.side", *((f"{path}.state",) if finding.state else ()))
            sorted_[told].append(_Place(finding.structure, finding.side, sources))
    for number, entry in enumerate(case.scan):
        if entry.structure is None or entry.status is None or (entry.structure, entry.side) in described:
            continue
        described.add((entry.structure, entry.side))
        sources = tuple(f"scan[{number}].{name}" for name in ("structure", "side", "status"))
        told = "no-result" if entry.status == "examined" else entry.status
        sorted_[told].append(_Place(entry.structure, entry.side, sources))
    return sorted_


def _places(places: list[_Place], words: PlainWords, meaning: str = "") -> LetterParagraph:
    names = list(dict.fromkeys(words.place(one.structure, one.side) for one in places))
    if not names:
        return paragraph()
    sources = tuple(dict.fromkeys(source for one in places for source in one.sources))
    joined = names[0]
    if len(names) > 1:
        joined = f"{', '.join(names[:-1])} {words.said['and']} {names[-1]}"
    return paragraph(Sentence(f"{wording.capitalised(joined)}.", sources), fixed(meaning))


def _found(case: Case, words: PlainWords) -> Iterator[LetterParagraph]:
    is_found = False
    for number, finding in enumerate(case.findings):
        path = f"findings[{number}]"
        place = wording.capitalised(words.place(finding.structure, finding.side))
        about = (f"{path}.structure", f"{path}.side")
        for index, lesion in enumerate(finding.lesions):
            is_found = True
            own = f"{path}.lesions[{index}]"
            values = {"place": place, "kind": words.lesion(lesion)}
            if measured := size(lesion):
                text = words.sentence("found_lesion_size", size=measured, **values)
                yield paragraph(Sentence(text, (*about, f"{own}.kind", f"{own}.size_mm")))
            else:
                yield paragraph(Sentence(words.sentence("found_lesion", **values), (*about, f"{own}.kind")))
        if finding.state == "abnormal" and not finding.lesions:
            is_found = True
            yield paragraph(Sentence(words.sentence("found_change", place=place), (*about, f"{path}.state")))
    yield paragraph(fixed(words.sentence("pathology" if is_found else "found_nothing")))


def _reading(case: Case, words: PlainWords) -> Iterator[LetterParagraph]:
    reading = case.interpretation
    for place, line in enumerate(reading.impression):
        yield _quoted(line, f"interpretation.impression[{place}]", "dentist_words", words)
    if reading.certainty:
        word = words.coded("certainty", reading.certainty)
        yield paragraph(Sentence(words.sentence("reading_certainty", word=word), ("interpretation.certainty",)))
    yield _quoted(reading.limitations, "interpretation.limitations", "limitations_words", words)


def _next(case: Case, words: PlainWords) -> Iterator[LetterParagraph]:
    reading = case.interpretation
    yield _quoted(reading.recommendation, "interpretation.recommendation", "recommendation_words", words)
    if span := words.span(reading.follow_up):
        yield paragraph(Sentence(words.sentence("next_follow_up", span=span), ("interpretation.follow_up",)))
    urgent, source = reading.urgent, ("interpretation.urgent.notified",)
    if urgent is not None and isinstance(urgent.notified, str) and urgent.notified.strip():
        yield paragraph(Sentence(words.sentence("urgent", words=folded(urgent.notified)), source))
    elif urgent is not None and urgent.notified is True:
        yield paragraph(Sentence(words.sentence("urgent_given"), source))
    yield paragraph(fixed(words.sentence("questions")))

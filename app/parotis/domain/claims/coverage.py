"""The coverage call: what to ask, how long the answers hold, and where payer and chart disagree about the member."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from parotis import shipped
from parotis.domain.checking.context import folded, is_blank, name_words
from parotis.domain.claims import money

if TYPE_CHECKING:
    from parotis.domain.case import Case, PayerKind, Reason
    from parotis.domain.case import Claim as BillingFacts
    from parotis.domain.claims.payers import PayerProfile
    from parotis.domain.claims.records import Answer, CoverageCall

RESOURCE = "claims/call-sheet.json"
AnswerKind = Literal["yes-no", "text", "number", "date", "money"]
OWN_PREFIX = "own-"
"""How the ids of a payer's own questions begin; the rest is made of the text, so that order does not matter."""

_COUNT = re.compile(r"([0-9]{1,5})(?: (?:calendar )?(?:days?|characters?))?")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the call sheet.

    ``when`` holds the kinds of payer that are asked, and ``tmj``. ``fact`` is the field of the profile that the answer
    can fill and the way to read it; ``fills`` the field of the call that holds the answer. ``short`` says the question
    to a patient, by language.
    """

    id: str
    text: str
    kind: AnswerKind
    when: tuple[str, ...] = ()
    why: str = ""
    fact: tuple[str, str] | None = None
    fills: str | None = None
    short: tuple[tuple[str, str], ...] = ()

    def said(self, code: str, payer: str) -> str:
        """The question as it is read out."""
        return self.text.replace("{code}", code).replace("{payer}", payer)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A fact of the member that chart and payer have differently; ``text`` is a sentence without the values."""

    field: str
    chart: str
    payer: str
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the call says of a field of the profile: ``now`` is in the profile, ``said`` can be taken over."""

    field: str
    question: str
    now: Any
    said: Any
    text: str


@functools.cache
def sheet() -> tuple[Question, ...]:
    """Every question that the program ships, in the order of asking."""
    return tuple(
        Question(
            id=one["id"],
            text=one["text"],
            kind=one["kind"],
            when=tuple(one["when"]),
            why=one["why"],
            fact=(one["fact"]["field"], one["fact"]["as"]) if "fact" in one else None,
            fills=one.get("fills"),
            short=tuple(one["short"].items()),
        )
        for one in json.loads(shipped.read(RESOURCE))["questions"]
    )


def questions(
    kind: PayerKind | None, reason: Reason | None, profile: PayerProfile | None = None
) -> tuple[Question, ...]:
    """What to ask a payer of a kind for a study with a reason, and then the lines of the payer's own phone script.

    ``kind`` None, not known, asks for both kinds.
    """
    kinds = {kind} if kind else {"dental", "medical"}
    wanted = kinds | ({"tmj"} if reason == "tmj" else set())
    own = profile.phone_script if profile is not None else ()
    return (
        *(one for one in sheet() if wanted & set(one.when)),
        *(Question(_own_id(line), line, "text", why="From the practice's own notes on this payer.") for line in own),
    )


def _own_id(line: str) -> str:
    return OWN_PREFIX + hashlib.sha256(folded(line).encode()).hexdigest()[:8]


def question_words(question: str, language: str = "en") -> str:
    """A question in a few words for a patient, by its id; an id that is not on the sheet in its own words."""
    found = next((one for one in sheet() if one.id == question), None)
    words = dict(found.short) if found is not None else {}
    return words.get(language) or words.get("en") or question.replace("-", " ").capitalize()


def open_questions(call: CoverageCall, asked: tuple[Question, ...]) -> tuple[Question, ...]:
    """The questions that the call does not answer; "unknown" is an answer."""
    given = {answer.question: answer for answer in call.answers}

    def is_open(one: Question) -> bool:
        if one.fills is not None and getattr(call, one.fills) is not None:
            return False
        answer = given.get(one.id)
        return answer is None or (answer.word is None and is_blank(answer.detail))

    return tuple(filter(is_open, asked))


def problems_of(call: CoverageCall) -> tuple[tuple[str, str], ...]:
    """What is missing or cannot be read in a call: path and sentence. None of it keeps the call from being recorded."""
    return tuple(_problems(call))


def _problems(call: CoverageCall) -> Iterator[tuple[str, str]]:
    if call.called_at is None:
        yield "called_at", "When the payer was asked is missing."
    if call.source is None:
        yield "source", "Whether by phone, portal or letter is missing."
    if call.source == "phone" and is_blank(call.representative):
        yield "representative", "The name of the representative is missing: the call is hard to prove."
    if call.source != "letter" and is_blank(call.reference_number):
        yield "reference_number", "The reference number is missing: the call is hard to prove."
    known = {one.id: one for one in sheet()}
    seen: set[str | None] = set()
    for place, answer in enumerate(call.answers):
        path = f"answers[{place}]"
        if answer.question in seen:
            yield f"{path}.question", "The question is answered twice."
        seen.add(answer.question)
        if answer.question is None or answer.question.startswith(OWN_PREFIX):
            continue
        if answer.question not in known:
            yield f"{path}.question", "The call sheet has no such question."
            continue
        question = known[answer.question]
        if question.kind == "yes-no" and answer.word is None:
            yield f"{path}.word", "The answer is yes, no or unknown."
        elif question.kind != "yes-no" and not is_blank(answer.detail) and not _reads_as(answer, question.kind):
            yield f"{path}.detail", _FORMS[question.kind]


_FORMS = {
    "number": "The answer is not a whole number of days or characters.",
    "date": "The answer is not a date of the calendar (YYYY-MM-DD).",
    "money": "The answer is not an amount such as 50.00.",
}


def _reads_as(answer: Answer, kind: AnswerKind) -> bool:
    said = (answer.detail or "").strip()
    if kind == "number":
        return _count(said) is not None
    try:
        if kind == "date":
            return len(said) == len("2026-11-12") and dt.date.fromisoformat(said) is not None
        if kind == "money":
            return money.cents(said.removeprefix("$").replace(",", "")) >= 0
    except ValueError:
        return False
    return True


def _count(text: str) -> int | None:
    found = _COUNT.fullmatch(folded(text))
    return int(found[1]) if found else None


def expiry(call: CoverageCall, profile: PayerProfile | None) -> dt.date | None:
    """The last day on which the answers hold: as told, else the payer's usual time; None when neither is known."""
    if call.expires_on is not None:
        return call.expires_on
    if call.called_at is None or profile is None or profile.coverage_valid_days is None:
        return None
    return call.called_at.date() + dt.timedelta(days=profile.coverage_valid_days)


def is_expired(call: CoverageCall, profile: PayerProfile | None, today: dt.date) -> bool:
    """Whether the answers no longer hold on a day; not known counts as holding."""
    last = expiry(call, profile)
    return last is not None and last < today


# The member as chart and payer have them

_OWN_LETTERS = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_WITHIN_WORDS = re.compile(r"['’ʼ‘`´.]")


def mismatches(case: Case, billing: BillingFacts, call: CoverageCall) -> tuple[Mismatch, ...]:
    """Where the payer, read out on the call, has the member differently. What the payer did not say is not compared.

    Names are the same whatever their case, accents, order and punctuation; numbers whatever their separators. Where
    the patient is not the subscriber, the member may be either; the chart has no birth date of a subscriber.
    """
    member, patient, holder = call.member, case.patient, billing.subscriber
    chart_name = (patient.family_name or "", patient.given_name or "")
    payer_name = (member.family_name or "", member.given_name or "")
    is_other_person = holder is not None and holder.relationship not in (None, "self")
    is_holder = (
        is_other_person
        and holder is not None
        and not is_blank(holder.name)
        and _is_one_name(("", holder.name or ""), payer_name)
    )
    found: list[Mismatch] = []
    if not is_holder:
        found += _names(chart_name, payer_name)
        found += _birth_date(patient.birth_date, member.birth_date)
    for name, label in (("member_id", "member number"), ("group", "group")):
        chart, payer = (getattr(holder, name) if holder is not None else None) or "", getattr(member, name) or ""
        if _folded_number(payer) and _folded_number(payer) != _folded_number(chart):
            text = (
                f"The payer has another {label}." if chart.strip() else f"The chart has no {label}; the payer has one."
            )
            found.append(Mismatch(name, chart, payer, text))
    return tuple(found)


def _names(chart: tuple[str, str], payer: tuple[str, str]) -> Iterator[Mismatch]:
    if not any(map(_compact, payer)) or _is_one_name(chart, payer):
        return
    for name, label, ours, theirs in zip(
        ("family_name", "given_name"), ("family name", "given name"), chart, payer, strict=True
    ):
        if _compact(theirs) and not _is_one_name(("", ours), ("", theirs)):
            yield Mismatch(name, ours, theirs, f"The payer has another {label}.")


def _birth_date(chart: dt.date | None, payer: dt.date | None) -> Iterator[Mismatch]:
    if payer is None or payer == chart:
        return
    text = "The payer has another date of birth."
    if chart is not None and (chart.year, chart.month, chart.day) == (payer.year, payer.day, payer.month):
        text = "The payer has another date of birth: day and month are exchanged."
    yield Mismatch("birth_date", chart.isoformat() if chart else "", payer.isoformat(), text)


def _is_one_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether family and given name of both are the same words; a part that is empty in both is not compared."""
    for ours in _spellings(one):
        for theirs in _spellings(other):
            if tuple(map("".join, ours)) == tuple(map("".join, theirs)):
                return True
            if sorted(word for part in ours for word in part) == sorted(word for part in theirs for word in part):
                return True
    return False


def _spellings(name: tuple[str, str]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The words of each part, with accents dropped, and with the two letters that some registers write for one."""
    plain = [_WITHIN_WORDS.sub("", unicodedata.normalize("NFC", part).casefold()) for part in name]
    return tuple(
        tuple(name_words(part.translate(letters).translate(_OWN_LETTERS)) for part in plain)
        for letters in ({}, _TWO_LETTERS)
    )


def _compact(text: str) -> str:
    return "".join(name_words(text))


def _folded_number(text: str) -> str:
    return "".join(character for character in folded(text) if character.isalnum())


# What the call tells about the payer


def profile_proposals(call: CoverageCall, profile: PayerProfile) -> tuple[Proposal, ...]:
    """Answers about the payer, not the member, that differ from the profile and can be taken over."""
    return tuple(_proposals(call, profile))


def _proposals(call: CoverageCall, profile: PayerProfile) -> Iterator[Proposal]:
    by_id = {one.id: one for one in sheet()}
    for answer in call.answers:
        question = by_id.get(answer.question or "")
        if question is None or question.fact is None:
            continue
        field, form = question.fact
        said = _fact(answer, form)
        now = _value_at(profile, field)
        if said is None or said == now or (form == "offered" and said == "recommended" and now == "required"):
            continue
        text = "The profile does not know this; the call does." if now in (None, ()) else "The call says otherwise."
        yield Proposal(field, question.id, now, said, text)


def _fact(answer: Answer, form: str) -> Any:
    if form == "number":
        return _count((answer.detail or "").strip()) or None
    if form == "lines":
        return tuple(" ".join(line.split()) for line in (answer.detail or "").splitlines() if line.strip()) or None
    if answer.word not in ("yes", "no"):
        return None
    return _WORDS[form][answer.word == "no"]


_WORDS = {
    "wanted": ("required", "no"),
    "offered": ("recommended", "no"),
    "attach-when": ("with-claim", "on-request"),
}


def _value_at(profile: PayerProfile, field: str) -> Any:
    value: Any = profile
    for name in field.split("."):
        value = getattr(value, name)
    return value


def taken_over(profile: PayerProfile, *proposals: Proposal) -> PayerProfile:
    """The profile with what was proposed in it; not saved, and its dates and source are as they were."""
    for one in proposals:
        outer, _, inner = one.field.rpartition(".")
        if outer:
            said = replace(getattr(profile, outer), **{inner: one.said})
            profile = replace(profile, **{outer: said})
        else:
            profile = replace(profile, **{inner: one.said})
    return profile

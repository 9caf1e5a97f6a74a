"""Phrases and templates: what may be put into a draft with a shortcut, and what a preset proposes.

A phrase is plain text with fixed placeholders and prompts. Nothing in it is evaluated and nothing nests: a placeholder
is replaced by a fact of the draft, a prompt by its answer. What stays open stays in the text as ``[[Question]]``, and
the check ``text.blank`` blocks the signature until it is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from parotis.domain import anatomy, paths, wording
from parotis.domain.case import Case, Finding, Lesion
from parotis.domain.checking.people import age_years
from parotis.domain.draft_entry import PhraseUse

Origin = Literal["shipped", "practice", "personal"]
Scope = Literal["practice", "personal"]
AskKind = Literal["one", "many", "text"]

PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "side": ("left", "right"),
    "structure": (),
    "letter": (),
    "size": (),
    "age": (),
    "sex": ("female", "male"),
    "date": (),
}
"""Every placeholder, and the choices that are offered where the draft does not say it."""

PLACE = re.compile(r"\{(?P<placeholder>[a-z]+)\}(?P<space> ?)|\[\[(?P<prompt>[a-z0-9-]+)\]\]")
"""A placeholder or a prompt in the text of a phrase."""

_BLANK = re.compile(r"\[\[[^\[\]\n]{1,400}\]\]")
_TYPED = re.compile(r"(?:^|(?<=[\s(]))\.[a-z0-9][a-z0-9-]*$", re.IGNORECASE)
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Ask:
    """A question about a blank. ``many`` takes any number of the choices, ``one`` exactly one, ``text`` is typed."""

    question: str
    kind: AskKind = "text"
    choices: tuple[str, ...] = ()

    @property
    def blank(self) -> str:
        """How the blank stands in the text until it is answered."""
        return f"[[{self.question}]]"


@dataclass(frozen=True, slots=True)
class Phrase:
    """``fields`` are path patterns, a path without its positions: ``findings.note``. ``prompts`` are asks by id."""

    id: str
    shortcut: str
    title: str
    fields: tuple[str, ...]
    text: str
    prompts: Mapping[str, Ask]


@dataclass(frozen=True, slots=True)
class Template:
    """Case-file values by path, proposed for a preset. None means any preset, sex or age; ages in whole years."""

    preset: str | None
    sex: str | None
    age: tuple[int, int] | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PhraseSet:
    """A phrase file. ``scope`` says for whom it may be taken; None leaves that to the one who takes it."""

    name: str
    phrases: tuple[Phrase, ...] = ()
    templates: tuple[Template, ...] = ()
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class ActiveSet:
    """A set in use. ``key`` names it among all sets of the practice; ``version`` counts from 1, those shipped too."""

    key: str
    origin: Origin
    version: int
    content: PhraseSet


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that fits what is typed, and how its use is recorded."""

    phrase: Phrase
    use: PhraseUse


@dataclass(frozen=True, slots=True)
class Insertion:
    """The text to insert with its blanks, and the questions about them in their order."""

    text: str
    asks: tuple[Ask, ...]


def defaults_for(
    sets: Iterable[PhraseSet | ActiveSet], preset: str, age: int | None, sex: str | None
) -> dict[str, Any]:
    """What the templates propose for a preset: case-file values by path. None of it is confirmed by anybody.

    ``age`` is in completed years. Later sets come before earlier ones, and in a set later templates; one for an age
    needs a known age.
    """
    proposed: dict[str, Any] = {}
    for one in sets:
        content = one.content if isinstance(one, ActiveSet) else one
        for template in content.templates:
            if _fits(template, preset, age, sex):
                proposed.update(template.values)
    return proposed


def _fits(template: Template, preset: str, age: int | None, sex: str | None) -> bool:
    if template.preset not in (None, preset) or template.sex not in (None, sex):
        return False
    return template.age is None or (age is not None and template.age[0] <= age <= template.age[1])


def typed_shortcut(before: str) -> str:
    """The shortcut that is being typed at the end of ``before``, in small letters; empty when there is none."""
    found = _TYPED.search(before[-64:])
    return found[0].lower() if found else ""


def pattern_of(path: str) -> str:
    """A path without its positions."""
    return _INDEX.sub("", path)


def matches(sets: Sequence[ActiveSet], path: str, typed: str) -> tuple[Match, ...]:
    """The phrases for the field at ``path`` whose shortcut begins with ``typed``, the exact one first.

    A later set comes before an earlier one where both have the same shortcut.
    """
    pattern = pattern_of(path)
    chosen: dict[str, tuple[Phrase, ActiveSet]] = {}
    for one in sets:
        for phrase in one.content.phrases:
            if phrase.shortcut.startswith(typed):
                chosen[phrase.shortcut] = (phrase, one)
    fitting = [
        Match(phrase, PhraseUse(one.key, one.version, phrase.id))
        for phrase, one in chosen.values()
        if pattern in phrase.fields
    ]
    return tuple(sorted(fitting, key=lambda match: match.phrase.shortcut))


def filled(phrase: Phrase, facts: Mapping[str, str]) -> Insertion:
    """The text of a phrase with the facts put in; a fact that is missing becomes a blank that is asked for.

    An empty fact says that there is nothing to say (the side of the tongue): its place closes.
    """
    asks: list[Ask] = []

    def put(found: re.Match[str]) -> str:
        name = found["placeholder"]
        if name is not None and name in facts:
            return facts[name] + found["space"] if facts[name] else ""
        if name is not None:
            offered = PLACEHOLDERS[name]
            ask, space = Ask(wording.capitalised(name), "one" if offered else "text", offered), found["space"]
        else:
            ask, space = phrase.prompts[found["prompt"]], ""
        if ask not in asks:
            asks.append(ask)
        return ask.blank + space

    text = PLACE.sub(put, phrase.text)
    return Insertion(wording.capitalised(text) if phrase.text.startswith("{") else text, tuple(asks))


def answer_text(chosen: Sequence[str]) -> str:
    """Several choices as they read in a sentence."""
    return wording.listed(list(chosen))


def next_blank(text: str, position: int) -> tuple[int, int] | None:
    """Start and end of the first blank that begins at or after ``position``, else of the first one in the text."""
    found = _BLANK.search(text, position) or _BLANK.search(text)
    return found.span() if found else None


def age_of(case: Case) -> int | None:
    """Completed years on the day of the exam; None where birth or exam is not recorded, or their order is wrong."""
    at, born = case.exam.performed_at, case.patient.birth_date
    return age_years(born, at.date()) if at is not None and born is not None and born <= at.date() else None


def facts_at(case: Case, path: str) -> dict[str, str]:
    """What the draft says of each placeholder for a text at ``path``; what it does not say is left out.

    In a finding or lesion its own facts; elsewhere those of the only lesion, else of the only abnormal finding.
    """
    facts: dict[str, str] = {}
    finding, lesion = _about(case, path)
    if finding is not None:
        facts.update(_place_facts(finding))
    if lesion is not None:
        facts.update(_lesion_facts(lesion))
    if case.exam.performed_at is not None:
        facts["date"] = wording.day(case.exam.performed_at.date())
    age = age_of(case)
    if age is not None:
        facts["age"] = str(age)
    if case.patient.sex in PLACEHOLDERS["sex"]:
        facts["sex"] = str(case.patient.sex)
    return facts


def _about(case: Case, path: str) -> tuple[Finding | None, Lesion | None]:
    parts = paths.steps(path)
    if parts[0] == "findings" and len(parts) > 1:
        finding: Finding | None = paths.read(case, paths.join(parts[:2]))
        if finding is None:
            return None, None
        if len(parts) > 3 and parts[2] == "lesions":
            return finding, paths.read(case, paths.join(parts[:4]))
        return finding, finding.lesions[0] if len(finding.lesions) == 1 else None
    found = [(finding, lesion) for finding in case.findings for lesion in finding.lesions]
    if len(found) == 1:
        return found[0]
    abnormal = [finding for finding in case.findings if finding.state == "abnormal"]
    return (abnormal[0] if len(abnormal) == 1 and not found else None), None


def _place_facts(finding: Finding) -> dict[str, str]:
    if finding.structure is None:
        return {}
    facts = {"structure": anatomy.structure_name(finding.structure)}
    if finding.side is not None:
        facts["side"] = finding.side
    elif not anatomy.STRUCTURES[finding.structure].paired:
        facts["side"] = ""
    return facts


def _lesion_facts(lesion: Lesion) -> dict[str, str]:
    facts = {"letter": lesion.label} if lesion.label else {}
    axes = [wording.number(axis) for axis in lesion.size_mm or () if axis is not None]
    return {**facts, "size": " x ".join(axes)} if axes else facts

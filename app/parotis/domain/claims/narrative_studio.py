"""The narrative at work: what each channel would leave of it, where each sentence comes from, what was typed by hand.

Composing is ``parotis.domain.narrative``; checking of what was typed is ``parotis.domain.claims.edited_text``.
"""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from parotis import shipped
from parotis.domain import lexicon, narrative, paths, wording
from parotis.domain.anatomy import described
from parotis.domain.case import Case
from parotis.domain.narrative import Narrative

LENGTHS = (80, 100, 400, 2000)
"""Characters that the studio shows: those of the export, and the 100 of some portals."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What a channel of ``limit`` characters leaves of a text. ``ends_in_word``: the cut goes through a word."""

    limit: int
    text_left: str
    is_whole: bool
    ends_in_word: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an edited text; ``is_own``: typed by hand, not composed from the record."""

    text: str
    is_own: bool


def composed(case: Case, limit: int) -> Narrative:
    """The narrative from the record. Raises ValueError when ``limit`` is below 1."""
    return narrative.compose(case, limit)


def cuts(text: str) -> tuple[Cut, ...]:
    """What each length leaves of a text when a channel just cuts it off, which is what they do."""
    return tuple(_cut(text, limit) for limit in LENGTHS)


def _cut(text: str, limit: int) -> Cut:
    left = text[:limit]
    is_whole = len(text) <= limit
    return Cut(limit, left, is_whole, not is_whole and left[-1].isalnum() and text[limit].isalnum())


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    said: dict[str, dict[str, str]] = json.loads(shipped.read("claims/field-words.json"))
    return said


def words_of_source(case: Case, path: str) -> str:
    """The field that a sentence comes from, in words: "Findings: right parotid gland, lesion A, size"."""
    if path.startswith("@"):
        name, _, rest = path[1:].partition(".")
        owner = _words()["outside"].get(name, name)
        return f"{owner}: {_plain(rest)}" if rest else owner
    steps = paths.steps(path)
    if steps[0] == "findings":
        return f"Findings: {_finding(case, steps)}"
    if steps[0] in ("symptoms", "scan") and len(steps) > 1:
        section = {"symptoms": "Symptoms", "scan": "Region"}[str(steps[0])]
        owner = paths.read(case, paths.join(steps[:2]))
        kind = getattr(owner, "kind", None)
        place = described(owner.structure, owner.side) if owner is not None and owner.structure else None
        parts = [lexicon.words(kind) if kind else None, place, _label(steps)]
        return f"{section}: {', '.join(part for part in parts if part)}"
    if steps[:2] == ("rationale", "prior_studies") and len(steps) > 2:
        study = paths.read(case, paths.join(steps[:3]))
        name = wording.prior_study(study.kind if study is not None else None)
        return f"Rationale: earlier study, {name}, {_label(steps)}".rstrip(", ")
    return _label(steps)


def _finding(case: Case, steps: tuple[paths.Step, ...]) -> str:
    finding = paths.read(case, paths.join(steps[:2]))
    parts = [described(finding.structure, finding.side) if finding is not None else "finding"]
    if steps[2:3] == ("lesions",) and len(steps) > 3:
        lesion = paths.read(case, paths.join(steps[:4]))
        position = steps[3]
        letter = (
            lesion.label if lesion is not None and lesion.label else position + 1 if isinstance(position, int) else ""
        )
        parts.append(f"lesion {letter}")
        known = {
            facts.id: facts.label for facts in lexicon.lesion_terms_of(lesion.kind if lesion is not None else None)
        }
    else:
        known = {facts.id: facts.label for facts in lexicon.every_attribute().values()}
    last = next((step for step in reversed(steps) if isinstance(step, str)), "")
    label = known.get(last) if last not in ("note", "kind") else None
    parts.append(label.lower() if label else _label(steps))
    return ", ".join(part for part in parts if part)


def _label(steps: tuple[paths.Step, ...]) -> str:
    """The words of the longest beginning of a path that has some."""
    generic = "".join("[]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    inner = generic[generic.index("lesions[]") :] if "lesions[]" in generic else generic
    fields = _words()["fields"]
    for candidate in (inner, *_shorter(inner)):
        if candidate in fields:
            return fields[candidate]
    return _plain(paths.join(steps))


def _shorter(generic: str) -> Iterator[str]:
    while "." in generic or generic.endswith("[]"):
        generic = generic.removesuffix("[]") if generic.endswith("[]") else generic.rpartition(".")[0]
        yield generic


def _plain(path: str) -> str:
    names = [name for name in re.split(r"[.\[\]0-9]+", path) if name]
    return ", ".join(name.replace("_", " ") for name in names)


# What was typed by hand

_TOKEN = re.compile(r"\s*\S+\s*$|\s*\S+(?=\s)|\s+$")


def marked(composed_text: str, edited: str) -> tuple[Span, ...]:
    """An edited text in stretches: taken from the composed one, or typed by hand. Joined they are the edited text."""
    before, after = _TOKEN.findall(composed_text), _TOKEN.findall(edited)
    matcher = difflib.SequenceMatcher(None, [one.strip() for one in before], [one.strip() for one in after], False)
    spans: list[Span] = []
    for kind, _, _, start, end in matcher.get_opcodes():
        text = "".join(after[start:end])
        if text:
            spans.append(Span(text, kind != "equal"))
    return tuple(spans)


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_FIXED_FACTS = re.compile(
    r"(?:Date of service|Scanned by|Interpreted by|Why ultrasound|Reason for the scan|Follow-up in)\b", re.IGNORECASE
)


def boilerplate(text_one: str, text_other: str) -> float:
    """The share of sentences of the shorter text that stand in both, from 0 to 1.

    Facts of the visit and coded reasons, which two patients may rightly share, are not counted.
    """
    one, other = _telling(text_one), _telling(text_other)
    if not one or not other:
        return 0.0
    return len(one & other) / min(len(one), len(other))


def _telling(text: str) -> set[str]:
    sentences = (" ".join(one.split()).casefold() for one in _SENTENCE_END.split(text))
    return {one for one in sentences if one and not _FIXED_FACTS.match(one)}

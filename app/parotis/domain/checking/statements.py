"""What a sentence says of a term in it: asserted, hedged, denied, or in doubt. English, as dentists write it.

Texts are read once and remembered by digest, because the checks run at every keystroke: a few hundred sentences in
memory, which ends with the process when the window locks. At most the first ``LONGEST_READ`` characters are read, so
that a pasted book does not stop the window.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from parotis.domain.anatomy import sides_of
from parotis.domain.checking import side_lexicon
from parotis.domain.checking.context import folded
from parotis.domain.checking.side_words import Found, named_structures, with_sides_spelt_out

Standing = Literal["asserted", "hedged", "denied", "doubtful"]

LONGEST_READ = 20_000
_LONGEST_SENTENCE = 600
_MOST_KNOWN = 256

_SENTENCE_END = re.compile(r"(?<!\brt)(?<!\blt)(?<!\be\.g)(?<!\bi\.e)(?<!\bapprox)(?<!\bdr)[.!?](?=\s|$)|[;\n]")
_NEGATOR = re.compile(
    r"\b(?:no(?! (?:interval |significant |relevant )?(?:change|growth|increase|progression)\b)"
    r"|not(?! only)(?! reduc)|without(?! reduction)"
    r"|w/o|neither|nor|none of|never|den(?:y|ies|ied)|absence of|absent|free of|negative for|lack(?:s|ing|s of)?"
    r"|rather than|instead of|cannot)\b"
)
_STRONG_BREAK = re.compile(
    r"\b(?:but|however|although|though|while|whereas|except|apart from|besides|yet"
    r"|there (?:is|are)|and (?:there|the|a|an"
    r"|its|mild\w*|moderate\w*|marked\w*|small|large|left|right))\b|[:—–(]| - "
)
_WEAK_BREAK = re.compile(
    r"\b(?:with(?! no\b)|which|that|to (?:explain|suggest|account)|in (?:a|an|the|keeping|his|her)|of (?:the|a)"
    r"|within|because|since|above|beyond)\b"
)
_JOINS = re.compile(r"\b(?:or|nor)\b|\band\b(?! (?:the|a|there))|/")
_UNSEEN = re.compile(
    r"[^.;,()]{0,45}?\b(?:(?:is|are|was|were|can|could|has|have|had|be|been)\s+)*(?:"
    r"(?:not|no longer)\s+(?:be\s+|been\s+)?(?:seen|identif\w+|detect\w+|found|visib\w+"
    r"|visuali\w+|present|demonstrat\w+"
    r"|eviden\w+|shown|noted|appreciat\w+|recogni\w+|suspected|enlarged|dilated|displaced|increased)"
    r"|absent|resolved|gone|disappeared|cleared|vanished|subsided|ruled out|excluded)\b"
)
_ANOTHER_SUBJECT = re.compile(r"\b(?:with|without|which|that|whose|and|but|no|in)\b")
_NOT_EXCLUDED = re.compile(
    r"\b(?:cannot|can not|could not|can't|not|never)\s+(?:be\s+)?(?:\w+\s+)?(?:exclud\w+"
    r"|rul\w+ out)|\bto (?:exclude|rule out)\b"
    r"|\br/o\b|\bunlikely\b|\bif\b|\bin case of\b|\brisk of\b|\bshould\b|\?"
)
_PAST = re.compile(
    r"\b(?:previous\w*|prior|earlier|former\w*|history of|status post|s/p|after (?:removal|excision|drainage)|removed"
    r"|excised|resolved|on file|known from|in (?:19|20)\d\d)\b"
)
_HEDGE = re.compile(
    r"\b(?:possib\w+|may|might|could|suspect\w*|suspicious|query|concern\w*|suggest\w*|question\w*|probab\w+|likely"
    r"|presum\w+|consistent|compatible|keeping|favou?r\w*|versus|vs|typical|appearance|features?|pattern|differential"
    r"|indetermina\w+)\b"
)
_ANOTHER = re.compile(r"\b(?:other|further|additional|second|third|more|new|elsewhere|else|residual|rest|remaining)\b")
_CLAUSE_END = re.compile(r"[,:()—–]| - |\b(?:but|however|while|whereas|although|except)\b")


@dataclass(frozen=True, slots=True)
class Said:
    """One place of a term: how it stands, and the sides and structures that it is said of."""

    match: re.Match[str]
    standing: Standing
    scope: tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class Sentence:
    """Plain words, without case and accents. ``sides`` and ``structures``: all that are named; empty for none.

    A sentence that names neither speaks about what the one before it in the same text speaks about.
    """

    text: str
    inherited: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())

    @cached_property
    def named(self) -> list[Found]:
        return named_structures(self.text)

    @cached_property
    def own_sides(self) -> frozenset[str]:
        return named_sides(self.text)

    @cached_property
    def own_structures(self) -> frozenset[str]:
        return frozenset[str]().union(*(means for *_, means in self.named))

    @cached_property
    def is_about(self) -> tuple[frozenset[str], frozenset[str]]:
        """Sides and structures."""
        if self.own_sides:
            return self.own_sides, self.own_structures
        if self.own_structures:
            sides, structures = self.inherited
            return (sides if structures & self.own_structures else frozenset()), self.own_structures
        return self.inherited

    @cached_property
    def _found(self) -> dict[re.Pattern[str], tuple[Said, ...]]:
        return {}

    def said(self, words: re.Pattern[str]) -> tuple[Said, ...]:
        """Each place of a term, found once. A named group of the pattern, where one matches, is the term."""
        found = self._found.get(words)
        if found is None:
            found = self._found[words] = tuple(map(self._said, words.finditer(self.text)))
        return found

    def _said(self, match: re.Match[str]) -> Said:
        start, end = match.span(match.lastgroup) if match.lastgroup is not None else match.span()
        return Said(match, self.standing(start, end), self.scope_of(start, end))

    def clause_of(self, start: int, end: int) -> str:
        """The stretch between commas in which a term stands."""
        ends = [match.start() for match in _CLAUSE_END.finditer(self.text, end)]
        starts = [match.end() for match in _CLAUSE_END.finditer(self.text, 0, start)]
        return self.text[starts[-1] if starts else 0 : ends[0] if ends else len(self.text)]

    def scope_of(self, start: int, end: int) -> tuple[frozenset[str], frozenset[str]]:
        """Sides and structures that a term is said of: those of its clause, else of its sentence."""
        clause = self.clause_of(start, end)
        sides = named_sides(clause) or self.is_about[0]
        structures = frozenset[str]().union(*(means for *_, means in named_structures(clause)))
        return sides, structures or self._narrowest or self.is_about[1]

    @cached_property
    def _narrowest(self) -> frozenset[str]:
        """What the sentence names, the wider word left out: of "node at level III" the level."""
        named = [means for *_, means in self.named]
        return frozenset[str]().union(*(one for one in named if not any(other < one for other in named)))

    def standing(self, start: int, end: int) -> Standing:
        """How a term at a place stands."""
        text, clause = self.text, self.clause_of(start, end)
        if _NOT_EXCLUDED.search(clause):
            return "doubtful"
        denied = self._is_denied(start)
        if denied is not None:
            return denied
        after = _UNSEEN.match(text, end)
        if after is not None and not _ANOTHER_SUBJECT.search(after[0]):
            return "denied"
        if _PAST.search(clause):
            return "doubtful"
        return "hedged" if _HEDGE.search(text) else "asserted"

    def _is_denied(self, start: int) -> Standing | None:
        negators = list(_NEGATOR.finditer(self.text, 0, start))
        if not negators:
            return None
        negator = negators[-1]
        between = self.text[negator.end() : start]
        if _STRONG_BREAK.search(between):
            return None
        if _ANOTHER.search(between):
            return "doubtful"
        if _WEAK_BREAK.search(between):
            return "doubtful"
        if "," in between:
            rest = self.text[start:]
            stop = _STRONG_BREAK.search(rest)
            listed = between + rest[: stop.start() if stop is not None else 60]
            return "denied" if _JOINS.search(listed) else "doubtful"
        return "denied" if len(between.split()) <= 8 else "doubtful"


_known: dict[bytes, tuple[Sentence, ...]] = {}


def read(text: str | None) -> tuple[Sentence, ...]:
    """The sentences of a text, plain and in order."""
    if not text:
        return ()
    text = text[:LONGEST_READ]
    key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = _known[key] = tuple(_sentences(text))
    return found


def _sentences(text: str) -> list[Sentence]:
    found: list[Sentence] = []
    about: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    for piece in _SENTENCE_END.split(with_sides_spelt_out(text).replace("\u2019", "'")):
        plain = folded(piece)[:_LONGEST_SENTENCE]
        if plain:
            sentence = Sentence(plain, about)
            about = sentence.is_about
            found.append(sentence)
    return found


def named_sides(text: str) -> frozenset[str]:
    """The sides that a text in small letters names."""
    named = (match.lastgroup for match in side_lexicon.SIDE.finditer(text))
    return frozenset[str]().union(*(sides_of(side) for side in named))

"""Which side a text speaks about, and of which structure. English, as dentists and patients write it.

Reading is careful rather than clever: a side that is denied, compared with, turned towards or long past is told apart
from one that is asserted, and words that only look like a side ("right away", "left untreated") are no side at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from parotis.domain.anatomy import STRUCTURES
from parotis.domain.checking import side_lexicon as lexical
from parotis.domain.checking.side_lexicon import Structures

Standing = Literal["asserted", "denied", "doubtful", "compared"]


@dataclass(frozen=True, slots=True)
class SideMention:
    """``structures`` None: the text names no structure. ``has_sign``: a complaint or finding is named beside it.

    ``standing``: asserted; denied ("no swelling on the left", "the left gland is normal"); doubtful (past, a tooth);
    compared ("thicker than the left"). ``is_normal``: the text calls it normal.
    """

    side: Literal["left", "right", "bilateral"]
    structures: Structures | None
    standing: Standing
    has_sign: bool
    is_normal: bool


_LONGEST_TEXT = 40_000
_LONGEST_SENTENCE = 400
_NEAR = 80
_MOST_SIDES = 12
_MOST_KNOWN = 512

_known: dict[bytes, tuple[SideMention, ...]] = {}
"""What was read, by digest: the checks run at every keystroke over mostly the same texts, and no text stays behind."""

Found = tuple[int, int, Structures]
"""Start, end and meaning of a structure's name."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A stretch of a sentence between commas. ``is_after_denial``: what came before it denies, and may go on."""

    text: str
    structures: list[Found]
    is_after_denial: bool
    is_past: bool
    is_plan: bool

    @property
    def has_sign(self) -> bool:
        is_act = self.is_plan and lexical.ACT.search(self.text) is not None
        return is_act or lexical.SIGN.search(self.text) is not None

    @property
    def lends_sign(self) -> bool:
        """Whether its sign belongs to the side named next to it: "lump of 15 mm, left parotid tail"."""
        is_denied = self.is_after_denial or lexical.NEGATOR.search(self.text) is not None
        return self.has_sign and not is_denied and lexical.SIDE.search(self.text) is None

    @property
    def is_normal(self) -> bool:
        is_called = lexical.CALLED_NORMAL.search(self.text) is not None
        return is_called and not self.has_sign and lexical.NEGATOR.search(self.text) is None

    def bound_sides(self) -> list[tuple[re.Match[str], Structures | None]]:
        """The words for sides, each with the structure it belongs to; sides joined by "and" share one."""
        named = islice(lexical.SIDE.finditer(self.text), _MOST_SIDES)
        sides = [match for match in named if _is_side(self.text, match, self.structures)]
        bound = [_binding(self.text, match, sides, self.structures) for match in sides]
        for number in range(len(sides) - 2, -1, -1):
            between = self.text[sides[number].end() : sides[number + 1].start()]
            if lexical.JOINED.fullmatch(between) is not None:
                bound[number] = bound[number + 1]
        return list(zip(sides, bound, strict=True))

    def standing(self, match: re.Match[str]) -> Standing:
        text = self.text
        is_past = self.is_past or (not self.is_plan and lexical.PAST.search(text) is not None)
        if lexical.COMPARED_WITH.search(text[: match.start()]):
            return "compared"
        if is_past or _is_of_tooth(text, match):
            return "doubtful"
        negator, sign = lexical.NEGATOR.search(text), lexical.SIGN.search(text)
        is_still_there = lexical.STILL_THERE.search(text) is not None
        if negator is not None and not is_still_there:
            # "Swelling on the right without pain" asserts the swelling; "the right joint shows no effusion" denies.
            is_about_more = sign is not None and max(sign.start(), match.start()) < negator.start()
            if not is_about_more or negator[0] in lexical.ABSENT:
                return "denied"
        elif lexical.NORMAL.search(text) and not lexical.NOT_WHOLLY_NORMAL.search(text) and not is_still_there:
            return "denied" if sign is None else "doubtful"
        return "doubtful" if self.is_after_denial or lexical.COMPARED.search(text) else "asserted"


def mentions(text: str | None, *, is_plan: bool = False) -> tuple[SideMention, ...]:
    """The sides that a text speaks about, in reading order.

    ``is_plan``: the text says what is to be done, so "remove" is not the past, and an act counts as a sign.
    """
    if not text or lexical.ANY_SIDE.search(text) is None:
        return ()
    key = hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"), digest_size=16, person=b"plan" if is_plan else b""
    ).digest()
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = _known[key] = _mentions(text, is_plan=is_plan)
    return found


_PIECE = re.compile(r"[^.!?;\n]{1,400}")
"""A sentence, or a piece of an endless one."""


def side_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where the words "left" and "right" of a text stand that mean a side, as (start, end)."""
    found: list[tuple[int, int]] = []
    for piece in _PIECE.finditer(text):
        # A letter that grows when made small stays, so that positions are those of the text.
        plain = "".join(small if len(small := letter.lower()) == 1 else letter for letter in piece[0])
        if lexical.SIDE.search(plain) is None:
            continue
        inside = named_structures(plain)
        sides = (match for match in lexical.SIDE.finditer(plain) if match["bilateral"] is None)
        spans = (match.span() for match in sides if _is_side(plain, match, inside))
        found += [(piece.start() + start, piece.start() + end) for start, end in spans]
    return tuple(found)


def _mentions(text: str, *, is_plan: bool) -> tuple[SideMention, ...]:
    plain = with_sides_spelt_out(text[:_LONGEST_TEXT]).replace("’", "'").casefold()
    plain = lexical.NOT_REDUCED.sub("reduces", plain)
    found: list[SideMention] = []
    for sentence in _sentences(plain):
        if sentence and lexical.SIDE.search(sentence):
            found.extend(_of_sentence(sentence, is_plan=is_plan))
    return tuple(found)


def with_sides_spelt_out(text: str) -> str:
    """The text with "R", "(L)", "RIGTH" or "izquierda" written as "right" or "left"."""
    plain = lexical.LETTER.sub(_spelt_out, lexical.BOTH_LETTERS.sub("bilateral", text))
    plain = lexical.MISSPELT.sub(_corrected, plain)
    return lexical.ABBREVIATED.sub(r"\1 ", plain)


def _corrected(match: re.Match[str]) -> str:
    return next(word for word in ("left", "right", "bilateral") if match[word] is not None)


def _sentences(text: str) -> Iterator[str]:
    """Sentences; an endless one in pieces, so that reading stays quick whatever is pasted."""
    for sentence in lexical.SENTENCE.split(text):
        start = 0
        while start < len(sentence):
            end = start + _LONGEST_SENTENCE
            if end < len(sentence):
                end = max(sentence.rfind(" ", start, end), start + _LONGEST_SENTENCE // 2)
            yield sentence[start:end]
            start = end


def _spelt_out(match: re.Match[str]) -> str:
    return " right " if "R" in match[0].upper() else " left "


def _of_sentence(sentence: str, *, is_plan: bool) -> Iterator[SideMention]:
    everywhere = named_structures(sentence)
    clauses = tuple(_clauses(sentence, everywhere, is_plan=is_plan))
    for number, clause in enumerate(clauses):
        neighbours = clauses[max(number - 1, 0) : number + 2]
        has_sign = clause.has_sign or any(other.lends_sign for other in neighbours)
        for match, structures in clause.bound_sides():
            if structures is None and len({means for *_, means in everywhere}) == 1:
                structures = everywhere[0][2]
            standing = clause.standing(match)
            is_normal = clause.is_normal and standing == "denied"
            yield SideMention(_side(match), structures, standing, has_sign, is_normal)


def _side(match: re.Match[str]) -> Literal["left", "right", "bilateral"]:
    if match["left"] is not None:
        return "left"
    return "right" if match["right"] is not None else "bilateral"


def _clauses(sentence: str, everywhere: list[Found], *, is_plan: bool) -> Iterator[_Clause]:
    is_past = not is_plan and lexical.LONG_PAST.search(sentence) is not None
    negated, start = False, 0
    for end, delimiter in _ends(sentence):
        text = sentence[start:end]
        is_heading = delimiter == ":" and lexical.HEADING.fullmatch(text)
        if is_heading or (delimiter == "," and lexical.OPENING.fullmatch(text)):
            continue
        inside = [(a - start, b - start, means) for a, b, means in everywhere if start <= a and b <= end]
        yield _Clause(text, inside, negated and not lexical.OWN_STATEMENT.match(text), is_past, is_plan)
        is_broken = lexical.BREAKS_NEGATION.match(delimiter) is not None
        negated = not is_broken and (negated or _carries_negation(text))
        start = end + len(delimiter)


def _is_of_tooth(text: str, match: re.Match[str]) -> bool:
    after, before = text[match.end() :][:_NEAR], text[: match.start()][-_NEAR:]
    return lexical.BEFORE_TOOTH.search(after) is not None or lexical.AFTER_TOOTH.search(before) is not None


def _carries_negation(clause: str) -> bool:
    """Whether what follows the comma may still be denied: "no mass, cyst or stone", not "I can't open, swelling"."""
    negators = [match[0] for match in lexical.NEGATOR.finditer(clause)]
    return (
        any(not negator.endswith("n't") and negator not in ("cannot", "unable") for negator in negators)
        and not lexical.STILL_THERE.search(clause)
        and not lexical.SUBORDINATE.search(clause)
    )


def _ends(sentence: str) -> Iterator[tuple[int, str]]:
    for match in lexical.CLAUSE.finditer(sentence):
        yield match.start(), match[0]
    yield len(sentence), ""


def named_structures(text: str) -> list[Found]:
    """The structures that a text in small letters names, in reading order."""
    found = []
    for match in lexical.STRUCTURE.finditer(text):
        means = lexical.STRUCTURE_WORDS[int((match.lastgroup or "w0")[1:])][1]
        found.append((match.start(), match.end(), means or _level(match[0])))
    return found


def _level(words: str) -> Structures:
    number = words.split()[-1]
    number = lexical.ROMAN.get(number[:1], number[:1]) + number[1:]
    return frozenset(name for name in STRUCTURES if name.startswith(f"node-level-{number}")) or lexical.NODES


def _binding(
    clause: str,
    match: re.Match[str],
    sides: list[re.Match[str]],
    inside: list[Found],
) -> Structures | None:
    """The structure that a side belongs to: what follows closely, else what stands before, else what follows."""
    last = max((other.end() for other in sides if other.end() <= match.start()), default=0)
    next_ = min((other.start() for other in sides if other.start() >= match.end()), default=len(clause))
    after = next((item for item in inside if match.end() <= item[0] < next_), None)
    before = next((item for item in reversed(inside) if last <= item[0] and item[1] <= match.start()), None)
    if after is not None and (before is None or len(clause[match.end() : after[0]].split()) <= 3):
        return after[2]
    return before[2] if before is not None else None


def _is_side(clause: str, match: re.Match[str], inside: list[Found]) -> bool:
    word, rest, ahead = match[0], clause[match.end() :][:_NEAR], clause[: match.start()][-_NEAR:]
    if word.endswith("-sided") or word.startswith(("bilat", "b/l", "each", "either")):
        return True
    following = lexical.NEXT_WORD.match(rest)
    next_word = following[1] if following is not None else ""
    is_at_structure = any(match.end() <= start <= match.end() + 25 for start, *_ in inside)
    if word == "both":
        return is_at_structure or next_word in ("sides", "side")
    if lexical.ELSEWHERE.match(rest) or rest.startswith("-") or lexical.TURNED.search(ahead):
        return False
    if next_word in lexical.SIDED:
        return True
    before = lexical.LAST_WORDS.search(ahead)
    last_word = before[2] if before is not None else ""
    if last_word in lexical.NAMES_A_SIDE:
        return True
    if word == "right":
        is_adverb = next_word in lexical.ADVERB_AFTER_RIGHT and _adjoins(rest, following)
        return not is_adverb and (last_word not in lexical.FEELS_RIGHT or is_at_structure)
    if word == "left":
        is_verb = next_word in lexical.VERB_AFTER_LEFT and _adjoins(rest, following)
        return not is_verb and (last_word not in lexical.LEFT_AS_VERB or is_at_structure)
    return last_word not in lexical.TREATED_WITH or is_at_structure  # RT may be radiotherapy


def _adjoins(rest: str, following: re.Match[str] | None) -> bool:
    return following is not None and not rest[: following.start(1)].strip()

"""A text typed by hand, checked against the record: each number, side, structure, certainty, lesion, date and code.

What the record composes is held by fields and is not judged. Every other sentence is read with the machinery of
``parotis.domain.checking`` as if it stood in the impression, and then word for word: what contradicts the record, or is
of these kinds and held by no field, blocks; any other word that no field holds is advice. An issue's ``path`` is
``text[start:end]``, the characters that it speaks about; its sentence repeats nothing that was typed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import cast

from parotis.domain import lexicon, narrative, paths
from parotis.domain.anatomy import STRUCTURES, sides_of
from parotis.domain.case import Attributes, Case, Lesion
from parotis.domain.checking import certainty, impression, laterality, mentions, side_lexicon, sizes_in_text, terms
from parotis.domain.checking.context import CheckContext, folded
from parotis.domain.checking.side_words import Found, named_structures, side_spans, with_sides_spelt_out
from parotis.domain.checking.side_words import mentions as mentions_of_sides
from parotis.domain.checking.statements import Said, named_sides, read
from parotis.domain.issue import Issue
from parotis.domain.wording import MONTHS

LONGEST_READ = 20_000

_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]*\s*|\n")
_LIMITS = (80, 100, 400, 2000, narrative.LETTER_LIMIT, 10_000)
_RULES = (
    *impression.RULES,
    laterality.of_impression,
    mentions.normal_study,
    mentions.letters,
    mentions.numbers,
    *certainty.RULES,
    sizes_in_text.quoted,
)


def edit_issues(
    case: Case, edited_text: str, composed_text: str, *, also_held: Iterable[str] = ()
) -> tuple[Issue, ...]:
    """What stands in the way of an edited text.

    Args:
        case: the record.
        edited_text: as typed; at most the first ``LONGEST_READ`` characters are read, more blocks.
        composed_text: what the record gave when the edit was begun; when that is no longer so, it is said.
        also_held: texts outside the case that hold facts too, such as a claim number or the wording of the plan.
    """
    record = _Record(case, tuple(also_held))
    found: list[Issue] = []
    if len(edited_text) > LONGEST_READ:
        found.append(_issue("long", "blocks", 0, len(edited_text), "The text is longer than is read."))
    if any(piece not in record.composed for _, _, piece in _pieces(composed_text)):
        text = "The record has changed since this text was edited."
        found.append(_issue("stale", "advises", 0, len(edited_text), text))
    for start, end, piece in _pieces(edited_text[:LONGEST_READ]):
        if piece not in record.composed:
            found += _Judge(record, edited_text[start:end], start).issues()
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (not one.blocks, _start(one.path), one.code)))


def _start(path: str) -> int:
    return int(path[len("text[") : path.index(":")])


def _issue(code: str, severity: str, start: int, end: int, text: str) -> Issue:
    is_blocking = severity == "blocks"
    return Issue(f"narrative.{code}", "blocks" if is_blocking else "advises", f"text[{start}:{end}]", text)


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Sentences with their place, and as compared: white space folded, without the full stop at the end."""
    for match in _SENTENCE.finditer(text):
        plain = " ".join(match[0].split()).rstrip(".")
        if plain:
            yield match.start(), match.start() + len(match[0].rstrip()), plain


_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")
_WITH_LENGTH = re.compile(
    r"(?P<head>(?:\d+(?:[.,]\d+)?\s*(?:mm|cm)?\s*(?:x|\u00d7|by|\*)\s*){0,2})(?P<last>\d+(?:[.,]\d+)?)\s*-?(?P<unit>mm|cm|"
    r"millimet\w+|centimet\w+)\b",
    re.IGNORECASE,
)
_SPANS = re.compile(r"(?P<value>\d+(?:[.,]\d+)?|\b[a-z]{3,6})[\s-]+(?P<unit>day|week|month|year)s?\b", re.IGNORECASE)
_NAMED_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
_MONTH = "|".join(MONTHS).lower()
_DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})\.? (?P<m1>{_MONTH})[a-z]*\b(?:\.?,? (?P<y1>\d{{4}})\b)?"
    rf"|\b(?P<m2>{_MONTH})[a-z]*\.? (?P<d2>\d{{1,2}})\b(?:,? (?P<y2>\d{{4}})\b)?"
    r"|\b(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2})\b"
    r"|\b(?P<m4>\d{1,2})/(?P<d4>\d{1,2})/(?P<y4>\d{4})\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?:D\d{4}|[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})|[A-Z]{2,5}-?\d[\w-]*)\b")
_RANKS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (3, re.compile(r"\b(?:definite(?:ly)?|certain(?:ly)?|confirm(?:s|ed)|prov(?:es|en|ed)|diagnostic (?:of|for)"
                   r"|undoubted(?:ly)?|unequivocal(?:ly)?|conclusive(?:ly)?|clearly|obvious(?:ly)?|pathognomonic)\b")),
    (2, re.compile(r"\b(?:probab(?:le|ly)|(?:most |very |highly )?likely|presumably)\b")),
    (1, re.compile(r"\b(?:indeterminate|possibl[ey]|uncertain|unclear|equivocal|questionable|suspected)\b")),
)  # fmt: skip
_CODED_RANK = {"definite": 3, "probable": 2, "indeterminate": 1}
_TISSUE = re.compile(
    r"\b(?:\w*adenomas?|\w*carcinomas?|\w*sarcomas?|lymphomas?|warthin\w*|pleomorphic|schwannomas?|neuromas?|lipomas?"
    r"|ha?emangiomas?|metasta\w+|malignan\w+|cancer\w*|benign|neoplas\w+|tumou?rs?|abscess\w*|sialoadenitis"
    r"|sialadenitis|parotitis|ranulas?|mucoceles?|dermoids?|lymphadenitis)\b"
)
_TURNED = re.compile(r"\b(?:turn\w*|tilt\w*|rotat\w*|toward\w*)(?: (?:to|the))* $")
_NORMAL = re.compile(r"(?<!not )(?<!ab)\b(?:normal|unremarkable)\b")
_SYMPTOMS: dict[str, re.Pattern[str]] = {
    kind: re.compile(rf"\b(?:{words})\b")
    for kind, words in {
        "swelling": r"swelling|swollen|puffy", "pain": r"pain(?:ful)?|aches?|aching|sore", "tenderness": r"tender\w*",
        "dry-mouth": r"dry mouth|xerostomia", "trismus": r"trismus|lockjaw", "clicking": r"click\w*",
        "discharge": r"discharge", "fever": r"fever\w*", "dysphagia": r"dysphagia", "numbness": r"numb\w*",
        "trauma": r"trauma|injury", "asymptomatic": r"asymptomatic", "mass": r"mass|lump",
    }.items()
}  # fmt: skip
_NO_CONTENT = frozenset({
    "about", "above", "after", "again", "against", "also", "although", "among", "and", "another", "are", "because",
    "been", "before", "being", "below", "between", "both", "but", "can", "could", "did", "does", "done", "during",
    "each", "either", "else", "even", "ever", "every", "for", "from", "further", "had", "has", "have", "having",
    "here", "however", "if", "in", "into", "is", "it", "its", "just", "like", "many", "may", "more", "most", "much",
    "neither", "nor", "not", "of", "on", "once", "one", "only", "or", "other", "our", "over", "per", "same", "seen",
    "she", "should", "show", "showed", "shown", "shows", "since", "some", "such", "than", "that", "the", "their",
    "them", "then", "there", "these", "they", "this", "those", "through", "thus", "to", "under", "until", "up",
    "upon", "very", "was", "we", "were", "what", "when", "where", "whether", "which", "while", "who", "why", "will",
    "with", "within", "without", "would", "your", "patient", "patients", "examination", "exam", "ultrasound", "scan",
    "study", "image", "images", "found", "finding", "findings", "recorded", "report", "reported", "lesion",
    "measures", "measuring", "measured", "size", "sized", "area", "region", "side", "therefore",
    "reason", "needed", "performed", "carried",
})  # fmt: skip
_WORD = re.compile(r"[^\W\d_][\w'-]{3,}")


_NO_YEAR = 4
"""Stands for a date whose year is not said; a leap year, so that 29 Feb is one."""


class _Record:
    """What the record holds, in the forms in which a text may say it. Read once for one text."""

    def __init__(self, case: Case, also_held: tuple[str, ...]) -> None:
        self.case = case
        self.also_held = also_held

    @cached_property
    def composed(self) -> frozenset[str]:
        """The sentences that the record composes at any length."""
        sentences = [
            sentence.text
            for limit in _LIMITS
            for found in (narrative.compose(self.case, limit),)
            for sentence in (*found.sentences, *found.left_out)
        ]
        return frozenset(piece for text in sentences for _, _, piece in _pieces(text))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Everything that a person typed, and codes, names and coded terms in words."""
        found = [*_leaves(self.case), *self.also_held]
        return (*found, *(lexicon.words(one) for one in found if re.fullmatch(r"[a-z-]{3,40}", one)))

    @cached_property
    def typed(self) -> tuple[str, ...]:
        """What a person typed, without coded terms."""
        return (*_typed_leaves(self.case), *self.also_held)

    @cached_property
    def plain(self) -> str:
        """All texts in small letters, with what the record composes."""
        return folded(with_sides_spelt_out(" \n ".join((*self.texts, *self.composed))))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word.lower() for word in re.findall(r"[^\W_]+", self.plain))

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        values = {Decimal(one) for one in _decimals(self.case)}
        for text in (*self.texts, *self.composed):
            values |= {_decimal(one) for one in _NUMBER.findall(text)}
        return frozenset(values)

    @cached_property
    def lengths_mm(self) -> tuple[tuple[Decimal, frozenset[str]], ...]:
        """Recorded millimetres with the sides of their structure; sizes in typed texts, of any side."""
        found: list[tuple[Decimal, frozenset[str]]] = []
        for finding in self.case.findings:
            sides = sides_of(finding.side)
            values = [getattr(finding.attributes, name) for name in type(finding.attributes).__slots__ if "_mm" in name]
            for lesion in finding.lesions:
                values += [*(lesion.size_mm or ()), lesion.depth_mm]
            found += [(one, sides) for one in values if one is not None]
        for text in self.typed:
            for _, _, piece in _pieces(text):
                sides = named_sides(piece.lower())
                found += [(value, sides) for match in _WITH_LENGTH.finditer(piece) for value, _ in _lengths(match)]
        return tuple(found)

    @cached_property
    def spans(self) -> frozenset[tuple[Decimal, str]]:
        held = {(Decimal(str(one.value)), one.unit[:-1]) for one in _spans_of(self.case)}
        for text in (*self.texts, *self.composed):
            held |= set(_spans_in(folded(text)))
        return frozenset(held)

    @cached_property
    def dates(self) -> frozenset[dt.date]:
        return frozenset(
            (*_dates(self.case), *(day for text in self.texts for day, _, _ in _dates_in(text) if day is not None))
        )

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Structures and sides that belong together: coded ones, and those that stand together in typed texts."""
        case = self.case
        coded: list[tuple[str | None, str | None]] = [(one.structure, one.side) for one in case.findings]
        coded += [(one.structure, one.side) for one in case.scan]
        coded += [(one.structure, one.side) for one in case.symptoms]
        coded += [(one.structure, one.side) for one in case.images]
        return (*map(_place, coded), *self._typed_places)

    @cached_property
    def affected(self) -> tuple[Place, ...]:
        """Where a complaint or an abnormal finding is recorded, or typed with a sign beside it."""
        coded: list[tuple[str | None, str | None]] = [(one.structure, one.side) for one in self.case.symptoms]
        coded += [(one.structure, one.side) for one in self.case.findings if one.state == "abnormal" or one.lesions]
        signs = [
            place for text in self.typed for place in _together(folded(text)) if side_lexicon.SIGN.search(folded(text))
        ]
        return (*map(_place, coded), *signs)

    @cached_property
    def _typed_places(self) -> tuple[Place, ...]:
        return tuple(place for text in self.typed for sentence in read(text) for place in _together(sentence.text))

    @cached_property
    def structures(self) -> frozenset[str]:
        """The coded structures."""
        case = self.case
        found = {one.structure for one in case.findings} | {one.structure for one in case.scan}
        found |= {one.structure for one in case.symptoms} | {one.structure for one in case.images}
        return frozenset(one for one in found if one is not None)


Place = tuple[frozenset[str], frozenset[str]]
"""Structures (empty: none is named), and sides."""


def _place(coded: tuple[str | None, str | None]) -> Place:
    structure, side = coded
    return frozenset({structure} if structure else ()), sides_of(side)


def _narrow(word: str, means: frozenset[str]) -> frozenset[str]:
    """The structures whose own name has the word; one such as "jaw", which is in none, keeps all that it may mean."""
    stem = word.removesuffix("s")
    return frozenset(one for one in means if stem in STRUCTURES[one].name.lower()) or means


_FULL_NAMES = re.compile("|".join(
    rf"\b{re.escape(facts.name.lower())}s?\b" for facts in sorted(STRUCTURES.values(), key=lambda one: -len(one.name))
))  # fmt: skip
_BY_NAME = {facts.name.lower(): frozenset({facts.id}) for facts in STRUCTURES.values()}


def _named(plain: str) -> list[Found]:
    """The structures of a text in small letters: by their full names, else by the words that the checks know."""
    full = [
        (match.start(), match.end(), _BY_NAME.get(match[0]) or _BY_NAME[match[0].removesuffix("s")])
        for match in _FULL_NAMES.finditer(plain)
    ]
    known = [one for one in named_structures(plain) if not any(a < one[1] and one[0] < b for a, b, _ in full)]
    return sorted((*full, *known), key=lambda one: one[0])


def _together(plain: str) -> Iterator[Place]:
    """For each word of a side its sides, and the structure that stands next to it."""
    named = _named(plain)
    for match in side_lexicon.SIDE.finditer(plain):
        if _TURNED.search(plain[: match.start()]):
            continue
        after = [one for one in named if 0 <= one[0] - match.end() <= _NEAR]
        before = [one for one in named if 0 <= match.start() - one[1] <= _NEAR]
        near = (after or before[::-1])[:1]
        yield _narrowed(plain, near), sides_of(match.lastgroup)


def _narrowed(plain: str, found: list[Found]) -> frozenset[str]:
    return frozenset[str]().union(*(_narrow(plain[start:end], means) for start, end, means in found))


def _lengths(match: re.Match[str]) -> Iterator[tuple[Decimal, Decimal]]:
    """Millimetres, and how far a recorded size may be from them: half of the last digit."""
    factor = 10 if match["unit"].lower().startswith("c") else 1
    for number in (*re.findall(r"\d+(?:[.,]\d+)?", match["head"] or ""), match["last"]):
        value = _decimal(number)
        digit = Decimal(1).scaleb(int(value.as_tuple().exponent)) * factor
        yield value * factor, digit * Decimal("0.5")


def _decimal(text: str) -> Decimal:
    plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text.replace(",", "")
    return Decimal(plain if plain.count(".") <= 1 else plain.replace(".", ""))


def _values(owner: object) -> Iterator[object]:
    """Every value inside frozen values and tuples."""
    if dataclasses.is_dataclass(owner):
        for field in dataclasses.fields(owner):
            yield from _values(getattr(owner, field.name))
    elif isinstance(owner, tuple):
        for one in owner:
            yield from _values(one)
    elif owner is not None:
        yield owner


def _typed_leaves(owner: object) -> Iterator[str]:
    """Every free text inside frozen values: no text of a field that takes coded terms."""
    if isinstance(owner, tuple):
        for one in owner:
            yield from _typed_leaves(one)
    elif isinstance(owner, str):
        yield owner
    elif dataclasses.is_dataclass(owner) and not isinstance(owner, Attributes):
        for name, hint in paths.field_types(type(owner)).items():
            is_term = isinstance(owner, Lesion) and name not in ("label", "note")
            if not is_term and "Literal[" not in str(hint):
                yield from _typed_leaves(getattr(owner, name))


def _leaves(case: Case) -> Iterator[str]:
    yield from (value for value in _values(case) if isinstance(value, str))


def _decimals(case: Case) -> Iterator[str]:
    for value in _values(case):
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            yield str(value)
        elif isinstance(value, dt.date):
            yield from (str(value.year), str(value.month), str(value.day))


def _dates(case: Case) -> Iterator[dt.date]:
    for value in _values(case):
        if isinstance(value, dt.datetime):
            yield value.date()
        elif isinstance(value, dt.date):
            yield value


@dataclass(frozen=True, slots=True)
class _Lasting:
    value: Decimal
    unit: str


def _spans_of(case: Case) -> Iterator[_Lasting]:
    lasting = [*(symptom.duration for symptom in case.symptoms), case.interpretation.follow_up]
    for one in lasting:
        if one is not None and one.value is not None and one.unit is not None:
            yield _Lasting(one.value, one.unit)


def _spans_in(plain: str) -> Iterator[tuple[Decimal, str]]:
    for match in _SPANS.finditer(plain):
        value = match["value"].lower()
        if value in _NAMED_NUMBERS:
            yield Decimal(_NAMED_NUMBERS[value]), match["unit"].lower()
        elif value[0].isdigit():
            yield _decimal(value), match["unit"].lower()


def _dates_in(text: str) -> Iterator[tuple[dt.date | None, int, int]]:
    """Dates with their place; None for one that is none, such as 31 Feb."""
    for match in _DATE.finditer(text):
        parts = {name[0]: value for name, value in match.groupdict().items() if value is not None}
        month = parts["m"].lower()
        number = int(month) if month.isdigit() else _MONTH.split("|").index(month[:3]) + 1
        try:
            yield dt.date(int(parts.get("y", _NO_YEAR)), number, int(parts["d"])), match.start(), match.end()
        except ValueError:
            yield None, match.start(), match.end()


def _is_held(sides: frozenset[str], structures: frozenset[str], places: tuple[Place, ...]) -> bool:
    held = [of for about, of in places if not structures or about & structures]
    return sides <= frozenset[str]().union(*held)


class _Judge:
    """One sentence that the record did not compose."""

    def __init__(self, record: _Record, sentence: str, start: int) -> None:
        self._record = record
        self._text = sentence
        self._plain = "".join(small if len(small := one.lower()) == 1 else one for one in sentence)
        self._start = start

    def issues(self) -> list[Issue]:
        found = [
            *self._sizes(),
            *self._spans(),
            *self._dates(),
            *self._numbers(),
            *self._sides(),
            *self._structures(),
            *self._normal(),
            *self._symptoms(),
            *self._certainty(),
            *self._kinds(),
            *self._codes(),
            *self._as_impression(),
        ]
        return found if any(one.blocks for one in found) else [*found, *self._other_words()]

    def _at(self, code: str, severity: str, start: int, end: int, text: str) -> Issue:
        return _issue(code, severity, self._start + start, self._start + end, text)

    def _whole(self, code: str, severity: str, text: str) -> Issue:
        return self._at(code, severity, 0, len(self._text), text)

    def _sizes(self) -> Iterator[Issue]:
        sides = named_sides(self._plain)
        for match in _WITH_LENGTH.finditer(self._text):
            for value, near in _lengths(match):
                held = [of for mm, of in self._record.lengths_mm if abs(mm - value) <= near]
                if not held:
                    yield self._at("size", "blocks", *match.span(), "This size is held by no field.")
                elif len(sides) == 1 and not any(not of or of & sides for of in held):
                    text = "This size is recorded for the other side."
                    yield self._at("size_side", "blocks", *match.span(), text)

    def _spans(self) -> Iterator[Issue]:
        for match in _SPANS.finditer(self._plain):
            said = set(_spans_in(match[0]))
            if said and not said <= self._record.spans:
                yield self._at("time", "blocks", *match.span(), "This length of time is held by no field.")

    def _dates(self) -> Iterator[Issue]:
        for day, start, end in _dates_in(self._text):
            if day is None or day not in self._record.dates:
                held = {(one.month, one.day) for one in self._record.dates}
                if day is not None and day.year == _NO_YEAR and (day.month, day.day) in held:
                    continue
                yield self._at("date", "blocks", start, end, "This date is held by no field.")

    def _numbers(self) -> Iterator[Issue]:
        taken = [match.span() for form in (_WITH_LENGTH, _SPANS, _DATE, _CODE) for match in form.finditer(self._text)]
        for match in _NUMBER.finditer(self._text):
            is_taken = any(start <= match.start() < end for start, end in taken)
            if not is_taken and _decimal(match[0]) not in self._record.numbers:
                yield self._at("number", "blocks", *match.span(), "This number is held by no field.")

    def _sides(self) -> Iterator[Issue]:
        """A side with its structure as the record has them together; with a sign, as it has the sign."""
        for sentence in read(self._text):
            is_sign = any(
                one.standing == "asserted" and one.has_sign for one in mentions_of_sides(sentence.text)
            ) or any(one.standing in _SAID for words in (_ANY_LESION, _ANY_SYMPTOM) for one in sentence.said(words))
            held_by = self._record.affected if is_sign else self._record.places
            for structures, sides in _together(sentence.text):
                if sides and not _is_held(sides, structures, held_by):
                    spans = side_spans(self._text) or ((0, len(self._text)),)
                    text = "This side is not the one that the record holds for it."
                    yield self._at("side", "blocks", *spans[0], text)

    def _structures(self) -> Iterator[Issue]:
        for start, end, means in _named(self._plain):
            word = self._plain[start:end]
            if word not in self._record.plain and not _narrow(word, means) & self._record.structures:
                yield self._at("structure", "blocks", start, end, "This structure is held by no field.")

    def _normal(self) -> Iterator[Issue]:
        """What is called normal is recorded as normal: not what was not seen, and not what nobody looked at."""
        for sentence in read(self._text):
            if not _NORMAL.search(sentence.text):
                continue
            for start, end, means in _named(sentence.text):
                narrow = _narrow(sentence.text[start:end], means)
                sides = sentence.own_sides
                about = [f for f in self._record.case.findings if f.structure in narrow]
                about = [f for f in about if not sides or not sides_of(f.side) or sides_of(f.side) & sides]
                is_typed = any(
                    _NORMAL.search(other.text) and sentence.text[start:end] in other.text
                    for text in self._record.typed
                    for other in read(text)
                )
                if not is_typed and not any(f.state == "normal" for f in about):
                    yield self._whole("normal", "blocks", "This is called normal, but no field records that it is.")

    def _symptoms(self) -> Iterator[Issue]:
        """A complaint that the record denies, or a denial of one that it has."""
        recorded = {symptom.kind for symptom in self._record.case.symptoms}
        typed = [sentence for text in self._record.typed for sentence in read(text)]
        for sentence in read(self._text):
            for kind, words in _SYMPTOMS.items():
                standings = {one.standing for one in sentence.said(words)}
                if not standings:
                    continue
                told = {one.standing for other in typed for one in other.said(words)}
                sides = [sides_of(symptom.side) for symptom in self._record.case.symptoms if symptom.kind == kind]
                if sides and all(sides) and sentence.own_sides and not sentence.own_sides & frozenset().union(*sides):
                    yield self._whole("side", "blocks", "This complaint is recorded for another side.")
                if standings & {"asserted", "hedged"} and kind not in recorded and told and told <= {"denied"}:
                    yield self._whole("symptom", "blocks", "The record denies this complaint.")
                elif standings == {"denied"} and kind in recorded and "denied" not in told:
                    yield self._whole("symptom", "blocks", "The record has this complaint.")

    def _certainty(self) -> Iterator[Issue]:
        recorded = self._record.case.interpretation.certainty
        rank = _CODED_RANK.get(recorded or "", 0)
        typed = folded(" \n ".join(self._record.typed))
        for said, words in _RANKS:
            for match in words.finditer(self._plain):
                if re.search(r"\b(?:not|no|never|cannot|to be) (?:\w+ )?$", self._plain[: match.start()]):
                    continue
                is_typed = re.search(rf"\b{re.escape(match[0])}\b", typed) is not None
                if match[0] in _CODED_RANK and match[0] != recorded and not is_typed:
                    text = "This certainty is not the one that is recorded."
                    yield self._at("certainty", "blocks", *match.span(), text)
                elif said > rank and not (is_typed and said == 1):
                    text = "This is surer than the certainty that is recorded."
                    yield self._at("certainty", "blocks", *match.span(), text)
                elif said < rank and not is_typed:
                    text = "This is less sure than the certainty that is recorded."
                    yield self._at("certainty", "advises", *match.span(), text)

    def _kinds(self) -> Iterator[Issue]:
        """A lesion of that kind is recorded where the sentence puts it, or a typed text has the word."""
        for term in terms.OBJECTS:
            for sentence in read(self._text):
                for said in sentence.said(term.words):
                    places = _narrowed(sentence.text, _named(sentence.text))
                    if said.standing in _SAID and not self._has_lesion(term, said, places):
                        yield self._whole("kind", "blocks", "This kind of lesion is held by no field for this place.")
        for match in _TISSUE.finditer(self._plain):
            if not self._is_typed(match[0]):
                yield self._at(
                    "tissue", "blocks", *match.span(), "This name of a disease or tissue is held by no field."
                )

    def _has_lesion(self, term: terms.ObjectTerm, said: Said, structures: frozenset[str]) -> bool:
        """Whether the findings have one at the sides and, where they describe what the sentence names, structures."""
        sides = said.scope[0]
        here = [finding for finding in self._record.case.findings if finding.structure in structures]
        for finding in here or self._record.case.findings:
            own = sides_of(finding.side)
            is_here = not sides or not own or bool(own & sides)
            if is_here and any(lesion.kind in _OWN_KINDS[term.name] for lesion in finding.lesions):
                return True
        for text in self._record.typed:
            for other in read(text):
                for one in other.said(term.words):
                    if one.standing in _SAID and (not sides or not one.scope[0] or sides & one.scope[0]):
                        return True
        return False

    def _is_typed(self, word: str) -> bool:
        return re.search(rf"\b{re.escape(word)}\b", self._record.plain) is not None

    def _codes(self) -> Iterator[Issue]:
        held = {text.upper() for text in self._record.texts}
        for match in _CODE.finditer(self._text):
            if match[0].upper() not in held and match[0].lower() not in self._record.plain:
                yield self._at("code", "blocks", *match.span(), "This code or number is held by no field.")

    def _as_impression(self) -> Iterator[Issue]:
        """The sentence read as the checks read the impression, against the findings."""
        reading = dataclasses.replace(self._record.case.interpretation, impression=(self._text,))
        case = dataclasses.replace(self._record.case, interpretation=reading)
        for rule in _RULES:
            for issue in rule(case, _UNREAD):
                if issue.path.startswith("interpretation.impression"):
                    severity = "blocks" if issue.blocks else "advises"
                    text = issue.text.replace("The impression", "The text").replace("the impression", "the text")
                    yield self._whole(f"said.{issue.code.rpartition('.')[2]}", severity, text)

    def _other_words(self) -> Iterator[Issue]:
        for match in _WORD.finditer(self._text):
            word = folded(match[0])
            if word not in _NO_CONTENT and not self._is_known(word):
                yield self._at("word", "advises", *match.span(), "This word stands in no field.")

    def _is_known(self, word: str) -> bool:
        """The word or another form of it."""
        parts = [part for part in re.split(r"[^\w]+", word) if len(part) > 3]
        return all(part in self._record.words or self._has_form(part) for part in parts)

    def _has_form(self, word: str) -> bool:
        stem = re.sub(r"(?:ies|ings?|ed|es|s|ly|al|ic)$", "", word)
        return len(stem) > 3 and any(one.startswith(stem) for one in self._record.words)


_SAID = ("asserted", "hedged")
_OWN_KINDS = {
    "stone": {"stone"}, "cyst": {"cyst"}, "mass": {"solid-mass", "mixed-mass", "other"},
    "collection": {"collection"}, "foreign body": {"foreign-body"},
}  # fmt: skip
_ANY_LESION = re.compile("|".join(f"(?:{term.words.pattern})" for term in terms.OBJECTS))
_ANY_SYMPTOM = re.compile(
    r"\b(?:swelling|mass|pain|tenderness|dry mouth|trismus|clicking|discharge|fever|dysphagia|numbness|trauma"
    r"|asymptomatic)\b"
)
_NEAR = 25
"""Characters between a side and the structure that it belongs to."""

_UNREAD = cast("CheckContext", None)
"""The rules in ``_RULES`` read the case alone: no clock, no code sets."""

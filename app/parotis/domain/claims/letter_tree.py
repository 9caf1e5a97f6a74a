"""A letter as values: whom it goes to, what it is about, sentences that know their sources; drawn as report or text.

A source is a path in the case, or one of a fact that is not of the case: ``@claim`` (the claim record), ``@payer`` (the
payer's profile), ``@appeal``, ``@remittance``, ``@document`` (the signed report), ``@practice``, ``@letter`` (the day
of writing, lists typed for this letter). Every text is plain data, never markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from parotis.domain import paths, wording
from parotis.domain.case import Case
from parotis.domain.narrative import Sentence, folded
from parotis.domain.report import (
    Footer,
    IdentityItem,
    Letterhead,
    Paragraph,
    Report,
    Run,
    Section,
    SignatureBlock,
)
from parotis.domain.report_composition import Signing

Language = Literal["en", "es"]


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """The letterhead; ``npi`` is of the practice, where it has one of its own."""

    name: str
    address_lines: tuple[str, ...] = ()
    phone: str | None = None
    npi: str | None = None


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """The signed report that a letter rests on. ``capital_sides``: it prints left and right in capitals."""

    document_id: str
    signed_at: dt.datetime
    sha256: str
    capital_sides: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what a letter is about: a label and what the record holds."""

    label: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterParagraph:
    """Sentences that stand together, after a ``label`` of fixed words."""

    sentences: tuple[Sentence, ...]
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    title: str | None
    paragraphs: tuple[LetterParagraph, ...]


@dataclass(frozen=True, slots=True)
class FixedWords:
    """The fixed words around a letter, in its language. Without ``by_hand`` there is nothing to sign."""

    enclosures: str = "Enclosures"
    by_hand: tuple[str, ...] = ("Signature", "Date")
    page: tuple[str, str] = ("Page", "of")
    signed_by: str = "Signed electronically by"


@dataclass(frozen=True, slots=True)
class Letter:
    """``kind_words`` are fixed words for the PDF's title; ``signatory`` are the lines below the signature."""

    title: str
    subtitle: str
    kind_words: str
    practice: PracticeFacts
    written_on: dt.date
    written_words: str
    addressee: tuple[Sentence, ...]
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]
    enclosures: tuple[Sentence, ...] = ()
    signatory: tuple[Sentence, ...] = ()
    footer: str = ""
    language: Language = "en"
    words: FixedWords = FixedWords()

    def sentences(self) -> Iterator[Sentence]:
        """Everything that the letter says, in reading order, each with its sources; titles and labels have none."""
        yield Sentence(self.title, ())
        yield Sentence(self.subtitle, ())
        yield Sentence(self.written_words, ("@letter.written_on",))
        yield from self.addressee
        for fact in self.facts:
            yield Sentence(fact.label, ())
            yield Sentence(fact.text, fact.sources)
        for part in self.parts:
            if part.title:
                yield Sentence(part.title, ())
            for paragraph in part.paragraphs:
                if paragraph.label:
                    yield Sentence(paragraph.label, ())
                yield from paragraph.sentences
        yield from self.enclosures
        yield from self.signatory

    @property
    def text(self) -> str:
        """The letter as plain text, paragraphs as lines."""
        practice = self.practice
        blocks = [
            [practice.name, *practice.address_lines, *((practice.phone,) if practice.phone else ())],
            [self.written_words],
            [line.text for line in self.addressee],
            [self.title, *((self.subtitle,) if self.subtitle else ())],
            [f"{fact.label}: {fact.text}" for fact in self.facts],
        ]
        for part in self.parts:
            blocks.append([*((part.title,) if part.title else ()), *map(_line, part.paragraphs)])
        if self.enclosures:
            blocks.append([self.words.enclosures, *(line.text for line in self.enclosures)])
        rules = [f"{caption}: ________________" for caption in self.words.by_hand]
        blocks.append([*rules, *(line.text for line in self.signatory)])
        return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"

    def report(self, signing: Signing | None = None) -> Report:
        """The tree that the renderer draws; with ``signing`` for a digital signature, else with a line to sign on."""
        sections = [Section(part.title, tuple(map(_paragraph, part.paragraphs))) for part in self.parts]
        if self.enclosures:
            sections.append(Section(self.words.enclosures, tuple(_of_sentence(line) for line in self.enclosures)))
        if signing is not None or self.words.by_hand:
            sections.append(Section(None, (self._signature(signing),)))
        practice = self.practice
        contact = (*practice.address_lines, *((practice.phone,) if practice.phone else ()))
        return Report(
            title=self.title,
            subtitle=self.subtitle,
            letterhead=Letterhead(practice.name, contact, (self.written_words,)),
            identity=tuple(IdentityItem(fact.label, fact.text, source=_first(fact.sources)) for fact in self.facts),
            sections=tuple(sections),
            footer=Footer(self.footer, self.kind_words, self.words.page),
            is_draft=False,
            addressee=tuple(line.text for line in self.addressee),
            document_title=self.kind_words,
            language={"en": "en-US", "es": "es-US"}[self.language],
        )

    def _signature(self, signing: Signing | None) -> SignatureBlock:
        lines = tuple(_of_sentence(line) for line in self.signatory)
        if signing is None:
            return SignatureBlock(lines, signed=False, by_hand=self.words.by_hand)
        by = Paragraph((Run(f"{self.words.signed_by} {wording.person(signing.signer)}", strong=True),))
        return SignatureBlock((by, Paragraph((Run(wording.exact_moment(signing.at)),)), *lines), signed=True)


def _line(paragraph: LetterParagraph) -> str:
    said = " ".join(sentence.text for sentence in paragraph.sentences)
    return f"{paragraph.label}: {said}" if paragraph.label else said


def _paragraph(paragraph: LetterParagraph) -> Paragraph:
    runs = [Run(f"{paragraph.label}: ", strong=True)] if paragraph.label else []
    for place, sentence in enumerate(paragraph.sentences):
        runs += [Run(" ")] if place else []
        runs.append(Run(sentence.text, source=_first(sentence.sources)))
    return Paragraph(tuple(runs))


def _of_sentence(sentence: Sentence) -> Paragraph:
    return Paragraph((Run(sentence.text, source=_first(sentence.sources)),))


def _first(sources: tuple[str, ...]) -> str | None:
    return next((source for source in sources if not source.startswith("@")), None)


def fixed(text: str) -> Sentence:
    """A sentence of the program: it tells nothing of the record."""
    return Sentence(text, ())


def paragraph(*sentences: Sentence, label: str | None = None) -> LetterParagraph:
    """A paragraph of the sentences that say something."""
    return LetterParagraph(tuple(sentence for sentence in sentences if sentence.text), label)


def part(title: str | None, *paragraphs: LetterParagraph | None) -> Part | None:
    """A part with the paragraphs that say something; None where none does."""
    said = tuple(one for one in paragraphs if one is not None and one.sentences)
    return Part(title, said) if said else None


def present(*parts: Part | None) -> tuple[Part, ...]:
    return tuple(one for one in parts if one is not None)


def facts_of(*facts: tuple[str, str | None, tuple[str, ...]]) -> tuple[Fact, ...]:
    """The facts that are recorded, in one line each."""
    return tuple(Fact(label, folded(text), sources) for label, text, sources in facts if text and text.strip())


def value(source: str, case: Case, others: Mapping[str, Any]) -> Any:
    """What a source holds; None where it does not exist.

    Args:
        source: a path in the case, or ``@name.path``.
        case: the exam.
        others: the facts that are not of the case, by name without the sign.
    """
    if not source.startswith("@"):
        return paths.read(case, source)
    name, _, rest = source[1:].partition(".")
    owner = others.get(name)
    return paths.read(owner, rest) if rest else owner

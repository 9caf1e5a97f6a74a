"""Coded terms in words for patients, English and Spanish, from ``resources/claims/plain-words.json``."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parotis import shipped
from parotis.domain import lexicon, wording
from parotis.domain.case import Duration, FollowUp, Lesion
from parotis.domain.claims.letter_tree import FixedWords, Language


@dataclass(frozen=True, slots=True)
class PlainWords:
    """The words of one language. A coded term without a word is a fault of the file, told by its tests."""

    language: Language
    said: Mapping[str, Any]

    def sentence(self, key: str, **values: str) -> str:
        """A sentence with its values put in. Values are data: braces in them stay as they are."""
        template: str = self.said["sentences"][key]
        return template.format(**values)

    def label(self, key: str) -> str:
        return str(self.said["labels"][key])

    def coded(self, table: str, term: str) -> str:
        """The word of a coded term in one of the tables."""
        return str(self.said[table][term])

    def place(self, structure: str | None, side: str | None, *, explained: bool = True) -> str:
        """Side and structure, and in brackets what the structure is: "right parotid gland (salivary gland ...)"."""
        if structure is None:
            return str(self.said["structure_not_recorded"])
        known = self.said["structures"][structure]
        name = known["one"]
        if side is not None:
            name = self.said["sides"][side][known["form"]].format(one=known["one"], many=known["many"])
        return f"{name} ({known['plain']})" if explained and known["plain"] else name

    def lesion(self, lesion: Lesion) -> str:
        """The kind of a lesion: a shape, never a tissue."""
        return self.coded("lesions", lesion.kind) if lesion.kind else str(self.said["lesion_not_named"])

    def day(self, value: dt.date) -> str:
        return str(self.said["day"]).format(day=value.day, month=self.said["months"][value.month - 1], year=value.year)

    def span(self, value: Duration | FollowUp | None) -> str:
        """Such as "6 months"; empty unless value and unit are recorded."""
        if value is None or value.value is None or value.unit is None:
            return ""
        one, many = self.said["units"][value.unit]
        return f"{wording.number(value.value)} {one if value.value == 1 else many}"

    def fixed_words(self) -> FixedWords:
        words = self.said["fixed"]
        return FixedWords(
            words["enclosures"],
            (words["signature"], words["signed_on"]),
            (words["page"], words["of"]),
            words["signed_by"],
        )


def size(lesion: Lesion) -> str:
    """The recorded axes; empty when none is."""
    return lexicon.axes(lesion.size_mm or ())


@functools.cache
def plain_words(language: Language) -> PlainWords:
    """The shipped words of a language.

    Raises:
        NotShipped: the file is missing.
    """
    return PlainWords(language, json.loads(shipped.read("claims/plain-words.json"))[language])

"""Which words the practice uses besides the dictionary: those of the lexicon, of the code labels, and its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parotis.services.desk import ICD_RESOURCES
from parotis.services.lexicons import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotis.services.desk import Desk
    from parotis.services.ports import Spelling

KIND = "words"
NAME = "words.txt"
LONGEST_WORD = 60
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_LETTERS = re.compile(r"[^\W\d_]{3,}")


def load(desk: Desk, spelling: Spelling) -> None:
    """Load the dictionary with all words of this practice; takes a moment.

    Raises:
        ResourceMissing: the dictionary is not there.
    """
    names = (*(f"lexicon/{name}" for name in NAMES), ICD_RESOURCES[1])
    words = {word for name in names for word in _words_in(desk.machine.resources.read(name))}
    for word in sorted(words) + sorted(_kept(desk)):
        spelling.add(word)


def add(desk: Desk, spelling: Spelling, word: str) -> None:
    """Keep a word for the whole practice.

    Raises:
        Refused: the role may not edit drafts.
    """
    desk.require("draft.edit")
    clean = word.strip()[:LONGEST_WORD]
    with desk.unit_of_work() as work:
        files = [file for file in work.libraries.current(KIND) if not file.owner and file.name == NAME]
        words = _split(file.content for file in files)
        if clean and clean not in words:
            content = "\n".join(sorted({*words, clean})).encode()
            user, now = desk.session.user.user_id, desk.machine.clock.now()
            work.libraries.add(KIND, NAME, "", content, added_at=now, added_by=user)
            work.audit.append(desk.entry("words-changed"))
            work.commit()
    spelling.add(clean)


def _kept(desk: Desk) -> frozenset[str]:
    with desk.unit_of_work() as work:
        return _split(file.content for file in work.libraries.current(KIND) if not file.owner)


def _split(contents: Iterable[bytes]) -> frozenset[str]:
    return frozenset(word for content in contents for word in content.decode("utf-8", "replace").split("\n") if word)


def _words_in(data: bytes) -> frozenset[str]:
    strings = (found.decode("utf-8", "replace") for found in _STRING.findall(data))
    return frozenset(word for text in strings for word in _LETTERS.findall(text))

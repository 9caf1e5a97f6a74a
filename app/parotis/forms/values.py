"""What a field of the form holds while it is typed in: a value of its type, or the text that is not one yet."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Rejected:
    """Text that does not parse: kept as typed, saved, shown again; it blocks signing."""

    text: str


def cleaned(text: str) -> str:
    """The text without the characters that are no text at all: control characters, half surrogates, noncharacters.

    They can only be pasted, and they can neither be printed nor stored.
    """
    return _NOT_TEXT.sub("", text)

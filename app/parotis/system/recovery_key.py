"""The printed recovery key: 160 random bits as nine groups of four that a person can copy by hand.

Crockford's 32 characters (no I, L, O, U), of which the last four are a check. Every single wrong character and
every swap of two neighbours is found; any other mistake escapes with a chance of one in a million.
"""

from __future__ import annotations

import secrets
import unicodedata

from parotis.domain.errors import UnreadableInput

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_SECRET_BYTES = 20
_SECRET_CHARACTERS = 32
_CHECK_CHARACTERS = 4
_GROUP = 4
# INVARIANT: a prime below 32**4 that divides no difference a single slip or a swap of neighbours can make.
_CHECK_MODULUS = 1_048_573


def new_recovery_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def written(secret: bytes) -> str:
    """The secret as it is printed: ``XXXX-XXXX-...``, nine groups."""
    number = int.from_bytes(secret)
    text = _digits(number, _SECRET_CHARACTERS) + _digits(number % _CHECK_MODULUS, _CHECK_CHARACTERS)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def read(typed: str) -> bytes:
    """The secret of a key as somebody typed it: case, blanks and hyphens do not matter, O is 0, I and L are 1.

    Raises:
        UnreadableInput: a wrong length, a character that no key has, or a slip that the check finds.
    """
    text = "".join(unicodedata.normalize("NFKC", typed[:1000]).upper().split()).replace("-", "")
    if len(text) != _SECRET_CHARACTERS + _CHECK_CHARACTERS:
        raise _problem("The recovery key has nine groups of four characters.")
    for position, character in enumerate(text):
        if character not in _VALUES:
            raise _problem(f"Group {position // _GROUP + 1} has a character that no recovery key has.")
    number = _number(text[:_SECRET_CHARACTERS])
    if number % _CHECK_MODULUS != _number(text[_SECRET_CHARACTERS:]):
        raise _problem("A character of the recovery key is mistyped.")
    return number.to_bytes(_SECRET_BYTES)


def _digits(number: int, length: int) -> str:
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(length)))


def _number(text: str) -> int:
    number = 0
    for character in text:
        number = number << 5 | _VALUES[character]
    return number


def _problem(sentence: str) -> UnreadableInput:
    return UnreadableInput([("recovery_key", sentence)])

"""From a passphrase to a key: which passphrases are taken, how they are normalised, what deriving costs."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from argon2 import Type  # the package before its modules, which another thread may be loading
from argon2.exceptions import HashingError
from argon2.low_level import hash_secret_raw

from parotis.domain.errors import Fault, WeakPassphrase

if TYPE_CHECKING:
    from collections.abc import Callable

MINIMUM_LENGTH = 15
SALT_BYTES = 16
KEY_BYTES = 32

_SLOWEST_S = 1.0
_FASTEST_S = 0.5
_CEILING_MEMORY_KIB = 4 << 20
_CEILING_PASSES = 64
_CEILING_LANES = 16
_FEWEST_DIFFERENT_CHARACTERS = 6
_FEWEST_OTHER_CHARACTERS = 6
_RUNS = (
    "0123456789" * 3,
    "1234567890" * 3,
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "qwertyuiopasdfghjklzxcvbnm" * 2,
    "qwertzuiopasdfghjklyxcvbnm" * 2,
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_OBVIOUS_WORDS = (
    "password",
    "passphrase",
    "letmein",
    "welcome",
    "changeme",
    "administrator",
    "admin",
    "dentist",
    "dental",
    "parotis",
    "secret",
    "qwerty",
    "1234",
)


@dataclass(frozen=True, slots=True)
class KdfCost:
    """What one Argon2id derivation costs: memory in KiB, passes over it, lanes in parallel."""

    memory_kib: int
    passes: int
    lanes: int

    def is_within(self, floor: Self) -> bool:
        """Not cheaper than ``floor`` and not so dear that a forged file could exhaust the machine."""
        return (
            floor.memory_kib <= self.memory_kib <= _CEILING_MEMORY_KIB
            and floor.passes <= self.passes <= _CEILING_PASSES
            and 1 <= self.lanes <= _CEILING_LANES
            and self.memory_kib >= 8 * self.lanes
        )


FLOOR = KdfCost(memory_kib=64 << 10, passes=3, lanes=1)
DEFAULT_COST = KdfCost(memory_kib=256 << 10, passes=3, lanes=4)


def measured_s(cost: KdfCost) -> float:
    """How long one derivation takes on this machine now, in seconds."""
    start = time.perf_counter()
    derive_key("measured", bytes(SALT_BYTES), cost)
    return time.perf_counter() - start


def calibrated(measure_s: Callable[[KdfCost], float] = measured_s) -> KdfCost:
    """The cost that takes 0.5 to 1.0 s here, from the default, never below the floor."""
    cost = DEFAULT_COST
    taken_s = measure_s(cost)
    while taken_s > _SLOWEST_S and cost.memory_kib // 2 >= FLOOR.memory_kib:
        cost = replace(cost, memory_kib=cost.memory_kib // 2)
        taken_s = measure_s(cost)
    while taken_s < _FASTEST_S and cost.passes < _CEILING_PASSES:
        # The time grows with the passes, so one step lands near the middle of the span.
        wanted = round(cost.passes * (_SLOWEST_S + _FASTEST_S) / 2 / max(taken_s, 0.001))
        cost = replace(cost, passes=min(max(wanted, cost.passes + 1), _CEILING_PASSES))
        taken_s = measure_s(cost)
    return cost


def derive_key(passphrase: str, salt: bytes, cost: KdfCost) -> bytes:
    """The 32-byte key of a passphrase; composed and decomposed typing give the same key.

    Raises:
        Fault: this machine has not the memory that the cost asks for.
    """
    try:
        return hash_secret_raw(
            normalised(passphrase).encode("utf-8", "surrogatepass"),
            salt,
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    except HashingError as error:
        raise Fault("the key derivation failed, most likely for want of memory") from error


def normalised(passphrase: str) -> str:
    # INVARIANT: NFKC, once. A change here locks everybody out.
    return unicodedata.normalize("NFKC", passphrase)


def require_strong(passphrase: str, known_words: tuple[str, ...] = ()) -> None:
    """Refuse what is short, a run of keys, or one obvious word (or ``known_words``, such as the login) padded out.

    Raises:
        WeakPassphrase: too short or obvious.
    """
    text = normalised(passphrase)
    folded = "".join(text.casefold().split())
    words = {"".join(word.casefold().split()) for word in (*known_words, *_OBVIOUS_WORDS)} - {""}
    if (
        len(text) < MINIMUM_LENGTH
        or len(set(folded)) < _FEWEST_DIFFERENT_CHARACTERS
        or any(folded in run or folded in run[::-1] for run in _RUNS)
        or any(len(folded.replace(word, "")) < _FEWEST_OTHER_CHARACTERS for word in words)
    ):
        raise WeakPassphrase(MINIMUM_LENGTH)

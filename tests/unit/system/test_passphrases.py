from __future__ import annotations

import sys
import unicodedata
from dataclasses import replace

import pytest

from parotis.domain.errors import WeakPassphrase
from parotis.system.passphrases import (
    DEFAULT_COST,
    FLOOR,
    KdfCost,
    calibrated,
    derive_key,
    measured_s,
    require_strong,
)


@pytest.mark.parametrize(
    "passphrase",
    [
        "",
        "fourteen chars",
        "é" * 15,
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789012345",
        "98765432109876543",
        "abcdefghijklmnop",
        "qwertyuiopasdfgh",
        "QWERTYUIOPasdfgh",
        "1qaz2wsx3edc4rfv",
        "passwordpassword",
        "Password Password 1!",
        "changemechangeme",
        "dentistdentist42",
        "maja maja maja maja!",
        "Northside Dental 1",
    ],
)
def test_short_or_obvious_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(WeakPassphrase) as caught:
        require_strong(passphrase, ("maja", "Northside Dental"))
    assert caught.value.minimum_length == 15


@pytest.mark.parametrize(
    "passphrase",
    [
        "fifteen letters",
        "seven teal herons wade",
        "Zwölf große Bären",
        "кораблик у причала",
        "maja keeps seven teal herons",
        "alle 15 Zeichen! \0 \U0001f600",
        "春の小川はさらさら行くよ岸のす",
    ],
)
def test_long_passphrase_of_any_script_is_taken(passphrase: str) -> None:
    require_strong(passphrase, ("maja", ""))


def test_length_counts_characters_however_they_were_typed() -> None:
    almost = "äöü çêñ åÿï õú"
    assert len(almost) == 14
    with pytest.raises(WeakPassphrase):
        require_strong(unicodedata.normalize("NFD", almost))


def test_same_passphrase_typed_differently_gives_the_same_key(cheap: KdfCost) -> None:
    keys = {
        derive_key(unicodedata.normalize(form, "Bären ﬁschen Å"), bytes(16), cheap)
        for form in ("NFC", "NFD", "NFKC", "NFKD")
    }
    assert len(keys) == 1


def test_salt_passphrase_and_cost_all_change_the_key(cheap: KdfCost) -> None:
    keys = {
        derive_key("one", bytes(16), cheap),
        derive_key("two", bytes(16), cheap),
        derive_key("one", bytes([1]) * 16, cheap),
        derive_key("one", bytes(16), replace(cheap, passes=2)),
        derive_key("one", bytes(16), replace(cheap, memory_kib=128)),
    }
    assert len(keys) == 5


def test_derivation_is_argon2id_and_stays_so() -> None:
    # A key derived once must be derived for ever: this value is part of the file format.
    assert derive_key("seven teal herons wade", bytes(range(16)), KdfCost(64, 1, 1)).hex() == (
        "150da7d4de487dafd9656e77627ed1f46e9ce24e1bfc38be2a673a707da24889"
    )


@pytest.mark.parametrize("seconds_per_gib_pass", [0.05, 0.2, 0.53, 1.0, 1.34, 2.0, 4.0, 20.0])
def test_calibration_lands_between_half_a_second_and_one(seconds_per_gib_pass: float) -> None:
    def pretend_s(cost: KdfCost) -> float:
        return seconds_per_gib_pass * cost.passes * cost.memory_kib / (1 << 20)

    cost = calibrated(pretend_s)
    assert cost.is_within(FLOOR)
    assert 0.5 <= pretend_s(cost) <= 1.0 or cost.memory_kib == FLOOR.memory_kib or cost.passes == 64


def test_calibration_ends_on_an_absurd_machine() -> None:
    assert calibrated(lambda _cost: 0.0).is_within(FLOOR)
    assert calibrated(lambda _cost: 1e9).is_within(FLOOR)


def test_default_cost_is_within_the_floor_and_cheap_ones_are_not(cheap: KdfCost) -> None:
    assert DEFAULT_COST.is_within(FLOOR)
    assert not cheap.is_within(FLOOR)
    assert not replace(FLOOR, passes=2).is_within(FLOOR)
    assert not replace(FLOOR, memory_kib=FLOOR.memory_kib - 1).is_within(FLOOR)
    assert measured_s(cheap) > 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a memory limit")
def test_too_little_memory_is_told(run_child) -> None:
    code = """
import resource
from parotis.domain.errors import Fault
from parotis.system.passphrases import DEFAULT_COST, derive_key
resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))
try:
    derive_key("x", bytes(16), DEFAULT_COST)
except Fault:
    print("told")
"""
    assert run_child(code).stdout == "told\n"

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parotis.domain.errors import UnreadableInput
from parotis.system import recovery_key

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRETS = st.binary(min_size=20, max_size=20)


@given(SECRETS)
def test_written_key_reads_back(secret: bytes) -> None:
    assert recovery_key.read(recovery_key.written(secret)) == secret


def test_key_has_nine_groups_of_four_and_160_bits() -> None:
    secret = recovery_key.new_recovery_secret()
    assert len(secret) * 8 == 160
    assert [len(group) for group in recovery_key.written(secret).split("-")] == [4] * 9


def test_two_keys_differ() -> None:
    assert recovery_key.new_recovery_secret() != recovery_key.new_recovery_secret()


@given(SECRETS)
def test_handwriting_is_forgiven(secret: bytes) -> None:
    written = recovery_key.written(secret)
    messy = f"  {written.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')}\n"
    assert recovery_key.read(messy) == secret
    assert recovery_key.read(written.replace("0", "O").replace("1", "I").replace("-", "")) == secret


@given(SECRETS, st.integers(0, 35), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_found(secret: bytes, position: int, wrong: str) -> None:
    text = recovery_key.written(secret).replace("-", "")
    if text[position] != wrong:
        with pytest.raises(UnreadableInput):
            recovery_key.read(text[:position] + wrong + text[position + 1 :])


@given(SECRETS, st.integers(0, 34))
def test_any_swap_of_neighbours_is_found(secret: bytes, position: int) -> None:
    text = recovery_key.written(secret).replace("-", "")
    left, right = text[position : position + 2]
    if left != right:
        with pytest.raises(UnreadableInput):
            recovery_key.read(text[:position] + right + left + text[position + 2 :])


def test_every_slip_in_one_key_is_found() -> None:
    text = recovery_key.written(bytes(range(20))).replace("-", "")
    slips = {text[:position] + wrong + text[position + 1 :] for position in range(36) for wrong in ALPHABET} - {text}
    assert len(slips) == 36 * 31
    for slip in slips:
        with pytest.raises(UnreadableInput):
            recovery_key.read(slip)


@pytest.mark.parametrize("typed", ["", "0000", "0" * 35, "0" * 37, "0" * 10_000_000, "-" * 36])
def test_wrong_length_is_told(typed: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        recovery_key.read(typed)
    assert "nine groups" in caught.value.problems[0][1]


@pytest.mark.parametrize(("wrong", "group"), [("U", 3), ("?", 3), ("é", 3), ("\0", 3)])
def test_impossible_character_is_placed_but_not_repeated(wrong: str, group: int) -> None:
    text = recovery_key.written(bytes(20)).replace("-", "")
    with pytest.raises(UnreadableInput) as caught:
        recovery_key.read(text[:9] + wrong + text[10:])
    assert caught.value.problems == (("recovery_key", f"Group {group} has a character that no recovery key has."),)

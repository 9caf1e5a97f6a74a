"""The list of denial codes is whole, in plain words, and says what is sourced and what is not."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from parotis import shipped
from parotis.domain.claims import denial_codes
from parotis.domain.claims.records import AdjustmentGroup

CARC = {
    *("1", "2", "3", "4", "8", "11", "16", "18", "22", "27", "29", "31", "45", "50", "55", "96", "97", "109"),
    *("119", "151", "167", "185", "197", "198", "204", "242", "251", "252"),
}
RARC = {"M127", "MA130", "N29", "N393", "N394", "N463", "N706", "N710"}
SOURCED = {"16", "18", "27", "29", "50", "96", "97", "119", "197", "251", "252", *(RARC - {"MA130"})}


def test_every_code_of_the_notes_is_there_and_no_other() -> None:
    found = denial_codes.listed()
    assert {code for kind, code in found if kind == "carc"} == CARC
    assert {code for kind, code in found if kind == "rarc"} == RARC
    assert {code for kind, code in found if kind == "group"} == {*get_args(AdjustmentGroup)} - {"CR"}


def test_only_what_the_notes_source_is_marked_verified() -> None:
    assert {one.code for one in denial_codes.listed().values() if one.mark == "verified"} == SOURCED
    assert {one.routes_mark for one in denial_codes.listed().values()} == {"to-be-confirmed"}


def test_every_code_has_plain_words_a_source_and_known_routes() -> None:
    marks, routes = get_args(denial_codes.Mark), get_args(denial_codes.RouteId)
    for one in denial_codes.listed().values():
        assert one.words[0].isupper()
        assert one.words.endswith(".")
        assert one.source
        assert one.mark in marks
        assert set(one.routes) <= set(routes)
        assert len(set(one.routes)) == len(one.routes)
        assert (one.appeal is not None) == ("appeal" in one.routes)
        assert one.routes or one.kind == "group" or one.code == "45"


def test_an_appeal_rests_on_one_of_the_grounds() -> None:
    grounds = {one.code: one.appeal for one in denial_codes.listed().values() if one.appeal}
    assert grounds == {
        "50": "literature", "55": "literature", "96": "plan-wording", "204": "plan-wording", "151": "records",
    }  # fmt: skip


def test_the_file_names_each_key_once() -> None:
    def only_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    document = json.loads(shipped.read(denial_codes.RESOURCE), object_pairs_hook=only_once)
    assert set(document) == {"about", "dated", "groups", "carc", "rarc"}


@pytest.mark.parametrize(
    ("kind", "code", "word"),
    [("carc", "50", "necessary"), ("rarc", " ma130 ", "no right to appeal"), ("group", "CO", "agreed")],
)
def test_words_of_a_listed_code_are_its_own(kind: str, code: str, word: str) -> None:
    assert word in denial_codes.words_of(kind, code)
    assert denial_codes.plain_words(kind, code) == denial_codes.words_of(kind, code)


@pytest.mark.parametrize(("kind", "code"), [("carc", "123"), ("rarc", "N362"), ("carc", "N706"), ("", "")])
def test_a_code_that_is_not_listed_is_said_not_to_be(kind: str, code: str) -> None:
    told = f"Code {code} is not in the list of this program; see the payer's notice."
    assert denial_codes.words_of(kind, code) == told
    assert denial_codes.plain_words(kind, code) == ""

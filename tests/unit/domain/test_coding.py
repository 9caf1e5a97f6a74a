"""Dated code sets, against the files that the program ships."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parotis.domain.code_table import CodeTable
from parotis.domain.coding import CdtCodeSet, CodeFault, CodeProblem, IcdCodeSet, Standing
from parotis.domain.errors import ResourceMissing

CODES = Path(__file__).parents[3] / "resources" / "codes"
PACKED = (CODES / "icd10cm-2026-04.codes").read_bytes()
COMMON = (CODES / "icd10cm-common.json").read_bytes()
ICD = IcdCodeSet.from_bytes(PACKED, COMMON)
CDT = CdtCodeSet.from_bytes((CODES / "cdt.json").read_bytes())
IN_SUMMER = date(2026, 7, 1)


def found(text: str, limit: int = 20) -> list[str]:
    return [icd.code for icd in ICD.search(text, limit)]


# Release and dates


def test_set_says_which_release_it_is_and_what_it_covers() -> None:
    assert ICD.release == "ICD-10-CM FY2026, April 2026"
    assert (ICD.fiscal_year_from, ICD.valid_from, ICD.valid_to) == (
        date(2025, 10, 1),
        date(2026, 4, 1),
        date(2026, 9, 30),
    )


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2026, 3, 31), Standing.BEFORE),
        (date(2026, 4, 1), Standing.COVERED),
        (date(2026, 9, 30), Standing.COVERED),
        (date(2026, 10, 1), Standing.AFTER),
    ],
)
def test_date_is_placed_against_the_release(on: date, standing: Standing) -> None:
    assert ICD.standing(on) is standing
    assert ICD.is_newer_release_possible(on) is (standing is Standing.AFTER)


def test_problem_outside_the_dates_of_the_release_says_so() -> None:
    assert ICD.problem_of("X99.99", date(2027, 1, 1)) == CodeProblem(CodeFault.UNKNOWN, Standing.AFTER)
    assert ICD.problem_of("R22.0", date(2027, 1, 1)) is None


# Codes


def test_every_published_leaf_is_in_the_table() -> None:
    table = CodeTable.from_bytes(PACKED)
    billable = [
        entry.code for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for entry in table.below(letter) if entry.billable
    ]
    assert len(billable) == len(set(billable)) == table.header["billable"] == 74_719


@pytest.mark.parametrize(
    ("code", "description", "billable"),
    [
        ("K11.5", "Sialolithiasis", True),
        ("C07", "Malignant neoplasm of parotid gland", True),
        ("R22", "Localized swelling, mass and lump of skin and subcutaneous tissue", False),
        ("S00.83", "Contusion of other part of head", False),
        ("S00.83XA", "Contusion of other part of head, initial encounter", True),
        ("S02.611A", "Fracture of condylar process of right mandible, initial encounter for closed fracture", True),
        ("T07.XXXS", "Unspecified multiple injuries, sequela", True),
        ("QA0.0101", None, True),
        ("A00.0", "Cholera due to Vibrio cholerae 01, biovar cholerae", True),
        ("Z99.89", "Dependence on other enabling machines and devices", True),
    ],
)
def test_code_is_looked_up(code: str, description: str | None, billable: bool) -> None:
    icd = ICD.lookup(code)
    assert icd is not None
    assert (icd.code, icd.billable) == (code, billable)
    assert description in (None, icd.description)


@pytest.mark.parametrize(
    "code",
    [
        "X99.99",
        "S06.1X7D",
        "S00.83XB",
        "K11.5XXA",
        "S00.83X",
        "A0",
        "ZZZ",
        "ZZZ.ZZZZ",
        "AAA",
        "",
        "K1120",
        "k11.20",
        "K11.2\n",
    ],
)
def test_code_that_is_not_published_is_not_found(code: str) -> None:
    assert ICD.lookup(code) is None
    assert ICD.children(code) == ()


def test_children_are_the_codes_one_step_below() -> None:
    assert [icd.code for icd in ICD.children("K11.2")] == ["K11.20", "K11.21", "K11.22", "K11.23"]
    assert [icd.code for icd in ICD.children("S00.83")] == ["S00.83XA", "S00.83XD", "S00.83XS"]
    assert [icd.code for icd in ICD.children("S02.6")][:3] == ["S02.60", "S02.61", "S02.62"]
    assert ICD.children("K11.5") == ()


@pytest.mark.parametrize(
    ("code", "fault", "longer"),
    [
        ("R22", CodeFault.NOT_BILLABLE, ("R22.0", "R22.1", "R22.2", "R22.30", "R22.31")),
        ("K11.2", CodeFault.NOT_BILLABLE, ("K11.20", "K11.21", "K11.22", "K11.23")),
        ("S00.83", CodeFault.NOT_BILLABLE, ("S00.83XA", "S00.83XD", "S00.83XS")),
        ("X99.99", CodeFault.UNKNOWN, ()),
        ("R220", CodeFault.MALFORMED, ()),
        ("", CodeFault.MALFORMED, ()),
    ],
)
def test_code_that_cannot_be_billed_says_why(code: str, fault: CodeFault, longer: tuple[str, ...]) -> None:
    assert ICD.problem_of(code, IN_SUMMER) == CodeProblem(fault, Standing.COVERED, longer)


def test_clinical_list_has_only_billable_codes_each_once() -> None:
    assert [common.code for common in ICD.common if ICD.problem_of(common.code, IN_SUMMER)] == []
    assert len({common.code for common in ICD.common}) == len(ICD.common) == 182
    assert sum(common.core for common in ICD.common) == 113


def test_codes_of_the_clinical_list_carry_their_plain_label() -> None:
    labels = {code: icd.label for code in ("K11.5", "K11.2", "A00.0") if (icd := ICD.lookup(code))}
    assert labels == {"K11.5": "Salivary stone (gland or duct)", "K11.2": "", "A00.0": ""}


# Excludes1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("R22.0", "R59.0"),
        ("R22.1", "R59.1"),
        ("R22.0", "R60.0"),
        ("R22.0", "R90.0"),
        ("R22.0", "R91.1"),
        ("R22.0", "R93.0"),
        ("R22.1", "M25.40"),
        ("R22.0", "E65"),
        ("R59.0", "L04.0"),
        ("R59.0", "I88.1"),
        ("R59.9", "I88.9"),
        ("L04.0", "I88.1"),
        ("L04.0", "I88.0"),
        ("R68.2", "M35.00"),
        ("R68.2", "M35.0C"),
        ("K11.8", "M35.01"),
        ("K11.20", "B26.9"),
        ("K11.23", "D86.89"),
        ("K11.21", "K11.22"),
        ("R68.84", "M26.621"),
        ("R68.84", "M26.623"),
        ("M79.11", "M60.9"),
        ("M79.12", "M79.7"),
        ("M27.40", "K09.0"),
        ("M27.49", "M27.0"),
        ("D11.0", "D10.39"),
        ("S00.83XA", "S01.84XA"),
        ("S00.83XA", "S01.84XD"),
        ("M60.28", "L92.3"),
        ("M79.5", "L92.3"),
        ("M79.5", "M60.28"),
        ("G47.63", "F45.8"),
    ],
)
def test_codes_that_exclude_each_other_do_so_both_ways(first: str, second: str) -> None:
    assert ICD.excludes1(first, second)
    assert ICD.excludes1(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("M26.631", "M26.621"),
        ("M26.621", "S03.01XA"),
        ("M26.632", "S03.42XA"),
        ("K11.7", "R68.2"),
        ("K12.2", "K11.3"),
        ("K12.2", "K14.0"),
        ("K12.2", "K04.6"),
        ("K12.2", "K04.7"),
        ("R22.0", "R22.1"),
        ("R22.0", "K11.5"),
        ("R22.0", "R94.01"),
        ("R68.84", "M26.601"),
        ("K11.5", "K11.5"),
        ("R22.0", "R59.99"),
        ("R22.0", "r59.0"),
    ],
)
def test_codes_that_may_stand_together_do_not_exclude_each_other(first: str, second: str) -> None:
    assert not ICD.excludes1(first, second)
    assert not ICD.excludes1(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [("M62.838", "M33.20"), ("M26.601", "Q67.4"), ("M27.49", "Q67.4"), ("O26.899", "Z34.00")],
)
def test_notes_of_blocks_and_chapters_are_inherited(first: str, second: str) -> None:
    assert ICD.excludes1(first, second)
    assert ICD.excludes1(second, first)


def test_note_that_asks_for_a_character_names_only_codes_that_have_it() -> None:
    assert ICD.excludes1("S01.84XA", "S02.611B")
    assert not ICD.excludes1("S01.84XA", "S02.611A")
    assert ICD.excludes1("G63", "B27.01")
    assert not ICD.excludes1("G63", "B27.02")


def test_a_code_that_its_own_inherited_note_names_is_not_excluded_by_it() -> None:
    assert not ICD.excludes1("M27.8", "M27.8")
    assert ICD.excludes1("M27.8", "M26.601")


def test_excludes1_is_symmetric_over_the_clinical_list() -> None:
    codes = [common.code for common in ICD.common][::3]
    assert all(ICD.excludes1(a, b) == ICD.excludes1(b, a) for a, b in combinations(codes, 2))


# Search


def test_nothing_typed_offers_the_clinical_list() -> None:
    assert found("  ", 5) == [common.code for common in ICD.common[:5]]


@pytest.mark.parametrize("text", ["???", "-", "zzzz", "parotid zzzz", "日本"])
def test_what_no_code_has_finds_nothing(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["K11.2", "k112", "K112", " k11.2 "])
def test_code_is_found_with_or_without_its_dot(text: str) -> None:
    assert found(text) == ["K11.20", "K11.21", "K11.22", "K11.23"]


def test_exact_code_comes_first() -> None:
    assert found("S00.83XD")[0] == "S00.83XD"
    assert found("r220")[0] == "R22.0"


def test_clinical_list_comes_before_other_codes() -> None:
    by_code = found("S00")
    common = [c.code for c in ICD.common if c.code.startswith("S00")]
    assert by_code[: len(common)] == common
    assert len(by_code) == 20
    assert found("lipoma")[:2] == ["D17.0", "D17.79"]


def test_words_match_by_their_beginning_in_any_order() -> None:
    assert found("tmj pain") == found("pai tmj") == ["M26.621", "M26.622", "M26.623"]
    assert "K11.5" in found("sialol")
    assert "K11.5" in found("stone saliv")
    assert found("ialolith") == []


def test_words_of_the_plain_labels_and_hints_are_found() -> None:
    assert found("ranula")[0] == "K11.6"
    assert found("warthin")[0] == "D11.0"


def test_accents_and_case_do_not_matter() -> None:
    assert found("SJÖGREN") == found("sjogren")
    assert "M35.00" in found("Sjögren")


def test_code_and_words_can_be_mixed() -> None:
    assert found("K11.2 acute") == ["K11.20", "K11.21", "K11.22"]


def test_first_encounter_is_offered_before_later_ones() -> None:
    assert found("S00.0")[:3] == ["S00.00XA", "S00.01XA", "S00.02XA"]
    assert found("contusion lip subsequent") == ["S00.531D"]


def test_search_fills_its_limit_though_headings_are_left_out() -> None:
    assert len(found("S52")) == 20
    assert len(found("fracture", 50)) == 50
    assert len(set(found("S", 200))) == 200


@given(st.text(max_size=30))
def test_search_takes_whatever_is_typed(text: str) -> None:
    result = ICD.search(text, 7)
    assert len(result) <= 7
    assert all(icd.billable for icd in result)
    assert len({icd.code for icd in result}) == len(result)


@given(st.sampled_from([common.code for common in ICD.common]), st.integers(min_value=1, max_value=7))
def test_any_beginning_of_a_code_leads_to_it(code: str, length: int) -> None:
    assert code in found(code.replace(".", "")[:length], 400)


# Damage


@pytest.mark.parametrize(
    "data",
    [b"", b"{}\n", b"[1]\n", b"\xff\n", PACKED[:-1], PACKED + b"x", PACKED[1:]],
    ids=["empty", "no header", "a list", "no text", "cut short", "too long", "cut at the start"],
)
def test_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(ResourceMissing):
        IcdCodeSet.from_bytes(data)


def test_damaged_part_is_reported_when_it_is_used() -> None:
    start = PACKED.index(b"\n") + 1
    damaged = IcdCodeSet.from_bytes(PACKED[:start] + bytes(200) + PACKED[start + 200 :])
    with pytest.raises(ResourceMissing):
        damaged.lookup("R22.0")


@pytest.mark.parametrize("common", [b"{", b"{}", b'{"codes": [{}]}', b"[]"])
def test_damaged_clinical_list_is_refused(common: bytes) -> None:
    with pytest.raises(ResourceMissing):
        IcdCodeSet.from_bytes(PACKED, common)


# CDT


@pytest.mark.parametrize(
    ("codes", "conflicts"),
    [
        (["D0370"], ()),
        (["D0370", "D0386"], (("D0370", "D0386"),)),
        (["D0391", "D0370"], (("D0391", "D0370"),)),
        (["D0386", "D0140", "D0391"], (("D0386", "D0391"),)),
        (["D0370", "D0386", "D0391"], (("D0370", "D0386"), ("D0370", "D0391"), ("D0386", "D0391"))),
        (["D0370", "D0370"], ()),
        (["D0370", "D0140", "D0367"], ()),
        (["D0370", "D0386", "D0370"], (("D0370", "D0386"),)),
    ],
)
def test_codes_of_one_study_are_not_billed_twice(codes: list[str], conflicts: tuple[tuple[str, str], ...]) -> None:
    assert CDT.pairing_conflicts(codes) == conflicts


def test_cdt_edition_has_dates() -> None:
    assert CDT.edition == "CDT 2026"
    assert CDT.standing(date(2025, 12, 31)) is Standing.BEFORE
    assert not CDT.is_newer_release_possible(date(2026, 12, 31))
    assert CDT.is_newer_release_possible(date(2027, 1, 1))


def test_cdt_codes_have_our_meaning_and_are_listed_once() -> None:
    codes = [listed.code for listed in CDT.codes]
    assert codes == sorted(set(codes))
    d0370, d0701 = CDT.lookup("D0370"), CDT.lookup("D0701")
    assert d0370 is not None
    assert "Ultrasound" in d0370.meaning
    assert d0701 is not None
    assert d0701.valid_from == date(2021, 1, 1)
    assert CDT.lookup("D9999") is None


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"codes": [], "not_together": [], "valid_from": "x"}'])
def test_damaged_cdt_list_is_refused(data: bytes) -> None:
    with pytest.raises(ResourceMissing):
        CdtCodeSet.from_bytes(data)


def editions(*spans: tuple[str, str, str, bool]) -> bytes:
    said = [
        {"edition": name, "valid_from": first, "valid_to": last, "codes_known": known, "note": ""}
        for name, first, last, known in spans
    ]
    codes = [
        {"code": "D0370", "meaning": "Old", "family": "a", "valid_from": None, "valid_to": "2026-12-31"},
        {"code": "D0370", "meaning": "New", "family": "a", "valid_from": "2027-01-01", "valid_to": None},
        {"code": "D0386", "meaning": "Same", "family": "a", "valid_from": None, "valid_to": None},
    ]
    return json.dumps({"editions": said, "codes": codes, "not_together": []}).encode()


OF_2026 = ("CDT 2026", "2026-01-01", "2026-12-31", True)


def test_the_edition_is_chosen_by_the_date_of_service() -> None:
    both = CdtCodeSet.from_bytes(editions(OF_2026, ("CDT 2027", "2027-01-01", "2027-12-31", True)))
    before, after = date(2026, 12, 31), date(2027, 1, 1)
    assert [both.edition_on(on) for on in (before, after)] == list(both.editions)
    assert both.edition_on(date(2025, 12, 31)) is None
    assert (both.edition, both.valid_to) == ("CDT 2027", date(2027, 12, 31))
    assert both.standing(after) is Standing.COVERED
    meanings = [listed and listed.meaning for listed in (both.lookup("D0370", on) for on in (before, after, None))]
    assert meanings == ["Old", "New", "New"]
    assert [listed.meaning for listed in both.codes_on(before)] == ["Old", "Same"]


def test_an_edition_that_is_only_announced_is_not_taken_for_known() -> None:
    announced = CDT.edition_on(date(2027, 1, 1))
    assert announced is not None
    assert not announced.is_known
    assert announced.note
    assert CDT.edition_on(date(2026, 12, 31)) == CDT.editions[0]


@pytest.mark.parametrize(
    "spans",
    [
        (),
        (("CDT 2026", "2026-01-01", "2026-12-31", False),),
        (OF_2026, ("CDT 2027", "2027-01-02", "2027-12-31", True)),
        (OF_2026, ("CDT 2027", "2026-12-31", "2027-12-31", True)),
        (("CDT 2026", "2026-12-31", "2026-01-01", True),),
        (OF_2026, ("CDT 2027", "2027-01-01", "2027-12-31", False), ("CDT 2028", "2028-01-01", "2028-12-31", True)),
    ],
    ids=["none", "none known", "a day left out", "a day twice", "backwards", "known after announced"],
)
def test_editions_that_do_not_follow_each_other_are_refused(spans: tuple[tuple[str, str, str, bool], ...]) -> None:
    with pytest.raises(ResourceMissing):
        CdtCodeSet.from_bytes(editions(*spans))

from parotis.domain.claims import denial_codes, outcomes


def test_denials_are_counted_by_theme_with_their_codes():
    rows = [(True, "N706 16", 2), (True, "16", 1), (False, "", 1)]
    assert outcomes.sentence(rows) == "3 of 4 denied: documentation missing (16, N706)"


def test_the_most_frequent_theme_comes_first_and_a_code_without_theme_is_told():
    rows = [(True, "96", 1), (True, "50", 3), (True, "B7", 1)]
    assert outcomes.sentence(rows) == "5 of 5 denied: not held necessary (50); not covered (96); other reasons (B7)"


def test_nothing_denied_and_no_claims_are_told_apart():
    assert outcomes.sentence([(False, "", 4)]) == "0 of 4 denied"
    assert outcomes.sentence([]) == ""
    assert outcomes.sentence([(True, "", 1)]) == "1 of 1 denied"


def test_payers_are_kept_apart():
    rows = [("a", True, "29", 1), ("b", False, "", 2), ("a", False, "", 1)]
    assert outcomes.sentences(rows) == {"a": "1 of 2 denied: sent too late (29)", "b": "0 of 2 denied"}


def test_every_code_that_denies_has_a_theme_and_no_other():
    of_claims = [one for one in denial_codes.listed().values() if one.kind != "group"]
    assert {one.code for one in of_claims if one.theme is None} == {"1", "2", "3", "45"}
    assert not [one for one in denial_codes.listed().values() if one.kind == "group" and one.theme]

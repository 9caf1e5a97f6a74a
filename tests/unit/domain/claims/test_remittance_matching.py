"""A remittance goes to the claim whose id it carries, and to no other."""

from __future__ import annotations

from parotis.domain.claims import remittance_matching
from parotis.domain.claims.records import Remittance


def named(number: str | None) -> Remittance:
    return Remittance(patient_control_number=number)


def test_capitals_and_blanks_do_not_part_a_remittance_from_its_claim() -> None:
    found = remittance_matching.match([named(" AB12 "), named("ab13")], ["ab12", "AB13"])
    assert [claim_id for claim_id, _ in found.matched] == ["ab12", "AB13"]
    assert found.unmatched == ()


def test_what_names_no_known_claim_stays_unmatched_in_its_order() -> None:
    strangers = [named("zz"), named(None), named("  "), named("ab1"), named("ab123")]
    found = remittance_matching.match([strangers[0], named("ab12"), *strangers[1:]], ["ab12", ""])
    assert [one.patient_control_number for _, one in found.matched] == ["ab12"]
    assert list(found.unmatched) == [strangers[0], *strangers[1:]]


def test_one_claim_may_have_several_remittances() -> None:
    found = remittance_matching.match([named("ab12"), named("AB12")], iter(["ab12"]))
    assert [claim_id for claim_id, _ in found.matched] == ["ab12", "ab12"]


def test_ids_that_differ_in_capitals_only_match_nothing() -> None:
    assert remittance_matching.match([named("ab12")], ["ab12", "AB12"]).matched == ()


def test_the_id_that_a_remittance_names_is_given_as_ids_are_written() -> None:
    assert remittance_matching.matched(named(" AB12 ")) == "ab12"
    assert remittance_matching.matched(named("  ")) is None
    assert remittance_matching.matched(named(None)) is None

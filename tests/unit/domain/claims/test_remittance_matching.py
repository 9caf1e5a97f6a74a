"""A remittance goes to the claim whose id it carries, and to no other."""

from __future__ import annotations

from parotis.domain.claims import remittance_matching
from parotis.domain.claims.records import Remittance


def named(number: str | None) -> Remittance:
    return Remittance(patient_control_number=number)


def test_the_id_that_a_remittance_names_is_given_as_ids_are_written() -> None:
    assert remittance_matching.matched(named(" AB12 ")) == "ab12"
    assert remittance_matching.matched(named("  ")) is None
    assert remittance_matching.matched(named(None)) is None

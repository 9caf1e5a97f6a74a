"""Remittance files on the claims screen, without a window."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from helpers.claim_desk import ClaimQueriesInMemory, RecordingDeeds
from helpers.claim_rows import row
from helpers.presenter_ports import InlineTasks

from parotis.domain.claims.records import Remittance
from parotis.domain.claims.remittance_files import Payment
from parotis.domain.errors import StorageLocked, UnreadableInput
from parotis.presentation.remittance_presenter import KNOWN, NOTHING_TO_POST, RemittancePresenter

if TYPE_CHECKING:
    from pathlib import Path

    from parotis.presentation.remittance_presenter import RemittanceShown

PAID = Remittance(payer_claim_number="P-1", charged="210.00", paid="150.00", patient_responsibility="60.00")
DENIED = Remittance(payer_claim_number="P-2", charged="210.00", paid="0.00")


def preview(*claims: Any, is_known: bool = False, paid: str = "150.00") -> Any:
    payment = Payment(
        "Prairie", None, None, "T-9", dt.date(2026, 11, 20), paid, tuple(one.remittance for one in claims)
    )
    shown = SimpleNamespace(payment=payment, claims=claims)
    return SimpleNamespace(sha256="0", payments=(shown,), claims=claims, is_known=is_known)


def claim(remittance: Remittance, state: str, own: Any = None, *problems: str) -> Any:
    return SimpleNamespace(remittance=remittance, row=own, state=state, problems=problems)


class View:
    def __init__(self) -> None:
        self.is_busy = False
        self.shown: RemittanceShown | None = None
        self.result = ("", False)
        self.problems: tuple[tuple[str, str], ...] = ()

    def show_busy(self, *, is_busy: bool) -> None:
        self.is_busy = is_busy

    def show_file(self, shown: RemittanceShown | None) -> None:
        self.shown = shown

    def show_result(self, text: str, *, is_problem: bool) -> None:
        self.result = (text, is_problem)

    def show_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        self.problems = problems


class Bench:
    def __init__(self, tmp_path: Path, of_file: Any = None) -> None:
        self.file = tmp_path / "era.835"
        self.file.write_bytes(b"ISA*")
        self.deeds, self.view = RecordingDeeds(ClaimQueriesInMemory()), View()
        self.deeds.previews[b"ISA*"] = of_file
        self.posted: list[str] = []
        self.presenter = RemittancePresenter(self.view, self.deeds, InlineTasks(), lambda: self.posted.append("posted"))

    @property
    def shown(self) -> RemittanceShown:
        assert self.view.shown is not None
        return self.view.shown


@pytest.fixture
def at(tmp_path: Path) -> Bench:
    return Bench(tmp_path, preview(claim(PAID, "paid", row(1, family_name="Abara")), claim(DENIED, "denied")))


def test_a_file_shows_payments_claims_matches_and_what_they_become(at: Bench) -> None:
    at.presenter.read(at.file)
    assert at.shown.summary == (
        "1 payment of $150.00. 2 claims: 1 of this practice, 1 of none here. "
        "Charged $420.00, paid $150.00, patients' share $60.00."
    )
    (payment,) = at.shown.payments
    assert (payment.payer, payment.trace, payment.amount, payment.balance) == (
        "Prairie",
        "T-9",
        "$150.00",
        "\u2713 Balanced",
    )
    first, second = at.shown.claims
    assert (first.patient.split(",")[0], first.state, first.match) == ("Abara", "\u2713 Paid", "\u2713 Matched")
    assert (second.patient, second.state, second.match) == ("\u2014", "\u2715 Denied", "\u25cb No claim here")
    assert at.shown.can_post
    assert at.deeds.posted == []


def test_a_payment_that_does_not_add_up_says_so(tmp_path: Path) -> None:
    at = Bench(tmp_path, preview(claim(PAID, "paid", row(1)), paid="140.00"))
    at.presenter.read(at.file)
    assert at.shown.payments[0].balance == "\u2715 Not balanced"


def test_what_was_shown_is_posted_even_if_the_file_changes(at: Bench) -> None:
    at.presenter.read(at.file)
    at.file.write_bytes(b"other")
    at.presenter.post()
    assert at.deeds.posted == [b"ISA*"]
    assert at.view.result == ("1 claim posted. 1 claim of the file of no claim here, kept with the file.", False)
    assert at.view.shown is None
    assert at.posted == ["posted"]


def test_nothing_is_posted_twice(at: Bench) -> None:
    at.presenter.read(at.file)
    at.presenter.post()
    at.presenter.post()
    assert len(at.deeds.posted) == 1


def test_a_known_file_cannot_be_posted(tmp_path: Path) -> None:
    at = Bench(tmp_path, preview(claim(PAID, "paid", row(1)), is_known=True))
    at.presenter.read(at.file)
    assert at.view.result == (KNOWN, True)
    assert not at.shown.can_post
    at.presenter.post()
    assert at.deeds.posted == []


def test_a_claim_that_cannot_be_posted_is_named_by_its_number(tmp_path: Path) -> None:
    at = Bench(tmp_path, preview(claim(PAID, "paid", row(1)), claim(DENIED, "denied", row(2), "More is paid.")))
    at.presenter.read(at.file)
    assert at.view.problems == (("Claim 2", "More is paid."),)
    assert at.shown.claims[1].match == "\u2715 Cannot be posted"
    assert not at.shown.can_post


def test_a_file_without_claims_says_so(tmp_path: Path) -> None:
    at = Bench(tmp_path, preview(paid="0.00"))
    at.presenter.read(at.file)
    assert at.view.result == (NOTHING_TO_POST, True)


def test_every_problem_of_a_bad_file_is_listed_by_its_segment(at: Bench) -> None:
    at.deeds.error = UnreadableInput([("segment 3", "BPR has no amount."), ("segment 9", "CLP has no charge.")])
    at.presenter.read(at.file)
    assert at.view.result == ("The file is not taken: 2 problems. Nothing was changed.", True)
    assert at.view.problems == at.deeds.error.problems
    assert at.view.shown is None
    assert not at.view.is_busy


def test_a_file_that_is_not_there_is_a_sentence(at: Bench) -> None:
    at.presenter.read(at.file.parent / "none.835")
    assert at.view.problems == (("file", "The file cannot be opened."),)


def test_a_fault_while_posting_is_told_and_what_was_shown_can_be_posted_again(at: Bench) -> None:
    at.presenter.read(at.file)
    at.deeds.error = StorageLocked()
    at.presenter.post()
    assert at.view.result[1]
    assert at.view.shown is not None
    at.deeds.error = None
    at.presenter.post()
    assert at.deeds.posted == [b"ISA*"]

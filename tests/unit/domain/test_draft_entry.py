from __future__ import annotations

from parotis.domain import paths
from parotis.domain.draft_entry import Entry


def _after_removal(list_path: str, position: int):
    return lambda path: paths.shifted(path, list_path, position, -1)


def test_proposals_and_authors_move_with_their_items_and_go_with_them() -> None:
    entry = Entry(
        proposed={"findings[0].state": "normal", "findings[2].state": "normal"},
        authors={"findings[1].note": "u1", "findings[2].state": "u2"},
    )
    moved = entry.moved(_after_removal("findings", 0))
    assert moved.proposed == {"findings[1].state": "normal"}
    assert moved.authors == {"findings[0].note": "u1", "findings[1].state": "u2"}


def test_who_wrote_an_item_wrote_what_lies_below_it() -> None:
    entry = Entry(authors={"symptoms[0]": "u1", "symptoms[0].side": "u2"})
    assert entry.author_of("symptoms[0].side") == "u2"
    assert entry.author_of("symptoms[0].duration.value") == "u1"
    assert entry.author_of("symptoms[1]") is None
    assert entry.author_of("complaint") is None


def test_a_list_written_anew_has_one_author() -> None:
    entry = Entry(authors={"scan[0].status": "u1", "scanner": "u1"})
    written = entry.written_by("u2", "scan", "Region", is_signer=True)
    assert written.authors == {"scanner": "u1", "scan": "u2"}


def test_what_somebody_else_writes_is_to_be_reviewed_again_and_what_the_signer_writes_is_not() -> None:
    entry = Entry(reviewed=frozenset({"Region", "Symptoms"}))
    assert entry.written_by("u2", "scan", "Region", is_signer=False).reviewed == {"Symptoms"}
    assert entry.written_by("u1", "scan", "Region", is_signer=True).reviewed == {"Region", "Symptoms"}


def test_a_decision_ends_the_proposal_at_its_path_only() -> None:
    entry = Entry(proposed={"findings[0].state": "normal", "rationale.reason": "tmj"})
    assert entry.settled("rationale.reason").proposed == {"findings[0].state": "normal"}
    assert entry.settled("complaint") is entry

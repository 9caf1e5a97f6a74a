"""Presenters behind the parts of a claim, over a real record, with work that ends when the test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from helpers import claim_window
from helpers.practices import dentist_desk
from helpers.presenter_ports import InlineTasks, ManualTimers, RecordingNotices

from parotis.domain.claims.payers import AttachmentRules
from parotis.presentation import claim_payment_presenter as payment
from parotis.presentation.claim_pack_presenter import CANCELLED, ClaimPackPresenter, limits_words, megabytes
from parotis.presentation.claim_presenter import ClaimPresenter
from parotis.presentation.narrative_studio_presenter import NarrativeStudioPresenter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parotis.presentation.narrative_studio_presenter import Judged
    from parotis.services.desk import Desk

OVER: dict[str, Any] = {"kind": "override", "gap": "key-image", "reason": "The images were sent on a disc before."}


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    desk, passphrase = dentist_desk(tmp_path_factory.mktemp("practice"))
    claim_window.with_payers(desk)
    yield desk, passphrase
    desk.close()


class Nobody:
    """Takes whatever is shown and remembers it by the name of the method."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        def take(*shown: Any, **named: Any) -> None:
            self.seen.append((name, shown, named))

        return take

    def last(self, name: str) -> tuple[Any, ...]:
        return next(shown for known, shown, _ in reversed(self.seen) if known == name)

    def count(self, name: str) -> int:
        return sum(known == name for known, _, _ in self.seen)


class Claim:
    def __init__(self, practice: tuple[Desk, str], *entries: dict[str, Any]) -> None:
        self.desk, passphrase = practice
        self.claim_id = claim_window.new_claim(self.desk, passphrase)
        claim_window.walk(self.desk, self.claim_id, *entries)
        self.tasks, self.timers = InlineTasks(), ManualTimers()
        self.notices = RecordingNotices()
        self.presenter = ClaimPresenter(self.desk, self.tasks, self.notices, self.timers)
        self.presenter.attach(Nobody())  # type: ignore[arg-type]
        self.presenter.open(self.claim_id)


def test_only_the_newest_text_is_judged_and_no_key_waits_for_it(practice: tuple[Desk, str]) -> None:
    claim, view = Claim(practice), Nobody()
    studio = NarrativeStudioPresenter(view, claim.presenter)  # type: ignore[arg-type]
    assert claim.presenter.situation is not None
    studio.show(claim.presenter.situation)
    claim.tasks.is_held = True
    before = view.count("show_judged")
    for text in ("One.", "One. Two.", "One. Two. Three."):
        studio.edit(text)
        assert view.last("show_counted")[0].used == len(text)
    assert len(claim.tasks.held) == 1
    claim.tasks.release()
    claim.tasks.release()
    judged: Judged = view.last("show_judged")[0]
    assert judged.text == "One. Two. Three."
    assert view.count("show_judged") == before + 1


def test_what_comes_when_another_claim_is_open_is_dropped(practice: tuple[Desk, str]) -> None:
    claim = Claim(practice)
    found: list[str] = []
    claim.tasks.is_held = True
    claim.presenter.find(lambda _progress: "late", found.append, lambda _error: found.append("failed"))
    claim.presenter.close()
    claim.tasks.release()
    assert found == []


def test_progress_of_a_pack_shows_only_after_a_while_and_a_second_press_starts_nothing(
    practice: tuple[Desk, str], tmp_path: Path
) -> None:
    claim, view = Claim(practice, OVER), Nobody()
    pack = ClaimPackPresenter(view, claim.presenter)  # type: ignore[arg-type]
    claim.tasks.is_held = True
    pack.write(str(tmp_path))
    pack.write(str(tmp_path))
    assert len(claim.tasks.held) == 1
    assert pack.is_busy
    assert view.count("show_progress") == 0
    claim.timers.advance(399)
    assert view.count("show_progress") == 0
    claim.timers.advance(1)
    assert view.last("show_progress")[2] == "Collecting the files\u2026"
    claim.tasks.release()
    assert not pack.is_busy
    assert view.last("show_progress") == (0, 0, "")
    assert view.last("show_written")[0].startswith("Written and read back: ")


def test_a_cancelled_pack_says_that_nothing_is_left(practice: tuple[Desk, str], tmp_path: Path) -> None:
    claim, view = Claim(practice, OVER), Nobody()
    pack = ClaimPackPresenter(view, claim.presenter)  # type: ignore[arg-type]
    cancelling = CancellingTasks()
    claim.presenter._tasks = cancelling  # type: ignore[assignment]
    pack.write(str(tmp_path))
    assert view.last("show_problem") == (CANCELLED,)
    assert list(tmp_path.iterdir()) == []


class CancellingTasks(InlineTasks):
    """Cancels at the first step that work reports."""

    def start(self, work: Any, **more: Any) -> Any:
        from parotis.domain.errors import Cancelled

        class Stop:
            def step(self, done: int, total: int, label: str) -> None:
                raise Cancelled

            def commit_point(self) -> None: ...

        return super().start(lambda _progress: work(Stop()), **more)


def test_an_answer_that_cannot_be_reckoned_yet_says_what_is_missing_and_no_state() -> None:
    assert payment.balance({}).is_right is None
    assert payment.balance({"charged": "210.00", "paid": "x"}).is_right is False
    found = payment.balance({"charged": "210", "paid": "0", "adjustments": [{"amount": "210"}]})
    assert (found.is_right, found.state) == (True, None)  # no reason is typed yet
    found = payment.balance(
        {"charged": "210", "paid": "0", "adjustments": [{"group": "CO", "reason": "50", "amount": "210"}]}
    )
    assert (found.is_right, found.state) == (True, "denied")
    twice = {"charged": "210", "paid": "100", "lines": [{"adjustments": [{"amount": "60"}]}], "adjustments": []}
    assert "60.00 of 110.00. 50.00 is not explained" in payment.balance(twice).text


@pytest.mark.parametrize(
    ("text", "codes"), [("", []), ("n706,M127", ["N706", "M127"]), (" N706 ;; n706\tma130 ", ["N706", "MA130"])]
)
def test_remark_codes_are_read_from_what_separates_them(text: str, codes: list[str]) -> None:
    assert payment.remark_codes(text) == codes


def test_what_a_channel_takes_is_told_as_far_as_it_is_known() -> None:
    assert limits_words(AttachmentRules()) == "Which types of file the channel takes is not recorded."
    rules = AttachmentRules(types=("jpeg", "png"), most_files=4, when="on-request")
    assert limits_words(rules) == "The channel takes JPEG, PNG; at most 4 files; attachments go only on request."


@pytest.mark.parametrize(("size", "words"), [(0, "0 kB"), (1, "1 kB"), (511_400, "511 kB"), (2_500_000, "2.5 MB")])
def test_sizes_are_told_for_people(size: int, words: str) -> None:
    assert megabytes(size) == words


def test_a_text_under_judgement_when_the_claim_is_left_does_not_keep_the_next_from_being_judged(
    practice: tuple[Desk, str],
) -> None:
    claim, view = Claim(practice), Nobody()
    studio = NarrativeStudioPresenter(view, claim.presenter)  # type: ignore[arg-type]
    assert claim.presenter.situation is not None
    studio.show(claim.presenter.situation)
    claim.tasks.is_held = True
    studio.edit("Of the first claim.")
    claim.presenter.close()
    claim.tasks.release()
    claim.tasks.is_held = False
    claim.presenter.open(claim.claim_id)
    studio.show(claim.presenter.situation)
    studio.edit("Of the second.")
    assert view.last("show_judged")[0].text == "Of the second."


def test_a_pack_that_ends_after_its_claim_was_left_is_told_by_a_notice(
    practice: tuple[Desk, str], tmp_path: Path
) -> None:
    claim, view = Claim(practice), Nobody()
    pack = ClaimPackPresenter(view, claim.presenter)  # type: ignore[arg-type]
    claim.tasks.is_held = True
    pack.write(str(tmp_path))
    claim.presenter.close()
    claim.tasks.release()
    assert not pack.is_busy
    kind, text, _ = claim.notices.standing["claim-left"]
    assert kind == "danger"  # a gap blocks this pack
    assert text.startswith("For the claim shown before: ")
    assert view.count("show_written") == 0

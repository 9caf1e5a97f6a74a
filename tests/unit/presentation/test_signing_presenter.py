"""Signing without a window, on a real practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import practices, sample_cases
from helpers.presenter_ports import InlineTasks, ManualTimers

from parotis.domain.case import Interpretation
from parotis.presentation.signing_presenter import (
    MISSING_PASSPHRASE,
    SIGNED,
    WRONG_PASSPHRASE,
    SigningPresenter,
    verify_stored,
)
from parotis.services import drafts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parotis.domain.issue import Issue
    from parotis.services.desk import Desk
    from parotis.services.ports import SignedDocument


class View:
    def __init__(self) -> None:
        self.statement = self.problem = ""
        self.pages: tuple[bytes, ...] = ()
        self.blocking: tuple[Issue, ...] = ()
        self.can_sign = False
        self.progress: list[str] = []
        self.cleared = 0
        self.signed: tuple[str, str, str] | None = None

    def show_statement(self, text: str) -> None:
        self.statement = text

    def show_pages(self, pages: tuple[bytes, ...]) -> None:
        self.pages = pages

    def show_blocking(self, issues: tuple[Issue, ...]) -> None:
        self.blocking = issues

    def show_can_sign(self, *, can_sign: bool) -> None:
        self.can_sign = can_sign

    def show_progress(self, text: str, *, can_cancel: bool) -> None:
        self.progress.append(text)

    def show_problem(self, text: str) -> None:
        self.problem = text

    def clear_passphrase(self) -> None:
        self.cleared += 1

    def show_signed(self, sentence: str, document_id: str, sha256: str) -> None:
        self.signed = (sentence, document_id, sha256)


class Bench:
    def __init__(self, desk: Desk, exam_id: str) -> None:
        self.desk, self.view, self.tasks, self.timers = desk, View(), InlineTasks(), ManualTimers()
        self.documents: list[SignedDocument] = []
        self.presenter = SigningPresenter(self.view, desk, self.tasks, self.timers, exam_id, self.documents.append)


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    desk, passphrase = practices.dentist_desk(tmp_path / "data")
    yield desk, passphrase
    desk.close()


def test_what_was_looked_at_is_signed(practice: tuple[Desk, str]) -> None:
    desk, passphrase = practice
    record = practices.draft(desk, "tmj-effusion")
    bench = Bench(desk, record.exam_id)
    bench.presenter.start()
    assert bench.view.pages
    assert all(page.startswith(b"\xff\xd8") for page in bench.view.pages)
    assert bench.view.can_sign
    assert "final report" in bench.view.statement
    bench.presenter.sign(passphrase)
    document = bench.documents[0]
    assert bench.view.signed == (SIGNED, document.document_id, document.sha256)
    assert bench.view.cleared == 1
    verify_stored(desk, record.exam_id)


def test_a_wrong_passphrase_signs_nothing_and_may_be_tried_again(practice: tuple[Desk, str]) -> None:
    desk, _passphrase = practice
    record = practices.draft(desk, "tmj-effusion")
    bench = Bench(desk, record.exam_id)
    bench.presenter.start()
    bench.presenter.sign("")
    assert bench.view.problem == MISSING_PASSPHRASE
    bench.presenter.sign("not the right words at all")
    assert bench.view.problem.startswith(WRONG_PASSPHRASE)
    assert bench.view.can_sign
    assert bench.documents == []
    assert drafts.load(desk, record.exam_id).document_id is None


def test_what_blocks_is_listed_and_cannot_be_signed(practice: tuple[Desk, str]) -> None:
    desk, passphrase = practice
    import dataclasses

    case = dataclasses.replace(sample_cases.case("tmj-effusion"), interpretation=Interpretation())
    record = drafts.import_case(desk, drafts.ImportedCase(case, ()))
    bench = Bench(desk, record.exam_id)
    bench.presenter.start()
    assert "interpretation.impression" in {issue.path for issue in bench.view.blocking}
    assert not bench.view.can_sign
    bench.presenter.sign(passphrase)
    assert bench.documents == []


def test_a_draft_that_changed_after_the_preview_is_previewed_again(practice: tuple[Desk, str]) -> None:
    desk, passphrase = practice
    import dataclasses

    record = practices.draft(desk, "tmj-effusion")
    bench = Bench(desk, record.exam_id)
    bench.presenter.start()
    drafts.save(desk, record, dataclasses.replace(record.case, complaint="Something else."))
    bench.presenter.sign(passphrase)
    assert "changed after it was previewed" in bench.view.problem
    assert bench.documents == []
    assert bench.view.can_sign
    bench.presenter.sign(passphrase)
    assert len(bench.documents) == 1


def test_only_slow_work_shows_progress(practice: tuple[Desk, str]) -> None:
    desk, _passphrase = practice
    bench = Bench(desk, practices.draft(desk, "tmj-effusion").exam_id)
    bench.tasks.is_held = True
    bench.presenter.start()
    bench.timers.advance(399)
    assert bench.view.progress == []
    bench.timers.advance(1)
    assert bench.view.progress == ["Preparing the preview\u2026"]
    bench.tasks.release()
    assert bench.view.progress[-1] == ""

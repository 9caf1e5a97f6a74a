"""An exam screen that remembers what it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parotis.presentation.exam_view_contract import Checks, Prior

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.presentation import exam_view_contract as contract
    from parotis.presentation.undo import Draft


class RecordingExamView:
    def __init__(self) -> None:
        self.header: contract.ExamHeader | None = None
        self.actions: contract.ExamActions | None = None
        self.drafts: list[Draft] = []
        self.cards: tuple[contract.FindingCard, ...] = ()
        self.sections: Mapping[str, contract.SectionMark] = {}
        self.checks = Checks()
        self.entries: Mapping[str, contract.SectionEntry] = {}
        self.changes: list[frozenset[str]] = []
        self.narrative: contract.NarrativeText | None = None
        self.report: Any = None
        self.prior = Prior()
        self.pictures: Mapping[tuple[str, int], contract.Picture] = {}
        self.undo = (False, False)
        self.saves: list[tuple[str, str]] = []
        self.section = ""
        self.panel = ""
        self.focused: list[str] = []
        self.sign_asked = 0

    def show_header(self, header: contract.ExamHeader, actions: contract.ExamActions) -> None:
        self.header, self.actions = header, actions

    def show_draft(self, draft: Draft, cards: tuple[contract.FindingCard, ...]) -> None:
        self.drafts.append(draft)
        self.cards = cards

    def show_sections(self, marks: Mapping[str, contract.SectionMark]) -> None:
        self.sections = marks

    def show_entries(self, entries: Mapping[str, contract.SectionEntry]) -> None:
        self.entries = entries

    def show_checks(self, checks: contract.Checks, changed: frozenset[str]) -> None:
        self.checks = checks
        self.changes.append(changed)

    def show_narrative(self, text: contract.NarrativeText) -> None:
        self.narrative = text

    def show_report(self, report: Any) -> None:
        self.report = report

    def show_prior(self, prior: contract.Prior) -> None:
        self.prior = prior

    def show_pictures(self, pictures: Mapping[tuple[str, int], contract.Picture]) -> None:
        self.pictures = pictures

    def show_undo(self, *, can_undo: bool, can_redo: bool) -> None:
        self.undo = (can_undo, can_redo)

    def show_save_state(self, text: str, kind: contract.SaveKind) -> None:
        self.saves.append((text, kind))

    def open_section(self, name: str) -> None:
        self.section = name

    def focus_form(self) -> None:
        self.focused.append("")

    def open_panel(self, tab: contract.PanelTab) -> None:
        self.panel = tab

    def focus_path(self, path: str) -> None:
        self.focused.append(path)

    def ask_to_sign(self) -> None:
        self.sign_asked += 1

    def make_thumbnail(self, png: bytes) -> object:
        return len(png)

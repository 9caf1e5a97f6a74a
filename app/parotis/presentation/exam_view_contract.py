"""Where the exam presenter and the exam screen meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parotis.domain.issue import Issue
    from parotis.domain.narrative import Sentence
    from parotis.domain.report import Report
    from parotis.domain.trend import Trend
    from parotis.presentation.undo import Draft

SectionState = Literal["empty", "open", "blocked", "done"]
SaveKind = Literal["saved", "pending", "failed", "read-only"]
PanelTab = Literal["Report", "Narrative", "Checks", "Prior"]
NarrativeLength = Literal["80", "400", "2000", "letter"]


@dataclass(frozen=True, slots=True)
class SectionMark:
    """What the outline says about a section; ``count`` is the number of blocking checks, else of items."""

    state: SectionState
    count: int = 0


@dataclass(frozen=True, slots=True)
class ExamHeader:
    """The line above the form. ``state`` is ``draft``, ``to-sign``, ``signing`` or ``signed``."""

    name: str
    chips: tuple[str, ...]
    state: str
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class ExamActions:
    """Which buttons the bottom bar has. ``primary`` is its label, empty when there is none."""

    primary: str
    can_edit: bool
    can_export: bool


@dataclass(frozen=True, slots=True)
class NarrativeText:
    """A narrative as the panel shows it; the letter has one sentence without source for all its text."""

    length: NarrativeLength
    limit: int | None
    sentences: tuple[Sentence, ...]
    left_out: int
    used: int


@dataclass(frozen=True, slots=True)
class PriorExam:
    """An earlier exam of the same patient: when, what for and whether signed, then its findings in short."""

    exam_id: str
    title: str
    detail: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriorChange:
    """What became of a lesion, or without ``verdict`` of the sizes of a structure.

    ``path`` is where today's exam has it, None where it has it not.
    """

    name: str
    verdict: str
    detail: str
    path: str | None


@dataclass(frozen=True, slots=True)
class Prior:
    """The patient's earlier exams beside this one, or ``note``: why there is none.

    ``rule`` says when a change counts as one.
    """

    exams: tuple[PriorExam, ...] = ()
    changes: tuple[PriorChange, ...] = ()
    rule: str = ""
    plot: Trend | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A thumbnail that the view made of a stored picture; ``thumbnail`` None: the record does not have it."""

    thumbnail: object | None
    frame_count: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One structure of the findings screen; ``finding`` is its position in the findings, None while there is none."""

    structure: str | None
    side: str | None
    finding: int | None
    is_scanned: bool


@dataclass(frozen=True, slots=True)
class Checks:
    """All open checks, and those to show at fields by path: what was not looked at yet is not held against anyone."""

    issues: tuple[Issue, ...] = ()
    marks: Mapping[str, tuple[Issue, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """Who else filled in a section, and whether the person at the keyboard must still pass over it."""

    text: str
    needs_review: bool


class ExamViewContract(Protocol):
    """The exam screen. Every method is called on the GUI thread and returns soon."""

    def show_header(self, header: ExamHeader, actions: ExamActions) -> None: ...

    def show_draft(self, draft: Draft, cards: tuple[FindingCard, ...]) -> None:
        """Show every value. An editor whose value is equal keeps its cursor."""
        ...

    def show_sections(self, marks: Mapping[str, SectionMark]) -> None: ...

    def show_entries(self, entries: Mapping[str, SectionEntry]) -> None:
        """By section: who filled it in, where that was not who signs."""
        ...

    def show_checks(self, checks: Checks, changed: frozenset[str]) -> None:
        """``changed`` are the paths whose marks differ from those shown last."""
        ...

    def show_narrative(self, text: NarrativeText) -> None: ...

    def show_report(self, report: Report) -> None: ...

    def show_prior(self, prior: Prior) -> None: ...

    def show_pictures(self, pictures: Mapping[tuple[str, int], Picture]) -> None:
        """Pictures by (hash, frame) as named by the image entries."""
        ...

    def show_undo(self, *, can_undo: bool, can_redo: bool) -> None: ...

    def show_save_state(self, text: str, kind: SaveKind) -> None: ...

    def open_section(self, name: str) -> None: ...

    def focus_form(self) -> None:
        """Put the focus on the first field of the section in front."""
        ...

    def open_panel(self, tab: PanelTab) -> None: ...

    def focus_path(self, path: str) -> None:
        """Open the section of ``path``, scroll to its field and focus it."""
        ...

    def ask_to_sign(self) -> None:
        """The draft is committed and nothing blocks: the signing dialogue may open."""
        ...

    def make_thumbnail(self, png: bytes) -> object:
        """A small picture from PNG bytes. Called on worker threads."""
        ...

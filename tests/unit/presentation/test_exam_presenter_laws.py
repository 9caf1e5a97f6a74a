"""Laws of the open exam, under any order of edits: what is undone comes back, what is committed is what is shown."""

from __future__ import annotations

import random

import pytest
from helpers import exam_desk, sample_cases
from helpers.presenter_ports import InlineTasks, ManualTimers, RecordingNotices
from helpers.recording_exam_view import RecordingExamView

from parotis.domain import canonical, paths
from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import Case
from parotis.forms.values import Rejected
from parotis.presentation.exam_presenter import ExamPresenter


class _Person:
    """Does one thing after another, as chance has it."""

    def __init__(self, seed: int, case: Case) -> None:
        self.chance = random.Random(seed)
        self.desk = exam_desk.desk()
        self.exam_id = exam_desk.stored_exam(self.desk, case)
        self.timers = ManualTimers()
        self.presenter = ExamPresenter(self.desk, InlineTasks(), self.timers, RecordingNotices())
        self.view = RecordingExamView()
        self.presenter.attach(self.view)
        self.presenter.open(self.exam_id)

    def act(self) -> None:
        acts = (self._type, self._type, self._reject, self._add, self._remove, self._toggle, self._lesion, self._state)
        self.chance.choice(acts)()
        self.timers.advance(self.chance.choice((0, 10, 200, 900)))

    def _type(self) -> None:
        path = self.chance.choice(("complaint", "history", "patient.family_name", "exam.performer.name"))
        self.presenter.edit(path, self.chance.choice((None, "a", "b\u00e9", "<b>")))

    def _reject(self) -> None:
        case = self.presenter.draft.case
        places = ["patient.birth_date", "technique.frequency_mhz[1]", "exam.consent.at"]
        for row, finding in enumerate(case.findings):
            places += [f"findings[{row}].lesions[{index}].size_mm[2]" for index in range(len(finding.lesions))]
            places.append(f"findings[{row}].attributes.duct_mm")
        places += [f"symptoms[{index}].duration.value" for index in range(len(case.symptoms))]
        self.presenter.edit(self.chance.choice(places), self.chance.choice((Rejected("abc"), None)))

    def _add(self) -> None:
        self.presenter.insert(self.chance.choice(("symptoms", "rationale.prior_studies", "claim.procedures")))

    def _remove(self) -> None:
        path = self.chance.choice(("symptoms", "rationale.prior_studies", "claim.procedures", "findings", "scan"))
        count = len(paths.read(self.presenter.draft.case, path))
        if count and path == "scan":
            self.presenter.remove_structure(self.chance.randrange(count))
        elif count:
            self.presenter.remove(path, self.chance.randrange(count), "It")

    def _toggle(self) -> None:
        structure = self.chance.choice(tuple(STRUCTURES))
        self.presenter.toggle_structure(structure, self.chance.choice(("left", "right", "bilateral")))  # type: ignore[arg-type]

    def _lesion(self) -> None:
        count = len(self.presenter.draft.case.findings)
        if count:
            self.presenter.add_lesion(self.chance.randrange(count))

    def _state(self) -> None:
        structure = self.chance.choice(("parotid-gland", "masseter"))
        self.presenter.choose_state(structure, "left", self.chance.choice(("normal", "abnormal", "not-seen")))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(12))
def test_any_session_can_be_undone_and_redone_and_is_stored_as_shown(seed: int) -> None:
    person = _Person(seed, sample_cases.case())
    presenter = person.presenter
    before = presenter.draft
    for _ in range(60):
        person.act()
        draft = presenter.draft
        for path in draft.rejected:
            assert paths.read(draft.case, path) is None, path
    last = presenter.draft
    presenter.flush()
    stored = exam_desk.memory_of(person.desk).exams[person.exam_id]
    assert (stored.case, dict(stored.rejected)) == (last.case, last.rejected)
    assert canonical.decoded(canonical.encoded(last.case)) == last.case
    while person.view.undo[0]:
        presenter.undo()
    assert presenter.draft == before
    while person.view.undo[1]:
        presenter.redo()
    assert presenter.draft == last

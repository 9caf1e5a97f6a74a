"""The patients without a window."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from helpers.presenter_ports import InlineTasks, RecordingNotices

from parotis.domain.case import Patient
from parotis.domain.errors import StorageLocked
from parotis.presentation.patients_presenter import NO_PATIENTS, NOTHING_FOUND, PatientsPresenter
from parotis.services.ports import ExamRow, ExamState
from parotis.services.window_ports import OpenRequest

AT = dt.datetime(2026, 11, 12, tzinfo=dt.UTC)
NGOZI = Patient(chart_number="S-1", family_name="Okafor", given_name="Ngozi")
MAJA = Patient(chart_number="S-2", family_name="Lindqvist", given_name="Maja")
EXAM = ExamRow("e1", ExamState.SIGNED, "S-1", "Okafor", "Ngozi", None, AT, None, AT, "u1")


class Queries:
    def __init__(self, *patients: Patient) -> None:
        self.on_file = patients
        self.error: Exception | None = None

    def patients(self, text: str, *, limit: int) -> tuple[Patient, ...]:
        if self.error is not None:
            raise self.error
        wanted = text.casefold()
        return tuple(one for one in self.on_file if wanted in f"{one.family_name} {one.chart_number}".casefold())[
            :limit
        ]

    def patient(self, chart_number: str) -> Patient | None:
        return next((one for one in self.on_file if one.chart_number == chart_number), None)

    def exams_of(self, chart_number: str) -> tuple[ExamRow, ...]:
        return (EXAM,) if chart_number == EXAM.chart_number else ()


class View:
    def __init__(self) -> None:
        self.patients: tuple[Patient, ...] = ()
        self.exams: tuple[Patient | None, tuple[ExamRow, ...]] = (None, ())
        self.search = self.empty = self.selected = ""

    def show_patients(self, patients: tuple[Patient, ...]) -> None:
        self.patients = patients

    def show_exams(self, patient: Patient | None, rows: tuple[ExamRow, ...]) -> None:
        self.exams = patient, rows

    def show_search(self, text: str) -> None:
        self.search = text

    def show_empty(self, text: str) -> None:
        self.empty = text

    def select(self, chart_number: str) -> None:
        self.selected = chart_number


class Bench:
    def __init__(self, *patients: Patient) -> None:
        self.queries, self.view = Queries(*patients), View()
        self.tasks, self.notices = InlineTasks(), RecordingNotices()
        self.begun: list[Patient | None] = []
        desk: Any = SimpleNamespace(records=SimpleNamespace(queries=self.queries))
        self.presenter = PatientsPresenter(self.view, desk, self.tasks, self.notices, self.begun.append)


def test_patients_are_found_as_one_types_and_emptiness_is_explained() -> None:
    bench = Bench(NGOZI, MAJA)
    bench.presenter.search("lind")
    assert (bench.view.patients, bench.view.empty) == ((MAJA,), "")
    bench.presenter.search("nobody")
    assert (bench.view.patients, bench.view.empty) == ((), NOTHING_FOUND)
    nobody = Bench()
    nobody.presenter.refresh()
    assert nobody.view.empty == NO_PATIENTS


def test_the_answer_to_an_older_question_is_dropped() -> None:
    bench = Bench(NGOZI, MAJA)
    bench.tasks.is_held = True
    bench.presenter.search("oka")
    bench.presenter.search("lind")
    bench.tasks.held.reverse()
    bench.tasks.release()
    assert bench.view.patients == (MAJA,)


def test_the_exams_shown_are_those_of_the_patient_chosen_last() -> None:
    bench = Bench(NGOZI, MAJA)
    bench.tasks.is_held = True
    bench.presenter.choose(MAJA)
    bench.presenter.choose(NGOZI)
    bench.tasks.held.reverse()
    bench.tasks.release()
    assert bench.view.exams == (NGOZI, (EXAM,))
    bench.presenter.choose(None)
    assert bench.view.exams == (None, ())


def test_an_exam_begins_for_the_patient_chosen() -> None:
    bench = Bench(NGOZI)
    bench.presenter.choose(NGOZI)
    bench.presenter.new_exam()
    assert bench.begun == [NGOZI]


def test_another_program_opens_a_patient_on_file() -> None:
    bench = Bench(NGOZI, MAJA)
    bench.presenter.open(OpenRequest("S-2", family_name="Ignored"))
    assert (bench.view.search, bench.view.selected, bench.view.patients) == ("S-2", "S-2", (MAJA,))
    assert bench.begun == []


def test_another_program_brings_a_new_patient_who_is_filled_in() -> None:
    bench = Bench(NGOZI)
    bench.presenter.open(OpenRequest("S-9", "Hartmann", "Jo", dt.date(1990, 1, 2), "male"))
    assert bench.begun == [
        Patient(chart_number="S-9", family_name="Hartmann", given_name="Jo", birth_date=dt.date(1990, 1, 2), sex="male")
    ]


def test_a_failure_stands_until_a_read_succeeds() -> None:
    bench = Bench(NGOZI)
    bench.queries.error = StorageLocked()
    bench.presenter.refresh()
    assert bench.notices.standing["patients"][0] == "danger"
    bench.queries.error = None
    bench.notices.act("patients")
    assert bench.notices.standing == {}
    assert bench.view.patients == (NGOZI,)

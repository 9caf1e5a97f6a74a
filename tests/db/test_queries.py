from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from db.record_builders import NOW, a_case, a_record, ids, insert, load, save, sign
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parotis.domain.case import Attributes, Case, Finding, Interpretation, Lesion, Patient, ScanEntry
from parotis.domain.errors import StorageCorrupt
from parotis.services.ports import ExamState

if TYPE_CHECKING:
    from parotis_db import EncryptedRecords

ALL = tuple(ExamState)


def _named(exam_id: str, family: str, given: str, chart: str | None = None, **others: object) -> object:
    return a_record(exam_id, a_case(chart or exam_id, family, given, **others))


def test_worklist_is_newest_first_across_states_and_zones(records: EncryptedRecords) -> None:
    west = timezone(timedelta(hours=-8))
    insert(
        records,
        a_record("noon-utc", a_case(performed_at=datetime(2026, 3, 1, 12, tzinfo=UTC))),
        a_record("noon-west", a_case(performed_at=datetime(2026, 3, 1, 12, tzinfo=west)), state=ExamState.TO_SIGN),
        a_record("same-time", a_case(performed_at=datetime(2026, 3, 1, 20, tzinfo=UTC)), updated_at=NOW - timedelta(1)),
        a_record("no-time", a_case(performed_at=None), created_at=datetime(2026, 3, 2, tzinfo=UTC)),
    )
    rows = records.queries.worklist(ALL, limit=10)
    assert ids(rows) == ["no-time", "noon-west", "same-time", "noon-utc"]
    assert rows[0].performed_at is None
    assert rows[1].performed_at is not None
    assert rows[1].performed_at.utcoffset() == timedelta(hours=-8)
    assert ids(records.queries.worklist([ExamState.TO_SIGN], limit=10)) == ["noon-west"]
    assert ids(records.queries.worklist(ALL, limit=2, offset=1)) == ["noon-west", "same-time"]
    assert records.queries.worklist([], limit=10) == ()


def test_a_row_shows_what_was_saved_last(records: EncryptedRecords) -> None:
    insert(records, a_record())
    save(records, a_record(), Case(patient=Patient("C-9", "Новак", "Eva", date(1980, 4, 2))))
    (row,) = records.queries.worklist(ALL, limit=10)
    assert (row.chart_number, row.family_name, row.given_name) == ("C-9", "Новак", "Eva")
    assert (row.birth_date, row.performed_at, row.reason) == (date(1980, 4, 2), None, None)
    assert (row.updated_at, row.updated_by, row.state) == (NOW, "user-1", ExamState.DRAFT)


def test_counts_name_every_state(records: EncryptedRecords) -> None:
    insert(records, a_record("one"), a_record("two"), a_record("three"))
    sign(records, "two")
    assert records.queries.counts() == {
        ExamState.DRAFT: 2,
        ExamState.TO_SIGN: 0,
        ExamState.SIGNING: 0,
        ExamState.SIGNED: 1,
    }


@pytest.mark.parametrize(
    "typed",
    ["Müller", "muller", "MULL", "Müller", "jo mu", "S-1001", "s-10", "1001", "1980-04", "1980 muller", "  zoë  "],
)
def test_a_patient_is_found(records: EncryptedRecords, typed: str) -> None:
    case = a_case("S-1001", "Müller", "Joséphine Zoe")
    patient = Patient("S-1001", "Müller", "Joséphine Zoe", date(1980, 4, 2))
    insert(records, a_record("wanted", Case(patient=patient, exam=case.exam)), a_record("other"))
    assert ids(records.queries.search(typed)) == ["wanted"]


@pytest.mark.parametrize("typed", ["cystic", "SWELL ear", "simple cys", "parotid-gl", "okafor cheek", "left parotid"])
def test_an_exam_is_found_by_what_it_says(records: EncryptedRecords, typed: str) -> None:
    scan = (ScanEntry("parotid-gland", "left", "examined"),)
    findings = (Finding("cheek", "right", "normal"),)
    insert(records, a_record("wanted", a_case(scan=scan, findings=findings)))
    assert ids(records.queries.search(typed)) == ["wanted"]


@pytest.mark.parametrize("typed", ["王", "王小", "小明", "明", "王小明", "김민", "さとう", "下腺"])
def test_scripts_without_spaces_are_found_by_any_part(records: EncryptedRecords, typed: str) -> None:
    insert(records, a_record("chinese", a_case("C-1", "王", "小明", complaint="耳下腺の腫れ")))
    insert(
        records, a_record("korean", a_case("C-2", "김", "민준")), a_record("japanese", a_case("C-3", "さとう", "花"))
    )
    expected = {"김민": "korean", "さとう": "japanese"}.get(typed, "chinese")
    assert ids(records.queries.search(typed)) == [expected]


@pytest.mark.parametrize(
    "typed",
    ['"', '""', "okafor OR x", "NOT okafor", "identity:okafor", "NEAR(okafor ada)", "-okafor x",
     "o'kafor\0", "' OR 1=1 --", "{identity story}: a", "(", "AND", "+ - *", "\u0301", "🙂"],
)  # fmt: skip
def test_operators_are_data(records: EncryptedRecords, typed: str) -> None:
    insert(records, a_record(case=a_case(complaint="swelling")))
    assert records.queries.search(typed) == ()


@pytest.mark.parametrize("typed", ["okafor*)", "^okafor", '"okafor', "-okafor", "(okafor) & ada", "okafor \ud83d"])
def test_signs_around_a_word_do_not_matter(records: EncryptedRecords, typed: str) -> None:
    insert(records, a_record())
    assert ids(records.queries.search(typed)) == ["exam-1"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_typed_text_is_answered(records: EncryptedRecords, typed: str) -> None:
    records.queries.search(typed)
    records.queries.patients(typed)


def test_ten_kilobytes_of_text_are_answered(records: EncryptedRecords) -> None:
    insert(records, a_record())
    assert records.queries.search("okafor " * 1500) != ()
    assert records.queries.search("okafor" * 1700) == ()
    assert records.queries.search('"' * 10_000) == ()
    assert records.queries.search("") == records.queries.search(" \n") == ()


def test_the_best_matches_come_first(records: EncryptedRecords) -> None:
    insert(
        records,
        _named("whole", "Ada", "Berg"),
        _named("prefix", "Adams", "Carl"),
        _named("text", "Dorn", "Eve", complaint="sent by Dr. Ada Lund"),
        _named("newer-prefix", "Adair", "Finn"),
    )
    assert ids(records.queries.search("ada")) == ["whole", "newer-prefix", "prefix", "text"]
    assert ids(records.queries.search("ada", limit=2)) == ["whole", "newer-prefix"]


def test_search_follows_each_save(records: EncryptedRecords) -> None:
    insert(records, a_record())
    record = save(records, a_record(), a_case("C-1", "Brandt", "Ada", complaint="numb lip"))
    assert records.queries.search("okafor") == records.queries.search("swelling") == ()
    assert ids(records.queries.search("brandt numb")) == ["exam-1"]
    save(records, record, a_case("C-1", "Brandt", "Ada", complaint="numb lip", history="unsearched"))
    assert ids(records.queries.search("numb")) == ["exam-1"]


def test_impressions_are_searched(records: EncryptedRecords) -> None:
    insert(records, a_record(case=Case(interpretation=Interpretation(impression=("One.", "Sialolith.")))))
    assert ids(records.queries.search("sialol")) == ["exam-1"]


def test_patients_are_those_of_their_newest_exams_by_name(records: EncryptedRecords) -> None:
    insert(
        records,
        _named("1", "Smith", "Ann", "C-1", performed_at=NOW - timedelta(days=9)),
        _named("2", "Élan", "Bo", "C-2"),
        _named("3", "Zola", "Ann", "C-1", performed_at=NOW),
        _named("4", "Adams", "Ann", "C-4"),
        a_record("5", Case()),
    )
    names = [patient.family_name for patient in records.queries.patients("")]
    assert names == ["Adams", "Élan", "Zola"]
    assert [patient.chart_number for patient in records.queries.patients("smith")] == ["C-1"]
    assert [patient.family_name for patient in records.queries.patients("ann")] == ["Adams", "Zola"]
    assert [patient.family_name for patient in records.queries.patients("c-2")] == ["Élan"]
    assert records.queries.patients("", limit=1) == records.queries.patients("adams")
    assert records.queries.patients("- -") == records.queries.patients("swelling") == ()


def test_a_patient_by_chart_number(records: EncryptedRecords) -> None:
    insert(
        records,
        _named("old", "Smith", "Ann", "C-1", performed_at=NOW - timedelta(days=9)),
        _named("new", "Zola", "Ann", "C-1", performed_at=NOW),
    )
    assert records.queries.patient("C-1") == Patient("C-1", "Zola", "Ann")
    assert records.queries.patient("C") is None
    assert ids(records.queries.exams_of("C-1")) == ["new", "old"]
    assert records.queries.exams_of("C-2") == ()


def test_a_query_runs_while_a_unit_of_work_is_open(records: EncryptedRecords) -> None:
    insert(records, a_record())
    with records.unit_of_work() as work:
        work.exams.insert(a_record("exam-2"))
        assert ids(records.queries.worklist(ALL, limit=10)) == ["exam-1"]
        work.commit()
    assert load(records, "exam-2").exam_id == "exam-2"


def test_the_history_of_a_patient_is_newest_first_whole_at_first_and_then_time_and_findings(
    records: EncryptedRecords,
) -> None:
    lesion = Lesion("A", "cyst", (Decimal("14.2"), Decimal(11), None))
    found = Finding("masseter", "left", "abnormal", Attributes(relaxed_mm=Decimal("11.4")), (lesion,))
    for day in range(1, 5):
        case = a_case("C-1", performed_at=datetime(2026, 3, day, 12, tzinfo=UTC))
        case = dataclasses.replace(case, findings=(found,), complaint="typed")
        insert(records, a_record(f"exam-{day}", case))
    insert(records, a_record("other", a_case("C-2")))
    sign(records, "exam-2")
    exams = records.queries.history_of("C-1", whole=2)
    assert [exam.exam_id for exam in exams] == ["exam-4", "exam-3", "exam-2", "exam-1"]
    assert [exam.is_signed for exam in exams] == [False, False, True, False]
    assert [(exam.is_whole, exam.case.complaint) for exam in exams] == [
        (True, "typed"), (True, "typed"), (False, None), (False, None),
    ]  # fmt: skip
    assert [exam.case.findings for exam in exams] == [(found,)] * 4
    assert exams[3].case.exam.performed_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert records.queries.history_of("C-3") == ()


def test_a_history_with_an_exam_that_is_not_what_was_saved_is_refused(records: EncryptedRecords) -> None:
    insert(records, a_record("exam", a_case("C-1")))
    with records._engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE exam_contents SET case_json = CAST(replace(case_json, 'C-1', 'C-9') AS BLOB)"
        )
    with pytest.raises(StorageCorrupt):
        records.queries.history_of("C-1")

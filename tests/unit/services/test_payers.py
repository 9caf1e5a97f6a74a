"""Payer profiles in a real record: versions, files in and out, and every bad row told at once."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from helpers import exam_desk, practices

from parotis import shipped
from parotis.domain.case import Payer
from parotis.domain.claims.payers import AttachmentRules, PayerProfile
from parotis.domain.errors import DataFileRefused, NotFound, Refused, StaleDraft, UnreadableInput
from parotis.services import desk as desks
from parotis.services import payers
from parotis.services.claim_ports import PayerOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parotis.services.desk import Desk

TODAY = dt.date(2026, 11, 12)
FULL = PayerProfile(
    key="prairie",
    name="Prairie «Dental», Plan; Inc.",
    kind="dental",
    payer_ids=("PDP01", "00613"),
    channels=("clearinghouse", "fax"),
    narrative_limit=400,
    attachments=AttachmentRules(("pdf", "jpeg"), 10, Decimal("2.5"), Decimal(50), "on-request"),
    authorization="no",
    predetermination="recommended",
    timely_filing_days=365,
    appeal_days=180,
    coverage_valid_days=30,
    phone="+1 555 010 2030",
    fax="-",
    phone_script=("Press 2; then 1, then #.", "=Ask for dental", 'Say "representative" | wait'),
    claims_address=("PO Box 1", "Springfield, IL 62701"),
    appeals_address=("@Appeals unit",),
    notes="=1+1\n\nPermítame «ñ» 漢字; second, line\n'-3 quoted",
    valid_from=dt.date(2026, 1, 1),
    valid_to=dt.date(2026, 12, 31),
    source="'=Call of 2 Nov 2026",
)
PLAIN = PayerProfile("blue", "Blue Medical", "medical")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made, _ = practices.dentist_desk(tmp_path / "practice")
    yield made
    made.close()


@pytest.fixture
def light() -> Desk:
    """For files that are refused: nothing of the record is asked."""
    return exam_desk.desk()


def csv_of(*rows: dict[str, str], columns: tuple[str, ...] = payers.COLUMNS, separator: str = ",") -> bytes:
    written = io.StringIO()
    made = csv.DictWriter(written, columns, restval="", delimiter=separator)
    made.writeheader()
    made.writerows(rows)
    return written.getvalue().encode()


def row(**cells: str) -> dict[str, str]:
    return {"key": "prairie", "name": "Prairie", "kind": "dental", **cells}


def refused(desk: Desk, data: bytes, name: str = "payers.csv") -> list[tuple[int, str, str]]:
    take = payers.import_csv if name.endswith(".csv") else payers.import_json
    with pytest.raises(DataFileRefused) as told:
        take(desk, name, data)
    assert payers.profiles(desk) == ()
    return [(one.line, one.key, one.reason) for one in told.value.problems]


def keys(problems: list[tuple[int, str, str]]) -> list[str]:
    return [key for _, key, _ in problems]


def test_a_saved_profile_comes_back_from_the_record_as_it_was(desk: Desk) -> None:
    kept = payers.save(desk, FULL)
    assert (kept.profile, kept.version, kept.added_by) == (FULL, 1, desk.session.user.user_id)
    assert payers.profile(desk, "prairie") == FULL
    assert payers.profiles(desk) == (kept,)


def audited(desk: Desk) -> int:
    with desk.unit_of_work() as work:
        return work.audit.verify()


def test_every_change_is_a_version_and_is_in_the_audit_chain(desk: Desk) -> None:
    before = audited(desk)
    payers.save(desk, FULL)
    changed = dataclasses.replace(FULL, appeal_days=60)
    payers.save(desk, changed)
    assert payers.save(desk, changed).version == 2
    assert [(one.version, one.profile.appeal_days) for one in payers.history(desk, "prairie")] == [(2, 60), (1, 180)]
    assert audited(desk) == before + 2


def test_a_version_that_somebody_else_saved_meanwhile_is_not_written_over(desk: Desk) -> None:
    payers.save(desk, FULL, expected_version=0)
    payers.save(desk, dataclasses.replace(FULL, appeal_days=60), expected_version=1)
    with pytest.raises(StaleDraft):
        payers.save(desk, dataclasses.replace(FULL, appeal_days=90), expected_version=1)
    assert payers.profile(desk, "prairie").appeal_days == 60


def test_what_is_not_there_is_told(desk: Desk) -> None:
    with pytest.raises(NotFound):
        payers.profile(desk, "nobody")
    with pytest.raises(NotFound):
        payers.history(desk, "nobody")


def test_who_works_on_no_claims_changes_no_payer(light: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(desks.POWERS, "claims.edit", frozenset({"billing"}))
    for attempt in (
        lambda: payers.save(light, FULL),
        lambda: payers.import_csv(light, "a.csv", csv_of(row())),
        lambda: payers.import_json(light, "a.json", b"{}"),
    ):
        with pytest.raises(Refused):
            attempt()
    assert payers.profiles(light) == ()


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"key": "Prairie Plan"}, "key"),
        ({"key": None}, "key"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kind": "vision"}, "kind"),
        ({"timely_filing_days": 0}, "timely_filing_days"),
        ({"appeal_days": 3651}, "appeal_days"),
        ({"narrative_limit": -1}, "narrative_limit"),
        ({"valid_from": dt.date(2027, 1, 1)}, "valid_to"),
        ({"valid_to": dt.date(9999, 1, 1)}, "valid_to"),
        ({"payer_ids": ("a|b",)}, "payer_ids[0]"),
        ({"phone_script": ("a\nb",)}, "phone_script[0]"),
        ({"phone_script": ("a", " ")}, "phone_script[1]"),
        ({"claims_address": ("x" * 1001,)}, "claims_address[0]"),
        ({"notes": "x" * 10_001}, "notes"),
        ({"notes": "a\0b"}, "notes"),
        ({"attachments": AttachmentRules(most_files=-1)}, "attachments.most_files"),
        ({"attachments": AttachmentRules(most_megabytes_each=Decimal("1e-7"))}, "attachments.most_megabytes_each"),
        ({"attachments": AttachmentRules(most_megabytes_each=Decimal(5), most_megabytes_together=Decimal(4))},
         "attachments.most_megabytes_each"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_is_refused_at_its_field(light: Desk, changed: dict[str, object], path: str) -> None:
    with pytest.raises(UnreadableInput) as told:
        payers.save(light, dataclasses.replace(FULL, **changed))  # type: ignore[arg-type]
    assert [found for found, _ in told.value.problems] == [path]
    assert payers.profiles(light) == ()


def test_a_payer_is_found_by_id_then_by_name_and_kind(light: Desk) -> None:
    payers.save(light, FULL)
    payers.save(light, dataclasses.replace(PLAIN, name="Núñez Salud"))
    found = [
        payers.profile_for(light, payer, TODAY)
        for payer in (
            Payer("other name", "pdp-01", "dental"),
            Payer("NUNEZ  salud", None, None),
            Payer("NUNEZ  salud", None, "dental"),
            Payer("Núñez Salud", "unknown-id", "medical"),
            Payer(None, None, "dental"),
            Payer(" ", "-", None),
        )
    ]
    assert [one.key if one else None for one in found] == ["prairie", "blue", None, "blue", None, None]


def test_of_one_id_the_profile_of_the_same_name_is_taken(light: Desk) -> None:
    for key, name in (("a", "Aetna East"), ("b", "Aetna West"), ("c", "Aetna North")):
        payers.save(light, PayerProfile(key, name, "dental", payer_ids=("60054",)))
    assert payers.profile_for(light, Payer("AETNA WEST", "60054", "dental"), TODAY).key == "b"  # type: ignore[union-attr]
    assert payers.profile_for(light, Payer("Aetna", "60054", "dental"), TODAY).key == "c"  # type: ignore[union-attr]


def test_for_an_earlier_day_the_version_of_that_day_counts(light: Desk) -> None:
    old = dataclasses.replace(FULL, valid_from=None, valid_to=dt.date(2026, 6, 30), appeal_days=60)
    payers.save(light, old)
    payers.save(light, dataclasses.replace(FULL, valid_from=dt.date(2026, 7, 1), valid_to=None))
    payer = Payer(None, "PDP01", "dental")
    assert payers.profile_for(light, payer, dt.date(2026, 6, 30)) == old
    assert payers.profile_for(light, payer, dt.date(2026, 7, 1)).appeal_days == 180  # type: ignore[union-attr]


def test_facts_that_have_ended_are_not_used(light: Desk) -> None:
    payers.save(light, FULL)
    assert payers.profile_for(light, Payer(None, "PDP01", None), dt.date(2027, 1, 1)) is None


def test_json_and_csv_come_back_as_they_went_out(desk: Desk, tmp_path: Path) -> None:
    payers.save(desk, FULL)
    payers.save(desk, PLAIN)
    as_json, as_csv = payers.export_json(desk), payers.export_csv(desk)
    for name, data in (("p.json", as_json), ("p.csv", as_csv)):
        other, _ = practices.dentist_desk(tmp_path / name)
        take = payers.import_csv if name.endswith(".csv") else payers.import_json
        assert [one.profile for one in take(other, name, data)] == [PLAIN, FULL]
        assert (payers.export_json(other), payers.export_csv(other)) == (as_json, as_csv)
        assert [one.version for one in take(other, name, data)] == [1, 1]
        other.close()


def test_no_cell_of_an_export_is_a_formula(light: Desk) -> None:
    payers.save(light, FULL)
    cells = [cell for line in csv.reader(io.StringIO(payers.export_csv(light).decode("utf-8-sig"))) for cell in line]
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r")] == []
    assert "'+1 555 010 2030" in cells


def test_without_payers_the_csv_is_a_form_and_the_json_is_empty(light: Desk) -> None:
    assert payers.export_csv(light).decode("utf-8-sig") == ",".join(payers.COLUMNS) + "\r\n"
    assert payers.import_csv(light, "a.csv", payers.export_csv(light)) == ()
    assert payers.import_json(light, "a.json", payers.export_json(light)) == ()


def test_the_shipped_example_is_taken_and_says_nothing_of_any_payer(light: Desk) -> None:
    (taken,) = payers.import_json(light, "payers-example.json", shipped.read("claims/payers-example.json"))
    numbers = [value for value in dataclasses.astuple(taken.profile) if isinstance(value, int | Decimal)]
    assert numbers == []
    assert "filled in" in (taken.profile.name or "")


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_both_separators_and_a_byte_order_mark_are_read(light: Desk, start: bytes, separator: str) -> None:
    cells = row(name='Núñez, "A"; B', payer_ids="1 | 2", phone_script="One, two;\nthree", valid_from="2026-01-31")
    (taken,) = payers.import_csv(light, "a.csv", start + csv_of(cells, separator=separator))
    assert taken.profile.name == 'Núñez, "A"; B'
    assert taken.profile.payer_ids == ("1", "2")
    assert taken.profile.phone_script == ("One, two;", "three")


def test_a_decimal_comma_is_read_where_the_semicolon_separates(light: Desk) -> None:
    cells = row(attachment_most_megabytes_each="2,5")
    (taken,) = payers.import_csv(light, "a.csv", csv_of(cells, separator=";"))
    assert taken.profile.attachments.most_megabytes_each == Decimal("2.5")


def test_columns_in_any_order_and_case_and_empty_rows_are_taken(light: Desk) -> None:
    data = b"Kind,NAME,Timely filing days,key\r\n\r\ndental,Prairie,90,prairie\r\n,,,\r\n"
    (taken,) = payers.import_csv(light, "a.csv", data)
    assert (taken.profile.key, taken.profile.timely_filing_days) == ("prairie", 90)


def test_what_has_no_column_stays_and_an_empty_cell_takes_it_away(light: Desk) -> None:
    payers.save(light, FULL)
    data = b"key,name,kind,appeal_days,attachment_most_files\nprairie,Prairie,dental,,4\n"
    (taken,) = payers.import_csv(light, "a.csv", data)
    expected = dataclasses.replace(
        FULL, name="Prairie", appeal_days=None, attachments=dataclasses.replace(FULL.attachments, most_files=4)
    )
    assert taken.profile == expected


def test_every_bad_row_is_told_by_row_and_field_and_nothing_is_taken(light: Desk) -> None:
    data = csv_of(
        row(key="fine"),
        row(key="Not A Key", valid_from="2026-02-30"),
        row(key="b", name="", kind="vision", timely_filing_days="-5", appeal_days="99999", narrative_limit="ten"),
        row(key="c", valid_from="2026-05-01", valid_to="2026-04-01"),
        row(key="d", attachment_types="pdf|exe", attachment_most_megabytes_each="1e9", channels="pigeon"),
        row(key="e", coverage_valid_days="9999999999999999", name="x" * 201),
    )
    assert keys(refused(light, data)) == [
        "row 3, key",
        "row 3, valid_from",
        "row 4, appeal_days",
        "row 4, kind",
        "row 4, name",
        "row 4, narrative_limit",
        "row 4, timely_filing_days",
        "row 6, attachment_most_megabytes_each",
        "row 6, attachment_types",
        "row 6, channels",
        "row 7, coverage_valid_days",
        "row 7, name",
    ]


def test_contradictions_are_told_for_all_rows(light: Desk) -> None:
    data = csv_of(
        row(key="c", valid_from="2026-05-01", valid_to="2026-04-01"),
        row(key="c"),
        row(key="d", valid_to="1999-01-01"),
    )
    assert keys(refused(light, data)) == ["row 2, valid_to", "row 3, key", "row 4, valid_to"]


def test_problems_say_no_value_that_somebody_typed(light: Desk) -> None:
    data = csv_of(row(kind="Secretword", timely_filing_days="Secretword", valid_from="Secretword", key="Secretword"))
    assert "Secretword" not in str(refused(light, data))


def test_row_and_line_are_told_apart_when_a_cell_has_several_lines(light: Desk) -> None:
    data = csv_of(row(key="a", notes="1\n2\n3"), row(key="b", kind="x"))
    assert [(line, key) for line, key, _ in refused(light, data)] == [(5, "row 3, kind")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["The file is empty."]),
        (b"\xef\xbb\xbf\r\n", ["The file is empty."]),
        (b"key,name\nprairie,Prairie\n", ["The column is missing."]),
        (b"key,name,kind,colour\n", ["The format has no such column (column 4)."]),
        (b"key,name,kind,name\n", ["The column stands twice."]),
        (b"key,name,kind,\n", ["The column has no name."]),
        (b"key,name,kind\na,b\n", ["The row has 2 cells; the first row names 3 columns."]),
        (b"key,name,kind\na,b,dental,more\n", ["The row has 4 cells; the first row names 3 columns."]),
        (b'key,name,kind\na,"b,dental\n', ["The row cannot be read: its quotes or its length are wrong."]),
        (b'key,name,kind\na,"b"c,dental\n', ["The row cannot be read: its quotes or its length are wrong."]),
        (b"key,name,kind\na,b\0,dental\n", ["The file holds a NUL byte, so it is no text."]),
        (b"key,name,kind\na,b\x07,dental\n", ["The text holds a character that is not text (U+0007)."]),
        ("key,name,kind\na,Nüñez,dental\n".encode("latin-1"), ["The file is not UTF-8 text."]),
        ("key,name,kind\na,b,dental\n".encode("utf-16"), ["The file is not UTF-8 text."]),
        (b"key,name,kind\n" + b"a,b,dental\n" * 1_000_000, ["The file is larger than 1 MB."]),
        (b"key,name,kind\n" + b"a,b,dental\n" * 501, ["The file has more than 500 rows."]),
        (b"key,name,kind\na," + b"x" * 200_000 + b",dental\n",
         ["The row cannot be read: its quotes or its length are wrong."]),
        (b"%PDF-1.7\n\xff\xfe", ["The file is not UTF-8 text."]),
    ],
)  # fmt: skip
def test_files_that_are_no_such_csv_are_refused(light: Desk, data: bytes, expected: list[str]) -> None:
    assert [reason for _, _, reason in refused(light, data)] == expected


def json_of(*profiles: dict[str, object], **more: object) -> bytes:
    return json.dumps({"format": "parotis-payers/1", "payers": profiles, **more}, indent=1).encode()


def test_every_problem_of_a_json_file_is_told_with_its_line(light: Desk) -> None:
    data = json_of({"key": "A b", "name": "x", "kind": "dental", "colour": 1}, {"key": "b", "kind": "x"})
    assert keys(refused(light, data, "a.json")) == [
        "payers[0].key",
        "payers[0].colour",
        "payers[1].name",
        "payers[1].kind",
    ]


@pytest.mark.parametrize(
    ("profiles", "place"),
    [
        ([{"key": "a", "name": "x", "kind": "dental"}] * 2, "payers[1].key"),
        ([{"key": "a", "name": " ", "kind": "dental"}], "payers[0].name"),
        ([{"key": "a", "name": "x", "kind": "dental", "valid_from": "2026-02-30"}], "payers[0].valid_from"),
        ([{"key": "a", "name": "x", "kind": "dental", "appeal_days": 10**12}], "payers[0].appeal_days"),
        ([{"key": "a", "name": "x", "kind": "dental", "appeal_days": True}], "payers[0].appeal_days"),
        ([{"key": "a", "name": "x\0", "kind": "dental"}], "payers[0].name"),
    ],
)
def test_json_that_cannot_be_is_refused(light: Desk, profiles: list[dict[str, object]], place: str) -> None:
    assert keys(refused(light, json_of(*profiles), "a.json")) == [place]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"format": "parotis-payers/2", "payers": []}', b"\0", b"x" * 10_000_000]
)
def test_files_that_are_no_such_json_are_refused(light: Desk, data: bytes) -> None:
    assert refused(light, data, "a.json")


def test_the_practice_keeps_no_more_than_its_export_can_hold(light: Desk) -> None:
    rows = [row(key=f"k{number}", name="N") for number in range(500)]
    assert len(payers.import_csv(light, "a.csv", csv_of(*rows))) == 500
    with pytest.raises(UnreadableInput):
        payers.save(light, FULL)
    with pytest.raises(DataFileRefused):
        payers.import_csv(light, "a.csv", csv_of(row(key="one-more")))
    assert len(payers.profiles(light)) == 500
    assert len(payers.import_json(light, "a.json", payers.export_json(light))) == 500


def test_outcomes_of_a_practice_without_claims_are_empty(desk: Desk) -> None:
    assert payers.outcomes(desk) == {}


def test_outcomes_are_told_by_payer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (PayerOutcome("prairie", True, "16 N706", 3), PayerOutcome("prairie", False, "", 1))
    monkeypatch.setattr(type(desk.records.queries), "payer_outcomes", lambda _: rows)
    assert payers.outcomes(desk) == {"prairie": "3 of 4 denied: documentation missing (16, N706)"}


def test_a_key_that_stands_twice_is_named_beside_the_faults_of_other_rows(light: Desk) -> None:
    data = csv_of(row(), row(key="", name="Nameless"), row(key="blue", kind="vision"), row(name="Prairie again"))
    assert keys(refused(light, data)) == ["row 3, key", "row 4, kind", "row 5, key"]

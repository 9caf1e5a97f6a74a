"""Claims by the command line, as a script or another program works on them."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from helpers import claim_journeys, sample_cases
from helpers.command import PracticeFolder, make_practice, parotis

SHARED_MUST_BLOCK = Path(__file__).resolve().parents[1] / "data" / "drafts"
REMITTANCES = sorted((Path(__file__).resolve().parents[1] / "data" / "835").glob("*.835"))


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> PracticeFolder:
    folder = tmp_path_factory.mktemp("practice")
    made = make_practice(folder)
    profiles = folder / "payers.json"
    profiles.write_text(json.dumps(claim_journeys.PAYERS), encoding="utf-8")
    taken = made.run("payers", "import", profiles, "--json")
    assert taken.code == 0, taken.err
    return made


def signed_exam(practice: PracticeFolder, case: Path) -> str:
    exam: str = practice.run("case", "import", case, "--json").json["exam_id"]
    signed = practice.run("sign", "--exam", exam)
    assert signed.code == 0, signed.err
    return exam


def entry_file(folder: Path, document: Any) -> Path:
    file = folder / "entry.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", claim_journeys.JOURNEYS)
def test_a_sample_case_goes_from_the_coverage_call_to_its_end(
    practice: PracticeFolder, tmp_path: Path, name: str
) -> None:
    exam = signed_exam(practice, sample_cases.SAMPLES / f"{name}.json")
    steps = claim_journeys.JOURNEYS[name]
    first, rest = steps[:3], steps[3:]
    recorded = practice.run(
        "claims", "record", "--exam", exam, entry_file(tmp_path, [document for document, _ in first]), "--json"
    )
    assert recorded.code == 0, recorded.err
    claim = recorded.json["claim_id"]
    for document, state in rest:
        done = practice.run("claims", "record", "--claim", claim, entry_file(tmp_path, document), "--json")
        assert done.code == 0, done.err
        assert done.json["state"] == state
    shown = practice.run("claims", "show", "--claim", claim, "--json").json
    assert [event["to"] for event in shown["history"]] == [state for _, state in steps]
    assert {event["by"] for event in shown["history"]} == {"helen"}
    assert shown["claim"]["state"] == steps[-1][1]
    listed = practice.run("claims", "list", "--search", claim, "--json").json["claims"]
    assert [(one["claim_id"], one["state"]) for one in listed] == [(claim, steps[-1][1])]


def test_a_case_that_must_block_has_no_claim_that_can_be_sent(practice: PracticeFolder, tmp_path: Path) -> None:
    document = sample_cases.document()
    document["claim"]["procedures"].append({"code": "D0386", "fee": "90.00", "quantity": 1})
    document["claim"]["diagnoses"] = ["R22.0", "R59.0", "X99.99"]
    case = tmp_path / "case.json"
    case.write_bytes(sample_cases.as_bytes(document))
    exam = practice.run("case", "import", case, "--json").json["exam_id"]
    assert practice.run("sign", "--exam", exam).code == 3
    blocked = practice.run(
        "claims", "record", "--exam", exam, "--kind", "sent", "--set", "submission.channel=fax", "--json"
    )
    assert blocked.code == 3
    codes = {issue["code"] for issue in blocked.json["issues"]}
    assert "claims.gap.report" in codes
    assert len([code for code in codes if code.startswith("claims.gap.codes")]) >= 3
    assert practice.run("claims", "show", "--exam", exam, "--json").json["claim"]["state"] == "to-bill"


@pytest.mark.parametrize("file", REMITTANCES, ids=lambda file: file.stem)
def test_a_remittance_sample_is_read_without_a_practice_and_its_totals_balance(tmp_path: Path, file: Path) -> None:
    read = parotis("claims", "remittance", file, "--json", data=tmp_path / "none")
    assert read.code == 0, read.err
    assert all(payment["balanced"] for payment in read.json["payments"])
    totals = {name: float(value) for name, value in read.json["totals"].items()}
    assert totals["charged"] - totals["paid"] == pytest.approx(totals["adjusted"])
    assert totals["paid"] - totals["provider_adjusted"] == pytest.approx(totals["total"])


@pytest.mark.parametrize("content", [b"", b"no x12", b"ISA*00*", b"\0" * 500, "ISA\u00e4".encode() * 40])
def test_a_foreign_remittance_file_is_refused_with_its_faults(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "payment.835"
    file.write_bytes(content)
    refused = parotis("claims", "remittance", file, "--json", data=tmp_path / "none")
    assert refused.code == 2
    assert refused.json["error"]["problems"]


def remittance_for(claim: str, paid: str = "168.00", adjusted: str = "42.00") -> bytes:
    """An 835 with one payment for a claim of this practice and one for a claim of nobody here."""
    body = (
        f"ST*835*0001~BPR*I*{float(paid) + 10:.2f}*C*CHK************20261125~TRN*1*T-77*1512345678~"
        f"N1*PR*PRAIRIE DENTAL PLAN~N1*PE*NORTH CLINIC*XX*1234567893~LX*1~"
        f"CLP*{claim.upper()}*1*210.00*{paid}**12*PDP-1~CAS*CO*45*{adjusted}~"
        "CLP*NOBODY*1*10.00*10.00**12*PDP-2~SE*10*0001~"
    )
    head = (
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *261125*0900*^*00501*000000001*0*P*:~"
        "GS*HP*PAYER*CLINIC*20261125*0900*1*X*005010X221A1~"
    )
    return f"{head}{body}GE*1*1~IEA*1*000000001~".encode()


def test_a_remittance_file_is_posted_once_and_pays_the_claim_it_names(practice: PracticeFolder, tmp_path: Path) -> None:
    exam = signed_exam(practice, sample_cases.SAMPLES / "parotid-cyst.json")
    steps = [document for document, _ in claim_journeys.PAID[:5]]
    recorded = practice.run("claims", "record", "--exam", exam, entry_file(tmp_path, steps), "--json")
    assert recorded.code == 0, recorded.err
    claim = recorded.json["claim_id"]
    file = tmp_path / "payment.835"
    file.write_bytes(remittance_for(claim))
    previewed = practice.run("claims", "remittance", file, "--json")
    assert previewed.json["matched"] == [claim]
    assert previewed.json["unmatched"] == 1
    assert practice.run("claims", "show", "--claim", claim, "--json").json["claim"]["state"] == "sent"
    posted = practice.run("claims", "remittance", file, "--post", "--json")
    assert posted.code == 0, posted.err
    assert posted.json["posted"] == 1
    shown = practice.run("claims", "show", "--claim", claim, "--json").json
    assert (shown["claim"]["state"], shown["paid"]) == ("paid", "168.00")
    assert practice.run("claims", "remittance", file, "--post").code == 5


def test_a_claim_pack_lists_only_what_the_channel_takes(practice: PracticeFolder, tmp_path: Path) -> None:
    exam = signed_exam(practice, sample_cases.SAMPLES / "demo-exam.json")
    (tmp_path / "out").mkdir()
    packed = practice.run("claims", "pack", "--exam", exam, "--to", tmp_path / "out", "--json")
    assert packed.code == 0, packed.err
    folder = Path(packed.json["folder"])
    claim = json.loads((folder / "claim.json").read_text(encoding="utf-8"))
    assert claim["attachments"]
    assert not [name for name in claim["attachments"] if not name.endswith(".jpg")]
    assert any(name.startswith("report-p") for name in claim["attachments"])
    assert 2 <= len(claim["attachment_control_number"]) <= 50
    names = {path.name for path in folder.iterdir()}
    assert {"claim-sheet-ada-2024.txt", "claim-sheet-cms-1500.txt", "note-segments.txt", "narrative-payer.txt"} <= names
    lines = (folder / "note-segments.txt").read_text(encoding="utf-8").splitlines()
    notes = [line.removeprefix("NTE*ADD*").removesuffix("~") for line in lines if line.startswith("NTE*ADD*")]
    assert 1 <= len(notes) <= 5
    assert max(map(len, notes)) <= 80
    assert [line for line in lines if line.startswith("PWK*")]
    assert not (folder / "case.json").exists()


def test_a_claim_pack_without_a_labelled_key_image_needs_a_reason(practice: PracticeFolder, tmp_path: Path) -> None:
    exam = signed_exam(practice, sample_cases.SAMPLES / "tmj-effusion.json")
    (tmp_path / "out").mkdir()
    pack = ("claims", "pack", "--exam", exam, "--to", tmp_path / "out", "--json")
    blocked = practice.run(*pack)
    assert blocked.code == 3
    assert [issue["code"] for issue in blocked.json["issues"]] == ["claims.gap.key-image"]
    assert list((tmp_path / "out").iterdir()) == []
    over = ("--kind", "override", "--set", "gap=key-image", "--set", "reason=The images go by mail.")
    assert practice.run("claims", "record", "--exam", exam, *over).code == 0
    assert practice.run(*pack).code == 0


def test_an_appeal_is_one_valid_signed_file(practice: PracticeFolder, tmp_path: Path) -> None:
    exam = signed_exam(practice, sample_cases.SAMPLES / "submandibular-stone.json")
    steps = [document for document, _ in claim_journeys.OVERTURNED[:6]]
    recorded = practice.run("claims", "record", "--exam", exam, entry_file(tmp_path, steps), "--json")
    assert recorded.code == 0, recorded.err
    file = tmp_path / "appeal.pdf"
    signed = practice.run("claims", "appeal", "--exam", exam, "--to", file, "--json")
    assert signed.code == 0, signed.err
    assert parotis("verify", file, data=tmp_path / "none").code == 12
    letter = practice.run(
        "claims", "letter", "--exam", exam, "--what", "summary", "--language", "es", "--to", tmp_path / "s.pdf"
    )
    assert letter.code == 0, letter.err
    assert (tmp_path / "s.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--kind", "dance"), 2),
        (("--kind", "sent", "--set", "submission.sent_on=2091-01-01"), 2),
        (("--kind", "sent", "--set", "nonsense"), 2),
        (("--kind", "remittance", "--set", "remittance.paid=-1", "--set", "remittance.charged=x"), 2),
        ((), 2),
        (("--kind", "state", "--set", "to=paid"), 2),
    ],
)
def test_what_cannot_be_recorded_is_named_and_changes_nothing(
    practice: PracticeFolder, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    exam = practice.run("case", "import", sample_cases.SAMPLES / "parotid-cyst.json", "--json").json["exam_id"]
    refused = practice.run("claims", "record", "--exam", exam, *arguments, "--json")
    assert refused.code == code
    assert refused.json["error"]["text"]
    assert practice.run("claims", "show", "--exam", exam, "--json").json["history"] == []
    del tmp_path


def test_payers_go_out_and_come_back_and_a_bad_row_takes_nothing_in(practice: PracticeFolder, tmp_path: Path) -> None:
    out = tmp_path / "payers.csv"
    assert practice.run("payers", "export", "--to", out).code == 0
    before = practice.run("payers", "list", "--json").json
    assert practice.run("payers", "import", out).code == 0
    assert practice.run("payers", "list", "--json").json == before
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    place = rows[0].index("timely_filing_days")
    rows[1][place], rows[2][place] = "-3", "soon"
    bad = tmp_path / "bad.csv"
    with bad.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    refused = practice.run("payers", "import", bad, "--json")
    assert refused.code == 2
    assert len(refused.json["error"]["problems"]) == 2
    assert practice.run("payers", "list", "--json").json == before


def test_the_list_tells_ageing_and_what_is_not_billed_and_writes_csv(practice: PracticeFolder, tmp_path: Path) -> None:
    exam = signed_exam(practice, sample_cases.SAMPLES / "parotid-cyst.json")
    listed = practice.run("claims", "list", "--csv", tmp_path / "claims.csv", "--json")
    assert listed.code == 0, listed.err
    assert exam in listed.json["not_billed"]
    assert [bucket["days"] for bucket in listed.json["ageing"]] == ["0-30", "31-60", "61-90", "91-120", "over 120"]
    rows = list(csv.reader((tmp_path / "claims.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == len(listed.json["claims"]) + 1


def test_looking_at_a_closed_claim_by_its_exam_begins_no_other_and_opening_does(practice: PracticeFolder) -> None:
    exam = practice.run("case", "import", sample_cases.SAMPLES / "parotid-cyst.json", "--json").json["exam_id"]
    claim = practice.run("claims", "open", "--exam", exam, "--json").json["claim_id"]
    assert practice.run("claims", "record", "--exam", exam, "--kind", "state", "--set", "to=closed").code == 0
    shown = practice.run("claims", "show", "--exam", exam, "--json").json
    assert (shown["claim"]["claim_id"], shown["claim"]["state"]) == (claim, "closed")
    assert practice.run("claims", "open", "--exam", exam, "--json").json["claim_id"] != claim


def test_the_help_of_recording_names_every_kind_and_its_fields(tmp_path: Path) -> None:
    told = parotis("claims", "record", "--help", data=tmp_path / "none").out
    assert "submission.sent_on" in told
    assert "coverage-call: call.called_at" in told
    assert "submission.charged" not in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"kind": "note", "text": "a", "text": "b"}', "stands twice"),
        (b'{"kind": "note", "text": NaN}', "NaN"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "1 to 10,000 entries"),
        (b"\xff", "not UTF-8"),
        (b'[{"kind": "note", "text": "fine"}, {"kind": "note", "text": 5}]', "must be text"),
    ],
)
def test_a_broken_file_of_entries_is_named_and_changes_nothing(
    practice: PracticeFolder, tmp_path: Path, content: bytes, told: str
) -> None:
    exam = practice.run("case", "import", sample_cases.SAMPLES / "parotid-cyst.json", "--json").json["exam_id"]
    file = tmp_path / "entries.json"
    file.write_bytes(content)
    refused = practice.run("claims", "record", "--exam", exam, file, "--json")
    assert refused.code == 2
    assert told in refused.json["error"]["problems"][0]["text"]
    assert practice.run("claims", "show", "--exam", exam, "--json").json["history"] == []


def test_numbers_and_empty_parts_can_be_given_by_options_and_no_field_twice(practice: PracticeFolder) -> None:
    exam = practice.run("case", "import", sample_cases.SAMPLES / "parotid-cyst.json", "--json").json["exam_id"]
    record = ("claims", "record", "--exam", exam, "--kind")
    assert practice.run(*record, "narrative", "--set", "limit=80", "--set", "text=Cyst of the gland.").code == 0
    assert practice.run(*record, "sent").code == 3
    assert practice.run(*record, "note", "--set", "text=a", "--set", "text=b").code == 2


@pytest.mark.parametrize("days", ["99999999999", "-1", "\u0663", "soon"])
def test_days_that_are_no_days_are_a_matter_of_usage(practice: PracticeFolder, days: str) -> None:
    assert practice.run("claims", "list", f"--due-within={days}").code == 2


def test_posted_files_are_listed_with_claims_of_nobody_here_and_written_as_they_came(
    practice: PracticeFolder, tmp_path: Path
) -> None:
    file = tmp_path / "payment.835"
    file.write_bytes(remittance_for("another-practice"))
    assert practice.run("claims", "remittance", file, "--post").code == 0
    kept = practice.run("claims", "remittances", "--json").json["files"]
    numbers = [[one["patient_control_number"] for one in found["unmatched"]] for found in kept]
    assert ["ANOTHER-PRACTICE", "NOBODY"] in numbers
    sha256 = kept[numbers.index(["ANOTHER-PRACTICE", "NOBODY"])]["sha256"]
    again = tmp_path / "again.835"
    assert practice.run("claims", "remittances", "--file", sha256, "--to", again).code == 0
    assert again.read_bytes() == file.read_bytes()
    assert practice.run("claims", "remittances", "--file", "0" * 64, "--to", tmp_path / "no.835").code == 2


def test_the_call_sheet_asks_what_the_last_call_left_open(practice: PracticeFolder, tmp_path: Path) -> None:
    exam = practice.run("case", "import", sample_cases.SAMPLES / "parotid-cyst.json", "--json").json["exam_id"]
    sheet = ("claims", "call-sheet", "--exam", exam, "--json")
    asked = practice.run(*sheet).json["questions"]
    assert len(asked) > 5
    assert all(one["is_open"] for one in asked)
    answered = next(one["id"] for one in asked if one["kind"] == "yes-no")
    call = {"called_at": "2026-11-10T09:30:00-06:00", "answers": [{"question": answered, "word": "yes"}]}
    file = entry_file(tmp_path, {"kind": "coverage-call", "call": call})
    assert practice.run("claims", "record", "--exam", exam, file).code == 0
    after = practice.run(*sheet).json
    assert answered not in [one["id"] for one in after["questions"] if one["is_open"]]
    assert {"source", "reference_number"} <= {one["path"] for one in after["problems"]}


def test_showing_a_claim_reminds_of_what_lapses_within_two_weeks(practice: PracticeFolder) -> None:
    exam = practice.run("case", "import", sample_cases.SAMPLES / "parotid-cyst.json", "--json").json["exam_id"]
    soon = (dt.datetime.now(dt.UTC) + dt.timedelta(days=6)).date().isoformat()
    plan = ("--kind", "plan", "--set", "action=Call the payer", "--set", f"on={soon}")
    assert practice.run("claims", "record", "--exam", exam, *plan).code == 0
    (reminder,) = practice.run("claims", "show", "--exam", exam, "--json").json["reminders"]
    assert (reminder["deadline"]["kind"], reminder["step"]) == ("action", 7)


def test_the_compass_asks_until_it_knows_the_code_and_says_why(tmp_path: Path) -> None:
    asked = parotis("claims", "compass", "--json", data=tmp_path).json
    assert asked["advice"] is None
    answers: list[str] = []
    while asked["question"] is not None:
        answers += ["--answer", f"{asked['question']['id']}={asked['question']['choices'][0]['id']}"]
        asked = parotis("claims", "compass", *answers, "--json", data=tmp_path).json
    assert asked["advice"]["reason"]
    by_record = parotis("claims", "compass", sample_cases.SAMPLES / "submandibular-stone.json", "--json", data=tmp_path)
    assert by_record.code == 0, by_record.err
    assert by_record.json["first_payer"]["payer_kind"] == "medical"
    assert parotis("claims", "compass", "--answer", "dance=yes", data=tmp_path).code == 2


def test_the_narrative_keeps_to_the_limit_of_the_payer_that_is_named(practice: PracticeFolder) -> None:
    exam = practice.run("case", "import", sample_cases.SAMPLES / "tmj-effusion.json", "--json").json["exam_id"]
    told = practice.run("narrative", "--exam", exam, "--payer", "Prairie Dental Plan", "--json").json
    assert told["limit"] == 400
    assert 0 < told["length"] <= 400

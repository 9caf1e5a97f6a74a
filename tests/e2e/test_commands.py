from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from helpers import sample_cases
from helpers.command import PASSPHRASE, PracticeFolder, make_practice, parotis


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> PracticeFolder:
    return make_practice(tmp_path_factory.mktemp("practice"))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of the cyst case with four pictures, made by one command without any practice."""
    folder = tmp_path_factory.mktemp("run")
    done = parotis(
        "run", sample_cases.SAMPLES / "demo-exam.json", "--to", folder / "out", "--json", data=folder / "none"
    )
    assert done.code == 0, done.err
    return Path(done.json["bundle"])


def text_of(pdf: Path) -> str:
    raw = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, text=True).stdout
    return " ".join(raw.split())


def test_the_bundle_is_complete_and_its_manifest_true(bundle: Path) -> None:
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    found = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert {entry["name"] for entry in manifest["files"]} | {"manifest.json"} == found
    for entry in manifest["files"]:
        data = (bundle / entry["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["size"], entry["sha256"])
    assert {"report.pdf", "report-p01.jpg", "narrative.txt", "narrative-80.txt", "claim.json", "case.json"} <= found
    assert "images/01-parotid-gland-right-longitudinal.jpg" in found
    assert re.fullmatch(r"20261112-[0-9a-f]{12}", bundle.name)


def test_the_claim_names_the_study_and_its_body_sites_by_public_codes(bundle: Path) -> None:
    study = json.loads((bundle / "claim.json").read_text(encoding="utf-8"))["study"]
    assert (study["code"]["system"], study["code"]["code"]) == ("LOINC", "44164-2")
    sites = {
        (site["structure"], (site["code"] or {}).get("code"), site["side"]["code"]) for site in study["body_sites"]
    }
    assert ("parotid-gland", "45289007", "24028007") in sites


def test_shipped_lexicon_files_pass_and_a_bad_one_is_told_with_file_line_and_key(tmp_path: Path) -> None:
    assert parotis("lexicon", "check", "--json", data=tmp_path).json["problems"] == []
    shipped = sample_cases.SAMPLES.parent / "lexicon" / "duct.json"
    bad = tmp_path / "duct.json"
    bad.write_text(shipped.read_text(encoding="utf-8").replace('"unit": "mm"', '"unit": "cm"'), encoding="utf-8")
    line = next(n for n, text in enumerate(bad.read_text(encoding="utf-8").splitlines(), 1) if '"unit"' in text)
    told = parotis("lexicon", "check", bad, "--json", data=tmp_path)
    assert told.code == 2
    assert f"duct.json:{line}: attributes.duct_mm.unit: The unit of a size must be mm" in told.err
    (problem,) = told.json["error"]["problems"]
    assert (problem["file"], problem["line"], problem["key"]) == ("duct.json", line, "attributes.duct_mm.unit")


def test_a_practice_takes_a_lexicon_file_and_refuses_a_bad_one(practice: PracticeFolder, tmp_path: Path) -> None:
    shipped = sample_cases.SAMPLES.parent / "lexicon" / "duct.json"
    assert practice.run("lexicon", "add", shipped).code == 0
    bad = tmp_path / "duct.json"
    bad.write_text("{}", encoding="utf-8")
    assert practice.run("lexicon", "add", bad).code == 2


def test_other_programs_find_the_signature_valid_and_the_file_sound(bundle: Path) -> None:
    report = bundle / "report.pdf"
    said = subprocess.run(["pdfsig", report], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    checked = subprocess.run(["qpdf", "--check", report], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_every_recorded_clinical_fact_is_in_the_report(bundle: Path) -> None:
    text = text_of(bundle / "report.pdf").replace(" ", "")
    document = sample_cases.document("demo-exam")
    del document["claim"], document["images"]
    for path in sample_cases.text_paths(document):
        value: Any = document
        for step in re.findall(r"[a-z_]+|\d+", path):
            value = value[int(step) if step.isdigit() else step]
        if path in ("format",) or path.endswith(
            ("_at", ".at", "date", "onset", "role", "kind", "side", "structure", "unit")
        ):
            continue
        if re.fullmatch(r"[a-z-]+", value):
            continue
        assert value.replace(" ", "") in text, path
    for fact in (
        "14.2x11.0x9.8mm",
        "12Nov2026",
        "14Jun1979",
        "8Oct2026",
        "5Nov2026",
        "5weeks",
        "7.5to15MHz",
        "5.1",
        "12.4",
    ):
        assert fact in text


def test_no_claim_data_and_no_draft_mark_are_in_the_signed_report(bundle: Path) -> None:
    text = text_of(bundle / "report.pdf")
    assert "PDP-558-221-09" not in text
    assert "DRAFT" not in text


def test_the_verdict_needs_the_root_and_sees_any_change(bundle: Path, tmp_path: Path) -> None:
    report, root = bundle / "report.pdf", bundle / "practice-root.cer"
    assert parotis("verify", report, "--root", root).code == 0
    assert parotis("verify", report).code == 12
    changed = tmp_path / "changed.pdf"
    data = bytearray(report.read_bytes())
    data[len(data) // 3] ^= 1
    changed.write_bytes(data)
    assert parotis("verify", changed, "--root", root).code == 11
    changed.write_bytes(report.read_bytes() + b"\n% more\n")
    assert parotis("verify", changed, "--root", root).code == 11
    changed.write_text("no pdf", encoding="utf-8")
    assert parotis("verify", changed).code == 2
    assert parotis("verify", tmp_path / "absent.pdf").code == 2


def test_the_embedded_case_is_the_clinical_part_of_the_exported_case(bundle: Path, tmp_path: Path) -> None:
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, bundle / "report.pdf"], check=True, capture_output=True)
    embedded = json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))
    exported = json.loads((bundle / "case.json").read_text(encoding="utf-8"))
    assert "claim" not in embedded
    del exported["claim"], exported["images"], embedded["images"]
    assert embedded == exported


def test_the_exported_case_can_be_imported_again(bundle: Path) -> None:
    assert parotis("case", "check", bundle / "case.json").code == 0


def test_the_main_job_is_done_step_by_step_in_a_practice(practice: PracticeFolder, tmp_path: Path) -> None:
    exam = practice.run("case", "import", sample_cases.SAMPLES / "submandibular-stone.json", "--json").json["exam_id"]
    assert practice.run("export", "--exam", exam, "--to", tmp_path).code == 2
    checked = practice.run("case", "check", "--exam", exam, "--json")
    assert checked.code == 0
    assert all(issue["severity"] == "advises" for issue in checked.json["issues"])
    signed = practice.run("sign", "--exam", exam, "--json")
    assert signed.code == 0, signed.err
    assert practice.run("sign", "--exam", exam).code == 3
    claim = ("export", "--exam", exam, "--to", tmp_path, "--for", "claim", "--json")
    without_image = practice.run(*claim)
    assert without_image.code == 3
    assert [issue["code"] for issue in without_image.json["issues"]] == ["claims.key_image.missing"]
    assert list(tmp_path.iterdir()) == []
    exported = practice.run(*claim, "--payer", "Other Plan", "--override", "The images go by mail.")
    assert exported.code == 0, exported.err
    assert "To: Other Plan" in (Path(exported.json["bundle"]) / "narrative.txt").read_text(encoding="utf-8")
    folder = Path(exported.json["bundle"])
    assert not (folder / "case.json").exists()
    assert hashlib.sha256((folder / "report.pdf").read_bytes()).hexdigest() == signed.json["sha256"]
    again = practice.run("export", "--exam", exam, "--to", tmp_path)
    assert again.code == 5
    assert practice.run("export", "--exam", exam, "--to", "/proc/nowhere").code == 5


def test_a_case_with_faults_is_refused_with_every_fault_named(tmp_path: Path) -> None:
    document = sample_cases.document()
    document["rationale"]["question"] = None
    document["claim"]["diagnoses"] = ["R22.0", "R59.0", "X99.99"]
    (tmp_path / "case.json").write_bytes(sample_cases.as_bytes(document))
    done = parotis("run", tmp_path / "case.json", "--to", tmp_path / "out", "--json", data=tmp_path / "none")
    assert done.code == 3
    paths = {issue["path"] for issue in done.json["issues"] if issue["severity"] == "blocks"}
    assert paths == {"rationale.question", "claim.diagnoses[1]", "claim.diagnoses[2]"}
    assert not (tmp_path / "out").exists()
    said = parotis("run", tmp_path / "case.json", "--to", tmp_path / "out", data=tmp_path / "none").err
    assert all(issue["text"] in said for issue in done.json["issues"])


def test_another_interpreter_than_the_signing_dentist_blocks(practice: PracticeFolder, tmp_path: Path) -> None:
    document = sample_cases.document()
    document["exam"]["interpreter"] |= {"name": "Jonas Weber", "npi": "1558598797", "license_number": "D-1"}
    (tmp_path / "case.json").write_bytes(sample_cases.as_bytes(document))
    done = practice.run("run", tmp_path / "case.json", "--to", tmp_path / "out", "--json")
    assert done.code == 3
    assert any(
        issue["path"].startswith("exam.interpreter") for issue in done.json["issues"] if issue["severity"] == "blocks"
    )


@pytest.mark.parametrize("image", ["absent.png", "/etc/passwd", "../../../../etc/passwd", "a\\b.png", "case.json"])
def test_an_image_that_cannot_be_taken_is_named(image: str, tmp_path: Path) -> None:
    document = sample_cases.document()
    document["images"] = [{"file": image, "structure": "parotid-gland", "side": "right", "plane": "transverse"}]
    (tmp_path / "case.json").write_bytes(sample_cases.as_bytes(document))
    done = parotis("run", tmp_path / "case.json", "--to", tmp_path / "out", "--json", data=tmp_path / "none")
    assert done.code == 2
    assert [problem["path"] for problem in done.json["error"]["problems"]] == ["images[0].file"]
    assert "passwd" not in done.err


def test_roles_are_enforced_below_the_window(practice: PracticeFolder, tmp_path: Path) -> None:
    new = tmp_path / "new.txt"
    new.write_text("another quiet river of stones", encoding="utf-8")
    made = practice.run(
        "user", "add", "rosa", "--name", "Rosa Delgado", "--role", "assistant", "--new-passphrase-file", new
    )
    assert made.code == 0, made.err
    rosa = PracticeFolder(practice.data, new, practice.recovery_file, "rosa")
    exam = rosa.run("case", "import", sample_cases.SAMPLES / "tmj-effusion.json", "--json").json["exam_id"]
    assert rosa.run("sign", "--exam", exam).code == 4
    assert rosa.run("user", "add", "eve", "--name", "E", "--role", "admin", "--new-passphrase-file", new).code == 4
    assert practice.run("user", "disable", "rosa").code == 0
    assert rosa.run("user", "list").code == 4


def test_a_wrong_passphrase_opens_nothing(practice: PracticeFolder, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the right passphrase at all", encoding="utf-8")
    outcome = PracticeFolder(practice.data, wrong, practice.recovery_file, "nobody").run("user", "list", "--json")
    assert outcome.code == 4
    assert outcome.json["error"]["code"] == "credential.rejected"
    assert parotis("user", "list", data=practice.data).code == 4


def test_no_typed_secret_is_written_in_clear(practice: PracticeFolder) -> None:
    for path in practice.data.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert PASSPHRASE.encode() not in data
            assert b"Lindqvist" not in data
            assert "N\u00fa\u00f1ez".encode() not in data


def test_a_second_practice_in_the_same_folder_is_refused(practice: PracticeFolder, tmp_path: Path) -> None:
    done = practice.run(
        "init", "--practice", "X", "--dentist", "Y", "--credentials", "DDS", "--license", "IL 1", "--npi", "1234567893",
        "--recovery-file", tmp_path / "r.txt",
    )  # fmt: skip
    assert done.code == 5
    assert not (tmp_path / "r.txt").exists()
    assert practice.run("user", "list").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("run",),
        ("sign",),
        ("narrative", "x.json", "--limit", "0"),
        ("case", "check"),
        ("run", "absent.json", "--to", "x"),
    ],
)
def test_a_command_line_that_is_none_of_ours_is_refused(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = parotis(*arguments, data=tmp_path)
    assert done.code == 2
    assert done.err.strip()


def test_files_alone_need_no_practice(tmp_path: Path) -> None:
    case = sample_cases.SAMPLES / "parotid-cyst.json"
    told = parotis("narrative", case, "--limit", "80", "--json", data=tmp_path).json
    assert len(told["text"]) <= 80
    assert all(sentence["sources"] for sentence in told["sentences"])
    assert parotis("case", "check", case, "--json", data=tmp_path).json["issues"]
    doctor = parotis("doctor", "--json", data=tmp_path)
    assert doctor.code == 0
    assert doctor.json["icd10cm"]["newer_release_possible"] is True


def test_without_a_display_the_bare_program_does_the_sample_and_says_where(tmp_path: Path) -> None:
    done = parotis("demo", "--to", tmp_path / "demo")
    assert done.code == 0, done.err
    assert str(tmp_path / "demo") in done.err
    assert list((tmp_path / "demo").glob("*/report.pdf"))


def test_a_forgotten_passphrase_is_replaced_by_the_recovery_key_and_the_dentist_can_sign_again(tmp_path: Path) -> None:
    own = make_practice(tmp_path)
    new = tmp_path / "new.txt"
    new.write_text("a fresh row of seven lanterns", encoding="utf-8")
    recovered = parotis(
        "user", "passwd", "--login", "helen", "--recovery-file", own.recovery_file, "--new-passphrase-file", new,
        data=own.data,
    )  # fmt: skip
    assert recovered.code == 0, recovered.err
    again = PracticeFolder(own.data, new, own.recovery_file)
    exam = again.run("case", "import", sample_cases.SAMPLES / "parotid-cyst.json", "--json").json["exam_id"]
    assert again.run("sign", "--exam", exam).code == 0
    assert own.run("user", "list").code == 4


def test_doctor_checks_the_record_of_who_logs_in(practice: PracticeFolder) -> None:
    checked = practice.run("doctor", "--json")
    assert checked.code == 0
    assert checked.json["damage"] == []


def test_a_folder_called_like_a_command_is_only_a_folder(tmp_path: Path) -> None:
    done = parotis("--data", tmp_path / "demo", "user", "list")
    assert done.code == 2
    assert "not in this practice" in done.err

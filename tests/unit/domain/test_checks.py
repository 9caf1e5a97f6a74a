"""The checks as a whole, and what they take from their surroundings."""

import dataclasses
import datetime as dt
import re
from decimal import Decimal

import pytest
from helpers import labelled_drafts as drafts

from parotis.domain import canonical, paths
from parotis.domain.case import Attributes, Case, Finding, Interpreter, Lesion, Patient
from parotis.domain.checks import MOST_LINES, RULES, CheckContext, issues

PAROTID = "right-parotid-cyst"
SIGNER = Interpreter("Ingrid Solberg", "DDS", "D-31184", "IL", "1558598797")


def context(**given: object) -> CheckContext:
    return dataclasses.replace(drafts.context(), **given)


def named(case, given=None):
    return {(issue.code, issue.path): issue for issue in issues(case, given or drafts.context())}


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{place}]")
    elif path != "format":
        yield path


def test_empty_exam_names_everything_needed_to_sign():
    found = issues(Case(), drafts.context())
    assert {issue.path for issue in found if issue.blocks} == {
        "patient.chart_number", "patient.family_name", "patient.given_name", "patient.birth_date",
        "exam.performed_at", "rationale.reason", "rationale.question", "interpretation.impression", "scan",
    }  # fmt: skip


def test_blocking_issues_come_first_and_each_part_is_in_form_order():
    found = issues(drafts.changed(PAROTID, {"claim.procedures[0].quantity": 2, "patient.chart_number": None,
                                            "exam.performer": None, "images": []}), drafts.context())  # fmt: skip
    assert [issue.path for issue in found if issue.blocks] == ["patient.chart_number", "claim.procedures[0].quantity"]
    assert [issue.path for issue in found if not issue.blocks] == ["exam.performer.name", "images"]
    assert [issue.blocks for issue in found] == sorted((issue.blocks for issue in found), reverse=True)


@pytest.mark.parametrize("name", drafts.BASES)
def test_codes_paths_and_sentences_are_well_formed(name):
    seen = []
    for path in leaves(drafts.base(name)):
        seen.extend(issues(_without(name, path), drafts.context()))
    assert len(seen) > 50
    for issue in seen:
        assert re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", issue.code), issue
        assert paths.steps(issue.path)
        assert re.fullmatch(r'["A-Z][^\n]+\.', issue.text), issue
        assert "None" not in issue.text


def _without(name, path):
    """The draft with one value not recorded."""
    document = drafts.base(name)
    drafts.put(document, path, None)
    if path.split(".")[-1].startswith(("impression", "differential", "why_ultrasound", "diagnoses", "triggers")):
        owner, _, place = path.rpartition("[")
        del drafts.read(document, paths.steps(owner))[int(place[:-1])]
    return canonical.from_json(document)


def test_no_sentence_repeats_what_a_person_typed():
    typed = "Qzxv left cyst"
    document = drafts.base(PAROTID)
    for path, _ in list(drafts.texts(document)):
        if paths.steps(path)[-1] in _FREE_TEXT or path.startswith(("interpretation.impression", "claim.diagnoses")):
            drafts.put(document, path, typed)
    found = issues(canonical.from_json(document), context(signer=SIGNER, patient_on_file=Patient("T-01", "A", "B")))
    assert len(found) > 10
    assert [issue for issue in found if "Qzxv" in issue.text] == []


_FREE_TEXT = {
    "chart_number", "family_name", "given_name", "name", "credentials", "license_number", "license_state", "npi",
    "referrer", "complaint", "history", "clinical_exam", "course", "note", "question", "result", "device", "probe",
    "insufficient_because", "position", "label", "echogenicity", "margin", "recommendation", "limitations",
    "comparison", "file", "caption", "code", "member_id", "group", "id", "predetermination", "fee",
}  # fmt: skip


def test_unreadable_value_is_reported_as_that_and_as_nothing_else():
    case = drafts.changed(PAROTID, {"patient.birth_date": None, "findings[0].lesions[0].size_mm[2]": None})
    given = context(rejected={"patient.birth_date": "31/31/1979", "findings[0].lesions[0].size_mm[2]": "nine"})
    found = [issue for issue in issues(case, given) if issue.blocks]
    assert [(issue.code, issue.path) for issue in found] == [
        ("value.unreadable", "patient.birth_date"),
        ("value.unreadable", "findings[0].lesions[0].size_mm[2]"),
    ]
    assert not any("31/31" in issue.text or "nine" in issue.text for issue in found)


def test_broken_picture_blocks_with_its_sentence():
    given = context(picture_problems={1: "The file ends too early."})
    found = named(drafts.changed(PAROTID, {}), given)
    assert found["images.file.unreadable", "images[1].file"].text == "Image 2: The file ends too early."
    assert found["images.file.unreadable", "images[1].file"].blocks


def test_nothing_is_compared_with_a_clock_that_is_not_given():
    case = drafts.changed(PAROTID, {"exam.performed_at": "2031-01-01T10:00:00-06:00"})
    assert ("exam.performed_at.future", "exam.performed_at") in named(case)
    assert ("exam.performed_at.future", "exam.performed_at") not in named(case, context(today=None))


def test_code_in_doubt_after_the_newest_code_set_comes_with_word_of_a_newer_one():
    assert ("claim.diagnoses.release", "claim.diagnoses") not in named(drafts.changed(PAROTID, {}))
    issue = named(drafts.changed(PAROTID, {"claim.diagnoses": ["X99.99"]}))[
        "claim.diagnoses.release", "claim.diagnoses"
    ]
    assert not issue.blocks
    inside = {"exam.performed_at": "2026-06-12T10:20:00-06:00", "symptoms[0].onset": None, "exam.consent.at": None,
              "rationale.prior_studies": []}  # fmt: skip
    assert ("claim.diagnoses.release", "claim.diagnoses") not in named(
        drafts.changed(PAROTID, {**inside, "claim.diagnoses": ["X99.99"]})
    )


def test_code_unknown_before_the_dates_of_the_set_only_advises():
    case = drafts.changed(PAROTID, {"claim.diagnoses": ["X99.99"], "exam.performed_at": "2019-02-12T10:20:00-06:00"})
    assert not named(case)["claim.diagnoses.unknown", "claim.diagnoses[0]"].blocks


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"exam.interpreter": None},
        {"exam.interpreter.name": "Dr. SOLBERG, Ingrid M."},
        {"exam.interpreter.npi": None, "exam.interpreter.license_number": "d 31184"},
        {"exam.interpreter.license_number": None, "exam.interpreter.credentials": None},
    ],
)
def test_signing_dentist_is_recognised(change):
    found = issues(drafts.changed(PAROTID, change), context(signer=SIGNER))
    assert [issue for issue in found if issue.path.startswith("exam.interpreter")] == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"exam.interpreter.npi": "1234567893"}, "exam.interpreter.npi"),
        ({"exam.interpreter.name": "Helen Park", "exam.interpreter.npi": None}, "exam.interpreter.name"),
        ({"exam.interpreter.name": "Helen Park"}, "exam.interpreter.name"),
        ({"exam.interpreter.npi": None, "exam.interpreter.license_number": "D-9"}, "exam.interpreter.license_number"),
    ],
)
def test_interpreter_other_than_the_signer_blocks(change, path):
    found = named(drafts.changed(PAROTID, change), context(signer=SIGNER))
    assert found["exam.interpreter.other", path].blocks


def test_signer_without_a_licence_blocks_and_without_an_npi_advises():
    signer = dataclasses.replace(SIGNER, license_number=None, npi=None)
    found = named(drafts.changed(PAROTID, {"exam.interpreter": None}), context(signer=signer))
    assert found["exam.interpreter.license_number.missing", "exam.interpreter.license_number"].blocks
    assert not found["exam.interpreter.npi.missing", "exam.interpreter.npi"].blocks


@pytest.mark.parametrize(
    ("on_file", "code", "blocks"),
    [
        ({"birth_date": dt.date(1971, 9, 3)}, "patient.chart_number.other_birth_date", True),
        ({"family_name": "Novak", "given_name": "Petr"}, "patient.chart_number.other_name", True),
        ({"family_name": "Novak"}, "patient.name.changed", False),
    ],
)
def test_other_patient_under_the_same_chart_number_is_noticed(on_file, code, blocks):
    case = drafts.changed(PAROTID, {})
    known = dataclasses.replace(case.patient, **on_file)
    assert [i.blocks for i in issues(case, context(patient_on_file=known)) if i.code == code] == [blocks]
    same = dataclasses.replace(case.patient, given_name="ELEANOR J")
    assert not [i for i in issues(case, context(patient_on_file=same)) if i.path.startswith("patient")]


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Attributes)])
def test_attribute_of_any_name_is_judged_by_its_structure(field):
    numbers = {"hyperaemia": 1, "omeract_grade": 1}
    value = Decimal(1) if field.endswith("_mm") else numbers.get(field, "none")
    finding = Finding("tongue", None, "abnormal", Attributes(**{field: value}))
    found = named(Case(findings=(finding,)))
    assert found["findings.attribute.foreign", f"findings[0].attributes.{field}"].blocks


def test_label_that_a_person_typed_is_not_repeated():
    lesion = Lesion("Mrs Marsh", "cyst")
    found = named(Case(findings=(Finding("parotid-gland", "right", "abnormal", lesions=(lesion,)),)))
    text = found["findings.size.missing", "findings[0].lesions[0].size_mm[0]"].text
    assert text == "Lesion 1 (cyst) of the right parotid gland has no size."


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"exam.performer": None}, "exam.performer.name.missing"),
        ({"exam.consent": None}, "exam.consent.missing"),
        ({"interpretation.limitations": None}, "interpretation.limitations.missing"),
        ({"interpretation.limitations": "Patient moved."}, "interpretation.limitations.deep_lobe"),
        ({"interpretation.certainty": None}, "interpretation.certainty.missing"),
        ({"symptoms": []}, "symptoms.missing"),
        ({"findings[0].lesions[0].size_mm": [11, 14.2, 9.8]}, "findings.size.order"),
        ({"findings[0].lesions[0].margin": "fuzzy"}, "findings.term.unknown"),
        ({"technique.doppler": None}, "technique.doppler.missing"),
        ({"interpretation.impression": ["Pleomorphic adenoma of the right parotid gland."]},
         "interpretation.impression.histology"),
        ({"interpretation.impression": ["Simple cyst of the right parotid tail, 41.2 mm."]},
         "interpretation.impression.size"),
        ({"images[0].plane": None}, "images.plane.missing"),
        ({"claim.procedures": []}, "claim.procedures.missing"),
        ({"claim.procedures[0].fee": None}, "claim.procedures.fee.missing"),
        ({"claim.diagnoses": []}, "claim.diagnoses.missing"),
        ({"claim.diagnoses": ["K11.5"]}, "claim.diagnoses.unsupported"),
        ({"claim.diagnoses": ["D11.0"]}, "claim.diagnoses.needs_pathology"),
        ({"claim.diagnoses": ["S00.83XA"]}, "claim.accident.missing"),
        ({"claim.payer.kind": "medical"}, "claim.predetermination.medical"),
        ({"scan[3].status": "not-seen", "findings[3]": {"structure": "node-level-iia", "side": "right",
                                                        "state": "not-seen"}}, "scan.reason.missing"),
        ({"complaint": "a" * 20_001}, "text.long"),
        ({"patient.sex": "male", "rationale.why_ultrasound": ["pregnancy"]}, "rationale.why_ultrasound.pregnancy"),
        ({"rationale.why_ultrasound": ["child"]}, "rationale.why_ultrasound.child"),
    ],
)  # fmt: skip
def test_gap_advises_and_does_not_block(change, code):
    found = issues(drafts.changed(PAROTID, change), drafts.context())
    assert code in {issue.code for issue in found}
    assert [issue for issue in found if issue.blocks] == []


def test_medial_disc_and_investigational_payer_are_pointed_out():
    change = {"interpretation.limitations": "Patient moved.", "claim.payer.kind": "medical"}
    found = {issue.code for issue in issues(drafts.changed("right-joint-effusion", change), drafts.context())}
    assert {"interpretation.limitations.medial_disc", "claim.payer.tmj"} <= found


def test_hedged_tissue_word_is_no_fact():
    change = {
        "interpretation.impression": ["Lobulated mass of the right parotid gland, pleomorphic adenoma is likely."]
    }
    assert "interpretation.impression.histology" not in {
        issue.code for issue in issues(drafts.changed(PAROTID, change), drafts.context())
    }


def test_rules_are_pure_functions_of_exam_and_context():
    case = drafts.changed(PAROTID, {"symptoms[0].side": "left"})
    assert len(set(RULES)) == len(RULES)
    assert issues(case, drafts.context()) == issues(case, drafts.context())


def test_a_subscriber_called_self_under_another_name_is_named_but_does_not_block_a_signature():
    found = named(drafts.changed(PAROTID, {"claim.subscriber.name": "Vera Lindner"}))
    assert not found["claim.subscriber.name.not_patient", "claim.subscriber.name"].blocks


@pytest.mark.parametrize("name", ["impression", "differential"])
def test_more_lines_than_the_checks_read_keep_the_exam_from_being_signed(name: str) -> None:
    lines = ("Cyst of the right parotid gland.",) * (MOST_LINES + 1)
    case = paths.replace(canonical.from_json(drafts.base(PAROTID)), f"interpretation.{name}", lines)
    found = issues(case, drafts.context())
    assert f"interpretation.{name}.many" in {issue.code for issue in found if issue.blocks}
    told = [issue for issue in found if issue.path.startswith(f"interpretation.{name}[")]
    assert len(told) <= MOST_LINES + 1


def test_as_many_lines_as_the_checks_read_are_no_fault() -> None:
    lines = ("Cyst of the right parotid gland.",) * MOST_LINES
    case = paths.replace(canonical.from_json(drafts.base(PAROTID)), "interpretation.impression", lines)
    assert not [issue for issue in issues(case, drafts.context()) if issue.code.endswith(".many")]

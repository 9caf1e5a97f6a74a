"""Diagnosis codes that a record could bear, in which order, and what is wrong with those on a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from helpers.labelled_drafts import BASES, changed
from helpers.sample_cases import NAMES, RESOURCES, case
from hypothesis import given
from hypothesis import strategies as st

from parotis.domain.case import (
    Attributes,
    Certainty,
    Finding,
    Interpretation,
    Lesion,
    LesionKind,
    PriorStudy,
    Procedure,
    Rationale,
    Side,
    Structure,
    Symptom,
    SymptomKind,
)
from parotis.domain.case import Case as Exam
from parotis.domain.case import Claim as BillingFacts
from parotis.domain.checking import support
from parotis.domain.claims import diagnosis_help
from parotis.domain.claims.diagnosis_help import (
    Candidate,
    candidates,
    codes_of_rules,
    diagnosis_issues,
    pointers,
)
from parotis.domain.coding import IcdCodeSet

if TYPE_CHECKING:
    from parotis.domain.issue import Issue

CODES = RESOURCES / "codes"
ICD = IcdCodeSet.from_bytes(
    (CODES / "icd10cm-2026-04.codes").read_bytes(), (CODES / "icd10cm-common.json").read_bytes()
)
ON = date(2026, 7, 1)
STRUCTURES = st.sampled_from(Structure.__args__)  # type: ignore[attr-defined]
SIDES = st.sampled_from(Side.__args__) | st.none()  # type: ignore[attr-defined]
SYMPTOMS = st.builds(Symptom, st.sampled_from(SymptomKind.__args__), STRUCTURES | st.none(), SIDES)  # type: ignore[attr-defined]
LESIONS = st.builds(Lesion, st.just("A"), st.sampled_from(LesionKind.__args__))  # type: ignore[attr-defined]
FINDINGS = st.builds(
    Finding,
    structure=STRUCTURES,
    side=SIDES,
    state=st.sampled_from(["normal", "abnormal"]),
    lesions=st.lists(LESIONS, max_size=2).map(tuple),
)
IMPRESSIONS = st.sampled_from(
    ["Lipoma of the right cheek.", "No stone.", "Pleomorphic adenoma.", "Acute sialadenitis.", "Hemangioma.", ""]
)
EXAMS = st.builds(
    Exam,
    history=st.sampled_from([None, "Biopsy in May: pleomorphic adenoma.", "Histology: carcinoma."]),
    symptoms=st.lists(SYMPTOMS, max_size=3).map(tuple),
    findings=st.lists(FINDINGS, max_size=3).map(tuple),
    interpretation=st.builds(
        Interpretation,
        impression=st.lists(IMPRESSIONS, max_size=2).map(tuple),
        certainty=st.sampled_from([None, *Certainty.__args__]),  # type: ignore[attr-defined]
    ),
)


def offered(exam: Exam) -> list[str]:
    return [candidate.code for candidate in candidates(exam, ICD, ON)]


def named(exam: Exam, code: str) -> Candidate:
    return next(candidate for candidate in candidates(exam, ICD, ON) if candidate.code == code)


def with_certainty(exam: Exam, certainty: Certainty | None) -> Exam:
    return replace(exam, interpretation=replace(exam.interpretation, certainty=certainty))


def found(structure: Structure, kind: LesionKind, side: Side | None = "left", **more: object) -> Finding:
    return Finding(structure, side, "abnormal", lesions=(Lesion("A", kind, **more),))  # type: ignore[arg-type]


# The rules


def test_every_code_of_the_rules_is_billable_in_the_shipped_release() -> None:
    assert [code for code in codes_of_rules() if ICD.problem_of(code, ON) is not None] == []


def test_the_regions_of_the_rules_hold_those_of_the_checks() -> None:
    swellings = {rule.code: rule.structures for rule in diagnosis_help._rules() if "symptom" in rule.when}
    assert swellings["R22.0"] >= support.HEAD
    assert swellings["R22.1"] >= support.NECK


def test_rules_of_tumors_all_ask_for_pathology() -> None:
    rules = diagnosis_help._rules()
    assert all("pathology" in rule.when for rule in rules if rule.kind == "tumor")
    needing = [rule for rule in rules for code in rule.codes if support.TUMOR.match(code)]
    assert {rule.kind for rule in needing} == {"tumor"}


@given(EXAMS)
def test_a_tumor_is_never_first_and_never_without_pathology(exam: Exam) -> None:
    ranked = candidates(exam, ICD, ON)
    assert [candidate.rank for candidate in ranked] == list(range(1, len(ranked) + 1))
    assert not ranked or ranked[0].kind in ("symptom", "diagnosis")
    if exam.history is None:
        assert "tumor" not in {candidate.kind for candidate in ranked}


@given(EXAMS)
def test_signs_come_first_unless_the_reading_is_definite(exam: Exam) -> None:
    ranked = candidates(exam, ICD, ON)
    if exam.interpretation.certainty == "definite":
        return
    kinds = [candidate.kind == "symptom" for candidate in ranked]
    assert kinds == sorted(kinds, reverse=True)
    assert all("Only once confirmed" in " ".join(c.notes) for c in ranked if c.kind != "symptom")


@given(EXAMS)
def test_each_candidate_says_what_it_rests_on(exam: Exam) -> None:
    for candidate in candidates(exam, ICD, ON):
        assert candidate.paths
        assert candidate.label
        assert candidate.reason


# The samples


@pytest.mark.parametrize(
    ("name", "first"), [("parotid-cyst", "R22.0"), ("submandibular-stone", "K11.5"), ("tmj-effusion", "M26.621")]
)
def test_the_first_candidate_of_a_sample_is_on_its_claim(name: str, first: str) -> None:
    assert offered(case(name))[0] == first
    assert first in case(name).claim.diagnoses


@pytest.mark.parametrize("name", BASES[:3])
def test_the_drafts_of_other_patients_are_offered_what_is_on_their_claims(name: str) -> None:
    exam = changed(name, {})
    assert set(exam.claim.diagnoses) <= set(offered(exam))


def test_a_stone_that_is_not_definite_is_offered_after_the_swelling_only_once_confirmed() -> None:
    exam = with_certainty(case("submandibular-stone"), "probable")
    assert offered(exam)[:2] == ["R22.1", "K11.5"]
    assert "Only once confirmed" in named(exam, "K11.5").notes[0]
    assert offered(with_certainty(exam, None))[0] == "R22.1"


def test_a_sign_is_said_to_belong_to_its_definite_disease() -> None:
    assert "A sign of K11.5" in named(case("submandibular-stone"), "R22.1").notes[0]


def test_joint_codes_follow_the_side_and_both_sides_make_one_code() -> None:
    joint = case("tmj-effusion")
    left = replace(joint, symptoms=tuple(replace(symptom, side="left") for symptom in joint.symptoms))
    assert offered(left)[0] == "M26.622"
    both = replace(joint, symptoms=(*joint.symptoms, *left.symptoms))
    assert offered(both)[0] == "M26.623"
    no_side = replace(joint, symptoms=tuple(replace(symptom, side=None) for symptom in joint.symptoms))
    assert not [code for code in offered(no_side) if code.startswith("M26.62")]


def test_a_code_without_side_says_so_with_the_words_for_the_narrative() -> None:
    assert "has to say right parotid gland" in " ".join(named(case(), "R22.0").notes)
    assert "no side" not in " ".join(named(case("tmj-effusion"), "M26.621").notes)


# Single rules


@pytest.mark.parametrize(
    ("symptom", "code"),
    [
        (Symptom("swelling", "cheek"), "R22.0"),
        (Symptom("mass", "submental-region"), "R22.1"),
        (Symptom("dry-mouth"), "R68.2"),
        (Symptom("pain", "mandible"), "R68.84"),
        (Symptom("pain", "masseter"), "M79.11"),
        (Symptom("pain", "cheek"), "R51.9"),
        (Symptom("trismus"), "R25.2"),
        (Symptom("dysphagia"), "R13.10"),
        (Symptom("trauma", "zygoma"), "S09.93XA"),
    ],
)
def test_symptoms_have_codes_by_their_region(symptom: Symptom, code: str) -> None:
    assert offered(Exam(symptoms=(symptom,))) == [code]


def test_a_symptom_without_a_place_takes_that_of_the_finding() -> None:
    exam = Exam(symptoms=(Symptom("swelling"),), findings=(found("submandibular-region", "other"),))
    assert offered(exam) == ["R22.1"]
    assert offered(Exam(symptoms=(Symptom("swelling"),))) == []


def test_an_enlarged_node_is_not_called_a_lump_too() -> None:
    exam = Exam(findings=(Finding("node-level-ib", "left", "abnormal"),))
    assert offered(exam) == ["R59.0"]
    with_lump = replace(exam, symptoms=(Symptom("mass", "submandibular-region", "left"),))
    assert "Not together with R59.0" in " ".join(named(with_lump, "R22.1").notes)


@pytest.mark.parametrize(
    ("finding", "impression", "code"),
    [
        (found("parotid-gland", "stone"), "", "K11.5"),
        (found("floor-of-mouth", "cyst"), "", "K11.6"),
        (found("submandibular-region", "collection"), "", "K12.2"),
        (found("mandible", "cyst"), "", "M27.49"),
        (found("cheek", "foreign-body"), "", "M79.5"),
        (found("buccal-space", "collection", cortical_breach="breached"), "", "M27.2"),
        (found("parotid-gland", "collection"), "Abscess of the left parotid gland.", "K11.3"),
        (Finding("parotid-gland", "left", "abnormal"), "Acute sialadenitis of the left parotid gland.", "K11.21"),
        (Finding("parotid-gland", "left", "abnormal"), "Chronic sialadenitis.", "K11.23"),
        (Finding("parotid-gland", "left", "abnormal"), "Sialadenitis of the left parotid gland.", "K11.20"),
        (Finding("parotid-gland", "left", "abnormal", Attributes(duct_mm=Decimal(5))), "", "K11.8"),
        (Finding("temporomandibular-joint", "left", "abnormal", Attributes(disc_open="stuck")), "", "M26.632"),
        (Finding("temporomandibular-joint", "left", "abnormal", Attributes(effusion="small")), "", "M26.642"),
        (found("cheek", "solid-mass"), "Lipoma of the left cheek.", "D17.0"),
    ],
)
def test_definite_findings_have_codes(finding: Finding, impression: str, code: str) -> None:
    exam = Exam(findings=(finding,), interpretation=Interpretation((impression,), certainty="definite"))
    assert code in offered(exam)


def test_what_the_impression_denies_or_only_asks_is_no_candidate() -> None:
    finding = Finding("parotid-gland", "left", "abnormal")
    for line in ("No acute sialadenitis.", "Acute sialadenitis cannot be excluded."):
        exam = Exam(findings=(finding,), interpretation=Interpretation((line,), certainty="definite"))
        assert "K11.21" not in offered(exam)


def test_a_tumor_waits_for_pathology_and_uncertain_behavior_for_the_pathologist() -> None:
    mass = Exam(
        findings=(found("parotid-gland", "solid-mass"),),
        interpretation=Interpretation(("Solid mass of the left parotid gland, pleomorphic adenoma.",)),
    )
    assert offered(mass) == ["R22.0"]
    sampled = replace(mass, history="Core biopsy in May: pleomorphic adenoma.")
    assert offered(sampled) == ["R22.0", "D11.0"]
    assert "pathologist" in " ".join(named(sampled, "D11.0").notes)
    uncertain = PriorStudy("other", result="Biopsy: tumor of uncertain malignant potential.")
    assert "D37.030" in offered(replace(mass, rationale=Rationale(prior_studies=(uncertain,))))
    assert offered(replace(mass, history="Biopsy refused.")) == ["R22.0"]


# Issues


def said(*codes: str, exam: Exam | None = None, kind: str = "dental", on: date = ON) -> list[str]:
    billing = replace((exam or case()).claim, diagnoses=codes)
    return [issue.code for issue in issues(billing, exam, kind, on)]


def issues(billing: BillingFacts, exam: Exam | None = None, kind: str = "dental", on: date = ON) -> tuple[Issue, ...]:
    return diagnosis_issues(billing, exam or case(), ICD, kind, on)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_on_a_sample_blocks(name: str) -> None:
    assert [issue for issue in issues(case(name).claim, case(name)) if issue.blocks] == []


def test_the_case_that_must_be_blocked_is() -> None:
    blocked = replace(case(), symptoms=(replace(case().symptoms[0], side="left"),))
    told = said("R22.0", "R59.0", "X99.99", exam=blocked)
    assert told[:2] == ["claim.diagnoses.exclude", "claim.diagnoses.unknown"]


def test_a_code_of_the_other_side_is_told() -> None:
    assert "laterality.diagnosis" in said("M26.632", exam=case("tmj-effusion"))
    assert "laterality.diagnosis" in said("M26.633", exam=case("tmj-effusion"))
    assert "laterality.diagnosis" not in said("M26.631", exam=case("tmj-effusion"))


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (("k11",), "claim.diagnoses.malformed"),
        (("K11.2",), "claim.diagnoses.not_billable"),
        (("R22.0", "R22.0"), "claim.diagnoses.repeated"),
        ((), "claim.diagnoses.missing"),
        (("K11.6", "R22.0"), "claim.diagnoses.sign"),
        (("K11.6",), "claim.diagnoses.unconfirmed"),
        (("D11.0",), "claim.diagnoses.needs_pathology"),
        (("R22.1",), "claim.diagnoses.region"),
    ],
)
def test_faults_of_codes_are_told(codes: tuple[str, ...], code: str) -> None:
    assert code in said(*codes)


def test_a_dental_claim_holds_four_and_a_medical_twelve() -> None:
    five = ("R22.0", "R68.2", "R13.10", "R50.9", "R25.2")
    assert "claim.diagnoses.too_many" in said(*five)
    assert "claim.diagnoses.too_many" not in said(*five, kind="medical")
    assert "claim.diagnoses.unpointed" in said(*five, kind="medical")
    many = (*five, "K11.0", "K11.1", "K11.21", "K11.3", "K11.4", "K11.5", "K11.6", "K11.8")
    assert "claim.diagnoses.too_many" in said(*many, kind="medical")


def test_a_doubtful_code_after_the_release_is_told_with_it() -> None:
    assert "claim.diagnoses.release" in said("X99.99", on=date(2026, 11, 12))


# Pointers


def test_pointers_name_the_primary_first_and_four_at_most() -> None:
    procedures = (Procedure("D0370"), Procedure("D0140"))

    def of(*codes: str, kind: str = "medical") -> tuple[str, ...]:
        return pointers(BillingFacts(procedures=procedures, diagnoses=codes), kind)  # type: ignore[arg-type]

    assert of() == ("", "")
    assert of("R22.0") == ("A", "A")
    assert of("R22.0", "R68.2") == ("AB", "AB")
    assert of("R22.0", "R22.0", "R68.2") == ("AC", "AC")
    assert of("a", "b", "c", "d", "e", "f") == ("ABCD", "ABCD")
    assert of("a", "a", "b", "c", "d", kind="dental") == ("ACD", "ACD")

"""What must be there to sign, and what a reader or payer will miss."""

from __future__ import annotations

from collections.abc import Iterator

from parotis.domain import paths
from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import Case
from parotis.domain.checking.context import CheckContext, advises, blocks, is_blank, sentence, the
from parotis.domain.issue import Issue

_NEEDED = (
    ("patient.chart_number", "The chart number is missing."),
    ("patient.family_name", "The patient's family name is missing."),
    ("patient.given_name", "The patient's given name is missing."),
    ("patient.birth_date", "The patient's date of birth is missing."),
    ("exam.performed_at", "The date and time of the exam are missing."),
    ("rationale.reason", "The reason for the ultrasound is missing."),
    ("rationale.question", "The clinical question, which the scan is to answer, is missing."),
)

_WANTED = (
    ("exam.performer.name", "Who performed the scan is not recorded."),
    ("complaint", "The complaint is not recorded: a payer looks for it first."),
    ("interpretation.certainty", "How certain the reading is, is not recorded."),
    ("interpretation.limitations", "The limits of the exam are not stated; say so if there were none."),
    ("interpretation.recommendation", "There is no recommendation."),
    ("technique.device", "The ultrasound device is not recorded."),
    ("technique.probe", "The probe is not recorded."),
    ("technique.frequency_mhz", "The frequency range is not recorded."),
)

_NO_SYMPTOM_NEEDED = frozenset({"follow-up"})


def needed(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Fields without which no report is signed."""
    for path, text in _NEEDED:
        value = paths.read(case, path)
        if value is None or (isinstance(value, str) and is_blank(value)):
            yield blocks(f"{path}.missing", path, text)
    if all(is_blank(text) for text in case.interpretation.impression):
        yield blocks("interpretation.impression.missing", "interpretation.impression", "The impression is empty.")
    if not case.scan:
        yield blocks("scan.missing", "scan", "No structure is on the scan list.")
    elif not any(entry.status == "examined" for entry in case.scan):
        yield blocks("scan.nothing_examined", "scan[0].status", "No structure on the scan list was examined.")


def wanted(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Fields that make the record and the claim stronger."""
    for path, text in _WANTED:
        value = paths.read(case, path)
        if value is None or (isinstance(value, str) and is_blank(value)):
            yield advises(f"{path}.missing", path, text)
    if not case.rationale.why_ultrasound:
        path = "rationale.why_ultrasound"
        yield advises(f"{path}.missing", path, "Why ultrasound was chosen is not recorded.")
    if not case.rationale.prior_studies:
        text = "No prior study is recorded: a payer asks what was done before and why it was not enough."
        yield advises("rationale.prior_studies.missing", "rationale.prior_studies", text)
    for place, study in enumerate(case.rationale.prior_studies):
        path = f"rationale.prior_studies[{place}].date"
        if study.date is None:
            yield advises("rationale.prior_studies.date.missing", path, "A prior study has no date.")


def symptoms(case: Case, _: CheckContext) -> Iterator[Issue]:
    if not case.symptoms and case.rationale.reason not in _NO_SYMPTOM_NEEDED:
        text = 'No symptom is recorded; if there is none, record it as "asymptomatic".'
        yield advises("symptoms.missing", "symptoms", text)
    for place, symptom in enumerate(case.symptoms):
        path = f"symptoms[{place}]"
        if symptom.kind is None:
            yield blocks("symptoms.kind.missing", f"{path}.kind", "A symptom has no kind.")
        if symptom.structure is not None and symptom.side is None and STRUCTURES[symptom.structure].paired:
            text = f"{sentence(the(symptom.structure, None))} has two sides, and a symptom there names none."
            yield advises("symptoms.side.missing", f"{path}.side", text)
        if symptom.kind == "asymptomatic" and any(s.kind not in ("asymptomatic", None) for s in case.symptoms):
            text = '"Asymptomatic" stands beside other symptoms.'
            yield advises("symptoms.asymptomatic.contradicted", f"{path}.kind", text)


def blank_entries(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Lines of lists that say nothing although others do."""
    for place, text in enumerate(case.interpretation.impression):
        if is_blank(text) and any(not is_blank(other) for other in case.interpretation.impression):
            path = f"interpretation.impression[{place}]"
            yield advises("interpretation.impression.blank", path, "A line of the impression is empty.")


RULES = (needed, wanted, symptoms, blank_entries)

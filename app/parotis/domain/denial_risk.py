"""What payers ask for in an ultrasound claim, element by element: there or missing, and where the gap is filled.

The elements: what reviewers ask of a narrative (the project's domain notes, 6c), what a utilisation review of dental
imaging asks of the record (1: a reason, the area examined, findings, an interpretation, dated and labelled images), the
label of a kept image (4a) and the report (4b). A missing element is no fault and keeps nobody from signing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import Case
from parotis.domain.checking.context import is_blank
from parotis.domain.identifiers import is_npi


@dataclass(frozen=True, slots=True)
class Element:
    """``path`` is the first field that is missing, None where the element is met; ``text`` is one plain sentence."""

    id: str
    label: str
    is_met: bool
    path: str | None
    text: str


Gap = tuple[str, str]
"""The path of a missing field, and the sentence that says what is missing."""


def _complaint(case: Case) -> Iterator[Gap]:
    if is_blank(case.complaint):
        yield "complaint", "The complaint in the patient's words is missing."
    if not case.symptoms and case.rationale.reason != "follow-up":
        yield "symptoms", "No symptom is recorded."
    lasting = [symptom for symptom in case.symptoms if symptom.kind != "asymptomatic"]
    if lasting and not any(symptom.onset or (symptom.duration and symptom.duration.value) for symptom in lasting):
        place = case.symptoms.index(lasting[0])
        yield f"symptoms[{place}].duration.value", "How long the complaint has lasted is missing."


def _history(case: Case) -> Iterator[Gap]:
    if is_blank(case.history):
        yield "history", "The history is missing."


def _clinical_exam(case: Case) -> Iterator[Gap]:
    if is_blank(case.clinical_exam):
        yield "clinical_exam", "What the clinical examination found is missing."


def _question(case: Case) -> Iterator[Gap]:
    if case.rationale.reason is None:
        yield "rationale.reason", "The reason for the ultrasound is missing."
    if is_blank(case.rationale.question):
        yield "rationale.question", "The clinical question is missing."


def _prior_studies(case: Case) -> Iterator[Gap]:
    if not case.rationale.prior_studies:
        yield (
            "rationale.prior_studies",
            "No earlier study is recorded: say what was done before and why it was not enough.",
        )
    for place, study in enumerate(case.rationale.prior_studies):
        path = f"rationale.prior_studies[{place}]"
        if study.date is None:
            yield f"{path}.date", "An earlier study has no date."
        if is_blank(study.result):
            yield f"{path}.result", "An earlier study has no result."
        if is_blank(study.insufficient_because):
            yield f"{path}.insufficient_because", "Why an earlier study was not enough is missing."


def _why_ultrasound(case: Case) -> Iterator[Gap]:
    if not case.rationale.why_ultrasound:
        yield "rationale.why_ultrasound", "Why ultrasound was chosen is missing."


def _area(case: Case) -> Iterator[Gap]:
    if not any(entry.status == "examined" for entry in case.scan):
        yield "scan", "No structure on the scan list was examined."
    for place, entry in enumerate(case.scan):
        if entry.structure is not None and entry.side is None and STRUCTURES[entry.structure].paired:
            yield f"scan[{place}].side", "A structure was examined without its side."


def _technique(case: Case) -> Iterator[Gap]:
    used = case.technique
    if is_blank(used.device):
        yield "technique.device", "The ultrasound device is missing."
    if is_blank(used.probe):
        yield "technique.probe", "The probe is missing."
    if used.frequency_mhz is None or None in used.frequency_mhz:
        yield "technique.frequency_mhz", "The frequency range is missing."
    if used.doppler is None:
        yield "technique.doppler", "Whether Doppler was used is missing."


def _output(case: Case) -> Iterator[Gap]:
    used = case.technique
    if used.mechanical_index is None:
        yield "technique.mechanical_index", "The mechanical index is missing: it belongs to the label of an image."
    if used.thermal_index is None or used.thermal_index.value is None:
        yield "technique.thermal_index", "The thermal index is missing: it belongs to the label of an image."


def _findings(case: Case) -> Iterator[Gap]:
    if not case.findings:
        yield "findings", "No finding is recorded."
    for place, finding in enumerate(case.findings):
        if finding.state is None:
            yield f"findings[{place}].state", "A finding has no state."
        for number, lesion in enumerate(finding.lesions):
            if lesion.size_mm is None or None in lesion.size_mm:
                path = f"findings[{place}].lesions[{number}].size_mm"
                yield path, "A lesion is not measured in three axes in millimetres."


def _images(case: Case) -> Iterator[Gap]:
    if not case.images:
        yield "images", "No image is kept."
    elif not any(image.key for image in case.images):
        yield "images[0].key", "No image is marked as a key image."


def _labels(case: Case) -> Iterator[Gap]:
    if not case.images:
        yield "images", "No image is kept, so none carries structure, side and plane."
    for place, image in enumerate(case.images):
        if image.structure is None:
            yield f"images[{place}].structure", "An image does not name its structure."
        elif image.side is None and STRUCTURES[image.structure].paired:
            yield f"images[{place}].side", "An image does not name its side."
        elif image.plane is None:
            yield f"images[{place}].plane", "An image does not name its plane."


def _impression(case: Case) -> Iterator[Gap]:
    if all(is_blank(line) for line in case.interpretation.impression):
        yield "interpretation.impression", "The impression is missing."
    if case.interpretation.certainty is None:
        yield "interpretation.certainty", "How certain the reading is, is missing."


def _limitations(case: Case) -> Iterator[Gap]:
    if is_blank(case.interpretation.limitations):
        yield "interpretation.limitations", "The limits of the exam are not stated."


def _effect(case: Case) -> Iterator[Gap]:
    if is_blank(case.interpretation.recommendation):
        yield "interpretation.recommendation", "How the result changes the care is missing."


def _interpreter(case: Case) -> Iterator[Gap]:
    named = case.exam.interpreter
    if named is None:
        yield "exam.interpreter", "Who interprets is not named: it will be the dentist who signs."
        return
    if is_blank(named.name):
        yield "exam.interpreter.name", "The interpreter's name is missing."
    if is_blank(named.license_number):
        yield "exam.interpreter.license_number", "The interpreter's licence is missing."
    if is_blank(named.license_state):
        yield "exam.interpreter.license_state", "The state of the interpreter's licence is missing."
    if named.npi is None or not is_npi(named.npi.strip()):
        yield "exam.interpreter.npi", "The interpreter's NPI is missing or wrong."


def _performer(case: Case) -> Iterator[Gap]:
    if case.exam.performer is None or is_blank(case.exam.performer.name):
        yield "exam.performer.name", "Who performed the scan is missing."
    elif case.exam.performer.role is None:
        yield "exam.performer.role", "The role of who performed the scan is missing."


def _consent(case: Case) -> Iterator[Gap]:
    if case.exam.consent is None or not case.exam.consent.given:
        yield "exam.consent.given", "The patient's consent is missing."
    elif case.exam.consent.at is None:
        yield "exam.consent.at", "When the patient consented is missing."


def _codes(case: Case) -> Iterator[Gap]:
    if not case.claim.procedures:
        yield "claim.procedures", "The claim has no procedure."
    if not case.claim.diagnoses:
        yield "claim.diagnoses", "The claim has no diagnosis to justify the procedure."
    for place, procedure in enumerate(case.claim.procedures):
        if is_blank(procedure.fee):
            yield f"claim.procedures[{place}].fee", "A procedure has no fee."


def _member(case: Case) -> Iterator[Gap]:
    payer, holder = case.claim.payer, case.claim.subscriber
    if payer is None or is_blank(payer.name):
        yield "claim.payer.name", "The payer is missing."
    elif payer.kind is None:
        yield "claim.payer.kind", "Whether the payer is dental or medical is missing."
    if holder is None or is_blank(holder.member_id):
        yield "claim.subscriber.member_id", "The member number of the subscriber is missing."


def _authorization(case: Case) -> Iterator[Gap]:
    if case.claim.payer is not None and case.claim.payer.kind == "medical" and is_blank(case.claim.prior_authorization):
        yield (
            "claim.prior_authorization",
            "No prior authorization is recorded; ask whether this medical payer wants one.",
        )


_ELEMENTS: tuple[tuple[str, str, str, Callable[[Case], Iterator[Gap]]], ...] = (
    ("complaint", "Complaint and duration", "The complaint and its duration are recorded.", _complaint),
    ("history", "History", "The history is recorded.", _history),
    ("clinical-examination", "Objective finding", "What the clinical examination found is recorded.", _clinical_exam),
    ("question", "Reason and question", "The reason and the clinical question are recorded.", _question),
    (
        "prior-studies",
        "Why not a simpler test",
        "Earlier studies and why they were not enough are recorded.",
        _prior_studies,
    ),
    ("why-ultrasound", "Why ultrasound", "Why ultrasound was chosen is recorded.", _why_ultrasound),
    ("area", "Area examined", "The structures examined are recorded with their sides.", _area),
    ("technique", "Device and technique", "Device, probe, frequency and Doppler are recorded.", _technique),
    ("output", "Output indices", "Mechanical and thermal index are recorded.", _output),
    ("findings", "Measured findings", "The findings are recorded and measured.", _findings),
    ("images", "Images kept", "Key images are kept.", _images),
    ("image-labels", "Images labelled", "The images name structure, side and plane.", _labels),
    ("impression", "Impression and certainty", "The impression and its certainty are recorded.", _impression),
    ("limitations", "Limits of the exam", "The limits of the exam are stated.", _limitations),
    ("effect", "Effect on care", "How the result changes the care is recorded.", _effect),
    ("performer", "Who performed", "Who performed the scan is recorded.", _performer),
    ("interpreter", "Who interprets", "The interpreter is named with licence and NPI.", _interpreter),
    ("consent", "Consent", "The patient's consent is recorded.", _consent),
    ("codes", "Procedure and diagnosis", "Procedure, fee and diagnosis are recorded.", _codes),
    ("member", "Payer and member", "Payer and member number are recorded.", _member),
    ("authorization", "Authorization", "No authorization number is known to be missing.", _authorization),
)


def read_out(case: Case) -> tuple[Element, ...]:
    """Every element in the order in which a reviewer reads; of several gaps of one element, the first is told."""
    return tuple(_element(id_, label, met, next(gaps(case), None)) for id_, label, met, gaps in _ELEMENTS)


def _element(id_: str, label: str, met: str, gap: Gap | None) -> Element:
    if gap is None:
        return Element(id_, label, True, None, met)
    path, text = gap
    return Element(id_, label, False, path, text)

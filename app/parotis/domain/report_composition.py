"""Composes the report from recorded fields only. What is not recorded is left out or said to be not recorded.

The same case and facts always give the same tree; times arrive as values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parotis.domain import lexicon, report_findings, report_sides, wording
from parotis.domain.anatomy import described
from parotis.domain.canonical import clinical_encoded
from parotis.domain.report import (
    Block,
    Callout,
    Footer,
    IdentityItem,
    KeyImage,
    KeyImages,
    Letterhead,
    Paragraph,
    Report,
    Run,
    Section,
    SignatureBlock,
    recorded,
)
from parotis.domain.report_comparison import comparison_blocks
from parotis.domain.report_measurements import measurements

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from parotis.domain.case import Case, Image, Interpreter, Symptom
    from parotis.domain.comparison import EarlierExam

TITLE = "Ultrasound of the face and neck"
SUBTITLE = "Ultrasound images and their reading (D0370)"
MEANING = "I interpreted these images and this is my final report."


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs and when, as printed. ``root_fingerprint`` and ``audit_head`` are short texts."""

    signer: Interpreter
    at: datetime
    root_fingerprint: str
    audit_head: str


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the report needs beside the case. ``signing`` None composes a draft.

    ``earlier`` are exams of the same patient; of these the report tells of those signed and performed before.
    ``capital_sides``: left and right are printed in capitals.
    """

    practice_name: str
    address_lines: tuple[str, ...]
    document_id: str
    version: int = 1
    signing: Signing | None = None
    earlier: tuple[EarlierExam, ...] = ()
    capital_sides: bool = False


def compose(case: Case, facts: ReportFacts) -> Report:
    """The report of a case, as a draft unless ``facts.signing`` says who signs."""
    report = _composed(case, facts)
    return report_sides.in_capitals(report) if facts.capital_sides else report


def _composed(case: Case, facts: ReportFacts) -> Report:
    return Report(
        title=TITLE,
        subtitle=SUBTITLE,
        letterhead=_letterhead(case, facts),
        identity=_identity(case, facts),
        sections=tuple(_sections(case, facts)),
        footer=_footer(case, facts),
        is_draft=facts.signing is None,
        attachment=clinical_encoded(case),
    )


def picture_name(position: int) -> str:
    """The name under which the picture of ``images[position]`` is handed to the renderer."""
    return f"image-{position}"


def is_key(image: Image) -> bool:
    """Whether an image is printed and exported: all but those marked as not key."""
    return image.key is not False


def image_label_lines(case: Case, position: int, facts: ReportFacts) -> tuple[str, ...]:
    """The label border of a key image: patient and id, facility, date and time, structure, side, plane."""
    image = case.images[position]
    view = [wording.place(image.structure, image.side) if image.structure else "Structure not recorded"]
    view.append(f"{image.plane} plane" if image.plane else "plane not recorded")
    view += [part for part in (image.phase, f"frame {image.frame}" if image.frame else None) if part]
    at = case.exam.performed_at
    taken = wording.moment(at) if at else "time not recorded"
    who = " \u00b7 ".join(part for part in (wording.patient_name(case.patient), case.patient.chart_number) if part)
    lines = [
        f"Patient {who or 'not recorded'} \u00b7 {facts.practice_name}",
        f"{taken} \u00b7 image {position + 1} of {len(case.images)}",
        ", ".join(view),
    ]
    output = ", ".join(_output_indices(case))
    if output:
        lines.append(output)
    return tuple(lines)


def _letterhead(case: Case, facts: ReportFacts) -> Letterhead:
    at = case.exam.performed_at
    exam_line = f"Exam {wording.moment(at)}" if at else "Exam time not recorded"
    return Letterhead(
        facts.practice_name,
        facts.address_lines,
        (f"Report {facts.document_id} \u00b7 version {facts.version}", exam_line),
    )


def _footer(case: Case, facts: ReportFacts) -> Footer:
    patient = case.patient
    parts = [wording.patient_name(patient) or "Name not recorded"]
    if patient.birth_date:
        parts.append(wording.day(patient.birth_date))
    parts.append(patient.chart_number or "no chart number")
    if case.exam.performed_at:
        parts.append(f"exam {wording.day(case.exam.performed_at)} {case.exam.performed_at:%H:%M}")
    middle = f"{facts.document_id} v{facts.version}"
    if facts.signing:
        middle += f" \u00b7 audit {facts.signing.audit_head}"
    return Footer(" \u00b7 ".join(parts), middle)


def _identity(case: Case, facts: ReportFacts) -> tuple[IdentityItem, ...]:
    patient, exam = case.patient, case.exam
    born = [wording.day(patient.birth_date) if patient.birth_date else "birth date not recorded"]
    born.append(patient.sex or "sex not recorded")
    interpreter = facts.signing.signer if facts.signing else exam.interpreter
    licence = " ".join(
        part for part in (_field(interpreter, "license_state"), _field(interpreter, "license_number")) if part
    )
    npi = _field(interpreter, "npi")
    performer = wording.person(exam.performer)
    if exam.performer and exam.performer.role:
        performer = f"{performer} ({exam.performer.role})" if performer else exam.performer.role
    return (
        IdentityItem("Patient", wording.patient_name(patient) or "not recorded", True, "patient.family_name"),
        IdentityItem("Born \u00b7 sex", " \u00b7 ".join(born), source="patient.birth_date"),
        IdentityItem("Chart", patient.chart_number or "not recorded", source="patient.chart_number"),
        IdentityItem("Referred by", exam.referrer or "self-referred", source="exam.referrer"),
        IdentityItem("Scanned by", performer or "not recorded", source="exam.performer.name"),
        IdentityItem(
            "Interpreted by", wording.person(interpreter) or "the signing dentist", source="exam.interpreter.name"
        ),
        IdentityItem("Licence \u00b7 NPI", f"{licence or 'not recorded'} \u00b7 {npi or 'not recorded'}"),
        IdentityItem("Consent", _consent(case), source="exam.consent.given"),
    )


def _field(interpreter: Interpreter | None, name: str) -> str | None:
    return getattr(interpreter, name) if interpreter else None


def _consent(case: Case) -> str:
    consent = case.exam.consent
    if consent is None or consent.given is None:
        return "not recorded"
    word = "given" if consent.given else "not given"
    return f"{word} {wording.moment(consent.at)}" if consent.at else word


def _sections(case: Case, facts: ReportFacts) -> Iterable[Section]:
    drawing = report_findings.region_drawing(case)
    yield Section("Indication", tuple(_indication(case)), beside=drawing)
    yield Section("Earlier studies", tuple(_earlier_studies(case)))
    yield Section("Technique", (_technique(case),))
    yield Section("Region scanned", tuple(report_findings.region(case)))
    yield Section("Findings", report_findings.findings(case))
    measured = measurements(case)
    if measured:
        yield Section("Measurements", measured)
    reading = case.interpretation
    yield Section("Comparison", comparison_blocks(case, facts.earlier))
    yield Section("Limitations", (recorded("interpretation.limitations", reading.limitations),))
    yield Section("Impression", tuple(_impression(case)))
    yield Section("Recommendation", tuple(_recommendation(case)))
    images = key_images(case, facts)
    if images.images:
        yield Section("Key images", (images,))
    yield Section(None, (_signature(case, facts),))


def _labelled(label: str, path: str, text: str) -> Paragraph:
    return Paragraph((Run(f"{label}: ", strong=True), Run(text, source=path)))


def _indication(case: Case) -> Iterable[Block]:
    if case.complaint:
        yield _labelled("Complaint", "complaint", case.complaint)
    for position, symptom in enumerate(case.symptoms):
        yield _symptom(position, symptom)
    if case.history:
        yield _labelled("History", "history", case.history)
    if case.clinical_exam:
        yield _labelled("Clinical examination", "clinical_exam", case.clinical_exam)
    rationale = case.rationale
    if rationale.reason:
        yield _labelled("Reason for ultrasound", "rationale.reason", lexicon.words(rationale.reason))
    if rationale.question:
        yield _labelled("Clinical question", "rationale.question", rationale.question)
    if rationale.why_ultrasound:
        why = ", ".join(lexicon.words(reason) for reason in rationale.why_ultrasound)
        yield _labelled("Why ultrasound", "rationale.why_ultrasound", why)
    if rationale.note:
        yield _labelled("Note", "rationale.note", rationale.note)


def _symptom(position: int, symptom: Symptom) -> Paragraph:
    path = f"symptoms[{position}]"
    runs = [Run("Symptom: ", strong=True), Run(lexicon.words(symptom.kind or "symptom"), source=f"{path}.kind")]
    if symptom.structure:
        runs.append(Run(f", {described(symptom.structure, symptom.side)}", source=f"{path}.structure"))
    elif symptom.side:
        runs.append(Run(f", {symptom.side}", source=f"{path}.side"))
    if symptom.onset:
        runs.append(Run(f", since {wording.day(symptom.onset)}", source=f"{path}.onset"))
    if wording.span(symptom.duration):
        runs.append(Run(f", for {wording.span(symptom.duration)}", source=f"{path}.duration"))
    if symptom.course:
        runs += [Run(", "), Run(symptom.course, source=f"{path}.course")]
    if symptom.severity is not None:
        runs.append(Run(f", severity {symptom.severity} of 10", source=f"{path}.severity"))
    for index, trigger in enumerate(symptom.triggers):
        runs += [Run(", triggered by " if index == 0 else ", "), Run(trigger, source=f"{path}.triggers[{index}]")]
    if symptom.note:
        runs += [Run("; "), Run(symptom.note, source=f"{path}.note")]
    return Paragraph(tuple(runs))


def _earlier_studies(case: Case) -> Iterable[Block]:
    if not case.rationale.prior_studies:
        yield recorded("rationale.prior_studies", None)
    for position, study in enumerate(case.rationale.prior_studies):
        path = f"rationale.prior_studies[{position}]"
        runs = [Run(wording.capitalised(wording.prior_study(study.kind)), strong=True, source=f"{path}.kind")]
        if study.date:
            runs.append(Run(f", {wording.day(study.date)}", source=f"{path}.date"))
        if study.result:
            runs += [Run(": "), Run(study.result, source=f"{path}.result")]
        if study.insufficient_because:
            runs += [
                Run(". Not sufficient because: "),
                Run(study.insufficient_because, source=f"{path}.insufficient_because"),
            ]
        yield Paragraph(tuple(runs))


def _output_indices(case: Case) -> list[str]:
    technique = case.technique
    parts = []
    if technique.mechanical_index is not None:
        parts.append(f"MI {wording.number(technique.mechanical_index)}")
    thermal = technique.thermal_index
    if thermal is not None and thermal.value is not None:
        parts.append(f"{thermal.kind or 'TI'} {wording.number(thermal.value)}")
    return parts


def _technique(case: Case) -> Paragraph:
    technique = case.technique
    pieces: list[Run] = []

    def add(text: str | None, path: str, before: str = "") -> None:
        if text:
            pieces.append(Run("; " if pieces else ""))
            if before:
                pieces.append(Run(before))
            pieces.append(Run(text, source=f"technique.{path}"))

    add(technique.device, "device", "device: ")  # a label first, so that no device name turns the paragraph round
    add(technique.probe, "probe", "probe: ")
    if technique.frequency_mhz:
        ends = [wording.number(end) for end in technique.frequency_mhz if end is not None]
        add(f"{' to '.join(ends)} MHz", "frequency_mhz")
    if technique.doppler:
        add("no Doppler" if technique.doppler == "none" else f"{lexicon.words(technique.doppler)} Doppler", "doppler")
    add(", ".join(_output_indices(case)), "mechanical_index")
    add(technique.position, "position", "position: ")
    add(technique.note, "note")
    if case.images:
        add(_image_count(case), "note")
    return Paragraph(tuple(pieces)) if pieces else recorded("technique.device", None)


def _image_count(case: Case) -> str:
    count = len(case.images)
    return f"{count} image{'' if count == 1 else 's'} kept in the record"


def _impression(case: Case) -> Iterable[Block]:
    reading = case.interpretation
    lines = [
        Paragraph(
            (
                Run(f"{position + 1}. ", strong=True),
                Run(text, strong=True, source=f"interpretation.impression[{position}]"),
            )
        )
        for position, text in enumerate(reading.impression)
    ]
    if reading.certainty:
        lines.append(Paragraph((Run(f"Certainty: {reading.certainty}.", source="interpretation.certainty"),)))
    yield Callout(tuple(lines)) if lines else recorded("interpretation.impression", None)
    if reading.differential:
        runs = [Run("Differential: ", strong=True)]
        for position, text in enumerate(reading.differential):
            runs += [Run(", " if position else ""), Run(text, source=f"interpretation.differential[{position}]")]
        yield Paragraph(tuple(runs))


def _recommendation(case: Case) -> Iterable[Block]:
    reading = case.interpretation
    yield recorded("interpretation.recommendation", reading.recommendation)
    if wording.span(reading.follow_up):
        yield _labelled("Follow-up", "interpretation.follow_up", f"in {wording.span(reading.follow_up)}")
    urgent = reading.urgent
    if urgent:
        notified = wording.term(urgent.notified) if isinstance(urgent.notified, bool) else urgent.notified
        runs = [Run("Urgent result: ", strong=True)]
        if notified:
            runs += [Run("notified "), Run(notified, source="interpretation.urgent.notified")]
        if urgent.at:
            runs.append(Run(f", {wording.moment(urgent.at)}", source="interpretation.urgent.at"))
        if urgent.how:
            runs += [Run(", "), Run(urgent.how, source="interpretation.urgent.how")]
        yield Paragraph(tuple(runs))


def key_images(case: Case, facts: ReportFacts) -> KeyImages:
    return KeyImages(
        tuple(
            KeyImage(
                picture_name(position),
                image_label_lines(case, position, facts),
                image.caption,
                f"images[{position}].file",
            )
            for position, image in enumerate(case.images)
            if is_key(image)
        )
    )


def _signature(case: Case, facts: ReportFacts) -> SignatureBlock:
    signing = facts.signing
    if signing is None:
        who = wording.person(case.exam.interpreter) or "the signing dentist"
        return SignatureBlock(
            (Paragraph((Run("Not signed.", strong=True), Run(f" To be interpreted and signed by {who}."))),), False
        )
    signer = signing.signer
    licence = " ".join(part for part in (signer.license_state, signer.license_number) if part) or "not recorded"
    lines = (
        Paragraph((Run(f"Signed electronically by {wording.person(signer)}", strong=True),)),
        Paragraph((Run(f"Licence {licence} \u00b7 NPI {signer.npi or 'not recorded'}"),)),
        Paragraph((Run(f"{wording.exact_moment(signing.at)} \u00b7 {MEANING}"),)),
        Paragraph(
            (
                Run(
                    "Time from this computer. Certificate: practice root "
                    f"{signing.root_fingerprint}. How to verify: VERIFY.txt in the bundle.",
                    muted=True,
                ),
            )
        ),
    )
    return SignatureBlock(lines, True)

"""The exam form as data: sections in their order, and in them every field of the case format with its name and kind.

A field's ``path`` is an address inside the case, or inside the item of a list that repeats. How a field is drawn is not
said here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from parotis.domain import case, lexicon, wording
from parotis.forms import choices
from parotis.forms.choices import Choice

FieldKind = Literal[
    "line", "paragraph", "date", "moment", "choice", "chips", "number", "integer", "money", "flag", "lines", "codes"
]
SectionName = Literal[
    "Patient", "Symptoms", "Rationale", "Region", "Findings", "Interpretation", "Images", "Claim", "Review"
]


@dataclass(frozen=True, slots=True)
class Field:
    """``label`` is also the accessible name. ``span`` is the width in quarters of the form. ``note`` is a tool tip."""

    path: str
    label: str
    kind: FieldKind = "line"
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    hint: str = ""
    span: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under a title when it has one."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list of like items at ``path``; ``noun`` names one of them, ``empty`` says what to do while there is none."""

    path: str
    noun: str
    add_label: str
    fields: tuple[Field, ...]
    empty: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """``lead`` is one sentence below the title; ``prefixes`` are the paths that belong here, longest match first."""

    name: SectionName
    lead: str
    parts: tuple[Group | ItemList, ...]
    prefixes: tuple[str, ...]


def at(field: Field, owner: str) -> str:
    """The whole path of a field of an item at ``owner``."""
    return f"{owner}.{field.path}" if owner else field.path


_STRUCTURES = choices.structures()
_SIDES = choices.plainly(case.Side, bilateral="Both sides")
_UNITS = choices.of(case.TimeUnit)


def _line(path: str, label: str, span: int = 1, hint: str = "") -> Field:
    return Field(path, label, "line", hint=hint, span=span)


def _text(path: str, label: str, hint: str = "", span: int = 4) -> Field:
    return Field(path, label, "paragraph", hint=hint, span=span)


def _choice(path: str, label: str, offered: tuple[Choice, ...], span: int = 1) -> Field:
    return Field(path, label, "choice", offered, span=span)


def _date(path: str, label: str) -> Field:
    return Field(path, label, "date", hint="2026-11-12")


def _moment(path: str, label: str) -> Field:
    return Field(path, label, "moment", hint="2026-11-12 10:20 -06:00", span=2)


SYMPTOM_FIELDS = (
    _choice("kind", "Symptom", choices.of(case.SymptomKind)),
    _choice("structure", "Structure", _STRUCTURES, 2),
    _choice("side", "Side", _SIDES),
    Field("severity", "Severity (0 to 10)", "integer"),
    _date("onset", "Onset"),
    Field("duration.value", "Duration", "number"),
    _choice("duration.unit", "Duration unit", _UNITS),
    _line("course", "Course", 2, hint="slowly increasing"),
    Field("triggers", "Triggers", "lines", hint="One trigger per line", span=2),
    _text("note", "Note"),
)
PRIOR_STUDY_FIELDS = (
    _choice("kind", "Study", choices.plainly(case.PriorStudyKind, cbct="Cone-beam CT", ct="CT", mri="MRI"), span=2),
    _date("date", "Date"),
    _text("result", "Result"),
    _text("insufficient_because", "Not sufficient because", hint="radiographs do not show soft tissue"),
)
IMAGE_FIELDS = (
    _choice("structure", "Structure", _STRUCTURES, span=2),
    _choice("side", "Side", _SIDES),
    _choice("plane", "Plane", choices.of(case.Plane)),
    _line("phase", "Phase", hint="closed mouth"),
    Field("key", "Key image", "flag"),
    _line("caption", "Caption", span=2),
)
SCAN_FIELDS = (
    _choice("status", "Status", choices.of(case.ScanStatus), span=2),
    _line("reason", "Reason", span=2, hint="why it was not seen or not examined"),
)
PROCEDURE_FIELDS = (
    _line("code", "Procedure code", hint="D0370"),
    Field("fee", "Fee", "money", unit="USD"),
    Field("quantity", "Quantity", "integer"),
)
TECHNIQUE = Group(
    "Technique",
    (
        _line("technique.device", "Device", 2),
        _line("technique.probe", "Probe", 2, hint="linear"),
        Field("technique.frequency_mhz[0]", "Lowest frequency", "number", unit="MHz"),
        Field("technique.frequency_mhz[1]", "Highest frequency", "number", unit="MHz"),
        _choice("technique.doppler", "Doppler", choices.plainly(case.Doppler, color="Colour", both="Colour and power")),
        Field("technique.mechanical_index", "Mechanical index", "number"),
        _choice("technique.thermal_index.kind", "Thermal index kind", choices.plainly(case.ThermalIndexKind)),
        Field("technique.thermal_index.value", "Thermal index", "number"),
        _line("technique.position", "Position", 2, hint="supine, head turned left"),
        _text("technique.note", "Technique note"),
    ),
)

SECTIONS: tuple[Section, ...] = (
    Section(
        "Patient",
        "Who is examined, when, and on whose request.",
        (
            Group(
                "Patient",
                (
                    _line("patient.chart_number", "Chart number", 2),
                    _choice("patient.sex", "Sex", choices.of(case.Sex), 2),
                    _line("patient.family_name", "Family name", 2),
                    _line("patient.given_name", "Given name", 2),
                    Field("patient.birth_date", "Date of birth", "date", hint="1979-06-14 or 14 Jun 1979", span=2),
                ),
            ),
            Group(
                "Exam",
                (
                    _moment("exam.performed_at", "Performed at"),
                    _line("exam.referrer", "Referred by", 2, hint="empty: self-referred"),
                    _choice("exam.consent.given", "Consent given", choices.YES_NO, 2),
                    _moment("exam.consent.at", "Consent at"),
                ),
            ),
        ),
        ("patient", "exam.performed_at", "exam.referrer", "exam.consent", "exam"),
    ),
    Section(
        "Symptoms",
        "What the patient complains of and what you found at the chair.",
        (
            Group(
                "",
                (
                    _text("complaint", "Chief complaint", "in the patient's own words"),
                    _text("history", "History"),
                    _text("clinical_exam", "Clinical examination"),
                ),
            ),
            ItemList(
                "symptoms",
                "Symptom",
                "Add symptom",
                SYMPTOM_FIELDS,
                "Add each symptom with its place and side.",
                "Symptoms",
            ),
        ),
        ("complaint", "history", "clinical_exam", "symptoms"),
    ),
    Section(
        "Rationale",
        "Why this scan is needed, and what it is to answer.",
        (
            Group(
                "",
                (
                    _choice("rationale.reason", "Reason for ultrasound", choices.of(case.Reason), 2),
                    _text("rationale.question", "Clinical question", "the question that the scan is to answer"),
                    Field(
                        "rationale.why_ultrasound", "Why ultrasound", "chips", choices.of(case.WhyUltrasound), span=4
                    ),
                    _text("rationale.note", "Rationale note"),
                ),
            ),
            ItemList(
                "rationale.prior_studies",
                "Prior study",
                "Add prior study",
                PRIOR_STUDY_FIELDS,
                "Add each earlier study and why it does not answer the question.",
                "Prior studies",
            ),
        ),
        ("rationale",),
    ),
    Section("Region", "Mark what you scan, on the map or by name.", (TECHNIQUE,), ("technique", "scan")),
    Section("Findings", "Confirm each structure that you scanned, or mark it not seen.", (), ("findings",)),
    Section(
        "Interpretation",
        "What the scan means, most important first.",
        (
            Group(
                "",
                (
                    Field("interpretation.impression", "Impression", "lines", hint="One conclusion per line", span=4),
                    Field(
                        "interpretation.differential", "Differential", "lines", hint="One diagnosis per line", span=3
                    ),
                    _choice("interpretation.certainty", "Certainty", choices.of(case.Certainty)),
                    _text("interpretation.recommendation", "Recommendation"),
                    Field("interpretation.follow_up.value", "Follow-up in", "number"),
                    _choice("interpretation.follow_up.unit", "Follow-up unit", _UNITS),
                    _text("interpretation.limitations", "Limitations"),
                    _text("interpretation.comparison", "Comparison", "with which earlier study, or none available"),
                ),
            ),
            Group(
                "Urgent result",
                (
                    _line("interpretation.urgent.notified", "Notified", 2, hint="who was told"),
                    _line("interpretation.urgent.how", "Told how", 2, hint="by telephone"),
                    _moment("interpretation.urgent.at", "Told at"),
                ),
            ),
        ),
        ("interpretation",),
    ),
    Section("Images", "Key images are printed in the report and go with the claim.", (), ("images",)),
    Section(
        "Claim",
        "What is billed, for what, and to whom.",
        (
            ItemList(
                "claim.procedures",
                "Procedure",
                "Add procedure",
                PROCEDURE_FIELDS,
                "Add the procedure: D0370 is maxillofacial ultrasound.",
                "Procedures",
            ),
            Group("Diagnoses", (Field("claim.diagnoses", "Diagnosis codes", "codes", span=4),)),
            Group(
                "Payer",
                (
                    _line("claim.payer.name", "Payer", 2),
                    _line("claim.payer.id", "Payer id"),
                    _choice("claim.payer.kind", "Payer kind", choices.of(case.PayerKind)),
                    _line("claim.prior_authorization", "Prior authorization", 2),
                    _line("claim.predetermination", "Predetermination", 2),
                ),
            ),
            Group(
                "Subscriber",
                (
                    _line("claim.subscriber.name", "Subscriber", 2),
                    _choice("claim.subscriber.relationship", "Relationship", choices.of(case.Relationship), 2),
                    _line("claim.subscriber.member_id", "Member id", 2),
                    _line("claim.subscriber.group", "Group", 2),
                ),
            ),
            Group(
                "Accident",
                (
                    _choice("claim.accident.kind", "Accident kind", choices.of(case.AccidentKind)),
                    _date("claim.accident.date", "Accident date"),
                    _line("claim.accident.state", "Accident state", hint="IL"),
                ),
            ),
        ),
        ("claim",),
    ),
    Section(
        "Review",
        "What is open, who scanned and who signs.",
        (
            Group(
                "Scanned by",
                (
                    _line("exam.performer.name", "Performer", 2),
                    _line("exam.performer.credentials", "Performer credentials"),
                    _choice("exam.performer.role", "Performer role", choices.of(case.PerformerRole)),
                ),
            ),
            Group(
                "Interpreted by",
                (
                    _line("exam.interpreter.name", "Interpreter", 2, hint="empty: whoever signs"),
                    _line("exam.interpreter.credentials", "Interpreter credentials"),
                    _line("exam.interpreter.npi", "NPI"),
                    _line("exam.interpreter.license_number", "License number", 2),
                    _line("exam.interpreter.license_state", "License state"),
                ),
            ),
        ),
        ("exam.performer", "exam.interpreter"),
    ),
)
NAMES: tuple[SectionName, ...] = tuple(section.name for section in SECTIONS)


def section(name: str) -> Section:
    """The section of a name.

    Raises:
        KeyError: there is none.
    """
    return _BY_NAME[name]


_BY_NAME: dict[str, Section] = {one.name: one for one in SECTIONS}
_PREFIXES = sorted(
    ((prefix, one.name) for one in SECTIONS for prefix in one.prefixes), key=lambda entry: -len(entry[0])
)


_FIELD_ORDER = {
    field.path: number
    for number, field in enumerate(
        field for one in SECTIONS for part in one.parts if isinstance(part, Group) for field in part.fields
    )
}


def position_of(path: str) -> int:
    """Where a field that is not in a list stands in the form; 0 for the others."""
    return _FIELD_ORDER.get(path, 0)


def section_of(path: str) -> SectionName:
    """The section where a path is edited; what has no field of its own belongs to the review."""
    for prefix, name in _PREFIXES:
        if path == prefix or path.startswith((f"{prefix}.", f"{prefix}[")):
            return name
    return "Review"


def attribute_fields(structure: str | None) -> tuple[Field, ...]:
    """The fields of a structure as a whole, below a finding's ``attributes``."""
    fields = (_measured(facts, "attributes.") for facts in lexicon.attributes_of(structure))
    return tuple(
        replace(field, choices=(*field.choices, *_unseen(field)), note=_references(structure, field))
        for field in fields
    )


def _references(structure: str | None, field: Field) -> str:
    """What studies found for the attribute, a line for each value; for comparison, never a verdict."""
    found = lexicon.references_of(structure, field.path.removeprefix("attributes."))
    return "\n".join(wording.reference(reference) for reference in found)


def _unseen(field: Field) -> tuple[Choice, ...]:
    """Why an attribute that is chosen from a list is not recorded; for numbers it is typed."""
    known = {choice.value for choice in field.choices}
    return tuple(choice for choice in UNSEEN_CHOICES if known and choice.value not in known)


def lesion_fields(kind: str | None) -> tuple[Field, ...]:
    """The fields of a lesion of a kind."""
    axes = ("Longest", "Perpendicular", "Third axis")
    known = lexicon.lesion_kind(kind)
    return (
        *(Field(f"size_mm[{index}]", label, "number", unit="mm") for index, label in enumerate(axes)),
        Field("depth_mm", "Depth", "number", unit="mm"),
        *(_measured(facts, "") for facts in lexicon.lesion_terms_of(kind)),
        *(_choice(flag.id, flag.label, choices.YES_NO) for flag in (known.flags if known else ())),
        _text("note", "Lesion note"),
    )


LESION_HEAD = (
    _line("label", "Letter"),
    _choice("kind", "Kind of lesion", choices.of(case.LesionKind), 2),
)
FINDING_NOTE = _text("note", "Finding note")
UNSEEN_CHOICES = (Choice("not-seen", "Not seen"), Choice("not-examined", "Not examined"))
FINDING_STATES = (
    Choice("normal", "Normal"),
    Choice("abnormal", "Abnormal"),
    Choice("not-seen", "Not seen"),
    Choice("not-examined", "Not examined"),
)


def _measured(facts: lexicon.AttributeFacts, prefix: str) -> Field:
    if facts.value == "millimetres":
        return Field(f"{prefix}{facts.id}", facts.label, "number", unit=facts.unit or "")
    return Field(f"{prefix}{facts.id}", facts.label, "choice", choices.of_terms(facts))

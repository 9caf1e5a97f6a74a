"""One exam as frozen values: the whole of `parotis-case/1`, in the order of the form.

Every field may be None or empty: not recorded. Not recorded never means normal. Sizes and depths are millimetres,
frequencies megahertz, money decimal strings, times aware. What is needed to sign is said by
``parotis.domain.checks``, not by these classes, because a draft is allowed to be unfinished.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

CASE_FORMAT = "parotis-case/1"

Sex = Literal["female", "male", "other", "unknown"]
PerformerRole = Literal["dentist", "physician", "hygienist", "assistant", "sonographer"]
Side = Literal["left", "right", "midline", "bilateral"]
Structure = Literal[
    "parotid-gland", "submandibular-gland", "sublingual-gland", "minor-salivary-gland",
    "temporomandibular-joint", "masseter", "temporalis", "sternocleidomastoid",
    "cheek", "upper-lip", "lower-lip", "tongue", "floor-of-mouth", "palate", "chin",
    "submental-region", "submandibular-region", "preauricular-region", "infraorbital-region",
    "buccal-space", "submasseteric-space", "mandible", "maxilla", "zygoma",
    "facial-node", "parotid-node", "node-level-ia", "node-level-ib", "node-level-iia", "node-level-iib",
    "node-level-iii", "node-level-iv", "node-level-va", "node-level-vb", "node-level-vi",
    "supraclavicular-node", "thyroid-gland", "other",
]  # fmt: skip
SymptomKind = Literal[
    "swelling", "mass", "pain", "tenderness", "dry-mouth", "trismus", "clicking", "discharge", "fever",
    "dysphagia", "numbness", "trauma", "asymptomatic", "other",
]  # fmt: skip
TimeUnit = Literal["days", "weeks", "months", "years"]
Reason = Literal[
    "salivary-stone", "salivary-disorder", "soft-tissue-mass", "swelling-unknown-origin", "cyst", "tumor",
    "infection", "trauma", "tmj", "muscle", "lymph-node", "vascular", "foreign-body", "follow-up", "other",
]  # fmt: skip
PriorStudyKind = Literal[
    "panoramic", "periapical", "bitewing", "cbct", "ct", "mri", "ultrasound", "sialogram", "clinical", "other"
]
WhyUltrasound = Literal[
    "soft-tissue",
    "no-radiation",
    "dynamic",
    "pregnancy",
    "child",
    "guidance",
    "contrast-contraindicated",
    "other",
]
Doppler = Literal["none", "color", "power", "both"]
ThermalIndexKind = Literal["TIS", "TIB", "TIC"]
ScanStatus = Literal["examined", "not-seen", "not-examined"]
FindingState = Literal["normal", "abnormal", "not-seen", "not-examined"]
LesionKind = Literal[
    "stone",
    "cyst",
    "solid-mass",
    "mixed-mass",
    "lymph-node",
    "collection",
    "foreign-body",
    "vascular-lesion",
    "other",
]
Certainty = Literal["definite", "probable", "indeterminate"]
Plane = Literal["longitudinal", "transverse", "coronal", "oblique"]
PayerKind = Literal["dental", "medical"]
Relationship = Literal["self", "spouse", "child", "other"]
AccidentKind = Literal["auto", "work", "other"]

SizeMm = tuple[Decimal | None, Decimal | None, Decimal | None]
"""Longest axis, its perpendicular on the same frame, third axis after a quarter turn; millimetres."""

FrequencyMhz = tuple[Decimal | None, Decimal | None]
"""Lowest and highest frequency; megahertz."""


@dataclass(frozen=True, slots=True)
class Patient:
    chart_number: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    birth_date: dt.date | None = None
    sex: Sex | None = None


@dataclass(frozen=True, slots=True)
class Performer:
    """Who moved the probe."""

    name: str | None = None
    credentials: str | None = None
    role: PerformerRole | None = None


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Who reads and signs; None in the exam means the signing user."""

    name: str | None = None
    credentials: str | None = None
    license_number: str | None = None
    license_state: str | None = None
    npi: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    given: bool | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ExamFacts:
    performed_at: dt.datetime | None = None
    performer: Performer | None = None
    interpreter: Interpreter | None = None
    referrer: str | None = None
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    value: Decimal | None = None
    unit: TimeUnit | None = None


@dataclass(frozen=True, slots=True)
class Symptom:
    kind: SymptomKind | None = field(default=None, metadata={"required": True})
    structure: Structure | None = None
    side: Side | None = None
    onset: dt.date | None = None
    duration: Duration | None = None
    course: str | None = None
    severity: int | None = field(default=None, metadata={"minimum": 0, "maximum": 10})
    triggers: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PriorStudy:
    kind: PriorStudyKind | None = field(default=None, metadata={"required": True})
    date: dt.date | None = None
    result: str | None = None
    insufficient_because: str | None = None


@dataclass(frozen=True, slots=True)
class Rationale:
    reason: Reason | None = None
    question: str | None = None
    prior_studies: tuple[PriorStudy, ...] = ()
    why_ultrasound: tuple[WhyUltrasound, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ThermalIndex:
    kind: ThermalIndexKind | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Technique:
    device: str | None = None
    probe: str | None = None
    frequency_mhz: FrequencyMhz | None = None
    doppler: Doppler | None = None
    mechanical_index: Decimal | None = None
    thermal_index: ThermalIndex | None = None
    position: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ScanEntry:
    """One structure on the scan list: the region scanned."""

    structure: Structure | None = field(default=None, metadata={"required": True})
    side: Side | None = None
    status: ScanStatus | None = field(default=None, metadata={"required": True})
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is recorded about a structure as a whole; which fields apply is said by ``lexicon.attributes_of``."""

    length_mm: Decimal | None = None
    width_mm: Decimal | None = None
    depth_mm: Decimal | None = None
    echogenicity: str | None = None
    echotexture: str | None = None
    surface: str | None = None
    duct_mm: Decimal | None = None
    hyperaemia: int | None = None
    omeract_grade: int | None = None
    disc_closed: str | None = None
    disc_open: str | None = None
    capsule_closed_mm: Decimal | None = None
    capsule_open_mm: Decimal | None = None
    effusion: str | None = None
    condyle_surface: str | None = None
    translation_mm: Decimal | None = None
    relaxed_mm: Decimal | None = None
    clenched_mm: Decimal | None = None
    band_type: str | None = None
    long_mm: Decimal | None = None
    short_mm: Decimal | None = None
    hilum: bool | str | None = None
    cortex: str | None = None
    border: str | None = None
    necrosis: bool | str | None = None
    calcification: bool | str | None = None
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class Lesion:
    label: str | None = field(default=None, metadata={"required": True})
    kind: LesionKind | None = field(default=None, metadata={"required": True})
    size_mm: SizeMm | None = None
    depth_mm: Decimal | None = None
    echogenicity: str | None = None
    echotexture: str | None = None
    composition: str | None = None
    shape: str | None = None
    margin: str | None = None
    posterior: str | None = None
    calcification: str | None = None
    vascularity: str | None = None
    compressibility: str | None = None
    location: str | None = field(default=None, metadata={"omit_null": True})
    shadow: bool | None = field(default=None, metadata={"omit_null": True})
    content: str | None = field(default=None, metadata={"omit_null": True})
    cortical_breach: bool | str | None = field(default=None, metadata={"omit_null": True})
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    structure: Structure | None = field(default=None, metadata={"required": True})
    side: Side | None = None
    state: FindingState | None = field(default=None, metadata={"required": True})
    attributes: Attributes = field(default=Attributes(), metadata={"omit_nulls_inside": True})
    lesions: tuple[Lesion, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    value: Decimal | None = None
    unit: TimeUnit | None = None


@dataclass(frozen=True, slots=True)
class Urgent:
    """Communication of a critical result."""

    notified: str | bool | None = None
    at: dt.datetime | None = None
    how: str | None = None


@dataclass(frozen=True, slots=True)
class Interpretation:
    impression: tuple[str, ...] = ()
    differential: tuple[str, ...] = ()
    certainty: Certainty | None = None
    recommendation: str | None = None
    follow_up: FollowUp | None = None
    limitations: str | None = None
    comparison: str | None = None
    urgent: Urgent | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """``frame`` counts from 1; ``file`` is relative to the case file, or ``sha256:...`` once it is in the record."""

    file: str | None = field(default=None, metadata={"required": True})
    structure: Structure | None = None
    side: Side | None = None
    plane: Plane | None = None
    phase: str | None = None
    frame: int | None = field(default=None, metadata={"minimum": 1})
    key: bool | None = None
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    code: str | None = field(default=None, metadata={"required": True})
    fee: str | None = field(default=None, metadata={"pattern": r"^[0-9]{1,7}(\.[0-9]{1,2})?$"})
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Payer:
    name: str | None = None
    id: str | None = None
    kind: PayerKind | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    name: str | None = None
    member_id: str | None = None
    group: str | None = None
    relationship: Relationship | None = None


@dataclass(frozen=True, slots=True)
class Accident:
    kind: AccidentKind | None = None
    date: dt.date | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    procedures: tuple[Procedure, ...] = ()
    diagnoses: tuple[str, ...] = ()
    payer: Payer | None = None
    subscriber: Subscriber | None = None
    prior_authorization: str | None = None
    predetermination: str | None = None
    accident: Accident | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The exam as a whole. Its canonical bytes are made by ``parotis.domain.canonical``."""

    patient: Patient = Patient()
    exam: ExamFacts = ExamFacts()
    complaint: str | None = None
    history: str | None = None
    clinical_exam: str | None = None
    symptoms: tuple[Symptom, ...] = ()
    rationale: Rationale = Rationale()
    technique: Technique = Technique()
    scan: tuple[ScanEntry, ...] = ()
    findings: tuple[Finding, ...] = ()
    interpretation: Interpretation = Interpretation()
    images: tuple[Image, ...] = ()
    claim: Claim = Claim()

"""Whether the record bears out each diagnosis code; injuries and accidents; codes of a sign beside its diagnosis.

All of it is advice, because only the signer knows the reason for a code.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import Case
from parotis.domain.checking.context import CheckContext, Rule, advises, folded, is_blank
from parotis.domain.checking.evidence import EVIDENCE, Record, record_of
from parotis.domain.checking.recorded import is_affected
from parotis.domain.coding import IcdCodeSet
from parotis.domain.identifiers import is_icd10cm_form, is_us_state
from parotis.domain.issue import Issue

_INJURY = ("S", "T")
TUMOR = re.compile(r"C|D0|D1[0-6]|D19|D[23][0-9]|D4[0-8]")
PATHOLOGY = re.compile(r"biops|patholog|histolog|cytolog|aspirat")

_SIGN_OF: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "R22",
        (
            "K11.2",
            "K11.3",
            "K11.5",
            "K11.6",
            "K12.2",
            "L02",
            "L03",
            "L04",
            "K04.6",
            "K04.7",
            "L72",
            "D11",
            "D17",
            "K09",
            "Q18",
            "D18",
            "C0",
        ),
    ),
    ("R68.84", ("M26.62", "M26.64", "K04.7", "K12.2", "K11.5", "K11.2")),
    ("R51", ("G50",)),
    ("R60.0", ("L03", "K12.2", "L02")),
    ("R68.2", ("M35.0",)),
    ("R59", ("L04", "I88", "C77")),
)
"""Signs that belong to a confirmed diagnosis are not coded with it."""

HEAD = frozenset({
    "parotid-gland", "temporomandibular-joint", "masseter", "temporalis", "cheek", "upper-lip", "lower-lip", "tongue",
    "palate", "preauricular-region", "infraorbital-region", "buccal-space", "submasseteric-space", "maxilla", "zygoma",
    "facial-node", "parotid-node",
})  # fmt: skip
NECK = frozenset({
    "submandibular-gland", "submandibular-region", "submental-region", "sternocleidomastoid", "supraclavicular-node",
    "thyroid-gland", *(name for name in STRUCTURES if name.startswith("node-level-")),
})  # fmt: skip


def diagnoses(case: Case, context: CheckContext) -> Iterator[Issue]:
    return supported(case, context.icd)


def supported(case: Case, icd: IcdCodeSet) -> Iterator[Issue]:
    """Whether the exam bears out each diagnosis code of its claim."""
    codes = case.claim.diagnoses
    if not codes:
        return
    record = record_of(case)
    proven = record.tells(PATHOLOGY.pattern)
    for place, code in enumerate(codes):
        path, name = f"claim.diagnoses[{place}]", code if is_icd10cm_form(code) else f"Diagnosis {place + 1}"
        if TUMOR.match(code):
            if not proven:
                text = f"{name} names a tumour: code the sign, such as R22.0, until pathology has said so."
                yield advises("claim.diagnoses.needs_pathology", path, text)
        elif not _is_supported(record, code, icd):
            text = f"{name} is not borne out by what was scanned and found."
            yield advises("claim.diagnoses.unsupported", path, text)
        if (region := _other_region(case, code)) is not None:
            text = f"{name} is for the {region[0]}, but what is recorded lies in the {region[1]}."
            yield advises("claim.diagnoses.region", path, text)
        if (whole := diagnosis_of(code, codes)) is not None:
            text = f"{name} is a sign of {whole}, which is on the claim: the diagnosis alone is coded."
            yield advises("claim.diagnoses.sign", path, text)


def _is_supported(record: Record, code: str, icd: IcdCodeSet) -> bool:
    coded = icd.lookup(code)
    if coded is None:
        return True
    for prefix, test in EVIDENCE:
        if code.startswith(prefix):
            return test(record)
    if code.startswith("Z"):
        return True
    words = _significant(coded.description)
    return not words or any(word[:6] in record.said for word in words)


@functools.lru_cache(maxsize=512)
def _significant(description: str) -> tuple[str, ...]:
    words = re.findall(r"[a-z]{5,}", folded(description))
    return tuple(word for word in words if word not in _TELLS_NOTHING)


_TELLS_NOTHING = frozenset({
    "other", "unspecified", "specified", "without", "complication", "complications", "disease", "diseases", "disorder",
    "disorders", "elsewhere", "classified", "initial", "subsequent", "encounter", "right", "personal", "history",
    "screening", "presence", "acquired", "status", "absence", "conditions", "current", "region", "multiple", "sites",
    "following", "symptoms", "signs", "involving", "system", "musculoskeletal", "circulatory", "respiratory",
})  # fmt: skip


def diagnosis_of(code: str, codes: tuple[str, ...]) -> str | None:
    """The first of ``codes`` of which ``code`` is only a sign."""
    for sign, wholes in _SIGN_OF:
        if code.startswith(sign):
            return next((other for other in codes if other != code and other.startswith(wholes)), None)
    return None


def _other_region(case: Case, code: str) -> tuple[str, str] | None:
    if not code.startswith(("R22.0", "R22.1")):
        return None
    shown = {s.structure for s in case.symptoms if s.kind in ("swelling", "mass") and s.structure is not None}
    shown |= {f.structure for f in case.findings if f.structure is not None and is_affected(f)}
    if code.startswith("R22.1") and shown and shown <= HEAD:
        return "neck", "head"
    if code.startswith("R22.0") and shown and shown <= NECK:
        return "head", "neck"
    return None


def accidents(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Injuries come with how they happened."""
    codes, accident = case.claim.diagnoses, case.claim.accident
    if any(code.startswith(_INJURY) for code in codes) and (accident is None or accident.kind is None):
        text = "The diagnoses name an injury: record the accident, its kind and date."
        yield advises("claim.accident.missing", "claim.accident.kind", text)
    if accident is not None and accident.kind is not None and accident.date is None:
        yield advises("claim.accident.date.missing", "claim.accident.date", "The accident has no date.")
    if accident is not None and accident.kind == "auto" and is_blank(accident.state):
        text = "A car accident needs the state where it happened."
        yield advises("claim.accident.state.missing", "claim.accident.state", text)
    elif accident is not None and accident.state and not is_us_state(accident.state.strip().upper()):
        text = "The state of the accident is no US state or territory."
        yield advises("claim.accident.state.unknown", "claim.accident.state", text)


_SCANNED_FOR: dict[str, frozenset[str]] = {
    "tmj": frozenset({"joint"}),
    "salivary-stone": frozenset({"gland", "soft-tissue"}),
    "salivary-disorder": frozenset({"gland", "soft-tissue"}),
    "muscle": frozenset({"muscle", "joint", "space"}),
    "lymph-node": frozenset({"node", "soft-tissue", "gland"}),
}


def reason(case: Case, _: CheckContext) -> Iterator[Issue]:
    """What the scan was for was looked at."""
    wanted = _SCANNED_FOR.get(case.rationale.reason or "")
    kinds = {STRUCTURES[entry.structure].kind for entry in case.scan if entry.structure is not None}
    if wanted is not None and kinds and not kinds & wanted and "other" not in kinds:
        text = "Nothing was scanned that goes with the reason for the ultrasound."
        yield advises("rationale.reason.not_scanned", "rationale.reason", text)


RULES: tuple[Rule, ...] = (diagnoses, accidents, reason)

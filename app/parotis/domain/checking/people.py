"""Patient, consent, performer and interpreter, and dates that cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from parotis.domain.case import Case, Interpreter
from parotis.domain.checking.context import CheckContext, advises, blocks, is_blank, is_same_name
from parotis.domain.identifiers import is_npi, is_us_state
from parotis.domain.issue import Issue

_OLDEST_YEARS = 120
_ADULT_YEARS = 18
_NOT_LICENSED_TO_READ = re.compile(
    r"\b(?:RDH|CDA|RDA|EFDA|RDMS|RVT|COA|LPN|RN|DA|DH|hygienist|assistant|sonographer)\b", re.IGNORECASE
)
_LICENSED = re.compile(r"\b(?:D\.?D\.?S|D\.?M\.?D|M\.?D|D\.?O|B\.?D\.?S|MBBS|dentist|physician)\b", re.IGNORECASE)
_DAYS = {"days": 1, "weeks": 7, "months": 30, "years": 365}


def _exam_date(case: Case) -> date | None:
    return case.exam.performed_at.date() if case.exam.performed_at is not None else None


def _possible_birth_date(case: Case) -> date | None:
    """None as well where the date itself is reported, so that it is reported once."""
    born, exam = case.patient.birth_date, _exam_date(case)
    return None if born is not None and exam is not None and born > exam else born


def age_years(born: date, on: date) -> int:
    """Completed years of life."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def birth_date(case: Case, context: CheckContext) -> Iterator[Issue]:
    born, exam = case.patient.birth_date, _exam_date(case)
    path = "patient.birth_date"
    if born is None:
        return
    if context.today is not None and born > context.today:
        yield blocks("patient.birth_date.future", path, "The date of birth is in the future.")
    elif exam is not None and born > exam:
        yield blocks("patient.birth_date.after_exam", path, "The date of birth is after the exam.")
    elif (on := exam or context.today) is not None and age_years(born, on) > _OLDEST_YEARS:
        text = f"The date of birth makes the patient older than {_OLDEST_YEARS} years."
        yield blocks("patient.birth_date.implausible", path, text)


def exam_date(case: Case, context: CheckContext) -> Iterator[Issue]:
    exam = _exam_date(case)
    if exam is not None and context.today is not None and exam > context.today:
        yield blocks("exam.performed_at.future", "exam.performed_at", "The exam is dated in the future.")


def other_dates(case: Case, context: CheckContext) -> Iterator[Issue]:
    """Onset, prior studies and accident lie between birth and exam; a result is told after the exam."""
    dated = [
        (f"symptoms[{place}].onset", "symptoms.onset", "The onset of a symptom", symptom.onset)
        for place, symptom in enumerate(case.symptoms)
    ]
    dated += [
        (f"rationale.prior_studies[{place}].date", "rationale.prior_studies.date", "A prior study", study.date)
        for place, study in enumerate(case.rationale.prior_studies)
    ]
    if case.claim.accident is not None:
        dated.append(("claim.accident.date", "claim.accident.date", "The accident", case.claim.accident.date))
    exam, born = _exam_date(case), _possible_birth_date(case)
    for path, code, what, when in dated:
        if when is not None and exam is not None and when > exam:
            yield blocks(f"{code}.after_exam", path, f"{what} is dated after the exam.")
        elif when is not None and exam is None and context.today is not None and when > context.today:
            yield blocks(f"{code}.future", path, f"{what} is dated in the future.")
        elif when is not None and born is not None and when < born:
            yield blocks(f"{code}.before_birth", path, f"{what} is dated before the patient's birth.")
    urgent = case.interpretation.urgent
    if urgent is not None and _is_later(case.exam.performed_at, urgent.at):
        path = "interpretation.urgent.at"
        yield blocks(f"{path}.before_exam", path, "The urgent result was told before the exam.")


def durations(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Onset and duration of one symptom, where they are far apart."""
    exam = _exam_date(case)
    for place, symptom in enumerate(case.symptoms):
        length = symptom.duration
        if length is None or length.value is None or not length.value.is_finite():
            continue
        if length.value < 0:
            path = f"symptoms[{place}].duration.value"
            yield blocks("symptoms.duration.negative", path, "The duration of a symptom is negative.")
        if exam is None or symptom.onset is None or not length.value or length.unit is None:
            continue
        told = float(length.value) * _DAYS[length.unit]
        counted = (exam - symptom.onset).days
        if counted >= 0 and abs(told - counted) > 30 and not 1 / 3 < (counted + 1) / (told + 1) < 3:
            text = "Onset and duration of a symptom do not fit together."
            yield advises("symptoms.duration.contradicts_onset", f"symptoms[{place}].duration.value", text)


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return False
    if (one.tzinfo is None) != (other.tzinfo is None):
        return one.date() > other.date()
    return one > other


def consent(case: Case, _: CheckContext) -> Iterator[Issue]:
    given = case.exam.consent
    if given is None or given.given is None:
        yield advises("exam.consent.missing", "exam.consent.given", "Consent is not recorded.")
        return
    if given.given is False:
        yield blocks("exam.consent.refused", "exam.consent.given", "The record says that consent was not given.")
    if _is_later(given.at, case.exam.performed_at):
        path, text = "exam.consent.at", "Consent is dated after the exam."
        if given.at is not None and case.exam.performed_at is not None:
            later_day = given.at.date() > case.exam.performed_at.date()
            yield (blocks if later_day else advises)("exam.consent.at.after_exam", path, text)
    born = _possible_birth_date(case)
    if given.at is not None and born is not None and given.at.date() < born:
        path, text = "exam.consent.at", "Consent is dated before the patient's birth."
        yield blocks("exam.consent.at.before_birth", path, text)


def patient_on_file(case: Case, context: CheckContext) -> Iterator[Issue]:
    """The chart number leads to one person only."""
    known, now = context.patient_on_file, case.patient
    if known is None:
        return
    if known.birth_date is not None and now.birth_date is not None and known.birth_date != now.birth_date:
        text = "The practice has a patient with this chart number and another date of birth."
        yield blocks("patient.chart_number.other_birth_date", "patient.birth_date", text)
    unlike = [
        name
        for name in ("family_name", "given_name")
        if getattr(known, name) and getattr(now, name) and not is_same_name(getattr(known, name), getattr(now, name))
    ]
    if len(unlike) == 2:
        text = "The practice has a patient with this chart number and another name."
        yield blocks("patient.chart_number.other_name", "patient.chart_number", text)
    elif unlike:
        text = f"The {unlike[0].replace('_', ' ')} differs from the one on file for this chart number."
        yield advises("patient.name.changed", f"patient.{unlike[0]}", text)


def interpreter_is_signer(case: Case, context: CheckContext) -> Iterator[Issue]:
    """Who is named as the interpreter is who signs: NPI first, else name and licence."""
    named, signer = case.exam.interpreter, context.signer
    if named is None or signer is None:
        return
    text = "The interpreter in the exam is not the dentist who signs."
    if named.npi and signer.npi and named.npi.strip() != signer.npi.strip():
        yield blocks("exam.interpreter.other", "exam.interpreter.npi", text)
    elif named.name and signer.name and not is_same_name(named.name, signer.name):
        yield blocks("exam.interpreter.other", "exam.interpreter.name", text)
    elif _is_other_licence(named, signer):
        path = "exam.interpreter.license_number"
        if named.npi and signer.npi:
            yield advises("exam.interpreter.license_number.other", path, "The licence is not the signer's on file.")
        else:
            yield blocks("exam.interpreter.other", path, text)


def _is_other_licence(named: Interpreter, signer: Interpreter) -> bool:
    if not named.license_number or not signer.license_number:
        return False
    if named.license_state and signer.license_state and named.license_state != signer.license_state:
        return False
    one, other = (
        "".join(c for c in number.casefold() if c.isalnum()) for number in (named.license_number, signer.license_number)
    )
    return one != other


def interpreter(case: Case, context: CheckContext) -> Iterator[Issue]:
    """What a signed report prints about who read it."""
    named, signer = case.exam.interpreter, context.signer
    if named is None and signer is None:
        return
    path = "exam.interpreter"

    def value(field: str) -> str | None:
        own = getattr(named, field) if named is not None else None
        return own if not is_blank(own) or signer is None else getattr(signer, field)

    if is_blank(value("name")):
        yield blocks(f"{path}.name.missing", f"{path}.name", "The interpreter's name is missing.")
    if is_blank(value("license_number")):
        text = "The interpreter's licence number is missing: a signed report needs it."
        yield blocks(f"{path}.license_number.missing", f"{path}.license_number", text)
    elif is_blank(value("license_state")):
        text = "The state of the interpreter's licence is missing."
        yield advises(f"{path}.license_state.missing", f"{path}.license_state", text)
    state, npi = value("license_state"), value("npi")
    if not is_blank(state) and state is not None and not is_us_state(state.strip().upper()):
        text = "The state of the interpreter's licence is no US state or territory."
        yield blocks(f"{path}.license_state.unknown", f"{path}.license_state", text)
    if is_blank(npi):
        yield advises(f"{path}.npi.missing", f"{path}.npi", "The interpreter's NPI is missing: the claim needs it.")
    elif npi is not None and not is_npi(npi.strip()):
        text = "The interpreter's NPI is wrong: ten digits whose check digit fits."
        yield blocks(f"{path}.npi.invalid", f"{path}.npi", text)
    if _NOT_LICENSED_TO_READ.search(value("credentials") or "") and not _LICENSED.search(value("credentials") or ""):
        text = "The interpreter has no credentials of a dentist or physician: only they interpret."
        yield blocks(f"{path}.credentials.not_dentist", f"{path}.credentials", text)
    if is_blank(value("credentials")):
        text = "The interpreter's credentials are missing."
        yield advises(f"{path}.credentials.missing", f"{path}.credentials", text)


def rationale_fits_patient(case: Case, _: CheckContext) -> Iterator[Issue]:
    born, exam, why = case.patient.birth_date, _exam_date(case), case.rationale.why_ultrasound
    if "child" in why and born is not None and exam is not None and age_years(born, exam) >= _ADULT_YEARS:
        path = f"rationale.why_ultrasound[{why.index('child')}]"
        yield advises("rationale.why_ultrasound.child", path, "The patient is an adult, not a child.")
    if "pregnancy" in why and case.patient.sex == "male":
        path = f"rationale.why_ultrasound[{why.index('pregnancy')}]"
        yield advises("rationale.why_ultrasound.pregnancy", path, "Pregnancy is given as a reason for a man.")


RULES = (
    birth_date,
    exam_date,
    other_dates,
    durations,
    consent,
    patient_on_file,
    interpreter_is_signer,
    interpreter,
    rationale_fits_patient,
)

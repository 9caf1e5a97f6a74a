"""Age, sex and pregnancy in the texts against the patient's data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parotis.domain.case import Case
from parotis.domain.checking.context import CheckContext, Rule, advises, blocks, folded
from parotis.domain.checking.people import age_years
from parotis.domain.checking.statements import LONGEST_READ
from parotis.domain.issue import Issue

_MALE = r"man|male|gentleman|boy|schoolboy"
_FEMALE = r"woman|female|lady|girl|schoolgirl"
_PERSON = rf"{_MALE}|{_FEMALE}|patient|pt|child|infant|adult|teenager|adolescent|toddler|student|pupil|person"
_AGE = re.compile(
    r"(?<![\d.])(?P<number>\d{1,3})[- ]?(?P<unit>years?|yrs?|months?|weeks?|y/?o|yo)(?:[- ]?old)?\b"
    rf"(?=[ ,-]*(?:(?:[a-z-]+ ){{0,3}}?(?P<who>{_PERSON})\b|(?P<end>$|[.;:)]|, |with |who "
    rf"|and |presents|in otherwise)))"
)
_SEX = re.compile(
    rf"(?:^|[.;] ?|\b(?:year|yr)s?[- ]old |\byo |\by/o |\bthis |\bpleasant "
    rf"|\bhealthy )(?:(?:otherwise |fit |well |healthy |pregnant "
    rf"|obese |caucasian |white |black |hispanic |asian )*)(?:(?P<male>{_MALE})"
    rf"|(?P<female>{_FEMALE}))\b(?! (?:dog|dentist|doctor|relative|hormone))"
)
_RELATIVE = re.compile(
    r"\b(?:wife|husband|partner|mother|father|mom|mum|dad|daughter|son|sister|brother|aunt|uncle|grand\w+|parents?"
    r"|child(?:ren)?|baby|friend|cousin|relative|family|spouse|twin|guardian|interpreter|nurse|teacher)\b"
)
_PREGNANT = re.compile(
    r"\b(?:pregnant|in (?:my |her |the )?(?:\w+ )?(?:pregnancy|trimester)"
    r"|weeks? (?:of )?(?:gestation|gravid)|gravida|gravid"
    r"|breast-?feeding|lactating|menopaus\w+|post-?menopaus\w+|menstrua\w+|hysterectomy|ovarian cyst)\b"
)
_NOT_PREGNANT = re.compile(r"\b(?:not|denies|no|non|isn't|never)\b[^.;]{0,20}$")
_AGO = re.compile(r"\b(?:years? ago|previous|prior|last|during|after|first|since|two years|earlier)\b")
_PROSTATE = re.compile(r"\b(?:prostat\w+|testic\w+|vasectomy)\b")
_PRONOUN = {"male": re.compile(r"\b(?:he|his|him|himself)\b"), "female": re.compile(r"\b(?:she|her|hers|herself)\b")}
_SPEAKS_OF_PATIENT = {
    "male": re.compile(r"(?:^|[.;] )(?:he|his) "),
    "female": re.compile(r"(?:^|[.;] )(?:she|her) "),
}
_OPPOSITE = {"male": "female", "female": "male"}
_YOUNGEST_PREGNANT, _OLDEST_PREGNANT = 12, 56


def _texts(case: Case) -> Iterator[tuple[str, str]]:
    yield "complaint", case.complaint or ""
    yield "history", case.history or ""
    yield "clinical_exam", case.clinical_exam or ""
    yield "rationale.question", case.rationale.question or ""
    yield "rationale.note", case.rationale.note or ""
    for place, line in enumerate(case.interpretation.impression):
        yield f"interpretation.impression[{place}]", line
    yield "interpretation.recommendation", case.interpretation.recommendation or ""


def _age(case: Case) -> int | None:
    born, exam = case.patient.birth_date, case.exam.performed_at
    if born is None or exam is None or born > exam.date():
        return None
    return age_years(born, exam.date())


def texts_fit(case: Case, _: CheckContext) -> Iterator[Issue]:
    age, sex = _age(case), case.patient.sex
    for path, text in _texts(case):
        if not text:
            continue
        said = folded(text[:LONGEST_READ])
        if age is not None and any(_is_other_age(case, match, said, age) for match in _AGE.finditer(said)):
            yield blocks("patient.age.contradicted", path, "The text gives another age than the date of birth.")
        if sex in _OPPOSITE:
            yield from _sex(path, said, sex)
        if _speaks_of_pregnancy(said):
            yield from _pregnancy(path, said, sex, age)


def _is_other_age(case: Case, match: re.Match[str], said: str, age: int) -> bool:
    ahead = said[: match.start()]
    if "old" not in match[0] and match["unit"] not in ("yo", "y/o"):
        return False
    if match["who"] is None and not re.search(
        r"(?:^|[.;,(] ?|\b(?:is|a|an|the|this|healthy|old|well|patient|pt|aged|otherwise|now)\s)$", ahead
    ):
        return False
    if _RELATIVE.search(ahead[-25:]) or re.search(r"\b(?:when|as|at|since|was|then|until)\b[\w ]{0,12}$", ahead):
        return False
    told, unit = int(match["number"]), match["unit"]
    born, exam = case.patient.birth_date, case.exam.performed_at
    if unit.startswith(("month", "week")) and born is not None and exam is not None:
        days = (exam.date() - born).days
        return abs(days - told * (30.4 if unit.startswith("month") else 7)) > 45 + days * 0.2
    return abs(told - age) > 1


def _sex(path: str, said: str, sex: str) -> Iterator[Issue]:
    other = _OPPOSITE[sex]
    named = [
        match.lastgroup
        for match in _SEX.finditer(said)
        if not _RELATIVE.search(said[max(match.start() - 25, 0) : match.start()])
    ]
    if other in named and sex not in named:
        yield blocks("patient.sex.contradicted", path, "The text gives another sex than the patient's data.")
    elif other == "male" and _PROSTATE.search(said) and not _RELATIVE.search(said):
        yield blocks("patient.sex.contradicted", path, "The text speaks of what only a man has.")
    elif path in ("history", "clinical_exam") and _is_called(said, sex, other):
        yield advises("patient.sex.pronoun", path, "The text speaks of the patient as of the other sex.")


def _is_called(said: str, sex: str, other: str) -> bool:
    is_other = _SPEAKS_OF_PATIENT[other].search(said) is not None and _PRONOUN[sex].search(said) is None
    return is_other and _RELATIVE.search(said) is None


def _speaks_of_pregnancy(said: str) -> bool:
    match = _PREGNANT.search(said)
    return match is not None and not _NOT_PREGNANT.search(said[: match.start()]) and not _RELATIVE.search(said)


def _pregnancy(path: str, said: str, sex: str | None, age: int | None) -> Iterator[Issue]:
    if sex == "male":
        text = "The text speaks of pregnancy or of what only a woman has, but the patient is recorded as male."
        yield blocks("patient.sex.contradicted", path, text)
    elif age is None or _YOUNGEST_PREGNANT <= age <= _OLDEST_PREGNANT or _AGO.search(said):
        return
    elif "menopaus" not in said and "hyster" not in said:
        yield blocks("patient.age.pregnancy", path, "The text speaks of pregnancy, which the age does not allow.")


def reasons_fit(case: Case, _: CheckContext) -> Iterator[Issue]:
    age, why = _age(case), case.rationale.why_ultrasound
    if "pregnancy" in why and age is not None and not _YOUNGEST_PREGNANT <= age <= _OLDEST_PREGNANT:
        path = f"rationale.why_ultrasound[{why.index('pregnancy')}]"
        yield blocks(
            "rationale.why_ultrasound.pregnancy_age",
            path,
            "Pregnancy is given as a reason, which the age does not allow.",
        )
    for place, symptom in enumerate(case.symptoms):
        length, born, exam = symptom.duration, case.patient.birth_date, case.exam.performed_at
        if length is None or not length.value or length.unit is None or born is None or exam is None:
            continue
        if not length.value.is_finite():
            continue
        days = float(length.value) * {"days": 1, "weeks": 7, "months": 30, "years": 365}[length.unit]
        if days > (exam.date() - born).days + 31 >= 31:
            text = "A symptom has lasted longer than the patient has lived."
            yield blocks("symptoms.duration.before_birth", f"symptoms[{place}].duration.value", text)
    kin = case.claim.subscriber.relationship if case.claim.subscriber is not None else None
    if age is not None and ((kin == "spouse" and age < 16) or (kin == "child" and age > 40)):
        text = "The patient's age does not go with the relationship to the subscriber."
        yield advises("claim.subscriber.relationship.age", "claim.subscriber.relationship", text)


def symptoms_denied(case: Case, _: CheckContext) -> Iterator[Issue]:
    """A symptom that is recorded is not denied by the texts of the patient."""
    said = folded(" . ".join(filter(None, [case.complaint, case.history, case.clinical_exam])))[:LONGEST_READ]
    for place, symptom in enumerate(case.symptoms):
        found = _DENIED.get(symptom.kind or "")
        if found is not None and found[0].search(said) and not found[1].search(found[0].sub(" ", said)):
            text = "A symptom is recorded that the texts of the patient deny."
            yield advises("symptoms.kind.denied", f"symptoms[{place}].kind", text)


_DENIED: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "fever": (
        re.compile(r"\b(?:no fever|afebrile|denies (?:any )?fever|without fever|no temperature)\b"),
        re.compile(r"fever|febrile|temp|3[89](?:[.,]\d)? ?c\b|10[0-4]"),
    ),
    "pain": (
        re.compile(r"\b(?:painless|no pain|denies (?:any )?pain|pain-free|without pain|non-?tender)\b"),
        re.compile(r"pain|ache|aching|sore|hurt|tender|throb|dolor|burn|stiff|discomfort"),
    ),
    "trauma": (
        re.compile(r"\b(?:no (?:history of )?(?:trauma|injury)|denies trauma|without trauma)\b"),
        re.compile(r"trauma|injur|fell|fall|hit|accident|crash|punch|blow|bit\b|bite|assault|struck|kick"),
    ),
    "dry-mouth": (
        re.compile(r"\b(?:no dry mouth|denies (?:a )?dry mouth|no xerostomia)\b"),
        re.compile(r"dry|xerost|saliva"),
    ),
    "dysphagia": (
        re.compile(r"\b(?:no dysphagia|no trouble swallowing|swallows normally)\b"),
        re.compile(r"dysphag|swallow"),
    ),
}


RULES: tuple[Rule, ...] = (texts_fit, reasons_fit, symptoms_denied)

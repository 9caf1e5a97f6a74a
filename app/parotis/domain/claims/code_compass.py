"""Which procedure code a study is, which payer comes first, and codes that do not go together.

Questions, rules and texts are data: ``resources/claims/code-compass.json``, which names its source. The rules are read
from the top; the first that all answers meet is the advice, and the first that none contradicts asks next.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from parotis import shipped
from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import PayerKind
from parotis.domain.checking import claim as claim_checks
from parotis.domain.checking.context import advises, blocks, is_blank
from parotis.domain.checking.evidence import record_of
from parotis.domain.checking.recorded import is_affected
from parotis.domain.errors import UnreadableInput
from parotis.domain.identifiers import is_cdt_form, is_medical_procedure_form

if TYPE_CHECKING:
    from parotis.domain.case import Case
    from parotis.domain.case import Claim as BillingFacts
    from parotis.domain.claims.records import Override
    from parotis.domain.coding import CdtCodeSet
    from parotis.domain.issue import Issue

RESOURCE: Final = "claims/code-compass.json"

Answers = Mapping[str, str]
"""The id of the choice by the id of the question."""


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """``why`` says what the answer decides."""

    id: str
    text: str
    why: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What is billed and why. ``codes`` stand on this practice's claim, ``elsewhere`` on that of another entity.

    Several codes are a family to choose from. ``payer_kind`` is set by ``first_payer`` alone; None there: open.
    """

    codes: tuple[str, ...]
    title: str
    reason: str
    warnings: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    payer_kind: PayerKind | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    when: Mapping[str, tuple[str, ...]]
    advice: Advice

    def is_met(self, answers: Answers) -> bool:
        return all(answers.get(question) in choices for question, choices in self.when.items())

    def is_open(self, answers: Answers) -> bool:
        return all(answers.get(question, choices[0]) in choices for question, choices in self.when.items())


@functools.lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(shipped.read(RESOURCE))
    return read


@functools.lru_cache(maxsize=1)
def every_question() -> tuple[Question, ...]:
    """All questions, in the order in which they may come."""
    return tuple(
        Question(said["id"], said["text"], said["why"], tuple(Choice(**choice) for choice in said["choices"]))
        for said in _data()["questions"]
    )


@functools.lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            {question: tuple(choices) for question, choices in said["when"].items()},
            Advice(
                tuple(said["codes"]), said["title"], said["reason"], tuple(said["warnings"]), tuple(said["elsewhere"])
            ),
        )
        for said in _data()["rules"]
    )


def questions(answers: Answers) -> Question | None:
    """What to ask next; None when the answers decide.

    Raises:
        UnreadableInput: an answer is to no question, or is none of its choices.
    """
    _judge(answers)
    rule = next(rule for rule in _rules() if rule.is_open(answers))
    asked = next((question for question in rule.when if question not in answers), None)
    return next((question for question in every_question() if question.id == asked), None)


def answer(answers: Answers) -> Advice:
    """What the answers come to.

    Raises:
        UnreadableInput: an answer is to no question or is none of its choices, or a question is still open.
    """
    following = questions(answers)
    if following is not None:
        raise UnreadableInput([(following.id, "This question is not answered yet.")])
    advice = next(rule for rule in _rules() if rule.is_met(answers)).advice
    noted = (note["text"] for note in _data()["notes"] if all(answers.get(q) in c for q, c in note["when"].items()))
    return replace(advice, warnings=(*advice.warnings, *noted))


def _judge(answers: Answers) -> None:
    known = {question.id: {choice.id for choice in question.choices} for question in every_question()}
    problems = []
    for question, choice in answers.items():
        if question not in known:
            problems.append(("answers", "An answer belongs to no question of the code compass."))
        elif choice not in known[question]:
            problems.append((question, "The answer is none of the choices of this question."))
    if problems:
        raise UnreadableInput(problems)


def from_case(case: Case) -> dict[str, str]:
    """The answers that the record already gives, for a person to confirm; what it leaves open is left out."""
    found: dict[str, str] = {}
    if any(entry.status == "examined" for entry in case.scan) or case.findings or case.images:
        found["study"] = "ultrasound"
    if case.rationale.why_ultrasound and "guidance" not in case.rationale.why_ultrasound:
        found["needle"] = "none"
    if case.exam.performer is not None and not is_blank(case.exam.performer.name):
        found["captured"] = "yes"
    if case.exam.interpreter is not None and not is_blank(case.exam.interpreter.name):
        is_written = any(not is_blank(line) for line in case.interpretation.impression)
        found["interpreted"] = "yes" if is_written else "not-yet"
    return found


def first_payer(case: Case) -> Advice:
    """Dental or medical first, by the reason for the scan; the payer's own word goes before it."""
    said = _data()["payers"]
    kind, reason = _payer_by_record(case, said)
    warnings = [said["warnings"]["one_study"]]
    is_joint = case.rationale.reason == "tmj" or _only_kind(case) == {"joint"}
    if is_joint:
        warnings.append(said["warnings"]["tmj"])
    if kind == "medical":
        warnings.append(said["warnings"]["own_code"])
    if kind == "dental":
        warnings.append(said["warnings"]["uncertain"])
    accident = case.claim.accident
    if accident is not None and accident.kind is not None:
        warnings.insert(0, said["warnings"]["accident"])
    title = {"dental": "Dental plan first", "medical": "Medical plan first"}.get(kind or "", "Ask both plans")
    return Advice((), title, reason, tuple(warnings), payer_kind=kind)


def _payer_by_record(case: Case, said: Mapping[str, Any]) -> tuple[PayerKind | None, str]:
    """A disease of the whole body, then a tooth, then the reason for the scan, then where something was found."""
    codes, systemic = case.claim.diagnoses, said["systemic"]
    if codes and all(code.startswith(tuple(systemic["codes"])) for code in codes):
        kind, reason = systemic["advice"]
    elif _is_from_tooth(case, said["odontogenic"]):
        kind, reason = said["odontogenic"]["advice"]
    elif case.rationale.reason in said["by_reason"]:
        kind, reason = said["by_reason"][case.rationale.reason]
    else:
        found = {tuple(said["by_kind"][kind]) for kind in _only_kind(case) if kind in said["by_kind"]}
        is_one = len({kind for kind, _ in found}) == 1
        kind, reason = min(found) if is_one else (None, said["unknown"])
    return kind, reason


def _is_from_tooth(case: Case, said: Mapping[str, Any]) -> bool:
    """The primary diagnosis is of a tooth or jaw; or a tooth is named where reason and findings leave it open."""
    primary = "".join(case.claim.diagnoses[:1])
    if primary.startswith(tuple(said["codes"])):
        return True
    is_gland = primary.startswith("K11") or _only_kind(case) == {"gland"}
    is_open = case.rationale.reason is None or case.rationale.reason in said["reasons"]
    return is_open and not is_gland and record_of(case).tells(said["told"])


def _only_kind(case: Case) -> set[str]:
    """The kinds of structure in which something was found."""
    return {STRUCTURES[f.structure].kind for f in case.findings if f.structure is not None and is_affected(f)}


def practice_code_problem(text: str) -> str | None:
    """What is wrong with the form of the practice's own medical procedure code; whether it exists is not known here."""
    code = text.strip()
    if is_cdt_form(code):
        return "This is a dental code; a medical payer wants a medical procedure code."
    if not is_medical_procedure_form(code):
        return "A medical procedure code is four digits and a fifth sign, or a letter from A to V and four digits."
    return None


_OTHER_IMAGING: Final = frozenset({"cone-beam CT", "MRI"})
_STUDY: Final = frozenset({"D0370", "D0386", "D0391"})


def pairing_issues(
    billing: BillingFacts,
    cdt: CdtCodeSet,
    *,
    on: date | None,
    overrides: Collection[Override] = (),
    same_day: Sequence[str] = (),
    other_claims: Sequence[BillingFacts] = (),
) -> tuple[Issue, ...]:
    """Codes of one claim that do not go together, or want a reason.

    Args:
        billing: the claim's procedures.
        cdt: the dated code list.
        on: the date of service; None when it is not known.
        overrides: what somebody decided to go over, with a reason. An issue whose code, or whose code and procedure
            codes (``claim.procedures.pair:D0370+D0386``), is among their gaps advises instead of blocking, or is left
            out when it only asks for a reason.
        same_day: procedure codes that the patient has on other claims for that day.
        other_claims: what other claims for the same exam bill.
    """
    codes = [(procedure.code or "").strip() for procedure in billing.procedures]
    gaps = frozenset(override.gap for override in overrides if not is_blank(override.reason))
    conflicts = zip(cdt.pairing_conflicts(codes), claim_checks.pairs(codes, cdt), strict=True)
    found: Iterable[tuple[str, Issue]] = (
        *((gap_of_pair(*pair), issue) for pair, issue in conflicts),
        *((issue.code, issue) for issue in claim_checks.dated_codes(codes, cdt, on)),
        *((issue.code, issue) for issue in _quantities(billing)),
        *((issue.code, issue) for issue in _repeats(codes, same_day)),
        *((issue.code, issue) for issue in _other_imaging(codes, same_day, cdt, on)),
        *((issue.code, issue) for issue in _two_services(codes, other_claims)),
    )
    kept = (_overridden(issue) if not gaps.isdisjoint({gap, issue.code}) else issue for gap, issue in found)
    return tuple(issue for issue in kept if issue is not None)


def gap_of_pair(first: str, second: str) -> str:
    """The gap to override for one pair of codes only."""
    return f"claim.procedures.pair:{'+'.join(sorted((first, second)))}"


_ASKS_REASON: Final = frozenset({"claim.procedures.same_day", "claim.procedures.other_imaging"})


def _overridden(issue: Issue) -> Issue | None:
    """What is left of an issue that somebody went over with a reason."""
    if issue.blocks:
        return advises(issue.code, issue.path, f"{issue.text} A reason for it is recorded.")
    return None if issue.code in _ASKS_REASON else issue


def _quantities(billing: BillingFacts) -> Iterator[Issue]:
    for place, procedure in enumerate(billing.procedures):
        code = (procedure.code or "").strip()
        is_formed = is_cdt_form(code) or is_medical_procedure_form(code)
        name = code if is_formed else f"Procedure {place + 1}"
        yield from claim_checks.quantity(procedure.quantity, f"claim.procedures[{place}].quantity", name)


def _repeats(codes: Sequence[str], same_day: Sequence[str]) -> Iterator[Issue]:
    for place, code in enumerate(codes):
        if code in _STUDY and (code in codes[:place] or code in same_day):
            text = f"{code} stands for this patient and day a second time: write down why the scan was repeated."
            yield advises("claim.procedures.same_day", f"claim.procedures[{place}].code", text)


def _other_imaging(codes: Sequence[str], same_day: Sequence[str], cdt: CdtCodeSet, on: date | None) -> Iterator[Issue]:
    studies = [place for place, code in enumerate(codes) if code in ("D0370", "D0386")]
    listed = (cdt.lookup(code, on) for code in (*codes, *same_day))
    beside = [known.code for known in listed if known is not None and known.family in _OTHER_IMAGING]
    if studies and beside:
        text = f"{codes[studies[0]]} and {beside[0]} on one day each need their own reason and report: write it down."
        yield advises("claim.procedures.other_imaging", f"claim.procedures[{studies[0]}].code", text)


def _two_services(codes: Sequence[str], other_claims: Sequence[BillingFacts]) -> Iterator[Issue]:
    """One study billed as a dental and as a medical service."""
    medical = [place for place, code in enumerate(codes) if is_medical_procedure_form(code) and not is_cdt_form(code)]
    has_dental = bool(_STUDY.intersection(codes))
    if has_dental and medical:
        text = "A dental and a medical code for one study stand on one claim: bill it once."
        yield blocks("claim.procedures.two_services", f"claim.procedures[{medical[0]}].code", text)
    others = {(p.code or "").strip() for other in other_claims for p in other.procedures}
    has_other_medical = any(is_medical_procedure_form(code) and not is_cdt_form(code) for code in others)
    if (has_dental and has_other_medical) or (medical and _STUDY & others):
        text = "Another claim bills this study under another code: bill the second payer only after the first's answer."
        yield advises("claim.procedures.two_claims", "claim.procedures[0].code", text)

"""An oracle that knows nothing of how the texts are made reads each sentence against the fields that it names."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from helpers import random_exams
from helpers.random_exams import DOCUMENT, PAYER, PRACTICE, STRUCTURES, WRITTEN_ON, Draw

from parotis.domain import case as c
from parotis.domain import lexicon, narrative
from parotis.domain.anatomy import described
from parotis.domain.claims import appeals, letters, patient_paper
from parotis.domain.claims.letter_tree import Letter
from parotis.domain.narrative import Sentence

EXAMS = 300
RESOURCES = Path(__file__).resolve().parents[4] / "resources"
PLAIN = json.loads((RESOURCES / "claims" / "plain-words.json").read_text("utf-8"))
SIDES = (None, *get_args(c.Side))
CODED = {
    *STRUCTURES, *get_args(c.Side), *get_args(c.LesionKind), *get_args(c.SymptomKind), *get_args(c.Certainty),
    *get_args(c.Reason), *get_args(c.PriorStudyKind), *get_args(c.WhyUltrasound), *get_args(c.Doppler),
    *get_args(c.FindingState), *get_args(c.ScanStatus), *get_args(c.TimeUnit), *get_args(c.PerformerRole),
    "phone", "portal", "letter", "yes", "no", "unknown", "predetermination", "authorization", "asked", "approved",
    "denied", "more-information",
    *(term for facts in lexicon.every_attribute().values() for term in facts.terms),
    *(term for kind in get_args(c.LesionKind) for facts in lexicon.lesion_terms_of(kind) for term in facts.terms),
}  # fmt: skip
DENIAL_WORDS = {"16": "information is missing", "50": "not seen as necessary", "55": "seen as experimental"}
OTHERS: dict[str, Any] = {"payer": PAYER, "document": DOCUMENT, "practice": PRACTICE}


# The oracle


def resolved(source: str, case: c.Case, others: dict[str, Any]) -> Any:
    """What a source holds; KeyError, IndexError or AttributeError where there is no such place."""
    owner: Any = case
    if source.startswith("@"):
        name, _, source = source[1:].partition(".")
        owner = others[name]
    for name, position in re.findall(r"([A-Za-z_][A-Za-z_0-9]*)|\[(\d+)\]", source):
        owner = getattr(owner, name) if name else owner[int(position)]
    return owner


def leaves(value: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from leaves(one)
    elif value is not None and value != "":
        yield value


def without_typed(text: str, typed: list[str]) -> str:
    """The text without what was typed; of a text cut short, without the beginning of it."""
    for value in sorted(typed, key=len, reverse=True):
        edge = (
            (r"(?<!\w)" if value[0].isalnum() else "") + re.escape(value) + (r"(?!\w)" if value[-1].isalnum() else "")
        )
        text, count = re.subn(edge, " \u2026 ", text)
        if not count:
            ends = (value[:length] for length in range(len(value) - 1, 7, -1))
            end = next((one for one in ends if text.endswith(one)), None)
            text = text.removesuffix(end) if end is not None else text
    return text


def _place_words() -> dict[str, dict[str, set[tuple[str, str | None]]]]:
    found: dict[str, dict[str, set[tuple[str, str | None]]]] = {"report": {}, "en": {}, "es": {}}
    for structure, side in itertools.product(STRUCTURES, SIDES):
        phrases = [("report", described(structure, side))]
        for language in ("en", "es"):
            words = PLAIN[language]
            known = words["structures"][structure]
            form = words["sides"][side][known["form"]] if side else "{one}"
            plain = f" ({known['plain']})" if known["plain"] else ""
            phrases.append((language, form.format(one=known["one"], many=known["many"]) + plain))
        for kind, phrase in phrases:
            found[kind].setdefault(phrase.lower(), set()).add((structure, side))
    return found


def _pattern(phrases: Any) -> re.Pattern[str]:
    longest = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in longest), re.IGNORECASE)


PLACE_WORDS = _place_words()
PLACES = {kind: _pattern(words) for kind, words in PLACE_WORDS.items()}
MONTHS = {
    **{month.lower(): number for number, month in enumerate(PLAIN["en"]["months"], 1)},
    **{month: number for number, month in enumerate(PLAIN["es"]["months"], 1)},
}
DATE = re.compile(r"(\d{1,2}) (?:de )?([A-Za-z]{3,10}) (?:de )?(\d{4})(?:, (\d{2}):(\d{2})(?::\d{2})? \(UTC[^)]*\))?")
LENGTHS = re.compile(r"\d+(?:\.\d+)?(?: x \d+(?:\.\d+)?)* mm")
FREQUENCY = re.compile(r"(\d+(?:\.\d+)?)(?: to (\d+(?:\.\d+)?))? MHz")
UNITS = {word: unit for language in ("en", "es") for unit, pair in PLAIN[language]["units"].items() for word in pair}
SPAN = re.compile(rf"(\d+(?:\.\d+)?) ({'|'.join(sorted(UNITS, key=len, reverse=True))})\b")
MONEY = re.compile(r"\$([\d,]+\.\d\d)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
SIDE = re.compile(
    r"\b(left|right|both|bilateral|midline|izquierd\w*|derech\w*|amb[oa]s|l\u00ednea media)\b", re.IGNORECASE
)
SIDE_IDS = {"left": "left", "right": "right", "both": "bilateral", "bilateral": "bilateral", "midline": "midline"}


def _terms() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    known: dict[str, list[tuple[str, ...]]] = {}
    for terms in (get_args(c.LesionKind), get_args(c.SymptomKind), get_args(c.Certainty), get_args(c.Reason)):
        known.setdefault("report", []).append(terms)
    for term in set(itertools.chain.from_iterable(known["report"])) - {"other", "muscle", "follow-up", "vascular"}:
        found.setdefault(lexicon.words(term).lower(), set()).add(term)
    for study in ("panoramic radiograph", "periapical radiograph", "bitewing radiograph", "cone-beam ct", "mri"):
        found.setdefault(study, set()).add({"cone-beam ct": "cbct"}.get(study, study.split()[0]))
    attributes = (
        "anechoic hypoechoic isoechoic hyperechoic lobulated spiculated ill-defined mildly-heterogeneous"
        " markedly-heterogeneous osteophyte erosion thickened"
    )
    for attribute in attributes.split():
        found.setdefault(lexicon.words(attribute), set()).add(attribute)
    for language in ("en", "es"):
        for table in ("lesions", "certainty", "reasons"):
            for term, phrase in PLAIN[language][table].items():
                found.setdefault(phrase.lower(), set()).add(term)
    return found


TERM_WORDS = _terms()
TERMS = _pattern(TERM_WORDS)
KINDS = set(get_args(c.LesionKind))


def faults(sentence: Sentence, case: c.Case, others: dict[str, Any], *, kind: str = "report") -> list[str]:
    """What a sentence says that its sources do not hold."""
    try:
        values = {source: resolved(source, case, others) for source in sentence.sources}
    except (KeyError, IndexError, AttributeError, TypeError):
        return ["a source does not exist"]
    held = [leaf for value in values.values() for leaf in leaves(value)]
    if values and not held:
        return ["no source holds anything"]
    found: list[str] = []
    strings = [leaf for leaf in held if isinstance(leaf, str) and leaf not in CODED]
    typed = [" ".join(one.split()) for one in strings]
    typed += [line.strip() for one in strings for line in one.splitlines()]
    typed += [one.rstrip(".") for one in typed]
    text = without_typed(sentence.text.replace("SHA-256", ""), [one for one in typed if one.strip()])

    def taken(pattern: re.Pattern[str], judge: Callable[[re.Match[str]], bool], what: str) -> None:
        nonlocal text

        def judged_once(match: re.Match[str]) -> str:
            if not judge(match):
                found.append(what)
            return " "

        text = pattern.sub(judged_once, text)

    days = [leaf for leaf in held if isinstance(leaf, dt.date)]
    taken(DATE, lambda match: _is_day(match, days), "a date")
    sizes = [_axes(values[source]) for source in values if source.endswith("_mm")]
    said_sizes = [[Decimal(one) for one in NUMBER.findall(match[0])] for match in LENGTHS.finditer(text)]
    if not _is_in_order(said_sizes, sizes):
        found.append("a size")
    text = LENGTHS.sub(" ", text)
    frequencies = [_axes(values[source]) for source in values if source.endswith("frequency_mhz")]
    taken(FREQUENCY, lambda match: [Decimal(one) for one in match.groups() if one] in frequencies, "a frequency")
    spans = {(one.value, one.unit) for one in values.values() if isinstance(one, c.Duration | c.FollowUp)}
    taken(SPAN, lambda match: (Decimal(match[1]), UNITS[match[2]]) in spans, "a length of time")
    taken(MONEY, lambda match: match[1].replace(",", "") in strings, "an amount")
    numbers = {Decimal(leaf) for leaf in held if isinstance(leaf, int | Decimal) and not isinstance(leaf, bool)}
    numbers |= {Decimal(int(one[0]) + 1) for source in values if (one := re.findall(r"impression\[(\d+)\]", source))}
    if "images" in values:
        numbers |= {Decimal(len(case.images)), Decimal(sum(image.key is not False for image in case.images))}
    if any(source.endswith(".severity") for source in values):
        numbers.add(Decimal(10))
    taken(NUMBER, lambda match: Decimal(match[0]) in numbers, "a number")
    pairs = _pairs(values)
    if values.get("rationale.reason") == "tmj":
        pairs.add(("temporomandibular-joint", None))
    taken(PLACES[kind], lambda match: bool(PLACE_WORDS[kind][match[0].lower()] & pairs), "a place")
    sides = {value for source, value in values.items() if source.endswith(".side")}
    taken(SIDE, lambda match: SIDE_IDS.get(match[0].lower()) in sides, "a side")
    kinds = [value for source, value in values.items() if source.startswith("findings") and source.endswith(".kind")]
    said_kinds = [words & KINDS for match in TERMS.finditer(text) if (words := TERM_WORDS[match[0].lower()]) & KINDS]
    if kinds and not _is_in_order(said_kinds, [{kind} for kind in kinds]):
        found.append("a kind of lesion")
    taken(TERMS, lambda match: bool(TERM_WORDS[match[0].lower()] & set(map(str, held))), "a term")
    return found


def _is_day(match: re.Match[str], days: list[dt.date]) -> bool:
    for day in days:
        if (day.day, day.month, day.year) != (int(match[1]), MONTHS.get(match[2].lower()), int(match[3])):
            continue
        if match[4] is None or (isinstance(day, dt.datetime) and f"{day:%H:%M}" == f"{match[4]}:{match[5]}"):
            return True
    return False


def _is_in_order(said: list[Any], held: list[Any]) -> bool:
    """Whether everything said is held, in the same order: the size of one lesion is not that of another."""
    rest = iter(held)
    return all(one in rest for one in said)


def _axes(value: Any) -> list[Decimal]:
    return [one for one in (value if isinstance(value, tuple) else (value,)) if one is not None]


def _pairs(values: dict[str, Any]) -> set[tuple[str, str | None]]:
    """Structures with their sides; a side counts only where it is named as a source."""
    return {
        (value, values.get(f"{source.removesuffix('structure')}side"))
        for source, value in values.items()
        if source.endswith(".structure")
    }


# The texts


def narratives(case: c.Case) -> Iterator[tuple[str, list[Sentence]]]:
    for limit in (80, 100, 400, 2000, narrative.LETTER_LIMIT):
        yield f"narrative {limit}", list(narrative.compose(case, limit).sentences)


def written(seed: int, *, plain: bool = False) -> tuple[c.Case, dict[str, Any], dict[str, Letter]]:
    draw = Draw(seed, plain=plain)
    case = draw.exam()
    claim, remittance, appeal = draw.claim(case), draw.remittance(), draw.appeal()
    signer = c.Interpreter("Ada Brook", "DMD", "D-1", "WI", "1558598797")
    told = {"written_on": WRITTEN_ON, "profile": PAYER, "signer": signer}
    facts: dict[str, Any] = {"written_on": WRITTEN_ON}
    made = {
        "necessity": letters.necessity(case, claim, DOCUMENT, PRACTICE, **told),
        "predetermination": letters.predetermination_request(case, claim, PRACTICE, **told),
        "authorization": letters.authorization_request(case, claim, PRACTICE, **told),
        "appeal": appeals.compose_appeal(
            case, claim, remittance, DOCUMENT, PAYER, appeal, PRACTICE, written_on=WRITTEN_ON, signer=signer,
            words=lambda _, code: DENIAL_WORDS.get(code, ""), literature=("A title of 2019, vol. 7",),
        ).letter,
    }  # fmt: skip
    for language in ("en", "es"):
        made[f"notice {language}"] = patient_paper.cost_notice(
            case, claim, PRACTICE, language=language, question_words=lambda _: "Question", **facts
        )
        made[f"result {language}"] = patient_paper.result_summary(
            case, DOCUMENT, PRACTICE, language=language, signer=signer, **facts
        )

    @dataclasses.dataclass
    class OfLetter:
        written_on: dt.date
        signer: c.Interpreter
        denial_words: tuple[str, ...]
        literature: tuple[str, ...]

    of_letter = OfLetter(WRITTEN_ON, signer, tuple(DENIAL_WORDS.values()), ("A title of 2019, vol. 7",))
    others = {**OTHERS, "claim": claim, "remittance": remittance, "appeal": appeal, "letter": of_letter}
    return case, others, made


def kind_of(name: str) -> str:
    return name.rpartition(" ")[2] if name.startswith(("notice", "result")) else "report"


HEADING = re.compile(r"Answer to (?:reason|remark) \w+")


def judged(name: str, sentence: Sentence, case: c.Case, others: dict[str, Any]) -> list[str]:
    """The faults of a sentence; a heading names a code, and nothing else."""
    if HEADING.fullmatch(sentence.text) and not sentence.sources:
        return []
    return faults(sentence, case, others, kind=kind_of(name))


@pytest.mark.parametrize("start", range(0, EXAMS, 50))
def test_every_sentence_says_only_what_the_fields_that_it_names_hold(start: int) -> None:
    for seed in range(start, start + 50):
        case, others, made = written(seed)
        texts = [*narratives(case), *((name, list(letter.sentences())) for name, letter in made.items())]
        read: set[tuple[str, Sentence]] = set()
        for name, sentences in texts:
            for sentence in sentences:
                if (kind_of(name), sentence) not in read:
                    read.add((kind_of(name), sentence))
                    assert judged(name, sentence, case, others) == [], f"exam {seed}, {name}: {sentence}"


def test_the_exams_cover_every_structure_side_kind_and_certainty() -> None:
    exams = [Draw(seed).exam() for seed in range(EXAMS)]
    findings = [finding for exam in exams for finding in exam.findings]
    lesions = [lesion for finding in findings for lesion in finding.lesions]
    assert {finding.structure for finding in findings} == set(STRUCTURES)
    assert {finding.side for finding in findings} == set(SIDES)
    assert {finding.state for finding in findings} == {None, *get_args(c.FindingState)}
    assert {lesion.kind for lesion in lesions} == set(get_args(c.LesionKind))
    assert {exam.interpretation.certainty for exam in exams} == {None, *get_args(c.Certainty)}
    assert {symptom.kind for exam in exams for symptom in exam.symptoms} == set(get_args(c.SymptomKind))


# The oracle can fail

OTHER_SIDE = {"left": "right", "right": "left", "izquierda": "derecha", "izquierdo": "derecho", "derecha": "izquierda",
              "derecho": "izquierdo"}  # fmt: skip
OTHER_CERTAINTY = {"definite": "probable", "probable": "definite", "indeterminate": "definite"}
OTHER_CERTAINTY |= {word.capitalize(): other.capitalize() for word, other in OTHER_CERTAINTY.items()}
OTHER_KIND = {
    "stone": "cyst",
    "cyst": "stone",
    "solid mass": "cyst",
    "collection": "cyst",
    "quiste": "bulto s\u00f3lido",
}


def changed(text: str, words: dict[str, str]) -> Iterator[str]:
    for match in re.finditer("|".join(rf"\b{one}\b" for one in words), text):
        yield text[: match.start()] + words[match[0]] + text[match.end() :]


def other_numbers(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<![\w.\-])\d+(?:\.\d+)?(?= (?:mm|x|days?|weeks?|months?|years?|MHz)\b)", text):
        yield text[: match.start()] + str(Decimal(match[0]) + Decimal("417.3")) + text[match.end() :]


INJECTED: dict[str, Callable[[str], Iterator[str]]] = {
    "side": lambda text: changed(text, OTHER_SIDE),
    "certainty": lambda text: changed(text, OTHER_CERTAINTY),
    "kind": lambda text: changed(text, OTHER_KIND),
    "number": other_numbers,
}


@pytest.mark.parametrize("what", INJECTED)
def test_the_oracle_catches_every_wrong_side_number_kind_and_certainty(what: str) -> None:
    caught = dict.fromkeys(("narrative", "letter", "paper"), 0)
    for seed in range(60):
        case, others, made = written(seed, plain=True)
        texts = [*narratives(case), *((name, list(letter.sentences())) for name, letter in made.items())]
        for name, sentences in texts:
            for sentence in sentences:
                for wrong in INJECTED[what](sentence.text) if sentence.sources else ():
                    told = judged(name, Sentence(wrong, sentence.sources), case, others)
                    assert told, f"exam {seed}, {name}: {wrong} {sentence.sources}"
                    group = (
                        "narrative" if name.startswith("narr") else "paper" if kind_of(name) != "report" else "letter"
                    )
                    caught[group] += 1
    assert min(caught.values()) > 0


def test_the_oracle_catches_a_changed_quotation() -> None:
    case, others, made = written(4)
    quotes = [one for one in made["necessity"].sentences() if re.search(r"\d+ (?:mm|weeks)", one.text)]
    wrong = [Sentence(re.sub(r"\d+ (mm|weeks)", r"983 \1", one.text), one.sources) for one in quotes]
    assert wrong
    assert all(faults(one, case, others) for one in wrong)


def test_the_oracle_catches_sources_that_are_not_there() -> None:
    case = Draw(3).exam()
    assert faults(Sentence("Anything.", ("findings[40].structure",)), case, OTHERS) == ["a source does not exist"]
    assert faults(Sentence("Anything.", ("exam.referrer",)), case, OTHERS) == ["no source holds anything"]


# Tone without boilerplate


def test_no_two_patients_have_the_same_narrative() -> None:
    from parotis.domain.claims.narrative_studio import boilerplate, composed

    texts = [composed(random_exams.Draw(seed).exam(), 2000).text for seed in range(120)]
    assert len(set(texts)) == len(texts)
    shares = [boilerplate(one, other) for one, other in itertools.combinations(texts, 2)]
    assert max(shares) < 1.0
    assert sum(shares) / len(shares) < 0.05

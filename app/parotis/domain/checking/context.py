"""What the checks know besides the exam, and the words they share.

A sentence names structure, side and kind of lesion, codes and fixed words; it never repeats text that a person typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from parotis.domain import lexicon
from parotis.domain.anatomy import described
from parotis.domain.case import Case, Finding, Interpreter, Lesion, Patient
from parotis.domain.coding import CdtCodeSet, IcdCodeSet
from parotis.domain.issue import Issue


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check may know besides the exam.

    ``today`` None: no clock is given, so nothing is compared with it. ``signer`` is the dentist who will sign, None
    when a file is checked on its own. ``rejected`` holds what was typed and does not parse, by path.
    ``picture_problems`` are fixed sentences by position in ``images``. ``patient_on_file`` is the patient whom the
    practice has under the same chart number. ``proposed`` are the paths that wait to be confirmed; ``unreviewed`` has,
    for each section that the signer must still pass over, the first path that somebody else set.
    """

    icd: IcdCodeSet
    cdt: CdtCodeSet
    today: date | None = None
    signer: Interpreter | None = None
    rejected: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    picture_problems: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    patient_on_file: Patient | None = None
    proposed: frozenset[str] = frozenset()
    unreviewed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


Rule = Callable[[Case, CheckContext], Iterable[Issue]]


def blocks(code: str, path: str, text: str) -> Issue:
    return Issue(code, "blocks", path, text)


def advises(code: str, path: str, text: str) -> Issue:
    return Issue(code, "advises", path, text)


def is_blank(text: str | None) -> bool:
    """Nothing written, or nothing that prints."""
    return text is None or not text.strip()


def folded(text: str) -> str:
    """For comparing: no case, no accents, single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof", "doctor", "jr", "sr", "ii", "iii", "dds", "dmd", "md", "phd"})


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name for comparing, without titles."""
    return tuple(word for word in re.findall(r"\w+", folded(name)) if word not in _TITLES)


def is_same_name(one: str, other: str) -> bool:
    """Whether two names can be one person's: order, case, accents, titles and further names do not matter.

    The words of the shorter name are all in the longer one; an initial stands for any word that it begins.
    """
    first, second = name_words(one), name_words(other)
    if "".join(sorted(first)) == "".join(sorted(second)) or "".join(first) == "".join(second):
        return True
    shorter, longer = sorted((first, second), key=len)
    if not shorter:
        return False
    spare = list(longer)
    for word in sorted(shorter, key=len, reverse=True):
        match = next((other for other in spare if _stands_for(word, other)), None)
        if match is None:
            return False
        spare.remove(match)
    return any(len(word) > 1 and word in longer for word in shorter)


def _stands_for(word: str, other: str) -> bool:
    return word == other or (1 in (len(word), len(other)) and word[:1] == other[:1])


def lesions_of(case: Case) -> Iterator[tuple[str, Finding, int, Lesion]]:
    """Every lesion: its path, its finding, its number from 1 within the finding, itself."""
    for place, finding in enumerate(case.findings):
        for number, lesion in enumerate(finding.lesions):
            yield f"findings[{place}].lesions[{number}]", finding, number + 1, lesion


def lesion_name(finding: Finding, number: int, lesion: Lesion) -> str:
    """Such as "lesion 1 (cyst) of the right parotid gland"; the label that a person typed is not repeated."""
    kind = f" ({lexicon.words(lesion.kind)})" if lesion.kind is not None else ""
    return f"lesion {number}{kind} of {the(finding.structure, finding.side)}"


def the(structure: str | None, side: str | None) -> str:
    """Side and structure within a sentence: "the right parotid gland", "both masseters"."""
    words = described(structure, side)
    return words if side == "bilateral" or structure is None else f"the {words}"


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]

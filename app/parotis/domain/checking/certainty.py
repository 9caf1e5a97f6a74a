"""Words surer, or less sure, than the certainty that is recorded; tissue and malignancy as facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parotis.domain.case import Case
from parotis.domain.checking.context import CheckContext, Rule, advises, blocks
from parotis.domain.checking.impression import lines
from parotis.domain.checking.statements import read
from parotis.domain.issue import Issue

_SURE = re.compile(
    r"\b(?:definite(?:ly)?|certain(?:ly)?|diagnostic (?:of|for)|confirm(?:s|ed|ing|atory)?|undoubted(?:ly)?|doubtless"
    r"|no doubt|without (?:a |any )?doubt|beyond (?:a |any |reasonable )*doubt|unequivocal(?:ly)?|unmistakabl[ey]"
    r"|pathognomonic|prov(?:es|en|ed)|establish(?:es|ed)|conclusive(?:ly)?|clearly (?:represents|a|an|is)"
    r"|obvious(?:ly)?|unambiguous(?:ly)?|absolutely|100 ?%|must be(?! (?:exclud|ruled"
    r"|consider|confirm|biops|remov|repeat|follow|treat|seen|taken|kept|assum)))(?!\w)"
)
_NEARLY_SURE = re.compile(
    r"\b(?:highly likely|almost certain\w*|virtually|pathognomonic|classic(?:al)? (?:of|for)|characteristic of)\b"
)
_NOT_SURE = re.compile(
    r"\b(?:no|not|without|cannot|never|nothing|un|to|until|needs?|needed|await\w*|pending|if|should|would|a|remain\w*"
    r"|required?|less|before|by)(?: be| have been| yet| entirely| fully| for| a| any)? ?$"
)
_PROOF = re.compile(
    r"biops|histolog|patholog|cytolog|\bfna\b|aspirat|on (?:cbct|mri|ct|radiograph)"
    r"|by (?:cbct|mri|ct)|\bknown\b|previous|\bprior\b"
)
_UNSURE = re.compile(
    r"\b(?:indeterminate|possibl[ey]|may (?:represent|be)|might|could (?:be|represent)"
    r"|questionable|unclear|uncertain|suspected"
    r"|nature (?:is )?(?:open|unknown)|cannot be (?:determined|characteri[sz]ed|classified)|doubtful|equivocal)\b|\?"
)
_MALIGNANCY = re.compile(
    r"\b(?:malignan\w+|cancer|carcinoma|tumou?r|neoplasm)\b[^.;]{0,20}?\b(?:is |are |was "
    r"|has been |can be )?(?:safely |definitely )?"
    r"(?:excluded|ruled out)\b|\b(?:excludes?|rules? out) (?:a |any )?(?:malignan\w+|cancer"
    r"|carcinoma)|\b(?:not|non-?) ?malignant\b"
    r"|\b(?:no|is not) (?:cancer|malignan\w+)(?= ?$|[.,;])"
)
_NOT_DONE = re.compile(
    r"\b(?:cannot|can't|not|to|should|must|until|if) (?:be )?(?:\w+ )?(?:exclud\w*|rul\w+ out)|\bnot (?:be |been )?\w*$"
)
_MALIGNANT = re.compile(
    r"\b(?:is|are|represents?) (?:clearly |definitely )?(?:malignant|cancer\w*)\b"
    r"|\b(?:malignant|cancerous) (?:mass|tumou?r|lesion|node|nodule)\b"
)
_HEDGED = re.compile(
    r"suspic|suspect|suggest|likely|probab|possib|\bmay\b|might|could|concern|cannot|not be"
    r"|features? of|signs?|exclude\b|until|appear"
)


def words_of_certainty(case: Case, _: CheckContext) -> Iterator[Issue]:
    recorded = case.interpretation.certainty
    for path, line in _lines(case):
        for sentence in read(line):
            if recorded in ("probable", "indeterminate") and _is_sure(sentence.text, _SURE):
                text = f'The text is surer than the certainty that is recorded, "{recorded}".'
                yield blocks("interpretation.certainty.exceeded", path, text)
            elif recorded == "indeterminate" and _is_sure(sentence.text, _NEARLY_SURE):
                text = 'The text is surer than the certainty that is recorded, "indeterminate".'
                yield advises("interpretation.certainty.exceeded", path, text)
            elif recorded == "definite" and path.startswith("interpretation") and _is_unsure(sentence.text):
                text = 'The text is in doubt, while the certainty that is recorded is "definite".'
                yield advises("interpretation.certainty.hedged", path, text)


def _lines(case: Case) -> Iterator[tuple[str, str]]:
    yield from lines(case)
    for place, finding in enumerate(case.findings):
        if finding.note:
            yield f"findings[{place}].note", finding.note
        for number, lesion in enumerate(finding.lesions):
            if lesion.note:
                yield f"findings[{place}].lesions[{number}].note", lesion.note


def _is_sure(text: str, words: re.Pattern[str]) -> bool:
    if _PROOF.search(text):
        return False
    return any(not _NOT_SURE.search(text[: match.start()]) for match in words.finditer(text))


def _is_unsure(text: str) -> bool:
    match = _UNSURE.search(text)
    return match is not None and not re.search(r"\b(?:no|not|without) (?:\w+ ){0,2}$", text[: match.start()])


def malignancy(case: Case, _: CheckContext) -> Iterator[Issue]:
    """Ultrasound neither proves nor excludes malignancy."""
    for path, line in lines(case):
        for sentence in read(line):
            if _PROOF.search(sentence.text):
                continue
            excluded = _MALIGNANCY.search(sentence.text)
            if excluded is not None and not _NOT_DONE.search(sentence.text[: excluded.end()]):
                text = "The impression excludes malignancy as a fact; only pathology can."
                yield advises("interpretation.impression.malignancy", path, text)
            elif _MALIGNANT.search(sentence.text) and not _HEDGED.search(sentence.text):
                text = "The impression calls something malignant as a fact; only pathology can."
                yield advises("interpretation.impression.malignancy", path, text)


RULES: tuple[Rule, ...] = (words_of_certainty, malignancy)

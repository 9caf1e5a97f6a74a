"""What in an exam bears out a diagnosis code, code family by code family.

Which code asks for what: the project's domain notes on ICD-10-CM (section 3).
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from parotis.domain.anatomy import STRUCTURES
from parotis.domain.case import Case
from parotis.domain.checking.recorded import is_affected, lesions, notes
from parotis.domain.checking.statements import LONGEST_READ, read

Test = Callable[["Record"], bool]


@dataclass(frozen=True)
class Record:
    """The exam as evidence: all its texts in plain words, kinds of symptoms and lesions."""

    case: Case
    said: str
    symptoms: frozenset[str]
    kinds: frozenset[str]

    def tells(self, words: str) -> bool:
        return _compiled(words).search(self.said) is not None

    def has(self, *kinds: str) -> bool:
        return not self.kinds.isdisjoint(kinds)

    def scanned(self, kind: str) -> bool:
        seen = {entry.structure for entry in self.case.scan} | {finding.structure for finding in self.case.findings}
        return any(structure is not None and STRUCTURES[structure].kind == kind for structure in seen)

    def affected(self, kind: str) -> bool:
        return any(
            f.structure is not None and STRUCTURES[f.structure].kind == kind and is_affected(f)
            for f in self.case.findings
        )


_compiled = functools.lru_cache(maxsize=256)(re.compile)
_known: dict[bytes, str] = {}


def _plain(text: str) -> str:
    """Plain words, without what is denied: "no stone" is no evidence of a stone."""
    key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    found = _known.get(key)
    if found is None:
        if len(_known) >= 256:
            _known.clear()
        found = _known[key] = " . ".join(_DENIED.sub(" ", sentence.text) for sentence in read(text))
    return found


_DENIED = re.compile(
    r"\b(?:no(?! longer)|not|without|denies|den(?:ied|ying)|never|nor|neither|absence of"
    r"|free of|negative for|rather than)\b"
    r"(?: (?!but\b|and (?:the|a|is)\b|with\b|except\b|however\b)[^\s.;:]+){1,6}"
)


def record_of(case: Case) -> Record:
    told = [case.complaint, case.history, case.clinical_exam, case.rationale.note]
    told += [study.result for study in case.rationale.prior_studies]
    told += [symptom.note for symptom in case.symptoms]
    told += [
        *notes(case),
        *case.interpretation.impression,
        *case.interpretation.differential,
        case.interpretation.comparison,
    ]
    said = " . ".join(_plain(text[:LONGEST_READ]) for text in told if text)
    symptoms = frozenset(symptom.kind for symptom in case.symptoms if symptom.kind is not None)
    return Record(case, said, symptoms, frozenset(lesion.kind for lesion in lesions(case) if lesion.kind is not None))


def _told(words: str, *symptoms: str) -> Test:
    return lambda record: record.tells(words) or not record.symptoms.isdisjoint(symptoms)


def _found(*kinds: str) -> Test:
    return lambda record: record.has(*kinds)


def _any(*tests: Test) -> Test:
    return lambda record: any(test(record) for test in tests)


def _gland(record: Record) -> bool:
    return record.affected("gland")


def _joint(record: Record) -> bool:
    return record.scanned("joint")


def _joint_and(test: Test) -> Test:
    return lambda record: _joint(record) and test(record)


def _node(record: Record) -> bool:
    return record.affected("node") or record.has("lymph-node")


def _disc(record: Record) -> bool:
    values = [f.attributes for f in record.case.findings]
    return any(v.disc_closed in _DISPLACED or v.disc_open in ("does-not-reduce", "stuck") for v in values)


def _arthritis(record: Record) -> bool:
    values = [f.attributes for f in record.case.findings]
    return any(
        v.effusion in ("small", "moderate", "large") or v.condyle_surface in ("erosion", "irregular") for v in values
    )


def _surface(record: Record) -> bool:
    return any(f.attributes.condyle_surface not in (None, "", "smooth") for f in record.case.findings)


_DISPLACED = frozenset({"anterior", "medial", "lateral", "posterior"})
_CYST = _any(_found("cyst"), _told(r"cyst|\branula|mucocele|dermoid|sinus|\bpit\b|fistula"))
_PUS = _any(_found("collection"), _told(r"abscess|\bpus\b|purulen|suppurat|phlegmon|liquef"))
_TRAUMA = _told(
    r"trauma|injur|\bfell\b|\bfall\b|\bhit\b|accident|crash|punch|assault|struck|kick"
    r"|\bbit(?:e|ten)?\b|\bcut\b|wound|fractur"
    r"|dislocat|contus|sprain|burn|blow\b|stab|lacerat|bruis|haemat|hemat|splinter|sliver"
    r"|popped|luxat|elbow|collision|\bball\b"
    r"|tripped|slipped|door",
    "trauma",
)
_MUSCLE = _any(lambda record: record.scanned("muscle"), _told(r"muscle|masset|myalg|jaw|chew"))
_PAIN = _told(r"pain|ach(?:e|es|ing)\b|sore|hurt|tender|dolor|throb|arthralg", "pain", "tenderness")
_FOREIGN = _any(_found("foreign-body"), _told(r"foreign|splinter|fragment|filler|glass|needle|sliver|graft|suture"))
_SWELLING = _any(
    _told(
        (
            r"swell|swollen|lump|mass\b|nodul|bump|knot|puff|bulge|fullness|enlarge|hinchad|marble"
            r"|bubble|boil|growth|thicken|round"
        ),
        "swelling",
        "mass",
    ),
    lambda record: bool(record.kinds),
)

EVIDENCE: tuple[tuple[str, Test], ...] = (
    ("K11.0", _told(r"atroph|shrunk|shrink|small|radiat|radiot")),
    ("K11.1", _told(r"enlarg|hypertroph|sialos|swell|big|chubby|full|round", "swelling")),
    ("K11.2", _any(_gland, _told(r"sialaden|sialoaden|parotitis|submandibulitis"))),
    ("K11.3", _any(_found("collection"), _told(r"abscess"))),
    ("K11.4", _told(r"fistul|tract|leak|discharg", "discharge")),
    ("K11.5", _found("stone")),
    ("K11.6", _CYST),
    ("K11.7", _told(r"\bdry|xerost|saliv|drool|sialorr", "dry-mouth")),
    ("K11.8", _gland),
    ("K11.9", lambda record: record.scanned("gland")),
    ("M35.0", _told(r"sjogren|sicca|\bdry", "dry-mouth")),
    ("D89.84", _told(r"igg4|mikulicz|kuttner")),
    ("R68.2", _told(r"\bdry|xerost|sandpaper|thirst|\bsip", "dry-mouth")),
    ("R22", _SWELLING),
    ("R68.84", _any(_PAIN, _told("jaw"))),
    ("R51", _told(r"headache|head pain|facial pain|face pain|migraine|temple", "pain")),
    ("G50.0", _told(r"neuralg|shooting|electric|lancinat|trigemin|stabbing")),
    ("G50.1", _told(r"facial pain|face pain|burning|neuralg|atypical|neuropath")),
    ("G51", _told(r"bell'?s|palsy|weak|paraly|droop")),
    ("R93.0", _told(
        r"opacit|radioluc|incidental|finding|calcif|radiograph|panoram|cbct|lucen|asymmetr"
        r"|suspicious|body|bodies")),
    ("R59", _node), ("L04", _node), ("I88", _node), ("C77", _node), ("A28.1", _node), ("A18.2", _node),
    ("D17", _told(r"lipoma|fatty")),
    ("D18.0", _any(_found("vascular-lesion"), _told(r"haemangi|hemangi|vascular"))),
    ("D18.1", _any(_found("vascular-lesion", "cyst"), _told(r"lymphangi|hygroma|lymphatic"))),
    ("Q27", _any(_found("vascular-lesion"), _told(r"malform|arterioven|vascular|venous"))),
    ("Q82.5", _told(r"naevus|nevus|port|wine|capillar|birthmark")),
    ("K09", _CYST), ("K04.8", _CYST), ("M27.4", _CYST), ("L72", _CYST), ("Q18.0", _CYST), ("Q18.1", _CYST),
    ("Q18.8", _CYST), ("Q89.2", _any(_CYST, _told("thyrogloss"))),
    ("K04.6", _any(_PUS, _told(r"periapical|apical|fistul|sinus|tooth|molar|odontogen"))),
    ("K04.7", _any(_PUS, _told(r"periapical|apical|tooth|molar|odontogen|root canal|premolar|canine|incisor"))),
    ("K12.2", _any(_PUS, _told(r"cellulit|oedema|edema|indurat|infect|ludwig|erythem", "fever"))),
    ("L02", _PUS),
    ("L03", _told(r"phlegmon|inflam|infect|cellulit|oedema|edema|erythem|indurat|infiltrat|erysipel")),
    ("L76.3", _any(_found("collection"), _told(r"haematoma|hematoma|seroma|postop|surg|sialocele"))),
    ("M27.2", _told(r"osteo|bone|cort|jaw|periost|sequest|socket")),
    ("M26.60", _joint), ("M26.69", _joint),
    ("M26.61", _joint_and(_told(r"adhes|ankylos|fused|fixed|stuck|limited|opening|trismus", "trismus"))),
    ("M26.62", _joint_and(_PAIN)),
    ("M26.63", _joint_and(_any(_disc, _told(
        r"dis[ck]\w*[^.]{0,30}(?:displac|derang|anterior)|displac\w+[^.]{0,20}dis[ck]"
        r"|derangement|reduc")))),
    ("M26.64", _joint_and(_any(_arthritis, _told(r"arthrit|synov|effusion|erosi|inflam")))),
    ("M26.65", _joint_and(_any(_surface, _arthritis, _told(r"arthropath|degenerat|osteophyt|flatten|condyl|arthro")))),
    ("M26.6", _joint),
    ("M79.1", lambda record: _MUSCLE(record) and _PAIN(record)),
    ("M62.83", _any(_told(r"spasm|trismus|cramp|can(?:'t|not) open|limited opening|opening \d", "trismus"))),
    ("M62.89", _MUSCLE), ("M60.0", _MUSCLE), ("M60.9", _MUSCLE),
    ("M60.2", _FOREIGN), ("M79.5", _FOREIGN), ("Z18", _FOREIGN), ("L92.3", _FOREIGN),
    ("S00.35", _FOREIGN), ("S00.55", _FOREIGN), ("S00.85", _FOREIGN), ("S01.54", _FOREIGN), ("S01.84", _FOREIGN),
    ("S02", _told(r"fractur|step|crack|broken")),
    ("S03.0", _told(r"dislocat|luxat|popped|out of|stuck open|lock")),
    ("V", _TRAUMA), ("W", _TRAUMA), ("X", _TRAUMA), ("Y", _TRAUMA),
    ("S", _TRAUMA), ("T81.4", _told(r"infect|abscess|postop|surg|extract")), ("T", _TRAUMA),
    ("M79.81", _told(r"haematoma|hematoma|bruis|bleed")),
    ("H92.0", _told(r"\bear\b|\bears\b|otalg|earache")),
    ("R13", _told(r"dysphag|swallow", "dysphagia")),
    ("R60.0", _told(r"oedema|edema|swell|puff", "swelling")),
    ("R25.2", _told(r"cramp|spasm")),
    ("K13.0", _told(r"\blips?\b")), ("K14", _told(r"tongue")),
    ("K13", _told(r"mucos|lip|cheek|oral|gum|leukopl|fibro|mouth")),
    ("B26", _told(r"mumps|parotitis")), ("D86", _told("sarcoid")), ("A42", _told("actinomy")),
    ("Z92.3", _told(r"radiat|radiot|radioiod")), ("Z85", _told(r"cancer|carcinom|tumou?r|malignan|lymphoma|neoplas")),
    ("Z08", _told(r"follow|check|recurr|after|surveill|review|control|history")),
    ("Z09", _told(r"follow|check|recurr|after|removed|review|control|resolved")),
    ("G47.63", _told(r"brux|clench|grind")), ("F45.8", _told(r"brux|clench|grind")),
    ("G24", _told(r"dyston|involuntar")),
    ("J39.0", _told(r"pharyng")),
)  # fmt: skip

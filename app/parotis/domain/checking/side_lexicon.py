"""Words and patterns by which a text about face and neck names a side, a structure, a sign, a denial or the past."""

from __future__ import annotations

import re

from parotis.domain.anatomy import structures_of_kind

Structures = frozenset[str]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NODES = frozenset(structures_of_kind("node"))
_NECK = NODES - {"facial-node", "parotid-node"} | {
    "sternocleidomastoid", "thyroid-gland", "submandibular-gland", "submandibular-region", "submental-region",
}  # fmt: skip
_GLANDS = frozenset(structures_of_kind("gland"))
_MUSCLES = frozenset(structures_of_kind("muscle"))

STRUCTURE_WORDS: tuple[tuple[str, Structures], ...] = (
    (r"parotid\w*|stensen'?s?", _set("parotid-gland parotid-node")),
    (
        r"submandibular|submaxillary|wharton'?s?|smg",
        _set("submandibular-gland submandibular-region node-level-ib"),
    ),
    (r"sublingual", _set("sublingual-gland floor-of-mouth")),
    (r"floor of (?:the |my |her |his )?mouth", _set("floor-of-mouth sublingual-gland")),
    (
        r"temporo-?mandibular|tmjs?|tmd|jaw joints?|joints?|dis[ck]s?|condyl\w+|mandibular head",
        _set("temporomandibular-joint"),
    ),
    (r"masset\w+", _set("masseter submasseteric-space")),
    (r"temporalis|temples?", _set("temporalis")),
    (r"sternocleidomastoid|scm", _set("sternocleidomastoid")),
    (r"pre-?auricular", _set("preauricular-region parotid-gland parotid-node")),
    (
        r"ears?|otalgia",
        _set("preauricular-region parotid-gland parotid-node temporomandibular-joint"),
    ),
    (r"cheek-?bones?|zygoma\w*", _set("zygoma")),
    (
        r"cheeks?|buccal",
        _set(
            "cheek buccal-space parotid-gland parotid-node masseter submasseteric-space facial-node"
            " minor-salivary-gland maxilla mandible zygoma infraorbital-region preauricular-region"
        ),
    ),
    (r"upper lip", _set("upper-lip")),
    (r"lower lip", _set("lower-lip")),
    (r"lips?", _set("upper-lip lower-lip")),
    (r"tongue", _set("tongue floor-of-mouth")),
    (r"palat\w+", _set("palate")),
    (r"chin|submental", _set("chin submental-region node-level-ia")),
    (r"infra-?orbital", _set("infraorbital-region")),
    (r"upper jaw|maxill\w+", _set("maxilla infraorbital-region")),
    (
        r"jaws?|lower jaw|mandib\w+",
        _set(
            "mandible submandibular-gland submandibular-region temporomandibular-joint masseter"
            " maxilla submasseteric-space node-level-ib buccal-space parotid-gland"
        ),
    ),
    (r"supraclavicular", _set("supraclavicular-node")),
    (r"thyroid", _set("thyroid-gland")),
    (r"level (?:i[ab]?|ii[ab]?|iii|iv|v[ab]?|vi|[1-6][ab]?)(?![a-z])", frozenset()),
    (r"neck|cervical|jugulo\w+|jugular", _NECK),
    (r"(?:lymph )?nodes?|lymphaden\w+", NODES),
    (r"salivary|glands?", _GLANDS),
    (r"muscles?", _MUSCLES),
)
STRUCTURE = re.compile("|".join(rf"(?P<w{i}>\b(?:{p})\b)" for i, (p, _) in enumerate(STRUCTURE_WORDS)))
ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v", "6": "vi"}

ANY_SIDE = re.compile(
    r"\b(?:right|left|rt|lt|r|l|both|bilat\w*|b/l|r/l|l/r|(?:each|either) side|rigth|rihgt|righ|rght|lfet|letf|leftt"
    r"|rightt|derech[ao]s?|izquierd[ao]s?|bilater\w+)\b|[RL]\b",
    re.IGNORECASE,
)
MISSPELT = re.compile(
    r"\b(?:(?P<left>lfet|letf|leftt|izquierd[ao]s?|izq\.)|(?P<right>rigth|rihgt|righ|rght|rightt|derech[ao]s?|dcha\.)"
    r"|(?P<bilateral>ambos lados|bilaterales|bilateraly|billateral))(?!\w)",
    re.IGNORECASE,
)
"""Usual slips of the fingers, and the words of Spanish, which many patients speak."""
SIDE = re.compile(
    r"\b(?:(?P<right>right(?:-sided)?|rt)|(?P<left>left(?:-sided)?|lt)|(?P<bilateral>bilateral(?:ly)?|bilat|b/l|both"
    r"|(?:each|either) side))(?![\w-])"
)
NEXT_WORD = re.compile(r"\W*([\w']+(?:-\w+)*)")
LAST_WORDS = re.compile(r"(?:([\w']+)[\s]+)?([\w']+)(\W*)$")

ADVERB_AFTER_RIGHT = _set(
    "away now after before here there behind in below under underneath at on next up down where when about angle angles"
    " answer amount thing time way through off along beside into around atop above near over beneath inside outside by"
    " against since then until handed footed-handed dose size position place choice"
)
VERB_AFTER_LEFT = _set(
    "over overs untreated alone behind out in home school work hospital blank open to with as off undisturbed"
    " unattended"
    " me him her us them the a an my it its unchanged unrepaired unfilled unexplored untouched for until without"
)
NAMES_A_SIDE = _set("lower upper the my her his their your our on to from of side and or")
FEELS_RIGHT = _set(
    "all alright feel feels feeling felt look looks sit sits fit fits bite bites close closes work works heal heals"
    " just"
    " quite not isn't that's go goes went is was be been seems seem come comes"
)
LEFT_AS_VERB = _set("i he she they we was were been being be is are has have had nothing any anything time who it")
SIDED = frozenset({"sided", "side", "lateral", "anterior", "posterior", "upper", "lower", "more", "greater"})
TURNED = re.compile(
    r"\b(?:turn\w*|tilt\w*|rotat\w*|fac(?:ing|es)|look(?:ing|s|ed)?|deviat\w*|deflect\w*|shift\w*"
    r"|mov(?:e|es|ed|ing|ement)s?"
    r"|toward?s?|point\w*|lateral excursion\w*|displaced to|lying|lies|sleep\w*|slept|chew\w*"
    r"|radiat\w*|spread\w*|extend\w*|position\w*)"
    r"(?:\s+(?:to|on|onto|toward|towards|the|her|his|my|their|mostly|only|mainly|food))*\s*$"
)
ELSEWHERE = re.compile(
    r"^\W*(?:upper |lower )?(?:hand|arm|leg|shoulder|breast|lung|kidney|knee|hip|foot|heart|ventric|atri|wrist"
    r"|elbow|thumb"
    r"|finger|chest|ankle|eye|nostril|handed|footed|groin|flank|ovar|testi|carotid|bundle|lateral decubitus|decubitus)"
)
TOOTH = re.compile(
    r"\b(?:molars?|tooth|teeth|premolars?|incisors?|canines?(?! (?:space|fossa))|wisdom|fillings?|crowns?|implants?"
    r"|dentures?|root canals?)\b"
)
_TOOTH_WORD = TOOTH.pattern
BEFORE_TOOTH = re.compile(rf"^\W*(?:\w+\W+){{0,2}}{_TOOTH_WORD}")
AFTER_TOOTH = re.compile(rf"{_TOOTH_WORD}\W+(?:\w+\W+){{0,2}}$")
COMPARED_WITH = re.compile(
    r"\b(?:compar\w+|against|a?symmetr\w+ (?:with|to)|similar to|identical to|equal to"
    r"|versus|vs|than|unlike|relative to|same as|like the)\b|>|<"
)
COMPARED = re.compile(
    r"\b(?:(?:for|as) (?:a )?(?:comparison|reference|baseline)|contralateral\w*|opposite|other side|a?symmetr\w+|also"
    r"|as well|too|the same|likewise|similar\w*|identical\w*)\b"
)
LONG_PAST = re.compile(
    r"\b(?:family history|(?:his|her|my|their|whose) (?:mother|father|sister|brother|aunt"
    r"|uncle|wife|husband|son|daughter"
    r"|grand\w+|cousin)(?: \w+){0,3} (?:had|has|have|was|with)|removed|excised|resected"
    r"|extracted|operated|years? ago|childhood|as a (?:child|boy|girl|teenager|student)"
    r"|in (?:his|her|their|my) (?:youth|teens)"
    r"|resolved|settled|healed|recovered|no longer"
    r"|\w+ectomy|since (?:18|19|20)\d\d|in (?:(?:early|late|spring|summer|autumn|fall|winter) )?(?:19|20)\d\d)\b"
)
PAST = re.compile(
    r"\b(?:remov\w+|excis\w+|resect\w+|extract\w+|surger\w+|surgical\w*|operat\w+|previous\w*|prior|past|settled"
    r"|old|radiotherapy|irradiat\w+|treated|used to|earlier|once|last (?:year|spring|summer|autumn|fall|winter))\b"
)
NEGATOR = re.compile(
    r"\b(?:no|not|without|none|never|nor|neither|nothing|den(?:y|ies|ied)|absent|absence|negative|free of|rule[sd]? out"
    r"|exclud\w+|cannot|unable|\w+n't|lacks?|fails?)\b"
)
NOT_REDUCED = re.compile(r"\b(?:without|no) reduction\b|\b(?:does|do|did) not reduce\b")
"""Says how a disc is displaced, and denies nothing."""
STILL_THERE = re.compile(
    r"\bnot (?:gone|go|going|resolv\w+|settl\w+|improv\w+|better|chang\w+|sure|healed|heal|respond\w*"
    r"|(?:quite |entirely |completely )?normal)\b|\bno (?:better|change|relief)\b"
)
ABSENT = frozenset({"absent", "absence", "none", "negative"})
NORMAL = re.compile(
    r"\b(?:normal|unremarkable|healthy|unaffected|fine(?![- ]needle)|clear|spared"
    r"|uninvolved|intact|silent|wnl|nad|asymptomatic|pain-?free|non-?tender|non-?painful"
    r"|symptom-?free"
    r"|painless side|within normal limits|ok|okay|good)\b"
)
CALLED_NORMAL = re.compile(
    r"\b(?:normal(?! (?:\w+ )?(?:hilum|hila|hilar|architecture|flow|vascular\w*|size|shape"
    r"|position|duct|cortex|limit|range))"
    r"|unremarkable|healthy|unaffected|uninvolved|wnl|nad)\b"
)
NOT_WHOLLY_NORMAL = re.compile(r"\b(?:otherwise|remain\w+|rest of|elsewhere|surrounding|adjacent|else|residual|flow)\b")
SIGN = re.compile(
    r"(?<!non-)(?<!non)\b(?:red|redness|erythem\w*|viscous|fibro\w+|dome|hard|effac\w+|spot"
    r"|scars?|indurat\w+|fistula\w*|crackl\w*"
    r"|hollow\w*|atroph\w*|lacerat\w+|ulcer\w*|doughy|rubbery|wounds?|bruis\w+|ecchymo\w*"
    r"|o?edema\w*|fluctua\w+|warm|drain\w+"
    r"|discharg\w*|fullness|ttp|balloon\w*|blew|stab|bitten|symptoms?(?!-free)|complain\w*"
    r"|discomfort|swell\w*|swollen|lump\w*|mass(?:es)?|pain\w*(?<!painless)|ach(?:e|es|ing)"
    r"|tender\w*|click\w*"
    r"|puff\w+|hurt\w*|sore\w*|firm|enlarg\w+|bump\w*|knot\w*|nodul\w+|pus|injur\w+|numb\w*|trismus|stiff\w*|lock\w+"
    r"|cysts?|cystic|stones?|calcul\w+|abscess\w*|collections?|lesions?|effusions?|displac\w+|dilat\w+|sialadenitis"
    r"|hypertroph\w+|thicken\w+|sialolith\w*|obstruct\w+|foreign bod\w+|haematoma|hematoma|inflam\w+|heterogen\w+"
    r"|hypoecho\w+|tumou?rs?|neoplasm\w*|adenoma\w*|lipoma\w*|malform\w+|lymphaden\w+|sialos\w+|sjogren\w*|sjögren\w*"
    r"|synovitis|erosi\w+|arthr\w+|myalgia|asymmetr\w+|bulg\w+|fragment\w*|splinter\w*|pop\w*|crepit\w*|abnormal\w*)\b"
)

ACT = re.compile(
    r"\b(?:drain\w*|excis\w+|biops\w+|aspirat\w+|remov\w+|inject\w+|surg\w+|operat\w+|incis\w+|fna|fnac|splint\w*"
    r"|sial\w*endoscop\w+|arthrocent\w+|resect\w+|\w+ectomy|explor\w+|irrigat\w+|enucleat\w+|botulinum)\b"
)

SENTENCE = re.compile(r"[.!?](?=\s|$)|[;\n]")
CLAUSE = re.compile(r"[,:()–—]| - |\b(?:but|however|while|whereas|although|except|yet)\b")
HEADING = re.compile(r"\W*(?:\w+ ){0,3}\w+\s*")
OPENING = re.compile(r"\W*(?:on|in|at) (?:the )?(?:right|left)[\w ]{0,25}")
SUBORDINATE = re.compile(r"\b(?:without|with no)\b")
OWN_STATEMENT = re.compile(
    r"\s*(?:and |but )?(?:mild|moderate|marked|slight|severe|some|tender|firm|a|an|the|there|with)\b"
)
"""How a clause begins that says something of its own after one that denies."""
BREAKS_NEGATION = re.compile(r"^(?:but|however|while|whereas|although|except|yet|:|–|—| - )$")
ABBREVIATED = re.compile(r"\b(rt|lt|dr|approx|ca|vs|st|mr|mrs|ms)\.", re.IGNORECASE)
LETTER = re.compile(
    r"\(\s*(?:[RL]|[Rr]ight|[Ll]eft|[RrLl][Tt]\.?)\s*\)"
    r"|(?<![\w./'-])([RL])(?![\w'-])(?=\.?\s+(?:[a-z(]|TMJ|TMD|SCM|SMG|Parotid|Submand"
    r"|Masseter|Temporo)|\s*[>,;)]|\.?\s*$)\.?"
)
BOTH_LETTERS = re.compile(r"\b(?:R/L|L/R)\b")

JOINED = re.compile(r"\W*(?:and|or|/|&|to)?\W*(?:the )?")
"""What stands between two sides that speak about one structure."""
TREATED_WITH = frozenset({"after", "post", "of", "with", "had", "received", "previous"})

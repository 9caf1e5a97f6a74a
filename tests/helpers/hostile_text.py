"""Seeded text that tries to be something else: markup, code, paths, queries, and the corners of Unicode.

Every string is one that a case file may hold: no control characters but tab and line ends, no surrogates, no
noncharacters. All are in NFC, which is the form the program keeps.
"""

from __future__ import annotations

import itertools
import random
import unicodedata

MARKUP = (
    '<img src="/etc/passwd">', '<img src="file:///etc/passwd"/>', "<onDraw name=print label=x>", "<font color=red>",
    '<font face="Times" size="99">', '<a href="javascript:alert(1)">', "<b>", "</para>", "<br/>", "<!-- ", "-->",
    "<![CDATA[", "]]>", "<?xml version='1.0'?>", '<!ENTITY x SYSTEM "file:///etc/passwd">', "&amp;", "&lt;b&gt;",
    "&#65;", "&#x202e;", "&nosuch;", "&", "<", "value <x mm", "<super>2</super>", '<bullet bulletText="x"/>',
    "<seq id='a'/>", "<index item='a'/>", "<script>alert(1)</script>",
)  # fmt: skip
CODE = (
    "%s%s%n", "%(x)s", "%d", "{0}", "{x.__class__}", "{{7*7}}", "{% include '/etc/passwd' %}", "${jndi:ldap://x/a}",
    "$(id)", "`id`", "#{1+1}", "__import__('os')", "'; DROP TABLE exams;--", "' OR '1'='1", '" OR ""="', "1; --",
    "a AND b", "a OR", "NOT x", "NEAR(a b, 2)", "identity : x", '"', "'", "*", "a*", "^a", "-a", "+", "(", ")", "((",
    "\\", "\\\\", "\\n", "\\(", ") Tj ET", "BT /F1 9 Tf", "endstream endobj", "%%EOF", "<< /JS (x) >>", "/OpenAction",
)  # fmt: skip
PATHS = (
    "../../../../etc/passwd", "/etc/passwd", "..\\..\\windows\\win.ini", "C:\\x",
    "file:///etc/shadow", "//host/share",
    "~/.ssh/id_rsa", "CON", "nul.txt", "a/b", "name.", "http://127.0.0.1/x.png", "data:image/png;base64,AAAA",
)  # fmt: skip
FORMULAS = ("=1+1", '=HYPERLINK("http://x","y")', "@SUM(A1)", "+1", "-1+1", "=cmd|' /C calc'!A0", "[31mred", "[2J")
SCRIPTS = (
    "שלום", "עולם.", "(בדיקה)", "שָׁלוֹם", "מ״מ", "مرحبا", "لا إله", "مُحَمَّد", "می‌خواهم", "۱۲۳", "١٢٫٥", "耳下腺",
    "腮腺囊肿，", "超音波。", "「検査」", "이하선", "\u1100\u1161\u11a8", "हिन्दी", "क्षत्रिय", "ภาษาไทย", "น้ำ",
    "հայերեն", "ქართული", "Ελληνικά", "Привет", "ёлка", "Việt", "Straße", "İı", "ﬁ ﬂ", "ǅ", "㎜",
    "½ ≤ µ °", "𝔸𝒜", "☎✓→",
)  # fmt: skip
MARKS = (
    "😀", "👍🏽", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "🇮🇱", "1️⃣", "e\u0301",
    "o\u0302\u0323", "x\u0331\u0302\u0330",
    "a" + "\u0301" * 12, "Z\u0351\u036b\u0343\u036a\u0302", "\u0301", "\u0378", "\ue000", "\U000f0000", "\U0001fbff",
    "\U00050000", "\ufffd", "\ufeff", "a\u00adb", "a\u200bb", "a\u200cb", "a\u200db", "\u2060", "\u034f", "\u061c",
    "\u202e", "\u202dabc\u202c", "\u202ecba\u202c", "\u2067x\u2069", "\u2066", "\u2068y",
    "\u2069", "\u200f", "\u200e",
)  # fmt: skip
SPACES = ("\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2003", "\u2028", "  ", " x ", "\n\n\n")
PLAIN = ("text", "14.2 x 11.0 mm", "12.5", "a-b", "well-known", "3-4", "Right", "left", "?", "...", "—", "x" * 5)
LONG_WORDS = ("W" * 2000, "ab-cd_ef." * 220, "ש" * 400, "腺" * 400)

_POOLS = (MARKUP, CODE, PATHS, FORMULAS, SCRIPTS, SCRIPTS, MARKS, MARKS, SPACES, PLAIN)


def strings(seed: int, count: int, *, long_words: bool = True) -> list[str]:
    """``count`` strings: first each listed one alone, in an order of the seed, then mixtures."""
    generator = random.Random(seed)
    singles = list(dict.fromkeys(itertools.chain.from_iterable(_POOLS)))
    generator.shuffle(singles)
    mixtures = (_mixture(generator) for _ in itertools.count())
    found = list(itertools.islice(itertools.chain(singles, mixtures), count))
    if long_words:
        for position, word in zip(range(7, count, 101), itertools.cycle(LONG_WORDS), strict=False):
            found[position] = word
    return [unicodedata.normalize("NFC", text) for text in found]


def _mixture(generator: random.Random) -> str:
    parts = [generator.choice(generator.choice(_POOLS)) for _ in range(generator.randint(2, 7))]
    return "".join(part + generator.choice(("", "", " ")) for part in parts)

from __future__ import annotations

import random
from collections.abc import Callable

import pypdfium2
import pytest
from unit.documents.conftest import bare

from parotis.documents.drawing import Drawing
from parotis.documents.fonts import FontLibrary
from parotis.documents.text import Piece, Typesetter

TYPED = (
    "Hello fi ffl office AVATAR, 14.2 × 11.0 mm",
    "Ελληνικά κείμενο, Привет мир ёлка й",
    "שלום עולם (בדיקה) 12.5 mm ok.",
    "Hebrew in English: שלום, and (עולם) end.",
    "שָׁלוֹם",
    "שלוםָ (1) x שָׁ",
    "مرحبا بالعالم لا إله، الغدة النكفية 12 mm",
    "English سلام (می‌خواهم) 1234 end",
    "مُحَمَّد",
    "耳下腺の超音波検査。腮腺囊肿，大小约14毫米。",
    "e\u0301 o\u0302\u0323 n\u0303 x\u0331\u0302 Việt a\u0301\u0301",
    "हिन्दी क्षत्रिय प्रशिक्षण",
    "ภาษาไทย հայերեն ქართული",
    '<img src="/etc/passwd"> &amp; ]]> %(x)s {{7*7}} \\ () \\n <b>bold',
    "emoji 😀👍🏽 \U0001f468\u200d\U0001f469 unassigned \u0378 이하선",
    "a-\nb-\nc–\nd",
    "tab\there\u00a0nbsp\u3000ideo",
    "a\u200bb\u200dc\ufeffd q\u00adr",
    "∑∫√ 𝔸𝒜 ♥☎✓ →⇒ ½ ≤ ≥ µ °",
)
POOL = (
    "text", "12.5 mm", "<b>", "&amp;", "]]>", "%(x)s", "{{7*7}}", "\\", "(", ")", "שלום", "עולם.", "مرحبا", "لا،",
    "۱۲۳", "耳下腺", "、", "腮腺", "é", "e\u0301", "\u0301", "😀", "\u0378", "हिन्दी", "-", "a-b", "\n", "\t", "\r\n",
    "\u200b", "\ufeff", "ß", "Ω", "Ж", "W" * 90, "ไทย", "$", "'", '"', "=1+1", "@x", "/etc/passwd",
    "'; DROP TABLE x;--",
)  # fmt: skip


@pytest.fixture
def written(fonts: FontLibrary) -> Callable[[str], bytes]:
    """Pages with nothing but the text, in lines as a report has them."""
    typesetter = Typesetter(fonts)

    def write(text: str) -> bytes:
        drawing = Drawing(fonts, title="Test")
        y = 40.0
        for line in typesetter.lines([Piece(text)], 10, 480):
            if y > 740:
                drawing.end_page()
                y = 40.0
            indent = 480 - line.width / 100 if line.right_to_left else 0
            drawing.text(line, 60, y, 10, (0, 0, 0), indent=indent)
            y += 14
        drawing.end_page()
        return drawing.finish()

    return write


@pytest.mark.parametrize("text", TYPED)
def test_text_comes_out_of_the_pdf_as_typed(
    text: str, written: Callable[[str], bytes], text_of: Callable[[bytes], str]
) -> None:
    assert bare(text_of(written(text))) == bare(text)


def test_hostile_text_comes_out_of_the_pdf_as_typed(
    written: Callable[[str], bytes], text_of: Callable[[bytes], str]
) -> None:
    generator = random.Random(2026)
    for _ in range(200):
        parts = [generator.choice(POOL) for _ in range(generator.randint(1, 12))]
        text = "".join(part + generator.choice(("", " ")) for part in parts)
        assert bare(text_of(written(text))) == bare(text), ascii(text)


def test_word_of_twenty_thousand_letters_comes_out_whole(
    written: Callable[[str], bytes], text_of: Callable[[bytes], str]
) -> None:
    word = "abcdefghij" * 2000
    assert bare(text_of(written(word))) == word


@pytest.mark.parametrize("text", ["plain text", "שלום עולם", "耳下腺の検査", "é\u0323 ж", "(x) \\ <i>"])
def test_a_second_reader_agrees(text: str, written: Callable[[str], bytes]) -> None:
    document = pypdfium2.PdfDocument(written(text))
    page = document[0]
    content = page.get_textpage()
    assert bare(content.get_text_range()) == bare(text)
    content.close()
    page.close()
    document.close()


def test_lines_break_at_spaces_and_never_gain_a_hyphen(fonts: FontLibrary) -> None:
    lines = Typesetter(fonts).lines([Piece("well-known words " * 20)], 10, 200)
    texts = ["".join(atom.text for atom in line.logical) for line in lines]
    assert all(line.width / 100 <= 200 for line in lines)
    assert " ".join(texts).split() == ("well-known words " * 20).split()


def test_ideographs_break_anywhere_but_before_closing_punctuation(fonts: FontLibrary) -> None:
    lines = Typesetter(fonts).lines([Piece("耳下腺。" * 20)], 10, 95)
    starts = {line.logical[0].text[0] for line in lines}
    assert len(lines) > 5
    assert "。" not in starts


def test_controls_in_one_piece_do_not_turn_its_neighbours_round(fonts: FontLibrary) -> None:
    pieces = [Piece("before "), Piece("\u202e\u2067\u2069\u2069x"), Piece(" after")]
    line = Typesetter(fonts).line(pieces, 10, 480)
    shown = "".join(atom.text for atom in line.atoms)
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert all(atom.level % 2 == 0 for atom in line.atoms if atom.piece != 1)


def test_right_to_left_piece_stays_behind_its_label(fonts: FontLibrary) -> None:
    line = Typesetter(fonts).line([Piece("History: ", strong=True), Piece("שלום")], 10, 480)
    assert line.atoms[0].text.startswith("History")
    assert not line.right_to_left


def test_arabic_letters_are_joined(fonts: FontLibrary) -> None:
    line = Typesetter(fonts).line([Piece("لا")], 10, 480)
    assert [glyph.text for atom in line.atoms for glyph in atom.glyphs] == ["لا"]


def test_character_without_a_font_is_drawn_as_a_box_of_its_own(fonts: FontLibrary) -> None:
    line = Typesetter(fonts).line([Piece("a\u0378")], 10, 480)
    assert [atom.face is None for atom in line.atoms] == [False, True]


@pytest.mark.parametrize("text", ["이하선 낭종", "腮腺囊肿", "耳下腺の検査", "هندي हिन्दी", "≤ ½ ✓ ∑ µ"])
def test_fonts_of_the_program_cover_the_text(text: str, fonts: FontLibrary) -> None:
    assert all(atom.face for atom in Typesetter(fonts).line([Piece(text)], 10, 480).atoms)


def test_text_too_long_for_one_line_ends_with_an_ellipsis(fonts: FontLibrary) -> None:
    line = Typesetter(fonts).line([Piece("abc " * 100)], 10, 100)
    assert line.atoms[-1].text == "…"
    assert line.width / 100 <= 100

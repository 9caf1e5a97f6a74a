"""The fonts of the program: which face has a character, shaping, and subsets embedded in a PDF.

A face is opened when a character first needs it and stays open for the life of the library. Glyphs reach the
page under codes of our own, one for each pair of glyph and text, so that reading the text out of the PDF gives
what was typed even where shaping joined, reordered or replaced characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

import uharfbuzz

from parotis.documents.pdf_library import pdfdoc
from parotis.domain.errors import ResourceMissing

if TYPE_CHECKING:
    from pathlib import Path

_REGULAR: Final = (
    "NotoSans-Regular",
    "NotoSansHebrew-Regular",
    "NotoSansArabic-Regular",
    "NotoSansDevanagari-Regular",
    "NotoSansThai-Regular",
    "NotoSansArmenian-Regular",
    "NotoSansGeorgian-Regular",
    "DroidSansFallbackFull",
    "NanumSquareR",
    "NotoSansSymbols2-Regular",
    "NotoSansSymbols-Regular",
    "NotoSansMath-Regular",
)
_BOLD: Final = tuple(
    name.replace("-Regular", "-Bold")
    if name.startswith(("NotoSans-", "NotoSansH", "NotoSansAr", "NotoSansT", "NotoSansG"))
    else name
    for name in _REGULAR
)
# This one has so few Korean syllables that a word would be drawn from two fonts.
_IDEOGRAPHS: Final = "DroidSansFallbackFull"
# Optional ligatures would only blur which letter was typed; required ones (Arabic, Devanagari) stay on.
_FEATURES: Final = {"liga": False, "clig": False}


@dataclass(frozen=True, slots=True)
class Glyph:
    """One placed glyph. Lengths in thousandths of the font size; ``text`` is what it stands for, may be empty.

    ``start`` is the index of its cluster's first character in the text that was shaped.
    """

    number: int
    text: str
    advance: float
    shift_x: float
    shift_y: float
    start: int


class Face:
    """One font file, read only."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    @cached_property
    def _face(self) -> Any:
        try:
            return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(self._path)))
        except (OSError, uharfbuzz.HarfBuzzError) as error:
            raise ResourceMissing(self.name) from error

    @cached_property
    def _font(self) -> Any:
        return uharfbuzz.Font(self._face)

    @cached_property
    def scale(self) -> float:
        """Thousandths of the font size for one unit of the font."""
        return 1000 / int(self._face.upem)

    @cached_property
    def extents(self) -> tuple[float, float]:
        """Height above and depth below the base line (negative), in thousandths of the font size."""
        found = self._font.get_font_extents("ltr")
        return found.ascender * self.scale, found.descender * self.scale

    @lru_cache(maxsize=8192)  # noqa: B019  (faces live as long as the program)
    def has(self, character: str) -> bool:
        return self._font.get_nominal_glyph(ord(character)) is not None

    def width(self, glyph: int) -> float:
        return round(float(self._font.get_glyph_h_advance(glyph)) * self.scale, 2)

    def shape(self, text: str, *, right_to_left: bool) -> tuple[Glyph, ...]:
        """Glyphs from left to right. Each cluster's text sits on its widest glyph, so it is read out once."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if right_to_left else "ltr"
        uharfbuzz.shape(self._font, buffer, _FEATURES)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        starts = sorted({info.cluster for info in infos})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        carriers: dict[int, int] = {}
        for index, (info, position) in enumerate(zip(infos, positions, strict=True)):
            carrier = carriers.get(info.cluster)
            if carrier is None or position.x_advance > positions[carrier].x_advance:
                carriers[info.cluster] = index
        return tuple(
            Glyph(
                info.codepoint,
                text[info.cluster : ends[info.cluster]] if carriers[info.cluster] == index else "",
                position.x_advance * self.scale,
                position.x_offset * self.scale,
                position.y_offset * self.scale,
                info.cluster,
            )
            for index, (info, position) in enumerate(zip(infos, positions, strict=True))
        )

    def outline(self, glyph: int, pen: uharfbuzz.DrawFuncs, sink: object) -> None:
        """Draw a glyph's outline, in units of the font, into ``sink``."""
        self._font.draw_glyph(glyph, pen, sink)

    def subset(self, glyphs: set[int]) -> tuple[bytes, dict[int, int]]:
        """A font file with only these glyphs, and the new number of each."""
        wanted = uharfbuzz.SubsetInput()
        wanted.flags = (
            uharfbuzz.SubsetFlags.NO_HINTING
            | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
            | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
        )
        wanted.sets(uharfbuzz.SubsetInputSets.GLYPH_INDEX).update({0} | glyphs)
        wanted.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(
            {int.from_bytes(tag) for tag in (b"GSUB", b"GPOS", b"GDEF", b"name", b"OS/2", b"MATH", b"meta", b"cmap")}
        )
        plan = uharfbuzz.SubsetPlan(self._face, wanted)
        return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)


class FontLibrary:
    """The faces in ``folder`` in the order in which they are asked for a character."""

    def __init__(self, folder: Path) -> None:
        faces = {name: Face(name, folder / f"{name}.ttf") for name in dict.fromkeys(_REGULAR + _BOLD)}
        self._regular = tuple(faces[name] for name in _REGULAR)
        self._bold = tuple(faces[name] for name in _BOLD)

    def main(self, *, strong: bool) -> Face:
        return (self._bold if strong else self._regular)[0]

    @lru_cache(maxsize=8192)  # noqa: B019
    def face_for(self, cluster: str, *, strong: bool) -> Face | None:
        """The first face that has every character of the cluster that shows; None when none has."""
        shown = [character for character in cluster if not is_invisible(character)]
        for face in self._bold if strong else self._regular:
            if face.name == _IDEOGRAPHS and any("가" <= character <= "힣" for character in shown):
                continue
            if all(face.has(character) for character in shown):
                return face
        return None


_IGNORABLE: Final = frozenset(
    code
    for first, last in (
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
        (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    )
    for code in range(first, last + 1)
)  # fmt: skip


def is_invisible(character: str) -> bool:
    """Whether the character shows nothing by itself: Unicode's default-ignorable ones."""
    return ord(character) in _IGNORABLE


class EmbeddedFont:
    """One face inside one PDF: hands out codes, and at the end writes the subset that those codes need."""

    def __init__(self, face: Face, resource_name: str) -> None:
        self.face = face
        self.resource_name = resource_name
        self._codes: dict[tuple[int, str], int] = {}

    @property
    def is_full(self) -> bool:
        return len(self._codes) >= 0xFFF0

    def code(self, glyph: int, text: str) -> int:
        """The two-byte code that draws ``glyph`` and reads as ``text``."""
        return self._codes.setdefault((glyph, text), len(self._codes) + 1)

    def addObjects(self, document: Any) -> None:  # noqa: N802  (called by the PDF library)
        """Write the font's objects; the PDF library calls this once, after the last page."""
        program, numbers = self.face.subset({glyph for glyph, _ in self._codes})
        base_name = pdfdoc.PDFName(f"{_tag(self.resource_name)}+{self.face.name}")
        ascent, descent = self.face.extents
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "FontName": base_name,
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArray([-1000, round(descent), 2000, round(ascent)]),
                "ItalicAngle": 0,
                "Ascent": round(ascent),
                "Descent": round(descent),
                "CapHeight": 714,
                "StemV": 80,
                "FontFile2": self._stream(document, program, "program", Length1=len(program)),
            }
        )
        by_code = sorted((code, glyph) for (glyph, _), code in self._codes.items())
        glyph_map = b"\0\0" + b"".join(numbers[glyph].to_bytes(2) for _, glyph in by_code)
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("CIDFontType2"),
                "BaseFont": base_name,
                "CIDSystemInfo": pdfdoc.PDFDictionary(
                    {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
                ),
                "FontDescriptor": document.Reference(descriptor),
                "DW": 0,
                "W": pdfdoc.PDFArray([1, pdfdoc.PDFArray([self.face.width(glyph) for _, glyph in by_code])]),
                "CIDToGIDMap": self._stream(document, glyph_map, "glyphs"),
            }
        )
        font = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("Type0"),
                "BaseFont": base_name,
                "Encoding": pdfdoc.PDFName("Identity-H"),
                "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant)]),
                "ToUnicode": self._stream(document, self._to_unicode(), "unicode"),
            }
        )
        document.idToObject["BasicFonts"].dict[self.resource_name] = document.Reference(font, self.resource_name)

    def _stream(self, document: Any, content: bytes, what: str, **entries: int) -> Any:
        stream = pdfdoc.PDFStream(content=content, filters=[pdfdoc.PDFZCompress])
        for key, value in entries.items():
            stream.dictionary[key] = value
        return document.Reference(stream, f"{self.resource_name}.{what}")

    def _to_unicode(self) -> bytes:
        pairs = [
            f"<{code:04X}> <{text.encode('utf-16-be', 'surrogatepass').hex().upper()}>"
            for (_, text), code in self._codes.items()
        ]
        blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
        body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        ).encode("ascii")


def _tag(resource_name: str) -> str:
    """Six capital letters, as a subset's name must begin with, from a name such as ``T12``."""
    number = int(resource_name[1:])
    return "".join(chr(ord("A") + number // 26**power % 26) for power in range(5, -1, -1))

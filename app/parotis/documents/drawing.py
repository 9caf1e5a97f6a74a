"""A PDF being drawn: lines of text, shapes and pictures at places in points.

The origin is the top left corner of the page and y grows downwards. Same calls, same bytes: no clock, no random
number and no default font of the PDF library comes near the file.
"""

from __future__ import annotations

import hashlib
import io
import itertools
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import uharfbuzz

from parotis.documents.bidirectional import bidi_class
from parotis.documents.fonts import EmbeddedFont, Face, FontLibrary
from parotis.documents.pdf_library import Canvas, ImageReader, pdfdoc
from parotis.domain.errors import UnreadableImage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from parotis.documents.fonts import Glyph
    from parotis.documents.text import Atom, Line
    from parotis.domain.region_map import Command

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""

PAGE_WIDTH: Final = 612.0
PAGE_HEIGHT: Final = 792.0
_NOT_DEFINED: Final = 0
_VISIBLE, _INVISIBLE = 0, 3
# Text extractors take a hyphen at the end of a line for hyphenation and drop it, and a wide gap for the space between
# two columns, unless this mark goes with it, which shows nothing and which they write themselves.
_GUARD: Final = "\u202c"
_HYPHENS: Final = ("-", "\u00ad", "\u2010")
_LEFT_TO_RIGHT_MARK: Final = "\u200e"
_RIGHT_TO_LEFT_MARK: Final = "\u200f"
_NEGLIGIBLE: Final = 0.05
_NARROW_GAP: Final = 550.0
_KEPT_IN_ORDER: Final = frozenset({"L", "EN", "AN", "ES", "ET", "CS"})


class Drawing:
    """One PDF of letter size. ``finish`` gives the bytes; nothing is drawn after it."""

    def __init__(self, library: FontLibrary, *, title: str, language: str = "en-US") -> None:
        self._library = library
        self._canvas = _PlainCanvas(title, language)
        self._fonts: dict[Face, EmbeddedFont] = {}
        self._pen = _outline_pen()
        self._outlines: dict[tuple[Face, int], str] = {}
        self._marks: list[str] = []
        self._direction_balance = 0

    def text(
        self,
        line: Line,
        x: float,
        baseline: float,
        size: float,
        colour: Colour,
        *,
        muted: Colour | None = None,
        indent: float = 0.0,
    ) -> None:
        """Draw one line with its left end ``indent`` behind ``x``; muted stretches in their own colour."""
        if indent:
            self._put(self._blank(x, PAGE_HEIGHT - baseline, size, indent))
            x += indent
        self._direction_balance += _direction_balance(line)
        colours = [muted or colour if atom.muted else colour for atom in line.atoms]
        if any(atom.level % 2 for atom in line.atoms):
            self._outlined(line, x, baseline, size, colours)
            self._put(self._unseen(line, x, PAGE_HEIGHT - baseline, size))
        elif line.atoms:
            self._put(self._plain(line, x, PAGE_HEIGHT - baseline, size, colours))
            self._put(" ".join(self._marks))
            self._marks.clear()
        at = x
        width = self._library.main(strong=False).width(_NOT_DEFINED) * size / 1000
        for atom in line.atoms:
            for glyph in atom.glyphs if atom.face is None else ():
                self._code_box(ord(glyph.text), at, baseline, width, size, colour)
                at += width
            at += atom.width * size / 1000 if atom.face else 0.0

    def _blank(self, x: float, y: float, size: float, width: float) -> str:
        """One wide space, so that extractors see a line that stands at the right begin where its column begins."""
        face = self._library.main(strong=False)
        font, space = self._font(face), face.shape(" ", right_to_left=False)[0]
        stretch = _numbers(100 * width / (space.advance * size / 1000))
        code = font.code(space.number, " " + _GUARD)
        shown = _strings(x, y, [f"<{code:04X}>"])
        return f"BT /{font.resource_name} {_numbers(size)} Tf {_INVISIBLE} Tr {stretch} Tz {shown} 100 Tz ET"

    def _plain(self, line: Line, x: float, y: float, size: float, colours: list[Colour]) -> str:
        """Text operators for a line from left to right."""
        glyphs = [glyph for atom in line.atoms for glyph in atom.glyphs]
        advances = [glyph.advance for glyph in glyphs]
        texts = iter(_guarded(_absorbed([glyph.text for glyph in glyphs], advances), advances))
        operations: list[str] = []
        for atom, colour in zip(line.atoms, colours, strict=True):
            operations.append(f"{_numbers(*colour)} rg")
            operations.append(self._show(atom, list(itertools.islice(texts, len(atom.glyphs))), x, y, size))
            x += atom.width * size / 1000
        return " ".join(["BT", *operations, "ET"])

    def _outlined(self, line: Line, x: float, baseline: float, size: float, colours: list[Colour]) -> None:
        """The line's glyphs as outlines, for what cannot be read out in the order in which it is seen."""
        for atom, colour in zip(line.atoms, colours, strict=True):
            self._put(f"{_numbers(*colour)} rg")
            for glyph in atom.glyphs:
                if atom.face is not None:
                    at_x = x + glyph.shift_x * size / 1000
                    at_y = PAGE_HEIGHT - baseline + glyph.shift_y * size / 1000
                    self._put(self._outline(atom.face, glyph, at_x, at_y, size))
                x += glyph.advance * size / 1000

    def _unseen(self, line: Line, x: float, y: float, size: float) -> str:
        """The line's text, invisible, in the order that text extraction turns into what was typed."""
        parts = [f"BT {_INVISIBLE} Tr"]
        for item in reading_order(line.logical):
            font = self._font(item.face or self._library.main(strong=False))
            code = font.code(item.glyph.number, item.text)
            parts.append(f"/{font.resource_name} {_numbers(size)} Tf {_strings(x, y, [f'<{code:04X}>'])}")
            x += item.advance * size / 1000
        return " ".join([*parts, "ET"])

    def lettering(self, line: Line, x: float, baseline: float, size: float, colour: Colour) -> None:
        """Words that belong to a figure: outlines only, so that extraction never mixes them into the text beside it."""
        self._outlined(line, x, baseline, size, [colour] * len(line.atoms))

    def rule(self, x1: float, x2: float, y: float, colour: Colour, thickness: float) -> None:
        """A horizontal line."""
        y = PAGE_HEIGHT - y
        self._put(f"{_numbers(*colour)} RG {_numbers(thickness)} w {_numbers(x1, y)} m {_numbers(x2, y)} l S")

    def rectangle(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        self._put(f"{_numbers(*fill)} rg {_numbers(x, PAGE_HEIGHT - y - height, width, height)} re f")

    def frame(self, x: float, y: float, width: float, height: float, stroke: Colour, thickness: float) -> None:
        corner = _numbers(x, PAGE_HEIGHT - y - height, width, height)
        self._put(f"{_numbers(*stroke)} RG {_numbers(thickness)} w {corner} re S")

    def path(
        self,
        commands: Iterable[Command],
        place: Callable[[float, float], tuple[float, float]],
        *,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        thickness: float = 0.6,
    ) -> None:
        """Draw a path whose points ``place`` turns into page points."""
        parts: list[str] = []
        for letter, numbers in commands:
            points = [place(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]
            flat = " ".join(_numbers(px, PAGE_HEIGHT - py) for px, py in points)
            parts.append("h" if letter == "Z" else f"{flat} {letter.lower()}")
        if not parts or (fill is None and stroke is None):
            return
        style = (f"{_numbers(*fill)} rg " if fill else "") + (
            f"{_numbers(*stroke)} RG {_numbers(thickness)} w 1 J 1 j " if stroke else ""
        )
        paint = "B" if fill and stroke else "f" if fill else "S"
        self._put(f"q {style}{' '.join(parts)} {paint} Q")

    @staticmethod
    def picture_size(content: bytes) -> tuple[int, int]:
        """Width and height of a picture in its own pixels.

        Raises:
            UnreadableImage: it is not a PNG or JPEG.
        """
        if not content.startswith((b"\x89PNG", b"\xff\xd8")):
            raise UnreadableImage("The picture is not a PNG or JPEG.")
        try:
            width, height = ImageReader(io.BytesIO(content)).getSize()
        except (OSError, ValueError, SyntaxError) as error:
            raise UnreadableImage("The picture cannot be read.") from error
        return int(width), int(height)

    def picture(self, content: bytes, x: float, y: float, width: float, height: float) -> None:
        """Draw a PNG or JPEG that the program itself has written."""
        self._canvas.drawImage(ImageReader(io.BytesIO(content)), x, PAGE_HEIGHT - y - height, width, height)

    def slanted_words(self, words: str, size: float, degrees: float, colour: Colour, opacity: float) -> None:
        """Words across the middle of the page as outlines only, so that text extraction never mixes them in."""
        self._canvas.saveState()
        self._canvas.setFillAlpha(opacity)
        self._canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
        self._canvas.rotate(degrees)
        face = self._library.main(strong=True)
        glyphs = face.shape(words, right_to_left=False)
        at = -sum(glyph.advance for glyph in glyphs) * size / 2000
        self._put(f"{_numbers(*colour)} rg")
        for glyph in glyphs:
            self._put(self._outline(face, glyph, at, 0.0, size))
            at += glyph.advance * size / 1000
        self._canvas.restoreState()

    @contextmanager
    def moved(self, x: float) -> Iterator[None]:
        """Draw with the origin moved to the right by ``x``."""
        self._canvas.saveState()
        self._canvas.translate(x, 0)
        yield
        self._canvas.restoreState()

    def end_page(self) -> None:
        """Finish the page. Extractors read a page by its commoner direction; ours are all arranged left to right."""
        if self._direction_balance < 0:
            face = self._library.main(strong=False)
            font, space = self._font(face), face.shape(" ", right_to_left=False)[0]
            marks = _LEFT_TO_RIGHT_MARK.encode("utf-16-be").hex().upper() * (1 - self._direction_balance)
            shown = _strings(4.0, 4.0, [f"<{font.code(space.number, _LEFT_TO_RIGHT_MARK):04X}>"])
            self._put(f"/Span <</ActualText <FEFF{marks}>>> BDC BT /{font.resource_name} 1 Tf 3 Tr {shown} ET EMC")
        self._direction_balance = 0
        self._canvas.showPage()

    def attach(self, name: str, media_type: str, content: bytes) -> None:
        """Embed a file that belongs to the document as its data."""
        self._canvas.attach(name, media_type, content)

    def finish(self) -> bytes:
        return self._canvas.finish()

    def _put(self, operations: str) -> None:
        self._canvas.addLiteral(operations)

    def _font(self, face: Face) -> EmbeddedFont:
        font = self._fonts.get(face)
        if font is None or font.is_full:
            font = self._fonts[face] = EmbeddedFont(face, self._canvas.next_font_name())
            self._canvas.add_font(font)
        return font

    def _show(self, atom: Atom, texts: list[str], x: float, y: float, size: float) -> str:
        """Text operators for one atom, ``texts`` being what each glyph reads as.

        A cluster of several glyphs becomes a span with its text as a whole; the codes inside count for nothing then.
        """
        face = atom.face or self._library.main(strong=False)
        font = self._font(face)
        parts = [f"/{font.resource_name} {_numbers(size)} Tf {_VISIBLE if atom.face else _INVISIBLE} Tr"]
        run: list[str] = []
        start = pen = x
        for _, group in itertools.groupby(zip(atom.glyphs, texts, strict=True), key=lambda pair: pair[0].start):
            cluster = list(group)
            if len(cluster) == 1 and not (cluster[0][0].shift_x or cluster[0][0].shift_y):
                glyph, text = cluster[0]
                if not text:
                    continue
                run.append(f"<{font.code(glyph.number, text):04X}>")
                correction = face.width(glyph.number) - glyph.advance
                run.extend([_numbers(correction)] if abs(correction) > _NEGLIGIBLE else [])
                pen += glyph.advance * size / 1000
                continue
            if run:
                parts.append(_strings(start, y, run))
                run = []
            parts.append(self._cluster(cluster, font, pen, y, size))
            pen += sum(glyph.advance for glyph, _ in cluster) * size / 1000
            start = pen
        if run:
            parts.append(_strings(start, y, run))
        return " ".join(parts)

    def _cluster(self, cluster: list[tuple[Glyph, str]], font: EmbeddedFont, x: float, y: float, size: float) -> str:
        """Operators for letters with marks.

        One advancing glyph reads as the whole cluster and its marks are drawn as outlines, which nothing reads. With
        several, a span says what they read as; the codes inside count for nothing then.
        """
        advancing = [glyph for glyph, _ in cluster if glyph.advance]
        shown: list[str] = []
        outlines: list[str] = []
        for glyph, text in cluster:
            at_x, at_y = x + glyph.shift_x * size / 1000, y + glyph.shift_y * size / 1000
            if text or len(advancing) > 1:
                shown.append(_strings(at_x, at_y, [f"<{font.code(glyph.number, text):04X}>"]))
            else:
                outlines.append(self._outline(font.face, glyph, at_x, at_y, size))
            x += glyph.advance * size / 1000
        if len(advancing) > 1:
            whole = "".join(text for _, text in cluster).encode("utf-16-be", "surrogatepass").hex().upper()
            return f"/Span <</ActualText <FEFF{whole}>>> BDC {' '.join(shown)} EMC"
        self._marks.extend(outlines)
        return " ".join(shown)

    def _outline(self, face: Face, glyph: Glyph, x: float, y: float, size: float) -> str:
        """Operators that fill a glyph's outline at a place."""
        key = (face, glyph.number)
        if key not in self._outlines:
            outline = _Outline()
            face.outline(glyph.number, self._pen, outline)
            self._outlines[key] = " ".join(outline.parts)
        if not self._outlines[key]:
            return ""
        scale = f"{size * face.scale / 1000:.6f}"
        return f"q {scale} 0 0 {scale} {_numbers(x, y)} cm {self._outlines[key]} f Q"

    def _code_box(self, code: int, x: float, baseline: float, width: float, size: float, colour: Colour) -> None:
        """A box with the character's number in hexadecimal, for a character that no font has."""
        digits = f"{code:04X}" if code <= 0xFFFF else f"{code:06X}"
        columns = len(digits) // 2
        inset, top, height = width * 0.08, baseline - size * 0.72, size * 0.72
        self.frame(x + inset, top, width - 2 * inset, height, colour, size * 0.04)
        cell_width, cell_height = (width - 4 * inset) / columns, (height - 2 * inset) / 2
        face = self._library.main(strong=False)
        digit_size = min(cell_height * 1.1, cell_width * 1.5)
        self._put(f"{_numbers(*colour)} rg")
        for index, digit in enumerate(digits):
            row, column = divmod(index, columns)
            left = x + 2 * inset + column * cell_width
            bottom = PAGE_HEIGHT - (top + inset + (row + 0.92) * cell_height)
            glyph = face.shape(digit, right_to_left=False)[0]
            self._put(self._outline(face, glyph, left, bottom, digit_size))


class _PlainCanvas(Canvas):
    """The library's canvas without its default font, with our fonts and attachments."""

    _doc: Any
    _code: list[str]

    def __init__(self, title: str, language: str) -> None:
        self._sink = io.BytesIO()
        self._embedded_fonts = 0
        super().__init__(
            self._sink,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            invariant=1,
            pdfVersion=(1, 7),
            pageCompression=1,
            lang=language,
        )
        self._doc.setCompression(1)
        self.setTitle(title)
        self.setAuthor("")
        self.setSubject("")
        self.setCreator("Parotis")
        self.setProducer("Parotis")

    def _make_preamble(self) -> None:
        self._preamble = ""

    def next_font_name(self) -> str:
        self._embedded_fonts += 1
        return f"T{self._embedded_fonts}"

    def add_font(self, font: EmbeddedFont) -> None:
        self._doc.delayedFonts.append(font)

    def attach(self, name: str, media_type: str, content: bytes) -> None:
        stream = pdfdoc.PDFStream(content=content, filters=[pdfdoc.PDFZCompress])
        stream.dictionary["Type"] = pdfdoc.PDFName("EmbeddedFile")
        stream.dictionary["Subtype"] = pdfdoc.PDFName(media_type.replace("/", "#2F"))
        digest = hashlib.md5(content, usedforsecurity=False).digest()  # the checksum that the format asks for
        stream.dictionary["Params"] = pdfdoc.PDFDictionary(
            {"Size": len(content), "CheckSum": pdfdoc.PDFText(digest, enc="raw")}
        )
        reference = self._doc.Reference(stream, f"attached.{name}")
        specification = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Filespec"),
                "F": pdfdoc.PDFString(name),
                "UF": pdfdoc.PDFString(name),
                "AFRelationship": pdfdoc.PDFName("Data"),
                "EF": pdfdoc.PDFDictionary({"F": reference, "UF": reference}),
            }
        )
        names = pdfdoc.PDFArray([pdfdoc.PDFString(name), self._doc.Reference(specification, f"file.{name}")])
        self._doc.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": pdfdoc.PDFDictionary({"Names": names})})
        self._doc.updateSignature(hashlib.sha256(content).digest())

    def showPage(self) -> None:  # noqa: N802
        self._doc.updateSignature(hashlib.sha256("\n".join(self._code).encode()).digest())
        super().showPage()

    def finish(self) -> bytes:
        self.save()
        return self._sink.getvalue()


class _Outline:
    """Collects a glyph's outline as path operators, in units of the font."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.current = (0.0, 0.0)

    def add(self, operator: str, *numbers: float) -> None:
        self.parts.append(f"{_numbers(*numbers)} {operator}".strip())
        if numbers:
            self.current = (numbers[-2], numbers[-1])


def _outline_pen() -> Any:
    """Callbacks for glyph outlines; quadratic curves become the cubic ones that PDF has."""

    def quadratic(cx: float, cy: float, x: float, y: float, sink: _Outline) -> None:
        x0, y0 = sink.current
        sink.add("c", x0 + (cx - x0) * 2 / 3, y0 + (cy - y0) * 2 / 3, x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3, x, y)

    pen = uharfbuzz.DrawFuncs()
    pen.set_move_to_func(lambda x, y, sink: sink.add("m", x, y))
    pen.set_line_to_func(lambda x, y, sink: sink.add("l", x, y))
    pen.set_quadratic_to_func(quadratic)
    pen.set_cubic_to_func(lambda *numbers: numbers[-1].add("c", *numbers[:-1]))
    pen.set_close_path_func(lambda sink: sink.add("h"))
    return pen


@dataclass(frozen=True, slots=True)
class Readable:
    """A cluster in the invisible text of a line: its widest glyph, what it reads as, and the room it takes."""

    face: Face | None
    glyph: Glyph
    text: str
    advance: float

    @property
    def direction(self) -> str:
        """R for right-to-left letters, L for what extractors keep as it is, N for what goes with its neighbours."""
        kinds = {bidi_class(character) for character in self.text}
        return "R" if kinds & {"R", "AL"} else "L" if kinds & _KEPT_IN_ORDER else "N"


def reading_order(atoms: Iterable[Atom]) -> list[Readable]:
    """Clusters from left to right such that text extraction gives the text of the atoms, which are as typed.

    Extractors read from left to right and turn each stretch of right-to-left letters round, up to the next letter or
    number of the other kind. So such stretches are given backwards here, with marks of direction
    at their ends where what stands there has none.
    """
    found = [cluster for atom in atoms for cluster in _readable_clusters(atom)]
    absorbed = _absorbed([cluster.text for cluster in found], [cluster.advance for cluster in found])
    clusters = [replace(cluster, text=text) for cluster, text in zip(found, absorbed, strict=True) if text]
    ordered: list[Readable] = []
    index = 0
    while index < len(clusters):
        if clusters[index].direction != "R":
            ordered.append(clusters[index])
            index += 1
            continue
        last = end = index
        while end < len(clusters) and clusters[end].direction != "L":
            last = end if clusters[end].direction == "R" else last
            end += 1
        stretch = [replace(cluster, text=cluster.text[::-1]) for cluster in clusters[index : last + 1]][::-1]
        if bidi_class(stretch[0].text[0]) not in ("R", "AL"):
            stretch[0] = replace(stretch[0], text=_RIGHT_TO_LEFT_MARK + stretch[0].text)
        if last + 1 < len(clusters):
            stretch[-1] = replace(stretch[-1], text=stretch[-1].text + _LEFT_TO_RIGHT_MARK)
        ordered.extend(stretch)
        index = last + 1
    guarded = _guarded([item.text for item in ordered], [item.advance for item in ordered])
    return [replace(item, text=text) for item, text in zip(ordered, guarded, strict=True)]


def _absorbed(texts: list[str], advances: list[float]) -> list[str]:
    """The texts with those that take no room moved to their neighbour: extractors drop one of two equal ones."""
    found = list(texts)
    solid: int | None = None
    waiting: list[int] = []
    for index, (text, advance) in enumerate(zip(texts, advances, strict=True)):
        if not text:
            continue
        if advance:
            found[index] = "".join(found[early] for early in waiting) + text
            for early in waiting:
                found[early] = ""
            solid, waiting = index, []
        elif solid is None:
            waiting.append(index)
        else:
            found[solid] += text
            found[index] = ""
    return found


def _guarded(texts: list[str], advances: list[float]) -> list[str]:
    """The texts with a guard behind what extractors would drop or misread: a hyphen at the end, a wide gap."""
    found = list(texts)
    gap = 0.0
    for index, (text, advance) in enumerate(zip(texts, advances, strict=True)):
        is_gap = text.isspace()
        gap = gap + advance if is_gap else 0.0
        if is_gap and gap > _NARROW_GAP:
            found[index] += _GUARD
    if found and found[-1].endswith(_HYPHENS):
        found[-1] += _GUARD
    return found


def _readable_clusters(atom: Atom) -> list[Readable]:
    """The atom's clusters as typed."""
    found = []
    for _, group in itertools.groupby(atom.glyphs, key=lambda glyph: glyph.start):
        glyphs = list(group)
        carrier = next(glyph for glyph in glyphs if glyph.text)
        found.append(Readable(atom.face, carrier, carrier.text, sum(glyph.advance for glyph in glyphs)))
    return found[::-1] if atom.level % 2 else found


def _direction_balance(line: Line) -> int:
    """Left-to-right letters less right-to-left ones."""
    kinds = [bidi_class(character) for atom in line.atoms for character in atom.text]
    return kinds.count("L") - kinds.count("R") - kinds.count("AL")


def _strings(x: float, y: float, strings: list[str]) -> str:
    return f"1 0 0 1 {_numbers(x, y)} Tm [{''.join(strings)}] TJ"


def _numbers(*values: float) -> str:
    """Numbers as PDF writes them: no exponent, no needless digits."""
    return " ".join(f"{value:.2f}".rstrip("0").rstrip(".") or "0" for value in values).replace("-0 ", "0 ")

"""A PDF being drawn: lines of text, shapes and pictures at places in points.

The origin is the top left corner of the page and y grows downwards. Same calls, same bytes: no clock, no random
number and no default font of the PDF library comes near the file.
"""

from __future__ import annotations

import io
import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from parotis.documents.canvas import PlainCanvas
from parotis.documents.fonts import EmbeddedFont
from parotis.documents.outlines import GlyphOutlines, numbers
from parotis.documents.pdf_library import ImageReader
from parotis.documents.reading import GUARD, LEFT_TO_RIGHT_MARK, direction_balance, readable_texts, reading_order
from parotis.domain.errors import UnreadableImage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from parotis.documents.fonts import Face, FontLibrary, Glyph
    from parotis.documents.text import Atom, Line
    from parotis.domain.region_map import Command

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""

PAGE_WIDTH: Final = 612.0
PAGE_HEIGHT: Final = 792.0
_NOT_DEFINED: Final = 0
_VISIBLE, _INVISIBLE = 0, 3
_NEGLIGIBLE: Final = 0.05


class Drawing:
    """One PDF of letter size. ``finish`` gives the bytes; nothing is drawn after it."""

    def __init__(self, library: FontLibrary, *, title: str, language: str = "en-US") -> None:
        self._library = library
        self._canvas = PlainCanvas(title, language, (PAGE_WIDTH, PAGE_HEIGHT))
        self._fonts: dict[Face, EmbeddedFont] = {}
        self._outlines = GlyphOutlines()
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
        self._direction_balance += direction_balance(line)
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
        stretch = numbers(100 * width / (space.advance * size / 1000))
        code = font.code(space.number, " " + GUARD)
        shown = _strings(x, y, [f"<{code:04X}>"])
        return f"BT /{font.resource_name} {numbers(size)} Tf {_INVISIBLE} Tr {stretch} Tz {shown} 100 Tz ET"

    def _plain(self, line: Line, x: float, y: float, size: float, colours: list[Colour]) -> str:
        """Text operators for a line from left to right."""
        texts = iter(readable_texts(glyph for atom in line.atoms for glyph in atom.glyphs))
        operations: list[str] = []
        for atom, colour in zip(line.atoms, colours, strict=True):
            operations.append(f"{numbers(*colour)} rg")
            operations.append(self._show(atom, list(itertools.islice(texts, len(atom.glyphs))), x, y, size))
            x += atom.width * size / 1000
        return " ".join(["BT", *operations, "ET"])

    def _outlined(self, line: Line, x: float, baseline: float, size: float, colours: list[Colour]) -> None:
        """The line's glyphs as outlines, for what cannot be read out in the order in which it is seen."""
        for atom, colour in zip(line.atoms, colours, strict=True):
            self._put(f"{numbers(*colour)} rg")
            for glyph in atom.glyphs:
                if atom.face is not None:
                    at_x = x + glyph.shift_x * size / 1000
                    at_y = PAGE_HEIGHT - baseline + glyph.shift_y * size / 1000
                    self._put(self._outlines.filled(atom.face, glyph, at_x, at_y, size))
                x += glyph.advance * size / 1000

    def _unseen(self, line: Line, x: float, y: float, size: float) -> str:
        """The line's text, invisible, in the order that text extraction turns into what was typed."""
        parts = [f"BT {_INVISIBLE} Tr"]
        for item in reading_order(line.logical):
            font = self._font(item.face or self._library.main(strong=False))
            code = font.code(item.glyph.number, item.text)
            parts.append(f"/{font.resource_name} {numbers(size)} Tf {_strings(x, y, [f'<{code:04X}>'])}")
            x += item.advance * size / 1000
        return " ".join([*parts, "ET"])

    def lettering(self, line: Line, x: float, baseline: float, size: float, colour: Colour) -> None:
        """Words that belong to a figure: outlines only, so that extraction never mixes them into the text beside it."""
        self._outlined(line, x, baseline, size, [colour] * len(line.atoms))

    def rule(self, x1: float, x2: float, y: float, colour: Colour, thickness: float) -> None:
        """A horizontal line."""
        y = PAGE_HEIGHT - y
        self._put(f"{numbers(*colour)} RG {numbers(thickness)} w {numbers(x1, y)} m {numbers(x2, y)} l S")

    def rectangle(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        self._put(f"{numbers(*fill)} rg {numbers(x, PAGE_HEIGHT - y - height, width, height)} re f")

    def frame(self, x: float, y: float, width: float, height: float, stroke: Colour, thickness: float) -> None:
        corner = numbers(x, PAGE_HEIGHT - y - height, width, height)
        self._put(f"{numbers(*stroke)} RG {numbers(thickness)} w {corner} re S")

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
        for letter, coordinates in commands:
            points = [place(*coordinates[index : index + 2]) for index in range(0, len(coordinates), 2)]
            flat = " ".join(numbers(px, PAGE_HEIGHT - py) for px, py in points)
            parts.append("h" if letter == "Z" else f"{flat} {letter.lower()}")
        if not parts or (fill is None and stroke is None):
            return
        style = (f"{numbers(*fill)} rg " if fill else "") + (
            f"{numbers(*stroke)} RG {numbers(thickness)} w 1 J 1 j " if stroke else ""
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
        self._put(f"{numbers(*colour)} rg")
        for glyph in glyphs:
            self._put(self._outlines.filled(face, glyph, at, 0.0, size))
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
            marks = LEFT_TO_RIGHT_MARK.encode("utf-16-be").hex().upper() * (1 - self._direction_balance)
            shown = _strings(4.0, 4.0, [f"<{font.code(space.number, LEFT_TO_RIGHT_MARK):04X}>"])
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
        parts = [f"/{font.resource_name} {numbers(size)} Tf {_VISIBLE if atom.face else _INVISIBLE} Tr"]
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
                run.extend([numbers(correction)] if abs(correction) > _NEGLIGIBLE else [])
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
                outlines.append(self._outlines.filled(font.face, glyph, at_x, at_y, size))
            x += glyph.advance * size / 1000
        if len(advancing) > 1:
            whole = "".join(text for _, text in cluster).encode("utf-16-be", "surrogatepass").hex().upper()
            return f"/Span <</ActualText <FEFF{whole}>>> BDC {' '.join(shown)} EMC"
        self._marks.extend(outlines)
        return " ".join(shown)

    def _code_box(self, code: int, x: float, baseline: float, width: float, size: float, colour: Colour) -> None:
        """A box with the character's number in hexadecimal, for a character that no font has."""
        digits = f"{code:04X}" if code <= 0xFFFF else f"{code:06X}"
        columns = len(digits) // 2
        inset, top, height = width * 0.08, baseline - size * 0.72, size * 0.72
        self.frame(x + inset, top, width - 2 * inset, height, colour, size * 0.04)
        cell_width, cell_height = (width - 4 * inset) / columns, (height - 2 * inset) / 2
        face = self._library.main(strong=False)
        digit_size = min(cell_height * 1.1, cell_width * 1.5)
        self._put(f"{numbers(*colour)} rg")
        for index, digit in enumerate(digits):
            row, column = divmod(index, columns)
            left = x + 2 * inset + column * cell_width
            bottom = PAGE_HEIGHT - (top + inset + (row + 0.92) * cell_height)
            glyph = face.shape(digit, right_to_left=False)[0]
            self._put(self._outlines.filled(face, glyph, left, bottom, digit_size))


def _strings(x: float, y: float, strings: list[str]) -> str:
    return f"1 0 0 1 {numbers(x, y)} Tm [{''.join(strings)}] TJ"

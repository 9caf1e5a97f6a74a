"""The report's content tree as a letter-size PDF: quiet, one accent line, tables without boxes.

Every text of the tree is data. Sizes and distances are points.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, assert_never

from parotis.documents.drawing import PAGE_HEIGHT, PAGE_WIDTH, Colour, Drawing
from parotis.documents.region_picture import draw_view
from parotis.documents.strips import Strip, gap, paginate
from parotis.documents.text import Piece, Typesetter
from parotis.documents.trend_picture import draw_trend
from parotis.domain.errors import UnreadableImage
from parotis.domain.region_map import VIEWS
from parotis.domain.report import (
    ATTACHMENT_NAME,
    Callout,
    KeyImages,
    Paragraph,
    RegionDrawing,
    SignatureBlock,
    Table,
    TrendPlot,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from parotis.documents.fonts import FontLibrary
    from parotis.documents.strips import Placed
    from parotis.documents.text import Line
    from parotis.domain.region_map import RegionMap
    from parotis.domain.report import Block, IdentityItem, KeyImage, Report, Run, Section

DRAFT_WORDS: Final = "DRAFT - NOT SIGNED"

_INK: Final[Colour] = (0.118, 0.161, 0.212)
_MUTED: Final[Colour] = (0.37, 0.42, 0.49)
_ACCENT: Final[Colour] = (0.059, 0.463, 0.431)
_RULE: Final[Colour] = (0.80, 0.83, 0.87)
_HAIRLINE: Final[Colour] = (0.89, 0.91, 0.93)
_PANEL: Final[Colour] = (0.957, 0.965, 0.973)
_TINT: Final[Colour] = (0.925, 0.961, 0.957)
_WARNING: Final[Colour] = (0.70, 0.12, 0.10)

_LEFT: Final = 45.0
_RIGHT: Final = PAGE_WIDTH - 45.0
_WIDTH: Final = _RIGHT - _LEFT
_TOP: Final = 45.0
_BOTTOM: Final = PAGE_HEIGHT - 54.0
_FOOTER_RULE: Final = PAGE_HEIGHT - 44.0

_VIEW_WORDS: Final = {"right": "Right profile", "left": "Left profile", "front": "Front"}
_TALLEST_KEPT_ROW: Final = 4
_DRAWING_WIDTH: Final = 150.0
_PICTURE_HEIGHT: Final = 190.0
_PLOT_HEIGHT: Final = 122.0
_ASCENT_SHARE: Final = 0.76


@dataclass(frozen=True, slots=True)
class Look:
    """How a text is set: size and distance of lines in points."""

    size: float
    leading: float
    colour: Colour = _INK
    is_strong: bool = False


_BODY: Final = Look(9.0, 12.4)
_SMALL: Final = Look(7.8, 10.6, _MUTED)
_LABEL: Final = Look(7.2, 10.2, _MUTED)
_TABLE_HEAD: Final = Look(7.8, 11.0, _MUTED, is_strong=True)
_HEADING: Final = Look(7.9, 11.0, _ACCENT, is_strong=True)
_TITLE: Final = Look(14.5, 19.0, _INK, is_strong=True)
_PRACTICE: Final = Look(12.0, 15.5, _INK, is_strong=True)
_IMPRESSION: Final = Look(10.0, 14.0, _INK, is_strong=True)
_FOOTER: Final = Look(7.0, 9.2, _MUTED)


@dataclass(frozen=True, slots=True)
class Column:
    """Lines of one column of a row: left edge and width of the column, and the look of each line."""

    x: float
    width: float
    lines: tuple[tuple[Line, Look], ...]
    is_right: bool = False
    turns: bool = True
    """Right-to-left lines stand at the right edge."""


class Renderer:
    """Draws reports. Same report and pictures, same bytes. For one thread at a time."""

    def __init__(self, library: FontLibrary, region_map: RegionMap) -> None:
        self._library = library
        self._region_map = region_map
        self._typesetter = Typesetter(library)

    def render(self, report: Report, pictures: Mapping[str, bytes]) -> bytes:
        """The PDF.

        Raises:
            ResourceMissing: a font of the program is not there.
            UnreadableImage: a picture is missing or cannot be read.
        """
        drawing = Drawing(self._library, title=report.document_title, language=report.language)
        strips = [*self._head(report), *self._sections(report.sections, pictures)]
        pages = paginate(strips, _TOP, _BOTTOM)
        for number, page in enumerate(pages, start=1):
            before, between = report.footer.page_words
            self._page(drawing, report, page, f"{before} {number} {between} {len(pages)}")
        if report.attachment is not None:
            drawing.attach(ATTACHMENT_NAME, "application/json", report.attachment)
        return drawing.finish()

    def _page(self, drawing: Drawing, report: Report, page: list[Placed], page_words: str) -> None:
        if report.is_draft:
            self._put(drawing, self._one(DRAFT_WORDS, Look(8.0, 10.0, _WARNING, is_strong=True)), _LEFT, 22.0)
        for placed in page:
            if placed.strip.draw:
                placed.strip.draw(drawing, placed.y)
        self._footer(drawing, report, page_words)
        if report.is_draft:
            drawing.slanted_words(DRAFT_WORDS, 58.0, 52.0, _WARNING, 0.13)
        drawing.end_page()

    def _footer(self, drawing: Drawing, report: Report, page_words: str) -> None:
        """Two lines of identity fit; what is longer stands in full on page 1."""
        drawing.rule(_LEFT, _RIGHT, _FOOTER_RULE, _HAIRLINE, 0.6)
        y = _FOOTER_RULE + 6
        self._put(drawing, self._one(report.footer.left, _FOOTER, _WIDTH * 0.52), _LEFT, y)
        self._put(drawing, self._one(report.footer.middle, _FOOTER, _WIDTH * 0.30), _LEFT + _WIDTH * 0.55, y)
        right = self._one(page_words, _FOOTER)
        self._put(drawing, right, _RIGHT - _width(*right), y)

    # Text in looks

    def _one(self, text: str, look: Look, width: float = _WIDTH) -> tuple[Line, Look]:
        return self._typesetter.line([Piece(text, look.is_strong)], look.size, width), look

    def _lines(self, texts: Sequence[str], look: Look, width: float) -> tuple[tuple[Line, Look], ...]:
        return tuple(
            (line, look)
            for text in texts
            for line in self._typesetter.lines([Piece(text, look.is_strong)], look.size, width)
        )

    def _run_lines(self, runs: Sequence[Run], look: Look, width: float) -> tuple[tuple[Line, Look], ...]:
        pieces = [Piece(run.text, run.strong or look.is_strong, run.muted) for run in runs] or [Piece("")]
        return tuple((line, look) for line in self._typesetter.lines(pieces, look.size, width))

    @staticmethod
    def _put(drawing: Drawing, styled: tuple[Line, Look], x: float, top: float, indent: float = 0.0) -> None:
        line, look = styled
        baseline = top + (look.leading - look.size) / 2 + look.size * _ASCENT_SHARE + look.size * 0.06
        drawing.text(line, x, baseline, look.size, look.colour, muted=_MUTED, indent=indent)

    def _rows(self, columns: Sequence[Column], *, keep_to: int = _TALLEST_KEPT_ROW) -> Iterator[Strip]:
        """Columns side by side, one strip for each line. Up to ``keep_to`` lines stay together; else no single ones."""
        count = max(len(column.lines) for column in columns)
        for index in range(count):
            present = [(column, *column.lines[index]) for column in columns if index < len(column.lines)]

            def draw(drawing: Drawing, y: float, present: list[tuple[Column, Line, Look]] = present) -> None:
                for column, line, look in present:
                    room = column.width - _width(line, look)
                    if column.is_right:
                        self._put(drawing, (line, look), column.x + room, y)
                    else:
                        self._put(
                            drawing, (line, look), column.x, y, room if line.right_to_left and column.turns else 0.0
                        )

            keeps = index < count - 1 and (count <= keep_to or index in (0, count - 2))
            yield Strip(max(look.leading for _, _, look in present), draw, keeps_next=keeps)

    # The top of page 1

    def _head(self, report: Report) -> Iterator[Strip]:
        head = report.letterhead
        left, right = _WIDTH * 0.62, _WIDTH * 0.36
        name = self._lines([head.name], _PRACTICE, left) + self._lines(head.address_lines, _SMALL, left)
        yield from self._rows(
            [
                Column(_LEFT, left, name),
                Column(_RIGHT - right, right, self._lines(head.right_lines, _SMALL, right), is_right=True),
            ]
        )
        yield gap(7.0)
        yield Strip(1.6, lambda drawing, y: drawing.rule(_LEFT, _RIGHT, y + 0.8, _ACCENT, 1.6))
        yield gap(11.0)
        if report.addressee:
            yield from self._rows([Column(_LEFT, _WIDTH, self._lines(report.addressee, _BODY, _WIDTH))], keep_to=8)
            yield gap(14.0)
        yield from self._rows([Column(_LEFT, _WIDTH, self._lines([report.title], _TITLE, _WIDTH))])
        if report.subtitle:
            yield from self._rows([Column(_LEFT, _WIDTH, self._lines([report.subtitle], _SMALL, _WIDTH))])
        yield gap(9.0)
        yield from self._identity(report.identity)
        yield gap(6.0)

    def _identity(self, items: Sequence[IdentityItem]) -> Iterator[Strip]:
        """A tinted panel, four items in a row; nothing where there are none."""
        if not items:
            return
        padding, columns = 9.0, 4
        width = (_WIDTH - 2 * padding) / columns
        strips = [gap(6.0)]
        for start in range(0, len(items), columns):
            cells = [
                Column(
                    _LEFT + padding + width * place,
                    width - 8.0,
                    self._lines([item.label], _LABEL, width - 8.0)
                    + self._lines([item.text], Look(8.6, 12.0, _INK, item.strong), width - 8.0),
                    turns=False,
                )
                for place, item in enumerate(items[start : start + columns])
            ]
            strips.extend(self._rows(cells, keep_to=8))
            strips.append(gap(4.0))
        for strip in strips:
            yield _backed(strip, _PANEL)

    # Sections

    def _sections(self, sections: Sequence[Section], pictures: Mapping[str, bytes]) -> Iterator[Strip]:
        """All sections. A drawing beside the text narrows what follows until its foot is reached."""
        foot = 0.0
        for section in sections:
            if section.beside is not None and foot <= 0.0:
                beside = self._beside(section.beside)
                foot = beside.height
                yield gap(8.0)
                yield Strip(0.0, beside.draw, keeps_next=True)
            for block, strips in self._blocks(section, pictures, is_beside=foot > 0.0):
                if foot > 0.0 and not isinstance(block, Paragraph | None):
                    yield gap(foot)
                    foot = 0.0
                for strip in strips:
                    foot -= strip.height
                    yield _keeping(strip) if foot > 0.0 else strip
        if foot > 0.0:
            yield gap(foot)

    def _blocks(
        self, section: Section, pictures: Mapping[str, bytes], *, is_beside: bool
    ) -> Iterator[tuple[Block | None, list[Strip]]]:
        width = _WIDTH - (_DRAWING_WIDTH + 18.0 if is_beside else 0.0)
        if section.title is not None:
            first = section.blocks[0] if section.blocks else None
            heading = self._rows([Column(_LEFT, width, self._lines([section.title.upper()], _HEADING, width))])
            strips = [gap(8.0), *(_keeping(strip) for strip in heading), gap(2.0, keeps_next=True)]
            yield (None if isinstance(first, Paragraph) else first), strips
        for index, block in enumerate(section.blocks):
            before = [gap(8.0 if isinstance(block, Table) else 3.0)] if index else []
            yield block, before + list(self._block(block, pictures, width))

    def _block(self, block: Block, pictures: Mapping[str, bytes], width: float) -> Iterator[Strip]:
        match block:
            case Paragraph():
                yield from self._rows([Column(_LEFT, width, self._run_lines(block.runs, _BODY, width))], keep_to=3)
            case Callout():
                yield from self._callout(block)
            case Table():
                yield from self._table(block)
            case TrendPlot():
                yield from self._trend(block)
            case RegionDrawing():
                yield self._beside(block, is_alone=True)
            case KeyImages():
                yield from self._key_images(block.images, pictures)
            case SignatureBlock():
                yield from self._signature(block)
            case _:
                assert_never(block)

    def _callout(self, block: Callout) -> Iterator[Strip]:
        inner = _WIDTH - 24.0
        strips = [gap(7.0)]
        for paragraph in block.paragraphs:
            lines = self._run_lines(paragraph.runs, _IMPRESSION, inner)
            strips.extend(self._rows([Column(_LEFT + 14.0, inner, lines)]))
        strips.append(gap(7.0))
        for strip in strips[:-1]:
            yield _backed(strip, _TINT, bar=_ACCENT, keeps_next=len(strips) <= 8 or strip is strips[0])
        yield _backed(strips[-1], _TINT, bar=_ACCENT)

    def _table(self, table: Table) -> Iterator[Strip]:
        spacing = 14.0
        lefts = [_LEFT + _WIDTH * share for share in itertools.accumulate(table.column_shares[:-1], initial=0.0)]
        widths = [_WIDTH * share - spacing for share in table.column_shares]
        places = list(zip(lefts, widths, strict=True))
        head = [
            Column(x, width, self._lines([text], _TABLE_HEAD, width))
            for (x, width), text in zip(places, table.header, strict=True)
        ]
        header = tuple(_keeping(strip) for strip in (*self._rows(head), _rule_strip(_RULE)))
        yield from header
        for row in table.rows:
            cells = [
                Column(x, width, self._run_lines(cell.runs, _BODY, width))
                for (x, width), cell in zip(places, row, strict=True)
            ]
            strips = [gap(2.2, keeps_next=True), *self._rows(cells)]
            strips[-1] = _keeping(strips[-1])
            for strip in (*strips, _rule_strip(_HAIRLINE)):
                yield Strip(strip.height, strip.draw, strip.keeps_next, header)

    def _beside(self, block: RegionDrawing, *, is_alone: bool = False) -> Strip:
        """The region map: one view below another beside text, or side by side where it stands alone."""
        views = [view for name in block.views for view in VIEWS if view == name]
        count = max(1, len(views))
        side = min(_DRAWING_WIDTH, 170.0) if count == 1 or is_alone else 118.0
        caption = self._lines([block.caption], _LABEL, _DRAWING_WIDTH) if block.caption else ()
        step = side + _LABEL.leading
        drawn_height = step if is_alone else step * count
        left = _LEFT if is_alone else _RIGHT - _DRAWING_WIDTH + (_DRAWING_WIDTH - side) / 2

        def draw(drawing: Drawing, y: float) -> None:
            for index, view in enumerate(views):
                x, top = (left + index * (side + 12.0), y) if is_alone else (left, y + index * step)
                draw_view(drawing, self._typesetter, self._region_map, view, block.marks, (x, top, side))
                words, _ = self._one(_VIEW_WORDS[view], _LABEL)
                drawing.lettering(
                    words, x + (side - _width(words, _LABEL)) / 2, top + side + _LABEL.size, _LABEL.size, _MUTED
                )
            for index, styled in enumerate(caption):
                x = left if is_alone else _RIGHT - _DRAWING_WIDTH + (_DRAWING_WIDTH - _width(*styled)) / 2
                self._put(drawing, styled, x, y + drawn_height + 3.0 + index * _LABEL.leading)

        return Strip(drawn_height + 8.0 + len(caption) * _LABEL.leading, draw)

    def _trend(self, block: TrendPlot) -> Iterator[Strip]:
        """The plot with its caption below, which says the same in words."""

        def draw(drawing: Drawing, y: float) -> None:
            draw_trend(drawing, self._typesetter, block.plot, (_LEFT, y, _WIDTH, _PLOT_HEIGHT))

        yield gap(4.0)
        yield Strip(_PLOT_HEIGHT + 2.0, draw, keeps_next=True)
        yield from self._rows([Column(_LEFT, _WIDTH, self._lines([block.caption], _LABEL, _WIDTH))])

    def _key_images(self, images: Sequence[KeyImage], pictures: Mapping[str, bytes]) -> Iterator[Strip]:
        """Two in a row, each in a frame with its label lines."""
        width = (_WIDTH - 12.0) / 2
        for start in range(0, len(images), 2):
            yield gap(3.0)
            cells = [self._key_image(image, pictures, width) for image in images[start : start + 2]]

            def draw(drawing: Drawing, y: float, cells: list[Strip] = cells) -> None:
                for place, cell in enumerate(cells):
                    if cell.draw:
                        with drawing.moved(_LEFT + place * (width + 12.0)):
                            cell.draw(drawing, y)

            yield Strip(max(cell.height for cell in cells), draw)
            yield gap(5.0)

    def _key_image(self, image: KeyImage, pictures: Mapping[str, bytes], width: float) -> Strip:
        """One framed picture with its left edge at 0."""
        content = pictures.get(image.picture)
        if content is None:
            raise UnreadableImage("The picture is missing.")
        pixel_width, pixel_height = Drawing.picture_size(content)
        padding = 5.0
        inner = width - 2 * padding
        scale = min(inner / pixel_width, _PICTURE_HEIGHT / pixel_height)
        shown_width, shown_height = pixel_width * scale, pixel_height * scale
        labels = self._lines(image.label_lines, Look(7.2, 9.6), inner)
        labels += self._lines([image.caption], _LABEL, inner) if image.caption else ()
        framed = 2 * padding + shown_height + 3.0 + len(labels) * 9.6

        def draw(drawing: Drawing, y: float) -> None:
            drawing.frame(0.0, y, width, framed, _RULE, 0.7)
            drawing.picture(content, padding + (inner - shown_width) / 2, y + padding, shown_width, shown_height)
            for index, styled in enumerate(labels):
                indent = inner - _width(*styled) if styled[0].right_to_left else 0.0
                self._put(drawing, styled, padding, y + padding + shown_height + 3.0 + index * 9.6, indent)

        return Strip(framed, draw)

    def _by_hand(self, block: SignatureBlock) -> Iterator[Strip]:
        """Blank rules side by side, the first twice as wide, each with its caption below; then the lines."""
        spacing = 18.0
        share = (_WIDTH - spacing * (len(block.by_hand) - 1)) / (len(block.by_hand) + 1)
        widths = [share * (1 if place else 2) for place in range(len(block.by_hand))]
        lefts = [_LEFT + sum(widths[:place]) + spacing * place for place in range(len(widths))]

        def rules(drawing: Drawing, y: float) -> None:
            for x, width in zip(lefts, widths, strict=True):
                drawing.rule(x, x + width, y, _INK, 0.7)

        yield gap(34.0, keeps_next=True)
        yield Strip(3.0, rules, keeps_next=True)
        captions = [
            Column(x, width, self._lines([caption], _LABEL, width))
            for x, width, caption in zip(lefts, widths, block.by_hand, strict=True)
        ]
        yield from (_keeping(strip) for strip in self._rows(captions))
        yield gap(4.0, keeps_next=True)
        lines = [styled for paragraph in block.lines for styled in self._run_lines(paragraph.runs, _BODY, _WIDTH)]
        yield from self._rows([Column(_LEFT, _WIDTH, tuple(lines))], keep_to=40)

    def _signature(self, block: SignatureBlock) -> Iterator[Strip]:
        if block.by_hand:
            yield from self._by_hand(block)
            return
        box_width = 150.0
        width = _WIDTH - box_width - 18.0
        words = (
            ("Digital signature in this file", "Certified: no change is allowed") if block.signed else ("Not signed",)
        )
        box = [self._one(text, _SMALL, box_width - 14.0) for text in words]

        def draw_box(drawing: Drawing, y: float) -> None:
            drawing.rule(_LEFT, _RIGHT, y, _RULE, 0.7)
            drawing.frame(_RIGHT - box_width, y + 7.0, box_width, 44.0, _RULE, 0.7)
            for index, styled in enumerate(box):
                self._put(drawing, styled, _RIGHT - box_width + 7.0, y + 14.0 + index * 13.0)

        lines = tuple(styled for paragraph in block.lines for styled in self._run_lines(paragraph.runs, _BODY, width))
        yield gap(9.0, keeps_next=True)
        yield Strip(7.0, draw_box, keeps_next=True)
        yield from self._rows([Column(_LEFT, width, lines)], keep_to=40)
        yield gap(max(0.0, 48.0 - len(lines) * _BODY.leading))


def _width(line: Line, look: Look) -> float:
    return line.width * look.size / 1000


def _keeping(strip: Strip) -> Strip:
    return Strip(strip.height, strip.draw, keeps_next=True, repeats=strip.repeats, is_gap=strip.is_gap)


def _backed(strip: Strip, fill: Colour, *, bar: Colour | None = None, keeps_next: bool | None = None) -> Strip:
    """The strip on a coloured ground, with a bar at its left edge."""

    def draw(drawing: Drawing, y: float) -> None:
        drawing.rectangle(_LEFT, y - 0.1, _WIDTH, strip.height + 0.2, fill)
        if bar:
            drawing.rectangle(_LEFT, y - 0.1, 2.4, strip.height + 0.2, bar)
        if strip.draw:
            strip.draw(drawing, y)

    return Strip(strip.height, draw, strip.keeps_next if keeps_next is None else keeps_next)


def _rule_strip(colour: Colour) -> Strip:
    return Strip(3.4, lambda drawing, y: drawing.rule(_LEFT, _RIGHT, y + 2.8, colour, 0.6))

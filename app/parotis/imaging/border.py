"""Drawing of the label border: a band of text above and below the untouched picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from parotis.imaging.lettering import Lettering

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MIN_PICTURE_WIDTH_PX: Final = 480
_TEXT_SIZE_PX: Final = (14, 64)
_WIDTH_PER_TEXT_SIZE: Final = 46
_MAX_LINES: Final = 3
_LINE_HEIGHT: Final = 1.45
_LINES_ABOVE: Final = 2
_PAPER: Final = (255, 255, 255)
_INK: Final = (22, 27, 34)
_FRAME: Final = (140, 149, 159)
_JPEG_QUALITY: Final = 95


@dataclass(frozen=True, slots=True)
class _Line:
    """What stands at the left and at the right end of one drawn line. The first line of a band is bold."""

    left: str
    right: str
    bold: bool


class Border:
    """Lays out and draws borders with one set of fonts."""

    def __init__(self, font_folder: Path) -> None:
        self._lettering = Lettering(font_folder)

    def drawn_around(self, picture_png: bytes, texts: Sequence[str]) -> bytes:
        """The bordered picture as JPEG, at full colour resolution."""
        with Image.open(io.BytesIO(picture_png), formats=("PNG",)) as picture:
            scan = picture.convert("RGB")
        inner_width = max(scan.width, _MIN_PICTURE_WIDTH_PX)
        size = min(max(inner_width // _WIDTH_PER_TEXT_SIZE, _TEXT_SIZE_PX[0]), _TEXT_SIZE_PX[1])
        above = self._lines(texts[:_LINES_ABOVE], size, inner_width)
        below = self._lines(texts[_LINES_ABOVE:], size, inner_width)
        line_height = round(size * _LINE_HEIGHT)
        top, bottom = size + len(above) * line_height, size + len(below) * line_height
        sheet = Image.new("RGB", (inner_width + 2 * size, top + scan.height + bottom), _PAPER)
        pen = ImageDraw.Draw(sheet)
        left = (sheet.width - scan.width) // 2
        pen.rectangle((left - 1, top - 1, left + scan.width, top + scan.height), outline=_FRAME)
        sheet.paste(scan, (left, top))
        for lines, band_top in ((above, 0), (below, top + scan.height)):
            for number, line in enumerate(lines):
                self._draw(pen, line, size, inner_width, baseline=band_top + size // 2 + size + number * line_height)
        target = io.BytesIO()
        sheet.save(target, format="JPEG", quality=_JPEG_QUALITY, subsampling=0, optimize=True)
        return target.getvalue()

    def _lines(self, texts: Sequence[str], size: int, width: int) -> tuple[_Line, ...]:
        """Two texts side by side where they fit, else each on lines of its own: a long one costs no other."""
        lines: list[_Line] = []
        waiting = [text for text in texts if text]
        while waiting:
            bold = not lines
            pair = waiting[:2]
            taken = sum(self._lettering.width(text, size, bold=bold) for text in pair) + 2 * size * (len(pair) - 1)
            if taken <= width:
                lines.append(_Line(pair[0], "".join(pair[1:]), bold))
                del waiting[:2]
            else:
                wrapped = self._lettering.wrapped(waiting.pop(0), size, width, _MAX_LINES, bold=bold)
                lines.extend(_Line(line, "", bold) for line in wrapped)
        return tuple(lines)

    def _draw(self, pen: ImageDraw.ImageDraw, line: _Line, size: int, width: int, *, baseline: int) -> None:
        self._lettering.draw(pen, (size, baseline), line.left, size, bold=line.bold, ink=_INK)
        if line.right:
            start = size + width - self._lettering.width(line.right, size, bold=line.bold)
            self._lettering.draw(pen, (start, baseline), line.right, size, bold=line.bold, ink=_INK)

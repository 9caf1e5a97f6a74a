"""Glyphs as filled paths, for what must be seen but not read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import uharfbuzz

if TYPE_CHECKING:
    from parotis.documents.fonts import Face, Glyph


class GlyphOutlines:
    """Path operators of glyphs, each worked out once."""

    def __init__(self) -> None:
        self._pen = _outline_pen()
        self._operators = lru_cache(maxsize=4096)(self._drawn)

    def filled(self, face: Face, glyph: Glyph, x: float, y: float, size: float) -> str:
        """Operators that fill a glyph at a place of the page, in points from its lower left corner."""
        operators = self._operators(face, glyph.number)
        if not operators:
            return ""
        scale = f"{size * face.scale / 1000:.6f}"
        return f"q {scale} 0 0 {scale} {numbers(x, y)} cm {operators} f Q"

    def _drawn(self, face: Face, glyph: int) -> str:
        outline = _Outline()
        face.outline(glyph, self._pen, outline)
        return " ".join(outline.parts)


class _Outline:
    """Collects a glyph's outline as path operators, in units of the font."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.current = (0.0, 0.0)

    def add(self, operator: str, *coordinates: float) -> None:
        self.parts.append(f"{numbers(*coordinates)} {operator}".strip())
        if coordinates:
            self.current = (coordinates[-2], coordinates[-1])


def _outline_pen() -> Any:
    """Callbacks for glyph outlines; quadratic curves become the cubic ones that PDF has."""

    def quadratic(cx: float, cy: float, x: float, y: float, sink: _Outline) -> None:
        x0, y0 = sink.current
        sink.add("c", x0 + (cx - x0) * 2 / 3, y0 + (cy - y0) * 2 / 3, x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3, x, y)

    pen = uharfbuzz.DrawFuncs()
    pen.set_move_to_func(lambda x, y, sink: sink.add("m", x, y))
    pen.set_line_to_func(lambda x, y, sink: sink.add("l", x, y))
    pen.set_quadratic_to_func(quadratic)
    pen.set_cubic_to_func(lambda *points: points[-1].add("c", *points[:-1]))
    pen.set_close_path_func(lambda sink: sink.add("h"))
    return pen


def numbers(*values: float) -> str:
    """Numbers as PDF writes them: no exponent, no needless digits."""
    return " ".join(f"{value:.2f}".rstrip("0").rstrip(".") or "0" for value in values).replace("-0 ", "0 ")

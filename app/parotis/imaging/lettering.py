"""Text of any script on a picture: a font for each run, in reading order, wrapped to a width."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]
from PIL import ImageFont, features

from parotis.domain.errors import ResourceMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PIL import ImageDraw

REGULAR_FILE: Final = "NotoSans-Regular.ttf"
BOLD_FILE: Final = "NotoSans-Bold.ttf"
ELLIPSIS: Final = "…"
_MAX_CHARACTERS: Final = 400
_WORDS: Final = re.compile(r"\S+\s*|\s+")
_JOINERS: Final = frozenset("\u200c\u200d")
_SHAPING: Final = features.check("raqm")
_ENGINE: Final = ImageFont.Layout.RAQM if _SHAPING else ImageFont.Layout.BASIC


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    path: Path
    level: int


class Lettering:
    """The fonts of one folder: Noto Sans is looked at first, then its other scripts, then any other font."""

    def __init__(self, font_folder: Path) -> None:
        """Raises: ResourceMissing when the two fonts that everything rests on are not there."""
        regular, bold = font_folder / REGULAR_FILE, font_folder / BOLD_FILE
        if not (regular.is_file() and bold.is_file()):
            raise ResourceMissing("fonts")
        found = sorted(font_folder.glob("*.[ot]tf"), key=_preference)
        bolds = tuple(path for path in found if "bold" in path.name.lower())
        regulars = tuple(path for path in found if path not in bolds)
        self._regular = regulars + bolds
        self._bold = bolds + regulars

    def width(self, text: str, size_px: int, *, bold: bool) -> float:
        return sum(_run_width(run, size_px) for run in self._runs(text, bold=bold))

    def draw(
        self,
        canvas: ImageDraw.ImageDraw,
        position: tuple[float, float],
        text: str,
        size_px: int,
        *,
        bold: bool,
        ink: tuple[int, int, int],
    ) -> None:
        """One line; ``position`` is its left end on the baseline."""
        x, y = position
        for run in _visual_order(self._runs(text, bold=bold)):
            drawn, direction = _directed(run)
            canvas.text((x, y), drawn, fill=ink, font=_face(run.path, size_px), anchor="ls", direction=direction)
            x += _run_width(run, size_px)

    def wrapped(self, text: str, size_px: int, width_px: float, max_lines: int, *, bold: bool) -> tuple[str, ...]:
        """At most ``max_lines`` lines, broken at spaces where possible; what does not fit ends in an ellipsis."""
        if len(text) > _MAX_CHARACTERS:
            text = text[: _MAX_CHARACTERS - 1] + ELLIPSIS

        def fits(line: str) -> bool:
            return self.width(line.rstrip(), size_px, bold=bold) <= width_px

        lines = [""]
        for piece in self._pieces(text, fits):
            if lines[-1] and not fits(lines[-1] + piece):
                lines.append("")
            lines[-1] += piece
        if len(lines) > max_lines:
            last = lines[max_lines - 1].rstrip()
            while last and not fits(last + ELLIPSIS):
                last = last[:-1]
            lines = [*lines[: max_lines - 1], last.rstrip() + ELLIPSIS]
        return tuple(line.rstrip() for line in lines)

    @staticmethod
    def _pieces(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
        """Words; one that is wider than a line comes in parts that are not."""
        for word in _WORDS.findall(text):
            rest = word
            while not fits(rest):
                count = _longest_fitting(rest, fits)
                while count < len(rest) - 1 and unicodedata.category(rest[count]).startswith("M"):
                    count += 1
                yield rest[:count]
                rest = rest[count:]
                if len(rest) <= 1:
                    break
            if rest:
                yield rest

    def _runs(self, text: str, *, bold: bool) -> tuple[_Run, ...]:
        text = _printable(text)
        fonts = self._bold if bold else self._regular
        runs: list[_Run] = []
        for character, level in zip(text, _levels(text), strict=True):
            previous = runs[-1] if runs else None
            path = _font_for(character, fonts, previous.path if previous else None)
            if previous and (previous.path, previous.level) == (path, level):
                runs[-1] = _Run(previous.text + character, path, level)
            else:
                runs.append(_Run(character, path, level))
        return tuple(runs)


def _longest_fitting(text: str, fits: Callable[[str], bool]) -> int:
    """How many characters of a text that does not fit do; at least one."""
    low, high = 1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return max(low, 1)


def _preference(path: Path) -> tuple[bool, bool, str]:
    return path.name not in {REGULAR_FILE, BOLD_FILE}, not path.name.startswith("Noto"), path.name


def _printable(text: str) -> str:
    """Line breaks and controls become spaces, invisible direction marks go, lone surrogates are shown as such."""
    shown = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category == "Cf" and character not in _JOINERS:
            continue
        if category in {"Cc", "Zl", "Zp"}:
            shown.append(" ")
        else:
            shown.append("\ufffd" if category == "Cs" else character)
    return "".join(shown)


def _font_for(character: str, fonts: tuple[Path, ...], previous: Path | None) -> Path:
    point = ord(character)
    belongs_to_previous = character.isspace() or unicodedata.category(character).startswith("M")
    if previous and (character in _JOINERS or (belongs_to_previous and point in _coverage(previous))):
        return previous
    return next((path for path in fonts if point in _coverage(path)), fonts[0])


@cache
def _coverage(path: Path) -> frozenset[int]:
    try:
        with TTFont(path, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError) as error:
        raise ResourceMissing("fonts") from error


@cache
def _face(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(path, size_px, layout_engine=_ENGINE)
    except OSError as error:
        raise ResourceMissing("fonts") from error


def _directed(run: _Run) -> tuple[str, str | None]:
    backwards = run.level % 2 == 1
    if _SHAPING:
        return run.text, "rtl" if backwards else "ltr"
    return (run.text[::-1] if backwards else run.text), None


def _run_width(run: _Run, size_px: int) -> float:
    text, direction = _directed(run)
    return _face(run.path, size_px).getlength(text, direction=direction)


def _levels(text: str) -> list[int]:
    """Embedding levels of a left-to-right line: the part of UAX 9 without explicit marks, which are not drawn."""
    classes = [unicodedata.bidirectional(character) for character in text]
    levels: list[int | None] = []
    strong = 0
    for kind in classes:
        if kind in {"R", "AL"}:
            strong = 1
        elif kind == "L":
            strong = 0
        if kind in {"EN", "AN"}:
            levels.append(2 if strong else 0)
        elif kind == "NSM" and levels:
            levels.append(levels[-1])
        else:
            levels.append(strong if kind in {"R", "AL", "L"} else None)
    following = 0
    for position in range(len(levels) - 1, -1, -1):
        level = levels[position]
        if level is None:
            before = next((found for found in reversed(levels[:position]) if found is not None), 0)
            levels[position] = 1 if min(before, following) > 0 else 0
        else:
            following = level
    return [level or 0 for level in levels]


def _visual_order(runs: tuple[_Run, ...]) -> list[_Run]:
    ordered = list(runs)
    for level in (2, 1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end].level >= level:
                end += 1
            ordered[start:end] = ordered[start:end][::-1]
            start = max(end, start + 1)
    return ordered

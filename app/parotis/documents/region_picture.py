"""The face-and-neck map in a report: scanned structures tinted, findings marked with their letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from parotis.documents.text import Piece
from parotis.domain.region_map import EXTENT

if TYPE_CHECKING:
    from parotis.documents.drawing import Colour, Drawing
    from parotis.documents.text import Typesetter
    from parotis.domain.region_map import MapShape, MapView, RegionMap
    from parotis.domain.report import MapMark

_HEAD: Final[Colour] = (0.27, 0.33, 0.41)
_FAINT: Final[Colour] = (0.72, 0.76, 0.81)
_ACCENT: Final[Colour] = (0.059, 0.463, 0.431)
_SCANNED: Final[Colour] = (0.86, 0.94, 0.93)
_FOUND: Final[Colour] = (0.55, 0.80, 0.77)
_WHITE: Final[Colour] = (1.0, 1.0, 1.0)
_THICKNESS: Final = {"silhouette": 0.8, "contour": 0.8, "detail": 0.5}


def draw_view(
    drawing: Drawing,
    typesetter: Typesetter,
    region_map: RegionMap,
    view: MapView,
    marks: tuple[MapMark, ...],
    box: tuple[float, float, float],
) -> None:
    """Draw one view into the square ``box`` = (x, y, side) in points."""
    left, top, side = box
    scale = side / EXTENT

    def place(x: float, y: float) -> tuple[float, float]:
        return left + x * scale, top + y * scale

    for stroke in region_map.outline(view):
        fill = _WHITE if stroke.kind == "silhouette" else None
        drawing.path(stroke.path, place, fill=fill, stroke=_HEAD, thickness=_THICKNESS[stroke.kind])
    letters: list[tuple[str, float, float]] = []
    for shape in region_map.shapes(view):
        mark = _mark_of(shape, marks)
        if mark is None:
            drawing.path(shape.path, place, stroke=_FAINT, thickness=0.35)
            continue
        drawing.path(shape.path, place, fill=_FOUND if mark.has_finding else _SCANNED, stroke=_ACCENT, thickness=0.7)
        if mark.letters:
            letters.append((mark.letters, *place(*shape.anchor)))
    for text, x, y in letters:
        _centred(drawing, typesetter, Piece(text, strong=True), (x, y), 8.0)
    for caption in region_map.captions(view):
        _centred(drawing, typesetter, Piece(caption.text), place(caption.x, caption.y), 5.5)


def _centred(drawing: Drawing, typesetter: Typesetter, piece: Piece, middle: tuple[float, float], size: float) -> None:
    line = typesetter.line([piece], size, 80)
    drawing.lettering(line, middle[0] - line.width * size / 2000, middle[1] + size * 0.36, size, _HEAD)


def _mark_of(shape: MapShape, marks: tuple[MapMark, ...]) -> MapMark | None:
    """The mark on a shape; a finding goes before a mere scan, and a bilateral mark is on both sides."""
    on_shape = [
        mark
        for mark in marks
        if mark.structure == shape.structure
        and (mark.side == shape.side or (mark.side == "bilateral" and shape.side in ("left", "right")))
    ]
    return max(on_shape, key=lambda mark: (mark.has_finding, mark.letters), default=None)

"""The face-and-neck map: where each structure lies, for the window and the report alike.

Geometry comes from the project's own drawing, in a box of 0..1000 units a view with y pointing down. The drawing holds
one profile and one half of each paired structure; the other side is its mirror image, so both sides always agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args
from xml.etree import ElementTree as ET

from parotis.domain.anatomy import STRUCTURES
from parotis.domain.errors import ResourceMissing

if TYPE_CHECKING:
    from collections.abc import Iterable

MapView = Literal["left", "front", "right"]
OutlineKind = Literal["silhouette", "contour", "detail"]
MarkState = Literal["scanned", "finding"]
Direction = Literal["left", "right", "up", "down"]
ShapeKey: TypeAlias = tuple[str, str]
"""(structure, side) as in the case format; side is ``left``, ``right`` or ``midline``."""
Command: TypeAlias = tuple[Literal["M", "L", "C", "Z"], tuple[float, ...]]
"""Move, line, cubic curve, close; absolute coordinates as x, y pairs."""

EXTENT = 1000.0
"""Width and height of each view, in view units."""
VIEWS: tuple[MapView, ...] = ("left", "front", "right")
_OUTLINE_KINDS: dict[str, OutlineKind] = {kind: kind for kind in get_args(OutlineKind)}
_MIRROR_SIDE = {"left": "right", "right": "left", "midline": "midline"}
_TOKEN = re.compile(r"[MLCZ]|-?\d+(?:\.\d+)?")
_STEP: dict[Direction, tuple[int, int]] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_ASIDE_WEIGHT = 1.5
_ASIDE_LIMIT = 1.75
_ARITY = {"M": 2, "L": 2, "C": 6, "Z": 0}
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the exam says about a structure. ``letters`` are its lesions' labels, in order."""

    state: MarkState
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapShape:
    """One closed area. ``anchor`` lies inside it: a letter or a leader starts there.

    ``tag`` is printed in the area when it is not marked ("IIA"); ``spot`` areas are small and lie on top of others.
    """

    view: MapView
    structure: str
    side: str
    path: tuple[Command, ...]
    anchor: tuple[float, float]
    tag: str = ""
    spot: bool = False

    @property
    def key(self) -> ShapeKey:
        return self.structure, self.side


@dataclass(frozen=True, slots=True)
class OutlineStroke:
    """One line of the head: ``silhouette`` is closed and filled, ``detail`` is drawn thinner than ``contour``."""

    kind: OutlineKind
    path: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Caption:
    """A word printed on the drawing, centred at (x, y)."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Drawing:
    shapes: tuple[MapShape, ...]
    outline: tuple[OutlineStroke, ...]
    captions: tuple[Caption, ...]


class RegionMap:
    """The three views. Shapes come in painting order: what comes later lies on top."""

    def __init__(self, svg: bytes) -> None:
        """Read the drawing.

        Raises:
            ResourceMissing: it is not the drawing that the program ships.
        """
        try:
            groups = {group.get("id"): group for group in ET.fromstring(svg).iter(f"{_SVG}g")}  # noqa: S314
            profile = _read(groups["profile"], "right")
            self._drawings: dict[MapView, _Drawing] = {
                "left": _mirrored(profile),
                "front": _read(groups["front"], "front"),
                "right": profile,
            }
        except (ET.ParseError, KeyError, ValueError) as error:
            raise ResourceMissing("anatomy/face-neck-map.svg") from error

    def views(self) -> tuple[MapView, ...]:
        return VIEWS

    def shapes(self, view: MapView) -> tuple[MapShape, ...]:
        return self._drawings[view].shapes

    def outline(self, view: MapView) -> tuple[OutlineStroke, ...]:
        return self._drawings[view].outline

    def captions(self, view: MapView) -> tuple[Caption, ...]:
        return self._drawings[view].captions

    def structures(self) -> tuple[ShapeKey, ...]:
        """Every (structure, side) that some view shows, once each."""
        return tuple(dict.fromkeys(shape.key for view in VIEWS for shape in self.shapes(view)))

    def neighbour(self, shape: MapShape, direction: Direction) -> MapShape | None:
        """The next area that way in the same view: near counts, and straight ahead counts more. None at the edge."""
        step_x, step_y = _STEP[direction]
        best: tuple[float, MapShape] | None = None
        for other in self.shapes(shape.view):
            away_x, away_y = other.anchor[0] - shape.anchor[0], other.anchor[1] - shape.anchor[1]
            ahead = away_x * step_x + away_y * step_y
            aside = abs(away_x * step_y) + abs(away_y * step_x)
            cost = ahead + _ASIDE_WEIGHT * aside
            if ahead > 0 and aside <= _ASIDE_LIMIT * ahead and (best is None or cost < best[0]):
                best = (cost, other)
        return best[1] if best else None

    def views_showing(self, structure: str, side: str | None) -> tuple[MapView, ...]:
        """The views that show a recorded structure, its own profile first."""
        keys = set(keys_of(structure, side))
        found = [view for view in VIEWS if any(shape.key in keys for shape in self.shapes(view))]
        return tuple(sorted(found, key=lambda view: (structure, view) not in keys))


def keys_of(structure: str, side: str | None) -> tuple[ShapeKey, ...]:
    """The areas that a structure of an exam stands for: bilateral is both sides, no side is the midline."""
    if side == "bilateral":
        return (structure, "right"), (structure, "left")
    return ((structure, side or "midline"),)


def marks_of(recorded: Iterable[tuple[str, str | None, Mark]]) -> dict[ShapeKey, Mark]:
    """The mark of each area. Where an area is recorded twice, findings go before scanned and letters add up."""
    marks: dict[ShapeKey, Mark] = {}
    for structure, side, mark in recorded:
        for key in keys_of(structure, side):
            earlier = marks.get(key, mark)
            letters = tuple(dict.fromkeys((*earlier.letters, *mark.letters)))
            state: MarkState = "finding" if "finding" in (earlier.state, mark.state) else "scanned"
            marks[key] = Mark(state, letters)
    return marks


def _read(group: ET.Element, view: MapView) -> _Drawing:
    shapes: list[MapShape] = []
    outline: list[OutlineStroke] = []
    captions: list[Caption] = []
    paired = set(group.iterfind(f"{_SVG}g[@id='front-paired']/{_SVG}path"))
    for element in group.iter():
        kind = element.get("class", "")
        if element.tag == f"{_SVG}text":
            captions.append(Caption(element.text or "", float(element.attrib["x"]), float(element.attrib["y"])))
        elif element.tag != f"{_SVG}path":
            continue
        elif kind in _OUTLINE_KINDS:
            outline.append(OutlineStroke(_OUTLINE_KINDS[kind], _commands(element.attrib["d"])))
        else:
            shape = _shape(element, view)
            shapes.append(shape)
            if element in paired:
                shapes.append(_mirrored_shape(shape, view))
    # Spots stay above areas after mirroring, whatever their place in the file.
    shapes.sort(key=lambda shape: shape.spot)
    return _Drawing(tuple(shapes), tuple(outline), tuple(captions))


def _shape(element: ET.Element, view: MapView) -> MapShape:
    _, structure, side = element.attrib["id"].split(".")
    if structure not in STRUCTURES or side not in _MIRROR_SIDE:
        raise ValueError("unknown structure or side in the drawing")
    x, y = (float(number) for number in element.attrib["data-anchor"].split())
    return MapShape(
        view,
        structure,
        side,
        _commands(element.attrib["d"]),
        (x, y),
        element.get("data-tag", ""),
        element.get("class") == "spot",
    )


def _commands(data: str) -> tuple[Command, ...]:
    tokens = _TOKEN.findall(data)
    commands: list[Command] = []
    position = 0
    while position < len(tokens):
        letter = tokens[position]
        arity = _ARITY[letter]
        numbers = tuple(float(token) for token in tokens[position + 1 : position + 1 + arity])
        if len(numbers) != arity:
            raise ValueError("a path of the drawing is cut short")
        commands.append((letter, numbers))
        position += 1 + arity
    return tuple(commands)


def _mirrored(drawing: _Drawing) -> _Drawing:
    return _Drawing(
        tuple(_mirrored_shape(shape, "left") for shape in drawing.shapes),
        tuple(OutlineStroke(stroke.kind, _mirrored_path(stroke.path)) for stroke in drawing.outline),
        tuple(Caption(caption.text, EXTENT - caption.x, caption.y) for caption in drawing.captions),
    )


def _mirrored_shape(shape: MapShape, view: MapView) -> MapShape:
    return MapShape(
        view,
        shape.structure,
        _MIRROR_SIDE[shape.side],
        _mirrored_path(shape.path),
        (EXTENT - shape.anchor[0], shape.anchor[1]),
        shape.tag,
        shape.spot,
    )


def _mirrored_path(path: tuple[Command, ...]) -> tuple[Command, ...]:
    return tuple(
        (letter, tuple(EXTENT - number if index % 2 == 0 else number for index, number in enumerate(numbers)))
        for letter, numbers in path
    )

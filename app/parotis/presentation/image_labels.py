"""One key labels an image: side, plane, phase, key image. For a hand in a glove, and for one hand on the probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parotis.domain.case import Case

_VALUES: dict[str, tuple[str, object]] = {
    "R": ("side", "right"),
    "L": ("side", "left"),
    "M": ("side", "midline"),
    "1": ("plane", "longitudinal"),
    "2": ("plane", "transverse"),
    "3": ("plane", "coronal"),
    "4": ("plane", "oblique"),
    "C": ("phase", "closed mouth"),
    "O": ("phase", "open mouth"),
    "X": ("phase", "relaxed"),
    "Z": ("phase", "clenched"),
}
LEGEND = (
    "Keys on an image: R right, L left, M midline \u00b7 1 longitudinal, 2 transverse, 3 coronal, 4 oblique \u00b7 "
    "C closed, O open mouth \u00b7 X relaxed, Z clenched \u00b7 S next structure \u00b7 K key image"
)


def labelled(case: Case, position: int, key: str) -> tuple[str, object] | None:
    """The path and value that a key gives to an image; None for a key that labels nothing.

    ``S`` goes through the structures of the scan list in turn, ``K`` puts key image on or off.
    """
    image = case.images[position]
    if key == "K":
        return f"images[{position}].key", not image.key
    if key == "S":
        listed = tuple(dict.fromkeys(entry.structure for entry in case.scan if entry.structure is not None))
        if not listed:
            return None
        place = listed.index(image.structure) + 1 if image.structure in listed else 0
        return f"images[{position}].structure", listed[place % len(listed)]
    if key not in _VALUES:
        return None
    name, value = _VALUES[key]
    return f"images[{position}].{name}", value

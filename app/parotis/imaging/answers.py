"""What the decoding child answers, checked as if a hostile file had taken the child over."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from parotis.domain.errors import UnreadableImage
from parotis.imaging.pictures import (
    BYTES_PER_PIXEL,
    FACT_KEYS,
    MAX_FACT_LENGTH,
    MAX_FRAMES,
    Mode,
    Refusal,
    is_too_large,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODES: Final[dict[str, Mode]] = {"L": "L", "RGB": "RGB"}


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A decoded frame's description, within all limits and fitting the pixels that came with it."""

    width: int
    height: int
    mode: Mode
    frame_count: int
    mm_per_pixel_x: float | None
    mm_per_pixel_y: float | None
    burned_in_annotation: bool | None
    facts: Mapping[str, str]


def picture_facts(header: dict[str, Any], pixel_bytes: int, frame: int) -> PictureFacts:
    """The header of a decoded frame.

    Raises:
        UnreadableImage: it does not fit the pixels, or is outside the limits.
    """
    width, height, frame_count = _size(header)
    mode = _MODES.get(str(header.get("mode")))
    if mode is None or width * height * BYTES_PER_PIXEL[mode] != pixel_bytes or frame > frame_count:
        raise UnreadableImage(Refusal.DECODER_STOPPED)
    x_mm, y_mm = _scale(header.get("mm_per_pixel"))
    burned_in = header.get("burned_in_annotation")
    return PictureFacts(
        width=width,
        height=height,
        mode=mode,
        frame_count=frame_count,
        mm_per_pixel_x=x_mm,
        mm_per_pixel_y=y_mm,
        burned_in_annotation=burned_in if isinstance(burned_in, bool) else None,
        facts=_known_facts(header.get("facts")),
    )


def _size(header: dict[str, Any]) -> tuple[int, int, int]:
    values = tuple(header.get(key) for key in ("width", "height", "frame_count"))
    width, height, frame_count = (value if isinstance(value, int) else 0 for value in values)
    if min(width, height, frame_count) < 1 or is_too_large(width, height) or frame_count > MAX_FRAMES:
        raise UnreadableImage(Refusal.DECODER_STOPPED)
    return width, height, frame_count


def _scale(value: object) -> tuple[float | None, float | None]:
    match value:
        case [float(x), float(y)] if math.isfinite(x) and math.isfinite(y) and x > 0 and y > 0:
            return x, y
    return None, None


def _known_facts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {
        key: text
        for key, text in value.items()
        if key in FACT_KEYS and isinstance(text, str) and len(text) <= MAX_FACT_LENGTH and text.isprintable()
    }

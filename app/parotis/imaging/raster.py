"""PNG and JPEG to bare pixels. Runs in the decoding child only."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin  # noqa: F401  (the only two formats registered)

from parotis.domain.errors import UnreadableImage
from parotis.imaging.pictures import MAX_PIXELS, MediaKind, Mode, Refusal, is_too_large

Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_SIXTEEN_BIT_MODES = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I"})


@dataclass(frozen=True, slots=True)
class Pixels:
    """One frame, row by row without padding, and what its file said about it."""

    width: int
    height: int
    mode: Mode
    data: bytes
    frame_count: int = 1
    mm_per_pixel: tuple[float, float] | None = None
    burned_in_annotation: bool | None = None
    facts: dict[str, str] = field(default_factory=dict)


def decode_raster(data: bytes, kind: MediaKind, frame: int) -> Pixels:
    """The first and only frame, turned upright as its EXIF says.

    Raises:
        UnreadableImage: too large, or no such frame. Pillow's own errors come through; the child translates them.
    """
    if frame != 1:
        raise UnreadableImage(Refusal.NO_SUCH_FRAME)
    if kind is MediaKind.PNG:
        with opened(data, kind) as checked:
            checked.verify()
    with opened(data, kind) as picture:
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        plain = flattened(picture)
        mode: Mode = "L" if plain.mode == "L" else "RGB"
        return Pixels(plain.width, plain.height, mode, plain.tobytes())


def opened(data: bytes, kind: MediaKind) -> Image.Image:
    """The file opened as the one format that it must be, its size checked before any pixel is decoded.

    Raises:
        UnreadableImage: beyond the limits of size.
    """
    try:
        picture = Image.open(io.BytesIO(data), formats=(kind.value.upper(),))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableImage(Refusal.TOO_LARGE) from error
    if is_too_large(picture.width, picture.height):
        raise UnreadableImage(Refusal.TOO_LARGE)
    return picture


def flattened(picture: Image.Image) -> Image.Image:
    """The picture as 8-bit grey or RGB; what is transparent becomes black, the ground of an ultrasound picture."""
    if picture.mode in _SIXTEEN_BIT_MODES:
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in {"L", "1"} and "transparency" not in picture.info:
        return picture.convert("L")
    if picture.has_transparency_data:
        grey = picture.mode in {"LA", "L", "1"}
        layered = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "black")
        return Image.alpha_composite(ground, layered).convert("L" if grey else "RGB")
    # A large picture is not copied without need.
    return picture if picture.mode == "RGB" else picture.convert("RGB")

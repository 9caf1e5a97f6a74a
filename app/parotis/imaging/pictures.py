"""The values, limits and fixed sentences of picture import.

Standard library only: the decoding child imports this module too, and its start has to stay cheap.

Frames are counted from 1, as on the machine's screen and as in DICOM's own frame references; the ``frame`` of a
case file means the same. No frame given means the first one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_FILE_BYTES: Final = 200 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
MAX_SIDE_PX: Final = 12_000
MAX_FRAMES: Final = 100_000
MAX_FACT_LENGTH: Final = 64

Mode = Literal["L", "RGB"]
BYTES_PER_PIXEL: Final[dict[str, int]] = {"L": 1, "RGB": 3}

FACT_KEYS: Final = frozenset(
    {
        "acquired_at",
        "device",
        "frequency_mhz",
        "mechanical_index",
        "thermal_index_tib",
        "thermal_index_tic",
        "thermal_index_tis",
    }
)

_PREAMBLE_BYTES: Final = 128
_NO_PREAMBLE: Final = bytes(_PREAMBLE_BYTES)
_TIFF_MARKS: Final = (b"II*\x00", b"MM\x00*")


class MediaKind(StrEnum):
    PNG = "png"
    JPEG = "jpeg"
    DICOM = "dicom"


class Refusal(StrEnum):
    """Why a picture is not taken. The value is the sentence for the person; the name travels between processes."""

    EMPTY = "The file is empty."
    FILE_TOO_LARGE = "The file is larger than 200 MB."
    UNKNOWN_FORMAT = "Only PNG, JPEG and DICOM pictures can be added."
    OTHER_FORMAT = "The content of the file is not the format that its name says."
    DAMAGED = "The file is damaged or incomplete."
    TOO_LARGE = "The picture is larger than 50 megapixels or 12,000 pixels on a side."
    NO_PIXELS = "The DICOM file holds no picture."
    UNSUPPORTED_COMPRESSION = "The DICOM file uses a compression that is not supported."
    UNSUPPORTED_COLOUR = "The picture uses a colour format that is not supported."
    TOO_NESTED = "The DICOM file is nested too deeply."
    NO_SUCH_FRAME = "The picture has no frame of that number."
    TOO_SLOW = "Reading the picture took too long and was stopped."
    DECODER_STOPPED = "The picture could not be read: the decoder stopped."


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """One frame as clean pixels.

    ``png`` is re-encoded from bare pixels: no EXIF, ICC or text of the original is left. ``sha256`` is that of the
    original file. Millimetres per pixel are set only where the machine calibrated this very picture.
    ``burned_in_annotation`` is None where the file does not say. ``facts`` are offers for the form, never for a log.
    """

    kind: MediaKind
    width: int
    height: int
    mode: Mode
    png: bytes
    sha256: str
    frame: int
    frame_count: int
    mm_per_pixel_x: float | None = None
    mm_per_pixel_y: float | None = None
    burned_in_annotation: bool | None = None
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)


def kind_of_content(data: bytes) -> MediaKind | None:
    """The format by its first bytes; None when it is none of ours."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaKind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return MediaKind.JPEG
    if data[_PREAMBLE_BYTES : _PREAMBLE_BYTES + 4] == b"DICM":
        return MediaKind.DICOM
    return None


def kind_of_suffix(name_suffix: str) -> MediaKind | None:
    """The format that a file name promises; None when it promises none of ours.

    DICOM media name files without a suffix, and archives name them by identifiers that end in a number.
    """
    suffix = name_suffix.lower().removeprefix(".")
    if suffix == "png":
        return MediaKind.PNG
    if suffix in {"jpg", "jpeg", "jpe"}:
        return MediaKind.JPEG
    if suffix in {"dcm", "dicom", ""} or (suffix.isascii() and suffix.isdigit()):
        return MediaKind.DICOM
    return None


def is_too_large(width: int, height: int) -> bool:
    return width > MAX_SIDE_PX or height > MAX_SIDE_PX or width * height > MAX_PIXELS


def sanitised_dicom(data: bytes) -> bytes:
    """The original bytes with a harmless preamble, for storing.

    The 128 bytes before the mark may hold the header of a program (CVE-2019-11687), so they are zeroed unless they
    are zero already or begin a TIFF, the one use the standard names.
    """
    if kind_of_content(data) is not MediaKind.DICOM:
        return data
    preamble = data[:_PREAMBLE_BYTES]
    if preamble == _NO_PREAMBLE or preamble.startswith(_TIFF_MARKS):
        return data
    return _NO_PREAMBLE + data[_PREAMBLE_BYTES:]

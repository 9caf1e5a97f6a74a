"""DICOM ultrasound to bare pixels and facts. Runs in the decoding child only.

Only the elements named here are read, so a patient's name in the file is never even parsed.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pydicom import dcmread, uid
from pydicom.encaps import get_frame
from pydicom.filereader import read_dataset, read_preamble
from pydicom.pixels.processing import apply_color_lut, convert_color_space
from pydicom.pixels.utils import pixel_array

from parotis.domain.errors import UnreadableImage
from parotis.imaging.dicom_facts import FACT_TAGS, calibration, suggested_facts
from parotis.imaging.pictures import MAX_FRAMES, MediaKind, Refusal, is_too_large
from parotis.imaging.raster import Pixels, opened

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

# pydicom has no decoder for these two; Pillow's own libjpeg reads them at 8 bits.
_LOSSLESS_JPEG: Final = frozenset({uid.JPEGLossless, uid.JPEGLosslessSV1})

# SECURITY: an allow-list. pydicom inflates a deflated file without a limit while it reads the header.
TRANSFER_SYNTAXES: Final = frozenset(
    {
        uid.ImplicitVRLittleEndian,
        uid.ExplicitVRLittleEndian,
        uid.ExplicitVRBigEndian,
        uid.JPEGBaseline8Bit,
        uid.JPEGExtended12Bit,
        uid.JPEG2000Lossless,
        uid.JPEG2000,
        uid.RLELossless,
        *_LOSSLESS_JPEG,
    }
)

_PICTURE_TAGS: Final = (
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "SamplesPerPixel",
    "PlanarConfiguration",
    "PhotometricInterpretation",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "PixelData",
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
    "RedPaletteColorLookupTableDescriptor",
    "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor",
    "RedPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableData",
    "BluePaletteColorLookupTableData",
    "SegmentedRedPaletteColorLookupTableData",
    "SegmentedGreenPaletteColorLookupTableData",
    "SegmentedBluePaletteColorLookupTableData",
    "RescaleSlope",
    "RescaleIntercept",
    "WindowCenter",
    "WindowWidth",
)
_TRANSFER_SYNTAX_TAG: Final = 0x00020010
_FULL_BYTE: Final = 255


def decode_dicom(data: bytes, frame: int) -> Pixels:
    """One frame in the colours it was shown in, with calibration and facts.

    Raises:
        UnreadableImage: with the fitting reason. pydicom's own errors come through; the child translates them.
    """
    dataset = _read(data)
    height, width, frame_count = _claimed_size(dataset)
    if not dataset.get("PixelData"):
        raise UnreadableImage(Refusal.DAMAGED)
    if not 1 <= frame <= frame_count:
        raise UnreadableImage(Refusal.NO_SUCH_FRAME)
    stored = _stored(dataset, frame, frame_count)
    if stored.shape[:2] != (height, width):
        raise UnreadableImage(Refusal.DAMAGED)
    shown = np.ascontiguousarray(_shown(stored, dataset))
    return Pixels(
        width,
        height,
        "RGB" if shown.ndim == 3 else "L",
        shown.tobytes(),
        frame_count=frame_count,
        mm_per_pixel=calibration(dataset, width, height),
        burned_in_annotation={"YES": True, "NO": False}.get(str(dataset.get("BurnedInAnnotation", ""))),
        facts=suggested_facts(dataset),
    )


def _read(data: bytes) -> Dataset:
    _require_known_syntax(data)
    try:
        dataset = dcmread(io.BytesIO(data), specific_tags=[*_PICTURE_TAGS, *FACT_TAGS])
    except RecursionError as error:
        raise UnreadableImage(Refusal.TOO_NESTED) from error
    if not dataset:
        # pydicom forgets every element when the file ends in the middle of one.
        raise UnreadableImage(Refusal.DAMAGED)
    return dataset


def _require_known_syntax(data: bytes) -> None:
    stream = io.BytesIO(data)
    read_preamble(stream, force=False)
    meta = read_dataset(
        stream, is_implicit_VR=False, is_little_endian=True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2
    )
    # SECURITY: every element is converted here. One that fails would make pydicom read the group anew as implicit,
    # and so perhaps find another transfer syntax than the one checked.
    syntaxes = [element.value for element in meta if element.tag == _TRANSFER_SYNTAX_TAG]
    if not syntaxes or syntaxes[0] not in TRANSFER_SYNTAXES:
        raise UnreadableImage(Refusal.UNSUPPORTED_COMPRESSION)


def _claimed_size(dataset: Dataset) -> tuple[int, int, int]:
    height, width = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    frame_count = int(dataset.get("NumberOfFrames") or 1)
    if height < 1 or width < 1:
        raise UnreadableImage(Refusal.NO_PIXELS)
    if is_too_large(width, height):
        raise UnreadableImage(Refusal.TOO_LARGE)
    if not 1 <= frame_count <= MAX_FRAMES:
        raise UnreadableImage(Refusal.DAMAGED)
    return height, width, frame_count


def _stored(dataset: Dataset, frame: int, frame_count: int) -> Any:
    if dataset.file_meta.TransferSyntaxUID not in _LOSSLESS_JPEG:
        return pixel_array(dataset, index=frame - 1)
    encoded = get_frame(dataset.PixelData, frame - 1, number_of_frames=frame_count)
    # Lossless frames come without a change of colours: libjpeg refuses one rather than making it.
    with opened(encoded, MediaKind.JPEG) as picture:
        stored = np.asarray(picture)
    if dataset.PhotometricInterpretation == "YBR_FULL":
        return convert_color_space(stored, "YBR_FULL", "RGB")
    return stored


def _shown(stored: Any, dataset: Dataset) -> Any:
    """8-bit grey or RGB, whatever was stored."""
    colours = str(dataset.PhotometricInterpretation)
    if colours == "PALETTE COLOR":
        return (apply_color_lut(stored, dataset) >> _spare_palette_bits(dataset)).astype(np.uint8)
    if stored.ndim == 3 and stored.shape[2] == 3:
        spare_bits = max(int(dataset.BitsStored) - 8, 0)
        return (stored >> spare_bits).astype(np.uint8)
    if stored.ndim == 2 and colours in {"MONOCHROME1", "MONOCHROME2"}:
        grey = _windowed(stored, dataset)
        return _FULL_BYTE - grey if colours == "MONOCHROME1" else grey
    raise UnreadableImage(Refusal.UNSUPPORTED_COLOUR)


def _spare_palette_bits(dataset: Dataset) -> int:
    """Eight for a palette of 16-bit colours; none for 8-bit colours, which some machines keep in 16-bit entries."""
    every_index = np.arange(2 ** int(dataset.BitsStored), dtype=np.uint16).reshape(1, -1)
    return 8 if apply_color_lut(every_index, dataset).max() > _FULL_BYTE else 0


def _windowed(stored: Any, dataset: Dataset) -> Any:
    """Grey as the machine's window shows it; without a window, bytes as they are and wider values stretched."""
    low, high = _window(stored, dataset)
    if (low, high) == (0.0, float(_FULL_BYTE)) and stored.dtype == np.uint8:
        return stored
    scaled = (stored.astype(np.float32) - low) * (_FULL_BYTE / ((high - low) or 1.0))
    return np.clip(np.rint(scaled), 0, _FULL_BYTE).astype(np.uint8)


def _window(stored: Any, dataset: Dataset) -> tuple[float, float]:
    centre, width = _first(dataset.get("WindowCenter")), _first(dataset.get("WindowWidth"))
    if centre is not None and width is not None and width > 1:
        slope, intercept = _first(dataset.get("RescaleSlope")) or 1.0, _first(dataset.get("RescaleIntercept")) or 0.0
        # Linear window of PS3.3 C.11.2.1.2, taken back through the rescale so that it applies to stored values.
        ends = (centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2)
        return (ends[0] - intercept) / slope, (ends[1] - intercept) / slope
    if stored.dtype == np.uint8:
        return 0.0, float(2 ** min(int(dataset.BitsStored), 8) - 1)
    return float(stored.min()), float(stored.max())


def _first(value: Any) -> float | None:
    if value is None or value == "":
        return None
    return float(value[0] if hasattr(value, "__getitem__") else value)

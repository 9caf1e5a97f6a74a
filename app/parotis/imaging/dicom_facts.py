"""What an ultrasound machine wrote beside the pixels: calibration and acquisition facts, offered to the form."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from parotis.imaging.pictures import MAX_FACT_LENGTH

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_NUMBER_FACTS: Final = {
    "MechanicalIndex": "mechanical_index",
    "BoneThermalIndex": "thermal_index_tib",
    "CranialThermalIndex": "thermal_index_tic",
    "SoftTissueThermalIndex": "thermal_index_tis",
}
FACT_TAGS: Final = (
    *_NUMBER_FACTS,
    "SpecificCharacterSet",
    "SequenceOfUltrasoundRegions",
    "BurnedInAnnotation",
    "ManufacturerModelName",
    "AcquisitionDateTime",
    "AcquisitionDate",
    "AcquisitionTime",
    "ContentDate",
    "ContentTime",
    "TimezoneOffsetFromUTC",
    "TransducerFrequency",
)

_TWO_DIMENSIONAL: Final = 1
_CENTIMETRES: Final = 3
_SAME_SCALE: Final = 1e-3
_PLAUSIBLE_MM_PER_PIXEL: Final = (0.001, 5.0)
_DATE_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d{1,6})?([+-]\d{4})?")
_OFFSET: Final = re.compile(r"[+-]\d{4}")


def calibration(dataset: Dataset, width: int, height: int) -> tuple[float, float] | None:
    """Millimetres per pixel across and down, from the regions of two-dimensional tissue in centimetres.

    None when no such region exists, when two of them differ, or when any region reaches outside the picture: then
    the picture was scaled or cropped after the machine wrote the scale. Pixel Spacing is never used, a screenshot's
    says nothing.
    """
    scales: list[tuple[float, float]] = []
    for region in dataset.get("SequenceOfUltrasoundRegions") or ():
        if not _lies_inside(region, width, height):
            return None
        if region.get("RegionSpatialFormat") != _TWO_DIMENSIONAL:
            continue
        if (region.get("PhysicalUnitsXDirection"), region.get("PhysicalUnitsYDirection")) != (
            _CENTIMETRES,
            _CENTIMETRES,
        ):
            return None
        scales.append((_scale_mm(region.get("PhysicalDeltaX")), _scale_mm(region.get("PhysicalDeltaY"))))
    if not scales or not all(_is_plausible(value) for scale in scales for value in scale):
        return None
    first = scales[0]
    agree = all(math.isclose(a, b, rel_tol=_SAME_SCALE) for scale in scales for a, b in zip(scale, first, strict=True))
    return first if agree else None


def suggested_facts(dataset: Dataset) -> dict[str, str]:
    """Facts by the keys of ``FACT_KEYS``; what is absent or unreadable is left out."""
    facts = {key: _number(dataset.get(tag)) for tag, key in _NUMBER_FACTS.items()}
    facts["device"] = _text(dataset.get("ManufacturerModelName"))
    facts["acquired_at"] = _acquired_at(dataset)
    facts["frequency_mhz"] = _frequency_mhz(dataset)
    return {key: value for key, value in facts.items() if value}


def _lies_inside(region: Dataset, width: int, height: int) -> bool:
    right, bottom = region.get("RegionLocationMaxX1"), region.get("RegionLocationMaxY1")
    # Machines give the last pixel or the one behind it.
    return right is not None and bottom is not None and right <= width and bottom <= height


def _scale_mm(delta_cm: Any) -> float:
    return abs(float(delta_cm)) * 10 if delta_cm is not None else math.nan


def _is_plausible(mm_per_pixel: float) -> bool:
    return _PLAUSIBLE_MM_PER_PIXEL[0] <= mm_per_pixel <= _PLAUSIBLE_MM_PER_PIXEL[1]


def _number(value: Any) -> str:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return ""
    return f"{number:g}" if math.isfinite(number) and number >= 0 else ""


def _text(value: Any) -> str:
    printable = "".join(character for character in str(value or "") if character.isprintable())
    return printable.strip()[:MAX_FACT_LENGTH]


def _frequency_mhz(dataset: Dataset) -> str:
    regions = dataset.get("SequenceOfUltrasoundRegions") or ()
    values = [dataset.get("TransducerFrequency"), *(region.get("TransducerFrequency") for region in regions)]
    found = {_number(value / 1000) for value in values if isinstance(value, int | float) and value > 0}
    return found.pop() if len(found) == 1 else ""


def _acquired_at(dataset: Dataset) -> str:
    """ISO 8601; with an offset only where the machine gave one."""
    candidates = (
        str(dataset.get("AcquisitionDateTime") or ""),
        f"{dataset.get('AcquisitionDate') or ''}{dataset.get('AcquisitionTime') or ''}",
        f"{dataset.get('ContentDate') or ''}{dataset.get('ContentTime') or ''}",
    )
    for candidate in candidates:
        if match := _DATE_TIME.fullmatch(candidate):
            year, month, day, hour, minute, second, offset = match.groups()
            zone = offset or str(dataset.get("TimezoneOffsetFromUTC") or "")
            suffix = f"{zone[:3]}:{zone[3:]}" if _OFFSET.fullmatch(zone) else ""
            return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{suffix}"
    return ""

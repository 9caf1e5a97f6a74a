"""Values computed from measurements, never typed: volume and ratios."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parotis.domain.case import SizeMm

ELLIPSOID_FACTOR = Decimal(repr(math.pi / 6))
"""Volume of an ellipsoid from its three diameters (pi/6, about 0.52)."""


def volume_ml(size_mm: SizeMm | None) -> Decimal | None:
    """Ellipsoid volume in millilitres from three axes in millimetres; None unless all three are recorded."""
    if size_mm is None:
        return None
    product = Decimal(1)
    for axis_mm in size_mm:
        if axis_mm is None:
            return None
        product *= axis_mm
    return (product * ELLIPSOID_FACTOR / 1000).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


def ratio(numerator_mm: Decimal | None, denominator_mm: Decimal | None) -> Decimal | None:
    """A ratio with one decimal; None unless both are recorded and the lower one is above zero."""
    if numerator_mm is None or denominator_mm is None or denominator_mm <= 0:
        return None
    return (numerator_mm / denominator_mm).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)

"""Values computed from measurements, never typed: volume, ratios, differences."""

from __future__ import annotations

import math
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class AxisRatios:
    """Long by short axis and its inverse. Both go by the name of index in print, so each is labelled."""

    long_over_short: Decimal
    short_over_long: Decimal

    @property
    def text(self) -> str:
        """Both, labelled: "long/short 2.4, short/long 0.4"."""
        return f"long/short {self.long_over_short}, short/long {self.short_over_long}"


def axis_ratios(long_mm: Decimal | None, short_mm: Decimal | None) -> AxisRatios | None:
    """Both ratios of two axes in millimetres; None unless both are recorded and above zero."""
    long_over_short, short_over_long = ratio(long_mm, short_mm), ratio(short_mm, long_mm)
    if long_over_short is None or short_over_long is None:
        return None
    return AxisRatios(long_over_short, short_over_long)


@dataclass(frozen=True, slots=True)
class Difference:
    """A second value less a first, in their unit; ``percent`` of the base that its maker names, None for 0."""

    value: Decimal
    percent: int | None


def change(before: Decimal | None, after: Decimal | None) -> Difference | None:
    """``after`` less ``before``, percent of ``before``; None unless both are recorded."""
    if before is None or after is None:
        return None
    return Difference(after - before, percent(after - before, before))


def side_difference(left: Decimal | None, right: Decimal | None) -> Difference | None:
    """Right less left, percent of the larger; None unless both are recorded. Sides swapped, only the sign changes."""
    if left is None or right is None:
        return None
    return Difference(right - left, percent(right - left, max(left, right)))


def percent(part: Decimal, base: Decimal) -> int | None:
    """A part of a base in whole percent, halves to even; None for a base that is not above zero."""
    return None if base <= 0 else int((100 * part / base).to_integral_value(ROUND_HALF_EVEN))

"""Draws the phantom pictures of the demo: speckle, layers and lesions made of numbers, no patient anywhere.

    python packaging/build_samples.py

Writes resources/samples/images/. Same script, same pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "samples" / "images"
FONT = ROOT / "resources" / "fonts" / "NotoSans-Regular.ttf"

WIDTH_PX, HEIGHT_PX = 560, 430
MM_PER_PX = 0.1
TOP_MM, DEPTH_MM, PROBE_RADIUS_MM, HALF_ANGLE = 4.8, 34.0, 48.0, 0.27
MIDDLE_MM = WIDTH_PX / 2 * MM_PER_PX
APEX_MM = (MIDDLE_MM, TOP_MM - PROBE_RADIUS_MM)
SKIN_MM, FAT_MM, GLAND_MM = 1.6, 4.8, 23.0
GREY_LEVELS = 24

Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Oval:
    """An oval body: place across, depth and size in mm, brightness against its surroundings, tilt in radians."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    brightness: float
    tilt: float = 0.0

    def inside(self, x: Grid, y: Grid) -> Grid:
        """1 inside, 0 outside, a soft rim between."""
        cos, sin = np.cos(self.tilt), np.sin(self.tilt)
        along = ((x - self.x_mm) * cos + (y - self.y_mm) * sin) / (self.width_mm / 2)
        across = ((y - self.y_mm) * cos - (x - self.x_mm) * sin) / (self.height_mm / 2)
        rim = (1.0 - np.hypot(along, across)) * min(self.width_mm, self.height_mm) / 2
        softened: Grid = np.clip(rim / 0.3 + 0.5, 0.0, 1.0)
        return softened


@dataclass(frozen=True, slots=True)
class Phantom:
    """One picture. ``enhancement`` brightens what lies behind the ovals, as fluid does."""

    file: str
    title: str
    seed: int
    gland: float
    ovals: tuple[Oval, ...] = ()
    enhancement: float = 0.0
    bone_at_mm: float | None = None


PHANTOMS = (
    Phantom(
        "parotid-right-longitudinal.png",
        "R PAROTID  LONG",
        11,
        0.62,
        (Oval(MIDDLE_MM + 1.5, 11.5, 14.2, 11.0, 0.02),),
        enhancement=0.55,
    ),
    Phantom(
        "parotid-right-transverse.png",
        "R PAROTID  TRANS",
        12,
        0.62,
        (Oval(MIDDLE_MM + 2.0, 11.5, 9.8, 11.0, 0.02),),
        enhancement=0.55,
        bone_at_mm=MIDDLE_MM - 9.0,
    ),
    Phantom("parotid-left-longitudinal.jpg", "L PAROTID  LONG", 13, 0.62),
    Phantom(
        "node-level-iia-right-longitudinal.jpg",
        "R LEVEL IIA  LONG",
        14,
        0.42,
        (
            Oval(MIDDLE_MM, 12.0, 12.4, 5.1, 0.16, tilt=0.12),
            Oval(MIDDLE_MM - 0.4, 12.0, 7.0, 1.5, 0.8, tilt=0.12),
        ),
    ),
)


def smoothed(noise: Grid, down_px: float, across_px: float) -> Grid:
    """A Gaussian blur by Fourier transform, wrapping at the edges."""
    down = np.fft.fftfreq(noise.shape[0])[:, None] * down_px
    across = np.fft.fftfreq(noise.shape[1])[None, :] * across_px
    kernel = np.exp(-2 * np.pi**2 * (down**2 + across**2))
    return np.real(np.fft.ifft2(np.fft.fft2(noise) * kernel))


def unit(values: Grid) -> Grid:
    """Scaled to a root mean square of one."""
    scaled: Grid = values / np.sqrt(np.mean(values**2))
    return scaled


def tissue(phantom: Phantom, x: Grid, y: Grid, random: np.random.Generator) -> Grid:
    """Echo strength: skin, fat with septa, gland, muscle, then the bodies in it."""
    wave = 0.6 * np.sin(x / 5.1 + phantom.seed) + 0.3 * np.sin(x / 2.3)
    echo = np.where(y < SKIN_MM, 0.7, 0.3)
    septa = np.clip(unit(smoothed(random.normal(size=x.shape), 2.0, 26.0)) - 1.2, 0.0, 1.0)
    echo = np.where((y >= SKIN_MM) & (y < FAT_MM + wave), 0.16 + 0.4 * septa, echo)
    streaks = 0.08 * unit(smoothed(random.normal(size=x.shape), 2.5, 12.0))
    echo = np.where(y >= FAT_MM + wave, phantom.gland + streaks, echo)
    echo = np.where(np.abs(y - FAT_MM - wave) < 0.2, 0.8, echo)
    fibres = np.clip(unit(smoothed(random.normal(size=x.shape), 1.2, 40.0)), 0.0, 2.0)
    echo = np.where(y >= GLAND_MM + 1.5 * wave, 0.1 + 0.12 * fibres, echo)
    for oval in phantom.ovals:
        behind = np.abs(x - oval.x_mm) < oval.width_mm * 0.42
        past = np.clip((y - oval.y_mm - oval.height_mm * 0.35) / 2.0, 0.0, 1.0)
        echo = echo * (1.0 + phantom.enhancement * behind * past)
        body = oval.inside(x, y)
        echo = echo * (1.0 - body) + oval.brightness * body
    if phantom.bone_at_mm is not None:
        from_middle = x - phantom.bone_at_mm
        surface = 21.0 - np.sqrt(np.maximum(36.0 - from_middle**2, 0.0))
        over_bone = np.abs(from_middle) < 6.0
        echo = np.where(over_bone & (y > surface), 0.02, echo)
        echo = np.where(over_bone & (np.abs(y - surface) < 0.35), 1.6, echo)
    clipped: Grid = np.clip(echo, 0.0, 1.6)
    return clipped


def picture(phantom: Phantom) -> Image.Image:
    random = np.random.default_rng(phantom.seed)
    down, across = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX]
    x, y = across * MM_PER_PX, down * MM_PER_PX
    distance = np.hypot(x - APEX_MM[0], y - APEX_MM[1])
    angle = np.arctan2(x - APEX_MM[0], y - APEX_MM[1])
    depth = distance - PROBE_RADIUS_MM
    fan = (np.abs(angle) < HALF_ANGLE) & (depth > 0) & (depth < DEPTH_MM)
    waves = (random.normal(size=x.shape) for _ in range(2))
    speckle = np.hypot(*(unit(smoothed(wave, 1.1, 2.2)) for wave in waves)) / np.sqrt(2)
    strength = 0.55 * tissue(phantom, x, depth, random) * speckle * (1.0 - 0.014 * depth) + 0.004
    shown = np.clip(1.0 + np.log10(np.maximum(strength, 1e-4)) / 1.9, 0.0, 1.0) ** 1.35
    grey = np.rint(shown * fan * (GREY_LEVELS - 1)) * (230 / (GREY_LEVELS - 1))
    image = Image.fromarray(grey.astype(np.uint8))
    annotate(image, phantom)
    return image


def annotate(image: Image.Image, phantom: Phantom) -> None:
    pen = ImageDraw.Draw(image)
    small, large = (ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC) for size in (12, 15))
    pen.text((8, 6), "SYNTHETIC PHANTOM", fill=255, font=large)
    pen.text((8, 25), "not a patient", fill=190, font=small)
    pen.text((8, HEIGHT_PX - 22), phantom.title, fill=255, font=small)
    pen.text((WIDTH_PX - 8, 6), "MI 0.8  TIS 0.3", fill=220, font=small, anchor="ra")
    for depth_mm in range(0, int(DEPTH_MM) + 1, 5):
        row = round((TOP_MM + depth_mm) / MM_PER_PX)
        length = 10 if depth_mm % 10 == 0 else 5
        pen.line((WIDTH_PX - 8 - length, row, WIDTH_PX - 8, row), fill=200)
        if depth_mm % 10 == 0 and depth_mm:
            pen.text((WIDTH_PX - 24, row), f"{depth_mm // 10} cm", fill=200, font=small, anchor="rm")


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for phantom in PHANTOMS:
        image = picture(phantom)
        target = TARGET / phantom.file
        if target.suffix == ".png":
            image.save(target, optimize=True)
        else:
            image.save(target, quality=82, optimize=True)
        print(f"{target.name}: {image.width}x{image.height}, {target.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()

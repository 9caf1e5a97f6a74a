"""The label border of a key image: what an image must carry to be judged by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parotis.imaging.border import Border


class LabelPainter:
    """Draws label borders with the fonts of one folder. May be used from one thread at a time."""

    def __init__(self, font_folder: Path) -> None:
        self._font_folder = font_folder
        self._border: Border | None = None

    def labelled(self, picture_png: bytes, lines: Sequence[str]) -> bytes:
        """The picture as a JPEG with its label around it; nothing is drawn on the picture itself.

        ``picture_png`` is the clean PNG of a decoded picture, never an imported file. The first two lines stand
        above the picture, all others below. Lines are plain text of any script; a long one wraps, and ends in an
        ellipsis after three lines. Same input, same bytes.

        Raises:
            ResourceMissing: the fonts are not in their folder.
        """
        if self._border is None:
            # Imported on demand: the window starts without Pillow and the fonts.
            from parotis.imaging.border import Border

            self._border = Border(self._font_folder)
        return self._border.drawn_around(picture_png, lines)

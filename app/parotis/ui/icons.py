"""Line icons in the colours of the theme, and the small glyphs that the style sheet draws inside controls.

An icon file is a drawing on a 24 px grid whose only colour is ``currentColor``; it is put in when the icon is made.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, qRegisterResourceData
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from shiboken6 import isValid

from parotis.domain.errors import ResourceMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QAbstractButton

    from parotis.ui.theme import Theme

ICON_NAMES = (
    "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "claims", "clock", "close", "copy",
    "dot", "drag", "edit", "error", "export", "exports", "eye", "eye-off", "finding", "folder", "help", "image", "info",
    "lock", "map", "minus", "moon", "ok", "open", "patients", "plus", "redo", "search", "settings", "sign", "sun",
    "trash", "undo", "unlock", "warning", "worklist",
)  # fmt: skip
GLYPH_ROOT = "/parotis-glyphs"
"""Where the style sheet finds its glyphs: ``:<root>/<theme>/<glyph>-<colour token>.svg``."""
_GLYPHS = {
    "check": ("on_accent", "disabled", "accent"),
    "minus": ("on_accent", "disabled"),
    "dot": ("on_accent", "disabled"),
    "chevron-down": ("muted", "disabled"),
    "chevron-up": ("muted", "disabled"),
}
_SIZES_PX = (16, 20, 24)
_RATIOS = (1, 2)


_REGISTERED: list[tuple[bytes, bytes, bytes]] = []
"""Qt reads these bytes in place for as long as the process lives."""


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


class Icons(QObject):
    """Makes and keeps the icons of the theme in force."""

    def __init__(self, read: Callable[[str], bytes], theme: Theme) -> None:
        """``read`` returns the bytes of a file below ``resources/`` by its relative name."""
        super().__init__(theme)
        self._read = read
        self._theme = theme
        self._made: dict[tuple[str, str], QIcon] = {}
        self._bound: WeakKeyDictionary[_HasIcon, tuple[str, str]] = WeakKeyDictionary()
        theme.changed.connect(self._recolour)

    def icon(self, name: str, role: str = "text") -> QIcon:
        """The icon in the colour token ``role``, with its disabled, selected and checked looks, sharp at 1x and 2x.

        Raises:
            ResourceMissing: there is no such icon.
        """
        key = (name, role)
        if key not in self._made:
            self._made[key] = self._make(name, role)
        return self._made[key]

    def pixmap(self, name: str, role: str, size_px: int, ratio: float) -> QPixmap:
        """One picture of the icon, ``size_px`` wide and high on a screen of the device pixel ratio ``ratio``."""
        return _painted(self._drawing(name), self._theme.color(role), size_px, ratio)

    def bind(self, target: QAbstractButton | QAction, name: str, role: str = "text") -> None:
        """Set the icon of a button or an action, and set it anew whenever the theme changes."""
        self._bound[target] = (name, role)
        target.setIcon(self.icon(name, role))

    def _recolour(self) -> None:
        self._made.clear()
        for target, (name, role) in list(self._bound.items()):
            # Python may still hold a button whose window Qt has already taken down.
            if isValid(target):
                target.setIcon(self.icon(name, role))

    def _make(self, name: str, role: str) -> QIcon:
        drawing = self._drawing(name)
        normal, disabled = self._theme.color(role), self._theme.color("disabled")
        checked = self._theme.color("accent") if role in ("text", "muted") else normal
        looks = (
            (QIcon.Mode.Normal, QIcon.State.Off, normal),
            (QIcon.Mode.Normal, QIcon.State.On, checked),
            (QIcon.Mode.Selected, QIcon.State.Off, checked),
            (QIcon.Mode.Disabled, QIcon.State.Off, disabled),
        )
        icon = QIcon()
        for mode, state, color in looks:
            for size_px in _SIZES_PX:
                for ratio in _RATIOS:
                    icon.addPixmap(_painted(drawing, color, size_px, ratio), mode, state)
        return icon

    def _drawing(self, name: str) -> bytes:
        if name not in ICON_NAMES:
            raise ResourceMissing("icons")
        return self._read(f"icons/{name}.svg")


def register_glyphs(read: Callable[[str], bytes], themes: Mapping[str, Mapping[str, str]]) -> None:
    """Give the style sheet its glyphs in the colours of each theme, in memory: style sheets only take addresses."""
    folders = {
        theme: {
            f"{glyph}-{role}.svg": _coloured(read(f"icons/{glyph}.svg"), colors[role])
            for glyph, roles in _GLYPHS.items()
            for role in roles
        }
        for theme, colors in themes.items()
    }
    packed = _packed({GLYPH_ROOT.strip("/"): folders})
    if qRegisterResourceData(1, *packed):
        _REGISTERED.append(packed)


def _coloured(drawing: bytes, color: str) -> bytes:
    return drawing.replace(b"currentColor", color.encode())


def _painted(drawing: bytes, color: QColor, size_px: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_coloured(drawing, color.name())))
    side = round(size_px * ratio)
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _packed(root: Mapping[str, Mapping[str, Mapping[str, bytes]]]) -> tuple[bytes, bytes, bytes]:
    """Tree, names and contents in Qt's resource format 1: breadth first, siblings ordered by the hash of the name."""
    names, contents = bytearray(), bytearray()
    rows: list[bytes] = []
    level: list[tuple[str, object]] = [("", root)]
    while level:
        first_child = len(rows) + len(level)
        below: list[tuple[str, object]] = []
        for name, node in level:
            name_at = len(names) if name else 0
            if name:
                names += struct.pack(">HI", len(name), _name_hash(name)) + name.encode("utf-16-be")
            if isinstance(node, bytes):
                rows.append(struct.pack(">IHHHI", name_at, 0, 0, 1, len(contents)))
                contents += struct.pack(">I", len(node)) + node
            else:
                children = sorted(_children(node), key=lambda child: _name_hash(child[0]))
                rows.append(struct.pack(">IHII", name_at, 2, len(children), first_child + len(below)))
                below += children
        level = below
    return b"".join(rows), bytes(names), bytes(contents)


def _children(node: object) -> Iterator[tuple[str, object]]:
    if isinstance(node, dict):
        yield from node.items()


def _name_hash(name: str) -> int:
    value = 0
    for character in name:
        value = (value << 4) + ord(character)
        value ^= (value & 0xF0000000) >> 23
        value &= 0x0FFFFFFF
    return value

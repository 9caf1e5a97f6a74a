"""Colours, sizes and the style sheet: the one place where tokens become Qt.

Widgets say what they are with dynamic properties, never how they look: ``card``, ``bar`` and ``notice`` on frames;
``role``, ``chip``, ``tone`` and ``badge`` on labels; ``kind`` on push buttons (primary, danger, quiet); ``rail``,
``tab``, ``chip`` and ``segment`` (with ``position`` and ``tone``) on tool buttons; ``invalid`` on fields; ``outline``
on the list of sections. After changing one on a visible widget, call ``restyle``.
"""

from __future__ import annotations

import json
from enum import StrEnum
from string import Template
from typing import TYPE_CHECKING, TypedDict

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from parotis.domain.errors import ResourceMissing
from parotis.ui.icons import GLYPH_ROOT, register_glyphs

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication, QWidget


class ThemeMode(StrEnum):
    """What the person chose; ``SYSTEM`` follows the desktop as it changes."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Tokens(TypedDict):
    """The shape of ``tokens.json``: spaces, radius and targets in px, type in pt, colours as ``#rrggbb``."""

    space: dict[str, int]
    radius: int
    target: dict[str, int]
    type: dict[str, float]
    themes: dict[str, dict[str, str]]


_PALETTE = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "window",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "disabled",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Light: "hover",
    QPalette.ColorRole.Midlight: "hairline",
    QPalette.ColorRole.Mid: "edge",
    QPalette.ColorRole.Dark: "edge",
    QPalette.ColorRole.Shadow: "edge",
}
_TEXT_ROLES = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)
_LINE_PX = 20
"""Height of the text line inside a control of the normal target size."""


class Theme(QObject):
    """The look in force. ``changed`` is emitted after every switch, also when the desktop switches under ``SYSTEM``."""

    changed = Signal()

    def __init__(self, read: Callable[[str], bytes], parent: QObject | None = None) -> None:
        """Load the tokens; ``read`` returns the bytes of a file below ``resources/`` by its relative name.

        Raises:
            ResourceMissing: the tokens cannot be read as such.
        """
        super().__init__(parent)
        self._read = read
        try:
            self._tokens: Tokens = json.loads(read("styles/tokens.json"))
            self._colors = {
                mode: {name: QColor(value) for name, value in colors.items()}
                for mode, colors in self._tokens["themes"].items()
            }
            self._sheet = Template(read("styles/app.qss").decode())
        except (ValueError, KeyError, AttributeError) as error:
            raise ResourceMissing("styles/tokens.json") from error
        self._fonts: dict[tuple[str, bool], QFont] = {}
        self._app: QApplication | None = None
        self._mode = ThemeMode.SYSTEM
        self._shown = ThemeMode.LIGHT
        self._glove = False

    @property
    def mode(self) -> ThemeMode:
        """The mode asked for."""
        return self._mode

    @property
    def is_dark(self) -> bool:
        """Whether the dark colours are the ones in force."""
        return self._shown is ThemeMode.DARK

    def color(self, name: str) -> QColor:
        """The colour of a token in the theme in force, as a copy."""
        return QColor(self._colors[self._shown][name])

    def space(self, name: str) -> int:
        """A distance in px: ``xs s m l xl xxl``."""
        return self._tokens["space"][name]

    @property
    def radius(self) -> int:
        """Corner radius in px."""
        return self._tokens["radius"]

    @property
    def target_px(self) -> int:
        """The least height of anything to click, in px."""
        return self._tokens["target"]["glove" if self._glove else "normal"]

    def font(self, size: str = "base", *, bold: bool = False) -> QFont:
        """The interface font at ``small``, ``base``, ``title`` or ``page`` size, with figures of one width."""
        if (size, bold) not in self._fonts:
            font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
            font.setPointSizeF(self._tokens["type"][f"{size}_pt"])
            font.setFeature(QFont.Tag("tnum"), 1)
            font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
            self._fonts[size, bold] = font
        return QFont(self._fonts[size, bold])

    def apply(self, app: QApplication, mode: ThemeMode = ThemeMode.SYSTEM, *, glove: bool = False) -> None:
        """Put palette, font and sheet on the application (style: Fusion). ``glove`` makes every target larger."""
        if self._app is None:
            register_glyphs(self._read, self._tokens["themes"])
            app.styleHints().colorSchemeChanged.connect(self._follow_system)
            self._app = app
        self._mode, self._glove = mode, glove
        self._show(app)

    def _follow_system(self) -> None:
        if self._app is not None and self._mode is ThemeMode.SYSTEM:
            self._show(self._app)

    def _show(self, app: QApplication) -> None:
        if self._mode is ThemeMode.SYSTEM:
            is_dark = app.styleHints().colorScheme() is Qt.ColorScheme.Dark
            self._shown = ThemeMode.DARK if is_dark else ThemeMode.LIGHT
        else:
            self._shown = self._mode
        app.setFont(self.font())
        app.setPalette(self.palette())
        app.setStyleSheet(self.style_sheet())
        self.changed.emit()

    def palette(self) -> QPalette:
        """The Qt palette of the theme in force."""
        palette = QPalette()
        for role, name in _PALETTE.items():
            palette.setColor(role, self.color(name))
        for role in _TEXT_ROLES:
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("disabled"))
        return palette

    def style_sheet(self) -> str:
        """The style sheet with the tokens of the theme in force put in."""
        pad = (self.target_px - _LINE_PX - 2) // 2
        sizes = {
            "radius": self.radius,
            "line_px": _LINE_PX,
            "field_pad": pad,
            "field_pad_focus": pad - 1,
            "item_px": self.target_px - 2,
            "choice_px": self.target_px - 4,
            "glyphs": f":{GLYPH_ROOT}/{self._shown}",
        }
        return self._sheet.substitute(self._tokens["themes"][self._shown], **self._tokens["type"], **sizes)


def restyle(widget: QWidget) -> None:
    """Let the style sheet see a dynamic property that changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()

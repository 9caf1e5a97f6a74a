import json
import re
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QFile, QSize
from PySide6.QtGui import QAction, QIcon, QImage, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from parotis.domain.errors import ResourceMissing
from parotis.ui.icons import GLYPH_ROOT, ICON_NAMES, Icons
from parotis.ui.theme import Theme, ThemeMode, restyle

# What the offscreen platform says whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

RESOURCES = Path(__file__).parents[2] / "resources"
THEMES: dict[str, dict[str, str]] = json.loads((RESOURCES / "styles" / "tokens.json").read_bytes())["themes"]
SURFACES = ("rail", "window", "surface")
TONES = ("accent", "danger", "warning", "success", "info")


def read(name: str) -> bytes:
    return (RESOURCES / name).read_bytes()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme(read)
    theme.apply(qapp, ThemeMode.LIGHT)
    return theme


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs(least: float, *combinations: tuple[str, str]) -> list[tuple[str, str, float]]:
    return [(ink, ground, least) for ink, ground in combinations]


READABLE = [
    *pairs(4.5, *((ink, ground) for ink in ("text", "muted", *TONES) for ground in SURFACES)),
    *pairs(4.5, *((tone, f"{tone}_surface") for tone in TONES)),
    *pairs(4.5, *((ink, f"{tone}_surface") for ink in ("text", "muted") for tone in TONES)),
    *pairs(4.5, *(("on_accent", ground) for ground in ("accent", "accent_hover", "accent_pressed"))),
    *pairs(4.5, ("on_danger", "danger"), ("text", "selection"), ("text", "hover"), ("text", "pressed")),
    *pairs(3.0, *((edge, ground) for edge in ("edge", "focus") for ground in SURFACES)),
    *pairs(3.0, *(("disabled", ground) for ground in (*SURFACES, "pressed"))),
    *pairs(3.0, ("map_edge", "map_shape"), ("map_edge", "map_skin"), ("map_line", "surface")),
]


@pytest.mark.parametrize("mode", THEMES)
@pytest.mark.parametrize(("ink", "ground", "least"), READABLE)
def test_what_is_read_stands_out_from_what_is_behind_it(mode: str, ink: str, ground: str, least: float) -> None:
    assert contrast(THEMES[mode][ink], THEMES[mode][ground]) >= least


def test_both_themes_name_the_same_colours() -> None:
    assert THEMES["light"].keys() == THEMES["dark"].keys()


def test_colours_are_written_in_the_tokens_only() -> None:
    sources = [
        *RESOURCES.glob("icons/*.svg"),
        RESOURCES / "styles" / "app.qss",
        RESOURCES / "anatomy" / "face-neck-map.svg",
        *(RESOURCES.parent / "app" / "parotis" / "ui").glob("*.py"),
    ]
    assert len(sources) > len(ICON_NAMES)
    for source in sources:
        assert not re.search(r"#[0-9a-fA-F]{6}\b|rgba?\(", source.read_text()), source.name


def test_switching_gives_other_colours_and_says_so(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    assert theme.color("window").name() == THEMES["light"]["window"]
    with qtbot.waitSignal(theme.changed):
        theme.apply(qapp, ThemeMode.DARK)
    assert theme.is_dark
    assert theme.color("window").name() == THEMES["dark"]["window"]
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == THEMES["dark"]["window"]
    assert THEMES["dark"]["danger"] in qapp.styleSheet()


def test_the_system_mode_shows_one_of_the_two_themes(qapp: QApplication, theme: Theme) -> None:
    theme.apply(qapp, ThemeMode.SYSTEM)
    assert theme.mode is ThemeMode.SYSTEM
    assert theme.color("window").name() in {colors["window"] for colors in THEMES.values()}


@pytest.mark.parametrize(("is_glove", "least_px"), [(False, 36), (True, 56)])
def test_targets_are_high_enough(qapp: QApplication, qtbot: QtBot, theme: Theme, is_glove: bool, least_px: int) -> None:
    theme.apply(qapp, ThemeMode.LIGHT, glove=is_glove)
    for widget in (QPushButton("Sign"), QLineEdit("14.2"), QToolButton()):
        qtbot.addWidget(widget)
        if isinstance(widget, QToolButton):
            widget.setText("Normal")
            widget.setProperty("segment", True)
        widget.ensurePolished()
        assert widget.sizeHint().height() >= least_px, type(widget).__name__


def test_the_focus_ring_shows(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.resize(120, 40)
    field.show()
    qtbot.waitExposed(field)
    field.clearFocus()
    calm = edge_colors(field)
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert theme.color("focus").name() not in calm
    assert theme.color("focus").name() in edge_colors(field)


def edge_colors(field: QLineEdit) -> set[str]:
    image = field.grab().toImage()
    middle = image.height() // 2
    return {image.pixelColor(x, middle).name() for x in range(3)}


def test_a_property_that_changed_is_seen(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.resize(120, 40)
    field.ensurePolished()
    assert theme.color("danger").name() not in edge_colors(field)
    field.setProperty("invalid", True)
    restyle(field)
    assert theme.color("danger").name() in edge_colors(field)


def test_a_screen_that_is_closed_takes_no_part_in_a_switch(qapp: QApplication, theme: Theme) -> None:
    icons = Icons(read, theme)
    forgotten, held = QAction(), QToolButton()
    icons.bind(forgotten, "lock")
    icons.bind(held, "lock")
    del forgotten
    shiboken6.delete(held)
    theme.apply(qapp, ThemeMode.DARK)
    assert icons.icon("lock", "text").isNull() is False


@pytest.mark.parametrize("content", [b"", b"{}", b'{"themes": 3}'], ids=["empty", "no themes", "wrong type"])
def test_damaged_tokens_are_named_as_a_missing_resource(qapp: QApplication, content: bytes) -> None:
    with pytest.raises(ResourceMissing):
        Theme(lambda _name: content)


def test_every_icon_file_is_listed_and_every_listed_icon_has_a_file() -> None:
    assert {path.stem for path in RESOURCES.glob("icons/*.svg")} == set(ICON_NAMES)


def drawn(icon: QIcon, size_px: int, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return icon.pixmap(QSize(size_px, size_px), 2.0, mode).toImage()


@pytest.mark.parametrize("name", ICON_NAMES)
def test_every_icon_is_drawn_sharp_in_the_colour_asked_for(theme: Theme, name: str) -> None:
    icon = Icons(read, theme).icon(name, "accent")
    image = drawn(icon, 20)
    assert image.width() == 40
    assert theme.color("accent").rgba() in {image.pixel(x, y) for x in range(40) for y in range(40)}
    assert image != drawn(icon, 20, QIcon.Mode.Disabled)


def test_a_bound_icon_follows_the_theme(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    Icons(read, theme).bind(button, "lock")
    before = drawn(button.icon(), 20)
    theme.apply(qapp, ThemeMode.DARK)
    assert drawn(button.icon(), 20) != before


def test_an_icon_that_is_not_ours_is_refused(theme: Theme) -> None:
    with pytest.raises(ResourceMissing):
        Icons(read, theme).icon("unicorn")


@pytest.mark.parametrize("mode", THEMES)
def test_the_style_sheet_finds_all_its_glyphs(theme: Theme, qapp: QApplication, mode: str) -> None:
    theme.apply(qapp, ThemeMode(mode))
    used = {part.split(")")[0] for part in qapp.styleSheet().split("url(")[1:]}
    assert used
    for address in used:
        assert address.startswith(f":{GLYPH_ROOT}/{mode}/")
        assert QFile.exists(address), address

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAccessible, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from parotis.domain.anatomy import STRUCTURES, described
from parotis.domain.region_map import VIEWS, MapView, Mark, RegionMap, ShapeKey
from parotis.ui.region_canvas import Area, RegionCanvas
from parotis.ui.region_map import RegionMapWidget
from parotis.ui.theme import Theme, ThemeMode

# What the offscreen platform says whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

RESOURCES = Path(__file__).parents[2] / "resources"
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


@pytest.fixture(scope="module")
def region_map() -> RegionMap:
    return RegionMap((RESOURCES / "anatomy" / "face-neck-map.svg").read_bytes())


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme(lambda name: (RESOURCES / name).read_bytes())
    theme.apply(qapp, ThemeMode.LIGHT)
    return theme


@pytest.fixture
def widget(qtbot: QtBot, region_map: RegionMap, theme: Theme) -> RegionMapWidget:
    widget = RegionMapWidget(region_map, theme)
    qtbot.addWidget(widget)
    widget.resize(640, 720)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def canvas(widget: RegionMapWidget) -> RegionCanvas:
    found = widget.findChild(RegionCanvas)
    assert isinstance(found, RegionCanvas)
    return found


@pytest.fixture
def toggled(widget: RegionMapWidget) -> list[ShapeKey]:
    heard: list[ShapeKey] = []
    widget.toggled.connect(lambda structure, side: heard.append((structure, side)))
    return heard


def area(widget: RegionMapWidget, key: ShapeKey) -> Area:
    return next(one for one in widget.findChildren(Area) if one.key == key)


def focused(widget: RegionMapWidget) -> ShapeKey | None:
    return next((one.key for one in widget.findChildren(Area) if one.hasFocus()), None)


def picture(widget: RegionMapWidget) -> QImage:
    return widget.grab().toImage()


def point_at(canvas: RegionCanvas, at: QPoint) -> None:
    """Two moves: one to where the pointer already is would tell nobody."""
    QTest.mouseMove(canvas, QPoint(1, 1))
    QTest.mouseMove(canvas, at)


@pytest.mark.parametrize("size", [QSize(640, 720), QSize(380, 520), QSize(1000, 900)], ids=["form", "small", "large"])
def test_every_structure_is_reached_by_a_click_in_some_view(
    widget: RegionMapWidget, canvas: RegionCanvas, toggled: list[ShapeKey], region_map: RegionMap, size: QSize
) -> None:
    widget.resize(size)
    QApplication.processEvents()
    for view in VIEWS:
        widget.show_view(view)
        for shape in region_map.shapes(view):
            toggled.clear()
            at = canvas.position_of(shape.key).toPoint()
            QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
            assert toggled == [shape.key], f"{shape.key} in {view}"
    sided = {
        (facts.id, side)
        for facts in STRUCTURES.values()
        if facts.id != "other"
        for side in (("left", "right") if facts.paired else ("midline",))
    }
    assert {shape.key for view in VIEWS for shape in region_map.shapes(view)} == sided


@pytest.mark.parametrize("view", VIEWS)
def test_arrow_keys_alone_reach_every_area_of_a_view(
    widget: RegionMapWidget, region_map: RegionMap, view: MapView
) -> None:
    keys = {shape.key for shape in region_map.shapes(view)}
    widget.show_view(view)
    start = region_map.shapes(view)[0].key
    reached, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for arrow in ARROWS:
            widget.focus_structure(*here)
            QTest.keyClick(area(widget, here), arrow)
            there = focused(widget)
            if there and there not in reached:
                reached.add(there)
                waiting.append(there)
    assert reached == keys


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_keys_toggle_the_area_in_focus(widget: RegionMapWidget, toggled: list[ShapeKey], key: Qt.Key) -> None:
    assert widget.focus_structure("masseter", "right")
    QTest.keyClick(area(widget, ("masseter", "right")), key)
    assert toggled == [("masseter", "right")]


def test_assistive_technology_presses_an_area(widget: RegionMapWidget, toggled: list[ShapeKey]) -> None:
    area(widget, ("zygoma", "right")).click()
    assert toggled == [("zygoma", "right")]


def test_a_click_beside_the_head_and_a_press_dragged_away_do_nothing(
    widget: RegionMapWidget, canvas: RegionCanvas, toggled: list[ShapeKey]
) -> None:
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.position_of(("masseter", "right")).toPoint())
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert toggled == []


def test_number_keys_and_control_arrows_change_the_view_and_keep_the_focus(widget: RegionMapWidget) -> None:
    widget.focus_structure("thyroid-gland", "midline")
    thyroid = area(widget, ("thyroid-gland", "midline"))
    for key, modifier, view in (
        (Qt.Key.Key_2, Qt.KeyboardModifier.NoModifier, "front"),
        (Qt.Key.Key_1, Qt.KeyboardModifier.NoModifier, "left"),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier, "front"),
        (Qt.Key.Key_3, Qt.KeyboardModifier.NoModifier, "right"),
    ):
        QTest.keyClick(thyroid, key, modifier)
        assert widget.view() == view
        assert focused(widget) == ("thyroid-gland", "midline")


def test_tabs_change_the_view(widget: RegionMapWidget, qtbot: QtBot) -> None:
    front = next(tab for tab in widget.findChildren(QToolButton) if tab.text() == "Front")
    with qtbot.waitSignal(widget.view_changed):
        QTest.mouseClick(front, Qt.MouseButton.LeftButton)
    assert widget.view() == "front"
    assert front.isChecked()


def test_tab_key_stops_at_one_area_only(widget: RegionMapWidget) -> None:
    widget.focus_structure("cheek", "right")
    stops = [one.key for one in widget.findChildren(Area) if one.focusPolicy() is Qt.FocusPolicy.StrongFocus]
    assert stops == [("cheek", "right")]


def test_focus_goes_to_the_view_that_shows_a_structure(widget: RegionMapWidget) -> None:
    assert widget.focus_structure("sublingual-gland", "left")
    assert widget.view() == "front"
    assert widget.focus_structure("parotid-gland", "bilateral")
    assert focused(widget) == ("parotid-gland", "right")
    assert widget.focus_structure("tongue", None)
    assert focused(widget) == ("tongue", "midline")
    assert not widget.focus_structure("other", "left")


def test_marks_are_shown_and_told_in_words(widget: RegionMapWidget) -> None:
    idle = picture(widget)
    widget.show_marks({("parotid-gland", "right"): Mark("scanned")})
    scanned = picture(widget)
    widget.show_marks({("parotid-gland", "right"): Mark("finding", ("A", "B"))})
    finding = picture(widget)
    assert idle != scanned != finding != idle
    parotid = area(widget, ("parotid-gland", "right"))
    assert parotid.isChecked()
    assert parotid.accessibleDescription() == "finding A, B"
    widget.show_marks({})
    assert not parotid.isChecked()
    assert parotid.accessibleDescription() == "not scanned"
    assert picture(widget) == idle


def test_clicking_changes_nothing_until_the_marks_say_so(widget: RegionMapWidget, toggled: list[ShapeKey]) -> None:
    cheek = area(widget, ("cheek", "right"))
    cheek.click()
    assert toggled == [("cheek", "right")]
    assert not cheek.isChecked()


def test_a_bilateral_mark_shows_on_both_sides(widget: RegionMapWidget) -> None:
    widget.show_marks({("masseter", "bilateral"): Mark("scanned")})
    assert area(widget, ("masseter", "left")).isChecked()
    assert area(widget, ("masseter", "right")).isChecked()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", [QSize(300, 420), QSize(640, 720)], ids=["small", "form"])
def test_every_area_marked_at_once_is_painted_in_every_view(
    widget: RegionMapWidget, region_map: RegionMap, view: MapView, size: QSize
) -> None:
    widget.resize(size)
    widget.show_view(view)
    idle = picture(widget)
    widget.show_marks({key: Mark("finding", ("A",)) for key in region_map.structures()})
    assert picture(widget) != idle


def test_the_area_under_the_pointer_is_named(widget: RegionMapWidget, canvas: RegionCanvas) -> None:
    said: list[str] = []
    canvas.pointed.connect(said.append)
    point_at(canvas, canvas.position_of(("masseter", "right")).toPoint())
    assert said[-1] == "Right masseter: not scanned"
    assert canvas.hit(QPointF(1, 1)) is None


def test_a_lesion_label_is_data_and_never_markup(widget: RegionMapWidget, canvas: RegionCanvas, qtbot: QtBot) -> None:
    widget.show_marks({("masseter", "right"): Mark("finding", ("<h1>A</h1>",))})
    at = canvas.position_of(("masseter", "right")).toPoint()
    point_at(canvas, at)
    shown = [label for label in widget.findChildren(QLabel) if "<h1>A</h1>" in label.text()]
    assert [label.textFormat() for label in shown] == [Qt.TextFormat.PlainText]
    QApplication.sendEvent(canvas, QHelpEvent(QEvent.Type.ToolTip, at, canvas.mapToGlobal(at)))
    qtbot.waitUntil(QToolTip.isVisible)
    assert "&lt;h1&gt;A&lt;/h1&gt;" in QToolTip.text()
    QApplication.sendEvent(canvas, QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), canvas.mapToGlobal(QPoint(2, 2))))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_each_area_has_a_name_of_its_own_for_assistive_technology(widget: RegionMapWidget) -> None:
    names = {one.key: one.accessibleName() for one in widget.findChildren(Area)}
    assert len(set(names.values())) == len(names)
    assert names["parotid-gland", "left"].lower() == described("parotid-gland", "left")
    interface = QAccessible.queryAccessibleInterface(area(widget, ("tongue", "midline")))
    assert interface.role() is QAccessible.Role.CheckBox
    assert interface.text(QAccessible.Text.Name) == "Tongue"


def test_only_the_areas_of_the_view_in_front_take_part(widget: RegionMapWidget, region_map: RegionMap) -> None:
    for view in VIEWS:
        widget.show_view(view)
        shown = {one.key for one in widget.findChildren(Area) if one.isVisible()}
        assert shown == {shape.key for shape in region_map.shapes(view)}


def test_hover_and_focus_are_painted(widget: RegionMapWidget, canvas: RegionCanvas) -> None:
    calm = picture(widget)
    point_at(canvas, canvas.position_of(("zygoma", "right")).toPoint())
    hovered = picture(widget)
    widget.focus_structure("mandible", "right")
    focused_too = picture(widget)
    assert calm != hovered != focused_too != calm


def test_a_switch_of_theme_repaints_the_map(widget: RegionMapWidget, theme: Theme, qapp: QApplication) -> None:
    before = picture(widget)
    theme.apply(qapp, ThemeMode.DARK)
    assert picture(widget) != before

"""Tab meets controls as one reads them, also those that were made later than what stands below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator


def controls_of(owner: QWidget) -> Iterator[QWidget]:
    """What Tab can stop at below a widget, in the order of the layouts: downwards, in a grid row by row."""
    layout = owner.layout()
    if layout is not None:
        yield from _of_layout(layout)
        return
    children = [
        child for child in owner.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if not child.isWindow()
    ]  # fmt: skip
    for child in sorted(children, key=lambda child: (child.y(), child.x())):
        yield from _of_widget(child)


def _of_widget(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    else:
        yield from controls_of(widget)


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda place: tuple(layout.getItemPosition(place))[:2])  # type: ignore[arg-type]
    for place in places:
        item = layout.itemAt(place)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            yield from _of_widget(widget)
        elif inner is not None:
            yield from _of_layout(inner)


class ReadingOrder:
    """Keeps the order of the controls below some widgets, after a control that stays; cheap while none was added."""

    def __init__(self, after: QWidget, *owners: QWidget) -> None:
        self._after, self._owners = after, owners
        self._kept: list[QWidget] = []

    def keep(self) -> None:
        """Put the controls that are there now in order."""
        found = [control for owner in self._owners for control in controls_of(owner)]
        if found == self._kept:
            return
        for before, after in zip((self._after, *found), found, strict=False):
            QWidget.setTabOrder(before, after)
        self._kept = found

"""Binds editors to paths of the case: shows a draft in them, hands on what is edited, finds the field of a check."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from parotis.domain import canonical, paths
from parotis.forms import exam_form
from parotis.forms.values import Rejected
from parotis.ui.form_editors import make_editor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from parotis.domain.issue import Issue
    from parotis.presentation.undo import Draft
    from parotis.ui.form_editors import FormTools
    from parotis.ui.form_editors_base import FieldEditor

_GAP_PX = 12


class FormBinder(QObject):
    """The editors of one section by path.

    Signals:
        edited: path, and a value of the field's type, None or ``Rejected``.
        confirmed: path of a field whose proposal the person took.
    """

    edited = Signal(str, object)
    confirmed = Signal(str)

    def __init__(self, tools: FormTools, parent: QObject) -> None:
        super().__init__(parent)
        self._tools = tools
        self._editors: dict[str, FieldEditor] = {}
        self._names: dict[str, str] = {}
        self._is_read_only = False

    def make(self, field: exam_form.Field, owner: str = "", place: str = "") -> FieldEditor:
        """An editor bound to a field of the item at ``owner``.

        It is named by its label; where a section has that name already, by label and ``place``.
        """
        path = exam_form.at(field, owner)
        editor = make_editor(field, self.free_name(field.label, place), self._tools)
        editor.edited.connect(partial(self.edited.emit, path))
        self.adopt(path, editor)
        if self._tools.phrases is not None:
            self._tools.phrases.attach(editor, path)
        return editor

    def adopt(self, path: str, editor: FieldEditor) -> None:
        """Show and mark an editor whose edits somebody else takes."""
        editor.confirmed.connect(partial(self.confirmed.emit, path))
        self._editors[path] = editor
        self._names[path] = editor.input.accessibleName()
        editor.set_read_only(self._is_read_only)

    def free_name(self, label: str, place: str) -> str:
        """An accessible name that no other field of the section has."""
        taken = set(self._names.values())
        return label if label not in taken or not place else f"{label}, {place}"

    def drop(self, prefix: str) -> None:
        """Forget the editors at and below a path."""
        for path in [path for path in self._editors if _is_below(path, prefix)]:
            del self._editors[path]
            del self._names[path]

    def show_draft(self, draft: Draft) -> None:
        """Show every value, or what was typed in its place, or what is proposed; and who else set it."""
        proposed = draft.entry.proposed
        for path, editor in self._editors.items():
            text = draft.rejected.get(path)
            editor.show(paths.read(draft.case, path) if text is None else Rejected(text))
            editor.propose(canonical.decoded_value(path, proposed[path]) if path in proposed else None)
            editor.show_author(self._tools.entered_by(path))

    def focused_path(self) -> str | None:
        """The path of the field that the keys go to; None when they go to none of these."""
        return next((path for path, editor in self._editors.items() if editor.has_focus()), None)

    def mark(self, marks: Mapping[str, Sequence[Issue]]) -> None:
        """Show the checks at their fields."""
        told: dict[str, list[Issue]] = {}
        for path, issues in marks.items():
            found = self.find(path)
            if found is not None:
                told.setdefault(found, []).extend(issues)
        for path, editor in self._editors.items():
            editor.mark(told.get(path, ()))

    def set_read_only(self, read_only: bool) -> None:
        """Let every value be read, none be changed."""
        self._is_read_only = read_only
        for editor in self._editors.values():
            editor.set_read_only(read_only)

    def find(self, path: str) -> str | None:
        """The path of the editor that shows ``path``: itself, the list it is in, or an empty field below it."""
        if path in self._editors:
            return path
        for other in self._editors:
            if _is_below(path, other):
                return other
        below = [other for other in self._editors if _is_below(other, path)]
        empty = [other for other in below if self._editors[other].value() in (None, ())]
        return next(iter(empty or below), None)

    def editor(self, path: str) -> FieldEditor:
        """The editor at exactly this path.

        Raises:
            KeyError: there is none.
        """
        return self._editors[path]


def _is_below(path: str, outer: str) -> bool:
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))


class FieldGrid(QWidget):
    """Fields in as many of four columns as fit; a field takes its span. Three only where no field spans two."""

    def __init__(self, editors: Iterable[FieldEditor], least_column_px: int = 148, most_columns: int = 4) -> None:
        super().__init__()
        self._editors = tuple(editors)
        self._least_column_px = least_column_px
        self._most_columns = most_columns
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_GAP_PX)
        self._grid.setVerticalSpacing(2)
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._arrange(most_columns)

    def minimumSizeHint(self) -> QSize:
        """One column is enough, or a grid that was wide once could never be narrow again."""
        return QSize(self._least_column_px, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        has_pairs = any(editor.field.span in (2, 3) for editor in self._editors)
        fitting = [
            count
            for count in ((4, 2, 1) if has_pairs else (4, 3, 2, 1))
            if count <= self._most_columns and count * (self._least_column_px + _GAP_PX) - _GAP_PX <= self.width()
        ]
        self._arrange(fitting[0] if fitting else 1)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        row = column = 0
        for editor in self._editors:
            span = _scaled(editor.field.span, columns)
            if column + span > columns:
                row, column = row + 1, 0
            self._grid.addWidget(editor.widget, row, column, 1, span)
            column += span
        for index in range(4):
            self._grid.setColumnStretch(index, 1 if index < columns else 0)
            self._grid.setColumnMinimumWidth(index, 0)
        self.updateGeometry()


def _scaled(span: int, columns: int) -> int:
    if columns == 4:
        return span
    return 1 if span <= 2 else columns


def order_focus(root: QWidget, after: QWidget | None = None) -> QWidget | None:
    """Make the focus walk through ``root`` in reading order, from ``after`` on; the last widget of the walk."""
    last = after
    for widget in in_reading_order(root):
        if widget.window() is not root.window():
            continue
        if last is not None and last.window() is root.window():
            QWidget.setTabOrder(last, widget)
        last = widget
    return last


def in_reading_order(widget: QWidget) -> Iterable[QWidget]:
    """What takes the focus in a widget, as it is read."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
        return
    layout = widget.layout()
    if layout is None:
        for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            yield from in_reading_order(child)
    else:
        yield from _in_layout_order(layout)


def _in_layout_order(layout: QLayout) -> Iterable[QWidget]:
    """By place in the layout, without touching its items.

    Python keeps the wrapper of an item that C++ has deleted, and may later take another object for it.
    """
    owner, direct = layout.parentWidget(), Qt.FindChildOption.FindDirectChildrenOnly
    parts: list[QWidget | QLayout] = [*layout.findChildren(QLayout, options=direct)]
    if owner is not None:
        parts += owner.findChildren(QWidget, options=direct)
    for place, part in sorted(((layout.indexOf(part), part) for part in parts), key=itemgetter(0)):
        if place >= 0:
            yield from in_reading_order(part) if isinstance(part, QWidget) else _in_layout_order(part)

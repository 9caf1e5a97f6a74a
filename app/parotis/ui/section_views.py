"""The pages of the exam form that are fields and lists of fields; pages with more are built on them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from parotis.domain import paths
from parotis.forms.exam_form import Group, ItemList
from parotis.presentation.exam_proposals import waiting
from parotis.ui.form_binder import FieldGrid, FormBinder, in_reading_order, order_focus
from parotis.ui.form_editors_base import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parotis.forms.exam_form import Section
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.presentation.exam_view_contract import Checks, FindingCard, Picture, SectionEntry
    from parotis.presentation.undo import Draft
    from parotis.ui.form_editors import FormTools

_WIDEST_PX = 1040
SIDE_PX = 20


def card(parent: QWidget | None = None, title: str = "", *, side_px: int = 16) -> tuple[QFrame, QVBoxLayout]:
    """A card with its layout, titled when it has a title. ``side_px`` is the room at its sides."""
    frame = QFrame(parent)
    frame.setProperty("card", True)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(side_px, 14, side_px, 8)
    layout.setSpacing(8)
    if title:
        frame.setAccessibleName(title)
        layout.addWidget(plain_label(title, "card-title", frame))
    return frame, layout


class SectionPage(QScrollArea):
    """One section: title, lead, its groups and lists. Subclasses put more between or around them."""

    def __init__(self, section: Section, presenter: ExamPresenter, tools: FormTools) -> None:
        super().__init__()
        self.section = section
        self._presenter, self._tools = presenter, tools
        self._is_read_only = False
        self._lists: list[ItemCards] = []
        self._focus_anchor: QWidget | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(section.name)
        content = QWidget()
        content.setProperty("page", True)
        self.setWidget(content)
        outer = QHBoxLayout(content)
        outer.setContentsMargins(SIDE_PX, 20, SIDE_PX, 24)
        column = QWidget(content)
        column.setMaximumWidth(self._widest_px())
        outer.addWidget(column, 1000)
        outer.addStretch(1)
        self.body = QVBoxLayout(column)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self.body.addWidget(plain_label(section.name, "section-title", column))
        self.body.addWidget(plain_label(section.lead, "muted", column))
        self._entry_bar = EntryBar(section.name, presenter.confirming.mark_reviewed, column)
        self.body.addWidget(self._entry_bar)
        self._waiting = WaitingBar(self._on_confirm_next, column)
        self.body.addWidget(self._waiting)
        self.binder = FormBinder(tools, self)
        self._build()
        self.body.addStretch(1)
        self.binder.edited.connect(presenter.edit)
        self.binder.confirmed.connect(presenter.confirming.confirm)

    def _widest_px(self) -> int:
        return _WIDEST_PX

    def _build(self) -> None:
        for part in self.section.parts:
            self.add_part(part)

    def add_part(self, part: Group | ItemList) -> None:
        """A group of fields in a card, or a list of cards."""
        if isinstance(part, Group):
            frame, layout = card(title=part.title)
            layout.addWidget(FieldGrid([self.binder.make(field) for field in part.fields]))
            self.body.addWidget(frame)
        else:
            cards = ItemCards(part, self.binder, self._presenter, self._tools)
            self._lists.append(cards)
            self.body.addWidget(cards)

    def show_draft(self, draft: Draft, _cards: tuple[FindingCard, ...]) -> None:
        """Show the draft; lists grow and shrink to it."""
        self._waiting.show_count(0 if self._is_read_only else len(waiting(draft, self.section.name)))
        changed = [cards.fit(len(paths.read(draft.case, cards.part.path))) for cards in self._lists]
        self.binder.show_draft(draft)
        if any(changed):
            self.reorder_focus()

    def _on_confirm_next(self) -> None:
        """For the mouse: the first proposal of this section is taken; the button itself never takes the focus."""
        section = self.section.name
        first = next(iter(waiting(self._presenter.draft, section)), None)
        focused = self.binder.focused_path()
        proposed = self._presenter.draft.entry.proposed
        self._presenter.confirming.confirm_next(focused if focused in proposed else first, section)

    def show_checks(self, checks: Checks) -> None:
        self.binder.mark(checks.marks)

    def show_entry(self, entry: SectionEntry | None) -> None:
        """Who else filled in this section."""
        self._entry_bar.show_entry(entry)

    def show_pictures(self, pictures: Mapping[tuple[str, int], Picture]) -> None:
        """Only the image board has pictures."""

    def set_read_only(self, read_only: bool) -> None:
        self._is_read_only = read_only
        self.binder.set_read_only(read_only)
        for cards in self._lists:
            cards.set_read_only(read_only)

    def set_focus_anchor(self, widget: QWidget) -> None:
        """The focus comes to this page from ``widget``."""
        self._focus_anchor = widget
        self.reorder_focus()

    def reorder_focus(self) -> None:
        """Widgets came or went: the focus order is the reading order again."""
        content = self.widget()
        if content is not None and self._focus_anchor is not None:
            order_focus(content, self._focus_anchor)

    def focus_path(self, path: str) -> bool:
        """Scroll to the field of a path and focus it; False when this page has none for it."""
        found = self.binder.find(path)
        if found is None:
            return any(cards.focus_add(path) for cards in self._lists)
        editor = self.binder.editor(found)
        self.settle()
        self.ensureWidgetVisible(editor.widget, 24, 60)
        editor.focus()
        return True

    def settle(self) -> None:
        """Give new widgets their places now, so that scrolling to one of them goes to the right place."""
        content = self.widget()
        layout = content.layout() if content is not None else None
        if content is not None and layout is not None:
            layout.activate()
            content.adjustSize()
            content.resize(self.viewport().width(), content.height())

    def focus_first(self) -> None:
        """Focus the first field, or where there is none the first button with a word on it."""
        content = self.widget()
        for child in in_reading_order(content) if content is not None else ():
            if not isinstance(child, QToolButton) and child.isVisibleTo(self) and child.isEnabled():
                child.setFocus(Qt.FocusReason.OtherFocusReason)
                return


class EntryBar(QWidget):
    """Above the fields: who else filled them in, and the button that says they were looked at."""

    def __init__(self, section: str, mark_reviewed: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._text = plain_label("", "small", self)
        layout.addWidget(self._text)
        layout.addStretch(1)
        self._button = QPushButton("Mark reviewed", self)
        self._button.setAccessibleName("Mark reviewed")
        self._button.clicked.connect(partial(mark_reviewed, section))
        layout.addWidget(self._button)
        self.hide()

    def show_entry(self, entry: SectionEntry | None) -> None:
        """None: nobody else wrote here."""
        self.setVisible(entry is not None)
        if entry is not None:
            self._text.setText(entry.text if entry.needs_review else f"{entry.text}. Reviewed.")
            self._button.setVisible(entry.needs_review)


class WaitingBar(QWidget):
    """How much is proposed and waits, and a button that confirms one after the other."""

    def __init__(self, confirm_next: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._text = plain_label("", "small", self)
        layout.addWidget(self._text)
        layout.addStretch(1)
        button = QPushButton("Confirm and go on", self)
        button.setAccessibleName("Confirm and go on")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip("Enter in the field does the same")
        button.clicked.connect(confirm_next)
        layout.addWidget(button)
        self.hide()

    def show_count(self, count: int) -> None:
        """Nothing is shown while nothing waits."""
        self.setVisible(count > 0)
        self._text.setText(f"{count} proposed, in grey: confirm each, or write something else.")


class ItemCards(QWidget):
    """A list of like items as cards, with the button that adds one."""

    def __init__(self, part: ItemList, binder: FormBinder, presenter: ExamPresenter, tools: FormTools) -> None:
        super().__init__()
        self.part = part
        self._binder, self._presenter, self._tools = binder, presenter, tools
        self._frames: list[QFrame] = []
        self._removers: list[QToolButton] = []
        self._is_read_only = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(plain_label(part.title, "card-title", self))
        self._empty = plain_label(part.empty, "muted", self)
        layout.addWidget(self._empty)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        layout.addLayout(self._cards)
        self._add = QPushButton(part.add_label, self)
        self._add.setAccessibleName(part.add_label)
        tools.icons.bind(self._add, "plus")
        self._add.clicked.connect(self._on_add_clicked)
        row = QHBoxLayout()
        row.addWidget(self._add)
        row.addStretch(1)
        layout.addLayout(row)

    def fit(self, count: int) -> bool:
        """Show ``count`` cards; whether that changed anything."""
        changed = count != len(self._frames)
        while len(self._frames) > count:
            self._drop_last()
        while len(self._frames) < count:
            self._append()
        self._empty.setVisible(not count)
        return changed

    def set_read_only(self, read_only: bool) -> None:
        self._is_read_only = read_only
        self._add.setVisible(not read_only)
        for remover in self._removers:
            remover.setVisible(not read_only)

    def focus_add(self, path: str) -> bool:
        """Focus the button that adds an item, when ``path`` speaks of the list as a whole."""
        if path != self.part.path:
            return False
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _append(self) -> None:
        position = len(self._frames)
        name = f"{self.part.noun} {position + 1}"
        frame, layout = card()
        frame.setAccessibleName(name)
        head = QHBoxLayout()
        head.addWidget(plain_label(name, "card-title", frame))
        head.addStretch(1)
        remover = QToolButton(frame)
        remover.setAccessibleName(f"Remove {name.lower()}")
        remover.setToolTip(remover.accessibleName())
        self._tools.icons.bind(remover, "trash", "muted")
        remover.clicked.connect(partial(self._on_remove_clicked, position))
        remover.setVisible(not self._is_read_only)
        head.addWidget(remover)
        layout.addLayout(head)
        owner = f"{self.part.path}[{position}]"
        layout.addWidget(FieldGrid([self._binder.make(field, owner, name) for field in self.part.fields]))
        self._frames.append(frame)
        self._removers.append(remover)
        self._cards.addWidget(frame)
        # Shown at once and not with the next event, so that scrolling and focus find it in its place.
        frame.show()

    def _drop_last(self) -> None:
        frame = self._frames.pop()
        self._removers.pop()
        self._binder.drop(f"{self.part.path}[{len(self._frames)}]")
        self._cards.removeWidget(frame)
        frame.hide()
        frame.deleteLater()

    def _on_add_clicked(self) -> None:
        self._presenter.insert(self.part.path)

    def _on_remove_clicked(self, position: int) -> None:
        self._add.setFocus(Qt.FocusReason.OtherFocusReason)
        self._presenter.remove(self.part.path, position, f"{self.part.noun} {position + 1}")

"""The images page: pictures as a board of cards, each with its place, plane and caption."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from parotis.domain import view_plan
from parotis.forms.exam_form import IMAGE_FIELDS
from parotis.presentation import exam_texts, image_labels
from parotis.presentation.exam_pictures import key_of
from parotis.ui.form_binder import FieldGrid, FormBinder
from parotis.ui.form_editors_base import plain_label
from parotis.ui.section_views import SectionPage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeyEvent

    from parotis.domain.case import Image
    from parotis.presentation.exam_presenter import ExamPresenter
    from parotis.presentation.exam_view_contract import FindingCard, Picture
    from parotis.presentation.undo import Draft
    from parotis.ui.form_editors import FormTools

THUMBNAIL_PX = QSize(208, 156)
_FILTER = "Pictures (*.png *.jpg *.jpeg *.dcm *.dicom *.PNG *.JPG *.JPEG *.DCM);;All files (*)"


def make_thumbnail(png: bytes) -> QImage:
    """A picture fitted into the size of a thumbnail, at twice its density. Runs on any thread."""
    return QImage.fromData(png).scaled(
        THUMBNAIL_PX * 2, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


class ImagesPage(SectionPage):
    """``Add image`` takes any number of files; what is no picture is refused one by one, the others are taken."""

    def _build(self) -> None:
        self._cards: list[ImageCard] = []
        self._pictures: Mapping[tuple[str, int], Picture] = {}
        self._images: tuple[Image, ...] = ()
        self._dialog: QFileDialog | None = None
        self._empty = plain_label("Add PNG, JPEG or DICOM files. Each one is checked before it is taken.", "muted")
        self.body.addWidget(self._empty)
        self._plan = plain_label("", "muted")
        self._plan.setWordWrap(True)
        self._plan.setAccessibleName("Views of a complete examination")
        self.body.addWidget(self._plan)
        self._legend = plain_label(image_labels.LEGEND, "small")
        self._legend.setWordWrap(True)
        self.body.addWidget(self._legend)
        self._board = QVBoxLayout()
        self._board.setSpacing(10)
        self.body.addLayout(self._board)
        self._add = QPushButton("Add image")
        self._add.setAccessibleName("Add image")
        self._tools.icons.bind(self._add, "plus")
        self._add.clicked.connect(self._on_add_clicked)
        row = QHBoxLayout()
        row.addWidget(self._add)
        row.addStretch(1)
        self.body.addLayout(row)

    def show_draft(self, draft: Draft, cards: tuple[FindingCard, ...]) -> None:
        self._images = draft.case.images
        changed = len(self._cards) != len(self._images)
        while len(self._cards) > len(self._images):
            last = self._cards.pop()
            self.binder.drop(f"images[{len(self._cards)}]")
            self._board.removeWidget(last)
            last.hide()
            last.deleteLater()
        while len(self._cards) < len(self._images):
            added = ImageCard(len(self._cards), self.binder, self._presenter, self._tools)
            added.set_read_only(self._is_read_only)
            self._cards.append(added)
            self._board.addWidget(added)
            added.show()
        self._empty.setVisible(not self._images)
        self._legend.setVisible(bool(self._images) and not self._is_read_only)
        self._plan.setText(exam_texts.view_plan(view_plan.plan(draft.case)))
        self._plan.setVisible(bool(self._plan.text()))
        super().show_draft(draft, cards)
        self._show_pictures()
        if changed:
            self.reorder_focus()

    def show_pictures(self, pictures: Mapping[tuple[str, int], Picture]) -> None:
        self._pictures = pictures
        self._show_pictures()

    def set_read_only(self, read_only: bool) -> None:
        super().set_read_only(read_only)
        self._add.setVisible(not read_only)
        for shown in self._cards:
            shown.set_read_only(read_only)

    def focus_path(self, path: str) -> bool:
        if path == "images":
            self._add.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().focus_path(path)

    def _show_pictures(self) -> None:
        for shown, image in zip(self._cards, self._images, strict=True):
            shown.show_picture(image, self._pictures.get(key_of(image)))

    def _on_add_clicked(self) -> None:
        dialog = QFileDialog(self.window(), "Add images")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(_FILTER)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._on_files_selected)
        self._dialog = dialog
        dialog.open()

    def _on_files_selected(self, names: list[str]) -> None:
        self._presenter.add_images([Path(name) for name in names])


class _KeyTarget(QLabel):
    """The picture, which takes the focus: one key labels it."""

    key_pressed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("picture", True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and event.text().strip():
            self.key_pressed.emit(event.text().upper())
        else:
            super().keyPressEvent(event)


class ImageCard(QFrame):
    """One picture with its fields. A picture with several frames lets one be chosen."""

    def __init__(self, position: int, binder: FormBinder, presenter: ExamPresenter, tools: FormTools) -> None:
        super().__init__()
        self._position, self._presenter = position, presenter
        self._picture: Picture | None = None
        self._is_read_only = False
        name = f"Image {position + 1}"
        self.setProperty("card", True)
        self.setAccessibleName(name)
        self.setAccessibleDescription(image_labels.LEGEND)
        self._key_target = _KeyTarget(self)
        self._key_target.key_pressed.connect(self._on_key)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 8)
        layout.setSpacing(16)
        left = QVBoxLayout()
        self._thumbnail = self._key_target
        self._thumbnail.setAccessibleName(f"Picture of {name.lower()}")
        self._thumbnail.setFixedSize(THUMBNAIL_PX)
        self._thumbnail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._thumbnail.setTextFormat(Qt.TextFormat.PlainText)
        self._thumbnail.setWordWrap(True)
        self._thumbnail.setProperty("role", "muted")
        left.addWidget(self._thumbnail)
        self._detail = plain_label("", "small", self)
        left.addWidget(self._detail)
        self._frame_row = QWidget(self)
        frame_layout = QHBoxLayout(self._frame_row)
        frame_layout.setContentsMargins(0, 0, 0, 0)
        frame_label = plain_label("Frame", "field", self._frame_row)
        self._frame = QSpinBox(self._frame_row)
        self._frame.setAccessibleName("Frame" if position == 0 else f"Frame, image {position + 1}")
        self._frame.setKeyboardTracking(False)
        self._frame.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._frame.valueChanged.connect(self._on_frame_changed)
        frame_label.setBuddy(self._frame)
        frame_layout.addWidget(frame_label)
        frame_layout.addWidget(self._frame, 1)
        self._frame_row.hide()
        left.addWidget(self._frame_row)
        left.addStretch(1)
        layout.addLayout(left)
        right = QVBoxLayout()
        right.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(plain_label(name, "card-title", self))
        head.addStretch(1)
        self._earlier = QToolButton(self)
        self._earlier.setAccessibleName(f"Move {name.lower()} up")
        tools.icons.bind(self._earlier, "chevron-up", "muted")
        self._earlier.clicked.connect(partial(presenter.move_up, "images", position))
        self._remover = QToolButton(self)
        self._remover.setAccessibleName(f"Remove {name.lower()}")
        tools.icons.bind(self._remover, "trash", "muted")
        self._remover.clicked.connect(partial(presenter.remove, "images", position, name))
        for button in (self._earlier, self._remover):
            button.setToolTip(button.accessibleName())
            head.addWidget(button)
        right.addLayout(head)
        owner = f"images[{position}]"
        right.addWidget(FieldGrid([binder.make(field, owner, name) for field in IMAGE_FIELDS], 120))
        right.addStretch(1)
        layout.addLayout(right, 1)

    def show_picture(self, image: Image, picture: Picture | None) -> None:
        """Show the thumbnail, or that it is on its way or missing."""
        count = picture.frame_count if picture is not None else 1
        self._frame_row.setVisible(count > 1)
        self._frame.blockSignals(True)
        self._frame.setRange(1, count)
        self._frame.setSuffix(f" of {count}")
        self._frame.setValue(image.frame or 1)
        self._frame.blockSignals(False)
        if picture is self._picture and picture is not None:
            return
        self._picture = picture
        self._detail.setText(picture.detail if picture is not None else "")
        if picture is not None and isinstance(picture.thumbnail, QImage):
            pixmap = QPixmap.fromImage(picture.thumbnail)
            pixmap.setDevicePixelRatio(2)
            self._thumbnail.setPixmap(pixmap)
            self._thumbnail.setAccessibleName(f"Picture of image {self._position + 1}")
        else:
            self._thumbnail.setText("Loading" if picture is None else "The picture is not in the record.")

    def set_read_only(self, read_only: bool) -> None:
        self._is_read_only = read_only
        self._frame.setEnabled(not read_only)
        self._earlier.setVisible(not read_only and self._position > 0)
        self._remover.setVisible(not read_only)

    def _on_key(self, key: str) -> None:
        if not self._is_read_only:
            self._presenter.label_image(self._position, key)

    def _on_frame_changed(self, frame: int) -> None:
        self._presenter.choose_frame(self._position, frame)

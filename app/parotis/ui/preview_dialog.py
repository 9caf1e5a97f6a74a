"""Pages of a report as pictures, and the window that shows them beside the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from parotis.ui.controls import ProblemLine, label, within

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from parotis.presentation.signing_presenter import PreviewPresenter

GAP_PX = 16
WIDEST_PX = 900


class PagePictures(QScrollArea):
    """Pages under each other, as wide as there is room; arrows and Page keys scroll."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pixmaps: list[QPixmap] = []
        self._labels: list[QLabel] = []
        holder = QWidget()
        self._layout = QVBoxLayout(holder)
        self._layout.setContentsMargins(GAP_PX, GAP_PX, GAP_PX, GAP_PX)
        self._layout.setSpacing(GAP_PX)
        self._layout.addStretch(1)
        self.setWidget(holder)

    def show_pages(self, pages: tuple[bytes, ...]) -> None:
        """Replace the pages by these JPEG pictures."""
        for old in self._labels:
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._pixmaps, self._labels = [], []
        for number, data in enumerate(pages, start=1):
            pixmap = QPixmap()
            pixmap.loadFromData(data, "JPEG")
            picture = QLabel()
            picture.setFrameShape(QFrame.Shape.Box)
            picture.setAccessibleName(f"Page {number} of {len(pages)}")
            picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._pixmaps.append(pixmap)
            self._labels.append(picture)
            self._layout.insertWidget(number - 1, picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self._fit()

    def page_count(self) -> int:
        """How many pages are shown."""
        return len(self._labels)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        ratio = self.devicePixelRatioF()
        width = min(self.viewport().width() - 2 * GAP_PX - 2, WIDEST_PX)
        for pixmap, picture in zip(self._pixmaps, self._labels, strict=True):
            if width < 1 or pixmap.isNull():
                continue
            scaled = pixmap.scaledToWidth(round(width * ratio), Qt.TransformationMode.SmoothTransformation)
            scaled.setDevicePixelRatio(ratio)
            picture.setPixmap(scaled)


class PreviewDialog(QDialog):
    """Fulfils ``PreviewViewContract``; not modal, so that the form can be mended beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Report preview")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._presenter: PreviewPresenter | None = None
        self._pages = PagePictures("Report pages")
        self._problem = ProblemLine()
        self._progress_text = label("", "muted")
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._problem)
        layout.addWidget(self._progress_text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._progress)
        layout.addWidget(self._pages, 1)
        self.show_progress("")
        self.resize(within(parent, 800, 1000))

    def attach(self, presenter: PreviewPresenter) -> None:
        """This presenter fills the window."""
        self._presenter = presenter

    def show_pages(self, pages: tuple[bytes, ...]) -> None:
        self._pages.show_pages(pages)
        self._pages.setFocus()

    def show_progress(self, text: str) -> None:
        self._progress_text.setText(text)
        self._progress_text.setVisible(bool(text))
        self._progress.setVisible(bool(text))

    def show_problem(self, text: str) -> None:
        self._problem.say(text)

    def done(self, result: int) -> None:
        if self._presenter is not None:
            self._presenter.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._presenter is not None:
            self._presenter.close()
        super().closeEvent(event)

"""Selectable text whose parts know the field that they come from: the report and the narrative.

Text is put in through a cursor, never as markup, so that every character a person typed is shown as typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QFont, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from parotis.domain import report as tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotis.domain.narrative import Sentence
    from parotis.ui.theme import Theme

_SCHEME = "field"
_LONGEST_SHOWN = 8_000
"""Characters of one stretch of text in the preview; the report itself has all of it."""


class SourcedText(QTextBrowser):
    """Read-only text with links to fields. Tab walks the links, Return follows one.

    Signals:
        path_chosen: the path behind the part that was chosen.
    """

    path_chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.anchorClicked.connect(self._on_anchor_clicked)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is ever loaded."""
        return None

    def _on_anchor_clicked(self, url: QUrl) -> None:
        if url.scheme() == _SCHEME:
            self.path_chosen.emit(url.path())

    def char_format(self, *, strong: bool = False, muted: bool = False, source: str | None = None) -> QTextCharFormat:
        """The look of a stretch of text; with a source it is a link to its field."""
        look = QTextCharFormat()
        look.setForeground(self._theme.color("muted" if muted else "text"))
        look.setFontWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        if source:
            look.setAnchor(True)
            url = QUrl()
            url.setScheme(_SCHEME)
            url.setPath(source)
            look.setAnchorHref(url.toString())
        return look

    def begin(self) -> tuple[QTextDocument, QTextCursor]:
        document = QTextDocument(self)
        document.setDocumentMargin(8)
        document.setDefaultFont(self._theme.font())
        return document, QTextCursor(document)

    def block(
        self,
        cursor: QTextCursor,
        runs: Iterable[tree.Run],
        *,
        size: str = "base",
        gap_px: int = 4,
        is_first: bool = False,
    ) -> None:
        """Add a paragraph of runs to a document being written."""
        look = QTextBlockFormat()
        look.setTopMargin(gap_px)
        look.setLineHeight(130, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if is_first:
            cursor.setBlockFormat(look)
        else:
            cursor.insertBlock(look)
        for run in runs:
            shown = self.char_format(strong=run.strong, muted=run.muted, source=run.source)
            if size != "base":
                shown.setFontPointSize(self._theme.font(size).pointSizeF())
            cursor.insertText(_beginning(run.text), shown)

    def finish(self, document: QTextDocument) -> None:
        """Put a finished document on the screen where the old one was scrolled to."""
        bar = self.verticalScrollBar()
        position = bar.value()
        self.setDocument(document)
        bar.setValue(position)


class ReportText(SourcedText):
    """The content tree of the report as text; a click on what was recorded leads to its field."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Report text", parent)
        self._report: tree.Report | None = None
        theme.changed.connect(self._on_theme_changed)

    def show_report(self, report: tree.Report) -> None:
        if report != self._report:
            self._report = report
            self._write(report)

    def _on_theme_changed(self) -> None:
        if self._report is not None:
            self._write(self._report)

    def _write(self, report: tree.Report) -> None:
        document, cursor = self.begin()
        self.block(cursor, [tree.Run(report.title, strong=True)], size="title", is_first=True)
        self.block(cursor, [tree.Run(report.subtitle, muted=True)])
        for item in report.identity:
            runs = (tree.Run(f"{item.label}: ", muted=True), tree.Run(item.text, item.strong, source=item.source))
            self.block(cursor, runs, gap_px=0)
        for section in report.sections:
            if section.title:
                self.block(cursor, [tree.Run(section.title, strong=True)], gap_px=14)
            for block in section.blocks:
                self._content(cursor, block)
        self.finish(document)

    def _content(self, cursor: QTextCursor, block: tree.Block) -> None:
        match block:
            case tree.Paragraph(runs):
                self.block(cursor, runs)
            case tree.Callout(paragraphs):
                for paragraph in paragraphs:
                    self.block(cursor, paragraph.runs)
            case tree.Table():
                for row in block.rows:
                    cells = [run for cell in row for run in (*cell.runs, tree.Run("  \u00b7  ", muted=True))]
                    self.block(cursor, cells[:-1])
            case tree.RegionDrawing(caption=caption) | tree.TrendPlot(caption=caption):
                self.block(cursor, [tree.Run(caption, muted=True)])
            case tree.KeyImages(images):
                for image in images:
                    lines = [tree.Run(", ".join(image.label_lines), muted=True, source=image.source)]
                    caption_runs = [tree.Run(f" {image.caption}", source=image.source)] if image.caption else []
                    self.block(cursor, [*lines, *caption_runs])
            case tree.SignatureBlock(lines):
                for line in lines:
                    self.block(cursor, line.runs)


def _beginning(text: str) -> str:
    """The text, or where it is longer than anybody reads beside a form, its beginning."""
    cut = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]} \u2026"
    return cut.replace("\n", "\u2028")


class NarrativeText(SourcedText):
    """Sentences; the one chosen is underlined and tells where it comes from.

    Signals:
        sentence_chosen: the paths of the chosen sentence.
    """

    sentence_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "Narrative text", parent)
        self._sentences: tuple[Sentence, ...] = ()
        self._spans: list[tuple[int, int]] = []
        theme.changed.connect(self._write)
        self.cursorPositionChanged.connect(self._on_cursor_moved)

    def show_sentences(self, sentences: tuple[Sentence, ...]) -> None:
        if sentences != self._sentences:
            self._sentences = sentences
            self._write()

    def _write(self) -> None:
        document, cursor = self.begin()
        self._spans = []
        for position, sentence in enumerate(self._sentences):
            if position:
                cursor.insertText(" ", self.char_format())
            start = cursor.position()
            source = sentence.sources[0] if sentence.sources else None
            cursor.insertText(sentence.text, self.char_format(source=source))
            self._spans.append((start, cursor.position()))
        self.finish(document)
        self.setExtraSelections([])

    def _on_cursor_moved(self) -> None:
        at = self.textCursor().position()
        for (start, end), sentence in zip(self._spans, self._sentences, strict=False):
            if start <= at <= end and sentence.sources:
                self._underline(start, end)
                self.sentence_chosen.emit(sentence.sources)
                return

    def _underline(self, start: int, end: int) -> None:
        chosen = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        look = QTextCharFormat()
        look.setFontUnderline(True)
        look.setUnderlineColor(self._theme.color("accent"))
        chosen.cursor, chosen.format = cursor, look
        self.setExtraSelections([chosen])

"""The PDF library's canvas, bent to what the program needs of a file."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

from parotis.documents.pdf_library import Canvas, pdfdoc

if TYPE_CHECKING:
    from parotis.documents.fonts import EmbeddedFont


class PlainCanvas(Canvas):
    """The library's canvas without its default font, with our fonts and attachments."""

    _doc: Any
    _code: list[str]

    def __init__(self, title: str, language: str, page_size: tuple[float, float]) -> None:
        self._sink = io.BytesIO()
        self._embedded_fonts = 0
        super().__init__(
            self._sink,
            pagesize=page_size,
            invariant=1,
            pdfVersion=(1, 7),
            pageCompression=1,
            lang=language,
        )
        self._doc.setCompression(1)
        self.setTitle(title)
        self.setAuthor("")
        self.setSubject("")
        self.setCreator("Parotis")
        self.setProducer("Parotis")

    def _make_preamble(self) -> None:
        self._preamble = ""

    def next_font_name(self) -> str:
        self._embedded_fonts += 1
        return f"T{self._embedded_fonts}"

    def add_font(self, font: EmbeddedFont) -> None:
        self._doc.delayedFonts.append(font)

    def attach(self, name: str, media_type: str, content: bytes) -> None:
        stream = pdfdoc.PDFStream(content=content, filters=[pdfdoc.PDFZCompress])
        stream.dictionary["Type"] = pdfdoc.PDFName("EmbeddedFile")
        stream.dictionary["Subtype"] = pdfdoc.PDFName(media_type.replace("/", "#2F"))
        digest = hashlib.md5(content, usedforsecurity=False).digest()  # the checksum that the format asks for
        stream.dictionary["Params"] = pdfdoc.PDFDictionary(
            {"Size": len(content), "CheckSum": pdfdoc.PDFText(digest, enc="raw")}
        )
        reference = self._doc.Reference(stream, f"attached.{name}")
        specification = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Filespec"),
                "F": pdfdoc.PDFString(name),
                "UF": pdfdoc.PDFString(name),
                "AFRelationship": pdfdoc.PDFName("Data"),
                "EF": pdfdoc.PDFDictionary({"F": reference, "UF": reference}),
            }
        )
        names = pdfdoc.PDFArray([pdfdoc.PDFString(name), self._doc.Reference(specification, f"file.{name}")])
        self._doc.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": pdfdoc.PDFDictionary({"Names": names})})
        self._doc.updateSignature(hashlib.sha256(content).digest())

    def showPage(self) -> None:  # noqa: N802
        self._doc.updateSignature(hashlib.sha256("\n".join(self._code).encode()).digest())
        super().showPage()

    def finish(self) -> bytes:
        self.save()
        return self._sink.getvalue()

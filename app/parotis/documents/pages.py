"""Pictures of the pages of a PDF that the program wrote."""

from __future__ import annotations

import io
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Final

import pypdfium2

from parotis.domain.errors import UnreadableInput

if TYPE_CHECKING:
    from collections.abc import Iterator

_POINTS_PER_INCH: Final = 72
_JPEG_QUALITY: Final = 88
# The library under this is not safe for several threads at once.
ONE_AT_A_TIME: Final = threading.Lock()


def page_jpegs(pdf: bytes, *, dots_per_inch: int) -> tuple[bytes, ...]:
    """Each page as a JPEG.

    Raises:
        UnreadableInput: the bytes are not a PDF.
    """
    with ONE_AT_A_TIME, closing(opened(pdf)) as document:
        return tuple(_jpegs(document, dots_per_inch))


def page_count(pdf: bytes) -> int:
    """How many pages there are. Raises UnreadableInput."""
    with ONE_AT_A_TIME, closing(opened(pdf)) as document:
        return len(document)


def opened(pdf: bytes) -> pypdfium2.PdfDocument:
    """The document, to be closed; for one thread at a time. Raises UnreadableInput."""
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise UnreadableInput([("", "The file is not a PDF.")]) from error


def _jpegs(document: pypdfium2.PdfDocument, dots_per_inch: int) -> Iterator[bytes]:
    for index in range(len(document)):
        with closing(document[index]) as page:
            bitmap = page.render(scale=dots_per_inch / _POINTS_PER_INCH, draw_annots=False)
            written = io.BytesIO()
            bitmap.to_pil().convert("RGB").save(
                written, "JPEG", quality=_JPEG_QUALITY, dpi=(dots_per_inch, dots_per_inch)
            )
            bitmap.close()
            yield written.getvalue()

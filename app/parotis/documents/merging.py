"""Several PDFs as one, with files embedded in it."""

from __future__ import annotations

import io
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pypdfium2

from parotis.documents.pages import ONE_AT_A_TIME, opened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def merged(parts: Sequence[bytes], attachments: Mapping[str, bytes]) -> bytes:
    """The pages of the parts one after another. A signature of a part does not hold for the whole.

    Raises:
        UnreadableInput: a part is not a PDF.
    """
    with ONE_AT_A_TIME, ExitStack() as stack:
        whole = stack.enter_context(closing(pypdfium2.PdfDocument.new()))
        for part in parts:
            document = stack.enter_context(closing(opened(part)))
            whole.import_pages(document)
        for name, data in attachments.items():
            whole.new_attachment(name).set_data(data)
        written = io.BytesIO()
        whole.save(written)
        return written.getvalue()

"""The two ports that this package fulfils. The heavy libraries are imported when first needed, not at start-up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from parotis.documents.render import Renderer
    from parotis.domain.region_map import RegionMap
    from parotis.domain.report import Report
    from parotis.services.ports import SigningIdentity, Verdict


class ReportComposer:
    """Fulfils ``PdfComposer`` with the fonts in ``fonts_folder``. Any thread may call; one renders at a time."""

    def __init__(self, fonts_folder: Path, region_map: RegionMap) -> None:
        self._fonts_folder = fonts_folder
        self._region_map = region_map
        self._renderer: Renderer | None = None
        self._lock = threading.Lock()

    def render(self, report: Report, pictures: Mapping[str, bytes]) -> bytes:
        """The report as PDF; same input, same bytes.

        Raises:
            ResourceMissing: a font of the program is not there.
            UnreadableImage: a picture is missing or not a PNG or JPEG.
        """
        with self._lock:
            if self._renderer is None:
                from parotis.documents.fonts import FontLibrary
                from parotis.documents.render import Renderer

                self._renderer = Renderer(FontLibrary(self._fonts_folder), self._region_map)
            return self._renderer.render(report, pictures)

    def page_jpegs(self, pdf: bytes, *, dots_per_inch: int = 150) -> tuple[bytes, ...]:
        """Each page as a JPEG.

        Raises:
            UnreadableInput: the bytes are not a PDF.
        """
        from parotis.documents.pages import page_jpegs

        return page_jpegs(pdf, dots_per_inch=dots_per_inch)

    def page_count(self, pdf: bytes) -> int:
        """How many pages a PDF has.

        Raises:
            UnreadableInput: the bytes are not a PDF.
        """
        from parotis.documents.pages import page_count

        return page_count(pdf)

    def merged(self, parts: Sequence[bytes], attachments: Mapping[str, bytes]) -> bytes:
        """Several PDFs as one, with files embedded in it.

        Raises:
            UnreadableInput: a part is not a PDF.
        """
        from parotis.documents.merging import merged

        return merged(parts, attachments)


class PadesSigner:
    """Fulfils ``PdfSigner``."""

    def sign(
        self, pdf: bytes, identity: SigningIdentity, *, signed_at: datetime, signer_name: str, reason: str
    ) -> bytes:
        """The signed file, read back and verified.

        Raises:
            SignerUnavailable: key or certificate may not sign at ``signed_at``.
            SelfCheckFailed: what was written does not verify.
        """
        from parotis.documents.signature import sign

        return sign(pdf, identity, signed_at=signed_at, signer_name=signer_name, reason=reason)

    def verify(self, pdf: bytes, trusted_root: bytes | None) -> Verdict:
        """The verdict on any bytes.

        Raises:
            UnreadableInput: the bytes are not a PDF, or the root is not a certificate.
        """
        from parotis.documents.verification import verify

        return verify(pdf, trusted_root)

"""The verdict on a signed report, on any bytes that claim to be one.

Never trusts more than the root certificate it is given, fetches nothing, and treats whatever the parser trips over
as a broken file.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any, Final

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from parotis.domain.errors import UnreadableInput
from parotis.services.ports import Verdict, VerdictStatus

if TYPE_CHECKING:
    from datetime import datetime

    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_HEADER_WITHIN: Final = 1024
_SIGNATURE_TRACE: Final = b"/ByteRange"

INTACT = "The file is exactly as it was signed."
NO_SIGNATURE = "The file carries no signature."
BROKEN = "The file is damaged: its signature cannot be read."
REMOVED = "The file was signed, but its signature was taken out of its form."
SEVERAL = "The file carries more than one signature."
ADDED_TO = "Something was added or changed after signing."
CONTENT_CHANGED = "The signed content was changed."
NOT_CERTIFIED = "The signature does not forbid later changes, so it was not made by this program."
NO_ROOT = "No root certificate was given, so nobody vouches for the signer."
UNKNOWN_ROOT = "The signer's certificate was not issued under the given root certificate."


# What the library logs about a hostile file or an unknown issuer is no news beside the verdict, and it names people.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)


def verify(pdf: bytes, trusted_root_der: bytes | None) -> Verdict:
    """The verdict on ``pdf``. Certificates are judged at the time of signing that the signature claims.

    Raises:
        UnreadableInput: it is not a PDF at all, or the root is not a certificate.
    """
    if b"%PDF-" not in pdf[:_HEADER_WITHIN]:
        raise UnreadableInput([("", "The file is not a PDF.")])
    root = _root(trusted_root_der)
    try:
        return _verdict(pdf, root)
    except Exception:  # noqa: BLE001  (a hostile file may trip the parser in any way; all of them mean broken)
        if _SIGNATURE_TRACE in pdf:
            return Verdict(VerdictStatus.CHANGED, None, None, (BROKEN,))
        return Verdict(VerdictStatus.NOT_SIGNED, None, None, (NO_SIGNATURE,))


def _root(der: bytes | None) -> asn1_x509.Certificate | None:
    if der is None:
        return None
    try:
        root = asn1_x509.Certificate.load(der, strict=True)
        root.native  # noqa: B018  (parses all of it now, not later)
    except (ValueError, TypeError) as error:
        raise UnreadableInput([("", "The root file is not a certificate in DER form.")]) from error
    return root


def _verdict(pdf: bytes, root: asn1_x509.Certificate | None) -> Verdict:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    found = reader.embedded_signatures
    if not found:
        if _SIGNATURE_TRACE in pdf:
            return Verdict(VerdictStatus.CHANGED, None, None, (REMOVED,))
        return Verdict(VerdictStatus.NOT_SIGNED, None, None, (NO_SIGNATURE,))
    signature = found[0]
    name, signed_at = _claims(signature)
    if len(found) > 1:
        return Verdict(VerdictStatus.CHANGED, name, signed_at, (SEVERAL,))
    trust = ValidationContext(trust_roots=[root] if root else [], allow_fetching=False, moment=signed_at)
    status = validate_pdf_signature(signature, trust)
    covers = status.coverage is SignatureCoverageLevel.ENTIRE_FILE and _is_gap_clean(pdf, signature)
    certified = signature.docmdp_level is MDPPerm.NO_CHANGES
    judged, reason = _judge(status, covers=covers, certified=certified, has_root=root is not None)
    attachments = {} if judged is VerdictStatus.CHANGED else _attachments(reader)
    return Verdict(judged, name, signed_at, (reason,), attachments)


def _judge(status: Any, *, covers: bool, certified: bool, has_root: bool) -> tuple[VerdictStatus, str]:
    if not (status.intact and status.valid):
        return VerdictStatus.CHANGED, CONTENT_CHANGED
    if not covers or not status.docmdp_ok:
        return VerdictStatus.CHANGED, ADDED_TO
    if not has_root:
        return VerdictStatus.UNKNOWN_ISSUER, NO_ROOT
    if not status.trusted:
        return VerdictStatus.UNKNOWN_ISSUER, UNKNOWN_ROOT
    if not certified or not status.bottom_line:
        return VerdictStatus.UNKNOWN_ISSUER, NOT_CERTIFIED
    return VerdictStatus.VALID, INTACT


def _is_gap_clean(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Whether the one stretch that no digest covers holds the signature, zeros behind it, and nothing else.

    A root certificate in there, which nothing else reads, must hold by its own signature (or ``verify`` says broken).
    """
    first_start, first_length, second_start, _ = (int(number) for number in signature.sig_object["/ByteRange"])
    gap = pdf[first_start + first_length : second_start]
    content = cms.ContentInfo.load(bytes(signature.sig_object["/Contents"])).dump().hex().encode("ascii")
    expected = b"<" + content.ljust(len(gap) - 2, b"0") + b">"
    for certificate in (signature.signer_cert, *signature.other_embedded_certs):
        if certificate.issuer == certificate.subject:
            whole = x509.load_der_x509_certificate(certificate.dump())
            whole.verify_directly_issued_by(whole)
    return gap in (expected, expected.upper())


def _claims(signature: EmbeddedPdfSignature) -> tuple[str | None, datetime | None]:
    certificate = signature.signer_cert
    common_name = certificate.subject.native.get("common_name") if certificate is not None else None
    return (common_name if isinstance(common_name, str) else None), signature.self_reported_timestamp


def _attachments(reader: PdfFileReader) -> dict[str, bytes]:
    """The embedded files of a flat name tree, which is how the program writes them."""
    names: Any = reader.root
    for key in ("/Names", "/EmbeddedFiles", "/Names"):
        if key not in names:
            return {}
        names = names[key]
    return {str(names[index]): bytes(names[index + 1]["/EF"]["/F"].data) for index in range(0, len(names) - 1, 2)}

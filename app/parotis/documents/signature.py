"""The digital signature of a report: made once, over the whole file, allowing no change behind it.

PAdES baseline B-B as a certification signature. The time in it is that of this computer. Nothing is fetched from a
network, and no certificate store of the system is asked.
"""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from parotis.documents.verification import verify
from parotis.domain.errors import SelfCheckFailed, SignerUnavailable
from parotis.services.ports import VerdictStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from parotis.services.ports import SigningIdentity

LEAST_TIME_LEFT: Final = timedelta(days=30)
_FIELD_NAME: Final = "ReportSignature"
_ROOM_BESIDE_CERTIFICATES: Final = 1536


def sign(
    pdf: bytes,
    identity: SigningIdentity,
    *,
    signed_at: datetime,
    reason: str,
    signer_name: str,
) -> bytes:
    """The signed file, checked before and read back after signing.

    Raises:
        SignerUnavailable: key or certificate may not sign at ``signed_at``.
        SelfCheckFailed: what was written does not verify.
    """
    check_identity(identity, signed_at)
    certificate = asn1_x509.Certificate.load(identity.certificate)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([asn1_x509.Certificate.load(der) for der in identity.chain])
    signer = signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=asn1_keys.PrivateKeyInfo.load(identity.private_key),
        cert_registry=store,
        embed_roots=True,
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=_FIELD_NAME,
        md_algorithm="sha256",
        reason=reason,
        name=signer_name,
        certify=True,
        subfilter=fields.SigSeedSubFilter.PADES,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    reserved = len(identity.certificate) + sum(len(der) for der in identity.chain) + _ROOM_BESIDE_CERTIFICATES
    placement = fields.SigFieldSpec(_FIELD_NAME, on_page=-1)
    try:
        signed = asyncio.run(
            _signed(pdf, signers.PdfSigner(metadata, signer, new_field_spec=placement), signed_at, reserved)
        )
    except (PdfError, SigningError, ValueError) as error:
        raise SelfCheckFailed("signing failed") from error
    root = identity.chain[-1] if identity.chain else identity.certificate
    if verify(signed, root).status is not VerdictStatus.VALID:
        raise SelfCheckFailed("own signature does not verify")
    return signed


async def _signed(pdf: bytes, signer: signers.PdfSigner, signed_at: datetime, reserved: int) -> bytes:
    """The library's signing steps one by one, because only so the time of signing can be given."""
    session: Any = signer.init_signing_session(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    session.system_time = signed_at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * reserved)
    digest, output = document.digest_tbs_document()
    attributes = PdfCMSSignedAttributes(signing_time=signed_at)
    finished = await document.perform_signature(document_digest=digest.document_digest, pdf_cms_signed_attrs=attributes)
    await finished.post_signature_processing(output)
    return bytes(output.getvalue())


def check_identity(identity: SigningIdentity, at: datetime) -> None:
    """Refuse a key or certificate that should not sign at ``at``.

    Raises:
        SignerUnavailable: with a fixed sentence.
    """
    try:
        key = load_der_private_key(identity.private_key, password=None)
        certificate = x509.load_der_x509_certificate(identity.certificate)
        chain = [x509.load_der_x509_certificate(der) for der in identity.chain]
    except (ValueError, TypeError) as error:
        raise SignerUnavailable("The signing key or certificate cannot be read.") from error
    if at < certificate.not_valid_before_utc:
        raise SignerUnavailable("The signing certificate is not yet valid. Check the clock of this computer.")
    if at > certificate.not_valid_after_utc:
        raise SignerUnavailable("The signing certificate has expired.")
    if certificate.not_valid_after_utc - at < LEAST_TIME_LEFT:
        raise SignerUnavailable("The signing certificate has less than 30 days left.")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if usage is None or not usage.content_commitment:
        raise SignerUnavailable("The signing certificate is not meant for signing documents.")
    plain = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*plain) != certificate.public_key().public_bytes(*plain):
        raise SignerUnavailable("The signing key does not belong to the certificate.")
    _check_chain(certificate, chain, at)


def _check_chain(certificate: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime) -> None:
    """Each certificate is issued by the next, which may issue and is valid; the last by itself."""
    issued = certificate
    try:
        for issuer in chain:
            issued.verify_directly_issued_by(issuer)
            constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
            if not constraints.ca or not issuer.not_valid_before_utc <= at <= issuer.not_valid_after_utc:
                raise SignerUnavailable("A certificate above the signing certificate is not valid.")
            issued = issuer
        issued.verify_directly_issued_by(issued)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound) as error:
        raise SignerUnavailable("The signing certificate was not issued by this practice.") from error

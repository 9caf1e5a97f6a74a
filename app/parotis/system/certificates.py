"""The practice's own certificate authority: one root, one signing certificate per dentist.

Times are arguments; nothing here reads the clock. No certificate holds patient data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parotis.domain.errors import SignerUnavailable

_ROOT_LIFE_YEARS = 20
_LEAF_LIFE_YEARS = 10
_LONGEST_NAME_BYTES = 64  # the bound of X.520, counted as the strictest reader counts: bytes of UTF-8
_BACKDATED = timedelta(minutes=5)  # a recipient's clock may be a little slow


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its private key (PKCS #8, DER, not encrypted: keep it sealed)."""

    certificate: bytes
    private_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when a certificate may sign, both UTC and inclusive."""

    not_before: datetime
    not_after: datetime

    def covers(self, at: datetime) -> bool:
        return self.not_before <= at <= self.not_after


def new_practice_root(practice_name: str, practice_id: str, at: datetime) -> Identity:
    """A root that may issue signing certificates and revocation lists, and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"{_cut(practice_name, _LONGEST_NAME_BYTES - 5)} root", practice_name, practice_id)
    builder = (
        _builder(name, name, key.public_key(), at, _years_later(at, _ROOT_LIFE_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(is_authority=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    return _identity(builder.sign(key, hashes.SHA256()), key)


def new_signing_certificate(
    root: Identity, *, dentist_name: str, practice_name: str, user_id: str, at: datetime
) -> Identity:
    """A certificate for one dentist's signatures on documents, issued by ``root``.

    Raises:
        SignerUnavailable: the root's key or certificate cannot be read, or the root is not valid at ``at``.
    """
    try:
        issuer = x509.load_der_x509_certificate(root.certificate)
        issuer_key = serialization.load_der_private_key(root.private_key, None)
    except ValueError as error:
        raise SignerUnavailable("The practice's root certificate cannot be read.") from error
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey) or issuer_key.public_key() != issuer.public_key():
        raise SignerUnavailable("The practice's root key does not belong to its certificate.")
    root_validity = validity(root.certificate)
    if not root_validity.covers(at):
        raise SignerUnavailable("The practice's root certificate is not valid today.")
    key = ec.generate_private_key(ec.SECP256R1())
    until = min(_years_later(at, _LEAF_LIFE_YEARS), root_validity.not_after)
    subject = _name(dentist_name, practice_name, user_id)
    builder = (
        _builder(subject, issuer.subject, key.public_key(), at, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(is_authority=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    return _identity(builder.sign(issuer_key, hashes.SHA256()), key)


def validity(certificate: bytes) -> Validity:
    """When the certificate (DER) may sign.

    Raises:
        SignerUnavailable: it cannot be read.
    """
    try:
        parsed = x509.load_der_x509_certificate(certificate)
    except ValueError as error:
        raise SignerUnavailable("The certificate cannot be read.") from error
    return Validity(parsed.not_valid_before_utc, parsed.not_valid_after_utc)


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, at: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at.astimezone(UTC) - _BACKDATED)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _name(common_name: str, practice_name: str, serial_number: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(practice_name, _LONGEST_NAME_BYTES)),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(common_name, _LONGEST_NAME_BYTES)),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_number),
        ]
    )


def _cut(text: str, longest_bytes: int) -> str:
    return text.encode()[:longest_bytes].decode(errors="ignore")


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _identity(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Identity:
    return Identity(
        certificate.public_bytes(serialization.Encoding.DER),
        key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _years_later(at: datetime, years: int) -> datetime:
    moment = at.astimezone(UTC)
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year + years, day=28)

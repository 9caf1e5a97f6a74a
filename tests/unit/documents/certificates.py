"""Throw-away certificate authorities for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from parotis.services.ports import SigningIdentity

SIGNED_AT = datetime(2026, 11, 12, 16, 46, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Practice:
    """A root that can issue leaves."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def root_der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def leaf(
        self,
        *,
        starts: datetime = SIGNED_AT - timedelta(days=10),
        days: int = 3650,
        non_repudiation: bool = True,
        other_key: bool = False,
    ) -> SigningIdentity:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder("Helen Park, DDS", key, starts, days).issuer_name(self.certificate.subject)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(non_repudiation=non_repudiation), critical=True)
        certificate = builder.sign(self.key, hashes.SHA256())
        kept = ec.generate_private_key(ec.SECP256R1()) if other_key else key
        return SigningIdentity(
            kept.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
            certificate.public_bytes(Encoding.DER),
            (self.root_der,),
        )


def a_practice(name: str = "North Clinic root") -> Practice:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, key, SIGNED_AT - timedelta(days=30), 7300)
    builder = builder.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(issues=True), critical=True)
    return Practice(key, builder.sign(key, hashes.SHA256()))


def _builder(name: str, key: ec.EllipticCurvePrivateKey, starts: datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(starts + timedelta(days=days))
    )


def _usage(*, non_repudiation: bool = False, issues: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues,
        content_commitment=non_repudiation,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )

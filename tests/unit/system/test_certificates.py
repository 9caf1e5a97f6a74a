from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parotis.domain.errors import SignerUnavailable
from parotis.system.certificates import (
    Identity,
    new_practice_root,
    new_signing_certificate,
    validity,
)

AT = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)


def a_root(at: datetime = AT) -> Identity:
    return new_practice_root("Northside Dental", "a1" * 16, at)


def a_leaf(root: Identity, at: datetime = AT, name: str = "Maja Lindqvist") -> Identity:
    return new_signing_certificate(root, dentist_name=name, practice_name="Northside Dental", user_id="b2" * 16, at=at)


def test_root_issues_leaves_and_revocations_and_nothing_else() -> None:
    root = x509.load_der_x509_certificate(a_root().certificate)
    basic = root.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = root.extensions.get_extension_for_class(x509.KeyUsage)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    assert (usage.critical, usage.value.key_cert_sign, usage.value.crl_sign) == (True, True, True)
    assert (usage.value.digital_signature, usage.value.content_commitment) == (False, False)
    root.verify_directly_issued_by(root)


def test_leaf_signs_documents_and_nothing_else() -> None:
    root = a_root()
    leaf = x509.load_der_x509_certificate(a_leaf(root).certificate)
    basic = leaf.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert (basic.critical, basic.value.ca) == (True, False)
    assert (usage.critical, usage.value.digital_signature, usage.value.content_commitment) == (True, True, True)
    assert (usage.value.key_cert_sign, usage.value.crl_sign, usage.value.key_agreement) == (False, False, False)
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)
    assert leaf.public_key().curve.name == "secp256r1"
    leaf.verify_directly_issued_by(x509.load_der_x509_certificate(root.certificate))


def test_leaf_names_dentist_practice_and_account() -> None:
    subject = x509.load_der_x509_certificate(a_leaf(a_root()).certificate).subject
    named = {attribute.oid: attribute.value for attribute in subject}
    assert named == {
        NameOID.COMMON_NAME: "Maja Lindqvist",
        NameOID.ORGANIZATION_NAME: "Northside Dental",
        NameOID.SERIAL_NUMBER: "b2" * 16,
    }


def test_lives_are_twenty_and_ten_years() -> None:
    root = a_root()
    assert validity(root.certificate).not_after == AT.replace(year=2046)
    assert validity(a_leaf(root).certificate).not_after == AT.replace(year=2036)


def test_leaf_never_outlives_its_root() -> None:
    root = a_root()
    leaf = a_leaf(root, AT.replace(year=2040))
    assert validity(leaf.certificate).not_after == validity(root.certificate).not_after


@pytest.mark.parametrize("at", [AT.replace(year=2047), AT - timedelta(days=1)])
def test_root_outside_its_life_issues_nothing(at: datetime) -> None:
    with pytest.raises(SignerUnavailable):
        a_leaf(a_root(), at)


def test_validity_covers_its_ends_only() -> None:
    life = validity(a_leaf(a_root()).certificate)
    assert life.covers(life.not_before)
    assert life.covers(life.not_after)
    assert not life.covers(life.not_before - timedelta(seconds=1))
    assert not life.covers(life.not_after + timedelta(seconds=1))


def test_leap_day_and_other_zones_are_fine() -> None:
    leap = datetime(2028, 2, 29, 23, 30, tzinfo=timezone(timedelta(hours=-6)))
    root = a_root(leap)
    assert validity(root.certificate).not_after == datetime(2048, 3, 1, 5, 30, tzinfo=UTC)
    root = a_root(datetime(2028, 2, 29, tzinfo=UTC))
    assert validity(a_leaf(root, datetime(2028, 2, 29, tzinfo=UTC)).certificate).not_after.day == 28


def test_long_and_foreign_names_are_cut_to_what_a_certificate_holds() -> None:
    root = new_practice_root("Ж" * 200, "c3" * 16, AT)
    leaf = x509.load_der_x509_certificate(a_leaf(root, name="李" * 200).certificate)
    assert leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "李" * 21


def test_root_key_of_another_certificate_issues_nothing() -> None:
    with pytest.raises(SignerUnavailable):
        a_leaf(Identity(a_root().certificate, a_root().private_key))
    with pytest.raises(SignerUnavailable):
        a_leaf(Identity(b"not a certificate", a_root().private_key))
    with pytest.raises(SignerUnavailable):
        validity(b"not a certificate")


def test_key_belongs_to_the_certificate_and_stays_out_of_repr() -> None:
    leaf = a_leaf(a_root())
    key = serialization.load_der_private_key(leaf.private_key, None)
    assert key.public_key() == x509.load_der_x509_certificate(leaf.certificate).public_key()
    assert repr(leaf.private_key) not in repr(leaf)

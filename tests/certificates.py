"""Certificates for a publisher on loopback: a good one, and each kind of bad one.

Belongs here: making them, for the length of a test. Does not belong here: what a client makes of them.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """An authority of our own. `file` is what a client has to trust (REQUESTS_CA_BUNDLE)."""

    folder: Path
    file: Path
    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls, folder: Path) -> Authority:
        """A new authority, its files in a folder."""
        key, name = ec.generate_private_key(ec.SECP256R1()), _name("Authority of a test")
        certificate = (
            _draft(name, name, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        file = folder / "authority.pem"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return cls(folder, file, name, key)

    def server(
        self, address: str = "127.0.0.1", *, is_expired: bool = False, is_self_signed: bool = False
    ) -> ssl.SSLContext:
        """What a server at `address` (an IP address, or a host's name) needs to speak TLS."""
        key, name = ec.generate_private_key(ec.SECP256R1()), _name(address)
        signer, signed_by = (key, name) if is_self_signed else (self.key, self.name)
        ends = dt.datetime.now(dt.UTC) + (-_DAY if is_expired else _DAY)
        certificate = (
            _draft(name, signed_by, key, ends)
            .add_extension(x509.SubjectAlternativeName([_general_name(address)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs=False), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )
        file = self.folder / "server.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)


def _draft(
    name: x509.Name, signed_by: x509.Name, key: ec.EllipticCurvePrivateKey, ends: dt.datetime | None = None
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signed_by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime.now(dt.UTC) - 9 * _DAY)
        .not_valid_after(ends or dt.datetime.now(dt.UTC) + 9 * _DAY)
    )


def _key_usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )

"""TLS to the Central System: what is offered, what is accepted, and what a failure means (whitepaper 2.4, 2.5).

:func:`client_context` makes the context of a charge point, :func:`server_context` that of an embedded Central System.
:func:`explained` turns an error of OpenSSL into a :class:`~ocpp16sm.errors.LinkError`.
"""

import ssl
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn

from ocpp16sm.errors import CertificateError, LinkError, LinkFault
from ocpp16sm.records import Verification

__all__ = ["client_context", "explained", "server_context"]

SUITES = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "AES128-GCM-SHA256",
    "AES256-GCM-SHA384",
)
"""Suites of TLS 1.2, in OpenSSL's words: those of A00.FR.317 and 318, and their like for RSA with forward secrecy. TLS
1.3 has suites of its own, all of them good."""

_LEVEL = "@SECLEVEL=2"
"""112 bits at least: RSA of 2048 and elliptic curves of 224 bits, no SHA-1 signatures (A00.FR.501-503)."""

_VERSION = frozenset(
    {"UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW", "WRONG_SSL_VERSION", "PROTOCOL_VERSION", "INAPPROPRIATE_FALLBACK"}
)
_SUITE = frozenset(
    {
        "COMPRESSION_DISABLED",
        "HANDSHAKE_FAILURE",
        "INSUFFICIENT_SECURITY",
        "NO_CIPHER_MATCH",
        "UNKNOWN_CIPHER_RETURNED",
        "UNSUPPORTED_COMPRESSION_ALGORITHM",
        "WRONG_CIPHER_RETURNED",
    }
)
_OURS = frozenset(
    {
        "ACCESS_DENIED",
        "BAD_CERTIFICATE",
        "CERTIFICATE_EXPIRED",
        "CERTIFICATE_REQUIRED",
        "CERTIFICATE_REVOKED",
        "CERTIFICATE_UNKNOWN",
        "DECRYPT_ERROR",
        "NO_CERTIFICATE",
        "UNKNOWN_CA",
        "UNSUPPORTED_CERTIFICATE",
    }
)
"""Alerts about the certificate that we have shown, or not (RFC 8446, 6.2)."""
_NO_TLS = frozenset({"HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "WRONG_VERSION_NUMBER"})


def client_context(
    roots: Iterable[str], client: tuple[Path, Path] | None, verification: Verification
) -> ssl.SSLContext:
    """The TLS context of a charge point: TLS 1.2 or newer; the certificate of the Central System is verified.

    ``roots``: trusted roots of the Central System, PEM. ``client``: files with the charge point's certificate chain and
    with its unencrypted key, both PEM; None: no mutual TLS.
    The host name must be a DNS name of subjectAltName or, if there is none, the commonName (A00.FR.308, 510, 511). An
    address in the URL must be an IP address of subjectAltName.
    Raises :class:`~ocpp16sm.errors.CertificateError` if no root is trusted or a certificate or key cannot be used.
    """
    context = _context(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = verification.common_name
    context.sslobject_class = _ClientSide
    if verification.common_name and not verification.wildcards:
        context.sslobject_class = _ClientSideOfExactName
        context.sslsocket_class = _SocketOfExactName
    trusted = "\n".join(roots)
    if trusted:
        try:
            context.load_verify_locations(cadata=trusted)
        except ssl.SSLError as error:
            raise CertificateError(f"a root certificate of the Central System cannot be read: {error}") from error
    elif not verification.system_roots:
        raise CertificateError(
            "no Central System can be trusted: none of its root certificates is installed, and those of the operating "
            "system are not used; install one (InstallCertificate), or switch UseSslDefaultVerifyPaths on"
        )
    if verification.system_roots:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if client is not None:
        _load_own(context, "charge point", *client)
    return context


def server_context(certificate: Path, key: Path, client_roots: Path | None = None) -> ssl.SSLContext:
    """The TLS context of a Central System, with its certificate chain and its key, both files in PEM.

    ``client_roots``: a file with the roots that the certificates of charge points must lead to; other clients are
    rejected (profile 3). Raises :class:`~ocpp16sm.errors.CertificateError`.
    """
    context = _context(ssl.PROTOCOL_TLS_SERVER)
    context.sslobject_class = _ServerSide
    _load_own(context, "Central System", certificate, key)
    if client_roots is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(client_roots)
        except OSError as error:
            raise CertificateError(f"the root certificates in {client_roots} cannot be read: {error}") from error
    return context


def _context(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(":".join((*SUITES, _LEVEL)))
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    return context


def _load_own(context: ssl.SSLContext, whose: str, certificate: Path, key: Path) -> None:
    def no_password() -> NoReturn:
        raise CertificateError(f"the key in {key} is encrypted; a key without a password is expected")

    try:
        context.load_cert_chain(certificate, key, password=no_password)
    except OSError as error:
        raise CertificateError(
            f"the certificate of the {whose} in {certificate}, with the key in {key}, cannot be used: {error}"
        ) from error


# -- handshakes -------------------------------------------------------------------------------------------------------


class _ClientSide(ssl.SSLObject):
    def do_handshake(self) -> None:
        try:
            super().do_handshake()
        except ssl.SSLError as error:
            if _meaning(error) == "HANDSHAKE_FAILURE" and self.cipher() is not None:
                # TLS 1.2 has no word of its own for this; and the suite is agreed on by now
                raise _CertificateWantedError(1, "it wants a certificate of the charge point") from error
            raise


class _ClientSideOfExactName(_ClientSide):
    def do_handshake(self) -> None:
        super().do_handshake()
        _check_name(self)


class _SocketOfExactName(ssl.SSLSocket):
    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        _check_name(self)


class _ServerSide(ssl.SSLObject):
    """asyncio drops the alert of a failed handshake; this class sends it before the failure is reported."""

    _failure: ssl.SSLError | None = None

    def do_handshake(self) -> None:
        if self._failure is not None:
            raise self._failure
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError):
            raise
        except ssl.SSLError as error:
            self._failure = error
            raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "an alert is to be sent") from error


class _CertificateWantedError(ssl.SSLError):
    pass


def _check_name(connection: ssl.SSLObject | ssl.SSLSocket) -> None:
    """Refuse a certificate whose matching name has a wildcard, before a password is sent."""
    host = connection.server_hostname or ""
    if _is_address(host):
        return
    shown: Any = connection.getpeercert()
    names = [value for kind, value in shown.get("subjectAltName", ()) if kind == "DNS"] or [
        value for relative in shown.get("subject", ()) for kind, value in relative if kind == "commonName"
    ]
    if host.lower() not in {name.lower() for name in names}:
        raise ssl.SSLCertVerificationError(
            1, f"only a wildcard in it fits {host!r}, and VerifyCsmsAllowWildcards is off ({', '.join(names)})"
        )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


# -- failures ---------------------------------------------------------------------------------------------------------


def explained(error: ssl.SSLError) -> LinkError:
    """The error in plain words, and which side has to act."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = getattr(error, "verify_message", None) or error.strerror or str(error)
        return LinkError(
            f"the certificate of the Central System is refused: {why.rstrip('.')}",
            LinkFault.CENTRAL_SYSTEM_CERTIFICATE,
        )
    meaning = _meaning(error)
    if isinstance(error, _CertificateWantedError) or meaning in _OURS:
        said = meaning.replace("_", " ").lower() or error.strerror
        return LinkError(
            f"the Central System does not accept the charge point's certificate ({said})", LinkFault.UNAUTHORIZED
        )
    if meaning in _VERSION:
        return LinkError(
            f"the Central System offers no TLS version that is accepted here: TLS 1.2 at least ({error})",
            LinkFault.TLS_VERSION,
        )
    if meaning in _SUITE:
        return LinkError(
            f"the Central System offers no cipher suite that is accepted here ({error})", LinkFault.CIPHER_SUITE
        )
    if meaning in _NO_TLS:
        return LinkError(f"the Central System does not speak TLS at this port ({error})")
    return LinkError(f"TLS failed: {error}")


def _meaning(error: ssl.SSLError) -> str:
    """OpenSSL's reason. For an alert, its text without the TLS version that introduced it."""
    reason: str = getattr(error, "reason", None) or ""
    return reason.partition("ALERT_")[2] or reason

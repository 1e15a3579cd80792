"""Certificates, keys and signatures, with ``cryptography``; imported only when needed."""

from ocpp16sm.pki.file_certificates import FileCertificates, V2GFiles

__all__ = ["FileCertificates", "V2GFiles"]

"""Certificates, keys and signatures, with ``cryptography``; nothing here is imported before it is needed."""

from ocpp16sm.pki.file_certificates import FileCertificates

__all__ = ["FileCertificates"]

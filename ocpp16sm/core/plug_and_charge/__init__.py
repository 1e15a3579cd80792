"""Plug & Charge (ISO 15118): contracts, V2G certificates, OCSP."""

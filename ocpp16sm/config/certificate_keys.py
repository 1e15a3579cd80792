"""The configuration keys of certificates that are installed over OCPP (whitepaper 5 and M05)."""

from ocpp16sm.config.key import Access, Boolean, Integer, Key

ADDITIONAL_ROOT_CERTIFICATE_CHECK = Key(
    "AdditionalRootCertificateCheck",
    Boolean(),
    False,
    "Only one root certificate of the Central System is trusted: a new one must be signed by it, and replaces it.",
    Access.READ,
    source="whitepaper M05.FR.08",
    required=False,
)
CERTIFICATE_STORE_MAX_LENGTH = Key(
    "CertificateStoreMaxLength",
    Integer(1, 10_000),
    100,
    "How many certificates may be installed.",
    Access.READ,
    unit="certificates",
    source="whitepaper M05.FR.03",
    required=False,
)

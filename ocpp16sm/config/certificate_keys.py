"""Configuration keys about the charge point's own certificate (A02, A03) and installed root certificates (M05)."""

from ocpp16sm.config.key import Access, Boolean, Integer, Key, Text

ADDITIONAL_ROOT_CERTIFICATE_CHECK = Key(
    "AdditionalRootCertificateCheck",
    Boolean(),
    False,
    "Only one root certificate of the Central System is trusted. A new one must be signed by it and replaces it.",
    Access.READ,
    source="whitepaper M05.FR.08",
    required=False,
)
CERTIFICATE_STORE_MAX_LENGTH = Key(
    "CertificateStoreMaxLength",
    Integer(1, 10_000),
    100,
    "Maximum number of installed certificates.",
    Access.READ,
    unit="certificates",
    source="whitepaper M05.FR.03",
    required=False,
)
CPO_NAME = Key(
    "CpoName",
    Text(64),
    "",
    "Organization in the charge point's certificate. Empty: no certificate is requested.",
    source="whitepaper 7.5",
    required=False,
)
CERTIFICATE_SIGNED_MAX_CHAIN_SIZE = Key(
    "CertificateSignedMaxChainSize",
    Integer(0, 10_000),
    10_000,
    "Maximum length of the chain in CertificateSigned.",
    Access.READ,
    unit="characters",
    source="whitepaper 7.2",
    required=False,
)
CERT_SIGNING_WAIT_MINIMUM = Key(
    "CertSigningWaitMinimum",
    Integer(),
    30,
    "First wait for a certificate that the Central System has accepted to sign; doubled at each further request.",
    unit="s",
    source="libocpp",
    required=False,
)
CERT_SIGNING_REPEAT_TIMES = Key(
    "CertSigningRepeatTimes",
    Integer(),
    2,
    "Number of further requests if a certificate does not arrive.",
    source="libocpp",
    required=False,
)

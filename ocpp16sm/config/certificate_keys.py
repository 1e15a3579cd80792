"""The configuration keys of certificates: the charge point's own (A02, A03), and roots that are installed (M05)."""

from ocpp16sm.config.key import Access, Boolean, Integer, Key, Text

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
CPO_NAME = Key(
    "CpoName",
    Text(64),
    "",
    "The organisation in the charge point's certificate; without one no certificate is asked for.",
    source="whitepaper 7.5",
    required=False,
)
CERTIFICATE_SIGNED_MAX_CHAIN_SIZE = Key(
    "CertificateSignedMaxChainSize",
    Integer(0, 10_000),
    10_000,
    "How long the chain of CertificateSigned may be.",
    Access.READ,
    unit="characters",
    source="whitepaper 7.2",
    required=False,
)
CERT_SIGNING_WAIT_MINIMUM = Key(
    "CertSigningWaitMinimum",
    Integer(),
    30,
    "How long a certificate that the Central System has promised is waited for, the first time; then twice as long.",
    unit="s",
    source="libocpp",
    required=False,
)
CERT_SIGNING_REPEAT_TIMES = Key(
    "CertSigningRepeatTimes",
    Integer(),
    2,
    "How often a certificate that does not come is asked for again.",
    source="libocpp",
    required=False,
)

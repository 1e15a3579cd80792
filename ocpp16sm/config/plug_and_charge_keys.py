"""The configuration keys of Plug & Charge (ISO 15118 over OCPP 1.6, and libocpp's names for what that leaves open)."""

from ocpp16sm.config.key import Boolean, CommaList, Integer, Key, Text
from ocpp16sm.messages.plug_and_charge import MANAGEMENT, PLUG_AND_CHARGE

SOURCE = "Plug & Charge"

CENTRAL_CONTRACT_VALIDATION_ALLOWED = Key(
    "CentralContractValidationAllowed",
    Boolean(),
    False,
    "A contract whose root is not installed here, or that says not who knows whether it was revoked, is sent to the "
    "Central System whole, to be checked there.",
    source=SOURCE,
    required=False,
)


def _evse_id(text: str) -> str:
    if not 7 <= len(text) <= 37:
        raise ValueError(f"{text!r} has {len(text)} characters, not 7 to 37")
    return text


CONNECTOR_EVSE_IDS = Key(
    "ConnectorEvseIds",
    CommaList[str](_evse_id, str, "a list of EVSE ids of 7 to 37 characters"),
    (),
    "The EVSE id of each connector, in their order, as cars are told it.",
    source="libocpp",
    required=False,
)
CONTRACT_VALIDATION_OFFLINE = Key(
    "ContractValidationOffline",
    Boolean(),
    True,
    "Without a connection contracts are checked here; otherwise they are refused then.",
    source=SOURCE,
)
ISO15118_CERTIFICATE_MANAGEMENT_ENABLED = Key(
    MANAGEMENT,
    Boolean(),
    False,
    "The Central System manages the certificates for ISO 15118, and is asked for new ones and whether any was revoked.",
    source=SOURCE,
    required=False,
)
ISO15118_PNC_ENABLED = Key(
    PLUG_AND_CHARGE,
    Boolean(),
    False,
    "Cars may charge with their contract certificate.",
    source=SOURCE,
)
OCSP_REQUEST_INTERVAL = Key(
    "OcspRequestInterval",
    Integer(86_400),
    604_800,
    "How often the Central System is asked whether a certificate that cars are shown was revoked.",
    unit="s",
    source="libocpp",
    required=False,
)
SECC_LEAF_SUBJECT_COMMON_NAME = Key(
    "SeccLeafSubjectCommonName",
    Text(64, least=7),
    "",
    "The common name in the certificate that cars are shown. Empty: the serial number.",
    source="libocpp",
    required=False,
)
SECC_LEAF_SUBJECT_COUNTRY = Key(
    "SeccLeafSubjectCountry",
    Text(2, least=2),
    "",
    "The country in it, two letters (ISO 3166). Empty: none.",
    source="libocpp",
    required=False,
)
SECC_LEAF_SUBJECT_ORGANIZATION = Key(
    "SeccLeafSubjectOrganization",
    Text(64),
    "",
    "The organisation in it. Empty: CpoName; without both no certificate is asked for.",
    source="libocpp",
    required=False,
)

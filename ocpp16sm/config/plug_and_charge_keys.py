"""Configuration keys of Plug & Charge (ISO 15118 over OCPP 1.6), named as in libocpp where that is silent."""

from attrs import frozen

from ocpp16sm.config.key import Boolean, Integer, Key, Text
from ocpp16sm.messages.plug_and_charge import MANAGEMENT, PLUG_AND_CHARGE

SOURCE = "Plug & Charge"
_SHORTEST, _LONGEST = 7, 37

CENTRAL_CONTRACT_VALIDATION_ALLOWED = Key(
    "CentralContractValidationAllowed",
    Boolean(),
    False,
    "A contract certificate whose root is not installed, or that names no OCSP responder, is sent to the Central "
    "System for validation.",
    source=SOURCE,
    required=False,
)


@frozen
class EvseIds:
    """A comma-separated list of EVSE ids."""

    name: str = "string"
    allowed: str = "comma-separated EVSE ids of 7 to 37 characters, at most 500 characters in all"

    def read(self, text: str) -> tuple[str, ...]:
        ids = tuple(each.strip() for each in text.split(",")) if text.strip() else ()
        for each in ids:
            if not _SHORTEST <= len(each) <= _LONGEST:
                raise ValueError(f"{each!r} has {len(each)} characters, not {_SHORTEST} to {_LONGEST}")
        return ids

    def show(self, value: tuple[str, ...]) -> str:
        return ",".join(value)


CONNECTOR_EVSE_IDS = Key(
    "ConnectorEvseIds",
    EvseIds(),
    (),
    "EVSE id of each connector, in order, as sent to EVs.",
    source="libocpp",
    required=False,
)
CONTRACT_VALIDATION_OFFLINE = Key(
    "ContractValidationOffline",
    Boolean(),
    True,
    "While offline, contract certificates are validated locally; while false, they are refused.",
    source=SOURCE,
)
ISO15118_CERTIFICATE_MANAGEMENT_ENABLED = Key(
    MANAGEMENT,
    Boolean(),
    False,
    "The Central System manages the ISO 15118 certificates and is asked for new ones and for their revocation.",
    source=SOURCE,
    required=False,
)
ISO15118_PNC_ENABLED = Key(
    PLUG_AND_CHARGE,
    Boolean(),
    False,
    "EVs may charge with their contract certificate.",
    source=SOURCE,
)
OCSP_REQUEST_INTERVAL = Key(
    "OcspRequestInterval",
    Integer(86_400),
    604_800,
    "How often the Central System is asked whether a certificate presented to EVs was revoked.",
    unit="s",
    source="libocpp",
    required=False,
)
SECC_LEAF_SUBJECT_COMMON_NAME = Key(
    "SeccLeafSubjectCommonName",
    Text(64, least=7),
    "",
    "Common name in the certificate presented to EVs. Empty: the serial number.",
    source="libocpp",
    required=False,
)
SECC_LEAF_SUBJECT_COUNTRY = Key(
    "SeccLeafSubjectCountry",
    Text(2, least=2),
    "",
    "Country in that certificate, two letters (ISO 3166). Empty: none.",
    source="libocpp",
    required=False,
)
SECC_LEAF_SUBJECT_ORGANIZATION = Key(
    "SeccLeafSubjectOrganization",
    Text(64),
    "",
    "Organization in that certificate. Empty: CpoName; without either, no certificate is requested.",
    source="libocpp",
    required=False,
)

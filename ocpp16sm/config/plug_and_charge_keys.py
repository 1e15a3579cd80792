"""The configuration keys of Plug & Charge (ISO 15118 over OCPP 1.6, and libocpp's names for what that leaves open)."""

from attrs import frozen

from ocpp16sm.config.key import Boolean, Integer, Key, Text
from ocpp16sm.messages.plug_and_charge import MANAGEMENT, PLUG_AND_CHARGE

SOURCE = "Plug & Charge"
_SHORTEST, _LONGEST = 7, 37

CENTRAL_CONTRACT_VALIDATION_ALLOWED = Key(
    "CentralContractValidationAllowed",
    Boolean(),
    False,
    "A contract whose root is not installed here, or that says not who knows whether it was revoked, is sent to the "
    "Central System whole, to be checked there.",
    source=SOURCE,
    required=False,
)


@frozen
class EvseIds:
    """EVSE ids, with commas between them."""

    name: str = "string"
    allowed: str = "EVSE ids of 7 to 37 characters with commas between them, at most 500 characters"

    def read(self, text: str) -> tuple[str, ...]:
        """The ids."""
        ids = tuple(each.strip() for each in text.split(",")) if text.strip() else ()
        for each in ids:
            if not _SHORTEST <= len(each) <= _LONGEST:
                raise ValueError(f"{each!r} has {len(each)} characters, not {_SHORTEST} to {_LONGEST}")
        return ids

    def show(self, value: tuple[str, ...]) -> str:
        """As they are read."""
        return ",".join(value)


CONNECTOR_EVSE_IDS = Key(
    "ConnectorEvseIds",
    EvseIds(),
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

"""The configuration key of the profile Reservation (9.3)."""

from ocpp16sm.config.key import Access, Boolean, Key

RESERVE_CONNECTOR_ZERO_SUPPORTED = Key(
    "ReserveConnectorZeroSupported",
    Boolean(),
    True,
    "ReserveNow may leave open which connector (connectorId 0): one is then kept free, whichever it is. While false "
    "such a request is Rejected.",
    Access.READ,
    source="9.3.1",
    required=False,
)

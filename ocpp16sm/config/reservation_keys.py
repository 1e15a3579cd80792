"""The configuration key of the profile Reservation (9.3)."""

from ocpp16sm.config.key import Access, Boolean, Key

RESERVE_CONNECTOR_ZERO_SUPPORTED = Key(
    "ReserveConnectorZeroSupported",
    Boolean(),
    True,
    "ReserveNow may omit the connector (connectorId 0): any one connector is then kept free. While false, such a "
    "request is Rejected.",
    Access.READ,
    source="9.3.1",
    required=False,
)

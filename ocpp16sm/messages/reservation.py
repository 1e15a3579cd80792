"""Messages of the Reservation profile (OCPP 1.6, 3.11, 5, 6)."""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import IdToken, Integer


class ReservationStatus(StrEnum):
    """Status in the response to ReserveNow (7.40)."""

    ACCEPTED = "Accepted"
    """The connector is reserved."""
    FAULTED = "Faulted"
    """The connector (or every connector, if none was specified) is Faulted."""
    OCCUPIED = "Occupied"
    """The connector (or every connector) is in use."""
    REJECTED = "Rejected"
    """The Charge Point does not accept reservations."""
    UNAVAILABLE = "Unavailable"
    """The connector (or every connector) is out of service."""


class CancelReservationStatus(StrEnum):
    """Status in the response to CancelReservation (7.5)."""

    ACCEPTED = "Accepted"
    """The reservation was cancelled."""
    REJECTED = "Rejected"
    """There is no such reservation."""


@frozen
class ReserveNowRequest:
    """Reserve a connector for an idTag. Sent by the Central System (5.13, 6.37)."""

    connector_id: Integer
    """The connector; 0 means any one connector."""
    expiry_date: Timestamp
    """When the reservation expires."""
    id_tag: IdToken
    """The idTag that the connector is reserved for, at most 20 characters."""
    reservation_id: Integer
    """Id of the reservation; an existing reservation with this id is replaced."""
    parent_id_tag: IdToken | None = None
    """Group of the idTag, at most 20 characters; all idTags of the group may use the reservation."""


@frozen
class ReserveNowResponse:
    """Response to ReserveNow (6.38)."""

    status: ReservationStatus
    """Whether the connector is reserved and, if not, why."""


@frozen
class CancelReservationRequest:
    """Cancel a reservation. Sent by the Central System (5.1, 6.5)."""

    reservation_id: Integer
    """Id of the reservation."""


@frozen
class CancelReservationResponse:
    """Response to CancelReservation (6.6)."""

    status: CancelReservationStatus
    """Whether the reservation was cancelled."""

"""Messages of the Reservation profile (OCPP 1.6, 3.11, 5, 6)."""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import IdToken, Integer


class ReservationStatus(StrEnum):
    """Answer to ReserveNow (7.40)."""

    ACCEPTED = "Accepted"
    """The connector is reserved."""
    FAULTED = "Faulted"
    """The connector, or every connector, is faulted."""
    OCCUPIED = "Occupied"
    """The connector, or every connector, is in use."""
    REJECTED = "Rejected"
    """The Charge Point takes no reservations."""
    UNAVAILABLE = "Unavailable"
    """The connector, or every connector, is out of service."""


class CancelReservationStatus(StrEnum):
    """Answer to CancelReservation (7.5)."""

    ACCEPTED = "Accepted"
    """The reservation is gone."""
    REJECTED = "Rejected"
    """There is no such reservation."""


@frozen
class ReserveNowRequest:
    """Reserve a connector for an idTag (5.13, 6.37)."""

    connector_id: Integer
    """The connector; 0: whichever is free."""
    expiry_date: Timestamp
    """When the reservation ends."""
    id_tag: IdToken
    """For whom, at most 20 characters."""
    reservation_id: Integer
    """Identifies the reservation; one that is there already is replaced."""
    parent_id_tag: IdToken | None = None
    """The group of the idTag, at most 20 characters; its members may use the reservation."""


@frozen
class ReserveNowResponse:
    """Say whether the connector is reserved (6.38)."""

    status: ReservationStatus
    """Whether it is, and why not."""


@frozen
class CancelReservationRequest:
    """Cancel a reservation (5.1, 6.5)."""

    reservation_id: Integer
    """The reservation."""


@frozen
class CancelReservationResponse:
    """Say whether the reservation was cancelled (6.6)."""

    status: CancelReservationStatus
    """Whether it was."""

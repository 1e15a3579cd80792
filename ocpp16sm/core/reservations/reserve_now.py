"""ReserveNow and CancelReservation: which requests are accepted, and the status of the others (5.1, 5.13, 7.40).

Where the specification leaves a choice:

* A request with the reservationId and connector of an existing reservation renews it, even if its holder has already
  plugged in. For another connector, the old reservation ends first, even if the new one cannot be accepted.
* An impossible request (unknown connector, expiryDate in the past) is Rejected and changes nothing.
* 5.13 says to cache the IdTagInfo of ReserveNow.conf, but that message has none. The idTag is validated when it is
  presented.
* A free connector that the Central System has just taken out of service already counts as Unavailable.
"""

from ocpp16sm.codec import Call
from ocpp16sm.config import reservation_keys
from ocpp16sm.core.connectors.connectors import Connector, Connectors
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.reservations.reservations import OUT, Reservations
from ocpp16sm.messages import (
    CancelReservationRequest,
    CancelReservationResponse,
    CancelReservationStatus,
    ChargePointStatus,
    FeatureProfile,
    ReservationStatus,
    ReserveNowRequest,
    ReserveNowResponse,
)
from ocpp16sm.records import Reservation


class ReserveNow:
    """Answers ReserveNow and CancelReservation."""

    def __init__(self, context: Context, all_connectors: Connectors, reservations: Reservations) -> None:
        self._context = context
        self._all_connectors = all_connectors
        self._reservations = reservations

    def asked(self, request: ReserveNowRequest, _call: Call) -> ReserveNowResponse:
        """Answer ReserveNow.req (5.13)."""
        if not self._context.configuration.supports(FeatureProfile.RESERVATION):
            return ReserveNowResponse(status=ReservationStatus.REJECTED)  # 7.40: not configured for reservations
        wanted = Reservation(
            reservation_id=request.reservation_id,
            connector_id=request.connector_id,
            id_tag=request.id_tag,
            expiry_date=request.expiry_date,
            parent_id_tag=request.parent_id_tag,
        )
        self._reservations.end_the_expired()
        return ReserveNowResponse(status=self._reserve(wanted))

    def _reserve(self, wanted: Reservation) -> ReservationStatus:
        if not 0 <= wanted.connector_id < len(self._all_connectors.all):
            return ReservationStatus.REJECTED
        old = self._reservations.find(wanted.reservation_id)
        renewed = old is not None and old.record.connector_id == wanted.connector_id
        if self._reservations.out(wanted.connector_id) is ChargePointStatus.FAULTED:
            return ReservationStatus.FAULTED
        if self._all_connectors.all[wanted.connector_id].status is ChargePointStatus.PREPARING and not renewed:
            return ReservationStatus.OCCUPIED
        anywhere = self._context.configuration[reservation_keys.RESERVE_CONNECTOR_ZERO_SUPPORTED]
        if (wanted.connector_id == 0 and not anywhere) or wanted.expiry_date <= self._context.now.utc:
            return ReservationStatus.REJECTED
        if old is not None:
            old.end("replaced")
        obstacle = None if renewed else self._obstacle(wanted.connector_id)
        if obstacle is not None:
            return obstacle
        self._reservations.begin(wanted, old.presented_at if old is not None and renewed else None)
        return ReservationStatus.ACCEPTED

    def _obstacle(self, connector_id: int) -> ReservationStatus | None:
        """The status that refuses a reservation, or None if it can be accepted."""
        out = self._reservations.out(connector_id)
        if out is not None:
            return ReservationStatus(out)
        vacant = [connector.id for connector in self._reservations.free() if connector.session_id is None]
        room = len(vacant) > self._reservations.waiting_anywhere
        if room and connector_id in (0, *vacant):
            return None
        if connector_id == 0:
            return self._why_there_is_no_room()
        going = self._is_going(self._all_connectors.at(connector_id))
        return ReservationStatus.UNAVAILABLE if going else ReservationStatus.OCCUPIED

    def _why_there_is_no_room(self) -> ReservationStatus:
        """The status that all connectors share, or Occupied if any of them may become free (7.40)."""
        connectors = self._all_connectors.connectors
        if any(c.status not in OUT and not self._is_going(c) for c in connectors):
            return ReservationStatus.OCCUPIED
        faulted = all(connector.status is ChargePointStatus.FAULTED for connector in connectors)
        return ReservationStatus.FAULTED if faulted else ReservationStatus.UNAVAILABLE

    def _is_going(self, connector: Connector) -> bool:
        """Whether a connector that is neither in use nor reserved is about to go out of service."""
        return connector.status is ChargePointStatus.AVAILABLE and self._reservations.is_leaving(connector.id)

    def cancel(self, request: CancelReservationRequest, _call: Call) -> CancelReservationResponse:
        """Answer CancelReservation.req (5.1)."""
        self._reservations.end_the_expired()
        held = self._reservations.find(request.reservation_id)
        if held is None:
            return CancelReservationResponse(status=CancelReservationStatus.REJECTED)
        held.end("cancelled")
        return CancelReservationResponse(status=CancelReservationStatus.ACCEPTED)

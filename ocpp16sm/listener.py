"""What happened, for the application: events as values, and a listener with a method for each.

Subclass :class:`Listener` and override what you want to hear. Methods may be ``async``; they may call any handler of
the charge point. A listener that raises is logged and changes nothing.
"""

from ocpp16sm.base.method_call import Maybe, MethodCall
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import ChargePointStatus, IdTagInfo, RegistrationStatus, ResetType
from ocpp16sm.prices import PriceText, SessionCost, UserPrice
from ocpp16sm.records import Reservation, ReservationEnd, SecurityEvent


class Listener:
    """Hears everything and does nothing."""

    def connection_changed(self, connected: bool, reason: str) -> Maybe[None]:
        """The connection to the Central System was opened or lost."""

    def registration_answered(
        self, status: RegistrationStatus, current_time: Timestamp, interval_s: int
    ) -> Maybe[None]:
        """BootNotification was answered."""

    def status_changed(self, connector: int, status: ChargePointStatus) -> Maybe[None]:
        """The status of a connector (0: the charge point) is another one, reported or not."""

    def chart_moved(self, chart: str, whose: str, before: str, after: str) -> Maybe[None]:
        """A chart's configuration changed (only with ``Settings.trace_charts``)."""

    def transaction_started(self, connector: int, session_id: str) -> Maybe[None]:
        """A transaction's StartTransaction has been queued."""

    def transaction_updated(self, connector: int, session_id: str, transaction_id: int, info: IdTagInfo) -> Maybe[None]:
        """The Central System has answered StartTransaction."""

    def transaction_stopped(self, connector: int, session_id: str, transaction_id: int | None) -> Maybe[None]:
        """A transaction's StopTransaction has been queued; its id may not be known yet."""

    def reservation_started(self, reservation: Reservation) -> Maybe[None]:
        """The Central System has reserved a connector, or (0) any; see :meth:`ChargePoint.is_reserved_for_other`."""

    def reservation_ended(self, reservation: Reservation, how: ReservationEnd) -> Maybe[None]:
        """A reservation of the Central System is over."""

    def limits_changed(self, connectors: tuple[int, ...]) -> Maybe[None]:
        """The limits at these connectors may be others than before: see ``ChargePoint.composite_schedule``.

        0 is the charge point as a whole, and always among them. Told after a start with charging profiles, when one
        comes, is cleared or is over, when a transaction begins or ends that one hangs on, and when a connection or a
        key makes a difference. Not told where a period ends: that is in the schedule.
        """

    def price_told(self, price: UserPrice) -> Maybe[None]:
        """What somebody will pay, or pays, is to be shown (California pricing)."""

    def default_price_told(self, texts: tuple[PriceText, ...]) -> Maybe[None]:
        """What is to be shown to whoever has no price of their own: at the start, with and without a connection."""

    def cost_told(self, cost: SessionCost) -> Maybe[None]:
        """What a session costs is to be shown."""

    def configuration_changed(self, key: str, value: str) -> Maybe[None]:
        """A configuration key has a new value."""

    def security_event_occurred(self, event: SecurityEvent) -> Maybe[None]:
        """The charge point itself noticed something that matters to security."""

    def request_abandoned(self, action: str, reason: str) -> Maybe[None]:
        """The Central System kept failing to process a request that was to be delivered; it is given up."""

    def reset_failed(self, type: ResetType, reason: str) -> Maybe[None]:
        """The station accepted a reset and failed to perform it, also when tried again ResetRetries times."""

    def store_damaged(self, table: str, reason: str) -> Maybe[None]:
        """A row of the store could not be used as it was. It has been set aside; see docs/store.md."""

    def charge_point_failed(self, reason: str) -> Maybe[None]:
        """The charge point has stopped by itself, because its state could not be kept; the last event of all.

        Nothing more is sent, and every handler raises :class:`~ocpp16sm.errors.NotStartedError`. What has been vouched
        for is on disk. Once the cause is gone, ``start()`` goes on from there; see docs/store.md.
        """


class Event(MethodCall, frozen=True):
    """A call of a method of :class:`Listener`, as a value. The fields are the arguments."""

    asks = Listener


class ConnectionChanged(Event, frozen=True):
    """:meth:`Listener.connection_changed`."""

    connected: bool
    reason: str = ""


class RegistrationAnswered(Event, frozen=True):
    """:meth:`Listener.registration_answered`."""

    status: RegistrationStatus
    current_time: Timestamp
    interval_s: int


class StatusChanged(Event, frozen=True):
    """:meth:`Listener.status_changed`."""

    connector: int
    status: ChargePointStatus


class ChartMoved(Event, frozen=True):
    """:meth:`Listener.chart_moved`."""

    chart: str
    whose: str
    before: str
    after: str


class TransactionBegan(Event, frozen=True):
    """:meth:`Listener.transaction_started`."""

    method = "transaction_started"
    connector: int
    session_id: str


class TransactionUpdated(Event, frozen=True):
    """:meth:`Listener.transaction_updated`."""

    connector: int
    session_id: str
    transaction_id: int
    info: IdTagInfo


class TransactionEnded(Event, frozen=True):
    """:meth:`Listener.transaction_stopped`."""

    method = "transaction_stopped"
    connector: int
    session_id: str
    transaction_id: int | None


class ReservationBegan(Event, frozen=True):
    """:meth:`Listener.reservation_started`."""

    method = "reservation_started"
    reservation: Reservation


class ReservationOver(Event, frozen=True):
    """:meth:`Listener.reservation_ended`."""

    method = "reservation_ended"
    reservation: Reservation
    how: ReservationEnd


class LimitsChanged(Event, frozen=True):
    """:meth:`Listener.limits_changed`."""

    connectors: tuple[int, ...]


class PriceTold(Event, frozen=True):
    """:meth:`Listener.price_told`."""

    price: UserPrice


class DefaultPriceTold(Event, frozen=True):
    """:meth:`Listener.default_price_told`."""

    texts: tuple[PriceText, ...]


class CostTold(Event, frozen=True):
    """:meth:`Listener.cost_told`."""

    cost: SessionCost


class ConfigurationChanged(Event, frozen=True):
    """:meth:`Listener.configuration_changed`."""

    key: str
    value: str


class SecurityEventOccurred(Event, frozen=True):
    """:meth:`Listener.security_event_occurred`."""

    event: SecurityEvent


class RequestAbandoned(Event, frozen=True):
    """:meth:`Listener.request_abandoned`."""

    action: str
    reason: str


class ResetFailed(Event, frozen=True):
    """:meth:`Listener.reset_failed`."""

    method = "reset_failed"
    type: ResetType
    reason: str


class StoreDamaged(Event, frozen=True):
    """:meth:`Listener.store_damaged`."""

    table: str
    reason: str


class ChargePointFailed(Event, frozen=True):
    """:meth:`Listener.charge_point_failed`."""

    reason: str

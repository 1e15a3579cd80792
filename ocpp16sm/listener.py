"""Events that a charge point reports to the application: :class:`Listener`, and each event as a value.

Subclass :class:`Listener` and override the methods of the events you need. Methods may be ``async``, and may call any
handler of the charge point. If a listener raises, the exception is logged and the charge point carries on.
"""

from ocpp16sm.base.method_call import Maybe, MethodCall
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import ChargePointStatus, IdTagInfo, RegistrationStatus, ResetType
from ocpp16sm.prices import PriceText, SessionCost, UserPrice
from ocpp16sm.records import Reservation, ReservationEnd, SecurityEvent


class Listener:
    """Base class of listeners: one method per event; each does nothing unless overridden. Connectors are 0..N."""

    def connection_changed(self, connected: bool, reason: str) -> Maybe[None]:
        """The connection to the Central System was opened or lost; ``reason`` says why it was lost."""

    def registration_answered(
        self, status: RegistrationStatus, current_time: Timestamp, interval_s: int
    ) -> Maybe[None]:
        """BootNotification was answered; ``interval_s`` is the interval of the answer in seconds (4.2)."""

    def status_changed(self, connector: int, status: ChargePointStatus) -> Maybe[None]:
        """The status of a connector (0: the charge point) changed, whether or not it is reported (4.9)."""

    def chart_moved(self, chart: str, whose: str, before: str, after: str) -> Maybe[None]:
        """The active states of a chart changed (only with ``Settings.trace_charts``)."""

    def transaction_started(self, connector: int, session_id: str) -> Maybe[None]:
        """A transaction's StartTransaction has been queued."""

    def transaction_updated(self, connector: int, session_id: str, transaction_id: int, info: IdTagInfo) -> Maybe[None]:
        """The Central System answered StartTransaction with a transactionId and IdTagInfo."""

    def transaction_stopped(self, connector: int, session_id: str, transaction_id: int | None) -> Maybe[None]:
        """A transaction's StopTransaction has been queued; ``transaction_id`` is None if not known yet."""

    def reservation_started(self, reservation: Reservation) -> Maybe[None]:
        """The Central System reserved a connector (0: any); see :meth:`ChargePoint.is_reserved_for_other`."""

    def reservation_ended(self, reservation: Reservation, how: ReservationEnd) -> Maybe[None]:
        """A reservation ended; ``how`` says in what way."""

    def limits_changed(self, connectors: tuple[int, ...]) -> Maybe[None]:
        """The charging limits at these connectors may have changed: see ``ChargePoint.composite_schedule``.

        Connector 0, the charge point as a whole, is always included. Called after a start with charging profiles; when
        a profile is set, cleared or expires; when a transaction that a profile applies to starts or stops; and when a
        connection or configuration key affects the limits. Not called when a period ends: the schedule shows that.
        """

    def price_told(self, price: UserPrice) -> Maybe[None]:
        """Show a user the price they will pay or are paying (California pricing)."""

    def default_price_told(self, texts: tuple[PriceText, ...]) -> Maybe[None]:
        """Show this price to users without a price of their own; called whenever it may have changed."""

    def cost_told(self, cost: SessionCost) -> Maybe[None]:
        """Show the cost of a session (California pricing)."""

    def configuration_changed(self, key: str, value: str) -> Maybe[None]:
        """A configuration key has a new value."""

    def security_event_occurred(self, event: SecurityEvent) -> Maybe[None]:
        """The charge point detected a security event (whitepaper A04)."""

    def request_abandoned(self, action: str, reason: str) -> Maybe[None]:
        """A queued request was given up, because the Central System repeatedly failed to process it (3.7)."""

    def reset_failed(self, type: ResetType, reason: str) -> Maybe[None]:
        """The station accepted a reset and failed to perform it, also when tried again ResetRetries times."""

    def store_damaged(self, table: str, reason: str) -> Maybe[None]:
        """A row of the store was unusable and has been set aside; see docs/store.md."""

    def charge_point_failed(self, reason: str) -> Maybe[None]:
        """The charge point stopped because it could not store its state. This is the last event.

        Nothing more is sent, and every handler raises :class:`~ocpp16sm.errors.NotStartedError`. Everything that was
        confirmed is on disk. Once the cause is gone, ``start()`` resumes from there; see docs/store.md.
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

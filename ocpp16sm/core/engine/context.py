"""What all features of the core share: the time, the queue, the timers and the effects of the step."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from ocpp16sm import codec
from ocpp16sm.base.instant import Instant
from ocpp16sm.base.values import Value
from ocpp16sm.certificates import CertificateCall, Inventory
from ocpp16sm.config import own_keys
from ocpp16sm.core.engine.configuration_values import Configuration
from ocpp16sm.core.engine.effects import (
    AskCertificates,
    AskHardware,
    DropRequest,
    Effect,
    Persist,
    PutRequest,
    RecordSecurityEvent,
    StoreOperation,
    Tell,
)
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.outbox import Outbox
from ocpp16sm.core.engine.security_events import WINDOW_S, Flood, is_told
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.timers import TimerKey, Timers
from ocpp16sm.generated import hooks
from ocpp16sm.generated.link import LinkMachine
from ocpp16sm.generated.registration import RegistrationMachine
from ocpp16sm.hardware import HardwareCall
from ocpp16sm.listener import Event, SecurityEventOccurred
from ocpp16sm.messages import action_of
from ocpp16sm.records import Draft, Lane, QueuedRequest, SecurityEvent

STATION_TIMEOUT_S = 120.0
"""How long a request of the Central System waits for the station's hardware or a vendor handler, s."""
_FLOOD = "flood of security events"


class Waiting(Value, frozen=True, gc=True):
    """What to do when the hardware, the certificates or a vendor handler has answered."""

    purpose: str
    call: Any = None
    """The CALL of the Central System that waits for the answer; None: none does."""
    data: Any = None


class Context(Component):
    """The shared state of a charge point, and the operations by which features change it."""

    __slots__ = (
        "_count",
        "_flood",
        "_operations",
        "_waiting",
        "answer_later",
        "configuration",
        "deadlines",
        "effects",
        "id_prefix",
        "inventory",
        "link",
        "now",
        "outbox",
        "recurrences",
        "registration",
        "seq",
        "thinned",
        "timers",
    )
    STATE = ("_count", "_waiting", "inventory", "seq")
    IN_PLACE = ("_waiting",)

    def __init__(self, journal: Journal, configuration: Configuration, id_prefix: str) -> None:
        super().__init__(journal)
        self.configuration = configuration
        self.outbox = Outbox(journal)
        self.timers = Timers(journal)
        self.id_prefix = id_prefix
        self.now: Instant
        self.effects: list[Effect] = []
        self._operations: list[StoreOperation] = []
        self._count = 0
        self._waiting: dict[int, Waiting] = {}
        self.seq = 1
        self.link: LinkMachine
        """The chart of the connection; set by its feature."""
        self.registration: RegistrationMachine
        """The chart of the registration; set by its feature."""
        self.inventory = Inventory()
        """The certificates that are present."""
        self.deadlines: dict[str, Callable[[TimerKey], None]] = {}
        """purpose -> function called when a deadline of this purpose has come."""
        self.recurrences: dict[str, Callable[[TimerKey], float]] = {}
        """purpose of recurring deadlines -> function returning in how many seconds the next is due after a failure."""
        self.thinned = Signal[[QueuedRequest]]()
        """A request was dropped because the queue is too long."""
        self.answer_later: dict[str, Callable[[Waiting, Any, str | None], None]] = {}
        """purpose -> function called with an answer: (what waits for it, answer, failure)."""
        self._flood = Flood(journal)
        self._flood.over.connect(lambda name, seconds: self.arm(_FLOOD, seconds, name))
        self.deadlines[_FLOOD] = lambda key: self._tell_what_was_left_out(str(key.owner))

    # -- the connection ---------------------------------------------------------------------------------------------

    @property
    def online(self) -> bool:
        """Whether there is a connection."""
        return self.link.link == "Online"

    @property
    def accepted(self) -> bool:
        """Whether the Central System has accepted this charge point."""
        return self.registration.registration == "Accepted"

    @property
    def pending(self) -> bool:
        """Whether it has answered Pending: it may send requests, and gets the messages that it triggers."""
        return self.registration.registration == "Pending"

    @property
    def rejected(self) -> bool:
        """Whether it has answered Rejected: nothing is sent, and nothing answered."""
        return self.registration.registration == "Rejected"

    # -- effects ----------------------------------------------------------------------------------------------------

    def do(self, effect: Effect) -> None:
        """Add an effect to the step."""
        self.effects.append(effect)

    def tell(self, event: Event) -> None:
        """Tell the application of an event."""
        self.effects.append(Tell(event))

    def persist(self, operation: StoreOperation) -> None:
        """Have something kept in the store, before any other effect of the step is performed."""
        self._operations.append(operation)

    def take_effects(self, first: Iterable[Effect] = ()) -> tuple[Effect, ...]:
        """Take all effects of the step: what is to be kept in the store, then ``first``, then the rest."""
        if self._operations:
            effects = (Persist(tuple(self._operations)), *first, *self.effects)
            self._operations.clear()
        else:
            effects = (*first, *self.effects)
        self.effects.clear()
        return effects

    def drop_effects(self) -> None:
        """Drop all effects, because the step failed."""
        self.effects.clear()
        self._operations.clear()

    def ask(
        self, question: HardwareCall, purpose: str | None = None, call: codec.Call | None = None, data: Any = None
    ) -> None:
        """Call the hardware. With a ``purpose``, its answer goes to that entry of :attr:`answer_later`.

        ``call``: the CALL that waits for it, in which case an answer that takes too long is a failure.
        """
        within_s = STATION_TIMEOUT_S if call is not None else None
        self.effects.append(AskHardware(question, self.wait_for(purpose, call, data) if purpose else None, within_s))

    def ask_certificates(
        self, question: CertificateCall, purpose: str, call: codec.Call | None = None, data: Any = None
    ) -> None:
        """Call the certificates. The whole answer goes to that entry of :attr:`answer_later`."""
        self.effects.append(AskCertificates(question, self.wait_for(purpose, call, data)))

    def certificates_answered(self, answer: CertificatesAnswered) -> None:
        """Take an answer of the certificates, and the inventory that comes with it."""
        self.touch()
        self.inventory = answer.inventory
        self.answered(answer.ref, answer, answer.failure)

    def wait_for(self, purpose: str, call: codec.Call | None = None, data: Any = None) -> int:
        """Return a reference under which an answer will come."""
        self.touch()
        self._count += 1
        self._waiting[self._count] = Waiting(purpose, call, data)
        return self._count

    def answered(self, ref: int, answer: Any, failure: str | None) -> None:
        """Pass an answer on to what waits for it; ignore it if nothing does."""
        waiting = self.no_longer_waits(ref)
        if waiting is not None:
            self.answer_later[waiting.purpose](waiting, answer, failure)

    def no_longer_waits(self, ref: int) -> Waiting | None:
        """Return what waits for an answer, and forget it; None if nothing does."""
        self.touch()
        return self._waiting.pop(ref, None)

    # -- timers -----------------------------------------------------------------------------------------------------

    def arm(self, purpose: str, seconds: float, owner: int | str = "") -> None:
        """Set or move a deadline, ``seconds`` from now."""
        self.timers.arm(TimerKey(purpose, owner), self.now.mono + seconds)

    def disarm(self, purpose: str, owner: int | str = "") -> None:
        """Remove a deadline."""
        self.timers.disarm((purpose, owner))

    # -- requests ---------------------------------------------------------------------------------------------------

    def new_message_id(self) -> str:
        """A new message id, unique for this charge point: the random prefix of this start, and a counter."""
        self.touch()
        self._count += 1
        return f"{self.id_prefix}{self._count:x}"

    def send(
        self, draft: Draft, *, transaction: str | None = None, triggered: bool = False, ref: str | None = None
    ) -> bool:
        """Queue a request. Returns False if it was dropped: there is no connection, and it is not kept without one."""
        action = action_of(draft.request)
        durable = draft.lane is not Lane.NORMAL
        if not durable and action != "BootNotification" and not self.admits(triggered):
            if not self._kept_offline(action):
                return False
            durable = True
        payload = codec.encode_payload(draft.request)  # what breaks a limit is refused now, not when its turn has come
        self.touch()
        seq, attempts, not_before, message_id = self.seq, 0, 0.0, self.new_message_id()
        request = QueuedRequest(  # by position: half the time of naming them
            seq,
            draft.lane,
            action,
            draft.request,
            message_id,
            transaction,
            attempts,
            not_before,
            triggered,
            durable,
            ref,
            payload,
        )
        self.seq += 1
        self.outbox.add(request)
        if durable:
            self.persist(PutRequest(request))
        threshold = self.configuration[own_keys.MESSAGE_QUEUE_SIZE_THRESHOLD]
        if draft.lane is Lane.SECURITY:
            self._drop(self.outbox.thin_security_events(threshold))
        if len(self.outbox) > threshold:
            self._drop(self.outbox.thin(threshold))
        return True

    def _drop(self, requests: Iterable[QueuedRequest]) -> None:
        for dropped in requests:
            self.forget(dropped)
            self.thinned(dropped)

    def admits(self, triggered: bool = False) -> bool:
        """Whether a request that is not kept without a connection can be queued now.

        One that is triggered before the answer to BootNotification waits for that answer.
        """
        return self.online and (self.accepted or (triggered and not self.rejected))

    def _kept_offline(self, action: str) -> bool:
        """Whether QueueAllMessages keeps an action: not if it would be stale, or is sent anew after a reconnect."""
        if action in ("Authorize", "StatusNotification") or not self.configuration[own_keys.QUEUE_ALL_MESSAGES]:
            return False
        return not self.discards(action)

    def discards(self, action: str) -> bool:
        """Whether MessageTypesDiscardForQueueing discards an action while there is no connection."""
        return action in self.configuration[own_keys.MESSAGE_TYPES_DISCARD_FOR_QUEUEING]

    def forget(self, request: QueuedRequest) -> None:
        """Remove a request that has been answered or given up from the store."""
        if request.durable:
            self.persist(DropRequest(request.seq))

    def retry(self, request: QueuedRequest, wait: float, new_id: bool) -> None:
        """Put a failed request back into its lane, to be sent again after ``wait`` seconds.

        ``new_id``: the Central System has answered it. Without an answer the message id stays, so that the Central
        System can recognise the request (errata OCPP-J 3.1).
        """
        message_id = self.new_message_id() if new_id else request.message_id
        again = request.failed(self.now.mono + wait, message_id)
        self.outbox.put_back_first(again)
        if again.durable:
            self.persist(PutRequest(again))

    def unsent(self, request: QueuedRequest) -> bool:
        """Put a request back whose answer the loss of the connection prevented: that is no attempt (3.7.1).

        Returns False if the request is not one that is kept without a connection.
        """
        if not request.durable and request.action != "BootNotification":
            if not self._kept_offline(request.action):
                return False
            request = replace(request, durable=True)
            self.persist(PutRequest(request))
        self.outbox.put_back_first(replace(request, not_before=0.0))
        return True

    # -- security events --------------------------------------------------------------------------------------------

    def security_event(self, event: SecurityEvent, *, own: bool = True) -> None:
        """Record a security event and, if it is critical, send it (A04).

        ``own``: the charge point noticed it itself, so the application is told.
        """
        self.do(RecordSecurityEvent(event.type, event.timestamp.text(), event.tech_info, event.critical))
        if own:
            self.tell(SecurityEventOccurred(event))
        if event.critical and not self.configuration[own_keys.DISABLE_SECURITY_EVENT_NOTIFICATIONS]:
            self.send(hooks.announce_security_event(event))

    def notice(
        self, type: str, tech_info: str | Callable[[], str] | None = None, *, critical: bool | None = None
    ) -> None:
        """Record a security event that the charge point has noticed now.

        ``tech_info``: a text, or a function that makes it only when it is needed. Of many events of a type only the
        first are recorded, and then their number (:class:`~ocpp16sm.core.engine.security_events.Flood`).
        """
        critical = is_told(type) if critical is None else critical
        if self._flood.admits(type, self.now.mono, critical=critical):
            self._notice(type, tech_info() if callable(tech_info) else tech_info, critical)

    def _notice(self, type: str, tech_info: str | None, critical: bool) -> None:
        self.security_event(SecurityEvent(type, self.now.utc, tech_info and tech_info[:255], critical))

    def _tell_what_was_left_out(self, type: str) -> None:
        count, critical = self._flood.ended(type)
        self._notice(type, f"{count} more of these within {WINDOW_S:g} s", critical)

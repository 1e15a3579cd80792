"""Requests to the Central System: one outstanding at a time, answered, failed, timed out, or sent again (3.7.1)."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ocpp16sm import codec
from ocpp16sm.base.values import Value
from ocpp16sm.config import keys, own_keys
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import SendText
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.engine.wall_clock import SETTING
from ocpp16sm.errors import ErrorCode, PayloadError
from ocpp16sm.listener import RequestAbandoned
from ocpp16sm.messages import ACTIONS
from ocpp16sm.records import Lane, QueuedRequest

CALL_TIMEOUT_S = 30.0
"""A CALL that is not answered within this time, s, has failed (OCPP-J 4.1.1 leaves the time to implementations)."""

_UNKNOWN_THERE = frozenset({ErrorCode.NOT_IMPLEMENTED, ErrorCode.NOT_SUPPORTED})
"""Error codes for an action that the Central System does not have. Repeating the request would be pointless."""

_ANSWER_DUE = TimerKey("answer")
_RETRY_DUE = TimerKey("retry")
_RESUME = TimerKey("resume")


class Reaction(Value, frozen=True, gc=True):
    """How a feature reacts to the answers to one kind of request."""

    answered: Callable[[QueuedRequest, Any], None]
    """Called when the Central System has processed a request, with the valid response."""
    failed: Callable[[QueuedRequest, bool], None] | None = None
    """Called when a request is given up. True: the Central System refused it; False: it gave no answer."""
    fill_in: Callable[[QueuedRequest], Any] | None = None
    """Returns the request to be sent now: a transaction id may have become known since it was made."""


class OutgoingCalls:
    """Sends queued requests and dispatches the answers."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.reactions: dict[str, Reaction] = {}
        """action -> reaction of its feature. Not every action needs one."""
        self.sent = Signal[[]]()
        """A request has been sent, which also tells the Central System that the charge point is alive."""
        self.boot_failed = Signal[[str]]()
        """BootNotification got no valid answer; with the reason."""
        context.thinned.connect(self._undelivered)
        context.deadlines[_ANSWER_DUE.purpose] = self._timed_out
        context.deadlines[_RETRY_DUE.purpose] = lambda _key: None  # the queues are looked at after every input

    def pump(self) -> None:
        """Send the next request if one may be sent now; otherwise set a timer for the next retry."""
        context = self._context
        outbox = context.outbox
        timers = context.timers
        held_up = timers.due_at(_RESUME) is not None or timers.due_at(SETTING) is not None
        if outbox.in_flight is None and outbox.waits and context.online and not held_up:
            now = context.now.mono
            request = outbox.next(now, context.accepted, context.pending)
            if request is not None:
                self._send(request)
            elif context.accepted and (retry := outbox.next_retry(now)) is not None:
                timers.arm(_RETRY_DUE, retry)
                return
        timers.disarm(_RETRY_DUE)

    def _send(self, request: QueuedRequest) -> None:
        context = self._context
        reaction = self.reactions.get(request.action)
        request_now, payload = request.request, request.payload
        if reaction is not None and reaction.fill_in is not None:
            request_now = reaction.fill_in(request)
        if payload is None or request_now is not request.request:
            payload = codec.encode_payload(request_now)
        context.outbox.take(request)
        context.effects.append(SendText(codec.wrap_call(request.message_id, request.action, payload)))
        context.timers.arm(_ANSWER_DUE, context.now.mono + CALL_TIMEOUT_S)
        self.sent()

    # -- what comes back --------------------------------------------------------------------------------------------

    def result(self, frame: codec.CallResult) -> None:
        """Deal with a CALLRESULT. It is ignored if it does not answer the request in flight."""
        request = self._answered_by(frame.message_id)
        if request is None:
            return
        response_class = ACTIONS[request.action].response
        try:
            response, _ = codec.decode(response_class, frame.payload)
        except PayloadError as error:
            self._context.notice("InvalidMessages", f"{request.action} response: {error}")
            self._failed(request, f"the response is invalid: {error}")
            return
        self._context.forget(request)
        reaction = self.reactions.get(request.action)
        if reaction is not None:
            reaction.answered(request, response)

    def error(self, frame: codec.CallError) -> None:
        """Deal with a CALLERROR. It is ignored if it does not answer the request in flight."""
        request = self._answered_by(frame.message_id)
        if request is None:
            return
        reason = f"{frame.code}: {frame.description}"
        if frame.code in _UNKNOWN_THERE and ACTIONS[request.action].optional:
            self._give_up(request, reason, answered=True)
        else:
            self._failed(request, reason)

    def unreadable(self, message_id: str) -> None:
        """Treat a request as failed, because an internal error prevented its answer from being processed."""
        request = self._answered_by(message_id)
        if request is not None:
            self._failed(request, "its answer could not be dealt with")

    def _answered_by(self, message_id: str) -> QueuedRequest | None:
        context = self._context
        if context.outbox.in_flight is None or context.outbox.in_flight.message_id != message_id:
            return None
        context.timers.disarm(_ANSWER_DUE)
        return context.outbox.land()

    def _timed_out(self, _key: TimerKey) -> None:
        request = self._context.outbox.land()
        if request is not None:
            self._failed(request, f"no answer within {CALL_TIMEOUT_S:g} s", answered=False)

    def _failed(self, request: QueuedRequest, reason: str, *, answered: bool = True) -> None:
        """The Central System failed to process a request."""
        context = self._context
        if request.action == "BootNotification":
            self.boot_failed(reason)
        elif request.durable:
            attempts = request.attempts + 1
            if attempts < max(1, context.configuration[keys.TRANSACTION_MESSAGE_ATTEMPTS]):
                wait = context.configuration[keys.TRANSACTION_MESSAGE_RETRY_INTERVAL] * attempts
                context.retry(request, wait, new_id=answered)
            else:
                self._give_up(request, reason, answered=answered)
        else:
            self._give_up(request, reason, answered=answered)

    def _give_up(self, request: QueuedRequest, reason: str, *, answered: bool = False) -> None:
        self._context.forget(request)
        if request.durable:
            self._context.tell(RequestAbandoned(request.action, reason))
        self._undelivered(request, answered)

    def _undelivered(self, request: QueuedRequest, answered: bool = False) -> None:
        reaction = self.reactions.get(request.action)
        if reaction is not None and reaction.failed is not None:
            reaction.failed(request, answered)

    # -- the connection ---------------------------------------------------------------------------------------------

    def link_lost(self) -> None:
        """Put the request in flight back into its queue, and give up what makes no sense without a connection."""
        context = self._context
        context.timers.disarm(_ANSWER_DUE)
        in_flight = context.outbox.land()
        for waiting in reversed(context.outbox.waiting(Lane.NORMAL)):
            if not waiting.durable and waiting.action != "BootNotification":
                context.outbox.discard(waiting)
                self._unsent(waiting)
        if in_flight is not None:
            self._unsent(in_flight)

    def _unsent(self, request: QueuedRequest) -> None:
        if not self._context.unsent(request):
            self._give_up(request, "offline")

    def restore(self, requests: tuple[QueuedRequest, ...]) -> None:
        """Queue the requests found on disk, in their order; security events only if they are to be reported at all."""
        silent = self._context.configuration[own_keys.DISABLE_SECURITY_EVENT_NOTIFICATIONS]
        for request in sorted(requests, key=lambda r: r.seq):
            kept = replace(request, durable=True, not_before=0.0)
            if silent and kept.lane is Lane.SECURITY:
                self._context.forget(kept)
            else:
                self._context.outbox.add(kept)

"""The thin layer around the core: it waits for text, inputs and deadlines, feeds them, and performs the effects."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from ocpp16sm.base.instant import Instant
from ocpp16sm.base.named_log import ABOUT, NamedLog, about
from ocpp16sm.certificates import Certificates
from ocpp16sm.clock import RESOLUTION_S, Clock
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import (
    Answer,
    AskCertificates,
    AskHardware,
    AskVendor,
    CloseSessionLog,
    Dial,
    Effect,
    HangUp,
    KeepAlive,
    LogFailure,
    LogRefusal,
    OpenSessionLog,
    Persist,
    RecordSecurityEvent,
    SendText,
    Tell,
)
from ocpp16sm.core.engine.inputs import Input
from ocpp16sm.core.protocol import Core
from ocpp16sm.errors import LinkError, NotStartedError, StoreError
from ocpp16sm.generated.handlers import HandlerCall
from ocpp16sm.hardware import Hardware
from ocpp16sm.listener import ChargePointFailed, ConnectionChanged, Listener, StoreDamaged
from ocpp16sm.logs.all_logs import CENTRAL_SYSTEM, CHARGE_POINT, Logs
from ocpp16sm.logs.operator_log import OperatorLog
from ocpp16sm.messages import DataTransferStatus
from ocpp16sm.network.transport import Connection, Transport, listen
from ocpp16sm.records import Credentials
from ocpp16sm.settings import Settings
from ocpp16sm.shell import endpoints
from ocpp16sm.shell.callbacks import Callbacks
from ocpp16sm.shell.certificate_worker import CertificateWorker
from ocpp16sm.shell.owner_loop import OwnerLoop
from ocpp16sm.shell.vendor_handlers import Vendors
from ocpp16sm.shell.waiters import Waiters
from ocpp16sm.store import Store

if TYPE_CHECKING:
    from ocpp16sm.shell.flight_recorder import FlightRecorder

log = NamedLog("ocpp16sm.shell")


class Shell:
    """Runs one core on the current event loop. It takes no decisions of its own."""

    def __init__(
        self,
        core: Core,
        store: Store,
        settings: Settings,
        hardware: Hardware,
        listeners: Sequence[Listener],
        vendors: Vendors,
        certificates: Certificates,
        transport: Transport,
        clock: Clock,
        random: Random,
        recorder: "FlightRecorder | None",
        failed: Callable[[str], None],
    ) -> None:
        self.core = core
        self._store = store
        self._settings = settings
        self._hardware = hardware
        self._listeners = listeners
        self._vendors = vendors
        self._certificate_worker = CertificateWorker(certificates)
        self._transport = transport
        self._clock = clock
        self._random = random
        self._recorder = recorder
        self._failed = failed
        """Called with the reason when the charge point stops by itself."""
        self._loop = asyncio.get_running_loop()
        self.owner_loop = OwnerLoop()
        self._stopped = False
        self._logs = Logs(settings, clock, self._security_log_cleared)
        self._pending: list[Effect] = []
        self._performing = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._link: asyncio.Task[None] | None = None
        """Task of the connection that the core knows of; others may still be closing."""
        self._links: set[asyncio.Task[None]] = set()
        self._connection: Connection | None = None
        self._callbacks = Callbacks(self._loop, self._feed_alone)
        self._waiters = Waiters(self._loop)
        self.operator = OperatorLog(settings, core, clock)

    # -- ways in ----------------------------------------------------------------------------------------------------

    def feed(self, happened: Input | HandlerCall) -> Any:
        """Feed the core on its loop's thread, from any thread, and return the result.

        What must be on disk is on disk when this returns.
        """
        if not self.owner_loop.is_here():
            return self.owner_loop.do(partial(self.feed, happened))
        if self._stopped:
            raise NotStartedError("the charge point has stopped")
        whose = ABOUT.set(self._settings.charge_point_id)
        try:
            return self._step(happened)
        finally:
            ABOUT.reset(whose)

    def _step(self, happened: Input | HandlerCall) -> Any:
        at = Instant(self._loop.time(), self._clock.utc())
        try:
            step = self.core.feed(happened, at)
        except Exception as error:
            if self._recorder is not None:
                self._recorder.fed(happened, at, (), error)
            raise
        if self._recorder is not None:
            self._recorder.fed(happened, at, step.effects, None)
        for effect in step.effects:
            if type(effect) is Persist:
                self._persist(effect)
                continue
            if type(effect) is Tell or type(effect) is AskHardware:
                self.operator.note(effect)
            self._pending.append(effect)
        if self._pending and not self._performing:
            self._drain()
        self._arm()
        self._waiters.look()
        return step.result

    def _feed_alone(self, happened: Input) -> None:
        """Feed an input that has no caller to raise to; errors are logged."""
        if self._stopped or self.owner_loop.gone:
            return
        with about(self._settings.charge_point_id):
            try:
                self.feed(happened)
            except StoreError as error:
                log.critical("%s", error)
            except Exception:
                log.exception("%s could not be dealt with", type(happened).__name__)

    def _security_log_cleared(self, path: str) -> None:
        self._feed_alone(inputs.SecurityNoticed("SecurityLogWasCleared", f"the oldest rows of {path} were deleted"))

    async def ask(self, asked: Input, ref: str) -> Any:
        """Feed a question and wait for its answer."""
        self.owner_loop.check_caller()
        return await self._waiters.answer(ref, partial(self.feed, asked))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition of the core holds."""
        if self._stopped:
            raise NotStartedError("the charge point has stopped")
        self.owner_loop.check_caller()
        await self._waiters.until(condition)

    def delivered(self) -> bool:
        """Whether there is a connection, the queues are empty and nothing is unanswered."""
        context = self.core.features.context
        return context.online and not len(context.outbox)

    def _persist(self, effect: Persist) -> None:
        try:
            self._store.apply(effect.operations)
        except Exception as error:
            log.critical("state cannot be kept: the charge point stops, so that it promises nothing it cannot keep")
            self._abandon(str(error))
            if isinstance(error, StoreError):
                raise
            raise StoreError(f"the store has failed: {error!r}") from error

    def _abandon(self, reason: str) -> None:
        """Stop for good because state cannot be kept, and tell the application."""
        was_online = self.core.features.context.online
        self._stopped = True
        self._pending.clear()
        if self._timer is not None:
            self._timer.cancel()
        self._hang_up(HangUp(1011, "the charge point has failed"))
        self._waiters.turn_away()
        self._close_files()
        self._failed(reason)
        if was_online:
            self._tell(Tell(ConnectionChanged(False, "the charge point has failed")))
        self._tell(Tell(ChargePointFailed(reason)))

    def _drain(self) -> None:
        """Perform effects in order; effects of calls that are made meanwhile come after them."""
        self._performing = True
        try:
            while self._pending:
                effect = self._pending.pop(0)
                try:
                    PERFORM[type(effect)](self, effect)
                except Exception:  # the effects after it must be performed all the same
                    log.exception("%s could not be performed", type(effect).__name__)
        finally:
            self._performing = False

    def _arm(self) -> None:
        """Set a timer for the core's next deadline.

        A timer that is set for an earlier time stays: most deadlines are moved on before they come.
        """
        deadline = self.core.next_deadline
        if deadline is None or self._stopped:
            return
        if self._timer is not None:
            if self._timer_at <= deadline:
                return
            self._timer.cancel()
        self._timer_at = deadline
        self._timer = self._loop.call_at(deadline, self._reached)

    def _reached(self) -> None:
        self._timer = None
        deadline = self.core.next_deadline
        if deadline is not None and deadline <= self._loop.time() + RESOLUTION_S:
            self._feed_alone(inputs.DeadlineReached())
        else:
            self._arm()

    async def close(self) -> None:
        """Disconnect and close everything but the store."""
        self._feed_alone(inputs.DisconnectAsked())
        self._abandon_softly()
        await asyncio.gather(*self._links, return_exceptions=True)
        self._callbacks.cancel()
        self._waiters.turn_away()
        self._close_files()

    def kill(self) -> None:
        """Drop everything but the store at once; the connection breaks off.

        If the loop has ended, there are no tasks to wake. In a forked process everything belongs to the parent.
        """
        self._pending.clear()
        self._abandon_softly()
        self._connection = None
        if not self.owner_loop.gone:
            for task in self._links:
                task.cancel()
            self._callbacks.cancel()
            self._waiters.turn_away()
        if not self.owner_loop.forked:
            self._close_files()

    def _close_files(self) -> None:
        self._logs.close()
        if self._recorder is not None:
            self._recorder.close()

    def _abandon_softly(self) -> None:
        """Stop feeding the core, but let a connection that is being closed close."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    # -- effects ----------------------------------------------------------------------------------------------------

    def _send_text(self, effect: SendText) -> None:
        if self._connection is not None:
            self._logs.frame(CHARGE_POINT, effect.text)
            self._connection.send(effect.text)

    def _tell(self, effect: Tell) -> None:
        event = effect.event
        if isinstance(event, ConnectionChanged):
            self._logs.connection_changed(event.connected, event.reason)
        elif isinstance(event, StoreDamaged):
            log.warning(
                "%s: a row of table %s in the store is damaged: %s",
                self._settings.charge_point_id,
                event.table,
                event.reason,
            )
        for listener in tuple(self._listeners):
            self._callbacks.make(event, listener)

    def _ask_hardware(self, effect: AskHardware) -> None:
        self._callbacks.make(effect.call, self._hardware, effect.ref, effect.within_s)

    def _ask_certificates(self, effect: AskCertificates) -> None:
        async def ask() -> None:
            self._feed_alone(await self._certificate_worker.ask(effect.call, effect.ref))

        self._callbacks.spawn(ask())

    def _ask_vendor(self, effect: AskVendor) -> None:
        async def ask(answer: Awaitable[tuple[str, str | None]]) -> None:
            try:
                status, data = await answer
            except asyncio.CancelledError:  # by us, or by a handler that cancels its own task
                if self._callbacks.cancelled:
                    raise
                status, data = DataTransferStatus.REJECTED, None
            self._feed_alone(inputs.VendorAnswered(effect.ref, status, data))

        self._callbacks.spawn(ask(self._vendors.answer(effect.transfer, self.core.features.configuration.is_on)))

    def _dial(self, effect: Dial) -> None:
        self.operator.connects(effect.credentials)
        self._link = self._loop.create_task(self._run_link(effect.credentials))
        self._links.add(self._link)
        self._link.add_done_callback(self._links.discard)

    def _hang_up(self, effect: HangUp) -> None:
        if self._connection is not None:
            self._connection.close(effect.code, effect.reason)
            self._connection = None
        elif self._link is not None:
            self._link.cancel()

    def _keep_alive(self, effect: KeepAlive) -> None:
        if self._connection is not None:
            self._connection.keep_alive(effect.interval_s, effect.pong_timeout_s)

    # -- the connection ---------------------------------------------------------------------------------------------

    def _heard(self, connection: Connection, text: str) -> None:
        """Feed a frame of the Central System, unless its connection has been given up."""
        if self._connection is connection:
            self._logs.frame(CENTRAL_SYSTEM, text)
            self._feed_alone(inputs.TextReceived(text))

    async def _run_link(self, credentials: Credentials) -> None:
        """Open a connection, and listen to it until it ends."""
        reason, offence, fault = "closed by us", None, None
        try:
            connection = await endpoints.connect(self._certificate_worker, self._transport, self._settings, credentials)
            try:
                if self._stopped:
                    connection.close(1000, "")
                else:
                    self._connection = connection
                    self.operator.connected()
                    self._feed_alone(inputs.LinkOpened())
                await listen(connection, partial(self._heard, connection))
            finally:
                if self._connection is connection:
                    self._connection = None
                reason, offence = connection.ended_because, connection.offence
        except LinkError as error:
            reason, fault = str(error), error.fault
        except asyncio.CancelledError:
            reason = "given up"
        except Exception as error:
            reason = repr(error)
            log.exception("the transport failed")
        if self._link is asyncio.current_task():
            self._feed_alone(inputs.LinkLost(reason, self._random.random(), offence, fault))
            self._link_ended(reason)

    def _link_ended(self, reason: str) -> None:
        """Log the end of a connection, and when the next attempt is due."""
        due = None if self._stopped else self.core.features.link.redial_at
        if due is None:
            self.operator.disconnected("closed by us", None)
        else:
            self.operator.disconnected(reason, max(0.0, due - self._loop.time()))


PERFORM: Mapping[type[Effect], Callable[[Shell, Any], None]] = {
    SendText: Shell._send_text,
    Tell: Shell._tell,
    Answer: lambda shell, effect: shell._waiters.answered(effect.ref, effect.value),
    AskHardware: Shell._ask_hardware,
    AskCertificates: Shell._ask_certificates,
    AskVendor: Shell._ask_vendor,
    Dial: Shell._dial,
    HangUp: Shell._hang_up,
    KeepAlive: Shell._keep_alive,
    OpenSessionLog: lambda shell, effect: shell._logs.sessions.open(effect.session_id, effect.directory),
    CloseSessionLog: lambda shell, effect: shell._logs.sessions.close(effect.session_id),
    RecordSecurityEvent: lambda shell, effect: shell._logs.security_event(effect),
    LogFailure: lambda _shell, effect: log.error(
        "internal error, please report; the step that failed has been undone:\n%s", effect.text
    ),
    LogRefusal: lambda _shell, effect: log.info("refuses: %s", effect.text),
}
"""How each effect is performed; :class:`Persist` is not here, because it comes before all of them."""

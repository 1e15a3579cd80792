"""The thin part around the core: wait for text, an input or a deadline; feed it; perform what comes out, in order."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from ocpp16sm.certificates import CertificateCall, Certificates
from ocpp16sm.clock import RESOLUTION_S, Clock
from ocpp16sm.core import inputs
from ocpp16sm.core.effects import (
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
from ocpp16sm.core.inputs import Input
from ocpp16sm.core.protocol import Core
from ocpp16sm.data_transfer import Vendors
from ocpp16sm.errors import LinkError, NotStartedError, StoreError
from ocpp16sm.generated.handlers import HandlerCall
from ocpp16sm.hardware import Hardware
from ocpp16sm.instant import Instant
from ocpp16sm.keeper import Keeper
from ocpp16sm.listener import ConnectionChanged, Listener
from ocpp16sm.logs import CENTRAL_SYSTEM, CHARGE_POINT, Logs
from ocpp16sm.records import Credentials
from ocpp16sm.settings import Settings
from ocpp16sm.store import Store
from ocpp16sm.transport import Connection, Transport, listen

if TYPE_CHECKING:
    from ocpp16sm.recorder import FlightRecorder

log = logging.getLogger("ocpp16sm.shell")

T = TypeVar("T")


class Shell:
    """Runs one core on the present event loop. It decides nothing."""

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
    ) -> None:
        self.core = core
        self._store = store
        self._settings = settings
        self._hardware = hardware
        self._listeners = listeners
        self._vendors = vendors
        self._keeper = Keeper(certificates)
        self._transport = transport
        self._clock = clock
        self._random = random
        self._recorder = recorder
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._stopped = False
        cleared = partial(inputs.SecurityNoticed, "SecurityLogWasCleared")
        self._logs = Logs(settings, clock, lambda words: self._feed_alone(cleared(words)))
        self._pending: list[Effect] = []
        self._performing = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._link: asyncio.Task[None] | None = None
        """The connection that the core knows of; others may still be closing."""
        self._links: set[asyncio.Task[None]] = set()
        self._connection: Connection | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._waiters: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    # -- ways in ----------------------------------------------------------------------------------------------------

    def feed_from_any_thread(self, happened: Input | HandlerCall) -> Any:
        """Feed the core on its loop's thread, and give what came of it."""
        if threading.get_ident() == self._thread:
            return self.feed(happened)
        return self.from_any_thread(partial(self.feed, happened))

    def from_any_thread(self, act: Callable[[], T]) -> T:
        """Do something on the core's thread, between two steps of the core, and give what came of it."""
        if threading.get_ident() == self._thread:
            return act()
        future: Future[T] = Future()

        def do() -> None:
            try:
                future.set_result(act())
            except BaseException as error:
                future.set_exception(error)

        try:
            self._loop.call_soon_threadsafe(do)
        except RuntimeError as error:
            raise NotStartedError("the event loop that the charge point was started on is closed") from error
        return future.result()

    def feed(self, happened: Input | HandlerCall) -> Any:
        """Feed the core; what must be on disk is on disk when this returns."""
        if self._stopped:
            raise NotStartedError("the charge point has stopped")
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
            if isinstance(effect, Persist):
                self._persist(effect)
            else:
                self._pending.append(effect)
        if self._pending:
            self._drain()
        self._arm()
        if self._waiters:
            self._wake()
        return step.result

    def _feed_alone(self, happened: Input) -> None:
        """Feed what has no caller who could be told what goes wrong."""
        if self._stopped:
            return
        try:
            self.feed(happened)
        except StoreError as error:
            log.critical("%s", error)
        except Exception:
            log.exception("%s could not be dealt with", type(happened).__name__)

    async def ask(self, asked: Input, ref: str) -> Any:
        """Feed a question, and wait for its answer."""
        future = self._asked[ref] = self._loop.create_future()
        try:
            self.feed(asked)
            return await future
        finally:
            self._asked.pop(ref, None)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition of the core holds."""
        if self._stopped:
            raise NotStartedError("the charge point has stopped")
        if not condition():
            waiter: tuple[Callable[[], bool], asyncio.Future[None]] = (condition, self._loop.create_future())
            self._waiters.append(waiter)
            try:
                await waiter[1]
            finally:
                self._waiters.remove(waiter)

    def _wake(self) -> None:
        for condition, future in tuple(self._waiters):
            try:
                if not future.done() and condition():
                    future.set_result(None)
            except Exception as error:
                future.set_exception(error)

    def _persist(self, effect: Persist) -> None:
        try:
            self._store.apply(effect.operations)
        except StoreError:
            log.critical("state cannot be kept: the charge point stops, so that nothing is promised that is not so")
            self._abandon()
            raise

    def _abandon(self) -> None:
        """Do nothing any more."""
        self._stopped = True
        self._pending.clear()
        if self._timer is not None:
            self._timer.cancel()
        self._hang_up(1011, "the charge point has failed")
        self._turn_away()

    def _turn_away(self) -> None:
        """Nobody who waits will get an answer any more."""
        for future in (*self._asked.values(), *(future for _condition, future in self._waiters)):
            if not future.done():
                future.set_exception(NotStartedError("the charge point has stopped"))

    def _drain(self) -> None:
        """Perform effects in order; those of calls made meanwhile come after."""
        if self._performing:
            return
        self._performing = True
        try:
            while self._pending:
                self._perform(self._pending.pop(0))
        finally:
            self._performing = False

    def _arm(self) -> None:
        """Have the core fed at its next deadline. A timer that comes too early is left to do so: most are moved on."""
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
        """Disconnect and let go of everything but the store."""
        self._feed_alone(inputs.DisconnectAsked())
        self._abandon_softly()
        await asyncio.gather(*self._links, return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        self._turn_away()
        self._close_files()

    def kill(self) -> None:
        """Let go of everything at once but the store; the connection breaks off."""
        self._pending.clear()
        self._abandon_softly()
        self._connection = None
        for task in (*self._links, *self._tasks):
            task.cancel()
        self._turn_away()
        self._close_files()

    def _close_files(self) -> None:
        self._logs.close()
        if self._recorder is not None:
            self._recorder.close()

    def _abandon_softly(self) -> None:
        """As :meth:`_abandon`, but let a connection that is being closed close."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    # -- effects ----------------------------------------------------------------------------------------------------

    def _perform(self, effect: Effect) -> None:
        match effect:
            case SendText(text):
                if self._connection is not None:
                    self._logs.frame(CHARGE_POINT, text)
                    self._connection.send(text)
            case Tell(event):
                if isinstance(event, ConnectionChanged):
                    self._logs.connection_changed(event.connected, event.reason)
                for listener in tuple(self._listeners):
                    self._safely(partial(event.make, listener), f"listener.{event.method}")
            case AskHardware(call, ref, within_s):
                self._safely(partial(call.make, self._hardware), f"hardware.{call.method}", ref, within_s)
            case AskCertificates(call, ref):
                self._spawn(self._ask_certificates(call, ref))
            case AskVendor(transfer, ref):
                self._spawn(self._ask_vendor(ref, self._vendors.answer(transfer, self.core.configuration.is_on)))
            case Answer(ref, value):
                future = self._asked.get(ref)
                if future is not None and not future.done():
                    future.set_result(value)
            case Dial(credentials):
                self._link = self._loop.create_task(self._run_link(credentials))
                self._links.add(self._link)
                self._link.add_done_callback(self._links.discard)
            case HangUp(code, reason):
                self._hang_up(code, reason)
            case KeepAlive(interval_s, pong_timeout_s):
                if self._connection is not None:
                    self._connection.keep_alive(interval_s, pong_timeout_s)
            case OpenSessionLog(session_id, directory):
                self._logs.sessions.open(session_id, directory)
            case CloseSessionLog(session_id):
                self._logs.sessions.close(session_id)
            case RecordSecurityEvent():
                self._logs.security_event(effect)
            case LogFailure(text):
                log.error("a mistake of ours; the step in which it was made has been undone:\n%s", text)
            case LogRefusal(text):
                log.info("%s refuses: %s", self._settings.charge_point_id, text)

    def _hang_up(self, code: int, reason: str) -> None:
        if self._connection is not None:
            self._connection.close(code, reason)
            self._connection = None
        elif self._link is not None:
            self._link.cancel()

    def _safely(self, act: Callable[[], Any], what: str, ref: int | None = None, within_s: float | None = None) -> None:
        """Call code that is not ours: sync or async, it may fail without harm, and its answer may be waited for."""
        try:
            answer = act()
        except Exception as error:
            log.exception("%s failed", what)
            self._answered(ref, None, repr(error))
            return
        if isinstance(answer, Awaitable):
            self._spawn(self._await(answer, what, ref, within_s))
        else:
            self._answered(ref, answer)

    async def _await(self, answer: Awaitable[Any], what: str, ref: int | None, within_s: float | None) -> None:
        try:
            async with asyncio.timeout(within_s):
                came = await answer
        except Exception as error:
            log.exception("%s failed", what)
            self._answered(ref, None, repr(error))
        else:
            self._answered(ref, came)

    def _answered(self, ref: int | None, answer: Any, failure: str | None = None) -> None:
        """An answer of the hardware, if one is waited for."""
        if ref is not None:
            self._feed_alone(inputs.HardwareAnswered(ref, answer, failure))

    async def _ask_certificates(self, call: CertificateCall, ref: int) -> None:
        self._feed_alone(await self._keeper.ask(call, ref))

    async def _ask_vendor(self, ref: int, answer: Awaitable[tuple[str, str | None]]) -> None:
        status, data = await answer
        self._feed_alone(inputs.VendorAnswered(ref, status, data))

    def _spawn(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- the connection ---------------------------------------------------------------------------------------------

    def _heard(self, connection: Connection, text: str) -> None:
        """A frame of the Central System; on a connection that has been given up it counts no more."""
        if self._connection is connection:
            self._logs.frame(CENTRAL_SYSTEM, text)
            self._feed_alone(inputs.TextReceived(text))

    async def _run_link(self, credentials: Credentials) -> None:
        """One connection, from the dial to its end."""
        reason, offence, fault = "closed by us", None, None
        try:
            connection = await self._keeper.connect(self._transport, self._settings, credentials)
            try:
                if self._stopped:
                    connection.close(1000, "")
                else:
                    self._connection = connection
                    self._feed_alone(inputs.LinkOpened())
                await listen(connection, partial(self._heard, connection))
            finally:
                if self._connection is connection:
                    self._connection = None
                reason, offence = connection.ended_because, connection.offence
        except LinkError as error:
            reason, fault = str(error), error.fault
            log.warning("%s: %s", self._settings.charge_point_id, error)
        except asyncio.CancelledError:
            reason = "given up"
        except Exception as error:
            reason = repr(error)
            log.exception("%s: the transport failed", self._settings.charge_point_id)
        if self._link is asyncio.current_task():
            self._feed_alone(inputs.LinkLost(reason, self._random.random(), offence, fault))

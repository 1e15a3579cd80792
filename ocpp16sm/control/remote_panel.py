"""The panel of a virtual station: the station itself, its event history, and waits for events and states."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeAlias

from attrs import define, evolve, field

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.redaction import redact
from ocpp16sm.clock import PacedClock, SystemClock
from ocpp16sm.control.event_history import MESSAGE, History
from ocpp16sm.control.events import DISPLAY_SHOWN, STARTED, STOPPED, reporter
from ocpp16sm.control.station_plan import Plan
from ocpp16sm.control.stepped_time import SteppedClock, in_real_time
from ocpp16sm.errors import LocalError, NotStartedError, StoreError
from ocpp16sm.listener import Listener
from ocpp16sm.logs.frame_summary import FrameReader
from ocpp16sm.network.transport import Connection, Endpoint, FrameSink, TappedTransport, Transport, WebSocketTransport
from ocpp16sm.station import Vehicle, VirtualStation
from ocpp16sm.station.files import FileMover, NetworkFiles

log = NamedLog("ocpp16sm.control")

DIRECTIONS = {"cp>csms": "sent", "csms>cp": "received"}


LONGEST_STOP_S = 3600.0
"""Virtual time, in seconds, by which the clock advances at a time while the station stops."""


Look: TypeAlias = Callable[[], tuple[Any] | None]
"""Checks a condition. Returns a tuple with the result of the wait, or None if the condition does not hold yet."""


class WaitError(LocalError):
    """The awaited event or state did not occur in time. Nothing else has changed."""


class StoppingError(LocalError):
    """The station is stopping, so the awaited event or state can no longer occur."""


@define(eq=False)
class _Wait:
    look: Look
    future: "asyncio.Future[Any]"
    call_off: Callable[[], None] = field(default=lambda: None)


class Panel:
    """A virtual station that is controlled from outside.

    :param plan: the description of the station.
    :param sinks: are called with each frame.
    :param listeners: additional listeners of the charge point.
    :param displays: are called with each text that the station's display shows.
    :param transport: opens connections; websockets by default.
    :param clock: the clock of the plan by default.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        sinks: Iterable[FrameSink] = (),
        listeners: Iterable[Listener] = (),
        displays: Iterable[Callable[[str], None]] = (),
        transport: Transport | None = None,
        clock: SystemClock | PacedClock | None = None,
    ) -> None:
        self.plan = plan
        self.clock = clock or plan.clock.make()
        """The station must run in the event loop of this clock: ``panel.clock.run(...)``."""
        self.quitting = asyncio.Event()
        """Set when a client or the user asks the station to stop."""
        self.out_of_order: asyncio.Future[None] | None = None
        """Raises StoreError if the charge point stops because of a failure; None before the panel is entered."""
        self._files = _CountedFiles(NetworkFiles())
        inner: Transport = TappedTransport(transport or WebSocketTransport(), self._frame)
        self.station = VirtualStation(
            evolve(plan.settings, trace_charts=True),
            outlets=plan.connector,
            timings=plan.timings,
            seed=plan.seed,
            display=self._show,
            transport=_Pingless(inner) if isinstance(self.clock, SteppedClock) else inner,
            clock=self.clock,
            files=self._files,
        )
        self.station.out_of_order = self._failed
        self.history = History(lambda: self.clock.utc().text())
        self.station.charge_point.add_listener(reporter(self.history))
        for listener in listeners:
            self.station.charge_point.add_listener(listener)
        self._sinks = tuple(sinks)
        self._displays = tuple(displays)
        self._frames = FrameReader()
        self._waits: list[_Wait] = []
        self._watch: asyncio.Task[None] | None = None
        self._poked = False
        self._stopped = False
        self._running = False
        self.history.listeners.append(self._event_noted)

    @property
    def stopped(self) -> bool:
        """Whether the station has been shut down for good."""
        return self._stopped

    # -- life -------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Start the station, unless the plan leaves its power off."""
        self.out_of_order = asyncio.get_running_loop().create_future()
        self._poke()
        if self.plan.boot:
            await self.station.start()
        self.notice()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Shut down cleanly: end transactions and deliver queued messages."""
        try:
            await self._stop_station()
        finally:
            self._look()
            self._stopped = True
            if self._watch is not None:
                self._watch.cancel()
            for wait in tuple(self._waits):
                self._finish_wait(wait, StoppingError("the station has stopped"))

    async def _stop_station(self) -> None:
        """Stop the station. A stepped clock is advanced meanwhile, so that timeouts can expire."""
        if not isinstance(self.clock, SteppedClock):
            await self.station.stop()
            return
        stopping = asyncio.ensure_future(self.station.stop())
        while not stopping.done():
            passing = asyncio.ensure_future(self.clock.advance(LONGEST_STOP_S, busy=lambda: True))
            await asyncio.wait([stopping, passing], return_when=asyncio.FIRST_COMPLETED)
            passing.cancel()
        await stopping

    def _failed(self, reason: str) -> None:
        self._look()
        if self.out_of_order is not None and not self.out_of_order.done():
            self.out_of_order.set_exception(StoreError(f"the charge point has stopped: {reason}"))

    # -- waiting ----------------------------------------------------------------------------------------------------

    def until(self, look: Look, in_vain: Callable[[], str], timeout_s: float) -> "asyncio.Future[Any]":
        """Return a future with the result of ``look`` as soon as it has one.

        :param look: called immediately and after each change.
        :param in_vain: returns what was awaited and the present state, for the timeout error.
        :param timeout_s: seconds of real time after which the future raises :class:`WaitError`.
        """
        wait = _Wait(look, asyncio.get_running_loop().create_future())
        if self._stopped:
            wait.future.set_exception(StoppingError("the station has stopped"))
            return wait.future
        self._waits.append(wait)
        self._try(wait)
        if not wait.future.done():
            wait.call_off = in_real_time(
                self.clock,
                timeout_s,
                lambda: self._finish_wait(wait, WaitError(f"waited {timeout_s:g} s for {in_vain()}")),
            )
            wait.future.add_done_callback(lambda _future: self._forget(wait))
        return wait.future

    def _try(self, wait: _Wait) -> None:
        try:
            with suppress(NotStartedError):
                seen = wait.look()
                if seen is not None:
                    self._finish_wait(wait, seen[0])
        except Exception as error:
            self._finish_wait(wait, error)

    def _finish_wait(self, wait: _Wait, outcome: Any) -> None:
        self._forget(wait)
        if wait.future.done():
            return
        if isinstance(outcome, Exception):
            wait.future.set_exception(outcome)
        else:
            wait.future.set_result(outcome)

    def _forget(self, wait: _Wait) -> None:
        wait.call_off()
        with suppress(ValueError):
            self._waits.remove(wait)

    def _event_noted(self, _event: object) -> None:
        self._poke()

    def _poke(self) -> bool:
        """Check all waits after the current step. Returns False, so that ``wait_until`` keeps calling this."""
        if not self._poked and not self._stopped:
            self._poked = True
            asyncio.get_running_loop().call_soon(self._poked_now)
        return False

    def _poked_now(self) -> None:
        self._poked = False
        if self._stopped:
            return
        self._look()
        if self._running and (self._watch is None or self._watch.done()):
            self._watch = asyncio.create_task(self._watch_charge_point())

    async def _watch_charge_point(self) -> None:
        """Check the waits after each change of the charge point until it stops."""
        with suppress(NotStartedError):
            await self.station.charge_point.wait_until(self._poke)
        self._poke()

    def notice(self) -> None:
        """Add an event if the charge point has started or stopped, since no listener method reports this."""
        running = self.station.charge_point.running
        if running != self._running:
            self._running = running
            self.history.note(STARTED if running else STOPPED)

    def _look(self) -> None:
        self.notice()
        for wait in tuple(self._waits):
            self._try(wait)

    # -- time -------------------------------------------------------------------------------------------------------

    async def advance(self, seconds: float, patience_s: float) -> None:
        """Advance virtual time by ``seconds``. Raises LocalError unless the pace of the clock is 0."""
        if not isinstance(self.clock, SteppedClock):
            raise LocalError("this clock runs by itself; only a clock with pace 0 can be advanced")
        await self.clock.advance(seconds, busy=self._waits_for_others, patience_s=patience_s)

    def _waits_for_others(self) -> bool:
        return self.station.charge_point.awaits_answer or self._files.moving > 0

    # -- names ------------------------------------------------------------------------------------------------------

    def car(self, connector: int, car: Vehicle | str | None) -> Vehicle | None:
        """The given car, the car with the given name, or the default car of the connector."""
        usual = self.plan.connector[connector].car if connector in self.plan.connector else None
        named = car if car is not None else usual
        return self.plan.car[named] if isinstance(named, str) else named

    def id_tag(self, name: str) -> str:
        """The idTag with this name, or ``name`` itself if no token has this name."""
        return self.plan.token.get(name, name)

    # -- what is noted ----------------------------------------------------------------------------------------------

    def _show(self, text: str) -> None:
        self.history.note(DISPLAY_SHOWN, text=text)
        for show in self._displays:
            show(text)

    def _frame(self, direction: str, text: str) -> None:
        for sink in self._sinks:
            sink(direction, text)
        parts = self._frames.read(direction, redact(text, id_tags=True))
        self.history.note(MESSAGE, size=len(text), direction=DIRECTIONS[direction], **parts)


class _Pingless:
    """A transport without keep-alive pings: when virtual time jumps, no pong would arrive in time."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    async def connect(self, endpoint: Endpoint) -> Connection:
        connection: Any = await self._inner.connect(endpoint)
        connection.keep_alive = _no_pings
        return connection  # type: ignore[no-any-return]


def _no_pings(_interval_s: float, _pong_timeout_s: float) -> None:
    """Send no pings."""


class _CountedFiles:
    """Counts the file transfers in progress."""

    def __init__(self, inner: FileMover) -> None:
        self._inner = inner
        self.moving = 0

    async def download(self, url: str, to: Path) -> None:
        self.moving += 1
        try:
            await self._inner.download(url, to)
        finally:
            self.moving -= 1

    async def upload(self, path: Path, url: str) -> None:
        self.moving += 1
        try:
            await self._inner.upload(path, url)
        finally:
            self.moving -= 1

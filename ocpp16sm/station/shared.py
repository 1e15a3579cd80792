"""What the parts of a virtual station share: time, and access to the charge point."""

import asyncio
from collections.abc import Callable
from typing import Any

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.clock import Clock
from ocpp16sm.config import own_keys
from ocpp16sm.errors import NotStartedError, StoreError
from ocpp16sm.generated.handlers import HandlerCall, Handlers
from ocpp16sm.station.timings import Timings

log = NamedLog("ocpp16sm.station")


class SharedParts:
    """Shared by the parts of one station. While the charge point is down, reports are ignored and nothing falls due."""

    def __init__(
        self,
        charge_point: ChargePoint,
        clock: Clock,
        timings: Timings,
        is_faulted: Callable[[], bool],
        car_speaks: Callable[[int], object],
    ) -> None:
        self.timings = timings
        self.charge_point: Handlers = _RunningHandlers(charge_point)
        """Receives the reports of the hardware."""
        self.is_faulted = is_faulted
        """Whether a fault of the station prevents charging at every connector."""
        self.car_speaks = car_speaks
        """Called with the connector at which a car that speaks ISO 15118 waits for authorization."""
        self.connection_timeout_s = 0
        """ConnectionTimeOut, s; 0: no limit."""
        self._running = charge_point
        self._clock = clock
        self._waiting: dict[int, asyncio.TimerHandle] = {}
        self._acts = self._sessions = 0

    def even_time(self) -> float:
        """Even time, s: the time of the event loop."""
        return asyncio.get_running_loop().time()

    def utc(self) -> Timestamp:
        """The time of day."""
        return self._clock.utc()

    def publish_key(self, connector: int, public_key: str) -> None:
        """Publish the public key of a connector's signing meter."""
        if self._running.running:
            self._running.set_meter_public_key(connector, public_key)

    def session_name(self) -> str:
        """A new session id."""
        self._sessions += 1
        return f"session-{self._sessions}"

    def restarts_without_unplugging(self) -> bool:
        """Whether NewTransactionWithoutUnplugging is true."""
        name = own_keys.NEW_TRANSACTION_WITHOUT_UNPLUGGING.name
        return self._running.running and self._running.get_configuration(name).get(name) == "true"

    def later(self, delay_s: float, act: Callable[[], None]) -> Callable[[], None]:
        """Call ``act`` after ``delay_s`` seconds if the charge point still runs; returns a function that cancels it."""
        self._acts += 1
        number = self._acts

        def run() -> None:
            del self._waiting[number]
            try:
                act()
            except (NotStartedError, StoreError) as error:
                log.error("the virtual station has stopped: %s", error)
                self.forget()

        def cancel() -> None:
            handle = self._waiting.pop(number, None)
            if handle is not None:
                handle.cancel()

        if self._running.running:
            self._waiting[number] = asyncio.get_running_loop().call_later(delay_s, run)
        return cancel

    def forget(self) -> None:
        """Cancel everything that :meth:`later` has scheduled."""
        for handle in self._waiting.values():
            handle.cancel()
        self._waiting.clear()


class _RunningHandlers(Handlers):
    """The handlers of a charge point; calls are ignored while it does not run."""

    def __init__(self, charge_point: ChargePoint) -> None:
        self._charge_point = charge_point

    def _call(self, call: HandlerCall) -> Any:
        return self._charge_point._call(call) if self._charge_point.running else None

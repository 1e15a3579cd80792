"""The energy from the grid to a car: how much flows, who suspends it, and what the meter reads."""

from collections.abc import Callable
from enum import Enum

from attrs import define, field

from ocpp16sm.station.car import Flow, Vehicle
from ocpp16sm.station.connector_build import Limit, Outlet
from ocpp16sm.station.meter import PowerMeter
from ocpp16sm.station.shared import SharedParts


class EnergyNews(Enum):
    """What was last reported to the charge point about a transaction's energy."""

    NOTHING = "nothing"
    CHARGING = "energy flows"
    EV = "suspended by the car"
    EVSE = "suspended by the station"


@define(eq=False)
class PowerPath:
    """Contactor, car and meter of one connector.

    After every change :meth:`update_flow` starts or stops the flow of energy and reports that to the charge point. If
    both the car and the station suspend charging, the station is reported (7.7). A fault stops the energy without a
    report: the chart shows the fault, and afterwards the state before it.
    """

    number: int
    shared: SharedParts
    outlet: Outlet
    meter: PowerMeter
    is_faulted: Callable[[], bool]
    """Whether a fault prevents charging here."""
    car: Vehicle | None = None
    """The car, once detected."""
    limit: Limit = field(factory=Limit)
    on: bool = False
    """Whether a transaction is running, so that energy is offered."""
    car_pauses: bool = False
    station_pauses: bool = False
    """The Central System wants this transaction to draw no more energy."""
    diode_fails: Callable[[], None] | None = None
    """Called when this car has charged for a while."""
    _last_news: EnergyNews = EnergyNews.NOTHING
    _offered: tuple[float, float] | None = None
    _waiting: dict[str, Callable[[], None]] = field(factory=dict)
    """Name of a pending action -> function that cancels it."""

    # -- what changes -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Report everything anew after the charge point has started."""
        self._waiting.clear()
        self.car = None
        self.switch_off()
        self._offered = None
        self.announce()
        self.read()

    def connect(self, car: Vehicle, *, is_new: bool) -> None:
        """Connect a detected car.

        ``is_new``: it has just been plugged in and no transaction is running, so the meter starts at 0.
        """
        self.car = car
        if is_new:
            self.meter.reset(self.outlet.flow(car, self.outlet.offer(Limit())), self.shared.even_time())
        self.announce()
        self.update_flow()

    def disconnect(self) -> None:
        """Disconnect the car, and forget its pause and its broken diode."""
        self.car = None
        self.car_pauses = False
        self.diode_fails = None
        self.announce()
        self.update_flow()

    def switch_on(self) -> None:
        """Offer energy, because a transaction has started."""
        self.on = True
        self.update_flow()

    def switch_off(self) -> None:
        """Stop offering energy, because the transaction has ended."""
        self.on = self.station_pauses = False
        self._last_news = EnergyNews.NOTHING
        self.update_flow()

    def keep_to(self, limit: Limit) -> None:
        """Apply a limit from now on."""
        if limit != self.limit:
            self.limit = limit
            self.announce()
            self.update_flow()

    def pull(self) -> None:
        """Note that the transaction continues without its car, as SuspendedEV (StopTransactionOnEVSideDisconnect)."""
        self._last_news = EnergyNews.EV

    def announce(self) -> None:
        """Report the offered current and power if they have changed."""
        offered = self.outlet.offered(self.car, self.outlet.offer(self.limit))
        if offered != self._offered:
            self._offered = offered
            self.shared.charge_point.on_max_current_offered(self.number, offered[0])
            self.shared.charge_point.on_max_power_offered(self.number, offered[1])

    # -- energy -----------------------------------------------------------------------------------------------------

    @property
    def is_full(self) -> bool:
        """Whether the battery has reached its final state of charge."""
        battery = self.car.battery if self.car is not None else None
        return battery is not None and battery.room_wh - self.register_wh < 1e-6

    @property
    def _offers_nothing(self) -> bool:
        """Whether the limits leave nothing for this car."""
        return self.outlet.offered(self.car, self.outlet.offer(self.limit))[1] == 0

    def _holder(self) -> EnergyNews:
        """Who suspends charging, if anybody does; the station before the car (7.7)."""
        if self.station_pauses or self._offers_nothing:
            return EnergyNews.EVSE
        if self.car_pauses or self.is_full or not self._wanted.current_a:
            return EnergyNews.EV
        return EnergyNews.CHARGING

    @property
    def _wanted(self) -> Flow:
        """What the car would draw."""
        return self.outlet.flow(self.car, self.outlet.offer(self.limit)) if self.car is not None else Flow()

    def update_flow(self) -> None:
        """Start or stop the flow of energy as the present state requires, and report a change."""
        if not self.on or self.car is None:
            self._cancel("draw")
            self._cut()
            return
        state = self._holder()
        held = state is EnergyNews.EVSE or (state is EnergyNews.EV and self._last_news is not EnergyNews.NOTHING)
        if held or self.is_faulted():
            self._cancel("draw")
            self._cut()
            if held:
                self._say(state)
        elif self._last_news is EnergyNews.CHARGING:
            self._flow()
        elif "draw" not in self._waiting:
            self._later("draw", self.shared.timings.power_drawn_s, self._draw)

    def _draw(self) -> None:
        """Let the car draw power, unless somebody suspends that."""
        state = self._holder()
        self._say(state)
        if state is EnergyNews.CHARGING:
            self._flow()

    def _say(self, state: EnergyNews) -> None:
        if state is self._last_news:
            return
        self._last_news = state
        charge_point = self.shared.charge_point
        if state is EnergyNews.CHARGING:
            charge_point.on_resume_charging(self.number)
        elif state is EnergyNews.EV:
            charge_point.on_suspend_charging_ev(self.number)
        else:
            charge_point.on_suspend_charging_evse(self.number)

    def _flow(self) -> None:
        """Let the energy flow."""
        flow = self._wanted
        self.meter.flows(flow, self.shared.even_time())
        self.read()
        battery = self.car.battery if self.car is not None else None
        if battery is not None:
            room_wh = battery.room_wh - self.register_wh
            self._later("full", max(0.0, room_wh / flow.power_w * 3600), self.update_flow)
        if self.diode_fails is not None and "diode" not in self._waiting:
            self._later("diode", self.shared.timings.diode_fails_s, self.diode_fails)

    def _cut(self) -> None:
        """Stop the flow of energy."""
        self._cancel("full")
        self._cancel("diode")
        if self.meter.flow.current_a:
            self.meter.stops(self.shared.even_time())
            self.read()

    # -- the meter --------------------------------------------------------------------------------------------------

    @property
    def register_wh(self) -> float:
        """The meter's register now, Wh."""
        self.meter.count(self.shared.even_time())
        return self.meter.register_wh

    @property
    def soc_percent(self) -> float | None:
        """The car's state of charge, 0 to 100, if the car reports it."""
        if self.car is None or not self.car.tells_soc or self.car.battery is None:
            return None
        return self.car.battery.soc_after(self.register_wh)

    def _read(self) -> None:
        measurement = self.meter.read(self.shared.even_time(), self.shared.utc(), self.soc_percent)
        self.shared.charge_point.on_meter_values(self.number, measurement)

    def read(self) -> None:
        """Report a meter reading now, and periodically from now on."""
        timings = self.shared.timings
        flows = bool(self.meter.flow.current_a)
        self._later("read", timings.meter_read_s if flows else timings.idle_meter_read_s, self.read)
        self._read()

    # -- later ------------------------------------------------------------------------------------------------------

    def _later(self, what: str, delay_s: float, act: Callable[[], None]) -> None:
        self._cancel(what)

        def happens() -> None:
            self._waiting.pop(what, None)
            act()

        self._waiting[what] = self.shared.later(delay_s, happens)

    def _cancel(self, what: str) -> None:
        cancel = self._waiting.pop(what, None)
        if cancel is not None:
            cancel()

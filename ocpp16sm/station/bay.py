"""One connector of the virtual station: cable, car, session, transaction, power."""

from collections.abc import Callable
from typing import Any, Protocol

from attrs import define, field

from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.errors import NoTransactionError
from ocpp16sm.facts import ErrorInfo, SessionStartedReason
from ocpp16sm.messages import ChargePointErrorCode, Reason, UnlockStatus
from ocpp16sm.station.car import Car, PowerMeter
from ocpp16sm.station.timings import Timings
from ocpp16sm.timestamp import Timestamp


class Surroundings(Protocol):
    """What a bay needs of its station."""

    charge_point: ChargePoint
    timings: Timings
    connection_timeout_s: int

    def even_time(self) -> float:
        """Even time, s."""

    def utc(self) -> Timestamp:
        """The time of day."""

    def later(self, delay_s: float, act: Callable[..., None], *arguments: Any) -> Callable[[], None]:
        """Have something done later; gives what cancels it."""

    def session_name(self) -> str:
        """A new name for a session."""


@define
class Token:
    """An idTag that may charge."""

    id_tag: str
    parent_id_tag: str | None = None


@define(eq=False)
class Bay:
    """A connector and what is plugged into it. The chart says its status; this says what its hardware does."""

    number: int
    station: Surroundings
    meter: PowerMeter
    has_lock: bool = True
    """Whether it has a socket with a lock; otherwise its cable is fixed."""
    car: Car | None = None
    """Plugged in, whether it has been seen or not."""
    seen: bool = False
    session: str | None = None
    token: Token | None = None
    """Accepted, and waiting for the plug."""
    owner: Token | None = None
    """Whose transaction is running."""
    over: bool = False
    """The session's transaction has ended, or never came: only the plug has to go."""
    car_pauses: bool = False
    station_pauses: bool = False
    faults: dict[str, ChargePointErrorCode] = field(factory=dict)
    """Errors that prevent charging, by uuid."""
    _give_up: Callable[[], None] | None = None
    _errors: int = 0

    @property
    def _charge_point(self) -> ChargePoint:
        return self.station.charge_point

    # -- the cable --------------------------------------------------------------------------------------------------

    def plug_in(self, car: Car) -> None:
        """Somebody plugs in; a second plug does not fit."""
        if self.car is None:
            self.car = car
            self.station.later(self.station.timings.car_seen_s, self._notice_car, car)

    def _notice_car(self, car: Car) -> None:
        if self.car is not car or self.seen:
            return
        self.seen = True
        self._stop_waiting()
        if self.session is None:
            self.session = self.station.session_name()
            self._charge_point.on_session_started(self.number, self.session, SessionStartedReason.EV_CONNECTED)
        if self.owner is not None:
            self._draw_later()
        elif self.token is not None:
            self._start()
        else:
            self._wait(self._nobody_came)

    def plug_out(self) -> None:
        """Somebody unplugs; without a plug nothing happens."""
        if self.car is not None:
            self.car = None
            self._flow()
            self.station.later(self.station.timings.unplugged_s, self._notice_absence)

    def _notice_absence(self) -> None:
        if self.car is not None or not self.seen:
            return
        self.seen = self.car_pauses = self.station_pauses = False
        self._stop_waiting()
        if self.owner is not None and not self.stop(Reason.EV_DISCONNECTED):
            return
        self._end_session()

    def _nobody_came(self) -> None:
        """No token in time (ConnectionTimeOut): the plug has to go before another attempt (4.9 B6)."""
        self.over = True
        self._charge_point.on_plugin_timeout(self.number)

    def redetect(self) -> None:
        """The charge point has started anew: it knows of no session, and finds the plug."""
        self.session = self.token = self.owner = None
        self.seen = self.over = self.car_pauses = self.station_pauses = False
        self.faults.clear()
        self._stop_waiting()
        if self.car is not None:
            self.station.later(self.station.timings.car_seen_s, self._notice_car, self.car)

    # -- the token --------------------------------------------------------------------------------------------------

    @property
    def waits_for_token(self) -> bool:
        """Whether a token could be used here."""
        return self.token is None and self.owner is None and not self.over

    def accept(self, token: Token) -> None:
        """This token charges here: now, or as soon as there is a plug."""
        self.token = token
        if self.seen:
            self._stop_waiting()
            self._start()
            return
        if self.session is None:
            self.session = self.station.session_name()
            self._charge_point.on_session_started(self.number, self.session, SessionStartedReason.AUTHORIZED)
        self._wait(self._no_plug_came)

    def _no_plug_came(self) -> None:
        """No plug in time (ConnectionTimeOut): the token is forgotten (4.9 B1)."""
        self.token = None
        self._end_session()

    # -- the transaction --------------------------------------------------------------------------------------------

    def _start(self) -> None:
        assert self.session is not None
        self.owner, self.token = self.token, None
        assert self.owner is not None
        now = self.station.utc()
        register = self._register_wh()
        self._charge_point.on_transaction_started(self.number, self.session, self.owner.id_tag, register, now)
        self._draw_later()
        self._keep_reading(self.session)

    def stop(self, reason: Reason, id_tag: str | None = None) -> bool:
        """End the transaction. False: it goes on without its car (StopTransactionOnEVSideDisconnect is false)."""
        if self.owner is None or self.session is None:
            raise NoTransactionError(self.number)
        self.meter.flows(0.0, self.meter.phases, self.station.even_time())
        owner, self.owner = self.owner, None  # the handler may come back here at once, to unlock
        stopped = self._charge_point.on_transaction_stopped(
            self.number, self.session, reason, self.station.utc(), self._register_wh(), id_tag_end=id_tag
        )
        if stopped:
            self.over = True
        else:
            self.owner = owner
        return stopped

    def _end_session(self) -> None:
        session, self.session = self.session, None
        self.over = False
        if session is not None:
            self._charge_point.on_session_stopped(self.number, session)

    # -- power ------------------------------------------------------------------------------------------------------

    def _draw_later(self) -> None:
        self.station.later(self.station.timings.power_drawn_s, self._draw, self.session)

    def _draw(self, session: str | None) -> None:
        held = self.car_pauses or self.station_pauses
        if session is None or session != self.session or self.owner is None or not self.seen or held:
            return
        self._charge_point.on_resume_charging(self.number)
        self._flow()

    def _flow(self) -> None:
        held = self.car_pauses or self.station_pauses or bool(self.faults) or self.owner is None
        car = None if held else self.car
        current, phases = (car.current_a, car.phases) if car is not None else (0.0, self.meter.phases)
        self.meter.flows(current, phases, self.station.even_time())
        self.read_meter()

    def pause_by_car(self) -> None:
        """The car takes no more energy for now."""
        if self.owner is not None and not self.car_pauses:
            self.car_pauses = True
            self._flow()
            self._charge_point.on_suspend_charging_ev(self.number)

    def resume_by_car(self) -> None:
        """The car wants energy again."""
        if self.car_pauses:
            self.car_pauses = False
            self._draw_later()

    def pause_by_station(self) -> None:
        """The station delivers no more energy in this transaction."""
        if self.owner is not None and not self.station_pauses:
            self.station_pauses = True
            self._flow()
            self._charge_point.on_suspend_charging_evse(self.number)

    # -- the meter --------------------------------------------------------------------------------------------------

    def _register_wh(self) -> float:
        self.meter.count(self.station.even_time())
        return self.meter.register_wh

    def read_meter(self) -> None:
        """Tell the charge point what the meter shows."""
        measurement = self.meter.read(self.station.even_time(), self.station.utc())
        self._charge_point.on_meter_values(self.number, measurement)

    def _keep_reading(self, session: str) -> None:
        if self.session == session and self.owner is not None:
            self.read_meter()
            self.station.later(self.station.timings.meter_read_s, self._keep_reading, session)

    # -- errors, lock -----------------------------------------------------------------------------------------------

    def raise_error(self, code: ChargePointErrorCode, info: str | None, *, is_fault: bool) -> str:
        """Something is wrong here. Gives the uuid that clears it."""
        self._errors += 1
        uuid = f"{self.number}-{self._errors}"
        error = ErrorInfo(uuid=uuid, error_code=code, is_fault=is_fault, info=info, timestamp=self.station.utc())
        if is_fault:
            self.faults[uuid] = code
            self._flow()
        self._charge_point.on_error(self.number, error)
        return uuid

    def clear_error(self, uuid: str | None) -> None:
        """It is well again; None: all of it is."""
        if uuid is None:
            self.faults.clear()
            self._charge_point.on_all_errors_cleared(self.number)
        else:
            self.faults.pop(uuid, None)
            self._charge_point.on_error_cleared(self.number, uuid)
        self._flow()

    def unlock(self) -> UnlockStatus:
        """Release the cable; a transaction ends first (5.18)."""
        if not self.has_lock:
            return UnlockStatus.NOT_SUPPORTED
        if self.owner is not None:
            self.stop(Reason.UNLOCK_COMMAND)
        return UnlockStatus.UNLOCKED

    # -- patience ---------------------------------------------------------------------------------------------------

    def _wait(self, act: Callable[[], None]) -> None:
        self._stop_waiting()
        if self.station.connection_timeout_s > 0:
            self._give_up = self.station.later(self.station.connection_timeout_s, act)

    def _stop_waiting(self) -> None:
        if self._give_up is not None:
            self._give_up()
            self._give_up = None

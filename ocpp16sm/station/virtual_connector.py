"""A connector of the virtual station: cable, session, transaction. Its status is determined by the chart."""

from collections.abc import Callable
from functools import partial

from attrs import define, field

from ocpp16sm.errors import NoTransactionError
from ocpp16sm.messages import ChargePointErrorCode, Reason, UnlockStatus
from ocpp16sm.station.car import Car, Vehicle
from ocpp16sm.station.connector_build import Outlet
from ocpp16sm.station.faults import DIODE_FAULT, Faults
from ocpp16sm.station.meter import PowerMeter
from ocpp16sm.station.power_path import PowerPath
from ocpp16sm.station.shared import SharedParts
from ocpp16sm.station.signing_meter import SigningMeter
from ocpp16sm.station_facts import SessionStartedReason


@define
class Token:
    """An idTag that may charge."""

    id_tag: str
    parent_id_tag: str | None = None

    def is_stopped_by(self, id_tag: str) -> bool:
        """Whether a card may stop this token's transaction without authorization (4.8)."""
        return same_tag(id_tag, self.id_tag) or same_tag(id_tag, self.parent_id_tag)


def same_tag(one: str | None, other: str | None) -> bool:
    """Compare idTags without regard to case (7.28). None equals nothing."""
    return one is not None and other is not None and one.casefold() == other.casefold()


@define(eq=False)
class VirtualConnector:
    """A connector and the car that is plugged in."""

    number: int
    shared: SharedParts
    outlet: Outlet
    meter: PowerMeter
    car: Vehicle | None = None
    """The car that is plugged in, whether or not it has been detected."""
    seen_at: float | None = None
    """Even time at which the car was detected, s; None: it has not been."""
    session: str | None = None
    token: Token | None = None
    """The authorized token that waits for a plug."""
    owner: Token | None = None
    """The token of the running transaction."""
    began_at: float = 0.0
    """Even time at which the transaction started, s."""
    over: bool = False
    """The session's transaction has ended, or did not start. The car can be unplugged, or a token begins a new session
    (NewTransactionWithoutUnplugging).
    """
    last: Token | None = None
    """The token of the transaction that has ended, while its car is plugged in."""
    exi_response: str | None = None
    """The Central System's answer to the car's request for its contract certificate: EXI in base64."""
    faults: Faults = field(init=False)
    supply: PowerPath = field(init=False)
    signer: SigningMeter | None = field(init=False)
    """The signing meter, if the connector has one."""
    _patience: tuple[float, Callable[[], None]] | None = None
    """While only one of plug and token is there: even time since when, and what to do after ConnectionTimeOut."""
    _give_up: Callable[[], None] | None = None
    _diode_fault: str | None = None
    _is_new: bool = False
    """The car has not been detected since it was plugged in."""

    def __attrs_post_init__(self) -> None:
        self.faults = Faults(self.number, self.shared, self.update_flow)
        self.supply = PowerPath(self.number, self.shared, self.outlet, self.meter, self._faulted)

        self.signer = SigningMeter(f"METER-{self.number}", self.meter.noise) if self.outlet.signs else None

    def _faulted(self) -> bool:
        return self.faults.prevent_charging or self.shared.is_faulted()

    def update_flow(self) -> None:
        """Start or stop the flow of energy after something outside has changed."""
        self.supply.update_flow()

    # -- life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Report errors, and detect the plug, after the charge point has started."""
        self.session = self.token = self.owner = self.last = self.seen_at = None
        self.over = False
        self._stop_waiting()
        if self.signer is not None:
            self.shared.publish_key(self.number, self.signer.public_key)
        self.supply.start()
        self.faults.tell_again()
        self._expect_car()

    @property
    def seen(self) -> bool:
        """Whether the station has detected a car."""
        return self.seen_at is not None

    # -- the cable --------------------------------------------------------------------------------------------------

    def plug_in(self, car: Vehicle) -> None:
        """Plug a car in; no effect if one is plugged in already."""
        if self.car is None:
            self.car = car
            self.exi_response = None
            self._is_new = True
            self._expect_car()

    def _expect_car(self) -> None:
        if self.car is not None:
            self.shared.later(self.shared.timings.car_seen_s, partial(self._notice_car, self.car))

    def _notice_car(self, car: Vehicle) -> None:
        if self.car is not car or self.supply.car is not None:
            return
        self.seen_at = self.shared.even_time()
        self._stop_waiting()
        if self.session is None:
            self._begin_session(SessionStartedReason.EV_CONNECTED)
        is_new, self._is_new = self._is_new, False
        self.supply.connect(car, is_new=is_new and self.owner is None)
        if self.token is not None:
            self._start_transaction()
        elif self.owner is None:
            self._wait(self._nobody_came)
            if car.contract is not None or car.installation is not None:
                self.shared.car_speaks(self.number)

    def plug_out(self) -> None:
        """Unplug the car; no effect if none is plugged in."""
        if self.car is not None:
            self.car = None
            self.supply.disconnect()
            self.shared.later(self.shared.timings.unplugged_s, self._notice_absence)

    def _notice_absence(self) -> None:
        if self.car is not None or self.seen_at is None:
            return
        self.seen_at = None
        self._stop_waiting()
        if self.owner is None:
            self._end_session()
        else:
            self.stop(Reason.EV_DISCONNECTED)
        if self._diode_fault is not None:
            uuid, self._diode_fault = self._diode_fault, None
            self.faults.mend(uuid)

    def _nobody_came(self) -> None:
        """No token within ConnectionTimeOut: the car has to be unplugged before another attempt (4.9 B6)."""
        self.over = True
        self.shared.charge_point.on_plugin_timeout(self.number)

    # -- the token --------------------------------------------------------------------------------------------------

    @property
    def waits_for_token(self) -> bool:
        """Whether a token can be used here, as far as the connector is concerned."""
        if self.token is not None or self.owner is not None:
            return False
        return not self.over or (self.seen and self.shared.restarts_without_unplugging())

    def accept(self, token: Token) -> None:
        """Start a transaction with this token, now or as soon as a car is plugged in."""
        self.token = token
        if self.over:
            self.over = False
            self._begin_session(SessionStartedReason.AUTHORIZED)
        if self.seen_at is not None:
            self._stop_waiting()
            self._start_transaction()
            return
        if self.session is None:
            self._begin_session(SessionStartedReason.AUTHORIZED)
        self._wait(self._no_plug_came)

    def _no_plug_came(self) -> None:
        """No plug within ConnectionTimeOut: forget the token (4.9 B1)."""
        self.token = None
        self._end_session()

    # -- the transaction --------------------------------------------------------------------------------------------

    def _start_transaction(self) -> None:
        assert self.session is not None
        assert self.token is not None
        self.supply.read()
        self.owner, self.token = self.token, None
        self.began_at = self.shared.even_time()
        wh, now = self.supply.register_wh, self.shared.utc()
        signed = None if self.signer is None else self.signer.begin(wh, now, self.owner.id_tag)
        self.shared.charge_point.on_transaction_started(
            self.number, self.session, self.owner.id_tag, wh, None, now, signed_meter_value=signed
        )
        self.supply.switch_on()

    def stop(self, reason: Reason, id_tag: str | None = None) -> bool:
        """Stop the transaction. False: it continues without its car (StopTransactionOnEVSideDisconnect is false).

        Raises :class:`~ocpp16sm.errors.NoTransactionError`.
        """
        if self.owner is None or self.session is None:
            raise NoTransactionError(self.number)
        self.supply.read()
        owner, self.owner = self.owner, None  # the handler may call unlock at once
        wh, now = self.supply.register_wh, self.shared.utc()
        signed = None if self.signer is None else self.signer.end(wh, now, owner.id_tag)
        stopped = self.shared.charge_point.on_transaction_stopped(
            self.number, self.session, reason, now, wh, id_tag_end=id_tag, signed_meter_value=signed
        )
        if not stopped:
            self.owner = owner
            self.supply.pull()
            return False
        self.supply.switch_off()
        self.over = True
        self.last = owner
        if self.seen_at is None:  # its car had gone before
            self._end_session()
        return True

    def _begin_session(self, reason: SessionStartedReason) -> None:
        self.session = self.shared.session_name()
        self.shared.charge_point.on_session_started(self.number, self.session, reason)

    def _end_session(self) -> None:
        session, self.session = self.session, None
        self.over = False
        self.last = None
        if session is not None:
            self.shared.charge_point.on_session_stopped(self.number, session)

    # -- the car, and the station -----------------------------------------------------------------------------------

    def pause_by_car(self) -> None:
        """Have the car suspend charging; no effect without a car."""
        if self.car is not None:
            self.supply.car_pauses = True
            self.update_flow()

    def resume_by_car(self) -> None:
        """Have the car resume charging."""
        self.supply.car_pauses = False
        self.update_flow()

    def pause_by_station(self) -> None:
        """Suspend charging by the station until this transaction ends."""
        if self.owner is not None:
            self.supply.station_pauses = True
            self.update_flow()

    def break_diode(self) -> None:
        """Break the car's diode once it has charged for a while; plug a car in first if there is none."""
        if self.car is None:
            self.plug_in(Car())
        self.supply.diode_fails = self._diode_fails
        self.update_flow()

    def _diode_fails(self) -> None:
        if self._diode_fault is None:
            self._diode_fault = self.faults.add(DIODE_FAULT)

    def unlock(self) -> UnlockStatus:
        """Release the cable; stops a transaction first (5.18)."""
        if not self.outlet.has_lock:
            return UnlockStatus.NOT_SUPPORTED
        if self.owner is not None:
            self.stop(Reason.UNLOCK_COMMAND)
        if ChargePointErrorCode.CONNECTOR_LOCK_FAILURE in self.faults.codes:
            return UnlockStatus.UNLOCK_FAILED
        return UnlockStatus.UNLOCKED

    # -- patience ---------------------------------------------------------------------------------------------------

    def _wait(self, act: Callable[[], None]) -> None:
        self._patience = (self.shared.even_time(), act)
        self.timeout_changed()

    def timeout_changed(self) -> None:
        """Apply a changed ConnectionTimeOut, also to a wait that has begun."""
        if self._give_up is not None:
            self._give_up()
            self._give_up = None
        if self._patience is not None and self.shared.connection_timeout_s > 0:
            since, _act = self._patience
            left_s = since + self.shared.connection_timeout_s - self.shared.even_time()
            self._give_up = self.shared.later(max(0.0, left_s), self._lose_patience)

    def _lose_patience(self) -> None:
        assert self._patience is not None
        _since, act = self._patience
        self._patience = None
        act()

    def _stop_waiting(self) -> None:
        self._patience = None
        self.timeout_changed()

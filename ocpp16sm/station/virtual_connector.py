"""One connector of the virtual station: cable, session, transaction. The chart says its status; this, what happens."""

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
        """Whether a card ends this token's transaction without having to be asked about (4.8)."""
        return same_tag(id_tag, self.id_tag) or same_tag(id_tag, self.parent_id_tag)


def same_tag(one: str | None, other: str | None) -> bool:
    """idTags are compared without regard to case (7.28); one that is not known is like no other."""
    return one is not None and other is not None and one.casefold() == other.casefold()


@define(eq=False)
class VirtualConnector:
    """A connector and what is plugged into it."""

    number: int
    site: SharedParts
    outlet: Outlet
    meter: PowerMeter
    car: Vehicle | None = None
    """Plugged in, whether it has been seen or not."""
    seen_at: float | None = None
    """When the car was seen, even time; None: it has not been."""
    session: str | None = None
    token: Token | None = None
    """Accepted, and waiting for the plug."""
    owner: Token | None = None
    """Whose transaction is running."""
    began_at: float = 0.0
    """When that began, even time."""
    over: bool = False
    """The session's transaction has ended, or never began. The car can be unplugged, or a token begins a new session
    (NewTransactionWithoutUnplugging).
    """
    last: Token | None = None
    """The token of the transaction that has ended, while its car is plugged in."""
    exi_response: str | None = None
    """What the Central System answered the car that asked for the certificate of its contract: EXI in base64."""
    faults: Faults = field(init=False)
    supply: PowerPath = field(init=False)
    signer: SigningMeter | None = field(init=False)
    """What signs its values, if they are signed."""
    _patience: tuple[float, Callable[[], None]] | None = None
    """Since when, and for what, the other of plug and token is waited."""
    _give_up: Callable[[], None] | None = None
    _diode_fault: str | None = None
    _is_new: bool = False
    """The car has not been seen since it was plugged in."""

    def __attrs_post_init__(self) -> None:
        self.faults = Faults(self.number, self.site, self.update_flow)
        self.supply = PowerPath(self.number, self.site, self.outlet, self.meter, self._faulted)

        self.signer = SigningMeter(f"METER-{self.number}", self.meter.noise) if self.outlet.signs else None

    def _faulted(self) -> bool:
        return self.faults.prevent_charging or self.site.is_faulted()

    def update_flow(self) -> None:
        """Something outside has changed that may let energy flow, or not."""
        self.supply.update_flow()

    # -- life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """The charge point has started, and knows nothing yet: say what is broken, and look for the plug."""
        self.session = self.token = self.owner = self.last = self.seen_at = None
        self.over = False
        self._stop_waiting()
        if self.signer is not None:
            self.site.publish_key(self.number, self.signer.public_key)
        self.supply.start()
        self.faults.tell_again()
        self._expect_car()

    @property
    def seen(self) -> bool:
        """Whether a car is plugged in, as far as the station knows."""
        return self.seen_at is not None

    # -- the cable --------------------------------------------------------------------------------------------------

    def plug_in(self, car: Vehicle) -> None:
        """Somebody plugs in; a second plug does not fit."""
        if self.car is None:
            self.car = car
            self.exi_response = None
            self._is_new = True
            self._expect_car()

    def _expect_car(self) -> None:
        if self.car is not None:
            self.site.later(self.site.timings.car_seen_s, partial(self._notice_car, self.car))

    def _notice_car(self, car: Vehicle) -> None:
        if self.car is not car or self.supply.car is not None:
            return
        self.seen_at = self.site.even_time()
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
                self.site.car_speaks(self.number)

    def plug_out(self) -> None:
        """Somebody unplugs; without a plug nothing happens."""
        if self.car is not None:
            self.car = None
            self.supply.disconnect()
            self.site.later(self.site.timings.unplugged_s, self._notice_absence)

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
        """No token in time (ConnectionTimeOut): the plug has to go before another attempt (4.9 B6)."""
        self.over = True
        self.site.charge_point.on_plugin_timeout(self.number)

    # -- the token --------------------------------------------------------------------------------------------------

    @property
    def waits_for_token(self) -> bool:
        """Whether a token can be used here, as far as the connector is concerned."""
        if self.token is not None or self.owner is not None:
            return False
        return not self.over or (self.seen and self.site.restarts_without_unplugging())

    def accept(self, token: Token) -> None:
        """This token charges here: now, or as soon as there is a plug."""
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
        """No plug in time (ConnectionTimeOut): the token is forgotten (4.9 B1)."""
        self.token = None
        self._end_session()

    # -- the transaction --------------------------------------------------------------------------------------------

    def _start_transaction(self) -> None:
        assert self.session is not None
        assert self.token is not None
        self.supply.read()
        self.owner, self.token = self.token, None
        self.began_at = self.site.even_time()
        wh, now = self.supply.register_wh, self.site.utc()
        signed = None if self.signer is None else self.signer.begin(wh, now, self.owner.id_tag)
        self.site.charge_point.on_transaction_started(
            self.number, self.session, self.owner.id_tag, wh, None, now, signed_meter_value=signed
        )
        self.supply.switch_on()

    def stop(self, reason: Reason, id_tag: str | None = None) -> bool:
        """End the transaction. False: it goes on without its car (StopTransactionOnEVSideDisconnect is false)."""
        if self.owner is None or self.session is None:
            raise NoTransactionError(self.number)
        self.supply.read()
        owner, self.owner = self.owner, None  # the handler may come back here at once, to unlock
        wh, now = self.supply.register_wh, self.site.utc()
        signed = None if self.signer is None else self.signer.end(wh, now, owner.id_tag)
        stopped = self.site.charge_point.on_transaction_stopped(
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
        self.session = self.site.session_name()
        self.site.charge_point.on_session_started(self.number, self.session, reason)

    def _end_session(self) -> None:
        session, self.session = self.session, None
        self.over = False
        self.last = None
        if session is not None:
            self.site.charge_point.on_session_stopped(self.number, session)

    # -- the car, and the station -----------------------------------------------------------------------------------

    def pause_by_car(self) -> None:
        """The car takes no more energy for now."""
        if self.car is not None:
            self.supply.car_pauses = True
            self.update_flow()

    def resume_by_car(self) -> None:
        """The car wants energy again."""
        self.supply.car_pauses = False
        self.update_flow()

    def pause_by_station(self) -> None:
        """The station delivers no more energy in this transaction."""
        if self.owner is not None:
            self.supply.station_pauses = True
            self.update_flow()

    def break_diode(self) -> None:
        """The diode of the car breaks when it has charged for a while. If there is none, such a car is plugged in."""
        if self.car is None:
            self.plug_in(Car())
        self.supply.diode_fails = self._diode_fails
        self.update_flow()

    def _diode_fails(self) -> None:
        if self._diode_fault is None:
            self._diode_fault = self.faults.add(DIODE_FAULT)

    def unlock(self) -> UnlockStatus:
        """Release the cable; a transaction ends first (5.18)."""
        if not self.outlet.has_lock:
            return UnlockStatus.NOT_SUPPORTED
        if self.owner is not None:
            self.stop(Reason.UNLOCK_COMMAND)
        if ChargePointErrorCode.CONNECTOR_LOCK_FAILURE in self.faults.codes:
            return UnlockStatus.UNLOCK_FAILED
        return UnlockStatus.UNLOCKED

    # -- patience ---------------------------------------------------------------------------------------------------

    def _wait(self, act: Callable[[], None]) -> None:
        self._patience = (self.site.even_time(), act)
        self.timeout_changed()

    def timeout_changed(self) -> None:
        """ConnectionTimeOut is another one, also for who waits already."""
        if self._give_up is not None:
            self._give_up()
            self._give_up = None
        if self._patience is not None and self.site.connection_timeout_s > 0:
            since, _act = self._patience
            left_s = since + self.site.connection_timeout_s - self.site.even_time()
            self._give_up = self.site.later(max(0.0, left_s), self._lose_patience)

    def _lose_patience(self) -> None:
        assert self._patience is not None
        _since, act = self._patience
        self._patience = None
        act()

    def _stop_waiting(self) -> None:
        self._patience = None
        self.timeout_changed()

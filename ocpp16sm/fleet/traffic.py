"""Drivers and cars at one connector: arrivals, sessions and departures."""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from attrs import define, field

from ocpp16sm.errors import NotStartedError
from ocpp16sm.fleet.profile import HOUR_S, Kind, SessionsPlan
from ocpp16sm.fleet.rng import Rng
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.station import VirtualStation

PATIENCE_S = 120.0
"""Seconds that a driver waits for a transaction to start or stop before leaving."""
LOOK_AGAIN_S = 5.0
"""Seconds until the next attempt if a connector cannot be used now."""


class Use(Enum):
    """The state of use of a connector."""

    FREE = 0
    COMING = 1
    """A driver is there, but no transaction has started."""
    CHARGING = 2
    LEAVING = 3


class TrafficOwner(Protocol):
    """What the traffic needs from its station."""

    station: VirtualStation
    sessions: SessionsPlan
    rng: Rng


@define(eq=False, slots=True)
class Traffic:
    """The traffic at one connector. It has at most one timer, in the event loop."""

    number: int
    owner: TrafficOwner
    use: Use = Use.FREE
    waits_for_delivery: bool = False
    """Whether the next driver comes as soon as all messages are delivered."""
    _kind: Kind | None = None
    _tag: str = ""
    _timer: asyncio.TimerHandle | None = field(default=None)

    def expect(self) -> None:
        """Schedule the next arrival."""
        self.use = Use.FREE
        sessions = self.owner.sessions
        if sessions.back_to_back:
            self.waits_for_delivery = True
            self._later(LOOK_AGAIN_S, self.expect)
            asyncio.get_running_loop().call_soon(self.delivered)
        elif sessions.arrivals_per_hour > 0:
            self._later(self.owner.rng.gap(HOUR_S / sessions.arrivals_per_hour), self._come)
        else:
            self._stop()

    def forget(self) -> None:
        """Remove the driver, and cancel arrivals."""
        self.use = Use.FREE
        self.waits_for_delivery = False
        self._stop()

    def delivered(self) -> None:
        """Let the next driver come if that waits for delivery and all messages are delivered."""
        if self.waits_for_delivery and self.owner.station.charge_point.queued == 0 and self._is_available():
            self.waits_for_delivery = False
            self._come()

    def _is_available(self) -> bool:
        charge_point = self.owner.station.charge_point
        return charge_point.accepted and charge_point.status(self.number) is ChargePointStatus.AVAILABLE

    # -- one visit --------------------------------------------------------------------------------------------------

    def _come(self) -> None:
        if not self._is_available():
            self.expect()
            return
        sessions = self.owner.sessions
        rng = self.owner.rng
        kind = self._kind = sessions.mix[rng.weighed([kind.weight for kind in sessions.mix])]
        self._tag = sessions.id_tag.format(number=1 + rng.below(sessions.cards))
        self.use = Use.COMING
        walk_s = rng.between(sessions.walk_s)
        if not kind.card:
            self._plug()
            self._later(rng.between(kind.duration_s), self._go)
        elif kind.first == "plug":
            self._plug()
            self._later(walk_s, self._show_card)
        else:
            self._show_card()
            self._later(walk_s, self._plug_and_wait)

    def _plug(self) -> None:
        kind = self._kind or self.owner.sessions.mix[0]
        self.owner.station.plug_in(self.number, kind.vehicle())

    def _plug_and_wait(self) -> None:
        self._later(PATIENCE_S, self._go)
        self._plug()

    def _show_card(self) -> None:
        self._later(PATIENCE_S, self._go)
        self.owner.station.present_token(self._tag, [self.number])

    def claimed(self) -> None:
        """Send a driver if the connector becomes Preparing without one, because of a remote start."""
        if self.use is Use.FREE:
            sessions = self.owner.sessions
            self.use = Use.COMING
            self.waits_for_delivery = False
            self._kind = sessions.mix[self.owner.rng.weighed([kind.weight for kind in sessions.mix])]
            self._later(self.owner.rng.between(sessions.walk_s), self._plug_and_wait)

    def began(self) -> None:
        """Schedule the rest of the session, because a transaction has started."""
        self.use = Use.CHARGING
        self.waits_for_delivery = False
        kind = self._kind or self.owner.sessions.mix[0]
        rng = self.owner.rng
        duration_s = rng.between(kind.duration_s)
        if rng.random() < kind.pauses:
            self._later(duration_s / 2, lambda: self._pause(kind, duration_s / 2))
        else:
            self._later(duration_s, self._finish)

    def _pause(self, kind: Kind, left_s: float) -> None:
        pause_s = min(left_s, self.owner.rng.between(kind.pause_s))
        self._later(pause_s, lambda: self._resume(left_s - pause_s))
        self.owner.station.ev_pause(self.number)

    def _resume(self, left_s: float) -> None:
        self._later(left_s, self._finish)
        self.owner.station.ev_resume(self.number)

    def _finish(self) -> None:
        station = self.owner.station
        owner = station.virtual_connector(self.number).owner
        if owner is None or (self._kind is not None and self._kind.stop == "unplug"):
            self._go()
        else:
            self._later(PATIENCE_S, self._go)
            station.present_token(owner.id_tag, [self.number])

    def ended(self) -> None:
        """The transaction here has ended."""
        if self.use is Use.CHARGING:
            self.use = Use.LEAVING
            self._later(self.owner.rng.between(self.owner.sessions.leave_s), self._go)

    def _go(self) -> None:
        self.use = Use.LEAVING
        self._later(0.0, self.expect)
        self.owner.station.plug_out(self.number)

    # -- time -------------------------------------------------------------------------------------------------------

    def _later(self, delay_s: float, act: Callable[[], None]) -> None:
        self._stop()
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._do, act)

    def _do(self, act: Callable[[], None]) -> None:
        self._timer = None
        try:
            act()
        except NotStartedError:  # the charge point is restarting
            self._later(LOOK_AGAIN_S, act)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

"""One station of a fleet: a virtual station, its drivers and its failures."""

import ssl
from collections.abc import Callable
from random import Random

from attrs import field, frozen

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import Certificates
from ocpp16sm.clock import Clock
from ocpp16sm.errors import NotStartedError
from ocpp16sm.fleet.counts import Counts
from ocpp16sm.fleet.network import Network
from ocpp16sm.fleet.profile import Profile
from ocpp16sm.fleet.rng import Rng
from ocpp16sm.fleet.traffic import Traffic
from ocpp16sm.fleet.troubles import Troubles
from ocpp16sm.listener import Listener
from ocpp16sm.messages import ChargePointStatus, RegistrationStatus
from ocpp16sm.network.transport import Transport
from ocpp16sm.records import SecurityEvent, Verification
from ocpp16sm.station import Timings, VirtualStation
from ocpp16sm.store import MemoryStore

log = NamedLog("ocpp16sm.fleet")

INVALID = "InvalidMessages"
"""The security event for a message that violates its schema."""


class SharedTrust(Certificates):
    """The operating system's roots, read once for all stations; stations have no certificates of their own."""

    def __init__(self) -> None:
        self._contexts: dict[Verification, ssl.SSLContext] = {}

    def tls(self, verification: Verification, client: str | None) -> ssl.SSLContext:
        """:meth:`Certificates.tls`."""
        if client is not None or verification not in self._contexts:
            self._contexts[verification] = super().tls(verification, client)
        return self._contexts[verification]


@frozen(kw_only=True)
class FleetEnvironment:
    """What the stations of a fleet share."""

    url: str
    profile: Profile
    timings: Timings
    counts: Counts
    clock: Clock
    random: Random
    """Source of message ids, back-offs and the noise of meters."""
    now: Callable[[], float]
    """Clock for measurements, s. (The time of uvloop has a resolution of a millisecond only.)"""
    certificates: Certificates = field(factory=SharedTrust)
    transport: Callable[[int], Transport]
    """Returns the transport of a station, by its number."""


class Member(Listener):
    """A station of a fleet.

    :param number: its number, from 1.
    :param yard: what it shares with the others.
    """

    def __init__(self, number: int, environment: FleetEnvironment) -> None:
        self.number = number
        self.profile = environment.profile
        self.sessions = environment.profile.sessions
        self.rng = Rng(environment.profile.seed, number)
        self._counts = environment.counts
        self._now = environment.now
        self.network = Network(environment.transport(number), environment.counts, self._now, self._after)
        self.station = VirtualStation(
            environment.profile.settings(environment.url, number),
            timings=environment.timings,
            random=environment.random,
            listener=self,
            store=MemoryStore(),
            transport=self.network,
            clock=environment.clock,
            certificates=environment.certificates,
            entries_kept=0,
        )
        self.traffic = tuple(
            Traffic(each, self) for each in range(1, self.station.charge_point.settings.connectors + 1)
        )
        self._troubles = Troubles(self)
        self._powered_at = self._lost_at = 0.0
        self._power_cuts = 0
        self._was_connected = self._connected = self._booted = False
        self._charging: set[int] = set()
        self._stopping = False

    # -- life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Switch the station on, and begin arrivals and failures."""
        self._counts.started += 1
        self._boot()
        self._troubles.begin()

    async def stop(self) -> None:
        """Shut down cleanly: stop transactions and, if possible, deliver them."""
        self._retire()
        await self.station.stop()
        self._forget()

    def kill(self) -> None:
        """Stop at once, as in a power cut."""
        self._retire()
        self._power_off()

    def _retire(self) -> None:
        if not self._stopping:
            self._stopping = True
            self._counts.started -= 1
        self._troubles.end()
        for traffic in self.traffic:
            traffic.forget()

    def _forget(self) -> None:
        """Take the station, now off, out of the gauges."""
        if self._connected:
            self._counts.connected -= 1
        if self._booted:
            self._counts.booted -= 1
        self._counts.in_session -= len(self._charging)
        self._charging.clear()
        self._connected = self._booted = False

    # -- failures ---------------------------------------------------------------------------------------------------

    def cut_network(self) -> None:
        """Break the connection, and refuse new ones until :meth:`mend_network`."""
        self.network.cut()

    def mend_network(self) -> None:
        """Restore the network; the station notices at its next attempt to connect."""
        self.network.mend()
        self._lost_at = self._now()

    def cut_power(self) -> None:
        """Cut the power: all cars leave, and only the store remains. Without power the cut is only counted."""
        self._power_cuts += 1
        for traffic in self.traffic:
            traffic.forget()
        self._power_off()

    def _power_off(self) -> None:
        if self.network.connection is not None:
            self.network.connection.excuse()
        self.station.power_off()
        self._forget()

    def restore_power(self) -> None:
        """End one power cut; after the last one boot with the contents of the store."""
        self._power_cuts -= 1
        if not self._power_cuts and not self._stopping:
            self._boot()

    def _boot(self) -> None:
        self._powered_at = self._lost_at = self._now()
        self._was_connected = False
        self.station.boot()
        for traffic in self.traffic:
            traffic.expect()

    # -- events -----------------------------------------------------------------------------------------------------

    def _after(self) -> None:
        for traffic in self.traffic:
            if traffic.waits_for_delivery:
                try:
                    traffic.delivered()
                except NotStartedError:
                    log.debug("station %d is restarting; the next driver comes later", self.number)

    def look(self, now: float) -> None:
        """Count a request that has waited too long; ``now`` in seconds of :attr:`FleetEnvironment.now`."""
        connection = self.network.connection
        if connection is not None:
            connection.look(now)

    def connection_changed(self, connected: bool, reason: str) -> None:
        """:meth:`Listener.connection_changed`."""
        now = self._now()
        if connected:
            if self._was_connected:
                self._counts.waited("reconnect", now - self._lost_at)
            self._was_connected = True
            self._counts.connected += not self._connected
        else:
            self._counts.connected -= self._connected
            if not (self.network.is_cut or self._stopping):
                self._lost_at = now
                if self._connected:
                    self._counts.failed(f"connection lost: {reason}")
        self._connected = connected

    def registration_answered(self, status: RegistrationStatus, current_time: Timestamp, interval_s: int) -> None:
        """:meth:`Listener.registration_answered`."""
        if status is not RegistrationStatus.ACCEPTED:
            self._counts.failed(f"BootNotification: {status}")
        elif not self._booted:
            self._booted = True
            self._counts.booted += 1
            self._counts.waited("boot", self._now() - self._powered_at)

    def status_changed(self, connector: int, status: ChargePointStatus) -> None:
        """:meth:`Listener.status_changed`."""
        if status is ChargePointStatus.PREPARING and connector and not self._stopping:
            self.traffic[connector - 1].claimed()

    def transaction_started(self, connector: int, session_id: str) -> None:
        """:meth:`Listener.transaction_started`."""
        self._charging.add(connector)
        self._counts.in_session += 1
        self._counts.sessions += 1
        if not self._stopping:
            self.traffic[connector - 1].began()

    def transaction_stopped(self, connector: int, session_id: str, transaction_id: int | None) -> None:
        """:meth:`Listener.transaction_stopped`."""
        if connector in self._charging:
            self._charging.discard(connector)
            self._counts.in_session -= 1
        if not self._stopping:
            self.traffic[connector - 1].ended()

    def security_event_occurred(self, event: SecurityEvent) -> None:
        """:meth:`Listener.security_event_occurred`."""
        if event.type == INVALID and self.network.connection is not None:
            self.network.connection.blame("violates its schema")

    def request_abandoned(self, action: str, reason: str) -> None:
        """:meth:`Listener.request_abandoned`."""
        self._counts.failed(f"{action}: given up")

"""The process that is killed: a charge point, or a whole virtual station, that has one session after the other.

It says on standard output what its handlers have vouched for, a JSON line each: written after the handler returned,
so that whatever is there must reach the Central System. Run by :mod:`tests.durability.test_kill`.
"""

import asyncio
import json
import os
import selectors
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

from attrs import define

from ocpp16sm import ChargePoint, Settings, Timestamp
from ocpp16sm.base.words import ReasonWord
from ocpp16sm.clock import SystemClock
from ocpp16sm.errors import NoTransactionError
from ocpp16sm.generated.handlers import HandlerCall, TransactionStarted, TransactionStopped
from ocpp16sm.station import VirtualStation
from ocpp16sm.station_facts import Measurement, PerPhase

FASTER = 20
"""So many times faster does even time run here: samples are due each 50 ms, answers within 1.5 s."""

CONNECTORS = 2
WH_A_LIFE = 1_000_000

STOP_REASONS: tuple[ReasonWord, ...] = ("Local", "Remote", "EVDisconnected", "EmergencyStop")


class _FastSelector(selectors.DefaultSelector):
    def select(self, timeout: float | None = None) -> Any:
        return super().select(None if timeout is None else timeout / FASTER)


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop whose time runs faster than that of the world."""

    def __init__(self) -> None:
        super().__init__(_FastSelector())

    def time(self) -> float:
        return super().time() * FASTER


@define
class Life:
    """One life of the process: what it is told when it is started."""

    mode: str
    """``charge_point``, ``station``, or ``deliver``: have no sessions, deliver what is there, and end."""
    number: int
    url: str
    store: str
    resuming: Mapping[str, int]
    """Sessions that go on -> connector."""

    def settings(self) -> Settings:
        return Settings(
            charge_point_id="CP001",
            central_system_url=self.url,
            connectors=CONNECTORS,
            store=self.store,
            configuration={
                "AllowOfflineTxForUnknownId": "true",
                "ClockAlignedDataInterval": "0",
                "MeterValueSampleInterval": "1",
                "MeterValuesSampledData": "Energy.Active.Import.Register",
                "StopTxnSampledData": "Energy.Active.Import.Register",
                "MinimumStatusDuration": "0",
                "RetryBackOffRandomRange": "0",
                "RetryBackOffWaitMinimum": "1",
                "TransactionMessageAttempts": "1000",
                "TransactionMessageRetryInterval": "1",
                "WebSocketPingInterval": "0",
            },
        )


def say(**row: object) -> None:
    """Straight to the pipe: what is said survives the process."""
    os.write(1, (json.dumps(row) + "\n").encode())


def witness(charge_point: ChargePoint) -> None:
    """Say what the handlers of transactions have vouched for, as soon as they return."""
    perform = charge_point._call

    def witnessed(call: HandlerCall) -> Any:
        if isinstance(call, TransactionStopped):
            say(said="stopping", session=call.session_id, register=call.energy_wh_import, reason=call.reason)
        result = perform(call)
        if isinstance(call, TransactionStarted):
            say(
                said="started",
                session=call.session_id,
                tag=call.id_token,
                connector=call.connector,
                register=call.meter_start,
                at=call.timestamp.text(),
            )
        if isinstance(call, TransactionStopped) and result:
            say(said="stopped", session=call.session_id, register=call.energy_wh_import, reason=call.reason)
        return result

    charge_point._call = witnessed  # type: ignore[method-assign]  # a witness, not another behaviour


async def pass_by(seconds: float) -> None:
    """Let time pass; the station's business goes on meanwhile."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(seconds, over.set_result, None)
    await over


# -- a charge point, driven by its handlers ----------------------------------------------------------------------------


@define
class Driver:
    """Has sessions at one connector, for ever."""

    charge_point: ChargePoint
    connector: int
    life: int
    chance: Random
    register: float
    count: int = 0

    async def go_on(self, resumed: str | None) -> None:
        """First the session that goes on, if there is one."""
        session = resumed
        while True:
            if session is None:
                session = self._begin()
            for _ in range(self.chance.randrange(8)):
                self._read_meter()
                await pass_by(self.chance.uniform(0, 1))
            self._end(session)
            session = None
            await pass_by(self.chance.uniform(0, 0.5))

    def _now(self) -> Timestamp:
        return SystemClock().utc()

    def _begin(self) -> str:
        self.count += 1
        session = f"{self.life}-{self.connector}-{self.count}"
        self.charge_point.on_session_started(self.connector, session, "EVConnected")
        self.register = float(int(self.register) + 1)
        self.charge_point.on_transaction_started(self.connector, session, session, self.register, None, self._now())
        return session

    def _read_meter(self) -> None:
        self.register += 1.25
        reading = Measurement(timestamp=self._now(), energy_wh_import=PerPhase(total=self.register))
        self.charge_point.on_meter_values(self.connector, reading)

    def _end(self, session: str) -> None:
        reason = self.chance.choice(STOP_REASONS)
        self.register = float(int(self.register) + 1)
        with suppress(NoTransactionError):  # a session that goes on, although its stop was on disk already
            self.charge_point.on_transaction_stopped(self.connector, session, reason, self._now(), self.register)
        self.charge_point.on_session_stopped(self.connector, session)


async def _drive(life: Life) -> None:
    charge_point = ChargePoint(life.settings())
    witness(charge_point)
    await charge_point.start(resuming_sessions=frozenset(life.resuming))
    on_connector = {connector: session for session, connector in life.resuming.items()}
    drivers = [
        Driver(charge_point, n, life.number, Random(f"{life.number}-{n}"), life.number * WH_A_LIFE)
        for n in range(1, CONNECTORS + 1)
    ]
    async with asyncio.TaskGroup() as tasks:
        for driver in drivers:
            tasks.create_task(driver.go_on(on_connector.get(driver.connector)))


# -- a virtual station, with people and cars ---------------------------------------------------------------------------


async def _play(life: Life) -> None:
    station = VirtualStation(life.settings(), seed=life.number)
    witness(station.charge_point)
    await station.start()
    async with asyncio.TaskGroup() as tasks:
        for connector in range(1, CONNECTORS + 1):
            tasks.create_task(_people(station, connector, life.number))


async def _people(station: VirtualStation, connector: int, life: int) -> None:
    """Come and go at one connector, for ever: in any order, by card or by cable, and sometimes it breaks."""
    chance = Random(f"{life}-{connector}")
    count = 0
    while True:
        count += 1
        tag = f"{life}-{connector}-{count}"
        acts = [partial(station.plug_in, connector), partial(station.present_token, tag, [connector])]
        chance.shuffle(acts)
        for act in acts:
            act()
            await pass_by(chance.uniform(0, 2))
        await station.charge_point.wait_until(lambda: station.virtual_connector(connector).owner is not None)
        await pass_by(chance.uniform(0, 8))
        match chance.randrange(4):
            case 0:
                station.present_token(tag, [connector])
            case 1:
                station.raise_error(connector, "GroundFailure")
                await pass_by(chance.uniform(0, 1))
                station.clear_error(connector)
            case 2:
                station.ev_pause(connector)
        await pass_by(chance.uniform(0, 1))
        station.plug_out(connector)
        await station.charge_point.wait_until(lambda: station.virtual_connector(connector).session is None)


async def _deliver(life: Life) -> None:
    """What every earlier life has left is delivered; then the process ends in good order."""
    charge_point = ChargePoint(life.settings())
    await charge_point.start()
    await charge_point.wait_until_accepted()
    await charge_point.wait_until_delivered()
    await charge_point.stop()


MODES = {"charge_point": _drive, "station": _play, "deliver": _deliver}

if __name__ == "__main__":
    told = Life(**json.loads(sys.argv[1]))
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        runner.run(MODES[told.mode](told))

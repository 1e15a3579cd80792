"""A virtual station and an embedded Central System, in virtual time."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from ocpp16sm.csms import Peer, Policy, Transaction
from ocpp16sm.messages import ChargePointStatus, Reason
from ocpp16sm.station import Timings, VirtualStation
from tests.support.virtual_time import Lines, LoopClock, passes, settings


class StationScene:
    """The station, those in front of it, and those far away."""

    def __init__(
        self, policy: Policy | None, connectors: int, seed: int, configuration: dict[str, str], **how: Any
    ) -> None:
        self.lines = Lines(policy)
        self.shown: list[str] = []
        """What the display said."""
        usual: dict[str, Any] = {"timings": Timings(meter_read_s=20, idle_meter_read_s=600), "clock": LoopClock()}
        self.station = VirtualStation(
            settings(connectors=connectors, configuration=configuration),
            seed=seed,
            display=self.shown.append,
            transport=self.lines,
            **{**usual, **how},
        )

    @property
    def peer(self) -> Peer:
        """The station as the Central System sees it."""
        return self.lines.peer

    @property
    def transactions(self) -> list[Transaction]:
        """All of them, in order."""
        return list(self.lines.system.request_handler.transactions.values())

    def status(self, connector: int = 1) -> ChargePointStatus:
        """As would be reported."""
        return self.station.status(connector)

    async def becomes(self, status: str, connector: int = 1) -> None:
        """Wait for a status."""
        await self.station.charge_point.wait_until(lambda: self.status(connector) == status)

    async def charges(self, tag: str = "TAG", connector: int = 1) -> None:
        """Somebody plugs in and shows a card."""
        self.station.plug_in(connector)
        await self.becomes("Preparing", connector)
        self.station.present_token(tag, [connector])
        await self.becomes("Charging", connector)

    def stopped(self, number: int = 0) -> tuple[Reason | None, int]:
        """Why a transaction has stopped, and how much was charged, Wh."""
        transaction = self.transactions[number]
        assert transaction.stop is not None, "it is still running"
        return transaction.stop.reason, transaction.stop.meter_stop - transaction.start.meter_start

    def sampled(self, measurand: str) -> list[float]:
        """What was said of a measurand, over all phases, in all MeterValues."""
        values = [
            value for heard in self.peer.heard if heard.action == "MeterValues" for value in heard.request.meter_value
        ]
        return [
            float(one.value)
            for value in values
            for one in value.sampled_value
            if one.measurand == measurand and one.phase is None
        ]

    async def delivered(self) -> None:
        """Everything has been said and answered."""
        await passes(1)
        await self.station.charge_point.wait_until_delivered()


@asynccontextmanager
async def station_scene(
    policy: Policy | None = None,
    *,
    connectors: int = 1,
    seed: int = 0,
    how: Mapping[str, Any] | None = None,
    **configuration: str,
) -> AsyncIterator[StationScene]:
    """A station that has registered. ``how``: what else it is built with."""
    made = StationScene(policy, connectors, seed, configuration, **(how or {}))
    async with made.station:
        await made.station.charge_point.wait_until_accepted()
        await made.station.charge_point.wait_until_delivered()
        yield made

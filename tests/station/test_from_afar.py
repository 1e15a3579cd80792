"""What a Central System does at a virtual station."""

import asyncio

import pytest

from ocpp16sm.csms import InjectedFault, Policy
from ocpp16sm.messages import (
    AuthorizationStatus,
    AvailabilityType,
    ChangeAvailabilityRequest,
    IdTagInfo,
    Reason,
    RemoteStartTransactionRequest,
    RemoteStopTransactionRequest,
    ResetRequest,
    ResetType,
    UnlockConnectorRequest,
    UnlockStatus,
)
from ocpp16sm.station import Outlet, Timings
from tests.support.station_scene import station_scene
from tests.support.virtual_time import passes, run

HOUR_S = 3600
USUAL = Timings()
BLOCKED = IdTagInfo(AuthorizationStatus.BLOCKED)
FAMILY = IdTagInfo(AuthorizationStatus.ACCEPTED, parent_id_tag="FAMILY")


@pytest.mark.parametrize("plugged", [True, False], ids=["with a car", "before the car"])
def test_a_remote_start_charges(plugged: bool) -> None:
    async def story() -> None:
        async with station_scene() as where:
            if plugged:
                where.station.plug_in(1)
                await where.becomes("Preparing")
            answer = await where.peer.call(RemoteStartTransactionRequest(id_tag="AFAR", connector_id=1))
            assert answer.status == "Accepted"
            if not plugged:
                await where.becomes("Preparing")
                where.station.plug_in(1)
            await where.becomes("Charging")
            await where.delivered()
            assert where.transactions[0].start.id_tag == "AFAR"
            assert where.lines.sent("Authorize") == []

    run(story())


@pytest.mark.parametrize("tag", ["GOOD", "BAD"])
def test_a_remote_start_is_authorized_first_where_that_is_asked_for(tag: str) -> None:
    """AuthorizeRemoteTxRequests (9.1, 5.11)."""

    async def story() -> None:
        async with station_scene(Policy(id_tags={"BAD": BLOCKED}), AuthorizeRemoteTxRequests="true") as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            await where.peer.call(RemoteStartTransactionRequest(id_tag=tag, connector_id=1))
            await passes(10)
            assert len(where.lines.sent("Authorize")) == 1
            assert [transaction.start.id_tag for transaction in where.transactions] == (
                ["GOOD"] if tag == "GOOD" else []
            )

    run(story())


def test_a_remote_start_never_stops_what_its_card_has_started() -> None:
    async def story() -> None:
        async with station_scene(connectors=2) as where:
            await where.charges("TAG")
            answer = await where.peer.call(RemoteStartTransactionRequest(id_tag="TAG"))
            assert answer.status == "Accepted"
            await passes(10)
            assert where.status(1) == "Charging"
            assert where.status(2) == "Preparing"

    run(story())


def test_a_remote_stop_stops() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            await where.delivered()
            await where.peer.call(RemoteStopTransactionRequest(transaction_id=1))
            await where.becomes("Finishing")
            await where.delivered()
            assert where.stopped()[0] is Reason.REMOTE

    run(story())


def test_an_unlocked_connector_ends_its_transaction() -> None:
    """5.18."""

    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            await where.delivered()
            answer = await where.peer.call(UnlockConnectorRequest(connector_id=1))
            assert answer.status is UnlockStatus.UNLOCKED
            await where.delivered()
            assert where.stopped()[0] is Reason.UNLOCK_COMMAND

    run(story())


def test_a_fixed_cable_cannot_be_unlocked() -> None:
    async def story() -> None:
        async with station_scene(how={"outlets": {1: Outlet(has_lock=False)}}) as where:
            answer = await where.peer.call(UnlockConnectorRequest(connector_id=1))
            assert answer.status is UnlockStatus.NOT_SUPPORTED

    run(story())


@pytest.mark.parametrize(("type", "reason"), [(ResetType.SOFT, Reason.SOFT_RESET), (ResetType.HARD, Reason.HARD_RESET)])
def test_a_reset_keeps_what_is_plugged_in_and_what_was_changed(type: ResetType, reason: Reason) -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.charge_point.set_configuration("ResetRetries", "7")
            await where.charges()
            await where.delivered()
            assert (await where.peer.call(ResetRequest(type=type))).status == "Accepted"
            await where.peer.expect("StopTransaction")
            await where.peer.expect("BootNotification")
            await where.becomes("Preparing")
            assert where.stopped()[0] is reason
            assert where.station.charge_point.get_configuration("ResetRetries") == {"ResetRetries": "7"}
            where.station.present_token("AGAIN")
            await where.becomes("Charging")
            await where.delivered()
            assert where.transactions[1].start.id_tag == "AGAIN"

    run(story())


@pytest.mark.parametrize("type", [ResetType.SOFT, ResetType.HARD])
def test_a_reset_waits_a_minute_for_a_central_system_that_does_not_answer(type: ResetType) -> None:
    """WaitForStopTransactionsOnResetTimeout; what was not acknowledged is said again after the restart."""

    async def story() -> None:
        loop = asyncio.get_running_loop()
        policy = Policy(injected_faults=[InjectedFault(action="StopTransaction", silent=True)])
        async with station_scene(policy) as where:
            await where.charges()
            await where.peer.expect("BootNotification")
            await where.delivered()
            began = loop.time()
            await where.peer.call(ResetRequest(type=type))
            await where.peer.expect("BootNotification", timeout_s=120)
            assert 60 <= loop.time() - began < 65
            policy.injected_faults.clear()
            await where.delivered()
            assert len(set(where.lines.sent("StopTransaction"))) == 1
            assert where.stopped()[0] is (Reason.SOFT_RESET if type is ResetType.SOFT else Reason.HARD_RESET)

    run(story())


def test_what_happens_during_a_restart_is_found_afterwards() -> None:
    async def story() -> None:
        async with station_scene(connectors=3) as where:
            station = where.station
            station.plug_in(1)
            await where.becomes("Preparing")
            station.reset()
            await passes(0.5)
            assert not station.charge_point.running
            station.plug_out(1)
            station.plug_in(2)
            station.ev_pause(2)
            uuid = station.raise_error(3)
            station.present_token("TAG")
            await passes(10)
            assert [where.status(connector) for connector in (1, 2, 3)] == ["Available", "Preparing", "Faulted"]
            station.clear_error(3, uuid)
            station.present_token("TAG")
            await where.becomes("SuspendedEV", 2)
            assert where.lines.sent("Authorize") == where.lines.sent("Authorize")[:1]

    run(story())


def test_a_connector_that_is_inoperative_takes_no_card() -> None:
    async def story() -> None:
        async with station_scene() as where:
            request = ChangeAvailabilityRequest(connector_id=1, type=AvailabilityType.INOPERATIVE)
            assert (await where.peer.call(request)).status == "Accepted"
            assert where.status() == "Unavailable"
            where.station.plug_in(1)
            where.station.present_token("TAG")
            await passes(10)
            assert where.transactions == []
            assert where.status() == "Unavailable"

    run(story())

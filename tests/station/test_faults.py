"""What breaks at a virtual station, and what the Central System hears of it."""

from typing import Any

import pytest

from ocpp16sm.errors import InvalidArgumentError, UnknownConnectorError
from ocpp16sm.messages import (
    ChargePointErrorCode,
    Reason,
    ResetRequest,
    ResetType,
    UnlockConnectorRequest,
)
from ocpp16sm.station.faults import MREC
from tests.support.station_scene import StationScene, station_scene
from tests.support.virtual_time import passes, run

HOUR_S = 3600
CHARGEX = "https://chargex.inl.gov"
WORDS = {
    1: "ConnectorLockFailure",
    2: "GroundFailure",
    3: "HighTemperature",
    4: "OverCurrentFailure",
    5: "OverVoltage",
    6: "UnderVoltage",
    7: "WeakSignal",
}
"""The MREC numbers that OCPP 1.6 has a word for (4.9)."""


def news(where: StationScene, connector: int = 1) -> list[tuple[Any, ...]]:
    """All that was said of a connector: status, errorCode, vendorId, vendorErrorCode."""
    said = [heard.request for heard in where.peer.heard if heard.action == "StatusNotification"]
    return [
        (str(one.status), str(one.error_code), one.vendor_id, one.vendor_error_code)
        for one in said
        if one.connector_id == connector
    ]


@pytest.mark.parametrize("number", sorted(MREC))
def test_an_error_by_its_number_is_said_as_it_is_and_then_as_a_fault(number: int) -> None:
    async def story() -> None:
        async with station_scene() as where:
            station = where.station
            station.plug_in(1)
            await where.becomes("Preparing")
            await where.delivered()
            before = len(news(where))
            uuid = station.raise_error(1, number, is_fault=True)
            await where.delivered()
            word = WORDS.get(number, "OtherError")
            assert news(where)[before:] == [
                ("Preparing", word, CHARGEX, f"CX{number:03}"),
                ("Faulted", "OtherError", None, None),
            ]
            station.clear_error(1, uuid)
            await where.delivered()
            assert news(where)[before + 2 :] == [("Preparing", "NoError", None, None)]

    run(story())


def test_every_number_from_1_to_26_is_known() -> None:
    assert sorted(MREC) == list(range(1, 27))


HARMLESS = [7, 9, 13, 18, "WeakSignal", "EVCommunicationError", "LocalListConflict", "ReaderFailure", "ResetFailure"]


@pytest.mark.parametrize("error", [*MREC, *(code for code in ChargePointErrorCode if code != "NoError")], ids=str)
def test_most_errors_prevent_charging_unless_one_says_otherwise(error: int | ChargePointErrorCode) -> None:
    async def story() -> None:
        async with station_scene(connectors=3) as where:
            for connector in (1, 2, 3):
                await where.charges("TAG", connector)
            where.station.raise_error(1, error)
            where.station.raise_error(2, error, is_fault=False)
            where.station.raise_error(3, error, is_fault=True)
            await where.delivered()
            expected = "Charging" if error in HARMLESS else "Faulted"
            assert [where.status(connector) for connector in (1, 2, 3)] == [expected, "Charging", "Faulted"]
            flows = [where.station.look(connector).power_w > 0 for connector in (1, 2, 3)]
            assert flows == [expected == "Charging", True, False]

    run(story())


NO_ERRORS = [(0, "1 to 26"), (27, "1 to 26"), (True, "one of"), ("Odd", "one of"), ("NoError", "clear_error")]


@pytest.mark.parametrize(("error", "why"), NO_ERRORS)
def test_what_is_no_error_is_refused(error: Any, why: str) -> None:
    async def story() -> None:
        async with station_scene() as where:
            with pytest.raises(InvalidArgumentError, match=why):
                where.station.raise_error(1, error)
            with pytest.raises(UnknownConnectorError):
                where.station.raise_error(2)

    run(story())


def test_a_fault_shows_and_the_usage_lives_on_underneath() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            first = where.station.raise_error(1, "GroundFailure", "wet")
            second = where.station.raise_error(1, "HighTemperature")
            assert first != second
            await where.becomes("Faulted")
            where.station.clear_error(1, first)
            where.station.clear_error(1, "nobody")
            await passes(10)
            assert where.status() == "Faulted"
            where.station.clear_error(1, second)
            await where.becomes("Charging")
            await where.delivered()
            said = [h.request for h in where.peer.heard if h.action == "StatusNotification" and h.request.info == "wet"]
            assert [report.error_code for report in said] == ["GroundFailure"]

    run(story())


def test_all_is_mended_at_once() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            where.station.raise_error(1, 2)
            where.station.raise_error(1, 3)
            await where.becomes("Faulted")
            where.station.clear_error(1)
            await where.delivered()
            assert news(where)[-1] == ("Charging", "NoError", None, None)
            assert where.station.look(1).power_w > 0
            where.station.raise_error(1, 2)
            await where.becomes("Faulted")
            where.station.clear_error(1)
            where.station.reset()
            await passes(10)
            assert where.status() == "Preparing"

    run(story())


def test_what_the_car_does_during_a_fault_is_true_afterwards() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            uuid = where.station.raise_error(1)
            where.station.ev_pause(1)
            where.station.clear_error(1, uuid)
            assert where.status() == "SuspendedEV"
            uuid = where.station.raise_error(1)
            where.station.plug_out(1)
            await passes(1)
            where.station.clear_error(1, uuid)
            assert where.status() == "Available"
            await where.delivered()
            assert where.stopped()[0] is Reason.EV_DISCONNECTED

    run(story())


def test_a_fault_of_the_whole_station_stops_the_energy_everywhere() -> None:
    async def story() -> None:
        async with station_scene(connectors=2) as where:
            await where.charges("A", 1)
            await where.charges("B", 2)
            uuid = where.station.raise_error(0, 5)
            await where.delivered()
            assert news(where, 0)[-2:] == [
                ("Available", "OverVoltage", CHARGEX, "CX005"),
                ("Faulted", "OtherError", None, None),
            ]
            assert [where.station.look(connector).power_w for connector in (1, 2)] == [0, 0]
            where.station.clear_error(0, uuid)
            assert [where.station.look(connector).power_w for connector in (1, 2)] == [7360, 7360]

    run(story())


@pytest.mark.parametrize("plugged", [True, False], ids=["a car", "no car yet"])
def test_a_diode_breaks_after_five_seconds_of_charging_and_is_gone_with_the_car(plugged: bool) -> None:
    async def story() -> None:
        async with station_scene() as where:
            if plugged:
                where.station.plug_in(1)
                await where.becomes("Preparing")
            where.station.diode_fault(1)
            await where.becomes("Preparing")
            await passes(HOUR_S / 100)
            where.station.present_token("TAG")
            await where.becomes("Charging")
            await passes(4.9)
            assert where.status() == "Charging"
            await passes(0.2)
            assert where.status() == "Faulted"
            await passes(HOUR_S)
            assert where.status() == "Faulted"
            where.station.plug_out(1)
            await where.becomes("Available")
            await where.delivered()
            assert where.stopped()[0] is Reason.EV_DISCONNECTED
            await where.charges("AGAIN")
            await passes(HOUR_S)
            assert where.status() == "Charging"

    run(story())


def test_a_diode_only_breaks_while_it_charges() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            where.station.diode_fault(1)
            await passes(3)
            where.station.ev_pause(1)
            await passes(60)
            assert where.status() == "SuspendedEV"
            where.station.ev_resume(1)
            await where.becomes("Charging")
            await passes(3)
            where.station.plug_out(1)
            await passes(60)
            assert where.status() == "Available"
            await where.charges("AGAIN")
            where.station.diode_fault(1)
            await passes(5.1)
            assert where.status() == "Faulted"

    run(story())


def test_what_is_broken_is_still_broken_after_a_reset_and_not_after_a_power_cut() -> None:
    async def story() -> None:
        async with station_scene() as where:
            uuid = where.station.raise_error(1, 6)
            await where.peer.expect("BootNotification")
            await where.peer.call(ResetRequest(type=ResetType.HARD))
            await where.peer.expect("BootNotification")
            assert where.status() == "Faulted"
            where.station.clear_error(1, uuid)
            await where.becomes("Available")
            where.station.raise_error(1, 6)
            where.station.power_off()
            where.station.boot()
            await where.delivered()
            assert where.status() == "Available"

    run(story())


def test_a_lock_that_is_broken_does_not_open() -> None:
    async def story() -> None:
        async with station_scene() as where:
            uuid = where.station.raise_error(1, 1)
            assert (await where.peer.call(UnlockConnectorRequest(connector_id=1))).status == "UnlockFailed"
            where.station.clear_error(1, uuid)
            assert (await where.peer.call(UnlockConnectorRequest(connector_id=1))).status == "Unlocked"

    run(story())


def test_no_card_is_taken_at_a_connector_that_is_out_of_order() -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.raise_error(1)
            await where.becomes("Faulted")
            where.station.present_token("TAG")
            await passes(10)
            assert where.transactions == []
            assert where.lines.sent("Authorize") == []

    run(story())

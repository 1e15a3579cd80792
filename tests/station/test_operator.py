"""What an operator does at a virtual station, and what it answers at once."""

import pytest

from ocpp16sm.csms import Policy
from ocpp16sm.errors import ConfigurationError, InvalidArgumentError
from ocpp16sm.messages import DataTransferStatus
from tests.support.station_scene import station_scene
from tests.support.virtual_time import run


def test_availability_is_changed_and_the_central_system_hears_of_it() -> None:
    async def story() -> None:
        async with station_scene(connectors=2) as where:
            station = where.station
            assert station.change_availability(2, "Inoperative") == "Accepted"
            assert where.status(2) == "Unavailable"
            await where.peer.expect("StatusNotification", lambda said: said.status == "Unavailable")
            assert station.change_availability(2, "Operative") == "Accepted"
            assert where.status(2) == "Available"
            await where.charges()
            assert station.change_availability(0, "Inoperative") == "Scheduled"
            assert station.change_availability(0, "Operative") == "Scheduled"
            assert station.change_availability(3, "Inoperative") == "Rejected"
            with pytest.raises(InvalidArgumentError, match="type"):
                station.change_availability(1, "Broken")  # type: ignore[arg-type]  # meant

    run(story())


def test_data_is_transferred_whether_anybody_waits_for_the_answer_or_not() -> None:
    async def story() -> None:
        async with station_scene(Policy(data_transfer=DataTransferStatus.ACCEPTED)) as where:
            where.station.data_transfer("org.example", "ping")
            answer = await where.station.data_transfer("org.example", "ping", "2")
            assert answer is not None
            assert answer.status is DataTransferStatus.ACCEPTED
            sent = [heard.request for heard in where.peer.heard if heard.action == "DataTransfer"]
            assert [(one.vendor_id, one.message_id, one.data) for one in sent] == [
                ("org.example", "ping", None),
                ("org.example", "ping", "2"),
            ]
            where.station.disconnect_link()
            assert await where.station.data_transfer("org.example") is None

    run(story())


def test_a_security_event_that_is_critical_is_told() -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.security_event("TamperDetectionActivated", "door open")
            told = await where.peer.expect("SecurityEventNotification", lambda said: said.tech_info == "door open")
            assert told.type == "TamperDetectionActivated"

    run(story())


def test_configuration_is_read_and_changed_at_once() -> None:
    async def story() -> None:
        async with station_scene() as where:
            station = where.station
            assert station.set_configuration("ResetRetries", "7") == "Accepted"
            assert station.get_configuration(["ResetRetries", "Nonsense"]) == {"ResetRetries": "7"}
            assert station.get_configuration([]) == {}
            assert station.get_configuration()["ResetRetries"] == "7"
            for key, value in (("NumberOfConnectors", "2"), ("ResetRetries", "many"), ("Nonsense", "1")):
                with pytest.raises(ConfigurationError, match=key):
                    station.set_configuration(key, value)

    run(story())

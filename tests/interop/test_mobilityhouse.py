"""Our charge point and our virtual station, and a Central System that somebody else has written."""

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from ocpp.exceptions import NotImplementedError as RefusedAsNotImplemented  # type: ignore[import-untyped]  # no types there
from ocpp.exceptions import NotSupportedError as RefusedAsNotSupported
from ocpp.v16 import call  # type: ignore[import-untyped]  # no types there

from ocpp16sm import ChargePoint
from ocpp16sm.messages import AuthorizationStatus, DataTransferResponse, DataTransferStatus
from ocpp16sm.pki import FileCertificates
from ocpp16sm.station import Timings, VirtualStation
from tests.interop.mobilityhouse import CentralSystem, Endpoint, central_system
from tests.support.authorities import answer, root
from tests.support.scene import IDENTITY
from tests.support.virtual_time import settings

NOON, ONE = "2026-06-01T12:00:00Z", "2026-06-01T13:00:00Z"


def run(story: Coroutine[Any, Any, None]) -> None:
    """Let a story happen."""
    asyncio.run(asyncio.wait_for(story, 30))


def station(endpoint: Endpoint, **configuration: str) -> VirtualStation:
    """A virtual station that hurries."""
    made = settings(central_system_url=endpoint.url, connectors=2, configuration=configuration)
    return VirtualStation(made, timings=Timings().faster(100))


def test_a_charge_point_boots_authorizes_charges_and_stops() -> None:
    async def story() -> None:
        async with central_system() as endpoint, ChargePoint(settings(central_system_url=endpoint.url)) as ours:
            theirs = await endpoint.peer()
            boot = await theirs.expect("BootNotification")
            assert (boot["charge_point_vendor"], boot["charge_point_model"]) == ("Vendor", "Model")
            await theirs.expect_status(1, "Available")
            assert (await ours.authorize("TAG")).status is AuthorizationStatus.ACCEPTED
            ours.on_session_started(1, "s1", "EVConnected")
            ours.on_transaction_started(1, "s1", "TAG", 1000, None, NOON)
            ours.on_resume_charging(1)
            ours.on_transaction_stopped(1, "s1", "Local", ONE, 8000.4, "TAG")
            ours.on_session_stopped(1, "s1")
            await theirs.expect_status(1, "Preparing")
            start = await theirs.expect("StartTransaction")
            assert (start["connector_id"], start["id_tag"], start["meter_start"]) == (1, "TAG", 1000)
            assert start["timestamp"] == "2026-06-01T12:00:00.000Z"
            await theirs.expect_status(1, "Charging")
            stop = await theirs.expect("StopTransaction")
            assert stop["transaction_id"] == start["transaction_id"]
            assert (stop["meter_stop"], stop["reason"], stop["id_tag"]) == (8000, "Local", "TAG")
            await theirs.expect_status(1, "Available")

    run(story())


def test_a_virtual_station_is_metered_and_paused() -> None:
    async def story() -> None:
        async with central_system() as endpoint, station(endpoint, MeterValueSampleInterval="1") as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            ours.plug_in(1)
            ours.present_token("TAG")
            start = await theirs.expect("StartTransaction")
            await theirs.expect_status(1, "Charging")
            values = await theirs.expect("MeterValues")
            assert values["transaction_id"] == start["transaction_id"]
            assert values["meter_value"][0]["sampled_value"]
            ours.ev_pause(1)
            await theirs.expect_status(1, "SuspendedEV")
            ours.present_token("TAG")
            await theirs.expect("StopTransaction", lambda fields: fields["reason"] == "Local")
            await theirs.expect_status(1, "Finishing")
            ours.plug_out(1)
            await theirs.expect_status(1, "Available")

    run(story())


def test_a_central_system_starts_and_stops_from_afar() -> None:
    async def story() -> None:
        async with central_system() as endpoint, station(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            ours.plug_in(2)
            await theirs.expect_status(2, "Preparing")
            answer = await theirs.call(call.RemoteStartTransaction(id_tag="AFAR", connector_id=2), suppress=False)
            assert answer.status == "Accepted"
            start = await theirs.expect("StartTransaction")
            assert (start["connector_id"], start["id_tag"]) == (2, "AFAR")
            answer = await theirs.call(call.RemoteStopTransaction(transaction_id=1), suppress=False)
            assert answer.status == "Rejected"
            number = start["transaction_id"]
            answer = await theirs.call(call.RemoteStopTransaction(transaction_id=number), suppress=False)
            assert answer.status == "Accepted"
            stop = await theirs.expect("StopTransaction")
            assert (stop["transaction_id"], stop["reason"]) == (number, "Remote")

    run(story())


async def ask(theirs: CentralSystem, request: Any) -> Any:
    """The answer to a request; a CALLERROR raises."""
    return await theirs.call(request, suppress=False)


REQUESTS: list[tuple[str, Any, dict[str, Any]]] = [
    ("change a key", call.ChangeConfiguration(key="ResetRetries", value="5"), {"status": "Accepted"}),
    ("change to nonsense", call.ChangeConfiguration(key="ResetRetries", value="x"), {"status": "Rejected"}),
    ("change a read-only key", call.ChangeConfiguration(key="NumberOfConnectors", value="5"), {"status": "Rejected"}),
    ("change an unknown key", call.ChangeConfiguration(key="Nonsense", value="5"), {"status": "NotSupported"}),
    (
        "get keys",
        call.GetConfiguration(key=["NumberOfConnectors", "Nonsense"]),
        {
            "configuration_key": [{"key": "NumberOfConnectors", "readonly": True, "value": "2"}],
            "unknown_key": ["Nonsense"],
        },
    ),
    ("unlock", call.UnlockConnector(connector_id=1), {"status": "Unlocked"}),
    ("unlock what is not there", call.UnlockConnector(connector_id=9), {"status": "NotSupported"}),
    ("clear the cache", call.ClearCache(), {"status": "Accepted"}),
    (
        "data",
        call.DataTransfer(vendor_id="com.example", message_id="m", data="abc"),
        {"status": "Accepted", "data": "cba"},
    ),
    ("data of a stranger", call.DataTransfer(vendor_id="nobody"), {"status": "UnknownVendorId"}),
    ("trigger", call.TriggerMessage(requested_message="Heartbeat"), {"status": "Accepted"}),
    (
        "availability",
        call.ChangeAvailability(connector_id=1, type="Inoperative"),
        {"status": "Accepted"},
    ),
]


@pytest.mark.parametrize(("request_", "fields"), [row[1:] for row in REQUESTS], ids=[row[0] for row in REQUESTS])
def test_a_central_system_asks(request_: Any, fields: dict[str, Any]) -> None:
    """The answer has passed their schema before it is looked at here."""

    async def story() -> None:
        async with central_system() as endpoint, station(endpoint) as ours:
            ours.charge_point.register_vendor(
                "com.example", None, lambda data: DataTransferResponse(DataTransferStatus.ACCEPTED, (data or "")[::-1])
            )
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            answer = await ask(theirs, request_)
            assert {name: getattr(answer, name) for name in fields} == fields

    run(story())


async def says(theirs: CentralSystem, message_id: str, **data: Any) -> Any:
    """The answer to a message of California pricing."""
    request = call.DataTransfer(
        vendor_id="org.openchargealliance.costmsg", message_id=message_id, data=json.dumps(data)
    )
    return await ask(theirs, request)


def test_prices_and_costs_are_told_both_ways() -> None:
    """California pricing: SetUserPrice, RunningCost, FinalCost; and ConnectorUnplugged, which is waited for."""
    shown: list[str] = []

    async def story() -> None:
        keys = {"CustomDisplayCostAndPrice": "true", "CustomIdleFeeAfterStop": "true"}
        async with central_system() as endpoint:
            made = settings(central_system_url=endpoint.url, configuration=keys)
            async with VirtualStation(made, timings=Timings().faster(100), display=shown.append) as ours:
                theirs = await endpoint.peer()
                await theirs.expect_status(1, "Available")
                assert (await says(theirs, "SetUserPrice", idToken="TAG", priceText="0.30")).status == "Accepted"
                ours.plug_in(1)
                ours.present_token("TAG")
                id = (await theirs.expect("StartTransaction"))["transaction_id"]
                await theirs.expect_status(1, "Charging")
                running = await says(theirs, "RunningCost", transactionId=id, cost=1.5, state="Charging")
                assert running.status == "Accepted"
                bad = await says(theirs, "RunningCost", transactionId="one", cost=1.5)
                assert bad.status == "Rejected"
                assert "$.transactionId" in bad.data
                ours.present_token("TAG")
                await theirs.expect("StopTransaction")
                ours.plug_out(1)
                left = await theirs.expect("DataTransfer", lambda f: f["message_id"] == "ConnectorUnplugged")
                assert json.loads(left["data"])["transactionId"] == id
                assert (await says(theirs, "FinalCost", transactionId=id, cost=3.31)).status == "Accepted"

    run(story())
    assert shown == ["your price: 0.30", "connector 1: 1.500 so far, charging", "connector 1: 3.310 in all"]


def test_all_configuration_keys_pass_their_schema() -> None:
    async def story() -> None:
        async with central_system() as endpoint, station(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            answer = await ask(theirs, call.GetConfiguration())
            assert {
                row["key"]: row["value"] for row in answer.configuration_key
            } == ours.charge_point.get_configuration()

    run(story())


def test_availability_is_changed_and_reported() -> None:
    async def story() -> None:
        async with central_system() as endpoint, station(endpoint) as _ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            for type, status in (("Inoperative", "Unavailable"), ("Operative", "Available")):
                answer = await ask(theirs, call.ChangeAvailability(connector_id=2, type=type))
                assert answer.status == "Accepted"
                await theirs.expect_status(2, status)

    run(story())


@pytest.mark.parametrize(("type", "reason"), [("Soft", "SoftReset"), ("Hard", "HardReset")])
def test_a_reset_ends_transactions_and_boots_anew(type: str, reason: str) -> None:
    async def story() -> None:
        async with central_system() as endpoint, station(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            ours.plug_in(1)
            ours.present_token("TAG")
            await theirs.expect_status(1, "Charging")
            assert (await ask(theirs, call.Reset(type=type))).status == "Accepted"
            await theirs.expect("StopTransaction", lambda fields: fields["reason"] == reason)
            again = await endpoint.peer()
            await again.expect("BootNotification")
            await again.expect("SecurityEventNotification", lambda fields: fields["type"] == "ResetOrReboot")
            await again.expect_status(1, "Preparing")

    run(story())


def test_a_local_list_is_sent_and_its_version_read() -> None:
    async def story() -> None:
        async with central_system() as endpoint, station(endpoint) as _ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            entries = [{"id_tag": "FRIEND", "id_tag_info": {"status": "Accepted"}}]
            sent = call.SendLocalList(list_version=3, update_type="Full", local_authorization_list=entries)
            assert (await ask(theirs, sent)).status == "Accepted"
            assert (await ask(theirs, call.GetLocalListVersion())).list_version == 3

    run(story())


@pytest.mark.parametrize("connector", [0, 1])
def test_a_connector_is_reserved_used_and_cancelled(connector: int) -> None:
    async def story() -> None:
        async with central_system() as endpoint, ChargePoint(settings(central_system_url=endpoint.url)) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(1, "Available")
            reserve = call.ReserveNow(connector, "2099-01-01T00:00:00Z", "TAG", 42, "GROUP")
            assert (await ask(theirs, reserve)).status == "Accepted"
            await theirs.expect_status(1, "Reserved")
            assert (await ask(theirs, call.CancelReservation(42))).status == "Accepted"
            await theirs.expect_status(1, "Available")
            assert (await ask(theirs, call.CancelReservation(42))).status == "Rejected"
            assert (await ask(theirs, reserve)).status == "Accepted"
            ours.on_transaction_started(1, "s1", "TAG", 1000, None, NOON)
            assert (await theirs.expect("StartTransaction"))["reservation_id"] == 42
            ours.on_transaction_stopped(1, "s1", "Local", ONE, 2000)

    run(story())


def test_roots_are_installed_listed_and_deleted_and_a_certificate_is_signed(tmp_path: Path) -> None:
    """Whitepaper A02, M03, M04, M05: each message once, as another implementation writes and reads it."""
    authority = root(days=(-7300, 36500))
    kind = "CentralSystemRootCertificate"

    async def story() -> None:
        async with central_system() as endpoint:
            made = settings(
                central_system_url=endpoint.url,
                identity=evolve(IDENTITY, charge_box_serial_number="SN-1"),
                configuration={"CpoName": "Operator"},
            )
            async with ChargePoint(made, certificates=FileCertificates(tmp_path / "pki")) as _ours:
                theirs = await endpoint.peer()
                await theirs.expect_status(1, "Available")
                assert (await ask(theirs, call.InstallCertificate(kind, authority.pem))).status == "Accepted"
                listed = await ask(theirs, call.GetInstalledCertificateIds(kind))
                assert listed.status == "Accepted"
                trigger = call.ExtendedTriggerMessage("SignChargePointCertificate")
                assert (await ask(theirs, trigger)).status == "Accepted"
                csr = (await theirs.expect("SignCertificate"))["csr"]
                chain = answer(authority, csr, days=(-7300, 36500)).pem
                assert (await ask(theirs, call.CertificateSigned(chain))).status == "Accepted"
                (hashes,) = listed.certificate_hash_data
                assert (await ask(theirs, call.DeleteCertificate(hashes))).status == "Accepted"
                assert (await ask(theirs, call.GetInstalledCertificateIds(kind))).status == "NotFound"

    run(story())


def test_what_we_do_not_support_is_refused_in_a_way_they_understand() -> None:
    """OCPP-J 1.6, 4.2.3: the action is known, but not supported (errata 5; the package swaps the words' meaning)."""

    async def story() -> None:
        async with central_system() as endpoint, station(endpoint, SupportedFeatureProfiles="Core") as _ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(2, "Available")
            with pytest.raises((RefusedAsNotSupported, RefusedAsNotImplemented)) as refused:
                await ask(theirs, call.CancelReservation(reservation_id=1))
            assert refused.value.code == "NotSupported"
            assert (await ask(theirs, call.ClearCache())).status == "Accepted"

    run(story())


def test_a_charge_point_sends_a_vendors_data() -> None:
    async def story() -> None:
        async with central_system() as endpoint, ChargePoint(settings(central_system_url=endpoint.url)) as ours:
            await ours.wait_until_accepted()
            answer = await ours.data_transfer("com.example", "m", "abc")
            assert answer == DataTransferResponse(DataTransferStatus.ACCEPTED, "cba")

    run(story())

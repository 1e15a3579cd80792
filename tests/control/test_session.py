"""Lines in, lines out: what a client of the control channel may say, and what it is told."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.control.act_table import ACTS
from ocpp16sm.control.client_session import CODES, MOST_UNREAD, MOST_WAITING, PROTOCOL
from ocpp16sm.csms import Policy
from ocpp16sm.messages import AuthorizationStatus, IdTagInfo
from tests.support.control_client import Client, steered
from tests.support.virtual_time import passes, run


def test_the_first_line_says_what_this_is() -> None:
    async def story() -> None:
        async with steered() as client:
            first = client.lines[0]
            assert first["event"] == "ready"
            assert first["protocol"] == PROTOCOL
            assert (first["charge_point_id"], first["connectors"]) == ("CP001", 2)

    run(story())


def test_a_session_from_plug_to_plug() -> None:
    async def story() -> None:
        async with steered() as client:
            await client.does("plug_in", connector=1, car="small")
            await client.does("wait_for", connector=1, status="Preparing", plugged=True)
            await client.does("present_token", token="alice")
            seen = await client.does("wait_for", connector=1, status="Charging", transaction="known")
            assert seen["transaction"]["id_tag"] == "04A1B2C3"
            assert isinstance(seen["transaction"]["transaction_id"], int)
            assert seen["current_a"] == 16
            await client.does("plug_out", connector=1)
            freed = await client.does("wait_for", connector=1, status="Available", transaction="none", plugged=False)
            assert freed["transaction"] is None
            told = [event["status"] for event in client.events("status_changed") if event["connector"] == 1]
            assert told == ["Preparing", "Charging", "Finishing", "Available"]

    run(story())


def test_events_have_numbers_without_gaps_for_who_takes_all() -> None:
    async def story() -> None:
        async with steered() as client:
            await client.does("subscribe", events=["*"])
            client.lines.clear()
            await client.does("plug_in", connector=2)
            await client.does("wait_for", connector=2, status="Preparing", delivered=True)
            numbers = [line["seq"] for line in client.lines if "event" in line]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            messages = [line for line in client.lines if line.get("event") == "message"]
            assert [(line["direction"], line["kind"], line["action"]) for line in messages] == [
                ("sent", "call", "StatusNotification"),
                ("received", "result", "StatusNotification"),
            ]
            assert messages[0]["payload"]["connectorId"] == 2

    run(story())


def test_frames_and_charts_are_told_to_nobody_who_has_not_asked() -> None:
    async def story() -> None:
        async with steered() as client:
            await client.does("plug_in", connector=1)
            await client.does("wait_for", connector=1, status="Preparing", delivered=True)
            assert client.events("message") == client.events("chart_moved") == []
            assert client.events("status_changed") != []
            assert await client.does("subscribe", events=[]) == []
            client.lines.clear()
            await client.does("plug_out", connector=1)
            await client.does("wait_for", connector=1, status="Available", delivered=True)
            assert [line for line in client.lines if "event" in line] == []

    run(story())


def test_a_wait_finds_what_came_between_the_act_and_the_wait() -> None:
    async def story() -> None:
        async with steered() as client:
            await client.does("plug_in", connector=1)
            await passes(60)
            wanted = {"direction": "sent", "action": "StatusNotification", "payload": {"status": "Preparing"}}
            found = await client.does("wait_for", event="message", where=wanted)
            assert found["payload"]["connectorId"] == 1
            error = await client.fails("wait_for", event="message", where=wanted, timeout_s=5)
            assert error["code"] == "timeout", "the same message is not found twice"
            again = await client.does("wait_for", event="message", where=wanted, after=found["seq"] - 1)
            assert again == found

    run(story())


def test_a_wait_does_not_find_what_was_before_the_last_act() -> None:
    async def story() -> None:
        async with steered() as client:
            for _ in range(2):
                await client.does("plug_in", connector=1)
                await client.does("wait_for", connector=1, status="Preparing")
                await client.does("plug_out", connector=1)
                await client.does("wait_for", connector=1, status="Available")
            await client.does("plug_in", connector=1)
            error = await client.fails("wait_for", event="status_changed", where={"status": "Available"}, timeout_s=60)
            assert error["code"] == "timeout"

    run(story())


def test_what_comes_back_later_is_told_apart_by_its_id() -> None:
    async def story() -> None:
        async with steered() as client:
            waits = client.asks("wait_for", connector=1, status="Preparing")
            acts = client.asks("plug_in", connector=1)
            assert client.reply(acts) is not None
            assert client.reply(waits) is None
            assert (await client.hears_reply(waits))["result"]["status"] == "Preparing"

    run(story())


def test_a_wait_in_vain_says_what_was_waited_for() -> None:
    async def story() -> None:
        async with steered() as client:
            error = await client.fails("wait_for", connector=1, status=["Charging", "Faulted"], timeout_s=2)
            assert error["code"] == "timeout"
            wanted = "waited 2 s for connector 1, status Charging or Faulted, in vain; it is status Available"
            assert error["message"] == wanted

    run(story())


def test_who_waits_survives_a_reset_and_a_loss_of_power() -> None:
    async def story() -> None:
        async with steered() as client:
            await client.does("power_off")
            error = await client.fails("plug_in", connector=1)
            assert error["code"] == "not_running"
            assert error["message"].startswith(
                "plug_in: the charge point is not running; use boot to switch the power on"
            )
            state = await client.does("state")
            assert (state["running"], state["link"], state["status"]) == (False, "Offline", None)
            assert [connector["status"] for connector in state["connectors"]] == [None, None]
            waits = client.asks("wait_for", running=True, registration="Accepted", delivered=True)
            await client.does("boot")
            assert (await client.hears_reply(waits))["result"] is None
            assert (await client.fails("boot"))["code"] == "refused", "it is on already"
            assert [line["event"] for line in client.lines if "charge_point_" in line.get("event", "")] == [
                "charge_point_stopped",
                "charge_point_started",
            ]

    run(story())


def test_a_reset_keeps_the_plug_and_ends_the_transaction() -> None:
    async def story() -> None:
        async with steered() as client:
            await client.does("plug_in", connector=1)
            await client.does("present_token", token="alice")
            await client.does("wait_for", connector=1, status="Charging")
            await client.does("reset")
            await client.does("wait_for", event="charge_point_started")
            await client.does("wait_for", connector=1, status="Preparing", transaction="none", plugged=True)
            names = [line["event"] for line in client.lines if "event" in line]
            assert names.index("transaction_stopped") < names.index("charge_point_stopped")
            await client.does("power_off")
            assert (await client.fails("reset"))["code"] == "not_running"

    run(story())


def test_a_station_may_begin_without_power() -> None:
    async def story() -> None:
        async with steered(boot=False) as client:
            assert (await client.does("state"))["running"] is False
            await client.does("subscribe", events=["message"])
            await client.does("boot")
            first = await client.does("wait_for", event="message")
            assert first["action"] == "BootNotification"

    run(story())


def test_the_answer_to_data_comes_as_an_event() -> None:
    async def story() -> None:
        async with steered() as client:
            assert await client.does("data_transfer", vendor_id="com.example", data="x") is None
            answer = await client.does("wait_for", event="data_transfer_answered")
            assert (answer["vendor_id"], answer["status"]) == ("com.example", "UnknownVendorId")
            await client.does("disconnect_link")
            await client.does("data_transfer", vendor_id="com.example")
            assert (await client.does("wait_for", event="data_transfer_answered"))["status"] is None

    run(story())


def test_configuration_is_read_and_changed() -> None:
    async def story() -> None:
        async with steered() as client:
            assert await client.does("set_configuration", key="HeartbeatInterval", value="77") == "Accepted"
            assert await client.does("get_configuration", keys=["heartbeatinterval", "Nonsense"]) == {
                "HeartbeatInterval": "77"
            }
            assert len(await client.does("get_configuration")) > 30
            error = await client.fails("set_configuration", key="HeartbeatInterval", value="-1")
            assert error["code"] == "refused"

    run(story())


def test_errors_are_raised_and_cleared() -> None:
    async def story() -> None:
        async with steered() as client:
            uuid = await client.does("raise_error", connector=1, error=6)
            seen = await client.does("wait_for", connector=1, status="Faulted")
            assert [(error["uuid"], error["error_code"]) for error in seen["errors"]] == [(uuid, "UnderVoltage")]
            await client.does("clear_error", connector=1, uuid=uuid)
            assert (await client.does("wait_for", connector=1, status="Available"))["errors"] == []
            await client.does("raise_error", connector=0, error="GroundFailure")
            assert [error["error_code"] for error in (await client.does("state"))["errors"]] == ["GroundFailure"]

    run(story())


def test_availability_is_changed_by_the_operator() -> None:
    async def story() -> None:
        async with steered() as client:
            assert await client.does("change_availability", connector=2, type="Inoperative") == "Accepted"
            await client.does("wait_for", connector=2, status="Unavailable")
            assert await client.does("change_availability", connector=0, type="Operative") == "Accepted"

    run(story())


def test_the_display_is_told() -> None:
    async def story() -> None:
        policy = Policy(id_tags={"BAD": IdTagInfo(AuthorizationStatus.BLOCKED)})
        async with steered(policy) as client:
            await client.does("present_token", token="BAD", connectors=[1])
            shown = await client.does("wait_for", event="display_shown")
            assert shown["text"] == "the card is refused: Blocked"

    run(story())


def test_nobody_hears_a_password() -> None:
    async def story() -> None:
        async with steered() as client:
            other = Client(client.panel, "client 2")
            await other.does("subscribe", events=["*"])
            client.asks("set_configuration", key="authorizationKEY", value="5ecret5ecret5ecret5e")
            told = json.dumps(other.lines)
            assert "authorizationKEY" in told
            assert "5ecret" not in told

    run(story())


def test_a_late_client_finds_what_was_before_it_came() -> None:
    async def story() -> None:
        async with steered() as client:
            late = Client(client.panel, "client 2")
            boot = await late.does("wait_for", event="message", where={"action": "BootNotification", "kind": "call"})
            assert boot["direction"] == "sent"

    run(story())


def test_everybody_hears_who_did_what() -> None:
    async def story() -> None:
        async with steered() as client:
            other = Client(client.panel, "client 2")
            await client.does("plug_in", connector=1, car={"phases": 3, "battery": {"soc_percent": 50}})
            (told,) = other.events("act_performed")
            assert (told["by"], told["act"]) == ("client 1", "plug_in")
            assert told["parameters"]["connector"] == 1
            assert told["parameters"]["car"]["battery"]["soc_percent"] == 50
            other.session.close()
            await client.does("plug_out", connector=1)
            assert len(other.events("act_performed")) == 1

    run(story())


def test_a_slow_reader_loses_events_and_is_told_how_many() -> None:
    async def story() -> None:
        async with steered() as client:
            client.unread = MOST_UNREAD + 1
            for _ in range(5):
                client.panel.history.note("display_shown", text="x")
            client.asks("state")
            assert client.lines[-1]["result"]["running"]
            client.unread = 0
            client.lines.clear()
            client.panel.history.note("display_shown", text="y")
            lost, told = client.lines
            assert (lost["event"], lost["count"]) == ("events_lost", 5)
            assert (told["event"], told["text"]) == ("display_shown", "y")

    run(story())


def test_one_client_may_not_have_too_many_waits() -> None:
    async def story() -> None:
        async with steered() as client:
            for _ in range(MOST_WAITING):
                client.asks("wait_for", connector=1, status="Charging", timeout_s=1000)
            assert (await client.fails("state"))["code"] == "too_many"
            other = Client(client.panel, "client 2")
            assert await other.does("state")
            client.session.close()

    run(story())


def test_whoever_still_waits_when_the_station_stops_is_told() -> None:
    async def story() -> None:
        async with steered() as client:
            waits = client.asks("wait_for", connector=1, status="Charging", timeout_s=10000)
            sleeps = client.asks("wait", seconds=10000)
            await client.does("quit")
            assert client.panel.quitting.is_set()
        client.session.farewell()
        for asked in (waits, sleeps):
            reply = client.reply(asked)
            assert reply is not None
            assert reply["error"]["code"] == "stopped"
        assert client.lines[-1]["event"] == "stopped"
        client.session.close()
        assert (await client.fails("wait_for", running=True))["code"] == "stopped"

    run(story())


def _json(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    )


_NAMES = sorted({parameter.name for act in ACTS.values() for parameter in act.parameters()})
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(_NAMES)
_REQUESTS = st.fixed_dictionaries(
    {"act": st.sampled_from([act for act in ACTS if act != "quit"]) | _LEAVES},
    optional={"id": _LEAVES, **{name: _json(_LEAVES | st.integers(0, 3)) for name in _NAMES}},
)
HOSTILE = (
    st.binary(max_size=200)
    | _json(_LEAVES).map(json.dumps).map(str.encode)
    | (_REQUESTS.map(json.dumps).map(str.encode))
)


@given(lines=st.lists(HOSTILE, min_size=1, max_size=20))
def test_whatever_is_said_gets_one_reply_at_most_and_the_station_goes_on(lines: list[bytes]) -> None:
    async def story() -> None:
        async with steered() as client:
            await client.does("subscribe", events=[])
            for line in lines:
                replies = client.says(line.replace(b"\n", b" "))
                for reply in replies:
                    if "error" in reply:
                        assert reply["error"]["code"] in CODES
                        assert reply["error"]["code"] != "failed", reply
                    elif "event" not in reply:
                        assert set(reply) == {"id", "result", "seq"}
                assert len([reply for reply in replies if "event" not in reply]) <= 1
            other = Client(client.panel, "client 2")
            assert (await other.does("state"))["charge_point_id"] == "CP001"
            client.session.close()

    run(story())

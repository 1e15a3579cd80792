"""Small things to generate from."""

from pathlib import Path

import pytest
from statemachine import State

from statecharts import Chart, extract
from statecharts.model import Overlay
from statecharts.ocpp16.base import OcppChart
from statecharts.ocpp16.tables import Do, Fire, Give, Handler, Parameter, Send, When

GOLDEN = Path(__file__).parent / "golden"


class Door(OcppChart):
    """A door with a lock, which closes of itself when the alarm sounds."""

    class door(State.Parallel):
        class leaf(State.Compound):
            Closed = State(initial=True, enter="report_status")
            Open = State(enter="report_status", exit="sweep")

            Closed.to(Open, event="pushed", cond="unlocked and not In('Alarmed')", on="creak")  # 1.1: and only then
            Open.to(Closed, event="pulled")  # 1.2
            Open.to(None, event="pushed", on="creak")
            Open.to(Closed, cond="In('Alarmed')")  # 2.1

        class alarm(State.Compound):
            Quiet = State(initial=True)
            Alarmed = State(enter="report_status")

            Quiet.to(Alarmed, event="smoke_seen")  # 2
            Alarmed.to(Quiet, event="air_cleared")

    overlays = (Overlay("Alarmed", "Alarm"),)
    ignored = {"pulled": "Closed", "smoke_seen": "Alarmed"}  # noqa: RUF012 - declarations


HANDLER = Handler(
    "on_door",
    "DoorUsed",
    "connector",
    "Somebody used the door of a connector. What it was is for the core to say.",
    (
        Parameter("connector", "int", "connectorId, 1..N.", check="integer 0"),
        Parameter("moved_at", "datetime", "When, with time zone.", check="moment"),
        Parameter("note", "str", "In words.", "at most 50 characters", "text 50", optional=True),
    ),
    (
        Do("doors.open", gives="transaction"),
        When("doors.cable_is_in", then=(Fire("transaction", "stopped"), Give("False"))),
        Fire("connector", "session_ended", info="call.note"),
        Give("True"),
    ),
    "1.1",
    returns="bool",
    returns_doc="Whether it is open.",
)

SEND = Send(
    "report_status",
    ("connector",),
    "StatusNotification",
    "normal",
    {"connector_id": "report.connector_id", "error_code": "report.error_code", "status": "report.status"},
    "4.9",
)


@pytest.fixture
def door() -> Chart:
    """A chart with one of everything that the compiler knows."""
    return extract(Door)


@pytest.fixture
def handler() -> Handler:
    """A row of the table of handlers."""
    return HANDLER


@pytest.fixture
def send() -> Send:
    """A row of the table hook -> message."""
    return SEND

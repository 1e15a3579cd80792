"""The charge point as a whole, connectorId 0 (OCPP 1.6 edition 2, 4.9: Available, Unavailable or Faulted)."""

from statemachine import State

from statecharts.model import Overlay
from statecharts.ocpp16.base import ConnectorChart

SHOW = "report_status"


class ChargePoint(ConnectorChart):
    """Connector 0: its availability and its health, both independent of those of the connectors."""

    class charge_point(State.Parallel):
        class availability(State.Compound):
            Available = State(enter=SHOW, initial=True)
            Unavailable = State(enter=SHOW)

            Available.to(Unavailable, event="disabled")  # A8
            Unavailable.to(Available, event="enabled")  # H1

        class health(State.Compound):
            Sound = State(enter=SHOW, initial=True)
            Faulted = State(enter=SHOW)

            Sound.to(Faulted, event="fault_raised")  # A9 H9
            Faulted.to(Sound, event="fault_cleared")  # I1 I8

    overlays = (Overlay("Faulted", "Faulted"),)

    ignored = {  # noqa: RUF012 - declarations
        "disabled": "Unavailable",
        "enabled": "Available",
        "fault_raised": "Faulted",
        "fault_cleared": "Sound",
    }

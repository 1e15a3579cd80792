"""The websocket to the Central System (OCPP-J 1.6, 3 and 5; errata 3.4: an appropriate back-off)."""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart


class Link(OcppChart):
    """Whether there is a connection, and what is being done about it.

    Offline is by choice: nothing dials until the application says connect. Every other way down leads through
    BackingOff, so that no two dials follow each other without a pause.
    """

    Offline = State(initial=True)
    Connecting = State()
    Online = State(enter="link_up", exit="link_down")
    BackingOff = State(enter="arm_redial", exit="disarm_redial")

    Offline.to(Connecting, event="connect_requested", on="dial")  # OCPP-J 3
    Connecting.to(Online, event="opened")  # OCPP-J 3.2
    Connecting.to(BackingOff, event="lost")  # errata OCPP-J 3.4
    Connecting.to(Offline, event="disconnect_requested", on="hang_up")
    Online.to(BackingOff, event="lost")  # OCPP-J 5.4
    Online.to(Offline, event="disconnect_requested", on="hang_up")
    BackingOff.to(Connecting, event="redial_due", on="dial")  # OCPP-J 5.4
    BackingOff.to(Offline, event="disconnect_requested")

    timers = (Timer("redial_due", "arm_redial", "disarm_redial", "RetryBackOff keys and chance, s"),)

    ignored = {  # noqa: RUF012 - declarations
        "connect_requested": "Connecting Online BackingOff",
        "disconnect_requested": "Offline",
        "lost": "Offline BackingOff",  # the connection that was hung up ends
        "opened": "Offline BackingOff",  # opened while it was being hung up: it is closed again
        "redial_due": "Offline Connecting Online",
    }

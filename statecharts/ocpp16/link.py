"""The websocket to the Central System (OCPP-J 1.6, 3 and 5; errata 3.4: back-off between attempts)."""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart


class Link(OcppChart):
    """The state of the connection to the Central System.

    Offline is deliberate: the station does not dial until the application asks it to connect. After any other loss of
    the connection the chart passes through BackingOff, so that there is a pause between two attempts.
    """

    Offline = State(initial=True)
    Connecting = State()
    Online = State(enter="link_up")
    BackingOff = State(enter="arm_redial", exit="disarm_redial")

    Offline.to(Connecting, event="connect_requested", on="dial")  # OCPP-J 3
    Connecting.to(Online, event="opened")  # OCPP-J 3.2
    Connecting.to(BackingOff, event="lost")  # errata OCPP-J 3.4
    Connecting.to(Offline, event="disconnect_requested", on="hang_up")
    Online.to(BackingOff, event="lost", after="link_down")  # OCPP-J 5.4
    Online.to(Offline, event="disconnect_requested", after=["link_down", "hang_up"])
    BackingOff.to(Connecting, event="redial_due", on="dial")  # OCPP-J 5.4
    BackingOff.to(Offline, event="disconnect_requested")

    timers = (Timer("redial_due", "arm_redial", "disarm_redial", "RetryBackOff keys and chance, s"),)

    ignored = {  # noqa: RUF012 - declarations
        "connect_requested": "Connecting Online BackingOff",
        "disconnect_requested": "Offline",
        "lost": "Offline BackingOff",  # the deliberately closed connection has ended
        "opened": "Offline BackingOff",  # opened while being closed; it is closed again
        "redial_due": "Offline Connecting Online",
    }

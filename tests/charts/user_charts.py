"""Connector charts that a user might write: one that is right, and some that are not."""

from statemachine import State

from statecharts.model import Overlay
from statecharts.ocpp16.base import ConnectorChart

SHOW = "report_status"
QUIET = (
    "reservation_started reservation_ended transaction_started connection_timed_out "
    "inoperative_requested operative_requested"
)


class Kiosk(ConnectorChart):
    """A socket without reservations and pauses: free, in use, or out of order."""

    Available = State(initial=True, enter=SHOW)
    Charging = State(enter=SHOW)
    SuspendedEV = State(enter=SHOW)
    Unavailable = State(enter=SHOW)
    Faulted = State(enter=SHOW)

    Available.to(Charging, event="session_started energy_flowed evse_suspended")
    Charging.to(SuspendedEV, event="ev_suspended ev_side_disconnected")
    SuspendedEV.to(Charging, event="energy_flowed")
    Charging.to(Available, event="transaction_stopped")
    Charging.to(Available, event="session_ended", cond="not transaction_running")
    SuspendedEV.to(Available, event="transaction_stopped session_ended")
    Available.to(Unavailable, event="disabled")
    Unavailable.to(Available, event="enabled")
    Available.to(Faulted, event="fault_raised")
    Faulted.to(Available, event="fault_cleared")
    Available.to(None, event=QUIET)
    Charging.to(None, event=QUIET)
    SuspendedEV.to(None, event=QUIET)
    Unavailable.to(None, event=QUIET)
    Faulted.to(None, event=QUIET)


class WithOverlay(ConnectorChart):
    """The same with its health beside it."""

    class kiosk(State.Parallel):
        class usage(State.Compound):
            Available = State(initial=True, enter=SHOW)
            Charging = State(enter=SHOW)

            Available.to(Charging, event="session_started energy_flowed evse_suspended ev_suspended")
            Charging.to(Available, event="transaction_stopped session_ended ev_side_disconnected enabled disabled")
            Available.to(None, event=QUIET)
            Charging.to(None, event=QUIET)

        class health(State.Compound):
            Sound = State(initial=True, enter=SHOW)
            Faulted = State(enter=SHOW)

            Sound.to(Faulted, event="fault_raised")
            Faulted.to(Sound, event="fault_cleared")

    overlays = (Overlay("Faulted", "Faulted"),)


class Unfinished(ConnectorChart):
    """It knows one event, calls a hook that no connector has, and asks what none can answer."""

    Available = State(initial=True, enter="shout")
    Available.to(Available, event="session_started", cond="moon_is_full")


class Misspelt(ConnectorChart):
    """A state that is no status."""

    Availible = State(initial=True, enter=SHOW)
    Availible.to(
        None,
        event=f"session_started energy_flowed evse_suspended ev_suspended transaction_stopped session_ended {QUIET} "
        "ev_side_disconnected enabled disabled fault_raised fault_cleared",
    )


class Deaf(ConnectorChart):
    """It hears the Central System while it is free, and not while it charges."""

    Available = State(initial=True, enter=SHOW)
    Charging = State(enter=SHOW)

    Available.to(Charging, event="session_started energy_flowed evse_suspended ev_suspended fault_raised disabled")
    Charging.to(Available, event="transaction_stopped session_ended ev_side_disconnected fault_cleared enabled")
    Available.to(None, event=QUIET)
    Charging.to(None, event="transaction_started connection_timed_out reservation_ended")


class Outside(ConnectorChart):
    """A history state."""

    Available = State(initial=True)
    Available.to(Available, event="session_started", on="on_session_started")


class NoConnector:
    """A class, and nothing more."""

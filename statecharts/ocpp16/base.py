"""The base class of the OCPP charts: python-statemachine configured to report errors."""

from typing import Any

from statemachine import StateChart

from statecharts.model import Overlay, Timer


class OcppChart(StateChart[Any]):
    """A chart that raises errors instead of hiding them, and whose hooks see complete configurations.

    By default, the library turns an exception in a hook into an event that nobody handles, returns None for an unknown
    event, and runs hooks while some regions have moved and others have not.
    """

    catch_errors_as_events = False
    allow_event_without_transition = False
    atomic_configuration_update = True

    ignored: dict[str, str] = {}  # noqa: RUF012 - read once, by extract
    """Event -> states in which it is legal and has no effect. Anything else without a transition is an error."""
    data: dict[str, str] = {}  # noqa: RUF012 - read once, by extract
    """Name -> type of data that any event may carry (``_event.data`` in SCXML), e.g. ``str | None`` or
    ``ocpp16sm.messages.Reason | None``; None where an event carries none.
    """
    takes: dict[str, str] = {}  # noqa: RUF012 - read once, by extract
    """Hook -> names of the data that it takes as arguments."""
    timers: tuple[Timer, ...] = ()
    overlays: tuple[Overlay, ...] = ()


class ConnectorChart(OcppChart):
    """Base of connector charts: an event may carry the words of the status notification that it causes."""

    data = {"info": "str | None"}  # noqa: RUF012 - declarations
    takes = dict.fromkeys(("report_status", "report_again", "report_suspension"), "info")

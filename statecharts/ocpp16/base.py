"""The base class of all our charts: python-statemachine with its silent switches off."""

from typing import Any

from statemachine import StateChart

from statecharts.model import Overlay, Timer


class OcppChart(StateChart[Any]):
    """A chart that says when something is wrong and shows its hooks a whole configuration.

    With the library's defaults an exception in a hook becomes an event that nobody handles, an unknown event
    returns None, and a hook sees a configuration in which one region has moved and the next has not.
    """

    catch_errors_as_events = False
    allow_event_without_transition = False
    atomic_configuration_update = True

    ignored: dict[str, str] = {}  # noqa: RUF012 - read once, by extract
    """event -> states: there the event is legal and does nothing. What is neither here nor a transition is an error."""
    timers: tuple[Timer, ...] = ()
    overlays: tuple[Overlay, ...] = ()

"""The events of a station: those of the charge point's Listener, and those that the panel adds."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from attrs import frozen

from ocpp16sm.base.secret import MASK, is_secret
from ocpp16sm.control.event_history import MESSAGE, History
from ocpp16sm.control.parameter_values import plain
from ocpp16sm.listener import Listener


@frozen
class EventKind:
    """Description of a kind of event: when it occurs, and the names of its members."""

    summary: str
    members: tuple[str, ...]


_LISTENED = {
    name: method for name, method in vars(Listener).items() if inspect.isfunction(method) and not name.startswith("_")
}


def _members(method: Callable[..., Any]) -> tuple[str, ...]:
    """The argument names of a listener's method; an argument named ``event`` is replaced by its fields."""
    names: list[str] = []
    for name, parameter in inspect.signature(method).parameters.items():
        if name == "event":
            names += [each.name for each in attrs.fields(parameter.annotation)]
        elif name != "self":
            names.append(name)
    return tuple(names)


STARTED: Final = "charge_point_started"
STOPPED: Final = "charge_point_stopped"
ACT_PERFORMED: Final = "act_performed"
DISPLAY_SHOWN: Final = "display_shown"
DATA_TRANSFER_ANSWERED: Final = "data_transfer_answered"

EVENTS: Mapping[str, EventKind] = {
    STARTED: EventKind("The charge point has started: its power is on, or a reset is over.", ()),
    STOPPED: EventKind("The charge point has stopped: its power is off, or a reset has begun.", ()),
    ACT_PERFORMED: EventKind(
        "A client, the scenario or a person at the keyboard performs an act. The act may still be refused.",
        ("by", "act", "parameters"),
    ),
    DISPLAY_SHOWN: EventKind("The station's display shows a text.", ("text",)),
    DATA_TRANSFER_ANSWERED: EventKind(
        "The outcome of act data_transfer; status and data are null if no answer came.",
        ("vendor_id", "message_id", "status", "data"),
    ),
    MESSAGE: EventKind(
        "A frame was sent or received. direction: sent or received; kind: call, result, error or unreadable. A result "
        "has the action of its call. An error has code, description and details; an unreadable frame has its text.",
        ("direction", "kind", "message_id", "action", "payload"),
    ),
    **{
        name: EventKind(inspect.cleandoc(method.__doc__ or "").partition("\n\n")[0], _members(method))
        for name, method in _LISTENED.items()
    },
}
"""All kinds of events by name."""


class _Reporter(Listener):
    def __init__(self, history: History) -> None:
        self._history = history


def _noting(name: str, method: Callable[..., Any]) -> Callable[..., None]:
    names = [parameter for parameter in inspect.signature(method).parameters if parameter != "self"]

    def note(self: _Reporter, *arguments: Any) -> None:
        members: dict[str, Any] = {}
        for parameter, argument in zip(names, arguments, strict=True):
            members |= attrs.asdict(argument, recurse=False) if parameter == "event" else {parameter: argument}
        if is_secret(str(members.get("key", ""))):
            members["value"] = MASK
        self._history.note(name, **plain(members))

    return note


def reporter(history: History) -> Listener:
    """Create a listener that adds everything it is notified of to the history."""
    methods = {name: _noting(name, method) for name, method in _LISTENED.items()}
    made: Listener = type("Reporter", (_Reporter,), methods)(history)
    return made

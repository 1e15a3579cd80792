"""The numbered events of a station. The latest are kept, so that a late query still finds them."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import frozen

MOST_EVENTS: Final = 10_000
"""Maximum number of events that are kept."""
MOST_CHARACTERS: Final = 16_000_000
"""Maximum number of characters of frames that are kept."""

MESSAGE: Final = "message"
"""A frame was sent or received."""
CHART_MOVED: Final = "chart_moved"
TALKATIVE: Final = frozenset({MESSAGE, CHART_MOVED})
"""Events that are sent only to clients that subscribe to them."""


@frozen
class Event:
    """An event at the station."""

    seq: int
    """Sequence number; increases by one with each event."""
    name: str
    at: str
    """The station's time of day, RFC 3339."""
    members: Mapping[str, Any]
    """Further members of the event, JSON-compatible."""

    def row(self) -> dict[str, Any]:
        """The event as it is sent to clients."""
        return {"event": self.name, "seq": self.seq, "at": self.at, **self.members}


class History:
    """Keeps the latest events and notifies listeners of new ones.

    :param utc_text: returns the time of day as text.
    """

    def __init__(self, utc_text: Callable[[], str]) -> None:
        self._utc_text = utc_text
        self._events: deque[tuple[Event, int]] = deque()
        self._characters = 0
        self.seq = 0
        """Sequence number of the latest event; 0 before the first."""
        self.listeners: list[Callable[[Event], None]] = []
        """Each is called with every new event."""

    def note(self, name: str, *, size: int = 0, **members: Any) -> None:
        """Add an event and notify the listeners.

        :param size: number of characters that count against :data:`MOST_CHARACTERS`.
        :param members: further members of the event, JSON-compatible.
        """
        self.seq += 1
        event = Event(self.seq, name, self._utc_text(), members)
        self._events.append((event, size))
        self._characters += size
        while len(self._events) > MOST_EVENTS or (self._characters > MOST_CHARACTERS and len(self._events) > 1):
            self._characters -= self._events.popleft()[1]
        for listener in tuple(self.listeners):
            listener(event)

    def find(self, name: str, where: Mapping[str, Any], after: int) -> Event | None:
        """The first event with this name and a number above ``after`` whose members contain ``where``."""
        for event, _size in self._events:
            if event.seq > after and event.name == name and contains(event.members, where):
                return event
        return None


def contains(whole: Any, part: Any) -> bool:
    """Whether ``whole`` contains ``part``: members of objects by name, items of lists at any position."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            name in whole and contains(whole[name], item) for name, item in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(contains(one, item) for one in whole) for item in part)
    return (type(whole) is type(part) and whole == part) or (_number(whole) and _number(part) and whole == part)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

"""What happened at a station: events with numbers. The latest are kept, so that nobody misses one by asking late."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import frozen

MOST_EVENTS: Final = 10_000
"""So many events are kept,"""
MOST_CHARACTERS: Final = 16_000_000
"""and so many characters of frames."""

MESSAGE: Final = "message"
"""A frame passed."""
CHART_MOVED: Final = "chart_moved"
TALKATIVE: Final = frozenset({MESSAGE, CHART_MOVED})
"""Events that are pushed only to those who ask for them."""


@frozen
class Event:
    """Something that happened."""

    seq: int
    """Its number; each has one more than the one before."""
    name: str
    at: str
    """The station's time of day."""
    members: Mapping[str, Any]
    """What else there is to say; as JSON has it."""

    def row(self) -> dict[str, Any]:
        """As it is written."""
        return {"event": self.name, "seq": self.seq, "at": self.at, **self.members}


class History:
    """The latest events, and those who are told of new ones.

    :param utc_text: the time of day, as a text.
    """

    def __init__(self, utc_text: Callable[[], str]) -> None:
        self._utc_text = utc_text
        self._events: deque[tuple[Event, int]] = deque()
        self._characters = 0
        self.seq = 0
        """Number of the latest event."""
        self.listeners: list[Callable[[Event], None]] = []
        """Called with each event."""

    def note(self, name: str, *, size: int = 0, **members: Any) -> None:
        """Something happened.

        :param size: characters that it takes up.
        :param members: what else there is to say, as JSON has it.
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
        """The first event of this name after number ``after`` that contains what ``where`` has."""
        for event, _size in self._events:
            if event.seq > after and event.name == name and contains(event.members, where):
                return event
        return None


def contains(whole: Any, part: Any) -> bool:
    """Whether everything that a part has is in the whole: members of objects by name, items of lists in any place."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            name in whole and contains(whole[name], item) for name, item in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(contains(one, item) for one in whole) for item in part)
    return (type(whole) is type(part) and whole == part) or (_number(whole) and _number(part) and whole == part)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

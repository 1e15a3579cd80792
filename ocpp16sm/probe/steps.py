"""What a charge point may do in a walk. Steps are values: a walk is a list of them, and can be written down."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from attrs import asdict, frozen

from ocpp16sm.errors import DefinitionError


class Usual(StrEnum):
    """What charge points do."""

    AUTHORIZE = "authorize"
    """A card is shown."""
    PLUG_IN = "plug in"
    """A session begins."""
    START = "start"
    """A transaction begins."""
    CHARGE = "charge"
    """Energy flows, and the meter is read."""
    PAUSE = "pause"
    """The EV takes none for now."""
    STOP = "stop"
    """The transaction ends."""
    LEAVE = "leave"
    """The session ends."""
    FAULT = "fault"
    """The connector breaks, and is mended."""
    WAIT = "wait"
    """A quarter of an hour passes for the charge point: readings and heartbeats fall due."""
    RECONNECT = "reconnect"
    """The connection is lost while nothing is under way."""
    POWER_CUT = "power cut"
    """The charge point starts anew on what it has stored."""


class Hostile(StrEnum):
    """What they should not do, or what networks do to them."""

    CUT_WHILE_ASKING = "cut while asking"
    """The connection is lost when StartTransaction has been sent; it is sent again with its message id (3.7)."""
    SAME_AGAIN = "same again"
    """The last request once more, letter by letter."""
    START_WITHOUT_SESSION = "start without session"
    """A transaction on a connector that was never reported as in use."""
    STOP_UNKNOWN = "stop unknown"
    """StopTransaction of a transaction that there is not (6.49)."""
    METER_UNKNOWN = "meter unknown"
    """MeterValues of a transaction that there is not."""
    UNKNOWN_ACTION = "unknown action"
    """An action that OCPP does not have."""
    MISSING_FIELD = "missing field"
    """Authorize without an idTag."""
    WRONG_TYPE = "wrong type"
    """Authorize with a number for an idTag."""
    TOO_LONG = "too long"
    """Authorize with an idTag of 21 characters."""
    EXTRA_FIELD = "extra field"
    """Heartbeat with a field that it does not have."""
    NO_PAYLOAD = "no payload"
    """A CALL of three elements."""
    NOT_JSON = "not JSON"
    """A text that is no JSON."""
    NO_ARRAY = "no array"
    """JSON that is no array."""
    DEEP = "deep"
    """Arrays, two hundred deep."""
    LARGE = "large"
    """A CALL of 64 KiB."""
    ANSWER_TO_NOTHING = "answer to nothing"
    """A CALLRESULT that nobody waits for."""
    ERROR_TO_NOTHING = "error to nothing"
    """A CALLERROR that nobody waits for."""
    OTHER_SUBPROTOCOL = "other subprotocol"
    """A connection that offers only a version that there is not."""
    SECOND_CONNECTION = "second connection"
    """The same identity connects again while it is connected."""


WORDS: Final = {str(word): word for kind in (Usual, Hostile) for word in kind}


@frozen
class Step:
    """One thing that happens.

    :param do: what.
    :param connector: where, from 1; where it does not matter, 1.
    :param tag: which of the idTags that the user named, from 0.
    """

    do: Usual | Hostile
    connector: int = 1
    tag: int = 0

    def __str__(self) -> str:
        place = f" (connector {self.connector})" if self.connector != 1 else ""
        return f"{self.do}{place}"


Walk = tuple[Step, ...]


def as_json(walk: Iterable[Step]) -> list[dict[str, Any]]:
    """A walk as it is written to a file."""
    return [{**asdict(step), "do": str(step.do)} for step in walk]


def from_json(rows: Any) -> Walk:
    """A walk from a file. Raises :class:`~ocpp16sm.errors.DefinitionError` for what is none."""
    if not isinstance(rows, list):
        raise DefinitionError(f"a walk is a list of steps, not {type(rows).__name__}")
    walk = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or row.get("do") not in WORDS:
            raise DefinitionError(f"step {number}: {row!r}; expected 'do' with one of {', '.join(WORDS)}")
        where = {name: row.get(name, usual) for name, usual in (("connector", 1), ("tag", 0))}
        if not all(isinstance(value, int) and value >= 0 for value in where.values()):
            raise DefinitionError(f"step {number}: {row!r}; connector and tag are numbers")
        walk.append(Step(WORDS[row["do"]], **where))
    return tuple(walk)

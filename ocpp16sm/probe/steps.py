"""The steps of a walk. They are values, so a walk can be written to a file."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from attrs import asdict, frozen

from ocpp16sm.errors import DefinitionError


class Usual(StrEnum):
    """Ordinary behaviour of a charge point."""

    AUTHORIZE = "authorize"
    """A card is presented: Authorize."""
    PLUG_IN = "plug in"
    """A session begins."""
    START = "start"
    """A transaction begins."""
    CHARGE = "charge"
    """Energy flows, and the meter is read."""
    PAUSE = "pause"
    """The EV suspends charging."""
    STOP = "stop"
    """The transaction ends."""
    LEAVE = "leave"
    """The session ends."""
    FAULT = "fault"
    """The connector becomes faulted and recovers."""
    WAIT = "wait"
    """A quarter of an hour passes for the charge point, so readings and heartbeats fall due."""
    RECONNECT = "reconnect"
    """The connection is lost while no request is outstanding."""
    POWER_CUT = "power cut"
    """The charge point restarts with the contents of its store."""


class Hostile(StrEnum):
    """What charge points should not do, or what networks do to them."""

    CUT_WHILE_ASKING = "cut while asking"
    """The connection is lost once StartTransaction has been sent; the request is repeated with its message id (3.7)."""
    SAME_AGAIN = "same again"
    """The last StartTransaction, or else the last request, is repeated unchanged."""
    START_WITHOUT_SESSION = "start without session"
    """A transaction starts on a connector that was never reported as in use."""
    STOP_UNKNOWN = "stop unknown"
    """StopTransaction of an unknown transaction (6.49)."""
    METER_UNKNOWN = "meter unknown"
    """MeterValues of an unknown transaction."""
    UNKNOWN_ACTION = "unknown action"
    """An action that OCPP does not have."""
    MISSING_FIELD = "missing field"
    """Authorize without an idTag."""
    WRONG_TYPE = "wrong type"
    """Authorize with a number for an idTag."""
    TOO_LONG = "too long"
    """Authorize with an idTag of 21 characters."""
    EXTRA_FIELD = "extra field"
    """Heartbeat with an unknown field."""
    NO_PAYLOAD = "no payload"
    """A CALL without a payload: three elements."""
    NOT_JSON = "not JSON"
    """A text that is not JSON."""
    NO_ARRAY = "no array"
    """JSON that is not an array."""
    DEEP = "deep"
    """Arrays nested two hundred deep."""
    LARGE = "large"
    """A CALL of 64 KiB."""
    ANSWER_TO_NOTHING = "answer to nothing"
    """A CALLRESULT without a CALL."""
    ERROR_TO_NOTHING = "error to nothing"
    """A CALLERROR without a CALL."""
    OTHER_SUBPROTOCOL = "other subprotocol"
    """A connection that offers only an unknown subprotocol."""
    SECOND_CONNECTION = "second connection"
    """The same identity opens a second connection."""


WORDS: Final = {str(word): word for kind in (Usual, Hostile) for word in kind}
"""All steps by name."""


@frozen
class Step:
    """One step of a walk.

    :param do: what happens.
    :param connector: connectorId from 1; 1 if it does not matter.
    :param tag: index of the idTag among those that the user named, from 0.
    """

    do: Usual | Hostile
    connector: int = 1
    tag: int = 0

    def __str__(self) -> str:
        target = f" (connector {self.connector})" if self.connector != 1 else ""
        return f"{self.do}{target}"


Walk = tuple[Step, ...]


def as_json(walk: Iterable[Step]) -> list[dict[str, Any]]:
    """A walk as a list of JSON objects, as in a report."""
    return [{**asdict(step), "do": str(step.do)} for step in walk]


def from_json(rows: Any) -> Walk:
    """Read a walk from the list in a report.

    Raises :class:`~ocpp16sm.errors.DefinitionError` if it is not a walk, naming the step.
    """
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

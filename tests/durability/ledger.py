"""A Central System's books: what it heard about transactions over all connections, and what must be true of it.

It reads frames with nothing but :mod:`json`, so that no mistake of ours is made twice. A request that comes again
under its message id gets the same answer, as a Central System gives that looks at message ids (errata OCPP-J 3.1).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, field, frozen

from ocpp16sm.base.timestamp import Timestamp
from tests.support.scene import usual_answer

FIRST_TRANSACTION_ID = 7001
PERIODIC = "Sample.Periodic"


@frozen
class Told:
    """A request that was received."""

    message_id: str
    action: str
    payload: dict[str, Any]


@frozen
class Session:
    """What the station knows of a transaction, from handlers that have returned."""

    id_tag: str
    connector: int
    meter_start: int
    started_at: str
    meter_stop: int | None = None
    reason: str | None = None
    """None: no handler has returned that stopped it."""
    stopping: tuple[tuple[int, str], ...] = ()
    """Register and reason of each stop that was asked for, whether its handler returned or not."""


@define
class Ledger:
    """Everything that a Central System heard, in order."""

    told: list[Told] = field(factory=list)
    _answers: dict[str, dict[str, Any]] = field(factory=dict)
    _transaction_ids: dict[str, int] = field(factory=dict)
    """Message id of a StartTransaction -> what we called the transaction."""

    def answer(self, text: str, now: Timestamp) -> str | None:
        """Take a frame down; gives the frame to reply."""
        frame = json.loads(text)
        if frame[0] != 2:
            return None
        _, message_id, action, payload = frame
        self.told.append(Told(message_id, action, payload))
        if message_id not in self._answers:
            if action == "StartTransaction":
                self._transaction_ids[message_id] = FIRST_TRANSACTION_ID + len(self._transaction_ids)
            self._answers[message_id] = usual_answer(action, now, self._transaction_ids.get(message_id, 0))
        return json.dumps([3, message_id, self._answers[message_id]])

    # -- what must be true ------------------------------------------------------------------------------------------

    def verify(self, sessions: Iterable[Session]) -> None:
        """Every transaction the station vouched for was told exactly once, whole and in order; nothing else was."""
        self._nothing_changes_when_sent_again()
        self._no_unknown_transaction()
        known = {session.id_tag: session for session in sessions}
        starts = Counter(told.payload["idTag"] for told in self._once("StartTransaction"))
        assert {tag: n for tag, n in starts.items() if n > 1} == {}, "started twice"
        assert known.keys() - starts.keys() == set(), "started at the station, and unknown to the Central System"
        for start in self._once("StartTransaction"):
            self._verify_transaction(start, known.get(start.payload["idTag"]))

    def _nothing_changes_when_sent_again(self) -> None:
        first: dict[str, Told] = {}
        for told in self.told:
            assert first.setdefault(told.message_id, told) == told, "another request under the same message id"

    def _no_unknown_transaction(self) -> None:
        ids = set(self._transaction_ids.values())
        for told in self.told:
            if told.action == "StopTransaction" or "transactionId" in told.payload:
                assert told.payload["transactionId"] in ids, f"nothing is called so: {told}"

    def _verify_transaction(self, start: Told, session: Session | None) -> None:
        transaction_id = self._transaction_ids[start.message_id]
        about = self._about(start.message_id, transaction_id)
        stops = [told for told in about.values() if told.action == "StopTransaction"]
        assert len(stops) == 1, f"{start} was stopped {len(stops)} times: {stops}"
        assert [told.action for told in about.values()] == [
            "StartTransaction",
            *["MeterValues"] * (len(about) - 2),
            "StopTransaction",
        ]
        (stop,) = stops
        readings = [value for told in about.values() for value in _periodic(told.payload.get("meterValue", ()))]
        kept = list(_periodic(stop.payload.get("transactionData", ())))
        assert readings == kept, f"the readings told of {transaction_id} are not those that its stop carries"
        assert [reading["timestamp"] for reading in readings] == sorted(reading["timestamp"] for reading in readings)
        assert stop.payload["meterStop"] >= start.payload["meterStart"]
        if session is not None:
            _verify_edges(session, start.payload, stop.payload)

    def _about(self, start_id: str, transaction_id: int) -> dict[str, Told]:
        """What was told of one transaction, in the order of its last sending: nothing may overtake."""
        about: dict[str, Told] = {}
        for told in self.told:
            if told.message_id == start_id or told.payload.get("transactionId") == transaction_id:
                about.pop(told.message_id, None)
                about[told.message_id] = told
        return about

    def _once(self, action: str) -> list[Told]:
        """The requests of an action, each once however often it was sent."""
        return list({told.message_id: told for told in self.told if told.action == action}.values())

    def count(self, action: str) -> int:
        """How many requests of an action there were, each counted once."""
        return len(self._once(action))

    @property
    def sent_again(self) -> int:
        """How many were sent more than once."""
        return sum(n > 1 for n in Counter(told.message_id for told in self.told).values())


def _periodic(meter_values: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    return (value for value in meter_values if value["sampledValue"][0].get("context", PERIODIC) == PERIODIC)


def _verify_edges(session: Session, start: Mapping[str, Any], stop: Mapping[str, Any]) -> None:
    assert (start["connectorId"], start["meterStart"]) == (session.connector, session.meter_start)
    assert Timestamp.parse(start["timestamp"]) == Timestamp.parse(session.started_at)
    end = (stop["meterStop"], stop.get("reason", "Local"))  # Local may be left out (6.49)
    if session.reason is not None:
        assert end == (session.meter_stop, session.reason)
    elif end not in session.stopping:
        assert stop["reason"] == "PowerLoss", f"nobody stopped {session.id_tag}, but its stop says {stop}"

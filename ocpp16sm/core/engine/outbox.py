"""The queues of requests to the Central System: what waits, what is sent next, what is dropped if too much waits.

There are three lanes. Transaction-related messages keep their order and are never given up lightly (3.7). Security
events keep their order too, but cannot hold up a transaction. All other requests are sent in between, and none of them
holds up another. Of the requests that may be sent the oldest goes first, with two exceptions: BootNotification precedes
everything, and Authorize overtakes what is queued (3.7), so that nobody waits at a card reader or in a car.
"""

from collections.abc import Callable, Iterator
from typing import Any

from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.messages.plug_and_charge import AUTHORIZE as PNC_AUTHORIZE
from ocpp16sm.records import Lane, QueuedRequest

BOOT = "BootNotification"
AUTHORIZE = "Authorize"
METER_VALUES = "MeterValues"


def _has_somebody_waiting(request: QueuedRequest) -> bool:
    """Whether a request is Authorize, including that of Plug & Charge."""
    if request.action != "DataTransfer":
        return request.action == AUTHORIZE
    transfer = request.request
    return (transfer.vendor_id, transfer.message_id) == (PNC_AUTHORIZE.vendor_id, PNC_AUTHORIZE.message_id)


def _urgency(request: QueuedRequest) -> tuple[bool, bool, int]:
    """Sort key: what is sent first. A security event that has failed once waits for all other requests."""
    held_up = request.lane is Lane.SECURITY and request.attempts > 0
    return not _has_somebody_waiting(request), held_up, request.seq


class Outbox(Component):
    """The requests that wait to be sent, and the one that is sent and unanswered."""

    __slots__ = ("_authorizes", "_lanes", "_normal", "_security", "_transaction", "_undo", "in_flight")

    KEPT = "self.look()"

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self._transaction: list[QueuedRequest] = []
        self._security: list[QueuedRequest] = []
        self._normal: list[QueuedRequest] = []
        self._authorizes = 0
        """Number of Authorize requests in the normal lane."""
        self._lanes = {
            Lane.TRANSACTION: self._transaction,
            Lane.SECURITY: self._security,
            Lane.NORMAL: self._normal,
        }
        self._undo: list[tuple[str, QueuedRequest, int]] = []
        self.in_flight: QueuedRequest | None = None
        """The one CALL that is outstanding (OCPP-J 4.1.1)."""

    def __len__(self) -> int:
        return len(self._transaction) + len(self._security) + len(self._normal) + (self.in_flight is not None)

    @property
    def waits(self) -> bool:
        """Whether any request waits, including those that may not be sent yet."""
        return bool(self._normal or self._transaction or self._security)

    def __iter__(self) -> Iterator[QueuedRequest]:
        """Every waiting request, lane by lane, each lane in order."""
        for lane in self._lanes.values():
            yield from lane

    def has(self, request: Any) -> bool:
        """Whether an equal request waits already, or is sent and unanswered."""
        in_flight = self.in_flight is not None and self.in_flight.request == request
        return in_flight or any(waiting.request == request for waiting in self)

    # A queue of thousands is not copied for each step: what a step does to it is undone backwards.

    def look(self) -> tuple[int, QueuedRequest | None]:
        """The state that the undo log does not cover; the undo log starts anew."""
        self._undo.clear()
        return self._authorizes, self.in_flight

    def put_back(self, look: tuple[int, QueuedRequest | None]) -> None:
        """Undo everything since ``look`` was taken."""
        while self._undo:
            action, request, index = self._undo.pop()
            lane = self._lanes[request.lane]
            if action == "inserted":
                del lane[index]
            else:
                lane.insert(index, request)
        self._authorizes, self.in_flight = look

    def _insert(self, index: int, request: QueuedRequest) -> None:
        self.touch()
        self._authorizes += _has_somebody_waiting(request)
        self._lanes[request.lane].insert(index, request)
        self._undo.append(("inserted", request, index))

    def _remove(self, index: int, request: QueuedRequest) -> None:
        self.touch()
        self._authorizes -= _has_somebody_waiting(request)
        del self._lanes[request.lane][index]
        self._undo.append(("removed", request, index))

    def add(self, request: QueuedRequest) -> None:
        """Append a request to its lane. BootNotification goes to the front and replaces one that waits already."""
        if request.action == BOOT:
            for index, waiting in enumerate(self._lanes[request.lane]):
                if waiting.action == BOOT:
                    self._remove(index, waiting)
                    break
            self._insert(0, request)
        else:
            self._insert(len(self._lanes[request.lane]), request)

    def put_back_first(self, request: QueuedRequest) -> None:
        """Put a request that was not delivered back in its place in the lane, which is ordered by age."""
        if request.action == BOOT:
            self.add(request)
        else:
            index = 0
            for waiting in self._lanes[request.lane]:
                if waiting.action != BOOT and waiting.seq > request.seq:
                    break
                index += 1
            self._insert(index, request)

    def take(self, request: QueuedRequest) -> None:
        """Move a waiting request out of its lane: it is sent now, and is the one in flight."""
        self._remove(self._lanes[request.lane].index(request), request)
        self.in_flight = request

    def discard(self, request: QueuedRequest) -> None:
        """Remove a waiting request."""
        self._remove(self._lanes[request.lane].index(request), request)

    def revise(self, change: Callable[[QueuedRequest], QueuedRequest]) -> list[QueuedRequest]:
        """Replace each waiting request by what ``change`` returns for it; return the new ones that differ."""
        changed = []
        for lane in self._lanes.values():
            for index, request in enumerate(tuple(lane)):
                other = change(request)
                if other is not request:
                    self._remove(index, request)
                    self._insert(index, other)
                    changed.append(other)
        return changed

    def land(self) -> QueuedRequest | None:
        """Return the request in flight, because it is answered or lost; nothing is in flight afterwards."""
        self.touch()
        landed, self.in_flight = self.in_flight, None
        return landed

    def next(self, now: float, accepted: bool, pending: bool) -> QueuedRequest | None:
        """The request to be sent next; None if none may be sent now.

        Before the registration is accepted, only BootNotification is sent, and while it is pending also what the
        Central System has asked for (4.2).
        """
        normal = self._normal
        if normal and normal[0].action == BOOT:
            return normal[0] if normal[0].not_before <= now else None
        if not accepted:
            return next((r for r in normal if pending and r.triggered), None)
        if not self._transaction and not self._security:
            return self._first_normal(now)
        heads = (self._first_normal(now), *(lane[0] for lane in (self._transaction, self._security) if lane))
        ready = [head for head in heads if head is not None and head.not_before <= now]
        if len(ready) < 2:
            return ready[0] if ready else None
        return min(ready, key=_urgency)

    def _first_normal(self, now: float) -> QueuedRequest | None:
        """The request of the normal lane to be sent next; they need no order."""
        oldest = None
        for request in self._normal:
            if request.not_before <= now:
                if not self._authorizes or _has_somebody_waiting(request):
                    return request
                oldest = oldest or request
        return oldest

    def next_retry(self, now: float) -> float | None:
        """When the next of the requests that are held back may be sent, on the monotonic clock; None: none is."""
        heads = (*self._normal, *(lane[0] for lane in (self._transaction, self._security) if lane))
        return min((held.not_before for held in heads if held.not_before > now), default=None)

    def was_sent(self, transaction: str, action: str) -> bool:
        """Whether such a request of a transaction is in flight, or waits to be sent again after a failure."""
        own = (r for r in self._transaction if (r.transaction, r.action) == (transaction, action))
        flying = self.in_flight
        in_flight = flying is not None and (flying.transaction, flying.action) == (transaction, action)
        return in_flight or any(request.attempts for request in own)

    def waiting(self, lane: Lane) -> tuple[QueuedRequest, ...]:
        """The requests of one lane, in order."""
        return tuple(self._lanes[lane])

    def thin_security_events(self, threshold: int) -> list[QueuedRequest]:
        """Drop the oldest security events beyond half of ``threshold``, so that a flood of them displaces no readings.

        Returns what was dropped.
        """
        excess = len(self._security) - max(1, threshold // 2)
        spare = list(self._security)[:excess] if excess > 0 else []
        for request in spare:
            self.discard(request)
        return spare

    def thin(self, threshold: int) -> list[QueuedRequest]:
        """Drop what can be spared until no more than ``threshold`` requests are left; returns what was dropped.

        First the oldest tenth of the unimportant, again and again; then every other MeterValues of each transaction
        (the first and last stay), again and again; then the oldest security events. StartTransaction and
        StopTransaction are never dropped.
        """
        dropped: list[QueuedRequest] = []
        batch = max(1, threshold // 10)
        while len(self) > threshold:
            spare = [r for r in self._normal if r.action != BOOT][:batch]
            spare = spare or self._every_other_reading()
            spare = spare or list(self._security)[:batch]
            if not spare:
                break
            for request in spare:
                self.discard(request)
            dropped += spare
        return dropped

    def _every_other_reading(self) -> list[QueuedRequest]:
        groups: dict[str | int, list[QueuedRequest]] = {}
        for request in self._transaction:
            if request.action == METER_VALUES:
                groups.setdefault(request.transaction or request.request.connector_id, []).append(request)
        return [request for group in groups.values() for request in group[1:-1:2]]

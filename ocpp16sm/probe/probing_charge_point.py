"""A complete charge point in virtual time that uses a real websocket."""

import json
from collections.abc import Callable
from typing import Any

from attrs import define, field

from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import Dial, Effect, HangUp, SendText
from ocpp16sm.errors import LinkError
from ocpp16sm.probe.wire import Wire
from ocpp16sm.testing.virtual_charge_point import VirtualChargePoint

REDIALS = 5
START = "StartTransaction"
"""How often a connection is tried before it counts as refused."""
AHEAD_S = 0.02
"""Seconds to wait for another frame before a CALL of the Central System is answered."""


@define(slots=False)
class ProbingChargePoint(VirtualChargePoint):
    """A charge point whose time stands still while the Central System works on its requests."""

    wire: Wire = field(kw_only=True)
    on_answered: Callable[[list[Any], list[Any]], None] = field(kw_only=True)
    """Called with each CALL of the charge point that is answered, and its answer."""
    on_silence: Callable[[list[Any]], None] = field(kw_only=True)
    """Called with each CALL of the charge point that is not answered in time."""
    cut_at: str = ""
    """Action; the connection is cut once after a request of this action is sent. Empty: never."""
    last: tuple[list[Any], list[Any]] | None = None
    """The last StartTransaction with its CALLRESULT; before the first one, the last CALL of any action with its own."""
    _under_way: dict[str, list[Any]] = field(factory=dict)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Dial():
                try:
                    self.wire.open()
                except LinkError as error:
                    self.at(0.0, inputs.LinkLost(str(error), 0.0))
                else:
                    self.at(0.0, inputs.LinkOpened())
            case HangUp():
                self.wire.close()
                self.at(0.0, inputs.LinkLost("closed", 0.0))
            case SendText(text):
                self._send(text)
            case _:
                super()._perform(effect)

    def _send(self, text: str) -> None:
        frame = json.loads(text)
        if frame[0] == 2:
            self._under_way[frame[1]] = frame
        self.wire.send(text)
        if frame[0] == 2 and frame[2] == self.cut_at:
            self.cut_at = ""
            self.wire.close()
            self.at(0.0, inputs.LinkLost("cut", 0.0))

    def hear(self, text: str) -> None:
        """Process a received frame."""
        try:
            frame = json.loads(text)
        except ValueError:
            frame = None
        if isinstance(frame, list) and len(frame) > 2 and frame[0] in (3, 4) and isinstance(frame[1], str):
            asked = self._under_way.pop(frame[1], None)
            if asked is not None:
                if frame[0] == 3 and (asked[2] == START or self.last is None or self.last[0][2] != START):
                    self.last = asked, frame
                self.on_answered(asked, frame)
        self.feed(inputs.TextReceived(text))

    def waits_for(self, frame: list[Any]) -> bool:
        """Whether this frame answers an outstanding CALL of the charge point."""
        return len(frame) > 1 and isinstance(frame[1], str) and frame[1] in self._under_way

    def exchange_frames(self) -> None:
        """Process frames until no request is outstanding, or until the Central System exceeds its time-out."""
        while self.linked and self._listen():
            pass
        if self.linked and not self.wire.connected:
            self.drop_link("the Central System closed the connection")

    def _listen(self) -> bool:
        """Process the next frames; returns whether there may be more."""
        waiting = self.core.features.context.outbox.in_flight
        text = self.wire.receive(None if waiting is not None else 0.0)
        if text is not None:
            came = [text]
            if text.lstrip().startswith("[2"):  # to notice a second CALL before the first is answered
                while (more := self.wire.receive(AHEAD_S)) is not None:
                    came.append(more)
            for each in came:
                self.hear(each)
            return True
        if waiting is not None and self.wire.connected:
            self.on_silence(self._under_way.pop(waiting.message_id, [2, waiting.message_id, waiting.action, {}]))
            self.wire.close()  # a late answer must not be taken for that to another request
        return False

    def pass_time(self, seconds: float, most: int = 4) -> None:
        """Let ``seconds`` pass, or less if ``most`` deadlines fall due before; frames are exchanged after each."""
        end = self.now.mono + seconds
        for _ in range(most):
            due = self._next()
            if due is None or due > end:
                break
            self.advance(max(0.0, due - self.now.mono))
            self.exchange_frames()
        else:
            return
        self.advance(end - self.now.mono)
        self.exchange_frames()

    def reconnect(self) -> bool:
        """Connect again; returns whether that succeeded within :data:`REDIALS` attempts."""
        for _ in range(REDIALS):
            if self.linked:
                break
            self.pass_time(120, most=1)
            self.exchange_frames()
        return self.linked

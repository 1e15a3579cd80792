"""A whole charge point in virtual time that speaks over a real wire."""

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
AHEAD_S = 0.02
"""So long another frame is waited for before a CALL of the Central System is answered."""


@define(slots=False)
class ProbingChargePoint(VirtualChargePoint):
    """Its time passes only when it is told to; meanwhile the Central System may think as long as it is allowed to."""

    wire: Wire = field(kw_only=True)
    on_answered: Callable[[list[Any], list[Any]], None] = field(kw_only=True)
    """Called with each CALL of the charge point that is answered, and the answer."""
    on_silence: Callable[[list[Any]], None] = field(kw_only=True)
    """Called with each CALL that is not."""
    cut_at: str = ""
    """Cut the connection when a request of this action has been sent."""
    last: tuple[list[Any], list[Any]] | None = None
    """A CALL with its CALLRESULT: the last StartTransaction, before there is one the last of all."""
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
        """A frame has come."""
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
        """Whether this is the answer to a CALL of the charge point."""
        return len(frame) > 1 and isinstance(frame[1], str) and frame[1] in self._under_way

    def exchange_frames(self) -> None:
        """Until nothing is under way, or the Central System has been waited for long enough."""
        while self.linked and self._listen():
            pass
        if self.linked and not self.wire.connected:
            self.drop_link("the Central System is gone")

    def _listen(self) -> bool:
        """Hear a frame; whether there may be more."""
        waiting = self.core.features.context.outbox.in_flight
        text = self.wire.receive(None if waiting is not None else 0.0)
        if text is not None:
            came = [text]
            if text.lstrip().startswith("[2"):  # two CALLs at once are seen before the first is answered
                while (more := self.wire.receive(AHEAD_S)) is not None:
                    came.append(more)
            for each in came:
                self.hear(each)
            return True
        if waiting is not None and self.wire.connected:
            self.on_silence(self._under_way.pop(waiting.message_id, [2, waiting.message_id, waiting.action, {}]))
            self.wire.close()  # whatever it says later is not to be taken for an answer to something else
        return False

    def pass_time(self, seconds: float, most: int = 4) -> None:
        """So much time passes; at most so many deadlines, each with all its consequences."""
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
        """Until there is a connection again; whether there is."""
        for _ in range(REDIALS):
            if self.linked:
                break
            self.pass_time(120, most=1)
            self.exchange_frames()
        return self.linked

"""A Central System that behaves well but for one defect."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from attrs import define, field
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms import Policy
from ocpp16sm.csms.conversation import Conversation, Reply
from ocpp16sm.csms.policy import RequestHandler

Defect = Callable[["FaultyCentralSystem", str, list[Any]], list[Any] | None]
"""(the Central System, what came in, the frames that would be said) -> what is said; None: it hangs up."""


def well(_system: "FaultyCentralSystem", _text: str, said: list[Any]) -> list[Any] | None:
    """No defect."""
    return said


@define
class FaultyCentralSystem:
    """Serves any number of charge points, each on a thread."""

    defect: Defect = well
    policy: Policy = field(factory=Policy)
    request_handler: RequestHandler = field(init=False)
    told: int = 0
    """For defects that count."""

    def __attrs_post_init__(self) -> None:
        self.request_handler = RequestHandler(self.policy)

    def serve(self, socket: ServerConnection) -> None:
        """One connection."""
        conversation = Conversation("CP", self.request_handler)
        try:
            for text in socket:
                reply = conversation.received(str(text), Timestamp.of(datetime.now(UTC)))
                frames = [json.loads(reply.text)] if isinstance(reply, Reply) and reply.text is not None else []
                said = self.defect(self, str(text), frames)
                if said is None:
                    socket.close()
                    return
                for frame in said:
                    socket.send(frame if isinstance(frame, str) else json.dumps(frame))
        except ConnectionClosed:
            pass


@contextmanager
def central_system(faulty: FaultyCentralSystem, subprotocols: tuple[str, ...] = ("ocpp1.6",)) -> Iterator[str]:
    """It listens; gives its URL."""
    with serve(faulty.serve, "127.0.0.1", 0, subprotocols=list(subprotocols)) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()

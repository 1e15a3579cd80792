"""The parts of the page about the control channel that are made from the code: ``python -m tests.docs.control``."""

import json
import re
import textwrap
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ocpp16sm.clock import VirtualClock
from ocpp16sm.control.act_table import ACTS, describe
from ocpp16sm.control.client_session import CODES, Session, ready_line
from ocpp16sm.control.event_history import TALKATIVE
from ocpp16sm.control.events import EVENTS
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.control.server import TcpAddress
from ocpp16sm.control.station_file import station
from ocpp16sm.csms import CentralSystem, LocalTransport
from ocpp16sm.testing.virtual_charge_point import BEGAN

PAGE = Path(__file__).parents[2] / "docs" / "control.md"
_PART = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

TOLD: list[dict[str, Any]] = [
    {"act": "wait_for", "registration": "Accepted", "delivered": True},
    {"act": "plug_in", "connector": 1},
    {"act": "wait_for", "connector": 1, "status": "Preparing"},
    {"act": "present_token", "token": "alice"},
    {"act": "wait_for", "event": "message", "where": {"action": "StartTransaction", "kind": "result"}},
    {"act": "plug_in", "connector": 9},
]
"""What a client says in the transcript."""


class _Talk:
    """A client of a station in virtual time, and what is said."""

    def __init__(self) -> None:
        clock = VirtualClock(BEGAN)
        system = CentralSystem(clock=clock)
        file = {"central_system_url": "ws://central.system", "seed": 1, "token": {"alice": "04A1B2C3"}}
        self.panel = Panel(station(file).plan, transport=LocalTransport(system), clock=clock)
        self.said: list[str] = []
        self.ready = ""
        self.state: dict[str, Any] = {}
        clock.run(self._talk())

    async def _talk(self) -> None:
        self.ready = ready_line(self.panel, [TcpAddress("127.0.0.1", 40123)])
        async with self.panel:
            session = Session(self.panel, "client 1", lambda line: self.said.append(f"<- {line}"), lambda: 0, _nothing)
            for number, request in enumerate(TOLD, 1):
                line = json.dumps({"id": number, **request})
                self.said.append(f"-> {line}")
                session.receive(line.encode())
                await self.panel.until(partial(self._reply, number), str, 60)
            said = len(self.said)
            session.receive(b'{"id": 99, "act": "state"}')
            self.state = json.loads(self.said[-1].removeprefix("<- "))["result"]
            session.close()
            del self.said[said:]

    def _reply(self, number: int) -> tuple[str] | None:
        return next(((line,) for line in self.said if line.startswith(f'<- {{"id": {number}, ')), None)


def _nothing() -> None:
    """Nobody hangs up."""


def page() -> str:
    """The page as it should be."""
    talk = _Talk()
    parts = {
        "transcript": _code(line for said in talk.said for line in _wrapped(said)),
        "ready": _code(_wrapped(talk.ready), "json"),
        "codes": _codes(),
        "acts": _acts(),
        "events": _events(),
        "state": _code(textwrap.dedent(_shown(talk.state)).splitlines(), "json"),
    }
    text = PAGE.read_text(encoding="utf-8")
    assert sorted(name for _, name, _ in _PART.findall(text)) == sorted(parts)
    return _PART.sub(lambda found: f"{found[1]}{parts[found[2]]}\n{found[3]}", text)


def _wrapped(line: str) -> Iterator[str]:
    yield from textwrap.wrap(line, 112, subsequent_indent="     ", break_long_words=False, break_on_hyphens=False)


def _code(lines: Iterator[str] | list[str], language: str = "text") -> str:
    return "\n".join([f"```{language}", *lines, "```"])


def _shown(state: dict[str, Any]) -> str:
    """The state, with a member a line where that is readable."""
    text = json.dumps(state, indent=2)
    return re.sub(r"\{\s+([^{}\[\]]{0,90}?)\s+\}", lambda found: "{" + re.sub(r"\s+", " ", found[1]) + "}", text)


def _codes() -> str:
    rows = ["| code | what it means |", "| --- | --- |"]
    return "\n".join([*rows, *(f"| `{code}` | {meaning} |" for code, meaning in CODES.items())])


def _acts() -> str:
    return "\n\n".join(_act(word, describe(act)) for word, act in ACTS.items())


def _act(word: str, act: dict[str, Any]) -> str:
    told = [f"### `{word}`", act["summary"]]
    if act["parameters"]:
        rows = ["| parameter | what it is | expected | default |", "| --- | --- | --- | --- |"]
        for name, one in act["parameters"].items():
            default = "required" if one["required"] else f"`{json.dumps(one.get('default'))}`"
            rows.append(f"| `{name}` | {one['summary']} | {one['expected']} | {default} |")
        told.append("\n".join(rows))
    if act["result"]:
        told.append(f"Result: {act['result']}")
    return "\n\n".join(told)


def _events() -> str:
    rows = ["| event | when | members |", "| --- | --- | --- |"]
    for name, kind in EVENTS.items():
        members = ", ".join(f"`{member}`" for member in kind.members)
        talkative = " (talkative)" if name in TALKATIVE else ""
        rows.append(f"| `{name}`{talkative} | {' '.join(kind.summary.split())} | {members} |")
    return "\n".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

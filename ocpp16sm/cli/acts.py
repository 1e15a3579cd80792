"""What can be done at a virtual station, in words: the lines of a script, and what keys stand for."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from attrs import field, frozen

from ocpp16sm.cli.numbers import seconds
from ocpp16sm.errors import LocalError
from ocpp16sm.messages import ChargePointErrorCode, ChargePointStatus
from ocpp16sm.station import VirtualStation

PATIENCE_S = 600.0
"""How long a line waits for something to happen."""


class ScriptError(LocalError):
    """A line of a script cannot be done. The message says which, and what can be."""


@frozen
class Act:
    """A word, its arguments, and what it does."""

    word: str
    arguments: str
    help: str
    perform: Callable[..., Any] = field(repr=False)


async def _wait(station: VirtualStation, what: str, status: str | None = None) -> None:
    """Seconds; or connector and status; or ``accepted``, ``delivered``."""
    if status is not None:
        connector, wanted = _connector(what), _word(status, ChargePointStatus)
        there = station.charge_point.wait_until(lambda: station.status(connector) is wanted)
        await _patiently(there, f"connector {connector} to be {wanted}")
    elif what == "accepted":
        await _patiently(station.charge_point.wait_until_accepted(), "the Central System to accept us")
    elif what == "delivered":
        await _patiently(station.charge_point.wait_until_delivered(), "everything to be delivered")
    else:
        await asyncio.sleep(_seconds(what))


async def _patiently(event: Awaitable[None], what: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            await event
    except TimeoutError:
        raise ScriptError(f"waited {PATIENCE_S:g} s for {what}, in vain") from None


def _swipe(station: VirtualStation, tag: str, *connectors: str) -> None:
    station.present_token(tag, [_connector(text) for text in connectors] or None)


def _link(station: VirtualStation, on_or_off: str) -> None:
    acts = {"on": station.connect_link, "off": station.disconnect_link}
    if on_or_off not in acts:
        raise ScriptError(f"link: {on_or_off!r} is neither on nor off")
    acts[on_or_off]()


def _fault(station: VirtualStation, connector: str, code: str = "OtherError", *info: str) -> None:
    station.raise_error(_connector(connector), _word(code, ChargePointErrorCode), " ".join(info) or None)


ACTS = {
    act.word: act
    for act in (
        Act("plug", "CONNECTOR", "plug a car in", lambda s, c: s.plug_in(_connector(c))),
        Act("unplug", "CONNECTOR", "unplug it", lambda s, c: s.plug_out(_connector(c))),
        Act("swipe", "IDTAG [CONNECTOR...]", "show a card to the reader", _swipe),
        Act("pause", "CONNECTOR", "the car stops drawing power", lambda s, c: s.ev_pause(_connector(c))),
        Act("resume", "CONNECTOR", "the car wants power again", lambda s, c: s.ev_resume(_connector(c))),
        Act("fault", "CONNECTOR [CODE [INFO...]]", "something breaks, e.g. GroundFailure", _fault),
        Act("clear", "CONNECTOR", "everything there is mended", lambda s, c: s.clear_error(_connector(c))),
        Act("link", "on|off", "have the connection, or lose it", _link),
        Act("wait", "SECONDS | CONNECTOR STATUS | accepted | delivered", "wait", _wait),
    )
}

HELP = "\n".join(f"  {act.word} {act.arguments}\n      {act.help}" for act in ACTS.values())
"""All acts: a line for how to say it and one for what it does."""


async def perform(station: VirtualStation, line: str) -> None:
    """Do what a line says; an empty one, or one that begins with #, says nothing.

    Raises :class:`ScriptError` or another LocalError, saying what is wrong.
    """
    words = line.partition("#")[0].split()
    if not words:
        return
    act = check(line)
    assert act is not None
    done = act.perform(station, *words[1:])
    if isinstance(done, Awaitable):
        await done


def check(line: str) -> Act | None:
    """Whether a line names an act with as many arguments as it takes; None for an empty one."""
    words = line.partition("#")[0].split()
    if not words:
        return None
    act = ACTS.get(words[0])
    if act is None:
        raise ScriptError(f"{words[0]!r} is none of {', '.join(ACTS)}")
    try:
        inspect.signature(act.perform).bind(None, *words[1:])
    except TypeError:
        raise ScriptError(f"{line.strip()!r}: expected {act.word} {act.arguments}") from None
    return act


def _connector(text: str) -> int:
    if not text.isdecimal():
        raise ScriptError(f"{text!r} is no connector: expected 1 or more")
    return int(text)


def _seconds(text: str) -> float:
    try:
        return seconds(text)
    except ValueError:
        raise ScriptError(
            f"wait: {text!r} is no number of seconds, nor accepted or delivered, nor a connector and its status"
        ) from None


def _word(text: str, words: Any) -> Any:
    try:
        return words(text)
    except ValueError:
        raise ScriptError(f"{text!r} is none of {', '.join(words)}") from None

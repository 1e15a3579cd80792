"""Performs acts in sequence: the scenario of a station file, or the lines of a script."""

import asyncio
import shlex
from collections.abc import Iterable
from inspect import isawaitable
from typing import Any

from ocpp16sm.control.act import Act, Operator
from ocpp16sm.control.act_table import find
from ocpp16sm.control.parameter_values import InvalidValueError
from ocpp16sm.control.station_file import ScenarioEntry
from ocpp16sm.control.station_plan import Plan
from ocpp16sm.errors import LocalError


class ScenarioError(LocalError):
    """An act of the scenario was refused. The message names the entry."""


async def do(operator: Operator, act: Act) -> Any:
    """Perform an act, wait until it is finished, and return its result."""
    done = operator.perform(act)
    return await done if isawaitable(done) else done


async def play(operator: Operator, entries: Iterable[ScenarioEntry]) -> None:
    """Perform the entries in sequence, each at its time. Raises :class:`ScenarioError`."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for entry in entries:
        if entry.at is not None:
            await asyncio.sleep(max(0.0, began + entry.at - loop.time()))
        try:
            await do(operator, entry.act)
        except LocalError as error:
            raise ScenarioError(f"{entry.name}: {error}") from None


def act_of(line: str, plan: Plan) -> Act | None:
    """The act of a script line; None for an empty line or a comment that begins with #.

    ``plug_in 1 small`` is ``plug_in connector=1 car=small``. Raises InvalidValueError.
    """
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        raise InvalidValueError("", f"{line.strip()!r} cannot be read: {error}") from None
    return find(words[0]).of_words(words[1:], plan) if words else None

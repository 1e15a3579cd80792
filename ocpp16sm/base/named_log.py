"""Loggers whose lines name the charge point and whose foreign text cannot control a terminal.

They are standard loggers without a level of their own; an application configures them as any others.
"""

import logging
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from typing import TYPE_CHECKING, Any

from ocpp16sm.base.logger import logger

if TYPE_CHECKING:
    _Adapter = logging.LoggerAdapter[logging.Logger]
else:
    _Adapter = logging.LoggerAdapter

ABOUT: ContextVar[str] = ContextVar("ocpp16sm_charge_point", default="")
"""The id of the charge point that the code of this task or thread works for."""
_least: ContextVar[int] = ContextVar("ocpp16sm_least_level", default=logging.NOTSET)
"""What is below this level is not logged here, whatever the logger would take."""


@contextmanager
def about(charge_point_id: str) -> Iterator[None]:
    """In this context, and in tasks and threads started in it, log lines name this charge point."""
    token = ABOUT.set(charge_point_id)
    try:
        yield
    finally:
        ABOUT.reset(token)


def log_mistakes_only() -> None:
    """From now on, log only errors in this task and in the tasks that it starts."""
    _least.set(logging.ERROR)


def mistakes_only() -> Context:
    """A context in which only errors are logged."""
    context = copy_context()
    context.run(log_mistakes_only)
    return context


class NamedLog(_Adapter):
    """A logger whose records have the attribute ``charge_point``: the id, if there is one."""

    def __init__(self, name: str) -> None:
        super().__init__(logger(name), {})

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  # logging's name
        """Whether a line of this level would be logged in this context."""
        return self.logger.isEnabledFor(level) and level >= _least.get()

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Log a line."""
        if not self.isEnabledFor(level):
            return
        charge_point = ABOUT.get()
        if charge_point:
            kwargs["extra"] = {**(kwargs.get("extra") or {}), "charge_point": charge_point}
            msg, args = (f"%s: {msg}", (charge_point, *args)) if args else ("%s: %s", (charge_point, msg))
        kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 1
        self.logger.log(level, msg, *args, **kwargs)

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """Add nothing to the message."""
        return msg, kwargs


class DiscreetLog(NamedLog):
    """A logger for third-party libraries, whose DEBUG lines would contain frames, and headers with passwords."""

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  # logging's name
        """Whether this level is logged; never DEBUG."""
        return level > logging.DEBUG and super().isEnabledFor(level)

"""Loggers whose records contain no text that controls a terminal or starts another line."""

import logging
import traceback
from decimal import Decimal
from typing import Any, Final

from ocpp16sm.base.printable import printable

_PLAIN: Final = (bool, int, float, Decimal, type(None))
"""What cannot hold a foreign text, and may be formatted as a number."""
_TRACEBACK: Final = "\n\t"


def logger(name: str) -> logging.Logger:
    """The logger with this name. Arguments of its records may come from peers; they are made printable."""
    made = logging.getLogger(name)
    if not any(isinstance(each, _Printable) for each in made.filters):
        made.addFilter(_Printable())
    return made


class _Printable(logging.Filter):
    """Accepts every record and makes its arguments printable. The message, which is ours, stays unchanged."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.args:
            record.msg = printable(str(record.msg))
        elif isinstance(record.args, tuple):
            record.args = tuple(map(_printable, record.args))
        else:
            record.args = {name: _printable(value) for name, value in record.args.items()}
        if record.exc_info and record.exc_info[0] is not None and record.exc_text is None:
            told = "".join(traceback.format_exception(*record.exc_info))
            record.exc_text = printable(told.rstrip("\n"), _TRACEBACK)
        return True


def _printable(value: object) -> Any:
    if isinstance(value, _PLAIN):
        return value
    return printable(value) if isinstance(value, str) else _Shown(value)


class _Shown:
    """Any other value, converted to text when the record is formatted."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __str__(self) -> str:
        return printable(str(self.value))

    def __repr__(self) -> str:
        return printable(repr(self.value))

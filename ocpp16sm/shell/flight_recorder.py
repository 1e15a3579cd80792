"""The flight recorder: every input with its time, and what came of it, as JSON lines; and its replay.

Each start begins with a line that says how the charge point was built. Fed with the same inputs, the core gives the
same effects, byte for byte; where it does not, the recording shows the first difference. It holds everything, idTags
included, but no secret: the value of an AuthorizationKey, or a password in a URL, is written as so many zeros, which a
core takes in the same way.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import IO, Any, get_origin

from attrs import fields, frozen, has
from cattrs import BaseValidationError, Converter
from cattrs.gen import make_dict_unstructure_fn, override

from ocpp16sm import hardware, listener, messages, prices, records, station_facts
from ocpp16sm.base.instant import Instant
from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.private_files import open_private
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.zeroed_secrets import zeroed
from ocpp16sm.core import protocol
from ocpp16sm.core.engine import effects, inputs
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.core.protocol import Core
from ocpp16sm.errors import Ocpp16Error
from ocpp16sm.generated import handlers
from ocpp16sm.messages import cost

VERSION = 1
_KIND = "kind"
_HEAD = '{"id_prefix":'
"""How the line of a start begins; its members are written in this order."""

log = NamedLog("ocpp16sm.recorder")


class ReplayError(Ocpp16Error):
    """A recording cannot be replayed. The message says which line, and what is wrong with it."""


def _classes(*modules: ModuleType) -> dict[str, type]:
    """Return every class of the modules by name; a name that occurs twice is prefixed with its module's."""
    found: dict[str, type] = {}
    for module in modules:
        for name, value in vars(module).items():
            kept = isinstance(value, type) and (has(value) or issubclass(value, StrEnum))
            if kept and found.setdefault(name, value) is not value:
                found[f"{module.__name__.rpartition('.')[2]}.{name}"] = value
    return found


_CLASSES = _classes(
    inputs, handlers, effects, records, station_facts, messages, cost, prices, hardware, listener, protocol
)
_NAMES = {cls: name for name, cls in reversed(_CLASSES.items())}


def _is_frozenset(kind: Any) -> bool:
    return get_origin(kind) is frozenset


@cache
def _converter() -> Converter:
    converter = Converter(omit_if_default=True)

    def unstructure_factory(cls: type) -> Any:
        derived: Any = {each.name: override(omit=True) for each in fields(cls) if not each.eq}
        plain: Any = make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=True, **derived)
        name = _NAMES.get(cls, cls.__name__)

        def unstructure(value: Any) -> Any:
            # A field may be declared as the base of what it holds: a HardwareCall, an Event.
            return {_KIND: name, **plain(value)} if type(value) is cls else _show(value)

        return unstructure

    def structure_any(value: Any, _: Any) -> Any:
        if isinstance(value, dict) and _KIND in value:
            return converter.structure(value, _CLASSES[value[_KIND]])
        return [structure_any(item, None) for item in value] if isinstance(value, list) else value

    converter.register_unstructure_hook_factory(has, unstructure_factory)
    converter.register_unstructure_hook(Timestamp, Timestamp.text)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_unstructure_hook_func(_is_frozenset, sorted)
    converter.register_structure_hook(Timestamp, lambda text, _: Timestamp.parse(text))
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    converter.register_structure_hook_func(lambda kind: kind is Any, structure_any)
    return converter


def _json(value: Any) -> str:
    # ASCII: a line of a recording is a line, whatever separators Unicode knows, and half a surrogate pair is kept.
    # What the hardware has answered may be anything; of what has no JSON form it is enough to see what it was.
    return json.dumps(value, separators=(",", ":"), sort_keys=True, default=repr)


def _show(value: Any) -> Any:
    return _converter().unstructure(value, type(value))


def _recorded(value: Any) -> str:
    """Convert a value to what its line holds. Secrets are zeroed in the result: texts, numbers, lists, members."""
    return _json(zeroed(json.loads(_json(value))))


def _outcome(of: Any) -> str:
    """The outcome of an input, as text that can be compared."""
    return _recorded(of)


class FlightRecorder:
    """Writes a recording. If it cannot be written, the recording ends and the charge point goes on."""

    def __init__(self, file: IO[str], setup: Setup, id_prefix: str) -> None:
        self._file = file
        self._write({"recording": VERSION, "setup": _show(setup), "id_prefix": id_prefix})

    @classmethod
    def open(cls, path: str | Path, setup: Setup, id_prefix: str) -> "FlightRecorder":
        """Append a recording to the file ``path``. Those of former starts stay: they may hold the cause of a crash."""
        return cls(open_private(path, "a"), setup, id_prefix)

    def _write(self, row: dict[str, Any]) -> None:
        if self._file.closed:
            return
        try:
            self._file.write(_recorded(row) + "\n")
            self._file.flush()
        except (OSError, ValueError) as error:
            log.error("the recording ends here, it cannot be written: %s", error)
            self.close()

    def fed(self, happened: Any, at: Instant, done: tuple[effects.Effect, ...], error: Exception | None) -> None:
        """Write an input that was fed, with its effects or the error that it raised."""
        row = {"mono": at.mono, "utc": at.utc.text(), "input": _show(happened)}
        if error is not None:
            row["refused"] = type(error).__name__
        else:
            row["effects"] = [_show(effect) for effect in done]
        self._write(row)

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):  # the last line could not be written, and cannot be now
            self._file.close()


@frozen
class Replayed:
    """One input of a recording, replayed."""

    line: int
    at: Instant
    happened: Any
    effects: tuple[effects.Effect, ...]
    recorded: str
    """The recorded outcome, as JSON text."""
    replayed: str
    """The outcome of the replay, as JSON text."""

    @property
    def same(self) -> bool:
        """Whether both outcomes are the same, byte for byte."""
        return self.recorded == self.replayed


def replay(path: str | Path) -> Iterator[Replayed]:
    """Feed a recording to a new core for each start in it. Raises :class:`ReplayError` if the recording is damaged."""
    try:
        lines = Path(path).read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise ReplayError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ReplayError(f"{path}: is no recording: {error}") from error
    core = _core(path, lines[0] if lines else "")
    for number, text in enumerate(lines[1:], 2):
        if text.startswith(_HEAD):
            core = _core(path, text)
            continue
        try:
            row = json.loads(text)
            at = Instant(row["mono"], Timestamp.parse(row["utc"]))
            happened: Any = _converter().structure(row["input"], Any)
            recorded = _outcome(row.get("refused", row.get("effects")))
        except (ValueError, LookupError, TypeError, AttributeError, BaseValidationError) as error:
            raise ReplayError(f"{path}, line {number}: is no record of an input: {error!r}") from error
        try:
            step = core.feed(happened, at)
        except Exception as error:
            yield Replayed(number, at, happened, (), recorded, _outcome(type(error).__name__))
            continue
        yield Replayed(number, at, happened, step.effects, recorded, _outcome([_show(each) for each in step.effects]))


def _core(path: str | Path, first: str) -> Core:
    try:
        header = json.loads(first)
        if header["recording"] != VERSION:
            raise ReplayError(f"{path}: is a recording of version {header['recording']}; this program reads {VERSION}")
        return Core(_converter().structure(header["setup"], Setup), id_prefix=header["id_prefix"])
    except (ValueError, LookupError, TypeError, AttributeError, BaseValidationError) as error:
        raise ReplayError(f"{path}: is no recording of a charge point (its first line says nothing of one)") from error

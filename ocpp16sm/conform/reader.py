"""Read logs of any origin as frames.

Supported formats:

* JSON lines: ours (``{at, direction, frame}``; the message log's ``{time, direction, kind, message_id, ...}``), and
  others with similar field names; a frame may be an array or a string.
* Plain text, one frame per line, with time, direction and the charge point's identity before it or on the line before.
* Frames over several lines, as written by libocpp, and HTML session logs.

Lines that are not understood are counted, never fatal. Only one frame is in memory at a time.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, TextIO

import msgspec
from attrs import define, frozen

from ocpp16sm.base.timestamp import Timestamp

FROM_STATION: Final = "cp>csms"
FROM_SYSTEM: Final = "csms>cp"

MOST_LINES: Final = 20_000
"""A frame over more lines than this is abandoned."""
LONGEST_LINE: Final = 2 * 1024 * 1024
"""Maximum number of characters of a line; longer lines are skipped."""
MOST_NOTED: Final = 5
"""Maximum number of line numbers kept of lines that were not understood."""

_START: Final = re.compile(r"\[\s*(?:\d+\s*,|$)")
_FIRST_ELEMENT: Final = re.compile(r"\s*\d+\s*,")
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?\s?(Z|[+-]\d\d:?\d\d)?")
_PARTY: Final = re.compile(
    r"(?P<station>charge[ _-]?point|charging[ _-]?station|\bcp\b)|(?P<system>central[ _-]?system|\bcsms\b|\bbackend\b)",
    re.IGNORECASE,
)
_BACKWARDS: Final = re.compile(r"^[^<>]*<")
_TOWARDS: Final = re.compile(r"(?:>|\bto)\s*$", re.IGNORECASE)
_CONNECTION: Final = re.compile(
    r"(?<!side )(?<!cable )(?<!cable is )(?<!car )(?<!car is )(?<!vehicle )(?<!ev )(?<!plug )"
    r"\b(?:(?:dis|re)?connected|connection (?:is )?(?:open|opened|closed|lost|established|terminated|reset)"
    r"|no connection)\b",
    re.IGNORECASE,
)
_IDENTITY: Final = re.compile(r"[A-Za-z0-9][\w.*-]*")
_TAG: Final = re.compile(r"<[^<>]*>")

_TIME_FIELDS: Final = ("at", "time", "timestamp", "@timestamp", "ts", "datetime")
_DIRECTION_FIELDS: Final = ("direction", "dir", "sender", "from", "origin")
_STATION_FIELDS: Final = ("station", "charge_point_id", "chargepointid", "charge_point", "identity", "cp", "station_id")
_FRAME_FIELDS: Final = ("frame", "message", "msg", "raw", "text", "data", "payload")
_KINDS: Final = {"call": 2, "result": 3, "error": 4}

_row = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_end_of_value = json.JSONDecoder().raw_decode


@frozen
class LogEntry:
    """A frame of a log, or a change of the connection."""

    line: int
    """Number of its first line, from 1."""
    text: str | None
    """Text of the frame, valid or not; None if the connection was opened or lost."""
    at: Timestamp | None
    """Time of the log entry."""
    station: str
    """Identity of the charge point; empty if the log does not name it."""
    direction: str | None
    """``cp>csms`` or ``csms>cp``; None if the log does not say."""


@frozen
class _Before:
    """The text before a frame."""

    at: Timestamp | None = None
    station: str = ""
    direction: str | None = None

    def over(self, other: "_Before") -> "_Before":
        """This, with missing parts taken from ``other``."""
        return _Before(self.at or other.at, self.station or other.station, self.direction or other.direction)


@define
class _Piece:
    """A frame whose last line has not been read yet."""

    line: int
    before: _Before
    lines: list[str]


def lines_of(file: TextIO) -> Iterator[str]:
    """The lines of a file; a line that is too long is truncated just beyond the limit."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith("\n"):
            line = file.readline(LONGEST_LINE + 1)


class LogReader:
    """Iterates over the entries of a log.

    :param lines: the log, line by line.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.count = 0
        """Lines read so far."""
        self.unknown = 0
        """Lines that were not understood so far."""
        self.first_unknown: list[int] = []
        """Line numbers of the first few of them."""
        self._heading = _Before()
        self._piece: _Piece | None = None
        self._html = False

    def __iter__(self) -> Iterator[LogEntry]:
        for line in self._lines:
            self.count += 1
            if len(line) > LONGEST_LINE:
                self._note(self.count)
                continue
            yield from self._read(self._plain(line.rstrip("\r\n")))
        yield from self._given_up()

    def _plain(self, line: str) -> str:
        head = line.lstrip("\ufeff \t")[:20].lower()
        if head.startswith(("<!doctype html", "<html", "<tr ", "<tr>")):
            self._html = True
        return html.unescape(_TAG.sub(" ", line)) if self._html else line

    def _read(self, line: str) -> Iterator[LogEntry]:
        if self._piece is not None:
            continued = self._continue(self._piece, line)
            if continued is not None:
                yield from continued
                return
            yield from self._given_up()
        stripped = line.strip("\ufeff \t,")
        if not stripped:
            return
        if stripped.startswith("{"):
            yield from self._object(stripped)
            return
        start = _START.search(line)
        if start is None or "{" in line[: start.start()]:
            yield from self._words(line)
            return
        before = _before(line[: start.start()]).over(self._heading)
        self._heading = _Before()
        text = line[start.start() :]
        try:
            _, end = _end_of_value(text)
        except (ValueError, RecursionError):
            if text.rstrip().endswith("]"):
                yield LogEntry(self.count, text.rstrip(), before.at, before.station, before.direction)
            else:
                self._piece = _Piece(self.count, before, [text])
            return
        yield LogEntry(self.count, text[:end], before.at, before.station, before.direction)

    def _continue(self, piece: _Piece, line: str) -> list[LogEntry] | None:
        """Add the next line of a frame; None if it does not belong to the frame."""
        alone = len(piece.lines) == 1 and piece.lines[0].strip() == "["
        if alone and not _FIRST_ELEMENT.match(line):
            return None
        start = _START.search(line)
        if len(piece.lines) >= MOST_LINES or (start is not None and line[start.start() :].strip() != "["):
            return None
        piece.lines.append(line)
        if not line.lstrip().startswith("]"):
            return []
        text = "\n".join(piece.lines)
        try:
            _, end = _end_of_value(text)
        except (ValueError, RecursionError):
            return []
        self._piece = None
        before = piece.before
        return [LogEntry(piece.line, text[:end], before.at, before.station, before.direction)]

    def _given_up(self) -> Iterator[LogEntry]:
        """A frame without an end, as far as it was read; nothing if it does not resemble a frame."""
        piece, self._piece = self._piece, None
        if piece is None:
            return
        if piece.lines[0].strip() == "[" and len(piece.lines) == 1:
            self._note(piece.line)
            return
        before = piece.before
        yield LogEntry(piece.line, "\n".join(piece.lines), before.at, before.station, before.direction)

    def _words(self, line: str) -> Iterator[LogEntry]:
        """A line without a frame: a change of the connection, a heading for the next line, or something else."""
        before = _before(line)
        if "{" not in line and _CONNECTION.search(line):
            self._heading = _Before()
            yield LogEntry(self.count, None, before.at, before.station, None)
        elif before.direction is not None:
            self._heading = before
        else:
            self._heading = _Before()
            self._note(self.count)

    def _object(self, line: str) -> Iterator[LogEntry]:
        try:
            row = {name.lower(): value for name, value in _row(line).items()}
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            self._note(self.count)
            return
        at = _moment(" ".join(_texts(row, _TIME_FIELDS)))
        station = next(_texts(row, _STATION_FIELDS), "")
        direction = next(filter(None, map(_direction, _texts(row, _DIRECTION_FIELDS))), None)
        text = _frame_of(row)
        if text is not None:
            yield LogEntry(self.count, text, at, station, direction)
        elif _CONNECTION.search(line):
            yield LogEntry(self.count, None, at, station, None)
        else:
            self._note(self.count)

    def _note(self, line: int) -> None:
        self.unknown += 1
        if len(self.first_unknown) < MOST_NOTED:
            self.first_unknown.append(line)


def _frame_of(row: Mapping[str, msgspec.Raw]) -> str | None:
    """The frame of a row, which may be in parts, an array or a string."""
    kind = next(_texts(row, ("kind",)), "")
    if kind in _KINDS and "message_id" in row:
        names = {"call": ("action", "payload"), "result": ("payload",), "error": ("code", "description", "details")}
        parts = [row.get("message_id"), *(row.get(name) for name in names[kind])]
        return "[" + ",".join([str(_KINDS[kind]), *(_json(part) for part in parts if part is not None)]) + "]"
    if kind == "unreadable":
        return next(_texts(row, ("text",)), None)
    for name in _FRAME_FIELDS:
        if name in row and _json(row[name]).startswith("["):
            return _json(row[name])
    for text in _texts(row, _FRAME_FIELDS):
        start = _START.search(text)
        if start is not None:
            return text[start.start() :]
    return next(_texts(row, ("frame",)), None)


def _json(raw: msgspec.Raw) -> str:
    return bytes(raw).decode(errors="replace")


def _texts(row: Mapping[str, msgspec.Raw], names: Iterable[str]) -> Iterator[str]:
    """The values of these fields that are strings."""
    for name in names:
        if name in row:
            with suppress(ValueError, RecursionError):
                value: Any = json.loads(_json(row[name]))
                if isinstance(value, str):
                    yield value


def _before(text: str) -> _Before:
    time = _TIME.search(text)
    rest = text if time is None else text[: time.start()] + " " + text[time.end() :]
    names = [name for name in _IDENTITY.findall(rest) if _is_identity(name)]
    return _Before(_moment(text), names[0] if len(names) == 1 else "", _direction(rest))


def _is_identity(name: str) -> bool:
    """Identities contain letters and digits (CP001); ordinary words do not, and logger names contain dots."""
    mixed = any(sign.isdigit() for sign in name) and any(sign.isalpha() for sign in name)
    return mixed and "." not in name and "ocpp" not in name.lower()


def _direction(text: str) -> str | None:
    """The sender: the party named first, unless an arrow indicates otherwise."""
    first = _PARTY.search(text)
    if first is None:
        return None
    from_station = first["station"] is not None
    second = _PARTY.search(text, first.end())
    if second is not None:
        reverse = _BACKWARDS.match(text[first.end() : second.start()]) is not None
    else:
        reverse = _TOWARDS.search(text[: first.start()]) is not None
    return FROM_STATION if from_station is not reverse else FROM_SYSTEM


def _moment(text: str) -> Timestamp | None:
    found = _TIME.search(text)
    if found is None:
        return None
    date, time, fraction, zone = found.groups()
    zone = zone or "Z"
    if len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    try:
        return Timestamp.parse(f"{date}T{time}.{fraction or 0}{zone}")
    except ValueError:
        return None

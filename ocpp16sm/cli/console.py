"""The only way to a terminal: no character of a foreign text steers it, and none is turned into another."""

import sys
from typing import Any, Final, TextIO, TypeAlias

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from ocpp16sm.base.printable import printable

Part: TypeAlias = str | tuple[str, str]
"""A text, or a text and its style. A text is never markup."""

_LAYOUT: Final = "\n\t"
"""Characters that lay out texts of several lines."""


class SafeConsole(Console):
    """A console that shows what came: no markup, no emoji codes, no highlighting, and escapes for what would steer.

    Whatever is rendered on it is made printable, in tables and live displays too.

    :param how: as for ``rich.console.Console``, but for what is switched off.
    """

    def __init__(self, **how: Any) -> None:
        _unguard(how)
        super().__init__(markup=False, emoji=False, highlight=False, **how)

    def render_str(self, text: str, **how: Any) -> Text:
        """A text as it is; whoever asks for markup or emoji does not get them."""
        kept = {name: value for name, value in how.items() if name in ("style", "justify", "overflow")}
        return Text(printable(text, _LAYOUT), **kept)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Any:
        """The segments of something; rich's own control codes are none of its text."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable(segment.text, _LAYOUT), segment.style)

    def say(self, *parts: Part) -> None:
        """A line, however long it is."""
        self.print(styled(*parts), soft_wrap=True)


def styled(*parts: Part) -> Text:
    """Parts of a line after each other, printable; a line break in one does not break it."""
    whole = Text()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        whole.append(printable(text), style or None)
    return whole


def show(text: str) -> None:
    """Write a text of one or more lines for people to standard output; nothing is added."""
    sys.stdout.write(printable(text, _LAYOUT))


def show_line(text: str) -> None:
    """The same, and the end of the line."""
    show(f"{text}\n")


def document(text: str) -> None:
    """Write a document for other programs to standard output: as it is, unless that is a terminal."""
    sys.stdout.write(printable(text, _LAYOUT) if sys.stdout.isatty() else text)


class _Guarded:
    """A stream that nothing unprintable passes: what others write (Click, logging, tracebacks) is safe as well."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(printable(text, _LAYOUT))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def guard() -> None:
    """From now on nothing that is written to standard error, or to a terminal, steers it."""
    streams: Any = sys
    if not isinstance(sys.stderr, _Guarded):
        streams.stderr = _Guarded(sys.stderr)
    if sys.stdout.isatty() and not isinstance(sys.stdout, _Guarded):
        streams.stdout = _Guarded(sys.stdout)


def _unguard(how: dict[str, Any]) -> None:
    """Let a console write to the stream itself: its control codes are meant, and its texts are printable."""
    stream: Any = sys.stderr if how.get("stderr") else sys.stdout
    if isinstance(stream, _Guarded):
        how.setdefault("file", stream.stream)

"""All output to terminals. Control characters in foreign texts are escaped, and nothing is read as markup."""

import sys
from typing import Any, Final, TextIO, TypeAlias

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from ocpp16sm.base.printable import printable

Part: TypeAlias = str | tuple[str, str]
"""A text, or a text with a style. Texts are never interpreted as markup."""

_LAYOUT: Final = "\n\t"
"""Characters that lay out texts of several lines."""


class SafeConsole(Console):
    """A console without markup, emoji codes and highlighting, which escapes control characters.

    This applies to everything rendered on it, including tables and live displays.

    :param how: arguments of ``rich.console.Console`` other than ``markup``, ``emoji`` and ``highlight``.
    """

    def __init__(self, **how: Any) -> None:
        _unguard(how)
        super().__init__(markup=False, emoji=False, highlight=False, **how)

    def render_str(self, text: str, **how: Any) -> Text:
        """Render a text literally, ignoring requests for markup and emoji."""
        kept = {name: value for name, value in how.items() if name in ("style", "justify", "overflow")}
        return Text(printable(text, _LAYOUT), **kept)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Any:
        """Render an object with printable text; rich's own control codes are kept."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable(segment.text, _LAYOUT), segment.style)

    def say(self, *parts: Part) -> None:
        """Print a line without wrapping it."""
        self.print(styled(*parts), soft_wrap=True)


def styled(*parts: Part) -> Text:
    """Join parts to one printable line, with line breaks escaped."""
    whole = Text()
    for part in parts:
        text, style = (part, "") if isinstance(part, str) else part
        whole.append(printable(text), style or None)
    return whole


def show(text: str) -> None:
    """Write a text for people to standard output, without adding a line ending."""
    sys.stdout.write(printable(text, _LAYOUT))


def show_line(text: str) -> None:
    """Write a text for people and a line ending to standard output."""
    show(f"{text}\n")


def document(text: str) -> None:
    """Write a document for other programs to standard output. It is escaped only on a terminal."""
    sys.stdout.write(printable(text, _LAYOUT) if sys.stdout.isatty() else text)


class _Guarded:
    """A stream that escapes unprintable characters, including those in output of Click, logging and tracebacks."""

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
    """Escape control characters in everything that is written to standard error or to a terminal."""
    streams: Any = sys
    if not isinstance(sys.stderr, _Guarded):
        streams.stderr = _Guarded(sys.stderr)
    if sys.stdout.isatty() and not isinstance(sys.stdout, _Guarded):
        streams.stdout = _Guarded(sys.stdout)


def _unguard(how: dict[str, Any]) -> None:
    """Let a console write to the unguarded stream: its control codes are intended and its texts are printable."""
    stream: Any = sys.stderr if how.get("stderr") else sys.stdout
    if isinstance(stream, _Guarded):
        how.setdefault("file", stream.stream)

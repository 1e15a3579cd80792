"""Splits a stream of bytes into lines of limited length."""

from collections.abc import Iterator

BEGINNING = 64
"""Number of bytes of an overlong line that are kept."""


class OverlongLine(bytes):
    """The first bytes of a line that exceeds the limit."""


class LineSplitter:
    """Assembles lines from chunks.

    :param longest: maximum bytes of a line without its end. The rest of a longer line is skipped.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._begun = bytearray()
        self._skips = False

    @property
    def unfinished(self) -> bytes:
        """The first bytes of the line that has not ended yet."""
        return bytes(self._begun[:BEGINNING])

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the lines that end in this chunk, without their ends; an :class:`OverlongLine` for each long one."""
        *ended, rest = data.split(b"\n")
        for piece in ended:
            self._add(piece)
            line = self._line()
            self._begun.clear()
            self._skips = False
            yield line
        self._add(rest)

    def _add(self, piece: bytes) -> None:
        if not self._skips:
            self._begun += piece
            self._skips = len(self._begun) > self._longest
        elif len(self._begun) < BEGINNING:
            self._begun += piece
        if self._skips:
            del self._begun[BEGINNING:]

    def _line(self) -> bytes:
        return OverlongLine(self._begun) if self._skips else bytes(self._begun)

    def end(self) -> Iterator[bytes]:
        """Yield the last line of the stream if it has no end of its own."""
        if self._begun:
            yield self._line()

"""Lines out of a stream of bytes, none of them too long."""

from collections.abc import Iterator


class LineSplitter:
    """Puts together what comes in pieces.

    :param longest: bytes of a line, its end not counted. The rest of a longer one is skipped.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._begun = bytearray()
        self._skips = False

    def feed(self, data: bytes) -> Iterator[bytes | None]:
        """The lines that end in these bytes, without their ends; None for one that is too long."""
        *ended, rest = data.split(b"\n")
        for piece in ended:
            line = self._add(piece)
            self._begun.clear()
            self._skips = False
            yield line
        self._add(rest)

    def _add(self, piece: bytes) -> bytes | None:
        if self._skips or len(self._begun) + len(piece) > self._longest:
            self._skips = True
            self._begun.clear()
            return None
        self._begun += piece
        return bytes(self._begun)

    def end(self) -> Iterator[bytes | None]:
        """The stream has ended: the last line, if it has no end of its own."""
        if self._skips:
            yield None
        elif self._begun:
            yield bytes(self._begun)

"""Lines out of a stream of bytes."""

from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.control.line_splitter import BEGINNING, LineSplitter, OverlongLine

LONGEST = 10


def lines_of(pieces: list[bytes]) -> list[bytes | None]:
    """The lines; None for one that is too long."""
    splitter = LineSplitter(LONGEST)
    lines = [line for piece in pieces for line in splitter.feed(piece)] + list(splitter.end())
    return [None if isinstance(line, OverlongLine) else line for line in lines]


def test_lines_end_where_they_end() -> None:
    assert lines_of([b"a\nb\n\nc"]) == [b"a", b"b", b"", b"c"]
    assert lines_of([]) == lines_of([b""]) == []


def test_the_rest_of_a_line_that_is_too_long_is_skipped() -> None:
    assert lines_of([b"x" * LONGEST + b"\n", b"y" * (LONGEST + 1), b"y" * 100, b"y\nz\n"]) == [
        b"x" * LONGEST,
        None,
        b"z",
    ]
    assert lines_of([b"y" * (LONGEST + 1)]) == [None]


@given(st.lists(st.binary(max_size=30).map(lambda piece: piece.replace(b"a", b"\n")), max_size=8))
def test_it_makes_no_difference_in_which_pieces_they_come(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    *ended, rest = whole.split(b"\n")
    expected = [line if len(line) <= LONGEST else None for line in [*ended, *([rest] if rest else [])]]
    assert lines_of(pieces) == lines_of([whole]) == expected


@given(st.binary(min_size=LONGEST + 1, max_size=3 * BEGINNING), st.integers(1, 9))
def test_the_beginning_of_an_overlong_line_is_kept(line: bytes, chunk: int) -> None:
    line = line.replace(b"\n", b" ")
    splitter = LineSplitter(LONGEST)
    for start in range(0, len(line), chunk):
        assert list(splitter.feed(line[start : start + chunk])) == []
        assert splitter.unfinished == line[: min(start + chunk, BEGINNING)]
    (found,) = splitter.feed(b"\n")
    assert isinstance(found, OverlongLine)
    assert found == line[:BEGINNING]
    assert splitter.unfinished == b""

"""Lines out of a stream of bytes."""

from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.control.lines import LineSplitter

LONGEST = 10


def lines_of(pieces: list[bytes]) -> list[bytes | None]:
    splitter = LineSplitter(LONGEST)
    return [line for piece in pieces for line in splitter.feed(piece)] + list(splitter.end())


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

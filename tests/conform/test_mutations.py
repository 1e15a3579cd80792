"""A legal log in which frames are swapped, dropped or doubled: never a crash, and what matters is found."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.conform import examine
from tests.conform.logs import Log, asked, boot, broken, moment, readings, reply, start, status, stop, told

LEGAL: Log = [
    *boot(),
    *status("1", "Available", 0),
    *status("2", "Available"),
    *status("3", "Preparing"),
    *asked("4", "Authorize", {"idTag": "TAG"}, {"idTagInfo": {"status": "Accepted"}}),
    *start("5", 7, at=100, meter=10),
    *status("6", "Charging"),
    *readings("7", 7, at=150),
    *told("a", "ClearCache", {}, {"status": "Accepted"}),
    *readings("8", 7, at=180),
    *stop("9", 7, at=200, meter=20),
    *status("10", "Finishing"),
    *status("11", "Available"),
    *asked("12", "Heartbeat", {}, {"currentTime": moment(210)}),
    *start("13", 8, at=300, meter=20),
    *stop("14", 8, at=400, meter=30),
    *status("15", "Preparing"),
]

ROWS = range(len(LEGAL))
MESSAGES = [json.loads(line)["frame"] for line in LEGAL]
TRANSACTIONS = [
    place
    for place in ROWS
    for message in [MESSAGES[place]]
    if message[2] in ("StartTransaction", "StopTransaction")
    or MESSAGES[place - 1][2] in ("StartTransaction", "StopTransaction")
]
"""Where the messages of transactions are, and their answers."""


def test_the_log_is_legal() -> None:
    assert broken(LEGAL) == []


@pytest.mark.parametrize("place", TRANSACTIONS)
def test_a_transaction_message_that_is_missing_is_found(place: int) -> None:
    assert broken(LEGAL[:place] + LEGAL[place + 1 :]) != []


@pytest.mark.parametrize("place", TRANSACTIONS)
def test_a_transaction_message_that_comes_twice_is_found(place: int) -> None:
    assert broken(LEGAL[: place + 1] + LEGAL[place:]) != []


@given(place=st.sampled_from(TRANSACTIONS), later=st.sampled_from(ROWS))
def test_a_transaction_message_that_comes_once_more_is_found(place: int, later: int) -> None:
    after = max(place, later) + 1
    assert broken([*LEGAL[:after], LEGAL[place], *LEGAL[after:]]) != []


NEEDED = ("5", "9")
"""The exchanges without which the others break a rule: start and end of a transaction."""


@pytest.mark.parametrize("message_id", NEEDED)
def test_an_exchange_that_is_missing_is_found_if_others_need_it(message_id: str) -> None:
    place = next(place for place in ROWS if MESSAGES[place][1] == message_id)
    assert broken(LEGAL[:place] + LEGAL[place + 2 :]) != []


@st.composite
def _mutations(draw: st.DrawFn) -> Log:
    log = list(LEGAL)
    for _ in range(draw(st.integers(1, 8))):
        first, second = draw(st.integers(0, len(log) - 1)), draw(st.integers(0, len(log) - 1))
        match draw(st.sampled_from(["swap", "drop", "double", "cut", "spoil", "lose"])):
            case "swap":
                log[first], log[second] = log[second], log[first]
            case "drop":
                del log[first]
            case "double":
                log.insert(second, log[first])
            case "cut":
                log[first] = log[first][: draw(st.integers(0, len(log[first])))]
            case "spoil":
                log[first] = draw(st.text()) + log[first] if second % 2 else json.dumps(_spoilt(draw, log[first]))
            case "lose":
                log.insert(second, "connection lost")
        log = log or [LEGAL[0]]
    return log


def _spoilt(draw: st.DrawFn, line: str) -> Any:
    """A row in which something has another value."""
    values: st.SearchStrategy[Any] = (
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats() | st.just([]) | st.just({})
    )
    try:
        row = json.loads(line)
        target = row["frame"] if draw(st.booleans()) else row["frame"][-1]
        keys = list(target) if isinstance(target, dict) else range(len(target))
        target[draw(st.sampled_from(list(keys)))] = draw(values)
    except (ValueError, TypeError, KeyError, IndexError):
        return line
    else:
        return row


@given(_mutations())
def test_no_log_is_too_odd(log: Log) -> None:
    found: list[Any] = []
    summary = examine(log, found.append)
    assert summary.lines == len(log)
    assert summary.findings.total() == len(found)
    assert all(1 <= finding.line <= len(log) for finding in found)
    assert [str(finding) for finding in found if not finding.what or not finding.expected] == []


@given(st.lists(st.text() | st.sampled_from(LEGAL).map(lambda line: line[: len(line) // 2]), max_size=20))
def test_no_text_is_too_odd(lines: list[str]) -> None:
    assert examine(lines, lambda _finding: None).lines == len(lines)


def test_two_charge_points_in_one_log_are_held_apart() -> None:
    both = [json.dumps({**json.loads(line), "station": station}) for line in LEGAL for station in ("CP001", "CP002")]
    found: list[Any] = []
    summary = examine(both, found.append)
    assert found == []
    assert (summary.stations, summary.transactions, summary.connectors) == (("CP001", "CP002"), 4, 4)


def test_directions_need_not_be_told() -> None:
    bare = [json.dumps(frame) for frame in MESSAGES]
    assert broken(bare) == []


def test_the_same_id_from_both_sides_is_none_used_twice() -> None:
    bare = [
        '[2,"1","Heartbeat",{}]',
        '[2,"1","ClearCache",{}]',
        '[3,"1",{"status":"Accepted"}]',
        reply("1", {"currentTime": moment(1)}),
    ]
    assert broken(bare) == []

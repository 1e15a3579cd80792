"""The recordings of the reference implementation: its defects that show on the wire are found, and nothing else."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import frozen

from tests.conform.logs import broken

CORPUS = Path(__file__).parents[1] / "conformance" / "stories"
STORIES = sorted(path.stem for path in (CORPUS / "frames").glob("*.jsonl"))

THEN = "2026-05-01T00:00:00.000Z"


@frozen
class Found:
    """What is found in a recording, and why that is right."""

    reason: str
    rule: str
    lines: tuple[int, ...]


_SAME_HOUR = "the story's own: it gives all its transactions the same hour (3.7)"

FOUND: Mapping[str, tuple[Found, ...]] = {
    "05-suspend-orders": (Found(_SAME_HOUR, "out-of-order", (43,)),),
    "09-second-session-from-finishing": (Found(_SAME_HOUR, "out-of-order", (25, 33)),),
    "10-reservation-used": (Found(_SAME_HOUR, "out-of-order", (29,)),),
    "12-reservation-fault": (
        Found(
            "D07, D18: a reservation that the fault did not end is shown in a transaction",
            "status-in-transaction",
            (39,),
        ),
    ),
    "14-fault-quiet": (Found(_SAME_HOUR, "out-of-order", (41, 57, 73)),),
    "21-disable-in-each-state": (
        Found("D08: enabled in a transaction, it is Available", "status-in-transaction", (27, 39, 51)),
        Found(_SAME_HOUR, "out-of-order", (33, 45, 57)),
    ),
    "25-meter-sample-interval": (Found(_SAME_HOUR, "out-of-order", (29,)),),
    "27-signed-meter-values": (Found(_SAME_HOUR, "out-of-order", (25, 41, 55)),),
    "36-csms-change-availability": (Found("the story's own: the Central System says Sideways", "payload", (25,)),),
    "38-trigger-messages": (Found("the story's own: the Central System triggers Nonsense", "payload", (59,)),),
    "48-second-transaction": (
        Found("D13: a transaction on top of another", "two-transactions", (17,)),
        Found("D15: the first one's session ends as if it were over", "status-in-transaction", (23,)),
        Found("D11: the session ends, its transaction runs on", "status-in-transaction", (31,)),
        Found(_SAME_HOUR, "out-of-order", (27,)),
    ),
    "53-initial-states": (Found("D06: a fault at the start is one without an error", "fault-without-error", (9,)),),
}

NOT_ON_THE_WIRE: Mapping[str, str] = {
    "D09": "a status that is not sent breaks no rule of those that are",
    "D14": "a status that is not sent",
    "D16": "a status that is not sent",
    "D19": "callbacks only",
    "D21": "callbacks only",
    "D35": "a phase that is not sent",
    "D36": "values that are not sent",
    "D40": "an availability that only the application knows",
    "D43": "a stop without its values",
    "D46": "callbacks only",
    "D49": "readings that are not sent",
    "N2": "a status that is not sent",
    "N3": "which of two errors is told",
}
"""Marked defects of the stories that no log shows."""


def _lines(name: str) -> list[str]:
    """A recording, with a time for ``<now>``: which, it does not say."""
    lines = (CORPUS / "frames" / f"{name}.jsonl").read_text().splitlines()
    return [json.dumps(_timed(json.loads(line))) for line in lines]


def _timed(row: dict[str, object]) -> dict[str, object]:
    frame = row["frame"]
    assert isinstance(frame, list)
    if frame[2] == "StatusNotification":  # its timestamp may be absent
        frame[3].pop("timestamp", None)
    return json.loads(json.dumps(row).replace("<now>", THEN))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", STORIES)
def test_a_recording_shows_its_defects_and_nothing_else(name: str) -> None:
    expected = [(found.rule, line) for found in FOUND.get(name, ()) for line in found.lines]
    assert sorted(broken(_lines(name))) == sorted(expected)


def test_every_marked_defect_is_found_or_cannot_be() -> None:
    marked = {
        mark.partition(":")[0].rstrip("-!")
        for name in STORIES
        for line in (CORPUS / "scenarios" / f"{name}.jsonl").read_text().splitlines()
        for mark in json.loads(line).get("shows", ())
    }
    found = {word.rstrip(",:") for all_found in FOUND.values() for one in all_found for word in one.reason.split()}
    assert marked - found - set(NOT_ON_THE_WIRE) == set()
    assert set(NOT_ON_THE_WIRE) & {word for word in found if word[0] in "DN"} == set()

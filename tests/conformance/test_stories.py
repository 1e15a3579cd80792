"""What the reference implementation put on the wire, our core puts on the wire too.

Each recorded story (handler calls and Central System messages in) is played on our core in virtual time, and the
frames that come out are compared one by one. Where they differ, :mod:`tests.conformance.differences` says so, with the
reason: a numbered defect of the reference implementation, or a clause. A difference that is declared but no longer
there fails as well.
"""

import difflib
import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from tests.conformance.differences import DIFFERENCES
from tests.conformance.replay import Frame, load, recorded
from tests.support.virtual_core import BEGAN

CORPUS = Path(__file__).parent / "stories"
STORIES = sorted(path.stem for path in (CORPUS / "scenarios").glob("*.jsonl"))


def _normal(value: Any) -> Any:
    """A payload without what cannot be the same: the time of the recording."""
    if isinstance(value, dict):
        return {name: _normal(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, str):
        try:
            moment = Timestamp.parse(value)
        except ValueError:
            return value
        return "<now>" if abs(moment - BEGAN) < timedelta(hours=1) else value
    return value


def _without_begin_and_end(frame: Frame) -> Frame:
    """D36: the reference implementation has no Transaction.Begin and Transaction.End values of its own."""
    data = frame.payload.get("transactionData") if frame.action == "StopTransaction" and frame.kind == 2 else None
    if data is None:
        return frame
    kept = [value for value in data if not _begin_or_end(value["sampledValue"][0])]
    payload = {name: item for name, item in frame.payload.items() if name != "transactionData"}
    return Frame(frame.step, frame.sender, 2, frame.action, {**payload, "transactionData": kept} if kept else payload)


def _begin_or_end(sampled: dict[str, Any]) -> bool:
    own = sampled.get("format") != "SignedData"
    return own and sampled["context"] in ("Transaction.Begin", "Transaction.End")


def _without_neutral(frame: Frame) -> Frame:
    """D35: the current of the neutral, which is measured, is reported (7.35 has the phase N for it)."""
    if frame.action != "MeterValues" or frame.kind != 2:
        return frame
    values = [
        {**value, "sampledValue": [one for one in value["sampledValue"] if one.get("phase") != "N"]}
        for value in frame.payload["meterValue"]
    ]
    return Frame(frame.step, frame.sender, 2, frame.action, {**frame.payload, "meterValue": values})


def _without_inlet(frame: Frame) -> Frame:
    """What the main meter measures, it measures at the inlet (3.16.3, 7.30); theirs says Outlet."""
    if frame.action != "MeterValues" or frame.kind != 2 or frame.payload.get("connectorId") != 0:
        return frame
    text = json.dumps(frame.payload).replace('"location": "Inlet"', '"location": "Outlet"')
    return Frame(frame.step, frame.sender, 2, frame.action, json.loads(text))


def _json(value: Any) -> str:
    """JSON text in which 32.0 and 32 are one number."""
    return json.dumps(json.loads(json.dumps(value), parse_float=_number), sort_keys=True)


def _number(text: str) -> float:
    return int(float(text)) if float(text).is_integer() else float(text)


def _words(payload: Any) -> Iterator[str]:
    if not isinstance(payload, dict):
        yield str(payload)
        return
    for name, value in sorted(payload.items()):
        if (name, value) not in (("timestamp", "<now>"), ("errorCode", "NoError")):
            yield f"{name}={value if isinstance(value, str) else _json(value)}"


def _lines(frames: Iterable[Frame]) -> list[str]:
    """Frames as lines. Answers of the Central System are not ours: they follow from our requests."""
    return [
        " ".join([str(frame.step), frame.action + {2: "", 3: ".conf", 4: ".error"}[frame.kind], *_words(frame.payload)])
        for frame in frames
        if not (frame.sender == "csms>cp" and frame.kind != 2)
    ]


def _compare(name: str) -> list[str]:
    """The lines that only one side has: ``- `` theirs, ``+ `` ours."""
    story = load(CORPUS / "scenarios" / f"{name}.jsonl")
    story.play()
    ours = [
        _without_inlet(
            _without_neutral(_without_begin_and_end(Frame(f.step, f.sender, f.kind, f.action, _normal(f.payload))))
        )
        for f in story.frames
    ]
    theirs = recorded(CORPUS / "frames" / f"{name}.jsonl")
    return [line for line in difflib.ndiff(_lines(theirs), _lines(ours)) if line[0] in "+-"]


@pytest.mark.parametrize("name", STORIES)
def test_a_recorded_story_goes_as_it_went(name: str) -> None:
    declared = [line for difference in DIFFERENCES.get(name, ()) for line in difference.lines]
    assert sorted(_compare(name)) == sorted(declared)


def test_the_stories_are_whole() -> None:
    """A missing file is no comparison that is left out."""
    assert sorted(path.stem for path in (CORPUS / "frames").glob("*.jsonl")) == STORIES
    assert len(STORIES) == 30
    assert DIFFERENCES.keys() <= set(STORIES)


def test_every_difference_has_a_reason() -> None:
    for differences in DIFFERENCES.values():
        for difference in differences:
            assert difference.reason
            assert difference.lines

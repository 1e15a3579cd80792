"""The record of a run: what happened in each second, as JSON and as a page."""

import json
from xml.etree import ElementTree

import pytest

from ocpp16sm.fleet import Counts, Profile, profile_of
from ocpp16sm.fleet.html_report import page
from ocpp16sm.fleet.plot import Series, plot
from ocpp16sm.fleet.record import MOST_SAMPLES, Record


@pytest.fixture
def record() -> Record:
    """Two processes, three seconds."""
    record = Record("ws://127.0.0.1:9000", 3, Profile(), "2026-01-01T00:00:00+00:00", processes=2)
    one, other = Counts(connected=1, booted=1), Counts(connected=2, booted=1)
    one.calls, other.calls = 10, 20
    one.answered("Heartbeat", 0.010)
    other.answered("Heartbeat", 0.020)
    record.told(0, one)
    record.told(1, other)
    record.sample(1.0)
    other.booted = 2
    other.calls = 40
    other.answered("Authorize", 0.5, "CALLERROR <InternalError>")
    record.sample(2.0)
    record.sample(3.0)
    return record


def test_samples_are_what_happened_since_the_one_before(record: Record) -> None:
    first, second, third = record.samples
    assert (first.calls_per_s, second.calls_per_s, third.calls_per_s) == (30, 20, 0)
    assert (first.answers_per_s, second.answers_per_s, third.answers_per_s) == (2, 1, 0)
    assert first.p50_s == pytest.approx(0.010, rel=0.05)
    assert second.p50_s == second.p99_s == pytest.approx(0.5, rel=0.05)
    assert third.p50_s is None
    assert [sample.errors for sample in record.samples] == [0, 1, 0]
    assert record.all_booted_s == 2.0


def test_the_report_says_it_all_as_json(record: Record) -> None:
    told = json.loads(json.dumps(record.as_json()))
    assert told["answers"]["all"]["count"] == 3
    assert told["answers"]["Heartbeat"]["most_s"] == 0.02
    assert told["errors"] == {"Authorize: CALLERROR <InternalError>": 1}
    assert (told["calls"], told["duration_s"], told["calls_per_s"]) == (50, 3.0, 16.667)
    assert [sample["at_s"] for sample in told["samples"]] == [1, 2, 3]
    assert told["profile"]["station"]["connectors"] == 2


def test_a_report_holds_no_password() -> None:
    secret = "0123456789abcdef0123"
    profile = profile_of({"configuration": {"AuthorizationKey": secret, "HeartbeatInterval": 60}})
    record = Record("ws://127.0.0.1", 1, profile, "")
    assert record.as_json()["profile"]["configuration"]["HeartbeatInterval"] == 60
    assert secret not in json.dumps(record.as_json())
    assert secret not in page(record)


def test_the_page_is_well_formed_and_needs_nothing_else(record: Record) -> None:
    html = page(record)
    body = html.removeprefix("<!DOCTYPE html>").replace('<meta charset="utf-8">', "")
    root = ElementTree.fromstring(body)
    assert len(list(root.iter("svg"))) == 4
    assert "Authorize: CALLERROR <InternalError>" in [cell.text for cell in root.iter("td")]
    assert "src=" not in html
    assert "href=" not in html


def test_a_page_without_samples_can_be_made() -> None:
    assert "<svg" in page(Record("ws://127.0.0.1", 1, Profile(), ""))


def test_a_plot_goes_from_zero_to_above_its_highest_value_and_leaves_gaps() -> None:
    svg = ElementTree.fromstring(plot("times", [1, 2, 3, 4], [Series("p50", [30, None, 10, 40])])).find("svg")
    assert svg is not None
    pieces = [line.get("points", "").split() for line in svg.iter("polyline")]
    assert [len(piece) for piece in pieces] == [2, 2]  # a single point, twice; and two
    heights = [float(point.split(",")[1]) for piece in pieces for point in piece]
    assert min(heights) == heights[-1]  # 40 is the highest on the page
    labels = [text.text for text in svg.iter("text")]
    assert {"0", "40", "4 s"} <= set(labels)


def test_a_long_run_is_thinned_out(record: Record) -> None:
    for second in range(4, 3 * MOST_SAMPLES):
        record.sample(float(second))
    assert MOST_SAMPLES / 3 < len(record.samples) <= MOST_SAMPLES
    gaps = [later.at_s - earlier.at_s for earlier, later in zip(record.samples, record.samples[1:], strict=False)]
    assert max(gaps[-100:]) == min(gaps[-100:]) > 1

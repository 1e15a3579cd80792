"""The tables beside the charts are refused when they speak of something that is not there; so is what nobody uses."""

import re
from pathlib import Path

import pytest
from attrs import evolve

import codegen.__main__ as command
from codegen.check_tables import RowError, check_events, check_handlers, check_sends, unused
from codegen.emit_handlers import emit_triggers
from codegen.emit_hooks import emit_hooks
from codegen.write import ROOT
from statecharts import Chart, ChartError, Transition, extract
from statecharts.guards import Ask
from statecharts.ocpp16 import CHARTS
from statecharts.ocpp16.events import EVENTS, FEATURES
from statecharts.ocpp16.handlers import HANDLERS
from statecharts.ocpp16.sends import SENDS
from statecharts.ocpp16.tables import Do, Fire, Give, Handler, Send, SendEvent, Step, When

OURS = [extract(declared) for declared in CHARTS]
CORE = ROOT / "ocpp16sm" / "core"


def test_our_tables_and_our_charts_agree() -> None:
    check_handlers(HANDLERS, OURS)
    check_sends(SENDS, OURS)
    check_events(EVENTS, OURS, FEATURES)


def test_nothing_in_our_charts_is_unused() -> None:
    assert unused(OURS, HANDLERS, CORE, EVENTS) == []


@pytest.mark.parametrize(
    "step",
    [
        Fire("connector", "session_vanished"),
        When("doors.cable_is_in", then=(Fire("connector", "session_vanished"),)),
        When("doors.cable_is_in", otherwise=(When("doors.really", then=(Fire("connector", "session_vanished"),)),)),
    ],
    ids=["plain", "then", "otherwise"],
)
def test_a_handler_that_fires_an_unknown_event_is_refused(handler: Handler, step: Step) -> None:
    with pytest.raises(
        RowError, match=r"handler on_door: connector has no event 'session_vanished'; its events are .*disab"
    ):
        emit_triggers((evolve(handler, steps=(step,)),))


@pytest.mark.parametrize("path", ["open", "doors.", "doors.open.wide", "the doors.open"])
def test_a_step_that_does_not_say_whose_it_is_is_refused(handler: Handler, path: str) -> None:
    for step in (Do(path), When("doors.really", then=(Give(path),)), When(path)):
        with pytest.raises(RowError, match=rf"handler on_door: step '{path}' does not say whose it is"):
            emit_triggers((evolve(handler, steps=(step,)),))


def test_what_is_fired_at_any_place_must_be_known_to_connector_0_as_well(handler: Handler) -> None:
    check_handlers([evolve(handler, steps=(Fire("any_connector", "fault_raised"),))], OURS)
    with pytest.raises(
        RowError, match="any_connector has no event 'session_started'; its events are disabled, enabled, fault_"
    ):
        check_handlers([evolve(handler, steps=(Fire("any_connector", "session_started"),))], OURS)


SENT = SendEvent("tell_closed", "transaction", "reset", "transaction_closed", "5.14")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"chart": "door"}, "unknown chart 'door'; the charts are certificate_renewal, "),
        ({"to": "door"}, "unknown chart 'door'"),
        ({"hook": "shout"}, "chart transaction has no hook 'shout'"),
        ({"to": "link"}, "no feature is named as the one that runs link"),
        ({"event": "vanished"}, "chart reset has no such event; its events are agreed, "),
        ({"event": "retry_due"}, "refused in Idle; give it a transition or ignore it there"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_an_event_between_charts_that_cannot_arrive_is_refused(row: dict[str, str], problem: str) -> None:
    """The sender knows nothing of the other chart, so every configuration must take the event."""
    check_events([SENT], OURS, FEATURES)
    with pytest.raises(RowError, match=re.escape(problem)):
        check_events([evolve(SENT, **row)], OURS, FEATURES)


def test_events_that_go_round_for_ever_are_refused() -> None:
    rows = [SENT, SendEvent("ask_station", "reset", "transaction", "started", "none")]
    everywhere = [
        evolve(chart, ignored=(*chart.ignored, ("started", "transaction"))) if chart.name == "transaction" else chart
        for chart in OURS
    ]
    check_events(rows, everywhere, ("reset", "transaction"))
    rows.append(SendEvent("stop_transactions", "reset", "reset", "transaction_started", "none"))
    with pytest.raises(RowError, match=r"events go round for ever: reset\.transaction_started"):
        check_events(rows, everywhere, ("reset", "transaction"))


def test_a_message_for_a_hook_that_no_chart_calls_is_refused(send: Send) -> None:
    with pytest.raises(RowError, match="hook 'shout': chart connector has no such hook; its hooks are report_again"):
        emit_hooks((evolve(send, hook="shout"),))
    with pytest.raises(
        RowError, match="hook 'report_status': unknown chart 'door'; the charts are certificate_renewal, charge_point"
    ):
        emit_hooks((evolve(send, charts=("door",)),))


def test_a_message_made_of_a_value_that_there_is_not_is_refused(send: Send) -> None:
    with pytest.raises(RowError, match=r"hook 'report_status': unknown value 'weather'; the values are report, now"):
        emit_hooks((evolve(send, fields={"status": "weather.today"}),))


def test_all_that_is_wrong_is_said_at_once(handler: Handler) -> None:
    steps = (Fire("connector", "one"), Fire("transaction", "two"))
    with pytest.raises(RowError) as refused:
        check_handlers([evolve(handler, steps=steps)], OURS)
    assert len(str(refused.value).splitlines()) == 3


def test_a_refused_row_ends_the_command_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> dict[str, str]:
        raise RowError("wrong")

    assert issubclass(RowError, ChartError)
    monkeypatch.setattr(command, "render", refuse)
    assert command.main(["--check"]) == 2
    assert capsys.readouterr().err == "wrong\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class A:\n    def hook(self): self.m.event()\n    def guard(self): ...", []),
        ("class A:\n    def hook(self): fire('event')\n    def guard(self): ...", []),
        ("class A:\n    def hook(self): fire(f'ev{x}')\n    def guard(self): ...", []),
        ("class A:\n    def hook(self): ...\n    def guard(self): ...", ["nothing fires the event 'event'"]),
        ("class A:\n    def guard(self): self.m.event()", ["nothing implements the hook 'hook'"]),
        ("class A:\n    def hook(self): self.m.event()", ["nothing implements the guard 'guard'"]),
    ],
    ids=["called", "named", "formed", "no event", "no hook", "no guard"],
)
def test_what_nobody_uses_is_found(door: Chart, tmp_path: Path, text: str, expected: list[str]) -> None:
    (tmp_path / "core.py").write_text(text)
    transition = Transition("Closed", "Open", "event", Ask("guard"), on=("hook",))
    states = tuple(evolve(state, enter=(), exit=()) for state in door.states)
    chart = evolve(door, transitions=(transition,), states=states, ignored=())
    assert unused([chart], (), tmp_path) == [f"chart door: {finding}" for finding in expected]

"""What is written beside arrows and inside states."""

import pytest

from statecharts import Chart, State, Transition
from statecharts.draw.labels import (
    Row,
    Span,
    arrows,
    compartment,
    compartment_rows,
    guard_words,
    legend,
    rows_of,
    wrap,
)
from statecharts.draw.text import text_width
from statecharts.guards import parse


def words(rows: tuple[Row, ...]) -> list[str]:
    """Rows as plain text."""
    return [" ".join(span.text for span in row.spans) for row in rows]


@pytest.mark.parametrize(
    ("guard", "said"),
    [
        ("In('On')", "in On"),
        ("not In('On') and ready", "not in On and ready"),
        ("not (a or b)", "not (a or b)"),
        ("a and (b or not c)", "a and (b or not c)"),
    ],
)
def test_guards_read_as_words(guard: str, said: str) -> None:
    assert guard_words(parse(guard)) == said


def test_events_that_differ_in_nothing_else_share_the_rest(lamp: Chart) -> None:
    pressed, pushed = (Transition("Off", "On", event, clause="1") for event in ("pressed", "pushed"))
    chart = Chart("x", "X", "", lamp.states, (pressed, pushed))
    assert words(rows_of(chart, chart.transitions)) == ["pressed,", "pushed 1"]


def test_a_row_breaks_before_what_does_not_fit() -> None:
    spans = (
        Span("event", "transaction_stopped"),
        Span("guard", "[user_action_required]"),
        Span("clause", "B6 C6"),
    )
    assert words(wrap(spans, 400)) == ["transaction_stopped [user_action_required] B6 C6"]
    assert words(wrap(spans, 135)) == ["transaction_stopped", "[user_action_required] B6 C6"]
    long = (Span("guard", "[not in Preparing and not transaction_running]"),)
    assert words(wrap(long, 130)) == ["[not in Preparing", "and not transaction_running]"]


def test_a_state_shows_its_own_hooks_and_inner_transitions(traps: Chart) -> None:
    lines = [" ".join(span.text for span in line) for line in compartment(traps, traps.by_id["outer"])]
    assert lines == ["entry / begin_outer", "exit / end_outer", "poked / say 9"]
    rows = compartment_rows(traps, traps.by_id["outer"])
    assert [row.transition for row in rows] == ["", "", "transition-outer-poked"]


def test_what_leads_from_all_around_to_a_state_is_written_in_it(traps: Chart) -> None:
    """An arrow from its own frame would cross half of the picture."""
    (line,) = compartment(traps, traps.by_id["b"])
    assert " ".join(span.text for span in line) == "jumped from all of outer [ready and (in end or not busy)]"
    assert {row.transition for row in compartment_rows(traps, traps.by_id["b"])} == {"transition-outer-jumped"}
    assert ("outer", "b") not in {(arrow.source, arrow.target) for arrow in arrows(traps)}


def test_hooks_of_most_states_go_to_the_legend(connector: Chart) -> None:
    assert compartment(connector, connector.by_id["Charging"]) == ()
    assert legend(connector)[0] == "entry of every state but Scheduled / report_status"


def test_an_initial_hook_of_few_states_stays_with_them() -> None:
    states = (State("a", "atomic", None, enter=("go",)), State("b", "atomic", None, enter=("go",)))
    assert legend(Chart("x", "X", "", states, (), initial="a")) == ()


def test_widths_are_those_of_helvetica() -> None:
    assert text_width("Charging", 1000) == pytest.approx(1.02 * (722 + 556 * 2 + 333 + 556 + 222 + 556 * 2), rel=1e-6)
    assert text_width("Charging", 10, bold=True) > text_width("Charging", 10)
    assert text_width("\N{SNOWMAN}", 10) >= 10

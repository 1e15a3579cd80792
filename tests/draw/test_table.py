"""Markdown tables."""

from statecharts import Chart
from statecharts.draw import table

LAMP = """\
## Matrix

A cell gives the target of the event, its guard and the clause it implements. `ignored`: the event is legal \
and has no effect. Empty: the event is refused.

|  | pressed | timed_<br>out | touched |
| --- | --- | --- | --- |
| **Off** | On <sub>1</sub> |  | ignored |
| **On** | Off | Off [not needed] | *stays* / flicker |
"""


def test_a_small_chart_word_for_word(lamp: Chart) -> None:
    assert table(lamp).startswith(LAMP)


def test_every_state_and_event_is_named(chart: Chart) -> None:
    text = table(chart)
    assert text == table(chart)
    whole = text.replace("_<br>", "_")
    for region in chart.regions:
        for leaf in chart.leaves_of(region):
            assert f"**{leaf}**" in text
    for transition in chart.transitions:
        assert transition.source in text
    for event in chart.events:
        assert f" {event} |" in whole


def test_rows_have_as_many_cells_as_their_head(chart: Chart) -> None:
    width = 0
    for line in table(chart).splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(line.split(" | "))
        width = width or cells
        assert cells == width


def test_a_cell_lists_what_is_tried_from_the_leaf_outward(connector: Chart) -> None:
    rows = [line.split(" | ") for line in table(connector).splitlines() if line.startswith("|")]
    head = next(row for row in rows if "session_<br>started" in row)
    charging = next(row for row in rows if row[0] == "| **Charging**")
    reserved = next(row for row in rows if row[0] == "| **Reserved**")
    stopped = charging[head.index("transaction_<br>stopped")]
    assert stopped.startswith("Finishing [user_action_required]")
    assert "<br>Available <sub>" in stopped
    assert charging[head.index("energy_<br>flowed")] == "ignored"
    assert reserved[head.index("session_<br>started")] == "Preparing [identified] <sub>G2</sub><br>ignored"


def test_what_another_region_always_answers_is_marked(connector: Chart) -> None:
    rows = [line.split(" | ") for line in table(connector).splitlines() if line.startswith("|")]
    head = next(row for row in rows if "session_<br>started" in row)
    charging = next(row for row in rows if row[0] == "| **Charging**")
    assert charging[head.index("fault_<br>raised")] == "\N{MIDDLE DOT}"


def test_timers_status_and_hooks_are_listed(traps: Chart) -> None:
    text = table(traps)
    assert "| `gave_up` | `begin_outer` | `end_outer` | Patience, s |" in text
    assert "1. Over while done is active\n2. otherwise the active state of work" in text
    assert "| outer | `begin_outer` | `end_outer` |" in text
    assert "before `say`, after `wipe`" in text
    assert "&lt;b&gt;" in text

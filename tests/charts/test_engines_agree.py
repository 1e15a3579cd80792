"""The compiled machines do what the charts say: three engines that share no code take every step alike.

The engines are the committed compiled machine, python-statemachine's interpreter behind the same interface, and the
SCXML reference of ``scxml.py``. First exhaustively: from every reachable configuration, every event with every answer
of the guards that it mentions must have the same outcome (taken, ignored, refused), lead to the same configuration,
and call the same hooks in the same order, each seeing the same configuration. Then on walks, where
python-statemachine's memory of the past (which region moved last) could show.
"""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.conftest import SUBJECTS, Subject, explored
from tests.charts.engines import Configuration, Step, Valuation, asked, valuations

Walked = dict[Configuration, list[tuple[str, Valuation, Step]]]


@pytest.mark.parametrize("engine", ["compiled", "interpreted"])
def test_every_step_from_every_configuration_is_the_references(subject: Subject, walked: Walked, engine: str) -> None:
    under_test = subject.engines_under_test()[engine]
    for configuration, steps in walked.items():
        for event, answers, expected in steps:
            assert under_test.step(event, answers, configuration) == expected, (configuration, event, answers)


def test_the_walk_is_the_whole_product(subject: Subject, walked: Walked) -> None:
    each = sum(2 ** len(asked(subject.chart, event)) for event in subject.chart.events)
    assert all(len(steps) == each for steps in walked.values())
    seen = {step.outcome for steps in walked.values() for *_, step in steps}
    assert seen == {"taken", "ignored", "refused"} - NEVER.get(subject.chart.name, set())


NEVER = {
    "certificate_renewal": {"refused"},
    "v2g_certificate": {"refused"},
    "charge_point": {"refused"},
    "credentials": {"refused"},
    "reservation": {"ignored"},
    "firmware_update": {"refused"},
    "log_upload": {"refused"},
}
"""Chart -> what never happens to an event there.

Connector 0 takes all of its four anywhere; what happens to a reservation happens to one that holds, or is a mistake.
What a station says of an update or an upload is at most late; so is what happens to a connection.
"""


def test_the_explorer_finds_what_the_reference_finds(subject: Subject, walked: Walked) -> None:
    exploration = explored(subject.chart.name)
    assert set(exploration.configurations) == set(walked)
    moves = defaultdict(list)
    for move in exploration.moves:
        moves[move.source, move.event].append(move)
    for configuration, steps in walked.items():
        for event, answers, expected in steps:
            fitting = [m for m in moves[configuration, event] if set(m.answers) <= set(answers.items())]
            assert [(m.target, m.hooks) for m in fitting] == [(expected.configuration, expected.hooks)]


def test_a_fresh_machine_is_in_the_initial_configuration_and_has_called_nothing(subject: Subject) -> None:
    for name, under_test in subject.engines_under_test().items():
        assert under_test.engine.configuration == subject.chart.initial_configuration, name
        assert under_test.recorder.calls == []


def test_the_committed_machine_is_the_charts(subject: Subject) -> None:
    assert subject.machine.name == subject.chart.name
    assert subject.machine.events == subject.chart.events


@pytest.mark.parametrize("name", SUBJECTS)
@given(data=st.data())
@settings(max_examples=15, deadline=None, database=None)
def test_walks_agree_without_ever_restoring(name: str, data: st.DataObject) -> None:
    subject = SUBJECTS[name]
    answers = valuations(subject.chart.guards)
    engines_under_test = subject.engines_under_test()
    script = st.lists(st.tuples(st.sampled_from(subject.chart.events), st.sampled_from(answers)), max_size=40)
    for event, valuation in data.draw(script):
        steps = [under_test.step(event, valuation) for under_test in engines_under_test.values()]
        assert steps[0] == steps[1] == steps[2]


@pytest.mark.parametrize("engine", ["compiled", "interpreted"])
def test_a_machine_says_which_states_are_active(subject: Subject, walked: Walked, engine: str) -> None:
    """Leaves, and the states around them, as ``In()`` in a guard."""
    machine: Any = subject.engines_under_test()[engine].engine
    for configuration in walked:
        machine.restore(configuration)
        active = subject.chart.active(configuration)
        states = [state.id for state in subject.chart.states if state.kind != "parallel"]
        inner = [state for state in states if not subject.chart.is_region(state)]
        assert {state for state in inner if machine.in_state(state)} == active.intersection(inner)
    with pytest.raises(ValueError, match="has no state 'Nowhere'"):
        machine.in_state("Nowhere")

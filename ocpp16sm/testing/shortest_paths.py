"""Test cases with the shortest path to each state of a chart, each transition, or each pair of transitions.

::

    from ocpp16sm.testing import drive, paths

    @pytest.mark.parametrize("case", paths(Door, to="transitions"))
    def test_the_door_does_what_its_chart_says(case):
        drive(case, lambda: Door(Lock()), payloads={"locked": {"key_id": "k1"}})

The cases are deterministic: each one prescribes the answers of the guards along its path, even unlikely ones.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias

from attrs import field, frozen
from statemachine import StateChart

from ocpp16sm.errors import DefinitionError
from ocpp16sm.testing.observer import Answer, ObservedChart
from ocpp16sm.testing.transcript import FiredEvent, Transcript
from statecharts.check import told
from statecharts.coverage_items import Goals, pairs_of, transition_names
from statecharts.explore import Exploration, Move, explore
from statecharts.extract import Declarations
from statecharts.model import Chart
from statecharts.profile import lint

To: TypeAlias = Literal["states", "transitions", "pairs"]
TO: Final[tuple[To, ...]] = ("states", "transitions", "pairs")

Fixed = Mapping[str, Mapping[str, Any]]
"""Event -> parameter -> value."""


@frozen
class Case:
    """One path through a chart."""

    declarations: Declarations = field(repr=False, eq=False)
    goal: str
    """The state, transition or pair of transitions that it leads to."""
    moves: tuple[Move, ...] | None
    """The moves from the initial configuration; None if the goal is unreachable."""

    @property
    def __name__(self) -> str:
        return self.goal

    def __str__(self) -> str:
        return f"{self.goal}: {'unreachable' if self.moves is None else told(self.moves)}"


def paths(chart: type[StateChart[Any]], to: To = "transitions") -> list[Case]:
    """A shortest case for each state, each transition, or each pair of transitions that can follow each other.

    Unreachable states and transitions are included; :func:`drive` fails for them.

    Raises :class:`statecharts.ChartError` for a chart outside the profile, and
    :class:`~ocpp16sm.errors.DefinitionError` for an unknown ``to``.
    """
    if to not in TO:
        raise DefinitionError(f"unknown goal of paths {to!r}; expected one of {', '.join(TO)}")
    lint(chart).raise_if_any()
    declarations = Declarations(chart)
    explored = explore(declarations.chart)
    lengths = {c: len(explored.path_to(c)) for c in explored.configurations}
    if to == "states":
        return _to_states(declarations, explored)
    goals = Goals(explored)
    names = transition_names(declarations.chart)
    if to == "transitions":
        nearest = _nearest(((t, (move,)) for move in explored.moves for s in move.steps for t in s.taken), lengths)
        return [_case(declarations, explored, names[t], nearest.get(t)) for t in names]
    of_pairs = _nearest(((pair, walk) for walk in goals.walks() for pair in pairs_of(walk)), lengths)
    return [
        _case(declarations, explored, f"{names[one]} then {names[other]}", of_pairs[one, other])
        for one, other in goals.pairs
    ]


def drive(case: Case, make: Callable[[], Any] | None = None, *, payloads: Fixed | None = None) -> Any:
    """Fire the events of a case and check the configuration after each. Returns the instance.

    :param case: a case from :func:`paths`.
    :param make: creates an instance of the chart or of its compiled machine; by default the chart, with hooks that do
        nothing. Its guards are not called: the case prescribes their answers.
    :param payloads: event -> parameter -> value, for hooks that need them.

    Raises ``AssertionError``, with a transcript, if the chart takes another path.
    """
    assert case.moves is not None, f"{case.goal}: no sequence of events leads there (see ocpp16sm check)"
    chart = case.declarations.chart
    answers: dict[str, bool] = {}

    def fixed(name: str, _guard: Answer) -> Answer:
        def answer(*_args: Any, **_carried: Any) -> bool:
            return answers.get(name, False)  # a compiled machine may call a guard whose answer does not matter

        return answer

    observed = ObservedChart(case.declarations, make or (lambda: case.declarations.declared(_Silent(chart))), fixed)
    transcript = Transcript(chart.title, observed.configuration)
    try:
        assert observed.configuration == chart.initial_configuration, (
            f"it starts in {'/'.join(observed.configuration)} instead of {'/'.join(chart.initial_configuration)}"
        )
        for move in case.moves:
            answers.clear()
            answers.update(move.answers)
            payload = dict((payloads or {}).get(move.event, {}))
            refused = observed.fire(move.event, payload)
            outcome = "" if refused is None else "refused"
            transcript.happened.append(
                FiredEvent(move.event, payload, dict(move.answers), move.hooks, observed.configuration, outcome)
            )
            assert refused is None, f"{move.event} was refused in {'/'.join(move.source)}"
            assert observed.configuration == move.target, (
                f"{move.event} led to {'/'.join(observed.configuration)} instead of {'/'.join(move.target)}"
            )
    except Exception as error:
        error.add_note(f"on the way to {case.goal}:\n{transcript}")
        raise
    return observed.instance


def _case(declarations: Declarations, explored: Exploration, goal: str, walk: tuple[Move, ...] | None) -> Case:
    return Case(declarations, goal, None if walk is None else (*explored.path_to(walk[0].source), *walk))


def _to_states(declarations: Declarations, explored: Exploration) -> list[Case]:
    """For each state, the first configuration (breadth-first) in which it is active, else the first step through it."""
    chart = explored.chart
    cases = []
    for state in chart.states:
        resting = next((c for c in explored.configurations if state.id in chart.active(c)), None)
        through = [m for m in explored.moves if any(state.id in chart.active(step.after) for step in m.steps)]
        if resting is not None:
            cases.append(Case(declarations, state.id, explored.path_to(resting)))
        else:
            shortest = min(through, key=lambda m: len(explored.path_to(m.source)), default=None)
            cases.append(_case(declarations, explored, state.id, None if shortest is None else (shortest,)))
    return cases


def _nearest(walks: Iterable[tuple[Any, tuple[Move, ...]]], lengths: Mapping[tuple[str, ...], int]) -> dict[Any, Any]:
    """Goal -> the walk with the shortest total path to it."""
    found: dict[Any, tuple[int, tuple[Move, ...]]] = {}
    for goal, walk in walks:
        length = lengths[walk[0].source] + len(walk)
        if goal not in found or length < found[goal][0]:
            found[goal] = length, walk
    return {goal: walk for goal, (_, walk) in found.items()}


class _Silent:
    """A model whose hooks do nothing. Its guards exist but are never called."""

    def __init__(self, chart: Chart) -> None:
        for name in (*chart.hooks, *chart.guards):
            setattr(self, name, lambda: True)

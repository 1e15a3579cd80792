"""Measures chart coverage while tests run, of interpreted instances and of compiled machines.

During a recording, the chart class and the classes of its compiled machines are instrumented; afterwards they are
restored.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from importlib import import_module
from typing import Any, Final

from attrs import define, field
from statemachine import StateChart

from ocpp16sm.charts.machine import Machine
from ocpp16sm.testing.coverage import ChartCoverage, Follower
from ocpp16sm.testing.observer import TransitionListener, guards_wrapped, leaves, telling
from statecharts.explore import Configuration, step
from statecharts.extract import Declarations
from statecharts.profile import lint

OURS: Final = "statecharts.ocpp16."
"""Charts whose compiled machines are in ``ocpp16sm.generated``."""


@contextmanager
def chart_coverage(chart: type[StateChart[Any]]) -> Iterator[ChartCoverage]:
    """Measure the coverage of a chart by instances created inside the block and by compiled machines.

    :param chart: a chart class within the profile (:func:`statecharts.lint`); any other raises
        :class:`statecharts.ChartError`. Subclasses with the same states and transitions count too; copies of
        instances do not.
    """
    lint(chart).raise_if_any()
    coverage = ChartCoverage(Declarations(chart))
    with ExitStack() as undoing:
        _watch_interpreted(coverage, undoing)
        _watch_compiled(coverage, undoing)
        yield coverage


# -- python-statemachine -----------------------------------------------------------------------------------------------


def _watch_interpreted(coverage: ChartCoverage, undoing: ExitStack) -> None:
    declared = coverage.declarations.declared
    init: Callable[..., None] = declared.__init__
    known: dict[type, Declarations | None] = {declared: coverage.declarations}

    @wraps(init)
    def making(self: StateChart[Any], *args: Any, **given: Any) -> None:
        kind = type(self)
        if kind not in known:
            known[kind] = _same_shape(kind, coverage.declarations)
        declarations = known[kind]
        if declarations is None:
            init(self, *args, **given)
            return
        follower = Follower(coverage)
        with guards_wrapped(telling(follower)):
            init(self, *args, **given)
        if self.configuration:  # with coroutine hooks, no state is active until the first event
            follower.rests(leaves(self, declarations.chart))
        self.add_listener(TransitionListener(self, declarations, follower))  # type: ignore[no-untyped-call]

    _replace(declared, "__init__", making, undoing)


def _same_shape(kind: type[StateChart[Any]], of: Declarations) -> Declarations | None:
    """The declarations of a subclass if it has the same states and transitions, else None."""
    found = Declarations(kind)
    same = (found.chart.states, found.chart.transitions) == (of.chart.states, of.chart.transitions)
    return found if same else None


# -- compiled machines -------------------------------------------------------------------------------------------------


def _watch_compiled(coverage: ChartCoverage, undoing: ExitStack) -> None:
    chart = coverage.declarations.chart
    every = tuple(chart.leaves_of(region) for region in chart.regions)

    def look(machine: type[Machine]) -> None:
        own = vars(machine)
        if own.get("name") == chart.name and own.get("_leaves") == every and set(own["events"]) <= own.keys():
            for event in own["events"]:
                _replace(machine, event, _telling_event(coverage, event, own[event]), undoing)
            _replace(machine, "__init__", _telling_init(coverage, own["__init__"]), undoing)

    earlier = vars(Machine).get("__init_subclass__")

    def looking(machine: type[Machine], /, **given: Any) -> None:
        """Instrument machines that are imported later."""
        if earlier is not None:
            earlier.__func__(machine, **given)
        else:
            super(Machine, machine).__init_subclass__(**given)
        look(machine)

    if chart.module.startswith(OURS):
        import_module(f"ocpp16sm.generated.{chart.name}")
    for machine in _subclasses(Machine):
        look(machine)
    _replace(Machine, "__init_subclass__", classmethod(looking), undoing)


def _telling_init(coverage: ChartCoverage, init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def making(self: Any, *args: Any, **given: Any) -> None:
        init(self, *args, **given)
        _observed_hooks(coverage, self).follower.rests(self.configuration)

    return making


def _telling_event(coverage: ChartCoverage, event: str, fire: Callable[..., bool]) -> Callable[..., bool]:
    @wraps(fire)
    def fired(self: Any, *args: Any, **data: Any) -> bool:
        if self._busy:
            return fire(self, *args, **data)  # queued; the machine calls this again later
        observed = _observed_hooks(coverage, self)
        observed.close_event()  # a queued event runs only after the one before it is done
        mine = observed.now = _Fired(event, self.configuration)
        try:
            result = fire(self, *args, **data)
        except BaseException:
            if observed.now is mine:
                observed.now = None
                observed.tell(mine, done=False)
            raise
        if observed.now is mine:
            observed.close_event()
        return result

    return fired


@define
class _Fired:
    """An event that a compiled machine is processing."""

    event: str
    before: Configuration
    answers: dict[str, bool] = field(factory=dict)


class _ObservedHooks:
    """Wraps the hooks of a compiled machine and records the answers of its guards.

    The machine does not report which transitions it takes; they are derived from the chart and these answers.
    """

    def __init__(self, coverage: ChartCoverage, hooks: Any) -> None:
        self.coverage = coverage
        self.follower = Follower(coverage)
        self.now: _Fired | None = None
        self.hooks = hooks
        self._guards = {name: self._observed(name) for name in coverage.declarations.chart.guards}

    def __getattr__(self, name: str) -> Any:
        return self._guards[name] if name in self._guards else getattr(self.hooks, name)

    def _observed(self, guard: str) -> Callable[[], bool]:
        def answer() -> bool:
            said: bool = getattr(self.hooks, guard)()
            if self.now is not None:
                self.now.answers[guard] = bool(said)
            return said

        return answer

    def close_event(self) -> None:
        """Count the event that the machine was processing, which is complete."""
        done, self.now = self.now, None
        if done is not None:
            self.tell(done, done=True)

    def tell(self, fired: _Fired, *, done: bool) -> None:
        """Count the visits of an event; if a hook failed (not ``done``), only its guard answers count."""
        asked: dict[str, bool] = {}

        def ask(guard: str) -> bool:
            asked[guard] = fired.answers[guard]
            return asked[guard]

        try:
            steps = tuple(step(self.coverage.declarations.chart, fired.before, fired.event, ask))
        except KeyError:  # the guard itself raised
            steps = ()
        for guard, said in asked.items():
            self.follower.asked(guard, said, fired.event)
        if not steps:
            self.follower.rests(fired.before)
        for micro in steps if done else ():
            self.follower.took(micro.taken, fired.event, micro.before)


def _observed_hooks(coverage: ChartCoverage, machine: Any) -> _ObservedHooks:
    """The wrapper of a machine for this coverage; recordings may be nested, each with its own wrapper."""
    hooks = machine._hooks
    while isinstance(hooks, _ObservedHooks):
        if hooks.coverage is coverage:
            return hooks
        hooks = hooks.hooks
    machine._hooks = _ObservedHooks(coverage, machine._hooks)
    return machine._hooks  # type: ignore[no-any-return]


def _subclasses(kind: type[Machine]) -> Iterator[type[Machine]]:
    for one in kind.__subclasses__():
        yield one
        yield from _subclasses(one)


def _replace(owner: type, name: str, value: Any, undoing: ExitStack) -> None:
    """Replace an attribute of a class until ``undoing`` is closed."""
    had = name in vars(owner)
    before = vars(owner).get(name)
    setattr(owner, name, value)

    def undo() -> None:
        if had:
            setattr(owner, name, before)
        else:
            delattr(owner, name)

    undoing.callback(undo)

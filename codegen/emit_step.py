"""Generate the body of an event method: at most one transition for each region, in the phases of a microstep.

The code reads the integers it needs and selects transitions. It then runs the hooks before, on exit and of the
transition, changes the integers, and runs the hooks on entry and after. Regions are compiled separately; their
product is never built.
"""

from collections.abc import Callable, Iterator

from attrs import frozen

from statecharts.explore import exits_and_entries, explore
from statecharts.guards import Ask, Both, Guard, In, Not, leaves, show
from statecharts.model import Chart, Transition


@frozen
class Body:
    """A transition as taken from one leaf: the new leaf of its region, and the hooks by phase."""

    leaf: int
    target: int
    transition: Transition
    calls: dict[str, tuple[str, ...]]
    """Phase -> hooks."""


PHASES_BEFORE = ("before", "exit", "on")
PHASES_AFTER = ("enter", "after")


class StepEmitter:
    """Emits the steps of a chart and names its regions and leaves as the machine does."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.regions = chart.regions
        self.slots = tuple(f"_{region.id}" for region in self.regions)
        """For each region, the attribute that holds its integer."""
        self.leaves = tuple(chart.leaves_of(region) for region in self.regions)
        """For each region, its leaves; the integer is an index into them."""
        self.settles = {move.event for move in explore(chart).moves if len(move.steps) > 1}
        """Events that eventless steps may follow."""

    def step(self, event: str | None, refused: str) -> Iterator[str]:
        """The lines of one microstep; ``refused`` is the statement for the case that nothing is enabled."""
        involved = [index for index in range(len(self.regions)) if self.chart.transitions_for(event, index)]
        needed = set(involved) | {
            self.chart.region_of(leaf.state)
            for t in self.chart.transitions_for(event)
            for leaf in leaves(t.guard)
            if isinstance(leaf, In)
        }
        touched = set(involved)
        if event in self.settles:
            touched |= {self.chart.region_of(t.source) for t in self.chart.transitions_for(None)}
        bodies = {index: self._bodies(event, index) for index in involved}
        calls_something = self.calls_something(event)
        names = self._guard_names(event)
        if names or any(hooks for group in bodies.values() for b in group for hooks in b.calls.values()):
            yield "        hooks = self._hooks"
        for index in sorted(needed | touched):
            yield f"        {self.regions[index].id} = self.{self.slots[index]}"
        for name, count in names.items():
            if count > 1:
                yield f"        {name} = hooks.{name}()"
        single = len(involved) == 1
        for index in involved:
            yield from self._selection(event, index, bodies[index], names, refused if single else None)
        if not single:
            nothing = " and ".join(f"{self.regions[index].id}_to < 0" for index in involved)
            yield f"        if {nothing}:"
            yield f"            {refused}"
        guarded = calls_something and event is not None
        pad = "            " if guarded else "        "
        if guarded:
            yield "        self._busy = True"
            yield "        try:"
        for phase in PHASES_BEFORE:
            yield from self._phase(phase, involved, bodies, pad, single)
        for index in involved:
            name, slot = self.regions[index].id, self.slots[index]
            if all(b.transition.target is None for b in bodies[index]):
                continue
            if single:
                yield f"{pad}self.{slot} = {name}_to"
            else:
                yield f"{pad}if {name}_to >= 0:"
                yield f"{pad}    self.{slot} = {name}_to"
        for phase in PHASES_AFTER:
            yield from self._phase(phase, involved, bodies, pad, single)
        if event in self.settles:
            yield f"{pad}while self._settle():"
            yield f"{pad}    continue"
        if guarded:
            yield "        except BaseException:"
            for index in sorted(touched):
                if event in self.settles or any(b.transition.target is not None for b in bodies.get(index, [])):
                    yield f"            self.{self.slots[index]} = {self.regions[index].id}"
            yield "            self._failed()"
            yield "            raise"

    def calls_something(self, event: str | None) -> bool:
        """Whether a hook can run, so that the step must handle exceptions and nested events."""
        if event in self.settles:
            return True
        involved = (index for index in range(len(self.regions)) if self.chart.transitions_for(event, index))
        return any(hooks for i in involved for body in self._bodies(event, i) for hooks in body.calls.values())

    def _guard_names(self, event: str | None) -> dict[str, int]:
        """Named guards of an event -> number of transitions that use them."""
        counts: dict[str, int] = {}
        for t in self.chart.transitions_for(event):
            for name in dict.fromkeys(leaf.name for leaf in leaves(t.guard) if isinstance(leaf, Ask)):
                counts[name] = counts.get(name, 0) + 1
        return counts

    def _bodies(self, event: str | None, region: int) -> list[Body]:
        found: list[Body] = []
        for number, leaf in enumerate(self.leaves[region]):
            for t in self._candidates(event, leaf):
                left: list[str] = []
                entered: list[str] = []
                target = number
                if t.target is not None:
                    left, entered = exits_and_entries(self.chart, leaf, t)
                    target = self.leaves[region].index(entered[-1])
                calls = {
                    "before": t.before,
                    "exit": tuple(hook for state in left for hook in self.chart.by_id[state].exit),
                    "on": t.on,
                    "enter": tuple(hook for state in entered for hook in self.chart.by_id[state].enter),
                    "after": t.after,
                }
                found.append(Body(number, target, t, calls))
        return found

    def _candidates(self, event: str | None, leaf: str) -> Iterator[Transition]:
        """Transitions to try from a leaf, innermost first, up to the first without a guard."""
        for state in (leaf, *self.chart.ancestors(leaf)):
            for t in self.chart.transitions:
                if t.source == state and t.event == event:
                    yield t
                    if t.guard is None:
                        return

    def _selection(
        self, event: str | None, region: int, bodies: list[Body], names: dict[str, int], refused: str | None
    ) -> Iterator[str]:
        """Lines that store the target in ``<region>_to`` and, if needed, the body's number in ``<region>_by``."""
        name = self.regions[region].id
        tagged = not _by_target(bodies)
        if refused is None:
            yield f"        {name}_to = -1"
            if tagged:
                yield f"        {name}_by = -1"
        numbers = {id(body): number for body, number in zip(bodies, _numbers(bodies), strict=True)}
        groups: dict[tuple[tuple[int, int, str], ...], list[int]] = {}
        by_leaf: dict[int, list[Body]] = {}
        for body in bodies:
            by_leaf.setdefault(body.leaf, []).append(body)
        for leaf, group in by_leaf.items():
            key = tuple(
                (
                    numbers[id(b)] if tagged else 0,
                    b.target if b.transition.target else -2,
                    show_guard(b.transition.guard),
                )
                for b in group
            )
            groups.setdefault(key, []).append(leaf)
        free = all(b.transition.target is None and b.transition.guard is None for b in bodies)
        stays = free and all(b.calls == bodies[0].calls for b in bodies)
        if refused is not None and stays:
            yield from self._staying(event, name, region, sorted(by_leaf), refused)
            return
        word = "if"
        for leaf_numbers in groups.values():
            group = by_leaf[leaf_numbers[0]]
            condition = _one_of(name, leaf_numbers)
            lone = group[0]
            comment = self._comment(leaf_numbers, region)
            if len(group) == 1 and lone.transition.guard is not None:
                guard = self._guard(lone.transition.guard, names)
                if isinstance(lone.transition.guard, Both) and lone.transition.guard.how == "or":
                    guard = f"({guard})"
                yield f"        {word} {condition} and {guard}:{comment}"
                yield from self._choice(name, lone, numbers, tagged, "            ", leaf_numbers)
            else:
                yield f"        {word} {condition}:{comment}"
                inner = "if"
                for body in group:
                    if body.transition.guard is None:
                        if inner == "if":
                            yield from self._choice(name, body, numbers, tagged, "            ", leaf_numbers)
                        else:
                            yield "            else:"
                            yield from self._choice(name, body, numbers, tagged, "                ", leaf_numbers)
                        inner = ""
                    else:
                        yield f"            {inner} {self._guard(body.transition.guard, names)}:"
                        yield from self._choice(name, body, numbers, tagged, "                ", leaf_numbers)
                        inner = "elif"
                if inner == "elif" and refused is not None:
                    yield "            else:"
                    yield f"                {refused}"
            word = "elif"
        silent = [n for n, leaf in enumerate(self.leaves[region]) if n not in by_leaf and self.is_ignored(event, leaf)]
        if refused is not None and silent:
            yield f"        elif {_one_of(name, silent)}:{self._comment(silent, region)}"
            yield "            return False"
        if refused is not None:
            yield "        else:"
            yield f"            {refused}"

    def _staying(self, event: str | None, name: str, region: int, taken: list[int], refused: str) -> Iterator[str]:
        """Lines for an event whose transitions are all targetless and unguarded: only refusals need a check."""
        others = [n for n in range(len(self.leaves[region])) if n not in taken]
        silent = [n for n in others if self.is_ignored(event, self.leaves[region][n])]
        if silent:
            yield f"        if {_one_of(name, silent)}:{self._comment(silent, region)}"
            yield "            return False"
        if len(others) > len(silent):
            yield f"        if {_one_of(name, taken, negated=True)}:{self._comment(taken, region)}"
            yield f"            {refused}"

    def is_ignored(self, event: str | None, leaf: str) -> bool:
        """Whether the event is declared as ignored in a leaf."""
        return event is not None and self.chart.is_ignored(event, frozenset(self.chart.path(leaf)))

    def _choice(
        self, name: str, body: Body, numbers: dict[int, int], tagged: bool, pad: str, leaf_numbers: list[int]
    ) -> Iterator[str]:
        stays = body.transition.target is None
        to = name if stays and len(leaf_numbers) > 1 else str(body.target)
        region = next(index for index, r in enumerate(self.regions) if r.id == name)
        comment = "stays" if stays else self.leaves[region][body.target]
        yield f"{pad}{name}_to = {to}  # {comment}"
        if tagged:
            yield f"{pad}{name}_by = {numbers[id(body)]}"

    def _comment(self, leaf_numbers: list[int], region: int) -> str:
        return "  # " + ", ".join(self.leaves[region][n] for n in leaf_numbers)

    def _phase(
        self, phase: str, involved: list[int], bodies: dict[int, list[Body]], pad: str, single: bool
    ) -> Iterator[str]:
        regions = reversed(involved) if phase == "exit" else involved
        for index in regions:
            yield from self._calls(phase, index, bodies[index], pad, single)

    def _calls(self, phase: str, region: int, bodies: list[Body], pad: str, single: bool) -> Iterator[str]:
        name = self.regions[region].id
        by_target = _by_target(bodies)
        variants: dict[tuple[str, ...], list[int]] = {}
        for number, body in zip(_numbers(bodies), bodies, strict=True):
            tag = body.target if by_target else number
            tags = variants.setdefault(body.calls[phase], [])
            if tag not in tags:
                tags.append(tag)
        everything = {tag for tags in variants.values() for tag in tags}
        for hooks, tags in variants.items():
            if not hooks:
                continue
            calls = [f"hooks.{hook}()" for hook in hooks]
            if set(tags) == everything and single:
                yield from (f"{pad}{call}" for call in calls)
                continue
            variable = f"{name}_to" if by_target else f"{name}_by"
            condition = f"{variable} >= 0" if set(tags) == everything else _one_of(variable, sorted(tags))
            yield f"{pad}if {condition}:"
            yield from (f"{pad}    {call}" for call in calls)

    # -- guards -----------------------------------------------------------------------------------------------------

    def _guard(self, guard: Guard, names: dict[str, int]) -> str:
        match guard:
            case Ask(name):
                return name if names[name] > 1 else f"hooks.{name}()"
            case In(state):
                return self.is_in(state, lambda region: self.regions[region].id)
            case Not(In(state)):
                return self.is_in(state, lambda region: self.regions[region].id, negated=True)
            case Not(operand):
                inner = self._guard(operand, names)
                return f"not ({inner})" if isinstance(operand, Both) else f"not {inner}"
            case Both(how, operands):
                return f" {how} ".join(
                    f"({self._guard(o, names)})" if isinstance(o, Both) else self._guard(o, names) for o in operands
                )

    def is_in(self, state: str, variable: Callable[[int], str], negated: bool = False) -> str:
        """An expression for whether ``state`` is active; ``variable`` names the integer of a region."""
        region = self.chart.region_of(state)
        below = self.chart.leaves_of(self.chart.by_id[state])
        return _one_of(variable(region), [self.leaves[region].index(leaf) for leaf in below], negated)


def _by_target(bodies: list[Body]) -> bool:
    """Whether the target of a body determines its hooks, so that no body numbers are needed."""
    calls: dict[int, dict[str, tuple[str, ...]]] = {}
    return all(calls.setdefault(body.target, body.calls) == body.calls for body in bodies)


def _numbers(bodies: list[Body]) -> list[int]:
    """A number for each body; bodies with the same hooks share a number."""
    distinct: list[dict[str, tuple[str, ...]]] = []
    for body in bodies:
        if body.calls not in distinct:
            distinct.append(body.calls)
    return [distinct.index(body.calls) for body in bodies]


def _one_of(variable: str, numbers: list[int], negated: bool = False) -> str:
    if len(numbers) == 1:
        return f"{variable} {'!=' if negated else '=='} {numbers[0]}"
    return f"{variable} {'not in' if negated else 'in'} ({', '.join(map(str, numbers))})"


def show_guard(guard: Guard | None) -> str:
    """The guard as text; empty for no guard."""
    return show(guard) if guard is not None else ""

"""Generate the body of an event method: at most one transition for each region, in the phases of a microstep.

The code reads the integers it needs and selects transitions. It then runs the hooks before, on exit and of the
transition, changes the integers, and runs the hooks on entry and after. Regions are compiled separately; their
product is never built.
"""

from collections.abc import Callable, Iterator
from typing import Literal

from attrs import frozen

from statecharts.explore import exits_and_entries, explore
from statecharts.guards import Ask, Both, Guard, In, Not, fold, leaves, show
from statecharts.model import Chart, Transition


@frozen
class Body:
    """A transition as taken from one leaf: the new leaf of its region, and the hooks by phase."""

    leaf: int
    target: int
    transition: Transition
    guard: Guard | None
    """What is left of its guard where the leaf is known."""
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
        self.with_eventless = {move.event for move in explore(chart).moves if len(move.steps) > 1}
        """Events that eventless steps may follow."""

    def step(self, event: str | None, refused: str) -> Iterator[str]:
        """The lines of one microstep; ``refused`` is the statement for the case that nothing is enabled."""
        involved = [index for index in range(len(self.regions)) if self.chart.transitions_for(event, index)]
        bodies = {index: self._bodies(event, index) for index in involved}
        needed = set(involved) | {
            self.chart.region_of(leaf.state)
            for group in bodies.values()
            for body in group
            for leaf in leaves(body.guard)
            if isinstance(leaf, In)
        }
        touched = set(involved)
        if event in self.with_eventless:
            touched |= {self.chart.region_of(t.source) for t in self.chart.transitions_for(None)}
        calls_something = self.calls_something(event)
        names = _guard_names(bodies)
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
            if single and _lead_one_way(bodies[index]):
                target = bodies[index][0].target
                yield f"{pad}self.{slot} = {target}  # {self.leaves[index][target]}"
            elif single:
                yield f"{pad}self.{slot} = {name}_to"
            else:
                yield f"{pad}if {name}_to >= 0:"
                yield f"{pad}    self.{slot} = {name}_to"
        for phase in PHASES_AFTER:
            yield from self._phase(phase, involved, bodies, pad, single)
        if event in self.with_eventless:
            yield f"{pad}while self._take_eventless({', '.join(name for name, _ in self.chart.data)}):"
            yield f"{pad}    continue"
        if guarded:
            before = [
                f"{self.slots[index]}={self.regions[index].id}"
                for index in sorted(touched)
                if event in self.with_eventless or any(b.transition.target is not None for b in bodies.get(index, []))
            ]
            yield "        except BaseException:"
            yield f"            self._failed({', '.join(before)})"
            yield "            raise"

    def calls_something(self, event: str | None) -> bool:
        """Whether a hook can run, so that the step must handle exceptions and nested events."""
        if event in self.with_eventless:
            return True
        involved = (index for index in range(len(self.regions)) if self.chart.transitions_for(event, index))
        return any(hooks for i in involved for body in self._bodies(event, i) for hooks in body.calls.values())

    def _bodies(self, event: str | None, region: int) -> list[Body]:
        found: list[Body] = []
        for number, leaf in enumerate(self.leaves[region]):
            for t, guard in self._candidates(event, leaf):
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
                found.append(Body(number, target, t, guard, calls))
        return found

    def _candidates(self, event: str | None, leaf: str) -> Iterator[tuple[Transition, Guard | None]]:
        """Transitions to try from a leaf, innermost first, each with what is left of its guard.

        Nothing comes after one that is always taken, and none that never is.
        """
        active = frozenset((leaf, *self.chart.ancestors(leaf)))
        region = self.chart.region_of(leaf)

        def known(asked: In) -> bool | None:
            return asked.state in active if self.chart.region_of(asked.state) == region else None

        for state in (leaf, *self.chart.ancestors(leaf)):
            for t in self.chart.transitions:
                if t.source == state and t.event == event:
                    guard = fold(t.guard, known)
                    if not isinstance(guard, bool):
                        yield t, guard
                    elif guard:
                        yield t, None
                        return

    def _selection(
        self, event: str | None, region: int, bodies: list[Body], names: dict[str, int], refused: str | None
    ) -> Iterator[str]:
        """Lines that store the target in ``<region>_to`` and, if needed, the body's number in ``<region>_by``."""
        name = self.regions[region].id
        tagged = _told_by(bodies) == "number"
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
                    show_guard(b.guard),
                )
                for b in group
            )
            groups.setdefault(key, []).append(leaf)
        if refused is not None and _lead_one_way(bodies):
            yield from self._one_way(event, region, bodies, refused)
            return
        branches: list[tuple[list[int], str, list[str]]] = []
        for leaf_numbers in groups.values():
            group = by_leaf[leaf_numbers[0]]
            lone = group[0]
            if len(group) == 1 and lone.guard is not None:
                guard = self._guard(lone.guard, names)
                if isinstance(lone.guard, Both) and lone.guard.how == "or":
                    guard = f"({guard})"
                branches.append((leaf_numbers, guard, self._choice(name, lone, numbers, tagged, 0, leaf_numbers)))
                continue
            lines: list[str] = []
            inner = "if"
            for body in group:
                if body.guard is not None:
                    lines.append(f"{inner} {self._guard(body.guard, names)}:")
                elif inner == "elif":
                    lines.append("else:")
                depth = 0 if body is lone and body.guard is None else 1
                lines += self._choice(name, body, numbers, tagged, depth, leaf_numbers)
                inner = "elif" if body.guard is not None else ""
            if inner == "elif" and refused is not None:
                lines += ["else:", f"    {refused}"]
            branches.append((leaf_numbers, "", lines))
        silent = [n for n, leaf in enumerate(self.leaves[region]) if n not in by_leaf and self.is_ignored(event, leaf)]
        if refused is not None and silent:
            branches.append((silent, "", ["return False"]))
        covered = {number for leaf_numbers, _, _ in branches for number in leaf_numbers}
        whole = len(covered) == len(self.leaves[region]) and not any(guard for _, guard, _ in branches)
        if refused is not None and whole and len(branches) > 1:  # the longest list of leaves need not be spelt
            branches.sort(key=lambda branch: len(branch[0]))
        word = "if"
        for number, (leaf_numbers, guard, lines) in enumerate(branches):
            condition = _one_of(name, leaf_numbers) + (f" and {guard}" if guard else "")
            is_rest = refused is not None and whole and number == len(branches) - 1 and word == "elif"
            yield f"        {'else' if is_rest else f'{word} {condition}'}:{self._comment(leaf_numbers, region)}"
            yield from (f"            {line}" for line in lines)
            word = "elif"
        if refused is not None and not (whole and len(branches) > 1):
            yield "        else:"
            yield f"            {refused}"

    def _one_way(self, event: str | None, region: int, bodies: list[Body], refused: str) -> Iterator[str]:
        """Lines for an event whose transitions all do the same: only refusals need a check."""
        name = self.regions[region].id
        taken = sorted({body.leaf for body in bodies})
        others = [n for n in range(len(self.leaves[region])) if n not in taken]
        silent = [n for n in others if self.is_ignored(event, self.leaves[region][n])]
        refusing = [n for n in others if n not in silent]
        if silent:
            yield f"        if {_one_of(name, silent)}:{self._comment(silent, region)}"
            yield "            return False"
        if refusing and len(refusing) < len(taken):
            yield f"        if {_one_of(name, refusing)}:{self._comment(refusing, region)}"
            yield f"            {refused}"
        elif refusing:
            yield f"        if {_one_of(name, taken, negated=True)}:{self._comment(taken, region)}"
            yield f"            {refused}"

    def is_ignored(self, event: str | None, leaf: str) -> bool:
        """Whether the event is declared as ignored in a leaf."""
        return event is not None and self.chart.is_ignored(event, frozenset(self.chart.path(leaf)))

    def _choice(
        self, name: str, body: Body, numbers: dict[int, int], tagged: bool, depth: int, leaf_numbers: list[int]
    ) -> list[str]:
        stays = body.transition.target is None
        to = name if stays and len(leaf_numbers) > 1 else str(body.target)
        region = next(index for index, r in enumerate(self.regions) if r.id == name)
        comment = "stays" if stays else self.leaves[region][body.target]
        pad = "    " * depth
        lines = [f"{pad}{name}_to = {to}  # {comment}"]
        if tagged:
            lines.append(f"{pad}{name}_by = {numbers[id(body)]}")
        return lines

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
        told_by = _told_by(bodies)
        variants: dict[tuple[str, ...], list[int]] = {}
        for number, body in zip(_numbers(bodies), bodies, strict=True):
            tag = {"target": body.target, "leaf": body.leaf, "number": number}[told_by]
            tags = variants.setdefault(body.calls[phase], [])
            if tag not in tags:
                tags.append(tag)
        everything = {tag for tags in variants.values() for tag in tags}
        for hooks, tags in variants.items():
            if not hooks:
                continue
            calls = [f"hooks.{hook}({', '.join(self.chart.taken_by(hook))})" for hook in hooks]
            if set(tags) == everything and single:
                yield from (f"{pad}{call}" for call in calls)
                continue
            variable = {"target": f"{name}_to", "leaf": name, "number": f"{name}_by"}[told_by]
            rest = sorted(everything - set(tags))
            condition = _one_of(variable, rest, negated=True) if 0 < len(rest) < len(tags) and single else ""
            condition = condition or _one_of(variable, sorted(tags))
            if not single and (told_by == "leaf" or not rest):
                condition = f"{name}_to >= 0" + (f" and {condition}" if rest else "")
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


def _guard_names(bodies: dict[int, list[Body]]) -> dict[str, int]:
    """Guards that are asked by name, and in how many transitions each stands."""
    counts: dict[str, int] = {}
    seen: set[tuple[int, str]] = set()
    for group in bodies.values():
        for body in group:
            for leaf in leaves(body.guard):
                if isinstance(leaf, Ask) and (id(body.transition), leaf.name) not in seen:
                    seen.add((id(body.transition), leaf.name))
                    counts[leaf.name] = counts.get(leaf.name, 0) + 1
    return counts


def _told_by(bodies: list[Body]) -> Literal["target", "leaf", "number"]:
    """What determines the hooks of a body: the leaf it leads to, the leaf it comes from, or else its number."""
    for told_by in ("target", "leaf"):
        calls: dict[int, dict[str, tuple[str, ...]]] = {}
        if all(calls.setdefault(getattr(body, told_by), body.calls) == body.calls for body in bodies):
            return told_by
    return "number"


def _lead_one_way(bodies: list[Body]) -> bool:
    """Whether every transition is free, and all lead to the same leaf, or all stay and call the same."""
    if any(body.guard is not None for body in bodies):
        return False
    if all(body.transition.target is None for body in bodies):
        return all(body.calls == bodies[0].calls for body in bodies)
    return all(body.transition.target is not None and body.target == bodies[0].target for body in bodies)


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

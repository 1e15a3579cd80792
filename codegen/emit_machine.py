"""A chart model as a Python class: one integer a region, one method an event.

Regions are compiled side by side, never multiplied. A method reads the integers it needs, selects at most one
transition a region, and then runs the phases of an SCXML microstep: before, exit, transition content, the change of
the integers, entry, after.
"""

from collections.abc import Callable, Iterator

from attrs import frozen

from codegen.text import BANNER, camel_case, docstring, tuple_of
from statecharts.explore import exits_and_entries, explore
from statecharts.guards import Ask, Both, Guard, In, Not, leaves, show
from statecharts.model import Chart, Transition


@frozen
class Body:
    """A transition as taken from one leaf: where its region ends up and what it calls, by phase."""

    leaf: int
    target: int
    transition: Transition
    calls: dict[str, tuple[str, ...]]
    """phase -> hooks."""


PHASES_BEFORE = ("before", "exit", "on")
PHASES_AFTER = ("enter", "after")


def emit_machine(chart: Chart) -> str:
    """The module text of a chart's machine (unformatted)."""
    return _Emitter(chart).module()


class _Emitter:
    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.regions = chart.regions
        self.slots = tuple(f"_{region.id}" for region in self.regions)
        self.leaves = tuple(chart.leaves_of(region) for region in self.regions)
        self.settles = {move.event for move in explore(chart).moves if len(move.steps) > 1}
        self.title = camel_case(chart.name)

    # -- the module -------------------------------------------------------------------------------------------------

    def module(self) -> str:
        chart = self.chart
        lines = [
            BANNER.format(what=f"chart {chart.title}", source=f"{chart.module.replace('.', '/')}.py"),
            docstring(f"The chart ``{chart.name}``, compiled: {_first_line(chart.doc)}"),
            "",
            "from typing import ClassVar, Literal, Protocol",
            "",
            "from ocpp16sm.machine import Machine",
            "",
        ]
        for region, names in zip(self.regions, self.leaves, strict=True):
            lines.append(f"{camel_case(region.id)}Leaf = Literal[{', '.join(map(repr, names))}]")
        lines.append("")
        for region, names in zip(self.regions, self.leaves, strict=True):
            kind = f"{camel_case(region.id)}Leaf"
            lines.append(f"_{region.id.upper()}: tuple[{kind}, ...] = {tuple_of(map(repr, names))}")
        lines += ["", *self._hooks_protocol(), "", *self._class()]
        return "\n".join(lines) + "\n"

    def _hooks_protocol(self) -> Iterator[str]:
        yield f"class {self.title}Hooks(Protocol):"
        yield f'    """What the chart ``{self.chart.name}`` calls (hooks) and asks (guards)."""'
        for hook in self.chart.hooks:
            yield ""
            yield f"    def {hook}(self) -> None:"
            yield docstring(f"Hook: {'; '.join(self._callers(hook))}.", indent=2)
        for guard in self.chart.guards:
            events = dict.fromkeys(str(t.event) for t in self.chart.transitions if _asks(t.guard, guard))
            yield ""
            yield f"    def {guard}(self) -> bool:"
            yield docstring(f"Guard, changes nothing: event {', '.join(events)}.", indent=2)

    def _callers(self, hook: str) -> Iterator[str]:
        states = self.chart.states
        if entered := [state.id for state in states if hook in state.enter]:
            yield f"entry to {', '.join(entered)}"
        if left := [state.id for state in states if hook in state.exit]:
            yield f"exit from {', '.join(left)}"
        if events := dict.fromkeys(str(t.event) for t in self.chart.transitions if hook in t.hooks):
            yield f"event {', '.join(events)}"

    def _class(self) -> Iterator[str]:
        chart = self.chart
        yield f"class {self.title}Machine(Machine):"
        yield docstring(chart.doc, indent=1)
        yield ""
        yield f"    __slots__ = {tuple_of(map(repr, sorted(self.slots)))}"
        yield ""
        yield f"    name: ClassVar[str] = {chart.name!r}"
        yield f"    events: ClassVar[tuple[str, ...]] = {tuple_of(map(repr, chart.events))}"
        yield f"    _regions: ClassVar[tuple[str, ...]] = {tuple_of(map(repr, self.slots))}"
        constants = tuple_of(f"_{region.id.upper()}" for region in self.regions)
        yield f"    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = {constants}"
        yield "    _ignored: ClassVar[dict[str, frozenset[str]]] = {"
        for event in chart.events:
            ignoring = [leaf for names in self.leaves for leaf in names if self._is_ignored(event, leaf)]
            inner = "{" + ", ".join(map(repr, ignoring)) + "}" if ignoring else ""
            yield f"        {event!r}: frozenset({inner}),"
        yield "    }"
        yield ""
        yield f"    _hooks: {self.title}Hooks"
        for slot in self.slots:
            yield f"    {slot}: int"
        yield ""
        yield f"    def __init__(self, hooks: {self.title}Hooks) -> None:"
        yield "        self._hooks = hooks"
        yield "        self._busy = False"
        yield "        self._queue = None"
        initial = chart.initial_configuration
        for slot, names, leaf in zip(self.slots, self.leaves, initial, strict=True):
            yield f"        self.{slot} = {names.index(leaf)}  # {leaf}"
        for index, region in enumerate(self.regions):
            kind = f"{camel_case(region.id)}Leaf"
            yield ""
            yield "    @property"
            yield f"    def {region.id}(self) -> {kind}:"
            yield f'        """The active leaf of region ``{region.id}``."""'
            yield f"        return _{region.id.upper()}[self.{self.slots[index]}]"
        if chart.overlays:
            yield from self._status()
        if chart.transitions_for(None):
            yield from self._settle()
        for event in chart.events:
            yield from self._event(event)

    def _status(self) -> Iterator[str]:
        yield ""
        yield "    @property"
        yield "    def status(self) -> str:"
        words = ", else ".join(f"{o.status} in {o.state}" for o in self.chart.overlays)
        yield f'        """The derived status: {words}, else the leaf of {self.regions[0].id}."""'
        for overlay in self.chart.overlays:
            yield f"        if {self._is_in(overlay.state, lambda r: f'self.{self.slots[r]}')}:"
            yield f"            return {overlay.status!r}"
        yield f"        return _{self.regions[0].id.upper()}[self.{self.slots[0]}]"

    # -- one event --------------------------------------------------------------------------------------------------

    def _event(self, event: str) -> Iterator[str]:
        yield ""
        yield f"    def {event}(self) -> bool:"
        yield docstring(self._event_doc(event), indent=2)
        yield "        if self._busy:"
        yield f"            return self._later({self.title}Machine.{event})"
        yield from self._step(event, refused=f"return self._refused({event!r})")
        if self._calls_something(event):
            yield "        self._busy = False"
            yield "        if self._queue is not None:"
            yield "            self._drain()"
        yield "        return True"

    def _settle(self) -> Iterator[str]:
        yield ""
        yield "    def _settle(self) -> bool:"
        yield docstring(
            "One eventless step, if any is enabled. That they end is proven when this file is generated.", indent=2
        )
        yield from self._step(None, refused="return False")
        yield "        return True"

    def _event_doc(self, event: str) -> str:
        rows = []
        for t in self.chart.transitions_for(event):
            to = t.target or "(stays)"
            guard = f" [{_show(t.guard)}]" if t.guard is not None else ""
            clause = f"  ({t.clause})" if t.clause else ""
            rows.append(f"* {t.source} -> {to}{guard}{clause}")
        ignoring = [state for name, state in self.chart.ignored if name == event]
        tail = f"\n\nLegal without effect in {', '.join(ignoring)}." if ignoring else ""
        return f"Event ``{event}``.\n\n" + "\n".join(rows) + tail

    def _step(self, event: str | None, refused: str) -> Iterator[str]:
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
        calls_something = self._calls_something(event)
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

    def _calls_something(self, event: str | None) -> bool:
        """Whether a hook can run: then the step must be guarded against what it raises or fires."""
        if event in self.settles:
            return True
        involved = (index for index in range(len(self.regions)) if self.chart.transitions_for(event, index))
        return any(hooks for i in involved for body in self._bodies(event, i) for hooks in body.calls.values())

    def _guard_names(self, event: str | None) -> dict[str, int]:
        """Named guards of an event and in how many transitions each stands."""
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
        """Transitions to try from a leaf, innermost first; nothing after one without guard."""
        for state in (leaf, *self.chart.ancestors(leaf)):
            for t in self.chart.transitions:
                if t.source == state and t.event == event:
                    yield t
                    if t.guard is None:
                        return

    def _selection(
        self, event: str | None, region: int, bodies: list[Body], names: dict[str, int], refused: str | None
    ) -> Iterator[str]:
        """Lines that leave the target in ``<region>_to`` and, where it matters, the body in ``<region>_by``."""
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
                (numbers[id(b)] if tagged else 0, b.target if b.transition.target else -2, _show(b.transition.guard))
                for b in group
            )
            groups.setdefault(key, []).append(leaf)
        stays = not tagged and all(b.transition.target is None and b.transition.guard is None for b in bodies)
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
        silent = [n for n, leaf in enumerate(self.leaves[region]) if n not in by_leaf and self._is_ignored(event, leaf)]
        if refused is not None and silent:
            yield f"        elif {_one_of(name, silent)}:{self._comment(silent, region)}"
            yield "            return False"
        if refused is not None:
            yield "        else:"
            yield f"            {refused}"

    def _staying(self, event: str | None, name: str, region: int, taken: list[int], refused: str) -> Iterator[str]:
        """Every transition of the event is targetless and free: nothing to choose, only somewhere to refuse."""
        others = [n for n in range(len(self.leaves[region])) if n not in taken]
        silent = [n for n in others if self._is_ignored(event, self.leaves[region][n])]
        if silent:
            yield f"        if {_one_of(name, silent)}:{self._comment(silent, region)}"
            yield "            return False"
        if len(others) > len(silent):
            yield f"        if {_one_of(name, taken, negated=True)}:{self._comment(taken, region)}"
            yield f"            {refused}"

    def _is_ignored(self, event: str | None, leaf: str) -> bool:
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
                return self._is_in(state, lambda region: self.regions[region].id)
            case Not(In(state)):
                return self._is_in(state, lambda region: self.regions[region].id, negated=True)
            case Not(operand):
                inner = self._guard(operand, names)
                return f"not ({inner})" if isinstance(operand, Both) else f"not {inner}"
            case Both(how, operands):
                return f" {how} ".join(
                    f"({self._guard(o, names)})" if isinstance(o, Both) else self._guard(o, names) for o in operands
                )

    def _is_in(self, state: str, variable: Callable[[int], str], negated: bool = False) -> str:
        region = self.chart.region_of(state)
        below = self.chart.leaves_of(self.chart.by_id[state])
        return _one_of(variable(region), [self.leaves[region].index(leaf) for leaf in below], negated)


def _by_target(bodies: list[Body]) -> bool:
    """Whether what a body calls follows from where its region ends up (then no body number is needed)."""
    calls: dict[int, dict[str, tuple[str, ...]]] = {}
    return all(calls.setdefault(body.target, body.calls) == body.calls for body in bodies)


def _numbers(bodies: list[Body]) -> list[int]:
    """A number for each body, the same for bodies that call the same."""
    distinct: list[dict[str, tuple[str, ...]]] = []
    for body in bodies:
        if body.calls not in distinct:
            distinct.append(body.calls)
    return [distinct.index(body.calls) for body in bodies]


def _one_of(variable: str, numbers: list[int], negated: bool = False) -> str:
    if len(numbers) == 1:
        return f"{variable} {'!=' if negated else '=='} {numbers[0]}"
    return f"{variable} {'not in' if negated else 'in'} ({', '.join(map(str, numbers))})"


def _asks(guard: Guard | None, name: str) -> bool:
    return any(isinstance(leaf, Ask) and leaf.name == name for leaf in leaves(guard))


def _show(guard: Guard | None) -> str:
    return show(guard) if guard is not None else ""


def _first_line(doc: str) -> str:
    return doc.splitlines()[0] if doc else "a statechart."

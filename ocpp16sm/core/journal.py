"""All or nothing: what a step changes is remembered, and put back if the step fails.

Mutable state lives in components. A component says ``self.touch()`` before its first change in a step; the journal
then keeps what it looked like. Values inside are frozen or replaced whole, so a shallow copy is enough.
"""

from typing import Any, ClassVar


class Journal:
    """The components touched by the step that is running, with their looks before it."""

    __slots__ = ("_before",)

    def __init__(self) -> None:
        self._before: dict[Component, Any] = {}

    def keep(self, component: "Component") -> None:
        """Remember a component's looks, once a step."""
        if component not in self._before:
            self._before[component] = component.look()

    def settle(self) -> None:
        """The step succeeded: let each component that was touched draw its conclusions (which may touch others)."""
        settled: set[Component] = set()
        while open_ones := [component for component in self._before if component not in settled]:
            for component in open_ones:
                settled.add(component)
                component.settle(self._before[component])

    def touched(self) -> "list[tuple[Component, Any]]":
        """The components touched in this step, with their looks before it."""
        return list(self._before.items())

    def commit(self) -> None:
        """Nothing will be put back any more."""
        self._before.clear()

    def roll_back(self) -> None:
        """The step failed: everything looks as before it."""
        for component, look in self._before.items():
            component.put_back(look)
        self._before.clear()


class Component:
    """Something with mutable state. Its identity is that of the object."""

    __slots__ = ("_journal",)

    STATE: ClassVar[tuple[str, ...]] = ()
    """Attributes that change. Lists, dicts and sets among them are copied; anything else is taken as immutable."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def touch(self) -> None:
        """To be called before any change."""
        self._journal.keep(self)

    def look(self) -> Any:
        """Everything that a failed step must put back."""
        return [
            value.copy() if isinstance(value := getattr(self, name), (list, dict, set)) else value
            for name in self.STATE
        ]

    def settle(self, before: Any) -> None:
        """A step has changed this component, which looked like ``before``; called once, after everything else."""

    def put_back(self, look: Any) -> None:
        """Take a former look."""
        for name, value in zip(self.STATE, look, strict=True):
            setattr(self, name, value)


class Charted(Component):
    """A component whose state includes the configuration of a chart."""

    __slots__ = ("machine",)

    machine: Any
    """The compiled (or interpreted) chart; its hooks are methods of the component."""

    def look(self) -> Any:
        """The state, and the chart's configuration."""
        return super().look(), self.machine.snapshot()

    def put_back(self, look: Any) -> None:
        """Take a former look."""
        super().put_back(look[0])
        self.machine.restore(look[1])

    @property
    def label(self) -> str:
        """Whose chart it is, for people."""
        return ""

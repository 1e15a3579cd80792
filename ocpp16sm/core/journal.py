"""All or nothing: what a step changes is remembered, and put back if the step fails.

Mutable state lives in components. A component says ``self.touch()`` before its first change in a step; the journal
then keeps what it looked like. Values inside are frozen or replaced whole, so remembering them is enough; the few
collections that are changed where they are (``IN_PLACE``) are copied.
"""

from operator import attrgetter
from typing import Any, ClassVar


class Journal:
    """The components touched by the step that is running, with their looks before it."""

    __slots__ = ("_before", "_unsettled")

    def __init__(self) -> None:
        self._before: dict[Component, Any] = {}
        self._unsettled: list[Component] = []
        """Those among them that draw conclusions."""

    def settle(self) -> None:
        """The step succeeded: let each component that was touched draw its conclusions (which may touch others)."""
        for component in self._unsettled:  # it grows meanwhile
            component.settle(self._before[component])

    def touched(self) -> "list[tuple[Component, Any]]":
        """The components touched in this step, with their looks before it."""
        return list(self._before.items())

    def commit(self) -> None:
        """Nothing will be put back any more."""
        if self._before:
            self._before.clear()
            self._unsettled.clear()

    def roll_back(self) -> None:
        """The step failed: everything looks as before it."""
        for component, look in self._before.items():
            component.put_back(look)
        self.commit()


class Component:
    """Something with mutable state. Its identity is that of the object."""

    __slots__ = ("_journal",)

    STATE: ClassVar[tuple[str, ...]] = ()
    """Attributes that change."""
    IN_PLACE: ClassVar[tuple[str, ...]] = ()
    """Those of them that hold a list, dict or set which itself changes: it is copied. All else is replaced whole."""
    CONCLUDES: ClassVar[bool] = False
    """Whether it has a :meth:`settle` of its own."""
    _state: ClassVar[Any]
    """Takes a component, gives the values of its STATE; ``attrgetter`` does that in one call."""
    _copied: ClassVar[tuple[tuple[int, str], ...]]

    def __init_subclass__(cls) -> None:
        """Prepare what :meth:`look` does in every step."""
        super().__init_subclass__()
        cls.CONCLUDES = cls.settle is not Component.settle
        cls._copied = tuple((cls.STATE.index(name), name) for name in cls.IN_PLACE)
        if len(cls.STATE) > 1:
            cls._state = attrgetter(*cls.STATE)
        else:
            cls._state = staticmethod(lambda self: tuple(getattr(self, name) for name in self.STATE))

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def touch(self) -> None:
        """To be called before any change."""
        journal = self._journal
        before = journal._before
        if self not in before:
            before[self] = self.look()
            if self.CONCLUDES:
                journal._unsettled.append(self)

    def look(self) -> Any:
        """Everything that a failed step must put back."""
        state = self._state(self)
        if not self._copied:
            return state
        look = list(state)
        for index, _name in self._copied:
            look[index] = look[index].copy()
        return look

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
        state = super().look() if self._copied else self._state(self)
        return state, self.machine.snapshot()

    def put_back(self, look: Any) -> None:
        """Take a former look."""
        super().put_back(look[0])
        self.machine.restore(look[1])

    @property
    def label(self) -> str:
        """Whose chart it is, for people."""
        return ""

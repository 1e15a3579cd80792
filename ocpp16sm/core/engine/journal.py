"""All or nothing: what a step changes is remembered, and put back if the step fails.

Mutable state lives in components. A component says ``self.touch()`` before its first change in a step; the journal
then keeps what it looked like. Values inside are frozen or replaced whole, so remembering them is enough; the few
collections that are changed where they are (``IN_PLACE``) are copied.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from ocpp16sm.generated.chart_events import Delivery, Features


class Journal:
    """The components touched by the step that is running, with their looks before it."""

    __slots__ = ("_before", "_posted", "_to_conclude", "restless")

    def __init__(self) -> None:
        self._before: dict[Component, Any] = {}
        self._to_conclude: list[Component] = []
        """Those among them that draw conclusions."""
        self._posted: list[Delivery] = []
        self.restless: set[Component] = set()
        """Those that may have something to do after this step: they are restless, or it has touched them."""

    def watch(self, component: "Component") -> None:
        """It has been touched for the first time in this step, and not only its state matters."""
        if component.CONCLUDES:
            self._to_conclude.append(component)
        if component.PROGRESSES:
            self.restless.add(component)

    def post(self, delivery: Delivery) -> None:
        """Deliver an event from one chart to another when the present step of the sender has ended."""
        self._posted.append(delivery)

    def deliver(self, features: Features) -> None:
        """Deliver the events that charts have sent each other, and those that are sent for them."""
        for delivery in self._posted:  # it grows meanwhile
            delivery(features)
        self._posted.clear()

    def calm(self) -> None:
        """All that may have had something to do have done it: keep in mind only those that may have more."""
        self.restless = {component for component in self.restless if component.restless}

    def conclude(self) -> None:
        """The step succeeded: let each component that was touched draw its conclusions (which may touch others)."""
        for component in self._to_conclude:  # it grows meanwhile
            component.conclude(self._before[component])

    def touched(self) -> "list[tuple[Component, Any]]":
        """The components touched in this step, with their looks before it."""
        return list(self._before.items())

    def commit(self) -> None:
        """Nothing will be put back any more."""
        if self._before:
            self._before.clear()
            self._to_conclude.clear()

    def roll_back(self) -> None:
        """The step failed: everything looks as before it."""
        for component, look in self._before.items():
            component.put_back(look)
            if component.PROGRESSES:
                self.restless.add(component)
        self._posted.clear()
        self.commit()


_TOUCH = """
def touch(self):
    before = self._journal._before
    if self not in before:
        before[self] = {look}
"""
_WATCH = "        self._journal.watch(self)"


def _written(cls: "type[Component]") -> Callable[["Component"], None]:
    """The method touch of a class, as if somebody had typed it: it is called a dozen times for every request."""
    state = "".join(f"self.{name}.copy(), " if name in cls.IN_PLACE else f"self.{name}, " for name in cls.STATE)
    text = _TOUCH.format(look=cls.KEPT.format(state=f"({state})"))
    written: dict[str, Any] = {}
    exec(text + _WATCH if cls.CONCLUDES or cls.PROGRESSES else text, written)
    touch: Callable[[Component], None] = written["touch"]
    return touch


class Component:
    """Something with mutable state. Its identity is that of the object."""

    __slots__ = ("_journal",)

    STATE: ClassVar[tuple[str, ...]] = ()
    """Attributes that change."""
    IN_PLACE: ClassVar[tuple[str, ...]] = ()
    """Those of them that hold a list, dict or set which itself changes: it is copied. All else is replaced whole."""
    CONCLUDES: ClassVar[bool] = False
    """Whether it has a :meth:`conclude` of its own."""
    PROGRESSES: ClassVar[bool] = False
    """Whether it has a :attr:`restless` of its own."""
    KEPT: ClassVar[str] = "{state}"
    """What a failed step must put back, as an expression; ``{state}`` stands for the tuple of the values of STATE."""

    def __init_subclass__(cls) -> None:
        """Write :meth:`touch` for the class."""
        super().__init_subclass__()
        cls.CONCLUDES = cls.conclude is not Component.conclude
        cls.PROGRESSES = cls.restless is not Component.restless
        cls.touch = _written(cls)  # type: ignore[assignment,method-assign]  # meant

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def touch(self) -> None:
        """To be called before any change. Each subclass has its own, made of its STATE."""
        raise NotImplementedError

    @property
    def restless(self) -> bool:
        """Whether there may be something for it to do after a step that does not touch it."""
        return False

    def conclude(self, before: Any) -> None:
        """A step has changed this component, which looked like ``before``; called once, after everything else."""

    def put_back(self, look: Any) -> None:
        """Take a former look."""
        for name, value in zip(self.STATE, look, strict=True):
            setattr(self, name, value)


class Charted(Component):
    """A component whose state includes the configuration of a chart."""

    __slots__ = ("machine",)

    KEPT = "{state}, self.machine.snapshot()"

    machine: Any
    """The compiled (or interpreted) chart; its hooks are methods of the component."""

    def fire(self, event: str) -> None:
        """Fire an event of the chart by its name."""
        self.touch()
        self.machine.fire(event)

    def put_back(self, look: Any) -> None:
        """Take a former look."""
        super().put_back(look[0])
        self.machine.restore(look[1])

    @property
    def label(self) -> str:
        """Whose chart it is, for people."""
        return ""

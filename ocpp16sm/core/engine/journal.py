"""All or nothing: the journal remembers what a step changes, and puts it back if the step fails.

Mutable state lives in components. A component calls ``self.touch()`` before its first change in a step, and the
journal then keeps its former state (its "look"). Values in it are frozen or replaced whole, so references are enough;
only the few collections that are changed in place (``IN_PLACE``) are copied.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from ocpp16sm.generated.chart_events import Delivery, Features


class Journal:
    """The components that the running step has touched, each with its look before the step."""

    __slots__ = ("_before", "_posted", "_to_conclude", "may_progress")

    def __init__(self) -> None:
        self._before: dict[Component, Any] = {}
        self._to_conclude: list[Component] = []
        """The touched components that have a :meth:`Component.conclude`."""
        self._posted: list[Delivery] = []
        self.may_progress: set[Component] = set()
        """Components that may have something to do after this step: it has touched them, or they are restless."""

    def watch(self, component: "Component") -> None:
        """Note a component that a step has touched for the first time and that concludes or progresses."""
        if component.CONCLUDES:
            self._to_conclude.append(component)
        if component.PROGRESSES:
            self.may_progress.add(component)

    def post(self, delivery: Delivery) -> None:
        """Deliver an event from one chart to another when the present step of the sender has ended."""
        self._posted.append(delivery)

    def deliver(self, features: Features) -> None:
        """Deliver the events that charts have sent each other, and those that are sent for them."""
        for delivery in self._posted:  # it grows meanwhile
            delivery(features)
        self._posted.clear()

    def forget_idle(self) -> None:
        """Forget the components that have nothing more to do."""
        self.may_progress = {component for component in self.may_progress if component.may_progress}

    def conclude(self) -> None:
        """After a successful step, let each touched component conclude, which may touch further components."""
        for component in self._to_conclude:  # it grows meanwhile
            component.conclude(self._before[component])

    def touched(self) -> "list[tuple[Component, Any]]":
        """The components that this step has touched, each with its look before the step."""
        return list(self._before.items())

    def commit(self) -> None:
        """Keep the changes of the step."""
        if self._before:
            self._before.clear()
            self._to_conclude.clear()

    def roll_back(self) -> None:
        """Undo all changes of the step."""
        for component, look in self._before.items():
            component.put_back(look)
            if component.PROGRESSES:
                self.may_progress.add(component)
        self._posted.clear()
        self.commit()


# Each class gets a `touch` written for it, because a request calls it a dozen times. Without `exec` (closures over
# `operator.attrgetter`, which reads slots more slowly than code that names them) a request takes 5 to 8 % longer.
_TOUCH = """
def touch(self):
    before = self._journal._before
    if self not in before:
        before[self] = {look}
"""
_WATCH = "        self._journal.watch(self)"


def _written(cls: "type[Component]") -> Callable[["Component"], None]:
    state = "".join(f"self.{name}.copy(), " if name in cls.IN_PLACE else f"self.{name}, " for name in cls.STATE)
    text = _TOUCH.format(look=cls.KEPT.format(state=f"({state})"))
    written: dict[str, Any] = {}
    exec(text + _WATCH if cls.CONCLUDES or cls.PROGRESSES else text, written)
    touch: Callable[[Component], None] = written["touch"]
    return touch


class Component:
    """An object with mutable state, compared by identity."""

    __slots__ = ("_journal",)

    STATE: ClassVar[tuple[str, ...]] = ()
    """Names of the attributes that change."""
    IN_PLACE: ClassVar[tuple[str, ...]] = ()
    """Those of them that hold a list, dict or set that is changed in place, and so is copied by :meth:`touch`."""
    CONCLUDES: ClassVar[bool] = False
    """Whether the class overrides :meth:`conclude`."""
    PROGRESSES: ClassVar[bool] = False
    """Whether the class overrides :attr:`may_progress`."""
    KEPT: ClassVar[str] = "{state}"
    """Expression for the look, which a failed step puts back; ``{state}`` stands for the tuple of STATE's values."""

    def __init_subclass__(cls) -> None:
        """Write :meth:`touch` for the class."""
        super().__init_subclass__()
        cls.CONCLUDES = cls.conclude is not Component.conclude
        cls.PROGRESSES = cls.may_progress is not Component.may_progress
        cls.touch = _written(cls)  # type: ignore[assignment,method-assign]  # meant

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def touch(self) -> None:
        """Call this before any change. Each subclass has its own, made from its STATE."""
        raise NotImplementedError

    @property
    def may_progress(self) -> bool:
        """Whether the component may have something to do after a step that does not touch it."""
        return False

    def conclude(self, before: Any) -> None:
        """React to a step that has touched this component; called once, at the end of the step.

        ``before``: the look before the step.
        """

    def put_back(self, look: Any) -> None:
        """Return to a former look."""
        for name, value in zip(self.STATE, look, strict=True):
            setattr(self, name, value)


class ChartComponent(Component):
    """A component whose state includes the configuration of a chart."""

    __slots__ = ("machine",)

    KEPT = "{state}, self.machine.snapshot()"

    machine: Any
    """The compiled (or interpreted) chart; its hooks are methods of the component."""

    def fire(self, event: str, **data: Any) -> None:
        """Fire an event of the chart by its name, with its data."""
        self.touch()
        self.machine.fire(event, **data)

    def put_back(self, look: Any) -> None:
        """Return to a former look."""
        super().put_back(look[0])
        self.machine.restore(look[1])

    @property
    def label(self) -> str:
        """Whose chart it is, as shown to people."""
        return ""

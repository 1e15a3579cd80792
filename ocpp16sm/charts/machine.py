"""What every compiled chart shares: its configuration, its queue of events, and how it refuses one.

A machine is a few slots: the hooks object, one integer a region, and whether a step is running. Generated classes
add one method an event. Creating a machine calls no hook; neither does restoring one.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Self

from ocpp16sm.errors import EventNotAllowedError


class Machine:
    """Base of the generated machines; the part that needs no speed.

    Events run to completion: one that a hook fires while a step is running waits until that step has settled. If a
    hook raises, the configuration is what it was before the event, the events that waited are dropped, and the
    exception goes to whoever fired the event.
    """

    __slots__ = ("_busy", "_hooks", "_queue")

    name: ClassVar[str]
    """The chart's name."""
    events: ClassVar[tuple[str, ...]]
    """Every event the chart knows, each a method of the machine."""
    data: ClassVar[tuple[str, ...]] = ()
    """Names of the data that any event may carry, as keyword arguments of its method."""
    _regions: ClassVar[tuple[str, ...]]
    """Slots of the regions, in document order."""
    _leaves: ClassVar[tuple[tuple[str, ...], ...]]
    """For each region its leaf states; a region's integer is an index into them."""
    _ignored: ClassVar[dict[str, frozenset[str]]]
    """event -> leaves in whose presence it is legal and does nothing."""

    _compounds: ClassVar[dict[str, frozenset[str]]] = {}
    """State with states inside it -> the leaves below it. Regions, which are always active, may be left out."""

    _busy: bool
    _queue: list[Callable[[Any], bool]] | None

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return tuple(leaves[getattr(self, region)] for region, leaves in zip(self._regions, self._leaves, strict=True))

    @property
    def leaves(self) -> tuple[tuple[str, ...], ...]:
        """For each region its leaf states, in document order: what a configuration is made of."""
        return self._leaves

    @property
    def status(self) -> str:
        """The derived status: the leaf of the first region, where no overlay says otherwise."""
        return self.configuration[0]

    def in_state(self, state: str) -> bool:
        """Whether a state is active, as ``In()`` in a guard: a leaf, or a state with active states inside it.

        Raises ``ValueError`` for a state that the chart does not have.
        """
        configuration = self.configuration
        if state in self._compounds:
            return not self._compounds[state].isdisjoint(configuration)
        if state in configuration:
            return True
        if not any(state in leaves for leaves in self._leaves):
            raise ValueError(f"chart {self.name} has no state {state!r}")
        return False

    def name_of(self, snapshot: tuple[int, ...]) -> tuple[str, ...]:
        """The leaves that a :meth:`snapshot` stands for."""
        return tuple(leaves[index] for leaves, index in zip(self._leaves, snapshot, strict=True))

    def snapshot(self) -> tuple[int, ...]:
        """The regions' integers: small, immutable, for :meth:`restore` in the same process."""
        return tuple(getattr(self, region) for region in self._regions)

    def restore(self, configuration: tuple[int, ...] | tuple[str, ...]) -> Self:
        """Take a configuration without calling a hook: a :meth:`snapshot`, or names as stored on disk.

        Raises ``ValueError`` if a name is no leaf of its region; the machine is then unchanged.
        """
        if len(configuration) != len(self._regions):
            raise ValueError(f"{self.name} has {len(self._regions)} regions, {configuration!r} names another number")
        indices = [
            leaves.index(leaf) if isinstance(leaf, str) else leaf
            for leaves, leaf in zip(self._leaves, configuration, strict=True)
        ]
        for region, index in zip(self._regions, indices, strict=True):
            setattr(self, region, index)
        return self

    def fire(self, event: str, **data: Any) -> bool:
        """Fire an event by name, with its data; True if something was enabled, False if it has no effect here.

        Raises :class:`EventNotAllowedError` for an event the chart does not know or does not allow here.
        """
        if event not in self.events:
            raise EventNotAllowedError(self.name, event, self.configuration)
        result: bool = getattr(self, event)(**data)
        return result

    def _later(self, event: Callable[[Any], bool]) -> bool:
        if self._queue is None:
            self._queue = []
        self._queue.append(event)
        return True

    def _drain(self) -> bool:
        queue = self._queue or []
        try:
            while queue:
                queue.pop(0)(self)
        finally:
            self._queue = None
        return True

    def _failed(self, **before: int) -> None:
        for region, index in before.items():
            setattr(self, region, index)
        self._busy = False
        self._queue = None

    def _refused(self, event: str) -> bool:
        configuration = self.configuration
        if event in self._ignored and not self._ignored[event].isdisjoint(configuration):
            return False
        raise EventNotAllowedError(self.name, event, configuration)

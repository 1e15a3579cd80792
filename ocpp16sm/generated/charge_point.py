# Generated from chart ChargePoint by `python -m codegen`. Edit statecharts/ocpp16/charge_point.py instead.

"""The chart ``charge_point``, compiled: Connector 0: its availability
and its health, both independent of those of the connectors.
"""

from functools import partial
from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

AvailabilityLeaf = Literal["Available", "Unavailable"]
HealthLeaf = Literal["Sound", "Faulted"]

_AVAILABILITY: tuple[AvailabilityLeaf, ...] = ("Available", "Unavailable")
_HEALTH: tuple[HealthLeaf, ...] = ("Sound", "Faulted")


class ChargePointHooks(Protocol):
    """The hooks and guards of the chart ``charge_point``."""

    def report_status(self, info: str | None) -> None:
        """Hook: entry to Available, Unavailable, Sound, Faulted."""


class ChargePointMachine(Machine):
    """Connector 0: its availability and its health, both independent of those of the connectors."""

    __slots__ = ("_availability", "_health")

    name: ClassVar[str] = "charge_point"
    events: ClassVar[tuple[str, ...]] = ("disabled", "enabled", "fault_raised", "fault_cleared")
    data: ClassVar[tuple[str, ...]] = ("info",)
    _regions: ClassVar[tuple[str, ...]] = ("_availability", "_health")
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_AVAILABILITY, _HEALTH)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "disabled": frozenset({"Unavailable"}),
        "enabled": frozenset({"Available"}),
        "fault_raised": frozenset({"Faulted"}),
        "fault_cleared": frozenset({"Sound"}),
    }

    _hooks: ChargePointHooks
    _availability: int
    _health: int

    def __init__(self, hooks: ChargePointHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._availability = 0  # Available
        self._health = 0  # Sound

    @property
    def availability(self) -> AvailabilityLeaf:
        """The active leaf of region ``availability``."""
        return _AVAILABILITY[self._availability]

    @property
    def health(self) -> HealthLeaf:
        """The active leaf of region ``health``."""
        return _HEALTH[self._health]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_AVAILABILITY[self._availability], _HEALTH[self._health])

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._availability, self._health)

    @property
    def status(self) -> str:
        """The derived status: Faulted in Faulted, otherwise the leaf of availability."""
        if self._health == 1:
            return "Faulted"
        return _AVAILABILITY[self._availability]

    def disabled(self, info: str | None = None) -> bool:
        """Event ``disabled``.

        * Available -> Unavailable  (A8)

        Ignored in Unavailable.
        """
        if self._busy:
            return self._later(partial(ChargePointMachine.disabled, info=info))
        hooks = self._hooks
        availability = self._availability
        if availability == 1:  # Unavailable
            return False
        self._busy = True
        try:
            self._availability = 1  # Unavailable
            hooks.report_status(info)
        except BaseException:
            self._failed(_availability=availability)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def enabled(self, info: str | None = None) -> bool:
        """Event ``enabled``.

        * Unavailable -> Available  (H1)

        Ignored in Available.
        """
        if self._busy:
            return self._later(partial(ChargePointMachine.enabled, info=info))
        hooks = self._hooks
        availability = self._availability
        if availability == 0:  # Available
            return False
        self._busy = True
        try:
            self._availability = 0  # Available
            hooks.report_status(info)
        except BaseException:
            self._failed(_availability=availability)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def fault_raised(self, info: str | None = None) -> bool:
        """Event ``fault_raised``.

        * Sound -> Faulted  (A9 H9)

        Ignored in Faulted.
        """
        if self._busy:
            return self._later(partial(ChargePointMachine.fault_raised, info=info))
        hooks = self._hooks
        health = self._health
        if health == 1:  # Faulted
            return False
        self._busy = True
        try:
            self._health = 1  # Faulted
            hooks.report_status(info)
        except BaseException:
            self._failed(_health=health)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def fault_cleared(self, info: str | None = None) -> bool:
        """Event ``fault_cleared``.

        * Faulted -> Sound  (I1 I8)

        Ignored in Sound.
        """
        if self._busy:
            return self._later(partial(ChargePointMachine.fault_cleared, info=info))
        hooks = self._hooks
        health = self._health
        if health == 0:  # Sound
            return False
        self._busy = True
        try:
            self._health = 0  # Sound
            hooks.report_status(info)
        except BaseException:
            self._failed(_health=health)
            raise
        self._busy = False
        return self._queue is None or self._drain()

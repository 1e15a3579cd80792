# Generated from chart SessionPrice by `python -m codegen`. Edit statecharts/ocpp16/session_price.py instead.

"""The chart ``session_price``, compiled: The price of a session:
the last cost received, and how far the session has ended.
"""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

CostLeaf = Literal["Untold", "Charging", "Idle", "Final"]
UseLeaf = Literal["Running", "Unplugged", "StillConnected", "Over", "Forgotten"]

_COST: tuple[CostLeaf, ...] = ("Untold", "Charging", "Idle", "Final")
_USE: tuple[UseLeaf, ...] = ("Running", "Unplugged", "StillConnected", "Over", "Forgotten")


class SessionPriceHooks(Protocol):
    """The hooks and guards of the chart ``session_price``."""

    def drop_triggers(self) -> None:
        """Hook: entry to Over."""

    def forget_price(self) -> None:
        """Hook: entry to Forgotten."""

    def announce_unplugged(self) -> None:
        """Hook: event transaction_stopped, unplugged."""

    def idle_fee_applies(self) -> bool:
        """Guard (must not change anything): event transaction_stopped."""


class SessionPriceMachine(Machine):
    """The price of a session: the last cost received, and how far the session has ended.

    A final cost that arrives after the session still belongs to it, so the price is kept until it is superseded.
    """

    __slots__ = ("_cost", "_use")

    name: ClassVar[str] = "session_price"
    events: ClassVar[tuple[str, ...]] = (
        "charging_told",
        "idle_told",
        "final_told",
        "transaction_stopped",
        "unplugged",
        "superseded",
    )
    _regions: ClassVar[tuple[str, ...]] = ("_cost", "_use")
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_COST, _USE)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "charging_told": frozenset({"Charging"}),
        "idle_told": frozenset({"Idle"}),
        "final_told": frozenset({"Final"}),
        "transaction_stopped": frozenset({"StillConnected", "Over"}),
        "unplugged": frozenset({"Unplugged", "Over"}),
        "superseded": frozenset({"Running", "Unplugged", "StillConnected"}),
    }
    _compounds: ClassVar[dict[str, frozenset[str]]] = {
        "going_on": frozenset({"Running", "Unplugged", "StillConnected"}),
    }

    _hooks: SessionPriceHooks
    _cost: int
    _use: int

    def __init__(self, hooks: SessionPriceHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._cost = 0  # Untold
        self._use = 0  # Running

    @property
    def cost(self) -> CostLeaf:
        """The active leaf of region ``cost``."""
        return _COST[self._cost]

    @property
    def use(self) -> UseLeaf:
        """The active leaf of region ``use``."""
        return _USE[self._use]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_COST[self._cost], _USE[self._use])

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._cost, self._use)

    def charging_told(self) -> bool:
        """Event ``charging_told``.

        * Untold -> Charging
        * Idle -> Charging
        * Final -> Charging

        Ignored in Charging.
        """
        if self._busy:
            return self._later(SessionPriceMachine.charging_told)
        cost = self._cost
        if cost == 1:  # Charging
            return False
        self._cost = 1  # Charging
        return True

    def idle_told(self) -> bool:
        """Event ``idle_told``.

        * Untold -> Idle
        * Charging -> Idle
        * Final -> Idle

        Ignored in Idle.
        """
        if self._busy:
            return self._later(SessionPriceMachine.idle_told)
        cost = self._cost
        if cost == 2:  # Idle
            return False
        self._cost = 2  # Idle
        return True

    def final_told(self) -> bool:
        """Event ``final_told``.

        * Untold -> Final
        * Charging -> Final
        * Idle -> Final

        Ignored in Final.
        """
        if self._busy:
            return self._later(SessionPriceMachine.final_told)
        cost = self._cost
        if cost == 3:  # Final
            return False
        self._cost = 3  # Final
        return True

    def transaction_stopped(self) -> bool:
        """Event ``transaction_stopped``.

        * Running -> StillConnected [idle_fee_applies]
        * Running -> Over
        * Unplugged -> Over [idle_fee_applies]
        * Unplugged -> Over

        Ignored in Over, StillConnected.
        """
        if self._busy:
            return self._later(SessionPriceMachine.transaction_stopped)
        hooks = self._hooks
        use = self._use
        idle_fee_applies = hooks.idle_fee_applies()
        if use == 0:  # Running
            if idle_fee_applies:
                use_to = 2  # StillConnected
                use_by = 0
            else:
                use_to = 3  # Over
                use_by = 1
        elif use == 1:  # Unplugged
            if idle_fee_applies:
                use_to = 3  # Over
                use_by = 2
            else:
                use_to = 3  # Over
                use_by = 1
        elif use in (2, 3):  # StillConnected, Over
            return False
        else:
            return self._refused("transaction_stopped")
        self._busy = True
        try:
            if use_by == 2:
                hooks.announce_unplugged()
            self._use = use_to
            if use_by != 0:
                hooks.drop_triggers()
        except BaseException:
            self._failed(_use=use)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def unplugged(self) -> bool:
        """Event ``unplugged``.

        * Running -> Unplugged  (the session ends before its transaction)
        * StillConnected -> Over

        Ignored in Over, Unplugged.
        """
        if self._busy:
            return self._later(SessionPriceMachine.unplugged)
        hooks = self._hooks
        use = self._use
        if use == 0:  # Running
            use_to = 1  # Unplugged
        elif use == 2:  # StillConnected
            use_to = 3  # Over
        elif use in (1, 3):  # Unplugged, Over
            return False
        else:
            return self._refused("unplugged")
        self._busy = True
        try:
            if use_to == 3:
                hooks.announce_unplugged()
            self._use = use_to
            if use_to == 3:
                hooks.drop_triggers()
        except BaseException:
            self._failed(_use=use)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def superseded(self) -> bool:
        """Event ``superseded``.

        * Over -> Forgotten

        Ignored in going_on.
        """
        if self._busy:
            return self._later(SessionPriceMachine.superseded)
        hooks = self._hooks
        use = self._use
        if use in (0, 1, 2):  # Running, Unplugged, StillConnected
            return False
        if use != 3:  # Over
            return self._refused("superseded")
        self._busy = True
        try:
            self._use = 4  # Forgotten
            hooks.forget_price()
        except BaseException:
            self._failed(_use=use)
            raise
        self._busy = False
        return self._queue is None or self._drain()

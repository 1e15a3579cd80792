# Generated from chart Reset by `python -m codegen`. Edit statecharts/ocpp16/reset.py instead.

"""The chart ``reset``, compiled: One reset, from the request to the last attempt."""

from functools import partial
from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine
from ocpp16sm.codec import Call
from ocpp16sm.messages import ResetType

ResetLeaf = Literal["Idle", "Asking", "Draining", "Resetting", "Waiting"]

_RESET: tuple[ResetLeaf, ...] = ("Idle", "Asking", "Draining", "Resetting", "Waiting")


class ResetHooks(Protocol):
    """The hooks and guards of the chart ``reset``."""

    def stop_transactions(self) -> None:
        """Hook: entry to Draining; event transaction_started."""

    def arm_drain(self) -> None:
        """Hook: entry to Draining."""

    def disarm_drain(self) -> None:
        """Hook: exit from Draining."""

    def reset_station(self) -> None:
        """Hook: entry to Resetting."""

    def arm_retry(self) -> None:
        """Hook: entry to Waiting."""

    def disarm_retry(self) -> None:
        """Hook: exit from Waiting."""

    def ask_station(self, type: ResetType | None, call: Call | None) -> None:
        """Hook: event reset_requested."""

    def begin_reset(self, type: ResetType | None) -> None:
        """Hook: event agreed."""

    def harden(self, type: ResetType | None) -> None:
        """Hook: event agreed."""

    def report_failure(self, failure: str | None) -> None:
        """Hook: event reset_failed."""

    def no_transactions(self) -> bool:
        """Guard (must not change anything): event agreed, transaction_closed."""

    def retries_left(self) -> bool:
        """Guard (must not change anything): event reset_failed."""


class ResetMachine(Machine):
    """One reset, from the request to the last attempt.

    The station is asked about every Reset.req, whatever the state. Once it has agreed, no remote start is accepted, and
    a transaction that starts nevertheless is stopped. Another Reset.req never makes the charge point wait any longer.
    """

    __slots__ = ("_reset",)

    name: ClassVar[str] = "reset"
    events: ClassVar[tuple[str, ...]] = (
        "reset_requested",
        "agreed",
        "refused",
        "transaction_started",
        "transaction_closed",
        "drain_over",
        "reset_failed",
        "reset_done",
        "retry_due",
    )
    data: ClassVar[tuple[str, ...]] = ("type", "call", "failure")
    _regions: ClassVar[tuple[str, ...]] = ("_reset",)
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_RESET,)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "refused": frozenset({"Idle", "Draining", "Resetting", "Waiting"}),
        "transaction_started": frozenset({"Idle", "Asking", "Resetting", "Waiting"}),
        "transaction_closed": frozenset({"Idle", "Asking", "Draining", "Resetting", "Waiting"}),
    }
    _compounds: ClassVar[dict[str, frozenset[str]]] = {
        "closing": frozenset({"Draining", "Resetting", "Waiting"}),
    }

    _hooks: ResetHooks
    _reset: int

    def __init__(self, hooks: ResetHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._reset = 0  # Idle

    @property
    def reset(self) -> ResetLeaf:
        """The active leaf of region ``reset``."""
        return _RESET[self._reset]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_RESET[self._reset],)

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._reset,)

    def reset_requested(
        self, type: ResetType | None = None, call: Call | None = None, failure: str | None = None
    ) -> bool:
        """Event ``reset_requested``.

        * Idle -> Asking  (5.14)
        * Asking -> (stays)
        * Draining -> (stays)
        * Resetting -> (stays)
        * Waiting -> (stays)
        """
        if self._busy:
            return self._later(partial(ResetMachine.reset_requested, type=type, call=call, failure=failure))
        hooks = self._hooks
        reset = self._reset
        if reset == 0:  # Idle
            reset_to = 1  # Asking
        else:  # Asking, Draining, Resetting, Waiting
            reset_to = reset  # stays
        self._busy = True
        try:
            hooks.ask_station(type, call)
            self._reset = reset_to
        except BaseException:
            self._failed(_reset=reset)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def agreed(self, type: ResetType | None = None, call: Call | None = None, failure: str | None = None) -> bool:
        """Event ``agreed``.

        * Idle -> Resetting [no_transactions]  (5.14)
        * Idle -> Draining  (5.14)
        * Asking -> Resetting [no_transactions]  (5.14)
        * Asking -> Draining  (5.14)
        * Draining -> (stays)  (5.14)
        * Resetting -> (stays)
        * Waiting -> Resetting  (5.14)
        """
        if self._busy:
            return self._later(partial(ResetMachine.agreed, type=type, call=call, failure=failure))
        hooks = self._hooks
        reset = self._reset
        no_transactions = hooks.no_transactions()
        if reset == 4:  # Waiting
            reset_to = 3  # Resetting
            reset_by = 3
        elif reset in (0, 1):  # Idle, Asking
            if no_transactions:
                reset_to = 3  # Resetting
                reset_by = 0
            else:
                reset_to = 2  # Draining
                reset_by = 1
        else:  # Draining, Resetting
            reset_to = reset  # stays
            reset_by = 2
        self._busy = True
        try:
            if reset_by == 3:
                hooks.disarm_retry()
            if reset_by in (0, 1):
                hooks.begin_reset(type)
            if reset_by in (2, 3):
                hooks.harden(type)
            self._reset = reset_to
            if reset_by in (0, 3):
                hooks.reset_station()
            if reset_by == 1:
                hooks.stop_transactions()
                hooks.arm_drain()
        except BaseException:
            self._failed(_reset=reset)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def refused(self, type: ResetType | None = None, call: Call | None = None, failure: str | None = None) -> bool:
        """Event ``refused``.

        * Asking -> Idle  (5.14)

        Ignored in Idle, closing.
        """
        if self._busy:
            return self._later(partial(ResetMachine.refused, type=type, call=call, failure=failure))
        reset = self._reset
        if reset in (0, 2, 3, 4):  # Idle, Draining, Resetting, Waiting
            return False
        self._reset = 0  # Idle
        return True

    def transaction_started(
        self, type: ResetType | None = None, call: Call | None = None, failure: str | None = None
    ) -> bool:
        """Event ``transaction_started``.

        * Draining -> (stays)  (5.14)

        Ignored in Idle, Asking, Resetting, Waiting.
        """
        if self._busy:
            return self._later(partial(ResetMachine.transaction_started, type=type, call=call, failure=failure))
        hooks = self._hooks
        reset = self._reset
        if reset in (0, 1, 3, 4):  # Idle, Asking, Resetting, Waiting
            return False
        self._busy = True
        try:
            hooks.stop_transactions()
        except BaseException:
            self._failed()
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def transaction_closed(
        self, type: ResetType | None = None, call: Call | None = None, failure: str | None = None
    ) -> bool:
        """Event ``transaction_closed``.

        * Draining -> Resetting [no_transactions]  (5.14)

        Ignored in Idle, Asking, closing.
        """
        if self._busy:
            return self._later(partial(ResetMachine.transaction_closed, type=type, call=call, failure=failure))
        hooks = self._hooks
        reset = self._reset
        if reset == 2 and hooks.no_transactions():  # Draining
            reset_to = 3  # Resetting
        elif reset in (0, 1, 3, 4):  # Idle, Asking, Resetting, Waiting
            return False
        else:
            return self._refused("transaction_closed")
        self._busy = True
        try:
            hooks.disarm_drain()
            self._reset = reset_to
            hooks.reset_station()
        except BaseException:
            self._failed(_reset=reset)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def drain_over(self, type: ResetType | None = None, call: Call | None = None, failure: str | None = None) -> bool:
        """Event ``drain_over``.

        * Draining -> Resetting  (5.14)
        """
        if self._busy:
            return self._later(partial(ResetMachine.drain_over, type=type, call=call, failure=failure))
        hooks = self._hooks
        reset = self._reset
        if reset != 2:  # Draining
            return self._refused("drain_over")
        self._busy = True
        try:
            hooks.disarm_drain()
            self._reset = 3  # Resetting
            hooks.reset_station()
        except BaseException:
            self._failed(_reset=reset)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def reset_failed(self, type: ResetType | None = None, call: Call | None = None, failure: str | None = None) -> bool:
        """Event ``reset_failed``.

        * Resetting -> Waiting [retries_left]  (9.1.22)
        * Resetting -> Idle  (9.1.22)
        """
        if self._busy:
            return self._later(partial(ResetMachine.reset_failed, type=type, call=call, failure=failure))
        hooks = self._hooks
        reset = self._reset
        if reset == 3:  # Resetting
            if hooks.retries_left():
                reset_to = 4  # Waiting
            else:
                reset_to = 0  # Idle
        else:
            return self._refused("reset_failed")
        self._busy = True
        try:
            if reset_to == 0:
                hooks.report_failure(failure)
            self._reset = reset_to
            if reset_to == 4:
                hooks.arm_retry()
        except BaseException:
            self._failed(_reset=reset)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def reset_done(self, type: ResetType | None = None, call: Call | None = None, failure: str | None = None) -> bool:
        """Event ``reset_done``.

        * Resetting -> Idle  (5.14)
        """
        if self._busy:
            return self._later(partial(ResetMachine.reset_done, type=type, call=call, failure=failure))
        reset = self._reset
        if reset != 3:  # Resetting
            return self._refused("reset_done")
        self._reset = 0  # Idle
        return True

    def retry_due(self, type: ResetType | None = None, call: Call | None = None, failure: str | None = None) -> bool:
        """Event ``retry_due``.

        * Waiting -> Resetting  (9.1.22)
        """
        if self._busy:
            return self._later(partial(ResetMachine.retry_due, type=type, call=call, failure=failure))
        hooks = self._hooks
        reset = self._reset
        if reset != 4:  # Waiting
            return self._refused("retry_due")
        self._busy = True
        try:
            hooks.disarm_retry()
            self._reset = 3  # Resetting
            hooks.reset_station()
        except BaseException:
            self._failed(_reset=reset)
            raise
        self._busy = False
        return self._queue is None or self._drain()

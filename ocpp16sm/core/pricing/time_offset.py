"""TimeOffset: the difference between displayed time and UTC, and its planned changes (California pricing)."""

from ocpp16sm.config import cost_keys
from ocpp16sm.core.configuration.operations import ConfigurationOperations
from ocpp16sm.core.engine.context import Context

_TRANSITION = "time offset"
_LOOK_AGAIN_S = 60.0
"""Longest wait, s, because the wall clock may be set in the meantime."""


class TimeOffset:
    """Changes between summer and winter time, as the Central System plans them."""

    def __init__(self, context: Context, operations: ConfigurationOperations) -> None:
        self._context = context
        self._operations = operations
        context.deadlines[_TRANSITION] = lambda _key: self.restart()
        key = cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME
        operations.elsewhere[key.name] = self._plan

    def _plan(self, text: str) -> None:
        """NextTimeOffsetTransitionDateTime has changed."""
        key = cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME
        moment = key.kind.read(text)
        if moment is not None and moment <= self._context.now.utc:
            raise ValueError(f"{text} is not in the future")
        self._operations.put(key, moment)
        self.restart()

    def restart(self) -> None:
        """Make changes that became due during the downtime, and wait for later ones."""
        configuration = self._context.configuration
        moment = configuration[cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME]
        if moment is None:
            self._context.disarm(_TRANSITION)
            return
        left = (moment - self._context.now.utc).total_seconds()
        if left > 0:
            self._context.arm(_TRANSITION, min(left, _LOOK_AGAIN_S))
            return
        following = configuration[cost_keys.TIME_OFFSET_NEXT_TRANSITION]
        if following:
            self._operations.put(cost_keys.TIME_OFFSET, following)
        self._operations.put(cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME, None)

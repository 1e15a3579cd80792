"""TimeOffset: how the time that is shown differs from UTC, and when that changes (California pricing)."""

from ocpp16sm.config import cost_keys
from ocpp16sm.core.configuration.operations import ConfigurationOperations
from ocpp16sm.core.engine.context import Context

_TRANSITION = "time offset"
_LOOK_AGAIN_S = 60.0
"""The wall clock may be set meanwhile."""


class TimeOffset:
    """Summer time and winter time, as the Central System plans them."""

    def __init__(self, context: Context, operations: ConfigurationOperations) -> None:
        self._context = context
        self._operations = operations
        context.deadlines[_TRANSITION] = lambda _key: self.restart()
        key = cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME
        operations.elsewhere[key.name] = self._plan

    def _plan(self, text: str) -> None:
        """Change NextTimeOffsetTransitionDateTime."""
        key = cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME
        moment = key.kind.read(text)
        if moment is not None and moment <= self._context.now.utc:
            raise ValueError(f"{text} is not in the future")
        self._operations.put(key, moment)
        self.restart()

    def restart(self) -> None:
        """Do what is due, also what fell due while the charge point was down; wait for what is not."""
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

"""TimeOffset: how the time that is shown differs from UTC, and when that changes (California pricing)."""

from ocpp16sm.config import cost_keys
from ocpp16sm.core.configuration import ConfigurationOperations
from ocpp16sm.core.desk import Desk

_TRANSITION = "time offset"
_LOOK_AGAIN_S = 60.0
"""The wall clock may be set meanwhile."""


class ShownTime:
    """Summer time and winter time, as the Central System plans them."""

    def __init__(self, desk: Desk, operations: ConfigurationOperations) -> None:
        self._desk = desk
        self._operations = operations
        desk.deadlines[_TRANSITION] = lambda _key: self.restart()
        key = cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME
        operations.elsewhere[key.name] = self._plan

    def _plan(self, text: str) -> None:
        """Change NextTimeOffsetTransitionDateTime."""
        key = cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME
        moment = key.kind.read(text)
        if moment is not None and moment <= self._desk.now.utc:
            raise ValueError(f"{text} is not in the future")
        self._operations.put(key, moment)
        self.restart()

    def restart(self) -> None:
        """Do what is due, also what fell due while the charge point was down; wait for what is not."""
        configuration = self._desk.configuration
        moment = configuration[cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME]
        if moment is None:
            self._desk.disarm(_TRANSITION)
            return
        left = (moment - self._desk.now.utc).total_seconds()
        if left > 0:
            self._desk.arm(_TRANSITION, min(left, _LOOK_AGAIN_S))
            return
        following = configuration[cost_keys.TIME_OFFSET_NEXT_TRANSITION]
        if following:
            self._operations.put(cost_keys.TIME_OFFSET, following)
        self._operations.put(cost_keys.NEXT_TIME_OFFSET_TRANSITION_DATE_TIME, None)

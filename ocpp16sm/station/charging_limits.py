"""Limits of charging profiles at a virtual station (3.13): read, applied and shared among connectors."""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from attrs import evolve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.core.smart_charging.composite import Period
from ocpp16sm.messages import ChargingProfilePurposeType, ChargingRateUnitType
from ocpp16sm.station.car import LEAST_CURRENT_A, VOLTAGE_V
from ocpp16sm.station.connector_build import Limit
from ocpp16sm.station.shared import SharedParts
from ocpp16sm.station.virtual_connector import VirtualConnector

HORIZON_S = 86_400
"""Seconds that a requested schedule covers. It is requested again when its first period ends."""

_WATTS_PER_AMPERE = 3 * VOLTAGE_V


class LimitFollower:
    """Makes every connector keep to the composite schedules of the charge point.

    Without charging profiles a connector is limited only by its own hardware.
    """

    def __init__(
        self,
        charge_point: ChargePoint,
        shared: SharedParts,
        virtual_connectors: Callable[[], Sequence[VirtualConnector]],
    ) -> None:
        self._charge_point = charge_point
        self._shared_parts = shared
        self._virtual_connectors = virtual_connectors
        self._stop_waiting: Callable[[], None] = _nothing

    def look(self) -> None:
        """Apply the present limits to all connectors, and look again when a period ends."""
        self._stop_waiting()
        ends: list[Timestamp] = []
        virtual_connectors = self._virtual_connectors()
        limits = {
            virtual_connector: self._limit(virtual_connector.number, ends) for virtual_connector in virtual_connectors
        }
        charging = sorted(
            (virtual_connector for virtual_connector in virtual_connectors if virtual_connector.owner is not None),
            key=lambda virtual_connector: virtual_connector.began_at,
        )
        shares = shared(self._total_a(ends), [limits[virtual_connector].current_a for virtual_connector in charging])
        for virtual_connector, share_a in zip(charging, shares, strict=True):
            if share_a < limits[virtual_connector].current_a:
                power_w = min(limits[virtual_connector].power_w, share_a * _WATTS_PER_AMPERE)
                limits[virtual_connector] = evolve(limits[virtual_connector], current_a=share_a, power_w=power_w)
        if ends:
            delay_s = (min(ends) - self._shared_parts.utc()).total_seconds()
            self._stop_waiting = self._shared_parts.later(max(delay_s, 1.0), self.look)
        for virtual_connector in virtual_connectors:
            virtual_connector.supply.keep_to(limits[virtual_connector])

    def _limit(self, connector: int, ends: list[Timestamp]) -> Limit:
        """The limit of the profiles at a connector; appends the time when it ends to ``ends``."""
        if not any(each.connector_id in (0, connector) for each in self._charge_point.charging_profiles()):
            return Limit()
        current = self._first(connector, ChargingRateUnitType.A, ends)
        power = self._first(connector, ChargingRateUnitType.W, ends)
        return Limit(float(current.limit), float(power.limit), current.number_phases)

    def _total_a(self, ends: list[Timestamp]) -> float:
        """The limit of the profiles for all connectors together, A on each phase; appends as :meth:`_limit` does."""
        purposes = {each.profile.charging_profile_purpose for each in self._charge_point.charging_profiles()}
        if ChargingProfilePurposeType.CHARGE_POINT_MAX_PROFILE not in purposes:
            return math.inf
        return float(self._first(0, ChargingRateUnitType.A, ends).limit)

    def _first(self, connector: int, unit: ChargingRateUnitType, ends: list[Timestamp]) -> Period:
        schedule = self._charge_point.composite_schedule(connector, HORIZON_S, unit)
        period = schedule.periods[0]
        ends.append(Timestamp.of(schedule.start + timedelta(seconds=period.end_s)))
        return period


def shared(total_a: float, wanted_a: Iterable[float]) -> list[float]:
    """Share a current among connectors; returns the share of each, A, in the order of ``wanted_a``.

    A connector that wants less than an equal share gets what it wants; the others share the rest equally. No car
    charges with less than 6 A, so if the current is too small for all, the last ones get nothing.

    :param total_a: the current to share, A.
    :param wanted_a: the current that each connector can use, A; the one that began first is first.
    """
    wanted = list(wanted_a)
    if total_a >= sum(wanted):
        return wanted
    served = len(wanted)
    while served > 1 and total_a / served < min(LEAST_CURRENT_A, *wanted[:served]):
        served -= 1
    shares = [0.0] * len(wanted)
    left = total_a
    for done, index in enumerate(sorted(range(served), key=lambda index: wanted[index])):
        shares[index] = min(wanted[index], left / (served - done))
        left -= shares[index]
    return shares


def _nothing() -> None:
    """Cancel nothing."""

"""What charging profiles leave each connector of a virtual station (3.13): asked for, kept to, shared."""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from attrs import evolve

from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.core.composite import Period
from ocpp16sm.messages import ChargingProfilePurposeType, ChargingRateUnitType
from ocpp16sm.station.bay import Bay
from ocpp16sm.station.car import LEAST_CURRENT_A, VOLTAGE_V
from ocpp16sm.station.outlet import Limit
from ocpp16sm.station.site import Site
from ocpp16sm.timestamp import Timestamp

HORIZON_S = 86_400
"""How far ahead the schedules are asked for; at the end of their first period they are asked for again."""

_WATTS_PER_AMPERE = 3 * VOLTAGE_V


class Limits:
    """Has every connector keep to the composite schedules of the charge point.

    Where there are no charging profiles, there is no limit but the connector's own.
    """

    def __init__(self, charge_point: ChargePoint, site: Site, bays: Callable[[], Sequence[Bay]]) -> None:
        self._charge_point = charge_point
        self._site = site
        self._bays = bays
        self._stop_waiting: Callable[[], None] = _nothing

    def look(self) -> None:
        """Something has changed, or a period has ended: ask what is allowed now, and until when."""
        self._stop_waiting()
        ends: list[Timestamp] = []
        bays = self._bays()
        limits = {bay: self._limit(bay.number, ends) for bay in bays}
        charging = sorted((bay for bay in bays if bay.owner is not None), key=lambda bay: bay.began_at)
        shares = shared(self._total_a(ends), [limits[bay].current_a for bay in charging])
        for bay, share_a in zip(charging, shares, strict=True):
            if share_a < limits[bay].current_a:
                power_w = min(limits[bay].power_w, share_a * _WATTS_PER_AMPERE)
                limits[bay] = evolve(limits[bay], current_a=share_a, power_w=power_w)
        if ends:
            delay_s = (min(ends) - self._site.utc()).total_seconds()
            self._stop_waiting = self._site.later(max(delay_s, 1.0), self.look)
        for bay in bays:
            bay.supply.keep_to(limits[bay])

    def _limit(self, connector: int, ends: list[Timestamp]) -> Limit:
        """What the profiles allow at a connector; notes when that ends."""
        if not any(each.connector_id in (0, connector) for each in self._charge_point.charging_profiles()):
            return Limit()
        current = self._first(connector, ChargingRateUnitType.A, ends)
        power = self._first(connector, ChargingRateUnitType.W, ends)
        return Limit(float(current.limit), float(power.limit), current.number_phases)

    def _total_a(self, ends: list[Timestamp]) -> float:
        """What they allow all connectors together, A on each phase."""
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
    """Share a current between connectors, in the order in which they began.

    Whoever wants less than an equal share gets it; the rest is shared equally. As no car charges with less than 6 A,
    the later ones get nothing rather than all too little.
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
    """There is nothing to cancel."""

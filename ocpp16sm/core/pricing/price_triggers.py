"""When a Central System that calculates costs needs a reading besides the regular ones."""

from decimal import Decimal

from attrs import evolve, frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.config.measurands import Choice
from ocpp16sm.messages import ChargePointStatus, Measurand
from ocpp16sm.messages.cost import TriggerMeterValue
from ocpp16sm.station_facts import Measurement

ENERGY = (Choice(Measurand.ENERGY_ACTIVE_IMPORT_REGISTER),)
ENERGY_AND_POWER = (*ENERGY, Choice(Measurand.POWER_ACTIVE_IMPORT))

_ABOVE, _BELOW = Decimal("1.05"), Decimal("0.95")
_WH_IN_KWH = _W_IN_KW = 1000


@frozen
class Due:
    """A reading that is due."""

    choices: tuple[Choice, ...]
    """Which triggers it satisfies."""
    triggers: TriggerMeterValue
    """The triggers that remain."""
    last_kw: Decimal | None
    """The power reported last."""


def replaced(before: TriggerMeterValue, by: TriggerMeterValue | None, now: Timestamp) -> TriggerMeterValue:
    """The triggers from now on: the new ones. A time stays until another future time is given."""
    by = by or TriggerMeterValue()
    future = by.at_time is not None and by.at_time > now
    return by if future else evolve(by, at_time=before.at_time)


def metered(triggers: TriggerMeterValue, last_kw: Decimal | None, measurement: Measurement) -> Due | None:
    """What a meter reading makes due, or None. Energy comes first; a reading is sent once."""
    wh = measurement.energy_wh_import.total
    watts = measurement.power_w.total if measurement.power_w is not None else None
    if triggers.at_energy_k_wh is not None and wh is not None and _exact(wh) >= triggers.at_energy_k_wh * _WH_IN_KWH:
        return Due(ENERGY, evolve(triggers, at_energy_k_wh=None), last_kw)
    if triggers.at_power_k_w is not None and watts is not None:
        kw = _exact(watts) / _W_IN_KW
        if crosses(triggers.at_power_k_w, last_kw, kw):
            return Due(ENERGY_AND_POWER, triggers, kw)
    return None


def crosses(threshold: Decimal, last: Decimal | None, now: Decimal) -> bool:
    """Whether the power has crossed a threshold since it was reported last, by more than the hysteresis.

    If nothing was reported yet, it is reported. If it was exactly the threshold, either side counts.
    """
    if last is None:
        return True
    up = now >= threshold * _ABOVE and (last < threshold or (last == threshold and now > threshold))
    down = now <= threshold * _BELOW and (last > threshold or (last == threshold and now < threshold))
    return up or down


def wants(triggers: TriggerMeterValue, status: ChargePointStatus) -> bool:
    """Whether a reading is due because a connector has this status now."""
    return str(status) in triggers.at_cp_status


def _exact(number: float) -> Decimal:
    return Decimal(repr(number))

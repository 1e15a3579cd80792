"""A car, and the meter between it and the grid."""

from random import Random

from attrs import define, field, frozen

from ocpp16sm.facts import Current, Frequency, Measurement, PerPhase, Voltage
from ocpp16sm.timestamp import Timestamp

VOLTAGE_V = 230.0
FREQUENCY_HZ = 50.0
NOISE = 0.01
"""How much a reading of current or voltage strays from its value."""


@frozen
class Car:
    """What is plugged in."""

    phases: int = field(default=1)
    """1 or 3."""
    current_a: float = 32.0
    """What it draws on each phase, A, if it is offered as much."""

    @phases.validator
    def _one_or_three(self, _attribute: object, phases: int) -> None:
        if phases not in (1, 3):
            raise ValueError(f"a car charges on 1 or 3 phases, not on {phases!r}")


@define
class PowerMeter:
    """An energy register that counts on for ever, and readings with a little noise."""

    noise: Random
    """Whence the noise comes; the same seed gives the same readings."""
    register_wh: float = 0.0
    """Energy to the cars so far, Wh."""
    current_a: float = 0.0
    """What flows on each phase now, A."""
    phases: int = 1
    _since_s: float = 0.0

    def count(self, now_s: float) -> None:
        """Count what has flowed until now (even time, s)."""
        power_w = self.current_a * self.phases * VOLTAGE_V
        self.register_wh += power_w * (now_s - self._since_s) / 3600
        self._since_s = now_s

    def flows(self, current_a: float, phases: int, now_s: float) -> None:
        """From now on so much flows."""
        self.count(now_s)
        self.current_a, self.phases = current_a, phases

    def read(self, now_s: float, at: Timestamp) -> Measurement:
        """All that it shows."""
        self.count(now_s)
        current, voltage = self._noisy(self.current_a), self._noisy(VOLTAGE_V)
        names = ("l1", "l2", "l3")[: self.phases]
        return Measurement(
            timestamp=at,
            energy_wh_import=PerPhase(total=self.register_wh),
            power_w=PerPhase(total=current * voltage * self.phases),
            voltage_v=Voltage(**dict.fromkeys(names, voltage)),
            current_a=Current(**dict.fromkeys(names, current)),
            frequency_hz=Frequency(l1=self._noisy(FREQUENCY_HZ, NOISE / 50)),
        )

    def _noisy(self, value: float, noise: float = NOISE) -> float:
        return value * (1 + self.noise.uniform(-noise, noise))

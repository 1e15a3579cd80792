"""The meter between a connector and its car."""

from random import Random

from attrs import define, evolve, field

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import Location
from ocpp16sm.station.car import Flow
from ocpp16sm.station_facts import Current, Frequency, Located, Measurement, PerPhase, Voltage

FREQUENCY_HZ = 50.0
NOISE = 0.01
"""Maximum relative deviation of a current or voltage reading."""
AMBIENT_CELSIUS = 25.0
WARMED_BY_KELVIN = 15.0
"""Temperature rise of the connector at 32 A or more, K."""

_PHASES = ("l1", "l2", "l3")


@define
class PowerMeter:
    """An energy register for each phase, and readings with a little noise."""

    noise: Random
    """Source of the noise; the same seed gives the same readings."""
    flow: Flow = field(factory=Flow)
    """What flows at present."""
    _registers_wh: dict[str, float] = field(factory=dict)
    """Register of each phase, or of DC."""
    _since_s: float = 0.0

    @property
    def register_wh(self) -> float:
        """Energy to the car since the last reset until the last count, Wh."""
        return sum(self._registers_wh.values())

    def reset(self, flow: Flow, now_s: float) -> None:
        """Set the register to 0, for a car that will draw from the phases of ``flow``; ``now_s``: even time, s."""
        self._registers_wh = dict.fromkeys(_wires(flow), 0.0)
        self.flow, self._since_s = evolve(flow, current_a=0.0), now_s

    def count(self, now_s: float) -> None:
        """Add the energy that has flowed until ``now_s`` (even time, s)."""
        wires = _wires(self.flow)
        each_wh = self.flow.power_w / len(wires) * (now_s - self._since_s) / 3600
        for wire in wires:
            self._registers_wh[wire] = self._registers_wh.get(wire, 0.0) + each_wh
        self._since_s = now_s

    def flows(self, flow: Flow, now_s: float) -> None:
        """Set what flows from now on."""
        self.count(now_s)
        self.flow = flow

    def stops(self, now_s: float) -> None:
        """Set that nothing flows from now on."""
        self.flows(evolve(self.flow, current_a=0.0), now_s)

    def read(self, now_s: float, at: Timestamp, soc_percent: float | None = None) -> Measurement:
        """A reading of all values; ``soc_percent`` is what the car reports, if it does."""
        self.count(now_s)
        soc = None if soc_percent is None else Located(soc_percent, Location.EV)
        celsius = AMBIENT_CELSIUS + WARMED_BY_KELVIN * min(1.0, self.flow.current_a / 32)
        warmth = (Located(self._noisy(celsius), Location.BODY),)
        if not self.flow.phases:
            return self._read_dc(at, soc, warmth)
        current = {wire: self._noisy(self.flow.current_a) for wire in _wires(self.flow)}
        voltage = {wire: self._noisy(self.flow.voltage_v) for wire in current}
        power = {wire: current[wire] * voltage[wire] for wire in current}
        registers = {wire: wh for wire, wh in self._registers_wh.items() if wire in _PHASES}
        return Measurement(
            timestamp=at,
            energy_wh_import=PerPhase(total=self.register_wh, **registers),
            power_w=PerPhase(total=sum(power.values()), **power),
            voltage_v=Voltage(**voltage),
            current_a=Current(**current),
            frequency_hz=Frequency(l1=self._noisy(FREQUENCY_HZ, NOISE / 50)),
            soc_percent=soc,
            temperature_celsius=warmth,
        )

    def _read_dc(self, at: Timestamp, soc: Located | None, warmth: tuple[Located, ...]) -> Measurement:
        current = self._noisy(self.flow.current_a)
        voltage = self._noisy(self.flow.voltage_v if current else 0.0)
        return Measurement(
            timestamp=at,
            energy_wh_import=PerPhase(total=self.register_wh),
            power_w=PerPhase(total=current * voltage),
            voltage_v=Voltage(dc=voltage),
            current_a=Current(dc=current),
            soc_percent=soc,
            temperature_celsius=warmth,
        )

    def _noisy(self, value: float, noise: float = NOISE) -> float:
        return value * (1 + self.noise.uniform(-noise, noise))


def _wires(flow: Flow) -> tuple[str, ...]:
    return _PHASES[: flow.phases] or ("dc",)

"""The electrical design of a connector."""

from typing import Any

from attrs import Attribute, field, frozen, validators

from ocpp16sm.station.car import LEAST_CURRENT_A, VOLTAGE_V, Flow, Offer, Vehicle


def _amount(default: float) -> float:
    value: float = field(default=default, validator=[validators.ge(0), validators.lt(float("inf"))])
    return value


@frozen
class Limit:
    """What charging profiles allow at a connector; infinity means no limit."""

    current_a: float = float("inf")
    """AC: maximum current on each phase, A."""
    power_w: float = float("inf")
    """DC: maximum power, W."""
    phases: int | None = None
    """AC: number of phases that may be used; None: all."""


@frozen(kw_only=True)
class Outlet:
    """The hardware of one connector."""

    has_lock: bool = True
    """Whether it has a socket with a lock; otherwise its cable is fixed, and UnlockConnector is not supported."""
    signs: bool = False
    """Whether its meter signs the values at the start and end of a transaction (OCMF)."""
    phases: int = field(default=3)
    """Phases of the grid connection, 1 or 3."""
    current_a: float = _amount(32.0)
    """Maximum current on each phase, A."""
    dc_power_w: float = _amount(150_000.0)
    """Maximum power for a car that charges with direct current, W."""

    @phases.validator
    def _one_or_three(self, _attribute: "Attribute[Any]", phases: int) -> None:
        if phases not in (1, 3):
            raise ValueError(f"a connector has 1 or 3 phases, not {phases!r}")

    def offer(self, limit: Limit) -> Offer:
        """What it offers within a limit. Nothing below 6 A, because a car cannot be told a smaller current."""
        current_a = min(self.current_a, limit.current_a)
        return Offer(
            current_a=current_a if current_a >= LEAST_CURRENT_A else 0.0,
            power_w=min(self.dc_power_w, limit.power_w),
            phases=min(self.phases, limit.phases or 3),
        )

    def flow(self, vehicle: Vehicle, offer: Offer) -> Flow:
        """What flows when this vehicle draws what it can from an offer."""
        flow = vehicle.draws(offer)
        return Flow(flow.current_a, flow.voltage_v, min(flow.phases, offer.phases))

    def offered(self, vehicle: Vehicle | None, offer: Offer) -> tuple[float, float]:
        """The measurands Current.Offered, A, and Power.Offered, W, for the vehicle that is plugged in, if any."""
        wires = self.flow(vehicle, offer) if vehicle is not None else Flow(0.0, VOLTAGE_V, offer.phases)
        if not wires.phases:
            return offer.power_w / wires.voltage_v, offer.power_w
        return offer.current_a, offer.current_a * wires.voltage_v * wires.phases

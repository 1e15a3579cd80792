"""How a connector is built."""

from typing import Any

from attrs import Attribute, field, frozen, validators

from ocpp16sm.station.car import LEAST_CURRENT_A, VOLTAGE_V, Flow, Offer, Vehicle


def _amount(default: float) -> float:
    value: float = field(default=default, validator=[validators.ge(0), validators.lt(float("inf"))])
    return value


@frozen
class Limit:
    """What charging profiles allow a connector; infinity: all."""

    current_a: float = float("inf")
    """AC, on each phase."""
    power_w: float = float("inf")
    """DC."""
    phases: int | None = None
    """AC, of how many phases it is the limit; None: of all."""


@frozen(kw_only=True)
class Outlet:
    """One connector of a station, as it was bought."""

    has_lock: bool = True
    """Whether it has a socket with a lock; otherwise its cable is fixed, and UnlockConnector is not supported."""
    signs: bool = False
    """Whether its meter signs the values at the begin and end of a transaction (OCMF)."""
    phases: int = field(default=3)
    """Of the grid connection, 1 or 3."""
    current_a: float = _amount(32.0)
    """What it can deliver on each phase, A."""
    dc_power_w: float = _amount(150_000.0)
    """What it can deliver to a car that charges with direct current, W."""

    @phases.validator
    def _one_or_three(self, _attribute: "Attribute[Any]", phases: int) -> None:
        if phases not in (1, 3):
            raise ValueError(f"a connector has 1 or 3 phases, not {phases!r}")

    def offer(self, limit: Limit) -> Offer:
        """What it offers within a limit. Below 6 A it offers nothing: no car could be told of so little."""
        current_a = min(self.current_a, limit.current_a)
        return Offer(
            current_a=current_a if current_a >= LEAST_CURRENT_A else 0.0,
            power_w=min(self.dc_power_w, limit.power_w),
            phases=min(self.phases, limit.phases or 3),
        )

    def flow(self, vehicle: Vehicle, offer: Offer) -> Flow:
        """What flows when this vehicle takes what it can of an offer."""
        flow = vehicle.draws(offer)
        return Flow(flow.current_a, flow.voltage_v, min(flow.phases, offer.phases))

    def offered(self, vehicle: Vehicle | None, offer: Offer) -> tuple[float, float]:
        """What is offered to whom is there, as the measurands Current.Offered, A, and Power.Offered, W, have it."""
        wires = self.flow(vehicle, offer) if vehicle is not None else Flow(0.0, VOLTAGE_V, offer.phases)
        if not wires.phases:
            return offer.power_w / wires.voltage_v, offer.power_w
        return offer.current_a, offer.current_a * wires.voltage_v * wires.phases

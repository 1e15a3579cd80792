"""Cars, and what they make of what a connector offers them."""

from typing import Any, Protocol

from attrs import Attribute, field, frozen, validators

from ocpp16sm.messages.plug_and_charge_types import EVCertificateAction

VOLTAGE_V = 230.0
"""Between a phase and neutral."""
LEAST_CURRENT_A = 6.0
"""A car charges with no less (IEC 61851-1, table A.7)."""


def _quantity(default: float) -> float:
    value: float = field(default=default, validator=[validators.ge(0), validators.lt(float("inf"))])
    return value


def _percent(default: float) -> float:
    value: float = field(default=default, validator=[validators.ge(0), validators.le(100)])
    return value


@frozen
class Offer:
    """What a connector offers, the limits of charging profiles included."""

    current_a: float
    """AC, on each phase."""
    power_w: float
    """DC."""
    phases: int = 3
    """AC."""


@frozen
class Flow:
    """What flows into a car."""

    current_a: float = 0.0
    """On each phase, or DC."""
    voltage_v: float = VOLTAGE_V
    phases: int = 1
    """1 to 3; 0: DC."""

    @property
    def power_w(self) -> float:
        """Over all phases."""
        return self.current_a * self.voltage_v * (self.phases or 1)


@frozen(kw_only=True)
class Battery:
    """A car's battery, as it is when the car is plugged in."""

    capacity_wh: float = field(default=60_000.0, validator=validators.gt(0))
    soc_percent: float = _percent(20.0)
    """State of charge."""
    full_percent: float = _percent(100.0)
    """State of charge at which it takes no more."""

    @property
    def room_wh(self) -> float:
        """How much it takes."""
        return max(0.0, self.full_percent - self.soc_percent) / 100 * self.capacity_wh

    def soc_after(self, energy_wh: float) -> float:
        """State of charge when it has taken so much since it was plugged in, percent."""
        return min(100.0, self.soc_percent + energy_wh / self.capacity_wh * 100)


@frozen
class CarContract:
    """A contract that a car charges with, where the station has Plug & Charge (ISO 15118)."""

    emaid: str = field(validator=validators.max_len(20))
    """Whose it is; the idTag of its transactions."""
    chain: str = field(repr=False)
    """Its certificate and those above it, PEM, its own first."""


@frozen
class CertificateInstallation:
    """What a car says that wants the certificate of its contract brought to it (ISO 15118).

    The virtual station does not look into EXI: what the car says, and what it is answered, passes through as it is.
    """

    exi_request: str = field(repr=False)
    """Its CertificateInstallationReq or CertificateUpdateReq: EXI in base64, at most 5,600 characters."""
    action: EVCertificateAction = EVCertificateAction.INSTALL
    """Which of the two."""
    schema_version: str = "urn:iso:15118:2:2013:MsgDef"
    """Namespace of the version of ISO 15118 that it speaks, at most 50 characters."""


class Vehicle(Protocol):
    """What can be plugged in."""

    @property
    def installation(self) -> CertificateInstallation | None:
        """What it says if it wants the certificate of its contract; None: nothing."""

    @property
    def contract(self) -> CarContract | None:
        """What it charges with by itself; None: somebody has to show a card."""

    @property
    def battery(self) -> Battery | None:
        """Its battery; None: it is never full."""

    @property
    def tells_soc(self) -> bool:
        """Whether the station learns its state of charge."""

    def draws(self, offer: Offer) -> Flow:
        """What it would take of this; a current of 0: it cannot charge with so little."""


@frozen
class Car:
    """A car that charges with alternating current."""

    phases: int = field(default=1)
    """1 or 3."""
    current_a: float = _quantity(32.0)
    """What it draws on each phase, A, if it is offered as much."""
    battery: Battery | None = None
    """None: it is never full."""
    contract: CarContract | None = None
    """What it charges with by itself; None: somebody has to show a card."""
    installation: CertificateInstallation | None = None
    """What it says first if it wants the certificate of its contract; None: nothing."""
    tells_soc = False

    @phases.validator
    def _one_or_three(self, _attribute: "Attribute[Any]", phases: int) -> None:
        if phases not in (1, 3):
            raise ValueError(f"a car charges on 1 or 3 phases, not on {phases!r}")

    def draws(self, offer: Offer) -> Flow:
        """On each phase what is offered, but no more than it can take, and nothing below 6 A."""
        current_a = min(self.current_a, offer.current_a) if offer.current_a >= LEAST_CURRENT_A else 0.0
        return Flow(current_a, VOLTAGE_V, self.phases)


@frozen
class DcCar:
    """A car that charges with direct current, and tells its state of charge."""

    power_w: float = _quantity(50_000.0)
    """What it draws, W, if it is offered as much."""
    voltage_v: float = field(default=400.0, validator=validators.gt(0))
    """Of its battery."""
    battery: Battery = field(factory=Battery)
    contract: CarContract | None = None
    """What it charges with by itself; None: somebody has to show a card."""
    installation: CertificateInstallation | None = None
    """What it says first if it wants the certificate of its contract; None: nothing."""
    tells_soc = True

    def draws(self, offer: Offer) -> Flow:
        """What is offered, but no more than it can take."""
        return Flow(min(self.power_w, offer.power_w) / self.voltage_v, self.voltage_v, 0)

"""Cars, and what they draw of the power that a connector offers."""

from typing import Any, Protocol

from attrs import Attribute, field, frozen, validators

from ocpp16sm.messages.plug_and_charge_types import EVCertificateAction

VOLTAGE_V = 230.0
"""Voltage between a phase and neutral, V."""
LEAST_CURRENT_A = 6.0
"""Minimum charging current of a car, A (IEC 61851-1, table A.7)."""


def _quantity(default: float) -> float:
    value: float = field(default=default, validator=[validators.ge(0), validators.lt(float("inf"))])
    return value


def _percent(default: float) -> float:
    value: float = field(default=default, validator=[validators.ge(0), validators.le(100)])
    return value


@frozen
class Offer:
    """What a connector offers a car, within the limits of charging profiles."""

    current_a: float
    """AC: maximum current on each phase, A."""
    power_w: float
    """DC: maximum power, W."""
    phases: int = 3
    """AC: number of phases, 1 to 3."""


@frozen
class Flow:
    """Current into a car."""

    current_a: float = 0.0
    """Current on each phase, or DC, A."""
    voltage_v: float = VOLTAGE_V
    phases: int = 1
    """Number of phases, 1 to 3; 0 for DC."""

    @property
    def power_w(self) -> float:
        """Power over all phases, W."""
        return self.current_a * self.voltage_v * (self.phases or 1)


@frozen(kw_only=True)
class Battery:
    """A car's battery, with its state when the car is plugged in."""

    capacity_wh: float = field(default=60_000.0, validator=validators.gt(0))
    soc_percent: float = _percent(20.0)
    """State of charge, 0 to 100."""
    full_percent: float = _percent(100.0)
    """State of charge at which charging stops, 0 to 100."""

    @property
    def room_wh(self) -> float:
        """Energy that it takes until charging stops, Wh."""
        return max(0.0, self.full_percent - self.soc_percent) / 100 * self.capacity_wh

    def soc_after(self, energy_wh: float) -> float:
        """State of charge, percent, after ``energy_wh`` since the car was plugged in."""
        return min(100.0, self.soc_percent + energy_wh / self.capacity_wh * 100)


@frozen
class CarContract:
    """A contract that a car pays with at a station with Plug & Charge (ISO 15118)."""

    emaid: str = field(validator=validators.max_len(20))
    """eMAID of the contract, at most 20 characters; the idTag of its transactions."""
    chain: str = field(repr=False)
    """Certificate chain of the contract, PEM, its own certificate first."""


@frozen
class CertificateInstallation:
    """A car's request for its contract certificate (ISO 15118).

    The virtual station passes EXI on, in both directions, without decoding it.
    """

    exi_request: str = field(repr=False)
    """CertificateInstallationReq or CertificateUpdateReq: EXI in base64, at most 5,600 characters."""
    action: EVCertificateAction = EVCertificateAction.INSTALL
    """Which of the two requests it is."""
    schema_version: str = "urn:iso:15118:2:2013:MsgDef"
    """Namespace of the car's version of ISO 15118, at most 50 characters."""


class Vehicle(Protocol):
    """A car, as its connector sees it."""

    @property
    def installation(self) -> CertificateInstallation | None:
        """The request for its contract certificate; None: it sends none."""

    @property
    def contract(self) -> CarContract | None:
        """The contract that it pays with; None: the driver has to present a card."""

    @property
    def battery(self) -> Battery | None:
        """The battery; None: it never becomes full."""

    @property
    def tells_soc(self) -> bool:
        """Whether the car reports its state of charge to the station."""

    def draws(self, offer: Offer) -> Flow:
        """The current that it would draw from an offer; 0 A if the offer is too small to charge."""


@frozen
class Car:
    """A car that charges with alternating current."""

    phases: int = field(default=1)
    """Number of phases, 1 or 3."""
    current_a: float = _quantity(32.0)
    """Maximum current that it draws on each phase, A."""
    battery: Battery | None = None
    """None: it never becomes full."""
    contract: CarContract | None = None
    """The contract that it pays with; None: the driver has to present a card."""
    installation: CertificateInstallation | None = None
    """The request for its contract certificate, sent first; None: it sends none."""
    tells_soc = False

    @phases.validator
    def _one_or_three(self, _attribute: "Attribute[Any]", phases: int) -> None:
        if phases not in (1, 3):
            raise ValueError(f"a car charges on 1 or 3 phases, not {phases!r}")

    def draws(self, offer: Offer) -> Flow:
        """On each phase the offered current, up to its maximum; nothing below 6 A."""
        current_a = min(self.current_a, offer.current_a) if offer.current_a >= LEAST_CURRENT_A else 0.0
        return Flow(current_a, VOLTAGE_V, self.phases)


@frozen
class DcCar:
    """A car that charges with direct current and reports its state of charge."""

    power_w: float = _quantity(50_000.0)
    """Maximum power that it draws, W."""
    voltage_v: float = field(default=400.0, validator=validators.gt(0))
    """Voltage of its battery, V."""
    battery: Battery = field(factory=Battery)
    contract: CarContract | None = None
    """The contract that it pays with; None: the driver has to present a card."""
    installation: CertificateInstallation | None = None
    """The request for its contract certificate, sent first; None: it sends none."""
    tells_soc = True

    def draws(self, offer: Offer) -> Flow:
        """The offered power, up to its maximum."""
        return Flow(min(self.power_w, offer.power_w) / self.voltage_v, self.voltage_v, 0)

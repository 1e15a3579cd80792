"""What can be seen of a connector from outside."""

from attrs import frozen

from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.station.bay import Bay
from ocpp16sm.station.car import Vehicle


@frozen(kw_only=True)
class ConnectorView:
    """One connector at one moment."""

    connector: int
    status: ChargePointStatus
    """As it would be reported."""
    car: Vehicle | None
    """What is plugged in."""
    id_tag: str | None
    """Whose transaction is running, or who is waited for."""
    in_transaction: bool
    energy_wh: float
    """Since the car was plugged in, Wh."""
    power_w: float
    """Into the car now, W."""
    soc_percent: float | None
    """The car's state of charge, if it tells."""

    @classmethod
    def of(cls, bay: Bay, status: ChargePointStatus) -> "ConnectorView":
        """A connector as it is now."""
        holder = bay.owner or bay.token
        return cls(
            connector=bay.number,
            status=status,
            car=bay.car,
            id_tag=holder.id_tag if holder is not None else None,
            in_transaction=bay.owner is not None,
            energy_wh=bay.supply.register_wh,
            power_w=bay.meter.flow.power_w,
            soc_percent=bay.supply.soc_percent,
        )

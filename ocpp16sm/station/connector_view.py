"""What can be seen of a connector from outside."""

from attrs import frozen

from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.station.car import Vehicle
from ocpp16sm.station.virtual_connector import VirtualConnector


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
    def of(cls, virtual_connector: VirtualConnector, status: ChargePointStatus) -> "ConnectorView":
        """A connector as it is now."""
        holder = virtual_connector.owner or virtual_connector.token
        return cls(
            connector=virtual_connector.number,
            status=status,
            car=virtual_connector.car,
            id_tag=holder.id_tag if holder is not None else None,
            in_transaction=virtual_connector.owner is not None,
            energy_wh=virtual_connector.supply.register_wh,
            power_w=virtual_connector.meter.flow.power_w,
            soc_percent=virtual_connector.supply.soc_percent,
        )

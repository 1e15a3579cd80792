"""The state of a connector as seen from outside."""

from attrs import frozen

from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.station.car import Vehicle
from ocpp16sm.station.virtual_connector import VirtualConnector


@frozen(kw_only=True)
class ConnectorView:
    """A connector at one moment."""

    connector: int
    status: ChargePointStatus
    """The status that would be reported."""
    car: Vehicle | None
    """The car that is plugged in, if any."""
    id_tag: str | None
    """idTag of the running transaction, or of the token that waits for a plug."""
    in_transaction: bool
    energy_wh: float
    """Energy since the car was plugged in, Wh."""
    power_w: float
    """Present power into the car, W."""
    soc_percent: float | None
    """The car's state of charge, 0 to 100, if the car reports it."""

    @classmethod
    def of(cls, virtual_connector: VirtualConnector, status: ChargePointStatus) -> "ConnectorView":
        """The present state of a connector."""
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

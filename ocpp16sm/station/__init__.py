"""A virtual station: simulated connectors, cars, meters and a card reader around a real charge point.

::

    async with VirtualStation(Settings(charge_point_id="CP001", central_system_url=url)) as station:
        station.plug_in(1)
        station.present_token("TAG")

Its acts return at once; their effects follow in the station's own time, as at a real one. With a :class:`VirtualClock`
and a seed, a whole day takes moments and repeats byte for byte.
"""

from ocpp16sm.clock import ScaledClock, VirtualClock
from ocpp16sm.station.car import Battery, Car, CarContract, CertificateInstallation, DcCar, Vehicle
from ocpp16sm.station.connector_build import Outlet
from ocpp16sm.station.connector_view import ConnectorView
from ocpp16sm.station.meter import PowerMeter
from ocpp16sm.station.station import VirtualStation
from ocpp16sm.station.timings import Timings

__all__ = [
    "Battery",
    "Car",
    "CarContract",
    "CertificateInstallation",
    "ConnectorView",
    "DcCar",
    "Outlet",
    "PowerMeter",
    "ScaledClock",
    "Timings",
    "Vehicle",
    "VirtualClock",
    "VirtualStation",
]

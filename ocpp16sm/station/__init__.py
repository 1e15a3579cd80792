"""A virtual station: simulated connectors, cars, meters and a card reader around a real charge point.

::

    async with VirtualStation(Settings(charge_point_id="CP001", central_system_url=url)) as station:
        station.plug_in(1)
        station.present_token("TAG")

Its acts return at once; what follows from them happens in the station's own time, as at a real one.
"""

from ocpp16sm.station.car import Car, PowerMeter
from ocpp16sm.station.station import VirtualStation
from ocpp16sm.station.timings import Timings

__all__ = ["Car", "PowerMeter", "Timings", "VirtualStation"]

"""A charge point's core in virtual time (:mod:`ocpp16sm.testing.virtual_charge_point`)."""

from ocpp16sm.testing.virtual_charge_point import BEGAN, VirtualChargePoint

__all__ = ["BEGAN", "VirtualChargePoint"]

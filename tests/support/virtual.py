"""A charge point's core in virtual time (:mod:`ocpp16sm.testing.virtual`)."""

from ocpp16sm.testing.virtual import BEGAN, VirtualChargePoint

__all__ = ["BEGAN", "VirtualChargePoint"]

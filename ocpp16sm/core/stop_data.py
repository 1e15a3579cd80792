"""The readings that a StopTransaction carries, made to fit (3.16.6)."""

from decimal import ROUND_HALF_UP, Decimal

from attrs import evolve

from ocpp16sm import codec
from ocpp16sm.arguments import INT_MAX, INT_MIN
from ocpp16sm.messages import MeterValue, StopTransactionRequest


def rounded_wh(wh: float) -> int:
    """A register reading as the wire has it: whole Wh, halves away from zero, within 32 bits."""
    return max(INT_MIN, min(INT_MAX, int(Decimal(repr(wh)).to_integral_value(ROUND_HALF_UP))))


def fitted(request: StopTransactionRequest, limit: int) -> StopTransactionRequest:
    """The request with so many of its readings that it is no longer than ``limit`` bytes.

    Every other one goes, again and again; the first and the last stay.
    """
    while request.transaction_data is not None and len(request.transaction_data) > 2:
        if len(codec.encode_payload(request)) <= limit:
            break
        request = evolve(request, transaction_data=every_other(request.transaction_data))
    return request


def every_other(samples: tuple[MeterValue, ...]) -> tuple[MeterValue, ...]:
    """Half of the readings: the first, the last, and every other one between."""
    return (*samples[:-1:2], samples[-1]) if len(samples) > 2 else samples

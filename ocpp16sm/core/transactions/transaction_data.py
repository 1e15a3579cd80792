"""The transactionData of a StopTransaction, reduced to the size limit of the message (3.16.6)."""

from decimal import ROUND_HALF_UP, Decimal

from attrs import evolve

from ocpp16sm import codec
from ocpp16sm.config.measurands import Choice
from ocpp16sm.messages import MeterValue, ReadingContext, SampledValue, StopTransactionRequest, ValueFormat
from ocpp16sm.messages.primitives import INTEGER_MAX, INTEGER_MIN


def rounded_wh(wh: float) -> int:
    """A register value in whole Wh, halves rounded away from zero, limited to 32 bits."""
    whole = int(wh)
    if whole != wh:
        whole = int(Decimal(repr(wh)).to_integral_value(ROUND_HALF_UP))
    return max(INTEGER_MIN, min(INTEGER_MAX, whole))


def wanted(
    samples: tuple[MeterValue, ...], sampled: tuple[Choice, ...], aligned: tuple[Choice, ...]
) -> tuple[MeterValue, ...]:
    """The readings that StopTxnSampledData and StopTxnAlignedData now ask for (3.16.5), and all signed values."""

    def chosen(value: SampledValue) -> bool:
        choices = aligned if value.context is ReadingContext.SAMPLE_CLOCK else sampled
        return value.format is ValueFormat.SIGNED_DATA or any(
            choice.measurand is value.measurand and choice.phase in (None, value.phase) for choice in choices
        )

    kept = ((sample, tuple(filter(chosen, sample.sampled_value))) for sample in samples)
    return tuple(evolve(sample, sampled_value=values) for sample, values in kept if values)


FRAME = len('[2,"","StopTransaction",]') + 36 + 16
"""Maximum size, in bytes, of a frame around the payload: with the message id and a transactionId filled in later."""


def fitted(request: StopTransactionRequest, limit: int) -> StopTransactionRequest:
    """The request, with readings dropped until its frame is no longer than ``limit`` bytes.

    Every other reading is dropped, repeatedly if necessary. Those at begin and end stay, even if they exceed the limit.
    """
    while request.transaction_data and len(codec.encode_payload(request)) + FRAME > limit:
        fewer = every_other(request.transaction_data)
        if fewer == request.transaction_data:
            break
        request = evolve(request, transaction_data=fewer)
    return request


def every_other(samples: tuple[MeterValue, ...]) -> tuple[MeterValue, ...]:
    """Every other reading, and in any case the first, the last, and all at begin and end (errata 3.14)."""
    last = len(samples) - 1
    spare = [number for number, sample in enumerate(samples) if number not in (0, last) and not _is_edge(sample)]
    dropped = set(spare[::2])
    return tuple(sample for number, sample in enumerate(samples) if number not in dropped)


def _is_edge(sample: MeterValue) -> bool:
    return sample.sampled_value[0].context in (ReadingContext.TRANSACTION_BEGIN, ReadingContext.TRANSACTION_END)

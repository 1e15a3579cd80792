"""Time to write and read a CALL: ours against cattrs, mobilityhouse/ocpp and bare msgspec structs.

Run ``python tests/bench/bench_codec.py``. Every row writes and reads the whole frame, in the same process and in
turn, so that the ratios hold even where the nanoseconds do not. What is checked on the way differs:

* ours: types, words, lengths, ranges, date-times; unknown fields counted; attrs objects;
* cattrs, default converter with the json module: words and types as Python converts them; the class's own field
  names, for without an override there are no others; attrs objects;
* mobilityhouse/ocpp, without its event loop: the JSON schema; dataclass with dicts inside;
* msgspec: types, words, lengths, native date-times; structs. The floor.
"""

import json
import sys
import timeit
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import msgspec
from cattrs.preconf.json import make_converter
from ocpp.charge_point import camel_to_snake_case, remove_nones, snake_to_camel_case  # type: ignore[import-untyped]  # no stubs
from ocpp.messages import Call as OcppCall  # type: ignore[import-untyped]  # no stubs
from ocpp.messages import _validate_payload, unpack
from ocpp.v16 import call  # type: ignore[import-untyped]  # no stubs

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.codec import Call, decode, encode_call, read_frame
from ocpp16sm.messages import (
    ACTIONS,
    Location,
    Measurand,
    MeterValue,
    MeterValuesRequest,
    Phase,
    ReadingContext,
    SampledValue,
    StartTransactionRequest,
    UnitOfMeasure,
    ValueFormat,
)

ROUNDS, LOOPS = 15, 1000

NOW = Timestamp(2024, 1, 17, 18, 0, 0, 123000)
ID = "a1b2c3d4-0000000042"


def _reading(value: str, measurand: Measurand, phase: Phase | None, unit: UnitOfMeasure) -> SampledValue:
    return SampledValue(value, ReadingContext.SAMPLE_PERIODIC, ValueFormat.RAW, measurand, phase, Location.OUTLET, unit)


START = StartTransactionRequest(1, "04A2B3C4D5E680", 123456, NOW)
METER = MeterValuesRequest(
    1,
    (
        MeterValue(
            NOW,
            (
                _reading("123456.00", Measurand.ENERGY_ACTIVE_IMPORT_REGISTER, None, UnitOfMeasure.WH),
                _reading("11040.00", Measurand.POWER_ACTIVE_IMPORT, None, UnitOfMeasure.W),
                _reading("16.00", Measurand.CURRENT_IMPORT, Phase.L1, UnitOfMeasure.A),
                _reading("230.10", Measurand.VOLTAGE, Phase.L1, UnitOfMeasure.V),
            ),
        ),
    ),
    4711,
)


class Rival(NamedTuple):
    """A codec under test."""

    name: str
    write: Callable[[str, Any], Any]
    read: Callable[[Any], Any]
    message: Callable[[Any], Any]
    """What it takes in place of one of our messages."""


def _ours() -> Rival:
    def read(text: str) -> Any:
        frame = read_frame(text)
        assert isinstance(frame, Call)
        return decode(ACTIONS[frame.action].request, frame.payload)[0]

    def write(action: str, message: Any) -> str:
        return encode_call(ID, action, message)

    return Rival("ocpp16sm", write, read, lambda message: message)


def _cattrs() -> Rival:
    converter = make_converter()
    converter.register_unstructure_hook(Timestamp, Timestamp.text)
    converter.register_structure_hook(Timestamp, lambda value, _: Timestamp.parse(value))

    def write(action: str, message: Any) -> str:
        return json.dumps([2, ID, action, converter.unstructure(message)])

    def read(text: str) -> Any:
        _, _, action, payload = json.loads(text)
        return converter.structure(payload, ACTIONS[action].request)

    return Rival("cattrs + json", write, read, lambda message: message)


def _mobilityhouse() -> Rival:
    def write(action: str, message: Any) -> str:
        payload = snake_to_camel_case(remove_nones(vars(message)))
        frame = OcppCall(ID, action, payload)
        _validate_payload(frame, "1.6")
        text: str = frame.to_json()
        return text

    def read(text: str) -> Any:
        frame = unpack(text)
        _validate_payload(frame, "1.6")
        return getattr(call, frame.action)(**camel_to_snake_case(frame.payload))

    def message(ours: Any) -> Any:
        action = type(ours).__name__.removesuffix("Request")
        _, _, _, payload = json.loads(encode_call(ID, action, ours))
        return getattr(call, action)(**camel_to_snake_case(payload))

    return Rival("mobilityhouse/ocpp", write, read, message)


Integer = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]


class _Sampled(msgspec.Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    value: str
    context: ReadingContext | None = None
    format: ValueFormat | None = None
    measurand: Measurand | None = None
    phase: Phase | None = None
    location: Location | None = None
    unit: UnitOfMeasure | None = None


class _Meter(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    timestamp: datetime
    sampled_value: tuple[_Sampled, ...]


class _MeterValues(msgspec.Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    connector_id: Integer
    meter_value: Annotated[tuple[_Meter, ...], msgspec.Meta(min_length=1)]
    transaction_id: Integer | None = None


class _StartTransaction(msgspec.Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    connector_id: Integer
    id_tag: Annotated[str, msgspec.Meta(max_length=20)]
    meter_start: Integer
    timestamp: datetime
    reservation_id: Integer | None = None


class _Frame(msgspec.Struct, array_like=True):
    kind: int
    message_id: str
    action: str
    payload: msgspec.Raw


def _msgspec() -> Rival:
    structs: dict[str, type[msgspec.Struct]] = {"StartTransaction": _StartTransaction, "MeterValues": _MeterValues}
    encode = msgspec.json.Encoder().encode
    unwrap = msgspec.json.Decoder(_Frame).decode
    decoders = {action: msgspec.json.Decoder(struct).decode for action, struct in structs.items()}

    def write(action: str, message: Any) -> str:
        return encode((2, ID, action, message)).decode()

    def read(text: str) -> Any:
        frame = unwrap(text)
        return decoders[frame.action](frame.payload)

    def message(ours: Any) -> Any:
        action = type(ours).__name__.removesuffix("Request")
        return read(encode_call(ID, action, ours))

    return Rival("msgspec structs", write, read, message)


def _nanoseconds(jobs: dict[tuple[str, str], Callable[[], Any]]) -> dict[tuple[str, str], float]:
    best = dict.fromkeys(jobs, float("inf"))
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            best[name] = min(best[name], timeit.timeit(job, number=LOOPS) / LOOPS * 1e9)
    return best


def main() -> None:
    """Print a table: nanoseconds (the best of all rounds), and how many times ours that is."""
    rivals = [_ours(), _cattrs(), _mobilityhouse(), _msgspec()]
    columns = ["Start write", "Start read", "Meter write", "Meter read"]
    jobs: dict[tuple[str, str], Callable[[], Any]] = {}
    for rival in rivals:
        for column, action, ours in zip(columns[::2], ("StartTransaction", "MeterValues"), (START, METER), strict=True):
            message = rival.message(ours)
            text = rival.write(action, message)
            jobs[rival.name, column] = lambda rival=rival, action=action, message=message: rival.write(  # type: ignore[misc]  # mypy cannot infer defaults
                action, message
            )
            read = column.replace("write", "read")
            jobs[rival.name, read] = lambda rival=rival, text=text: rival.read(text)  # type: ignore[misc]  # as above
    best = _nanoseconds(jobs)
    out = [f"{'':20}" + "".join(f"{column:>20}" for column in columns)]
    for rival in rivals:
        cells = (best[rival.name, column] for column in columns)
        ratios = (best[rival.name, column] / best["ocpp16sm", column] for column in columns)
        out.append(
            f"{rival.name:20}"
            + "".join(f"{cell:12.0f} x{ratio:6.2f}" for cell, ratio in zip(cells, ratios, strict=True))
        )
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()

"""Every message class against the JSON schema of the same action in the PyPI package ``ocpp``.

Both are flattened to facts about paths (``$.meterValue[].timestamp``: type, format, required, ...), and the
facts must agree. Left out on purpose: additionalProperties (unknown fields are ignored when received, and
never sent) and the 32-bit range of integers, which is the WSDL's.
"""

from decimal import Decimal
from enum import StrEnum
from importlib.resources import files
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import attrs
import msgspec
import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.codec.msgspec_mirror import annotations, wire_names
from ocpp16sm.messages import ACTIONS
from ocpp16sm.messages.primitives import Step

Facts = dict[str, dict[str, Any]]


class Deviation(NamedTuple):
    """A fact in which we differ from a schema, and why."""

    schema: str
    path: str
    fact: str
    theirs: Any
    ours: Any
    reason: str


SCHEMA_OF_STOP_TRANSACTION = (
    "Wh kWh varh kvarh W kW VA kVA var kvar A V K Celcius Celsius Fahrenheit Percent"  # no Hertz
)
UNITS = frozenset(SCHEMA_OF_STOP_TRANSACTION.split())

DEVIATIONS = [
    Deviation(
        "StopTransaction",
        "$.transactionData[].sampledValue[].unit",
        "enum",
        UNITS,
        UNITS | {"Hertz"},
        "one class serves MeterValues too, whose schema in the package has Hertz (reference/messages.md 4)",
    ),
    Deviation(
        "StopTransaction",
        "$.transactionData[].sampledValue",
        "minItems",
        None,
        1,
        "7.33: cardinality 1..*, as the package's own schema of MeterValues has it",
    ),
    *(
        Deviation(schema, path, "minItems", None, 1, "7.13: cardinality 1..*; the WSDL has minOccurs 1 too")
        for schema, path in (
            ("SetChargingProfile", "$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod"),
            ("RemoteStartTransaction", "$.chargingProfile.chargingSchedule.chargingSchedulePeriod"),
            ("GetCompositeScheduleResponse", "$.chargingSchedule.chargingSchedulePeriod"),
        )
    ),
]

CLASSES = {
    name: cls
    for action in ACTIONS.values()
    for name, cls in ((action.name, action.request), (f"{action.name}Response", action.response))
}


def facts_of_schema(schema: dict[str, Any], root: dict[str, Any], path: str = "$") -> Facts:
    """Flatten a schema."""
    if "$ref" in schema:
        schema = root["definitions"][schema["$ref"].removeprefix("#/definitions/")]
    facts = {"type": schema["type"]}
    facts |= {key: schema[key] for key in ("maxLength", "minItems", "maxItems", "format") if key in schema}
    if "enum" in schema:
        facts["enum"] = frozenset(schema["enum"])
        assert len(facts["enum"]) == len(schema["enum"])
    if "multipleOf" in schema:
        facts["multipleOf"] = Decimal(str(schema["multipleOf"]))
    flat = {path: facts}
    if schema["type"] == "array":
        flat |= facts_of_schema(schema["items"], root, f"{path}[]")
    for name, inner in schema.get("properties", {}).items():
        below = facts_of_schema(inner, root, f"{path}.{name}")
        below[f"{path}.{name}"]["required"] = name in schema.get("required", [])
        flat |= below
    return flat


def facts_of_class(annotation: Any, path: str = "$") -> Facts:
    """Flatten a class, or the annotation of a field."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        (annotation,) = (each for each in arguments if each is not NoneType)
        return facts_of_class(annotation, path)
    if origin is Annotated:
        flat = facts_of_class(arguments[0], path)
        for metadata in annotation.__metadata__:
            if isinstance(metadata, Step):
                flat[path]["multipleOf"] = metadata.of
            if isinstance(metadata, msgspec.Meta):
                array = flat[path]["type"] == "array"
                found = {"maxItems" if array else "maxLength": metadata.max_length, "minItems": metadata.min_length}
                flat[path] |= {key: value for key, value in found.items() if value is not None}
                flat[path] |= metadata.extra_json_schema or {}
        return flat
    if origin is tuple:
        return {path: {"type": "array"}} | facts_of_class(arguments[0], f"{path}[]")
    if attrs.has(annotation):
        flat = {path: {"type": "object"}}
        wire, types = wire_names(annotation), annotations(annotation)
        for field in attrs.fields(annotation):
            inner = f"{path}.{wire[field.name]}"
            flat |= facts_of_class(types[field.name], inner)
            flat[inner]["required"] = field.default is attrs.NOTHING
        return flat
    if issubclass(annotation, StrEnum):
        return {path: {"type": "string", "enum": frozenset(annotation)}}
    if annotation is Timestamp:
        return {path: {"type": "string", "format": "date-time"}}
    return {path: {"type": {str: "string", int: "integer", bool: "boolean", Decimal: "number"}[annotation]}}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_class_has_the_facts_of_its_schema(name: str, schema_of: Any) -> None:
    """Same fields, required, types, lengths, words, formats and least numbers of elements."""
    schema = schema_of(name)
    theirs = facts_of_schema(schema, schema)
    for deviation in DEVIATIONS:
        if deviation.schema == name:
            assert theirs[deviation.path].get(deviation.fact) == deviation.theirs, "a deviation is stale"
            theirs[deviation.path][deviation.fact] = deviation.ours
    assert facts_of_class(CLASSES[name]) == theirs


def test_every_schema_has_a_class(schema_of: Any) -> None:
    """28 actions of OCPP 1.6 and 11 of the whitepaper, two schemas each; none left over in the package."""
    found = {entry.name.removesuffix(".json") for entry in files("ocpp").joinpath("v16", "schemas").iterdir()}
    assert found == set(CLASSES)
    assert len(ACTIONS) == 28 + 11


def test_a_new_schema_of_celsius_is_understood() -> None:
    """Both spellings are accepted, as OCPP-J errata 2.1 asks of a Central System."""
    unit = facts_of_class(CLASSES["MeterValues"])["$.meterValue[].sampledValue[].unit"]
    assert {"Celcius", "Celsius"} <= unit["enum"]

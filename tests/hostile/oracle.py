"""What a charge point must reply to a text, decided without our code: :mod:`json` and the JSON schemas of ``ocpp``.

The rules are the last column of reference/queue.md 3, and OCPP-J 1.6, 4.1.3, 4.2.1 and 4.2.3.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
from attrs import frozen

FORMATION = "FormationViolation"
OCCURENCE = "OccurenceConstraintViolation"
PROPERTY = "PropertyConstraintViolation"
TYPE = "TypeConstraintViolation"
NOT_IMPLEMENTED = "NotImplemented"
NOT_SUPPORTED = "NotSupported"
ANSWER = "an answer"
"""Not an error code: a CALLRESULT."""

SUPPORTED = frozenset(
    {
        "CancelReservation",
        "CertificateSigned",
        "ChangeAvailability",
        "ChangeConfiguration",
        "ClearCache",
        "ClearChargingProfile",
        "DataTransfer",
        "ExtendedTriggerMessage",
        "GetCompositeSchedule",
        "GetConfiguration",
        "GetDiagnostics",
        "GetLocalListVersion",
        "DeleteCertificate",
        "GetInstalledCertificateIds",
        "GetLog",
        "InstallCertificate",
        "RemoteStartTransaction",
        "RemoteStopTransaction",
        "ReserveNow",
        "Reset",
        "SendLocalList",
        "SetChargingProfile",
        "SignedUpdateFirmware",
        "TriggerMessage",
        "UnlockConnector",
        "UpdateFirmware",
    }
)
"""What a Central System may ask: the profiles that are built, and what the security whitepaper adds to Core."""
KNOWN = frozenset(
    entry.name.removesuffix(".json")
    for entry in files("ocpp").joinpath("v16", "schemas").iterdir()
    if entry.name.endswith(".json") and not entry.name.endswith("Response.json")
)
"""Every action of OCPP 1.6 and the security whitepaper."""

CODES = {
    "required": OCCURENCE,
    "minItems": OCCURENCE,
    "maxItems": OCCURENCE,
    "type": TYPE,
    "enum": PROPERTY,
    "maxLength": PROPERTY,
    "minLength": PROPERTY,
    "minimum": PROPERTY,
    "maximum": PROPERTY,
    "multipleOf": PROPERTY,
    "format": FORMATION,
}
"""Keyword of a schema -> errorCode of a CALLERROR."""

FILES = frozenset({"GetDiagnostics", "UpdateFirmware"})
"""Actions with a location, and without a word in their answer that says that it is none."""
_LOCATION = re.compile(r"\s*(ftps?|https?)://[^\x00-\x1f\x7f]*\Z", re.IGNORECASE)

UNKNOWN_FIELD = frozenset({"additionalProperties", "falseSchema"})
CONNECTORS = 1
"""Whoever uses this has so many."""
NOT_IN_SCHEMAS = {ANSWER, PROPERTY, TYPE}
"""What may come of numbers of which the schemas say nothing: beyond 32 bits, 2.0 for an integer."""


@frozen
class Expected:
    """Which replies are right."""

    message_id: str | None = None
    """Whom to answer; None: nobody."""
    replies: frozenset[str] = frozenset()
    """Codes of a CALLERROR, or ANSWER."""


NOTHING = Expected()


def expected(text: str) -> Expected:
    """What must come of a text that a Central System sends."""
    try:
        frame = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return NOTHING
    if not isinstance(frame, list) or len(frame) < 2 or type(frame[0]) is not int or frame[0] != 2:
        return NOTHING
    _, message_id, *rest = frame
    if not isinstance(message_id, str) or not 1 <= len(message_id) <= 36 or not _is_unicode(message_id):
        return NOTHING
    if len(rest) < 2 or not isinstance(rest[0], str) or not isinstance(rest[1], dict | None):
        return Expected(message_id, frozenset({FORMATION}))
    return Expected(message_id, frozenset(_verdict(rest[0], rest[1] or {})))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _is_unicode(text: str) -> bool:
    """Whether it can be written in UTF-8; half a surrogate pair cannot."""
    return all(not "\ud800" <= character <= "\udfff" for character in text)


def _verdict(action: str, payload: dict[str, Any]) -> set[str]:
    scalars = list(_scalars(payload))
    if not all(_is_unicode(scalar) for scalar in (action, *scalars) if isinstance(scalar, str)):
        return {FORMATION}
    if action not in KNOWN:
        return {NOT_IMPLEMENTED}
    if action not in SUPPORTED:
        return {NOT_SUPPORTED}
    faults = set(_faults(action, payload))
    if any(isinstance(scalar, float) or (isinstance(scalar, int) and abs(scalar) >= 2**31) for scalar in scalars):
        faults |= NOT_IN_SCHEMAS
    location = payload.get("location") if action in FILES and faults <= NOT_IN_SCHEMAS else None
    if isinstance(location, str) and not _LOCATION.match(location):
        return (faults - {ANSWER}) | {PROPERTY}
    return faults or {ANSWER}


def _faults(action: str, payload: dict[str, Any]) -> Iterator[str]:
    """What may be answered to a payload. Unknown fields are no fault, nor is null for an optional one."""
    document = _document(action)
    formats = {"date-time": _is_date_time, "uri": _is_uri}
    for error in jsonschema_rs.Draft4Validator(document, validate_formats=True, formats=formats).iter_errors(payload):
        keyword, path = error.kind.name, list(error.schema_path)
        if keyword in UNKNOWN_FIELD or (keyword in ("type", "enum") and _is_absent(error.instance, document, path)):
            continue
        if keyword == "enum" and list(error.instance_path) == ["requestedMessage"]:
            yield ANSWER  # 5.17: there is a status that says it, NotImplemented
        else:
            yield CODES[keyword]


_SHAPE = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d)(?:(:\d\d)(?:[.,](\d+))?)?(?:[Zz]|([+-]\d\d)(?::?(\d\d))?)?", re.ASCII
)
_LAX = jsonschema_rs.Draft4Validator({"type": "string", "format": "date-time"}, validate_formats=True)


def _is_date_time(text: str) -> bool:
    """ISO 8601 in its extended format (3.15), or without a time zone (Central Systems leave it out, and mean UTC).

    The validator knows RFC 3339 only, and takes some other characters for digits (``2,26-06-01T12:00:00Z``).
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return False
    minute, second, fraction, hours, minutes = shape.groups()
    zone = f"{hours}:{minutes or '00'}" if hours else "Z"
    return _LAX.is_valid(f"{minute}{second or ':00'}.{fraction or 0}{zone}")


def _is_uri(_text: str) -> bool:
    """6.25, 6.55 say anyURI, which any text can be; and real locations have blanks and passwords in them."""
    return True


def _is_absent(instance: object, schema: Any, path: list[str | int]) -> bool:
    """Whether this is null for a field that is not required; ``path`` ends with properties, its name, a keyword."""
    if instance is not None or path[-3:-2] != ["properties"]:
        return False
    for step in path[:-3]:
        schema = schema[step]
    return path[-2] not in schema.get("required", ())


def _scalars(value: Any) -> Iterator[Any]:
    """Everything in a JSON value but its arrays and objects; names of fields too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner)
    else:
        yield value


@cache
def _document(action: str) -> Any:
    text = files("ocpp").joinpath("v16", "schemas", f"{action}.json").read_text(encoding="utf-8-sig")
    document = json.loads(text)
    for name in ("chargingProfile", "csChargingProfiles"):
        if name in document["properties"]:
            schedule = document["properties"][name]["properties"]["chargingSchedule"]["properties"]
            schedule["chargingSchedulePeriod"]["minItems"] = 1  # 7.13: 1..*, which the schema does not say
    if action == "SetChargingProfile":
        document["properties"]["connectorId"] |= {"minimum": 0, "maximum": CONNECTORS}  # errata 3.39
    return document

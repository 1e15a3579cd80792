"""Coming from EVerest libocpp: its configuration of an OCPP 1.6 charge point, read as settings.

::

    migrated = from_libocpp(json.loads(Path("config.json").read_text()))
    ChargePoint(migrated.settings)
    migrated.left_out          # {"LogMessages": "is not known here", ...}
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from ocpp16sm.config import identity_keys, keys, own_keys, table
from ocpp16sm.config.vendor import VendorKey
from ocpp16sm.errors import ConfigurationError
from ocpp16sm.settings import DEFAULT_IDENTITY, Settings

__all__ = ["Migrated", "from_libocpp"]

_FIELDS = {key.name: name for name, key in identity_keys.BY_FIELD.items()}
_ELSEWHERE = {identity_keys.CHARGE_POINT_ID.name, own_keys.CENTRAL_SYSTEM_URI.name, keys.NUMBER_OF_CONNECTORS.name}
_KNOWN = {key.name for key in table.KEYS}
_TYPES = {bool: "boolean", int: "integer", float: "decimal", list: "CSL", str: "string"}
_LOWEST = str(-(2**31))


@frozen
class Migrated:
    """What became of a configuration of libocpp."""

    settings: Settings
    """The settings; give them to :class:`~ocpp16sm.ChargePoint`, or ``attrs.evolve`` them first."""
    left_out: Mapping[str, str]
    """Name of each key that is not in them -> why. Values are not repeated: there may be secrets among them."""


def from_libocpp(
    config: Mapping[str, Mapping[str, Any]], *, message_log_path: str | Path | None = None, **given: Any
) -> Migrated:
    """Read a configuration of libocpp: sections (``Internal``, ``Core``, ..., ``Custom``) of keys and values.

    What libocpp's ``Internal`` section says of the charge point becomes id, URL and identity; ``Custom`` keys become
    vendor keys that can be read and written, typed as their values are; every other key that is known here keeps its
    value. A URL without a scheme becomes ``ws://``, from security profile 2 ``wss://``. ``given`` are settings that win
    over the configuration: ``connectors=2``, ``store="cp.sqlite"``.

    ``message_log_path`` is the directory that libocpp was given under this name; with it, what LogMessages,
    LogMessagesFormat and LogRotation ask for becomes the message log and the security log there.

    Raises :class:`~ocpp16sm.errors.ConfigurationError` if it has no ChargePointId, or one that cannot be.
    """
    for section, content in config.items():
        if not isinstance(content, Mapping):
            raise ConfigurationError(section, type(content).__name__, "a section: names of keys and their values")
    custom = config.get("Custom", {})
    found = {
        name: value for section, content in config.items() if section != "Custom" for name, value in content.items()
    }
    if identity_keys.CHARGE_POINT_ID.name not in found:
        raise ConfigurationError("Internal.ChargePointId", "(nothing)", "the charge point's name; it is required")
    logging, not_logged = _logging(found, message_log_path)
    left_out = {name: "is not known here" for name in found if name not in _KNOWN and name not in _LOG_KEYS}
    left_out |= not_logged
    identity = {_FIELDS[name]: str(value) for name, value in found.items() if name in _FIELDS}
    settings = Settings(
        **{
            "charge_point_id": str(found[identity_keys.CHARGE_POINT_ID.name]),
            "central_system_url": _url(found),
            "connectors": found.get(keys.NUMBER_OF_CONNECTORS.name, 1),
            "identity": evolve(DEFAULT_IDENTITY, **identity),
            **logging,
            **given,
        }
    )
    vendor_keys = []
    for name, value in custom.items():
        try:
            vendor_keys.append(_vendor_key(name, value))
            settings = evolve(settings, vendor_keys=tuple(vendor_keys))
        except ConfigurationError as error:
            vendor_keys = list(settings.vendor_keys)
            left_out[name] = _reason(error)
    configuration = {name: _text(value) for name, value in found.items() if name in _KNOWN - set(_FIELDS) - _ELSEWHERE}
    profiles = keys.SUPPORTED_FEATURE_PROFILES.name
    if profiles in configuration:
        configuration[profiles], strange = _known_profiles(configuration[profiles])
        left_out |= {f"{profiles}: {profile}": "is no feature profile of OCPP 1.6" for profile in strange}
    for name in _limits_first(configuration):
        try:
            settings = evolve(settings, configuration={**settings.configuration, name: configuration[name]})
        except ConfigurationError as error:
            left_out[name] = _reason(error)
    return Migrated(settings, left_out)


_LOG_KEYS = frozenset(
    {
        "LogMessages",
        "LogMessagesFormat",
        "LogRotation",
        "LogRotationMaximumFileSize",
        "LogRotationMaximumFileCount",
    }
)
_LOG_FORMATS = ("log", "html", "security", "session_logging")
_FEWEST_BYTES, _MOST, _MOST_FILES = 4096, 2**31 - 1, 10_000


def _logging(found: Mapping[str, Any], directory: str | Path | None) -> tuple[dict[str, Any], dict[str, str]]:
    """What libocpp's keys about logs become, and what of them has no place here."""
    left_out = {}
    formats = found.get("LogMessagesFormat", _LOG_FORMATS)
    formats = [word.strip() for word in formats.split(",")] if isinstance(formats, str) else list(formats)
    for word in formats:
        if word not in _LOG_FORMATS:
            left_out[f"LogMessagesFormat: {word}"] = "the loggers of the standard library show that"
    settings: dict[str, Any] = {}
    numbers = {}
    for name in ("LogRotationMaximumFileSize", "LogRotationMaximumFileCount"):
        numbers[name] = found.get(name, 0)
        if type(numbers[name]) is not int or not 0 <= numbers[name] <= _MOST:
            left_out[name] = f"allowed here: a whole number from 0 to {_MOST}"
            numbers[name] = 0
    if found.get("LogRotation"):
        size, count = numbers.values()
        settings["log_max_bytes"] = max(size, _FEWEST_BYTES) if size else 0
        settings["log_max_files"] = min(count, _MOST_FILES) or _MOST_FILES
    elif "LogRotation" in found:
        settings["log_max_bytes"] = 0
    if found.get("LogMessages", True) and directory is not None:
        if "log" in formats or "html" in formats:
            settings["message_log"] = Path(directory) / "libocpp_16.jsonl"
        if "security" in formats:
            settings["security_log"] = Path(directory) / "libocpp_16.security.jsonl"
    elif found.get("LogMessages"):
        left_out["LogMessages"] = "give message_log_path, the directory that libocpp was given"
    return settings, left_out


def _known_profiles(text: str) -> tuple[str, list[str]]:
    """The feature profiles that are known here, and those that are not."""
    words = [word.strip() for word in text.split(",")]
    known = [word for word in words if word in keys.FEATURE_PROFILES]
    return ",".join(known), [word for word in words if word not in known]


def _limits_first(names: Mapping[str, str]) -> Iterator[str]:
    """Keys that limit what others may be are read-only: they come first."""
    return (key.name for key in sorted(table.KEYS, key=lambda key: not key.read_only) if key.name in names)


def _reason(error: ConfigurationError) -> str:
    return f"allowed here: {str(error).partition('; allowed: ')[2].partition(' (')[0]}"


def _url(found: Mapping[str, Any]) -> str:
    """The endpoint, without the charge point's id: libocpp takes it with and without, and with and without scheme."""
    text = str(found.get(own_keys.CENTRAL_SYSTEM_URI.name, ""))
    if text and "://" not in text:
        secure = int(found.get("SecurityProfile", 0)) >= 2
        text = f"{'wss' if secure else 'ws'}://{text}"
    return text.rstrip("/").removesuffix(f"/{found[identity_keys.CHARGE_POINT_ID.name]}")


def _text(value: Any) -> str:
    """A value of JSON as a text of OCPP."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def _vendor_key(name: str, value: Any) -> VendorKey:
    type_ = _TYPES.get(type(value), "string")
    return VendorKey(name=name, type=type_, default=_text(value), minimum=_LOWEST if type_ == "integer" else "")

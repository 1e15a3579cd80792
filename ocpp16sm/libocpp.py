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

from ocpp16sm.config import cost_keys, identity_keys, key_table, keys, own_keys
from ocpp16sm.config.vendor import VendorKey
from ocpp16sm.errors import ConfigurationError, UnknownKeyError
from ocpp16sm.settings import DEFAULT_IDENTITY, Settings

__all__ = ["Migrated", "from_libocpp"]

_FIELDS = {key.name: name for name, key in identity_keys.BY_FIELD.items()}
_ELSEWHERE = {identity_keys.CHARGE_POINT_ID.name, own_keys.CENTRAL_SYSTEM_URI.name, keys.NUMBER_OF_CONNECTORS.name}
_KNOWN = {key.name for key in key_table.KEYS}
_TYPES = {bool: "boolean", int: "integer", float: "decimal", list: "CSL", str: "string"}
_LOWEST = str(-(2**31))


@frozen
class Migrated:
    """The result of reading a configuration of libocpp."""

    settings: Settings
    """The settings for :class:`~ocpp16sm.ChargePoint`; change them with ``attrs.evolve`` if needed."""
    left_out: Mapping[str, str]
    """Name of each key that was not used -> reason. Values are not repeated, because some may be secret."""


def from_libocpp(
    config: Mapping[str, Mapping[str, Any]], *, message_log_path: str | Path | None = None, **given: Any
) -> Migrated:
    """Read a configuration of libocpp: sections (``Internal``, ``Core``, ..., ``Custom``) of keys and values.

    What libocpp's ``Internal`` section says of the charge point becomes id, URL and identity; ``Custom`` keys become
    vendor keys that can be read and written, typed as their values are; every other key that is known here keeps its
    value, also one for each language or connector (``DefaultPriceText``, ``MeterPublicKeys``). A URL without a scheme
    becomes ``ws://``, from security profile 2 ``wss://``. ``given`` are settings that win over the configuration:
    ``connectors=2``, ``store="cp.sqlite"``.

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
    made = _run_time_keys(found)
    logging, not_logged = _logging(found, message_log_path)
    elsewhere = _KNOWN | _LOG_KEYS | made.read
    left_out = {name: "is not known here" for name in found if name not in elsewhere}
    left_out |= {**made.left_out, **not_logged}
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
    configuration |= made.values
    profiles = keys.SUPPORTED_FEATURE_PROFILES.name
    if profiles in configuration:
        configuration[profiles], strange = _known_profiles(configuration[profiles])
        left_out |= {f"{profiles}: {profile}": "is no feature profile of OCPP 1.6" for profile in strange}
    for name in (*_limits_first(configuration), *made.values):
        try:
            settings = evolve(settings, configuration={**settings.configuration, name: configuration[name]})
        except UnknownKeyError:
            left_out[name] = "is there only for a language of SupportedLanguages, with CustomMultiLanguageMessages"
        except ConfigurationError as error:
            left_out[name] = _reason(error)
    return Migrated(settings, left_out)


@frozen
class _RunTimeKeys:
    """Keys that exist once per language or per connector, so that no table lists them."""

    read: frozenset[str]
    """Names of the keys in the configuration from which they were read."""
    values: Mapping[str, str]
    left_out: Mapping[str, str]


def _run_time_keys(found: Mapping[str, Any]) -> _RunTimeKeys:
    """``DefaultPriceText,<language>`` and ``MeterPublicKey<n>``, each by its name or in libocpp's list of them."""
    read, values, left_out = set(), {}, {}
    for name, value in found.items():
        if name.startswith(f"{cost_keys.TEXT_OF_A_LANGUAGE},") or own_keys.connector_of(name) is not None:
            read.add(name)
            values[name] = _text(value)
    if _PRICE_TEXTS in found:
        read.add(_PRICE_TEXTS)
        texts = _price_texts(found[_PRICE_TEXTS])
        if texts is None:
            left_out[_PRICE_TEXTS] = 'allowed here: {"priceTexts": [{"priceText": ..., "language": ...}, ...]}'
        values |= texts or {}
    if _PUBLIC_KEYS in found:
        read.add(_PUBLIC_KEYS)
        public_keys = found[_PUBLIC_KEYS]
        if not isinstance(public_keys, list) or not all(isinstance(each, str) for each in public_keys):
            left_out[_PUBLIC_KEYS] = "allowed here: a list of texts, one for each connector"
        else:
            given = enumerate(public_keys, start=1)
            values |= {own_keys.meter_public_key(number).name: each for number, each in given if each}
    return _RunTimeKeys(frozenset(read), values, left_out)


def _price_texts(value: Any) -> dict[str, str] | None:
    """The keys in libocpp's list of price texts; None if it is not such a list."""
    rows = value.get("priceTexts") if isinstance(value, Mapping) else None
    if not isinstance(rows, list):
        return None
    texts = {}
    for row in rows:
        if not isinstance(row, Mapping) or not isinstance(row.get("language"), str):
            return None
        rest = {name: each for name, each in row.items() if name != "language"}
        texts[cost_keys.text_of(row["language"]).name] = json.dumps(rest, ensure_ascii=False)
    return texts


_PRICE_TEXTS, _PUBLIC_KEYS = cost_keys.TEXT_OF_A_LANGUAGE, "MeterPublicKeys"
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
    """The settings that correspond to libocpp's keys about logs, and those keys that have no equivalent."""
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
    """The known feature profiles, and the unknown ones."""
    words = [word.strip() for word in text.split(",")]
    known = [word for word in words if word in keys.FEATURE_PROFILES]
    return ",".join(known), [word for word in words if word not in known]


def _limits_first(names: Mapping[str, str]) -> Iterator[str]:
    """Order keys so that those that limit others come first."""
    return (key.name for key in sorted(key_table.KEYS, key=lambda key: not key.read_only) if key.name in names)


def _reason(error: ConfigurationError) -> str:
    return f"allowed here: {str(error).partition('; allowed: ')[2].partition(' (')[0]}"


def _url(found: Mapping[str, Any]) -> str:
    """The endpoint without the charge point's id: libocpp accepts it with and without id and scheme."""
    text = str(found.get(own_keys.CENTRAL_SYSTEM_URI.name, ""))
    if text and "://" not in text:
        secure = str(found.get("SecurityProfile", 0)).strip() in ("2", "3")
        text = f"{'wss' if secure else 'ws'}://{text}"
    return text.rstrip("/").removesuffix(f"/{found[identity_keys.CHARGE_POINT_ID.name]}")


def _text(value: Any) -> str:
    """A JSON value as an OCPP string."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def _vendor_key(name: str, value: Any) -> VendorKey:
    type_ = _TYPES.get(type(value), "string")
    return VendorKey(name=name, type=type_, default=_text(value), minimum=_LOWEST if type_ == "integer" else "")

"""The settings of a charge point: from keyword arguments, a TOML file, the environment, or all three.

::

    Settings(charge_point_id="CP001", central_system_url="ws://localhost:9000/ocpp")
    Settings.load("station.toml")          # and OCPP16SM_* from the environment override it

In TOML every field below is a key of the top level, ``configuration`` and ``identity`` are tables::

    charge_point_id = "CP001"
    central_system_url = "ws://localhost:9000/ocpp"
    connectors = 2

    [identity]
    charge_point_vendor = "Example"

    [configuration]
    HeartbeatInterval = 300
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlsplit

from attrs import evolve, field, fields, frozen

from ocpp16sm.arguments.arguments import is_text
from ocpp16sm.base.secret import shown_keys
from ocpp16sm.config import environment_variables, identity_keys, keys, own_keys
from ocpp16sm.config.vendor import VendorKey
from ocpp16sm.core.engine.configuration_values import Configuration
from ocpp16sm.core.engine.journal import Journal
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.errors import ConfigurationError, UnknownKeyError
from ocpp16sm.records import Durability, Identity

_KEYS = ("P-256", "RSA-2048", "RSA-3072")
_SECURITY_PROFILE = "SecurityProfile"

DEFAULT_IDENTITY = Identity(charge_point_vendor="ocpp16sm", charge_point_model="Virtual", firmware_version="0.1.0")


_CREDENTIALS = re.compile(r"(^|//)[^/]*@")


def _without_credentials(url: object) -> str:
    return _CREDENTIALS.sub(r"\1", str(url))


def _identity(value: Any) -> Any:
    """Accept an identity, or a table of the fields that differ from the default one."""
    if isinstance(value, Identity):
        return value
    table = _table("identity", value)
    known = [attribute.name for attribute in fields(Identity)]
    for name in table:
        if name not in known:
            raise UnknownKeyError(f"identity.{name}", (f"identity.{one}" for one in known))
    return evolve(DEFAULT_IDENTITY, **table)


def _configuration(value: Any) -> Any:
    return {key: _text(f"configuration.{key}", item) for key, item in _table("configuration", value).items()}


def _table(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(name, value, f"a table, [{name}] in TOML")
    return value


def _text(path: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    if isinstance(value, str | int | float):
        return str(value)
    raise ConfigurationError(path, value, "a text, a number, true or false, or a list")


def _vendor_keys(value: Any) -> Any:
    """Accept declared keys, or a table of tables with plain values."""
    if not isinstance(value, Mapping):
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise ConfigurationError("vendor_keys", value, "VendorKeys, or a table of tables")
        given = tuple(value)
        for index, key in enumerate(given):
            if not isinstance(key, VendorKey):
                raise ConfigurationError(f"vendor_keys[{index}]", key, "a VendorKey")
        return given
    known = [attribute.name for attribute in fields(VendorKey) if attribute.name != "name"]
    declared = []
    for name, given in value.items():
        path = f"vendor_keys.{name}"
        values = dict(_table(path, given))
        for what, item in values.items():
            if what not in known:
                raise UnknownKeyError(f"{path}.{what}", (f"{path}.{one}" for one in known))
            if what == "choices":
                if not isinstance(item, list) or not all(isinstance(choice, str) for choice in item):
                    raise ConfigurationError(f"{path}.choices", item, "a list of texts")
                values[what] = tuple(item)
            elif what == "reboot":
                if not isinstance(item, bool):
                    raise ConfigurationError(f"{path}.reboot", item, "true or false")
            else:
                values[what] = _text(f"{path}.{what}", item)
        declared.append(VendorKey(name=name, **values))
    return tuple(declared)


def _path(value: Any) -> Any:
    return os.fspath(value) if isinstance(value, os.PathLike) else value


@frozen(kw_only=True)
class Settings:
    """The settings of a charge point; fixed once created. A wrong value raises :class:`ConfigurationError`."""

    charge_point_id: str
    """Identity of the charge point, 1 to 48 characters; percent-encoded as the last part of the URL. Required."""
    central_system_url: str = field(default="", repr=lambda url: repr(_without_credentials(url)))
    """URL of the Central System, without the charge point's id: ``ws://host:port/path``. Empty: never connect.
    Without a scheme (``host:port/path``), the security profile decides between ws:// and wss://."""
    connectors: int = 1
    """Number of connectors, 1 to 99."""
    identity: Identity = field(default=DEFAULT_IDENTITY, converter=_identity)
    """The content of BootNotification: vendor and model (1 to 20 characters), serial numbers, firmware version."""
    configuration: Mapping[str, str] = field(factory=dict, converter=_configuration, repr=shown_keys)
    """Initial values of OCPP configuration keys, by name. Later changes by the Central System override them."""
    vendor_keys: tuple[VendorKey, ...] = field(default=(), converter=_vendor_keys)
    """Configuration keys of your own: in TOML, one table ``[vendor_keys.<Name>]`` each; see docs/configuration.md."""
    store: str = field(default="", converter=_path)
    """Path of the file that stores the state that must survive a restart. Empty: state is kept in memory only."""
    certificates: str = field(default="", converter=_path)
    """Path of the directory that stores certificates and keys. Empty: none, and security profile 3 is impossible."""
    certificate_key: str = "P-256"
    """Type of the charge point's own keys: ``P-256``, ``RSA-2048`` or ``RSA-3072``."""
    durability: Durability = "power_loss"
    """What a commit survives: ``power_loss`` (waits for the disk), or ``process`` (a crash of the process; faster)."""
    message_queue_resume_delay_s: float = 0.0
    """Delay between a reconnect and the first queued message, 0 to 3600 s."""
    connect_timeout_s: float = 30.0
    """Time limit for opening a connection, 0.1 to 600 s."""
    stop_timeout_s: float = 10.0
    """How long ``stop()`` waits for transactions to end and messages to be delivered, 0 to 600 s."""
    authorization_cache_size: int = 1000
    """Maximum number of entries in the authorisation cache, 1 to 1,000,000."""
    log_id_tags: bool = False
    """Whether logs show idTags in full; by default they are masked."""
    trace_charts: bool = False
    """Whether listeners are told of every state change of every chart (``Listener.chart_moved``)."""
    flight_recorder: str = field(default="", converter=_path)
    """Path of a file that records every input and its effects, for ``ocpp16sm replay``. It contains idTags.
    Each start appends to it."""

    security_log: str = field(default="", converter=_path)
    """Path of the security log: one JSON line per security event. Empty: only the logger ocpp16sm.security."""
    message_log: str = field(default="", converter=_path)
    """Path of the message log: one JSON line per frame, without secrets. Empty: no message log."""
    log_max_bytes: int = 10_000_000
    """Size in bytes at which a file of these two logs is rotated, at least 4096; 0: no limit."""
    log_max_files: int = 10
    """Number of files kept per log, 1 to 10,000, including the current one; the oldest is deleted."""

    def __attrs_post_init__(self) -> None:
        _check_text("charge_point_id", self.charge_point_id, 1, 48)
        for name in ("central_system_url", "store", "certificates", "flight_recorder", "security_log", "message_log"):
            _check_text(name, getattr(self, name), 0, 4096)
        if self.central_system_url:
            self._check_url()
        _check_number("connectors", self.connectors, 1, 99, int)
        _check_number("message_queue_resume_delay_s", self.message_queue_resume_delay_s, 0, 3600)
        _check_number("connect_timeout_s", self.connect_timeout_s, 0.1, 600)
        _check_number("stop_timeout_s", self.stop_timeout_s, 0, 600)
        _check_number("authorization_cache_size", self.authorization_cache_size, 1, 1_000_000, int)
        if self.log_max_bytes != 0 or isinstance(self.log_max_bytes, bool):
            _check_number("log_max_bytes", self.log_max_bytes, 4096, 2**40, int)
        _check_number("log_max_files", self.log_max_files, 1, 10_000, int)
        for name in ("log_id_tags", "trace_charts"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigurationError(name, getattr(self, name), "true or false")
        if self.certificate_key not in _KEYS:
            raise ConfigurationError("certificate_key", self.certificate_key, ", ".join(_KEYS))
        if self.durability not in ("power_loss", "process"):
            raise ConfigurationError("durability", self.durability, "power_loss or process")
        _check_text("identity.charge_point_vendor", self.identity.charge_point_vendor, 1, 20)
        _check_text("identity.charge_point_model", self.identity.charge_point_model, 1, 20)
        for name, limit in _IDENTITY_LIMITS.items():
            value = getattr(self.identity, name)
            if value is not None:
                _check_text(f"identity.{name}", value, 0, limit)
        for name, key in identity_keys.BY_FIELD.items():
            self._check_not_given(key.name, f"identity.{name}")
        self._check_not_given(identity_keys.CHARGE_POINT_ID.name, "charge_point_id")
        self._check_not_given(own_keys.CENTRAL_SYSTEM_URI.name, "central_system_url")
        self._check_not_given(keys.NUMBER_OF_CONNECTORS.name, "connectors")
        setup = self.setup()
        Configuration(Journal(), setup.initial_configuration(), setup.vendor_keys)

    def _check_not_given(self, key: str, setting: str) -> None:
        """Raise if a configuration key is given whose value comes from a setting."""
        for name, value in self.configuration.items():
            if name.lower() == key.lower():
                raise ConfigurationError(
                    f"configuration.{name}", value, f"the setting {setting}, which it follows from"
                )

    def _check_url(self) -> None:
        shown = _without_credentials(self.central_system_url)
        try:
            url = urlsplit(self._url_of("ws"))
            reachable = bool(url.hostname) and url.port != 0 and not url.netloc.endswith(":")
        except ValueError as error:
            raise ConfigurationError("central_system_url", shown, f"ws://host:port/path ({error})") from None
        if url.scheme not in ("ws", "wss") or not reachable:
            raise ConfigurationError("central_system_url", shown, "ws://host or wss://host")
        if url.query or url.fragment:
            raise ConfigurationError("central_system_url", shown, "a URL without ? and #")
        profile = self._first_profile
        if url.scheme == "ws" and "://" in self.central_system_url and profile >= 2:
            raise ConfigurationError("central_system_url", shown, f"wss://host: security profile {profile} needs TLS")
        self.url_for(profile)

    @property
    def _first_profile(self) -> int:
        """The configured security profile, 0 to 3. The core knows whether the Central System changed it since."""
        given = [value for name, value in self.configuration.items() if name.lower() == _SECURITY_PROFILE.lower()]
        return int(given[-1]) if given and given[-1].isdecimal() else 0

    def _url_of(self, scheme: str) -> str:
        url = self.central_system_url
        return (url if "://" in url else f"{scheme}://{url}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether the URL begins with wss://."""
        return self.central_system_url.lower().startswith("wss:")

    @property
    def connection_url(self) -> str:
        """The URL of the first connection."""
        return self.url_for(self._first_profile)

    def url_for(self, security_profile: int) -> str:
        """The URL to connect to with a security profile: the endpoint and the percent-encoded id (OCPP-J 3.1.1).

        The scheme follows the profile: from 2 on ``ws://`` becomes ``wss://``, and an explicit port stays. ``wss://``
        never becomes ``ws://``: with profile 0 it is TLS without a password, with profile 1, which is without TLS, a
        :class:`~ocpp16sm.errors.ConfigurationError`. A user and password in the URL count with profile 0 only.
        """
        scheme, _, rest = self._url_of("wss" if security_profile >= 2 else "ws").partition("://")
        if security_profile >= 2:
            scheme = "wss"
        elif security_profile == 1 and self.secure:
            raise ConfigurationError(
                "central_system_url",
                _without_credentials(self.central_system_url),
                "ws://host: security profile 1 is without TLS; or security profile 2",
            )
        if security_profile:
            rest = _without_credentials(rest)
        return f"{scheme.lower()}://{rest}/{quote(self.charge_point_id, safe='')}"

    def shown_url_for(self, security_profile: int) -> str:
        """:meth:`url_for`, without user and password."""
        return _without_credentials(self.url_for(security_profile))

    def setup(self) -> Setup:
        """The settings that the core needs."""
        given = {**self.configuration, own_keys.CENTRAL_SYSTEM_URI.name: _without_credentials(self.central_system_url)}
        given[identity_keys.CHARGE_POINT_ID.name] = self.charge_point_id
        return Setup(
            identity=self.identity,
            connectors=self.connectors,
            configuration=given,
            vendor_keys=self.vendor_keys,
            message_queue_resume_delay_s=self.message_queue_resume_delay_s,
            authorization_cache_size=self.authorization_cache_size,
            trace_charts=self.trace_charts,
        )

    # -- other sources ----------------------------------------------------------------------------------------------

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        environment: Mapping[str, str] | None = None,
        defaults: Mapping[str, Any] | None = None,
        **given: Any,
    ) -> Self:
        """Load from ``defaults``, a TOML file (if given), the environment and keyword arguments; later ones override.

        Environment: ``OCPP16SM_<FIELD>`` for each field, ``OCPP16SM_IDENTITY__<FIELD>`` and
        ``OCPP16SM_CONFIGURATION__<KEY>`` for the tables.
        """
        values = dict(defaults or {})
        from_file = _from_toml(Path(path)) if path is not None else {}
        from_environment, written = environment_variables.read(os.environ if environment is None else environment)
        for source in (from_file, from_environment, given):
            for name, value in source.items():
                merged = isinstance(value, Mapping) and isinstance(values.get(name), Mapping)
                values[name] = {**values[name], **value} if merged else value
        try:
            return cls.of(values)
        except ConfigurationError as error:
            variable = environment_variables.variable_of(error.key, written, given)
            if variable is not None:
                error.is_written(variable)
            raise

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Create settings from plain values as in TOML or the environment: strings, numbers and tables."""
        known = {attribute.name: attribute for attribute in fields(cls)}
        if "charge_point_id" not in values:
            raise ConfigurationError("charge_point_id", "(nothing)", "the charge point's name; it is required")
        made: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise UnknownKeyError(name, known)
            made[name] = _typed(name, value, known[name].default)
        return cls(**made)


_IDENTITY_LIMITS = {
    "charge_point_serial_number": 25,
    "charge_box_serial_number": 25,
    "firmware_version": 50,
    "iccid": 20,
    "imsi": 20,
    "meter_type": 25,
    "meter_serial_number": 25,
}
"""Maximum lengths in characters (6.3)."""


def _check_text(name: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise ConfigurationError(name, value, f"a text of {least} to {most} characters")
    if not is_text(value):
        raise ConfigurationError(name, value, "a text without half of a surrogate pair")


def _check_number(name: str, value: object, least: float, most: float, kind: type = float) -> None:
    number = isinstance(value, (int, kind)) and not isinstance(value, bool)
    if not number or not least <= value <= most:  # type: ignore[operator]  # a number by now
        what = "a whole number" if kind is int else "a number"
        raise ConfigurationError(name, value, f"{what} from {least} to {most}")


def _typed(name: str, value: Any, default: Any) -> Any:
    """Convert a string from the environment to the type of its setting."""
    if not isinstance(value, str) or not isinstance(default, bool | int | float):
        return value
    if isinstance(default, bool):
        if value.lower() not in ("true", "false"):
            raise ConfigurationError(name, value, "true or false")
        return value.lower() == "true"
    try:
        return int(value) if isinstance(default, int) else float(value)
    except ValueError:
        raise ConfigurationError(name, value, "a number") from None


def _from_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise ConfigurationError("settings file", str(path), f"a file that can be read ({error.strerror})") from None
    except ValueError as error:
        raise ConfigurationError("settings file", str(path), f"TOML ({error})") from None

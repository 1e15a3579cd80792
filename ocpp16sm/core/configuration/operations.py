"""GetConfiguration and ChangeConfiguration (5.3, 5.8), and the effects of changed keys on the hardware."""

from collections.abc import Callable
from typing import Any, TypeVar

from ocpp16sm.base.secret import MASK
from ocpp16sm.codec import Call
from ocpp16sm.config import cost_keys, keys, own_keys, plug_and_charge_keys
from ocpp16sm.config.key import Key
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import PutConfiguration
from ocpp16sm.errors import ConfigurationError, ErrorCode, InvalidArgumentError, RefusedRequestError, UnknownKeyError
from ocpp16sm.hardware import SetConnectionTimeout, SetEvseIds, SetLighting, SetPhaseRotation
from ocpp16sm.listener import ConfigurationChanged
from ocpp16sm.messages import (
    ChangeConfigurationRequest,
    ChangeConfigurationResponse,
    ConfigurationStatus,
    GetConfigurationRequest,
    GetConfigurationResponse,
    KeyValue,
)

T = TypeVar("T")

LONGEST_VALUE = 500
"""Maximum length of a KeyValue's value, in characters (7.29)."""


class ConfigurationOperations:
    """Answers GetConfiguration and ChangeConfiguration, and passes keys that concern the hardware to it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.elsewhere: dict[str, Callable[[str], None]] = {}
        """Name of a key -> function that changes and stores it in place of :meth:`put`. It raises ``ValueError`` to
        refuse.
        """
        configuration = context.configuration
        configuration.on_change(keys.CONNECTION_TIME_OUT, self._tell_timeout)
        configuration.on_change(keys.LIGHT_INTENSITY, self._tell_lighting)
        configuration.on_change(keys.BLINK_REPEAT, self._tell_lighting)
        configuration.on_change(keys.CONNECTOR_PHASE_ROTATION, self._tell_rotation)
        configuration.on_change(plug_and_charge_keys.CONNECTOR_EVSE_IDS, self._tell_evse_ids)

    def tell_hardware(self) -> None:
        """Pass all keys that concern the hardware to it after a start."""
        self._tell_timeout()
        self._tell_lighting()
        if self._context.configuration[keys.CONNECTOR_PHASE_ROTATION]:
            self._tell_rotation()
        if self._context.configuration[plug_and_charge_keys.CONNECTOR_EVSE_IDS]:
            self._tell_evse_ids()

    def _tell_timeout(self) -> None:
        self._context.ask(SetConnectionTimeout(self._context.configuration[keys.CONNECTION_TIME_OUT]))

    def _tell_lighting(self) -> None:
        configuration = self._context.configuration
        self._context.ask(SetLighting(configuration[keys.LIGHT_INTENSITY], configuration[keys.BLINK_REPEAT]))

    def _tell_rotation(self) -> None:
        self._context.ask(SetPhaseRotation(self._context.configuration[keys.CONNECTOR_PHASE_ROTATION]))

    def _tell_evse_ids(self) -> None:
        self._context.ask(SetEvseIds(self._context.configuration[plug_and_charge_keys.CONNECTOR_EVSE_IDS]))

    def get(self, request: GetConfigurationRequest, _call: Call) -> GetConfigurationResponse:
        """Answer GetConfiguration.req: all keys, or the requested ones, each once (5.8)."""
        configuration = self._context.configuration
        if not request.key:
            shown = (self._shown(key) for key in configuration.present if not key.write_only)
            return GetConfigurationResponse(configuration_key=tuple(shown))
        most = configuration[keys.GET_CONFIGURATION_MAX_KEYS]
        if len(request.key) > most:
            raise RefusedRequestError(
                ErrorCode.OCCURENCE_CONSTRAINT_VIOLATION,
                f"{len(request.key)} keys requested; GetConfigurationMaxKeys allows {most}",
            )
        known: dict[str, KeyValue] = {}
        unknown: list[str] = []
        for name in dict.fromkeys(request.key):
            key = configuration.find(name)
            if key is None or key.write_only:
                unknown.append(name)
            else:
                known.setdefault(key.name, self._shown(key))
        return GetConfigurationResponse(
            configuration_key=tuple(known.values()) or None, unknown_key=tuple(unknown) or None
        )

    def _shown(self, key: Key[Any]) -> KeyValue:
        value = self._context.configuration.text(key)[:LONGEST_VALUE]
        return KeyValue(key=key.name, readonly=key.read_only, value=value)

    def change(self, request: ChangeConfigurationRequest, _call: Call) -> ChangeConfigurationResponse:
        """Answer ChangeConfiguration.req (5.3)."""
        key = self._context.configuration.find(request.key)
        if key is None and not self._is_price_in_unknown_language(request.key):
            return ChangeConfigurationResponse(status=ConfigurationStatus.NOT_SUPPORTED)
        if key is None or key.read_only:
            return ChangeConfigurationResponse(status=ConfigurationStatus.REJECTED)
        try:
            self._set(key, request.value)
        except ValueError:
            return ChangeConfigurationResponse(status=ConfigurationStatus.REJECTED)
        return ChangeConfigurationResponse(status=_status_after_change(key))

    def _is_price_in_unknown_language(self, name: str) -> bool:
        """A default price in an unsupported language, or in none, is Rejected instead of NotSupported."""
        priced = self._context.configuration[own_keys.CUSTOM_DISPLAY_COST_AND_PRICE]
        return priced and cost_keys.is_text_of_a_language(name)

    def set_by_application(self, name: str, text: str) -> ConfigurationStatus:
        """Set a key on behalf of the application. Read-only keys cannot be set.

        Returns Accepted or RebootRequired. Raises :class:`ConfigurationError`, or its subclass
        :class:`UnknownKeyError`.
        """
        key = self._context.configuration.find(name)
        if key is None:
            raise UnknownKeyError(name, (key.name for key in self._context.configuration.keys))
        if key.read_only:
            raise ConfigurationError(name, text, "no value, because this key is read-only")
        try:
            self._set(key, text)
        except ValueError as error:
            shown = MASK if key.write_only else text
            raise ConfigurationError(key.name, shown, f"{key.kind.allowed} ({error})") from None
        return _status_after_change(key)

    def set_meter_public_key(self, connector: int, public_key: str) -> None:
        """Publish the public key of a connector's meter as a configuration key, 1 to 500 characters.

        Raises :class:`InvalidArgumentError`.
        """
        if not 0 < len(public_key) <= own_keys.LONGEST_KEY:
            raise InvalidArgumentError("public_key", public_key, f"a text of 1 to {own_keys.LONGEST_KEY} characters")
        self.put(own_keys.meter_public_key(connector), public_key)

    def _set(self, key: Key[Any], text: str) -> None:
        if key.name in self.elsewhere:
            self.elsewhere[key.name](text)
            return
        self.put(key, self._context.configuration.read(key, text))

    def put(self, key: Key[T], value: T) -> None:
        """Change a key, store it, and announce the change."""
        configuration = self._context.configuration
        configuration.set(key, value)
        shown = configuration.text(key)
        self._context.persist(PutConfiguration(key.name, shown))
        self._context.tell(ConfigurationChanged(key.name, shown))


def _status_after_change(key: Key[Any]) -> ConfigurationStatus:
    return ConfigurationStatus.REBOOT_REQUIRED if key.reboot else ConfigurationStatus.ACCEPTED

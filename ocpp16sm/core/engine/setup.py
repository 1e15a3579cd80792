"""How a core is set up."""

from collections.abc import Mapping

from attrs import field, frozen

from ocpp16sm.base.secret import shown_keys
from ocpp16sm.config import identity_keys, keys
from ocpp16sm.config.vendor import VendorKey
from ocpp16sm.records import Identity


@frozen(kw_only=True)
class Setup:
    """Everything about a charge point that does not change while it runs."""

    identity: Identity
    connectors: int = 1
    configuration: Mapping[str, str] = field(factory=dict, repr=shown_keys)
    """Initial values of configuration keys, as texts."""
    vendor_keys: tuple[VendorKey, ...] = ()
    """Configuration keys that the application adds."""
    message_queue_resume_delay_s: float = 0.0
    """How long to wait after a reconnect before queued requests are sent, s."""
    authorization_cache_size: int = 1000
    trace_charts: bool = False
    """Whether to report every move of every chart to the application."""

    def initial_configuration(self) -> dict[str, str]:
        """Initial values of configuration keys, including those that follow from the rest of the set-up."""
        identity = {key.name: getattr(self.identity, name) or "" for name, key in identity_keys.BY_FIELD.items()}
        return {**self.configuration, **identity, keys.NUMBER_OF_CONNECTORS.name: str(self.connectors)}

"""How a charge point is built."""

from collections.abc import Mapping

from attrs import field, frozen

from ocpp16sm.base.secret import shown_keys
from ocpp16sm.config import identity_keys, keys
from ocpp16sm.config.vendor import VendorKey
from ocpp16sm.records import Identity


@frozen(kw_only=True)
class Setup:
    """Everything about it that does not change while it runs."""

    identity: Identity
    connectors: int = 1
    configuration: Mapping[str, str] = field(factory=dict, repr=shown_keys)
    """Initial values of configuration keys, as texts."""
    vendor_keys: tuple[VendorKey, ...] = ()
    """Configuration keys of the user's own."""
    message_queue_resume_delay_s: float = 0.0
    """Wait before the queues are emptied after a reconnect."""
    authorization_cache_size: int = 1000
    trace_charts: bool = False
    """Tell the application of every move of every chart."""

    def initial_configuration(self) -> dict[str, str]:
        """Initial values of configuration keys, with those that follow from the rest of the set-up."""
        identity = {key.name: getattr(self.identity, name) or "" for name, key in identity_keys.BY_FIELD.items()}
        return {**self.configuration, **identity, keys.NUMBER_OF_CONNECTORS.name: str(self.connectors)}

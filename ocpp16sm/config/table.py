"""All configuration keys. Validation, defaults, GetConfiguration and documentation read this."""

from typing import Any

from ocpp16sm.config import keys, local_list_keys, own_keys
from ocpp16sm.config.key import Key

KEYS: tuple[Key[Any], ...] = tuple(
    value for module in (keys, local_list_keys, own_keys) for value in vars(module).values() if isinstance(value, Key)
)
"""Every key: those of the Core profile, of the other profiles, and our own."""

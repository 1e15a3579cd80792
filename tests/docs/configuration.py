"""The page about configuration keys, made from their table: ``python -m tests.docs.configuration`` writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ocpp16sm.config import (
    certificate_keys,
    cost_keys,
    firmware_keys,
    identity_keys,
    keys,
    local_list_keys,
    own_keys,
    plug_and_charge_keys,
    reservation_keys,
    security_keys,
    smart_charging_keys,
)
from ocpp16sm.config.key import Key
from ocpp16sm.config.key_table import keys_of

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"

HEAD = """# Configuration keys

A Central System reads these keys with GetConfiguration and changes them with ChangeConfiguration. The table
`configuration` of the [settings](settings.md) gives initial values; changes by the Central System are stored and
override them. Key names are case-insensitive. A change takes effect at once: no key here needs a reboot. The keys of a
feature profile are absent if `SupportedFeatureProfiles` does not name that profile.
"""

VENDOR = """
## Keys of your own

Declared in the settings, they are answered for, checked and kept like all others; the application hears of a change as
`configuration_changed`.

```toml
[vendor_keys.DisplayBrightness]
type = "integer"
minimum = 10
maximum = 100
default = 80
unit = "%"

[vendor_keys.RadioChannel]
type = "string"
choices = ["low", "high"]
default = "low"
reboot = true
```

| entry | meaning |
| --- | --- |
| `type` | `boolean`, `integer`, `decimal`, `string` (if not given) or `CSL`, a comma-separated list |
| `default` | Its value if nobody set another; required for the first three types. |
| `access` | `RW`, or `R`: the Central System may only read it. |
| `unit`, `effect` | For people. |
| `minimum`, `maximum` | Bounds of a number; most characters of a `string`, most items of a `CSL`. |
| `choices` | The only values of a `string`, the only items of a `CSL`, in any case. |
| `reboot` | `true`: a change is answered RebootRequired, told by GetConfiguration, and in force from the next start. |
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            HEAD,
            "## Core profile (OCPP 1.6, 9.1)\n",
            *_table(keys_of(keys)),
            "\n## Local Auth List Management (9.2)\n",
            *_table(keys_of(local_list_keys)),
            "\n## Smart Charging (9.4)\n",
            "Those without a clause are EVerest libocpp's.\n",
            *_table(keys_of(smart_charging_keys)),
            "\n## Reservation and firmware\n",
            *_table(keys_of(reservation_keys)),
            *list(_table(keys_of(firmware_keys)))[2:],
            "\n## Security (whitepaper)\n",
            "See [connecting securely](secure-connection.md).\n",
            *_table(keys_of(security_keys)),
            *list(_table(keys_of(certificate_keys)))[2:],
            "\n## Keys that OCPP 1.6 does not have\n",
            "Most are those of EVerest libocpp. They can be set in the settings; over OCPP those with RW.",
            "`MeterPublicKey<n>` is there for each connector whose meter signs: `ChargePoint.set_meter_public_key`.\n",
            *_table(keys_of(own_keys)),
            "\n## California pricing\n",
            "They are there where CustomDisplayCostAndPrice is true; see [data-transfer](data-transfer.md).\n",
            *_table(keys_of(cost_keys)),
            "\n## Plug & Charge\n",
            "See [Plug & Charge](plug-and-charge.md).\n",
            *_table(keys_of(plug_and_charge_keys)),
            "\n## Who the charge point is\n",
            "They follow from the settings.\n",
            *_table(keys_of(identity_keys)),
            VENDOR,
        ]
    )


def _table(rows: Iterator[Key[Any]]) -> Iterator[str]:
    yield "| key | type | allowed | unit | access | default | effect |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for key in rows:
        cells = (
            f"`{key.name}`" + (f" ({key.source})" if key.source[0].isdigit() else ""),
            key.kind.name,
            key.kind.allowed,
            key.unit,
            str(key.access),
            _default(key),
            key.effect,
        )
        yield f"| {' | '.join(cells)} |".replace("<", "&lt;")


def _default(key: Key[Any]) -> str:
    shown = key.kind.show(key.default)
    if len(shown) > 120:
        return f"all {len(key.default)}"
    return f"`{shown}`" if shown else "(empty)"


if __name__ == "__main__":
    PAGE.write_text(page())

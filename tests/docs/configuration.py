"""The page about configuration keys, made from their table: ``python -m tests.docs.configuration`` writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ocpp16sm.config import keys, local_list_keys, own_keys
from ocpp16sm.config.key import Key
from ocpp16sm.config.table import KEYS

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"

HEAD = """# Configuration keys

What a Central System reads with GetConfiguration and changes with ChangeConfiguration. Initial values are the table
`configuration` of the [settings](settings.md); what the Central System changed is kept in the store and wins. Names are
compared without regard to case. A change takes effect at once: no key here needs a reboot.
"""


def page() -> str:
    """The whole page."""
    core = [key for key in KEYS if key in vars(keys).values()]
    local_list = [key for key in KEYS if key in vars(local_list_keys).values()]
    own = [key for key in KEYS if key in vars(own_keys).values()]
    return "\n".join(
        [
            HEAD,
            "## Core profile (OCPP 1.6, 9.1)\n",
            *_table(core),
            "\n## Local Auth List Management (9.2)\n",
            *_table(local_list),
            "\n## Keys that OCPP 1.6 does not have\n",
            "Most are those of EVerest libocpp. They can be set in the settings; over OCPP those with RW.\n",
            *_table(own),
            "",
        ]
    )


def _table(rows: list[Key[Any]]) -> Iterator[str]:
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

"""The page of public names, made from their docstrings: ``python -m tests.docs.api`` writes it."""

import importlib
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

PAGE = Path(__file__).parents[2] / "docs" / "api.md"

MODULES = {
    "ocpp16sm.station": "A virtual station",
    "ocpp16sm.station.files": "Moving files",
    "ocpp16sm.csms": "An embedded Central System",
    "ocpp16sm.csms.authority": "Authorities of ISO 15118, for tests",
    "ocpp16sm.network.tls": "TLS",
    "ocpp16sm.pki": "Certificates on disk",
    "ocpp16sm.certificates": "Certificates kept elsewhere",
    "ocpp16sm.testing": "For tests",
    "ocpp16sm.libocpp": "Coming from libocpp",
    "statecharts": "Charts",
    "statecharts.draw": "Pictures",
}
"""Module -> heading, behind the names of the package itself."""

GROUPS = {
    "A charge point": ("ChargePoint", "Settings", "Identity", "VendorKey", "BootReason", "Hardware", "Listener"),
    "What it knows": (
        "CompositeSchedule",
        "Period",
        "InstalledProfile",
        "Reservation",
        "ReservationEnd",
        "SecurityEvent",
        "UserPrice",
        "PriceText",
    ),
    "What a station tells it": (
        "Measurement",
        "PerPhase",
        "Voltage",
        "Current",
        "Frequency",
        "Located",
        "ErrorInfo",
        "SessionStartedReason",
        "Timestamp",
    ),
    "Around it": (
        "Store",
        "MemoryStore",
        "SqliteStore",
        "Transport",
        "Connection",
        "WebSocketTransport",
        "TappedTransport",
        "Clock",
        "SystemClock",
        "VendorHandler",
        "VendorMessage",
        "VendorReply",
        "NoData",
    ),
}
"""Heading -> names of the package; all others are errors."""

NO_DOCSTRING = {"VendorHandler": "A function from a DataTransfer's data to its response; it may be async."}

HEAD = """# Names

`from ocpp16sm import ...`. Every class and method says more in its docstring: units, limits, errors, clauses.
"""

TAIL = """The messages of OCPP 1.6 are in `ocpp16sm.messages`: for each action `<Action>Request` and `<Action>Response`,
and the enumerations and types of their fields. The protocol without I/O is `ocpp16sm.core.protocol.Core`; its inputs
and effects are in `ocpp16sm.core.engine.inputs` and `ocpp16sm.core.engine.effects`.
"""


def page() -> str:
    """The whole page."""
    package = importlib.import_module("ocpp16sm")
    grouped = {name for names in GROUPS.values() for name in names}
    lines = [HEAD]
    for title, names in (GROUPS | {"Errors": tuple(n for n in package.__all__ if n not in grouped)}).items():
        lines += _table(title, package, names)
    for module, title in MODULES.items():
        lines += _table(f"{title}: `{module}`", (found := importlib.import_module(module)), found.__all__)
    return "\n".join([*lines, TAIL])


def _table(title: str, module: ModuleType, names: Iterable[str]) -> Iterator[str]:
    yield from (f"## {title}", "", "| name | what it is |", "| --- | --- |")
    for name in names:
        yield f"| `{name}` | {NO_DOCSTRING.get(name) or _first_sentence(getattr(module, name))} |"
    yield ""


def _first_sentence(thing: object) -> str:
    text = (inspect.getdoc(thing) or "").strip().split("\n\n")[0].replace("\n", " ")
    text = re.sub(r":\w+:`~?([^`]*)`", lambda link: f"`{link[1].split('.')[-1]}`", text)
    return text.replace("``", "`").partition(": ::")[0].replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""Generate one typed function for each row of the table of sends; mypy checks the field types."""

from codegen.check_tables import RowError, check_sends
from codegen.text import BANNER, camel_case, docstring
from statecharts import extract
from statecharts.ocpp16 import CHARTS
from statecharts.ocpp16.sends import SENDS
from statecharts.ocpp16.tables import Send

SOURCE = "statecharts/ocpp16/sends.py"

ROOTS = {
    "report": "StatusReport",
    "now": "Timestamp",
    "identity": "Identity",
    "transaction": "TransactionRecord",
    "stop": "Stop",
    "reading": "Reading",
    "id_tag": "str",
    "csr": "str",
    "transfer": "Transfer",
    "event": "SecurityEvent",
    "upload": "Upload",
    "update": "Update",
    "diagnostics_status": "DiagnosticsStatus",
    "firmware_status": "FirmwareStatus",
}
"""First name of a path -> its type."""


def emit_hooks(sends: tuple[Send, ...] = SENDS) -> str:
    """``generated/hooks.py``. Raises :class:`~codegen.check_tables.RowError` for an invalid row."""
    check_sends(sends, [extract(declared) for declared in CHARTS])
    requests = sorted({f"{send.action}Request" for send in sends} | {"DiagnosticsStatus", "FirmwareStatus"})
    records = sorted({"Draft", "Lane"} | {ROOTS[r] for s in sends for r in _roots(s) if ROOTS[r] in _RECORDS})
    lines = [
        BANNER.format(what="the table hook -> message", source=SOURCE),
        docstring("The requests that hooks send: each function builds the request of one row of the table."),
        "",
        f"from ocpp16sm.messages import {', '.join(requests)}",
        f"from ocpp16sm.records import {', '.join(records)}",
        "from ocpp16sm.base.timestamp import Timestamp",
    ]
    for send in sends:
        lines += _function(send)
    return "\n".join(lines) + "\n"


_RECORDS = frozenset(
    {
        "StatusReport",
        "Identity",
        "TransactionRecord",
        "Stop",
        "Reading",
        "Transfer",
        "SecurityEvent",
        "Upload",
        "Update",
    }
)


def _roots(send: Send) -> list[str]:
    roots = list(dict.fromkeys(path.split(".")[0] for path in send.fields.values()))
    for root in roots:
        if root not in ROOTS:
            raise RowError(f"{SOURCE}, hook {send.hook!r}: unknown value {root!r}; the values are {', '.join(ROOTS)}")
    return sorted(roots, key=list(ROOTS).index)


def _function(send: Send) -> list[str]:
    parameters = ", ".join(f"{root}: {ROOTS[root]}" for root in _roots(send))
    whose = f"Hook of {', '.join(send.charts)}." if send.charts else "Triggered by a handler or the application."
    extra = f" {send.doc}" if send.doc else ""
    lines = [
        "",
        "",
        f"def {send.hook}({parameters}) -> Draft:",
        docstring(f"{send.action}.req. {whose}{extra}\n\nOCPP 1.6 {send.source}.", indent=1),
        "    return Draft(",
        f"        Lane.{send.lane.upper()},",
        f"        {camel_case(send.action)}Request(",
    ]
    lines += [f"            {field}={path}," for field, path in send.fields.items()]
    lines += ["        ),", "    )"]
    return lines

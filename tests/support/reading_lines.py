"""Readings of a message, as lines that a test can compare."""

from typing import Any


def lines(meter_values: list[dict[str, Any]] | None) -> list[str]:
    """Each sampled value as ``context measurand[.phase] value``; signed data as ``context SignedData value``."""
    return [_line(sampled) for value in meter_values or () for sampled in value["sampledValue"]]


def times(meter_values: list[dict[str, Any]] | None) -> list[str]:
    """The time of each reading, without the day."""
    return [value["timestamp"].partition("T")[2] for value in meter_values or ()]


def _line(sampled: dict[str, Any]) -> str:
    what = sampled.get("measurand", "Energy.Active.Import.Register")
    if sampled.get("format") == "SignedData":
        what = "SignedData"
    phase = f".{sampled['phase']}" if "phase" in sampled else ""
    return f"{sampled['context']} {what}{phase} {sampled['value']}"

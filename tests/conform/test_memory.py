"""A long log needs no more memory than a short one."""

import tracemalloc
from collections.abc import Iterator

import pytest

from ocpp16sm.conform import examine, log_state, transaction_ledger
from tests.conform.logs import boot, readings, start, status, stop


def _log(transactions: int) -> Iterator[str]:
    yield from boot()
    for number in range(transactions):
        yield from start(f"a{number}", number, at=number, meter=number)
        yield from readings(f"b{number}", number, at=number)
        yield from stop(f"c{number}", number, at=number, meter=number)
        yield from status(f"d{number}", "Charging" if number % 2 else "SuspendedEV")


def _peak(transactions: int) -> int:
    tracemalloc.start()
    try:
        summary = examine(_log(transactions), lambda _finding: None)
        assert (summary.transactions, summary.findings.total()) == (transactions, 0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_state, "MOST_IDS", 20)
    monkeypatch.setattr(transaction_ledger, "MOST_CLOSED", 20)
    _peak(50)  # what is made on first use stays out of the comparison
    assert _peak(600) < 1.2 * _peak(100)

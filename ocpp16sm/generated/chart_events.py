# Generated from the table of events between charts by `python -m codegen`. Edit statecharts/ocpp16/events.py instead.

"""The hooks by which charts send events to each other.

A feature inherits the hooks of the chart it runs. An event is delivered when the step of its sender has
ended.
"""

from collections.abc import Callable
from typing import Protocol


class RunsChart(Protocol):
    """A feature that runs a chart."""

    def fire(self, event: str) -> object: ...


class Features(Protocol):
    """The features whose charts get events."""

    @property
    def reset(self) -> RunsChart: ...


Delivery = Callable[[Features], object]
"""Delivers one event to the features that run its chart."""


class Post(Protocol):
    """Keeps what is to be delivered until the step has ended."""

    def post(self, delivery: Delivery) -> None: ...


class Sender(Protocol):
    """A feature whose chart sends events."""

    @property
    def _journal(self) -> Post: ...


def _transaction_started_to_reset(features: Features) -> None:
    features.reset.fire("transaction_started")


def _transaction_closed_to_reset(features: Features) -> None:
    features.reset.fire("transaction_closed")


class TransactionEvents:
    """The hooks of the chart ``transaction`` that send events to other charts."""

    __slots__ = ()

    def tell_started(self: Sender) -> None:
        """Hook: send ``transaction_started`` to ``reset`` (5.14)."""
        self._journal.post(_transaction_started_to_reset)

    def tell_closed(self: Sender) -> None:
        """Hook: send ``transaction_closed`` to ``reset`` (5.14)."""
        self._journal.post(_transaction_closed_to_reset)

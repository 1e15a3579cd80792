"""The command ``ocpp16sm``, with one module per command."""

from ocpp16sm.cli.app import main

__all__ = ["main"]

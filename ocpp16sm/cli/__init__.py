"""The command ``ocpp16sm``: one module a command."""

from ocpp16sm.cli.app import main

__all__ = ["main"]

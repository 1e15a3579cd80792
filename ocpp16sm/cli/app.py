"""The command line. Errors print one line. Exit codes: 1 failure, 2 wrong usage, 130 interrupted."""

import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ocpp16sm.base.secret import words
from ocpp16sm.cli.console import guard, show
from ocpp16sm.errors import Ocpp16Error
from ocpp16sm.shell import signals

COMMANDS = ("demo", "station", "csms", "fleet", "diagram", "check", "mutate", "conform", "probe", "replay")
"""The commands in the order of --help. Each is a function in the module of the same name, whose ``USAGE``, if
any, is its help text."""


SUMMARIES = {
    "demo": "Show a charging session with an embedded Central System.",
    "station": "Run a virtual station.",
    "csms": "Run an embedded Central System for tests.",
    "fleet": "Load-test a Central System with virtual stations.",
    "diagram": "Draw or export a chart.",
    "check": "Analyse a chart for defects.",
    "mutate": "Test the tests of a chart by mutation.",
    "conform": "Check the log of a station against OCPP 1.6J.",
    "probe": "Check a Central System for violations of OCPP 1.6J.",
    "replay": "Replay a flight recording and compare the effects.",
}
"""The lines of ``ocpp16sm --help``, short enough that they are not cut."""


class _Commands(TyperGroup):
    """Imports the module of a command only when it is needed, because most commands need few packages."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command with this name, or None."""
        # for an unknown name, load all commands so that Typer can suggest the closest one
        for name in (cmd_name,) if cmd_name in COMMANDS else COMMANDS:
            if name not in self.commands:
                self.commands[name] = _command(name)
        return self.commands.get(cmd_name)


def _command(name: str) -> Any:
    module = import_module(f"ocpp16sm.cli.{name}")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, help=getattr(module, "USAGE", None), short_help=SUMMARIES[name])(getattr(module, name))
    return typer.main.get_command(alone)


app = typer.Typer(
    cls=_Commands,
    name="ocpp16sm",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        show(f"ocpp16sm {version('ocpp16sm')}\n")
        raise typer.Exit


@app.callback()
def ocpp16sm(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """An OCPP 1.6J charge point whose behaviour is a set of statecharts."""


def main() -> None:
    """Run the command line. SIGTERM, which stops services, has the same effect as Ctrl-C."""
    guard()
    signals.interrupt_by_sigterm()
    try:
        app(prog_name="ocpp16sm")
    except (Ocpp16Error, OSError) as error:
        sys.stderr.write(f"ocpp16sm: {words(_in_words(error))}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _in_words(error: Ocpp16Error | OSError) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: cannot be opened ({error.strerror})"
    return str(error)

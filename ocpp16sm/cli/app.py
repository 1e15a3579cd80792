"""The commands and their options. Errors are one line and an exit code: 1 failed, 2 wrongly called, 130 interrupted."""

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
"""As they are shown. Each is a function in the module of its name; its help may be ``USAGE`` there."""


class _Commands(TyperGroup):
    """Imports the module of a command when somebody asks for it: most need but a part of the house."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All of them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of them; None: there is none of that name."""
        # of a name that there is not, all: so Typer can say what may have been meant
        for name in (cmd_name,) if cmd_name in COMMANDS else COMMANDS:
            if name not in self.commands:
                self.commands[name] = _command(name)
        return self.commands.get(cmd_name)


def _command(name: str) -> Any:
    module = import_module(f"ocpp16sm.cli.{name}")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, help=getattr(module, "USAGE", None))(getattr(module, name))
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
    """Run the command line. SIGTERM, with which services are stopped, ends it as Ctrl-C does."""
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

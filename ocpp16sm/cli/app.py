"""The commands and their options. Errors are one line and an exit code: 1 failed, 2 wrongly called, 130 interrupted."""

import signal
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from rich.console import Console

from ocpp16sm.cli import check, conform, csms, demo, diagram, fleet, mutate, probe, replay, station
from ocpp16sm.errors import Ocpp16Error

app = typer.Typer(
    name="ocpp16sm",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("station", help=station.USAGE)(station.station)
app.command("csms")(csms.csms)
app.command("fleet")(fleet.fleet)
app.command("diagram")(diagram.diagram)
app.command("check")(check.check)
app.command("mutate")(mutate.mutate)
app.command("conform")(conform.conform)
app.command("probe")(probe.probe)
app.command("replay")(replay.replay)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ocpp16sm {version('ocpp16sm')}")
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
    signal.signal(signal.SIGTERM, lambda _signal, _frame: signal.raise_signal(signal.SIGINT))
    try:
        app(prog_name="ocpp16sm")
    except (Ocpp16Error, OSError) as error:
        Console(stderr=True, soft_wrap=True).print(f"ocpp16sm: {error}", markup=False, highlight=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)

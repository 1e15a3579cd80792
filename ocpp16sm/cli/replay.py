"""``ocpp16sm replay``."""

from pathlib import Path
from typing import Annotated

import typer

from ocpp16sm.base.printable import printable
from ocpp16sm.cli.console import show_line
from ocpp16sm.shell.flight_recorder import Replayed
from ocpp16sm.shell.flight_recorder import replay as replayed


def replay(
    file: Annotated[
        Path, typer.Argument(help="A recording made with the setting flight_recorder.", show_default=False)
    ],
    show: Annotated[bool, typer.Option("--show", help="Print every input with its effects.")] = False,
) -> None:
    """Feed a flight recording to a new core and compare the effects byte for byte.

    The exit code is 0 if all effects are the same. It is 1 if they differ, in which case the first difference is shown,
    or if the file is not a recording.
    """
    count = 0
    for step in replayed(file):
        count += 1
        if show:
            _print(step)
        if not step.same:
            show_line(printable(f"{file}, line {step.line}: {type(step.happened).__name__} had other effects."))
            show_line(printable(f"recorded: {step.recorded}"))
            show_line(printable(f"replayed: {step.replayed}"))
            raise typer.Exit(1)
    show_line(printable(f"{file}: {count} inputs replayed, all with the same effects."))


def _print(step: Replayed) -> None:
    show_line(printable(f"{step.at.utc.text()}  {step.happened}"))
    for effect in step.effects:
        show_line(printable(f"    {effect}"))

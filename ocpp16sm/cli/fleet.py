"""``ocpp16sm fleet``."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import evolve

if TYPE_CHECKING:
    from ocpp16sm.fleet.record import Record


def fleet(
    url: Annotated[
        str | None,
        typer.Argument(metavar="URL", help="Of the Central System; each station adds its id.", show_default=False),
    ] = None,
    stations: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many.")] = 10,
    profile: Annotated[
        Path | None,
        typer.Option(help="What they are like and do: a TOML file; --example prints one.", show_default=False),
    ] = None,
    duration: Annotated[
        float | None, typer.Option(min=0.1, help="Seconds; otherwise until Ctrl-C.", show_default=False)
    ] = None,
    processes: Annotated[int, typer.Option(min=1, max=1024, help="An event loop each.")] = 1,
    connect_rate: Annotated[
        float | None,
        typer.Option(
            min=0.001, help="Stations that begin to connect in a second; wins over the profile.", show_default=False
        ),
    ] = None,
    first: Annotated[
        int, typer.Option(min=1, help="Number of the first station, where others run on other machines.")
    ] = 1,
    seed: Annotated[int | None, typer.Option(help="Wins over the profile's.", show_default=False)] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Address of this machine to connect from; with several, in turn: each has some 28,000 ports.",
            show_default=False,
        ),
    ] = None,
    public: Annotated[
        bool,
        typer.Option(
            "--public", help="The Central System may be neither on this machine nor in a private network; ask first."
        ),
    ] = False,
    report: Annotated[
        list[Path] | None,
        typer.Option(help="File for the report: .json or .html; may be given twice.", show_default=False),
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Print an example of a profile, and exit.")] = False,
) -> None:
    """Run many virtual stations against a Central System: a load test by real charge points.

    Each is a whole one: charts, queue, configuration; drivers come, plug in, show cards, go; networks, power and parts
    fail, as the profile says. Ctrl-C stops them in good order. Exit code 1 if no station was ever accepted.
    """
    from ocpp16sm.cli.console import document
    from ocpp16sm.fleet.profile import example as example_profile

    if example:
        document(example_profile())
        return
    if not url:
        raise typer.BadParameter("expected the URL of a Central System (or --example)")
    for path in report or ():
        if path.suffix not in (".json", ".html"):
            raise typer.BadParameter(f"--report {path}: expected a file named .json or .html")
        if not path.parent.is_dir():
            raise typer.BadParameter(f"--report {path}: there is no directory {path.parent}")

    from ocpp16sm.cli.console import SafeConsole
    from ocpp16sm.cli.fleet_view import Watched
    from ocpp16sm.fleet.preconditions import check_address, check_files, check_ports, check_source
    from ocpp16sm.fleet.profile import Profile, read_profile
    from ocpp16sm.fleet.record import Record
    from ocpp16sm.fleet.run import Order, run_here, run_loop
    from ocpp16sm.fleet.shards import run_shards

    plan = Profile() if profile is None else read_profile(profile)
    if connect_rate is not None:
        plan = evolve(plan, station=evolve(plan.station, connect_per_s=connect_rate))
    if seed is not None:
        plan = evolve(plan, seed=seed)
    plan.settings(url)
    check_address(url, public=public)
    sources = tuple(check_source(address) for address in source or ())
    processes = min(processes, stations)
    check_files(-(-stations // processes))
    check_ports(stations, max(1, len(sources)))
    order = Order(url=url, profile=plan, first=first, stations=stations, duration_s=duration, sources=sources)
    record = Record(url, stations, plan, datetime.now(UTC).isoformat(timespec="seconds"), processes)
    with Watched(SafeConsole(), record) as watched:
        if processes == 1:
            run_loop(run_here(order, watched))
        else:
            run_shards(order, processes, watched)
    for path in report or ():
        _write(path, record)
    if not record.total.answers.get("BootNotification") or watched.somebody_died:
        raise typer.Exit(1)


def _write(path: Path, record: "Record") -> None:
    from ocpp16sm.base.private_files import write_private
    from ocpp16sm.fleet.html_report import page

    text = page(record) if path.suffix == ".html" else json.dumps(record.as_json(), indent=1) + "\n"
    write_private(path, text)

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
        typer.Argument(metavar="URL", help="Central System URL; each station appends its id.", show_default=False),
    ] = None,
    stations: Annotated[int, typer.Option(min=1, max=10_000_000, help="Number of stations.")] = 10,
    profile: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="TOML file that describes the stations; --example prints one.", show_default=False
        ),
    ] = None,
    duration: Annotated[
        float | None, typer.Option(min=0.1, help="Duration in seconds; until Ctrl-C if omitted.", show_default=False)
    ] = None,
    processes: Annotated[int, typer.Option(min=1, max=1024, help="Number of processes; each runs one event loop.")] = 1,
    connect_rate: Annotated[
        float | None,
        typer.Option(
            min=0.001, help="Stations that start to connect per second; overrides the profile.", show_default=False
        ),
    ] = None,
    first: Annotated[
        int, typer.Option(min=1, help="Number of the first station, for fleets spread over several machines.")
    ] = 1,
    seed: Annotated[int | None, typer.Option(help="Overrides the profile's seed.", show_default=False)] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Local address to connect from; may be repeated. Each provides some 28,000 ports.",
            show_default=False,
        ),
    ] = None,
    public: Annotated[
        bool,
        typer.Option(
            "--public",
            help="Permit a Central System outside this machine and private networks; ask its operator first.",
        ),
    ] = False,
    report: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Write a report to this .json or .html file; may be repeated.", show_default=False
        ),
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Print an example profile and exit.")] = False,
) -> None:
    """Load-test a Central System with many virtual stations.

    Each is a complete charge point with charts, queue and configuration. The profile describes when drivers arrive,
    plug in, present cards and leave, and how often networks, power and parts fail. Ctrl-C shuts the stations down
    cleanly. The exit code is 1 if no station was ever accepted.
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
            raise typer.BadParameter(f"--report {path}: directory {path.parent} does not exist")

    from ocpp16sm.cli.console import SafeConsole
    from ocpp16sm.cli.fleet_view import FleetView
    from ocpp16sm.fleet.preconditions import check_address, check_files, check_ports, check_source
    from ocpp16sm.fleet.profile import Profile, read_profile
    from ocpp16sm.fleet.record import Record
    from ocpp16sm.fleet.run import RunPlan, run_here, run_loop
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
    run_plan = RunPlan(url=url, profile=plan, first=first, stations=stations, duration_s=duration, sources=sources)
    record = Record(url, stations, plan, datetime.now(UTC).isoformat(timespec="seconds"), processes)
    with FleetView(SafeConsole(), record) as view:
        if processes == 1:
            run_loop(run_here(run_plan, view))
        else:
            run_shards(run_plan, processes, view)
    for path in report or ():
        _write(path, record)
    if not record.total.answers.get("BootNotification") or view.somebody_died:
        raise typer.Exit(1)


def _write(path: Path, record: "Record") -> None:
    from ocpp16sm.base.private_files import write_private
    from ocpp16sm.fleet.html_report import page

    text = page(record) if path.suffix == ".html" else json.dumps(record.as_json(), indent=1) + "\n"
    write_private(path, text)

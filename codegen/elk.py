"""Compute layouts of charts with ELK: ``python -m codegen --layout [NAME...]`` writes statecharts/draw/layouts/.

No setting of the layout engine suits every chart. Each region is therefore laid out in many ways (directions, orders
of its states, settings), each result gets a cost, and the best ones are packed on a page.

ELK runs as elkjs under Node. elkjs is not part of this repository: it is taken from ``$ELKJS`` (the folder of the
package), or installed once, with npm, in the user's cache.
"""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, permutations, product
from math import factorial, inf, prod
from pathlib import Path

from attrs import evolve

from codegen.elk_finish import cost, finish
from codegen.elk_graph import Direction, Json, Options, Sketch, containers, region_graph, sketch
from codegen.elk_pack import PAGE_WIDTH, pack
from statecharts.draw.layout import Layout, LayoutError, dump
from statecharts.model import Chart, State

ELKJS = "0.12.1"
LAYOUTS = Path(__file__).parents[1] / "statecharts" / "draw" / "layouts"

ORDERS = 300
"""Maximum number of orders of a region's states that are tried in each direction."""
QUICK = 12
"""Maximum number of orders for a quick layout."""
KEPT = 12
"""Number of orders that are then tried with all settings."""
CHOICES = 4
"""Maximum number of sketches of a region, in each direction, that the packing chooses from."""
WRAPS = (135.0, 165.0, 200.0)
SWITCHES: tuple[dict[str, str], ...] = tuple(
    {
        "elk.layered.edgeLabels.centerLabelPlacementStrategy": placement,
        "elk.layered.layering.strategy": layering,
        "elk.layered.considerModelOrder.strategy": model_order,
        "elk.layered.nodePlacement.strategy": node_placement,
    }
    for placement in ("MEDIAN_LAYER", "SPACE_EFFICIENT_LAYER", "HEAD_LAYER", "TAIL_LAYER")
    for layering in ("NETWORK_SIMPLEX", "LONGEST_PATH_SOURCE")
    for model_order in ("NONE", "PREFER_EDGES")
    for node_placement in ("NETWORK_SIMPLEX", "BRANDES_KOEPF")
)

Judged = tuple[float, Sketch, Options]


def make_layout(chart: Chart, *, quick: bool = False) -> Layout:
    """The best layout found for a chart; deterministic. ``quick``: of a few layouts instead of thousands.

    Raises :class:`LayoutError` if Node or elkjs is missing, or if no layout was found.
    """
    choices = {}
    for region in chart.regions:
        found = [*_search(chart, region, "RIGHT", quick), *_search(chart, region, "DOWN", quick)]
        choices[region.id] = [(value, done) for value, done, _ in found]
    return pack(chart, choices)


def write_layouts(charts: Iterable[Chart], *, quick: bool = False) -> list[Path]:
    """Compute and write the layouts of charts; returns the paths written."""
    written = []
    LAYOUTS.mkdir(exist_ok=True)
    for chart in charts:
        path = LAYOUTS / f"{chart.name}.json"
        path.write_text(dump(make_layout(chart, quick=quick)), encoding="utf-8")
        written.append(path)
    return written


def _search(chart: Chart, region: State, direction: Direction, quick: bool) -> list[Judged]:
    """The best sketch of a region in one direction, then narrower ones; empty if no sketch is usable."""
    for dots in (False, True):
        base = Options(direction, dots=dots)
        orders = [evolve(base, order=order) for order in islice(_orders(chart, region), QUICK if quick else None)]
        first = _judge(chart, region, orders)
        distinct: dict[float, Options] = {}
        for value, _, options in first:
            distinct.setdefault(value, options)
        kept = list(distinct.values())[: 1 if quick else KEPT]
        second = [
            evolve(o, wrap_at=wrap_at, settings=switches) for o in kept for wrap_at in WRAPS for switches in SWITCHES
        ]
        if found := _judge(chart, region, second):
            return list(islice(_narrowing(found), CHOICES))
    return []


def _narrowing(found: list[Judged]) -> Iterator[Judged]:
    """The best sketch and then, in order of cost, each one that is narrower than all before it."""
    width = inf
    for judged in found:
        if judged[1].width < width - 10:
            width = judged[1].width
            yield judged


def _orders(chart: Chart, region: State) -> Iterator[dict[str, tuple[str, ...]]]:
    """Orders of the children of the region and of its compound states: all of them, or a reproducible sample."""
    parents = containers(chart, region)
    if prod(factorial(len(state.children)) for state in parents) <= ORDERS:
        for picked in product(*(permutations(state.children) for state in parents)):
            yield {state.id: order for state, order in zip(parents, picked, strict=True)}
        return
    chance = random.Random(chart.name)
    yield {}
    for _ in range(ORDERS):
        yield {state.id: tuple(chance.sample(state.children, len(state.children))) for state in parents}


def _judge(chart: Chart, region: State, options: list[Options]) -> list[Judged]:
    """Lay out a region in many ways; returns the usable results, best first."""
    results = run_elk([region_graph(chart, region, option) for option in options])
    judged: list[Judged] = []
    for option, result in zip(options, results, strict=True):
        if "error" in result:
            continue
        done = finish(chart, region, sketch(chart, region, result, option))
        if done is not None and (value := cost(chart, region, done, PAGE_WIDTH - 24)) < inf:
            judged.append((value, done, option))
    return sorted(judged, key=lambda one: one[0])


def run_elk(graphs: list[Json]) -> list[Json]:
    """ELK's results, in order; an object with the key ``error`` for a graph that ELK cannot lay out."""
    workers = os.cpu_count() or 1
    parts = [graphs[start::workers] for start in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        answers = list(pool.map(_run, parts))
    results: list[Json] = [{}] * len(graphs)
    for start, answer in enumerate(answers):
        results[start::workers] = answer
    return results


def _run(graphs: list[Json]) -> list[Json]:
    script = Path(__file__).with_name("elk_run.cjs")
    done = subprocess.run(
        ["node", str(script), str(elkjs())],
        input=json.dumps(graphs),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LayoutError(f"ELK failed: {done.stderr.strip()}")
    answers: list[Json] = json.loads(done.stdout)
    return answers


def elkjs() -> Path:
    """The folder of the elkjs package: ``$ELKJS``, otherwise the cache, where it is installed if necessary."""
    if given := os.environ.get("ELKJS"):
        folder = Path(given)
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ocpp16sm" / f"elkjs-{ELKJS}"
        folder = cache / "node_modules" / "elkjs"
        if not folder.is_dir():
            _install(cache)
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    if version != ELKJS:
        raise LayoutError(f"{folder} is elkjs {version}; layouts need version {ELKJS}")
    return folder


def _install(cache: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise LayoutError("computing layouts needs Node and npm; install them, or keep the stored layouts")
    cache.mkdir(parents=True, exist_ok=True)
    subprocess.run([npm, "install", "--prefix", str(cache), "--no-save", "--silent", f"elkjs@{ELKJS}"], check=True)

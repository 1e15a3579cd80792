"""Run a command, once unchanged and once against each mutant."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path

from attrs import define, field, frozen

from ocpp16sm.errors import DefinitionError
from ocpp16sm.mutate.sources import Mutant, Subject

HOOK = Path(__file__).parent / "hook"
SPARE_S = 10.0
"""Time in seconds that a run may take beyond five times the unchanged run."""


class Verdict(StrEnum):
    """The result for a mutant."""

    KILLED = "killed"
    """The tests failed."""
    REFUSED = "refused"
    """The mutant could not be compiled."""
    TIMED_OUT = "timed out"
    """The tests did not finish in time, which counts as noticed."""
    SURVIVED = "survived"
    """The tests passed."""


@frozen
class Outcome:
    """A mutant and its result."""

    mutant: Mutant
    verdict: Verdict
    seconds: float


@define
class Runs:
    """Runs ``command`` in the working directory. No file of the project is modified."""

    subject: Subject
    command: Sequence[str]
    jobs: int = 1
    compiled: str | None = None
    """The module that ``python -m codegen`` generates from the chart, if the tests use a compiled chart."""
    time_limit_s: float = field(default=0.0, init=False)
    _running: set["subprocess.Popen[str]"] = field(factory=set, init=False)
    _over: bool = field(default=False, init=False)

    def rehearse(self) -> float:
        """Run without a mutant; returns the seconds. Raises :class:`~ocpp16sm.errors.DefinitionError` on failure."""
        began = time.monotonic()
        code, said = self._run(self.command, {}, None)
        took = time.monotonic() - began
        if code != 0:
            last = "\n".join(said.splitlines()[-15:])
            raise DefinitionError(f"the tests fail without any change (exit code {code}):\n{last}")
        self.time_limit_s = took * 5 + SPARE_S
        return took

    def against(self, chosen: Iterable[Mutant]) -> Generator[Outcome, None, None]:
        """The outcome of each mutant, in order. Call :meth:`rehearse` first."""
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                yield from pool.map(self._try, chosen)
            except BaseException:  # the results of runs still in progress are no longer needed
                self._over = True
                for process in tuple(self._running):
                    process.kill()
                raise

    def _try(self, mutant: Mutant) -> Outcome:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="mutant-") as place:
            verdict = self._verdict(mutant, Path(place))
        return Outcome(mutant, verdict, time.monotonic() - began)

    def _verdict(self, mutant: Mutant, place: Path) -> Verdict:
        changed = place / self.subject.file.name
        changed.write_text(mutant.source, encoding="utf-8")
        files = {self.subject.module: str(changed)}
        if self.compiled is not None:
            machine = place / "machine.py"
            made, _ = self._run(self._compiler(machine), files, self.time_limit_s)
            if made != 0:
                return Verdict.REFUSED
            files[self.compiled] = str(machine)
        try:
            code, _ = self._run(self.command, files, self.time_limit_s)
        except subprocess.TimeoutExpired:
            return Verdict.TIMED_OUT
        return Verdict.SURVIVED if code == 0 else Verdict.KILLED

    def _compiler(self, machine: Path) -> list[str]:
        chart = f"{self.subject.module}:{self.subject.name}"
        return [sys.executable, "-m", "codegen", "--chart", chart, "-o", str(machine)]

    def _run(self, command: Sequence[str], files: Mapping[str, str], limit_s: float | None) -> tuple[int, str]:
        path = os.pathsep.join(filter(None, [str(HOOK), os.environ.get("PYTHONPATH")]))
        environment = {**os.environ, "PYTHONPATH": path, "OCPP16SM_MUTANT": json.dumps(files)}
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        try:
            process = subprocess.Popen(
                list(command),
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except OSError as error:
            raise DefinitionError(f"{command[0]}: {error.strerror or error}") from error
        with process:
            self._running.add(process)
            try:
                if self._over:
                    process.kill()
                said, _ = process.communicate(timeout=limit_s)
            except BaseException:
                process.kill()
                raise
            finally:
                self._running.discard(process)
        return process.returncode, said

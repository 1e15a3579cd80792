"""Mutation testing of charts: change one thing in a chart's source at a time and run the tests.

:func:`~ocpp16sm.mutate.sources.mutants` creates the changes, :class:`~ocpp16sm.mutate.runs.Runs` runs the tests against
each of them. No file is modified: the changed module replaces the original on import.
"""

from ocpp16sm.mutate.runs import Outcome, Runs, Verdict
from ocpp16sm.mutate.sources import Mutant, Subject, mutants

__all__ = ["Mutant", "Outcome", "Runs", "Subject", "Verdict", "mutants"]

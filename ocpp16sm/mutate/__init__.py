"""Would your tests notice? Small changes are made to a chart's source, one at a time, and the tests are run.

:func:`~ocpp16sm.mutate.sources.mutants` makes the changes, :class:`~ocpp16sm.mutate.runs.Runs` runs the tests against
each, without touching a file of yours: the changed module is slipped in when it is imported.
"""

from ocpp16sm.mutate.runs import Outcome, Runs, Verdict
from ocpp16sm.mutate.sources import Mutant, Subject, mutants

__all__ = ["Mutant", "Outcome", "Runs", "Subject", "Verdict", "mutants"]

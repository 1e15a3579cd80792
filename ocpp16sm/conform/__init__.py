"""Is what a log shows OCPP 1.6? For the log of any charge point.

====================  ===========================================================================
:mod:`.reader`        logs of any origin, as frames
:mod:`.conversation`  questions and their answers, and what follows from them
:mod:`.rule`          what a rule is; its findings
:mod:`.framing`, :mod:`.registration`, :mod:`.statuses`, :mod:`.transactions`: the rules
:mod:`.examination`   all of them on all of a log
:mod:`.report`        findings as text, JSON and JUnit XML
====================  ===========================================================================
"""

from ocpp16sm.conform.examination import RULES, TIMEOUT, Summary, examine
from ocpp16sm.conform.rule import Finding, Rule

__all__ = ["RULES", "TIMEOUT", "Finding", "Rule", "Summary", "examine"]

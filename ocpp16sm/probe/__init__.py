"""What does a Central System do when charge points are not what it expects? Walks against a real one.

=================  ==================================================================================
:mod:`.steps`      what a charge point may do in a walk: what is usual, and what is hostile
:mod:`.walks`      Hypothesis strategies: usual walks, then hostile ones
:mod:`.wire`       a websocket that is limited in its rate, and remembers every frame
:mod:`.visit`      one walk, against a real Central System, with a whole charge point in virtual time
:mod:`.central_system_rules`      what must be so, and what was found
:mod:`.search`     the search: walks are drawn, and what breaks a rule is made as short as it can be
:mod:`.report`     findings as text, JSON and JUnit XML
=================  ==================================================================================
"""

from ocpp16sm.probe.central_system_rules import RULES, Finding, Severity
from ocpp16sm.probe.search import Found, Plan, Probed, probe

__all__ = ["RULES", "Finding", "Found", "Plan", "Probed", "Severity", "probe"]

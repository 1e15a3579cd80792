"""Check the log of any charge point against OCPP 1.6.

====================  ===========================================================================
:mod:`.reader`        reads logs of any origin as frames
:mod:`.exchange`      a CALL and its response
:mod:`.known`         the state of the charge point, as far as the log has shown it
:mod:`.call_matcher`  matches requests and responses
:mod:`.rule`          base class of rules; their findings
:mod:`.frame_rules`, :mod:`.registration_rules`, :mod:`.status_rules`, :mod:`.transaction_rules`: the rules
:mod:`.examination`   checks a whole log against all rules
:mod:`.report`        writes findings as text, JSON and JUnit XML
====================  ===========================================================================
"""

from ocpp16sm.conform.examination import RULES, TIMEOUT, Summary, examine
from ocpp16sm.conform.rule import Finding, Rule

__all__ = ["RULES", "TIMEOUT", "Finding", "Rule", "Summary", "examine"]

"""Probe a Central System: random walks of a charge point, legal and hostile, against a real one.

============================  ==================================================================
:mod:`.steps`                 the steps of a walk, usual and hostile
:mod:`.walks`                 Hypothesis strategies for walks
:mod:`.wire`                  a websocket with a limited rate that records every frame
:mod:`.hostile`               frames that a charge point should not send, and acceptable answers
:mod:`.probing_charge_point`  a charge point in virtual time that uses such a websocket
:mod:`.visit`                 performs one walk against a real Central System
:mod:`.central_system_rules`  rules and findings
:mod:`.search`                draws walks, and shortens those that break a rule
:mod:`.report`                findings as text, JSON and JUnit XML
============================  ==================================================================
"""

from ocpp16sm.probe.central_system_rules import RULES, Finding, Severity
from ocpp16sm.probe.search import Plan, ProbeResult, ReportedFinding, probe

__all__ = ["RULES", "Finding", "Plan", "ProbeResult", "ReportedFinding", "Severity", "probe"]

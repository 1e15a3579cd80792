"""Logs for people: the message log, session logs, the security log and the operator's log."""

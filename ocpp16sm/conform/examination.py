"""Check a whole log against all rules."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from ocpp16sm.conform import frame_rules, registration_rules, status_rules, transaction_rules
from ocpp16sm.conform.call_matcher import CallMatcher
from ocpp16sm.conform.reader import LogReader
from ocpp16sm.conform.rule import Finding, Rule

RULES: Final[Sequence[type[Rule]]] = (
    frame_rules.Frames,
    frame_rules.MessageTypes,
    frame_rules.Payloads,
    frame_rules.UnknownFields,
    frame_rules.Actions,
    frame_rules.Senders,
    frame_rules.OneAtATime,
    frame_rules.MessageIds,
    frame_rules.Questions,
    frame_rules.ErrorCodes,
    frame_rules.Answers,
    registration_rules.BootFirst,
    registration_rules.SilentWhenRejected,
    registration_rules.NothingRemoteWhenPending,
    status_rules.Moves,
    status_rules.StationStatuses,
    status_rules.ErrorsOfTheEV,
    status_rules.FaultsHaveErrors,
    status_rules.StatusTimes,
    status_rules.StatusesInTransactions,
    transaction_rules.OneTransaction,
    transaction_rules.TransactionIds,
    transaction_rules.KnownTransactions,
    transaction_rules.StoppedOnce,
    transaction_rules.Meters,
    transaction_rules.Readings,
    transaction_rules.Chronology,
)
"""All rules, in the order in which reports list them."""

TIMEOUT: Final = timedelta(seconds=30)
"""Default time that a CALL waits for its response."""


@frozen
class Summary:
    """The contents of a log, in numbers."""

    lines: int
    messages: int
    stations: tuple[str, ...]
    """Identities in order of appearance; empty for a charge point that the log does not name."""
    connectors: int
    """Number of connectors mentioned, over all charge points, including connector 0."""
    transactions: int
    unknown: int
    """Number of lines that were not understood."""
    first_unknown: tuple[int, ...]
    """Line numbers of the first few of them."""
    findings: Counter[str]
    """Name of a rule -> number of violations."""


def examine(lines: Iterable[str], found: Callable[[Finding], None], timeout: timedelta = TIMEOUT) -> Summary:
    """Check a log against all rules.

    Memory use depends on the number of charge points and of their open transactions, not on the length of the log.

    :param lines: the log, line by line: JSON lines, plain text, libocpp's logs, or HTML session logs.
    :param found: called with each finding, in order of the log, except findings that only later lines reveal, such as a
        request without a response.
    :param timeout: how long a CALL waits for its response; used only if the log has times.
    """
    reader = LogReader(lines)
    stations: dict[str, CallMatcher] = {}
    findings: Counter[str] = Counter()
    messages = 0

    def count(finding: Finding) -> None:
        findings[finding.rule] += 1
        found(finding)

    for entry in reader:
        messages += entry.text is not None
        if entry.text is None and entry.station not in stations:
            for station in stations.values():
                station.feed(entry)
            continue
        if entry.station not in stations:
            stations[entry.station] = CallMatcher(entry.station, RULES, count, timeout)
        stations[entry.station].feed(entry)
    for station in stations.values():
        station.end()
    return Summary(
        reader.count,
        messages,
        tuple(stations),
        sum(len(station.known.connectors) for station in stations.values()),
        sum(station.known.transactions.count for station in stations.values()),
        reader.unknown,
        tuple(reader.first_unknown),
        findings,
    )

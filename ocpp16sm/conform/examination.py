"""A whole log held against the rules."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from ocpp16sm.conform import framing, registration, statuses, transactions
from ocpp16sm.conform.conversation import Conversation
from ocpp16sm.conform.reader import LogReader
from ocpp16sm.conform.rule import Finding, Rule

RULES: Final[Sequence[type[Rule]]] = (
    framing.Frames,
    framing.MessageTypes,
    framing.Payloads,
    framing.UnknownFields,
    framing.Actions,
    framing.Senders,
    framing.OneAtATime,
    framing.MessageIds,
    framing.Questions,
    framing.ErrorCodes,
    framing.Answers,
    registration.BootFirst,
    registration.SilentWhenRejected,
    registration.NothingRemoteWhenPending,
    statuses.Moves,
    statuses.StationStatuses,
    statuses.ErrorsOfTheEV,
    statuses.FaultsHaveErrors,
    statuses.StatusTimes,
    statuses.StatusesInTransactions,
    transactions.OneTransaction,
    transactions.TransactionIds,
    transactions.KnownTransactions,
    transactions.StoppedOnce,
    transactions.Meters,
    transactions.Readings,
    transactions.Chronology,
)
"""Everything that a log is held against."""

TIMEOUT: Final = timedelta(seconds=30)
"""How long a CALL waits for its answer, unless told otherwise."""


@frozen
class Summary:
    """What a log holds."""

    lines: int
    messages: int
    stations: tuple[str, ...]
    """Identities, in the order in which they appear; one that is empty where the log names none."""
    connectors: int
    """Connectors that were named, of all charge points; connector 0 counts."""
    transactions: int
    """Transactions that were begun."""
    unknown: int
    """Lines that were not understood."""
    first_unknown: tuple[int, ...]
    """The first few of them."""
    findings: Counter[str]
    """Name of a rule -> how often it is broken."""


def examine(lines: Iterable[str], found: Callable[[Finding], None], timeout: timedelta = TIMEOUT) -> Summary:
    """Hold a log against all rules.

    What is kept in memory does not grow with the log, but with the charge points in it and their open transactions.

    :param lines: the log, line by line: JSON lines, plain text, libocpp's logs, the HTML of session logs.
    :param found: called with each finding. They come in the order of the log, except those that only its further course
        shows, such as a request that nobody answers.
    :param timeout: how long a CALL waits for its answer; only where the log has times.
    """
    reader = LogReader(lines)
    stations: dict[str, Conversation] = {}
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
            stations[entry.station] = Conversation(entry.station, RULES, count, timeout)
        stations[entry.station].feed(entry)
    for station in stations.values():
        station.end()
    return Summary(
        reader.count,
        messages,
        tuple(stations),
        sum(len(station.connectors) for station in stations.values()),
        sum(station.transactions.count for station in stations.values()),
        reader.unknown,
        tuple(reader.first_unknown),
        findings,
    )

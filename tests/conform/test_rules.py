"""Every rule: the smallest log that breaks it, and one that nearly does."""

import pytest
from attrs import frozen

from ocpp16sm.conform import RULES
from tests.conform.logs import (
    ACCEPTED,
    BOOT,
    Log,
    ask,
    asked,
    boot,
    broken,
    findings,
    moment,
    readings,
    reply,
    row,
    start,
    status,
    stop,
    stopping,
    told,
)

START = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": moment(100)}
STARTED = {"idTagInfo": ACCEPTED, "transactionId": 7}
LOST = '{"event": "connection lost"}'
REFUSED = [4, "s", "InternalError", "", {}]


@frozen
class Case:
    """A rule, a log that breaks it in that line, and one that does not."""

    rule: str
    line: int
    breaks: Log
    near: Log


CASES = [
    Case("frame", 1, ['[2,"1","Heartbeat"]'], ['[2,"1","Heartbeat",{}]', reply("1", {"currentTime": moment(0)})]),
    Case("frame", 1, ['[3,"1",'], boot()),
    Case("frame", 1, ['[2,"' + 37 * "i" + '","Heartbeat",{}]'], boot(message_id=36 * "i")),
    Case("message-type", 1, [row("cp>csms", [5, "1", {}])], boot()),
    Case(
        "payload",
        1,
        asked("1", "StatusNotification", {"connectorId": 1, "status": "Available"}),
        status("1", "Available"),
    ),
    Case(
        "payload",
        2,
        asked("1", "Heartbeat", {}, {"interval": 5}),
        asked("1", "Heartbeat", {}, {"currentTime": moment(0)}),
    ),
    Case(
        "payload",
        1,
        asked("1", "Authorize", {"idTag": 21 * "T"}, {"idTagInfo": ACCEPTED}),
        asked("1", "Authorize", {"idTag": 20 * "T"}, {"idTagInfo": ACCEPTED}),
    ),
    Case(
        "unknown-field",
        1,
        asked("1", "Heartbeat", {"now": 1}, {"currentTime": moment(0)}),
        asked("1", "Heartbeat", {}, {"currentTime": moment(0)}),
    ),
    Case("unknown-action", 1, asked("1", "heartbeat", {}), asked("1", "DataTransfer", {"vendorId": "v"}, ACCEPTED)),
    Case("wrong-sender", 1, asked("1", "ClearCache", {}, ACCEPTED), told("1", "ClearCache", {}, ACCEPTED)),
    Case(
        "wrong-sender",
        1,
        told("1", "Heartbeat", {}, {"currentTime": moment(0)}),
        told("1", "DataTransfer", {"vendorId": "v"}, ACCEPTED),
    ),
    Case(
        "call-while-waiting",
        2,
        [status("1", "Available")[0], *status("2", "Available", 2), status("1", "Available")[1]],
        [status("1", "Available")[0], *told("2", "ClearCache", {}, ACCEPTED), status("1", "Available")[1]],
    ),
    Case(
        "call-while-waiting",
        3,
        [
            ask("1", "Authorize", {"idTag": "T"}, 0),
            row("csms>cp", [2, "a", "ClearCache", {}], 1),
            row("csms>cp", [2, "b", "ClearCache", {}], 2),
            row("cp>csms", [3, "a", ACCEPTED], 3),
            row("cp>csms", [3, "b", ACCEPTED], 3),
            reply("1", {"idTagInfo": ACCEPTED}, 4),
        ],
        [
            row("csms>cp", [2, "a", "ClearCache", {}], 1),
            row("csms>cp", [2, "b", "ClearCache", {}], 31),
            row("cp>csms", [3, "a", ACCEPTED], 32),
            row("cp>csms", [3, "b", ACCEPTED], 33),
        ],
    ),
    Case(
        "call-while-waiting",
        2,
        [ask("s", "StartTransaction", START), *asked("s", "StartTransaction", START, STARTED)],
        [ask("s", "StartTransaction", START), LOST, *asked("s", "StartTransaction", START, STARTED)],
    ),
    Case(
        "message-id-again",
        3,
        status("1", "Available", 1) + status("1", "Available", 2),
        status("1", "Available") + told("1", "ClearCache", {}, ACCEPTED),
    ),
    Case("message-id-again", 3, start("1", 7) + start("1", 7), start("1", 7) + start("2", 7)),
    Case(
        "message-id-again",
        3,
        asked("1", "StartTransaction", START, STARTED, at=0) + asked("1", "StartTransaction", START, STARTED, at=29),
        asked("1", "StartTransaction", START, STARTED, at=0) + asked("1", "StartTransaction", START, STARTED, at=30),
    ),
    Case(
        "message-id-again",
        5,
        start("1", 7) + status("2", "Charging") + start("1", 7),
        [*start("1", 7), LOST, *start("1", 7)],
    ),
    Case("answer-without-call", 3, [*boot(), reply("1", {})], [reply("1", {}), *boot()]),
    Case(
        "answer-without-call",
        2,
        [reply("1", {}), reply("1", {})],
        [reply("1", {}), row("cp>csms", [3, "2", {}]), *status("3", "Available")],
    ),
    Case(
        "answer-without-call",
        3,
        [*status("1", "Available"), reply("1", {})],
        [*status("1", "Available"), *status("2", "Available")],
    ),
    Case(
        "answer-without-call",
        4,
        [*boot(), status("1", "Available")[0], row("cp>csms", [3, "1", {}]), reply("1", {})],
        boot() + status("1", "Available"),
    ),
    Case(
        "error-word",
        2,
        [ask("1", "Heartbeat", {}), row("csms>cp", [4, "1", "Sorry", "", {}])],
        [ask("1", "Heartbeat", {}), row("csms>cp", [4, "1", "GenericError", "", {}])],
    ),
    Case("unanswered", 1, [ask("1", "Heartbeat", {})], [ask("1", "Heartbeat", {}), LOST]),
    Case(
        "before-accepted",
        2,
        [ask("boot", "BootNotification", BOOT), *status("1", "Available"), boot()[1]],
        boot() + status("1", "Available"),
    ),
    Case("before-accepted", 3, boot("Rejected") + status("1", "Available"), boot("Rejected") + boot("Accepted", "2")),
    Case(
        "before-accepted",
        3,
        boot("Pending") + status("1", "Available"),
        boot("Pending")
        + told("t", "TriggerMessage", {"requestedMessage": "StatusNotification"}, ACCEPTED)
        + status("1", "Available"),
    ),
    Case(
        "before-accepted",
        5,
        boot("Pending")
        + told("t", "TriggerMessage", {"requestedMessage": "Heartbeat"}, ACCEPTED)
        + status("1", "Available"),
        boot("Pending")
        + told("t", "ExtendedTriggerMessage", {"requestedMessage": "Heartbeat"}, ACCEPTED)
        + asked("1", "Heartbeat", {}, {"currentTime": moment(0)}),
    ),
    Case(
        "answer-while-rejected",
        4,
        boot("Rejected") + told("1", "ClearCache", {}, ACCEPTED),
        boot("Pending") + told("1", "ClearCache", {}, ACCEPTED),
    ),
    Case(
        "remote-while-pending",
        3,
        boot("Pending") + told("1", "RemoteStopTransaction", {"transactionId": 1}, ACCEPTED),
        boot() + told("1", "RemoteStopTransaction", {"transactionId": 1}, ACCEPTED),
    ),
    Case(
        "status-move",
        3,
        status("1", "Available") + status("2", "Finishing"),
        status("1", "Preparing") + status("2", "Finishing"),
    ),
    Case(
        "status-move",
        5,
        status("1", "Available") + status("2", "Charging", 2) + status("3", "Finishing"),
        status("1", "Available") + boot() + status("2", "Finishing"),
    ),
    Case(
        "status-move",
        3,
        status("1", "Charging") + status("2", "Preparing"),
        [*status("1", "Charging"), LOST, *status("2", "Preparing")],
    ),
    Case("status-of-station", 1, status("1", "Preparing", 0), status("1", "Faulted", 0, "GroundFailure")),
    Case(
        "error-with-status",
        1,
        status("1", "Charging", 1, "EVCommunicationError"),
        status("1", "SuspendedEV", 1, "EVCommunicationError"),
    ),
    Case("fault-without-error", 1, status("1", "Faulted"), status("1", "Faulted", 1, "OtherError")),
    Case(
        "fault-without-error",
        1,
        status("1", "Faulted") + status("2", "Faulted"),
        status("1", "Faulted", 1, "OtherError") + status("2", "Faulted"),
    ),
    Case(
        "status-time",
        3,
        status("1", "Preparing", at=20) + status("2", "Charging", at=10),
        status("1", "Preparing", at=20) + status("2", "Charging", at=20),
    ),
    Case(
        "status-in-transaction",
        3,
        start("1", 7) + status("2", "Available", at=150) + stop("3", 7),
        start("1", 7) + status("2", "Available", at=200) + stop("3", 7),
    ),
    Case(
        "status-in-transaction",
        3,
        start("1", 7) + status("2", "Reserved") + status("3", "Available"),
        start("1", 7) + status("2", "Reserved", at=50) + status("3", "Unavailable"),
    ),
    Case(
        "status-in-transaction",
        5,
        status("0", "Faulted", 1, "OtherError") + start("1", 7) + status("2", "Preparing") + stop("3", 7),
        status("0", "Preparing") + start("1", 7) + status("2", "Preparing") + stop("3", 7),
    ),
    Case("two-transactions", 3, start("1", 7) + start("2", 8, at=120), start("1", 7) + start("2", 8, 2, at=120)),
    Case(
        "two-transactions",
        3,
        start("1", 7) + start("2", 8, at=120) + stop("3", 7),
        start("1", 7) + stop("2", 7) + start("3", 8, at=200),
    ),
    Case("payload", 1, start("1", 7, 0), start("1", 7, 1)),
    Case(
        "transaction-id-again",
        6,
        start("1", 7) + stop("2", 7) + start("3", 7, at=300),
        start("1", 7) + start("2", 7) + stop("3", 7) + start("4", 8, at=300),
    ),
    Case("unknown-transaction", 3, boot() + stop("1", 7), boot() + stop("1", 7, reason="PowerLoss")),
    Case("unknown-transaction", 5, boot() + start("1", 7) + stop("2", 8), boot() + start("1", 7) + stop("2", -1)),
    Case(
        "unknown-transaction", 5, boot() + start("1", 7) + stop("2", 8, reason="Reboot"), start("1", 7) + stop("2", 8)
    ),
    Case(
        "stopped-twice",
        5,
        start("1", 7) + stop("2", 7) + stop("3", 7),
        [*start("1", 7), ask("s", "StopTransaction", stopping(7)), row("csms>cp", REFUSED), *stop("3", 7)],
    ),
    Case(
        "stopped-twice",
        5,
        [*start("1", 7), ask("s", "StopTransaction", stopping(7)), row("csms>cp", REFUSED), *stop("3", 7, meter=11)],
        [*start("1", 7), ask("s", "StopTransaction", stopping(7)), LOST, *asked("s", "StopTransaction", stopping(7))],
    ),
    Case(
        "meter-backwards",
        3,
        start("1", 7, meter=11) + stop("2", 7, meter=10),
        start("1", 7, meter=10) + stop("2", 7, meter=10),
    ),
    Case("readings-without-transaction", 3, boot() + readings("1", 7), boot() + readings("1", None)),
    Case(
        "readings-without-transaction",
        5,
        start("1", 7) + stop("2", 7) + readings("3", 7, at=200),
        start("1", 7) + readings("2", 7) + stop("3", 7),
    ),
    Case(
        "readings-without-transaction",
        3,
        start("1", 7) + readings("2", 7, connector=2),
        start("1", 7) + readings("2", 7, connector=0),
    ),
    Case(
        "out-of-order",
        3,
        readings("1", None, at=150) + readings("2", None, at=148),
        readings("1", None, at=150) + readings("2", None, at=149) + readings("3", None, at=100, connector=2),
    ),
    Case(
        "out-of-order",
        3,
        readings("1", None, context="Sample.Clock") + readings("2", None, at=50, context="Sample.Clock"),
        readings("1", None, context="Sample.Clock") + readings("2", None, at=50, context="Sample.Periodic"),
    ),
    Case(
        "out-of-order",
        5,
        start("1", 7) + readings("2", 7, at=150) + stop("3", 7, at=140),
        start("1", 7) + readings("2", 7, at=150, context="Trigger") + stop("3", 7, at=140),
    ),
    Case(
        "out-of-order",
        3,
        start("1", 7) + start("2", 8, connector=2, at=50),
        start("1", 7) + asked("h", "Heartbeat", {}, {"currentTime": moment(40)}) + stop("2", 7, at=50),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_that_is_broken_is_found_where_it_is_broken(case: Case) -> None:
    assert (case.rule, case.line) in broken(case.breaks)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_what_nearly_breaks_a_rule_does_not(case: Case) -> None:
    assert broken(case.near) == []


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.rule not in ("frame", "payload")], ids=lambda case: case.rule
)
def test_a_finding_names_its_rule_and_clause(case: Case) -> None:
    rule = next(rule for rule in RULES if rule.name == case.rule)
    finding = next(finding for finding in findings(case.breaks) if finding.rule == case.rule)
    assert finding.clause == rule.clause
    assert str(finding).endswith(f"expected {finding.expected} ({rule.clause})")


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == {rule.name for rule in RULES}


def test_names_of_rules_are_unique_and_each_has_a_clause() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.name for rule in RULES if not (rule.clause and rule.says.endswith("."))] == []


def test_the_expected_statuses_are_those_of_the_table() -> None:
    (finding,) = findings(status("1", "Preparing") + status("2", "Unavailable"))
    assert finding.what == "connector 1 goes from Preparing to Unavailable"
    expected = "Available (B1), Charging (B3), SuspendedEV (B4), SuspendedEVSE (B5), Finishing (B6) or Faulted (B9)"
    assert finding.expected == expected

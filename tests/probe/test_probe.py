"""A Central System with one defect is found out: by which rule, within how many walks, in how many steps."""

import json
from typing import Any

import pytest

from ocpp16sm.probe import RULES, Plan, ReportedFinding, Severity, probe
from ocpp16sm.probe.search import retrace
from ocpp16sm.probe.steps import Hostile, Step, Usual, as_json, from_json
from ocpp16sm.probe.visit import Target, Visit
from ocpp16sm.probe.wire import Pace
from tests.probe.faulty_central_system import Defect, FaultyCentralSystem, central_system

WALKS = 60
"""So many walks of a kind are drawn at most."""


def target(url: str, timeout_s: float = 10.0) -> Target:
    """A charge point at this Central System, in no hurry to give up, and without any rest."""
    return Target(url=f"{url}/PROBE-1", identity="PROBE-1", id_tags=("TAG",), pace=Pace(1e6), timeout_s=timeout_s)


def action_of(text: str) -> str:
    """The action of a CALL; empty for anything else."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(frame[2]) if isinstance(frame, list) and len(frame) == 4 and frame[0] == 2 else ""


def changed(action: str, **fields: Any) -> Defect:
    """These fields of responses to this action are other ones."""

    def defect(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
        if action_of(text) != action:
            return said
        return [[*frame[:2], frame[2] | fields] if frame[0] == 3 else frame for frame in said]

    return defect


def besides(action: str, *frames: list[Any]) -> Defect:
    """After the answer to this action these are said too; ``#`` is a number that grows."""

    def defect(system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
        if action_of(text) != action:
            return said
        more = []
        for frame in frames:
            system.told += 1
            more.append(json.dumps(frame).replace("#", str(system.told)))
        return [*said, *more]

    return defect


def forgetful(system: FaultyCentralSystem, _text: str, said: list[Any]) -> list[Any]:
    """It does not know a message id again."""
    system.request_handler._answers.clear()
    return said


def lacking(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    return [[*frame[:2], {"status": "Accepted"}] for frame in said] if action_of(text) == "BootNotification" else said


def deaf(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    return [] if action_of(text) == "Authorize" else said


def twice(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    return said * 2 if action_of(text) == "StartTransaction" else said


def sulks(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any] | None:
    return said if text.startswith("[") else None


def takes_anything(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    if action_of(text) != "Authorize" or not said or said[0][0] != 4:
        return said
    return [[3, said[0][1], {"idTagInfo": {"status": "Accepted"}}]]


def always_generic(_system: FaultyCentralSystem, _text: str, said: list[Any]) -> list[Any]:
    return [[4, frame[1], "GenericError", "", {}] if frame[0] == 4 else frame for frame in said]


def refuses_statuses(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    return [[4, said[0][1], "NotSupported", "", {}]] if action_of(text) == STATUS else said


def own_words(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    return [[4, said[0][1], "Oops", "", {}]] if action_of(text) == STATUS else said


def refuses_strangers(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    if action_of(text) != "StopTransaction" or "bad-" not in text:
        return said
    return [[4, said[0][1], "PropertyConstraintViolation", "no such transaction", {}]]


def cut_short(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    return [frame[:2] for frame in said] if action_of(text) == STATUS else said


def odd_type(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    return [*said, [7, "x", {}]] if action_of(text) == STATUS else said


def wrong_id(_system: FaultyCentralSystem, text: str, said: list[Any]) -> list[Any]:
    return [[frame[0], "1", *frame[2:]] for frame in said] if action_of(text) == "Authorize" else said


STATUS = "StatusNotification"
DEFECTS: dict[str, tuple[Defect, str, int]] = {
    "the same transactionId for all": (changed("StartTransaction", transactionId=1), "transaction-for-two", 2),
    "another transactionId for the same request": (forgetful, "transaction-id-again", 2),
    "a transactionId that is a text": (changed("StartTransaction", transactionId="7"), "payload", 1),
    "a response without a field": (lacking, "payload", 1),
    "a response with another field": (changed("Authorize", name="x"), "unknown-field", 1),
    "a response without a payload": (cut_short, "frame", 1),
    "a message of a type that there is not": (odd_type, "message-type", 1),
    "an answer under another id": (wrong_id, "answer-without-call", 1),
    "no answer": (deaf, "no-answer", 1),
    "two answers": (twice, "answer-without-call", 1),
    "hangs up on what is no JSON": (sulks, "closes", 1),
    "accepts a card and refuses to charge with it": (
        changed("StartTransaction", idTagInfo={"status": "Invalid"}),
        "id-tag",
        2,
    ),
    "a negative interval": (changed("BootNotification", interval=-1), "interval", 1),
    "a clock that stands still": (changed("BootNotification", currentTime="1970-01-01T00:00:00Z"), "clock", 1),
    "takes what breaks its schema": (takes_anything, "accepts-anything", 1),
    "the same error for everything": (always_generic, "other-error", 1),
    "a refusal of what is right": (refuses_statuses, "refuses", 1),
    "an error of its own": (own_words, "error-word", 1),
    "will not stop what it does not know": (refuses_strangers, "refuses", 1),
    "two CALLs at once": (
        besides(STATUS, [2, "a#", "GetConfiguration", {}], [2, "b#", "ClearCache", {}]),
        "call-while-waiting",
        1,
    ),
    "one message id for all its CALLs": (besides(STATUS, [2, "1", "ClearCache", {}]), "message-id-again", 1),
    "a CALL that is not its own": (besides(STATUS, [2, "c#", "Heartbeat", {}]), "wrong-sender", 1),
    "a CALL that nobody knows": (besides(STATUS, [2, "d#", "MakeCoffee", {}]), "unknown-action", 1),
}

QUICK = ("payload", "interval", "clock", "call-while-waiting", "wrong-sender", "transaction-for-two", "refuses")
"""Rules whose defects show at once."""


class _EnoughError(Exception):
    """What was looked for is found."""


def search(url: str, rule: str, timeout_s: float = 10.0) -> ReportedFinding | None:
    """What breaks this rule, if anything does."""
    hit: list[ReportedFinding] = []

    def look(found: ReportedFinding) -> None:
        if found.finding.rule.name == rule:
            hit.append(found)
            raise _EnoughError

    try:
        probe(target(url, timeout_s), Plan(walks=WALKS), look)
    except _EnoughError:
        return hit[0]
    return None


@pytest.mark.parametrize(
    ("defect", "rule", "steps"),
    [pytest.param(*row, id=name, marks=() if row[1] in QUICK else pytest.mark.long) for name, row in DEFECTS.items()],
)
def test_a_defect_is_found_and_made_short(defect: Defect, rule: str, steps: int) -> None:
    with central_system(FaultyCentralSystem(defect)) as url:
        found = search(url, rule, timeout_s=0.3 if defect in (deaf, wrong_id, cut_short) else 10)
    assert found is not None
    assert len(found.walk) <= steps
    assert found.transcript


def test_a_version_that_nobody_speaks_is_not_agreed_on() -> None:
    with central_system(FaultyCentralSystem(), ("ocpp9.9", "ocpp1.6")) as url:
        found = search(url, "subprotocol")
    assert found is not None
    assert [step.do for step in found.walk] == [Hostile.OTHER_SUBPROTOCOL]


def test_where_nothing_is_wrong_nothing_is_found() -> None:
    with central_system(FaultyCentralSystem()) as url:
        probed = probe(target(url), Plan(walks=WALKS))
    assert probed.found == []
    assert probed.walks == 2 * WALKS + 2 * len(Hostile)
    assert probed.in_time


def test_every_rule_has_a_defect_that_breaks_it() -> None:
    shown = {rule for _defect, rule, _steps in DEFECTS.values()} | {"subprotocol"}
    beyond = {"lets-nobody-back", "remote-while-pending"}
    assert set(RULES) - shown == beyond


@pytest.mark.parametrize("word", [*Usual, *Hostile])
def test_every_step_can_be_taken_alone_and_twice(word: Usual | Hostile) -> None:
    with central_system(FaultyCentralSystem()) as url:
        for walk in ((Step(word),), (Step(Usual.START), Step(word), Step(word))):
            assert Visit(target(url)).go(walk) == []


def test_transactions_are_stopped_in_the_end() -> None:
    faulty = FaultyCentralSystem()
    with central_system(faulty) as url:
        Visit(target(url)).go((Step(Usual.START, 1), Step(Usual.START, 2), Step(Usual.RECONNECT)))
    assert len(faulty.request_handler.transactions) == 2
    assert all(each.stop is not None for each in faulty.request_handler.transactions.values())


def test_the_same_seed_draws_the_same_walks() -> None:
    taken: list[list[str]] = []
    for _ in range(2):
        heard: list[str] = []

        def listen(_system: FaultyCentralSystem, text: str, said: list[Any], heard: list[str] = heard) -> list[Any]:
            heard.append(action_of(text))
            return said

        with central_system(FaultyCentralSystem(listen)) as url:
            probe(target(url), Plan(walks=20, seed=7))
        taken.append(heard)
    assert taken[0] == taken[1]


def test_a_walk_is_written_down_and_taken_again() -> None:
    walk = (Step(Usual.START, 2), Step(Hostile.SAME_AGAIN))
    assert from_json(json.loads(json.dumps(as_json(walk)))) == walk
    with central_system(FaultyCentralSystem(forgetful)) as url:
        probed = retrace(target(url), iter([walk]))
    assert [found.finding.rule.name for found in probed.found] == ["transaction-id-again"]


def test_the_time_limit_ends_a_search() -> None:
    with central_system(FaultyCentralSystem()) as url:
        probed = probe(target(url), Plan(walks=100_000, time_limit_s=0.0))
    assert (probed.in_time, probed.walks) == (False, 0)


def test_frames_are_not_sent_faster_than_allowed() -> None:
    slept: list[float] = []
    pace = Pace(10, lambda: 100.0)
    for _ in range(3):
        pace.wait(lambda seconds: slept.append(round(seconds, 3)))
    assert slept == [0.1, 0.2]


def test_what_is_wrong_is_an_error_or_a_warning() -> None:
    assert {rule.severity for rule in RULES.values()} == set(Severity)

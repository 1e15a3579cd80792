"""Malformed frames at the core: each gets the right CALLERROR, or silence, and changes nothing."""

import json
from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import AskVendor, LogFailure, SendText
from ocpp16sm.messages import ACTIONS
from ocpp16sm.testing.strategies import payloads
from tests.hostile.frames import DEEP, LISTED, NESTED, VALID, listed, misfits, new_id, spoiled
from tests.hostile.judge import frames, judge, verdict_of
from tests.hostile.oracle import ANSWER, FORMATION, NOT_IMPLEMENTED, NOT_SUPPORTED, OCCURENCE, PROPERTY, TYPE
from tests.support.scene import CoreScene

SEED = 16


class Victim(CoreScene):
    """An accepted charge point that is sent texts, and what it replies."""

    def __init__(self) -> None:
        super().__init__()
        self.boots()
        self.virtual.on_sent = self._keep
        self._texts: list[str] = []

    def _keep(self, text: str) -> None:
        self._texts.append(text)

    def gets(self, text: str) -> list[list[Any]]:
        """Send a text; gives the replies."""
        before = len(self._texts)
        self.says(text)
        return list(frames(self._texts[before:]))

    def failures(self) -> list[str]:
        """What it had to undo by mistake of its own."""
        return [effect.text for effect in self.virtual.effects if isinstance(effect, LogFailure)]

    def is_well(self) -> None:
        """It made no mistake, hung up on nobody, and still answers."""
        assert self.failures() == []
        assert self.virtual.linked
        (reply,) = self.gets('[2,"well?","GetConfiguration",{"key":["HeartbeatInterval"]}]')
        assert reply[0] == 3
        assert [key["key"] for key in reply[2]["configurationKey"]] == ["HeartbeatInterval"]


@pytest.fixture
def victim() -> Victim:
    return Victim()


@pytest.mark.parametrize("text", LISTED, ids=[text[:40].replace("\x00", "NUL") or "nothing" for text in LISTED])
def test_a_listed_text_gets_the_right_reply(victim: Victim, text: str) -> None:
    text = text.replace("$id", new_id(Random(SEED)))
    judge([text], victim.gets(text))
    victim.is_well()


def test_every_misfit_of_every_action_gets_the_right_code(victim: Victim) -> None:
    texts = list(misfits(Random(SEED)))
    verdicts = judge(texts, [reply for text in texts for reply in victim.gets(text)])
    assert verdicts.keys() == {ANSWER, FORMATION, NOT_SUPPORTED, OCCURENCE, PROPERTY, TYPE}
    victim.is_well()


def test_valid_calls_are_answered(victim: Victim) -> None:
    """The oracle, and what is spoiled, begin with what is right."""
    texts = [json.dumps([2, action, action, payload]) for action, payload in VALID.items()]
    verdicts = judge(texts, [reply for text in texts for reply in victim.gets(text)])
    assert verdicts == {ANSWER: len(VALID)}
    victim.is_well()


def test_spoiled_calls_get_the_right_reply(victim: Victim) -> None:
    texts = list(islice(spoiled(Random(SEED)), 3000))
    judge(texts, [reply for text in texts for reply in victim.gets(text)])
    victim.is_well()


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_a_call_nested_too_deeply_is_refused(victim: Victim, text: str) -> None:
    (reply,) = victim.gets(text.replace("$id", "deep"))
    assert reply[1] == "deep"
    assert verdict_of(reply) in {FORMATION, NOT_IMPLEMENTED}
    victim.is_well()


def test_half_a_surrogate_pair_is_refused_wherever_it_is(victim: Victim) -> None:
    """Such a text is JSON by its grammar, so its sender can be told (OCPP-J 4.2.3)."""
    for text in ('[2,"a","DataTransfer",{"vendorId":"\\ud800"}]', '[2,"b","DataTransfer",{"\\udc00":1}]'):
        (reply,) = victim.gets(text)
        assert verdict_of(reply) == FORMATION
    victim.is_well()


def test_a_late_answer_is_given_however_many_calls_came_meanwhile() -> None:
    """Answers are remembered for calls that come twice; that must not forget a call whose answer is due."""
    scene = CoreScene()
    scene.boots()
    core, now = scene.virtual.core, scene.virtual.now
    step = core.feed(inputs.TextReceived('[2,"slow","DataTransfer",{"vendorId":"v"}]'), now)
    (asked,) = [effect for effect in step.effects if isinstance(effect, AskVendor)]
    for number in range(100):
        core.feed(inputs.TextReceived(f'[2,"{number}","ClearCache",{{}}]'), now)
    step = core.feed(inputs.VendorAnswered(asked.ref, "Accepted"), now)
    assert [json.loads(effect.text) for effect in step.effects if isinstance(effect, SendText)] == [
        [3, "slow", {"status": "Accepted"}]
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec="utf-8"), max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
odd_calls = st.tuples(
    st.just(2) | json_values,
    st.text(st.characters(codec="utf-8"), max_size=40) | json_values,
    st.sampled_from(sorted(ACTIONS)) | json_values,
    json_values | st.sampled_from(sorted(VALID)).flatmap(lambda action: payloads(ACTIONS[action].request)),
)
texts = st.text(st.characters(codec="utf-8")) | json_values.map(json.dumps) | odd_calls.map(json.dumps)


@given(st.lists(texts, max_size=10, unique=True))
def test_any_text_at_all_gets_the_right_reply(some: list[str]) -> None:
    victim = Victim()
    for text in some:
        judge([text], victim.gets(text))
    victim.is_well()


def test_while_rejected_nothing_hostile_is_answered() -> None:
    """A charge point says nothing but BootNotification then (4.2)."""
    scene = CoreScene()
    sent: list[str] = []
    scene.starts()
    now = scene.virtual.now.utc.text()
    scene.hears("BootNotification", {"status": "Rejected", "currentTime": now, "interval": 600})
    scene.virtual.on_sent = sent.append
    for text in (*listed(Random(SEED)), *islice(spoiled(Random(SEED)), 200)):
        scene.virtual.feed(inputs.TextReceived(text))
    assert sent == []


def test_before_registration_nothing_hostile_has_it_say_anything_but_answers() -> None:
    """No request is sent before BootNotification was answered (4.2), whatever comes; answers are."""
    scene = CoreScene()
    sent: list[str] = []
    scene.starts()
    scene.hears("BootNotification", answer=None)
    scene.virtual.on_sent = sent.append
    for text in (*listed(Random(SEED)), *islice(spoiled(Random(SEED)), 200)):
        scene.virtual.feed(inputs.TextReceived(text))
    assert sent
    assert {json.loads(text)[0] for text in sent} <= {3, 4}


def test_hostile_answers_to_a_request_in_flight_do_not_stop_the_queue() -> None:
    """Whatever comes instead of an answer, the request is answered, fails or times out; the next one is sent."""
    scene = CoreScene(TransactionMessageAttempts="1")
    scene.boots()
    for text in (
        '[3,"$id",{}]',
        '[3,"$id",[]]',
        '[3,"$id"]',
        '[4,"$id"]',
        '[4,"$id",5]',
        '[3,"$id",{"a":' + "[" * DEEP,
    ):
        scene.station.on_session_started(1, "s", "EVConnected")
        scene.hears("StatusNotification", status="Preparing")
        now = scene.virtual.now.utc
        scene.station.on_transaction_started(1, "s", "TAG", 0, None, now)
        start = scene.hears("StartTransaction", answer=None)
        scene.says(text.replace("$id", start.id))
        scene.passes(31)
        scene.station.on_transaction_stopped(1, "s", "Local", now, 1)
        scene.hears("StopTransaction", transactionId=-1)
        scene.hears("StatusNotification", status="Finishing")
        scene.station.on_session_stopped(1, "s")
        scene.hears("StatusNotification", status="Available")
        scene.hears_nothing()

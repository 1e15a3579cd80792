"""Whether the replies of a charge point to hostile texts are the right ones."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.hostile.oracle import ANSWER, Expected, expected

CODES = {
    "NotImplemented", "NotSupported", "InternalError", "ProtocolError", "SecurityError", "FormationViolation",
    "PropertyConstraintViolation", "OccurenceConstraintViolation", "TypeConstraintViolation", "GenericError",
}  # fmt: skip
"""As OCPP-J 1.6, 4.2.3 spells them (errata 5.1, 5.2)."""
LONGEST_DESCRIPTION = 255


def verdict_of(reply: list[Any]) -> str:
    """The errorCode of a CALLERROR, or ANSWER; a reply that is neither as it should be fails."""
    if reply[0] == 3:
        assert len(reply) == 3
        assert isinstance(reply[2], dict)
        return ANSWER
    kind, _, code, description, details = reply
    assert (kind, details) == (4, {})
    assert code in CODES
    assert isinstance(description, str)
    assert len(description) <= LONGEST_DESCRIPTION
    return str(code)


def judge(texts: Iterable[str], replies: Iterable[list[Any]]) -> Counter[str]:
    """Each text that can be answered was answered once, with a right reply; nothing else was sent.

    Gives how often each reply was given.
    """
    due: dict[str, tuple[str, Expected]] = {}
    for text in texts:
        wanted = expected(text)
        if wanted.message_id is not None:
            assert wanted.message_id not in due, "two texts with one message id: the test is wrong"
            due[wanted.message_id] = text, wanted
    given: Counter[str] = Counter()
    for reply in replies:
        assert reply[1] in due, f"a reply to nothing, or a second one: {reply}"
        text, wanted = due.pop(reply[1])
        verdict = verdict_of(reply)
        assert verdict in wanted.replies, f"{text[:300]} was answered with {str(reply)[:300]}, not {wanted.replies}"
        given[verdict] += 1
    unanswered = [text[:200] for text, _ in due.values()]
    assert not unanswered, f"{len(unanswered)} were not answered, the first of them {unanswered[0]}"
    return given


def frames(texts: Iterable[str]) -> Iterable[list[Any]]:
    """The replies among frames that were sent."""
    return (frame for frame in map(json.loads, texts) if frame[0] != 2)

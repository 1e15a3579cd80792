"""What the embedded Central System says: registrations, idTags, transactions, injected faults; text in, text out."""

import json
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms import CallRefusedError, Conversation, InjectedFault, Outcome, Policy, Reply, RequestHandler
from ocpp16sm.errors import ErrorCode, InvalidMessageError, PayloadError
from ocpp16sm.messages import (
    ACTIONS,
    AuthorizationStatus,
    ClearCacheRequest,
    ClearCacheResponse,
    ClearCacheStatus,
    DataTransferStatus,
    GetConfigurationRequest,
    IdTagInfo,
    RegistrationStatus,
    RemoteStartTransactionRequest,
    SentBy,
)

NOON = Timestamp.parse("2026-06-01T12:00:00Z")
BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}
START = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": "2026-06-01T12:00:00Z"}
BLOCKED = IdTagInfo(AuthorizationStatus.BLOCKED)
INVALID = IdTagInfo(AuthorizationStatus.INVALID)


class Caller:
    """A charge point's side of a conversation."""

    def __init__(
        self, policy: Policy | None = None, request_handler: RequestHandler | None = None, id: str = "CP001"
    ) -> None:
        self.conversation = Conversation(id, request_handler or RequestHandler(policy or Policy()))
        self._count = 0

    def reply(self, action: str, payload: Any, message_id: str | None = None) -> Reply:
        """What comes back for a request."""
        self._count += 1
        text = json.dumps([2, message_id or f"m{self._count}", action, payload])
        reply = self.conversation.received(text, NOON)
        assert isinstance(reply, Reply)
        return reply

    def frame(self, action: str, payload: Any, message_id: str | None = None) -> list[Any]:
        """The frame that comes back."""
        reply = self.reply(action, payload, message_id)
        assert reply.text is not None
        frame: list[Any] = json.loads(reply.text)
        return frame

    def says(self, action: str, payload: Any, message_id: str | None = None) -> Any:
        """The payload of the response."""
        frame = self.frame(action, payload, message_id)
        assert frame[0] == 3, frame
        return frame[2]


# -- registration -----------------------------------------------------------------------------------------------------


def test_registrations_come_in_their_order_and_then_accepted() -> None:
    caller = Caller(Policy(registrations=[RegistrationStatus.PENDING, RegistrationStatus.REJECTED]))
    said = [caller.says("BootNotification", BOOT)["status"] for _boot in range(4)]
    assert said == ["Pending", "Rejected", "Accepted", "Accepted"]


def test_every_charge_point_is_registered_for_itself() -> None:
    request_handler = RequestHandler(Policy(registrations=[RegistrationStatus.PENDING]))
    first, second = Caller(request_handler=request_handler), Caller(request_handler=request_handler, id="CP002")
    assert first.says("BootNotification", BOOT)["status"] == "Pending"
    assert second.says("BootNotification", BOOT)["status"] == "Pending"
    assert first.says("BootNotification", BOOT)["status"] == "Accepted"


def test_time_and_interval_are_those_of_the_policy() -> None:
    caller = Caller(Policy(heartbeat_interval_s=77))
    expected = {"status": "Accepted", "currentTime": "2026-06-01T12:00:00.000Z", "interval": 77}
    assert caller.says("BootNotification", BOOT) == expected
    assert caller.says("Heartbeat", {}) == {"currentTime": "2026-06-01T12:00:00.000Z"}


# -- idTags and transactions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tag", "status"), [("T1", "Blocked"), ("t1", "Blocked"), ("T2", "Invalid")])
def test_idtags_are_known_without_regard_to_case(tag: str, status: str) -> None:
    caller = Caller(Policy(id_tags={"T1": BLOCKED}, other_id_tags=INVALID))
    assert caller.says("Authorize", {"idTag": tag}) == {"idTagInfo": {"status": status}}
    assert caller.says("StartTransaction", {**START, "idTag": tag})["idTagInfo"] == {"status": status}


def test_transactions_are_numbered_and_kept() -> None:
    caller = Caller()
    one, two = (caller.says("StartTransaction", START)["transactionId"] for _ in range(2))
    assert (one, two) == (1, 2)
    stop = {"transactionId": 2, "meterStop": 5, "timestamp": "2026-06-01T13:00:00Z"}
    assert caller.says("StopTransaction", stop) == {}
    assert caller.says("StopTransaction", {**stop, "idTag": "TAG"}) == {"idTagInfo": {"status": "Accepted"}}
    request_handler = caller.conversation.request_handler
    assert request_handler.transactions[1].stop is None
    assert request_handler.transactions[2].stop is not None
    assert request_handler.transactions[2].stop.meter_stop == 5


def test_a_request_that_comes_twice_is_processed_once() -> None:
    """Errata OCPP-J 3.1: a retried request has the message id that it had."""
    caller = Caller()
    first = caller.says("StartTransaction", START, "same")
    assert caller.says("StartTransaction", START, "same") == first
    assert len(caller.conversation.request_handler.transactions) == 1
    other = Caller(request_handler=caller.conversation.request_handler, id="CP002")
    assert other.says("StartTransaction", START, "same")["transactionId"] == 2


def test_nobody_stops_the_transaction_of_another() -> None:
    caller = Caller()
    caller.says("StartTransaction", START)
    other = Caller(request_handler=caller.conversation.request_handler, id="CP002")
    other.says("StopTransaction", {"transactionId": 1, "meterStop": 5, "timestamp": "2026-06-01T13:00:00Z"})
    assert caller.conversation.request_handler.transactions[1].stop is None


def test_data_transfer_is_answered_as_the_policy_says() -> None:
    assert Caller().says("DataTransfer", {"vendorId": "x"}) == {"status": "UnknownVendorId"}
    policy = Policy(data_transfer=DataTransferStatus.REJECTED)
    assert Caller(policy).says("DataTransfer", {"vendorId": "x"}) == {"status": "Rejected"}


# -- injected faults -------------------------------------------------------------------------------------------


def test_an_injected_fault_applies_to_its_action_so_many_times() -> None:
    caller = Caller(
        Policy(injected_faults=[InjectedFault(action="Heartbeat", error=ErrorCode.INTERNAL_ERROR, times=2)])
    )
    assert caller.frame("BootNotification", BOOT)[0] == 3
    assert [caller.frame("Heartbeat", {})[0] for _ in range(3)] == [4, 4, 3]


def test_an_injected_fault_may_apply_to_all_actions() -> None:
    caller = Caller(Policy(injected_faults=[InjectedFault(action="*", error=ErrorCode.NOT_SUPPORTED)]))
    assert caller.frame("Heartbeat", {}) == [4, "m1", "NotSupported", "refused by the policy", {}]
    assert caller.frame("BootNotification", BOOT)[2] == "NotSupported"


def test_the_first_of_several_injected_faults_is_used() -> None:
    injected_faults = [
        InjectedFault(action="Heartbeat", silent=True, times=1),
        InjectedFault(action="*", error=ErrorCode.GENERIC_ERROR, times=1),
    ]
    caller = Caller(Policy(injected_faults=injected_faults))
    assert caller.reply("Heartbeat", {}).text is None
    assert caller.frame("Heartbeat", {})[2] == "GenericError"
    assert caller.frame("Heartbeat", {})[0] == 3


def test_what_is_not_answered_is_heard_all_the_same_but_not_processed() -> None:
    for fault in (InjectedFault(action="*", silent=True), InjectedFault(action="*", hang_up=True)):
        caller = Caller(Policy(injected_faults=[fault]))
        reply = caller.reply("StartTransaction", START)
        assert reply.text is None
        assert reply.hang_up is fault.hang_up
        assert reply.heard is not None
        assert reply.heard.request.id_tag == "TAG"
        assert caller.conversation.request_handler.transactions == {}


def test_a_late_answer_is_the_usual_one() -> None:
    reply = Caller(Policy(injected_faults=[InjectedFault(action="Heartbeat", delay_s=9)])).reply("Heartbeat", {})
    assert reply.delay_s == 9
    assert reply.text is not None
    assert json.loads(reply.text)[0] == 3


# -- the protocol -----------------------------------------------------------------------------------------------------

OURS = [name for name, action in ACTIONS.items() if action.sent_by is SentBy.CENTRAL_SYSTEM]


@pytest.mark.parametrize("action", OURS)
def test_requests_that_only_a_central_system_sends_are_not_supported(action: str) -> None:
    assert Caller().frame(action, {})[2] == "NotSupported"


WRONG: list[tuple[str, str, list[Any] | None]] = [
    ("an unknown action", '[2,"1","Nonsense",{}]', [4, "1", "NotImplemented"]),
    ("a field missing", '[2,"1","Authorize",{}]', [4, "1", "OccurenceConstraintViolation"]),
    ("a field of a wrong type", '[2,"1","Authorize",{"idTag":5}]', [4, "1", "TypeConstraintViolation"]),
    (
        "a field that is too long",
        f'[2,"1","Authorize",{{"idTag":"{"x" * 21}"}}]',
        [4, "1", "PropertyConstraintViolation"],
    ),
    ("no payload", '[2,"1","Authorize"]', [4, "1", "FormationViolation"]),
    ("no JSON", "[2,", None),
    ("no array", "{}", None),
    ("an unknown message type", '[7,"1","Authorize",{}]', None),
    ("an answer to nothing", '[3,"1",{}]', None),
    ("a refusal of nothing", '[4,"1","GenericError","",{}]', None),
]


@pytest.mark.parametrize(("text", "answer"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_refused_or_ignored(text: str, answer: list[Any] | None) -> None:
    result = Caller().conversation.received(text, NOON)
    if answer is None:
        assert result is None
        return
    assert isinstance(result, Reply)
    assert result.text is not None
    assert json.loads(result.text)[:3] == answer


def test_requests_of_ours_have_an_outcome() -> None:
    conversation = Caller().conversation
    asked = [conversation.ask(ClearCacheRequest()) for _ in range(3)]
    ids = [message_id for message_id, _text in asked]
    assert len(set(ids)) == 3
    assert json.loads(asked[0][1]) == [2, ids[0], "ClearCache", {}]

    accepted = conversation.received(json.dumps([3, ids[1], {"status": "Accepted"}]), NOON)
    assert accepted == Outcome(ids[1], ClearCacheResponse(ClearCacheStatus.ACCEPTED))
    refused = conversation.received(json.dumps([4, ids[0], "NotSupported", "no cache", {}]), NOON)
    assert isinstance(refused, Outcome)
    assert isinstance(refused.error, CallRefusedError)
    assert str(refused.error) == "ClearCache was refused with NotSupported: no cache"
    wrong = conversation.received(json.dumps([3, ids[2], {"status": "Maybe"}]), NOON)
    assert isinstance(wrong, Outcome)
    assert isinstance(wrong.error, PayloadError)
    again = conversation.received(json.dumps([3, ids[1], {"status": "Accepted"}]), NOON)
    assert again is None


def test_a_request_that_breaks_a_limit_is_not_sent() -> None:
    conversation = Caller().conversation
    with pytest.raises(InvalidMessageError):
        conversation.ask(RemoteStartTransactionRequest(id_tag="x" * 21))
    assert conversation.ask(GetConfigurationRequest())[1].startswith("[2,")

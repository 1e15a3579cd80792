"""Texts that no Central System should send, and that some do: listed, made from the schemas, and spoiled by seed.

A ``$id`` in a listed text stands for a message id of its own.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from tests.hostile.oracle import KNOWN, SUPPORTED

VALID: dict[str, dict[str, Any]] = {
    "CancelReservation": {"reservationId": 1},
    "ChangeAvailability": {"connectorId": 9, "type": "Operative"},
    "ChangeConfiguration": {"key": "HeartbeatInterval", "value": "0"},
    "ClearCache": {},
    "ClearChargingProfile": {
        "id": 9,
        "connectorId": 9,
        "chargingProfilePurpose": "TxDefaultProfile",
        "stackLevel": 9,
    },
    "DataTransfer": {"vendorId": "v", "messageId": "m", "data": "d"},
    "ExtendedTriggerMessage": {"requestedMessage": "Heartbeat", "connectorId": 1},
    "GetCompositeSchedule": {"connectorId": 1, "duration": 60, "chargingRateUnit": "W"},
    "GetConfiguration": {"key": ["HeartbeatInterval"]},
    "GetDiagnostics": {
        "location": "ftp://host/d",
        "retries": 1,
        "retryInterval": 1,
        "startTime": "2026-06-01T11:00:00Z",
        "stopTime": "2026-06-01T12:00:00Z",
    },
    "GetLocalListVersion": {},
    "DeleteCertificate": {
        "certificateHashData": {
            "hashAlgorithm": "SHA256",
            "issuerNameHash": "aa",
            "issuerKeyHash": "bb",
            "serialNumber": "1",
        }
    },
    "GetInstalledCertificateIds": {"certificateType": "ManufacturerRootCertificate"},
    "CertificateSigned": {"certificateChain": "PEM"},
    "InstallCertificate": {"certificateType": "CentralSystemRootCertificate", "certificate": "PEM"},
    "GetLog": {
        "logType": "SecurityLog",
        "requestId": 1,
        "retries": 1,
        "retryInterval": 1,
        "log": {
            "remoteLocation": "ftp://host/l",
            "oldestTimestamp": "2026-06-01T11:00:00Z",
            "latestTimestamp": "2026-06-01T12:00:00Z",
        },
    },
    "RemoteStartTransaction": {
        "idTag": "T",
        "connectorId": 9,
        "chargingProfile": {
            "chargingProfileId": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Absolute",
            "validFrom": "2026-06-01T12:00:00Z",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "startSchedule": "2026-06-01T12:00:00Z",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.5, "numberPhases": 3}],
            },
        },
    },
    "RemoteStopTransaction": {"transactionId": 12345},
    "ReserveNow": {
        "connectorId": 9,
        "expiryDate": "2026-06-01T12:00:00Z",
        "idTag": "T",
        "parentIdTag": "P",
        "reservationId": 1,
    },
    "Reset": {"type": "Soft"},
    "SendLocalList": {
        "listVersion": 1,
        "updateType": "Full",
        "localAuthorizationList": [
            {
                "idTag": "T",
                "idTagInfo": {"status": "Blocked", "expiryDate": "2026-06-01T12:00:00Z", "parentIdTag": "P"},
            }
        ],
    },
    "SetChargingProfile": {
        "connectorId": 1,
        "csChargingProfiles": {
            "chargingProfileId": 1,
            "transactionId": 12345,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Recurring",
            "recurrencyKind": "Daily",
            "validFrom": "2026-06-01T12:00:00Z",
            "validTo": "2026-07-01T12:00:00Z",
            "chargingSchedule": {
                "duration": 3600,
                "startSchedule": "2026-06-01T12:00:00Z",
                "chargingRateUnit": "W",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 3680.5, "numberPhases": 1}],
                "minChargingRate": 1380.0,
            },
        },
    },
    "SignedUpdateFirmware": {
        "requestId": 1,
        "retries": 1,
        "retryInterval": 1,
        "firmware": {
            "location": "ftp://host/f",
            "retrieveDateTime": "2026-06-01T12:00:00Z",
            "installDateTime": "2026-06-01T12:00:00Z",
            "signingCertificate": "c",
            "signature": "s",
        },
    },
    "TriggerMessage": {"requestedMessage": "Heartbeat", "connectorId": 1},
    "UnlockConnector": {"connectorId": 9},
    "UpdateFirmware": {
        "location": "ftp://host/f",
        "retrieveDate": "2026-06-01T12:00:00Z",
        "retries": 1,
        "retryInterval": 1,
    },
}
"""A payload for each action that is answered, with every field there is."""
assert VALID.keys() == SUPPORTED

DEEP = 100_000
LISTED = [
    # no JSON
    "", " ", "x", "[", "]", "[2", '[2,"$id', '[2,"$id"', '[2,"$id","Reset",{"type":"Soft"}', "[2,'$id','Reset',{}]",
    '[2,"$id","Reset",{},]', '[2,"$id","Reset",{"type":"Soft"}]]', '[2,"$id","Reset",{"type":}]', "[NaN]", "undefined",
    '[2,"$id","ClearCache",{"x":NaN}]', '[2,"$id","ClearCache",{"x":-Infinity}]', '[2,"$id","ClearCache",{"x":01}]',
    '[2,"$id","ClearCache",{"x":"\\x"}]', '[2,"$id","ClearCache",{"x":"\x01"}]', '[2,"$id","ClearCache",{} /* c */]',
    '\ufeff[2,"$id","ClearCache",{}]', '[2,"$id","ClearCache",{}][2,"$id","ClearCache",{}]', "\x00", "[2,\x00]",
    "<html>", "GET / HTTP/1.1\r\n\r\n", "[" * DEEP, '{"a":' * DEEP, "9" * 100_000, '"' + "x" * 100_000,
    # JSON, and no frame
    "{}", "[]", "[[]]", "[{}]", "null", "true", "2", '"2"', "[2]", '["$id"]', '{"2":"$id"}', "[null,null,null,null]",
    # of no message type (OCPP-J 4.1.3)
    '[0,"$id","Reset",{}]', '[1,"$id","Reset",{}]', '[5,"$id","Reset",{}]', '[-2,"$id","Reset",{}]',
    '[2.5,"$id","Reset",{}]', '["2","$id","Reset",{}]', '[null,"$id","Reset",{}]', '[true,"$id","Reset",{}]',
    '[[2],"$id","Reset",{}]', '[22,"$id","Reset",{}]', '[99999999999999999999999,"$id","Reset",{}]',
    '[1e400,"$id","Reset",{}]', '[{},"$id","Reset",{}]',
    # with no message id
    '[2,"","Reset",{}]', '[2,1,"Reset",{}]', '[2,null,"Reset",{}]', '[2,["$id"],"Reset",{}]', '[2,{},"Reset",{}]',
    '[2,true,"Reset",{}]', '[2,1e400,"Reset",{}]', f'[2,"{"i" * 37}","Reset",{{}}]',
    f'[2,"{"i" * 10_000}","Reset",{{}}]',
    '[2,"\\ud800","Reset",{}]', '[2,"$id\\udc00","Reset",{}]',
    # with one, and no more
    '[2,"$id"]', '[2,"$id","Reset"]', '[2,"$id",{}]', '[2,"$id",null,{}]', '[2,"$id",5,{}]', '[2,"$id",[],{}]',
    '[2,"$id",{},"Reset"]', '[2,"$id","Reset",[]]', '[2,"$id","Reset",[{"type":"Soft"}]]', '[2,"$id","Reset","Soft"]',
    '[2,"$id","Reset",5]', '[2,"$id","Reset",true]', '[2,"$id","Reset","{\\"type\\":\\"Soft\\"}"]',
    # actions that are none, or not ours to answer
    '[2,"$id","",{}]', '[2,"$id","reset",{}]', '[2,"$id","RESET",{}]', '[2,"$id"," Reset",{}]', '[2,"$id","Reset ",{}]',
    '[2,"$id","ResetRequest",{}]', '[2,"$id","ResetResponse",{}]', '[2,"$id","Reset.req",{"type":"Soft"}]',
    '[2,"$id","DataTransferResponse",{"status":"Accepted"}]', '[2,"$id","GetVariables",{}]', '[2,"$id","__class__",{}]',
    '[2,"$id","Res\\u0000et",{}]', '[2,"$id","ä€😀",{}]', '[2,"$id","%s%n{0}",{}]', '[2,"$id","Clear\\ud800Cache",{}]',
    f'[2,"$id","{"A" * 100_000}",{{}}]',
    # message ids that are strange, and right
    '[2,"$id\\u0041","Nothing",{}]', '[2,"$idä€😀","Nothing",{}]', '[2,"$id\\"\\\\\\/","Nothing",{}]',
    '[2,"$id\\u0000","Nothing",{}]', '[2,"$id\\ud83d\\ude00","Nothing",{}]', '[2,"$id ","Nothing",{}]',
    ' [ 2 , "$id" , "Nothing" , { } ] ', '\r\n\t[2,"$id","Nothing",{}]',
    # numbers, texts and arrays of the wrong size
    '[2,"$id","UnlockConnector",{"connectorId":1e400}]', '[2,"$id","UnlockConnector",{"connectorId":-1e400}]',
    '[2,"$id","UnlockConnector",{"connectorId":1.5}]', '[2,"$id","UnlockConnector",{"connectorId":1e-400}]',
    f'[2,"$id","RemoteStopTransaction",{{"transactionId":{"9" * 400}}}]',
    f'[2,"$id","RemoteStopTransaction",{{"transactionId":-{"9" * 30}}}]',
    f'[2,"$id","RemoteStartTransaction",{{"idTag":"{"T" * 500_000}"}}]',
    f'[2,"$id","ChangeConfiguration",{{"key":"{"k" * 51}","value":""}}]',
    f'[2,"$id","ChangeConfiguration",{{"key":"k","value":"{"v" * 501}"}}]',
    f'[2,"$id","GetConfiguration",{{"key":["{"k" * 51}"]}}]', '[2,"$id","GetConfiguration",{"key":[null]}]',
    '[2,"$id","GetConfiguration",{"key":"HeartbeatInterval"}]', '[2,"$id","GetConfiguration",{"key":{}}]',
    # names that are not ours, twice, or a little different
    '[2,"$id","Reset",{"Type":"Soft"}]', '[2,"$id","Reset",{"type":"soft"}]', '[2,"$id","Reset",{"type":"Soft "}]',
    '[2,"$id","Reset",{"type":["Soft"]}]', '[2,"$id","Reset",{"type":null}]',
    '[2,"$id","Reset",{"type":"Soft","type":1}]',
    '[2,"$id","Reset",{"":"Soft"}]', '[2,"$id","Reset",{"__proto__":{"type":"Soft"}}]', '[2,"$id","Reset",null]',
    '[2,"$id","RemoteStartTransaction",{"idTag":"\\ud800"}]', '[2,"$id","DataTransfer",{"\\udfff":1}]',
    '[2,"$id","TriggerMessage",{"requestedMessage":"Nothing"}]', '[2,"$id","TriggerMessage",{"requestedMessage":5}]',
    '[2,"$id","TriggerMessage",{"requestedMessage":""}]', '[2,"$id","TriggerMessage",{}]',
    # answers to questions that nobody asked
    "[3]", '[3,"$id"]', '[3,"$id",{}]', '[3,"$id",null]', '[3,"$id",[]]', '[3,"",{}]', '[3,null,{}]', '[3,"$id",{},{}]',
    "[4]", '[4,"$id"]', '[4,"$id","GenericError"]', '[4,"$id","GenericError","",{}]', '[4,"$id",5,5,5]',
    '[4,"$id",null,null,null]', '[4,"-1","GenericError","",{}]', '[4,"","",""]', f'[4,"$id","{"E" * 100_000}","",{{}}]',
]  # fmt: skip
NESTED = {
    **{
        f"{depth} levels": '[2,"$id","Nothing",{"a":' + "[" * depth + "]" * depth + "}]"
        for depth in (100, 300, 450, 490, 600, 900, 950, 980, 1000, 1100, 5000)
    },
    "beyond everything": '[2,"$id","ClearCache",{"a":' + "[" * DEEP + "]" * DEEP + "}]",
    "objects": '[2,"$id","Reset",{"type":' + '{"a":' * DEEP + "1" + "}" * DEEP + "}]",
}
"""Calls that are JSON, and nested deeper than anybody reads."""

WRONG: list[Any] = [
    None, True, 0, -1, 1.5, 2**31, -(2**63), 10**30, 1e300, "", "Accepted", "x" * 60, "x" * 600, "2026-13-01T00:00:00Z",
    "yesterday", [], [[]], {}, {"a": 1}, "\ud800", "\u0000", "'; DROP TABLE queue; --", "${jndi:ldap://x}", "%00",
]  # fmt: skip


def new_id(chance: Random) -> str:
    """A message id that no spoiling turns into another one."""
    return f"h-{chance.getrandbits(64):016x}"


def listed(chance: Random) -> Iterator[str]:
    """The texts of the list, each with a message id of its own."""
    for text in LISTED:
        yield text.replace("$id", new_id(chance))


def misfits(chance: Random) -> Iterator[str]:
    """Each action with each field left out, and with each field replaced by each wrong value."""
    for action in sorted(KNOWN):
        valid = VALID.get(action, {})
        payloads: list[Any] = [[], "x", 5, True, {"unknown": 1}]
        for payload in payloads:
            yield _call(chance, action, payload)
        for path in _places(valid):
            yield _call(chance, action, _without(valid, path))
            for wrong in WRONG:
                yield _call(chance, action, _with(valid, path, wrong))


def spoiled(chance: Random) -> Iterator[str]:
    """Valid calls with a few characters changed, for ever."""
    while True:
        action = chance.choice(sorted(VALID))
        text = _call(chance, action, VALID[action])
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(max(len(text), 1))
            match chance.randrange(4):
                case 0:
                    text = text[:at] + text[at + 1 :]
                case 1:
                    text = text[:at] + chance.choice('[]{}",:\\0123456789eE+-.ntäx\u2028 ') + text[at + 1 :]
                case 2:
                    text = text[:at] + chance.choice('[]{}",:\\0123456789eE+-.ntäx\u2028 ') + text[at:]
                case _:
                    text = text[:at]
        yield text


def _call(chance: Random, action: str, payload: Any) -> str:
    return json.dumps([2, new_id(chance), action, payload])


Path = tuple[str | int, ...]


def _places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value but its top."""
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from _places(inner, (*path, step))


def _without(value: Any, path: Path) -> Any:
    copied, parent = _parent(value, path)
    del parent[path[-1]]
    return copied


def _with(value: Any, path: Path, wrong: Any) -> Any:
    copied, parent = _parent(value, path)
    parent[path[-1]] = wrong
    return copied


def _parent(value: Any, path: Path) -> tuple[Any, Any]:
    copied = parent = deepcopy(value)
    for step in path[:-1]:
        parent = parent[step]
    return copied, parent

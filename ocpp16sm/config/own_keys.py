"""Configuration keys that OCPP 1.6 does not have: those of the reference implementation that are worth having."""

import re
from functools import lru_cache

from ocpp16sm.config.key import Access, Boolean, CommaList, Integer, Key, Text
from ocpp16sm.config.measurands import Choice
from ocpp16sm.messages import Measurand

READ = Access.READ
SECONDS = "s"
LONGEST_KEY = 500
"""Characters of a MeterPublicKey<n>: a ConfigurationValue has no more."""

QUEUE_ALL_MESSAGES = Key(
    "QueueAllMessages",
    Boolean(),
    False,
    "While offline, other messages than transaction-related ones are kept too "
    "(on disk) and sent later. Not BootNotification and Authorize, which would be stale, nor StatusNotification, "
    "which is replaced by the present status.",
    READ,
    source="libocpp",
    required=False,
)
MESSAGE_TYPES_DISCARD_FOR_QUEUEING = Key(
    "MessageTypesDiscardForQueueing",
    CommaList(str, str, "names of actions"),
    ("Heartbeat",),
    "Exempt from QueueAllMessages; and if it is a status of an update or upload, it is not told later. "
    "A name that is no action is ignored, with a warning.",
    READ,
    source="libocpp",
    required=False,
)
MESSAGE_QUEUE_SIZE_THRESHOLD = Key(
    "MessageQueueSizeThreshold",
    Integer(1),
    1000,
    "More messages than this are thinned: first the oldest tenth of the "
    "unimportant, then every other MeterValues; Start- and StopTransaction never.",
    READ,
    "messages",
    "libocpp",
    required=False,
)
MAX_MESSAGE_SIZE = Key(
    "MaxMessageSize",
    Integer(32_000),
    65_000,
    "A longer StopTransaction loses every other reading between the first and the last until it fits.",
    READ,
    "bytes",
    "libocpp",
    required=False,
)
REPORT_CLEARED_ERRORS = Key(
    "ReportClearedErrors",
    Boolean(),
    False,
    "Each cleared error is reported, with its vendor code and the word 'resolved'.",
    READ,
    source="libocpp",
    required=False,
)
REPORT_SUSPENDED_EVSE_REASON_CHANGE = Key(
    "ReportSuspendedEVSEReasonChange",
    Boolean(),
    False,
    "SuspendedEVSE is reported again when its reason changes.",
    source="libocpp",
    required=False,
)
RETRY_BACK_OFF_WAIT_MINIMUM = Key(
    "RetryBackoffWaitMinimum",
    Integer(1),
    3,
    "Wait before the first reconnect; doubled at each further one.",
    unit=SECONDS,
    source="libocpp",
    required=False,
)
RETRY_BACK_OFF_REPEAT_TIMES = Key(
    "RetryBackoffRepeatTimes",
    Integer(0, 16),
    5,
    "How often the wait is doubled.",
    unit="times",
    source="libocpp",
    required=False,
)
RETRY_BACK_OFF_RANDOM_RANGE = Key(
    "RetryBackoffRandomRange",
    Integer(),
    10,
    "Up to this much is added at random, so that a thousand charge points do not come back at once.",
    unit=SECONDS,
    source="libocpp",
    required=False,
)
WEBSOCKET_PONG_TIMEOUT = Key(
    "WebsocketPongTimeout",
    Integer(1),
    20,
    "A ping without an answer for this long ends the connection.",
    READ,
    SECONDS,
    "libocpp",
    required=False,
)
DISABLE_SECURITY_EVENT_NOTIFICATIONS = Key(
    "DisableSecurityEventNotifications",
    Boolean(),
    False,
    "Security events are recorded but not sent.",
    source="libocpp",
    required=False,
)
STOP_TRANSACTION_IF_UNLOCK_NOT_SUPPORTED = Key(
    "StopTransactionIfUnlockNotSupported",
    Boolean(),
    False,
    "UnlockConnector stops the transaction also where the connector has no lock.",
    source="libocpp",
    required=False,
)
REJECT_REMOTE_START_WITHOUT_CONNECTOR = Key(
    "RejectRemoteStartTransactionWithoutConnectorId",
    Boolean(),
    False,
    "RemoteStartTransaction must name a connector.",
    source="libocpp",
    required=False,
)
REMOTE_START_FIND_FIRST = Key(
    "RemoteStartTransactionWithoutConnectorIdFindFirst",
    Boolean(),
    False,
    "RemoteStartTransaction without a connector means the first free one, not any.",
    source="libocpp",
    required=False,
)
WAIT_FOR_STOP_TRANSACTIONS_ON_RESET = Key(
    "WaitForStopTransactionsOnResetTimeout",
    Integer(),
    60,
    "How long a reset waits for its transactions' StopTransaction to be answered.",
    unit=SECONDS,
    source="libocpp",
    required=False,
)
SUPPORTED_MEASURANDS = Key(
    "SupportedMeasurands",
    CommaList(lambda t: Choice.read(t).measurand, str, "measurands"),
    tuple(Measurand),
    "Measurands that may be configured: those the station's meters give.",
    READ,
    source="libocpp",
    required=False,
)
CUSTOM_DISPLAY_COST_AND_PRICE = Key(
    "CustomDisplayCostAndPrice",
    Boolean(),
    False,
    "Prices and costs are shown: the messages and keys of California pricing are there.",
    READ,
    source="California pricing",
    required=False,
)
CENTRAL_SYSTEM_URI = Key(
    "CentralSystemURI", Text(512), "", "Where the Central System is.", READ, source="libocpp", required=False
)


_METER_PUBLIC_KEY = re.compile(r"MeterPublicKey([1-9][0-9]{0,3})", re.ASCII | re.IGNORECASE)


def connector_of(name: str) -> int | None:
    """The connector that a key MeterPublicKey<n> is about; None: it is another key."""
    found = _METER_PUBLIC_KEY.fullmatch(name)
    return None if found is None else int(found[1])


@lru_cache(maxsize=128)
def meter_public_key(connector: int) -> Key[str]:
    """The key for what the signatures of a connector's meter are checked with; there once the meter has one."""
    return Key(
        f"MeterPublicKey{connector}",
        Text(LONGEST_KEY),
        "",
        "What the signed values of this connector's meter are checked with. Only where the meter signs.",
        READ,
        source="libocpp",
        required=False,
    )

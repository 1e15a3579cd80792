"""Configuration keys beyond OCPP 1.6, adopted from the reference implementation."""

import re
from functools import lru_cache

from ocpp16sm.config.key import Access, Boolean, CommaList, Integer, Key, Text
from ocpp16sm.config.measurands import Choice
from ocpp16sm.messages import Measurand

READ = Access.READ
SECONDS = "s"
LONGEST_KEY = 500
"""Maximum length of MeterPublicKey<n>, that of a ConfigurationValue."""

QUEUE_ALL_MESSAGES = Key(
    "QueueAllMessages",
    Boolean(),
    False,
    "While offline, other messages than transaction-related ones are also stored (on disk) and sent later, except "
    "BootNotification and Authorize, which would be outdated, and StatusNotification, which the current status "
    "replaces.",
    READ,
    source="libocpp",
    required=False,
)
MESSAGE_TYPES_DISCARD_FOR_QUEUEING = Key(
    "MessageTypesDiscardForQueueing",
    CommaList(str, str, "names of actions"),
    ("Heartbeat",),
    "Actions exempt from QueueAllMessages; if such an action reports a status of an update or upload, it is not "
    "sent later. A name that is no action is ignored, with a warning.",
    READ,
    source="libocpp",
    required=False,
)
MESSAGE_QUEUE_SIZE_THRESHOLD = Key(
    "MessageQueueSizeThreshold",
    Integer(1),
    1000,
    "A longer queue is thinned: first the oldest tenth of the less important messages, then every other "
    "MeterValues; never StartTransaction and StopTransaction.",
    READ,
    "messages",
    "libocpp",
    required=False,
)
MAX_MESSAGE_SIZE = Key(
    "MaxMessageSize",
    Integer(32_000),
    65_000,
    "A longer StopTransaction drops every other reading between the first and the last until it fits.",
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
    "Wait before the first reconnect; doubled before each further one.",
    unit=SECONDS,
    source="libocpp",
    required=False,
)
RETRY_BACK_OFF_REPEAT_TIMES = Key(
    "RetryBackoffRepeatTimes",
    Integer(0, 16),
    5,
    "Maximum number of times the wait is doubled.",
    unit="times",
    source="libocpp",
    required=False,
)
RETRY_BACK_OFF_RANDOM_RANGE = Key(
    "RetryBackoffRandomRange",
    Integer(),
    10,
    "Maximum random addition to the wait, so that charge points do not all reconnect at once.",
    unit=SECONDS,
    source="libocpp",
    required=False,
)
WEBSOCKET_PONG_TIMEOUT = Key(
    "WebsocketPongTimeout",
    Integer(1),
    20,
    "The connection is closed if a ping is not answered within this time.",
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
    "UnlockConnector stops the transaction even if the connector has no lock.",
    source="libocpp",
    required=False,
)
REJECT_REMOTE_START_WITHOUT_CONNECTOR = Key(
    "RejectRemoteStartTransactionWithoutConnectorId",
    Boolean(),
    False,
    "RemoteStartTransaction must specify a connector.",
    source="libocpp",
    required=False,
)
NEW_TRANSACTION_WITHOUT_UNPLUGGING = Key(
    "NewTransactionWithoutUnplugging",
    Boolean(),
    True,
    "A remote start is accepted at a connector that is Finishing, with the cable still plugged in (4.9 F2); the "
    "virtual station also takes a card there.",
    source="ocpp16sm",
    required=False,
)
REMOTE_START_FIND_FIRST = Key(
    "RemoteStartTransactionWithoutConnectorIdFindFirst",
    Boolean(),
    False,
    "RemoteStartTransaction without a connector uses the first free connector instead of any.",
    source="libocpp",
    required=False,
)
WAIT_FOR_STOP_TRANSACTIONS_ON_RESET = Key(
    "WaitForStopTransactionsOnResetTimeout",
    Integer(),
    60,
    "How long a reset waits for the responses to StopTransaction of its transactions.",
    unit=SECONDS,
    source="libocpp",
    required=False,
)
SUPPORTED_MEASURANDS = Key(
    "SupportedMeasurands",
    CommaList(lambda t: Choice.read(t).measurand, str, "measurands"),
    tuple(Measurand),
    "Measurands that may be configured: those that the station's meters provide.",
    READ,
    source="libocpp",
    required=False,
)
CUSTOM_DISPLAY_COST_AND_PRICE = Key(
    "CustomDisplayCostAndPrice",
    Boolean(),
    False,
    "Prices and costs are displayed: the messages and keys of California pricing are available.",
    READ,
    source="California pricing",
    required=False,
)
CENTRAL_SYSTEM_URI = Key(
    "CentralSystemURI", Text(512), "", "URL of the Central System.", READ, source="libocpp", required=False
)


_METER_PUBLIC_KEY = re.compile(r"MeterPublicKey([1-9][0-9]{0,3})", re.ASCII | re.IGNORECASE)


def connector_of(name: str) -> int | None:
    """The connector of a key MeterPublicKey<n>; None for any other name."""
    found = _METER_PUBLIC_KEY.fullmatch(name)
    return None if found is None else int(found[1])


@lru_cache(maxsize=128)
def meter_public_key(connector: int) -> Key[str]:
    """The key with the public key of a connector's meter; it exists if the meter signs its values."""
    return Key(
        f"MeterPublicKey{connector}",
        Text(LONGEST_KEY),
        "",
        "Public key that verifies the signed values of this connector's meter. Only for meters that sign.",
        READ,
        source="libocpp",
        required=False,
    )

"""The configuration keys of the Core profile (9.1)."""

from ocpp16sm.config.key import Access, Boolean, CommaList, Integer, Key, one_of
from ocpp16sm.config.measurands import Choice
from ocpp16sm.messages import Measurand

FEATURE_PROFILES = (
    "Core",
    "FirmwareManagement",
    "LocalAuthListManagement",
    "Reservation",
    "SmartCharging",
    "RemoteTrigger",
)
ROTATIONS = ("NotApplicable", "Unknown", "RST", "RTS", "SRT", "STR", "TRS", "TSR")

READ = Access.READ
SECONDS = "s"
LIST_LENGTH = 32
"""Maximum length of measurand lists; larger than the number of measurands."""


def _rotation(text: str) -> tuple[int, str]:
    connector, _, word = text.partition(".")
    if not connector.isdecimal():
        raise ValueError(f"{text!r} is not <connector>.<rotation>")
    return int(connector), one_of(ROTATIONS)(word)


_measurands = CommaList(Choice.read, Choice.show, "supported measurands, each optionally with .<phase>", LIST_LENGTH)
_ENERGY = (Choice(Measurand.ENERGY_ACTIVE_IMPORT_REGISTER),)

ALLOW_OFFLINE_TX_FOR_UNKNOWN_ID = Key(
    "AllowOfflineTxForUnknownId",
    Boolean(),
    False,
    "While offline, an unknown idTag is accepted.",
    source="9.1.1",
    required=False,
)
AUTHORIZATION_CACHE_ENABLED = Key(
    "AuthorizationCacheEnabled",
    Boolean(),
    True,
    "Authorizations are cached and used according to LocalPreAuthorize and "
    "LocalAuthorizeOffline. While false, nothing is cached and ClearCache is Rejected.",
    source="9.1.2",
    required=False,
)
AUTHORIZE_REMOTE_TX_REQUESTS = Key(
    "AuthorizeRemoteTxRequests",
    Boolean(),
    False,
    "The idTag of RemoteStartTransaction is authorized like one that is "
    "presented at the station; while false, it counts as authorized.",
    source="9.1.3",
)
BLINK_REPEAT = Key(
    "BlinkRepeat",
    Integer(),
    0,
    "Passed to the hardware: number of times the lighting blinks when it signals.",
    unit="times",
    source="9.1.4",
    required=False,
)
CLOCK_ALIGNED_DATA_INTERVAL = Key(
    "ClockAlignedDataInterval",
    Integer(0, 86_400),
    0,
    "Interval of clock-aligned readings, counted from 00:00 UTC, of every connector whose meter was read since the "
    "previous one; 0: none.",
    unit=SECONDS,
    source="9.1.5",
)
CONNECTION_TIME_OUT = Key(
    "ConnectionTimeOut",
    Integer(),
    60,
    "Passed to the hardware: how long a presented idTag waits for the plug, and a plug for an idTag.",
    unit=SECONDS,
    source="9.1.6",
)
CONNECTOR_PHASE_ROTATION = Key(
    "ConnectorPhaseRotation",
    CommaList(
        _rotation, lambda item: f"{item[0]}.{item[1]}", f"<connector>.<rotation>; rotations: {', '.join(ROTATIONS)}"
    ),
    (),
    "Passed to the hardware: the order of the phases at each connector, relative to its meter.",
    source="9.1.7",
)
CONNECTOR_PHASE_ROTATION_MAX_LENGTH = Key(
    "ConnectorPhaseRotationMaxLength",
    Integer(),
    100,
    "Maximum number of items in ConnectorPhaseRotation.",
    READ,
    "items",
    "9.1.8",
    required=False,
)
GET_CONFIGURATION_MAX_KEYS = Key(
    "GetConfigurationMaxKeys",
    Integer(1),
    100,
    "Maximum number of keys in one GetConfiguration; a longer request is refused.",
    READ,
    "keys",
    "9.1.9",
)
HEARTBEAT_INTERVAL = Key(
    "HeartbeatInterval",
    Integer(),
    900,
    "Time without a request to the Central System after which Heartbeat is sent; "
    "0: never. Set by BootNotification.conf.",
    unit=SECONDS,
    source="9.1.10",
)
LIGHT_INTENSITY = Key(
    "LightIntensity",
    Integer(0, 100),
    100,
    "Passed to the hardware: intensity of the lighting.",
    unit="%",
    source="9.1.11",
    required=False,
)
LOCAL_AUTHORIZE_OFFLINE = Key(
    "LocalAuthorizeOffline",
    Boolean(),
    True,
    "While offline, locally known idTags may start a transaction.",
    source="9.1.12",
)
LOCAL_PRE_AUTHORIZE = Key(
    "LocalPreAuthorize",
    Boolean(),
    False,
    "While online, locally known idTags start a transaction without asking the Central System.",
    source="9.1.13",
)
MAX_ENERGY_ON_INVALID_ID = Key(
    "MaxEnergyOnInvalidId",
    Integer(),
    0,
    "Energy that is still delivered after the Central System has refused the "
    "idTag of a running transaction, if the transaction is not stopped.",
    unit="Wh",
    source="9.1.14",
    required=False,
)
METER_VALUES_ALIGNED_DATA = Key(
    "MeterValuesAlignedData", _measurands, _ENERGY, "Measurands of clock-aligned MeterValues.", source="9.1.15"
)
METER_VALUES_ALIGNED_DATA_MAX_LENGTH = Key(
    "MeterValuesAlignedDataMaxLength",
    Integer(),
    LIST_LENGTH,
    "Maximum number of items in MeterValuesAlignedData.",
    READ,
    "items",
    "9.1.16",
    required=False,
)
METER_VALUES_SAMPLED_DATA = Key(
    "MeterValuesSampledData",
    _measurands,
    _ENERGY,
    "Measurands of periodic and triggered MeterValues.",
    source="9.1.17",
)
METER_VALUES_SAMPLED_DATA_MAX_LENGTH = Key(
    "MeterValuesSampledDataMaxLength",
    Integer(),
    LIST_LENGTH,
    "Maximum number of items in MeterValuesSampledData.",
    READ,
    "items",
    "9.1.18",
    required=False,
)
METER_VALUE_SAMPLE_INTERVAL = Key(
    "MeterValueSampleInterval",
    Integer(),
    60,
    "Interval of samples in a transaction, counted from its start; 0: none. A change takes effect at once.",
    unit=SECONDS,
    source="9.1.19",
)
MINIMUM_STATUS_DURATION = Key(
    "MinimumStatusDuration",
    Integer(),
    0,
    "Minimum duration of a status before it is reported. Errors are reported "
    "at once, as is the status on request of the Central System and after a reconnect.",
    unit=SECONDS,
    source="9.1.20",
    required=False,
)
NUMBER_OF_CONNECTORS = Key(
    "NumberOfConnectors", Integer(1), 1, "Number of physical connectors.", READ, "connectors", "9.1.21"
)
RESET_RETRIES = Key(
    "ResetRetries",
    Integer(),
    1,
    "Number of further attempts if the hardware could not perform a reset.",
    unit="times",
    source="9.1.22",
)
STOP_TRANSACTION_ON_EV_SIDE_DISCONNECT = Key(
    "StopTransactionOnEVSideDisconnect",
    Boolean(),
    True,
    "A transaction ends when the cable is unplugged from the EV; while false, it goes on as SuspendedEV.",
    source="9.1.23",
)
STOP_TRANSACTION_ON_INVALID_ID = Key(
    "StopTransactionOnInvalidId",
    Boolean(),
    True,
    "A transaction is stopped if the Central System refuses its idTag; while false, only its energy is.",
    source="9.1.24",
)
STOP_TXN_ALIGNED_DATA = Key(
    "StopTxnAlignedData", _measurands, (), "Measurands of clock-aligned readings in StopTransaction.", source="9.1.25"
)
STOP_TXN_ALIGNED_DATA_MAX_LENGTH = Key(
    "StopTxnAlignedDataMaxLength",
    Integer(),
    LIST_LENGTH,
    "Maximum number of items in StopTxnAlignedData.",
    READ,
    "items",
    "9.1.26",
    required=False,
)
STOP_TXN_SAMPLED_DATA = Key(
    "StopTxnSampledData",
    _measurands,
    _ENERGY,
    "Measurands of samples in StopTransaction, including the values at the start and the end.",
    source="9.1.27",
)
STOP_TXN_SAMPLED_DATA_MAX_LENGTH = Key(
    "StopTxnSampledDataMaxLength",
    Integer(),
    LIST_LENGTH,
    "Maximum number of items in StopTxnSampledData.",
    READ,
    "items",
    "9.1.28",
    required=False,
)
SUPPORTED_FEATURE_PROFILES = Key(
    "SupportedFeatureProfiles",
    CommaList(one_of(FEATURE_PROFILES), str, f"profiles: {', '.join(FEATURE_PROFILES)}"),
    FEATURE_PROFILES,
    "Supported feature profiles; requests of other profiles are answered NotSupported.",
    READ,
    source="9.1.29",
)
SUPPORTED_FEATURE_PROFILES_MAX_LENGTH = Key(
    "SupportedFeatureProfilesMaxLength",
    Integer(),
    len(FEATURE_PROFILES),
    "Maximum number of items in SupportedFeatureProfiles.",
    READ,
    "items",
    "9.1.30",
    required=False,
)
TRANSACTION_MESSAGE_ATTEMPTS = Key(
    "TransactionMessageAttempts",
    Integer(),
    3,
    "Number of attempts to send a transaction-related message that the Central "
    "System fails to process; 0 counts as 1. A lost connection does not count as an attempt.",
    unit="times",
    source="9.1.31",
)
TRANSACTION_MESSAGE_RETRY_INTERVAL = Key(
    "TransactionMessageRetryInterval",
    Integer(),
    60,
    "Wait after a failure before the next attempt, multiplied by the number of attempts so far.",
    unit=SECONDS,
    source="9.1.32",
)
UNLOCK_CONNECTOR_ON_EV_SIDE_DISCONNECT = Key(
    "UnlockConnectorOnEVSideDisconnect",
    Boolean(),
    True,
    "When a transaction ends because the cable was unplugged from the EV, the connector is unlocked.",
    source="9.1.33",
)
WEB_SOCKET_PING_INTERVAL = Key(
    "WebSocketPingInterval",
    Integer(),
    60,
    "Interval of websocket pings; 0: none. A change takes effect at once.",
    unit=SECONDS,
    source="9.1.34; OCPP-J 7",
    required=False,
)

MEASURAND_LISTS = (METER_VALUES_ALIGNED_DATA, METER_VALUES_SAMPLED_DATA, STOP_TXN_ALIGNED_DATA, STOP_TXN_SAMPLED_DATA)

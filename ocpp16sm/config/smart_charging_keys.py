"""Configuration keys of the profile Smart Charging (9.4) and related keys of the reference implementation."""

from ocpp16sm.config.key import Access, Boolean, CommaList, Integer, Key, one_of
from ocpp16sm.messages import ChargingProfilePurposeType, ChargingRateUnitType

READ = Access.READ

UNITS = {"Current": ChargingRateUnitType.A, "Power": ChargingRateUnitType.W}
"""Values of ChargingScheduleAllowedChargingRateUnit -> units."""
WORDS = {unit: word for word, unit in UNITS.items()}
PURPOSES = tuple(ChargingProfilePurposeType)


def _unit(text: str) -> ChargingRateUnitType:
    return UNITS[one_of(tuple(UNITS))(text)]


def _purpose(text: str) -> ChargingProfilePurposeType:
    return ChargingProfilePurposeType(one_of(PURPOSES)(text))


_purposes = CommaList(_purpose, str, f"purposes: {', '.join(PURPOSES)}", len(PURPOSES))

CHARGE_PROFILE_MAX_STACK_LEVEL = Key(
    "ChargeProfileMaxStackLevel",
    Integer(),
    100,
    "Maximum stackLevel of a charging profile; a profile with a higher one is Rejected.",
    READ,
    source="9.4.1",
)
CHARGING_SCHEDULE_ALLOWED_CHARGING_RATE_UNIT = Key(
    "ChargingScheduleAllowedChargingRateUnit",
    CommaList(_unit, WORDS.__getitem__, "Current, Power or both", len(UNITS), least=1),
    (ChargingRateUnitType.A, ChargingRateUnitType.W),
    "Units in which limits are accepted and reported (Current: A, Power: W). A composite schedule uses the first one "
    "if the request names none.",
    READ,
    source="9.4.2",
)
CHARGING_SCHEDULE_MAX_PERIODS = Key(
    "ChargingScheduleMaxPeriods",
    Integer(1),
    1440,
    "Maximum number of periods in a charging schedule; a profile with more is Rejected. A composite schedule that "
    "needs more ends with the last one that fits, as its duration shows.",
    READ,
    "periods",
    "9.4.3",
)
CONNECTOR_SWITCH_3_TO_1_PHASE_SUPPORTED = Key(
    "ConnectorSwitch3to1PhaseSupported",
    Boolean(),
    False,
    "Reported to the Central System: whether the station can switch from three phases to one during a transaction.",
    READ,
    source="9.4.4",
    required=False,
)
MAX_CHARGING_PROFILES_INSTALLED = Key(
    "MaxChargingProfilesInstalled",
    Integer(1),
    500,
    "Maximum number of charging profiles; one more is Rejected unless it replaces another. A profile for all "
    "connectors counts once; an expired one does not count.",
    READ,
    "profiles",
    "9.4.5",
)
SUPPORTED_CHARGING_PROFILE_PURPOSE_TYPES = Key(
    "SupportedChargingProfilePurposeTypes",
    _purposes,
    PURPOSES,
    "Accepted purposes of charging profiles; other profiles are answered NotSupported, and removed at the next start "
    "if they are installed.",
    READ,
    source="libocpp",
    required=False,
)
IGNORED_PROFILE_PURPOSES_OFFLINE = Key(
    "IgnoredProfilePurposesOffline",
    _purposes,
    (),
    "Purposes whose profiles set no limit while offline.",
    source="libocpp",
    required=False,
)
IGNORED_PROFILE_PURPOSES_OFFLINE_MAX_LENGTH = Key(
    "IgnoredProfilePurposesOfflineMaxLength",
    Integer(),
    len(PURPOSES),
    "Maximum number of items in IgnoredProfilePurposesOffline.",
    READ,
    "items",
    "5.3",
    required=False,
)
MAX_COMPOSITE_SCHEDULE_DURATION = Key(
    "MaxCompositeScheduleDuration",
    Integer(1),
    31_536_000,
    "Maximum duration of a composite schedule; a longer request is shortened to it.",
    READ,
    "s",
    "libocpp",
    required=False,
)
COMPOSITE_SCHEDULE_DEFAULT_LIMIT_AMPS = Key(
    "CompositeScheduleDefaultLimitAmps",
    Integer(),
    48,
    "Limit in A that a composite schedule reports where no profile sets one.",
    unit="A",
    source="libocpp",
    required=False,
)
COMPOSITE_SCHEDULE_DEFAULT_LIMIT_WATTS = Key(
    "CompositeScheduleDefaultLimitWatts",
    Integer(),
    33_120,
    "Limit in W that a composite schedule reports where no profile sets one.",
    unit="W",
    source="libocpp",
    required=False,
)
COMPOSITE_SCHEDULE_DEFAULT_NUMBER_PHASES = Key(
    "CompositeScheduleDefaultNumberPhases",
    Integer(1, 3),
    3,
    "Number of phases for converting between A and W where no profile specifies it.",
    unit="phases",
    source="libocpp",
    required=False,
)
SUPPLY_VOLTAGE = Key(
    "SupplyVoltage",
    Integer(1),
    230,
    "Phase voltage for converting between A and W.",
    unit="V",
    source="libocpp",
    required=False,
)
ALLOW_CHARGING_PROFILE_WITHOUT_START_SCHEDULE = Key(
    "AllowChargingProfileWithoutStartSchedule",
    Boolean(),
    False,
    "An Absolute or Recurring profile without startSchedule starts on arrival; while false, it is Rejected.",
    source="libocpp",
    required=False,
)

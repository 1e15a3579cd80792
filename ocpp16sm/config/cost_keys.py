"""The configuration keys of California pricing; they are there where CustomDisplayCostAndPrice is true."""

from ocpp16sm.config.cost_kinds import Json, Moment, Offset, Written
from ocpp16sm.config.key import Access, Boolean, CommaList, Integer, Key, Text
from ocpp16sm.messages.cost import DefaultPrice, DefaultPriceText

SOURCE = "California pricing"
TEXT_OF_A_LANGUAGE = "DefaultPriceText"

CUSTOM_IDLE_FEE_AFTER_STOP = Key(
    "CustomIdleFeeAfterStop",
    Boolean(),
    False,
    "Being connected costs something after the transaction, too: costs are taken until the connector is unplugged, and "
    "ConnectorUnplugged is sent then.",
    source=SOURCE,
    required=False,
)
CUSTOM_MULTI_LANGUAGE_MESSAGES = Key(
    "CustomMultiLanguageMessages",
    Boolean(),
    False,
    "Texts are shown in several languages: those of priceTextExtra and of the keys DefaultPriceText,<language> are "
    "taken.",
    Access.READ,
    source=SOURCE,
    required=False,
)
DEFAULT_PRICE = Key(
    "DefaultPrice",
    Json(DefaultPrice, 'a JSON object with "priceText"'),
    Written("", None),
    "The price of whoever has none of their own. Empty: none.",
    source=SOURCE,
    required=False,
)
LANGUAGE = Key(
    "Language",
    Text(35),
    "",
    "Language of the texts that come without one: priceText, and those of DefaultPrice. One of SupportedLanguages; "
    "empty: none.",
    source=SOURCE,
    required=False,
)
NEXT_TIME_OFFSET_TRANSITION_DATE_TIME = Key(
    "NextTimeOffsetTransitionDateTime",
    Moment(),
    None,
    "When TimeOffsetNextTransition becomes TimeOffset; in the future. Empty: never, and after it has.",
    source=SOURCE,
    required=False,
)
NUMBER_OF_DECIMALS_FOR_COST_VALUES = Key(
    "NumberOfDecimalsForCostValues",
    Integer(0, 12),
    3,
    "So many digits behind the point are shown of a cost; halves are rounded up.",
    Access.READ,
    "digits",
    SOURCE,
    required=False,
)
SUPPORTED_LANGUAGES = Key(
    "SupportedLanguages",
    CommaList[str](str, str, "a list of language tags (RFC 5646)"),
    (),
    "Languages that texts can be shown in.",
    Access.READ,
    source=SOURCE,
    required=False,
)
TIME_OFFSET = Key(
    "TimeOffset",
    Offset(),
    "+00:00",
    "How far the time that is shown differs from UTC.",
    source=SOURCE,
    required=False,
)
TIME_OFFSET_NEXT_TRANSITION = Key(
    "TimeOffsetNextTransition",
    Offset(),
    "",
    "TimeOffset from NextTimeOffsetTransitionDateTime on. Empty: it stays.",
    source=SOURCE,
    required=False,
)
WAIT_FOR_SET_USER_PRICE_TIMEOUT = Key(
    "WaitForSetUserPriceTimeout",
    Integer(0, 30_000),
    0,
    "How long an authorization by the Central System waits for the price of its idTag.",
    unit="ms",
    source=SOURCE,
    required=False,
)


def text_of(language: str) -> Key[Written[DefaultPriceText]]:
    """The key for the default price in one of SupportedLanguages."""
    return Key(
        f"{TEXT_OF_A_LANGUAGE},{language}",
        Json(DefaultPriceText, 'a JSON object with "priceText"'),
        Written("", None),
        "The default price in this language. Empty: none.",
        source=SOURCE,
        required=False,
    )


def is_text_of_a_language(name: str) -> bool:
    """Whether a name is that of such a key, in any language or none."""
    return name.partition(",")[0].lower() == TEXT_OF_A_LANGUAGE.lower()

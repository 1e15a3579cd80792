"""Configuration keys of California pricing; they exist if CustomDisplayCostAndPrice is true."""

from ocpp16sm.config.cost_kinds import Json, Moment, Offset, Written
from ocpp16sm.config.key import Access, Boolean, CommaList, Integer, Key, Text
from ocpp16sm.messages.cost import DefaultPrice, DefaultPriceText

SOURCE = "California pricing"
TEXT_OF_A_LANGUAGE = "DefaultPriceText"

CUSTOM_IDLE_FEE_AFTER_STOP = Key(
    "CustomIdleFeeAfterStop",
    Boolean(),
    False,
    "Staying connected after the transaction costs a fee: costs are accepted until the connector is unplugged, and "
    "ConnectorUnplugged is then sent.",
    source=SOURCE,
    required=False,
)
CUSTOM_MULTI_LANGUAGE_MESSAGES = Key(
    "CustomMultiLanguageMessages",
    Boolean(),
    False,
    "Texts are displayed in several languages: those in priceTextExtra and in the keys DefaultPriceText,<language> "
    "are used.",
    Access.READ,
    source=SOURCE,
    required=False,
)
DEFAULT_PRICE = Key(
    "DefaultPrice",
    Json(DefaultPrice, 'a JSON object with "priceText"'),
    Written("", None),
    "Price for users without a price of their own. Empty: none.",
    source=SOURCE,
    required=False,
)
LANGUAGE = Key(
    "Language",
    Text(35),
    "",
    "Language of texts without a language tag: priceText and DefaultPrice. One of SupportedLanguages; empty: "
    "unspecified.",
    source=SOURCE,
    required=False,
)
NEXT_TIME_OFFSET_TRANSITION_DATE_TIME = Key(
    "NextTimeOffsetTransitionDateTime",
    Moment(),
    None,
    "Time at which TimeOffsetNextTransition replaces TimeOffset, in the future. Empty: no change is planned.",
    source=SOURCE,
    required=False,
)
NUMBER_OF_DECIMALS_FOR_COST_VALUES = Key(
    "NumberOfDecimalsForCostValues",
    Integer(0, 12),
    3,
    "Decimal places of displayed costs; halves are rounded up.",
    Access.READ,
    "digits",
    SOURCE,
    required=False,
)
SUPPORTED_LANGUAGES = Key(
    "SupportedLanguages",
    CommaList[str](str, str, "a list of language tags (RFC 5646)"),
    (),
    "Languages in which texts can be displayed.",
    Access.READ,
    source=SOURCE,
    required=False,
)
TIME_OFFSET = Key(
    "TimeOffset",
    Offset(),
    "+00:00",
    "Offset of the displayed time from UTC.",
    source=SOURCE,
    required=False,
)
TIME_OFFSET_NEXT_TRANSITION = Key(
    "TimeOffsetNextTransition",
    Offset(),
    "",
    "TimeOffset from NextTimeOffsetTransitionDateTime on. Empty: no change.",
    source=SOURCE,
    required=False,
)
WAIT_FOR_SET_USER_PRICE_TIMEOUT = Key(
    "WaitForSetUserPriceTimeout",
    Integer(0, 30_000),
    0,
    "How long an authorization waits for the Central System to send the price of the idTag.",
    unit="ms",
    source=SOURCE,
    required=False,
)


def text_of(language: str) -> Key[Written[DefaultPriceText]]:
    """The key DefaultPriceText for a language, one of SupportedLanguages."""
    return Key(
        f"{TEXT_OF_A_LANGUAGE},{language}",
        Json(DefaultPriceText, 'a JSON object with "priceText"'),
        Written("", None),
        "Default price in this language. Empty: none.",
        source=SOURCE,
        required=False,
    )


def is_text_of_a_language(name: str) -> bool:
    """Whether a name is that of a DefaultPriceText key, for any language."""
    return name.partition(",")[0].lower() == TEXT_OF_A_LANGUAGE.lower()

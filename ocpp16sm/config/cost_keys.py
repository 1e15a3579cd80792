"""The configuration keys of California pricing; they are there where CustomDisplayCostAndPrice is true."""

from ocpp16sm.config.key import Access, Boolean, CommaList, Key, Text

SOURCE = "California pricing"

CUSTOM_MULTI_LANGUAGE_MESSAGES = Key(
    "CustomMultiLanguageMessages",
    Boolean(),
    False,
    "Texts are shown in several languages: those of priceTextExtra and DefaultPriceText are taken.",
    Access.READ,
    source=SOURCE,
    required=False,
)
SUPPORTED_LANGUAGES = Key(
    "SupportedLanguages",
    CommaList(str, str, "a list of language tags (RFC 5646)"),
    (),
    "Languages that texts can be shown in.",
    Access.READ,
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

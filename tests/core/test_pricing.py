"""California pricing: what comes as DataTransfer of org.openchargealliance.costmsg, and to whom it is shown.

Proves reference/profiles.md 7.1 and 7.2.
"""

from typing import Any

import pytest

from ocpp16sm.messages.cost import MessageFormat
from ocpp16sm.prices import PriceText, UserPrice
from tests.support.prices import MANY_LANGUAGES, PriceTold, prices, says, shown
from tests.support.scene import CoreScene, accepted


def told(scene: CoreScene) -> list[UserPrice]:
    """The prices that were to be shown since the last look."""
    return [event.price for event in shown(scene, PriceTold)]


def test_a_price_is_shown_to_whoever_is_about_to_charge() -> None:
    """7.2: before there is a session, the price is the idTag's."""
    scene = prices()
    assert says(scene, "SetUserPrice", {"idToken": "TAG", "priceText": "0.30/kWh"}) == {"status": "Accepted"}
    assert told(scene) == [UserPrice(id_tag="TAG", texts=(PriceText("0.30/kWh"),))]


def test_a_price_is_shown_in_the_session_of_whoever_charges() -> None:
    """7.2: the idTag of an active transaction; case does not count (7.28)."""
    scene = prices(2)
    scene.transaction(1, "s1", "OTHER")
    transaction_id = scene.transaction(2, "s2", "TAG")
    says(scene, "SetUserPrice", {"idToken": "tag", "priceText": "0.30/kWh"})
    expected = UserPrice(id_tag="tag", texts=(PriceText("0.30/kWh"),), session_id="s2", transaction_id=transaction_id)
    assert told(scene) == [expected]


EXTRA = [{"format": "UTF8", "language": "nl", "content": "€ 0,30/kWh"}]


@pytest.mark.parametrize(
    ("configuration", "texts"),
    [
        ({}, (PriceText("0.30/kWh"),)),
        ({"SupportedLanguages": "en", "Language": "en"}, (PriceText("0.30/kWh", "en"),)),
        (MANY_LANGUAGES, (PriceText("0.30/kWh", "en"), PriceText("€ 0,30/kWh", "nl", MessageFormat.UTF8))),
    ],
    ids=["no language", "a language", "many languages"],
)
def test_texts_have_a_language(configuration: dict[str, Any], texts: tuple[PriceText, ...]) -> None:
    """7.2: priceText is in Language, and others are taken with CustomMultiLanguageMessages only."""
    scene = prices(**configuration)
    says(scene, "SetUserPrice", {"idToken": "TAG", "priceText": "0.30/kWh", "priceTextExtra": EXTRA})
    assert [price.texts for price in told(scene)] == [texts]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "$.idToken: is required"),
        ("", "$: is not valid JSON"),
        ("{", "$: is not valid JSON"),
        ("[]", "$: expected an object"),
        ({"priceText": "0.30"}, "$.idToken: is required"),
        ({"idToken": "x" * 21}, "$.idToken: expected at most 20 characters"),
        ({"idToken": "TAG", "priceText": 30}, "$.priceText: expected a text"),
        ({"idToken": "TAG", "priceTextExtra": [{"format": "PDF", "language": "en", "content": "x"}]}, "PDF"),
    ],
    ids=["no data", "empty", "broken", "no object", "no idToken", "long idToken", "number", "format"],
)
def test_a_bad_payload_is_rejected_with_a_reason(data: Any, reason: str) -> None:
    """7.2: never a CALLERROR."""
    scene = prices()
    answer = says(scene, "SetUserPrice", data)
    assert answer["status"] == "Rejected"
    assert reason in answer["data"]
    assert told(scene) == []


def test_without_the_switch_nobody_knows_of_prices() -> None:
    """7.1: the handlers are there only where CustomDisplayCostAndPrice is true, and so are its keys."""
    scene = accepted()
    assert says(scene, "SetUserPrice", {"idToken": "TAG"}) == {"status": "UnknownVendorId"}
    assert scene.asks("GetConfiguration", key=["Language"]) == {"unknownKey": ["Language"]}


def test_a_message_that_pricing_does_not_have_is_unknown() -> None:
    """4.3."""
    assert says(prices(), "SetPrice", {}) == {"status": "UnknownMessageId"}


@pytest.mark.parametrize("key", ["CustomDisplayCostAndPrice", "CustomMultiLanguageMessages", "SupportedLanguages"])
def test_what_the_station_can_is_not_changed_from_afar(key: str) -> None:
    """7.1: R."""
    assert prices().asks("ChangeConfiguration", key=key, value="true") == {"status": "Rejected"}


def test_language_is_one_that_is_supported() -> None:
    """7.1: it can be changed, unlike libocpp's ([BUG]), to one of SupportedLanguages."""
    scene = prices(**MANY_LANGUAGES)
    scene.sets("Language", "nl")
    assert scene.asks("ChangeConfiguration", key="Language", value="fr") == {"status": "Rejected"}
    says(scene, "SetUserPrice", {"idToken": "TAG", "priceText": "€ 0,30/kWh"})
    assert [price.texts for price in told(scene)] == [(PriceText("€ 0,30/kWh", "nl"),)]

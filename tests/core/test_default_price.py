"""The default price in many languages, with and without a connection; the price at an authorization; the time shown.

Proves reference/profiles.md 7.1, 7.3 and 7.5.
"""

import json
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import AuthorizeAsked
from ocpp16sm.prices import PriceText
from tests.support.prices import MANY_LANGUAGES, PRICED, DefaultPriceTold, PriceTold, prices, says, shown
from tests.support.scene import SILENCE, CoreScene

DEFAULT = json.dumps({"priceText": "0.15/kWh", "priceTextOffline": "offline: 0.20/kWh"})
DUTCH = json.dumps({"priceText": "€ 0,15/kWh"})
ONLINE, OFFLINE = PriceText("0.15/kWh"), PriceText("offline: 0.20/kWh")


def told(scene: CoreScene) -> list[tuple[PriceText, ...]]:
    """The default prices that were to be shown since the last look."""
    return [event.texts for event in shown(scene, DefaultPriceTold)]


def value_of(scene: CoreScene, key: str) -> str | None:
    """What GetConfiguration says; None: there is no such key."""
    answer = scene.asks("GetConfiguration", key=[key])
    value: str | None = answer["configurationKey"][0]["value"] if "configurationKey" in answer else None
    return value


def change(scene: CoreScene, key: str, value: str) -> str:
    """The status of ChangeConfiguration."""
    return str(scene.asks("ChangeConfiguration", key=key, value=value)["status"])


# -- the default price -------------------------------------------------------------------------------------------------


def test_it_is_told_at_the_start_and_whenever_the_connection_changes() -> None:
    """7.5: other words without a connection."""
    scene = CoreScene(**PRICED, DefaultPrice=DEFAULT)
    scene.boots()
    assert told(scene) == [(OFFLINE,), (ONLINE,)]
    scene.loses_network()
    assert told(scene) == [(OFFLINE,)]
    scene.regains_network()
    assert told(scene) == [(ONLINE,)]


def test_it_is_told_when_it_changes() -> None:
    """7.5; an empty one is none, and nothing is told."""
    scene = prices()
    assert told(scene) == []
    scene.sets("DefaultPrice", DEFAULT)
    assert told(scene) == [(ONLINE,)]
    scene.sets("DefaultPrice", "")
    assert told(scene) == []


def test_it_is_told_in_every_language_that_has_a_text() -> None:
    """7.5: those without an offline text are left out then."""
    scene = prices(**MANY_LANGUAGES)
    scene.sets("DefaultPrice", DEFAULT)
    scene.sets("DefaultPriceText,nl", DUTCH)
    assert told(scene)[-1] == (PriceText("0.15/kWh", "en"), PriceText("€ 0,15/kWh", "nl"))
    scene.loses_network()
    assert told(scene) == [(PriceText("offline: 0.20/kWh", "en"),)]


def test_a_text_of_a_language_is_kept_and_read() -> None:
    """7.1: supported and not set: empty."""
    scene = prices(**MANY_LANGUAGES)
    assert value_of(scene, "DefaultPriceText,nl") == ""
    scene.sets("DefaultPriceText,nl", DUTCH)
    scene.restarts()
    scene.hears_all()
    assert value_of(scene, "defaultpricetext,NL") == DUTCH


@pytest.mark.parametrize("key", ["DefaultPriceText", "DefaultPriceText,fr", "DefaultPriceText,"])
def test_a_text_of_no_language_that_is_supported_is_rejected(key: str) -> None:
    """7.1."""
    scene = prices(**MANY_LANGUAGES)
    assert (change(scene, key, DUTCH), value_of(scene, key)) == ("Rejected", None)


def test_with_one_language_there_are_no_texts_of_languages() -> None:
    """7.1: CustomMultiLanguageMessages."""
    scene = prices(SupportedLanguages="en,nl")
    assert change(scene, "DefaultPriceText,nl", DUTCH) == "Rejected"


@pytest.mark.parametrize("value", ["0.15/kWh", "{}", '{"priceTextOffline":"x"}', '{"priceText":1}', "[]"])
@pytest.mark.parametrize("key", ["DefaultPrice", "DefaultPriceText,nl"])
def test_a_price_without_a_text_is_rejected(key: str, value: str) -> None:
    """7.1."""
    assert change(prices(**MANY_LANGUAGES), key, value) == "Rejected"


# -- the price at an authorization -------------------------------------------------------------------------------------

WAITING: dict[str, Any] = {"WaitForSetUserPriceTimeout": "5000", "DefaultPrice": DEFAULT}


def asks_for(scene: CoreScene, id_tag: str) -> None:
    """Somebody presents an idTag; it is the reference of the answer, too."""
    scene.virtual.feed(AuthorizeAsked(id_tag, id_tag))


def granted(scene: CoreScene) -> list[str]:
    """The idTags that were answered."""
    return sorted(scene.virtual.answers)


def user_prices(scene: CoreScene) -> list[tuple[str, str, bool]]:
    """The prices that were to be shown: of whom, the first text, whether by default."""
    prices = [event.price for event in shown(scene, PriceTold)]
    return [(price.id_tag, price.texts[0].text, price.by_default) for price in prices]


def says_price(scene: CoreScene, id_tag: str, text: str) -> None:
    """The Central System has a price for an idTag."""
    assert says(scene, "SetUserPrice", {"idToken": id_tag, "priceText": text}) == {"status": "Accepted"}


def test_an_authorization_waits_for_its_price() -> None:
    """7.3: of this idTag, in any case; then the answer comes at once."""
    scene = prices(**WAITING)
    asks_for(scene, "TAG")
    scene.hears("Authorize")
    scene.passes(4)
    says_price(scene, "OTHER", "0.50")
    assert granted(scene) == []
    says_price(scene, "tag", "0.30")
    assert granted(scene) == ["TAG"]
    assert user_prices(scene) == [("OTHER", "0.50", False), ("tag", "0.30", False)]
    scene.passes(60)
    assert user_prices(scene) == []


def test_after_a_while_the_default_price_holds() -> None:
    """7.3."""
    scene = prices(**WAITING)
    asks_for(scene, "TAG")
    scene.hears("Authorize")
    scene.passes(4.9)
    assert granted(scene) == []
    scene.passes(0.1)
    assert (granted(scene), user_prices(scene)) == (["TAG"], [("tag", "0.15/kWh", True)])


def test_a_price_that_comes_before_the_answer_is_not_waited_for() -> None:
    """7.3: libocpp blocks for a minute there ([BUG])."""
    scene = prices(**WAITING)
    asks_for(scene, "TAG")
    heard = scene.hears("Authorize", SILENCE)
    says_price(scene, "TAG", "0.30")
    scene.answers(heard)
    assert (granted(scene), user_prices(scene)) == (["TAG"], [("TAG", "0.30", False)])


def test_a_price_of_the_time_before_does_not_count() -> None:
    """Each authorization has its own."""
    scene = prices(**WAITING)
    says_price(scene, "TAG", "0.30")
    asks_for(scene, "TAG")
    scene.hears("Authorize")
    assert granted(scene) == []


def test_nobody_waits_for_somebody_else_s_price() -> None:
    """7.3: no lock is held."""
    scene = prices(**WAITING)
    for tag in ("A", "B"):
        asks_for(scene, tag)
        scene.hears("Authorize")
    says_price(scene, "B", "0.30")
    assert granted(scene) == ["B"]
    scene.passes(5)
    assert granted(scene) == ["A", "B"]


@pytest.mark.parametrize("status", ["Blocked", "Expired", "Invalid", "ConcurrentTx"])
def test_who_may_not_charge_waits_for_no_price(status: str) -> None:
    """7.3: only Accepted."""
    scene = prices(**WAITING)
    asks_for(scene, "TAG")
    scene.hears("Authorize", {"idTagInfo": {"status": status}})
    assert (granted(scene), user_prices(scene)) == (["TAG"], [])


def test_without_a_timeout_the_default_price_is_told_at_once() -> None:
    """7.1: 0 is the default."""
    scene = prices(DefaultPrice=DEFAULT)
    asks_for(scene, "TAG")
    scene.hears("Authorize")
    assert (granted(scene), user_prices(scene)) == (["TAG"], [("TAG", "0.15/kWh", True)])


def test_whoever_is_known_here_gets_the_default_price_at_once() -> None:
    """7.3: from the cache; and without a connection in the words for that."""
    scene = prices(**WAITING, LocalPreAuthorize="true", AllowOfflineTxForUnknownId="true")
    asks_for(scene, "TAG")
    scene.hears("Authorize")
    scene.passes(5)
    user_prices(scene)
    asks_for(scene, "TAG")
    assert user_prices(scene) == [("TAG", "0.15/kWh", True)]
    scene.loses_network()
    asks_for(scene, "STRANGER")
    assert user_prices(scene) == [("STRANGER", "offline: 0.20/kWh", True)]
    assert granted(scene) == ["STRANGER", "TAG"]


@pytest.mark.parametrize("value", ["-1", "30001", "5s"])
def test_nobody_waits_for_longer_than_half_a_minute(value: str) -> None:
    """7.1: 0 to 30000."""
    assert change(prices(), "WaitForSetUserPriceTimeout", value) == "Rejected"


# -- the time that is shown --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["TimeOffset", "TimeOffsetNextTransition"])
def test_an_offset_is_hours_and_minutes(key: str) -> None:
    """7.1: hours -24 to 24, minutes 0 to 59."""
    scene = prices()
    for value in ("+02:00", "-05:30", "02:00", "24:00", "-24:59", "0:00"):
        assert (change(scene, key, value), value_of(scene, key)) == ("Accepted", value)
    for value in ("25:00", "01:60", "+2", "2:0", "+-1:00", "01:00Z", "x"):
        assert change(scene, key, value) == "Rejected"


def planned() -> CoreScene:
    """Summer time ends at one o'clock."""
    scene = prices(TimeOffset="+02:00")
    scene.sets("TimeOffsetNextTransition", "+01:00")
    scene.sets("NextTimeOffsetTransitionDateTime", "2026-06-01T13:00:00Z")
    return scene


def test_an_offset_changes_when_it_is_planned() -> None:
    """7.1: and then nothing is planned any more."""
    scene = planned()
    scene.passes(3599)
    assert value_of(scene, "TimeOffset") == "+02:00"
    scene.passes(1)
    assert value_of(scene, "TimeOffset") == "+01:00"
    assert value_of(scene, "NextTimeOffsetTransitionDateTime") == ""


def test_an_offset_changes_over_a_restart() -> None:
    """The time came while the power was off."""
    scene = planned()
    scene.virtual.set_wall_clock(Timestamp.parse("2026-06-02T00:00:00Z"))
    scene.restarts()
    scene.hears_all()
    assert value_of(scene, "TimeOffset") == "+01:00"


def test_the_wall_clock_says_when() -> None:
    """It was set meanwhile."""
    scene = planned()
    scene.passes(10)
    scene.virtual.set_wall_clock(Timestamp.parse("2026-06-01T12:59:59Z"))
    scene.passes(60)
    assert value_of(scene, "TimeOffset") == "+01:00"


@pytest.mark.parametrize("value", ["2026-06-01T12:00:00Z", "2025-01-01T00:00:00Z", "tomorrow"])
def test_a_change_is_planned_for_the_future(value: str) -> None:
    """7.1: Rejected, never a CALLERROR."""
    assert change(prices(), "NextTimeOffsetTransitionDateTime", value) == "Rejected"


def test_a_plan_can_be_taken_back() -> None:
    """Empty: nothing is planned."""
    scene = planned()
    scene.sets("NextTimeOffsetTransitionDateTime", "")
    scene.passes(7200)
    assert value_of(scene, "TimeOffset") == "+02:00"

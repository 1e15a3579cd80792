"""Texts that state a price: their languages, with and without a connection, and which idTag has which price."""

from collections.abc import Mapping
from typing import Any

from ocpp16sm.config import cost_keys, own_keys
from ocpp16sm.config.key import Key
from ocpp16sm.core.authorization.authorization import Authorization
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.listener import DefaultPriceTold, PriceTold
from ocpp16sm.messages import IdTagInfo
from ocpp16sm.messages.cost import DefaultPrice, DefaultPriceText, PriceTextExtra
from ocpp16sm.prices import PriceText, UserPrice

PRICES_KNOWN = 100
"""Number of idTags whose price is remembered, the most recent ones."""

_WAITED = "user price"


class PriceTexts(Component):
    """The default price, the prices of idTags, and authorizations that wait for a price.

    idTags are compared case-insensitively (CiString, 7.28).
    """

    __slots__ = ("_authorization", "_context", "_prices", "_waiting")
    STATE = ("_prices", "_waiting")
    IN_PLACE = ("_waiting",)

    def __init__(self, journal: Journal, context: Context, authorization: Authorization) -> None:
        super().__init__(journal)
        self._context = context
        self._authorization = authorization
        self._prices: Mapping[str, UserPrice] = {}
        """idTag -> price shown last; replaced as a whole, least recent first."""
        self._waiting: dict[str, tuple[str, IdTagInfo]] = {}
        """Reference of an authorization -> the idTag that waits for its price, and the answer to give."""
        context.deadlines[_WAITED] = self._waited
        configuration = context.configuration
        keys: tuple[Key[Any], ...] = (cost_keys.DEFAULT_PRICE, cost_keys.LANGUAGE, *configuration.price_texts)
        for key in keys:
            configuration.on_change(key, self.tell_default)

    @property
    def _shown(self) -> bool:
        return self._context.configuration[own_keys.CUSTOM_DISPLAY_COST_AND_PRICE]

    def of(self, id_tag: str) -> UserPrice | None:
        """The price last shown to an idTag, or None."""
        return self._prices.get(id_tag.lower())

    def said(self, text: str | None, extra: tuple[PriceTextExtra, ...]) -> tuple[PriceText, ...]:
        """The texts in a message of the Central System."""
        configuration = self._context.configuration
        texts = [] if text is None else [PriceText(text, configuration[cost_keys.LANGUAGE] or None)]
        if configuration[cost_keys.CUSTOM_MULTI_LANGUAGE_MESSAGES]:
            texts += [PriceText(each.content, each.language, each.format) for each in extra]
        return tuple(texts)

    # -- the default price ------------------------------------------------------------------------------------------

    def default(self) -> tuple[PriceText, ...]:
        """The default price as it is shown now; without a connection other texts apply."""
        configuration, online = self._context.configuration, self._context.online
        present: list[tuple[DefaultPrice | DefaultPriceText | None, str | None]] = [
            (configuration[cost_keys.DEFAULT_PRICE].value, configuration[cost_keys.LANGUAGE] or None),
            *((configuration[key].value, key.name.partition(",")[2]) for key in configuration.price_texts),
        ]
        texts = (
            (price.price_text if online else price.price_text_offline, language)
            for price, language in present
            if price is not None
        )
        return tuple(PriceText(text, language) for text, language in texts if text is not None)

    def tell_default(self) -> None:
        """Show the default price again, if it or its texts have changed."""
        texts = self.default() if self._shown else ()
        if texts:
            self._context.tell(DefaultPriceTold(texts))

    def _tell_default_to(self, id_tag: str) -> None:
        texts = self.default()
        if texts:
            self.tell(UserPrice(id_tag=id_tag, texts=texts, by_default=True))

    # -- the price of somebody --------------------------------------------------------------------------------------

    def tell(self, price: UserPrice) -> None:
        """Show a price, and answer the authorization that waits for it."""
        self.touch()
        tag = price.id_tag.lower()
        others = [item for item in self._prices.items() if item[0] != tag]
        self._prices = dict([*others, (tag, price)][-PRICES_KNOWN:])
        self._context.tell(PriceTold(price))
        for ref in [ref for ref, (waiting, _) in self._waiting.items() if waiting == tag]:
            self._let_go(ref)

    def asked(self, id_tag: str) -> None:
        """The Central System is asked about an idTag: forget the price shown before."""
        self.touch()
        self._prices = {tag: price for tag, price in self._prices.items() if tag != id_tag.lower()}

    def granted(self, id_tag: str, ref: str, info: IdTagInfo) -> bool:
        """The Central System accepts an idTag. Returns whether to wait for its price; :meth:`_let_go` then answers."""
        if not self._shown or self.of(id_tag) is not None:
            return False
        wait_ms = self._context.configuration[cost_keys.WAIT_FOR_SET_USER_PRICE_TIMEOUT]
        if not wait_ms:
            self._tell_default_to(id_tag)
            return False
        self.touch()
        self._waiting[ref] = (id_tag.lower(), info)
        self._context.arm(_WAITED, wait_ms / 1000, ref)
        return True

    def granted_here(self, id_tag: str) -> None:
        """An idTag is accepted without the Central System: show the default price."""
        if self._shown:
            self._tell_default_to(id_tag)

    def contract_granted(self, emaid: str) -> None:
        """A contract is accepted: show the default price until another one arrives; nobody waits for it."""
        if self._shown and self.of(emaid) is None:
            self._tell_default_to(emaid)

    def _waited(self, key: TimerKey) -> None:
        ref = str(key.owner)
        id_tag, _ = self._waiting[ref]
        self._tell_default_to(id_tag)
        self._let_go(ref)

    def _let_go(self, ref: str) -> None:
        if ref in self._waiting:
            self.touch()
            _, info = self._waiting.pop(ref)
            self._context.disarm(_WAITED, ref)
            self._authorization.resolve(ref, info)

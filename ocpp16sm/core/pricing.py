"""California pricing: what the Central System says of prices and costs, and to whom it belongs."""

from ocpp16sm.config import cost_keys
from ocpp16sm.core.data_transfer import DataTransfer
from ocpp16sm.core.desk import Desk
from ocpp16sm.core.journal import Component, Journal
from ocpp16sm.core.transactions import Transactions
from ocpp16sm.listener import PriceTold
from ocpp16sm.messages.cost import SET_USER_PRICE, PriceTextExtra, SetUserPriceRequest
from ocpp16sm.messages.vendor import NoData, VendorReply
from ocpp16sm.prices import PriceText, UserPrice

ACCEPTED = VendorReply[NoData]()


class Pricing(Component):
    """Prices and costs that are to be shown."""

    __slots__ = ("_desk", "_transactions")

    def __init__(self, journal: Journal, desk: Desk, transactions: Transactions, data_transfer: DataTransfer) -> None:
        super().__init__(journal)
        self._desk = desk
        self._transactions = transactions
        data_transfer.add(SET_USER_PRICE, self._price_set)

    def _price_set(self, request: SetUserPriceRequest) -> VendorReply[NoData]:
        """SetUserPrice: for the session that this idTag charges in, or for the one that it is about to begin."""
        tag = request.id_token.lower()
        records = [transaction.record for transaction in self._transactions.running()]
        record = next((each for each in reversed(records) if each.id_tag.lower() == tag), None)
        price = UserPrice(
            id_tag=request.id_token,
            texts=self._texts(request.price_text, request.price_text_extra),
            session_id=None if record is None else record.session_id,
            transaction_id=None if record is None else record.transaction_id,
        )
        self._desk.tell(PriceTold(price))
        return ACCEPTED

    def _texts(self, text: str | None, extra: tuple[PriceTextExtra, ...]) -> tuple[PriceText, ...]:
        configuration = self._desk.configuration
        language = configuration[cost_keys.LANGUAGE] or None
        texts = [] if text is None else [PriceText(text, language)]
        if configuration[cost_keys.CUSTOM_MULTI_LANGUAGE_MESSAGES]:
            texts += [PriceText(each.content, each.language, each.format) for each in extra]
        return tuple(texts)

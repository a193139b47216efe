"""Losses: what agents asked for and did not get, and who had taken it before."""

from typing import Any, Final

from test_time_gym.journal.reader import JournalFile, Record
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.turns import Turns

from .stock_changes import Fall, StockChanges

__all__ = ["Losses"]

_TAKING: Final = ("hold_placed", "seat_sold", "repriced", "market_opened")
"""Kinds of records after which fewer units can be had, the likeliest first."""
_OF_RECORDS: Final = {
    "hold_expired": "hold_expired",
    "payment_declined": "payment_declined",
    "order_defaulted": "order_defaulted",
}
"""Kinds of records that tell an agent's loss, and what it is called."""
_NOT_LOST: Final = ("illegal", "malformed")
"""What is the agent's own mistake."""
_PAYING: Final = ("payment_started", "payment_challenged", "payment_declined")
"""Kinds of records that tell how far a payment has come."""
_FATES: Final = ("ticket_issued", "hold_released", "hold_expired")
"""How a hold ends."""
_LOST: Final = (
    "sold_out",
    "price_changed",
    "hold_quota",
    "hold_expired",
    "payment_declined",
    "payment_unknown",
    "order_defaulted",
)
"""Refusals that cost an agent what it wanted, beside `Words.closed`.

Others, as of a coupon or of a search that finds nothing, are of less weight.
"""


class Losses:
    """Looks at agents whose action was refused, and at what had led to it.

    Attributes:
        rows: what was lost, in the order of the records.
    """

    def __init__(self, journal: JournalFile, turns: Turns, stock: StockChanges) -> None:
        """Begin with none."""
        self._journal = journal
        self._turns = turns
        self._stock = stock
        self._closed = turns.world.trade.words.closed
        self.rows: list[dict[str, Any]] = []
        self._fates: dict[str, list[Any]] = {}
        self._hold_of: dict[str, str] = {}
        self._paying: dict[str, list[Any]] = {}

    def after_act(self, record: Record, who: Buyer) -> None:
        """Keep what the market has just refused an agent."""
        error = who.visitor.last_error
        if error is None or error[0] in _NOT_LOST:
            return
        code, text = error
        lost = self._lost(record, who, code)
        products = self._turns.market.catalog.products
        self.rows.append(
            {
                "n": record.n,
                "agent": who.name,
                "code": code,
                "heavy": code in _LOST or code == self._closed,
                "text": text,
                "offers": [products[k].id for k in lost],
                "units": who.visitor.party,
                "takers": [
                    taker
                    for k in lost
                    if (taker := self._taker(record, k, code, who)) is not None
                ],
            }
        )

    def _lost(self, record: Record, who: Buyer, code: str) -> list[int]:
        """Return the products that a refusal is about."""
        market, visitor = self._turns.market, who.visitor
        name = record.data["args"].get(self._turns.world.trade.words.offer_id)
        if name in market.catalog.by_id:
            return [market.catalog.by_id[name].index]
        cart = list(dict.fromkeys(item.product for item in visitor.cart))
        if code == "sold_out":
            short = [k for k in cart if market.inventory.available(k) < visitor.party]
            return short or cart
        return cart if code == "price_changed" else []

    def _taker(
        self, lost: Record, k: int, code: str, who: Buyer
    ) -> dict[str, Any] | None:
        """Return what took the last units of a product, or moved its price."""
        if code == "price_changed":
            moved = self._stock.moved_price.get(k)
            fall = None if moved is None else Fall(moved, moved + 1, 0, 0)
        else:
            fall = self._stock.fall_below(k, who.visitor.party)
        if fall is None:
            return None
        record = self._taking(fall)
        product = self._turns.market.catalog.products[k].id
        return {
            "offer": product,
            "n": record.n,
            "kind": record.kind,
            "agent": record.actor,
            "segment": record.data.get("segment", ""),
            "hold": record.data.get("hold", ""),
            "before": fall.before,
            "after": fall.after,
            "tickets": self._tickets(lost, record),
        }

    def _tickets(self, lost: Record, taken: Record) -> list[int] | None:
        """Return both lots where two agents acted at one instant, and a lot decided."""
        cause = self._journal.record(taken.cause)
        if lost.t != taken.t or cause.kind != "act" or cause.t != lost.t:
            return None
        return [lost.data["ticket"], cause.data["ticket"]]

    def _taking(self, fall: Fall) -> Record:
        records = [self._journal.record(n) for n in range(fall.first, fall.end)]
        for kind in _TAKING:
            for record in records:
                if record.kind == kind:
                    return record
        return records[0]

    def note(self, record: Record) -> None:
        """Look at a record: it may tell a loss, or how a hold ended."""
        kind, data = record.kind, record.data
        if kind in _FATES:
            self._fates[data["hold"]] = [kind, record.n]
        if kind == "payment_started":
            self._hold_of[data["payment"]] = data["hold"]
        if kind in _PAYING:
            hold = self._hold_of.get(data["payment"], "")
            self._paying[hold] = [kind, record.n]
        if kind in _OF_RECORDS:
            self.rows.append(
                {
                    "n": record.n,
                    "agent": record.actor,
                    "code": _OF_RECORDS[kind],
                    "heavy": True,
                    "text": data.get("reason", ""),
                    "offers": [],
                    "units": 0,
                    "takers": [],
                    "paying": self._paying.get(data.get("hold", "")),
                }
            )

    def finish(self) -> list[dict[str, Any]]:
        """Return what was lost, with what became of the holds that took it."""
        for row in self.rows:
            for taker in row["takers"]:
                taker["fate"] = self._fates.get(taker["hold"])
        return sorted(self.rows, key=lambda row: row["n"])

"""The JSON observation: what one agent may see, and nothing of anyone else."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ..clock import MINUTE_MS
from ..money import show
from ..orders import Order
from ..storefront import ShownOffer
from ..storefront.billing import bill_of
from ..storefront.search import LEFT_SHOWN
from ..world import World
from .action_result import result_of
from .legality import legal_verbs

if TYPE_CHECKING:
    from .buyer import Buyer
    from .turns import Turns

__all__ = ["STATUSES", "VIEWS", "moment", "observe"]

VIEWS: Final = ("search_results", "cart", "payment", "receipt", "error")
"""What `view` can be."""
STATUSES: Final = (
    "none",
    "requires_method",
    "requires_confirmation",
    "requires_challenge",
    "processing",
    "authorized",
    "unknown",
    "captured",
    "declined",
    "voided",
    "expired",
)
"""What the `status` of a payment can be."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local times have no zone here


@lru_cache(maxsize=4096)
def moment(opens_minute: int, now_ms: int) -> str:
    """Return a simulated instant as local time.

    Args:
        opens_minute: minutes since 1970 at which the clock shows 0.
        now_ms: the clock.

    >>> moment(0, 86_461_000)
    '1970-01-02 00:01:01'
    """
    when = _EPOCH + timedelta(minutes=opens_minute, seconds=now_ms // 1000)
    return when.isoformat(" ")


def observe(turns: "Turns", seat: "Buyer") -> dict[str, Any]:
    """Return what the agent in this seat sees now, as JSON-ready data."""
    market, visitor, task = turns.market, seat.visitor, seat.task
    world = turns.world
    exponent, now = world.exponent, market.clock.now_ms
    opens = world.catalog.opens_minute
    page, words = turns.config.page, world.trade.words
    cards = turns.buyer.cards
    hold = visitor.hold
    held_s = max(0, hold.expires_at_ms - now) // 1000 if hold else None
    return {
        "view": visitor.view,
        "goal": seat.goal,
        "now": moment(opens, now),
        "deadline": moment(opens, task.deadline_ms),
        "minutes_left": max(0, task.deadline_ms - now) // MINUTE_MS,
        "turns_left": max(0, turns.max_turns - seat.turn),
        "currency": world.config.currency,
        "forms": dict(visitor.form),
        words.offers: page.shown([_offer(turns, offer) for offer in visitor.shown]),
        "selected": _selected(turns, seat),
        "cart": _cart(turns, seat),
        "payment_state": {
            "status": visitor.status,
            "needs_3ds": visitor.status == "requires_challenge",
            "attempts": visitor.confirmations,
            "card": visitor.card and cards.shown(visitor.card),
            "instalments": visitor.instalments,
            "instalments_on_offer": list(world.config.instalments.counts),
            "hold_expires_in_s": held_s,
        },
        "constraints": task.constraints(exponent),
        "team": [m.name for m in turns.seats if task.team and m is not seat],
        "wallet": page.shown(
            [
                {"token": cards.shown(token), "brand": world.cards[token].brand}
                for token in visitor.wallet
            ]
        ),
        "orders": [_order(turns, order) for order in visitor.orders],
        "messages": [
            {"from": m.sender, "text": m.text, "untrusted": m.untrusted}
            for m in visitor.messages
        ],
        "last_action": visitor.last_action,
        "last_action_result": result_of(turns, seat),
        "last_action_error": _error(visitor.last_error),
        "legal_verbs": legal_verbs(turns, seat),
    }


def _selected(turns: "Turns", seat: "Buyer") -> str | None:
    index = seat.visitor.selected
    return None if index is None else turns.market.catalog.products[index].id


def _cart(turns: "Turns", seat: "Buyer") -> dict[str, Any]:
    visitor, exponent = seat.visitor, turns.world.exponent
    products, words = turns.market.catalog.products, turns.world.trade.words
    bill = bill_of(turns.market, visitor)
    return {
        "items": [
            {
                words.offer_id: products[item.product].id,
                "price": show(item.price_minor, exponent),
            }
            for item in visitor.cart
        ],
        words.units: seat.task.party,
        "coupons": [code for code, _ in bill.discounts],
        "fees": [
            {"name": name, "amount": show(amount, exponent)}
            for name, amount in bill.fees
        ],
        "total": show(bill.total_minor, exponent),
    }


def _offer(turns: "Turns", offer: ShownOffer) -> dict[str, Any]:
    world = turns.world
    row = _row(world, offer.product).copy()
    row["price"] = show(offer.price_minor, world.exponent)
    if offer.left <= LEFT_SHOWN:
        row[world.trade.words.left] = offer.left
    return row


def _row(world: World, index: int) -> dict[str, Any]:
    """Return what a page always shows of a product, with room for its price."""
    rows = world.offer_rows
    known = rows.get(index)
    if known is None:
        product, trade = world.catalog.products[index], world.trade
        fee = show(product.cancel_fee_minor, world.exponent)
        known = {"id": product.id, "price": 0}
        known.update((name, product.facts[name]) for name in trade.facts)
        known["refundable"] = product.refundable
        known["cancel_fee"] = fee if product.refundable else None
        rows[index] = known
    return known


def _order(turns: "Turns", order: Order) -> dict[str, Any]:
    products, exponent = turns.market.catalog.products, turns.world.exponent
    payment, words = order.payment, turns.world.trade.words
    return {
        "order_id": order.id,
        "status": order.state.value,
        words.offers: [products[line.product].id for line in order.lines if line.seats],
        words.units: max(line.seats for line in order.lines),
        "total": show(order.total_minor, exponent),
        "paid": show(order.paid_minor, exponent),
        "owed": show(order.owed_minor, exponent),
        "refunded": show(payment.refunded_minor, exponent),
        "refund_pending": show(payment.returning_minor, exponent),
        "instalments": [show(part, exponent) for part in order.plan],
    }


def _error(error: tuple[str, str] | None) -> dict[str, str] | None:
    return None if error is None else {"code": error[0], "text": error[1]}

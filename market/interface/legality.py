"""Legality: the verbs that have a legal payload; see `RuleCache`."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Final

from ..orders import OrderState
from ..rule_cache import remembered
from .verbs import Verb

if TYPE_CHECKING:
    from .buyer import Buyer
    from .turns import Turns

__all__ = ["legal_verbs", "verbs_by_the_rules"]

_OFFERS: Final = 5
"""Offers of a page of which one must be possible for `add_to_cart` to be."""
_NO_ARGUMENTS: Final[tuple[dict[str, Any], ...]] = ({},)


def legal_verbs(turns: "Turns", seat: "Buyer") -> list[str]:
    """Return the verbs that have at least one legal payload, by index."""
    if seat.stopped:
        return ["wait"]
    known, situation = turns.world.rule_cache.verbs, _situation(turns, seat)
    return remembered(known, situation, lambda: verbs_by_the_rules(turns, seat)).copy()


def verbs_by_the_rules(turns: "Turns", seat: "Buyer") -> list[str]:
    """Return the same with every rule asked again."""
    visitor = seat.visitor
    tries: dict[Verb, list[dict[str, Any]]] = {
        Verb.SELECT: _named(turns, visitor.shown[:1]),
        Verb.ADD_TO_CART: [{}, *_named(turns, visitor.shown[:_OFFERS])],
        Verb.ENTER_CARD: [{"card_token": token} for token in visitor.wallet[:1]],
        Verb.CONFIRM_PAYMENT: [{}, *_keys(turns, seat)],
        Verb.APPLY_COUPON: [{"code": ""}],
        Verb.ANSWER_CHALLENGE: [{"code": ""}],
        Verb.REMOVE_FROM_CART: _named(turns, visitor.cart[:1]),
        Verb.CHOOSE_INSTALMENTS: [
            {"count": n} for n in turns.world.config.instalments.counts[:1]
        ],
        Verb.CANCEL_ORDER: [
            {"order_id": o.id} for o in visitor.orders if o.state is OrderState.TICKETED
        ][:1],
        Verb.SEND_MESSAGE: [
            {"to": mate.name, "text": ""} for mate in turns.seats if mate is not seat
        ][:1],
    }
    legal = []
    for verb, name in enumerate(turns.verbs.names):
        for args in tries.get(Verb(verb), _NO_ARGUMENTS):
            if turns.buyer.why_not(seat, Verb(verb), args) is None:
                legal.append(name)
                break
    return legal


def _named(turns: "Turns", items: list[Any]) -> list[dict[str, Any]]:
    products, key = turns.market.catalog.products, turns.world.trade.words.offer_id
    return [{key: products[item.product].id} for item in items]


def _keys(turns: "Turns", seat: "Buyer") -> list[dict[str, Any]]:
    """Return a confirmation that asks again, if a key of the seat still counts."""
    keys, now = turns.market.processor.keys, turns.clock.now_ms
    use = keys.last_given(seat.index, now)
    return [] if use is None else [{"idempotency_key": use.key}]


def _situation(turns: "Turns", seat: "Buyer") -> Hashable:
    """Return all that the rules look at, of a seat that is not stopped.

    A rule that looks at anything else must be told of here; tests compare the
    answers with the rules in every state of random episodes.
    """
    visitor = seat.visitor
    selected, in_cart = visitor.selected, [item.product for item in visitor.cart]
    shown = [offer.product for offer in visitor.shown[:_OFFERS]]
    return (
        visitor.status,
        visitor.view,
        visitor.results is None,
        len(in_cart),
        selected is None,
        selected in in_cart,
        tuple([product in in_cart for product in shown]),
        visitor.hold is not None and visitor.hold_active(turns.clock.now_ms),
        visitor.card is None,
        not visitor.wallet,
        visitor.payment is None,
        not _keys(turns, seat),
        all(coupon.stackable for coupon in visitor.coupons),
        any(order.state is OrderState.TICKETED for order in visitor.orders),
        seat.task.team and len(turns.seats) > 1,
    )

"""Legality: what an agent's page lets it do.

Every rule answers True, False, or None where records do not tell.
"""

from collections.abc import Callable
from typing import Any, Final

from .page import CART_MAX, Page
from .records import RecordedOrder
from .state import AuditedAgent, AuditState

__all__ = ["LegalityRules", "seats_back"]

Args = dict[str, Any]
_Rule = Callable[[AuditedAgent, Page, Args, int], bool | None]
_FREE: Final = ("restart", "abort", "wait")
"""Verbs that are always legal."""


class LegalityRules:
    """The rules of all verbs."""

    def __init__(self, case: AuditState) -> None:
        """Take the journal."""
        self._state = case
        self._words = words = case.scenario.trade.words
        self._rules: dict[str, _Rule] = {
            words.search: lambda _s, _p, _a, _t: True,
            "filter_results": lambda _s, page, _a, _t: page.results is not None,
            words.select: self._select,
            "add_to_cart": self._add,
            "proceed_to_payment": self._proceed,
            "enter_card": self._enter_card,
            "confirm_payment": self._confirm,
            "apply_coupon": self._apply,
            "answer_challenge": self._answer,
            "remove_from_cart": self._remove,
            "choose_instalments": self._choose,
            "cancel_order": self._cancel,
            "send_message": self._send,
        }

    def of(
        self, seat: AuditedAgent, page: Page, verb: str, args: Args, now: int
    ) -> bool | None:
        """Return whether an action is legal, or None where nothing tells."""
        if verb in self._state.scenario.trade.without:
            return False
        if verb in _FREE:
            return True
        return self._rules[verb](seat, page, args, now)

    def selected(self, page: Page, args: Args) -> bool:
        """Return whether a flight is selected, where one must be to be added."""
        name = args.get(self._words.offer_id)
        if name is None:
            return page.selected is not None
        first = self._state.scenario.select_first
        return not first or self.product(name) == page.selected

    def product(self, name: str) -> int | None:
        """Return the product of a name."""
        product = self._state.scenario.by_id.get(name)
        return None if product is None else product.index

    def _select(
        self, _s: AuditedAgent, page: Page, args: Args, _now: int
    ) -> bool | None:
        if page.results is None:
            return False
        index = self.product(args[self._words.offer_id])
        return False if index is None else page.shown.get(index, False)

    def _add(self, _s: AuditedAgent, page: Page, args: Args, _now: int) -> bool | None:
        if page.unsettled or page.results is None or len(page.cart) >= CART_MAX:
            return False
        name, index = args.get(self._words.offer_id), page.selected
        on: bool | None = True
        if name is not None:
            index = self.product(name)
            on = False if index is None else page.shown.get(index, False)
        if index is None or any(item.product == index for item in page.cart):
            return False
        if self._state.scenario.select_first and index != page.selected:
            return False
        return on

    def _proceed(self, _s: AuditedAgent, page: Page, _a: Args, now: int) -> bool:
        return bool(page.cart) and (not page.unsettled or page.holds(now))

    def _enter_card(self, seat: AuditedAgent, page: Page, args: Args, now: int) -> bool:
        mine = args["card_token"] in seat.task.wallet
        return mine and not page.unsettled and self._at_payment(page, now)

    def _at_payment(self, page: Page, now: int) -> bool:
        return page.view == "payment" and page.holds(now)

    def _confirm(self, seat: AuditedAgent, page: Page, args: Args, now: int) -> bool:
        # A key that the agent has named is answered from any page.
        key, counts = args.get("idempotency_key", ""), self._state.scenario.keys_count
        use = seat.known_key(key, now, counts)
        return (use is not None and use.given) or self._confirmed(page, now)

    def _confirmed(self, page: Page, now: int) -> bool:
        if page.status == "requires_challenge" or page.card is None:
            return False
        if page.status == "unknown" and page.view == "payment":
            return True
        return self._at_payment(page, now)

    def _apply(self, _s: AuditedAgent, page: Page, args: Args, _now: int) -> bool:
        coupons = self._state.scenario.coupons
        together = all(
            code != args["code"] and coupons[code]["stackable"] for code in page.coupons
        )
        known = args["code"] not in page.used
        return bool(page.cart) and not page.unsettled and together and known

    def _answer(self, _s: AuditedAgent, page: Page, _a: Args, _now: int) -> bool:
        return page.status == "requires_challenge" and page.payment is not None

    def _remove(self, _s: AuditedAgent, page: Page, args: Args, _now: int) -> bool:
        index = self.product(args[self._words.offer_id])
        inside = any(item.product == index for item in page.cart)
        return inside and not page.unsettled

    def _choose(self, _s: AuditedAgent, page: Page, args: Args, now: int) -> bool:
        plans = self._state.scenario.instalments["counts"]
        offered = bool(plans) and args["count"] in {1, *plans}
        return offered and not page.unsettled and self._at_payment(page, now)

    def _cancel(self, _s: AuditedAgent, page: Page, args: Args, _now: int) -> bool:
        order = next((o for o in page.orders if o.id == args["order_id"]), None)
        if order is None or order.state != "ticketed":
            return False
        back = seats_back(self._state, order, args.get(self._words.offer_id))
        seats = args.get(self._words.units)
        return bool(back) and (seats is None or 1 <= seats <= min(back.values()))

    def _send(self, seat: AuditedAgent, _p: Page, args: Args, _now: int) -> bool:
        mate = self._state.by_name.get(args["to"])
        team: bool = self._state.scenario.task["team"]
        return team and mate is not None and mate is not seat


def seats_back(
    case: AuditState, order: RecordedOrder, offer: str | None
) -> dict[int, int]:
    """Return product → seats that are left of an order, of the offers meant."""
    products, lines = case.scenario.products, order.payment.hold.lines
    return {
        index: left
        for (index, _, _), left in zip(lines, order.left, strict=True)
        if left and offer in {None, products[index].id}
    }

"""Clicks: what legal actions do to a page, and which records follow at once.

What the market may have refused, as far as records tell, becomes a page of its own:
the records that follow, or how long the page took, show which of them is true.
"""

from collections.abc import Callable
from typing import Final

from .answers import AnswerRules
from .legality import seats_back
from .lines import Line
from .page import PAGES_MAX, Expected, Item, Page
from .paying import PaymentSteps, reach
from .prices import RepricingRules
from .scenario import MINUTE_MS
from .schedule import ScheduleRules
from .state import AuditedAgent, AuditState
from .stock import StockRules
from .task import suits

__all__ = ["ClickRules"]

RESULTS_MAX: Final = 60
"""Offers on a results page, cheapest first."""

_Act = Callable[[AuditedAgent, Page, Line], list[Page] | None]


class ClickRules:
    """Effects of all verbs."""

    def __init__(
        self,
        case: AuditState,
        stock: StockRules,
        prices: RepricingRules,
        schedule: ScheduleRules,
        answers: AnswerRules,
    ) -> None:
        """Take the parts that pages show."""
        self._state, self._stock, self._prices = case, stock, prices
        self._scenario, self._schedule = case.scenario, schedule
        self.paying = paying = PaymentSteps(case, stock, prices, schedule, answers)
        self._words = words = case.scenario.trade.words
        self._acts: dict[str, _Act] = {
            words.search: self._search,
            "filter_results": self._filter,
            words.select: self._select,
            "add_to_cart": self._add,
            "remove_from_cart": self._remove,
            "apply_coupon": self._apply,
            "restart": self._restart,
            "cancel_order": self._cancel,
            "send_message": self._send,
            "wait": self._wait,
            "abort": self._abort,
            "proceed_to_payment": paying.proceed,
            "enter_card": paying.enter_card,
            "choose_instalments": paying.choose,
            "confirm_payment": paying.confirm,
            "answer_challenge": paying.answer,
        }

    def act(self, seat: AuditedAgent, record: Line) -> None:
        """Carry out a legal action on every page that may be the true one."""
        verb, pages = record.data["verb"], []
        for page in seat.pages:
            pages += self._acts[verb](seat, page, record) or [page]
        seat.pages = pages if len(pages) == 1 else _different(pages)[:PAGES_MAX]
        if any(page.due for page in pages):
            self._state.active = seat

    def refuse(self, seat: AuditedAgent, record: Line, doubtful: list[Page]) -> None:
        """Let time go on after an action that was illegal and had no effect.

        Args:
            seat: who acted.
            record: the action.
            doubtful: pages on which nothing told that it was illegal.
        """
        named = self._scenario.by_id.get(
            record.data["args"].get(self._words.offer_id, "")
        )
        for page in seat.pages:
            if named is not None and any(page is one for one in doubtful):
                page.shown[named.index] = False
                if not page.filtered:
                    page.found[named.index] = False
            self._click(seat, page, record.t)

    def _click(self, seat: AuditedAgent, page: Page, now: int) -> None:
        self._schedule.next_turn(seat, page, now + self._scenario.click, now)

    def _load(self, seat: AuditedAgent, page: Page, now: int) -> None:
        self._schedule.next_turn(seat, page, now + self._scenario.page, now)

    # -- looking for offers ----------------------------------------------------------

    def _search(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        page.form = {**page.form, **record.data["args"]}
        form, party = page.form, self._scenario.party
        found, on = [], True
        for product in self._scenario.by_group.get(tuple(form.values()), ()):
            if self._stock.offers(product, party, record.t):
                price = self._prices.known[product.index]
                found.append(Item(product.index, price, record.n))
        if len(found) > RESULTS_MAX:
            on = all(item.price is not None for item in found)
            found.sort(key=lambda item: (item.price or 0, item.product))
            found = found[:RESULTS_MAX] if on else found
        page.results = {item.product: item for item in found}
        page.found = dict.fromkeys(page.results, on or None)
        page.shown, page.filtered = dict(page.found), False
        page.selected, page.view = None, "search_results"
        self._load(seat, page, record.t)

    def _filter(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        args, results = record.data["args"], page.results or {}
        shown: dict[int, bool | None] = {}
        most = args.get("max_price")
        for index, item in results.items():
            on = page.found[index]
            if on is False or not suits(
                self._scenario.trade, self._scenario.products[index], args
            ):
                continue
            price = self._prices.shown(item)
            if most is None or (price is not None and price <= most):
                shown[index] = on
            elif price is None:
                shown[index] = None
        page.shown, page.filtered = shown, True
        page.selected, page.view = None, "search_results"
        self._click(seat, page, record.t)

    def _select(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        index = self._seen(page, record.data["args"][self._words.offer_id])
        page.selected, page.view = index, "search_results"
        self._click(seat, page, record.t)

    def _seen(self, page: Page, name: str) -> int | None:
        """Note that an offer is on the page."""
        product = self._scenario.by_id.get(name)
        if product is None:
            return None
        page.found[product.index] = page.shown[product.index] = True
        return product.index

    # -- the cart --------------------------------------------------------------------

    def _add(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        name, now = record.data["args"].get(self._words.offer_id), record.t
        index = page.selected if name is None else self._seen(page, name)
        if index is None:
            # It is a finding already; what was added shows when it is held.
            index = self._scenario.products[0].index
        party, product = self._scenario.party, self._scenario.products[index]
        if not self._stock.offers(product, party, now):
            self._load(seat, page, now)
            return
        offer = (page.results or {}).get(index, Item(index, None, record.n))
        self._drop_hold(seat, page, now)
        page.cart.append(offer)
        page.view = "cart"
        reach(seat, page, "cart")
        self._click(seat, page, now)

    def _drop_hold(self, seat: AuditedAgent, page: Page, now: int) -> None:
        if page.hold is not None and page.hold.runs(now):
            why = f"{seat.name} leaves the checkout of {page.hold.id}"
            page.due.append(Expected("hold_released", "release", why, page.hold))
        page.forget_hold()

    def _remove(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        product = self._scenario.by_id.get(record.data["args"][self._words.offer_id])
        self._drop_hold(seat, page, record.t)
        page.cart = [
            i for i in page.cart if product is None or i.product != product.index
        ]
        page.view = "cart"
        self._click(seat, page, record.t)

    def _apply(self, seat: AuditedAgent, page: Page, record: Line) -> list[Page]:
        """Try a coupon: it is accepted, or the shop says why not."""
        code, pages = record.data["args"]["code"], []
        fits = self.paying.coupon_fits(seat, page, code, record.t)
        coupon = self._scenario.coupons.get(code)
        if page.coupons and coupon is not None and not coupon["stackable"]:
            fits = False
        if fits is not True:
            refused = page.copy()
            self._load(seat, refused, record.t)
            pages = [refused]
        if fits is not False:
            page.coupons.append(code)
            why = f"{seat.name} applies the coupon {code}"
            page.due.append(Expected("coupon_applied", "refusals", why, code))
            self._click(seat, page, record.t)
            pages.append(page)
        return pages

    def _restart(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        payment = page.payment
        if page.status == "requires_challenge" and payment is not None:
            why = f"{seat.name} leaves the challenge of {payment.id}"
            page.due.append(Expected("payment_closed", "challenge", why, payment))
        self._drop_hold(seat, page, record.t)
        page.leave_checkout()
        page.results, page.found, page.shown = None, {}, {}
        page.selected = None
        page.view = "search_results"
        self._load(seat, page, record.t)

    # -- what is left ----------------------------------------------------------------

    def _cancel(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        args, products = record.data["args"], self._scenario.products
        order = self._state.orders.get(args["order_id"])
        back = (
            {}
            if order is None
            else seats_back(self._state, order, args.get(self._words.offer_id))
        )
        if order is None or any(record.t >= products[j].closes for j in back):
            page.view = "error"
        else:
            why = f"{seat.name} cancels {order.id}"
            page.due.append(Expected("order_cancelled", "cancellation", why, order))
            if page.status == "captured":
                page.status = "none"
            page.view = "search_results"
        self._load(seat, page, record.t)

    def _send(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        args, why = record.data["args"], f"{seat.name} sent a message"
        mate = self._state.by_name.get(args["to"])
        if mate is not None:
            of = (mate, seat.name, args["text"], record.n)
            page.due.append(Expected("message", "messages", why, of))
        self._click(seat, page, record.t)

    def _wait(self, seat: AuditedAgent, page: Page, record: Line) -> None:
        span = record.data["args"].get("minutes", 0) * MINUTE_MS or self._scenario.click
        self._schedule.next_turn(seat, page, record.t + span, record.t)

    def _abort(self, seat: AuditedAgent, page: Page, _record: Line) -> None:
        self._schedule.stop(seat, page, "aborted")


def _different(pages: list[Page]) -> list[Page]:
    """Return pages without those that are the same."""
    found: list[Page] = []
    for page in pages:
        if page not in found:
            found.append(page)
    return found
